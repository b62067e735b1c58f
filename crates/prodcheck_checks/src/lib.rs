//! Services to verdicts: one `.rs` and one `.md` an item, in a folder a category.

mod item;
pub mod routes;
mod verdict;

pub mod process_management;

pub use item::{Category, Check, Severity};
pub use verdict::{Edit, Evidence, Fix, Outcome, Verdict, Warning};

/// The number of items in the checklist.
pub const CHECKLIST_ITEMS: u32 = 41;

/// Every check that this version has, in the checklist's order.
pub const CHECKS: &[Check] = &[];
