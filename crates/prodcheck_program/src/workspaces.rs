//! The packages of the repository, which of them form workspaces, and which folder a name or a file belongs to.

use crate::Sources;
use prodcheck_facts::folders;
use prodcheck_facts::npm::Package;
use prodcheck_source::{Glob, RepoPath, Spanned};
use std::collections::BTreeMap;

/// Every package of the repository and the workspaces that they form.
#[derive(Debug, Clone, Default)]
pub struct Workspaces {
    /// The folders that hold a `package.json`, each with the root of its workspace.
    packages: BTreeMap<RepoPath, Option<RepoPath>>,
    names: BTreeMap<String, RepoPath>,
}

impl Workspaces {
    /// Finds the packages of a repository and sorts them into workspaces.
    pub fn of(sources: Sources<'_>) -> Self {
        let folders: Vec<RepoPath> = sources.files.paths().filter_map(|path| package_folder(path, sources)).collect();
        let mut packages: BTreeMap<RepoPath, Option<RepoPath>> =
            folders.iter().map(|folder| (folder.clone(), None)).collect();
        // Outer roots come first, so that a workspace inside another keeps its own members.
        for root in workspace_roots(sources) {
            let Some(members) = Members::declared_at(&root, sources) else { continue };
            for folder in folders.iter().filter(|folder| *folder == &root || members.contain(&root, folder)) {
                packages.insert(folder.clone(), Some(root.clone()));
            }
        }
        let mut names = BTreeMap::new();
        // Of two packages of one name, the one that is installed counts: a workspace's member before a stray copy.
        let (members, strays): (Vec<_>, Vec<_>) = packages.iter().partition(|(_, root)| root.is_some());
        for (folder, _) in members.into_iter().chain(strays) {
            if let Some(name) = manifest(folder, sources).and_then(|package| package.name.as_ref()) {
                names.entry(name.value.clone()).or_insert_with(|| folder.clone());
            }
        }
        Self { packages, names }
    }

    /// The folders that hold a package, sorted.
    pub fn folders(&self) -> impl Iterator<Item = &RepoPath> {
        self.packages.keys()
    }

    /// Whether a folder holds a package.
    pub fn is_package(&self, folder: &RepoPath) -> bool {
        self.packages.contains_key(folder)
    }

    /// The innermost package that holds a file or folder; `None` where it lies in no package.
    pub fn holder(&self, path: &RepoPath) -> Option<&RepoPath> {
        path.ancestors().find_map(|folder| self.packages.get_key_value(&folder)).map(|(folder, _)| folder)
    }

    /// The root of the workspace that a package belongs to; its own folder where it belongs to none.
    pub fn root_of<'a>(&'a self, folder: &'a RepoPath) -> &'a RepoPath {
        self.packages.get(folder).and_then(Option::as_ref).unwrap_or(folder)
    }

    /// The members of the workspace with this root, the root included, sorted.
    pub fn members<'a>(&'a self, root: &'a RepoPath) -> impl Iterator<Item = &'a RepoPath> {
        self.packages.iter().filter(move |(_, of)| of.as_ref() == Some(root)).map(|(folder, _)| folder)
    }

    /// The folder of the package with this name.
    pub fn named(&self, name: &str) -> Option<&RepoPath> {
        self.names.get(name)
    }
}

/// What the `package.json` of a folder says; `None` where there is none or it could not be read at all.
pub fn manifest<'a>(folder: &RepoPath, sources: Sources<'a>) -> Option<&'a Package> {
    sources.facts.package(&folder.join("package.json")?)
}

/// The folder of a `package.json` that makes a package; one that could not be read counts.
fn package_folder(path: &RepoPath, sources: Sources<'_>) -> Option<RepoPath> {
    let counts = path.name() == "package.json"
        && !folders::is_foreign(path)
        && !folders::is_fixture(path)
        && sources.facts.package(path).is_none_or(|package| !package.is_marker());
    counts.then(|| path.parent())
}

/// The folders with a file that declares a workspace, outer ones first.
fn workspace_roots(sources: Sources<'_>) -> Vec<RepoPath> {
    let declares =
        |name: &str| matches!(name, "package.json" | "pnpm-workspace.yaml" | "pnpm-workspace.yml" | "lerna.json");
    let files = sources.files.paths().filter(|path| declares(path.name()));
    let mut roots: Vec<RepoPath> = files.map(RepoPath::parent).collect();
    roots.sort_by(|a, b| (a.parts().count(), a).cmp(&(b.parts().count(), b)));
    roots.dedup();
    roots
}

/// Patterns of members' folders.
struct Members {
    /// The patterns in order, and whether each takes folders in or out; the last one that matches decides.
    patterns: Vec<(Glob, bool)>,
}

impl Members {
    /// What the files of a folder declare: pnpm's own file goes before `package.json`, and this before Lerna's.
    fn declared_at(root: &RepoPath, sources: Sources<'_>) -> Option<Self> {
        let file = |name: &str| root.join(name);
        let pnpm = ["pnpm-workspace.yaml", "pnpm-workspace.yml"]
            .into_iter()
            .find_map(|name| sources.facts.pnpm_workspace(&file(name)?))
            .filter(|workspace| !workspace.packages.is_empty());
        if let Some(pnpm) = pnpm {
            // pnpm takes out what any negative pattern matches, wherever it stands.
            let (out, taken): (Vec<_>, Vec<_>) =
                pnpm.packages.iter().partition(|pattern| pattern.value.starts_with('!'));
            return Some(Self::new(taken.into_iter().chain(out)));
        }
        let npm = file("package.json").and_then(|path| sources.facts.package(&path));
        if let Some(workspaces) = npm.and_then(|package| package.workspaces.as_ref()) {
            return Some(Self::new(workspaces.patterns.iter()));
        }
        let lerna = file("lerna.json").and_then(|path| sources.facts.lerna(&path))?;
        match &lerna.packages {
            Some(patterns) => Some(Self::new(patterns.iter())),
            None => Some(Self { patterns: vec![(Glob::new("packages/*"), true)] }),
        }
    }

    fn new<'a>(patterns: impl Iterator<Item = &'a Spanned<String>>) -> Self {
        let read = |pattern: &'a Spanned<String>| match pattern.value.strip_prefix('!') {
            Some(out) => (Glob::new(out), false),
            None => (Glob::new(&pattern.value), true),
        };
        Self { patterns: patterns.map(read).collect() }
    }

    fn contain(&self, root: &RepoPath, folder: &RepoPath) -> bool {
        let decides = self.patterns.iter().rev().find(|(glob, _)| glob.matches_below(root, folder));
        decides.is_some_and(|(_, taken)| *taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::InMemory;

    fn shown<'a>(folders: impl Iterator<Item = &'a RepoPath>) -> Vec<String> {
        folders.map(ToString::to_string).collect()
    }

    #[test]
    fn npm_and_yarn_name_members_in_the_root() {
        let files = InMemory::new(&[
            ("package.json", r#"{ "name": "root", "workspaces": ["packages/*", "!packages/old", "apps/**"] }"#),
            ("packages/api/package.json", r#"{ "name": "@größe/api" }"#),
            ("packages/old/package.json", r#"{ "name": "old" }"#),
            ("apps/a/b/package.json", r#"{ "name": "b" }"#),
            ("node_modules/x/package.json", r#"{ "name": "x" }"#),
            ("packages/api/src/package.json", r#"{ "type": "commonjs" }"#),
        ]);
        let workspaces = Workspaces::of(files.sources());
        assert_eq!(shown(workspaces.members(&RepoPath::root())), [".", "apps/a/b", "packages/api"]);
        assert_eq!(shown(workspaces.folders()), [".", "apps/a/b", "packages/api", "packages/old"]);
        assert_eq!(workspaces.named("@größe/api"), Some(&"packages/api".into()));
        assert_eq!(workspaces.named("x"), None);
        assert_eq!(workspaces.holder(&"packages/api/src/a.ts".into()), Some(&"packages/api".into()));
        assert_eq!(workspaces.root_of(&"packages/api".into()), &RepoPath::root());
        assert_eq!(workspaces.root_of(&"packages/old".into()), &RepoPath::from("packages/old"));
    }

    #[test]
    fn pnpm_takes_out_wherever_the_negative_pattern_stands() {
        let files = InMemory::new(&[
            ("package.json", r#"{ "name": "root" }"#),
            ("pnpm-workspace.yaml", "packages:\n  - '!**/legacy'\n  - services/*\n"),
            ("services/api/package.json", "{ \"name\": \"api\" }"),
            ("services/legacy/package.json", "{ \"name\": \"legacy\" }"),
        ]);
        let workspaces = Workspaces::of(files.sources());
        assert_eq!(shown(workspaces.members(&RepoPath::root())), [".", "services/api"]);
    }

    #[test]
    fn lerna_has_a_default_folder() {
        let files = InMemory::new(&[
            ("lerna.json", "{ \"version\": \"1.0.0\" }"),
            ("package.json", "{ \"name\": \"root\" }"),
            ("packages/a/package.json", "{ \"name\": \"a\" }"),
        ]);
        assert_eq!(shown(Workspaces::of(files.sources()).members(&RepoPath::root())), [".", "packages/a"]);
    }

    #[test]
    fn packages_side_by_side_need_no_root() {
        let files = InMemory::new(&[
            ("server/package.json", "{ \"name\": \"server\""),
            ("client/package.json", "{ \"name\": \"client\" }"),
            ("README.md", ""),
        ]);
        let workspaces = Workspaces::of(files.sources());
        assert_eq!(shown(workspaces.folders()), ["client", "server"]);
        assert_eq!(workspaces.holder(&"README.md".into()), None);
        assert_eq!(shown(workspaces.members(&"server".into())), Vec::<String>::new());
    }

    #[test]
    fn a_workspace_inside_another_keeps_its_members() {
        let files = InMemory::new(&[
            ("package.json", r#"{ "name": "root", "workspaces": ["**"] }"#),
            ("inner/package.json", r#"{ "name": "inner", "workspaces": ["a"] }"#),
            ("inner/a/package.json", r#"{ "name": "a" }"#),
            ("inner/b/package.json", r#"{ "name": "b" }"#),
        ]);
        let workspaces = Workspaces::of(files.sources());
        assert_eq!(workspaces.root_of(&"inner/a".into()), &RepoPath::from("inner"));
        assert_eq!(workspaces.root_of(&"inner/b".into()), &RepoPath::root());
    }
}
