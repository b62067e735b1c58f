//! Item 1: something restarts the process when it dies.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{Restart, Service, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "use-process-manager",
    number: 1,
    category: Category::ProcessManagement,
    pass_title: "A supervisor restarts the process when it dies",
    fail_title: "Nothing restarts the process when it dies",
    docs: include_str!("use_process_manager.md"),
    run,
};

const QUESTION: Question<Restart> = Question {
    scope: Scope::Any,
    pick: |layer| &layer.restart,
    meets: |restart| *restart == Restart::Restarts,
    because: |_| String::new(),
    met: "the process is restarted when it dies",
    unmet: "nothing restarts the process when it dies",
    silent: "no file says what runs the image",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (Tool::Compose, "give the compose service a restart policy: `restart: unless-stopped`"),
        (Tool::Oxmgr, "set `restart_policy = \"always\"` for the app"),
        (Tool::Pm2, "remove `autorestart: false`: PM2 restarts by default"),
        (Tool::Systemd, "set `Restart=always` in the unit's `[Service]` section"),
        (Tool::Supervisord, "set `autorestart=true` for the program"),
        (Tool::Kubernetes, "run it as a Deployment in place of a bare Pod"),
    ],
    otherwise: "run it under a supervisor: an `oxfile.toml` app, a PM2 ecosystem file, a systemd unit with `Restart=always`, or `restart: unless-stopped` in compose",
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| {
        let verdict = QUESTION.judge(route);
        let watcher = route.start.processes.iter().find(|process| process.watches);
        match watcher {
            Some(process) => verdict.warn(
                "the production command runs a file watcher, a development tool that restarts on changes only",
                Some(process.place.clone()),
            ),
            None => verdict,
        }
    })
    .fix(REMEDIES.of(service))
}
