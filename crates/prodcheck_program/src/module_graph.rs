//! Which modules are reached from the entry points of services, found as their files come in.

mod computed;

use crate::Sources;
use crate::layout::{Asked, Layout, Resolution};
use crate::modules_on_disk::is_module;
use prodcheck_facts::folders;
use prodcheck_formats::javascript::{Exported, Linkage, Module, Name, RequestKind};
use prodcheck_source::{FileState, RepoPath, Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// The modules that were reached, and what each one loads.
#[derive(Debug, Clone, Default)]
pub struct ModuleGraph {
    modules: BTreeMap<RepoPath, Vec<Link>>,
    /// Reached, and not read so far.
    open: BTreeSet<RepoPath>,
    /// Reached, and not to be looked at: not readable, or code for browsers.
    closed: BTreeSet<RepoPath>,
}

/// One module that a module names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the name means.
    pub to: Resolution,
    /// The name as written.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Whether only types are taken, so that nothing is loaded when it runs.
    pub type_only: bool,
}

impl ModuleGraph {
    /// Adds a module from which others are reached.
    pub fn start_from(&mut self, path: &RepoPath) {
        self.open(path.clone());
    }

    /// Takes in the modules that were read since the last time; the files to read next, sorted. None when all is read.
    pub fn advance(&mut self, layout: &Layout, sources: Sources<'_>) -> Vec<RepoPath> {
        loop {
            let read: Vec<RepoPath> = self.open.iter().filter(|path| !is_to_be_read(path, sources)).cloned().collect();
            if read.is_empty() {
                return self.open.iter().cloned().collect();
            }
            for path in read {
                self.open.remove(&path);
                let module = sources.facts.script(&path).filter(|module| !is_for_browsers(module));
                let Some(module) = module else {
                    self.closed.insert(path);
                    continue;
                };
                let links = links(&path, module, layout, sources);
                for link in &links {
                    if let Resolution::File(file) = &link.to
                        && !link.type_only
                        && is_module(file)
                        && !is_left_out(file)
                    {
                        self.open(file.clone());
                    }
                }
                self.modules.insert(path, links);
            }
        }
    }

    fn open(&mut self, path: RepoPath) {
        if !self.modules.contains_key(&path) && !self.closed.contains(&path) {
            self.open.insert(path);
        }
    }

    /// The modules that were reached and could be read, sorted.
    pub fn modules(&self) -> impl Iterator<Item = &RepoPath> {
        self.modules.keys()
    }

    /// Whether a module was reached and could be read.
    pub fn holds(&self, path: &RepoPath) -> bool {
        self.modules.contains_key(path)
    }

    /// What a module names of others, in the order of the text; nothing where it was not reached.
    pub fn links(&self, path: &RepoPath) -> &[Link] {
        self.modules.get(path).map_or(&[], Vec::as_slice)
    }

    /// The modules reached from these, themselves included, sorted.
    pub fn reached_from<'a>(&self, entries: impl IntoIterator<Item = &'a RepoPath>) -> Vec<RepoPath> {
        let mut reached: BTreeSet<&RepoPath> = BTreeSet::new();
        let mut open: Vec<&RepoPath> = entries.into_iter().collect();
        while let Some(path) = open.pop() {
            let Some((path, links)) = self.modules.get_key_value(path) else { continue };
            if reached.insert(path) {
                open.extend(links.iter().filter(|link| !link.type_only).filter_map(|link| match &link.to {
                    Resolution::File(file) => Some(file),
                    _ => None,
                }));
            }
        }
        reached.into_iter().cloned().collect()
    }
}

fn is_to_be_read(path: &RepoPath, sources: Sources<'_>) -> bool {
    matches!(sources.files.get(path), Some(FileState::Listed))
}

/// Whether production code that imports it does so for tests or for a catalogue of components. A folder's name alone
/// says nothing of what production code imports: `spec/` can hold an API's description.
fn is_left_out(path: &RepoPath) -> bool {
    folders::is_foreign(path) || folders::is_test_file(path)
}

/// Whether a framework sends the module to browsers.
fn is_for_browsers(module: &Module) -> bool {
    module.directives().any(|directive| directive == "use client")
}

/// What a module names of others.
fn links(path: &RepoPath, module: &Module, layout: &Layout, sources: Sources<'_>) -> Vec<Link> {
    let mut found: BTreeMap<(&str, bool), Link> = BTreeMap::new();
    let mut add = |name: Spanned<Name>, asked: Asked, type_only: bool| {
        let (name, span) = (module.name(name.value), name.span);
        let link = found.entry((name, asked == Asked::Require)).or_insert_with(|| {
            let to = layout.resolve(name, path, asked, sources);
            Link { to, name: name.to_owned(), span, type_only }
        });
        link.type_only &= type_only;
    };
    let asked = |linkage: Linkage| if linkage == Linkage::CommonJs { Asked::Require } else { Asked::Import };
    // An import that is used as a type alone still loads: decorators' metadata (Nest's injection) keeps it.
    for import in module.imports() {
        add(import.source, asked(import.syntax), import.type_only);
    }
    for export in module.exports() {
        if let Exported::From { source, .. } = export.exported {
            add(source, asked(export.syntax), export.type_only);
        }
    }
    for request in module.requests() {
        if let Some(specifier) = request.specifier {
            let asked = if request.kind == RequestKind::Import { Asked::Import } else { Asked::Require };
            add(specifier, asked, false);
        }
    }
    let mut found: Vec<Link> = found.into_values().collect();
    found.extend(computed::loaded(path, module, layout, sources).into_iter().map(|found| Link {
        to: Resolution::File(found.path),
        name: found.shown,
        span: found.span,
        type_only: false,
    }));
    found.sort_by_key(|link| link.span.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use prodcheck_facts::FactStore;
    use prodcheck_source::{FileSet, SourceText};

    /// Reads files as they are wanted; what is wanted in each round, and all that is reached in the end.
    fn rounds(files: &[(&str, &str)], entries: &[&str]) -> (Vec<Vec<String>>, Vec<String>) {
        let mut set = FileSet::new(files.iter().map(|(path, _)| RepoPath::new(path)));
        let mut facts = FactStore::default();
        let mut graph = ModuleGraph::default();
        let entries: Vec<RepoPath> = entries.iter().map(|&path| path.into()).collect();
        let mut layout = None;
        let mut rounds = Vec::new();
        let mut wanted: Vec<RepoPath> = set.paths().filter(|path| prodcheck_facts::is_wanted(path)).cloned().collect();
        loop {
            for path in &wanted {
                let (_, text) = files.iter().find(|(name, _)| *name == path.as_str()).expect("a listed file");
                let text = SourceText::new(*text);
                facts.insert(path.clone(), prodcheck_facts::gather(path, &text));
                set.set(path.clone(), FileState::Text(text));
            }
            let sources = Sources { files: &set, facts: &facts };
            let layout = layout.get_or_insert_with(|| Layout::of(sources));
            entries.iter().for_each(|entry| graph.start_from(entry));
            wanted = graph.advance(layout, sources);
            if wanted.is_empty() {
                let reached = graph.reached_from(&entries).iter().map(ToString::to_string).collect();
                return (rounds, reached);
            }
            rounds.push(wanted.iter().map(ToString::to_string).collect());
        }
    }

    #[test]
    fn files_are_asked_for_as_they_are_reached() {
        let (rounds, reached) = rounds(
            &[
                ("package.json", r#"{ "name": "api", "workspaces": ["packages/*"] }"#),
                ("packages/db/package.json", r#"{ "name": "db", "main": "dist/index.js" }"#),
                ("packages/db/src/index.ts", "export * from './pool.js';"),
                ("packages/db/src/pool.ts", "import '../../../src/server';"),
                (
                    "src/server.ts",
                    "import express from 'express'; import './größe'; import type { T } from './types'; import db from 'db'; import './data.json';",
                ),
                (
                    "src/größe.ts",
                    "const a = require('./a'); async function f() { await import(`./b`); require(name); }",
                ),
                ("src/a.cjs", "module.exports = require('./a');"),
                ("src/a.js", ""),
                ("src/b.ts", "import './b.test';"),
                ("src/b.test.ts", ""),
                ("src/types.ts", ""),
                ("src/data.json", "{}"),
                ("src/unused.ts", ""),
            ],
            &["src/server.ts"],
        );
        assert_eq!(
            rounds,
            [
                vec!["src/server.ts"],
                vec!["packages/db/src/index.ts", "src/größe.ts"],
                vec!["packages/db/src/pool.ts", "src/a.js", "src/b.ts"]
            ]
        );
        assert_eq!(
            reached,
            [
                "packages/db/src/index.ts",
                "packages/db/src/pool.ts",
                "src/a.js",
                "src/b.ts",
                "src/größe.ts",
                "src/server.ts"
            ]
        );
    }

    #[test]
    fn computed_paths_lead_to_all_that_they_can_mean() {
        let reached = |code: &str| {
            let files = [
                ("package.json", r#"{ "name": "api" }"#),
                ("src/app.ts", code),
                ("src/routes/größe.ts", ""),
                ("src/routes/admin/index.ts", ""),
                ("src/routes/a.test.ts", ""),
                ("src/routes/readme.md", ""),
                ("src/models/user.entity.ts", ""),
                ("src/migrations/1.entity.ts", ""),
                ("src/worker.ts", ""),
                ("jobs/mail.js", ""),
            ];
            rounds(&files, &["src/app.ts"])
                .1
                .into_iter()
                .filter(|path| path != "src/app.ts")
                .collect::<Vec<_>>()
                .join(" ")
        };
        let all = "src/routes/admin/index.ts src/routes/größe.ts";
        let table = [
            (
                "import a from '@fastify/autoload'; import path from 'path'; app.register(a, { dir: path.join(import.meta.dirname, 'routes') })",
                all,
            ),
            ("require('require-all')(__dirname + '/routes')", all),
            ("for (const name of names) await import(`./routes/${name}.js`)", "src/routes/größe.ts"),
            ("import path from 'path'; require(path.join(__dirname, 'routes', file))", all),
            ("const data = { entities: [__dirname + '/**/*.entity{.ts,.js}'] }", "src/models/user.entity.ts"),
            (
                "import { Worker } from 'node:worker_threads'; new Worker(new URL('./worker.js', import.meta.url))",
                "src/worker.ts",
            ),
            ("import { fork } from 'child_process'; fork('./jobs/mail.js')", "jobs/mail.js"),
            (
                "import { fork } from 'child_process'; import { join } from 'path'; fork(join(__dirname, 'worker'))",
                "src/worker.ts",
            ),
            ("import cluster from 'cluster'; cluster.setupPrimary({ exec: 'jobs/mail.js' })", "jobs/mail.js"),
            (
                "const glob = require('glob'); const { join } = require('path'); glob.sync(join(process.cwd(), 'src/routes/*/index.[jt]s')).forEach(file => require(join(process.cwd(), file)))",
                "src/routes/admin/index.ts",
            ),
            ("import.meta.glob('./routes/**/*.ts')", "src/routes/admin/index.ts src/routes/größe.ts"),
            ("require(name); import(folder + '/x'); require('./' + a + '/../../' + b)", ""),
            ("fork('./jobs/mail.js'); const dir = 'routes'; app.register(autoload, { dir })", ""),
        ];
        for (code, expected) in table {
            assert_eq!(reached(code), expected, "{code}");
        }
    }

    #[test]
    fn code_for_browsers_is_not_followed() {
        let (_, reached) = rounds(
            &[("app.tsx", "import './button'"), ("button.tsx", "'use client'; import './inner';"), ("inner.ts", "")],
            &["app.tsx"],
        );
        assert_eq!(reached, ["app.tsx"]);
    }

    #[test]
    fn links_know_where_they_stand() {
        let text = "/* größe */ import a from 'express';";
        let files = crate::in_memory::InMemory::new(&[("a.ts", text)]);
        let mut graph = ModuleGraph::default();
        graph.start_from(&"a.ts".into());
        assert!(graph.advance(&Layout::of(files.sources()), files.sources()).is_empty());
        let link = graph.links(&"a.ts".into()).first().expect("a link");
        assert_eq!(link.to, Resolution::Package { name: "express".into(), subpath: String::new() });
        assert_eq!(text.get(link.span.range()), Some("'express'"));
    }
}
