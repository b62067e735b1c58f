//! Trees to typed facts, one file a tool. A fact is a noun with a span, and has no opinion.
//!
//! What one file holds is a pure function of its path and text, so that it can be kept by content hash.

mod store;

pub use store::{FactStore, FileFacts, Gathered, gather, is_wanted};
