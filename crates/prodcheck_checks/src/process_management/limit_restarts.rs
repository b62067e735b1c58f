//! Item 5: crash loops end, or back off into a state that can be alerted on.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{RestartLimit, Service, Tool};

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

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (
            Tool::Compose,
            "bound the restarts: `deploy.restart_policy` with `condition: any`, `max_attempts: 5` and `window: 60s` for the compose service",
        ),
        (Tool::Oxmgr, "set `max_restarts = 10`, or `crash_restart_limit` above 0, for the app"),
        (
            Tool::Pm2,
            "set `exp_backoff_restart_delay: 100`, or `max_restarts: 10` with `min_uptime: '10s'`, for the app",
        ),
        (Tool::Systemd, "set `StartLimitIntervalSec=120` and `StartLimitBurst=5` in the unit's `[Unit]` section"),
    ],
    otherwise: "bound the restarts: `max_restarts = 10` in Oxmgr, `max_restarts` with `min_uptime` or `exp_backoff_restart_delay` in PM2, `StartLimitBurst` with `StartLimitIntervalSec` in systemd, `deploy.restart_policy.max_attempts` in compose",
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| QUESTION.judge(route)).fix(REMEDIES.of(service))
}
