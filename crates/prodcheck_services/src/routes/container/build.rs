//! Builds of images: which Dockerfile, stage and context make an image, and what is in it.

use super::mounts::Mounts;
use crate::Repository;
use prodcheck_facts::command::{self, Argv, Invocation, PackageManager, Packages};
use prodcheck_facts::dockerfile::{Copied, CopyFrom, Dockerfile, Image, Ran};
use prodcheck_formats::dockerfile::Form;
use prodcheck_formats::shell::{Command, Script};
use prodcheck_program::workspaces::Workspaces;
use prodcheck_source::{Place, RepoPath};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

/// How many images of the repository may be made from one another in a row.
const DEPTH: usize = 8;

/// How many stages of one file are looked into. Real files have a dozen.
const STAGES: usize = 100;

/// How many commands of one build are looked at for files that they move.
const MOVES: usize = 1_000;

/// A build of an image, as a compose file, a script or a pipeline asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRequest {
    /// The Dockerfile.
    pub dockerfile: RepoPath,
    /// The folder that is sent to the build; `None` where nobody says.
    pub context: Option<RepoPath>,
    /// The stage that is asked for by name or number.
    pub target: Option<String>,
    /// The values of build arguments that are known.
    pub arguments: BTreeMap<String, String>,
    /// What asks for it; `None` where nothing does.
    pub place: Option<Place>,
}

impl BuildRequest {
    /// A Dockerfile that nothing is known to build.
    pub fn of(dockerfile: RepoPath) -> Self {
        Self { dockerfile, context: None, target: None, arguments: BTreeMap::new(), place: None }
    }
}

/// What a build makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// What was asked for, the context filled in.
    pub request: BuildRequest,
    /// The stage that is built.
    pub stage: usize,
    /// The stage's `FROM`.
    pub place: Place,
    /// The stage's last instruction.
    pub last_instruction: Place,
    /// The image, with what it takes over from images that the repository builds too.
    pub image: Image,
    /// Which files of the repository stand where in it.
    pub mounts: Mounts,
    /// The builds of the images of the repository that it is made from, the nearest first.
    pub bases: Vec<Built>,
}

/// Builds images from the repository's Dockerfiles.
#[derive(Debug)]
pub struct Builder<'a> {
    repository: &'a Repository,
    workspaces: &'a Workspaces,
    names: Vec<(ImageName, BuildRequest)>,
}

impl<'a> Builder<'a> {
    /// A builder that knows no image by name yet.
    pub fn new(repository: &'a Repository, workspaces: &'a Workspaces) -> Self {
        Self { repository, workspaces, names: Vec::new() }
    }

    /// Notes the name that a build gives to its image.
    pub fn name(&mut self, image: &str, request: BuildRequest) {
        if let Some(name) = ImageName::of(image)
            && !self.names.iter().any(|(known, other)| *known == name && *other == request)
        {
            self.names.push((name, request));
        }
    }

    /// The build of an image of this name, where the repository has it.
    pub fn named(&self, image: &str) -> Option<&BuildRequest> {
        let name = ImageName::of(image)?;
        self.names.iter().find(|(known, _)| known.matches(&name)).map(|(_, request)| request)
    }

    /// What a build makes; `None` where its Dockerfile has no such stage or was not read.
    pub fn build(&self, request: &BuildRequest) -> Option<Built> {
        self.build_at(request, DEPTH)
    }

    fn build_at(&self, request: &BuildRequest, depth: usize) -> Option<Built> {
        let file = self.repository.facts.dockerfile(&request.dockerfile)?;
        let stage = file.production_stage(request.target.as_deref())?;
        let given = |name: &str| request.arguments.get(name).cloned();
        let mut image = file.image(stage, &given, None);
        let on = (depth > 0).then_some(()).and_then(|()| {
            let base = image.base.as_ref()?.image.as_deref()?;
            let base =
                self.named(base).filter(|base| base.dockerfile != request.dockerfile || base.target.is_some())?;
            self.build_at(base, depth - 1)
        });
        let mut bases = Vec::new();
        let mut mounts = Mounts::default();
        if let Some(on) = on {
            image = file.image(stage, &given, Some(on.image.clone()));
            mounts = on.mounts.clone();
            bases.extend(on.bases.iter().cloned());
            bases.insert(0, on);
        }
        let place = image.place.clone()?;
        let context = request.context.clone().unwrap_or_else(|| self.likely_context(file));
        let stages = Stages { builder: self, file, given: &given, context: &context, moves: Cell::new(MOVES) };
        stages.fill(&mut mounts, &image, &mut HashMap::new());
        Some(Built {
            request: BuildRequest { context: Some(context), ..request.clone() },
            stage,
            place,
            last_instruction: Self::last_instruction(file, stage)?,
            image,
            mounts,
            bases,
        })
    }

    fn last_instruction(file: &Dockerfile, stage: usize) -> Option<Place> {
        let instructions = file.tree.instructions_of(file.tree.stages.get(stage)?);
        Some(Place::new(file.path.clone(), instructions.last()?.span))
    }

    /// The context that a Dockerfile seems to be written for: of its own folder and those above it the one that holds most
    /// of what it copies, the innermost of several.
    fn likely_context(&self, file: &Dockerfile) -> RepoPath {
        let files = &self.repository.files;
        let mut sources: Vec<String> = Vec::new();
        for stage in 0..file.tree.stages.len().min(50) {
            let image = file.image(stage, &|_| None, None);
            let own = image.copies.into_iter().filter(|copied| copied.from == CopyFrom::Context);
            sources.extend(own.flat_map(|copied| copied.sources));
        }
        sources.sort();
        sources.dedup();
        sources.truncate(200);
        let holds = |folder: &RepoPath, source: &String| {
            let literal = source.split(['*', '?', '[']).next().unwrap_or("");
            let whole = literal.len() == source.len();
            let path = if whole { literal } else { literal.rsplit_once('/').map_or("", |(folder, _)| folder) };
            folder
                .join(path.trim_start_matches('/'))
                .is_some_and(|path| path == *folder || files.contains(&path) || files.is_folder(&path))
        };
        let own = file.path.parent();
        let mut best = (0, own.clone());
        for folder in own.ancestors() {
            let held = sources.iter().filter(|source| holds(&folder, source)).count();
            if held > best.0 {
                best = (held, folder);
            }
        }
        best.1
    }
}

/// The stages of one Dockerfile while files are brought into them.
struct Stages<'a> {
    builder: &'a Builder<'a>,
    file: &'a Dockerfile,
    given: &'a dyn Fn(&str) -> Option<String>,
    context: &'a RepoPath,
    /// How many moves of files may still be followed.
    moves: Cell<usize>,
}

impl Stages<'_> {
    /// Brings in what an image's copies and commands bring, in order.
    fn fill(&self, mounts: &mut Mounts, image: &Image, done: &mut HashMap<usize, Mounts>) {
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

    fn stage(&self, stage: usize, done: &mut HashMap<usize, Mounts>) -> Mounts {
        if stage >= STAGES {
            return Mounts::default();
        }
        if let Some(known) = done.get(&stage) {
            return known.clone();
        }
        // Stages only copy from earlier ones; what is asked for while it is being filled is a circle.
        done.insert(stage, Mounts::default());
        let mut mounts = Mounts::default();
        self.fill(&mut mounts, &self.file.image(stage, self.given, None), done);
        done.insert(stage, mounts.clone());
        mounts
    }

    fn copy(&self, mounts: &mut Mounts, copied: &Copied, done: &mut HashMap<usize, Mounts>) {
        let Some(to) = &copied.destination else { return };
        let several = copied.sources.len() > 1;
        let files = &self.builder.repository.files;
        match &copied.from {
            CopyFrom::Context => {
                for source in &copied.sources {
                    match source.find(['*', '?', '[']) {
                        None => {
                            if let Some(path) = self.context.join(source.trim_start_matches('/')) {
                                mounts.copy(&path, to, several, files);
                            }
                        }
                        // Files by pattern come from one folder, unless the pattern goes over folders.
                        Some(at) if source.get(at..).is_some_and(|pattern| !pattern.contains('/')) => {
                            let folder = source.get(..at).and_then(|literal| literal.rsplit_once('/'));
                            let folder = folder.map_or("", |(folder, _)| folder.trim_start_matches('/'));
                            if let Some(path) = self.context.join(folder) {
                                mounts.put(to, Some(path));
                            }
                        }
                        Some(_) => {}
                    }
                }
            }
            CopyFrom::Stage(stage) => {
                let other = self.stage(*stage, done);
                for source in &copied.sources {
                    mounts.copy_from(&other, &rooted(source), to, several);
                }
            }
            CopyFrom::Other(_) | CopyFrom::Elsewhere => mounts.put(to, None),
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
                    let Some(to) = in_folder(folder.as_deref(), to) else { continue };
                    let before = mounts.clone();
                    for source in sources {
                        let (source, content) = match source.strip_suffix("/.").or_else(|| source.strip_suffix("/*")) {
                            Some(folder) => (folder, true),
                            None => (*source, false),
                        };
                        let Some(from) = in_folder(folder.as_deref(), source) else { continue };
                        if before.candidates(&from).is_empty() {
                            continue;
                        }
                        // A folder goes into a folder that is there; to tell is to look at both.
                        let name = from.rsplit('/').next().unwrap_or("");
                        if !content && (sources.len() > 1 || !before.candidates(&to).is_empty()) {
                            mounts.copy_from(&before, &from, &format!("{to}/{name}"), false);
                        } else {
                            mounts.copy_from(&before, &from, &to, sources.len() > 1);
                        }
                    }
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

/// A source of another image, which starts from its root.
fn rooted(source: &str) -> String {
    format!("/{}", source.trim_start_matches('/').trim_start_matches("./"))
}

/// A path taken from a folder of an image.
pub(super) fn in_folder(folder: Option<&str>, path: &str) -> Option<String> {
    let start = if path.starts_with('/') { "" } else { folder? };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

/// The name of an image without its tag, of which parts can be unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ImageName {
    /// What stands between the unknown parts.
    pieces: Vec<String>,
}

impl ImageName {
    /// `None` where nothing of the name is known. `${…}`, `${{ … }}`, `$NAME` and `{{ … }}` are unknown parts.
    fn of(image: &str) -> Option<Self> {
        let mut pieces = vec![String::new()];
        let mut rest = image.trim();
        while let Some(next) = rest.chars().next() {
            let length = unknown_length(rest);
            if length > 0 {
                pieces.push(String::new());
                rest = rest.get(length..)?;
                continue;
            }
            if next == '@' || (next == ':' && !rest.contains('/')) {
                break;
            }
            pieces.last_mut()?.push(next.to_ascii_lowercase());
            rest = rest.get(next.len_utf8()..)?;
        }
        let known = pieces.iter().any(|piece| piece.chars().any(char::is_alphanumeric));
        let last = pieces.last().is_some_and(|piece| !piece.is_empty());
        (known && last).then_some(Self { pieces })
    }

    /// Whether both can be the same name; unknown parts stand for anything.
    fn matches(&self, other: &Self) -> bool {
        match (self.pieces.as_slice(), other.pieces.as_slice()) {
            ([one], [other]) => one == other || one.strip_prefix("docker.io/") == Some(other),
            (pattern, [text]) | ([text], pattern) => fits(pattern, text),
            _ => self == other,
        }
    }
}

fn fits(pattern: &[String], text: &str) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return false };
    let Some((last, middle)) = rest.split_last() else { return first == text };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        match rest.find(piece.as_str()) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.len() > last.len() && rest.ends_with(last.as_str())
}

/// The length of the unknown part at the start of a text; 0 where there is none.
fn unknown_length(text: &str) -> usize {
    let until = |end: &str| text.find(end).map_or(text.len(), |at| at + end.len());
    if text.starts_with("${{") || text.starts_with("{{") {
        until("}}")
    } else if text.starts_with("${") {
        until("}")
    } else if let Some(name) = text.strip_prefix('$') {
        1 + name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images_match_without_their_tags() {
        let matches = |a: &str, b: &str| ImageName::of(a).unwrap().matches(&ImageName::of(b).unwrap());
        assert!(matches("acme/api:1.2", "acme/api") && matches("host:5000/api:1", "host:5000/api@sha256:00"));
        assert!(matches("ghcr.io/${{ github.repository_owner }}/api:latest", "ghcr.io/acme/api:${TAG:-1}"));
        assert!(matches("$REGISTRY/api", "ghcr.io/acme/api") && matches("docker.io/acme/api", "acme/api"));
        assert!(!matches("acme/api", "acme/api-docs") && !matches("ghcr.io/${X}/api", "ghcr.io/acme/web"));
        assert!(
            ImageName::of("${{ env.IMAGE }}").is_none() && ImageName::of("ghcr.io/${{ github.repository }}").is_none()
        );
    }
}
