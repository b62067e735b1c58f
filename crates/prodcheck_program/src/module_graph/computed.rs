//! Modules that code loads without naming each: folders that are autoloaded, patterns of files, workers and children.

use crate::Sources;
use crate::code_paths::{self, Base, CodePath, imported};
use crate::layout::Layout;
use crate::modules_on_disk::{is_module, module_at, split_extension};
use prodcheck_facts::folders;
use prodcheck_formats::javascript::{Call, Expr, ExprId, Module, RequestKind};
use prodcheck_source::{Glob, RepoPath, Span};

/// How many modules one call may load.
const MOST_FILES: usize = 2_000;

/// A call that loads modules by a path.
struct Loader {
    /// The package or built-in module.
    package: &'static str,
    /// What of it is called; empty for the package itself.
    name: &'static str,
    /// Where the path stands.
    path: Argument,
    /// What it means.
    means: Means,
}

/// Where an argument stands.
enum Argument {
    /// At this place.
    At(usize),
    /// In an option of this name of an object among the arguments.
    Option(&'static str),
}

/// What a path means to a loader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Means {
    /// One module.
    Module,
    /// All modules of a folder and those below it.
    Folder,
}

const fn module(package: &'static str, name: &'static str, path: Argument) -> Loader {
    Loader { package, name, path, means: Means::Module }
}

const fn folder(package: &'static str, path: Argument) -> Loader {
    Loader { package, name: "", path, means: Means::Folder }
}

/// Sources: the packages' own documentation on npmjs.com, <https://nodejs.org/api/child_process.html>,
/// <https://nodejs.org/api/worker_threads.html>, <https://nodejs.org/api/cluster.html>.
const LOADERS: &[Loader] = &[
    module("child_process", "fork", Argument::At(0)),
    module("worker_threads", "Worker", Argument::At(0)),
    module("cluster", "setupPrimary", Argument::Option("exec")),
    module("cluster", "setupMaster", Argument::Option("exec")),
    module("piscina", "", Argument::Option("filename")),
    module("piscina", "Piscina", Argument::Option("filename")),
    module("tinypool", "", Argument::Option("filename")),
    module("bullmq", "Worker", Argument::At(1)),
    module("workerpool", "pool", Argument::At(0)),
    module("jest-worker", "Worker", Argument::At(0)),
    module("threads", "Worker", Argument::At(0)),
    folder("@fastify/autoload", Argument::Option("dir")),
    folder("fastify-autoload", Argument::Option("dir")),
    folder("require-all", Argument::At(0)),
    folder("require-all", Argument::Option("dirname")),
    folder("require-dir", Argument::At(0)),
    folder("require-directory", Argument::At(1)),
    folder("include-all", Argument::Option("dirname")),
    folder("auto-load", Argument::At(0)),
    folder("bulk-require", Argument::At(0)),
    folder("requireindex", Argument::At(0)),
    folder("express-load", Argument::At(0)),
    folder("consign", Argument::Option("cwd")),
    folder("import-dir", Argument::At(0)),
    folder("express-file-routing", Argument::Option("directory")),
    folder("@sapphire/framework", Argument::Option("baseUserDirectory")),
];

/// The modules that the code of a module loads by computed paths, each with the place of the call and the path as far as
/// it is known.
pub(super) fn loaded(path: &RepoPath, module: &Module, layout: &Layout, sources: Sources<'_>) -> Vec<Found> {
    let mut search = Search { path, module, layout, sources, found: Vec::new() };
    for request in module.requests().iter().filter(|request| request.specifier.is_none()) {
        if let (Some(argument), true) = (search.argument(request.expr), request.kind != RequestKind::Resolve) {
            search.pattern(argument, Base::Here, module.span(request.expr));
        }
    }
    for call in module.calls() {
        search.call(&call);
    }
    search.globs();
    search.found
}

/// Modules that a call loads.
pub(super) struct Found {
    pub path: RepoPath,
    pub shown: String,
    pub span: Span,
}

struct Search<'a> {
    path: &'a RepoPath,
    module: &'a Module,
    layout: &'a Layout,
    sources: Sources<'a>,
    found: Vec<Found>,
}

impl Search<'_> {
    /// The first argument of a `require` or `import()`.
    fn argument(&self, expr: ExprId) -> Option<ExprId> {
        match self.module.expr(expr) {
            Expr::DynamicImport { arguments } | Expr::Call { arguments, .. } => arguments.first().copied(),
            _ => None,
        }
    }

    fn call(&mut self, call: &Call<'_>) {
        let module = self.module;
        // `app.register(autoload, { dir })` hands the loader over; others are called.
        let handed = call.arguments.first().and_then(|first| imported(module, *first));
        let called = imported(module, call.callee);
        let loaders = LOADERS.iter().filter(|loader| {
            let is = |of: Option<(&str, Option<&str>)>| {
                of.is_some_and(|(source, name)| {
                    source.strip_prefix("node:").unwrap_or(source) == loader.package
                        && name.unwrap_or("") == loader.name
                })
            };
            is(called) || (loader.means == Means::Folder && is(handed))
        });
        for loader in loaders {
            let argument = match loader.path {
                Argument::At(index) => call.argument(module, index),
                Argument::Option(name) => {
                    call.arguments.iter().rev().find_map(|argument| module.property(*argument, name))
                }
            };
            let Some(argument) = argument else { continue };
            match loader.means {
                Means::Module => self.pattern(argument, Base::Cwd, call.span),
                Means::Folder => self.folder(argument, call.span),
            }
        }
    }

    /// The modules that a path with unknown parts can mean; a known one that names no module at its place names what it
    /// is built from.
    fn pattern(&mut self, expr: ExprId, unsaid: Base, span: Span) {
        let Some(path) = code_paths::read(self.module, expr) else { return self.tail(expr, span) };
        if path.base == Base::Unsaid && unsaid == Base::Here && !path.text.starts_with('.') {
            return;
        }
        let Some(folder) = path.folder(self.path, &self.layout.workspaces, unsaid) else { return };
        if path.is_known() {
            // Workers are often named from the module's own folder, though Node.js starts from the working one.
            let places = [folder.join(path.text.trim_start_matches('/')), self.path.parent().join(&path.text)];
            let module = places.into_iter().flatten().find_map(|place| {
                module_at(&place, self.sources).or_else(|| self.layout.builds.source_of(&place, self.sources).ok())
            });
            if let Some(module) = module {
                self.add(module, &path, span);
            }
            return;
        }
        self.matching(&folder, &path, span);
    }

    fn folder(&mut self, expr: ExprId, span: Span) {
        let Some(path) = code_paths::read(self.module, expr) else { return self.tail_folder(expr, span) };
        let folder = path.folder(self.path, &self.layout.workspaces, Base::Here);
        let Some(folder) = folder.and_then(|folder| folder.join(path.text.trim_start_matches('/'))) else { return };
        if !folder.is_root() && path.is_known() {
            let files = self.sources.files.below(&folder).filter(|file| is_loadable(file)).take(MOST_FILES);
            let files: Vec<RepoPath> = files.cloned().collect();
            files.into_iter().for_each(|file| self.add(file, &path, span));
        }
    }

    /// A module by a path of which only the end is known (`require(path.join(app.root, 'core/mail'))`): the nearest one
    /// around the module that ends so.
    fn tail(&mut self, expr: ExprId, span: Span) {
        let Some(tail) = code_paths::read_tail(self.module, expr) else { return };
        let around = self.around();
        let module = around.iter().find_map(|folder| module_at(&folder.join(&tail)?, self.sources));
        if let Some(module) = module {
            self.add(module, &CodePath { base: Base::Unsaid, text: tail }, span);
        }
    }

    /// A folder by a path of which only the end is known: the nearest one around the module that ends so.
    fn tail_folder(&mut self, expr: ExprId, span: Span) {
        let Some(tail) = code_paths::read_tail(self.module, expr) else { return };
        let around = self.around();
        let folder =
            around.iter().filter_map(|folder| folder.join(&tail)).find(|folder| self.sources.files.is_folder(folder));
        let Some(folder) = folder else { return };
        let path = CodePath { base: Base::Unsaid, text: tail };
        let files = self.sources.files.below(&folder).filter(|file| is_loadable(file)).take(MOST_FILES);
        let files: Vec<RepoPath> = files.cloned().collect();
        files.into_iter().for_each(|file| self.add(file, &path, span));
    }

    /// The module's folder and those around it, up to its package's.
    fn around(&self) -> Vec<RepoPath> {
        let holder = self.layout.workspaces.holder(self.path);
        let inside = |folder: &RepoPath| holder.is_none_or(|holder| folder.is_in(holder) || folder == holder);
        self.path.parent().ancestors().filter(inside).collect()
    }

    /// Patterns of module files: below the module's folder wherever they are put (`entities: [__dirname + '/**/*.ts']`),
    /// of other folders where a package that finds files is given them, and what Vite's `import.meta.glob` is given.
    fn globs(&mut self) {
        const FINDERS: &[&str] = &["glob", "fast-glob", "globby", "tinyglobby", "tiny-glob"];
        let module = self.module;
        for call in module.calls() {
            let finder = imported(module, call.callee).is_some_and(|(source, _)| FINDERS.contains(&source));
            let vite = matches!(module.expr(call.callee), Expr::Member { object, property, .. }
                if matches!(module.expr(*object), Expr::ImportMeta) && module.name(*property).starts_with("glob"));
            let Some(first) = call.argument(module, 0).filter(|_| finder || vite) else { continue };
            let listed = match module.expr(first) {
                Expr::Array(items) => items.to_vec(),
                _ => vec![first],
            };
            let unsaid = if vite { Base::Here } else { Base::Cwd };
            for pattern in listed {
                let Some(path) = code_paths::read(module, pattern).filter(|path| is_of_modules(&path.text)) else {
                    continue;
                };
                if let Some(folder) = path.folder(self.path, &self.layout.workspaces, unsaid) {
                    self.matching(&folder, &path, call.span);
                }
            }
        }
        let exprs = module
            .exprs()
            .filter(|(_, expr)| matches!(expr, Expr::Template(_) | Expr::Binary { .. } | Expr::Call { .. }));
        for (id, _) in exprs {
            let Some(path) = code_paths::read(module, id).filter(|path| path.base == Base::Here) else { continue };
            if is_of_modules(&path.text) {
                self.matching(&self.path.parent(), &path, module.span(id));
            }
        }
    }

    fn matching(&mut self, folder: &RepoPath, path: &CodePath, span: Span) {
        // What leads out of the folder is resolved before the first wildcard.
        let parts: Vec<&str> = path.text.split('/').collect();
        let wild = parts.iter().position(|part| part.contains('*')).unwrap_or(parts.len());
        let (plain, rest) = parts.split_at_checked(wild).unwrap_or((&parts, &[]));
        // All that lies in the folder that a process was started in is never meant.
        let named = plain.iter().any(|part| !matches!(*part, "" | "." | ".."));
        if !named && path.base != Base::Here && !path.text.starts_with("./") {
            return;
        }
        let Some(folder) = folder.join(plain.join("/").trim_start_matches('/')) else { return };
        // Built files are named by their sources here.
        let wanted = rest.join("/").replace("{.ts,.js}", "").replace("{.js,.ts}", "");
        let glob = Glob::new(&wanted);
        let without = Glob::new(split_extension(&RepoPath::new(&wanted)).0.as_str());
        let fits = |file: &&RepoPath| {
            let Some(inside) = file.relative_to(&folder).map(RepoPath::new) else { return false };
            let stem = split_extension(&inside).0;
            let whole = stem.name() == "index" && glob.matches(stem.parent().as_str());
            glob.matches(inside.as_str()) || without.matches(stem.as_str()) || glob.matches(stem.as_str()) || whole
        };
        let files = self.sources.files.below(&folder).filter(|file| is_loadable(file)).filter(fits);
        let files: Vec<RepoPath> = files.take(MOST_FILES).cloned().collect();
        files.into_iter().for_each(|file| self.add(file, path, span));
    }

    fn add(&mut self, file: RepoPath, path: &CodePath, span: Span) {
        if file != *self.path && !self.found.iter().any(|found| found.path == file) {
            self.found.push(Found { path: file, shown: path.text.clone(), span });
        }
    }
}

/// Whether a pattern means files of modules.
fn is_of_modules(pattern: &str) -> bool {
    let last = pattern.rsplit('/').next().unwrap_or("");
    let endings = [".ts", ".js", ".mjs", ".cjs", "ts,js}", "js,ts}", "{.ts,.js}", "{.js,.ts}", ".[jt]s", ".[tj]s"];
    pattern.contains('*') && endings.iter().any(|ending| last.ends_with(ending))
}

/// Whether a loader of whole folders takes a file for a module of the service.
fn is_loadable(file: &RepoPath) -> bool {
    const ASIDE: &[&str] = &["migrations", "migration", "seeds", "seeders", "node_modules"];
    is_module(file) && !folders::is_test(file) && !file.parent().parts().any(|part| ASIDE.contains(&part))
}
