//! Calls of the module's own functions, and of functions that wrap a configuration.

use super::super::tree::{Body, Expr, ExprId, FunctionId, Imported, Origin, RequestKind, Stmt, StmtId};
use super::computed::Computed;
use super::{Evaluator, Frame, Mode};
use crate::value::{Node, Value};
use prodcheck_source::Span;

/// Where the code of a function has come to.
enum Flow {
    /// Past its end.
    On,
    /// To a `return`.
    Returned(Computed),
}

impl<'m> Evaluator<'m, '_> {
    pub fn called(&mut self, call: ExprId, callee: ExprId, arguments: &[ExprId], mode: Mode) -> Computed {
        if self.module.request(call).is_some() {
            return self.requested(call);
        }
        if let Some(value) = self.builtin(call, callee, arguments, mode) {
            return value;
        }
        if let Some(wrapped) = self.wrapped(callee, arguments) {
            return wrapped;
        }
        let is_method = matches!(self.expr(callee), Expr::Member { .. } | Expr::Index { .. });
        if is_method {
            return Computed::unknown();
        }
        match self.inside(|this| this.computed(callee, Mode::Value)) {
            Computed::Function(function) => {
                let arguments = self.inside(|this| this.arguments(arguments));
                match arguments {
                    Some(arguments) => self.call(function, arguments),
                    None => Computed::unknown(),
                }
            }
            _ => Computed::unknown(),
        }
    }

    /// What `require(…)` or `import(…)` loads.
    pub fn requested(&mut self, call: ExprId) -> Computed {
        let Some(request) = self.module.request(call).copied() else { return Computed::unknown() };
        let specifier = match request.specifier {
            Some(specifier) => Some(self.module.name(specifier.value).to_owned()),
            None => self.computed_specifier(call),
        };
        match (request.kind, specifier) {
            (RequestKind::Require | RequestKind::Import, Some(specifier)) => {
                self.loaded(&specifier, Imported::Namespace, self.module.span(call))
            }
            _ => Computed::unknown(),
        }
    }

    /// A specifier that depends on what production chooses: `` require(`./${process.env.NODE_ENV}`) ``.
    fn computed_specifier(&mut self, call: ExprId) -> Option<String> {
        let (Expr::Call { arguments, .. } | Expr::DynamicImport { arguments }) = self.expr(call) else { return None };
        match self.computed(*arguments.first()?, Mode::Choice) {
            Computed::Node(Node { value: Value::String(text), .. }) => Some(text),
            _ => None,
        }
    }

    /// The arguments; `None` where one is spread.
    pub fn arguments(&mut self, arguments: &[ExprId]) -> Option<Vec<Computed>> {
        arguments
            .iter()
            .map(|argument| match self.expr(*argument) {
                Expr::Spread(_) => None,
                _ => Some(match self.computed(*argument, Mode::Value) {
                    Computed::Unknown(reason) => {
                        Computed::Node(Node::new(self.module.span(*argument), Value::Unknown(reason)))
                    }
                    value => value,
                }),
            })
            .collect()
    }

    /// The value that a call of a function of the module returns.
    pub fn call(&mut self, function: FunctionId, arguments: Vec<Computed>) -> Computed {
        self.enter(function, arguments, Computed::Undefined)
    }

    /// The value that a function of the module returns.
    pub fn enter(&mut self, function: FunctionId, arguments: Vec<Computed>, missing: Computed) -> Computed {
        let code = self.module.function(function);
        if code.is_generator || self.depth >= super::MAX_DEPTH || !self.charge(1) {
            return Computed::unknown();
        }
        self.depth += 1;
        self.frames.push(Frame { function, arguments, missing });
        // Names inside have other values in each call, so that an open one is no circle.
        let open = std::mem::take(&mut self.open);
        let value = match &code.body {
            Body::Expr(value) => self.computed(*value, Mode::Value),
            Body::Block(stmts) => match self.run(stmts) {
                Flow::On => Computed::Undefined,
                Flow::Returned(value) => value,
            },
        };
        self.open = open;
        self.frames.pop();
        self.depth -= 1;
        value
    }

    fn run(&mut self, stmts: &[StmtId]) -> Flow {
        for stmt in stmts {
            if let Flow::Returned(value) = self.step(*stmt) {
                return Flow::Returned(value);
            }
        }
        Flow::On
    }

    fn step(&mut self, stmt: StmtId) -> Flow {
        if self.depth >= super::MAX_DEPTH || !self.charge(1) {
            return Flow::Returned(Computed::unknown());
        }
        self.depth += 1;
        let flow = self.flow(stmt);
        self.depth -= 1;
        flow
    }

    fn flow(&mut self, stmt: StmtId) -> Flow {
        match self.module.stmt(stmt) {
            Stmt::Return(Some(value)) => Flow::Returned(self.computed(*value, Mode::Value)),
            Stmt::Return(None) => Flow::Returned(Computed::Undefined),
            Stmt::Throw(_) => Flow::Returned(Computed::unknown()),
            Stmt::Block(stmts) => self.run(stmts),
            Stmt::Labelled { body, .. } => self.step(*body),
            Stmt::If { test, then, otherwise } => match (self.test(*test), otherwise) {
                (Some(true), _) => self.step(*then),
                (Some(false), Some(otherwise)) => self.step(*otherwise),
                (Some(false), None) => Flow::On,
                (None, _) => self.undecided(stmt),
            },
            Stmt::Try(parts) => match (self.step(parts.block), parts.finalizer) {
                (Flow::On, Some(finalizer)) => self.step(finalizer),
                (flow, _) => flow,
            },
            Stmt::Switch { subject, cases } => {
                let subject = self.computed(*subject, Mode::Choice);
                let mut chosen = cases.iter().position(|case| case.test.is_none());
                for (index, case) in cases.iter().enumerate() {
                    let Some(test) = case.test else { continue };
                    match self.computed(test, Mode::Choice).equals(&subject) {
                        Some(true) => {
                            chosen = Some(index);
                            break;
                        }
                        Some(false) => {}
                        None => return self.undecided(stmt),
                    }
                }
                for case in cases.iter().skip(chosen.unwrap_or(cases.len())) {
                    for stmt in &case.body {
                        if matches!(self.module.stmt(*stmt), Stmt::Break(_)) {
                            return Flow::On;
                        }
                        if let Flow::Returned(value) = self.step(*stmt) {
                            return Flow::Returned(value);
                        }
                    }
                }
                Flow::On
            }
            Stmt::For { .. } | Stmt::ForIn { .. } | Stmt::ForOf { .. } | Stmt::While { .. } | Stmt::DoWhile { .. } => {
                self.undecided(stmt)
            }
            _ => Flow::On,
        }
    }

    /// Code that may or may not run: what is returned is unknown if it can return.
    fn undecided(&mut self, stmt: StmtId) -> Flow {
        let function = self.module.enclosing_function(stmt);
        let returns = self
            .module
            .stmts_in(stmt)
            .any(|(id, inner)| matches!(inner, Stmt::Return(_)) && self.module.enclosing_function(id) == function);
        if returns { Flow::Returned(Computed::unknown()) } else { Flow::On }
    }

    /// A configuration handed through a function of a package: `defineConfig({ … })`, `withPlugin(config, options)`,
    /// `withPlugin(options)(config)`.
    fn wrapped(&mut self, callee: ExprId, arguments: &[ExprId]) -> Option<Computed> {
        let (name, is_curried) = match self.expr(callee) {
            Expr::Identifier { .. } => (self.package_function(callee)?, false),
            Expr::Call { callee, .. } => (self.package_function(*callee)?, true),
            _ => return None,
        };
        let is_identity = name.starts_with("define") && !is_curried;
        if !(self.unwraps || is_identity) {
            return None;
        }
        let takes_options = arguments.len() > 1;
        if takes_options && !(name.starts_with("with") || is_identity) {
            return None;
        }
        let argument = *arguments.first()?;
        let span: Span = self.module.span(argument);
        let value = self.computed(argument, Mode::Value);
        let mut node = self.returned(value, span);
        match &mut node.value {
            Value::Object(object) => object.open |= !is_identity,
            Value::Array(_) => {}
            _ => return Some(Computed::unknown()),
        }
        Some(Computed::Node(node))
    }

    /// The name of a callee that is imported from a package, or made by calling what is.
    fn package_function(&self, callee: ExprId) -> Option<&'m str> {
        let Expr::Identifier { name, binding: Some(binding) } = self.module.expr(callee) else { return None };
        let binding = self.module.binding(*binding);
        let is_package = |source: &str| !source.starts_with(['.', '/', '#']);
        if let Some(import) = binding.import.and_then(|id| self.module.import(id)) {
            return is_package(self.module.name(import.source.value)).then(|| self.module.name(*name));
        }
        // `const withPlugin = require('plugin')({ … })`
        let Origin::Value { expr, path } = &binding.origin else { return None };
        let Expr::Call { callee, .. } = self.module.expr(*expr) else { return None };
        let made_by_package = match self.module.expr(*callee) {
            Expr::Call { .. } => self
                .module
                .request(*callee)
                .and_then(|request| request.specifier)
                .is_some_and(|specifier| is_package(self.module.name(specifier.value))),
            Expr::Identifier { binding: Some(maker), .. } => {
                let import = self.module.binding(*maker).import.and_then(|id| self.module.import(id));
                import.is_some_and(|import| is_package(self.module.name(import.source.value)))
            }
            _ => false,
        };
        (path.is_empty() && made_by_package).then(|| self.module.name(*name))
    }

    /// The package and the member of it that an expression is: `path.join`, `join` imported from `path`,
    /// `require('path').join`.
    pub fn package_member(&self, expr: ExprId) -> Option<(&'m str, &'m str)> {
        let module = self.module;
        match module.expr(expr) {
            Expr::Identifier { binding: Some(binding), .. } => {
                let import = module.import(module.binding(*binding).import?)?;
                match import.imported {
                    Imported::Name(name) => Some((module.name(import.source.value), module.name(name))),
                    _ => None,
                }
            }
            Expr::Member { object, property, .. } => {
                let source = match module.expr(*object) {
                    Expr::Identifier { binding: Some(binding), .. } => {
                        let import = module.import(module.binding(*binding).import?)?;
                        matches!(import.imported, Imported::Default | Imported::Namespace).then_some(import.source)?
                    }
                    _ => module.request(*object)?.specifier?,
                };
                Some((module.name(source.value), module.name(*property)))
            }
            _ => None,
        }
    }
}
