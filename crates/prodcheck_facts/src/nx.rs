//! Nx: the projects of a workspace, what builds them, and where the output goes.
//!
//! Sources: <https://nx.dev/reference/project-configuration>, and for what stood in one file before,
//! <https://angular.dev/reference/configs/workspace-config>.

use crate::fields::{named_texts, text};
use prodcheck_formats::json;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// The projects that one file declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nx {
    /// The projects; a `project.json` and a `package.json` declare one.
    pub projects: Vec<Project>,
}

/// One project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its name; `None` where it is the package's or the folder's.
    pub name: Option<Spanned<String>>,
    /// Its folder relative to the workspace's root; `None` where it is the file's own folder.
    pub root: Option<String>,
    /// The folder of its sources, relative to the workspace's root.
    pub source_root: Option<String>,
    /// Whether it is an application, a library, or nothing is said.
    pub application: Option<bool>,
    /// What can be done with it.
    pub targets: Vec<Target>,
}

/// One thing to do with a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its name, such as `build` or `serve`.
    pub name: Spanned<String>,
    /// What does it: `@nx/esbuild:esbuild`, `@nx/js:node`.
    pub executor: Option<Spanned<String>>,
    /// The options that are texts (`main`, `outputPath`, `tsConfig`, `buildTarget`, `command`), by name; those of the
    /// production configuration stand after the others, and the last of a name counts.
    pub options: Vec<(String, Spanned<String>)>,
    /// Its entry.
    pub span: Span,
}

impl Project {
    /// A target by its name.
    pub fn target(&self, name: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.name.value == name)
    }
}

impl Target {
    /// A text option.
    pub fn option(&self, name: &str) -> Option<&Spanned<String>> {
        self.options.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// Whether a file declares projects of an Nx or Angular workspace.
pub fn is_nx(path: &RepoPath) -> bool {
    matches!(path.name(), "project.json" | "workspace.json" | "angular.json" | "package.json")
}

/// Reads a file that declares projects; in a `package.json` only the key `nx` counts.
pub fn read(path: &RepoPath, content: &str) -> (Nx, Vec<Note>) {
    let parsed = json::parse(content);
    let tree = &parsed.tree;
    let projects = match path.name() {
        "package.json" => tree.get("nx").map(|node| vec![project(node)]).unwrap_or_default(),
        "project.json" => vec![project(tree)],
        _ => {
            let declared = tree.get("projects").into_iter().flat_map(Node::entries);
            // A text in place of a project names its folder, which has a `project.json` of its own.
            let inline = declared.filter(|entry| entry.value.as_object().is_some());
            inline
                .map(|entry| Project {
                    name: Some(Spanned::new(entry.key.clone(), entry.key_span)),
                    ..project(&entry.value)
                })
                .collect()
        }
    };
    let notes = if path.name() == "package.json" { Vec::new() } else { parsed.notes };
    (Nx { projects }, notes)
}

fn project(node: &Node) -> Project {
    let string = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let targets = node.get("targets").or_else(|| node.get("architect"));
    Project {
        name: node.get("name").and_then(text),
        root: string("root"),
        source_root: string("sourceRoot"),
        application: string("projectType").map(|kind| kind == "application"),
        targets: targets
            .into_iter()
            .flat_map(Node::entries)
            .map(|entry| {
                let value = &entry.value;
                let mut options = named_texts(value.get("options"));
                options.extend(named_texts(value.at(&["configurations", "production"])));
                let executor = value.get("executor").or_else(|| value.get("builder")).and_then(text);
                let command = value.get("command").and_then(text);
                options.extend(command.map(|command| ("command".to_owned(), command)));
                Target { name: Spanned::new(entry.key.clone(), entry.key_span), executor, options, span: entry.span() }
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_project() {
        let content = r#"{ "name": "api", "sourceRoot": "apps/api/src", "projectType": "application",
          "targets": {
            "build": { "executor": "@nx/webpack:webpack", "outputs": ["{options.outputPath}"],
              "options": { "outputPath": "dist/apps/api", "main": "apps/api/src/main.ts", "assets": [] },
              "configurations": { "production": { "outputPath": "dist/prod/api" }, "development": { "outputPath": "tmp" } } },
            "serve": { "command": "node dist/apps/api/main.js" } } }"#;
        let (nx, notes) = read(&"apps/api/project.json".into(), content);
        assert_eq!(notes, []);
        let project = nx.projects.first().expect("a project");
        let build = project.target("build").expect("build");
        assert_eq!(build.option("outputPath").map(|path| path.value.as_str()), Some("dist/prod/api"));
        assert_eq!(
            build.option("main").and_then(|path| content.get(path.span.range())),
            Some("\"apps/api/src/main.ts\"")
        );
        assert!(project.target("serve").and_then(|serve| serve.option("command")).is_some());
        assert_eq!(project.application, Some(true));
    }

    #[test]
    fn reads_workspaces_in_one_file() {
        let content = r#"{ "projects": { "api": { "root": "apps/api", "architect": { "build": {
          "builder": "@nrwl/node:build", "options": { "main": "apps/api/src/main.ts" } } } }, "web": "apps/web" } }"#;
        let (nx, _) = read(&"angular.json".into(), content);
        assert_eq!(nx.projects.len(), 1);
        let project = nx.projects.first().expect("a project");
        assert_eq!(project.root.as_deref(), Some("apps/api"));
        assert!(project.target("build").and_then(|build| build.executor.as_ref()).is_some());
    }

    #[test]
    fn a_package_json_speaks_only_under_its_key() {
        let (nx, notes) = read(&"package.json".into(), r#"{ "name": "x", "targets": {} "#);
        assert!(nx.projects.is_empty() && notes.is_empty());
    }
}
