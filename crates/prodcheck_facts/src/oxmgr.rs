//! What an Oxmgr file declares, in the spelling that Oxmgr reads and in the checklist's own.
//!
//! Keys: <https://github.com/Vladimir-Urik/OxMgr/blob/master/docs/OXFILE.md>.

mod command;

pub use command::{OxmgrAction, OxmgrCommand, command};

use crate::given::{self, Field, Keys, Variable};
use prodcheck_formats::value::{Entry, Node, Object};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// An `oxfile.toml`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OxmgrFile {
    /// `[defaults]`.
    pub defaults: OxmgrSettings,
    /// `[[apps]]`; `None` where the file has none, which Oxmgr refuses.
    pub apps: Option<Vec<OxmgrApp>>,
    /// `[processes.<name>]`, the checklist's spelling, which Oxmgr does not know.
    pub processes: Vec<OxmgrApp>,
    /// The environments that `[deploy.<name>]` describes.
    pub deploys: Vec<Spanned<String>>,
}

/// One application.
#[derive(Debug, Clone, PartialEq)]
pub struct OxmgrApp {
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// A short place in it, where a key that is absent belongs.
    pub place: Span,
    /// What it sets itself.
    pub settings: OxmgrSettings,
    /// `[apps.profiles.<name>]`.
    pub profiles: Vec<OxmgrProfile>,
}

/// What changes under `--env <name>`.
#[derive(Debug, Clone, PartialEq)]
pub struct OxmgrProfile {
    /// The name.
    pub name: Spanned<String>,
    /// What it sets.
    pub settings: OxmgrSettings,
}

/// When Oxmgr starts a process again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestartPolicy {
    /// After every exit.
    Always,
    /// After an exit with an error; the default.
    OnFailure,
    /// Never.
    Never,
}

/// How many processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceCount {
    /// This many.
    Number(u64),
    /// This many, written as text, which Oxmgr refuses.
    Quoted(u64),
    /// `"max"`: one a processor, the checklist's spelling, which Oxmgr refuses.
    Max,
}

/// What polls a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthCommand {
    /// This command.
    Command(String),
    /// A URL, the checklist's idea, which Oxmgr does not know.
    Url(String),
    /// A table of a kind that says neither.
    Table,
}

/// The keys that `[defaults]`, an app and a profile share. Of each, what that one table sets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OxmgrSettings {
    /// `command`: split like a shell's words, run without a shell. Apps alone have it.
    pub command: Option<Field<String>>,
    /// `cwd`, relative to the file's folder.
    pub cwd: Option<Field<String>>,
    /// `env`.
    pub env: Vec<Variable>,
    /// `restart_policy`.
    pub restart_policy: Option<Field<RestartPolicy>>,
    /// `max_restarts`: the budget of restarts until somebody resets it; 0 never restarts.
    pub max_restarts: Option<Field<u64>>,
    /// `crash_restart_limit`: restarts in five minutes; 0 switches it off.
    pub crash_restart_limit: Option<Field<u64>>,
    /// `restart_window_secs`, in seconds: the checklist's spelling, which Oxmgr ignores.
    pub restart_window_secs: Option<Field<u64>>,
    /// `instances`.
    pub instances: Option<Field<InstanceCount>>,
    /// `cluster_mode`.
    pub cluster_mode: Option<Field<bool>>,
    /// `cluster_instances`; absent or 0 it is one a processor.
    pub cluster_instances: Option<Field<u64>>,
    /// `max_memory_mb`, in MiB; 0 switches it off.
    pub max_memory_mb: Option<Field<u64>>,
    /// `resource_limits.max_memory_mb`: the checklist's spelling, which Oxmgr ignores.
    pub nested_max_memory_mb: Option<Field<u64>>,
    /// `max_open_files`, in `resource_limits` or not: the checklist's spelling, which Oxmgr ignores.
    pub max_open_files: Option<Field<u64>>,
    /// `health_cmd`.
    pub health_cmd: Option<Field<String>>,
    /// A `health_check` or `health` table: the checklist's spelling, which Oxmgr ignores.
    pub health_table: Option<Field<HealthCommand>>,
    /// `wait_ready`: a reload waits for `health_cmd`.
    pub wait_ready: Option<Field<bool>>,
    /// `ready_timeout_secs`, in seconds.
    pub ready_timeout_secs: Option<Field<u64>>,
    /// `reuse_port`.
    pub reuse_port: Option<Field<bool>>,
    /// `stop_signal`.
    pub stop_signal: Option<Field<String>>,
    /// `stop_timeout_secs`, in seconds.
    pub stop_timeout_secs: Option<Field<u64>>,
    /// `watch`: whether a changed file restarts it.
    pub watch: Option<Field<bool>>,
    /// `cron_restart`.
    pub cron_restart: Option<Field<String>>,
    /// `logs.stdout`, `logs.stderr` and `logs.combined`.
    pub logs: Vec<Field<String>>,
    /// `pull_secret`.
    pub pull_secret: Option<Field<String>>,
    /// `disabled`: left out of what Oxmgr starts.
    pub disabled: Option<Field<bool>>,
}

/// Whether the name is that of an Oxmgr file: `oxfile.toml`, which Oxmgr's own commands default to, and its variants
/// (`oxfile.prod.toml`, `api.oxfile.toml`, `oxmgr.toml`).
pub fn is_oxfile(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    name.strip_suffix(".toml")
        .is_some_and(|stem| stem.split(['.', '-', '_']).any(|part| part == "oxfile" || part == "oxmgr"))
}

/// Reads a file and notes what is not TOML; `None` where it is no Oxmgr file.
pub fn read_file(text: &str) -> (Option<OxmgrFile>, Vec<Note>) {
    let parsed = prodcheck_formats::toml::parse(text);
    (read(&parsed.tree), parsed.notes)
}

/// Reads a TOML tree; `None` where it is no Oxmgr file.
pub fn read(tree: &Node) -> Option<OxmgrFile> {
    let root = tree.as_object()?;
    let apps = root.entry("apps").filter(|entry| is_list(&entry.value));
    let processes = root.entry("processes");
    if apps.is_none() && processes.is_none() && root.entry("defaults").is_none() {
        return None;
    }
    let defaults = root.get("defaults").and_then(Node::as_object).map(settings).unwrap_or_default();
    Some(OxmgrFile {
        defaults,
        apps: apps.map(|entry| entry.value.items().iter().filter_map(|node| listed(node, entry.key_span)).collect()),
        processes: processes.map(declared).unwrap_or_default(),
        deploys: root.get("deploy").map(names).unwrap_or_default(),
    })
}

fn is_list(node: &Node) -> bool {
    matches!(node.value, prodcheck_formats::value::Value::Array(_))
}

fn names(node: &Node) -> Vec<Spanned<String>> {
    node.entries().map(|entry| Spanned::new(entry.key.clone(), entry.key_span)).collect()
}

/// `[processes.<name>]`, or `[[processes]]` with names inside.
fn declared(entry: &Entry) -> Vec<OxmgrApp> {
    let listed = entry.value.items().iter().filter_map(|node| listed(node, entry.key_span));
    let named = entry.value.entries().filter_map(|named| {
        let object = named.value.as_object()?;
        let name = Spanned::new(named.key.clone(), named.key_span);
        Some(OxmgrApp { place: place(object, named.key_span), name: Some(name), ..app(object) })
    });
    listed.chain(named).collect()
}

fn listed(node: &Node, fallback: Span) -> Option<OxmgrApp> {
    let object = node.as_object()?;
    Some(OxmgrApp { place: place(object, fallback), ..app(object) })
}

fn app(object: &Object) -> OxmgrApp {
    let profile = |entry: &Entry| {
        let name = Spanned::new(entry.key.clone(), entry.key_span);
        entry.value.as_object().map(|object| OxmgrProfile { name, settings: settings(object) })
    };
    OxmgrApp {
        name: object.get("name").and_then(given::spanned_text),
        place: Span::default(),
        settings: settings(object),
        profiles: object.get("profiles").into_iter().flat_map(Node::entries).filter_map(profile).collect(),
    }
}

/// A line of the app itself, rather than a table that spans many.
fn place(object: &Object, fallback: Span) -> Span {
    Keys::of(object).entry(&["name", "command"]).map_or(fallback, given::entry_span)
}

fn settings(object: &Object) -> OxmgrSettings {
    let keys = Keys::of(object);
    let limits = object.get("resource_limits").and_then(Node::as_object);
    let limits = limits.map(|object| Keys::nested(object, "resource_limits."));
    let logs = object.get("logs").and_then(Node::as_object).map(|object| Keys::nested(object, "logs."));
    OxmgrSettings {
        command: keys.text(&["command"]),
        cwd: keys.text(&["cwd"]),
        env: object.get("env").map(given::variables).unwrap_or_default(),
        restart_policy: keys.text(&["restart_policy"]).map(|field| field.and_then(|text| restart_policy(&text))),
        max_restarts: keys.count(&["max_restarts"]),
        crash_restart_limit: keys.count(&["crash_restart_limit"]),
        restart_window_secs: keys.count(&["restart_window_secs"]),
        instances: keys.field(&["instances"], instances),
        cluster_mode: keys.flag(&["cluster_mode"]),
        cluster_instances: keys.count(&["cluster_instances"]),
        max_memory_mb: keys.count(&["max_memory_mb"]),
        nested_max_memory_mb: limits.and_then(|limits| limits.count(&["max_memory_mb"])),
        max_open_files: keys
            .count(&["max_open_files"])
            .or_else(|| limits.and_then(|limits| limits.count(&["max_open_files"]))),
        health_cmd: keys.text(&["health_cmd"]),
        health_table: keys.field(&["health_check", "health"], health_table),
        wait_ready: keys.flag(&["wait_ready"]),
        ready_timeout_secs: keys.count(&["ready_timeout_secs"]),
        reuse_port: keys.flag(&["reuse_port"]),
        stop_signal: keys.text(&["stop_signal"]),
        stop_timeout_secs: keys.count(&["stop_timeout_secs"]),
        watch: keys.field(&["watch"], watch),
        cron_restart: keys.text(&["cron_restart"]),
        logs: ["stdout", "stderr", "combined"]
            .iter()
            .filter_map(|name| logs.and_then(|logs| logs.text(&[name])))
            .collect(),
        pull_secret: keys.text(&["pull_secret"]),
        disabled: keys.flag(&["disabled"]),
    }
}

fn restart_policy(text: &str) -> Option<RestartPolicy> {
    match text {
        "always" => Some(RestartPolicy::Always),
        "on_failure" | "on-failure" => Some(RestartPolicy::OnFailure),
        "never" => Some(RestartPolicy::Never),
        _ => None,
    }
}

fn instances(node: &Node) -> Option<InstanceCount> {
    match node.as_str() {
        Some("max") => Some(InstanceCount::Max),
        Some(text) => text.parse().ok().map(InstanceCount::Quoted),
        None => given::whole_number(node).map(InstanceCount::Number),
    }
}

fn health_table(node: &Node) -> Option<HealthCommand> {
    if let Some(command) = node.as_str() {
        return Some(HealthCommand::Command(command.to_owned()));
    }
    let keys = Keys::of(node.as_object()?);
    let text = |names: &[&str]| keys.entry(names).and_then(|entry| entry.value.to_text());
    let command = text(&["cmd", "command", "health_cmd"]).map(HealthCommand::Command);
    let url = text(&["url", "http", "endpoint", "path"]).map(HealthCommand::Url);
    Some(command.or(url).unwrap_or(HealthCommand::Table))
}

/// `true`, a path, or several; empty ones watch nothing.
fn watch(node: &Node) -> Option<bool> {
    let is_path = |node: &Node| node.as_str().is_some_and(|path| !path.trim().is_empty());
    match node.as_bool() {
        Some(value) => Some(value),
        None if is_list(node) => Some(node.items().iter().any(is_path)),
        None => node.as_str().map(|_| is_path(node)),
    }
}

#[cfg(test)]
mod tests;
