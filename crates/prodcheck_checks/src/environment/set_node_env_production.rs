//! Item 15: `NODE_ENV=production` on the production start path.

use crate::{Category, Check, Outcome, Verdict, routes};
use prodcheck_facts::env_file::{self, Purpose};
use prodcheck_program::Program;
use prodcheck_program::process_settings::{self, OwnVariable};
use prodcheck_services::{EnvSetting, EnvValue, Process, Route, RouteKind, Runtime, Service};
use prodcheck_source::Place;
use std::cell::LazyCell;

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

const NAME: &str = "NODE_ENV";

/// Frameworks' own commands that set it where nothing else does:
/// <https://github.com/vercel/next.js/blob/canary/packages/next/src/bin/next.ts>,
/// <https://github.com/remix-run/react-router/blob/main/packages/react-router-serve/cli.ts>.
const SETS_IT: &[(&str, Option<&str>)] =
    &[("next", Some("start")), ("remix-serve", None), ("react-router-serve", None)];

fn run(service: &Service) -> Verdict {
    let own = LazyCell::new(|| own(service));
    routes::judge(service, |route| judge(route, &|| own.clone())).fix(
        "set it where the process is started: `ENV NODE_ENV=production` in the Dockerfile's last stage, `environment:` in compose, `env` in the Oxmgr or PM2 file, `Environment=NODE_ENV=production` in the systemd unit",
    )
}

/// What the entry file sets it to.
fn own(service: &Service) -> Option<OwnVariable> {
    let program = Program::link(&service.graph, &service.server_code, service.repository.sources());
    service.entry_points.iter().find_map(|entry| process_settings::own_variable(&program, &entry.path, NAME))
}

/// The worst of what holds of the processes that a route runs.
fn judge(route: &Route, own: &dyn Fn() -> Option<OwnVariable>) -> Verdict {
    let processes: Vec<&Process> =
        route.start.main_processes().filter(|process| process.runtime.runs_javascript()).collect();
    let layer = || route.layers.last().map(|layer| layer.place.clone());
    match processes.as_slice() {
        [] => of_environment(route, route.start.variable(NAME), own, layer()),
        [only] => of_process(route, only, own, layer()),
        several => {
            let each = several.iter().map(|process| of_process(route, process, own, Some(process.place.clone())));
            routes::worst(each).unwrap_or_else(unsaid)
        }
    }
}

fn unsaid() -> Verdict {
    Verdict::unverified("no deploy file says in which environment the service runs")
}

fn of_process(
    route: &Route,
    process: &Process,
    own: &dyn Fn() -> Option<OwnVariable>,
    belongs: Option<Place>,
) -> Verdict {
    let set = process.environment.iter().rev().find(|setting| setting.name == NAME);
    if set.is_none()
        && let Runtime::Framework { name, command } = &process.runtime
        && SETS_IT.iter().any(|(known, with)| known == name && (with.is_none() || *with == command.as_deref()))
    {
        let by = [Some(name.as_str()), command.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        return Verdict::pass(format!("`{by}` sets `NODE_ENV=production` by itself"))
            .at(process.place.clone(), format!("`{by}` sets it"));
    }
    of_environment(route, set, own, belongs)
}

fn of_environment(
    route: &Route,
    set: Option<&EnvSetting>,
    own: &dyn Fn() -> Option<OwnVariable>,
    belongs: Option<Place>,
) -> Verdict {
    let by_environment = set.map(of_setting);
    if let Some(verdict) = by_environment.as_ref().filter(|verdict| verdict.outcome == Outcome::Pass) {
        return verdict.clone();
    }
    if let Some(own) = own().filter(|own| own.value.as_deref() == Some("production"))
        && own.before_others
        && !(own.is_default && set.is_some())
    {
        return Verdict::pass("the entry file sets `NODE_ENV=production` before it loads anything else")
            .at(own.place.clone(), "sets `NODE_ENV`")
            .warn("what the process is started with says another thing, or nothing", Some(own.place));
    }
    if let Some(verdict) = by_environment {
        return verdict;
    }
    if route.kind == RouteKind::NpmStart {
        return unsaid();
    }
    match belongs {
        // Frameworks and libraries read the absence as development: slower, and with stack traces in responses.
        Some(place) => Verdict::fail("nothing on the start path sets `NODE_ENV`, so libraries run in development mode")
            .at(place, "no `NODE_ENV` here"),
        None => unsaid(),
    }
}

fn of_setting(setting: &EnvSetting) -> Verdict {
    match &setting.value {
        EnvValue::Text(value) if value == "production" => {
            let verdict = Verdict::pass("the start path sets `NODE_ENV=production`")
                .at(setting.place.clone(), "`NODE_ENV=production`");
            match env_file::purpose(&setting.place.path) {
                Purpose::Example => {
                    verdict.warn("the file that is read is not in the repository: only its example says so", None)
                }
                _ => verdict,
            }
        }
        EnvValue::Text(value) => Verdict::fail(format!("the start path sets `NODE_ENV={value}`"))
            .at(setting.place.clone(), format!("`NODE_ENV={value}`")),
        EnvValue::Unknown => Verdict::unverified("the start path sets `NODE_ENV` to what only the machine knows")
            .at(setting.place.clone(), "`NODE_ENV` comes from elsewhere"),
    }
}
