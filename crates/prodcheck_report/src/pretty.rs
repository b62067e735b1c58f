//! The reporter for people: per service the verdicts by category, the places, and what to do.

use crate::model::{CheckReport, EvidenceReport, ServiceReport, VerdictName};
use crate::paint::{Ink, Paint};
use crate::wrap::wrap;
use crate::{Report, Style, code_frame};
use prodcheck_checks::{CHECKS, Category};
use prodcheck_source::{FileSet, RepoPath};
use std::fmt::Write as _;

/// Characters a line, before wrapping.
const WIDTH: usize = 100;

/// Places shown of one verdict; the JSON report has them all.
const MOST_PLACES: usize = 5;

/// Writes the report for a terminal. Writing to a `String` cannot fail, so the results of `write!` are not looked at.
pub fn render(report: &Report, style: Style, files: &FileSet) -> String {
    let paint = Paint { color: style.color };
    let mut out = String::new();
    for service in &report.services {
        header(&mut out, paint, service);
        for category in categories() {
            let checks: Vec<_> = service
                .checks
                .iter()
                .filter(|check| check.category == category.id())
                .filter(|check| !style.quiet || check.verdict == VerdictName::Fail)
                .collect();
            if checks.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n  {}", paint.ink(Ink::Heading, category.title()));
            for check in checks {
                verdict(&mut out, paint, check, files);
            }
        }
        summary(&mut out, paint, service, report);
    }
    if let Some(why) = &report.no_service {
        let _ = writeln!(out, "no service found: {why}");
    }
    notes(&mut out, paint, report);
    out
}

fn categories() -> Vec<Category> {
    let mut categories: Vec<_> = CHECKS.iter().map(|check| check.category).collect();
    categories.dedup();
    categories
}

fn header(out: &mut String, paint: Paint, service: &ServiceReport) {
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}  {}", paint.ink(Ink::Heading, &service.name), paint.ink(Ink::Dim, &service.path));
    for (at, route) in service.routes.iter().enumerate() {
        let label = if at == 0 { "runs by" } else { "also" };
        let _ = writeln!(out, "  {label:<8} {} {}", route.tool, paint.ink(Ink::Dim, &route.file));
    }
    for (at, entry) in service.entry_points.iter().enumerate() {
        let label = if at == 0 { "entry" } else { "" };
        let _ = writeln!(out, "  {label:<8} {}", paint.ink(Ink::Dim, entry));
    }
}

fn verdict(out: &mut String, paint: Paint, check: &CheckReport, files: &FileSet) {
    let (sign, ink) = match (check.verdict, check.severity.as_str()) {
        (VerdictName::Pass, _) => ("✓", Ink::Good),
        (VerdictName::Fail, "warn") => ("✗", Ink::Caution),
        (VerdictName::Fail, _) => ("✗", Ink::Bad),
        (VerdictName::Unverified, _) => ("?", Ink::Caution),
        (VerdictName::NotApplicable, _) => ("–", Ink::Dim),
    };
    let id = paint.ink(Ink::Strong, &check.id);
    let _ = writeln!(out, "    {} {id}  {}", paint.ink(ink, sign), paint.ink(Ink::Dim, &check.title));
    paragraph(out, &check.message, "");
    if check.verdict == VerdictName::Fail {
        for (at, evidence) in check.evidence.iter().take(MOST_PLACES).enumerate() {
            place(out, paint, evidence);
            let text = files.text(&RepoPath::new(&evidence.file));
            if let Some(frame) =
                text.filter(|_| at == 0).and_then(|text| code_frame::render(text, evidence, paint.color))
            {
                for line in frame.lines() {
                    let _ = writeln!(out, "        {line}");
                }
            }
        }
        if check.evidence.len() > MOST_PLACES {
            let _ = writeln!(out, "      and {} more places (see `--format json`)", check.evidence.len() - MOST_PLACES);
        }
    } else if let Some(evidence) = check.evidence.first() {
        place(out, paint, evidence);
    }
    for warning in &check.warnings {
        let at = warning.place.as_ref().map_or(String::new(), |place| format!(" ({}:{})", place.file, place.line));
        paragraph(out, &format!("{}{at}", warning.message), "warning: ");
    }
    if let Some(fix) = &check.fix {
        paragraph(out, &fix.description, "fix: ");
    }
}

fn place(out: &mut String, paint: Paint, evidence: &EvidenceReport) {
    let place = format!("{}:{}:{}", evidence.file, evidence.line, evidence.column);
    let _ = writeln!(out, "      {}", paint.ink(Ink::Place, &place));
}

/// A paragraph under a verdict, wrapped; the lead stands before its first line only.
fn paragraph(out: &mut String, text: &str, lead: &str) {
    for (at, line) in wrap(text, WIDTH - 6 - lead.len()).into_iter().enumerate() {
        let lead = if at == 0 { lead.to_owned() } else { " ".repeat(lead.len()) };
        let _ = writeln!(out, "      {lead}{line}");
    }
}

fn summary(out: &mut String, paint: Paint, service: &ServiceReport, report: &Report) {
    let count = |verdict| service.checks.iter().filter(|check| check.verdict == verdict).count();
    let score = &service.score;
    let _ = writeln!(
        out,
        "\n  {} of {} applicable items pass; {} fail, {} unverified, {} not applicable",
        paint.ink(Ink::Strong, &score.checkmarks.to_string()),
        score.applicable,
        count(VerdictName::Fail),
        count(VerdictName::Unverified),
        count(VerdictName::NotApplicable),
    );
    match (score.value, &score.assessment) {
        (Some(value), Some(assessment)) => {
            let _ = writeln!(
                out,
                "  score {} of {}: {assessment}",
                paint.ink(Ink::Strong, &value.to_string()),
                score.items
            );
        }
        _ if report.checklist.automated < report.checklist.items => {
            let _ = writeln!(
                out,
                "  {} of the checklist's {} items are automated so far, so there is no score yet",
                report.checklist.automated, report.checklist.items
            );
        }
        _ => {
            let _ = writeln!(out, "  no item applies to this service, so there is no score");
        }
    }
}

fn notes(out: &mut String, paint: Paint, report: &Report) {
    if report.notes.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint.ink(Ink::Heading, "Notes on files"));
    for note in &report.notes {
        let place = match (note.line, note.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", note.file),
            _ => note.file.clone(),
        };
        let _ = writeln!(out, "  {}  {}", paint.ink(Ink::Place, &place), note.message);
    }
}
