//! The engine: files in, report out. It never touches a file system, a clock, an environment or a network.
//!
//! ```
//! use prodcheck::{Engine, Options};
//!
//! let mut engine = Engine::open(vec!["package.json".into()], Options { date: "2026-11-23".into(), ..Options::default() });
//! loop {
//!     let wanted = engine.wanted();
//!     if wanted.is_empty() {
//!         break;
//!     }
//!     for path in wanted {
//!         engine.provide(&path, br#"{ "name": "api" }"#);
//!     }
//! }
//! assert_eq!(engine.check().schema_version, 1);
//! ```

mod engine;

pub use engine::{Engine, Options};
pub use prodcheck_report::{Format, Report, Style, model};

/// The version of the engine.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is known of one item of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The checklist's id.
    pub id: &'static str,
    /// The checklist's number, 1 to 41.
    pub number: u32,
    /// The category's id.
    pub category: &'static str,
    /// What holds where the item passes.
    pub title: &'static str,
    /// `error`, `warn` or `off`.
    pub severity: &'static str,
    /// The documentation, Markdown.
    pub docs: &'static str,
}

/// The items that this version judges, in the checklist's order.
pub fn items() -> Vec<Item> {
    prodcheck_checks::CHECKS
        .iter()
        .map(|check| Item {
            id: check.id,
            number: check.number,
            category: check.category.id(),
            title: check.pass_title,
            severity: check.category.severity().name(),
            docs: check.docs,
        })
        .collect()
}
