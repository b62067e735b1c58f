//! Verdicts to a score and a report, one file a reporter.

mod build;
mod cells;
mod code_frame;
pub mod json;
pub mod model;
mod paint;
pub mod pretty;
mod score;
mod wrap;

pub use build::{JudgedService, build};
pub use model::Report;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Pretty,
    /// For programs: the report itself.
    Json,
}

impl Format {
    /// Every format, by the name that options use.
    pub const ALL: &[(&str, Format)] = &[("pretty", Format::Pretty), ("json", Format::Json)];

    /// The format of a name.
    pub fn named(name: &str) -> Option<Format> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }
}

/// What a rendered report looks like on a terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to write ANSI colours.
    pub color: bool,
    /// Whether to leave out what passes.
    pub quiet: bool,
}

/// Writes a report in a format. The files serve for code frames; a file that is not there costs its frame.
pub fn render(report: &Report, format: Format, style: Style, files: &prodcheck_source::FileSet) -> String {
    match format {
        Format::Pretty => pretty::render(report, style, files),
        Format::Json => json::render(report),
    }
}
