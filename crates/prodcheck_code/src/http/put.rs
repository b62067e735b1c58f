//! What a call puts in front of routes, or mounts: the middleware among its arguments.

use super::table::{self, Row};
use crate::{Made, Reading};
use prodcheck_formats::javascript::{Call, Expr, ExprId, FunctionId, Module, Property};
use prodcheck_program::program::{At, ModuleId, Outside, Value};

/// How deep lists and options are looked into.
const DEPTH: u32 = 4;

/// Something that is put in front of routes.
#[derive(Debug, Clone)]
pub enum Thing {
    /// A package's middleware or plugin, and its options.
    Package { row: &'static Row, outside: Outside, options: Option<At> },
    /// Functions of the program: middleware, plugins, handlers, methods of middleware classes.
    Own { functions: Vec<(ModuleId, FunctionId)>, wrapped: bool },
    /// An app or router of a framework.
    App(Made),
}

/// The methods by which apps and routers take middleware, plugins and routes.
pub fn puts(method: &str) -> bool {
    matches!(
        method,
        "use"
            | "register"
            | "apply"
            | "all"
            | "get"
            | "post"
            | "put"
            | "patch"
            | "delete"
            | "del"
            | "head"
            | "options"
            | "opts"
            | "route"
            | "mount"
            | "pre"
            | "addHook"
            | "useGlobalGuards"
            | "useGlobalInterceptors"
            | "plugin"
            | "param"
            | "onRequest"
            | "onBeforeHandle"
            | "ext"
            | "configure"
            | "ws"
            | "search"
    )
}

/// The things that a call is given.
pub fn things(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> Vec<Thing> {
    let mut found = Vec::new();
    for (index, argument) in call.arguments.iter().enumerate() {
        let next = call.arguments.get(index + 1).copied();
        thing(reading, at, module, *argument, next, DEPTH, &mut found);
    }
    found
}

/// What one argument is; `next` is the argument after it, which holds a Fastify plugin's options.
fn thing(
    reading: &Reading<'_>,
    at: ModuleId,
    module: &Module,
    expr: ExprId,
    next: Option<ExprId>,
    depth: u32,
    found: &mut Vec<Thing>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match module.expr(expr) {
        Expr::String(_) | Expr::Template(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Regex { .. } => return,
        Expr::Array(items) => {
            for item in items {
                thing(reading, at, module, *item, None, depth, found);
            }
            return;
        }
        Expr::Spread(operand) => return thing(reading, at, module, *operand, None, depth, found),
        Expr::Object(properties) => {
            for property in properties {
                let Property::Entry { key, value, .. } = property else { continue };
                let prodcheck_formats::javascript::Key::Name(name) = key else { continue };
                if matches!(
                    module.name(*name),
                    "plugin"
                        | "preHandler"
                        | "onRequest"
                        | "preValidation"
                        | "preParsing"
                        | "beforeHandle"
                        | "middleware"
                        | "middlewares"
                        | "pre"
                        | "onSend"
                        | "method"
                        | "handler"
                        | "plugins"
                ) {
                    let options = module.property(expr, "options");
                    thing(reading, at, module, *value, options, depth, found);
                }
            }
            return;
        }
        _ => {}
    }
    let values = reading.program.values(at, expr);
    for value in values.iter() {
        if let Value::Outside(outside) = value
            && let Some(row) = table::find(outside)
        {
            found.push(Thing::Package { row, outside: outside.clone(), options: options(reading, at, expr, next) });
            return;
        }
    }
    // A list that is written elsewhere: `app.use(middlewares)`.
    for value in values.iter() {
        if let Value::Literal(of, list) = value
            && let Some(code) = reading.program.module(*of)
            && matches!(code.expr(*list), Expr::Array(_))
            && (*of, *list) != (at, expr)
        {
            thing(reading, *of, code, *list, None, depth, found);
        }
    }
    if let Some(call) = module.call(expr)
        && wraps(reading, at, &call)
    {
        let before = found.len();
        for argument in call.arguments {
            thing(reading, at, module, *argument, next, depth, found);
        }
        for thing in found.iter_mut().skip(before) {
            if let Thing::Own { wrapped, .. } = thing {
                *wrapped = true;
            }
        }
        if found.len() > before {
            return;
        }
    }
    let framework = |made: &Made| match made {
        Made::By(at, maker) => {
            let values = reading.program.values(*at, *maker);
            values.iter().any(|value| matches!(value, Value::Outside(outside) if table::is_framework(outside)))
        }
        Made::Given(..) => false,
    };
    let made = reading.made(at, expr);
    if let Some(app) = made.iter().find(|made| framework(made)) {
        found.push(Thing::App(*app));
        return;
    }
    // A function that makes the middleware: what it returns is looked at.
    for one in &made {
        let Made::By(of, maker) = one else { continue };
        if (*of, *maker) != (at, expr)
            && let Some(code) = reading.program.module(*of)
        {
            thing(reading, *of, code, *maker, None, depth, found);
        }
    }
    let mut functions = reading.functions(at, expr);
    for value in values.iter() {
        let (Value::Class(of, class) | Value::Instance(of, class)) = value else { continue };
        for method in ["use", "intercept", "canActivate", "handle"] {
            functions
                .extend(reading.program.module(*of).and_then(|code| code.method(*class, method)).map(|f| (*of, f)));
        }
    }
    functions.retain(|own| {
        !found.iter().any(|thing| matches!(thing, Thing::Own { functions, .. } if functions.contains(own)))
    });
    if !functions.is_empty() {
        found.push(Thing::Own { functions, wrapped: false });
    }
}

/// The options of a package's middleware: the first argument of the call that makes it, or for a plugin that is given
/// as it is, the argument after it.
fn options(reading: &Reading<'_>, at: ModuleId, expr: ExprId, next: Option<ExprId>) -> Option<At> {
    for made in reading.made(at, expr) {
        let Made::By(of, maker) = made else { continue };
        let code = reading.program.module(of)?;
        if let Some(call) = code.call(maker)
            && !matches!(code.expr(call.callee), Expr::Identifier { binding: None, .. })
        {
            return call.argument(code, 0).map(|argument| (of, argument));
        }
    }
    next.map(|next| (at, next))
}

/// Calls that hand on what they are given: `compose([a, b])`, `fp(plugin)`, `asyncHandler(fn)`, `mount('/x', app)`,
/// `import('…')`. A call of the program's own code is followed instead.
fn wraps(reading: &Reading<'_>, at: ModuleId, call: &Call<'_>) -> bool {
    const WRAPPERS: &[&str] = &[
        "fastify-plugin",
        "koa-compose",
        "koa-mount",
        "koa-convert",
        "express-async-handler",
        "compose-middleware",
        "hono",
        "koa-unless",
        "express-unless",
        "fastify-express",
        "@fastify/express",
        "@fastify/middie",
        "asyncmiddleware",
    ];
    reading.program.values(at, call.callee).iter().any(
        |value| matches!(value, Value::Outside(outside) if WRAPPERS.contains(&outside.source()) && table::find(outside).is_none()),
    )
}
