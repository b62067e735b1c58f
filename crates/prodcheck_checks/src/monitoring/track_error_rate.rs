//! Item 41: error rates, not just uptime.

use crate::alerts::{alerts, watches_errors};
use crate::process_start::with_reach;
use crate::{Category, Check, Verdict};
use prodcheck_code::Reach;
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "track-error-rate",
    number: 41,
    category: Category::Monitoring,
    pass_title: "Errors and their rate are tracked",
    fail_title: "Errors and their rate are not tracked",
    docs: include_str!("track_error_rate.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let trackers = &service.source.trackers;
    let rule = alerts(service).into_iter().find(|(_, expression)| watches_errors(expression));
    // What needs nothing from outside comes before what a credential switches on, and the whole rate before a part of it.
    let best = trackers.errors.iter().min_by_key(|record| (record.lacks.is_some(), record.reach != Reach::Yes));
    let Some(record) = best else {
        if let Some((place, _)) = rule {
            return Verdict::pass("an alert rule watches failed responses").at(place, "the alert rule");
        }
        let off = trackers.off.iter().find(|off| !off.of_memory);
        return match off {
            Some(off) => Verdict::unverified(format!(
                "{} {}; who else counts errors is not in the repository",
                off.title, off.why
            ))
            .at(off.place.clone(), off.title.clone()),
            None => Verdict::unverified(
                "no error tracker, agent or metric of responses is started in the repository's code; a vendor or the platform may watch",
            ),
        };
    };
    let mut verdict =
        Verdict::pass(format!("{} records errors", record.title)).at(record.place.clone(), record.title.clone());
    for other in trackers.errors.iter().take(4) {
        verdict = verdict.at(other.place.clone(), other.title.clone());
    }
    verdict = with_reach(verdict, &record.reach, &record.title, &record.place);
    if let Some(lacks) = &record.lacks {
        verdict = verdict.warn(lacks.clone(), Some(record.place.clone()));
    }
    match rule {
        Some((place, _)) => verdict.at(place, "the alert rule"),
        None => verdict,
    }
}
