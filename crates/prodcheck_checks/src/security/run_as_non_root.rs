//! Item 22: the process never runs as root.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{Route, Service, Tool, User};

/// The check.
pub const CHECK: Check = Check {
    id: "run-as-non-root",
    number: 22,
    category: Category::Security,
    pass_title: "The process does not run as root",
    fail_title: "The process runs as root",
    docs: include_str!("run_as_non_root.md"),
    run,
};

const QUESTION: Question<User> = Question {
    scope: Scope::OutermostThatSays,
    pick: |layer| &layer.user,
    meets: |user| *user == User::Other,
    because: |_| String::new(),
    met: "the process does not run as root",
    unmet: "the process runs as root",
    silent: "no file says as which user the process runs",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (Tool::Systemd, "set `User=` to a user of its own in the unit's `[Service]` section"),
        (
            Tool::Kubernetes,
            "set `securityContext.runAsNonRoot: true` for the container, and `USER node` at the end of its Dockerfile",
        ),
    ],
    otherwise: "run it as a user of its own: `USER node` at the end of the Dockerfile, `user:` in compose, `User=` in the systemd unit, `runAsNonRoot: true` in Kubernetes",
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, judge).fix(REMEDIES.of(service))
}

/// What a command on the way changes to is what the process runs as, whoever starts that command.
fn judge(route: &Route) -> Verdict {
    let changed: Option<Vec<_>> = route.start.main_processes().map(|process| process.user.as_ref()).collect();
    let Some(changed) = changed.filter(|changed| !changed.is_empty()) else { return QUESTION.judge(route) };
    let by_process = changed.into_iter().map(|(user, place)| match user.split(':').next() {
        Some("root" | "0") => Verdict::fail(format!("the process runs as root: the start command changes to `{user}`"))
            .at(place.clone(), format!("changes to `{user}`")),
        _ => Verdict::pass(format!("the start command changes to the user `{user}`"))
            .at(place.clone(), format!("changes to `{user}`")),
    });
    routes::worst(by_process).unwrap_or_else(|| QUESTION.judge(route))
}
