//! The reporter for people: per service the verdicts by category, the places, and what to do.

use crate::code_frame::Frame;
use crate::model::{CheckReport, EvidenceReport, ServiceReport, VerdictName};
use crate::paint::{Ink, Paint};
use crate::wrap::wrap;
use crate::{Report, Style, cells};
use prodcheck_checks::{CHECKS, Category};
use prodcheck_source::{FileSet, RepoPath};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Cells a line.
const WIDTH: usize = 80;

/// Cells before what is said of a verdict, and before its code frame.
const INDENT: usize = 6;
const FRAME_INDENT: usize = 8;

/// Items whose places can be secrets: their lines are never printed.
const SECRET: [&str; 2] = ["no-hardcoded-config", "no-committed-env-files"];

/// Places shown of one verdict; the JSON report has them all.
const MOST_PLACES: usize = 5;

/// Warnings shown of one verdict.
const MOST_WARNINGS: usize = 5;

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
    first_steps(&mut out, paint, report);
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
    let mut routes: Vec<_> = service.routes.iter().map(|route| (&route.tool, &route.file)).collect();
    let mut seen = BTreeSet::new();
    routes.retain(|route| seen.insert(*route));
    for (at, (tool, file)) in routes.into_iter().enumerate() {
        let label = if at == 0 { "runs by" } else { "also" };
        let _ = writeln!(out, "  {label:<8} {} {}", paint.ink(Ink::Plain, tool), paint.ink(Ink::Dim, file));
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
    heading(out, paint, check, sign, ink);
    paragraph(out, beyond(&check.title, &check.message), "");
    if check.verdict == VerdictName::Fail {
        failure(out, paint, check, files, ink);
    } else if let Some(evidence) = check.evidence.first() {
        place(out, paint, evidence);
    }
    for warning in check.warnings.iter().take(MOST_WARNINGS) {
        let at = warning.place.as_ref().map_or(String::new(), |place| format!(" ({}:{})", place.file, place.line));
        paragraph(out, &format!("{}{at}", warning.message), "warning: ");
    }
    more(out, check.warnings.len(), MOST_WARNINGS, "warning");
    if let Some(fix) = &check.fix {
        paragraph(out, &fix.description, "fix: ");
    }
}

/// The item and what it states: on one line, where there is room.
fn heading(out: &mut String, paint: Paint, check: &CheckReport, sign: &str, ink: Ink) {
    let [sign, id, title] = [(ink, sign), (Ink::Strong, check.id.as_str()), (Ink::Dim, check.title.as_str())]
        .map(|(ink, text)| paint.ink(ink, text));
    let width = INDENT + cells::width(&check.id) + 2 + cells::width(&check.title);
    let separator = if width > WIDTH { format!("\n{}", " ".repeat(INDENT)) } else { "  ".to_owned() };
    let _ = writeln!(out, "    {sign} {id}{separator}{title}");
}

/// What a message says beyond the title that stands above it.
fn beyond<'a>(title: &str, message: &'a str) -> &'a str {
    let same = message.chars().zip(title.chars()).take_while(|(a, b)| a.to_lowercase().eq(b.to_lowercase())).count();
    if same < title.chars().count() {
        return message;
    }
    let rest = message.char_indices().nth(same).map_or("", |(at, _)| message.get(at..).unwrap_or(""));
    match rest.strip_prefix(": ") {
        Some(rest) => rest,
        None if rest.is_empty() => "",
        None => message,
    }
}

/// The places of a failure, with the code around the first one.
fn failure(out: &mut String, paint: Paint, check: &CheckReport, files: &FileSet, ink: Ink) {
    for (at, evidence) in check.evidence.iter().take(MOST_PLACES).enumerate() {
        place(out, paint, evidence);
        let text =
            files.text(&RepoPath::new(&evidence.file)).filter(|_| at == 0 && !SECRET.contains(&check.id.as_str()));
        // A label that the message holds would only say it twice.
        let label = if check.message.contains(&evidence.message) { "" } else { &evidence.message };
        let frame = Frame { width: WIDTH - FRAME_INDENT, label, ink, paint };
        for line in text.map(|text| frame.draw(text, evidence)).unwrap_or_default() {
            let _ = writeln!(out, "{}{line}", " ".repeat(FRAME_INDENT));
        }
    }
    more(out, check.evidence.len(), MOST_PLACES, "place");
}

fn more(out: &mut String, all: usize, shown: usize, what: &str) {
    if all > shown {
        let ending = if all - shown == 1 { "" } else { "s" };
        let _ = writeln!(out, "{}and {} more {what}{ending} (see `--format json`)", " ".repeat(INDENT), all - shown);
    }
}

fn place(out: &mut String, paint: Paint, evidence: &EvidenceReport) {
    let place = format!("{}:{}:{}", evidence.file, evidence.line, evidence.column);
    let _ = writeln!(out, "      {}", paint.ink(Ink::Place, &place));
}

/// A paragraph under a verdict, wrapped; the lead stands before its first line only.
fn paragraph(out: &mut String, text: &str, lead: &str) {
    for (at, line) in wrap(text, WIDTH - INDENT - lead.len()).into_iter().enumerate() {
        let lead = if at == 0 { lead.to_owned() } else { " ".repeat(lead.len()) };
        let _ = writeln!(out, "{}{lead}{line}", " ".repeat(INDENT));
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
    let title = |id: &str| categories().into_iter().find(|category| category.id() == id).map_or("", Category::title);
    let shares = score.categories.iter().filter(|category| category.applicable > 0);
    let shares: Vec<String> =
        shares.map(|it| format!("{} {}/{}", title(&it.category), it.checkmarks, it.applicable)).collect();
    for line in wrap(&shares.join(" · "), WIDTH - 2) {
        let _ = writeln!(out, "  {}", paint.ink(Ink::Dim, &line));
    }
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

/// What to do first, why, and for which services, where there are several.
fn first_steps(out: &mut String, paint: Paint, report: &Report) {
    if report.next.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint.ink(Ink::Heading, "What to do first"));
    for id in &report.next {
        let fails = |service: &&ServiceReport| {
            service.checks.iter().any(|check| check.id == *id && check.verdict == VerdictName::Fail)
        };
        let failing: Vec<&ServiceReport> = report.services.iter().filter(fails).collect();
        let Some(check) = failing.first().and_then(|service| service.checks.iter().find(|check| check.id == *id))
        else {
            continue;
        };
        let names: Vec<&str> = failing.iter().map(|service| service.name.as_str()).collect();
        let whose = match report.services.len() {
            0 | 1 => String::new(),
            all if all == names.len() => " (every service)".to_owned(),
            _ => format!(" ({})", names.join(", ")),
        };
        let _ = writeln!(out, "  {}", paint.ink(Ink::Strong, id));
        paragraph(out, &format!("{}{whose}", check.title), "");
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
