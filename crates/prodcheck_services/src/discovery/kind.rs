//! Whether a package is a service, or what else it is.

use super::Candidate;
use super::assembly::is_by_module;
use super::code::Code;
use crate::{Process, Repository, Route, RouteKind, Runtime};
use prodcheck_facts::npm::Package;
use prodcheck_program::long_running;
use prodcheck_program::workspaces::manifest;
use prodcheck_source::FileState;

/// What a package is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Its entry point runs long.
    Service,
    /// Something else.
    Other(Other),
}

/// What a package is that is no service. Sorted by how much it tells of a repository that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Other {
    /// It is built for browsers.
    FrontEnd,
    /// It is built for desktops, phones or editors.
    App,
    /// It is a site of documentation.
    Docs,
    /// Its start script or image runs code that ends by itself.
    Ends,
    /// It is a command that people call.
    Command,
    /// It offers modules to others.
    Library,
    /// Its `package.json` is broken, and nothing else starts it.
    Broken,
    /// Nothing starts it.
    Idle,
}

/// Commands that serve files to browsers, for development or as they were built.
const FRONT_END: &[&str] = &[
    "vite",
    "react-scripts",
    "ng",
    "vue-cli-service",
    "webpack",
    "webpack-dev-server",
    "parcel",
    "rspack",
    "rsbuild",
    "craco",
    "react-app-rewired",
    "rescripts",
    "quasar",
    "ionic",
    "gatsby",
    "docusaurus",
    "vuepress",
    "vitepress",
    "eleventy",
    "storybook",
    "start-storybook",
    "expo",
    "react-native",
    "electron",
    "electron-forge",
    "http-server",
    "static-server",
    "local-web-server",
    "sirv",
    "serve",
    "live-server",
    "lite-server",
    "browser-sync",
    "nginx",
    "httpd",
    "caddy",
];

/// What programs on desktops, phones and in editors run in.
const APPS: &[&str] = &["electron", "react-native", "expo", "vscode", "nativescript", "@nativescript/core"];

/// What sites of documentation are made with.
const DOCS: &[&str] =
    &["nextra", "fumadocs-ui", "fumadocs-core", "@docusaurus/core", "@astrojs/starlight", "vitepress", "vuepress"];

/// Packages that a front end is built with; beside them a server's own package makes a service of it.
const FRONT_END_PACKAGES: &[&str] =
    &["react-scripts", "@angular/core", "vite", "@vue/cli-service", "parcel", "react-dom", "vue", "svelte", "gatsby"];

/// What a candidate is, by the routes that start it and by what its code does.
pub fn of(candidate: &Candidate, routes: &[Route], code: &Code, repository: &Repository) -> Kind {
    let package = manifest(&candidate.package, repository.sources());
    let processes: Vec<&Process> = routes.iter().flat_map(|route| route.start.main_processes()).collect();
    if routes.is_empty() {
        return Kind::Other(idle(candidate, package, repository));
    }
    if !processes.is_empty() && processes.iter().all(|process| is_front_end(process)) {
        return Kind::Other(Other::FrontEnd);
    }
    let deployed = routes.iter().any(|route| route.kind != RouteKind::NpmStart);
    if !deployed && APPS.iter().any(|app| code.packages.contains(*app)) {
        return Kind::Other(Other::App);
    }
    let documents = package.is_some_and(|package| DOCS.iter().any(|name| package.dependency(name).is_some()));
    if !deployed && (documents || matches!(candidate.path.name(), "docs" | "documentation")) {
        return Kind::Other(Other::Docs);
    }
    let framework =
        processes.iter().any(|process| matches!(process.runtime, Runtime::Framework { .. }) && !is_front_end(process));
    let module = |route: &Route| package.is_some_and(|package| is_by_module(route, candidate, package));
    let started = !routes.iter().all(module);
    if framework || (code.has_purpose() && started) || (code.starts_on_load() && is_own(package)) {
        return Kind::Service;
    }
    if !started {
        return Kind::Other(offered(package));
    }
    // Code that nobody can read may well listen, and so may a package that is made for it and called in a way that is
    // not known; a command that is there and does nothing long ends.
    let may_serve = code.is_hidden(&processes, repository) || package.is_some_and(depends_on_server);
    let front_end = package.is_some_and(is_built_for_browsers);
    if front_end && !may_serve && code.keeps_up.is_empty() {
        return Kind::Other(Other::FrontEnd);
    }
    if may_serve || routes.iter().any(|route| !matches!(route.kind, RouteKind::NpmStart | RouteKind::Dockerfile)) {
        return Kind::Service;
    }
    let in_image = routes.iter().any(|route| route.kind == RouteKind::Dockerfile);
    match (in_image, code.keeps_up.is_empty(), package.is_some_and(|package| !package.bin.is_empty())) {
        (_, false, _) | (true, true, false) => Kind::Service,
        (true, true, true) => Kind::Other(Other::Command),
        (false, true, _) => Kind::Other(Other::Ends),
    }
}

/// What a package is that nothing starts.
fn idle(candidate: &Candidate, package: Option<&Package>, repository: &Repository) -> Other {
    let Some(package) = package else {
        let file = candidate.package.join("package.json");
        let unreadable = file.and_then(|file| repository.files.get(&file).cloned());
        return if matches!(unreadable, Some(FileState::Unreadable(_))) { Other::Broken } else { Other::Idle };
    };
    let front_end = is_built_for_browsers(package);
    let offers = package.main.is_some() || package.exports.is_some() || package.module.is_some();
    if package.broken {
        Other::Broken
    } else if front_end && !offers {
        Other::FrontEnd
    } else if offers || !package.bin.is_empty() {
        offered(Some(package))
    } else {
        Other::Idle
    }
}

/// What a package is that others call or import.
fn offered(package: Option<&Package>) -> Other {
    if package.is_some_and(|package| !package.bin.is_empty()) { Other::Command } else { Other::Library }
}

/// Whether a package is there to be run, and not to be published: what listens in a published one does so when its user
/// tells it to.
fn is_own(package: Option<&Package>) -> bool {
    let published = ["files", "exports", "types", "typings", "publishConfig", "peerDependencies", "module"];
    package.is_none_or(|package| package.private || published.iter().all(|key| package.key(key).is_none()))
}

fn is_built_for_browsers(package: &Package) -> bool {
    FRONT_END_PACKAGES.iter().any(|name| package.dependency(name).is_some())
}

fn depends_on_server(package: &Package) -> bool {
    package.dependencies.iter().any(|dependency| {
        long_running::is_server(&dependency.name.value) && package.runtime_dependency(&dependency.name.value).is_some()
    })
}

fn is_front_end(process: &Process) -> bool {
    let name = match &process.runtime {
        Runtime::Framework { name, .. } | Runtime::Other(name) => name,
        _ => return false,
    };
    FRONT_END.contains(&name.as_str())
}

impl Other {
    /// What the package is, as a sentence.
    fn says(self, name: &str) -> String {
        match self {
            Self::FrontEnd => format!("`{name}` is a front end: what starts it serves files to browsers"),
            Self::App => format!("`{name}` is an app: it runs on its user's machine"),
            Self::Docs => format!("`{name}` is a site of documentation"),
            Self::Ends => {
                format!("`{name}` runs to its end: nothing in its code listens, takes messages or keeps a schedule")
            }
            Self::Command => format!("`{name}` is a command: it does what it is called for and ends"),
            Self::Library => format!("`{name}` is a library: no script and no deploy file starts it"),
            Self::Broken => format!("the `package.json` of `{name}` is broken, and no deploy file starts it"),
            Self::Idle => format!("`{name}` has no start script, and no deploy file starts it"),
        }
    }
}

/// How many packages are named where none is a service.
const NAMED: usize = 3;

/// Why a repository has no service, by what its packages are; `aside` are the packages among tests and examples.
pub fn none_because(others: &[(&Candidate, Other)], aside: usize, files: usize) -> String {
    let mut others = others.to_vec();
    others.sort_by_key(|(candidate, other)| (*other, candidate.path.clone()));
    // Of several packages the ones that nothing starts, such as the root of a workspace, say nothing.
    if others.iter().any(|(_, other)| *other != Other::Idle) {
        others.retain(|(_, other)| *other != Other::Idle);
    }
    if others.is_empty() {
        return match (aside, files) {
            (_, 0) => "the repository holds no files".to_owned(),
            (0, _) => "the repository has no `package.json`".to_owned(),
            _ => "every `package.json` lies among tests, examples or templates".to_owned(),
        };
    }
    let named: Vec<String> = others.iter().take(NAMED).map(|(candidate, other)| other.says(&candidate.name)).collect();
    let named = named.join("; ");
    match others.len().saturating_sub(NAMED) {
        0 => named,
        1 => format!("{named}; and one more package is no service either"),
        more => format!("{named}; and {more} more packages are no services either"),
    }
}
