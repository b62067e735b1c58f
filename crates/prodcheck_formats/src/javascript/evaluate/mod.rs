//! The value of configuration that is written as code, found without running it.
//!
//! What only running would tell is unknown, never a guess. Two rules decide what the environment would. A value that
//! comes from an environment variable with a default is that default. A choice is made as production makes it:
//! `NODE_ENV` is `production`, and other variables are unset, as far as the caller does not say otherwise.
//!
//! Each value has the span of the place where it is written; one that comes from another file, that of the import or
//! call that brings it.

mod binding;
mod builtin;
mod call;
mod computed;
mod expression;
mod location;

use super::tree::{
    BindingId, Export, ExportName, Exported, Expr, ExprId, FunctionId, Imported, Linkage, Module, Node as TreeNode,
};
use crate::value::{Entry, Node, Object, Value};
use computed::Computed;
use prodcheck_source::Span;
use std::collections::HashMap;

/// How many steps one evaluation takes before the rest is unknown.
const MAX_STEPS: u32 = 30_000;

/// How deeply an evaluation goes into expressions, bindings and calls.
const MAX_DEPTH: u32 = 100;

/// How long a text gets by putting texts together, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// Finds what another file exports, by the specifier that the module uses for it.
pub type Files<'e> = dyn Fn(&str) -> Option<Node> + 'e;

/// Finds the value of an environment variable.
pub type Variables<'e> = dyn Fn(&str) -> Option<String> + 'e;

/// What an evaluation knows besides the module.
#[derive(Clone, Copy, Default)]
pub struct Environment<'e> {
    files: Option<&'e Files<'e>>,
    variables: Option<&'e Variables<'e>>,
}

impl<'e> Environment<'e> {
    /// Links other files: data as it is, and of a module what [`namespace`] returns.
    #[must_use]
    pub fn with_files(self, files: &'e Files<'e>) -> Self {
        Self { files: Some(files), ..self }
    }

    /// Sets environment variables, as a start command or a process manager's file does.
    #[must_use]
    pub fn with_variables(self, variables: &'e Variables<'e>) -> Self {
        Self { variables: Some(variables), ..self }
    }
}

/// The value of an expression.
pub fn evaluate(module: &Module, expr: ExprId, env: &Environment<'_>) -> Node {
    Evaluator::new(module, *env).node(expr, Mode::Value)
}

/// What a configuration file exports as a whole: `module.exports`, `export default`, or the object that `exports.a = …`
/// fills. Where that is a function, what it returns. `None` where the module exports no such thing.
///
/// A call that wraps the configuration is passed through: `defineConfig({ … })`, `withPlugin({ … })(config)`. What an
/// unknown wrapper adds is left open.
pub fn exported(module: &Module, env: &Environment<'_>) -> Option<Node> {
    let mut evaluator = Evaluator::new(module, *env);
    evaluator.unwraps = true;
    let value = evaluator.whole().or_else(|| evaluator.default_export()).or_else(|| evaluator.named(Linkage::CommonJs));
    let (value, span) = value?;
    Some(evaluator.returned(value, span))
}

/// All that a module exports, as an importer sees it: `module.exports`, or else an object of its exports with
/// `default` among them. `None` where it exports nothing.
pub fn namespace(module: &Module, env: &Environment<'_>) -> Option<Node> {
    let mut evaluator = Evaluator::new(module, *env);
    evaluator.unwraps = true;
    if let Some((value, span)) = evaluator.whole() {
        return Some(value.into_node(span));
    }
    let named = evaluator.named(Linkage::CommonJs).or_else(|| evaluator.named(Linkage::Static));
    let mut object = match named {
        Some((Computed::Node(Node { value: Value::Object(object), .. }), _)) => object,
        _ => Object::default(),
    };
    if let Some((value, span)) = evaluator.default_export() {
        let value = evaluator.returned(value, span);
        object.entries.push(Entry { key: "default".to_owned(), key_span: span, value });
    }
    object.open |= module.exports().iter().any(|export| export.name == ExportName::Star);
    if object.entries.is_empty() && !object.open {
        return None;
    }
    Some(Node::new(module.span(TreeNode::Module), Value::Object(object)))
}

/// What a value is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mode {
    /// For itself: a variable is unknown, or its default.
    Value,
    /// To choose by it: a variable is what it is in production.
    Choice,
}

/// A call that is evaluated.
struct Frame {
    function: FunctionId,
    arguments: Vec<Computed>,
    /// What a missing argument is: `undefined`, or unknown where the caller is elsewhere.
    missing: Computed,
}

struct Evaluator<'m, 'e> {
    module: &'m Module,
    env: Environment<'e>,
    steps: u32,
    depth: u32,
    frames: Vec<Frame>,
    /// Bindings whose value is being found.
    open: Vec<BindingId>,
    /// Values of bindings outside calls.
    known: HashMap<(BindingId, Mode), Computed>,
    /// Whether calls that wrap the configuration are passed through where we are.
    unwraps: bool,
}

impl<'m, 'e> Evaluator<'m, 'e> {
    fn new(module: &'m Module, env: Environment<'e>) -> Self {
        Self {
            module,
            env,
            steps: 0,
            depth: 0,
            frames: Vec::new(),
            open: Vec::new(),
            known: HashMap::new(),
            unwraps: false,
        }
    }

    fn node(&mut self, expr: ExprId, mode: Mode) -> Node {
        self.computed(expr, mode).into_node(self.module.span(expr))
    }

    /// Takes steps; `false` once there are none left.
    fn charge(&mut self, steps: u32) -> bool {
        self.steps = self.steps.saturating_add(steps);
        self.steps <= MAX_STEPS
    }

    /// A value that was copied, which costs what it is large.
    fn paid(&mut self, value: Computed) -> Computed {
        let size = match &value {
            Computed::Node(node) => computed::size(node),
            _ => 1,
        };
        if self.charge(size) { value } else { Computed::unknown() }
    }

    /// Runs something outside the place where wrappers are passed through.
    fn inside<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let unwraps = std::mem::replace(&mut self.unwraps, false);
        let result = work(self);
        self.unwraps = unwraps;
        result
    }

    /// `module.exports = …`, with what is added to it afterwards.
    fn whole(&mut self) -> Option<(Computed, Span)> {
        let exports = self.module.exports();
        let is_whole = |export: &Export| export.name == ExportName::Whole;
        let mut rows = exports.iter().enumerate().filter(|(_, export)| is_whole(export)).rev();
        let (at, row) = rows.find(|(_, export)| self.is_reached(export))?;
        let mut value = self.exported(row.exported, row.span);
        // The properties of an object that is exported are rows of their own, with the same origin.
        let mut origin = row.by;
        for later in exports.iter().skip(at + 1) {
            if is_whole(later) {
                origin = later.by;
            }
            if later.by == origin || !self.is_reached(later) {
                continue;
            }
            if let (ExportName::Name(name), Computed::Node(Node { value: Value::Object(object), .. })) =
                (later.name, &mut value)
            {
                let added = self.exported(later.exported, later.span).into_node(later.span);
                let key = self.module.name(name).to_owned();
                object.entries.push(Entry { key, key_span: later.span, value: added });
            }
        }
        Some((value, row.span))
    }

    /// Whether production comes to where something is exported, as far as that can be told.
    fn is_reached(&mut self, export: &Export) -> bool {
        export.by.is_none_or(|by| self.happens(by, None) != Some(false))
    }

    fn default_export(&mut self) -> Option<(Computed, Span)> {
        let row = self.module.exports().iter().rev().find(|export| export.name == ExportName::Default)?;
        Some((self.exported(row.exported, row.span), row.span))
    }

    /// The exports that have names, of one syntax, as an object.
    fn named(&mut self, syntax: Linkage) -> Option<(Computed, Span)> {
        let rows = self.module.exports().iter().filter(|export| export.syntax == syntax && !export.type_only);
        let mut object = Object::default();
        let mut span: Option<Span> = None;
        for row in rows {
            let ExportName::Name(name) = row.name else { continue };
            span = Some(span.map_or(row.span, |span| span.to(row.span)));
            let value = self.inside(|this| this.exported(row.exported, row.span));
            let key = self.module.name(name).to_owned();
            object.entries.push(Entry { key, key_span: row.span, value: value.into_node(row.span) });
        }
        let span = span?;
        Some((Computed::Node(Node::new(span, Value::Object(object))), span))
    }

    fn exported(&mut self, exported: Exported, span: Span) -> Computed {
        match exported {
            Exported::Binding(binding) => self.bound(binding, Mode::Value),
            Exported::Expr(expr) => self.computed(expr, Mode::Value),
            Exported::From { source, imported } => {
                let specifier = self.module.name(source.value);
                self.loaded(specifier, imported, span)
            }
        }
    }

    /// What another file exports.
    fn loaded(&mut self, specifier: &str, imported: Imported, span: Span) -> Computed {
        let Some(mut node) = self.env.files.and_then(|files| files(specifier)) else { return Computed::unknown() };
        if !self.charge(computed::size(&node)) {
            return Computed::unknown();
        }
        computed::place_all(&mut node, span);
        let whole = Computed::Node(node);
        match imported {
            Imported::Nothing => Computed::Undefined,
            Imported::Namespace => whole,
            Imported::Default => match whole.property("default") {
                Computed::Node(node) if !node.is_unknown() => Computed::Node(node),
                _ => whole,
            },
            Imported::Name(name) => whole.property(self.module.name(name)),
        }
    }

    /// A value as configuration: of a function what it returns.
    fn returned(&mut self, value: Computed, span: Span) -> Node {
        match value {
            Computed::Function(function) => {
                self.enter(function, Vec::new(), Computed::unknown()).into_node(self.module.span(function))
            }
            other => other.into_node(span),
        }
    }

    fn expr(&self, expr: ExprId) -> &'m Expr {
        self.module.expr(expr)
    }
}
