//! Item 7: a handler of uncaught exceptions logs, then exits.

use crate::process_start::{at_start, is_unreadable, only_command, with_reach};
use crate::{Category, Check, Verdict};
use prodcheck_code::process_events::{Event, Handler, Installed};
use prodcheck_code::trackers::Exits;
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "handle-uncaught-exception",
    number: 7,
    category: Category::ErrorHandling,
    pass_title: "Uncaught exceptions are logged, and end the process",
    fail_title: "Uncaught exceptions are not logged, or do not end the process",
    docs: include_str!("handle_uncaught_exception.md"),
    run,
};

const FIX: &str = "register a handler before the server starts that logs and ends the process: `process.on('uncaughtException', (error) => { logger.fatal(error); process.exit(1) })`";

fn run(service: &Service) -> Verdict {
    if let Some(verdict) = not_applicable(service) {
        return verdict;
    }
    judge(service).fix(FIX)
}

/// Where there is no process of the service's own: functions, and a framework's command without a hook that holds code.
pub fn not_applicable(service: &Service) -> Option<Verdict> {
    if let Some(place) = &service.nature.serverless {
        let verdict = Verdict::not_applicable("the platform runs the functions and takes their exceptions");
        return Some(verdict.at(place.clone(), "runs as functions"));
    }
    let events = &service.source.process_events;
    let command = only_command(service)?;
    let own = !service.source.startup.hooks.is_empty()
        || events.handlers.iter().any(|handler| handler.reach.is_reached())
        || !events.installed.is_empty();
    if own {
        return None;
    }
    if service.source.shutdown.drains(&command.name, &command.subcommand).is_some_and(|known| known.catches) {
        let verdict = Verdict::pass(format!("{} logs what nothing has caught, and ends the process", command.shown));
        return Some(verdict.at(command.place, command.shown));
    }
    let message = format!("{} is the process, and no start-up hook holds code of the repository", command.shown);
    Some(Verdict::not_applicable(message).at(command.place, command.shown))
}

/// The handlers of an event that production registers.
pub fn handlers(service: &Service, event: Event) -> Vec<&Handler> {
    let all = service.source.process_events.handlers.iter();
    all.filter(|handler| handler.event == event && handler.reach.is_reached()).collect()
}

/// What packages install for an event.
pub fn installed(service: &Service, event: Event) -> Vec<&Installed> {
    service.source.process_events.installed.iter().filter(|one| one.event == event).collect()
}

fn judge(service: &Service) -> Verdict {
    let own = handlers(service, Event::UncaughtException);
    let installed = installed(service, Event::UncaughtException);
    if !own.is_empty() {
        return of_own(&own, &installed);
    }
    let ending = installed.iter().find(|one| matches!(one.does.exits, Exits::Always | Exits::Alone) && one.does.logs);
    if let Some(one) = ending {
        let verdict = Verdict::pass(format!("{} records uncaught exceptions and ends the process", one.by))
            .at(one.place.clone(), format!("{} installs its handler", one.by));
        return with_reach(verdict, &one.reach, &one.by, &one.place);
    }
    let recording = installed.iter().find(|one| one.does.exits == Exits::Node && one.does.logs);
    if let Some(one) = recording {
        let verdict = Verdict::pass(format!("{} records uncaught exceptions, and Node.js ends the process", one.by))
            .at(one.place.clone(), format!("{} looks on", one.by))
            .warn("the service itself logs nothing when it dies", Some(one.place.clone()));
        return with_reach(verdict, &one.reach, &one.by, &one.place);
    }
    for monitor in handlers(service, Event::UncaughtExceptionMonitor) {
        let records = monitor.does.logs.is_some() || monitor.does.reports.is_some();
        if records {
            return Verdict::pass("a monitor records uncaught exceptions, and Node.js ends the process")
                .at(monitor.place.clone(), "records the exception")
                .warn("a monitor cannot close anything before the process ends", Some(monitor.place.clone()));
        }
    }
    if let Some(one) = installed.iter().find(|one| one.does.exits == Exits::Never) {
        return Verdict::fail(format!(
            "{} takes uncaught exceptions, and the process goes on in an unknown state",
            one.by
        ))
        .at(one.place.clone(), "handles the exception and does not exit");
    }
    let aside = service.source.process_events.handlers.iter().find(|one| one.event == Event::UncaughtException);
    let verdict = match aside {
        Some(handler) => Verdict::fail("the handler of uncaught exceptions is not registered in production")
            .at(handler.place.clone(), "production does not come here"),
        None if is_unreadable(service) => {
            return Verdict::unverified(
                "what the process runs is not in the repository, so its handlers cannot be read",
            );
        }
        None => Verdict::fail("nothing handles `uncaughtException`: the process dies without a log entry"),
    };
    at_start(verdict, service)
}

/// Several handlers all run, one after the other.
fn of_own(own: &[&Handler], installed: &[&Installed]) -> Verdict {
    let logs = own.iter().find(|handler| handler.does.logs.is_some() || handler.does.reports.is_some());
    let ends = own.iter().find(|handler| handler.does.ends.is_some() || handler.does.throws.is_some());
    let unfollowed = own.iter().find_map(|handler| handler.does.unfollowed.as_ref().map(|name| (handler, name)));
    let logged_by = installed.iter().find(|one| one.does.logs);
    let ended_by = installed.iter().find(|one| one.does.exits == Exits::Always);
    let first = logs.or(ends).or(own.first());
    let Some(first) = first else { return Verdict::fail("nothing handles `uncaughtException`") };
    let registered = |verdict: Verdict| {
        let mut verdict = verdict.at(first.place.clone(), "the handler is registered here");
        for place in [&first.does.logs, &ends.and_then(|handler| handler.does.ends.clone())].into_iter().flatten() {
            verdict = verdict.at(
                place.clone(),
                if Some(place) == first.does.logs.as_ref() { "it logs" } else { "it ends the process" },
            );
        }
        with_reach(verdict, &first.reach, "the handler", &first.place)
    };
    match (logs.is_some() || logged_by.is_some(), ends.is_some() || ended_by.is_some(), unfollowed) {
        (true, true, _) => {
            let verdict = registered(Verdict::pass("the handler of uncaught exceptions logs, and ends the process"));
            let cut = own.iter().find_map(|handler| handler.does.cuts_off.as_ref());
            match cut {
                Some((what, place)) => verdict.warn(
                    format!("the process ends right after {what}, so the record can be lost: wait until it is written"),
                    Some(place.clone()),
                ),
                None => verdict,
            }
        }
        (true, false, Some((handler, name))) => registered(Verdict::pass(format!(
            "the handler of uncaught exceptions logs, and leaves the rest to `{name}`"
        )))
        .warn(format!("what `{name}` does could not be followed"), Some(handler.place.clone())),
        (true, false, None) => registered(Verdict::fail(
            "the handler of uncaught exceptions logs and lets the process run on in an unknown state",
        )),
        (false, true, _) => {
            registered(Verdict::fail("the handler of uncaught exceptions ends the process and logs nothing"))
        }
        (false, false, Some((handler, name))) if handler.does.ends.is_none() && !handler.does.empty => {
            registered(Verdict::pass(format!("`{name}` handles uncaught exceptions")))
                .warn(format!("what `{name}` does could not be followed"), Some(handler.place.clone()))
        }
        (false, false, _) if first.does.empty => registered(Verdict::fail(
            "the handler of uncaught exceptions is empty: the process runs on in an unknown state",
        )),
        (false, false, _) => registered(Verdict::fail("the handler of uncaught exceptions neither logs nor exits")),
    }
}
