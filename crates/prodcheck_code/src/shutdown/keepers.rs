//! What keeps a process up after its server is closed: connections, timers and schedules that nobody closes.

use crate::reading::{Reading, Site, of_package, of_runtime, way};
use prodcheck_formats::javascript::{Expr, Node};
use prodcheck_program::program::Value;
use prodcheck_source::Place;

/// Something that keeps the process up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    /// The package, or `setInterval`.
    pub by: String,
    /// Where it begins.
    pub place: Place,
}

/// Calls after which a socket stays open until it is closed: the package, the way, and whether it is a construction.
/// Pools that close idle connections by themselves (`pg`) are left out.
const CONNECTS: &[(&str, &str, bool)] = &[
    ("mongoose", "connect", false),
    ("mongoose", "createConnection", false),
    ("mongodb", "MongoClient.connect", false),
    ("mongodb", "MongoClient", true),
    ("ioredis", "", true),
    ("ioredis", "Redis", true),
    ("ioredis", "Cluster", true),
    ("redis", "createClient", false),
    ("redis", "createCluster", false),
    ("mysql", "createPool", false),
    ("mysql", "createConnection", false),
    ("mysql2", "createPool", false),
    ("mysql2", "createConnection", false),
    ("amqplib", "connect", false),
    ("amqp-connection-manager", "connect", false),
    ("bullmq", "Worker", true),
    ("bullmq", "Queue", true),
    ("bull", "", true),
    ("kafkajs", "Kafkanew.consumer", false),
    ("nats", "connect", false),
    ("mqtt", "connect", false),
    ("node-cron", "schedule", false),
    ("cron", "CronJob", true),
    ("node-schedule", "scheduleJob", false),
];

/// All that keeps the process up in production, by place.
pub(super) fn keepers(reading: &Reading<'_>) -> Vec<Keeper> {
    let mut found = Vec::new();
    for (package, wanted, is_new) in CONNECTS {
        for site in reading.calls_of(package) {
            let Some((_, call)) = reading.call(site) else { continue };
            let connects =
                site.callee.iter().filter_map(|value| of_package(value, package)).any(|of| way(of) == *wanted);
            if connects && call.is_new == *is_new && reading.reach(site.at, site.id).is_reached() {
                found.push(Keeper { by: format!("`{package}`"), place: reading.place_of(site) });
            }
        }
    }
    for site in reading.calls_of("setInterval") {
        let ticks = site.callee.iter().filter_map(|value| of_runtime(value, "setInterval")).any(|of| of.way.is_empty());
        if ticks
            && reading.reach(site.at, site.id).is_reached()
            && !is_let_go(reading, site)
            && is_at_start(reading, site)
        {
            found.push(Keeper { by: "`setInterval`".to_owned(), place: reading.place_of(site) });
        }
    }
    found
}

/// Whether a timer is unreferenced or cleared somewhere.
fn is_let_go(reading: &Reading<'_>, timer: &Site) -> bool {
    reading.sites().iter().any(|site| {
        let Some((module, call)) = reading.call(site) else { return false };
        let of = match module.expr(call.callee) {
            Expr::Member { object, property, .. } if module.name(*property) == "unref" => Some(*object),
            Expr::Identifier { name, .. } if module.name(*name) == "clearInterval" => call.argument(module, 0),
            _ => None,
        };
        of.is_some_and(|of| reading.derived(site.at, of).by.contains(&(timer.at, timer.id)))
    })
}

/// Whether a timer begins when the program starts, and not for each of something.
fn is_at_start(reading: &Reading<'_>, site: &Site) -> bool {
    let Some(module) = reading.program.module(site.at) else { return false };
    reading.program.runs_on_load(site.at, site.id, &mut prodcheck_program::program::Started::default())
        && !module.ancestors(site.id).any(|outer| matches!(outer, Node::Class(_)))
}

/// Whether something that is closed is this.
pub(super) fn is_of(keeper: &Keeper, package: &str) -> bool {
    keeper.by == format!("`{package}`")
}

/// The packages that a value comes from.
pub(super) fn package_of(value: &Value) -> Option<&str> {
    match value {
        Value::Outside(outside) => Some(outside.source()),
        _ => None,
    }
}
