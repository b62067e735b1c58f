//! Charts: `Chart.yaml`, the charts that it depends on, and where those are.
//!
//! <https://helm.sh/docs/topics/charts/>

use crate::fields::text;
use prodcheck_formats::value::Node;
use prodcheck_source::{FileSet, Place, RepoPath, Span, Spanned};

/// A chart as its `Chart.yaml` (before Helm 3 also its `requirements.yaml`) describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The folder that holds `Chart.yaml`.
    pub folder: RepoPath,
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `version`.
    pub version: Option<Spanned<String>>,
    /// `appVersion`, as spelled.
    pub app_version: Option<Spanned<String>>,
    /// `type: library`: it has nothing but named templates for other charts.
    pub is_library: bool,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
}

/// A chart that another one depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependency {
    /// The file that declares it.
    pub path: RepoPath,
    /// `name`.
    pub name: Spanned<String>,
    /// `version`, a constraint.
    pub version: Option<Spanned<String>>,
    /// `repository`, such as `https://charts.example.org` or `file://../common`.
    pub repository: Option<Spanned<String>>,
    /// `alias`: the key that its values stand under in place of the name.
    pub alias: Option<Spanned<String>>,
    /// `condition`: paths of values, with commas between them, of which the first that is there switches it on or off.
    pub condition: Option<Spanned<String>>,
    /// The entry.
    pub span: Span,
    /// Its folder, where its chart is in the repository unpacked.
    pub folder: Option<RepoPath>,
    /// What values files set for it, in the order in which they count, the last one most.
    pub values: Vec<SetValues>,
}

/// The values that one file sets for a dependency.
#[derive(Debug, Clone, PartialEq)]
pub struct SetValues {
    /// The key and where it stands.
    pub key: Place,
    /// What is set, with places in the same file.
    pub values: Node,
}

impl Dependency {
    /// The key that its values stand under.
    pub fn key(&self) -> &str {
        self.alias.as_ref().map_or(&self.name.value, |alias| &alias.value)
    }
}

/// Whether a file is a chart's description.
pub fn is_chart(path: &RepoPath) -> bool {
    path.name() == "Chart.yaml"
}

/// Whether a file holds named templates of a chart; its other files are YAML.
pub fn is_template(path: &RepoPath) -> bool {
    path.extension() == Some("tpl") && path.parts().any(|part| part == "templates")
}

/// Reads the chart of a folder; nothing where there is none. `values` are the files whose values count, in order.
pub(super) fn read(files: &FileSet, folder: &RepoPath, values: &[RepoPath]) -> Option<Chart> {
    let parse = |path: &RepoPath| prodcheck_formats::yaml::parse(files.text(path)?.text()).tree.into_iter().next();
    let path = folder.join("Chart.yaml")?;
    let root = parse(&path)?;
    let mut dependencies = Vec::new();
    let old = folder.join("requirements.yaml").filter(|path| files.contains(path));
    for path in std::iter::once(&path).chain(old.as_ref()) {
        let tree = parse(path);
        let items = tree.as_ref().and_then(|tree| tree.get("dependencies")).map_or(&[][..], Node::items);
        dependencies.extend(items.iter().filter_map(|item| dependency(files, folder, path, item)));
    }
    for set in values {
        let Some(tree) = parse(set) else { continue };
        for dependency in &mut dependencies {
            if let Some(entry) = tree.entry(dependency.key()) {
                let key = Place::new(set.clone(), entry.key_span);
                dependency.values.push(SetValues { key, values: entry.value.clone() });
            }
        }
    }
    Some(Chart {
        folder: folder.clone(),
        name: root.get("name").and_then(spelled),
        version: root.get("version").and_then(spelled),
        app_version: root.get("appVersion").and_then(spelled),
        is_library: root.get("type").and_then(Node::as_str) == Some("library"),
        dependencies,
    })
}

fn spelled(node: &Node) -> Option<Spanned<String>> {
    Some(Spanned::new(node.to_text()?, node.span))
}

fn dependency(files: &FileSet, folder: &RepoPath, path: &RepoPath, node: &Node) -> Option<Dependency> {
    let name = text(node.get("name")?)?;
    let repository = node.get("repository").and_then(text);
    let alias = node.get("alias").and_then(text);
    let beside = repository.as_ref().and_then(|repository| folder.join(repository.value.strip_prefix("file://")?));
    let vendored = |name: &str| folder.join(&format!("charts/{name}"));
    let candidates = [vendored(&name.value), alias.as_ref().and_then(|alias| vendored(&alias.value)), beside];
    let is_chart = |folder: &RepoPath| folder.join("Chart.yaml").is_some_and(|path| files.contains(&path));
    Some(Dependency {
        path: path.clone(),
        version: node.get("version").and_then(spelled),
        condition: node.get("condition").and_then(text),
        span: node.span,
        folder: candidates.into_iter().flatten().find(is_chart),
        values: Vec::new(),
        name,
        repository,
        alias,
    })
}
