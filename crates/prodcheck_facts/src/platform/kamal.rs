//! Kamal's `config/deploy.yml`.
//!
//! Follows <https://kamal-deploy.org/docs/configuration/overview/>.

use super::entries::{command, field, present, size, text_at};
use super::{Deployed, MOST, Made, Platform, PlatformFile, Role, Scale};
use crate::given::{entry_span, variables};
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Spanned};

/// Whether Kamal reads it.
pub(super) fn is_kamal(path: &RepoPath) -> bool {
    path.parent().name() == "config" && matches!(path.name(), "deploy.yml" | "deploy.yaml" | "deploy.production.yml")
}

/// Reads the roles of a service: `web`, which gets requests, and others.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, Vec::new()) };
    let (Some(service), Some(servers)) = (root.entry("service"), root.entry("servers")) else {
        return (None, Vec::new());
    };
    let web = Spanned::new("web".to_owned(), entry_span(service));
    let roles: Vec<(Spanned<String>, Vec<&str>)> = match servers.value.as_object() {
        Some(_) => servers
            .value
            .entries()
            .take(MOST)
            .map(|entry| (Spanned::new(entry.key.clone(), entry.key_span), vec!["servers", entry.key.as_str()]))
            .collect(),
        None => vec![(web, vec!["servers"])],
    };
    let deployed = roles.into_iter().map(|(name, keys)| role(root, name, &keys)).collect();
    (Some(PlatformFile::of(Platform::Kamal, deployed)), parsed.notes)
}

fn role(root: &Node, name: Spanned<String>, keys: &[&str]) -> Deployed {
    let below = |more: &[&'static str]| -> Vec<String> {
        keys.iter().copied().chain(more.iter().copied()).map(str::to_owned).collect()
    };
    let memory: Vec<String> = below(&["options", "memory"]);
    let memory: Vec<&str> = memory.iter().map(String::as_str).collect();
    let start: Vec<String> = below(&["cmd"]);
    let start: Vec<&str> = start.iter().map(String::as_str).collect();
    let place = name.span;
    Deployed {
        role: if name.value == "web" { Role::Web } else { Role::Worker },
        command: command(root, &start),
        made: Made::Dockerfile {
            path: text_at(root, &["builder", "dockerfile"]),
            context: None,
            target: text_at(root, &["builder", "target"]),
        },
        environment: root.at(&["env", "clear"]).or_else(|| root.get("env")).map(variables).unwrap_or_default(),
        instances: field(root, keys, hosts),
        memory: field(root, &memory, size),
        health: field(root, &["proxy", "healthcheck"], present).or_else(|| field(root, &["healthcheck"], present)),
        ..Deployed::at(Some(name), place)
    }
}

/// How many servers it runs on.
fn hosts(node: &Node) -> Option<Scale> {
    let listed = node.get("hosts").unwrap_or(node).items();
    (!listed.is_empty()).then_some(Scale::Count(listed.len() as u64))
}
