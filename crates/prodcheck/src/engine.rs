//! The sans-IO protocol: list the paths, ask what is wanted, provide it, check.

use crate::VERSION;
use prodcheck_checks::CHECKS;
use prodcheck_report::{Format, JudgedService, Report, Style};
use prodcheck_services::Repository;
use prodcheck_services::discovery::Discovery;
use prodcheck_source::{FileSet, FileState, RepoPath, SourceText, decode};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a run needs to know besides the files.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Options {
    /// The day to judge for, `YYYY-MM-DD`.
    pub date: String,
    /// The files that version control tracks, relative to the root; `None` where there is none.
    pub tracked: Option<Vec<String>>,
    /// The installed Node's version, such as `v24.1.0`; `None` where there is none.
    pub node_version: Option<String>,
    /// Judge only the service of this name or folder.
    pub service: Option<String>,
}

/// One run over one repository.
///
/// `open`, then `wanted` and `provide` (or `unreadable`) until nothing is wanted, then `check`. A file is decoded and
/// read for facts inside `provide`, so a fault in there belongs to that file.
#[derive(Debug)]
pub struct Engine {
    repository: Repository,
    options: Options,
    discovery: Discovery,
    asked: BTreeSet<RepoPath>,
}

impl Engine {
    /// Takes the repository's paths, relative to its root, in any order; `\` counts as `/`.
    pub fn open(paths: Vec<String>, options: Options) -> Self {
        let files = FileSet::new(paths.iter().map(|path| RepoPath::new(path)).filter(|path| !path.is_root()));
        let tracked = options.tracked.clone().map(|mut tracked| {
            tracked.sort();
            tracked
        });
        let repository = Repository { files, date: options.date.clone(), tracked, ..Repository::default() };
        Self { repository, options, discovery: Discovery::default(), asked: BTreeSet::new() }
    }

    /// The files to read next, sorted; empty when the engine has all it needs. A path is asked for once.
    pub fn wanted(&mut self) -> Vec<String> {
        let wanted: BTreeSet<RepoPath> = self
            .discovery
            .wanted(&self.repository)
            .into_iter()
            .filter(|path| self.repository.files.contains(path) && !self.asked.contains(path))
            .collect();
        self.asked.extend(wanted.iter().cloned());
        wanted.iter().map(ToString::to_string).collect()
    }

    /// Gives a file's bytes.
    pub fn provide(&mut self, path: &str, bytes: &[u8]) {
        let path = RepoPath::new(path);
        match decode(bytes) {
            Ok((text, _)) => {
                let text = SourceText::new(text);
                self.repository.facts.insert(path.clone(), prodcheck_facts::gather(&path, &text));
                self.repository.files.set(path, FileState::Text(text));
            }
            Err(error) => self.repository.files.set(path, FileState::Unreadable(error.to_string())),
        }
    }

    /// Says that a file cannot be had, and why, in words.
    pub fn unreadable(&mut self, path: &str, why: &str) {
        self.repository.files.set(RepoPath::new(path), FileState::Unreadable(why.to_owned()));
    }

    /// Judges what was provided.
    pub fn check(&mut self) -> Report {
        let repository = Arc::new(std::mem::take(&mut self.repository));
        let found = std::mem::take(&mut self.discovery).services(&repository);
        let judged: Vec<JudgedService> = found
            .services
            .into_iter()
            .filter(|service| {
                self.options.service.as_deref().is_none_or(|name| service.name == name || service.path == name.into())
            })
            .map(|service| {
                let verdicts = CHECKS.iter().map(|check| (check, (check.run)(&service))).collect();
                JudgedService { service, verdicts }
            })
            .collect();
        let mut notes: Vec<_> = repository.facts.notes().map(|(path, note)| (path.clone(), note.clone())).collect();
        notes.extend(found.notes);
        let report = prodcheck_report::build(&repository, &judged, notes, found.none_because, VERSION);
        drop(judged);
        self.repository = Arc::into_inner(repository).unwrap_or_default();
        report
    }

    /// Writes a report of this run in a format.
    pub fn render(&self, report: &Report, format: Format, style: Style) -> String {
        prodcheck_report::render(report, format, style, &self.repository.files)
    }
}
