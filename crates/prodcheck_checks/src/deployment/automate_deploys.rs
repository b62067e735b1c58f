//! Item 37: one repeatable script deploys, the same in CI and on the server.

use crate::{Category, Check, Verdict};
use prodcheck_facts::FileFacts;
use prodcheck_services::{Audience, RouteKind, Service};
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "automate-deploys",
    number: 37,
    category: Category::Deployment,
    pass_title: "A script deploys it",
    fail_title: "Nothing in the repository deploys it",
    docs: include_str!("automate_deploys.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let delivery = &service.delivery;
    let mut verdict: Option<Verdict> = None;
    let mut add = |message: String, place: &Place, shown: String| {
        let known = verdict.take().unwrap_or_else(|| Verdict::pass(message));
        verdict = Some(known.at(place.clone(), shown));
    };
    for step in delivery.deploys.iter().filter(|step| step.audience != Audience::Showcase) {
        add(format!("`{}` deploys it", step.shown), &step.place, format!("`{}`", step.shown));
        add(String::new(), &step.job, "this deploys".to_owned());
    }
    for call in &delivery.calls {
        add(call.how.clone(), &call.place, format!("`{}`", call.shown));
    }
    for (what, place) in &delivery.automations {
        add(what.clone(), place, what.clone());
    }
    let templates = platform_files(service, true);
    for (tool, place) in platform_files(service, false) {
        add(format!("{tool} builds and deploys what is pushed, by its file"), &place, format!("{tool}'s file"));
    }
    if let Some(verdict) = verdict {
        return verdict;
    }
    if let Some(publish) = delivery.publishes.first() {
        let verdict = Verdict::unverified(format!(
            "pipelines publish {}, and nothing in the repository says what deploys it",
            publish.what
        ));
        return delivery
            .publishes
            .iter()
            .fold(verdict, |verdict, step| verdict.at(step.place.clone(), format!("publishes {}", step.what)));
    }
    if let Some((tool, place)) = templates.first() {
        return Verdict::unverified(format!(
            "a template for {tool} deploys a copy on a click, and nothing says what updates it"
        ))
        .at(place.clone(), "a one-click template");
    }
    if let Some(step) = delivery.deploys.first() {
        return Verdict::unverified("only a public showcase is deployed, which is not production")
            .at(step.place.clone(), format!("`{}`", step.shown));
    }
    let place = delivery.jobs.first().cloned().or_else(|| place_of(service));
    let message = match delivery.jobs.is_empty() {
        true => "no pipeline, script or platform file deploys the service",
        false => "the pipelines build and test, and nothing deploys the service or publishes it",
    };
    let verdict = Verdict::fail(message).fix(
        "add a job that deploys by one script, such as `kubectl`, `fly deploy`, `pm2 deploy` or `ssh` with a reload",
    );
    match place {
        Some(place) => verdict.at(place, "no deploy follows here"),
        None => verdict,
    }
}

/// The files by which a platform builds what is pushed to it; or those that are templates for others' copies.
fn platform_files(service: &Service, templates: bool) -> Vec<(&'static str, Place)> {
    let repository = &service.repository;
    let is_template = |place: &Place| repository.facts.platform(&place.path).is_some_and(|file| file.template);
    let routes = service.routes.iter().filter(|route| route.kind == RouteKind::Platform);
    let layers = routes.filter_map(|route| route.outermost());
    let of_routes = layers.filter(|layer| is_template(&layer.place) == templates);
    let mut found: Vec<(&'static str, Place)> =
        of_routes.map(|layer| (layer.tool.title(), layer.place.clone())).collect();
    if templates && found.is_empty() {
        for (path, facts) in repository.facts.iter() {
            if let FileFacts::Platform(file) = facts
                && file.template
                && (path.parent() == service.path || path.parent().is_root())
            {
                found.push(("a platform", Place::file(path.clone())));
            }
        }
    }
    found
}

/// Where the service is started: the place for what is absent.
pub(super) fn place_of(service: &Service) -> Option<Place> {
    let declared = service.main_route().and_then(|route| route.outermost()).map(|layer| layer.place.clone());
    declared.or_else(|| service.entry_points.first().map(|entry| entry.named_by.clone()))
}
