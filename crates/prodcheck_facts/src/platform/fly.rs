//! Fly.io's `fly.toml`.
//!
//! Follows <https://fly.io/docs/reference/configuration/>.

use super::entries::{as_text, command, count, field, mebibytes, named, size, text_at};
use super::{Deployed, MOST, Made, Platform, PlatformFile, Replaced, Role};
use crate::given::{entry_span, variables};
use prodcheck_formats::toml;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// Whether it is Fly's configuration for production. Others are named on the command line (`fly.staging.toml`).
pub(super) fn is_fly(path: &RepoPath) -> bool {
    matches!(path.name(), "fly.toml" | "fly.prod.toml" | "fly.production.toml")
}

/// Reads a `fly.toml`: one entry for each of its processes.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = toml::parse(text);
    let root = &parsed.tree;
    let known = ["app", "build", "http_service", "services", "processes", "vm", "deploy", "env"];
    if !known.iter().any(|key| root.get(key).is_some()) {
        return (None, parsed.notes);
    }
    let app = root.entry("app").map_or(Span::at(root.span.start as usize), entry_span);
    let mut names: Vec<Spanned<String>> = root
        .get("processes")
        .into_iter()
        .flat_map(Node::entries)
        .take(MOST)
        .map(|entry| Spanned::new(entry.key.clone(), entry.key_span))
        .collect();
    if names.is_empty() {
        names.push(Spanned::new("app".to_owned(), app));
    }
    let only = names.len() == 1;
    let deployed = names.iter().map(|name| process(root, name, only)).collect();
    (Some(PlatformFile::of(Platform::Fly, deployed)), parsed.notes)
}

/// Whether a table (`[http_service]`, `[[vm]]`) is for a process: one without `processes` is for all.
fn is_for(table: &Node, process: &str) -> bool {
    let processes = table.get("processes").map_or(&[][..], Node::items);
    processes.is_empty() || processes.iter().any(|name| name.as_str() == Some(process))
}

/// The first of several tables that is for a process.
fn table<'a>(root: &'a Node, key: &str, process: &str) -> Option<&'a Node> {
    let node = root.get(key)?;
    if node.as_object().is_some() {
        return Some(node).filter(|table| is_for(table, process));
    }
    node.items().iter().find(|table| is_for(table, process))
}

fn process(root: &Node, name: &Spanned<String>, only: bool) -> Deployed {
    let service = table(root, "http_service", &name.value).or_else(|| table(root, "services", &name.value));
    let empty = Node::unknown(name.span);
    let service = service.unwrap_or(&empty);
    let vm = table(root, "vm", &name.value).unwrap_or(&empty);
    let restart = table(root, "restart", &name.value).unwrap_or(&empty);
    let checks = field(service, &["checks"], listed)
        .or_else(|| field(service, &["http_checks"], listed))
        .or_else(|| field(service, &["tcp_checks"], listed))
        .or_else(|| field(root, &["checks"], listed));
    let web = service.as_object().is_some() || only && root.get("processes").is_none();
    let made = match (root.at(&["build", "image"]), root.get("build")) {
        (Some(_), _) => Made::Image(text_at(root, &["build", "image"])),
        (None, Some(build)) if build.get("dockerfile").is_some() || build.get("build-target").is_some() => {
            Made::Dockerfile {
                path: text_at(build, &["dockerfile"]),
                context: None,
                target: text_at(build, &["build-target"]),
            }
        }
        _ => Made::FromSource,
    };
    let memory = field(vm, &["memory"], size)
        .or_else(|| field(vm, &["memory_mb"], mebibytes))
        .or_else(|| field(vm, &["size"], named));
    let policy = field(restart, &["policy"], as_text);
    Deployed {
        role: if web { Role::Web } else { Role::Worker },
        command: command(root, &["processes", &name.value]),
        made,
        environment: root.get("env").map(variables).unwrap_or_default(),
        releases: text_at(root, &["deploy", "release_command"]).into_iter().collect(),
        instances: field(service, &["min_machines_running"], count),
        memory,
        health: checks,
        restarts: policy.map(|policy| policy.and_then(|policy| Some(!matches!(policy.as_str(), "never" | "no")))),
        retries: field(restart, &["retries"], crate::given::whole_number),
        replaced: field(root, &["deploy", "strategy"], |node| {
            Some(if node.as_str()? == "immediate" { Replaced::AtOnce } else { Replaced::Rolling })
        }),
        ..Deployed::at(Some(name.clone()), place(root, name, service))
    }
}

/// Checks that are there; an empty list is none.
fn listed(node: &Node) -> Option<bool> {
    Some(!node.items().is_empty() || node.entries().next().is_some())
}

/// Where what a process lacks belongs: its own line, else the app's.
fn place(root: &Node, name: &Spanned<String>, service: &Node) -> Span {
    if root.get("processes").is_some() || service.as_object().is_none() {
        return name.span;
    }
    ["http_service", "services"].iter().find_map(|key| root.entry(key)).map_or(name.span, |entry| entry.key_span)
}
