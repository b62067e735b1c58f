//! Item 20: logs cannot fill the disk.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Outcome, Verdict, routes};
use prodcheck_services::{LogRotation, Route, Service, SetUp, Setting, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "configure-log-rotation",
    number: 20,
    category: Category::Logging,
    pass_title: "Logs are rotated, capped or shipped",
    fail_title: "Logs grow until the disk is full",
    docs: include_str!("configure_log_rotation.md"),
    run,
};

const QUESTION: Question<LogRotation> = Question {
    scope: Scope::Any,
    pick: |layer| &layer.log_rotation,
    meets: |rotation| *rotation == LogRotation::Rotated,
    because: |rotation| match rotation {
        LogRotation::Grows(why) => why.clone(),
        LogRotation::Rotated => String::new(),
    },
    met: "its logs cannot fill the disk",
    unmet: "nothing keeps the logs from filling the disk",
    silent: "the service logs to its standard output, and no file says what becomes of that",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (
            Tool::Compose,
            "bound the logs of the container: `logging: { options: { max-size: \"10m\", max-file: \"3\" } }`",
        ),
        (Tool::DockerRun, "bound the logs of the container: `--log-opt max-size=10m --log-opt max-file=3`"),
        (Tool::Pm2, "have the deploy script run `pm2 install pm2-logrotate`"),
        (Tool::Systemd, "leave the output to the journal: remove `StandardOutput=` and `StandardError=`"),
        (Tool::Supervisord, "bound the logs of the program: `stdout_logfile_maxbytes=10MB`"),
    ],
    otherwise: "log to the standard output and leave the rest to what runs the service, or rotate the file: `pino-roll`, `winston-daily-rotate-file`, logrotate",
};

fn run(service: &Service) -> Verdict {
    let configured = routes::judge(service, |route| judge(service, route));
    by_code(service, configured).fix(REMEDIES.of(service))
}

/// What the route's files say; where they do not rotate, what the repository sets up on the machine.
fn judge(service: &Service, route: &Route) -> Verdict {
    let verdict = QUESTION.judge(route);
    if verdict.outcome != Outcome::Fail {
        return verdict;
    }
    let grows = |tools: &[Tool]| {
        route.layers.iter().any(|layer| tools.contains(&layer.tool) && !matches!(layer.log_rotation, Setting::Silent))
    };
    let repository = &service.repository;
    let set_up = if grows(&[Tool::Compose, Tool::DockerRun]) {
        repository.docker_rotation().or_else(|| repository.logrotate(true))
    } else if grows(&[Tool::Pm2]) {
        repository.pm2_logrotate().or_else(|| repository.logrotate(false))
    } else {
        repository.logrotate(false)
    };
    match set_up {
        Some(SetUp { shown, place }) => {
            Verdict::pass(format!("`{shown}` rotates the logs on the machine")).at(place, format!("`{shown}`"))
        }
        None => verdict,
    }
}

/// What server code writes to files by itself: one that nothing rotates fails, whatever becomes of the standard output.
fn by_code(service: &Service, configured: Verdict) -> Verdict {
    let is_device = |path: &Option<String>| path.as_deref().is_some_and(|path| path.starts_with("/dev/"));
    let (files, untold): (Vec<_>, Vec<_>) = service
        .source
        .logging
        .files
        .iter()
        .filter(|file| !is_device(&file.path))
        .partition(|file| file.path.is_some() || file.rotates);
    // A path that only a setting names: without the setting there is no file.
    let configured = untold.iter().fold(configured, |verdict, file| {
        verdict.warn("where a setting names a log file, nothing rotates it", Some(file.place.clone()))
    });
    let shown = |path: &Option<String>| path.as_ref().map_or_else(|| "a file".to_owned(), |path| format!("`{path}`"));
    if let Some(file) = files.iter().find(|file| !file.rotates)
        && service.nature.serverless.is_none()
    {
        return match service.repository.logrotate(false) {
            Some(set_up) if configured.outcome != Outcome::Fail => {
                Verdict::pass(format!("`{}` is rotated by logrotate", set_up.shown))
                    .at(set_up.place, "logrotate")
                    .at(file.place.clone(), "the log file")
            }
            _ => Verdict::fail(format!("server code logs to {}, and nothing rotates it", shown(&file.path)))
                .at(file.place.clone(), "this log file only grows")
                .with(if configured.outcome == Outcome::Fail { configured.evidence } else { Vec::new() }),
        };
    }
    match (configured.outcome, files.first()) {
        (Outcome::Unverified, Some(file)) => {
            Verdict::pass(format!("server code logs to {}, and rotates it", shown(&file.path)))
                .at(file.place.clone(), "a rotated log file")
        }
        _ => configured,
    }
}
