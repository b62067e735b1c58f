//! Supervisors inside an image that find what they run by themselves: supervisord, s6 and runit.
//!
//! Where they look: <https://supervisord.org/configuration.html>, <https://github.com/just-containers/s6-overlay>,
//! <https://smarden.org/runit/runsvdir.8.html>.

use super::Walk;
use super::disk::normalised;
use super::flow::Flow;
use super::state::State;
use crate::Managed;
use crate::routes::{Started, supervisord};
use prodcheck_facts::FileFacts;
use prodcheck_facts::command::{Grammar, Invoked, ManagerCall, ManagerKind, Word, anywhere};
use prodcheck_source::{Glob, Place, RepoPath};

/// Where supervisord looks for its file when no option names it.
const SUPERVISORD: &[&str] =
    &["supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"];

/// What Debian's `/etc/supervisor/supervisord.conf` and Alpine's `/etc/supervisord.conf` include.
const INCLUDED: &[&str] = &["/etc/supervisor/conf.d/*.conf", "/etc/supervisor.d/*.ini"];

/// The scripts of services that s6-overlay runs.
const S6: &[&str] = &[
    "/etc/services.d/*/run",
    "/etc/s6-overlay/s6-rc.d/*/run",
    "/etc/s6/*/run",
    "/run/service/*/run",
    "/var/run/s6/services/*/run",
];

/// The scripts of services that runit runs.
const RUNIT: &[&str] = &["/etc/service/*/run", "/service/*/run", "/etc/sv/*/run", "/var/service/*/run"];

impl Walk<'_> {
    /// `supervisord -c FILE`.
    pub(super) fn supervisord(&mut self, call: &ManagerCall, inner: &State) -> Flow {
        const OPTIONS: Grammar = Grammar {
            valued: &[
                "-c",
                "--configuration",
                "-u",
                "--user",
                "-d",
                "--directory",
                "-l",
                "--logfile",
                "-j",
                "--pidfile",
            ],
            also: &[],
            clusters: true,
            underscores: false,
        };
        let options = anywhere(call.words.get(1..).unwrap_or(&[]), &OPTIONS);
        let named = options.value(&["-c", "--configuration"]).and_then(Word::text);
        let file = match named {
            Some(path) => self.located(path, inner).filter(|file| self.scene.repository.files.contains(file)),
            None => SUPERVISORD
                .iter()
                .filter_map(|path| self.located(path, inner))
                .find(|file| self.scene.repository.files.contains(file)),
        };
        let index = self.managed(call, file.clone(), inner);
        let mut patterns: Vec<String> = Vec::new();
        match &file {
            Some(file) => {
                if self.scene.repository.facts.get(file).is_none() {
                    self.wants(file);
                }
                let path = self.scene.disk.path_of(file).unwrap_or_default();
                let folder = normalised(&path, "..");
                patterns.extend(self.includes(file).map(|pattern| normalised(&folder, pattern)));
            }
            None => patterns.extend(INCLUDED.iter().map(|pattern| (*pattern).to_owned())),
        }
        let mut files: Vec<RepoPath> = file.into_iter().collect();
        for found in self.on_disk(&patterns) {
            if !files.contains(&found) {
                files.push(found);
            }
        }
        let mut flow = Flow::default();
        for file in &files {
            let declared = supervisord::declared(&self.scene.repository.facts, file, &Started::default());
            self.all_declared(&declared, index, inner, &mut flow);
        }
        if !flow.is_strong() {
            self.lost(&call.place, "no program of supervisord's was found in the repository");
        }
        flow
    }

    fn includes(&self, file: &RepoPath) -> impl Iterator<Item = &str> {
        let facts = self.scene.repository.facts.get(file).into_iter().flat_map(|gathered| &gathered.facts);
        let files = facts.filter_map(|facts| match facts {
            FileFacts::Supervisord(file) => Some(file),
            _ => None,
        });
        files.flat_map(|file| &file.includes).map(|pattern| pattern.value.as_str())
    }

    /// The files of the repository that stand on the disk under one of these patterns, sorted.
    fn on_disk(&self, patterns: &[String]) -> Vec<RepoPath> {
        let globs: Vec<(Glob, &str)> = patterns
            .iter()
            .take(super::MOST_FUNCTIONS)
            .map(|pattern| (Glob::new(pattern), pattern.rsplit('/').next().unwrap_or("")))
            .collect();
        let named = |path: &RepoPath| {
            globs.iter().any(|(_, name)| match name.split_once('*') {
                Some((start, end)) => path.name().starts_with(start) && path.name().ends_with(end),
                None => path.name() == *name,
            })
        };
        let stands = |path: &RepoPath| {
            self.scene.disk.path_of(path).is_some_and(|path| globs.iter().any(|(glob, _)| glob.matches(&path)))
        };
        let files = self.scene.repository.files.paths();
        files.filter(|path| named(path) && stands(path)).take(super::MOST_KEPT).cloned().collect()
    }

    /// s6's and runit's services: one script each.
    pub(super) fn services(&mut self, call: &ManagerCall, invoked: &Invoked, inner: &State) -> Flow {
        let index = self.managed(call, None, inner);
        let standard = if call.kind == ManagerKind::Runit { RUNIT } else { S6 };
        let mut patterns: Vec<String> = standard.iter().map(|pattern| (*pattern).to_owned()).collect();
        // `s6-svscan /etc/services`, `runsvdir -P /etc/service`.
        let folders = call.words.iter().skip(1).filter_map(Word::text).filter(|text| text.starts_with('/'));
        patterns.extend(folders.map(|folder| format!("{}/*/run", folder.trim_end_matches('/'))));
        let mut flow = Flow::default();
        for script in self.on_disk(&patterns) {
            let Some(path) = self.scene.disk.path_of(&script) else { continue };
            let word = Word::new(path, Place::file(script.clone()));
            let mut inner = inner.clone();
            inner.own_obstacle = None;
            inner.pass(&word.place);
            let next = self.script_file(&word, &[], false, invoked, inner);
            flow.or(next.under(Managed { manager: index, app: None }));
        }
        Flow { ends: false, ..flow }
    }
}
