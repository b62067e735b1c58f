//! DigitalOcean App Platform: app specs in `.do/`.
//!
//! Follows <https://docs.digitalocean.com/products/app-platform/reference/app-spec/>.

use super::entries::{command, count, field, listed_variables, named, present, text_at};
use super::{Deployed, MOST, Made, Platform, PlatformFile, Role};
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Span};

/// Whether it is an app spec.
pub(super) fn is_spec(path: &RepoPath) -> bool {
    path.parent().name() == ".do" && matches!(path.extension(), Some("yaml" | "yml"))
}

/// Reads an app spec. A template for a "Deploy to DigitalOcean" button holds it under `spec`.
pub(super) fn read(path: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, parsed.notes) };
    let spec = root.get("spec").unwrap_or(root);
    let kinds =
        [("services", Role::Web), ("workers", Role::Worker), ("jobs", Role::Job), ("static_sites", Role::Static)];
    let mut deployed = Vec::new();
    for (key, role) in kinds {
        let components = spec.get(key).map_or(&[][..], Node::items);
        deployed.extend(components.iter().take(MOST).map(|component| one(component, role)));
    }
    if deployed.is_empty() {
        return (None, parsed.notes);
    }
    let template = path.name().contains("template");
    (Some(PlatformFile { template, ..PlatformFile::of(Platform::DigitalOcean, deployed) }), parsed.notes)
}

fn one(node: &Node, role: Role) -> Deployed {
    let name = text_at(node, &["name"]);
    let place = name.as_ref().map_or(Span::at(node.span.start as usize), |name| name.span);
    let made = match (node.get("image"), node.get("dockerfile_path")) {
        (Some(_), _) => Made::Image(text_at(node, &["image", "repository"])),
        (None, Some(_)) => Made::Dockerfile {
            path: text_at(node, &["dockerfile_path"]),
            context: text_at(node, &["source_dir"]),
            target: None,
        },
        (None, None) => Made::FromSource,
    };
    Deployed {
        role,
        command: command(node, &["run_command"]),
        folder: text_at(node, &["source_dir"]),
        made,
        environment: listed_variables(node.get("envs"), "key"),
        builds: text_at(node, &["build_command"]).into_iter().collect(),
        instances: field(node, &["autoscaling", "min_instance_count"], count)
            .or_else(|| field(node, &["instance_count"], count)),
        memory: field(node, &["instance_size_slug"], named),
        health: field(node, &["health_check"], present).or_else(|| field(node, &["liveness_health_check"], present)),
        ..Deployed::at(name, place)
    }
}
