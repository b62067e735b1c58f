//! Item 38: something outside asks the service whether it is there.

use crate::{Category, Check, Verdict};
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "monitor-uptime",
    number: 38,
    category: Category::Monitoring,
    pass_title: "Something outside pings the service",
    fail_title: "Nothing outside pings the service",
    docs: include_str!("monitor_uptime.md"),
    run,
};

/// How many monitors are shown.
const MOST: usize = 5;

fn run(service: &Service) -> Verdict {
    if let Some(verdict) = crate::security::use_reverse_proxy::no_http(service) {
        return verdict;
    }
    let monitors = service.uptime_monitors();
    match monitors.first() {
        Some(first) => {
            let verdict = Verdict::pass(format!("`{}` asks from outside whether the service is there", first.shown));
            monitors.iter().take(MOST).fold(verdict, |verdict, one| verdict.at(one.place.clone(), format!("`{}`", one.shown)))
        }
        None => Verdict::unverified("nothing in the repository pings the service from outside; a vendor's monitor may"),
    }
    .fix("have a monitor ask the health route every minute from another network, and keep its configuration here: Upptime, Gatus, Checkly, or a resource in Terraform")
}
