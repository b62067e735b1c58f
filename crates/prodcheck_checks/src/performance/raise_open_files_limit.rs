//! Item 30: the limit on open files is far above 1024.

use crate::layers::{Question, Scope};
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{OpenFiles, Service};

/// The check.
pub const CHECK: Check = Check {
    id: "raise-open-files-limit",
    number: 30,
    category: Category::Performance,
    pass_title: "The limit on open files is raised",
    fail_title: "The limit on open files is the system's default",
    docs: include_str!("raise_open_files_limit.md"),
    run,
};

/// The least number of open files that counts as raised, by the checklist.
const ENOUGH: u64 = 4096;

const QUESTION: Question<OpenFiles> = Question {
    scope: Scope::Outermost,
    pick: |layer| &layer.open_files,
    meets: |limit| match limit {
        OpenFiles::Count(count) => *count >= ENOUGH,
        OpenFiles::Raised => true,
    },
    because: |_| "which is less than 4096".to_owned(),
    met: "many connections fit",
    unmet: "every connection takes a file descriptor, and the default of 1024 runs out",
    silent: "containers inherit the limit of the runtime on the host, which the repository does not show",
};

fn run(service: &Service) -> Verdict {
    if let Some(place) = &service.nature.serverless {
        return Verdict::not_applicable("the platform calls functions, and sets their limits")
            .at(place.clone(), "runs as functions");
    }
    routes::judge(service, |route| QUESTION.judge(route)).fix(
        "raise it where the process is started: `LimitNOFILE=65536` in the systemd unit (also in the one that starts PM2 or Oxmgr), `ulimits.nofile: 65536` in compose, `ulimit -n 65536` in the start script",
    )
}
