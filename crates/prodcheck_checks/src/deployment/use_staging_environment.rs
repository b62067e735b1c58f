//! Item 36: a stage before production.

use crate::{Category, Check, Verdict};
use prodcheck_services::{Audience, Service, Stage, StageKind};

/// The check.
pub const CHECK: Check = Check {
    id: "use-staging-environment",
    number: 36,
    category: Category::Deployment,
    pass_title: "There is a stage before production",
    fail_title: "What is deployed goes straight to production",
    docs: include_str!("use_staging_environment.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let delivery = &service.delivery;
    let of = |kind: StageKind| -> Vec<&Stage> { delivery.stages.iter().filter(|stage| stage.kind == kind).collect() };
    let staging = of(StageKind::Staging);
    if let Some(first) = staging.first() {
        return passed(
            Verdict::pass(format!("`{}` is a stage before production: {}", first.name, first.said_by)),
            &staging,
        );
    }
    // A demonstration beside production is a stage; alone it is only a showcase.
    let production = of(StageKind::Production);
    let shows = of(StageKind::Showcase);
    if let (Some(first), false) = (shows.first(), production.is_empty()) {
        return passed(
            Verdict::pass(format!("`{}` is a stage beside production: {}", first.name, first.said_by)),
            &shows,
        );
    }
    let develops: Vec<&Stage> = of(StageKind::Development)
        .into_iter()
        .filter(|stage| stage.said_by == "the environment of a job" || stage.said_by == "a deploy")
        .collect();
    if let (Some(first), false) = (develops.first(), production.is_empty()) {
        let verdict = Verdict::pass(format!("`{}` is deployed before production: {}", first.name, first.said_by));
        return passed(verdict, &develops)
            .warn("the stage before production is the developers' own", Some(first.place.clone()));
    }
    let operated = delivery.deploys.iter().filter(|step| step.audience == Audience::Operators);
    let named = delivery.calls.iter().filter(|call| !call.stages.is_empty());
    let deploys: Vec<_> =
        operated.map(|step| (&step.shown, &step.place)).chain(named.map(|call| (&call.shown, &call.place))).collect();
    let Some((shown, _)) = deploys.first() else {
        return Verdict::unverified(match delivery.deploys.first().map(|step| step.audience) {
            Some(Audience::SelfHosters) => {
                "the scripts update installations of others, which have stages of their own or not"
            }
            Some(Audience::Showcase) => "only a public showcase is deployed",
            _ => "no pipeline or script in the repository deploys, so nobody can tell what it passes before production",
        });
    };
    let one = production.first().map_or_else(|| "one environment".to_owned(), |stage| format!("only `{}`", stage.name));
    let verdict = Verdict::fail(format!("`{shown}` deploys to {one}, and no file names a stage before it"))
        .fix("deploy to a `staging` environment first, by a job of its own or a preview of each pull request");
    deploys.iter().fold(verdict, |verdict, (shown, place)| verdict.at((*place).clone(), format!("`{shown}`")))
}

fn passed(verdict: Verdict, stages: &[&Stage]) -> Verdict {
    stages
        .iter()
        .take(10)
        .fold(verdict, |verdict, stage| verdict.at(stage.place.clone(), format!("`{}`: {}", stage.name, stage.said_by)))
}
