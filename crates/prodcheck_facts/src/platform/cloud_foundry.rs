//! Cloud Foundry's `manifest.yml`.
//!
//! Follows <https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html>.

use super::entries::{command, count, field, size, text_at};
use super::{Deployed, MOST, Made, Platform, PlatformFile, Role};
use crate::given::variables;
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Span};

/// Whether it could be a manifest.
pub(super) fn is_manifest(path: &RepoPath) -> bool {
    let stem = path.name().strip_suffix(".yml").or_else(|| path.name().strip_suffix(".yaml"));
    matches!(stem, Some("manifest" | "manifest-prod" | "manifest-production" | "manifest.prod"))
}

/// Reads the applications of a manifest.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let applications = parsed.tree.first().and_then(|root| root.get("applications")).map_or(&[][..], Node::items);
    let deployed: Vec<Deployed> = applications.iter().take(MOST).map(application).collect();
    if deployed.is_empty() {
        return (None, Vec::new());
    }
    (Some(PlatformFile::of(Platform::CloudFoundry, deployed)), parsed.notes)
}

fn application(node: &Node) -> Deployed {
    let name = text_at(node, &["name"]);
    let place = name.as_ref().map_or(Span::at(node.span.start as usize), |name| name.span);
    let routed = node.get("no-route").and_then(Node::as_bool) != Some(true);
    let image = text_at(node, &["docker", "image"]);
    Deployed {
        role: if routed { Role::Web } else { Role::Worker },
        command: command(node, &["command"]),
        folder: text_at(node, &["path"]),
        made: if image.is_some() { Made::Image(image) } else { Made::FromSource },
        environment: node.get("env").map(variables).unwrap_or_default(),
        instances: field(node, &["instances"], count),
        memory: field(node, &["memory"], size),
        health: field(node, &["health-check-type"], |kind| Some(!matches!(kind.as_str()?, "process" | "none"))),
        ..Deployed::at(name, place)
    }
}
