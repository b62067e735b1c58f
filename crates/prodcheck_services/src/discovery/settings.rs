//! Data files that server code loads its configuration from: those that its modules name, and those that node-config
//! reads in production; and the environment files whose values count where nothing else sets them.

use super::Candidate;
use crate::Repository;
use prodcheck_code::{SettingOfFile, SettingValue, Variable};
use prodcheck_facts::env_file::{EnvFile, Purpose};
use prodcheck_facts::folders;
use prodcheck_formats::javascript::Expr;
use prodcheck_formats::value::{Node, Value};
use prodcheck_formats::{json, toml, yaml};
use prodcheck_program::{ModuleGraph, Resolution};
use prodcheck_source::{FileState, Place, RepoPath};
use std::collections::{BTreeMap, BTreeSet};

/// How deep settings lie within each other.
const DEEPEST: u32 = 16;

/// How many settings are read of one file.
const MOST: usize = 2_000;

/// Packages that load a `.env` file into the environment.
///
/// Sources: <https://github.com/motdotla/dotenv#readme>, <https://docs.nestjs.com/techniques/configuration>.
const LOADERS: &[&str] =
    &["dotenv", "dotenv-expand", "dotenv-flow", "dotenv-safe", "@nestjs/config", "@dotenvx/dotenvx"];

/// The data files that modules of the graph load, and that are not read yet.
pub fn wanted(modules: &[RepoPath], graph: &ModuleGraph, repository: &Repository) -> Vec<RepoPath> {
    let listed = |path: &RepoPath| matches!(repository.files.get(path), Some(FileState::Listed));
    let mut found: BTreeSet<RepoPath> = named(modules, repository).into_iter().collect();
    if modules.iter().any(|path| loads(graph, path, "config")) {
        found.extend(of_node_config(repository));
    }
    found.into_iter().filter(listed).collect()
}

/// The settings in the data files that the modules name, each by its dotted key.
pub fn data(modules: &[RepoPath], repository: &Repository) -> Vec<(String, SettingOfFile)> {
    named(modules, repository).iter().flat_map(|path| settings(path, repository)).collect()
}

/// What node-config reads in production: a later file wins.
///
/// Source: <https://github.com/node-config/node-config/wiki/Configuration-Files#file-load-order>.
pub fn loaded(modules: &[RepoPath], graph: &ModuleGraph, repository: &Repository) -> BTreeMap<String, SettingOfFile> {
    let mut found = BTreeMap::new();
    if !modules.iter().any(|path| loads(graph, path, "config")) {
        return found;
    }
    for path in of_node_config(repository) {
        let variables = path.name().starts_with("custom-environment-variables");
        for (key, mut setting) in settings(&path, repository) {
            if let (true, SettingValue::Text(name)) = (variables, &setting.value) {
                let before: Option<&SettingOfFile> = found.get(&key);
                let default = before.and_then(|setting| match &setting.value {
                    SettingValue::Text(text) => Some(text.clone()),
                    SettingValue::Number(number) => Some(number.to_string()),
                    SettingValue::Bool(value) => Some(value.to_string()),
                    _ => None,
                });
                setting.value = SettingValue::Variable(name.clone(), default);
            }
            found.insert(key, setting);
        }
    }
    found
}

fn loads(graph: &ModuleGraph, path: &RepoPath, package: &str) -> bool {
    graph
        .links(path)
        .iter()
        .any(|link| matches!(&link.to, Resolution::Package { name, .. } if name == package && !link.type_only))
}

/// The files of node-config, in the order in which they are loaded.
fn of_node_config(repository: &Repository) -> Vec<RepoPath> {
    let mut found = Vec::new();
    for stem in ["default", "production", "custom-environment-variables"] {
        found.extend(
            repository
                .files
                .paths()
                .filter(|path| {
                    let name = path.name();
                    path.parent().name() == "config"
                        && is_data(path)
                        && name.rsplit_once('.').is_some_and(|(of, _)| of == stem)
                        && !folders::is_foreign(path)
                })
                .cloned(),
        );
    }
    found
}

fn is_data(path: &RepoPath) -> bool {
    matches!(path.extension(), Some("yml" | "yaml" | "json" | "json5" | "toml"))
}

/// The data files that texts in modules name, where one file of the repository fits the text.
fn named(modules: &[RepoPath], repository: &Repository) -> Vec<RepoPath> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for path in modules {
        let Some(module) = repository.facts.script(path) else { continue };
        for (_, expr) in module.exprs() {
            let Expr::String(name) = expr else { continue };
            let text = module.name(*name);
            if text.len() < 200 && names_settings(text) {
                names.insert(text.trim_start_matches("./").trim_start_matches("../"));
            }
        }
    }
    let mut found = Vec::new();
    for name in names {
        let mut fitting = repository.files.paths().filter(|path| {
            let text = path.as_str();
            text == name || (text.ends_with(name) && text.as_bytes().get(text.len() - name.len() - 1) == Some(&b'/'))
        });
        if let (Some(only), None) = (fitting.next(), fitting.next())
            && !folders::is_foreign(only)
            && !folders::is_test(only)
            && !folders::is_example(only)
            && !found.contains(only)
        {
            found.push(only.clone());
        }
    }
    found
}

/// Whether a text is the path of a data file that can hold settings.
fn names_settings(text: &str) -> bool {
    const NAMES: &[&str] = &["config", "default", "settings", "data", "conf"];
    const OTHERS: &[&str] = &["package", "tsconfig", "compose", "swagger", "openapi", "schema", "locale", "manifest"];
    let Some((stem, extension)) = text.rsplit_once('.') else { return false };
    let name = stem.rsplit('/').next().unwrap_or(stem).to_ascii_lowercase();
    matches!(extension, "yml" | "yaml" | "toml" | "json" | "json5")
        && !text.contains(char::is_whitespace)
        && NAMES.iter().any(|word| name.contains(word))
        && !OTHERS.iter().any(|word| name.contains(word))
}

/// The settings of a data file by their dotted keys, in the order of the text.
fn settings(path: &RepoPath, repository: &Repository) -> Vec<(String, SettingOfFile)> {
    let Some(text) = repository.files.text(path) else { return Vec::new() };
    let trees = match path.extension() {
        Some("json" | "json5") => vec![json::parse(text.text()).tree],
        Some("toml") => vec![toml::parse(text.text()).tree],
        _ => yaml::parse(text.text()).tree,
    };
    let mut found = Vec::new();
    for tree in &trees {
        flatten(path, tree, "", DEEPEST, &mut found);
    }
    found
}

fn flatten(path: &RepoPath, node: &Node, key: &str, depth: u32, found: &mut Vec<(String, SettingOfFile)>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if found.len() >= MOST {
        return;
    }
    let value = match &node.value {
        Value::Object(_) => {
            for entry in node.entries() {
                let name = &entry.key;
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                flatten(path, &entry.value, &key, depth, found);
            }
            return;
        }
        Value::String(text) => SettingValue::Text(text.clone()),
        Value::Number { value, .. } => SettingValue::Number(*value),
        Value::Bool(value) => SettingValue::Bool(*value),
        Value::Null => SettingValue::Null,
        Value::Array(_) | Value::Unknown(_) => return,
    };
    found.push((key.to_owned(), SettingOfFile { value, place: Place::new(path.clone(), node.span) }));
}

/// Values of environment files that server code loads: of a tracked file what it sets, and of the example of one that is
/// not tracked what it shows.
pub struct Files {
    /// What a tracked file sets.
    pub set: BTreeMap<String, Variable>,
    /// What an example shows.
    pub shown: BTreeMap<String, Variable>,
}

/// Reads the environment files of a candidate.
pub fn environment_files(
    candidate: &Candidate,
    dependencies: &BTreeMap<String, String>,
    by_start: bool,
    repository: &Repository,
) -> Files {
    let mut files = Files { set: BTreeMap::new(), shown: BTreeMap::new() };
    if !by_start && !LOADERS.iter().any(|loader| dependencies.contains_key(*loader)) {
        return files;
    }
    let tracked = |path: &RepoPath| {
        repository.tracked.as_ref().is_none_or(|tracked| tracked.binary_search(&path.as_str().to_owned()).is_ok())
    };
    for folder in [&candidate.package, &RepoPath::root()] {
        let file = |name: &str| {
            let path = folder.join(name)?;
            let file = repository.facts.env_file(&path).filter(|_| tracked(&path))?;
            Some((path, file))
        };
        let own = [".env.production", ".env"].iter().filter_map(|name| file(name));
        let mut any = false;
        for (path, file) in own.filter(|(_, file)| file.encryption.is_none()) {
            any = true;
            take(&path, file, &mut files.set);
        }
        if any {
            return files;
        }
        let in_folder = repository.files.paths().filter(|path| path.parent() == *folder);
        let example = in_folder
            .filter_map(|path| Some((path, repository.facts.env_file(path).filter(|_| tracked(path))?)))
            .find(|(path, file)| file.purpose == Purpose::Example && path.name().starts_with(".env"));
        if let Some((path, file)) = example {
            take(path, file, &mut files.shown);
            return files;
        }
    }
    files
}

fn take(path: &RepoPath, file: &EnvFile, into: &mut BTreeMap<String, Variable>) {
    for variable in &file.variables {
        let Some(value) = variable.value.as_ref().filter(|_| !variable.is_encrypted) else { continue };
        let place = Some(Place::new(path.clone(), variable.name.span));
        into.entry(variable.name.value.clone()).or_insert(Variable { text: Some(value.value.clone()), place });
    }
}
