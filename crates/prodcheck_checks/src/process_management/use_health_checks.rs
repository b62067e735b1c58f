//! Item 6: something polls the service and acts.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Verdict, routes};
use prodcheck_services::{HealthCheck, Service, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "use-health-checks",
    number: 6,
    category: Category::ProcessManagement,
    pass_title: "Something polls the service and acts",
    fail_title: "Nothing polls the service",
    docs: include_str!("use_health_checks.md"),
    run,
};

const QUESTION: Question<HealthCheck> = Question {
    scope: Scope::Any,
    pick: |layer| &layer.health_check,
    meets: |check| *check == HealthCheck::Polled,
    because: |_| String::new(),
    met: "a process that hangs is noticed",
    unmet: "nothing polls the service, so a process that hangs goes unnoticed",
    silent: "no file says what runs the image, and what would poll it",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (
            Tool::Compose,
            "poll a route that tells whether the service works: `healthcheck.test` of the compose service, or `HEALTHCHECK CMD` in the Dockerfile",
        ),
        (Tool::Oxmgr, "set `health_cmd = \"curl --fail http://localhost:3000/health\"` for the app"),
        (Tool::Kubernetes, "add `livenessProbe` and `readinessProbe` to the container"),
        (
            Tool::Systemd,
            "have something poll it and restart the unit: a timer that runs `curl --fail` on a health route, or the load balancer in front",
        ),
        (
            Tool::Pm2,
            "PM2 polls nothing: put a load balancer's health check in front, or run it by Oxmgr (`health_cmd`) or in a container with `HEALTHCHECK`",
        ),
        (Tool::Fly, "add `[[http_service.checks]]` with the `path` of a route that tells whether the service works"),
        (Tool::Render, "set `healthCheckPath: /health`"),
        (Tool::Railway, "set `healthcheckPath` of `deploy` to a route that tells whether the service works"),
        (Tool::AppEngine, "add `liveness_check` and `readiness_check` with the `path` of a health route"),
        (
            Tool::Heroku,
            "Heroku polls nothing: have a monitor outside poll a health route and restart the dynos, or run the image where it is polled",
        ),
        (Tool::DigitalOcean, "set `health_check.http_path` for the service"),
        (Tool::Ecs, "add `healthCheck` to the container's definition, or a target group with a health check"),
        (Tool::Nomad, "add a `check` to the `service` block"),
    ],
    otherwise: "poll a route that tells whether the service works: `health_cmd` in Oxmgr, `HEALTHCHECK CMD` in the Dockerfile, `healthcheck.test` in compose",
};

fn run(service: &Service) -> Verdict {
    if let Some(place) = &service.nature.serverless {
        return Verdict::not_applicable("the platform calls functions; there is no process to poll")
            .at(place.clone(), "runs as functions");
    }
    routes::judge(service, |route| QUESTION.judge(route)).fix(REMEDIES.of(service))
}
