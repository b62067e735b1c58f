//! What the tree says of snippets.

mod classes;
mod evaluation;
mod links;
mod navigation;
mod properties;
mod recovery;
mod scopes;
mod shapes;

use super::{Dialect, Expr, ExprId, Module, parse};

/// A module of TypeScript with JSX that is read without a remark.
fn module(text: &str) -> Module {
    module_in(text, Dialect::TypeScriptJsx)
}

fn module_in(text: &str, dialect: Dialect) -> Module {
    let parsed = parse(text, dialect);
    assert_eq!(parsed.notes, [], "{}", text.chars().take(400).collect::<String>());
    parsed.tree
}

fn slice(text: &str, span: prodcheck_source::Span) -> &str {
    text.get(span.range()).unwrap_or_else(|| panic!("{span:?} of {text}"))
}

/// The line of a byte, counted from 1.
fn line(text: &str, at: u32) -> usize {
    text.bytes().take(at as usize).filter(|byte| *byte == b'\n').count() + 1
}

/// The first expression with exactly this text.
fn find(module: &Module, text: &str, wanted: &str) -> ExprId {
    let found = module.exprs().find(|(id, _)| slice(text, module.span(*id)) == wanted);
    found.unwrap_or_else(|| panic!("no expression `{wanted}` in {text}")).0
}

/// The line, counted from 1, that declares what each use of a name is bound to; 0 for a global.
fn resolutions(text: &str, name: &str) -> Vec<usize> {
    let module = module(text);
    module
        .exprs()
        .filter_map(|(_, expr)| match expr {
            Expr::Identifier { name: found, binding } if module.name(*found) == name => {
                Some(binding.map_or(0, |binding| line(text, module.binding(binding).span.start)))
            }
            _ => None,
        })
        .collect()
}
