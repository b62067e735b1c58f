//! Makes a process of a runtime, its options and its script.

use super::Walk;
use super::disk::normalised;
use super::flow::Candidate;
use super::state::State;
use crate::{Process, Runtime, SignalPath};
use prodcheck_facts::command::{Flag, Invoked, Word};
use prodcheck_source::{Place, RepoPath, Spanned};

/// The folders in which images look for programs.
const PATH: &[&str] = &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

impl Walk<'_> {
    /// Notes a process that a command runs.
    #[allow(clippy::too_many_arguments, reason = "each is a part of the one process that is made")]
    pub(super) fn candidate(
        &self,
        runtime: Runtime,
        flags: &[Flag],
        script: Option<&Word>,
        arguments: &[Word],
        watches: bool,
        invoked: &Invoked,
        state: &State,
    ) -> Candidate {
        let by_node = !matches!(runtime, Runtime::Bun | Runtime::Deno | Runtime::Other(_));
        let environment_flags = state.node_flags.iter().filter(|_| by_node);
        let wrapped = invoked.wrappers.iter().filter(|wrap| wrap.name == "node").flat_map(|wrap| &wrap.flags);
        let shown = |flag: &Flag| (flag.shown(), flag.place.clone());
        let process = Process {
            place: invoked.argv.place.clone(),
            flags: environment_flags.chain(wrapped).chain(flags).map(shown).collect(),
            script: script.map(|word| Spanned::new(word.shown().to_owned(), word.place.span)),
            file: script.and_then(Word::text).and_then(|path| self.located(path, state)),
            directory: self.directory(state),
            arguments: arguments.iter().filter_map(Word::text).map(str::to_owned).collect(),
            watches: watches || state.watcher,
            environment: state.environment.to_vec(),
            env_files: state.sources.to_vec(),
            commands: state.trail.to_vec(),
            signals: SignalPath { obstacles: state.obstacles.to_vec(), init: state.init.clone() },
            restarts: state.restarts.clone(),
            detached: state.detached.clone(),
            pipes: state.pipes.to_vec(),
            user: state.user.clone(),
            open_files: state.open_files.clone(),
            conditional: state.conditional,
            manager: None,
            runtime,
        };
        Candidate { process, invoked: invoked.clone() }
    }

    /// The folder of the repository that a shell is in.
    pub(super) fn directory(&self, state: &State) -> Option<RepoPath> {
        let files = &self.scene.repository.files;
        let folder = state.directory.as_ref()?;
        self.scene.disk.locate(folder, |path| path.is_root() || files.is_folder(path))
    }

    /// The file or folder of the repository that a path means; installed packages are none.
    pub(super) fn located(&self, path: &str, state: &State) -> Option<RepoPath> {
        if path.starts_with('~') || path.contains("node_modules/") {
            return None;
        }
        let path = match (&state.directory, path.starts_with('/')) {
            (_, true) => normalised("/", path),
            (Some(folder), false) => normalised(folder, path),
            (None, false) => return None,
        };
        let found = self.scene.disk.locate(&path, |path| self.is_there(path));
        if found.as_ref().is_some_and(|found| self.is_there(found)) {
            return found;
        }
        // What is built is nowhere. Of two places the one counts of whose path more is there.
        found.into_iter().chain(self.in_package(&path)).min_by_key(|path| self.missing(path))
    }

    /// The place that a path ends with and that lies in a package other than the root's: a server or a generated build
    /// context keeps `apps/api/dist/main.js` below a folder that the repository does not know.
    fn in_package(&self, path: &str) -> Option<RepoPath> {
        if path.starts_with(super::disk::CHECKOUT) {
            return None;
        }
        let starts = path.match_indices('/').map(|(at, _)| at + 1);
        let ends = starts.filter_map(|at| path.get(at..)).take(super::DEPTH).map(RepoPath::new);
        let mut inside = ends.filter(|end| self.scene.workspaces.holder(end).is_some_and(|holder| !holder.is_root()));
        inside.next()
    }

    /// How many parts of a path are not there.
    fn missing(&self, path: &RepoPath) -> usize {
        path.ancestors().take_while(|part| !self.is_there(part)).count()
    }

    /// The file of the repository that was put into a folder of the `PATH` under a program's name.
    pub(super) fn on_path(&self, name: &str) -> Option<(String, RepoPath)> {
        PATH.iter().find_map(|folder| {
            let path = normalised(folder, name);
            let there = |path: &RepoPath| self.scene.repository.files.contains(path);
            let found = self.scene.disk.locate(&path, there).filter(there)?;
            Some((path, found))
        })
    }

    /// Whether the repository has a file or folder of this name.
    pub(super) fn is_there(&self, path: &RepoPath) -> bool {
        let files = &self.scene.repository.files;
        path.is_root() || files.contains(path) || files.is_folder(path)
    }

    /// The first line of a script, where it says what reads it: the words after `#!`.
    pub(super) fn shebang(&self, file: &RepoPath) -> Option<Vec<Word>> {
        let text = self.scene.repository.files.text(file)?.text();
        let line = text.strip_prefix("#!")?.lines().next()?;
        let place = Place::new(file.clone(), prodcheck_source::Span::new(0, line.len() + 2));
        let words: Vec<Word> = line
            .split_whitespace()
            .filter(|word| !matches!(*word, "-S" | "--split-string"))
            .take(super::MOST_WORDS)
            .map(|word| Word::new(word, place.clone()))
            .collect();
        (!words.is_empty()).then_some(words)
    }
}

/// Whether a path ends as modules do.
pub(super) fn is_module_name(path: &str) -> bool {
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].iter().any(|ending| path.ends_with(ending))
}
