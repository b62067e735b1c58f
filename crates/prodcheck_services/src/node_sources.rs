//! Every place of the repository that names the Node.js of one service: images, platforms, version files, pipelines,
//! `engines`.

use crate::routes::container::{base_image, node_of_stage};
use crate::routes::node_version::asked;
use crate::routes::purpose::{self, Purpose};
use crate::{NodeVersion, Repository, Service, Setting, Tool};
use prodcheck_facts::automation::{Automation, Job, Use, Variable};
use prodcheck_facts::dockerfile::Dockerfile;
use prodcheck_facts::npm::Package;
use prodcheck_facts::{FileFacts, folders, version_file};
use prodcheck_source::{Place, RepoPath, Span, Spanned};
use std::collections::BTreeSet;

/// One place that names a version of Node.js.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeSource {
    /// What kind of place it is.
    pub kind: NodeSourceKind,
    /// The versions; several for a matrix, of which each is run.
    pub versions: Vec<NodeVersion>,
    /// Where.
    pub place: Place,
    /// What stands there, short.
    pub shown: String,
}

/// What names a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeSourceKind {
    /// What a route of the service runs: an image, a platform's setting, a program's path.
    Route,
    /// An image that is not deployed: a stage that builds, a container to develop in.
    Image,
    /// A version file, or `volta` of a package.
    Pin,
    /// A pipeline.
    Pipeline,
    /// `devEngines` of a package.
    DevEngines,
    /// `engines` of a package.
    Engines,
}

/// How many places of one kind are looked at.
const MOST: usize = 500;

impl Service {
    /// Every place that names its Node.js, sorted by kind; of version files and packages those nearest to it first.
    pub fn node_sources(&self) -> Vec<NodeSource> {
        let mut sources = Vec::new();
        for route in &self.routes {
            sources.extend(route.layers.iter().filter_map(|layer| named(&layer.node)));
        }
        self.images(&mut sources);
        pins(&self.repository, &self.path, &mut sources);
        for (path, file) in self.repository.facts.automation_files().filter(|(_, file)| file.tool.is_pipeline()) {
            Pipeline { path, file }.read(&mut sources);
        }
        sources.sort_by_key(|source| source.kind);
        let mut seen = BTreeSet::new();
        sources.retain(|source| seen.insert((source.place.clone(), source.shown.clone())));
        sources
    }

    /// The images of its Dockerfiles: every stage of those that are deployed, and those to develop in.
    fn images(&self, sources: &mut Vec<NodeSource>) {
        let deployed: BTreeSet<&RepoPath> = self
            .routes
            .iter()
            .flat_map(|route| &route.layers)
            .filter(|layer| layer.tool == Tool::Dockerfile)
            .map(|layer| &layer.place.path)
            .collect();
        for (path, facts) in self.repository.facts.iter() {
            let FileFacts::Dockerfile(file) = facts else { continue };
            if deployed.contains(path) || self.is_for_developers(path) {
                sources.extend(stages(file));
            }
        }
    }

    /// Whether a Dockerfile is for those who work on this service, by its name and folder.
    fn is_for_developers(&self, path: &RepoPath) -> bool {
        let purpose = purpose::of_file(path);
        let aside = folders::is_example(path) && !path.parts().any(|part| part == ".devcontainer");
        let package =
            |folder: &RepoPath| folder.join("package.json").is_some_and(|file| self.repository.files.contains(&file));
        let of_this = path
            .parent()
            .ancestors()
            .find(package)
            .is_some_and(|folder| self.path.is_in(&folder) && folder.parts().count() >= self.path.parts().count());
        purpose == Purpose::Development && !aside && !folders::is_test(path) && of_this
    }
}

fn named(setting: &Setting<NodeVersion>) -> Option<NodeSource> {
    let (version, place, shown) = match setting {
        Setting::Set { value, place, shown, .. } => (value, place, shown),
        Setting::BuiltIn { value, place, by } => (value, place, by),
        _ => return None,
    };
    Some(NodeSource {
        kind: NodeSourceKind::Route,
        versions: vec![version.clone()],
        place: place.clone(),
        shown: shown.clone(),
    })
}

fn stages(file: &Dockerfile) -> Vec<NodeSource> {
    let stages = 0..file.tree.stages.len().min(50);
    let found = stages.filter_map(|stage| named(&node_of_stage(file, stage)));
    found.map(|source| NodeSource { kind: NodeSourceKind::Image, ..source }).collect()
}

/// What the version files and packages say for a folder.
fn pins(repository: &Repository, folder: &RepoPath, sources: &mut Vec<NodeSource>) {
    for folder in folder.ancestors() {
        let mut own: Vec<NodeSource> = Vec::new();
        for (path, facts) in repository.facts.iter() {
            let node = match facts {
                FileFacts::Version(file) if version_file::folder_of(path) == folder => file.node.clone(),
                FileFacts::Npmrc(file) if path.parent() == folder => {
                    file.get("use-node-version").map(|setting| setting.value.clone())
                }
                _ => None,
            };
            own.extend(node.map(|node| source(NodeSourceKind::Pin, path, &node, &node.value)));
        }
        // The order in which the rulebook names them.
        own.sort_by_key(|source| {
            [".nvmrc", ".node-version", ".tool-versions"]
                .iter()
                .position(|name| source.place.path.name() == *name)
                .unwrap_or(3)
        });
        sources.append(&mut own);
        if let Some(path) = folder.join("package.json")
            && let Some(package) = repository.facts.package(&path)
        {
            of_package(&path, package, sources);
        }
    }
}

fn source(kind: NodeSourceKind, path: &RepoPath, version: &Spanned<String>, shown: &str) -> NodeSource {
    NodeSource {
        kind,
        versions: vec![asked(&version.value)],
        place: Place::new(path.clone(), version.span),
        shown: shown.to_owned(),
    }
}

fn of_package(path: &RepoPath, package: &Package, sources: &mut Vec<NodeSource>) {
    if let Some((_, version)) = package.volta.iter().find(|(tool, _)| tool == "node") {
        sources.push(source(NodeSourceKind::Pin, path, version, &format!("volta.node: {}", version.value)));
    }
    let runtimes = package.dev_engines.iter().filter(|one| one.kind == "runtime" && one.name.value == "node");
    for version in runtimes.filter_map(|runtime| runtime.version.as_ref()) {
        let shown = format!("devEngines.runtime: node {}", version.value);
        sources.push(source(NodeSourceKind::DevEngines, path, version, &shown));
    }
    if let Some((_, version)) = package.engines.iter().find(|(tool, _)| tool == "node") {
        sources.push(source(NodeSourceKind::Engines, path, version, &format!("engines.node: {}", version.value)));
    }
}

/// Actions, orbs and tasks that install Node.js, and the inputs that name the version.
///
/// <https://github.com/actions/setup-node>, <https://github.com/volta-cli/action>,
/// <https://circleci.com/developer/orbs/orb/circleci/node>,
/// <https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/node-tool-v0>.
const INSTALLERS: &[(&str, &[&str])] = &[
    ("actions/setup-node", &["node-version"]),
    ("volta-cli/action", &["node-version"]),
    ("guardian/actions-setup-node", &["node-version"]),
    ("buildjet/setup-node", &["node-version"]),
    ("useblacksmith/setup-node", &["node-version"]),
    ("node/install", &["node-version", "version"]),
    ("node/install-packages", &["node-version"]),
    ("NodeTool", &["versionSpec"]),
    ("UseNode", &["version"]),
];

/// One pipeline.
struct Pipeline<'a> {
    path: &'a RepoPath,
    file: &'a Automation,
}

impl Pipeline<'_> {
    fn read(&self, sources: &mut Vec<NodeSource>) {
        let first = sources.len();
        for job in &self.file.jobs {
            for image in &job.images {
                self.image(job, image, sources);
            }
            for (axis, values) in &job.matrix {
                // Travis installs what stands under this key.
                if axis == "node_js"
                    && let Some(span) = values.iter().map(|value| value.span).reduce(Span::to)
                {
                    self.versions(values.iter().map(|value| value.value.as_str()), span, "node_js", sources);
                }
            }
            for call in job.steps.iter().filter_map(|step| step.uses.as_ref()) {
                self.call(job, call, sources);
            }
            if sources.len() > first + MOST {
                return;
            }
        }
    }

    fn image(&self, job: &Job, image: &Spanned<String>, sources: &mut Vec<NodeSource>) {
        let (texts, span) = self.resolved(job, image);
        let version = |text: &String| match base_image::node(text) {
            Some(base_image::Node::Version(version)) => Some(version),
            _ => None,
        };
        let shown = format!("image: {}", texts.join(", "));
        self.add(texts.iter().filter_map(version).collect(), span, shown, sources);
    }

    fn call(&self, job: &Job, call: &Use, sources: &mut Vec<NodeSource>) {
        let name = call.name.value.as_str();
        let installer = INSTALLERS.iter().find(|(known, _)| name == *known || name.split('@').next() == Some(known));
        let given = installer.and_then(|(_, inputs)| inputs.iter().find_map(|input| call.input(input)));
        let Some(Variable { name, value: Some(value) }) = given else { return };
        let (texts, span) = self.resolved(job, value);
        // Several versions can stand on lines of their own.
        self.versions(texts.iter().flat_map(|text| text.lines()), span, &name.value, sources);
    }

    fn versions<'t>(&self, texts: impl Iterator<Item = &'t str>, span: Span, key: &str, sources: &mut Vec<NodeSource>) {
        let texts: Vec<&str> = texts.map(str::trim).filter(|text| !text.is_empty() && !text.contains('$')).collect();
        let versions = texts.iter().map(|text| asked(text)).collect();
        self.add(versions, span, format!("{key}: {}", texts.join(", ")), sources);
    }

    fn add(&self, versions: Vec<NodeVersion>, span: Span, shown: String, sources: &mut Vec<NodeSource>) {
        if !versions.is_empty() {
            let place = Place::new(self.path.clone(), span);
            sources.push(NodeSource { kind: NodeSourceKind::Pipeline, versions, place, shown });
        }
    }

    /// The texts that a text stands for, and where they stand: an expression is put in from the matrix, the variables or
    /// the inputs.
    fn resolved(&self, job: &Job, text: &Spanned<String>) -> (Vec<String>, Span) {
        let Some((before, rest)) = text.value.split_once("${{") else { return (vec![text.value.clone()], text.span) };
        let Some((expression, after)) = rest.split_once("}}") else { return (Vec::new(), text.span) };
        let expression = expression.trim();
        let variable = |variables: &'_ [Variable], name: &str| {
            let found = variables.iter().rev().find(|one| one.name.value == name)?;
            found.value.clone()
        };
        let values: Vec<Spanned<String>> = if let Some(axis) = expression.strip_prefix("matrix.") {
            let axis = job.matrix.iter().find(|(known, _)| known == axis);
            axis.map(|(_, values)| values.clone()).unwrap_or_default()
        } else if let Some(name) = expression.strip_prefix("env.") {
            variable(&job.variables, name).or_else(|| variable(&self.file.variables, name)).into_iter().collect()
        } else if let Some(name) = expression.strip_prefix("inputs.") {
            let input = self.file.inputs.iter().find(|input| input.name.value == name);
            input.and_then(|input| input.default.clone()).into_iter().collect()
        } else {
            Vec::new()
        };
        let span = values.iter().map(|value| value.span).reduce(Span::to).unwrap_or(text.span);
        let texts = values.iter().map(|value| format!("{before}{}{after}", value.value));
        (texts.filter(|text| !text.contains("${{")).collect(), span)
    }
}
