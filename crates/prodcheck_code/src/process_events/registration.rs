//! Calls that register a handler of an event of the process: `process.on`, through loops over names, maps and wrappers.

use crate::Reach;
use crate::reading::{Reading, Site, of_runtime};
use prodcheck_formats::javascript::{Expr, ExprId, FunctionId, Key, Module, Origin, Property};
use prodcheck_program::program::{ModuleId, Outside, Part, Value};
use prodcheck_source::Place;

/// The methods that register.
const METHODS: &[&str] = &["on", "once", "addListener", "prependListener", "prependOnceListener"];

/// How many registrations of one program are read.
const MOST: usize = 200;

/// A handler that is registered for events of the process.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    /// The module.
    pub at: ModuleId,
    /// Where the call stands.
    pub place: Place,
    /// Whether production comes to it.
    pub reach: Reach,
    /// The names of the events, as far as they are known.
    pub events: Vec<String>,
    /// The handler.
    pub handler: ExprId,
    /// The functions of the program that the handler can be.
    pub functions: Vec<(ModuleId, FunctionId)>,
    /// What else it can be: a method of something outside.
    pub outside: Vec<Outside>,
}

/// All registrations, by module and place.
pub(crate) fn registrations(reading: &Reading<'_>) -> Vec<Registration> {
    reading.calls_of("process").filter_map(|site| registration(reading, site)).take(MOST).collect()
}

fn registration(reading: &Reading<'_>, site: &Site) -> Option<Registration> {
    site.callee.iter().filter_map(|value| of_runtime(value, "process")).find(|outside| registers(outside))?;
    let (module, call) = reading.call(site)?;
    let events = texts(reading, site.at, call.argument(module, 0)?);
    let handler = call.argument(module, 1)?;
    let (functions, outside) = handlers(reading, site.at, module, handler);
    let unused = reading.is_unused(site.at, site.id);
    let reach = if unused { Reach::Never } else { reading.reach(site.at, site.id) };
    Some(Registration { at: site.at, place: reading.place_of(site), reach, events, handler, functions, outside })
}

/// `process.on`, also after calls of the same: `process.on(…).on(…)`.
fn registers(outside: &Outside) -> bool {
    let method = |part: &Part| matches!(part, Part::Member(name) if METHODS.contains(&name.as_str()));
    outside.way.chunks(2).all(|pair| match pair {
        [member, called] => method(member) && *called == Part::Called,
        [member] => method(member),
        _ => false,
    }) && outside.way.last().is_some_and(method)
}

/// The functions of the program that a handler can be, and what else it can be.
pub(crate) fn handlers(
    reading: &Reading<'_>,
    at: ModuleId,
    module: &Module,
    handler: ExprId,
) -> (Vec<(ModuleId, FunctionId)>, Vec<Outside>) {
    let mut functions = reading.functions(at, handler);
    // `once(shutdown)`, `debounce(() => …)`: what a function of a package makes of a handler calls it.
    if functions.is_empty()
        && let Some(call) = module.call(handler)
    {
        functions.extend(call.arguments.iter().flat_map(|argument| reading.functions(at, *argument)));
    }
    let values = reading.program.values(at, handler);
    let outside = values.iter().filter_map(|value| match value {
        Value::Outside(outside) => Some(outside.clone()),
        _ => None,
    });
    (functions, outside.collect())
}

/// The texts that an expression can be: written out, elements of an array, keys of an object.
pub(crate) fn texts(reading: &Reading<'_>, at: ModuleId, expr: ExprId) -> Vec<String> {
    let mut found = Vec::new();
    for value in reading.program.values(at, expr).iter() {
        if let Value::Literal(of, literal) = value
            && let Some(text) = reading.program.module(*of).and_then(|module| module.string(*literal))
        {
            found.push(text.to_owned());
        }
    }
    if found.is_empty() {
        found.extend(keys(reading, at, expr));
    }
    if found.is_empty() {
        found.extend(reading.settle(at, expr).text().map(str::to_owned));
    }
    found
}

/// The keys that a variable takes one after the other: `for (const name in handlers)`,
/// `Object.keys(handlers).forEach((name) => …)`, `for (const [name, handler] of Object.entries(handlers))`.
fn keys(reading: &Reading<'_>, at: ModuleId, expr: ExprId) -> Vec<String> {
    let Some(module) = reading.program.module(at) else { return Vec::new() };
    let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) else { return Vec::new() };
    match &module.binding(*binding).origin {
        Origin::KeyOf { of } => names_in(reading, at, *of),
        Origin::Element { of, .. } => keys_given(reading, at, module, *of),
        Origin::Parameter { function, index: 0, .. } => {
            let own = module.function(*function).parent;
            let given = match own {
                prodcheck_formats::javascript::Node::Expr(own) => module.parent(own),
                _ => None,
            };
            let Some(prodcheck_formats::javascript::Node::Expr(outer)) = given else { return Vec::new() };
            let Some(call) = module.call(outer) else { return Vec::new() };
            match module.expr(call.callee) {
                Expr::Member { object, .. } => keys_given(reading, at, module, *object),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

/// The keys in `Object.keys(x)` and `Object.entries(x)`; of a `Map` the first of each pair.
fn keys_given(reading: &Reading<'_>, at: ModuleId, module: &Module, list: ExprId) -> Vec<String> {
    let Some(call) = module.call(list) else { return pairs(reading, at, list) };
    if module.is_global(call.callee, &["Object", "keys"]) || module.is_global(call.callee, &["Object", "entries"]) {
        return call.argument(module, 0).map(|object| names_in(reading, at, object)).unwrap_or_default();
    }
    if module.is_global(call.callee, &["Map"]) {
        return call.argument(module, 0).map(|list| pairs(reading, at, list)).unwrap_or_default();
    }
    Vec::new()
}

/// The first texts of an array of pairs.
fn pairs(reading: &Reading<'_>, at: ModuleId, list: ExprId) -> Vec<String> {
    let mut found = Vec::new();
    for value in reading.program.values(at, list).iter() {
        let Value::Literal(of, array) = value else { continue };
        let Some(module) = reading.program.module(*of) else { continue };
        let Expr::Array(items) = module.expr(*array) else { continue };
        for item in items {
            if let Expr::Array(pair) = module.expr(*item)
                && let Some(text) = pair.first().and_then(|first| module.string(*first))
            {
                found.push(text.to_owned());
            }
        }
    }
    found
}

/// The names of the entries of an object literal.
fn names_in(reading: &Reading<'_>, at: ModuleId, object: ExprId) -> Vec<String> {
    let mut found = Vec::new();
    for value in reading.program.values(at, object).iter() {
        let Value::Literal(of, literal) = value else { continue };
        let Some(module) = reading.program.module(*of) else { continue };
        let Expr::Object(properties) = module.expr(*literal) else { continue };
        for property in properties {
            if let Property::Entry { key: Key::Name(name), .. } = property {
                found.push(module.name(*name).to_owned());
            }
        }
    }
    found
}

/// The texts in an array.
pub(crate) fn list(reading: &Reading<'_>, at: ModuleId, array: ExprId) -> Vec<String> {
    let mut found = Vec::new();
    for value in reading.program.values(at, array).iter() {
        let Value::Literal(of, literal) = value else { continue };
        let Some(module) = reading.program.module(*of) else { continue };
        let Expr::Array(items) = module.expr(*literal) else { continue };
        for item in items {
            found.extend(reading.settle(*of, *item).text().map(str::to_owned));
        }
    }
    found
}
