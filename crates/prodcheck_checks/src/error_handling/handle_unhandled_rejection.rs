//! Item 8: a global handler logs rejections that nothing has handled.

use super::handle_uncaught_exception::{handlers, installed, not_applicable};
use crate::process_start::{at_start, is_unreadable, with_reach};
use crate::{Category, Check, Verdict};
use prodcheck_code::process_events::Event;
use prodcheck_code::trackers::Exits;
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "handle-unhandled-rejection",
    number: 8,
    category: Category::ErrorHandling,
    pass_title: "Unhandled rejections are logged",
    fail_title: "Unhandled rejections are not logged",
    docs: include_str!("handle_unhandled_rejection.md"),
    run,
};

const FIX: &str = "register a handler before the server starts that logs: `process.on('unhandledRejection', (reason) => logger.error(reason))`, or one that throws the reason where `uncaughtException` is logged";

fn run(service: &Service) -> Verdict {
    if let Some(verdict) = not_applicable(service) {
        return verdict;
    }
    judge(service).fix(FIX)
}

fn judge(service: &Service) -> Verdict {
    let own = handlers(service, Event::UnhandledRejection);
    let recorded = own.iter().find_map(|handler| {
        let place = handler.does.logs.as_ref().or(handler.does.reports.as_ref().map(|(_, place)| place));
        place.map(|place| (handler, place))
    });
    if let Some((handler, logs)) = recorded {
        let verdict = Verdict::pass("a handler logs unhandled rejections")
            .at(handler.place.clone(), "the handler is registered here")
            .at(logs.clone(), "it logs");
        return with_reach(verdict, &handler.reach, "the handler", &handler.place);
    }
    let by_package = installed(service, Event::UnhandledRejection);
    if let Some(one) = by_package.iter().find(|one| one.does.logs && one.does.exits != Exits::Node) {
        let verdict = Verdict::pass(format!("{} records unhandled rejections", one.by))
            .at(one.place.clone(), format!("{} installs its handler", one.by));
        return with_reach(verdict, &one.reach, &one.by, &one.place);
    }
    if let Some(handler) = own.iter().find(|handler| handler.does.throws.is_some()) {
        return match logged_as_exception(service) {
            Some(place) => {
                Verdict::pass("unhandled rejections are thrown on into the handler of uncaught exceptions, which logs")
                    .at(handler.place.clone(), "throws the reason")
                    .at(place, "logs it")
            }
            None => Verdict::fail("the handler throws unhandled rejections on, and nothing logs them")
                .at(handler.place.clone(), "throws the reason"),
        };
    }
    if let Some(handler) = own.iter().find(|handler| handler.does.unfollowed.is_some()) {
        let name = handler.does.unfollowed.as_deref().unwrap_or("the handler");
        return Verdict::pass(format!("`{name}` handles unhandled rejections"))
            .at(handler.place.clone(), "the handler is registered here")
            .warn(format!("what `{name}` does could not be followed"), Some(handler.place.clone()));
    }
    if let Some(handler) = own.first() {
        let message = if handler.does.empty {
            "the handler of unhandled rejections is empty: it swallows them"
        } else {
            "the handler of unhandled rejections logs nothing"
        };
        return Verdict::fail(message).at(handler.place.clone(), "the handler is registered here");
    }
    if let Some(place) = logged_as_exception(service) {
        return Verdict::pass("unhandled rejections arrive at the handler of uncaught exceptions, which logs")
            .at(place.clone(), "logs what nothing has caught")
            .warn(
                "nothing handles `unhandledRejection` itself: since Node.js 15 it becomes an uncaught exception",
                Some(place),
            );
    }
    if let Some(one) = by_package.iter().find(|one| one.does.logs) {
        let verdict = Verdict::pass(format!("{} records unhandled rejections, and Node.js ends the process", one.by))
            .at(one.place.clone(), format!("{} looks on", one.by))
            .warn("the service itself logs nothing", Some(one.place.clone()));
        return with_reach(verdict, &one.reach, &one.by, &one.place);
    }
    let aside = service.source.process_events.handlers.iter().find(|one| one.event == Event::UnhandledRejection);
    let verdict = match aside {
        Some(handler) => Verdict::fail("the handler of unhandled rejections is not registered in production")
            .at(handler.place.clone(), "production does not come here"),
        None if is_unreadable(service) => {
            return Verdict::unverified(
                "what the process runs is not in the repository, so its handlers cannot be read",
            );
        }
        None => Verdict::fail("nothing handles `unhandledRejection`: the process dies without a log entry"),
    };
    at_start(verdict, service)
}

/// Where uncaught exceptions are logged, which rejections become where nothing handles them.
fn logged_as_exception(service: &Service) -> Option<prodcheck_source::Place> {
    let both = [Event::UncaughtException, Event::UncaughtExceptionMonitor];
    let own = both.into_iter().flat_map(|event| handlers(service, event)).find_map(|handler| {
        (handler.does.logs.is_some() || handler.does.reports.is_some()).then(|| handler.place.clone())
    });
    own.or_else(|| {
        let by_package = installed(service, Event::UncaughtException);
        by_package.iter().find(|one| one.does.logs && one.does.exits != Exits::Node).map(|one| one.place.clone())
    })
}
