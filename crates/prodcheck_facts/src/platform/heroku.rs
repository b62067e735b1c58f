//! Heroku's and Dokku's files: the Procfile's process types, and app.json's formation, checks and variables.
//!
//! Follows <https://devcenter.heroku.com/articles/procfile>,
//! <https://devcenter.heroku.com/articles/app-json-schema> and
//! <https://dokku.com/docs/appendices/file-formats/app-json/>.

use super::entries::{command, count, field, named, present, text_at};
use super::{Command, Deployed, MOST, Made, Platform, PlatformFile, Role};
use crate::given::{Given, Variable, entry_span, spanned_text};
use prodcheck_formats::value::{Entry, Node};
use prodcheck_formats::{json, procfile, yaml};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// Whether it is a Procfile. `Procfile.dev` and its like are for development.
pub(super) fn is_procfile(path: &RepoPath) -> bool {
    path.name() == "Procfile"
}

/// Whether it could be Heroku's `app.json`; Expo's has the same name.
pub(super) fn is_app_json(path: &RepoPath) -> bool {
    path.name() == "app.json"
}

/// Reads a Procfile. The process type `release` runs before a release, and every other type runs long.
pub(super) fn read_procfile(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = procfile::parse(text);
    let mut deployed: Vec<Deployed> = Vec::new();
    for process in parsed.tree.processes.into_iter().take(MOST) {
        let role = match process.name.value.as_str() {
            "web" => Role::Web,
            "release" => Role::Job,
            _ => Role::Worker,
        };
        let command = Some(Command::Line(process.command));
        deployed.push(Deployed { role, command, ..Deployed::at(Some(process.name), process.span) });
    }
    if deployed.is_empty() {
        return (None, parsed.notes);
    }
    (Some(PlatformFile::of(Platform::Heroku, deployed)), parsed.notes)
}

/// Whether Heroku builds images by it.
pub(super) fn is_heroku_yml(path: &RepoPath) -> bool {
    path.name() == "heroku.yml"
}

/// Reads a `heroku.yml`: the images that it builds, and what they run.
/// <https://devcenter.heroku.com/articles/build-docker-images-heroku-yml>
pub(super) fn read_heroku_yml(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, parsed.notes) };
    let images = root.at(&["build", "docker"]).into_iter().flat_map(Node::entries);
    let runs = root.get("run").into_iter().flat_map(Node::entries);
    let mut deployed: Vec<Deployed> = Vec::new();
    for entry in images.chain(runs).take(MOST) {
        if entry.key == "release"
            || deployed.iter().any(|known| known.name.as_ref().is_some_and(|name| name.value == entry.key))
        {
            continue;
        }
        let name = Spanned::new(entry.key.clone(), entry.key_span);
        // A type without an image of its own runs in that of another one: `image: web`.
        let of = root.at(&["run", &entry.key, "image"]).and_then(Node::as_str).unwrap_or(&entry.key);
        let build = root.at(&["build", "docker", of]).or_else(|| root.at(&["build", "docker", "web"]));
        let path = build.and_then(|build| spanned_text(build).or_else(|| text_at(build, &["dockerfile"])));
        let target = build.and_then(|build| text_at(build, &["target"]));
        let line = command(root, &["run", &entry.key]).or_else(|| command(root, &["run", &entry.key, "command"]));
        deployed.push(Deployed {
            role: if entry.key == "web" { Role::Web } else { Role::Worker },
            command: line,
            made: match build {
                Some(_) => Made::Dockerfile { path, context: None, target },
                None => Made::FromSource,
            },
            ..Deployed::at(Some(name), entry.key_span)
        });
    }
    if deployed.is_empty() {
        return (None, parsed.notes);
    }
    (Some(PlatformFile::of(Platform::Heroku, deployed)), parsed.notes)
}

/// Keys that no other tool's `app.json` has.
const KEYS: &[&str] =
    &["formation", "buildpacks", "addons", "env", "environments", "healthchecks", "stack", "scripts", "image"];

/// Reads an `app.json`: one entry for each process type that its formation or its checks name, without commands.
pub(super) fn read_app_json(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = json::parse(text);
    let root = &parsed.tree;
    if root.get("expo").is_some() || !KEYS.iter().any(|key| root.get(key).is_some()) {
        return (None, Vec::new());
    }
    let mut names: Vec<Spanned<String>> = Vec::new();
    for key in ["formation", "healthchecks"] {
        let entries = root.get(key).into_iter().flat_map(Node::entries);
        for entry in entries.filter(|entry| entry.value.as_object().is_some() || !entry.value.items().is_empty()) {
            if names.len() < MOST && !names.iter().any(|name| name.value == entry.key) {
                names.push(Spanned::new(entry.key.clone(), entry.key_span));
            }
        }
    }
    let place = root.entry("name").map_or(Span::at(root.span.start as usize), entry_span);
    if names.is_empty() {
        names.push(Spanned::new("web".to_owned(), place));
    }
    let environment = environment(root.get("env"));
    let mut deployed = Vec::new();
    for name in names {
        let one = root.at(&["formation", &name.value]).cloned().unwrap_or_else(|| Node::unknown(name.span));
        let role = if name.value == "web" { Role::Web } else { Role::Worker };
        deployed.push(Deployed {
            role,
            environment: environment.clone(),
            instances: field(&one, &["quantity"], count),
            memory: field(&one, &["size"], named),
            health: field(root, &["healthchecks", &name.value], present),
            ..Deployed::at(Some(name.clone()), name.span)
        });
    }
    let previews = root.at(&["environments", "review"]).map(|review| review.span);
    let file = PlatformFile { previews, template: true, ..PlatformFile::of(Platform::Heroku, deployed) };
    (Some(file), parsed.notes)
}

/// `"A": "text"`, or `"A": { "value": "text" }` with a description; without a value it is asked for.
fn environment(node: Option<&Node>) -> Vec<Variable> {
    let entries = node.into_iter().flat_map(Node::entries).filter(|entry| !entry.value.is_null());
    let value = |node: &Node| match node.as_object() {
        Some(object) => object.get("value").and_then(Node::to_text).map_or(Given::Unknown, Given::Known),
        None => node.to_text().map_or(Given::Wrong, Given::Known),
    };
    let variable =
        |entry: &Entry| Variable { name: entry.key.clone(), value: value(&entry.value), span: entry_span(entry) };
    entries.map(variable).collect()
}
