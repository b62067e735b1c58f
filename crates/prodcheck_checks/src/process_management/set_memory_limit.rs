//! Item 3: the supervisor restarts the process before the system's out-of-memory killer does.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{MemoryLimit, Service, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "set-memory-limit",
    number: 3,
    category: Category::ProcessManagement,
    pass_title: "A memory limit restarts the process before the system runs out",
    fail_title: "No memory limit: a leak takes the machine down",
    docs: include_str!("set_memory_limit.md"),
    run,
};

const QUESTION: Question<MemoryLimit> = Question {
    scope: Scope::Any,
    pick: |layer| &layer.memory_limit,
    meets: |limit| *limit != MemoryLimit::Off,
    because: |_| "which is no limit".to_owned(),
    met: "a leak ends this process and not the machine",
    unmet: "nothing bounds the memory of the process",
    silent: "no supervisor's file says how much memory the process may take",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (Tool::Compose, "set `deploy.resources.limits.memory: 512M` (or `mem_limit: 512m`) for the compose service"),
        (Tool::Oxmgr, "set `max_memory_mb = 512` in the app's own table"),
        (Tool::Pm2, "set `max_memory_restart: '512M'` for the app"),
        (Tool::Systemd, "set `MemoryMax=512M` in the unit's `[Service]` section"),
        (Tool::Kubernetes, "set `resources.limits.memory: 512Mi` for the container"),
        (Tool::Fly, "name the machine's memory: `[[vm]]` with `memory = \"512mb\"`"),
        (Tool::Render, "name a plan: `plan: starter` for the service"),
        (Tool::Heroku, "name the dyno's size: `formation.web.size` in `app.json`"),
        (Tool::AppEngine, "name the size: `instance_class: F2`, or `resources.memory_gb` in the flexible environment"),
        (Tool::Lambda, "set `memorySize: 512` for the provider or the function"),
        (Tool::Nomad, "set `memory = 512` under `resources` of the task"),
    ],
    otherwise: "set a limit: `max_memory_mb = 512` in Oxmgr, `max_memory_restart: '512M'` in PM2, `MemoryMax=512M` in systemd, `mem_limit: 512m` in compose",
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| QUESTION.judge(route)).fix(REMEDIES.of(service))
}
