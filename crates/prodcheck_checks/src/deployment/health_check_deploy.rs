//! Item 34: the deploy waits until the service is healthy.

use crate::{Category, Check, Verdict};
use prodcheck_services::{Audience, DeployStep, Layer, Service, Setting, Tool, Verifies, Waits};
use prodcheck_source::Place;
use std::collections::BTreeMap;

/// The check.
pub const CHECK: Check = Check {
    id: "health-check-deploy",
    number: 34,
    category: Category::Deployment,
    pass_title: "The deploy waits until the service is healthy",
    fail_title: "The deploy ends before anybody knows whether the service is healthy",
    docs: include_str!("health_check_deploy.md"),
    run,
};

/// What one step of a deploy tells.
enum Told {
    /// It waits; how, where, and whether it asks only once.
    Waits(String, Place, bool),
    /// It does not.
    Not,
    /// Nobody can tell; why.
    Untold(String),
}

fn run(service: &Service) -> Verdict {
    let steps =
        service.delivery.deploys.iter().filter(|step| step.audience != Audience::Showcase && !step.only_copies());
    // The steps of one job stand for one another: `docker compose down` before `docker compose up --wait`.
    let mut groups: BTreeMap<usize, Vec<&DeployStep>> = BTreeMap::new();
    for step in steps {
        groups.entry(step.group).or_default().push(step);
    }
    let mut passed: Option<Verdict> = None;
    let mut failed: Option<Verdict> = None;
    let mut untold: Option<Verdict> = None;
    for group in groups.values() {
        let told: Vec<(&DeployStep, Told)> = group.iter().map(|step| (*step, tell(service, step))).collect();
        if let Some((how, place, once)) = told.iter().find_map(|(_, told)| match told {
            Told::Waits(how, place, once) => Some((how, place, *once)),
            _ => None,
        }) {
            let known = passed.take().unwrap_or_else(|| Verdict::pass(how.clone()));
            let known = known.at(place.clone(), how.clone());
            passed = Some(match once {
                true => known.warn(
                    "the health is asked for only once after the deploy, so a slow start fails it",
                    Some(place.clone()),
                ),
                false => known,
            });
        } else if let Some((step, why)) = told.iter().find_map(|(step, told)| match told {
            Told::Untold(why) => Some((step, why)),
            _ => None,
        }) {
            let known =
                untold.take().unwrap_or_else(|| Verdict::unverified(format!("`{}` deploys it, and {why}", step.shown)));
            untold = Some(known.at(step.place.clone(), format!("`{}`", step.shown)));
        } else if let Some((step, _)) = told.last() {
            let known = failed.take().unwrap_or_else(|| {
                Verdict::fail(format!("nothing asks after `{}` whether the new version is healthy", step.shown))
                    .fix(remedy(step))
            });
            failed = Some(known.at(step.place.clone(), format!("`{}` is not waited for", step.shown)));
        }
    }
    if let Some(verdict) = failed.or(untold).or(passed) {
        return verdict;
    }
    if let Some(call) = service.delivery.calls.first() {
        return Verdict::firmly_unverified(format!("{}, in another repository", call.how))
            .at(call.place.clone(), format!("`{}`", call.shown));
    }
    // Render and Railway wait for the path that their files name, whoever starts the deploy.
    let main = service.main_route().map(|route| route.layers.as_slice()).unwrap_or_default();
    for layer in main.iter().filter(|layer| matches!(layer.tool, Tool::Render | Tool::Railway | Tool::Kamal)) {
        if let Some((place, shown)) = declared(layer) {
            return Verdict::pass(format!("{} waits for `{shown}` before the new version serves", layer.tool.title()))
                .at(place, format!("`{shown}`"));
        }
    }
    Verdict::unverified("no deploy step in the repository")
}

fn tell(service: &Service, step: &DeployStep) -> Told {
    if let Waits::Yes(by) = step.waits {
        return Told::Waits(format!("`{}`: {by}", step.shown), step.place.clone(), false);
    }
    if let Some((verifies, place)) = &step.verified {
        let how = match verifies {
            Verifies::Polls => "its health is asked for until it answers",
            Verifies::Once => "its health is asked for",
            Verifies::Tests => "it is tested",
        };
        return Told::Waits(format!("after `{}` {how}", step.shown), place.clone(), *verifies == Verifies::Once);
    }
    match step.waits {
        Waits::Untold(why) => Told::Untold(why.to_owned()),
        Waits::WithCheck(what) => {
            let tools: &[Tool] = match step.tool {
                "fly" | "fly review app" => &[Tool::Fly],
                "render" => &[Tool::Render],
                "railway" => &[Tool::Railway],
                "PM2" => &[Tool::Pm2],
                "Oxmgr" => &[Tool::Oxmgr],
                "nomad" => &[Tool::Nomad],
                _ => &[],
            };
            let layers: Vec<&Layer> = service.routes.iter().flat_map(|route| &route.layers).collect();
            let of_tool: Vec<&&Layer> = layers.iter().filter(|layer| tools.contains(&layer.tool)).collect();
            if let Some((place, shown)) = of_tool.iter().find_map(|layer| declared(layer)) {
                return Told::Waits(format!("{what} (`{shown}`) is waited for"), place, false);
            }
            match of_tool.is_empty() && !matches!(step.tool, "PM2" | "Oxmgr") {
                true => Told::Untold(format!("whether {what} is set is only known there")),
                false => Told::Not,
            }
        }
        Waits::No | Waits::Yes(_) => Told::Not,
    }
}

/// Where a layer declares what a rollout waits for.
fn declared(layer: &Layer) -> Option<(Place, String)> {
    match &layer.rollout_waits {
        Setting::Set { value: true, place, shown, .. } => Some((place.clone(), shown.clone())),
        Setting::BuiltIn { value: true, place, by } => Some((place.clone(), by.clone())),
        _ => None,
    }
}

fn remedy(step: &DeployStep) -> &'static str {
    match step.tool {
        "kubectl" => "add `kubectl rollout status deployment/NAME --timeout=5m` after it",
        "helm" => "deploy with `helm upgrade --atomic` or `--wait`",
        "compose" | "docker" | "docker run" => {
            "start it with `docker compose up --detach --wait` and a `healthcheck`, or poll its health URL afterwards"
        }
        "amazon-ecs-deploy-task-definition" => "set `wait-for-service-stability: true`",
        "aws ecs update-service" => "add `aws ecs wait services-stable` after it",
        "fly" => "declare `[[http_service.checks]]` in `fly.toml`",
        "PM2" => "set `wait_ready: true` and call `process.send('ready')`, or poll the health URL after the reload",
        _ => "poll the health URL afterwards: `curl --fail --retry 10 --retry-all-errors https://…/health`",
    }
}
