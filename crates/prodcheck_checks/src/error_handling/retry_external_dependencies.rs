//! Item 10: connections made at start-up are retried with back-off.

use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::clients::{Dependency, Retry, table::Kind};
use prodcheck_services::{Service, Step, StepKind, Tool};
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "retry-external-dependencies",
    number: 10,
    category: Category::ErrorHandling,
    pass_title: "Connections made at start-up are retried",
    fail_title: "A dependency that is late keeps the service down",
    docs: include_str!("retry_external_dependencies.md"),
    run,
};

/// Commands that migrate a database and fail where they cannot connect: <https://www.prisma.io/docs/orm/reference/prisma-cli-reference>,
/// <https://knexjs.org/guide/migrations.html>, <https://typeorm.io/docs/migrations/executing>,
/// <https://sequelize.org/docs/v6/other-topics/migrations/>, <https://orm.drizzle.team/docs/drizzle-kit-migrate>.
const MIGRATIONS: &[(&str, &[&str])] = &[
    ("prisma", &["migrate", "db"]),
    ("knex", &["migrate:latest", "migrate:up"]),
    ("typeorm", &["migration:run"]),
    ("typeorm-ts-node-commonjs", &["migration:run"]),
    ("typeorm-ts-node-esm", &["migration:run"]),
    ("sequelize", &["db:migrate"]),
    ("sequelize-cli", &["db:migrate"]),
    ("drizzle-kit", &["migrate", "push"]),
    ("db-migrate", &["up"]),
    ("node-pg-migrate", &["up"]),
    ("mikro-orm", &["migration:up"]),
];

fn run(service: &Service) -> Verdict {
    let dependencies = &service.source.clients.startup;
    let steps = service.main_route().map_or(&[][..], |route| route.start.steps.as_slice());
    // What migrates a file waits for nobody.
    let made = &service.source.clients.made;
    let embedded = made.iter().any(|client| client.kind == Kind::Embedded)
        && !made.iter().any(|client| matches!(client.kind, Kind::Sql | Kind::Database));
    let migrations: Vec<&Step> =
        steps.iter().filter(|step| !embedded && step.kind == StepKind::Runs && is_migration(step)).collect();
    let waits: Vec<&Step> = steps.iter().filter(|step| step.kind != StepKind::Runs).collect();
    if dependencies.is_empty() && migrations.is_empty() {
        if let Some((place, package)) = elsewhere::launched(service) {
            return Verdict::firmly_unverified(format!(
                "the server lives inside the package `{package}`, and this repository does not show how it connects"
            ))
            .at(place, "starts it");
        }
        return nothing(service);
    }
    if let Some(first) = waits.first() {
        let shown = first.invoked.argv.shown();
        let mut verdict = Verdict::pass(format!("the start command waits for what the service depends on: `{shown}`"));
        for step in &waits {
            verdict = verdict.at(step.invoked.place.clone(), "waits here");
        }
        return verdict.with(dependencies.iter().map(evidence));
    }
    let offences: Vec<&Dependency> =
        dependencies.iter().filter(|one| matches!(one.retry, Retry::None | Retry::Off(..))).collect();
    let mut verdict = if let Some(first) = offences.first() {
        failed(first, offences.len(), dependencies.len() + migrations.len())
    } else if let Some(first) = migrations.first() {
        Verdict::fail(format!(
            "the start command migrates the database once, and does not try again: `{}`",
            first.invoked.argv.shown()
        ))
        .fix("wait for the database before the migration, in a loop with a delay: `until pg_isready -h \"$DB_HOST\"; do sleep 2; done`")
    } else {
        Verdict::pass(match dependencies.as_slice() {
            [one] => format!("`{}` is tried again until it connects", called(one)),
            all => format!("all {} connections that start-up makes are tried again", all.len()),
        })
    };
    for dependency in offences.iter().copied().chain(dependencies.iter().filter(|one| !is_offence(one))) {
        let known = evidence(dependency);
        if offences.is_empty() || is_offence(dependency) {
            verdict = verdict.at(known.place, known.message);
        }
        if let Retry::By(by, place) = &dependency.retry
            && offences.is_empty()
        {
            verdict = verdict.at(place.clone(), format!("{by} tries again"));
        }
        if let Some(credential) = &dependency.needs {
            verdict = verdict.warn(
                format!("`{}` is reached only where `{credential}` is set", called(dependency)),
                Some(dependency.place.clone()),
            );
        }
    }
    for step in &migrations {
        if verdict.outcome == crate::Outcome::Fail {
            verdict = verdict.at(step.invoked.place.clone(), "connects once, before the service starts");
        }
    }
    if let Some(place) = waits_for_health(service)
        && verdict.outcome == crate::Outcome::Fail
    {
        verdict = verdict.warn(
            "`depends_on` with `service_healthy` orders the first start alone: a dependency that restarts later is not waited for",
            Some(place),
        );
    }
    verdict
}

fn is_offence(dependency: &Dependency) -> bool {
    matches!(dependency.retry, Retry::None | Retry::Off(..))
}

fn failed(first: &Dependency, offences: usize, all: usize) -> Verdict {
    let call = called(first);
    let why = match &first.retry {
        Retry::Off(option, _) => format!("`{call}` gives up by its `{option}`"),
        _ => format!("start-up calls `{call}` once, and does not try again"),
    };
    let message = if offences > 1 { format!("{offences} of {all} connections: {why}") } else { why };
    Verdict::fail(message).fix(remedy(first))
}

fn remedy(dependency: &Dependency) -> &'static str {
    match (&dependency.retry, dependency.package) {
        (Retry::Off(..), _) => "let the client go on trying: leave the option out, or return a growing delay from it",
        (_, "sequelize" | "sequelize-typescript") => {
            "try again with a growing delay: `retry: { match: [/Connection/], max: 10, backoffBase: 500 }` in Sequelize's options, or `p-retry`"
        }
        (_, "amqplib") => {
            "connect by `amqp-connection-manager`, which tries again, or wrap the call: `pRetry(() => amqp.connect(url), { retries: 10 })`"
        }
        (_, "redis") => "listen to `error`, so that the client goes on trying instead of throwing",
        (_, "nats") => "set `waitOnFirstConnect: true`",
        (_, "mongoose") => "wrap the call: `pRetry(() => mongoose.connect(url), { retries: 10 })`",
        (_, "@prisma/client") => "wrap the call: `pRetry(() => prisma.$connect(), { retries: 10 })`",
        _ => "wrap the call in a retry with a growing delay, such as `pRetry(() => connect(), { retries: 10 })`",
    }
}

/// `mongoose.connect`, `new Redis`.
fn called(dependency: &Dependency) -> String {
    if dependency.call.starts_with("new ") || dependency.call == dependency.package {
        dependency.call.clone()
    } else {
        format!("{}.{}", dependency.package, dependency.call)
    }
}

fn evidence(dependency: &Dependency) -> crate::Evidence {
    let call = called(dependency);
    let message = match &dependency.retry {
        Retry::BySelf => format!("`{call}` tries again by itself"),
        Retry::By(by, _) => format!("`{call}` is tried again by {by}"),
        Retry::None => format!("`{call}` is called once"),
        Retry::Off(option, _) => format!("`{call}` gives up by its `{option}`"),
    };
    crate::Evidence::new(dependency.place.clone(), message)
}

/// Nothing external is contacted by the start.
fn nothing(service: &Service) -> Verdict {
    let lazy = service.source.clients.made.iter().filter(|client| client.kind != Kind::Embedded);
    let mut verdict = Verdict::not_applicable("start-up waits for no database, cache, broker or search engine");
    for client in lazy {
        verdict = verdict.at(client.place.clone(), format!("`{}` connects when it is first used", client.package));
    }
    verdict
}

fn is_migration(step: &Step) -> bool {
    let words: Vec<&str> = step.invoked.argv.words.iter().filter_map(|word| word.text()).collect();
    let names = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word));
    let Some(at) = names.clone().position(|name| MIGRATIONS.iter().any(|(tool, _)| *tool == name)) else {
        return false;
    };
    let tool = names.clone().nth(at).unwrap_or_default();
    let commands = MIGRATIONS.iter().find(|(name, _)| *name == tool).map_or(&[][..], |(_, commands)| commands);
    words.iter().skip(at + 1).any(|word| commands.contains(word))
}

/// A `depends_on` of the service's own compose file that waits for health.
fn waits_for_health(service: &Service) -> Option<Place> {
    let layers = service.main_route().into_iter().flat_map(|route| &route.layers);
    layers.filter(|layer| layer.tool == Tool::Compose).find_map(|layer| {
        let file = service.repository.facts.compose(&layer.place.path)?;
        let own = file.services.iter().find(|one| one.place == layer.place)?;
        let entry = own.depends_on.iter().find(|one| one.condition.as_deref() == Some("service_healthy"))?;
        Some(entry.place.clone())
    })
}
