//! The service's own databases, caches, brokers and search engines: where a client is made, how it uses connections,
//! and whether start-up depends on one and tries again.

mod instance;
mod retried;
mod startup;
pub mod table;

use crate::reading::{is_tooling, way};
use crate::{Moments, Reading, Site};
use prodcheck_formats::javascript::Expr;
use prodcheck_program::program::{At, Origin, Part, Value};
use prodcheck_source::Place;
use std::collections::{BTreeMap, BTreeSet};
use table::{Effect, Kind, Pooling, Row};

/// What was found of clients.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    /// The clients that are made, by module and place.
    pub made: Vec<Client>,
    /// The connections that start-up makes, by module and place.
    pub startup: Vec<Dependency>,
}

/// A client that is made.
#[derive(Debug, Clone)]
pub struct Client {
    /// The package.
    pub package: &'static str,
    /// What it speaks to.
    pub kind: Kind,
    /// How it uses connections.
    pub pooling: Pooling,
    /// Where it is made.
    pub place: Place,
    /// When it is made, and how long it is kept.
    pub made: Made,
    /// Of a single connection that is kept: the first request, message or job that uses it.
    pub serves: Option<Place>,
}

/// When a client is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// Once: while the service starts, or at the first use and kept.
    Once,
    /// For each request, message, job or tick: where the handler is.
    PerHandler(Place),
    /// For one task: made, used and closed in one function that no handler is seen to call.
    ForTask,
    /// It cannot be told.
    Unknown,
}

/// A connection that start-up makes.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The package.
    pub package: &'static str,
    /// What is called, in the package's own words.
    pub call: String,
    /// What it speaks to.
    pub kind: Kind,
    /// Where.
    pub place: Place,
    /// Whether it is tried again.
    pub retry: Retry,
    /// The credential or address without which it is never made.
    pub needs: Option<String>,
    /// Whether it is the first query of a client that would else connect later.
    pub by_query: bool,
}

/// Whether a connection is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retry {
    /// The client does so by itself.
    BySelf,
    /// The code does: what, and where.
    By(String, Place),
    /// Nothing does.
    None,
    /// The client would, and an option keeps it from it: the option, and where.
    Off(String, Place),
}

/// Reads the clients of server code.
pub fn read(reading: &Reading<'_>) -> Clients {
    let mut clients = Clients::default();
    for (site, row) in rows(reading) {
        let reach = reading.reach(site.at, site.id);
        if !reach.is_reached() {
            continue;
        }
        let moments = reading.moments(site.at, site.id);
        if moments.is_command_only() || is_tooling(reading, site.at) {
            continue;
        }
        let kind = instance::kind(reading, site, row);
        if is_made(row) {
            clients.made.push(instance::client(reading, site, row, kind, &moments));
        }
        if kind != Kind::Embedded
            && let Some(dependency) = startup::dependency(reading, site, row, kind, &moments, &reach)
        {
            clients.startup.push(dependency);
        }
    }
    clients.made.extend(instance::injected(reading));
    clients.made.sort_by(|a, b| a.place.cmp(&b.place));
    clients.startup.sort_by(|a, b| a.place.cmp(&b.place));
    clients.startup.dedup_by(|a, b| a.place == b.place);
    thin(&mut clients.startup);
    clients
}

/// How many queries of one client are kept.
const MOST_QUERIES: usize = 5;

/// Leaves out the queries of a client that start-up connects otherwise; where one query is tried again, the others have
/// waited for that one.
fn thin(startup: &mut Vec<Dependency>) {
    let of = |startup: &[Dependency], wanted: fn(&Dependency) -> bool| -> BTreeSet<&'static str> {
        startup.iter().filter(|one| wanted(one)).map(|one| one.package).collect()
    };
    let connected = of(startup, |one| !one.by_query);
    let retried = of(startup, |one| one.by_query && matches!(one.retry, Retry::By(..)));
    let mut queries: BTreeMap<&str, usize> = BTreeMap::new();
    startup.retain(|one| {
        if !one.by_query {
            return true;
        }
        if connected.contains(one.package) || (retried.contains(one.package) && one.retry == Retry::None) {
            return false;
        }
        let count = queries.entry(one.package).or_default();
        *count += 1;
        *count <= MOST_QUERIES
    });
}

/// The calls that have a row.
fn rows<'r>(reading: &'r Reading<'_>) -> impl Iterator<Item = (&'r Site, &'static Row)> {
    reading.sites().iter().filter_map(move |site| {
        let (module, call) = reading.call(site)?;
        let of = |value: &Value| match value {
            Value::Outside(outside) => {
                let major = reading.conditions.major(outside.source());
                match &outside.origin {
                    Origin::Global(_) => None,
                    _ => table::find(outside.source(), &way(outside), call.is_new, major),
                }
            }
            _ => None,
        };
        let found = site.callee.iter().find_map(of);
        found.or_else(|| instance::generated(reading, site, module, &call)).map(|row| (site, row))
    })
}

/// Whether a call gives a new client, rather than using one.
fn is_made(row: &Row) -> bool {
    let on_client = row.way.contains("new.") || row.way.contains(").") || row.way.contains(":type");
    !on_client && row.effect != Effect::Uses
}

/// Whether nothing but handlers lead to code.
fn only_handlers(moments: &Moments) -> bool {
    moments.handler.is_some() && !moments.start && !moments.unknown
}

/// The calls of the package that made what a site is called on, however many members and calls lie between.
fn makers(reading: &Reading<'_>, site: &Site, row: &Row) -> Vec<At> {
    let Some((module, call)) = reading.call(site) else { return Vec::new() };
    let mut next = Some(call.callee);
    while let Some(expr) = next {
        next = match module.expr(expr) {
            Expr::Member { object, .. } => Some(*object),
            Expr::Call { callee, .. } => Some(*callee),
            Expr::Await(operand) => Some(*operand),
            _ => None,
        };
        let made: Vec<At> = reading
            .made_by_calls(site.at, expr)
            .into_iter()
            .filter(|(at, id)| {
                let Some(call) = reading.program.module(*at).and_then(|module| module.call(*id)) else { return false };
                reading.program.values(*at, call.callee).iter().any(|value| match value {
                    Value::Outside(outside) => {
                        let major = reading.conditions.major(outside.source());
                        outside.source() == row.source
                            && table::find(outside.source(), &way(outside), call.is_new, major).is_some_and(is_made)
                    }
                    _ => false,
                })
            })
            .collect();
        if !made.is_empty() {
            return made;
        }
    }
    Vec::new()
}

/// The last member of the way to what a site calls.
fn last_member(site: &Site, source: &str) -> Option<String> {
    site.callee.iter().find_map(|value| match value {
        Value::Outside(outside) if outside.source() == source => outside.way.iter().rev().find_map(|part| match part {
            Part::Member(name) => Some(name.clone()),
            _ => None,
        }),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
