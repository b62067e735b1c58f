//! Item 2: one process per CPU core, or several replicas.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{Instances, Service, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "run-multiple-instances",
    number: 2,
    category: Category::ProcessManagement,
    pass_title: "Several processes or replicas share the load",
    fail_title: "A single process serves everything",
    docs: include_str!("run_multiple_instances.md"),
    run,
};

const QUESTION: Question<Instances> = Question {
    scope: Scope::Any,
    pick: |layer| &layer.instances,
    meets: |instances| !matches!(instances, Instances::Count(0 | 1)),
    because: |_| String::new(),
    met: "several processes share the load",
    unmet: "a single process serves everything",
    silent: "no supervisor's file says how many processes run",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (
            Tool::Compose,
            "run replicas: `deploy.replicas: 2` for the compose service, without a fixed `container_name` and host port",
        ),
        (Tool::Oxmgr, "set `instances = 4`, or `cluster_mode = true` for one process a CPU core"),
        (Tool::Pm2, "set `instances: 'max'` for one process a CPU core"),
        (Tool::Systemd, "make the unit a template (`api@.service`) and enable two or more instances of it"),
        (Tool::Supervisord, "set `numprocs=4`, with `%(process_num)d` in `process_name` and in the port"),
        (Tool::Kubernetes, "set `replicas: 2`, or an autoscaler with `minReplicas: 2`"),
        (Tool::Fly, "set `min_machines_running = 2` under `[http_service]`"),
        (Tool::Render, "set `numInstances: 2` for the service"),
        (Tool::Railway, "set `numReplicas` of `deploy` to 2"),
        (Tool::Heroku, "list two dynos or more: `formation.web.quantity` in `app.json`"),
        (Tool::CloudFoundry, "set `instances: 2` for the application"),
        (Tool::DigitalOcean, "set `instance_count: 2` for the service"),
        (Tool::Nomad, "set `count = 2` for the group"),
    ],
    otherwise: "run one process a CPU core (`instances = 4` or `cluster_mode = true` in Oxmgr, `instances: 'max'` in PM2) or two and more replicas (`deploy.replicas: 2` in compose)",
};

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| QUESTION.judge(route)).fix(REMEDIES.of(service))
}
