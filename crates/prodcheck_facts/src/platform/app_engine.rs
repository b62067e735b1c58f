//! Google App Engine's `app.yaml`.
//!
//! Follows <https://cloud.google.com/appengine/docs/standard/reference/app-yaml?tab=node.js> and
//! <https://cloud.google.com/appengine/docs/flexible/reference/app-yaml?tab=node.js>.

use super::entries::{as_text, command, count, field, named, present, text_at};
use super::{Deployed, Made, Memory, Platform, PlatformFile, Scale};
use crate::given::{entry_span, variables};
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath};

/// Whether it could be App Engine's.
pub(super) fn is_app_yaml(path: &RepoPath) -> bool {
    matches!(path.name(), "app.yaml" | "app.yml" | "app.prod.yaml" | "app.production.yaml")
}

/// Reads the one service that the file configures, where it runs Node.js or an image.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, Vec::new()) };
    let Some((entry, runtime)) = root.entry("runtime").and_then(|entry| Some((entry, entry.value.as_str()?))) else {
        return (None, Vec::new());
    };
    let made = match runtime {
        "custom" => Made::Dockerfile { path: None, context: None, target: None },
        _ if runtime.starts_with("nodejs") => Made::FromSource,
        _ => return (None, Vec::new()),
    };
    let version = field(root, &["runtime"], |node| Some(node.as_str()?.strip_prefix("nodejs")?.to_owned()))
        .filter(|field| field.known().is_some_and(|version| !version.is_empty()))
        .or_else(|| field(root, &["runtime_config", "runtime_version"], as_text));
    let scaling = field(root, &["manual_scaling", "instances"], count)
        .or_else(|| field(root, &["automatic_scaling", "min_instances"], many))
        .or_else(|| field(root, &["automatic_scaling", "min_num_instances"], many))
        .or_else(|| field(root, &["basic_scaling", "max_instances"], count));
    let deployed = Deployed {
        command: command(root, &["entrypoint"]),
        made,
        environment: root.get("env_variables").map(variables).unwrap_or_default(),
        instances: scaling,
        memory: field(root, &["resources", "memory_gb"], gigabytes).or_else(|| field(root, &["instance_class"], named)),
        health: field(root, &["liveness_check"], present).or_else(|| field(root, &["readiness_check"], present)),
        node: version,
        ..Deployed::at(text_at(root, &["service"]), entry_span(entry))
    };
    (Some(PlatformFile::of(Platform::AppEngine, vec![deployed])), parsed.notes)
}

/// Automatic scaling adds instances beyond the least number.
fn many(node: &Node) -> Option<Scale> {
    count(node).map(|_| Scale::Automatic)
}

fn gigabytes(node: &Node) -> Option<Memory> {
    let number = node.as_number().filter(|number| number.is_finite() && *number >= 0.0)?;
    Some(Memory::Bytes((number * f64::from(1u32 << 30)) as u64))
}
