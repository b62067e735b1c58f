//! What a TypeScript configuration says in the end, with everything that it extends.
//!
//! Source: <https://www.typescriptlang.org/tsconfig/#extends>.

use crate::Sources;
use crate::workspaces::Workspaces;
use prodcheck_facts::tsconfig::{CompilerOptions, TsConfig};
use prodcheck_source::{Glob, Place, RepoPath, Spanned};
use std::collections::BTreeSet;

/// How many configurations may build on one another.
const CHAIN_LIMIT: usize = 256;

/// What stands for the folder of the configuration that is extended in the end.
const CONFIG_DIR: &str = "${configDir}";

/// A configuration and all that it extends. An option that none of the files sets is `None`.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// The configuration's own file.
    pub path: RepoPath,
    /// The configurations that it extends and that the repository does not hold, such as `@tsconfig/node22`.
    pub elsewhere: Vec<Spanned<String>>,
    /// The folder that the output goes to.
    pub out_dir: Option<RepoPath>,
    /// The folder whose layout the output repeats, where it is said.
    pub root_dir: Option<RepoPath>,
    /// The folder that bare names start from.
    pub base_url: Option<RepoPath>,
    /// Patterns of module names, each with the paths to try, `*` in them included.
    pub paths: Vec<(String, Vec<RepoPath>)>,
    /// Whether maps are written beside the output, and where that is said.
    pub source_map: Option<(bool, Place)>,
    /// Whether maps are written into the output, and where that is said.
    pub inline_source_map: Option<(bool, Place)>,
    /// Whether nothing is written at all.
    pub no_emit: bool,
    /// Whether it is one of several projects that build on each other.
    pub composite: bool,
    /// The input: files, patterns, and patterns that are left out, each with the folder that it starts from.
    input: Input,
}

#[derive(Debug, Clone, Default)]
struct Input {
    files: Option<(RepoPath, Vec<String>)>,
    include: Option<(RepoPath, Vec<String>)>,
    exclude: Option<(RepoPath, Vec<String>)>,
    allow_js: bool,
}

impl Resolved {
    /// Reads a configuration and all that it extends; `None` where the file is no configuration.
    pub fn read(path: &RepoPath, sources: Sources<'_>, workspaces: &Workspaces) -> Option<Self> {
        sources.facts.ts_config(path)?;
        let mut resolved = Self { path: path.clone(), ..Self::default() };
        let chain = resolved.chain(sources, workspaces);
        let folder = path.parent();
        let at = |pick: fn(&CompilerOptions) -> Option<&Spanned<String>>| {
            let (file, value) = chain.iter().find_map(|(file, config)| Some((file, pick(&config.options)?)))?;
            located(&value.value, &file.parent(), &folder)
        };
        let flag = |pick: fn(&CompilerOptions) -> Option<Spanned<bool>>| {
            let (file, value) = chain.iter().find_map(|(file, config)| Some((file, pick(&config.options)?)))?;
            Some((value.value, Place::new(file.clone(), value.span)))
        };
        let set = |pick: fn(&CompilerOptions) -> Option<Spanned<bool>>| flag(pick).is_some_and(|(value, _)| value);
        let list = |pick: fn(&TsConfig) -> Option<&Vec<Spanned<String>>>| {
            let (file, list) = chain.iter().find_map(|(file, config)| Some((file, pick(config)?)))?;
            let in_folder = |text: &Spanned<String>| match text.value.strip_prefix(CONFIG_DIR) {
                Some(rest) => format!("/{folder}/{}", rest.trim_start_matches('/')),
                None => text.value.clone(),
            };
            Some((file.parent(), list.iter().map(in_folder).collect()))
        };
        resolved.out_dir = at(|options| options.out_dir.as_ref());
        resolved.root_dir = at(|options| options.root_dir.as_ref());
        resolved.base_url = at(|options| options.base_url.as_ref());
        resolved.source_map = flag(|options| options.source_map);
        resolved.inline_source_map = flag(|options| options.inline_source_map);
        resolved.no_emit = set(|options| options.no_emit) || set(|options| options.emit_declaration_only);
        resolved.composite = set(|options| options.composite);
        resolved.input = Input {
            files: list(|config| config.files.as_ref()),
            include: list(|config| config.include.as_ref()),
            exclude: list(|config| config.exclude.as_ref()),
            allow_js: set(|options| options.allow_js),
        };
        let paths = chain.iter().find_map(|(file, config)| Some((file, config.options.paths.as_ref()?)));
        if let Some((file, paths)) = paths {
            let base = resolved.base_url.clone().unwrap_or_else(|| file.parent());
            for (pattern, targets) in paths {
                let targets = targets.iter().filter_map(|target| located(&target.value, &base, &folder));
                resolved.paths.push((pattern.clone(), targets.collect()));
            }
        }
        Some(resolved)
    }

    /// The files that have a say, the one that wins first. A later one of several that are extended wins over an
    /// earlier one, and a file that is reached twice counts where it wins most.
    fn chain<'a>(&mut self, sources: Sources<'a>, workspaces: &Workspaces) -> Vec<(RepoPath, &'a TsConfig)> {
        let mut chain = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![self.path.clone()];
        while let Some(path) = open.pop() {
            if chain.len() >= CHAIN_LIMIT || !seen.insert(path.clone()) {
                continue;
            }
            let Some(config) = sources.facts.ts_config(&path) else { continue };
            for extended in &config.extends {
                match extended_file(&extended.value, &path.parent(), sources, workspaces) {
                    Some(file) => open.push(file),
                    None => self.elsewhere.push(extended.clone()),
                }
            }
            chain.push((path, config));
        }
        chain
    }

    /// The source files that are compiled, without declarations, sorted.
    pub fn inputs<'a>(&self, sources: Sources<'a>) -> Vec<&'a RepoPath> {
        let folder = self.path.parent();
        let anchored = |listed: &Option<(RepoPath, Vec<String>)>, meant: Meant| -> Option<Vec<Glob>> {
            listed.as_ref().map(|(base, list)| list.iter().map(|text| pattern(base, text, meant)).collect())
        };
        let files = anchored(&self.input.files, Meant::File);
        let include = anchored(&self.input.include, Meant::Input);
        let exclude = anchored(&self.input.exclude, Meant::Subtree);
        let listed = |path: &RepoPath, globs: &Option<Vec<Glob>>| {
            globs.as_ref().is_some_and(|globs| globs.iter().any(|glob| glob.matches(path.as_str())))
        };
        let included = |path: &RepoPath| match (&files, &include) {
            (_, Some(_)) => listed(path, &include),
            (Some(_), None) => false,
            (None, None) => path.is_in(&folder),
        };
        let excluded = |path: &RepoPath| {
            let output = self.out_dir.as_ref().is_some_and(|out| *out != folder && path.is_in(out));
            output || listed(path, &exclude)
        };
        let compiled = |path: &&RepoPath| {
            let written = is_source(path, self.input.allow_js) && !prodcheck_facts::folders::is_foreign(path);
            written && (listed(path, &files) || (included(path) && !excluded(path)))
        };
        sources.files.paths().filter(compiled).collect()
    }

    /// The folder whose layout the output repeats: what is said, else the folder that all the input shares.
    pub fn effective_root(&self, sources: Sources<'_>) -> RepoPath {
        if let Some(root) = &self.root_dir {
            return root.clone();
        }
        if self.composite {
            return self.path.parent();
        }
        let inputs = self.inputs(sources);
        let mut folders = inputs.iter().map(|path| path.parent());
        let Some(first) = folders.next() else { return self.path.parent() };
        folders.fold(first, |shared, folder| {
            shared.ancestors().find(|ancestor| folder.is_in(ancestor)).unwrap_or_else(RepoPath::root)
        })
    }
}

/// What a pattern of a list stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// One file.
    File,
    /// Files; a folder's name stands for all below it.
    Input,
    /// Whatever it matches, and all below that.
    Subtree,
}

/// A pattern relative to the root.
fn pattern(base: &RepoPath, text: &str, meant: Meant) -> Glob {
    let (base, text) = match text.strip_prefix('/') {
        Some(rooted) => (RepoPath::root(), rooted),
        None => (base.clone(), text),
    };
    // `..` and `.` are resolved before the first wildcard; the rest is kept as it is.
    let is_wild = |part: &&str| part.contains(['*', '?', '{']);
    let plain: Vec<&str> = text.split('/').take_while(|part| !is_wild(part)).collect();
    let rest: Vec<&str> = text.split('/').skip(plain.len()).collect();
    let Some(start) = base.join(&plain.join("/")) else { return Glob::new("") };
    let last = rest.last().copied().unwrap_or(start.name());
    let mut parts: Vec<&str> = start.parts().chain(rest.iter().copied()).collect();
    let names_folder = text.is_empty() || text.ends_with(['/', '.']) || !last.contains(['.', '*', '?', '{']);
    match meant {
        Meant::File => {}
        Meant::Input if last == "**" => parts.push("*"),
        Meant::Input if names_folder => parts.push("**"),
        Meant::Input => {}
        Meant::Subtree => parts.push("**"),
    }
    Glob::new(&parts.join("/"))
}

/// Whether the compiler reads it, and writes something for it.
fn is_source(path: &RepoPath, allow_js: bool) -> bool {
    let name = path.name();
    if name.ends_with(".d.ts") || name.ends_with(".d.mts") || name.ends_with(".d.cts") {
        return false;
    }
    match path.extension() {
        Some("ts" | "tsx" | "mts" | "cts") => true,
        Some("js" | "jsx" | "mjs" | "cjs") => allow_js,
        _ => false,
    }
}

fn located(text: &str, folder: &RepoPath, config_dir: &RepoPath) -> Option<RepoPath> {
    match text.strip_prefix(CONFIG_DIR) {
        Some(rest) => config_dir.join(rest.trim_start_matches('/')),
        None if text.starts_with('/') => None,
        None => folder.join(text),
    }
}

/// The file that an `extends` means: relative with or without `.json`, or inside a package of the repository.
fn extended_file(text: &str, folder: &RepoPath, sources: Sources<'_>, workspaces: &Workspaces) -> Option<RepoPath> {
    let existing = |path: RepoPath| {
        let with_extension = || RepoPath::new(&format!("{path}.json"));
        let inside = || path.join("tsconfig.json");
        [Some(path.clone()), Some(with_extension()), inside()]
            .into_iter()
            .flatten()
            .find(|path| sources.files.contains(path))
    };
    if text.starts_with('.') || text.starts_with('/') {
        return existing(folder.join(text)?);
    }
    let parts = if text.starts_with('@') { 2 } else { 1 };
    let name: Vec<&str> = text.split('/').take(parts).collect();
    let rest: Vec<&str> = text.split('/').skip(parts).collect();
    let package = workspaces.named(&name.join("/"))?;
    existing(package.join(&rest.join("/"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::InMemory;

    fn read(files: &InMemory, path: &str) -> Resolved {
        let workspaces = Workspaces::of(files.sources());
        Resolved::read(&path.into(), files.sources(), &workspaces).expect("a configuration")
    }

    fn shown(path: Option<&RepoPath>) -> String {
        path.map_or_else(|| "none".to_owned(), ToString::to_string)
    }

    #[test]
    fn options_come_from_the_nearest_file_and_start_from_its_folder() {
        let files = InMemory::new(&[
            ("package.json", r#"{ "name": "root", "workspaces": ["apps/*", "config"] }"#),
            ("config/package.json", r#"{ "name": "@größe/config" }"#),
            ("config/strict.json", "{}"),
            (
                "config/tsconfig.node.json",
                r#"{ "extends": "@tsconfig/node22/tsconfig.json",
                "compilerOptions": { "sourceMap": true, "outDir": "${configDir}/dist", "baseUrl": "." } }"#,
            ),
            (
                "tsconfig.base.json",
                r#"{ "compilerOptions": { "sourceMap": false, "paths": { "@lib/*": ["libs/*/src"] } } }"#,
            ),
            (
                "apps/api/tsconfig.json",
                r#"{ "extends": ["@größe/config/tsconfig.node", "../../tsconfig.base.json"],
                "include": ["src"] }"#,
            ),
        ]);
        let config = read(&files, "apps/api/tsconfig.json");
        assert_eq!(shown(config.out_dir.as_ref()), "apps/api/dist");
        assert_eq!(shown(config.base_url.as_ref()), "config");
        let (maps, place) = config.source_map.clone().expect("sourceMap");
        assert_eq!((maps, place.path.as_str()), (false, "tsconfig.base.json"), "the later of two wins");
        assert_eq!(shown(config.paths.first().and_then(|(_, targets)| targets.first())), "config/libs/*/src");
        assert_eq!(config.elsewhere.len(), 1);
    }

    #[test]
    fn extending_in_a_circle_ends() {
        let files = InMemory::new(&[
            (
                "tsconfig.json",
                r#"{ "extends": ["./tsconfig.a.json", "./tsconfig.b.json"], "compilerOptions": { "rootDir": "src" } }"#,
            ),
            ("tsconfig.a.json", r#"{ "extends": "./tsconfig.b", "compilerOptions": { "outDir": "a" } }"#),
            ("tsconfig.b.json", r#"{ "extends": "./tsconfig.json", "compilerOptions": { "outDir": "b" } }"#),
        ]);
        let config = read(&files, "tsconfig.json");
        assert_eq!((shown(config.out_dir.as_ref()), shown(config.root_dir.as_ref())), ("b".into(), "src".into()));
    }

    #[test]
    fn many_files_that_extend_each_other_twice_end() {
        let names: Vec<String> = (0..60).map(|at| format!("tsconfig.{at}.json")).collect();
        let texts: Vec<String> = (0..60)
            .map(|at| format!(r#"{{ "extends": ["./tsconfig.{0}.json", "./tsconfig.{0}.json"] }}"#, at + 1))
            .collect();
        let mut all: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        all.push(("tsconfig.60.json", r#"{ "compilerOptions": { "outDir": "out" } }"#));
        assert_eq!(shown(read(&InMemory::new(&all), "tsconfig.0.json").out_dir.as_ref()), "out");
    }

    #[test]
    fn the_root_is_what_the_input_shares() {
        let sources = [("src/server.ts", ""), ("src/db/pool.ts", ""), ("src/types.d.ts", ""), ("types/x.d.ts", "")];
        let root = |config: &str, more: &[(&str, &str)]| {
            let mut all = sources.to_vec();
            all.push(("tsconfig.json", config));
            all.extend_from_slice(more);
            let files = InMemory::new(&all);
            read(&files, "tsconfig.json").effective_root(files.sources()).to_string()
        };
        assert_eq!(root("{}", &[]), "src");
        assert_eq!(root("{}", &[("jest.config.ts", "")]), ".");
        assert_eq!(root(r#"{ "include": ["src/**/*"] }"#, &[("jest.config.ts", "")]), "src");
        assert_eq!(root(r#"{ "include": ["./src"] }"#, &[("jest.config.ts", "")]), "src");
        assert_eq!(
            root(r#"{ "exclude": ["**/*.config.ts", "test"] }"#, &[("jest.config.ts", ""), ("test/a.ts", "")]),
            "src"
        );
        assert_eq!(root(r#"{ "files": ["src/db/pool.ts"] }"#, &[]), "src/db");
        assert_eq!(root(r#"{ "compilerOptions": { "allowJs": true } }"#, &[("knexfile.js", "")]), ".");
        assert_eq!(root(r#"{ "compilerOptions": { "composite": true } }"#, &[]), ".");
        assert_eq!(root(r#"{ "compilerOptions": { "outDir": "dist" } }"#, &[("dist/a.ts", "")]), "src");
    }
}
