//! Item 22: the process never runs as root.

use crate::layers::{Question, Scope};
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{Service, User};

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

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| QUESTION.judge(route)).fix(
        "run it as a user of its own: `USER node` at the end of the Dockerfile, `user:` in compose, `User=` in the systemd unit, `runAsNonRoot: true` in Kubernetes",
    )
}
