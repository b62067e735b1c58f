//! NAIS, NAV's platform: `Application` resources.
//!
//! Follows <https://doc.nais.io/workloads/application/reference/application-spec/>.

use super::entries::{command, count, field, listed_variables, present, size, text_at};
use super::{Deployed, Made, Platform, PlatformFile, Role};
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Span};

/// Whether it could be a NAIS application.
pub(super) fn is_nais(path: &RepoPath) -> bool {
    let folder = path.parent();
    let named = path.name().starts_with("nais") || matches!(folder.name(), ".nais" | "nais");
    named && matches!(path.extension(), Some("yaml" | "yml"))
}

/// Reads the applications of a file.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let is_application = |node: &&Node| {
        node.get("kind").and_then(Node::as_str) == Some("Application")
            && node.get("apiVersion").and_then(Node::as_str).is_some_and(|version| version.starts_with("nais.io"))
    };
    let deployed: Vec<Deployed> = parsed.tree.iter().filter(is_application).map(application).collect();
    if deployed.is_empty() {
        return (None, Vec::new());
    }
    (Some(PlatformFile::of(Platform::Nais, deployed)), parsed.notes)
}

fn application(node: &Node) -> Deployed {
    let name = text_at(node, &["metadata", "name"]);
    let place = name.as_ref().map_or(Span::at(node.span.start as usize), |name| name.span);
    Deployed {
        role: Role::Web,
        command: command(node, &["spec", "command"]),
        made: Made::Image(text_at(node, &["spec", "image"])),
        environment: listed_variables(node.at(&["spec", "env"]), "name"),
        instances: field(node, &["spec", "replicas", "min"], count),
        memory: field(node, &["spec", "resources", "limits", "memory"], size),
        health: field(node, &["spec", "liveness"], present).or_else(|| field(node, &["spec", "readiness"], present)),
        ..Deployed::at(name, place)
    }
}
