//! What code sets for its own process and for those that it starts: `NODE_ENV`, and the size of the heap.

use crate::layout::Resolution;
use crate::program::{ModuleId, Program};
use prodcheck_formats::javascript::{
    AssignOperator, Expr, ExprId, Key, Linkage, LogicalOperator, Module, Node, Property, RequestKind, Stmt,
};
use prodcheck_source::{Place, RepoPath};

/// An environment variable that an entry file sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnVariable {
    /// What it is set to; `None` where nobody can tell.
    pub value: Option<String>,
    /// Whether what the environment says wins.
    pub is_default: bool,
    /// Whether nothing of another module has run by then.
    pub before_others: bool,
    /// The assignment.
    pub place: Place,
}

/// How far modules that are loaded first are followed.
const DEPTH: usize = 4;

/// What an entry file sets a variable of its environment to, itself or in a module that it loads before any other.
pub fn own_variable(program: &Program<'_>, entry: &RepoPath, name: &str) -> Option<OwnVariable> {
    in_module(program, program.id(entry)?, name, DEPTH)
}

fn in_module(program: &Program<'_>, id: ModuleId, name: &str, depth: usize) -> Option<OwnVariable> {
    let (module, path) = (program.module(id)?, program.path(id)?);
    let links = program.links(id);
    let foreign = |specifier: &str| {
        links.iter().any(|link| link.name == specifier && !link.type_only && !matches!(link.to, Resolution::Builtin(_)))
    };
    let imported = module.imports().iter().filter(|import| import.syntax == Linkage::Static && !import.type_only);
    let mut imported = imported.filter(|import| foreign(module.name(import.source.value))).peekable();
    let required = module.requests().iter().filter(|request| request.kind != RequestKind::Resolve);
    let first_required = required
        .filter(|request| request.specifier.is_none_or(|specifier| foreign(module.name(specifier.value))))
        .filter(|request| module.enclosing_function(request.expr).is_none())
        .map(|request| module.span(request.expr).start)
        .min();
    let own = module.exprs().find_map(|(expr, _)| assigned(module, expr, name).map(|found| (expr, found)));
    if let Some((expr, (value, is_default))) = own {
        let span = module.span(expr);
        let before_others = imported.peek().is_none() && first_required.is_none_or(|first| span.start < first);
        return Some(OwnVariable { value, is_default, before_others, place: Place::new(path.clone(), span) });
    }
    // `import './env'` as the first thing that is loaded.
    let first = match imported.peek() {
        Some(import) => Some(module.name(import.source.value)),
        None => {
            let first = module.requests().iter().find(|one| Some(module.span(one.expr).start) == first_required)?;
            first.specifier.map(|specifier| module.name(specifier.value))
        }
    }?;
    let file = links.iter().find_map(|link| match &link.to {
        Resolution::File(file) if link.name == first => Some(file),
        _ => None,
    })?;
    in_module(program, program.id(file)?, name, depth.checked_sub(1)?)
}

/// The value of an assignment to `process.env.NAME` at the top of a module, and whether it only fills in.
fn assigned(module: &Module, expr: ExprId, name: &str) -> Option<(Option<String>, bool)> {
    let Expr::Assign { operator, target, value } = module.expr(expr) else { return None };
    if !is_variable(module, *target, name) || module.enclosing_function(expr).is_some() {
        return None;
    }
    let fills = matches!(operator, AssignOperator::Or | AssignOperator::Nullish);
    let mut guarded = false;
    for node in module.ancestors(expr) {
        let Node::Stmt(stmt) = node else { continue };
        match module.stmt(stmt) {
            // `if (!process.env.NODE_ENV) …` fills in; any other condition may not hold.
            Stmt::If { test, .. } => match module.exprs_in(*test).any(|(id, _)| is_variable(module, id, name)) {
                true => guarded = true,
                false => return None,
            },
            Stmt::Expr(_) | Stmt::Block(_) => {}
            _ => return None,
        }
    }
    match module.expr(*value) {
        Expr::Logical { operator: LogicalOperator::Or | LogicalOperator::Nullish, left, right }
            if is_variable(module, *left, name) =>
        {
            Some((module.string(*right).map(str::to_owned), true))
        }
        _ => Some((module.string(*value).map(str::to_owned), fills || guarded)),
    }
}

/// `process.env.NAME`.
fn is_variable(module: &Module, expr: ExprId, name: &str) -> bool {
    let Expr::Member { object, property, .. } = module.expr(expr) else { return false };
    module.name(*property) == name && is_environment(module, *object)
}

/// `process.env`, also of `globalThis.process`.
fn is_environment(module: &Module, expr: ExprId) -> bool {
    let Expr::Member { object, property, .. } = module.expr(expr) else { return false };
    let process = match module.expr(*object) {
        Expr::Identifier { name, .. } => module.name(*name) == "process",
        Expr::Member { property, .. } => module.name(*property) == "process",
        _ => false,
    };
    process && module.name(*property) == "env"
}

/// The flag by which code sizes the heap of processes that it starts: in `execArgv`, or in `NODE_OPTIONS` of their
/// environment or its own. The flag as written, as far as it is known, and where it stands.
/// <https://nodejs.org/api/cluster.html#clustersettings>,
/// <https://nodejs.org/api/child_process.html#child_processforkmodulepath-args-options>.
pub fn heap_of_children(program: &Program<'_>) -> Option<(String, Place)> {
    program.modules().find_map(|(_, path, module)| {
        module.exprs().find_map(|(expr, _)| {
            let flag = heap_flag(text(module, expr)?)?;
            for_children(module, expr).then(|| (flag.to_owned(), Place::new(path.clone(), module.span(expr))))
        })
    })
}

/// The text of a string, or the beginning of a template.
fn text(module: &Module, expr: ExprId) -> Option<&str> {
    match module.expr(expr) {
        Expr::Template(template) => {
            template.texts.iter().map(|text| module.name(text.text)).find(|text| heap_flag(text).is_some())
        }
        _ => module.string(expr),
    }
}

fn heap_flag(text: &str) -> Option<&str> {
    let words = text.split_whitespace();
    let mut flags =
        words.filter(|word| word.starts_with("--max-old-space-size") || word.starts_with("--max_old_space_size"));
    flags.next()
}

/// Whether an expression is part of `execArgv` or `NODE_OPTIONS`.
fn for_children(module: &Module, expr: ExprId) -> bool {
    let mut inner = expr;
    for node in module.ancestors(expr) {
        let Node::Expr(outer) = node else { return false };
        match module.expr(outer) {
            Expr::Object(properties) => {
                let key = properties.iter().find_map(|property| match property {
                    Property::Entry { key: Key::Name(key), value, .. } if *value == inner => Some(module.name(*key)),
                    _ => None,
                });
                return matches!(key, Some("execArgv" | "NODE_OPTIONS"));
            }
            Expr::Assign { target, .. } => {
                let named = matches!(module.expr(*target), Expr::Member { property, .. } if matches!(module.name(*property), "execArgv" | "NODE_OPTIONS"));
                return named;
            }
            Expr::Function(_) => return false,
            _ => inner = outer,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::InMemory;
    use crate::{Layout, ModuleGraph};

    fn with<T>(files: &[(&str, &str)], entry: &str, ask: impl Fn(&Program<'_>, &RepoPath) -> T) -> T {
        let files = InMemory::new(files);
        let entry = RepoPath::new(entry);
        let mut graph = ModuleGraph::default();
        graph.start_from(&entry);
        graph.advance(&Layout::of(files.sources()), files.sources());
        let modules = graph.reached_from([&entry]);
        ask(&Program::link(&graph, &modules, files.sources()), &entry)
    }

    fn node_env(files: &[(&str, &str)], entry: &str) -> Option<(Option<String>, bool, bool)> {
        with(files, entry, |program, entry| own_variable(program, entry, "NODE_ENV"))
            .map(|own| (own.value, own.is_default, own.before_others))
    }

    fn production(is_default: bool, before_others: bool) -> Option<(Option<String>, bool, bool)> {
        Some((Some("production".to_owned()), is_default, before_others))
    }

    #[test]
    fn an_entry_sets_it_before_what_it_requires() {
        let text =
            "/* größe */ const os = require('node:os');\nprocess.env.NODE_ENV = 'production';\nrequire('express')();";
        assert_eq!(node_env(&[("a.js", text)], "a.js"), production(false, true));
        let text = "require('express')(); process.env.NODE_ENV ||= 'production';";
        assert_eq!(node_env(&[("a.js", text)], "a.js"), production(true, false));
        let text = "if (!process.env.NODE_ENV) { process.env.NODE_ENV = 'production'; } require('./b');";
        assert_eq!(node_env(&[("a.js", text), ("b.js", "")], "a.js"), production(true, true));
        let text = "process.env.NODE_ENV = process.env.NODE_ENV ?? 'production'";
        assert_eq!(node_env(&[("a.js", text)], "a.js"), production(true, true));
    }

    #[test]
    fn imports_run_before_the_code_above_them() {
        let text = "process.env.NODE_ENV = 'production'; import express from 'express';";
        assert_eq!(node_env(&[("a.mjs", text)], "a.mjs"), production(false, false));
        let files = [
            ("a.ts", "import './env';\nimport express from 'express';"),
            ("env.ts", "process.env.NODE_ENV = 'production';"),
        ];
        assert_eq!(node_env(&files, "a.ts"), production(false, true));
    }

    #[test]
    fn what_may_not_run_is_nothing() {
        for text in [
            "function f() { process.env.NODE_ENV = 'production'; }",
            "if (process.argv[2]) { process.env.NODE_ENV = 'production'; }",
            "const other = {}; other.NODE_ENV = 'production'; other.env.NODE_ENV = 'x';",
            "if (process.env.NODE_ENV === 'production') start();",
        ] {
            assert_eq!(node_env(&[("a.js", text)], "a.js"), None, "{text}");
        }
        let recursive = [("a.js", "require('./b')"), ("b.js", "require('./a')")];
        assert_eq!(node_env(&recursive, "a.js"), None);
    }

    #[test]
    fn the_heap_of_workers() {
        let heap =
            |text: &str| with(&[("a.js", text)], "a.js", |program, _| heap_of_children(program)).map(|(flag, _)| flag);
        let flag = Some("--max-old-space-size=512".to_owned());
        assert_eq!(heap("cluster.setupPrimary({ execArgv: ['--max-old-space-size=512'] })"), flag);
        assert_eq!(heap("fork('w.js', [], { env: { NODE_OPTIONS: '--inspect --max-old-space-size=512' } })"), flag);
        assert_eq!(heap("process.env.NODE_OPTIONS = `--max-old-space-size=512`"), flag);
        assert_eq!(
            heap("process.env.NODE_OPTIONS = `--max-old-space-size=${mb}`"),
            Some("--max-old-space-size=".to_owned())
        );
        assert_eq!(heap("console.log('--max-old-space-size=512')"), None);
        assert_eq!(heap("spawn('node', ['build.js', '--max-old-space-size=512'])"), None);
    }
}
