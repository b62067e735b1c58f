//! `package.json` as npm, Yarn, pnpm, Bun and Node.js read it.
//!
//! Sources: <https://docs.npmjs.com/cli/v11/configuring-npm/package-json>,
//! <https://nodejs.org/api/packages.html>, <https://docs.volta.sh/guide/understanding#managing-your-project>.

mod exports;

pub use exports::{PathMap, Target};

use crate::fields::{named_texts, text as spanned};
use prodcheck_formats::json;
use prodcheck_formats::value::{Node, Object, Value};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// What one `package.json` says. Spans of strings hold their quotes.
#[derive(Debug, Clone, Default)]
pub struct Package {
    /// Whether the file is broken, so that more may stand in it than could be read.
    pub broken: bool,
    /// The package's name.
    pub name: Option<Spanned<String>>,
    /// Its version.
    pub version: Option<Spanned<String>>,
    /// Whether it is kept from publication.
    pub private: bool,
    /// What its `.js` files are.
    pub module_kind: ModuleKind,
    /// The module that `require` of the package gives, before `exports` was there.
    pub main: Option<Spanned<String>>,
    /// The module for bundlers that read ES modules.
    pub module: Option<Spanned<String>>,
    /// The module for browsers.
    pub browser: Option<Spanned<String>>,
    /// Its commands by name; the package's own name where one path stands alone.
    pub bin: Vec<(String, Spanned<String>)>,
    /// What others may import of it.
    pub exports: Option<PathMap>,
    /// What it imports under names of its own, such as `#db`.
    pub imports: Option<PathMap>,
    /// Names that stand for paths, as the package `module-alias` reads them (`_moduleAliases`).
    pub aliases: Vec<(String, Spanned<String>)>,
    /// Its scripts, in the order of the text.
    pub scripts: Vec<Script>,
    /// What it depends on, in the order of the text.
    pub dependencies: Vec<Dependency>,
    /// Versions of Node.js and package managers that it asks for (`engines`), by name.
    pub engines: Vec<(String, Spanned<String>)>,
    /// What development needs (`devEngines`).
    pub dev_engines: Vec<DevEngine>,
    /// Versions that Volta pins (`volta`), by tool.
    pub volta: Vec<(String, Spanned<String>)>,
    /// The package manager and its version, `pnpm@9.12.0`, as Corepack reads it.
    pub package_manager: Option<Spanned<String>>,
    /// The folders of the workspace's packages.
    pub workspaces: Option<Workspaces>,
    /// What a published package holds (`files`).
    pub files: Option<Vec<Spanned<String>>>,
    /// Where the browsers are named that it is built for (`browserslist`).
    pub browserslist: Option<Span>,
    /// All keys at the top, in the order of the text.
    pub keys: Vec<Spanned<String>>,
}

/// What a package's `.js` files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ModuleKind {
    /// CommonJS: said, or by default.
    #[default]
    CommonJs,
    /// ES modules: `"type": "module"`.
    EsModule,
}

/// One script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its name, and where that stands.
    pub name: Spanned<String>,
    /// The shell command line.
    pub command: Spanned<String>,
}

/// One package that this one depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The name under which it is imported, and where that stands.
    pub name: Spanned<String>,
    /// The version range, tag, URL or `workspace:` protocol, as written.
    pub range: Spanned<String>,
    /// When it is installed.
    pub kind: DependencyKind,
}

/// When a dependency is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DependencyKind {
    /// Always.
    Runtime,
    /// Where it can be.
    Optional,
    /// By the package's user.
    Peer,
    /// For development only.
    Development,
}

/// One tool that `devEngines` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DevEngine {
    /// `runtime`, `packageManager`, `os`, `cpu` or `libc`.
    pub kind: String,
    /// The tool, such as `node`.
    pub name: Spanned<String>,
    /// The version range.
    pub version: Option<Spanned<String>>,
}

/// The folders of a workspace's packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspaces {
    /// Patterns of folders, in order; one that starts with `!` takes folders out.
    pub patterns: Vec<Spanned<String>>,
    /// Where it is said.
    pub span: Span,
}

impl Package {
    /// A script by its name.
    pub fn script(&self, name: &str) -> Option<&Script> {
        self.scripts.iter().rev().find(|script| script.name.value == name)
    }

    /// A dependency of any kind by its name; where it has several kinds, the one that is installed soonest.
    pub fn dependency(&self, name: &str) -> Option<&Dependency> {
        use DependencyKind::{Development, Optional, Peer, Runtime};
        [Runtime, Optional, Peer, Development].into_iter().find_map(|kind| self.dependency_of(name, kind))
    }

    /// A dependency that production installs.
    pub fn runtime_dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependency(name).filter(|dependency| dependency.kind != DependencyKind::Development)
    }

    fn dependency_of(&self, name: &str, kind: DependencyKind) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| dependency.kind == kind && dependency.name.value == name)
    }

    /// Where a key at the top stands.
    pub fn key(&self, key: &str) -> Option<Span> {
        self.keys.iter().rev().find(|name| name.value == key).map(|name| name.span)
    }

    /// Whether it only tells Node.js how to read the files beside it (`{ "type": "commonjs" }`), and is no package.
    pub fn is_marker(&self) -> bool {
        !self.broken && !["name", "scripts", "dependencies", "main", "bin"].iter().any(|key| self.key(key).is_some())
    }
}

/// Whether a file is a `package.json`.
pub fn is_package(path: &RepoPath) -> bool {
    path.name() == "package.json"
}

/// Reads a `package.json`. What is not of the type that npm expects is left out, with a note.
pub fn read(text: &str) -> (Package, Vec<Note>) {
    let parsed = json::parse_plain(text);
    let mut reader = Reader { notes: parsed.notes };
    let broken = !reader.notes.is_empty();
    let package = match parsed.tree.as_object() {
        Some(object) => Package { broken, ..reader.package(object) },
        None => {
            if !broken {
                reader.notes.push(Note::at(parsed.tree.span, "a `package.json` holds an object"));
            }
            Package { broken: true, ..Package::default() }
        }
    };
    (package, reader.notes)
}

struct Reader {
    notes: Vec<Note>,
}

impl Reader {
    fn package(&mut self, object: &Object) -> Package {
        Package {
            broken: false,
            name: self.string(object, "name"),
            version: self.string(object, "version"),
            private: object.get("private").and_then(Node::as_bool).unwrap_or(false),
            module_kind: match object.get("type").and_then(Node::as_str) {
                Some("module") => ModuleKind::EsModule,
                _ => ModuleKind::CommonJs,
            },
            main: self.string(object, "main"),
            module: self.string(object, "module"),
            browser: object.get("browser").and_then(spanned),
            bin: bin(object),
            exports: object.get("exports").map(PathMap::exports),
            imports: object.get("imports").map(PathMap::imports),
            aliases: named_texts(object.get("_moduleAliases")),
            scripts: self.scripts(object),
            dependencies: self.dependencies(object),
            engines: named_texts(object.get("engines")),
            dev_engines: dev_engines(object.get("devEngines")),
            volta: named_texts(object.get("volta")),
            package_manager: self.string(object, "packageManager"),
            workspaces: object.get("workspaces").and_then(|node| self.workspaces(node)),
            files: object.get("files").map(|node| node.items().iter().filter_map(spanned).collect()),
            browserslist: object.entry("browserslist").map(|entry| entry.span()),
            keys: object.effective().map(|entry| Spanned::new(entry.key.clone(), entry.key_span)).collect(),
        }
    }

    fn string(&mut self, object: &Object, key: &str) -> Option<Spanned<String>> {
        let node = object.get(key)?;
        if node.is_null() || node.is_unknown() {
            return None;
        }
        let text = spanned(node);
        if text.is_none() {
            self.notes.push(Note::at(node.span, format!("`{key}` is no text")));
        }
        text
    }

    fn object<'a>(&mut self, object: &'a Object, key: &str) -> Option<&'a Object> {
        let node = object.get(key)?;
        let found = node.as_object();
        if found.is_none() && !node.is_null() && !node.is_unknown() {
            self.notes.push(Note::at(node.span, format!("`{key}` is no object")));
        }
        found
    }

    fn scripts(&mut self, object: &Object) -> Vec<Script> {
        let Some(scripts) = self.object(object, "scripts") else { return Vec::new() };
        let mut found = Vec::new();
        for entry in scripts.effective() {
            match spanned(&entry.value) {
                Some(command) => {
                    found.push(Script { name: Spanned::new(entry.key.clone(), entry.key_span), command });
                }
                None if entry.value.is_unknown() => {}
                None => self.notes.push(Note::at(entry.span(), format!("the script `{}` is no text", entry.key))),
            }
        }
        found
    }

    fn dependencies(&mut self, object: &Object) -> Vec<Dependency> {
        use DependencyKind::{Development, Optional, Peer, Runtime};
        let kinds = [
            ("dependencies", Runtime),
            ("optionalDependencies", Optional),
            ("peerDependencies", Peer),
            ("devDependencies", Development),
        ];
        let mut found = Vec::new();
        for (key, kind) in kinds {
            for entry in self.object(object, key).into_iter().flat_map(Object::effective) {
                if let Some(range) = spanned(&entry.value) {
                    let name = Spanned::new(entry.key.clone(), entry.key_span);
                    found.push(Dependency { name, range, kind });
                }
            }
        }
        found
    }

    /// A list of patterns, or an object that holds it under `packages` (Yarn 1, Bun).
    fn workspaces(&mut self, node: &Node) -> Option<Workspaces> {
        let list = match node.as_object() {
            // Yarn takes settings beside the list (`nohoist`), or alone.
            Some(object) => object.get("packages")?,
            None => node,
        };
        if !matches!(list.value, Value::Array(_) | Value::Unknown(_)) {
            self.notes.push(Note::at(node.span, "`workspaces` is no list"));
            return None;
        }
        let patterns = list.items().iter().filter_map(spanned).collect();
        Some(Workspaces { patterns, span: node.span })
    }
}

fn bin(object: &Object) -> Vec<(String, Spanned<String>)> {
    match object.get("bin") {
        Some(node) if node.as_str().is_some() => {
            let name = object.get("name").and_then(Node::as_str).unwrap_or("");
            // A scope is no part of a command's name.
            let command = name.rsplit('/').next().unwrap_or("").to_owned();
            spanned(node).map(|path| (command, path)).into_iter().collect()
        }
        node => named_texts(node),
    }
}

fn dev_engines(node: Option<&Node>) -> Vec<DevEngine> {
    let mut found = Vec::new();
    for entry in node.into_iter().flat_map(Node::entries) {
        let listed = entry.value.items();
        let engines = if listed.is_empty() { std::slice::from_ref(&entry.value) } else { listed };
        for engine in engines {
            if let Some(name) = engine.get("name").and_then(spanned) {
                let version = engine.get("version").and_then(spanned);
                found.push(DevEngine { kind: entry.key.clone(), name, version });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
