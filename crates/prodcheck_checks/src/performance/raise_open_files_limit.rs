//! Item 30: the limit on open files is far above 1024.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Outcome, Verdict, routes};
use prodcheck_facts::FileFacts;
use prodcheck_facts::limits_conf::OpenFilesLimit;
use prodcheck_services::{OpenFiles, Route, RouteKind, Service, Tool};
use prodcheck_source::{Place, RepoPath};

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

const REMEDIES: Remedies = Remedies {
    by_tool: &[(Tool::Systemd, "set `LimitNOFILE=65536` in the unit's `[Service]` section")],
    otherwise: "raise it where the process is started: `LimitNOFILE=65536` in the systemd unit (also in the one that starts PM2 or Oxmgr), `ulimits.nofile: 65536` in compose, `ulimit -n 65536` in the start script",
};

fn run(service: &Service) -> Verdict {
    if let Some(place) = &service.nature.serverless {
        return Verdict::not_applicable("the platform calls functions, and sets their limits")
            .at(place.clone(), "runs as functions");
    }
    routes::judge(service, |route| judge(service, route)).fix(REMEDIES.of(service))
}

/// What a command on the way sets is what the process has, whoever starts that command.
fn judge(service: &Service, route: &Route) -> Verdict {
    let set: Option<Vec<_>> = route.start.main_processes().map(|process| process.open_files.as_ref()).collect();
    if let Some(verdict) = set.and_then(|set| routes::worst(set.into_iter().map(by_command))) {
        return verdict;
    }
    let verdict = QUESTION.judge(route);
    if verdict.outcome == Outcome::Pass || route.kind == RouteKind::Platform {
        return verdict;
    }
    by_sessions(service, route).unwrap_or(verdict)
}

fn by_command((limit, place): &(Option<u64>, Place)) -> Verdict {
    let shown = limit.map_or_else(|| "ulimit -n unlimited".to_owned(), |limit| format!("ulimit -n {limit}"));
    let verdict = match limit {
        Some(limit) if *limit < ENOUGH => Verdict::fail(format!("`{shown}` is less than {ENOUGH}")),
        _ => Verdict::pass(format!("the start command says `{shown}`")),
    };
    verdict.at(place.clone(), format!("`{shown}`"))
}

/// A `limits.conf` of the repository.
fn by_sessions(service: &Service, route: &Route) -> Option<Verdict> {
    let limits = service.repository.facts.iter().flat_map(|(path, facts)| match facts {
        FileFacts::Limits(limits) => limits.iter().map(|limit| (path, limit)).collect(),
        _ => Vec::new(),
    });
    let raised = |(_, limit): &(&RepoPath, &OpenFilesLimit)| limit.limit.value >= ENOUGH;
    let (path, limit) = limits.into_iter().find(raised)?;
    let verdict = Verdict::pass(format!("`{path}` raises the limit of sessions"))
        .at(Place::new(path.clone(), limit.limit.span), "raises the limit");
    Some(match route.kind {
        RouteKind::ProcessManager | RouteKind::NpmStart => verdict,
        // Units and containers are started by no session.
        _ => verdict.warn("it holds for what a login starts, and for no unit and no container", None),
    })
}
