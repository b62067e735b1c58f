//! Item 4: the service starts again when the server reboots.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{Service, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "configure-boot-persistence",
    number: 4,
    category: Category::ProcessManagement,
    pass_title: "The service starts again when the server reboots",
    fail_title: "The service stays down after a reboot",
    docs: include_str!("configure_boot_persistence.md"),
    run,
};

const QUESTION: Question<bool> = Question {
    scope: Scope::Outermost,
    pick: |layer| &layer.boot,
    meets: |starts| *starts,
    because: |_| String::new(),
    met: "the service comes back after a reboot",
    unmet: "the service stays down after a reboot",
    silent: "no file or script says what starts the service when the server boots",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (Tool::Compose, "set `restart: unless-stopped` for the compose service"),
        (
            Tool::Systemd,
            "add `[Install]` with `WantedBy=multi-user.target` to the unit, and run `systemctl enable` once",
        ),
        (Tool::Oxmgr, "run `oxmgr service install --system systemd` in the script that provisions the server"),
        (Tool::Pm2, "run `pm2 startup` and `pm2 save` in the script that provisions the server"),
        (Tool::Kubernetes, "run it as a Deployment in place of a bare Pod"),
    ],
    otherwise: "make it start at boot: `restart: unless-stopped` in compose, `[Install] WantedBy=multi-user.target` in the systemd unit, `oxmgr service install` or `pm2 startup` and `pm2 save` in the provisioning script",
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| QUESTION.judge(route)).fix(REMEDIES.of(service))
}
