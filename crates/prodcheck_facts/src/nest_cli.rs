//! `nest-cli.json`: where the Nest CLI finds a project's sources, and what it builds.
//!
//! Sources: <https://docs.nestjs.com/cli/monorepo#cli-properties>,
//! <https://github.com/nestjs/nest-cli/blob/master/lib/configuration/defaults.ts>.

use crate::fields::text;
use prodcheck_formats::json;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Spanned};

/// What one `nest-cli.json` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NestCli {
    /// The project at the top; in a monorepo the one that is built when none is named.
    pub main: Project,
    /// Whether the file describes several projects that share one `package.json`.
    pub monorepo: bool,
    /// The projects by name.
    pub projects: Vec<(String, Project)>,
}

/// One project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Whether it is a library; where nothing is said, it is an application.
    pub library: bool,
    /// The project's folder, relative to the file's.
    pub root: String,
    /// The folder of its sources, relative to the file's.
    pub source_root: String,
    /// The module that starts it, without extension, relative to the folder of its sources.
    pub entry_file: String,
    /// The TypeScript configuration, relative to the file's folder.
    pub ts_config: Option<Spanned<String>>,
    /// Whether webpack bundles it into one file.
    pub webpack: bool,
    /// The webpack configuration, relative to the file's folder.
    pub webpack_config: Option<Spanned<String>>,
}

/// Whether a file is the Nest CLI's.
pub fn is_nest_cli(path: &RepoPath) -> bool {
    matches!(path.name(), "nest-cli.json" | ".nest-cli.json")
}

/// Reads a `nest-cli.json`.
pub fn read(content: &str) -> (NestCli, Vec<Note>) {
    let parsed = json::parse(content);
    let tree = &parsed.tree;
    let monorepo = tree.get("monorepo").and_then(Node::as_bool).unwrap_or(false);
    let main = project(tree, None, monorepo);
    let projects = tree.get("projects").into_iter().flat_map(Node::entries);
    let projects = projects.map(|entry| (entry.key.clone(), project(&entry.value, Some(&main), monorepo))).collect();
    (NestCli { main, monorepo, projects }, parsed.notes)
}

fn project(node: &Node, outer: Option<&Project>, monorepo: bool) -> Project {
    let string = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let options = node.get("compilerOptions");
    let option = |key: &str| options.and_then(|options| options.get(key));
    let root = string("root").unwrap_or_default();
    let source_root = string("sourceRoot").unwrap_or_else(|| match outer {
        Some(_) if !root.is_empty() => format!("{root}/src"),
        Some(outer) => outer.source_root.clone(),
        None => "src".to_owned(),
    });
    // `builder` came after `webpack`, as a name or an object; monorepos are bundled by default.
    let builder = option("builder").map(|builder| builder.get("type").unwrap_or(builder).as_str() == Some("webpack"));
    let webpack = builder.or_else(|| option("webpack").and_then(Node::as_bool));
    Project {
        library: string("type").as_deref() == Some("library"),
        root,
        source_root,
        entry_file: string("entryFile")
            .or_else(|| outer.map(|outer| outer.entry_file.clone()))
            .unwrap_or_else(|| "main".to_owned()),
        ts_config: option("tsConfigPath").and_then(text),
        webpack: webpack.unwrap_or_else(|| outer.map_or(monorepo, |outer| outer.webpack)),
        webpack_config: option("webpackConfigPath").and_then(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_the_clis() {
        let (cli, notes) = read(r#"{ "collection": "@nestjs/schematics" }"#);
        assert_eq!(notes, []);
        assert_eq!((cli.main.source_root.as_str(), cli.main.entry_file.as_str()), ("src", "main"));
        assert!(!cli.monorepo && !cli.main.webpack);
    }

    #[test]
    fn projects_of_a_monorepo() {
        let (cli, _) = read(
            r#"{ "monorepo": true, "root": "apps/api", "sourceRoot": "apps/api/src",
            "projects": {
              "api": { "type": "application", "root": "apps/api", "entryFile": "main", "sourceRoot": "apps/api/src",
                       "compilerOptions": { "tsConfigPath": "apps/api/tsconfig.app.json", "builder": "swc" } },
              "worker": { "root": "apps/worker", "entryFile": "start" },
              "shared": { "type": "library", "root": "libs/shared", "sourceRoot": "libs/shared/src" } } }"#,
        );
        let of = |name: &str| cli.projects.iter().find(|(key, _)| key == name).map(|(_, project)| project.clone());
        let worker = of("worker").expect("worker");
        assert_eq!((worker.source_root.as_str(), worker.entry_file.as_str()), ("apps/worker/src", "start"));
        assert!(worker.webpack && !of("api").expect("api").webpack && of("shared").expect("shared").library);
    }
}
