//! Names that stand for paths: `paths` and `baseUrl` of TypeScript, and `_moduleAliases` of the package `module-alias`.
//!
//! Sources: <https://www.typescriptlang.org/tsconfig/#paths>, <https://www.npmjs.com/package/module-alias>.

use crate::Sources;
use crate::ts_config::Resolved;
use crate::workspaces::Workspaces;
use prodcheck_facts::FileFacts;
use prodcheck_source::RepoPath;
use std::collections::BTreeMap;

/// The names that stand for paths, by the folder below which they do.
#[derive(Debug, Clone, Default)]
pub(super) struct Aliases {
    folders: BTreeMap<RepoPath, Vec<Rules>>,
}

/// What one file says.
#[derive(Debug, Clone)]
struct Rules {
    /// Patterns with at most one `*`, each with the paths to try.
    patterns: Vec<(String, Vec<RepoPath>)>,
    /// The folder that other bare names start from.
    base: Option<RepoPath>,
}

impl Aliases {
    pub(super) fn of(sources: Sources<'_>, workspaces: &Workspaces) -> Self {
        let mut found: Vec<(RepoPath, Rules)> = Vec::new();
        for (path, facts) in sources.facts.iter() {
            let rules = match facts {
                FileFacts::TsConfig(_) => Resolved::read(path, sources, workspaces)
                    .map(|config| Rules { patterns: config.paths, base: config.base_url }),
                FileFacts::Package(package) => {
                    Some(Rules { patterns: module_aliases(path, &package.aliases), base: None })
                }
                _ => None,
            };
            found.extend(
                rules
                    .filter(|rules| !rules.patterns.is_empty() || rules.base.is_some())
                    .map(|rules| (path.clone(), rules)),
            );
        }
        // The plain `tsconfig.json` of a folder goes before its variants.
        found.sort_by(|(a, _), (b, _)| {
            (a.parent(), a.name() != "tsconfig.json", a).cmp(&(b.parent(), b.name() != "tsconfig.json", b))
        });
        let mut folders: BTreeMap<RepoPath, Vec<Rules>> = BTreeMap::new();
        for (path, rules) in found {
            folders.entry(path.parent()).or_default().push(rules);
        }
        Self { folders }
    }

    /// The file that a name stands for in a module. A name that the module's package depends on is not looked for below
    /// a `baseUrl`.
    pub(super) fn resolve(
        &self,
        name: &str,
        from: &RepoPath,
        declared: bool,
        file: impl Fn(&RepoPath) -> Option<RepoPath>,
    ) -> Option<RepoPath> {
        let rules =
            || from.parent().ancestors().filter_map(|folder| self.folders.get(&folder)).flatten().collect::<Vec<_>>();
        let rules = rules();
        let by_pattern = rules.iter().find_map(|rules| {
            let mut matching: Vec<_> = rules
                .patterns
                .iter()
                .filter_map(|(pattern, paths)| matched(pattern, name).map(|(length, star)| (length, star, paths)))
                .collect();
            // An exact name first, then the pattern with the longest text before its `*`.
            matching.sort_by_key(|(length, ..)| std::cmp::Reverse(*length));
            matching.into_iter().find_map(|(_, star, paths)| {
                paths.iter().find_map(|path| {
                    let filled = RepoPath::new(&path.as_str().replacen('*', star, 1));
                    // `"*": ["types/*"]` also names packages; only what exists counts.
                    file(&filled).filter(|found| !found.name().ends_with(".d.ts"))
                })
            })
        });
        let by_base = || {
            let bases = rules.iter().filter_map(|rules| rules.base.as_ref());
            bases.filter_map(|base| file(&base.join(name)?)).next()
        };
        by_pattern.or_else(|| if declared { None } else { by_base() })
    }
}

/// How well a pattern fits a name, and what its `*` stands for.
fn matched<'a>(pattern: &str, name: &'a str) -> Option<(usize, &'a str)> {
    match pattern.split_once('*') {
        Some((before, after)) => {
            let star = name.strip_prefix(before)?.strip_suffix(after)?;
            Some((before.len(), star))
        }
        None => (pattern == name).then_some((usize::MAX, "")),
    }
}

/// `"@app": "src"` stands for `@app` and for all below it.
fn module_aliases(
    path: &RepoPath,
    aliases: &[(String, prodcheck_source::Spanned<String>)],
) -> Vec<(String, Vec<RepoPath>)> {
    let folder = path.parent();
    let both = |(name, target): &(String, prodcheck_source::Spanned<String>)| {
        let target = folder.join(&target.value)?;
        let below = RepoPath::new(&format!("{target}/*"));
        Some([(name.clone(), vec![target]), (format!("{name}/*"), vec![below])])
    };
    aliases.iter().filter_map(both).flatten().collect()
}
