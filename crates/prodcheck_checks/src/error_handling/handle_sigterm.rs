//! Item 9: running requests are finished before the process exits.

use crate::process_start::{Command, at_start, is_unreadable, only_command, with_reach};
use crate::{Category, Check, Verdict};
use prodcheck_code::shutdown::{Closed, LibraryUse, SignalHandler};
use prodcheck_facts::command::ManagerKind;
use prodcheck_services::{ObstacleKind, Process, Route, Service, Tool};
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "handle-sigterm",
    number: 9,
    category: Category::ErrorHandling,
    pass_title: "Running requests are finished before the process exits",
    fail_title: "Running requests are cut off when the process is told to end",
    docs: include_str!("handle_sigterm.md"),
    run,
};

const FIX: &str = "on SIGTERM close the server that listens, then its clients, then exit: `process.on('SIGTERM', () => server.close(() => process.exit(0)))`; NestJS does it after `app.enableShutdownHooks()`";

/// Why a handler does not meet the item, the worst last; where several handlers do not, the least bad one is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    Ends,
    Cuts,
    Destroys,
    Aside,
    Forwards,
    Closes,
    Empty,
}

fn run(service: &Service) -> Verdict {
    if let Some(place) = &service.nature.serverless {
        return Verdict::not_applicable("the platform ends the functions after their last request")
            .at(place.clone(), "runs as functions");
    }
    let verdict = judge(service).fix(FIX);
    with_obstacles(verdict, service)
}

fn judge(service: &Service) -> Verdict {
    let shutdown = &service.source.shutdown;
    let pm2 = is_pm2_alone(service);
    let wanted: &[&str] = if pm2 { &["SIGINT", "SIGTERM"] } else { &["SIGTERM"] };
    let takes = |signals: &[String]| signals.iter().any(|signal| wanted.contains(&signal.as_str()));
    let reached = |one: &&SignalHandler| one.reach.is_reached() && takes(&one.signals);
    let own: Vec<&SignalHandler> = shutdown.handlers.iter().filter(reached).collect();
    let used = |one: &&LibraryUse| one.reach.is_reached() && takes(&one.signals);
    let libraries: Vec<&LibraryUse> = shutdown.libraries.iter().filter(used).collect();
    let warn_pm2 = |verdict: Verdict, signals: &[String], place: &Place| {
        if pm2 && !signals.iter().any(|signal| signal == "SIGINT") {
            verdict.warn("PM2 stops processes with SIGINT, which nothing handles here", Some(place.clone()))
        } else {
            verdict
        }
    };
    let mut lacking: Vec<(Lack, &SignalHandler)> = Vec::new();
    for handler in &own {
        match lack(handler, service) {
            None => {
                let verdict = passed(handler);
                return warn_pm2(
                    with_reach(verdict, &handler.reach, "the handler", &handler.place),
                    &handler.signals,
                    &handler.place,
                );
            }
            Some(why) => lacking.push((why, handler)),
        }
    }
    if let Some(library) = libraries.iter().find(|library| library.misses.is_none()) {
        let by = format!("`{}`", library.package);
        let verdict = Verdict::pass(format!("{by} closes the server before the process exits"))
            .at(library.place.clone(), format!("{by} handles the signal"));
        return warn_pm2(with_reach(verdict, &library.reach, &by, &library.place), &library.signals, &library.place);
    }
    if let Some(command) = only_command(service)
        && let Some(verdict) = drained(service, &command)
    {
        return verdict;
    }
    lacking.sort_by_key(|(why, _)| *why);
    if let Some((why, handler)) = lacking.first() {
        return failed(*why, handler, service);
    }
    if let Some(library) = libraries.first() {
        let misses = library.misses.as_deref().unwrap_or("does not close the server");
        return Verdict::fail(format!("`{}` {misses}", library.package))
            .at(library.place.clone(), format!("`{}` is set up here", library.package));
    }
    absent(service, pm2)
}

/// What a handler lacks.
fn lack(handler: &SignalHandler, service: &Service) -> Option<Lack> {
    if handler.empty {
        return Some(Lack::Empty);
    }
    if handler.destroys.is_some() {
        return Some(Lack::Destroys);
    }
    if handler.forwards().is_some() {
        return Some(Lack::Forwards);
    }
    let serves = service.nature.http.is_some();
    let closes = handler.closes_server() || (!serves && !handler.closes.is_empty());
    if !closes {
        let aside = |closed: &Closed| matches!(closed, Closed::DevelopmentServer | Closed::OtherServer);
        if handler.closes.iter().any(|one| aside(&one.what)) {
            return Some(Lack::Aside);
        }
        // What a handler hands on to something that nobody can follow may well close the server.
        let handed_on = handler.unfollowed.is_some() && handler.ends.is_none();
        return (!handed_on).then_some(Lack::Closes);
    }
    if handler.cuts.is_some() {
        return Some(Lack::Cuts);
    }
    (handler.ends.is_none() && !handler.kept_by.is_empty()).then_some(Lack::Ends)
}

fn passed(handler: &SignalHandler) -> Verdict {
    let signals = handler.signals.join(", ");
    let surely = handler.closes.iter().find(|one| one.what == Closed::Server);
    let server = surely.or_else(|| handler.closes.iter().find(|one| one.is_server()));
    let mut verdict = match (server, &handler.unfollowed) {
        (Some(closing), _) => {
            Verdict::pass(format!("{signals} closes the server (`{}`) before the process exits", closing.shown))
                .at(handler.place.clone(), "the handler is registered here")
                .at(closing.place.clone(), "it closes the server")
        }
        (None, Some(name)) if handler.closes.is_empty() => Verdict::pass(format!("{signals} is handled by `{name}`"))
            .at(handler.place.clone(), "the handler is registered here")
            .warn(format!("what `{name}` does could not be followed"), Some(handler.place.clone())),
        _ => Verdict::pass(format!("{signals} closes what the service works with before the process exits"))
            .at(handler.place.clone(), "the handler is registered here"),
    };
    for closing in &handler.closes {
        verdict = verdict.at(closing.place.clone(), format!("`{}`", closing.shown));
    }
    match &handler.ends {
        Some(ends) => verdict.at(ends.clone(), "it ends the process"),
        None => verdict,
    }
}

fn failed(why: Lack, handler: &SignalHandler, service: &Service) -> Verdict {
    let signals = handler.signals.join(", ");
    let registered = |verdict: Verdict| verdict.at(handler.place.clone(), "the handler is registered here");
    match why {
        Lack::Empty => {
            registered(Verdict::fail(format!("the handler of {signals} is empty: the process ignores the signal")))
        }
        Lack::Destroys => {
            let verdict = Verdict::fail(format!(
                "the handler of {signals} destroys open sockets before their requests are answered"
            ));
            match &handler.destroys {
                Some(place) => registered(verdict.at(place.clone(), "destroys the sockets at once")),
                None => registered(verdict),
            }
        }
        Lack::Forwards => registered(Verdict::fail(format!(
            "the handler of {signals} only passes the signal on, and the workers that get it have no handler"
        ))),
        Lack::Aside => {
            let closing =
                handler.closes.iter().find(|one| matches!(one.what, Closed::DevelopmentServer | Closed::OtherServer));
            let (shown, how) = match closing {
                Some(one) if one.what == Closed::DevelopmentServer => {
                    (one.shown.as_str(), "a server that only development starts")
                }
                Some(one) => (one.shown.as_str(), "another server than the one that listens"),
                None => ("close", "another server"),
            };
            let verdict = registered(Verdict::fail(format!("the handler of {signals} closes {how} (`{shown}`)")));
            match closing {
                Some(one) => verdict.at(one.place.clone(), "what is closed"),
                None => verdict,
            }
        }
        Lack::Closes => {
            let verdict = match &handler.ends {
                Some(place) => registered(Verdict::fail(format!(
                    "the handler of {signals} exits without closing the server: running requests are cut off"
                )))
                .at(place.clone(), "it ends the process"),
                None => registered(Verdict::fail(format!("the handler of {signals} does not close the server"))),
            };
            match crate::elsewhere::listens(service) {
                Some(place) => verdict.at(place, "the server that stays open"),
                None => verdict,
            }
        }
        Lack::Cuts => {
            let verdict = registered(Verdict::fail(format!(
                "the handler of {signals} exits while the server is still closing: running requests are cut off"
            )));
            match &handler.cuts {
                Some(place) => verdict.at(place.clone(), "exits at once"),
                None => verdict,
            }
        }
        Lack::Ends => {
            let by = handler.kept_by.first().map_or("an open connection", |keeper| keeper.by.as_str());
            let mut verdict = registered(Verdict::fail(format!(
                "the handler of {signals} closes the server and never ends the process: {by} keeps it up until it is killed"
            )));
            for keeper in handler.kept_by.iter().take(3) {
                verdict = verdict.at(keeper.place.clone(), format!("{} keeps the process up", keeper.by));
            }
            verdict
        }
    }
}

fn drained(service: &Service, command: &Command) -> Option<Verdict> {
    let known = service.source.shutdown.drains(&command.name, &command.subcommand)?;
    let by_hand = ["NEXT_MANUAL_SIG_HANDLE", "NITRO_SHUTDOWN_DISABLED"];
    let start = &service.main_route()?.start;
    if let Some(setting) = by_hand.iter().find_map(|name| start.variable(name)) {
        return Some(
            Verdict::fail(format!(
                "`{}` switches the framework's own shutdown off, and nothing takes its place",
                setting.name
            ))
            .at(setting.place.clone(), format!("`{}`", setting.name)),
        );
    }
    let _ = known.since;
    let verdict = Verdict::pass(format!("{} finishes running requests before it exits", command.shown));
    Some(verdict.at(command.place.clone(), command.shown.clone()))
}

fn absent(service: &Service, pm2: bool) -> Verdict {
    let shutdown = &service.source.shutdown;
    let term = |signals: &[String]| signals.iter().any(|signal| signal == "SIGTERM");
    if let Some(aside) = shutdown.handlers.iter().find(|one| term(&one.signals) && !one.reach.is_reached()) {
        let verdict = Verdict::fail("the handler of SIGTERM is not registered in production")
            .at(aside.place.clone(), "production does not come here");
        return at_start(verdict, service);
    }
    let other =
        shutdown.handlers.iter().find(|one| one.reach.is_reached() && one.signals.iter().any(|name| name == "SIGINT"));
    if let Some(other) = other.filter(|_| !pm2) {
        return at_start(
            Verdict::fail("only SIGINT is handled; supervisors and containers send SIGTERM")
                .at(other.place.clone(), "handles SIGINT alone"),
            service,
        );
    }
    if is_unreadable(service) {
        return Verdict::unverified("what the process runs is not in the repository, so its handlers cannot be read");
    }
    let signal = if pm2 { "SIGINT, with which PM2 stops processes" } else { "SIGTERM" };
    at_start(Verdict::fail(format!("nothing handles {signal}: running requests are cut off")), service)
}

/// Whether PM2 alone runs the service, on every route.
fn is_pm2_alone(service: &Service) -> bool {
    let of_pm2 = |route: &Route| {
        let managed = |process: &Process| {
            let manager = process.manager.and_then(|managed| route.start.managers.get(managed.manager));
            manager.is_some_and(|manager| matches!(manager.call.kind, ManagerKind::Pm2 | ManagerKind::Pm2Runtime))
        };
        let inner = route.layers.last().is_some_and(|layer| layer.tool == Tool::Pm2);
        inner || (route.start.main_processes().next().is_some() && route.start.main_processes().all(managed))
    };
    !service.routes.is_empty() && service.routes.iter().all(of_pm2)
}

/// Warns where the signal cannot reach the process.
fn with_obstacles(mut verdict: Verdict, service: &Service) -> Verdict {
    let Some(route) = service.main_route() else { return verdict };
    for process in route.start.main_processes().filter(|process| process.manager.is_none()) {
        for obstacle in &process.signals.obstacles {
            let by = match &obstacle.kind {
                ObstacleKind::ShellForm => "the shell that runs the command".to_owned(),
                ObstacleKind::Script => "the script, which starts it without `exec`,".to_owned(),
                ObstacleKind::PackageManager(name) => format!("`{name}`"),
                ObstacleKind::Wrapper(name) => format!("`{name}`"),
                ObstacleKind::Background => "running in the background".to_owned(),
            };
            verdict = verdict.warn(format!("{by} may keep SIGTERM from the process"), Some(obstacle.place.clone()));
        }
    }
    verdict
}
