//! Item 15: `NODE_ENV=production` on the production start path.

use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{EnvValue, Route, RouteKind, Service};

/// The check.
pub const CHECK: Check = Check {
    id: "set-node-env-production",
    number: 15,
    category: Category::Environment,
    pass_title: "The service runs with `NODE_ENV=production`",
    fail_title: "The service does not run with `NODE_ENV=production`",
    docs: include_str!("set_node_env_production.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, judge).fix(
        "set it where the process is started: `ENV NODE_ENV=production` in the Dockerfile's last stage, `environment:` in compose, `env` in the Oxmgr or PM2 file, `Environment=NODE_ENV=production` in the systemd unit",
    )
}

fn judge(route: &Route) -> Verdict {
    match route.start.variable("NODE_ENV") {
        Some(setting) => match &setting.value {
            EnvValue::Text(value) if value == "production" => {
                Verdict::pass("the start path sets `NODE_ENV=production`")
                    .at(setting.place.clone(), "`NODE_ENV=production`")
            }
            EnvValue::Text(value) => Verdict::fail(format!("the start path sets `NODE_ENV={value}`"))
                .at(setting.place.clone(), format!("`NODE_ENV={value}`")),
            EnvValue::Unknown => Verdict::unverified("the start path sets `NODE_ENV` to what only the machine knows")
                .at(setting.place.clone(), "`NODE_ENV` comes from elsewhere"),
        },
        None if route.kind == RouteKind::NpmStart => {
            Verdict::unverified("no deploy file says in which environment the service runs")
        }
        None => match route.layers.last() {
            // Frameworks and libraries read the absence as development: slower, and with stack traces in responses.
            Some(layer) => {
                Verdict::fail("nothing on the start path sets `NODE_ENV`, so libraries run in development mode")
                    .at(layer.place.clone(), "no `NODE_ENV` here")
            }
            None => Verdict::unverified("no deploy file says in which environment the service runs"),
        },
    }
}
