//! Apps, routers and plugins, how they are mounted on each other, their routes, and what is put in front of these.

use super::coverage::Coverage;
use super::put::{self, Thing};
use super::{Applied, Headers, options, table};
use crate::{Made, Reading, Settled};
use prodcheck_formats::javascript::{Call, ExportName, Exported, Expr, ExprId, Module};
use prodcheck_program::program::{ModuleId, Part, Value};
use prodcheck_source::Place;
use std::collections::{BTreeMap, BTreeSet};

/// How many mounts lie between a router and its app at most.
const DEEPEST: usize = 24;

/// What the calls of apps and routers build.
#[derive(Debug, Default)]
pub struct Surface {
    /// Where an app, router or plugin is mounted: on what, and under which path.
    parents: BTreeMap<Made, (Made, String)>,
    /// Apps and routers that were seen, in order.
    nodes: BTreeSet<Made>,
    /// Routes: on what, and under which path there.
    pub routes: Vec<(Made, String)>,
    /// The app with the most routes.
    root: Option<Made>,
    /// Where that app is given middleware, and whether routes are mounted there instead.
    uses: Vec<(ModuleId, ExprId, bool)>,
    /// The protections from packages.
    pub applied: Vec<Applied>,
    /// The calls that middleware of the program leads to, and which routes it stands in front of.
    pub led: BTreeMap<(ModuleId, ExprId), Coverage>,
    /// The functions that stand in front of routes, with the calls that put them there.
    pub fronts: Vec<Front>,
}

/// A function of the program that stands in front of routes.
#[derive(Debug, Clone)]
pub struct Front {
    /// The call that puts it there.
    pub put: (ModuleId, ExprId),
    /// The function.
    pub function: (ModuleId, prodcheck_formats::javascript::FunctionId),
    /// The routes that it stands in front of.
    pub coverage: Coverage,
}

/// A call that puts something somewhere.
struct Put {
    at: ModuleId,
    id: ExprId,
    /// The app, router or plugin; none where it could not be followed.
    on: Option<Made>,
    path: Option<String>,
    method: String,
    things: Vec<Thing>,
}

impl Surface {
    /// Looks at all calls of a program.
    pub fn of(reading: &Reading<'_>) -> Self {
        let puts = all_puts(reading);
        let mut surface = Self::default();
        for put in &puts {
            surface.link(reading, put);
        }
        surface.find_root(reading, &puts);
        for put in &puts {
            surface.apply(reading, put);
            if put.on.is_some() && put.on == surface.root && reading.reach(put.at, put.id).is_reached() {
                let mounts = is_route(&put.method) || put.things.iter().any(|thing| matches!(thing, Thing::App(_)));
                if mounts || put.method == "use" {
                    surface.uses.push((put.at, put.id, mounts || put.path.is_some()));
                }
            }
        }
        surface.autoloaded(reading);
        surface
    }

    /// Where the app with the most routes is made.
    pub fn app(&self, reading: &Reading<'_>) -> Option<Place> {
        match self.root? {
            Made::By(at, maker) if is_app(reading, Made::By(at, maker)) => Some(place(reading, at, maker)),
            _ => None,
        }
    }

    /// Where that app is given its first middleware, its last one before routes are mounted, and these routes.
    pub fn middleware(&self, reading: &Reading<'_>) -> [Option<Place>; 3] {
        let plain = |one: &&(ModuleId, ExprId, bool)| !one.2;
        let Some(first) = self.uses.iter().find(plain) else { return [None, None, None] };
        let shown = |one: &(ModuleId, ExprId, bool)| place(reading, one.0, one.1);
        let same = || self.uses.iter().skip_while(|one| *one != first).take_while(|one| one.0 == first.0);
        let last = same().take_while(|one| !one.2).last().unwrap_or(first);
        [Some(shown(first)), Some(shown(last)), same().find(|one| one.2).map(shown)]
    }

    /// Takes in mounts and routes.
    fn link(&mut self, reading: &Reading<'_>, put: &Put) {
        let Some(on) = put.on else { return };
        self.nodes.insert(on);
        let path = put.path.clone().unwrap_or_default();
        for thing in &put.things {
            match thing {
                Thing::App(made) if *made != on => {
                    self.nodes.insert(*made);
                    self.parents.entry(*made).or_insert((on, path.clone()));
                }
                Thing::Own { functions, wrapped }
                    if matches!(put.method.as_str(), "register" | "use" | "route" | "configure") =>
                {
                    for (at, function) in functions {
                        let given = Made::Given(*at, *function, 0);
                        // What a Fastify plugin does stays in it, unless `fastify-plugin` breaks the wall.
                        let below = if *wrapped || put.method != "register" {
                            path.clone()
                        } else {
                            prefix(reading, put).unwrap_or_else(|| format!("{path}{ENCAPSULATED}"))
                        };
                        self.parents.entry(given).or_insert((on, below));
                    }
                }
                _ => {}
            }
        }
        if is_route(&put.method) && put.path.is_some() {
            self.routes.push((on, path));
        }
    }

    /// The app that is not mounted anywhere and has the most routes below it.
    fn find_root(&mut self, reading: &Reading<'_>, puts: &[Put]) {
        let mut counts: BTreeMap<Made, usize> = self.nodes.iter().map(|node| (self.top(*node).0, 0)).collect();
        for on in puts.iter().filter_map(|put| put.on) {
            *counts.entry(self.top(on).0).or_default() += 1;
        }
        let rank = |node: &Made, count: &usize| {
            let app = is_app(reading, *node) && !is_router(reading, *node);
            (app && matches!(node, Made::By(..)), app, *count)
        };
        self.root = counts
            .iter()
            .max_by_key(|(node, count)| (rank(node, count), std::cmp::Reverse(**node)))
            .map(|(node, _)| *node);
        // A router or plugin that nobody is seen to mount is mounted where the code could not be followed.
        let Some(root) = self.root else { return };
        for node in counts.into_keys().filter(|node| *node != root) {
            match node {
                Made::By(..) if is_router(reading, node) => {
                    self.parents.insert(node, (root, String::new()));
                }
                Made::Given(at, function, 0) if is_app(reading, node) => {
                    let open = breaks_wall(reading, at, function);
                    self.parents.insert(node, (root, if open { String::new() } else { ENCAPSULATED.to_owned() }));
                }
                Made::By(..) | Made::Given(..) => {}
            }
        }
    }

    /// What something is mounted on in the end, and the whole path to it.
    fn top(&self, node: Made) -> (Made, String) {
        let mut path = String::new();
        let mut at = node;
        for _ in 0..DEEPEST {
            let Some((parent, below)) = self.parents.get(&at) else { break };
            path = format!("{below}{path}");
            at = *parent;
        }
        (at, path)
    }

    /// Which routes something covers that is put on an app, router or plugin under a path.
    fn coverage(&self, on: Option<Made>, path: Option<&str>, method: &str) -> Coverage {
        let Some(on) = on else { return Coverage::All };
        let (top, prefix) = self.top(on);
        let own = path.map(bare).unwrap_or_default();
        let whole = format!("{prefix}{own}");
        if Some(top) != self.root && self.root.is_some_and(|root| self.has_routes(root)) && matches!(top, Made::By(..))
        {
            // Another app, or a router that nothing mounts.
            return if self.nodes.contains(&top) && self.has_routes(top) {
                Coverage::Some(self.paths_below(on, ""))
            } else {
                self.alone(whole)
            };
        }
        if is_route(method) && path.is_some() {
            let only = self.routes.len() <= 1;
            return if only && bare(&whole).is_empty() { Coverage::All } else { Coverage::Some(vec![shown(&whole)]) };
        }
        if whole.is_empty() {
            return Coverage::All;
        }
        let covered = |(node, route): &&(Made, String)| format!("{}{route}", self.top(*node).1).starts_with(&whole);
        let of_root: Vec<&(Made, String)> = self.routes.iter().filter(|(node, _)| self.top(*node).0 == top).collect();
        let inside = of_root.iter().filter(|route| covered(route)).count();
        let marginal = of_root
            .iter()
            .filter(|route| !covered(route))
            .all(|(node, route)| Coverage::Some(vec![format!("{}{route}", self.top(*node).1)]).is_marginal());
        if inside > 0 && marginal { Coverage::All } else { Coverage::Some(vec![shown(&whole)]) }
    }

    fn alone(&self, whole: String) -> Coverage {
        Coverage::Some(vec![shown(&whole)])
    }

    fn has_routes(&self, top: Made) -> bool {
        self.routes.iter().any(|(node, _)| self.top(*node).0 == top)
    }

    fn paths_below(&self, on: Made, whole: &str) -> Vec<String> {
        let mut found: Vec<String> = self
            .routes
            .iter()
            .filter(|(node, _)| self.top(*node).0 == self.top(on).0)
            .map(|(_, route)| shown(&format!("{whole}{route}")))
            .take(5)
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// Takes in what stands in front of routes.
    fn apply(&mut self, reading: &Reading<'_>, put: &Put) {
        let coverage = self.coverage(put.on, put.path.as_deref(), &put.method);
        let reach = reading.reach(put.at, put.id);
        for (index, thing) in put.things.iter().enumerate() {
            match thing {
                Thing::Package { row, outside, options } => {
                    let local = options.is_some_and(|(at, options)| {
                        matches!(reading.settle_member(at, options, "global"), Settled::Bool(false))
                    });
                    self.applied.push(Applied {
                        kind: row.kind,
                        package: Some(row.package.to_owned()),
                        place: place(reading, put.at, put.id),
                        coverage: if local { Coverage::Some(Vec::new()) } else { coverage.clone() },
                        reach: reach.clone(),
                        headers: options::headers(reading, row, outside, *options),
                        precompressed: row.precompressed,
                    });
                }
                // The last function of a route answers; what stands before it is middleware.
                Thing::Own { .. } if is_route(&put.method) && put.path.is_some() && index + 1 == put.things.len() => {}
                Thing::Own { functions, .. } => {
                    for (at, function) in functions {
                        self.front(reading, put, (*at, *function), coverage.clone(), &reach);
                    }
                }
                Thing::App(_) => {}
            }
        }
    }

    /// Takes in all that a function in front of routes leads to.
    fn front(
        &mut self,
        reading: &Reading<'_>,
        put: &Put,
        function: (ModuleId, prodcheck_formats::javascript::FunctionId),
        coverage: Coverage,
        reach: &crate::Reach,
    ) {
        // A plugin's own calls of its app are looked at by themselves.
        if put.method == "register" || put.method == "configure" {
            return;
        }
        if !reach.is_reached() {
            self.unreached(reading, function, &coverage);
            return;
        }
        self.fronts.push(Front { put: (put.at, put.id), function, coverage: coverage.clone() });
        for led in reading.trail(function.0, function.1).calls {
            for value in led.callee.iter() {
                if let Value::Outside(outside) = value
                    && let Some(row) = table::find(outside)
                    && led.depth < 3
                {
                    self.applied.push(Applied {
                        kind: row.kind,
                        package: Some(row.package.to_owned()),
                        place: place(reading, led.at, led.id),
                        coverage: coverage.clone(),
                        reach: reach.clone().and(reading.reach(led.at, led.id)),
                        headers: options::headers(reading, row, outside, first_argument(reading, led.at, led.id)),
                        precompressed: row.precompressed,
                    });
                }
            }
            let known = self.led.entry((led.at, led.id)).or_insert_with(|| coverage.clone());
            if *known != Coverage::All {
                *known = coverage.clone();
            }
        }
    }

    /// Takes in the protections in a function in front of routes that production does not come to.
    fn unreached(
        &mut self,
        reading: &Reading<'_>,
        (at, function): (ModuleId, prodcheck_formats::javascript::FunctionId),
        coverage: &Coverage,
    ) {
        let Some(module) = reading.program.module(at) else { return };
        for call in module.calls_in(function) {
            for value in reading.program.values(at, call.callee).iter() {
                if let Value::Outside(outside) = value
                    && let Some(row) = table::find(outside)
                {
                    self.applied.push(Applied {
                        kind: row.kind,
                        package: Some(row.package.to_owned()),
                        place: reading.place(at, call.span),
                        coverage: coverage.clone(),
                        reach: crate::Reach::Never,
                        headers: Headers::default(),
                        precompressed: row.precompressed,
                    });
                }
            }
        }
    }

    /// Plugins that a module exports as they are, for a loader of folders to register.
    fn autoloaded(&mut self, reading: &Reading<'_>) {
        for (at, _, module) in reading.program.modules() {
            let mut exports = module.exports().iter();
            let default = exports
                .rfind(|export| matches!(export.name, ExportName::Default | ExportName::Whole) && !export.type_only);
            let Some(default) = default else { continue };
            // What another module of the program exports again stands there.
            if matches!(default.exported, Exported::From { .. }) {
                continue;
            }
            for value in reading.program.export(at, "default") {
                let Value::Outside(outside) = &value else { continue };
                let Some(row) = table::find(outside).filter(|_| outside.way.is_empty()) else { continue };
                let options = reading.program.written_export(at, "autoConfig").into_iter().next();
                self.applied.push(Applied {
                    kind: row.kind,
                    package: Some(row.package.to_owned()),
                    place: reading.place(at, default.span),
                    coverage: Coverage::All,
                    reach: crate::Reach::Yes,
                    headers: options::headers(reading, row, outside, options),
                    precompressed: row.precompressed,
                });
            }
        }
    }
}

/// Marks in a path that what stands below is one plugin's own.
const ENCAPSULATED: &str = "\u{0}";

fn shown(path: &str) -> String {
    let path = path.replace(ENCAPSULATED, "");
    if path.is_empty() { "/".to_owned() } else { path }
}

/// A path without what matches everything.
fn bare(path: &str) -> String {
    let path = path.trim_end_matches(['*', '/']);
    if path.starts_with('(') || path == "{" { String::new() } else { path.to_owned() }
}

fn is_route(method: &str) -> bool {
    matches!(
        method,
        "get" | "post" | "put" | "patch" | "delete" | "del" | "head" | "options" | "opts" | "all" | "route" | "search"
    )
}

fn place(reading: &Reading<'_>, at: ModuleId, id: ExprId) -> Place {
    let span = reading.program.module(at).map(|module| module.span(id)).unwrap_or_default();
    reading.place(at, span)
}

fn first_argument(reading: &Reading<'_>, at: ModuleId, id: ExprId) -> Option<(ModuleId, ExprId)> {
    let module = reading.program.module(at)?;
    module.call(id)?.argument(module, 0).map(|argument| (at, argument))
}

/// The prefix that a plugin is registered under: `register(routes, { prefix: '/v1' })`.
fn prefix(reading: &Reading<'_>, put: &Put) -> Option<String> {
    let module = reading.program.module(put.at)?;
    let options = module.call(put.id)?.argument(module, 1)?;
    reading.settle_member(put.at, options, "prefix").text().map(bare)
}

fn all_puts(reading: &Reading<'_>) -> Vec<Put> {
    let mut found = Vec::new();
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let Expr::Member { object, property, .. } = module.expr(call.callee) else { continue };
        let method = module.name(*property);
        if call.is_new || !put::puts(method) || call.arguments.is_empty() {
            continue;
        }
        let on = holder(reading, site.at, module, *object);
        let path = path(reading, site.at, module, &call, method);
        // `cache.get('x')`, `map.delete(key)`: nothing of a framework, and nothing that answers.
        let things = put::things(reading, site.at, module, &call);
        let known = on.is_some_and(|on| is_app(reading, on));
        let tabled = things.iter().any(|thing| matches!(thing, Thing::Package { .. } | Thing::App(_)));
        let handles = matches!(method, "use" | "register" | "addHook" | "apply") && !things.is_empty();
        let routes = is_route(method) && path.as_deref().is_some_and(|path| path.is_empty() || path.starts_with('/'));
        if known || tabled || (handles && on.is_none_or(|on| !is_other(reading, on))) || (routes && !things.is_empty())
        {
            let on = on.filter(|on| known || matches!(on, Made::Given(..)) || is_likely(reading, *on));
            found.push(Put { at: site.at, id: site.id, on, path, method: method.to_owned(), things });
        }
    }
    found
}

/// The app, router or plugin that a method is called on.
fn holder(reading: &Reading<'_>, at: ModuleId, module: &Module, object: ExprId) -> Option<Made> {
    // `router.route('/x').get(a).post(b)` stands on the router.
    let mut object = object;
    while let Some(call) = module.call(object) {
        match module.expr(call.callee) {
            Expr::Member { object: inner, property, .. } if module.name(*property) == "route" => object = *inner,
            _ => break,
        }
    }
    let made = reading.made(at, object);
    made.iter().copied().find(|made| is_app(reading, *made)).or_else(|| made.first().copied())
}

fn is_app(reading: &Reading<'_>, made: Made) -> bool {
    match made {
        Made::By(at, maker) => reading
            .program
            .values(at, maker)
            .iter()
            .any(|value| matches!(value, Value::Outside(outside) if table::is_framework(outside))),
        Made::Given(at, function, index) => {
            let Some(module) = reading.program.module(at) else { return false };
            let parameter = module.function(function).params.get(index as usize);
            let binding = parameter.and_then(prodcheck_formats::javascript::Param::binding);
            binding.is_some_and(|binding| {
                reading
                    .program
                    .binding(at, binding)
                    .iter()
                    .any(|value| matches!(value, Value::Outside(outside) if table::is_framework(outside)))
            })
        }
    }
}

/// Whether a plugin is wrapped by `fastify-plugin`, so that what it does is its parent's.
fn breaks_wall(reading: &Reading<'_>, at: ModuleId, function: prodcheck_formats::javascript::FunctionId) -> bool {
    let wraps = |at: ModuleId, call: ExprId| {
        let callee = reading.program.module(at).and_then(|module| module.call(call)).map(|call| call.callee);
        callee.is_some_and(|callee| {
            let values = reading.program.values(at, callee);
            values.iter().any(|value| matches!(value, Value::Outside(outside) if outside.source() == "fastify-plugin"))
        })
    };
    let around = reading.call_around(at, function);
    around.into_iter().chain(reading.program.uses_of(at, function)).any(|(at, call)| wraps(at, call))
}

/// Whether something is a router, which serves nothing by itself.
fn is_router(reading: &Reading<'_>, made: Made) -> bool {
    const ROUTERS: &[&str] =
        &["@koa/router", "koa-router", "koa-joi-router", "router", "express-promise-router", "restify-router"];
    let Made::By(at, maker) = made else { return false };
    reading.program.values(at, maker).iter().any(|value| {
        let Value::Outside(outside) = value else { return false };
        let named = outside.way.iter().any(|part| matches!(part, Part::Member(name) if name.contains("Router")));
        named || ROUTERS.contains(&outside.source())
    })
}

/// Whether something is known to be no app: a map, a client, a literal.
fn is_other(reading: &Reading<'_>, made: Made) -> bool {
    let Made::By(at, maker) = made else { return false };
    let literal =
        reading.program.module(at).is_some_and(|module| matches!(module.expr(maker), Expr::Object(_) | Expr::Array(_)));
    literal || (!is_app(reading, made) && !is_likely(reading, made))
}

/// Whether something unknown may be an app: it comes from a package that is no client.
fn is_likely(reading: &Reading<'_>, made: Made) -> bool {
    match made {
        Made::By(at, maker) => reading.program.values(at, maker).iter().any(|value| {
            matches!(value, Value::Outside(outside) if matches!(outside.origin, prodcheck_program::program::Origin::Package(..)))
        }),
        Made::Given(..) => true,
    }
}

/// The path that a call names first; for a route's options, their `url` or `path`. A route whose path only running it
/// would tell has the empty path.
fn path(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>, method: &str) -> Option<String> {
    let first = call.argument(module, 0)?;
    match module.expr(first) {
        Expr::Regex { .. } => return Some("/(…)".to_owned()),
        Expr::Array(items) => {
            let texts: Vec<Settled> = items.iter().map(|item| reading.settle(at, *item)).collect();
            return texts.iter().find_map(|text| text.text().map(bare));
        }
        Expr::Object(_) if method == "route" => {
            let url = [reading.settle_member(at, first, "url"), reading.settle_member(at, first, "path")];
            return Some(url.iter().find_map(|text| text.text().map(bare)).unwrap_or_default());
        }
        _ => {}
    }
    match reading.settle(at, first) {
        Settled::Text(text) if method != "addHook" => Some(bare(&text)),
        Settled::Unknown | Settled::Unset(_) if is_route(method) => Some(String::new()),
        _ => None,
    }
}
