//! Item 19: no passwords, tokens or personal data in logs.

use crate::{Category, Check, Verdict};
use prodcheck_code::logging::{Disclosure, KeptBack, What};
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "no-sensitive-logging",
    number: 19,
    category: Category::Logging,
    pass_title: "No secrets or personal data in logs",
    fail_title: "Secrets or personal data go to the log",
    docs: include_str!("no_sensitive_logging.md"),
    run,
};

const FIX: &str = "log what identifies the case (an id, a count, whether something is set) instead of the value, or have the logger leave it out, as with pino's `redact`";

fn run(service: &Service) -> Verdict {
    let found = &service.source.logging.disclosures;
    if service.source.modules == 0 {
        return Verdict::unverified("no server code could be read");
    }
    let written: Vec<&Disclosure> = found.iter().filter(|one| one.what.is_grave() && one.kept_back.is_none()).collect();
    let redacted = found.iter().find(|one| one.kept_back == Some(KeptBack::Redacted));
    let verdict = match written.as_slice() {
        [] => match redacted {
            Some(one) => Verdict::pass("the logger leaves out what must not be in the log")
                .at(one.place.clone(), format!("{} is left out", described(one))),
            None => {
                let logging = &service.source.logging;
                let loggers = logging.loggers.iter().map(|logger| &logger.place).take(2);
                let verdict = Verdict::pass("no log call is given a secret");
                loggers
                    .map(|place| (place, "what is given to this logger"))
                    .chain(logging.first_calls.iter().map(|place| (place, "one of the log calls")))
                    .fold(verdict, |verdict, (place, shown)| verdict.at(place.clone(), shown))
            }
        },
        [one] => Verdict::fail(format!("a log call is given {}", described(one))).fix(FIX),
        [first, ..] => {
            Verdict::fail(format!("{} log calls are given secrets, the first one {}", written.len(), described(first)))
                .fix(FIX)
        }
    };
    let verdict = verdict.with(
        written
            .iter()
            .map(|one| crate::Evidence::new(one.place.clone(), format!("{} goes to the log", described(one)))),
    );
    with_warnings(verdict, found)
}

fn with_warnings(mut verdict: Verdict, found: &[Disclosure]) -> Verdict {
    for one in found.iter().filter(|one| one.what.is_grave()) {
        let because = match one.kept_back {
            Some(KeptBack::Unreached) => "a log call that production does not come to is given",
            Some(KeptBack::BelowLevel) => "a log call below the level of production is given",
            Some(KeptBack::Redacted) | None => continue,
        };
        verdict = verdict.warn(format!("{because} {}", described(one)), Some(one.place.clone()));
    }
    for (what, text) in [
        (What::Personal, "personal data goes to the log"),
        (What::Link, "a link that may hold a one-time token goes to the log"),
    ] {
        let places: Vec<&Disclosure> = found.iter().filter(|one| one.what == what && one.kept_back.is_none()).collect();
        if let Some(first) = places.first() {
            let more = if places.len() > 1 { format!(", and {} more", places.len() - 1) } else { String::new() };
            verdict = verdict.warn(format!("{text}: `{}`{more}", first.shown), Some(first.place.clone()));
        }
    }
    verdict
}

/// What is logged, as a sentence's object.
fn described(one: &Disclosure) -> String {
    let shown = &one.shown;
    match &one.what {
        What::Secret | What::Link | What::Personal => format!("`{shown}`"),
        What::Body => format!("a whole request body, `{shown}`"),
        What::Headers => format!("all request headers, `{shown}`"),
        What::Session => format!("a login session, `{shown}`"),
        What::User => format!("a whole user, `{shown}`"),
        What::Environment => "all environment variables, `process.env`".to_owned(),
        What::Payload(secret) => format!("a whole message, `{shown}`, into which the service puts `{secret}`"),
        What::MorganToken => format!("`{shown}` by morgan"),
    }
}
