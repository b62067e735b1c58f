//! Item 39: heap trends are recorded, and growth alerts.

use crate::alerts::{alerts, watches_memory};
use crate::process_start::with_reach;
use crate::{Category, Check, Verdict};
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "monitor-memory",
    number: 39,
    category: Category::Monitoring,
    pass_title: "The memory of the process is recorded",
    fail_title: "The memory of the process is not recorded",
    docs: include_str!("monitor_memory.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let trackers = &service.source.trackers;
    let Some(record) = trackers.memory.first() else {
        let off = trackers.off.iter().find(|off| off.of_memory);
        return match off {
            Some(off) => Verdict::unverified(format!(
                "{} {}; who else watches the memory is not in the repository",
                off.title, off.why
            ))
            .at(off.place.clone(), off.title.clone()),
            None => Verdict::unverified(
                "nothing in the repository records the memory of the process; a vendor or the platform may",
            ),
        };
    };
    let mut verdict = Verdict::pass(format!("{} records the memory of the process", record.title));
    for record in trackers.memory.iter().take(3) {
        verdict = verdict.at(record.place.clone(), record.title.clone());
    }
    verdict = with_reach(verdict, &record.reach, &record.title, &record.place);
    match alerts(service).into_iter().find(|(_, expression)| watches_memory(expression)) {
        Some((place, _)) => verdict.at(place, "alerts on it"),
        None => verdict.warn("no alert rule in the repository watches it", None),
    }
}
