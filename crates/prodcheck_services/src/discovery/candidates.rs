//! What could be a service: the packages of the repository, and the applications that share one `package.json`.

use crate::Repository;
use prodcheck_facts::{FileFacts, folders, nx};
use prodcheck_program::Layout;
use prodcheck_program::workspaces::manifest;
use prodcheck_source::RepoPath;
use std::collections::BTreeMap;

/// Something that could be a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The package's or application's name, else its folder's.
    pub name: String,
    /// Its folder.
    pub path: RepoPath,
    /// The folder of the `package.json` that its scripts and dependencies stand in: its own, or that of the package
    /// around it.
    pub package: RepoPath,
}

/// All that could be services, and what was passed over.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    folders: BTreeMap<RepoPath, Candidate>,
    /// Packages that are examples, templates, tests or input of tests.
    pub passed_over: Vec<RepoPath>,
}

impl Candidates {
    /// Finds what could be a service.
    pub fn of(repository: &Repository, layout: &Layout) -> Self {
        let mut found = Self::default();
        let workspaces = &layout.workspaces;
        for folder in workspaces.folders() {
            let Some(file) = folder.join("package.json") else { continue };
            if is_aside(&file) {
                found.passed_over.push(folder.clone());
                continue;
            }
            let named = manifest(folder, repository.sources()).and_then(|package| package.name.as_ref());
            let name = named.map_or_else(|| folder_name(folder), |name| name.value.clone());
            found.add(Candidate { name, path: folder.clone(), package: folder.clone() });
        }
        for (path, facts) in repository.facts.iter().filter(|(path, _)| !is_aside(path)) {
            match facts {
                FileFacts::NestCli(cli) if cli.monorepo => {
                    for (name, project) in cli.projects.iter().filter(|(_, project)| !project.library) {
                        found.add_application(name, path.parent().join(&project.root), layout);
                    }
                }
                FileFacts::Nx(nx) => {
                    for project in &nx.projects {
                        found.add_nx(path, project, layout);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// All of them, sorted by folder.
    pub fn iter(&self) -> impl Iterator<Item = &Candidate> {
        self.folders.values()
    }

    /// The innermost one that holds a file or folder.
    pub fn owner(&self, path: &RepoPath) -> Option<&Candidate> {
        path.ancestors().find_map(|folder| self.folders.get(&folder))
    }

    fn add_nx(&mut self, path: &RepoPath, project: &nx::Project, layout: &Layout) {
        let folder = match &project.root {
            Some(root) => path.parent().join(root),
            None => Some(path.parent()),
        };
        let name = project.name.as_ref().map(|name| name.value.as_str());
        let tests = name.is_some_and(|name| name.ends_with("-e2e"));
        if project.application == Some(true) && !tests {
            let name = name.map(str::to_owned).or_else(|| folder.as_ref().map(folder_name));
            self.add_application(&name.unwrap_or_default(), folder, layout);
        }
    }

    /// An application in a folder of its own that shares the `package.json` of a package around it.
    fn add_application(&mut self, name: &str, folder: Option<RepoPath>, layout: &Layout) {
        let Some(folder) = folder.filter(|folder| !folder.is_root() && !self.folders.contains_key(folder)) else {
            return;
        };
        if let Some(package) = layout.workspaces.holder(&folder) {
            self.add(Candidate { name: name.to_owned(), path: folder, package: package.clone() });
        }
    }

    fn add(&mut self, candidate: Candidate) {
        self.folders.insert(candidate.path.clone(), candidate);
    }
}

/// Whether a file lies beside what production runs.
fn is_aside(path: &RepoPath) -> bool {
    folders::is_test(path) || folders::is_example(path)
}

/// A folder's own name; `.` for the root.
fn folder_name(folder: &RepoPath) -> String {
    if folder.is_root() { ".".to_owned() } else { folder.name().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::repository;

    fn found(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let repository = repository(files);
        let candidates = Candidates::of(&repository, &Layout::of(repository.sources()));
        let shown = candidates
            .iter()
            .map(|candidate| format!("{} in {} of {}", candidate.name, candidate.path, candidate.package));
        (shown.collect(), candidates.passed_over.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn packages_but_no_examples_and_tests() {
        let (candidates, passed_over) = found(&[
            ("package.json", "{ \"scripts\": {} }"),
            ("apps/größe/package.json", "{ broken"),
            ("examples/basic/package.json", r#"{ "name": "basic" }"#),
            ("test/e2e/package.json", r#"{ "name": "e2e" }"#),
        ]);
        assert_eq!(candidates, [". in . of .", "größe in apps/größe of apps/größe"]);
        assert_eq!(passed_over, ["examples/basic", "test/e2e"]);
    }

    #[test]
    fn applications_that_share_a_package() {
        let (candidates, _) = found(&[
            ("package.json", r#"{ "name": "root" }"#),
            ("nx.json", "{}"),
            ("apps/api/project.json", r#"{ "name": "api", "projectType": "application" }"#),
            ("apps/api-e2e/project.json", r#"{ "name": "api-e2e", "projectType": "application" }"#),
            ("libs/db/project.json", r#"{ "name": "db", "projectType": "library" }"#),
        ]);
        assert_eq!(candidates, ["root in . of .", "api in apps/api of ."]);
        let (candidates, _) = found(&[
            ("package.json", r#"{ "name": "root" }"#),
            (
                "nest-cli.json",
                r#"{ "monorepo": true, "projects": { "worker": { "root": "apps/worker" }, "lib": { "type": "library", "root": "libs/a" } } }"#,
            ),
        ]);
        assert_eq!(candidates, ["root in . of .", "worker in apps/worker of ."]);
    }
}
