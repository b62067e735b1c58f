//! Item 35: one version of Node.js, pinned in a file that everything else agrees with.

use crate::{Category, Check, Verdict};
use prodcheck_facts::node_release::{self, Status};
use prodcheck_services::{NodeSource, NodeSourceKind, NodeVersion, Service};
use prodcheck_source::{Place, RepoPath};

/// The check.
pub const CHECK: Check = Check {
    id: "pin-node-version",
    number: 35,
    category: Category::Deployment,
    pass_title: "One version of Node.js is pinned, and everything agrees with it",
    fail_title: "The version of Node.js is not pinned, or places disagree",
    docs: include_str!("pin_node_version.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let sources = service.node_sources();
    let line = node_release::recommended(&service.repository.date).map_or(24, |line| line.major);
    judge(service, &sources).fix(format!(
        "write the version that production runs into `.nvmrc`, such as `{line}`, give the Dockerfile's `FROM` and `engines` the same one, and have workflows read the file: `node-version-file: .nvmrc`"
    ))
}

/// Whether a place can be the pin: a version file, or a range in the package that allows one major line.
fn pins(source: &NodeSource) -> bool {
    match source.kind {
        NodeSourceKind::Pin => true,
        NodeSourceKind::Engines | NodeSourceKind::DevEngines => line(source).is_some(),
        NodeSourceKind::Route | NodeSourceKind::Image | NodeSourceKind::Pipeline => false,
    }
}

/// The only line that a place names.
fn line(source: &NodeSource) -> Option<u32> {
    match source.versions.as_slice() {
        [version] => version.line(),
        _ => None,
    }
}

fn judge(service: &Service, sources: &[NodeSource]) -> Verdict {
    let date = service.repository.date.as_str();
    let floats = |source: &&NodeSource| {
        pins(source)
            && source.versions.iter().any(|version| matches!(version, NodeVersion::Floating | NodeVersion::FloatingLts))
    };
    if let Some(source) = sources.iter().find(floats) {
        return Verdict::fail(format!(
            "{} says `{}`, which is another version some day",
            source.place.path, source.shown
        ))
        .at(source.place.clone(), format!("`{}` floats", source.shown));
    }
    let Some((pin, pinned)) = sources.iter().find_map(|source| Some((source, line(source).filter(|_| pins(source))?)))
    else {
        return unpinned(service, sources);
    };
    let mut verdict =
        Verdict::pass(format!("{} pins Node.js {pinned}, and nothing names another line", pin.place.path))
            .at(pin.place.clone(), format!("`{}`", pin.shown));
    for other in sources.iter().filter(|other| other.place != pin.place) {
        match agreement(other, pinned, date) {
            Agreement::Agrees => verdict = verdict.at(other.place.clone(), format!("`{}`", other.shown)),
            Agreement::Today => {
                let message = format!("`{}` is Node.js {pinned} today, and another line some day", other.shown);
                verdict = verdict.warn(message, Some(other.place.clone()));
            }
            Agreement::Differs(names) => {
                return Verdict::fail(format!(
                    "{} pins Node.js {pinned}, and {} names {names}",
                    pin.place.path, other.place.path
                ))
                .at(pin.place.clone(), format!("`{}`", pin.shown))
                .at(other.place.clone(), format!("`{}`", other.shown));
            }
            Agreement::Untold => {}
        }
    }
    warn_of_minors(verdict, pin, sources)
}

enum Agreement {
    Agrees,
    /// It floats, and is the pinned line on the day of the check.
    Today,
    /// What it names instead.
    Differs(String),
    /// Nobody can tell.
    Untold,
}

/// Whether a place agrees with the pinned line. A matrix does where one of its versions does.
fn agreement(source: &NodeSource, pinned: u32, date: &str) -> Agreement {
    let mut differing = None;
    let mut today = false;
    for version in &source.versions {
        match version {
            NodeVersion::Floating | NodeVersion::FloatingLts => match newest(version, date) {
                Some(newest) if newest == pinned => today = true,
                Some(newest) => differing = Some(format!("`{}`, which is {newest} today", source.shown)),
                None => {}
            },
            version => match version.can_be(pinned) {
                Some(true) => return Agreement::Agrees,
                Some(false) => {
                    let names = version.line().map_or_else(|| format!("`{}`", source.shown), |line| line.to_string());
                    differing = differing.or(Some(names));
                }
                None => return Agreement::Untold,
            },
        }
    }
    match (today, differing) {
        (true, _) => Agreement::Today,
        (false, Some(names)) => Agreement::Differs(names),
        (false, None) => Agreement::Untold,
    }
}

/// The line that a floating name stands for on a day.
fn newest(version: &NodeVersion, date: &str) -> Option<u32> {
    let mut lines = node_release::lines().iter().rev();
    let line = match version {
        NodeVersion::FloatingLts => lines.find(|line| line.is_supported(date)),
        _ => lines.find(|line| !matches!(line.status(date), Status::Planned | Status::EndOfLife)),
    };
    line.map(|line| line.major)
}

fn unpinned(service: &Service, sources: &[NodeSource]) -> Verdict {
    let manifest = service
        .path
        .ancestors()
        .filter_map(|folder| folder.join("package.json"))
        .find(|path| service.repository.files.contains(path));
    let engines = sources.iter().find(|source| source.kind == NodeSourceKind::Engines);
    let message = match (engines, sources.first()) {
        (Some(engines), _) => format!("no file pins Node.js: `{}` lets several lines run", engines.shown),
        (None, Some(source)) if sources.len() > 1 => {
            format!(
                "no file pins Node.js; {} and others name it, each for itself (`{}`)",
                source.place.path, source.shown
            )
        }
        (None, Some(source)) => {
            format!("no file pins Node.js; only {} names it, for itself (`{}`)", source.place.path, source.shown)
        }
        (None, None) => "no file says which Node.js the service is developed and run with".to_owned(),
    };
    let entry = || service.entry_points.first().map(|entry| entry.named_by.clone());
    let place = engines
        .map(|engines| engines.place.clone())
        .or_else(|| manifest.map(Place::file))
        .or_else(|| sources.first().map(|source| source.place.clone()))
        .or_else(entry);
    let mut verdict = Verdict::fail(message);
    verdict = verdict.at(place.unwrap_or_else(|| Place::file(RepoPath::root())), "no version is pinned");
    for source in sources {
        verdict = verdict.at(source.place.clone(), format!("`{}`", source.shown));
    }
    verdict
}

/// Warns of places that name another minor or patch version than the pin.
fn warn_of_minors(mut verdict: Verdict, pin: &NodeSource, sources: &[NodeSource]) -> Verdict {
    let rest = |source: &NodeSource| match source.versions.as_slice() {
        [NodeVersion::Named { rest, .. }] => rest.clone(),
        _ => Vec::new(),
    };
    let exact: Vec<&NodeSource> = sources
        .iter()
        .filter(|source| {
            pins(source)
                || source.kind == NodeSourceKind::Route
                || source.kind == NodeSourceKind::Image
                || source.kind == NodeSourceKind::Pipeline
        })
        .filter(|source| !rest(source).is_empty())
        .collect();
    // The pin itself may name the major version alone; then the others still should agree with one another.
    let Some(first) = exact.iter().find(|source| source.place == pin.place).or_else(|| exact.first()) else {
        return verdict;
    };
    for other in &exact {
        let differs = rest(first).iter().zip(rest(other)).any(|(a, b)| *a != b);
        if differs {
            let message = format!(
                "{} says `{}`, and {} says `{}`: the same line, and another release of it",
                first.place.path, first.shown, other.place.path, other.shown
            );
            verdict = verdict.warn(message, Some(other.place.clone()));
        }
    }
    verdict
}
