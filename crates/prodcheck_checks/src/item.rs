//! What an item of the checklist is: its id, number, category, titles, severity, documentation and judge.

use crate::Verdict;
use prodcheck_services::Service;

/// The checklist's eight categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Items 1 to 6.
    ProcessManagement,
    /// Items 7 to 11.
    ErrorHandling,
    /// Items 12 to 16.
    Environment,
    /// Items 17 to 21.
    Logging,
    /// Items 22 to 27.
    Security,
    /// Items 28 to 32.
    Performance,
    /// Items 33 to 37.
    Deployment,
    /// Items 38 to 41.
    Monitoring,
}

impl Category {
    /// The id in reports and options.
    pub fn id(self) -> &'static str {
        match self {
            Self::ProcessManagement => "process-management",
            Self::ErrorHandling => "error-handling",
            Self::Environment => "environment",
            Self::Logging => "logging",
            Self::Security => "security",
            Self::Performance => "performance",
            Self::Deployment => "deployment",
            Self::Monitoring => "monitoring",
        }
    }

    /// The heading in reports.
    pub fn title(self) -> &'static str {
        match self {
            Self::ProcessManagement => "Process Management",
            Self::ErrorHandling => "Error Handling",
            Self::Environment => "Environment & Configuration",
            Self::Logging => "Logging",
            Self::Security => "Security",
            Self::Performance => "Performance",
            Self::Deployment => "Deployment",
            Self::Monitoring => "Monitoring",
        }
    }

    /// The severity of its items where the user sets none.
    pub fn severity(self) -> Severity {
        match self {
            Self::ProcessManagement | Self::ErrorHandling | Self::Environment | Self::Security => Severity::Error,
            Self::Logging | Self::Performance | Self::Deployment | Self::Monitoring => Severity::Warn,
        }
    }
}

/// What a failure does to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Not judged.
    Off,
    /// Shown.
    Warn,
    /// Shown, and the run ends with exit code 1.
    Error,
}

impl Severity {
    /// The name in reports and options.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One item of the checklist.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The checklist's id, such as `set-memory-limit`.
    pub id: &'static str,
    /// The checklist's number, 1 to 41.
    pub number: u32,
    /// The category.
    pub category: Category,
    /// What holds where the item passes.
    pub pass_title: &'static str,
    /// What is wrong where it fails.
    pub fail_title: &'static str,
    /// The user's documentation, Markdown; its fenced examples are run as tests.
    pub docs: &'static str,
    /// The judge.
    pub run: fn(&Service) -> Verdict,
}
