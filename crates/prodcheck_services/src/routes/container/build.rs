//! Builds of images: which Dockerfile, stage and context make an image, and what is in it.

use super::image_name::ImageName;
use super::mounts::Mounts;
use super::node;
use super::stages::Stages;
use crate::routes::purpose::{self, Purpose};
use crate::{NodeVersion, Repository, Setting};
use prodcheck_facts::FileFacts;
use prodcheck_facts::dockerfile::{CopyFrom, Dockerfile, Image};
use prodcheck_program::workspaces::{Workspaces, manifest};
use prodcheck_source::{Place, RepoPath};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// How many images of the repository may be made from one another in a row.
const DEPTH: usize = 8;

/// A build of an image, as a compose file, a script or a pipeline asks for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The Node.js in it.
    pub node: Setting<NodeVersion>,
    /// Which files of the repository stand where in it.
    pub mounts: Mounts,
    /// The builds of the images of the repository that it is made from, the nearest first.
    pub bases: Vec<Built>,
}

/// Builds images from the repository's Dockerfiles.
#[derive(Debug)]
pub struct Builder<'a> {
    pub(super) repository: &'a Repository,
    pub(super) workspaces: &'a Workspaces,
    names: Vec<(ImageName, BuildRequest)>,
    /// What the repository's own image is called: the name of its root package, and the scope of that.
    own: Vec<String>,
    /// The build that makes the repository's own image.
    main: Option<BuildRequest>,
    /// Whether no other build is as surely a service's.
    is_only: bool,
    /// What was built; while it is being built, nothing.
    done: RefCell<BTreeMap<BuildRequest, Option<Built>>>,
}

impl<'a> Builder<'a> {
    /// A builder that knows no image by name yet.
    pub fn new(repository: &'a Repository, workspaces: &'a Workspaces) -> Self {
        let package = manifest(&RepoPath::root(), repository.sources()).and_then(|package| package.name.as_ref());
        let own = package.map_or("", |name| name.value.as_str()).trim_start_matches('@').split('/');
        let own = own.map(str::to_ascii_lowercase).filter(|name| name.len() > 2).collect();
        Self { repository, workspaces, names: Vec::new(), own, main: None, is_only: false, done: RefCell::default() }
    }

    /// Notes the name that a build gives to its image. Names come before builds: what was built stays as it is.
    pub fn name(&mut self, image: &str, request: BuildRequest) {
        if let Some(name) = ImageName::of(image)
            && !self.names.iter().any(|(known, other)| *known == name && *other == request)
        {
            self.names.push((name, request));
        }
    }

    /// Notes the build that makes the repository's own image, and whether no other makes one of its services.
    pub fn main(&mut self, request: BuildRequest, is_only: bool) {
        self.main = Some(request);
        self.is_only = is_only;
        self.done.borrow_mut().clear();
    }

    /// The build of an image of this name, where the repository has it: one that is given that name, or, for the
    /// repository's own name, the main one; for that name with a word more (`acme-base`) the Dockerfile of that word.
    pub fn named(&self, image: &str) -> Option<BuildRequest> {
        let name = ImageName::of(image)?;
        if let Some((_, request)) = self.names.iter().find(|(known, _)| known.matches(&name)) {
            return Some(request.clone());
        }
        let rest = self.own.iter().find_map(|own| name.last().strip_prefix(own.as_str()))?;
        match (rest.strip_prefix(['-', '_']), name.named_tag()) {
            (None, None) if rest.is_empty() => self.main.clone(),
            (None, Some(word)) if rest.is_empty() => self.variant(word),
            (Some(word), None) => self.variant(word),
            _ => None,
        }
    }

    /// The build of an image that a workload or a platform runs: one of its name; else the one in the folder that is called
    /// like the image or the workload; else the only one, where the name can be that of an image of one's own.
    pub fn run_by(&self, image: Option<&str>, workload: Option<&str>) -> Option<BuildRequest> {
        if let Some(named) = image.and_then(|image| self.named(image)) {
            return Some(named);
        }
        // Official images have a single word.
        if image.is_some_and(|image| !image.contains(['/', '$', '{', '<', ':'])) {
            return None;
        }
        let last = image.and_then(ImageName::of).map(|name| name.last().to_owned());
        let names: Vec<&str> = last.as_deref().into_iter().chain(workload).collect();
        let mut folders = self.repository.facts.iter().filter(|(path, facts)| {
            let folder = path.parent();
            matches!(facts, FileFacts::Dockerfile(_))
                && path.name() == "Dockerfile"
                && !folder.is_root()
                && names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(folder.name()) || begins_words(folder.name(), name))
        });
        if let (Some((path, _)), None) = (folders.next(), folders.next()) {
            return Some(BuildRequest::of(path.clone()));
        }
        self.main.clone().filter(|_| self.is_only)
    }

    /// The only Dockerfile with a word in its name: `Dockerfile.base`, `base.Dockerfile`.
    fn variant(&self, word: &str) -> Option<BuildRequest> {
        let named = self.repository.facts.iter().filter(|(path, facts)| {
            matches!(facts, FileFacts::Dockerfile(_))
                && purpose::words(path.name()).any(|part| part.eq_ignore_ascii_case(word))
        });
        let mut named = named.map(|(path, _)| path);
        match (named.next(), named.next()) {
            (Some(path), None) => Some(BuildRequest::of(path.clone())),
            _ => None,
        }
    }

    /// What a build makes; `None` where its Dockerfile has no such stage or was not read.
    pub fn build(&self, request: &BuildRequest) -> Option<Built> {
        self.build_at(request, DEPTH)
    }

    pub(super) fn build_at(&self, request: &BuildRequest, depth: usize) -> Option<Built> {
        if let Some(known) = self.done.borrow().get(request) {
            return known.clone();
        }
        self.done.borrow_mut().insert(request.clone(), None);
        let built = self.built(request, depth);
        self.done.borrow_mut().insert(request.clone(), built.clone());
        built
    }

    fn built(&self, request: &BuildRequest, depth: usize) -> Option<Built> {
        let file = self.repository.facts.dockerfile(&request.dockerfile)?;
        let stage = stage(file, request.target.as_deref())?;
        let given = |name: &str| request.arguments.get(name).cloned();
        let mut image = file.image(stage, &given, None);
        let on = depth.checked_sub(1).and_then(|depth| {
            let base = self.named(image.base.as_ref()?.image.as_deref()?)?;
            let same =
                base.dockerfile == request.dockerfile && (base.target.is_none() || base.target == request.target);
            if same { None } else { self.build_at(&base, depth) }
        });
        let mut bases = Vec::new();
        let mut mounts = Mounts::default();
        if let Some(on) = on {
            image = file.image(stage, &given, Some(on.image.clone()));
            mounts = on.mounts.clone();
            bases.extend(on.bases.iter().cloned());
            bases.insert(0, on);
        }
        let own = |name: &str| {
            let request = self.named(name).filter(|other| other.dockerfile != request.dockerfile)?;
            Some(self.build_at(&request, depth.checked_sub(1)?)?.node)
        };
        let node = node::Finder { file, given: &given, own: &own }.stage(stage);
        let place = image.place.clone()?;
        let context = request.context.clone().unwrap_or_else(|| self.likely_context(file));
        Stages::new(self, file, &given, &context, depth).fill(&mut mounts, &image, &mut HashMap::new());
        Some(Built {
            request: BuildRequest { context: Some(context), ..request.clone() },
            stage,
            place,
            last_instruction: last_instruction(file, stage)?,
            image,
            node,
            mounts,
            bases,
        })
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
            let Some(path) = folder.join(path.trim_start_matches('/')) else { return false };
            // All of a folder is code where a package stands in it.
            let package = || path.join("package.json").is_some_and(|package| files.contains(&package));
            if path == *folder { package() } else { files.contains(&path) || files.is_folder(&path) }
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

/// Whether a folder is called by a name and a word more: `api-image` by `api`.
fn begins_words(folder: &str, name: &str) -> bool {
    name.len() > 3 && folder.strip_prefix(name).is_some_and(|rest| rest.starts_with(['-', '_', '.']))
}

fn last_instruction(file: &Dockerfile, stage: usize) -> Option<Place> {
    let instructions = file.tree.instructions_of(file.tree.stages.get(stage)?);
    Some(Place::new(file.path.clone(), instructions.last()?.span))
}

/// The stage that a build makes: the one that it asks for; else the last that has a command. Where that one is for
/// development, tests or a stage before production by its name, the last that is for production, else the last of which
/// nothing is said.
fn stage(file: &Dockerfile, target: Option<&str>) -> Option<usize> {
    let last = file.production_stage(target)?;
    let purpose = |stage: usize| {
        let name = file.tree.stages.get(stage).and_then(|stage| stage.name.as_ref());
        name.map_or(Purpose::Unsaid, |name| purpose::of_words(purpose::words(&name.value)))
    };
    if target.is_some() || !matches!(purpose(last), Purpose::Staging | Purpose::Test | Purpose::Development) {
        return Some(last);
    }
    let runs = file.stages_with_command();
    let find = |wanted: Purpose| (0..=last).rev().find(|at| runs.get(*at) == Some(&true) && purpose(*at) == wanted);
    Some(find(Purpose::Production).or_else(|| find(Purpose::Unsaid)).unwrap_or(last))
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
