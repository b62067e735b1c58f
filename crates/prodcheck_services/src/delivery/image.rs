//! The installs of a Dockerfile, in the stages that make the production image, and whether the lock file is there then.

use super::chain::{Act, Runner};
use super::install::{self, InstallScope, InstallStep, LockFile, lock_names};
use crate::{Repository, Route, Service, Tool};
use prodcheck_facts::automation::{ScriptCommand, of_command, of_script};
use prodcheck_facts::dockerfile::{Copied, CopyFrom, Dockerfile, Image, Ran};
use prodcheck_formats::dockerfile::Form;
use prodcheck_source::{Glob, Place, RepoPath};
use std::collections::BTreeSet;

/// How many stages of one Dockerfile are looked into.
const STAGES: usize = 100;

/// The stages that a route's image is made of, by file and number.
pub fn stages_of(repository: &Repository, route: &Route) -> BTreeSet<(RepoPath, usize)> {
    let mut found = BTreeSet::new();
    for layer in route.layers.iter().filter(|layer| layer.tool == Tool::Dockerfile) {
        let Some(file) = repository.facts.dockerfile(&layer.place.path) else { continue };
        let at = layer.place.span;
        let stage = file.tree.stages.iter().position(|stage| stage.span.contains(at)).or(file.production_stage(None));
        let mut open: Vec<usize> = stage.into_iter().collect();
        while let Some(stage) = open.pop() {
            if stage < STAGES && found.insert((layer.place.path.clone(), stage)) {
                let image = file.image(stage, &|_| None, None);
                open.extend(image.runs.iter().map(|run| run.stage));
                open.extend(image.copies.iter().filter_map(|copied| match copied.from {
                    CopyFrom::Stage(stage) => Some(stage),
                    _ => None,
                }));
            }
        }
    }
    found
}

/// The installs of the stages, in the order of the text.
pub fn installs(
    repository: &Repository,
    runner: &Runner<'_>,
    service: &Service,
    stages: &BTreeSet<(RepoPath, usize)>,
) -> Vec<InstallStep> {
    let mut found: Vec<InstallStep> = Vec::new();
    for (path, stage) in stages {
        let Some(file) = repository.facts.dockerfile(path) else { continue };
        let image = file.image(*stage, &|_| None, None);
        let ci = image
            .environment
            .iter()
            .any(|one| one.name == "CI" && !matches!(one.value.as_deref(), Some("" | "0" | "false")));
        for ran in image.runs.iter().filter(|ran| ran.stage == *stage) {
            let commands: Vec<ScriptCommand> = match &ran.form {
                Form::Shell(script) => of_script(path, script),
                Form::Exec(command) => of_command(path, command),
            };
            let folders = vec![service.path.clone(), RepoPath::root(), path.parent()];
            for mut act in runner.acts(path, &commands, folders, false) {
                act.in_pipeline = ci;
                found.extend(install(repository, file, &image, ran, act));
            }
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup_by(|a, b| a.place == b.place);
    found
}

fn install(repository: &Repository, file: &Dockerfile, image: &Image, ran: &Ran, mut act: Act) -> Option<InstallStep> {
    // In an image, folders are not the repository's: `cd client && npm ci` may be one of them all the same.
    let known: Vec<RepoPath> = act.folders.iter().filter(|folder| is_folder(repository, folder)).cloned().collect();
    act.folders = if known.is_empty() { vec![RepoPath::root()] } else { known };
    let mut step = install::of_act(repository, &act, InstallScope::Production)?;
    if act.path == file.path {
        step.place = Place::new(file.path.clone(), act.span);
    } else {
        step.called_by = Some(ran.place.clone());
    }
    if let LockFile::There(path) = &step.lock_file
        && !has_lock(repository, file, image, ran, lock_names(step.manager), 0)
    {
        step.lock_file = LockFile::NotCopied(path.clone());
    }
    Some(step)
}

fn is_folder(repository: &Repository, folder: &RepoPath) -> bool {
    folder.is_root() || repository.files.is_folder(folder)
}

/// Whether a lock file may be in the image when a command runs. Where that cannot be told, it may.
fn has_lock(
    repository: &Repository,
    file: &Dockerfile,
    image: &Image,
    ran: &Ran,
    names: &[&str],
    depth: usize,
) -> bool {
    let instruction = file.tree.instructions.iter().find(|one| one.span == ran.place.span);
    let mounts = instruction.into_iter().flat_map(|one| &one.flags).filter(|flag| flag.name.value == "mount");
    for mount in mounts {
        let options = mount.value.as_ref().map(|value| value.excerpt().text().to_owned()).unwrap_or_default();
        let source =
            options.split(',').find_map(|option| option.strip_prefix("source=").or(option.strip_prefix("src=")));
        let binds = options.contains("type=bind") || !options.contains("type=");
        if binds && source.is_none_or(|source| brings(repository, file, source, names)) {
            return true;
        }
    }
    copies_bring(repository, file, image.copies.iter().take(ran.copies_before), names, depth)
}

fn copies_bring<'a>(
    repository: &Repository,
    file: &Dockerfile,
    copies: impl Iterator<Item = &'a Copied>,
    names: &[&str],
    depth: usize,
) -> bool {
    let mut any = false;
    for copied in copies {
        any = true;
        let found = match &copied.from {
            CopyFrom::Context => copied.sources.iter().any(|source| brings(repository, file, source, names)),
            CopyFrom::Stage(stage) => copied.sources.iter().any(|source| {
                let last = source.trim_end_matches('/').rsplit('/').next().unwrap_or("");
                if matches_name(last, names) {
                    return true;
                }
                // A single other file is not the lock file; a folder may hold what its stage has.
                if last.contains('.') && !last.starts_with('.') && !last.contains('*') {
                    return false;
                }
                let image = file.image(*stage, &|_| None, None);
                let unknown_base = image.base.as_ref().is_none_or(|base| base.image.is_none());
                let makes = image.runs.iter().any(prunes);
                depth >= 8
                    || unknown_base
                    || makes
                    || copies_bring(repository, file, image.copies.iter(), names, depth + 1)
            }),
            CopyFrom::Other(_) | CopyFrom::Elsewhere => true,
        };
        if found {
            return true;
        }
    }
    // Without any copy the files come from the base image, or from a command.
    !any
}

/// Commands that bring a project's files: `turbo prune`, `git clone`.
fn prunes(run: &Ran) -> bool {
    let Form::Shell(script) = &run.form else { return false };
    script.commands().iter().any(|visit| {
        let words: Vec<String> = visit.command.words.iter().filter_map(|word| word.literal()).collect();
        words
            .iter()
            .any(|word| matches!(word.as_str(), "prune" | "clone" | "tar" | "unzip" | "deploy" | "curl" | "wget"))
    })
}

/// Whether what is copied from the context can hold a lock file.
fn brings(repository: &Repository, file: &Dockerfile, source: &str, names: &[&str]) -> bool {
    let source = source.trim_start_matches("./").trim_matches('/');
    if source.is_empty() || source == "." || source == "*" || source == ".." {
        return true;
    }
    if source.contains('$') {
        return true;
    }
    let last = source.rsplit('/').next().unwrap_or(source);
    if matches_name(last, names) {
        return true;
    }
    let contexts = file.path.ancestors().skip(1);
    let folders = contexts.filter_map(|context| context.join(source));
    let holds = |folder: RepoPath| {
        names.iter().filter_map(|name| folder.join(name)).any(|path| repository.files.contains(&path))
    };
    folders.into_iter().any(holds)
}

fn matches_name(pattern: &str, names: &[&str]) -> bool {
    names.contains(&pattern)
        || (pattern.contains(['*', '?', '[']) && names.iter().any(|name| Glob::new(pattern).matches(name)))
}
