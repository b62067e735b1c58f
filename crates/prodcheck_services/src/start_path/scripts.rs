//! Files that are run by themselves or by a shell: entry scripts, `bin/www`, and what their first line says.

use super::flow::Flow;
use super::state::State;
use super::{Followed, Walk};
use crate::{Obstacle, ObstacleKind, Runtime};
use prodcheck_facts::command::{self, Argv, Invocation, Invoked, Word};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::json;
use prodcheck_source::RepoPath;
use std::rc::Rc;

/// What reads a script file.
enum Reader {
    Shell,
    /// Another program, with the words of the first line.
    Words(Vec<Word>),
    /// A module that Node.js is given.
    Module,
}

impl Walk<'_> {
    /// A file that is run.
    pub(super) fn script_file(
        &mut self,
        path: &Word,
        arguments: &[Word],
        by_shell: bool,
        invoked: &Invoked,
        mut inner: State,
    ) -> Flow {
        let other = |walk: &Self, inner: &State| {
            let name = path.program().unwrap_or_else(|| path.shown()).to_owned();
            Flow::weak(walk.candidate(Runtime::Other(name), &[], Some(path), arguments, false, invoked, inner))
        };
        let Some(text) = path.text() else {
            self.lost(&path.place, format!("which file `{}` is, is only known when it runs", path.shown()));
            return other(self, &inner);
        };
        let there = |file: &RepoPath| self.scene.repository.files.contains(file);
        let by_name = if text.contains('/') { None } else { self.on_path(text).map(|(_, file)| file) };
        let file = by_name.or_else(|| self.located(text, &inner)).filter(there);
        let Some(file) = file else { return self.foreign(path, text, arguments, invoked, &inner) };
        if self.wants(&file) {
            return other(self, &inner);
        }
        let Some(content) = self.scene.repository.files.text(&file).cloned() else {
            self.lost(&path.place, format!("`{file}` cannot be read"));
            return other(self, &inner);
        };
        match self.reader(&file, by_shell) {
            Reader::Module => {
                let candidate = self.candidate(Runtime::Node, &[], Some(path), arguments, false, invoked, &inner);
                Flow::front(candidate)
            }
            Reader::Words(mut words) => {
                let shebang = words.first().map(|word| word.place.clone());
                words.push(path.clone());
                words.extend(arguments.iter().cloned());
                let argv = Argv::new(words, invoked.argv.place.clone());
                if let Some(place) = shebang {
                    inner.pass(&place);
                }
                self.run(&argv, &mut inner)
            }
            Reader::Shell => {
                let followed = Followed::File(file.clone());
                if self.following.contains(&followed) {
                    return Flow::default();
                }
                self.following.push(followed);
                inner.script = inner.directory.as_ref().map(|folder| super::disk::normalised(folder, text));
                inner.arguments = Some(Rc::new(arguments.to_vec()));
                inner.functions = Rc::default();
                inner.passes_signals = false;
                inner.own_obstacle = Some(Obstacle { kind: ObstacleKind::Script, place: path.place.clone() });
                let script = self.parse(&Excerpt::plain(content.text()));
                let mut flow = self.list(&script.list, &mut inner, &file, &[]).of_child();
                if inner.passes_signals {
                    flow.signals_pass_in(&file, &path.place);
                }
                self.following.pop();
                flow
            }
        }
    }

    /// What reads a file: its first line says so, else its name.
    fn reader(&self, file: &RepoPath, by_shell: bool) -> Reader {
        let Some(words) = self.shebang(file) else {
            let module = matches!(file.extension(), Some("js" | "mjs" | "cjs" | "ts" | "mts" | "cts"));
            return if module && !by_shell { Reader::Module } else { Reader::Shell };
        };
        if by_shell {
            return Reader::Shell;
        }
        let place = words.first().map(|word| word.place.clone());
        let Some(place) = place else { return Reader::Shell };
        // What the first line runs when it is given a script.
        let mut asked = words.clone();
        asked.push(Word::new("script", place.clone()));
        match command::read(&Argv::new(asked, place)).invocation {
            Invocation::ShellScript { .. } => Reader::Shell,
            _ => Reader::Words(words),
        }
    }

    /// A file that the repository does not hold.
    fn foreign(&mut self, path: &Word, text: &str, arguments: &[Word], invoked: &Invoked, inner: &State) -> Flow {
        if text == "/init" && arguments.is_empty() {
            // s6-overlay: https://github.com/just-containers/s6-overlay
            return self.s6(invoked, inner);
        }
        let entry = path.program().is_some_and(|name| name.contains("entrypoint") || name == "init");
        if entry && !arguments.is_empty() {
            // Entry scripts of images end with `exec "$@"`, the one of the official Node.js image too:
            // https://github.com/nodejs/docker-node/blob/main/docker-entrypoint.sh
            if text != "/usr/local/bin/docker-entrypoint.sh" && text != "docker-entrypoint.sh" {
                self.lost(&path.place, format!("`{text}` is not in the repository; it is taken to run its arguments"));
            }
            let argv = Argv::new(arguments.to_vec(), invoked.argv.place.clone());
            return self.run(&argv, &mut inner.clone());
        }
        self.lost(&path.place, format!("`{text}` is not in the repository"));
        let name = path.program().unwrap_or(text).to_owned();
        let candidate = self.candidate(Runtime::Other(name), &[], Some(path), arguments, false, invoked, inner);
        // A script that a build writes can be anything, also the service.
        let module = super::process::is_module_name(text);
        match module && candidate.process.file.is_some() {
            true => {
                let candidate = self.candidate(Runtime::Node, &[], Some(path), arguments, false, invoked, inner);
                Flow::front(candidate)
            }
            false => Flow::weak(candidate),
        }
    }

    /// A file that the calling shell reads itself.
    pub(super) fn sourced(&mut self, path: &Word, outer: &mut State) -> Flow {
        let file = path.text().and_then(|text| self.located(text, outer));
        let Some(file) = file.filter(|file| self.scene.repository.files.contains(file)) else {
            return Flow::default();
        };
        let followed = Followed::File(file.clone());
        if self.following.contains(&followed) || outer.depth >= super::DEPTH || self.wants(&file) {
            return Flow::default();
        }
        let Some(content) = self.scene.repository.files.text(&file).cloned() else { return Flow::default() };
        self.following.push(followed);
        outer.depth += 1;
        let script = self.parse(&Excerpt::plain(content.text()));
        let flow = self.list(&script.list, outer, &file, &[]);
        outer.depth -= 1;
        self.following.pop();
        flow
    }

    /// nodemon without a script: `nodemon.json`, `nodemonConfig`, and else the package's `main`.
    pub(super) fn configured(&mut self, run: &command::WatcherRun, invoked: &Invoked, mut inner: State) -> Flow {
        if run.name != "nodemon" {
            return Flow::default();
        }
        let configurations = [("nodemon.json", None), ("package.json", Some("nodemonConfig"))];
        for (name, key) in configurations {
            let Some(file) = self.located(name, &inner) else { continue };
            if self.wants(&file) {
                return Flow::default();
            }
            let Some(content) = self.scene.repository.files.text(&file).cloned() else { continue };
            if !self.spend_on(content.text()) {
                break;
            }
            let tree = json::parse(content.text()).tree;
            let root = key.map_or(Some(&tree), |key| tree.get(key));
            let word = |key: &str| {
                let node = root?.get(key)?;
                let place = prodcheck_source::Place::new(file.clone(), node.span);
                node.as_str().map(|text| Word::new(text, place))
            };
            if let Some(code) = word("exec") {
                inner.pass(&code.place);
                let script = self.parsed(&code);
                let more: Vec<Word> = word("script").into_iter().collect();
                return self.list(&script.list, &mut inner, &file, &more).of_child();
            }
            if let Some(script) = word("script") {
                return Flow::front(self.candidate(Runtime::Node, &[], Some(&script), &[], true, invoked, &inner));
            }
        }
        let main = self.nearest(&inner).and_then(|(folder, _)| {
            let manifest = folder.join("package.json")?;
            let main = self.scene.repository.facts.package(&manifest)?.main.clone()?;
            Some(Word::new(main.value, prodcheck_source::Place::new(manifest, main.span)))
        });
        let script = main.unwrap_or_else(|| Word::new("index.js", run.place.clone()));
        Flow::front(self.candidate(Runtime::Node, &[], Some(&script), &[], true, invoked, &inner))
    }
}
