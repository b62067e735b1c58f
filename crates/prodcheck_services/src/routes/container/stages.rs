//! The stages of one Dockerfile while files of the repository are brought into them.

use super::base_image;
use super::build::{Builder, in_folder};
use super::mounts::Mounts;
use prodcheck_facts::command::{self, Argv, Invocation, PackageManager, Packages};
use prodcheck_facts::dockerfile::{Copied, CopyFrom, Dockerfile, Image, Ran};
use prodcheck_formats::dockerfile::Form;
use prodcheck_formats::shell::{Command, Script};
use prodcheck_source::{Place, RepoPath};
use std::cell::Cell;
use std::collections::HashMap;

/// How many stages of one file are looked into. Real files have a dozen.
const STAGES: usize = 100;

/// How many commands of one build are looked at for files that they move.
const MOVES: usize = 1_000;

/// The stages of one Dockerfile.
pub(super) struct Stages<'a> {
    builder: &'a Builder<'a>,
    file: &'a Dockerfile,
    given: &'a dyn Fn(&str) -> Option<String>,
    context: &'a RepoPath,
    /// How many images of the repository may still be made from one another in a row.
    depth: usize,
    /// How many moves of files may still be followed.
    moves: Cell<usize>,
}

/// What is in a stage.
#[derive(Debug, Clone, Default)]
pub(super) struct Stage {
    mounts: Mounts,
    /// Whether the folder that it works in is known to its base image alone, so that `/` stands for it here.
    somewhere: bool,
}

impl<'a> Stages<'a> {
    pub fn new(
        builder: &'a Builder<'a>,
        file: &'a Dockerfile,
        given: &'a dyn Fn(&str) -> Option<String>,
        context: &'a RepoPath,
        depth: usize,
    ) -> Self {
        Self { builder, file, given, context, depth, moves: Cell::new(MOVES) }
    }

    /// Brings in what an image's copies and commands bring, in order.
    pub fn fill(&self, mounts: &mut Mounts, image: &Image, done: &mut HashMap<usize, Stage>) {
        let mut runs = image.runs.iter().peekable();
        for (at, copied) in image.copies.iter().enumerate() {
            while let Some(run) = runs.next_if(|run| run.copies_before <= at) {
                self.run(mounts, run);
            }
            self.copy(mounts, copied, done);
        }
        for run in runs {
            self.run(mounts, run);
        }
    }

    fn stage(&self, stage: usize, done: &mut HashMap<usize, Stage>) -> Stage {
        if stage >= STAGES {
            return Stage::default();
        }
        if let Some(known) = done.get(&stage) {
            return known.clone();
        }
        // Stages only copy from earlier ones; what is asked for while it is being filled is a circle.
        done.insert(stage, Stage::default());
        let image = self.file.image(stage, self.given, None);
        let base = image.base.as_ref().and_then(|base| base.image.as_deref());
        let other = self.other(base);
        let known = other.is_some() || base.is_some_and(|base| base_image::node(base).is_some());
        let mut filled = Stage { mounts: other.unwrap_or_default(), somewhere: !image.has_working_dir && !known };
        self.fill(&mut filled.mounts, &image, done);
        done.insert(stage, filled.clone());
        filled
    }

    /// What is in another image, where the repository builds it.
    fn other(&self, image: Option<&str>) -> Option<Mounts> {
        let depth = self.depth.checked_sub(1)?;
        let request = self.builder.named(image?)?;
        (request.dockerfile != self.file.path)
            .then(|| self.builder.build_at(&request, depth))
            .flatten()
            .map(|built| built.mounts)
    }

    fn copy(&self, mounts: &mut Mounts, copied: &Copied, done: &mut HashMap<usize, Stage>) {
        let Some(to) = &copied.destination else { return };
        let several = copied.sources.len() > 1;
        let other = match &copied.from {
            CopyFrom::Context => {
                copied.sources.iter().for_each(|source| self.copy_from_context(mounts, source, to, several));
                return;
            }
            CopyFrom::Stage(stage) => Some(self.stage(*stage, done)),
            CopyFrom::Other(name) => self.other(name.as_deref()).map(|mounts| Stage { mounts, somewhere: false }),
            CopyFrom::Elsewhere => None,
        };
        let Some(Stage { mounts: other, somewhere }) = other else { return mounts.put(to, None) };
        for source in &copied.sources {
            let source = format!("/{}", source.trim_start_matches('/').trim_start_matches("./"));
            if let Some(pattern) = source.find(['*', '?', '[']) {
                // Files by pattern come from one folder.
                let folder =
                    source.get(..pattern).and_then(|literal| literal.rsplit_once('/')).map_or("", |(folder, _)| folder);
                mounts.copy_from(&other, &format!("{folder}/"), to, false);
                continue;
            }
            let files = &self.builder.repository.files;
            let there = |path: &RepoPath| files.contains(path) || files.is_folder(path);
            if somewhere && !other.candidates(&source).iter().any(there) {
                // The folder that the stage works in, which only its base image knows, is the one that is copied.
                mounts.copy_from(&other, "/", to, false);
                continue;
            }
            // What Next.js puts together holds the package's own files too, from the workspace's root on:
            // <https://nextjs.org/docs/app/api-reference/config/next-config-js/output>.
            if let Some(package) = source.trim_end_matches('/').strip_suffix("/.next/standalone") {
                let folder =
                    other.folder(if package.is_empty() { "/" } else { package }, &self.builder.repository.files);
                mounts.put(to, folder.map(|folder| self.builder.workspaces.root_of(&folder).clone()));
            }
            mounts.copy_from(&other, &source, to, several);
        }
    }

    fn copy_from_context(&self, mounts: &mut Mounts, source: &str, to: &str, several: bool) {
        let source = source.trim_start_matches('/');
        let files = &self.builder.repository.files;
        let Some(pattern) = source.find(['*', '?', '[']) else {
            let Some(path) = self.context.join(source) else { return };
            if path.name() == "package.json" && (several || to.ends_with('/') || to.ends_with("/package.json")) {
                mounts.found_package(to.strip_suffix("package.json").unwrap_or(to), path.parent());
            }
            return mounts.copy(&path, to, several, files);
        };
        // Files by pattern come from one folder, unless the pattern goes over folders.
        if source.get(pattern..).is_some_and(|pattern| !pattern.contains('/')) {
            let folder = source.get(..pattern).and_then(|literal| literal.rsplit_once('/'));
            if let Some(path) = self.context.join(folder.map_or("", |(folder, _)| folder)) {
                mounts.put(to, Some(path));
            }
        }
    }

    /// What a `RUN` moves about: `cp`, `mv`, `pnpm deploy`, `turbo prune`.
    fn run(&self, mounts: &mut Mounts, run: &Ran) {
        let Form::Shell(script) = &run.form else { return };
        let mut folder = run.working_dir.clone();
        for words in literal_commands(script) {
            let Some(left) = self.moves.get().checked_sub(1) else { return };
            self.moves.set(left);
            let Some((program, arguments)) = words.split_first() else { continue };
            let operands: Vec<&str> =
                arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with('-')).collect();
            match (program.as_str(), operands.as_slice()) {
                ("cd", [to]) => folder = in_folder(folder.as_deref(), to),
                ("cp" | "mv", [sources @ .., to]) if !sources.is_empty() => {
                    move_files(mounts, sources, to, folder.as_deref());
                }
                _ => self.package_manager(mounts, &words, folder.as_deref(), &run.place),
            }
        }
    }

    fn package_manager(&self, mounts: &mut Mounts, words: &[String], folder: Option<&str>, place: &Place) {
        let prunes = words.iter().zip(words.iter().skip(1)).any(|(a, b)| a == "turbo" && b == "prune");
        if prunes {
            return prune(mounts, words, folder);
        }
        let words = words.iter().map(|word| command::Word::new(word.clone(), place.clone())).collect();
        let invoked = command::read(&Argv::new(words, place.clone()));
        let Invocation::PackageManager(call) = &invoked.invocation else { return };
        if (call.manager, call.command.as_str()) != (PackageManager::Pnpm, "deploy") {
            return;
        }
        let target = call.options.operands.last().and_then(|word| in_folder(folder, word.text()?));
        let named = match &call.packages {
            Packages::Named(names) => names.first().and_then(command::Word::text),
            _ => None,
        };
        let package = named.and_then(|name| self.builder.workspaces.named(name.trim_end_matches("...")));
        if let (Some(target), Some(package)) = (target, package) {
            mounts.put(&target, Some(package.clone()));
        }
    }
}

fn move_files(mounts: &mut Mounts, sources: &[&str], to: &str, folder: Option<&str>) {
    let Some(to) = in_folder(folder, to) else { return };
    let before = mounts.clone();
    for source in sources {
        let (source, content) = match source.strip_suffix("/.").or_else(|| source.strip_suffix("/*")) {
            Some(folder) => (folder, true),
            None => (*source, false),
        };
        let Some(from) = in_folder(folder, source).filter(|from| !before.candidates(from).is_empty()) else { continue };
        // A folder goes into a folder that is there; to tell is to look at both.
        let name = from.rsplit('/').next().unwrap_or("");
        if !content && (sources.len() > 1 || !before.candidates(&to).is_empty()) {
            mounts.copy_from(&before, &from, &format!("{to}/{name}"), false);
        } else {
            mounts.copy_from(&before, &from, &to, sources.len() > 1);
        }
    }
}

/// `turbo prune`: the packages that one needs, in `out/full`, and their manifests in `out/json`.
/// <https://turborepo.com/docs/reference/prune>
fn prune(mounts: &mut Mounts, words: &[String], folder: Option<&str>) {
    let Some(folder) = folder else { return };
    let option = words.iter().find_map(|word| word.strip_prefix("--out-dir="));
    let next = words.iter().zip(words.iter().skip(1)).find(|(word, _)| *word == "--out-dir").map(|(_, to)| to.as_str());
    let out = option.or(next).unwrap_or("out");
    let before = mounts.clone();
    for part in ["full", "json"] {
        if let Some(to) = in_folder(Some(folder), &format!("{out}/{part}")) {
            mounts.copy_from(&before, folder, &to, false);
        }
    }
}

/// The words of the commands of a script, as far as they are literal.
fn literal_commands(script: &Script) -> Vec<Vec<String>> {
    let words = |command: &Command| command.words.iter().map_while(|word| word.pattern()).collect();
    script.commands().iter().map(|visit| words(visit.command)).collect()
}
