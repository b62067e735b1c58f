//! Built files back to the sources that they are made from: `dist/server.js` is `src/server.ts`.

mod bundlers;
mod convention;
mod nest;
mod nx;
mod scripts;

use crate::Sources;
use crate::modules_on_disk::{module_at, source_named, split_extension};
use crate::ts_config::Resolved;
use crate::workspaces::Workspaces;
use prodcheck_facts::FileFacts;
use prodcheck_source::RepoPath;

/// What the builds of the repository write, and what they make it from. A tool's configuration adds entries here.
#[derive(Debug, Clone, Default)]
pub struct Builds {
    trees: Vec<Tree>,
    bundles: Vec<Bundle>,
}

/// A folder of output whose layout repeats that of its sources.
#[derive(Debug, Clone)]
struct Tree {
    out: RepoPath,
    root: Root,
}

/// The folder whose layout is repeated.
#[derive(Debug, Clone)]
enum Root {
    /// This one.
    Folder(RepoPath),
    /// What a TypeScript configuration's input makes it.
    Inferred(Box<Resolved>),
}

/// One file of output, and the source that it starts from.
#[derive(Debug, Clone)]
struct Bundle {
    /// The output without its extension.
    out: RepoPath,
    /// The source, with or without its extension.
    entry: RepoPath,
}

impl Builds {
    /// Reads the configurations of the repository's builds.
    pub fn of(sources: Sources<'_>, workspaces: &Workspaces) -> Self {
        let mut builds = Self::default();
        for (path, facts) in sources.facts.iter() {
            match facts {
                FileFacts::TsConfig(_) => {
                    let config = Resolved::read(path, sources, workspaces).filter(|config| !config.no_emit);
                    if let Some((out, config)) = config.and_then(|config| Some((config.out_dir.clone()?, config))) {
                        builds.trees.push(Tree { out, root: Root::Inferred(Box::new(config)) });
                    }
                }
                FileFacts::NestCli(cli) => nest::add(path, cli, sources, workspaces, &mut builds),
                FileFacts::Package(package) => scripts::add(path, package, sources, workspaces, &mut builds),
                FileFacts::Bundler(file) => bundlers::add(path, file, workspaces, &mut builds),
                FileFacts::Nx(nx) => nx::add(path, nx, sources, &mut builds),
                _ => {}
            }
        }
        builds
    }

    fn bundle(&mut self, out: Option<RepoPath>, entry: Option<RepoPath>) {
        if let (Some(out), Some(entry)) = (out, entry) {
            self.bundles.push(Bundle { out: split_extension(&out).0, entry });
        }
    }

    fn tree(&mut self, out: Option<RepoPath>, root: Option<RepoPath>) {
        if let (Some(out), Some(root)) = (out, root) {
            self.trees.push(Tree { out, root: Root::Folder(root) });
        }
    }

    /// The source of a file that a command or a package names; the file itself where it is none that a build writes.
    ///
    /// # Errors
    /// A sentence fragment that says why there is none.
    pub fn source_of(&self, path: &RepoPath, sources: Sources<'_>) -> Result<RepoPath, String> {
        if let Some(source) = self.bundled(path, sources).or_else(|| self.compiled(path, sources)) {
            return Ok(source);
        }
        let found = module_at(path, sources).or_else(|| convention::source_of(path, sources));
        // What a folder's `main` names can be built too: `node .` with `"main": "dist/server.js"`.
        found.map_or_else(|| self.main_of(path, sources), Ok)
    }

    fn main_of(&self, folder: &RepoPath, sources: Sources<'_>) -> Result<RepoPath, String> {
        let none = || format!("`{folder}` is not in the repository, and nothing shows what it is built from");
        let manifest = folder.join("package.json").ok_or_else(none)?;
        let main = sources.facts.package(&manifest).and_then(|package| package.main.as_ref()).ok_or_else(none)?;
        let main = folder.join(&main.value).filter(|main| main != folder).ok_or_else(none)?;
        let source = self.bundled(&main, sources).or_else(|| self.compiled(&main, sources));
        source.or_else(|| convention::source_of(&main, sources)).ok_or_else(|| {
            format!("`{main}`, the `main` of `{manifest}`, is not in the repository, and nothing shows what it is built from")
        })
    }

    /// The entry of the bundle that a path means.
    fn bundled(&self, path: &RepoPath, sources: Sources<'_>) -> Option<RepoPath> {
        let (stem, extension) = split_extension(path);
        let index = path.join("index").filter(|_| extension.is_none());
        let named = self.bundles.iter().filter(|bundle| bundle.out == stem || Some(&bundle.out) == index.as_ref());
        named.into_iter().find_map(|bundle| module_at(&bundle.entry, sources))
    }

    /// The source at the same place in the layout that an output folder repeats; the innermost folder goes first.
    fn compiled(&self, path: &RepoPath, sources: Sources<'_>) -> Option<RepoPath> {
        let (stem, extension) = split_extension(path);
        let mut trees: Vec<&Tree> = self.trees.iter().filter(|tree| path.is_in(&tree.out)).collect();
        trees.sort_by_key(|tree| std::cmp::Reverse(tree.out.parts().count()));
        trees.into_iter().find_map(|tree| {
            let inside = stem.relative_to(&tree.out)?;
            let roots = match &tree.root {
                Root::Folder(root) => vec![root.clone()],
                // Since TypeScript 6 the root is the configuration's folder where nothing is said; before, it was what
                // the input shares, which files that are only imported (`../package.json`) widen.
                Root::Inferred(config) => vec![config.effective_root(sources), config.path.parent()],
            };
            let sources_of = |root: RepoPath| {
                let source = source_named(&root.join(inside)?, extension, sources)?;
                // Output that lies among the sources (`outDir` is the root) is no source of itself.
                (!source.is_in(&tree.out) || root.is_in(&tree.out)).then_some(source)
            };
            roots.into_iter().find_map(sources_of)
        })
    }
}

/// The folder that all paths lie in.
fn shared_folder(paths: &[RepoPath]) -> Option<RepoPath> {
    let mut folders = paths.iter().map(RepoPath::parent);
    let first = folders.next()?;
    Some(folders.fold(first, |shared, folder| {
        shared.ancestors().find(|ancestor| folder.is_in(ancestor)).unwrap_or_else(RepoPath::root)
    }))
}

#[cfg(test)]
mod tests;
