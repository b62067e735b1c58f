//! Item 33: a new version serves before the old one goes.

use crate::{Category, Check, Outcome, Verdict, routes};
use prodcheck_services::{Audience, DeployStep, Replaces, Rollout, Route, RouteKind, Service, Setting, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "use-zero-downtime-reload",
    number: 33,
    category: Category::Deployment,
    pass_title: "A new version serves before the old one goes",
    fail_title: "A deploy interrupts the service",
    docs: include_str!("use_zero_downtime_reload.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let steps: Vec<&DeployStep> =
        service.delivery.deploys.iter().filter(|step| step.audience != Audience::Showcase).collect();
    let declared = routes::judge(service, |route| judge(route, &steps));
    let interrupting = steps.iter().filter(|step| overrules(service, step));
    let mut worst = interrupting.filter_map(|step| interrupted(step));
    if let Some(mut verdict) = worst.next() {
        for other in worst {
            verdict = verdict.with(other.evidence);
        }
        return verdict.fix(remedy(service));
    }
    match declared.outcome {
        Outcome::Pass => {
            let others = steps.iter().filter_map(|step| Some((step, interrupted(step)?)));
            others.fold(declared, |verdict, (step, other)| {
                verdict.warn(
                    format!("another way of deploying interrupts it: {}", other.message),
                    Some(step.place.clone()),
                )
            })
        }
        Outcome::Fail => declared.fix(remedy(service)),
        _ if declared.firm => declared,
        _ => by_steps(service, &steps).unwrap_or(declared),
    }
}

/// What the files of one route say, of those that say it by themselves.
fn judge(route: &Route, steps: &[&DeployStep]) -> Verdict {
    let swarm = steps.iter().any(|step| step.replaces == Replaces::BySwarm);
    for layer in &route.layers {
        // Without a swarm, compose does not read `update_config`.
        if layer.tool == Tool::Compose
            && !swarm
            && !matches!(layer.rollout, Setting::Set { value: Rollout::Rolling, .. })
        {
            continue;
        }
        // App Platform is not among the platforms that the checklist vouches for.
        if matches!(layer.tool, Tool::DigitalOcean | Tool::Ecs) {
            continue;
        }
        let tool = layer.tool.title();
        match &layer.rollout {
            Setting::Silent => {}
            Setting::Set { value: Rollout::Rolling, place, shown, .. } => {
                return Verdict::pass(format!(
                    "{tool} says `{shown}`, so the new version serves before the old one goes"
                ))
                .at(place.clone(), format!("`{shown}`"));
            }
            Setting::BuiltIn { value: Rollout::Rolling, place, by } => {
                return Verdict::pass(by.clone()).at(place.clone(), by.clone());
            }
            Setting::Set { value: Rollout::Interrupts(why), place, shown, .. } => {
                return Verdict::fail(format!("{tool} says `{shown}`: {why}")).at(place.clone(), format!("`{shown}`"));
            }
            Setting::BuiltIn { value: Rollout::Interrupts(why), place, .. } => {
                return Verdict::fail(why.clone()).at(place.clone(), why.clone());
            }
            Setting::Missing { place, key } => {
                return Verdict::fail(format!(
                    "{tool} sets no `{key}`, so requests reach a new process before it can answer them"
                ))
                .at(place.clone(), format!("no `{key}` here"));
            }
            Setting::Unknown { place, shown } => {
                return Verdict::firmly_unverified(format!(
                    "{tool} says `{shown}`, and only a run would tell what that is"
                ))
                .at(place.clone(), format!("`{shown}`"));
            }
        }
    }
    Verdict::unverified("no file says how a new version takes the place of the running one")
}

/// Whether a step decides over what the main route's own file says: it is a call of the same tool with another strategy, or
/// the file says nothing.
fn overrules(service: &Service, step: &DeployStep) -> bool {
    let Some(main) = service.main_route() else { return true };
    let of_tool = |tool: Tool| main.layers.iter().any(|layer| layer.tool == tool);
    match step.tool {
        "fly" => of_tool(Tool::Fly),
        "cf push" => of_tool(Tool::CloudFoundry),
        _ => {
            let says = main.layers.iter().any(|layer| !matches!(layer.rollout, Setting::Silent));
            match main.kind {
                RouteKind::Kubernetes | RouteKind::Platform => false,
                RouteKind::Compose => !says,
                _ => true,
            }
        }
    }
}

fn interrupted(step: &DeployStep) -> Option<Verdict> {
    let Replaces::Interrupts(why) = step.replaces else { return None };
    let verdict = Verdict::fail(format!("`{}` interrupts the service: {why}", step.shown));
    Some(verdict.at(step.place.clone(), format!("`{}`", step.shown)))
}

/// What the deploy steps say where no file decides.
fn by_steps(service: &Service, steps: &[&DeployStep]) -> Option<Verdict> {
    let mut passed: Option<Verdict> = None;
    for step in steps {
        if let Replaces::Rolling(by) = step.replaces {
            let known = passed.take().unwrap_or_else(|| Verdict::pass(format!("`{}`: {by}", step.shown)));
            passed = Some(known.at(step.place.clone(), format!("`{}`", step.shown)));
        }
    }
    if passed.is_some() {
        return passed;
    }
    let first = steps.iter().find(|step| step.replaces != Replaces::BySwarm);
    if let Some(step) = steps.iter().find(|step| step.replaces == Replaces::BySwarm) {
        return Some(
            Verdict::fail(format!(
                "`{}` stops each task before it starts its successor: no `update_config.order: start-first` says otherwise",
                step.shown
            ))
            .at(step.place.clone(), format!("`{}`", step.shown))
            .fix(remedy(service)),
        );
    }
    if let Some(step) = first {
        let why = match step.replaces {
            Replaces::Untold(why) => why,
            Replaces::ByManifests => "the manifests that it applies are not in the repository",
            Replaces::ByPlatform => "Heroku stops the old dynos first unless preboot is on, which no file says",
            _ => "nothing says how it replaces the running version",
        };
        return Some(
            Verdict::unverified(format!("`{}` deploys it, and {why}", step.shown))
                .at(step.place.clone(), format!("`{}`", step.shown)),
        );
    }
    let call = service.delivery.calls.first()?;
    Some(
        Verdict::firmly_unverified(format!("{}, in another repository", call.how))
            .at(call.place.clone(), format!("`{}`", call.shown)),
    )
}

fn remedy(service: &Service) -> &'static str {
    match service.main_route().and_then(|route| route.outermost()).map(|layer| layer.tool) {
        Some(Tool::Pm2) => "deploy with `pm2 reload` in cluster mode, which replaces the processes one after another",
        Some(Tool::Oxmgr) => "deploy with `oxmgr reload` and `wait_ready = true`",
        Some(Tool::Kubernetes) => {
            "add a `readinessProbe`, and replace with `strategy.type: RollingUpdate` and `maxUnavailable: 0`"
        }
        Some(Tool::Compose | Tool::DockerRun | Tool::Dockerfile) => {
            "replace the container with `docker rollout`, or in a swarm with `update_config.order: start-first`"
        }
        Some(Tool::Systemd) => {
            "start a second instance behind the proxy before the first stops, or pass the socket on by socket activation"
        }
        Some(Tool::Fly) => "deploy with the `rolling` or `bluegreen` strategy",
        Some(Tool::CloudFoundry) => "push with `cf push --strategy rolling`",
        _ => "start the new version and wait until it is healthy before the old one stops",
    }
}
