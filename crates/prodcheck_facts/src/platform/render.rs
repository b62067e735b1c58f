//! Render's `render.yaml`.
//!
//! Follows <https://render.com/docs/blueprint-spec>.

use super::entries::{command, count, field, listed_variables, named, present, text_at, version_in};
use super::{Deployed, Made, Platform, PlatformFile, Role};
use crate::given::entry_span;
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Spanned};

/// Whether it is a blueprint; Render reads it at the root of the repository.
pub(super) fn is_render(path: &RepoPath) -> bool {
    matches!(path.name(), "render.yaml" | "render.yml") && path.parent().is_root()
}

/// Reads a blueprint: its services, those of its projects' environments included.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, parsed.notes) };
    let environments = root
        .get("projects")
        .map_or(&[][..], Node::items)
        .iter()
        .flat_map(|project| project.get("environments").map_or(&[][..], Node::items));
    let holders = std::iter::once(root).chain(root.get("ungrouped")).chain(environments);
    let services: Vec<Deployed> =
        holders.flat_map(|holder| holder.get("services").map_or(&[][..], Node::items)).filter_map(service).collect();
    if root.get("services").is_none() && services.is_empty() {
        return (None, parsed.notes);
    }
    let previews = root
        .entry("previews")
        .filter(|entry| entry.value.get("generation").and_then(Node::as_str) != Some("off"))
        .or_else(|| root.entry("previewsEnabled").filter(|entry| entry.value.as_bool() == Some(true)))
        .map(|entry| entry.key_span);
    (Some(PlatformFile { previews, ..PlatformFile::of(Platform::Render, services) }), parsed.notes)
}

fn service(node: &Node) -> Option<Deployed> {
    let kind = node.entry("type")?;
    let runtime = node.get("runtime").or_else(|| node.get("env")).and_then(Node::as_str).unwrap_or("");
    let role = match (kind.value.as_str()?, runtime) {
        (_, "static") | ("static", _) => Role::Static,
        ("web", _) => Role::Web,
        ("pserv" | "worker", _) => Role::Worker,
        ("cron", _) => Role::Job,
        _ => return None,
    };
    let made = match runtime {
        "docker" => Made::Dockerfile {
            path: text_at(node, &["dockerfilePath"]),
            context: text_at(node, &["dockerContext"]),
            target: None,
        },
        "image" => Made::Image(text_at(node, &["image", "url"])),
        "" | "node" | "static" => Made::FromSource,
        // Python, Ruby, Go and others.
        _ => return None,
    };
    let environment = listed_variables(node.get("envVars"), "key");
    let commands = |key: &str| text_at(node, &[key]).into_iter().collect::<Vec<Spanned<String>>>();
    let name = text_at(node, &["name"]);
    let place = node.entry("name").map_or_else(|| entry_span(kind), entry_span);
    Some(Deployed {
        role,
        command: command(node, &["startCommand"]).or_else(|| command(node, &["dockerCommand"])),
        folder: text_at(node, &["rootDir"]),
        made,
        node: version_in(&environment, "NODE_VERSION"),
        environment,
        builds: commands("buildCommand"),
        releases: [commands("preDeployCommand"), commands("initialDeployHook")].concat(),
        instances: field(node, &["scaling", "minInstances"], count).or_else(|| field(node, &["numInstances"], count)),
        memory: field(node, &["plan"], named),
        health: field(node, &["healthCheckPath"], present),
        ..Deployed::at(name, place)
    })
}
