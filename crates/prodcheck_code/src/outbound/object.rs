//! Time limits of what a call is made on: an instance with options of its own, and what holds for a package as a whole.

use super::limit::{Limit, Options, is_typed};
use super::table::{self, PASS_ON, Row};
use crate::reading::way;
use crate::{Reading, Site};
use prodcheck_formats::javascript::{Call, Expr, ExprId, Module};
use prodcheck_program::program::{At, ModuleId, Origin, Part, Value};
use std::collections::BTreeMap;

/// The limits that hold for all calls of a package, or of an instance whose maker cannot be told.
#[derive(Debug, Default)]
pub struct Defaults {
    /// `axios.defaults.timeout = …`, by package.
    packages: BTreeMap<String, (String, At)>,
    /// `instance.defaults.timeout = …`, by package.
    instances: BTreeMap<String, (String, At)>,
    /// undici's dispatcher for all of `fetch`.
    dispatcher: Option<(String, At)>,
    /// `HttpModule.register(…)` of Nest: with a limit, and without.
    nest: Vec<Limit>,
}

impl Defaults {
    /// Looks for what is set once for all calls.
    pub fn of(reading: &Reading<'_>) -> Self {
        let mut defaults = Self::default();
        for (at, _, module) in reading.program.modules() {
            for (id, expr) in module.exprs() {
                let Expr::Assign { target, value, .. } = expr else { continue };
                let Expr::Member { object, property, .. } = module.expr(*target) else { continue };
                let name = module.name(*property);
                if !matches!(name, "timeout" | "signal") || !reading.reach(at, id).is_reached() {
                    continue;
                }
                for of in reading.program.values(at, *object).iter() {
                    let Value::Outside(outside) = of else { continue };
                    let path = way(outside);
                    let source = outside.source().to_owned();
                    if path == "defaults" {
                        defaults.packages.insert(source, (name.to_owned(), (at, *value)));
                    } else if path.ends_with(".defaults") {
                        defaults.instances.insert(source, (name.to_owned(), (at, *value)));
                    }
                }
            }
        }
        defaults.dispatcher = dispatcher(reading);
        defaults.nest = nest_modules(reading);
        defaults
    }

    fn of_package(&self, row: &Row) -> Limit {
        let set = |known: Option<&(String, At)>| known.map(|(option, at)| Limit::Set(option.clone(), *at));
        if let Some(limit) = set(self.packages.get(row.source)) {
            return limit;
        }
        let by_dispatcher = matches!(row.source, "fetch" | "undici");
        if let Some(limit) = self.dispatcher.as_ref().filter(|_| by_dispatcher) {
            return Limit::Set(limit.0.clone(), limit.1);
        }
        Limit::Absent
    }
}

/// `setGlobalDispatcher(new Agent({ headersTimeout: … }))`, which Node's own `fetch` uses as well:
/// <https://undici.nodejs.org/#/docs/api/GlobalInstallation>.
fn dispatcher(reading: &Reading<'_>) -> Option<(String, At)> {
    let options = Options { reading, names: &["headersTimeout", "bodyTimeout"] };
    reading.calls_of("undici").find_map(|site| {
        let (module, call) = reading.call(site)?;
        let sets = site
            .callee
            .iter()
            .any(|value| matches!(value, Value::Outside(outside) if way(outside) == "setGlobalDispatcher"));
        let agent = call.argument(module, 0).filter(|_| sets)?;
        reading.made_by_calls(site.at, agent).into_iter().find_map(|(at, made)| {
            let made = reading.program.module(at)?.call(made)?;
            match options.of_arguments(at, made.arguments, &[0, 1]) {
                Limit::Set(option, at) => Some((option, at)),
                _ => None,
            }
        })
    })
}

/// The limits of Nest's HTTP modules: <https://docs.nestjs.com/techniques/http-module#configuration>.
fn nest_modules(reading: &Reading<'_>) -> Vec<Limit> {
    let mut found = Vec::new();
    let options = Options { reading, names: &["timeout", "signal"] };
    for source in ["@nestjs/axios", "@nestjs/common"] {
        for site in reading.calls_of(source) {
            let Some((module, call)) = reading.call(site) else { continue };
            let methods = site.callee.iter().filter_map(|value| match value {
                Value::Outside(outside) => Some(way(outside)),
                _ => None,
            });
            for method in methods {
                match method.as_str() {
                    "HttpModule.register" => {
                        found.push(options.of_arguments(site.at, call.arguments, &[0]));
                    }
                    "HttpModule.registerAsync" => {
                        found.push(factory(reading, site.at, module, &call, options));
                    }
                    _ => {}
                }
            }
        }
    }
    // `imports: [HttpModule]`.
    for (at, _, module) in reading.program.modules() {
        for (_, expr) in module.exprs() {
            let Expr::Array(items) = expr else { continue };
            for item in items.iter().filter(|item| matches!(module.expr(**item), Expr::Identifier { .. })) {
                let is_module = reading.program.values(at, *item).iter().any(|value| {
                    matches!(value, Value::Outside(outside)
                        if matches!(outside.source(), "@nestjs/axios" | "@nestjs/common") && way(outside) == "HttpModule")
                });
                if is_module {
                    found.push(Limit::Absent);
                }
            }
        }
    }
    found
}

/// What `useFactory` of an asynchronous registration returns.
fn factory(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>, options: Options<'_, '_>) -> Limit {
    let Some(object) = call.argument(module, 0) else { return Limit::Absent };
    let Some((of, factory)) = reading.option(at, object, "useFactory") else { return Limit::Unknown };
    let mut limit = None;
    for (of, function) in reading.functions(of, factory) {
        let Some(module) = reading.program.module(of) else { continue };
        for value in module.returns(function) {
            let said = options.of_options(of, value);
            limit = Some(limit.map_or_else(|| said.clone(), |limit: Limit| limit.or(said.clone())));
        }
    }
    limit.unwrap_or(Limit::Unknown)
}

/// The limit of the object that a call is made on.
pub fn limit(
    reading: &Reading<'_>,
    site: &Site,
    module: &Module,
    call: &Call<'_>,
    row: &'static Row,
    defaults: &Defaults,
) -> Limit {
    let of_package = defaults.of_package(row);
    if matches!(of_package, Limit::Set(..)) {
        return of_package;
    }
    if row.source.starts_with("@nestjs/") {
        return nest(defaults);
    }
    let is_package = site.callee.iter().any(|value| {
        matches!(value, Value::Outside(outside) if outside.source() == row.source
            && !outside.way.iter().any(|part| matches!(part, Part::Called | Part::Constructed | Part::Typed)))
    });
    if is_package && !row.objects.contains(&"()") {
        return Limit::Absent;
    }
    if let Some((option, at)) = defaults.instances.get(row.source) {
        return Limit::Set(option.clone(), *at);
    }
    let object = match module.expr(call.callee) {
        Expr::Member { object, .. } => *object,
        _ => call.callee,
    };
    let mut made = Vec::new();
    makers(reading, (site.at, object), row, &mut made, 8);
    if made.is_empty() {
        let typed = site.callee.iter().any(|value| match value {
            Value::Outside(outside) => outside.way.contains(&Part::Typed),
            value => is_typed(value),
        });
        return if typed { Limit::Unknown } else { Limit::Absent };
    }
    let options = Options { reading, names: row.limits };
    let said: Vec<Limit> = made
        .iter()
        .filter_map(|(at, id)| {
            let call = reading.program.module(*at)?.call(*id)?;
            let arguments: Vec<usize> = (0..call.arguments.len()).collect();
            Some(options.of_arguments(*at, call.arguments, &arguments))
        })
        .collect();
    // A client that is extended: any step of the chain sets it.
    said.into_iter().reduce(Limit::or).unwrap_or(Limit::Unknown)
}

fn nest(defaults: &Defaults) -> Limit {
    let sets = |limit: &&Limit| matches!(limit, Limit::Set(..));
    let set = defaults.nest.iter().find(sets);
    let without = defaults.nest.iter().any(|limit| matches!(limit, Limit::Absent | Limit::Off(..)));
    match (set, without) {
        (Some(set), false) => set.clone(),
        // Which module the service is injected from is not told apart.
        (Some(_), true) => Limit::Unknown,
        (None, _) if defaults.nest.contains(&Limit::Unknown) => Limit::Unknown,
        (None, _) => Limit::Absent,
    }
}

/// The calls and constructions of the package that made an object, over `extend` and what passes it on.
fn makers(reading: &Reading<'_>, (at, expr): At, row: &Row, found: &mut Vec<At>, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (at, made) in reading.made_by_calls(at, expr) {
        if found.contains(&(at, made)) {
            continue;
        }
        let Some(module) = reading.program.module(at) else { continue };
        let Some(call) = module.call(made) else { continue };
        let values = reading.program.values(at, call.callee);
        let of_package =
            values.iter().any(|value| matches!(value, Value::Outside(outside) if outside.source() == row.source));
        if passes_on(&values) {
            if let Some(first) = call.argument(module, 0) {
                makers(reading, (at, first), row, found, depth);
            }
            continue;
        }
        if !of_package {
            continue;
        }
        found.push((at, made));
        if let Expr::Member { object, .. } = module.expr(call.callee) {
            makers(reading, (at, *object), row, found, depth);
        }
    }
}

fn passes_on(values: &[Value]) -> bool {
    values.iter().any(|value| match value {
        Value::Outside(outside) => {
            let path = way(outside);
            PASS_ON.iter().any(|(package, function)| *package == outside.source() && *function == path)
        }
        _ => false,
    })
}

/// A call on what a package passed on: the client is what that package was given.
pub fn passed_on(
    reading: &Reading<'_>,
    site: &Site,
    module: &Module,
    call: &Call<'_>,
) -> Option<(&'static Row, &'static str)> {
    let known = site.callee.iter().any(|value| {
        matches!(value, Value::Outside(outside) if PASS_ON.iter().any(|(package, _)| *package == outside.source()))
    });
    if !known {
        return None;
    }
    let (object, name) = match module.expr(call.callee) {
        Expr::Member { object, property, .. } => (*object, module.name(*property)),
        _ => (call.callee, ""),
    };
    client_of(reading, (site.at, object), 4).and_then(|source| {
        table::rows(&source, reading.conditions.major(&source))
            .find_map(|row| row.calls.iter().find(|(method, _)| *method == name).map(|(method, _)| (row, *method)))
    })
}

/// The package that made a client, behind what passes it on.
fn client_of(reading: &Reading<'_>, (at, expr): (ModuleId, ExprId), depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    for value in reading.program.values(at, expr).iter() {
        if let Value::Outside(outside) = value
            && matches!(outside.origin, Origin::Package(..))
            && table::is_client(outside.source())
        {
            return Some(outside.source().to_owned());
        }
    }
    reading.made_by_calls(at, expr).into_iter().find_map(|(at, made)| {
        let module = reading.program.module(at)?;
        let call = module.call(made)?;
        if passes_on(&reading.program.values(at, call.callee)) {
            client_of(reading, (at, call.argument(module, 0)?), depth)
        } else {
            None
        }
    })
}
