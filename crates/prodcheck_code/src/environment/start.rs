//! Whether code runs when the service starts, and whether an error that it throws ends the service.

use crate::Reading;
use prodcheck_formats::javascript::{Expr, ExprId, FunctionId, Key, MemberKind, Module, Node, Property, Stmt};
use prodcheck_program::program::ModuleId;
use std::cell::RefCell;
use std::collections::HashMap;

/// Functions of packages and of the language that run a function that they are given, when they are called or as the
/// service starts. Others keep it for later: routes, listeners, timers.
const EAGER: &[&str] = &[
    "then",
    "finally",
    "forEach",
    "map",
    "filter",
    "reduce",
    "some",
    "every",
    "find",
    "flatMap",
    "sort",
    "from",
    "Promise",
    "nextTick",
    "setImmediate",
    "queueMicrotask",
    "register",
    "registerAs",
    "listen",
    "ready",
    "prepare",
    "parseAsync",
    "transform",
    "superRefine",
    "refine",
    "preprocess",
    "fromEntries",
    "defineConfig",
    "defineNitroPlugin",
    "definePlugin",
    "fp",
    "fastifyPlugin",
    "makeValidator",
    "replace",
    "allSettled",
    "all",
    "main",
    "run",
    "bootstrap",
    "runMain",
    "forRootAsync",
    "registerAsync",
    "mapValues",
];

/// Members of objects under which frameworks look for what they call when they start.
const HOOKS: &[&str] = &[
    "useFactory",
    "validate",
    "load",
    "setup",
    "bootstrap",
    "register",
    "boot",
    "onInit",
    "started",
    "created",
    "start",
    "init",
];

/// Methods of injected classes that NestJS calls when it starts.
const LIFECYCLE: &[&str] = &["constructor", "onModuleInit", "onApplicationBootstrap", "configure"];

/// Answers about the start.
pub struct Start<'r, 'p> {
    reading: &'r Reading<'p>,
    functions: RefCell<HashMap<(ModuleId, FunctionId), Ran>>,
}

/// Whether a piece of code runs when the service starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ran {
    /// It does not, as far as the code shows.
    No,
    /// It does, and what it throws is caught, and the service goes on.
    Swallowed,
    /// It does, and what it throws ends the service.
    Yes,
}

impl<'r, 'p> Start<'r, 'p> {
    /// Answers about a program.
    pub fn new(reading: &'r Reading<'p>) -> Self {
        Self { reading, functions: RefCell::default() }
    }

    /// Whether code at a node runs when the service starts.
    pub fn runs(&self, at: ModuleId, node: impl Into<Node>) -> Ran {
        let node = node.into();
        let Some(module) = self.reading.program.module(at) else { return Ran::No };
        let caught = if is_caught(module, node) { Ran::Swallowed } else { Ran::Yes };
        match module.enclosing_function(node) {
            None => caught,
            Some(function) => caught.min(self.function(at, module, function)),
        }
    }

    fn function(&self, at: ModuleId, module: &Module, function: FunctionId) -> Ran {
        if let Some(known) = self.functions.borrow().get(&(at, function)) {
            return *known;
        }
        self.functions.borrow_mut().insert((at, function), Ran::No);
        let ran = self.reading.deeper(|| self.function_anew(at, module, function)).unwrap_or(Ran::No);
        self.functions.borrow_mut().insert((at, function), ran);
        ran
    }

    fn function_anew(&self, at: ModuleId, module: &Module, function: FunctionId) -> Ran {
        let mut ran = Ran::No;
        match module.function(function).parent {
            Node::Expr(own) => ran = ran.max(self.inline(at, module, own)),
            Node::Class(class) => {
                let known = module.class(class);
                let member = known.members.iter().find(|member| member.function == Some(function));
                let name = member.and_then(|member| match member.key {
                    Key::Name(name) => Some(module.name(name)),
                    Key::Computed(_) => None,
                });
                let is_static = member.is_some_and(|member| member.kind == MemberKind::StaticBlock);
                let injected = !known.decorators.is_empty() && name.is_some_and(|name| LIFECYCLE.contains(&name));
                if injected || is_static {
                    ran = Ran::Yes;
                }
            }
            _ => {}
        }
        // `instrumentation.ts` of Next.js, and plugins of Fastify and Nitro, export what is called at the start.
        let path = self.reading.program.path(at).map(|path| path.as_str()).unwrap_or_default();
        let by_framework = ["instrumentation.", "plugins/", "server/plugins/"].iter().any(|name| path.contains(name));
        if by_framework
            && module.enclosing_function(Node::Function(function)).is_none()
            && is_exported(module, function)
        {
            ran = Ran::Yes;
        }
        for (caller, call) in self.reading.program.uses_of(at, function) {
            if ran == Ran::Yes {
                break;
            }
            let Some(code) = self.reading.program.module(caller) else { continue };
            if !self.reading.reach(caller, call).is_reached()
                || self.keeps_for_later(caller, code, call, Given::Named((at, function)))
            {
                continue;
            }
            ran = ran.max(self.runs(caller, call));
        }
        ran
    }

    /// A function that stands where it is used.
    fn inline(&self, at: ModuleId, module: &Module, own: ExprId) -> Ran {
        let Some(Node::Expr(outer)) = module.parent(own) else { return Ran::No };
        if let Some(call) = module.call(outer) {
            if call.callee != own && self.keeps_for_later(at, module, outer, Given::Inline(own)) {
                return Ran::No;
            }
            return self.runs(at, outer);
        }
        if let Expr::Object(properties) = module.expr(outer) {
            let hook = properties.iter().any(|property| {
                matches!(property, Property::Entry { key: Key::Name(key), value, .. }
                    if *value == own && HOOKS.contains(&module.name(*key)))
            });
            if hook {
                return self.runs(at, outer);
            }
        }
        // `load: [() => ({ … })]`, `await Promise.all([…])`.
        if let (Expr::Array(_), Some(Node::Expr(_))) = (module.expr(outer), module.parent(outer)) {
            return self.runs(at, outer);
        }
        Ran::No
    }

    /// Whether a call keeps a function that it is given: a route, a listener, a timer.
    fn keeps_for_later(&self, at: ModuleId, module: &Module, call: ExprId, given: Given) -> bool {
        let Some(call) = module.call(call) else { return false };
        let own = self.reading.functions(at, call.callee);
        if let Given::Named(of) = given
            && own.contains(&of)
        {
            return false;
        }
        let index = call.arguments.iter().position(|argument| match given {
            Given::Inline(own) => *argument == own,
            Given::Named(of) => self.reading.functions(at, *argument).contains(&of),
        });
        // It is no argument: it is what is called, or what `new` runs.
        let Some(index) = index else { return false };
        if let [(of, function)] = own.as_slice() {
            return !self.calls_parameter(*of, *function, index);
        }
        let name = match module.expr(call.callee) {
            Expr::Member { property, .. } => module.name(*property),
            Expr::Identifier { name, .. } => module.name(*name),
            _ => return false,
        };
        !EAGER.contains(&name)
    }

    /// Whether a function calls its parameter itself, and not in a function that it returns.
    fn calls_parameter(&self, at: ModuleId, function: FunctionId, index: usize) -> bool {
        let Some(module) = self.reading.program.module(at) else { return false };
        let parameter = module.function(function).params.get(index).and_then(|param| param.binding());
        let Some(parameter) = parameter else { return false };
        module.references(parameter).iter().any(|reference| {
            let Some(Node::Expr(outer)) = module.parent(reference.expr) else { return false };
            let is_callee = module.call(outer).is_some_and(|call| call.callee == reference.expr);
            is_callee && module.enclosing_function(reference.expr) == Some(function)
        })
    }
}

/// How a call is given a function.
#[derive(Debug, Clone, Copy)]
enum Given {
    /// It stands there.
    Inline(ExprId),
    /// By its name, or it is what is called.
    Named((ModuleId, FunctionId)),
}

fn is_exported(module: &Module, function: FunctionId) -> bool {
    let known = module.function(function);
    module.exports().iter().any(|export| match export.exported {
        prodcheck_formats::javascript::Exported::Binding(binding) => {
            known.binding == Some(binding)
                || matches!(&module.binding(binding).origin, prodcheck_formats::javascript::Origin::Value { expr, .. }
                    if module.as_function(*expr) == Some(function))
        }
        prodcheck_formats::javascript::Exported::Expr(expr) => module.as_function(expr) == Some(function),
        prodcheck_formats::javascript::Exported::From { .. } => false,
    })
}

/// Whether an error that is thrown at a node is caught in the same function, and the service goes on.
fn is_caught(module: &Module, node: Node) -> bool {
    let mut inner = node;
    for outer in module.ancestors(node) {
        match outer {
            Node::Function(_) | Node::Module => return false,
            Node::Stmt(stmt) => {
                if let Stmt::Try(tried) = module.stmt(stmt)
                    && inner == Node::Stmt(tried.block)
                    && let Some(handler) = tried.handler
                    && !ends_process(module, Node::Stmt(handler))
                {
                    return true;
                }
            }
            Node::Expr(_) | Node::Class(_) => {}
        }
        inner = outer;
    }
    false
}

/// Whether code at a node throws or ends the process, on any of its ways.
pub fn ends_process(module: &Module, node: Node) -> bool {
    let throws = module.stmts_in(node).any(|(_, stmt)| matches!(stmt, Stmt::Throw(_)));
    throws || module.calls_in(node).any(|call| is_exit(module, call.callee)) || {
        module.calls_in(node).any(|call| {
            let name = match module.expr(call.callee) {
                Expr::Member { property, .. } => module.name(*property),
                Expr::Identifier { name, .. } => module.name(*name),
                _ => "",
            };
            let name = name.to_ascii_lowercase();
            name.contains("exit") || name.contains("shutdown") || name == "reject" || name == "fatal" || name == "die"
        })
    }
}

/// Whether a callee ends the process.
pub fn is_exit(module: &Module, callee: ExprId) -> bool {
    ["exit", "abort", "kill", "reallyExit"].iter().any(|name| module.is_global(callee, &["process", name]))
        || matches!(module.expr(callee), Expr::Member { object, property, .. }
            if module.name(*property) == "exit"
                && matches!(module.expr(*object), Expr::Identifier { name, .. } if module.name(*name) == "process"))
}
