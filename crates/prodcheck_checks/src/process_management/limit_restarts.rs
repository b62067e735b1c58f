//! Item 5: crash loops end, or back off into a state that can be alerted on.

use crate::layers::{Question, Scope};
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{RestartLimit, Service};

/// The check.
pub const CHECK: Check = Check {
    id: "limit-restarts",
    number: 5,
    category: Category::ProcessManagement,
    pass_title: "Crash loops end or back off visibly",
    fail_title: "A crash loop goes on unseen",
    docs: include_str!("limit_restarts.md"),
    run,
};

const QUESTION: Question<RestartLimit> = Question {
    scope: Scope::Any,
    pick: |layer| &layer.restart_limit,
    meets: |limit| *limit == RestartLimit::Limited,
    because: |limit| match limit {
        RestartLimit::Limited => String::new(),
        RestartLimit::Unlimited(why) => why.clone(),
    },
    met: "a crash loop ends or backs off into a visible state",
    unmet: "nothing ends a crash loop",
    silent: "no supervisor's file says how often a crashing process is restarted",
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| QUESTION.judge(route)).fix(
        "bound the restarts: `max_restarts = 10` in Oxmgr, `max_restarts` with `min_uptime` or `exp_backoff_restart_delay` in PM2, `StartLimitBurst` with `StartLimitIntervalSec` in systemd, `restart: on-failure:5` in compose",
    )
}
