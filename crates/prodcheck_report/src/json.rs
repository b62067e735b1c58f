//! The JSON reporter: the report as it is, indented by two spaces, with a line end.

use crate::Report;

/// Writes the report as JSON.
pub fn render(report: &Report) -> String {
    // A struct of strings, numbers and lists always serialises; the empty text would fail every reader's first test.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
