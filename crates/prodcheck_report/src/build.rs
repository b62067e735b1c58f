//! From verdicts to the report: places become lines and columns, services and notes are put in order.

use crate::model::{
    CheckReport, Checklist, EvidenceReport, FileNote, FixReport, Report, RouteReport, ServiceReport, VerdictName,
    WarningReport,
};
use crate::score;
use prodcheck_checks::{CHECKLIST_ITEMS, CHECKS, Category, Check, Outcome, Verdict};
use prodcheck_services::{Repository, Service};
use prodcheck_source::{FileSet, FileState, Note, Place, Position, Range, RepoPath};

/// A service and the verdict of each check on it.
#[derive(Debug)]
pub struct JudgedService {
    /// The service.
    pub service: Service,
    /// One entry a check, in the checklist's order.
    pub verdicts: Vec<(&'static Check, Verdict)>,
}

/// Makes the report of a run. Notes are those that the readers left, besides what the files themselves could not give.
pub fn build(
    repository: &Repository,
    judged: &[JudgedService],
    notes: Vec<(RepoPath, Note)>,
    no_service: Option<String>,
    version: &str,
) -> Report {
    let mut services: Vec<_> = judged.iter().map(|judged| service(&repository.files, judged)).collect();
    services.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    let mut file_notes: Vec<_> = notes.iter().map(|(path, note)| file_note(&repository.files, path, note)).collect();
    file_notes.extend(repository.files.paths().filter_map(|path| match repository.files.get(path) {
        Some(FileState::Unreadable(why)) => {
            Some(FileNote { file: path.to_string(), line: None, column: None, message: why.clone() })
        }
        _ => None,
    }));
    file_notes.sort();
    file_notes.dedup();
    Report {
        schema_version: 1,
        prodcheck_version: version.to_owned(),
        date: repository.date.clone(),
        checklist: Checklist {
            items: CHECKLIST_ITEMS,
            automated: u32::try_from(CHECKS.len()).unwrap_or(CHECKLIST_ITEMS),
        },
        services,
        notes: file_notes,
        next: next(judged),
        no_service,
    }
}

/// What to do first: the process manager, then graceful shutdown, then the rest of their two categories, then the
/// others by severity; at most five.
fn next(judged: &[JudgedService]) -> Vec<String> {
    let rank = |check: &Check| match check.id {
        "use-process-manager" => (0, 0),
        "handle-sigterm" => (1, 0),
        _ => match check.category {
            Category::ProcessManagement | Category::ErrorHandling => (2, check.number),
            category => (3 + u32::from(category.severity() < prodcheck_checks::Severity::Error), check.number),
        },
    };
    let mut failed: Vec<&Check> = judged
        .iter()
        .flat_map(|judged| &judged.verdicts)
        .filter(|(_, verdict)| verdict.outcome == Outcome::Fail)
        .map(|(check, _)| *check)
        .collect();
    failed.sort_by_key(|check| rank(check));
    failed.dedup_by_key(|check| check.id);
    failed.into_iter().take(5).map(|check| check.id.to_owned()).collect()
}

fn service(files: &FileSet, judged: &JudgedService) -> ServiceReport {
    let JudgedService { service, verdicts } = judged;
    let routes = service.routes.iter().enumerate().filter_map(|(at, route)| {
        let layer = route.outermost()?;
        Some(RouteReport {
            kind: route.kind.name().to_owned(),
            tool: layer.tool.name().to_owned(),
            file: layer.place.path.to_string(),
            main: at == 0,
        })
    });
    ServiceReport {
        name: service.name.clone(),
        path: service.path.to_string(),
        entry_points: service.entry_points.iter().map(|entry| entry.path.to_string()).collect(),
        routes: routes.collect(),
        score: score::count(verdicts.iter().map(|(check, verdict)| (check.category, verdict.outcome))),
        checks: verdicts.iter().map(|(check, verdict)| check_report(files, check, verdict)).collect(),
    }
}

fn check_report(files: &FileSet, check: &Check, verdict: &Verdict) -> CheckReport {
    let failed = verdict.outcome == Outcome::Fail;
    CheckReport {
        id: check.id.to_owned(),
        number: check.number,
        category: check.category.id().to_owned(),
        title: if failed { check.fail_title } else { check.pass_title }.to_owned(),
        verdict: match verdict.outcome {
            Outcome::Pass => VerdictName::Pass,
            Outcome::Fail => VerdictName::Fail,
            Outcome::Unverified => VerdictName::Unverified,
            Outcome::NotApplicable => VerdictName::NotApplicable,
        },
        severity: check.category.severity().name().to_owned(),
        message: verdict.message.clone(),
        evidence: verdict.evidence.iter().map(|one| evidence(files, &one.place, &one.message)).collect(),
        warnings: verdict
            .warnings
            .iter()
            .map(|warning| WarningReport {
                message: warning.message.clone(),
                place: warning.place.as_ref().map(|place| evidence(files, place, "")),
            })
            .collect(),
        fix: verdict.fix.as_ref().filter(|_| failed).map(|fix| FixReport {
            description: fix.description.clone(),
            edits: u32::try_from(fix.edits.len()).unwrap_or(u32::MAX),
        }),
        attestation: None,
        suppressed: None,
    }
}

fn evidence(files: &FileSet, place: &Place, message: &str) -> EvidenceReport {
    let Range { start, end } = range(files, place);
    EvidenceReport {
        file: place.path.to_string(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: message.to_owned(),
    }
}

fn range(files: &FileSet, place: &Place) -> Range {
    let first = Position { line: 1, column: 1 };
    files.text(&place.path).map_or(Range { start: first, end: first }, |text| text.range(place.span))
}

fn file_note(files: &FileSet, path: &RepoPath, note: &Note) -> FileNote {
    let start = note.span.map(|span| range(files, &Place::new(path.clone(), span)).start);
    FileNote {
        file: path.to_string(),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        message: note.message.clone(),
    }
}
