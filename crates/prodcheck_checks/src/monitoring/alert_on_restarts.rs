//! Item 40: somebody is told when the service restarts again and again.

use crate::{Category, Check, Verdict};
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "alert-on-restarts",
    number: 40,
    category: Category::Monitoring,
    pass_title: "Repeated restarts alert somebody",
    fail_title: "Nobody is told of repeated restarts",
    docs: include_str!("alert_on_restarts.md"),
    run,
};

/// How many alerts are shown.
const MOST: usize = 5;

fn run(service: &Service) -> Verdict {
    let alerts = service.repository.restart_alerts();
    match alerts.first() {
        Some(first) => {
            let verdict = Verdict::pass(format!("`{}` tells somebody when processes restart or go away", first.shown));
            alerts.iter().take(MOST).fold(verdict, |verdict, one| verdict.at(one.place.clone(), format!("`{}`", one.shown)))
        }
        None => Verdict::unverified("nothing in the repository alerts on restarts; a vendor's monitor may"),
    }
    .fix("alert on more than three restarts an hour: a rule over `kube_pod_container_status_restarts_total` or `process_start_time_seconds`, `OnFailure=` in the unit, a PM2 notifier module, or a script over `oxmgr status --json`")
}
