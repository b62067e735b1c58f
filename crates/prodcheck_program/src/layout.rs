//! Where modules lie, as the repository's configuration has it: packages, builds, and names that stand for paths.

mod aliases;
mod builtin;

use crate::Sources;
use crate::built_output::Builds;
use crate::modules_on_disk::{declaration_at, module_at};
use crate::workspaces::{Workspaces, manifest};
use aliases::Aliases;
use prodcheck_facts::npm::{Package, PathMap};
use prodcheck_source::RepoPath;

/// What the configuration says of the whole repository; made once it was read.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The packages and workspaces.
    pub workspaces: Workspaces,
    /// What builds write, and from what.
    pub builds: Builds,
    aliases: Aliases,
}

/// What a module's name in an `import` or `require` means.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resolution {
    /// A file of the repository: a module, or data.
    File(RepoPath),
    /// A module that is part of the runtime, without `node:`.
    Builtin(String),
    /// A package that is installed from elsewhere.
    Package {
        /// Its name.
        name: String,
        /// What of it, such as `/server`; empty for the package itself.
        subpath: String,
    },
    /// A path that leads to no file of the repository, or a name that no table has.
    Missing,
}

/// How a module is asked for; the conditions of `exports` differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asked {
    /// By `import`.
    Import,
    /// By `require`.
    Require,
}

/// How often a name may stand for another name.
const RENAME_LIMIT: usize = 8;

impl Layout {
    /// Reads what the configuration says.
    pub fn of(sources: Sources<'_>) -> Self {
        let workspaces = Workspaces::of(sources);
        let builds = Builds::of(sources, &workspaces);
        let aliases = Aliases::of(sources, &workspaces);
        Self { workspaces, builds, aliases }
    }

    /// The file, package or built-in module that a name means for a module of the repository.
    ///
    /// It follows Node.js (<https://nodejs.org/api/esm.html#resolution-algorithm>) and what compilers and bundlers
    /// allow beyond it: paths without extensions, TypeScript's `paths` and `baseUrl`, and packages of the workspace,
    /// which lead to their sources.
    pub fn resolve(&self, name: &str, from: &RepoPath, asked: Asked, sources: Sources<'_>) -> Resolution {
        self.resolve_at(name, from, asked, sources, 0)
    }

    fn resolve_at(
        &self,
        name: &str,
        from: &RepoPath,
        asked: Asked,
        sources: Sources<'_>,
        renames: usize,
    ) -> Resolution {
        // Bundlers take options after the path: `./query.sql?raw`.
        let name = name.split('?').next().unwrap_or(name);
        if name.is_empty() || name.starts_with('/') || renames > RENAME_LIMIT {
            return Resolution::Missing;
        }
        if name == "." || name == ".." || name.starts_with("./") || name.starts_with("../") {
            let path = from.parent().join(name);
            let found = path.and_then(|path| self.file(&path, sources));
            return found.map_or(Resolution::Missing, Resolution::File);
        }
        if name.starts_with('#')
            && let Some(found) = self.own_import(name, from, asked, sources, renames)
        {
            return found;
        }
        let declared = self.declares(package_name(name), from, sources);
        if let Some(found) = self.aliases.resolve(name, from, declared, |path| self.file(path, sources)) {
            return Resolution::File(found);
        }
        if let Some(builtin) = builtin::named(name) {
            return Resolution::Builtin(builtin.to_owned());
        }
        // Deno and Bun name registries before the package.
        let name = name.strip_prefix("npm:").unwrap_or(name);
        if name.contains(':') || name.starts_with('#') {
            return Resolution::Missing;
        }
        let package = package_name(name);
        let subpath = name.get(package.len()..).unwrap_or("");
        if let Some(file) = self.of_workspace(package, subpath, from, asked, sources) {
            return Resolution::File(file);
        }
        // Deno's names carry a version: `npm:express@5/lib`.
        let plain = match package.rfind('@') {
            Some(at) if at > 0 => package.get(..at).unwrap_or(package),
            _ => package,
        };
        Resolution::Package { name: plain.to_owned(), subpath: subpath.to_owned() }
    }

    /// The module at a path, as a source: what is built leads to what it is built from.
    fn file(&self, path: &RepoPath, sources: Sources<'_>) -> Option<RepoPath> {
        let declaration = || declaration_at(path, sources);
        module_at(path, sources).or_else(declaration).or_else(|| self.builds.source_of(path, sources).ok())
    }

    /// Whether the module's package depends on another one by name.
    fn declares(&self, package: &str, from: &RepoPath, sources: Sources<'_>) -> bool {
        let declared =
            |folder: &RepoPath| manifest(folder, sources).is_some_and(|own| own.dependency(package).is_some());
        let Some(holder) = self.workspaces.holder(from) else { return false };
        declared(holder) || declared(self.workspaces.root_of(holder))
    }

    /// `#name`, by `imports` of the module's own package.
    fn own_import(
        &self,
        name: &str,
        from: &RepoPath,
        asked: Asked,
        sources: Sources<'_>,
        renames: usize,
    ) -> Option<Resolution> {
        let holder = self.workspaces.holder(from)?;
        let map = manifest(holder, sources)?.imports.as_ref()?;
        for path in targets(map, name, asked) {
            if path.starts_with("./") {
                if let Some(file) = holder.join(&path).and_then(|path| self.file(&path, sources)) {
                    return Some(Resolution::File(file));
                }
            } else if !path.starts_with('#') {
                return Some(self.resolve_at(&path, from, asked, sources, renames + 1));
            }
        }
        None
    }

    /// The source that a package of the same workspace gives under a name; also the module's own package.
    fn of_workspace(
        &self,
        package: &str,
        subpath: &str,
        from: &RepoPath,
        asked: Asked,
        sources: Sources<'_>,
    ) -> Option<RepoPath> {
        let folder = self.workspaces.named(package)?;
        let holder = self.workspaces.holder(from)?;
        if holder != folder && !self.is_linked(holder, folder, package, sources) {
            return None;
        }
        let file = |path: &str| folder.join(path).and_then(|path| self.file(&path, sources));
        let own = manifest(folder, sources);
        let name = format!(".{subpath}");
        let exported = own.and_then(|own| own.exports.as_ref()).map(|map| targets(map, &name, asked));
        if let Some(found) = exported.into_iter().flatten().find_map(|path| file(&path)) {
            return Some(found);
        }
        if !subpath.is_empty() {
            return file(&name).or_else(|| file(&format!("src{subpath}")));
        }
        let main = |package: &Package| {
            let named = [&package.main, &package.module];
            named.into_iter().flatten().find_map(|path| file(&path.value))
        };
        own.and_then(main).or_else(|| file("src")).or_else(|| file("."))
    }

    /// Whether what one package imports under another's name is the other one in this repository, and not a release.
    fn is_linked(&self, holder: &RepoPath, other: &RepoPath, name: &str, sources: Sources<'_>) -> bool {
        if self.workspaces.root_of(holder) == self.workspaces.root_of(other) {
            return true;
        }
        let range = manifest(holder, sources).and_then(|own| own.dependency(name)).map(|found| &found.range.value);
        range
            .is_some_and(|range| ["workspace:", "file:", "link:", "portal:"].iter().any(|kind| range.starts_with(kind)))
    }
}

/// The paths that a map gives for a name, best first, `*` filled in.
fn targets(map: &PathMap, name: &str, asked: Asked) -> Vec<String> {
    let Some((target, star)) = map.find(name) else { return Vec::new() };
    let conditions: &[&str] = match asked {
        Asked::Import => &["node", "import", "module", "source", "development", "types"],
        Asked::Require => &["node", "require", "source", "development", "types"],
    };
    let paths = target.paths(conditions).into_iter();
    paths.map(|path| star.map_or_else(|| path.value.clone(), |star| path.value.replace('*', star))).collect()
}

/// The package's part of a name: two parts where it has a scope.
fn package_name(name: &str) -> &str {
    let parts = if name.starts_with('@') { 2 } else { 1 };
    let end = name.match_indices('/').nth(parts - 1).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}

#[cfg(test)]
mod tests;
