//! The engine: files in, report out.
