//! Item 27: production runs a Node.js line that is supported on the day of the check.

use crate::{Category, Check, Outcome, Verdict};
use prodcheck_facts::node_release::{self, Line, Status};
use prodcheck_services::{Layer, NodeSource, NodeSourceKind, NodeVersion, Route, Service, Setting};
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "use-supported-node",
    number: 27,
    category: Category::Security,
    pass_title: "Production runs a supported LTS line of Node.js",
    fail_title: "Production runs a Node.js line without support",
    docs: include_str!("use_supported_node.md"),
    run,
};

/// A version, and what names it.
struct Named<'a> {
    version: &'a NodeVersion,
    place: &'a Place,
    shown: &'a str,
}

fn run(service: &Service) -> Verdict {
    let date = service.repository.date.as_str();
    let main = service.main_route().and_then(|route| running(route));
    let mut verdict = match main.as_ref().and_then(|(_, setting)| named(setting)) {
        Some(named) => judge(&named, date, Reading::Highest),
        None => by_files(service, date, main.map(|(_, setting)| setting)),
    };
    for route in service.routes.iter().skip(1) {
        let Some((layer, named)) = running(route).and_then(|(layer, setting)| Some((layer, named(setting)?))) else {
            continue;
        };
        let other = judge(&named, date, Reading::Highest);
        match (verdict.outcome, other.outcome) {
            (Outcome::Unverified, Outcome::Pass | Outcome::Fail) => verdict = other,
            (Outcome::Pass, Outcome::Fail) => {
                let message = format!("another route ({}) does not meet it: {}", layer.tool.title(), other.message);
                verdict = verdict.warn(message, Some(named.place.clone()));
            }
            _ => {}
        }
    }
    verdict.fix(remedy(date))
}

/// What a route runs: the innermost file that says it, since an image counts more than what runs it.
fn running(route: &Route) -> Option<(&Layer, &Setting<NodeVersion>)> {
    let says = |setting: &Setting<NodeVersion>| !matches!(setting, Setting::Silent | Setting::Missing { .. });
    route.layers.iter().rev().map(|layer| (layer, &layer.node)).find(|(_, setting)| says(setting))
}

fn named(setting: &Setting<NodeVersion>) -> Option<Named<'_>> {
    match setting {
        Setting::Set { value, place, shown, .. } => Some(Named { version: value, place, shown }),
        Setting::BuiltIn { value, place, by } => Some(Named { version: value, place, shown: by }),
        _ => None,
    }
}

/// The verdict by what the repository's files say, where no route says what it runs.
fn by_files(service: &Service, date: &str, untold: Option<&Setting<NodeVersion>>) -> Verdict {
    let sources = service.node_sources();
    let of = |kind: NodeSourceKind| sources.iter().filter(move |source| source.kind == kind).collect::<Vec<_>>();
    let mut verdict = if let Some(pin) = of(NodeSourceKind::Pin).first() {
        first(pin, date, Reading::Lowest)
    } else if let Some(verdict) = pipelines(&of(NodeSourceKind::Pipeline), date) {
        verdict
    } else if let Some(engines) = of(NodeSourceKind::DevEngines).into_iter().chain(of(NodeSourceKind::Engines)).next() {
        first(engines, date, Reading::Lowest)
    } else {
        return Verdict::unverified("no file says which Node.js runs the service");
    };
    if let Some(Setting::Unknown { place, shown }) = untold {
        let message = format!("`{shown}` does not tell its Node.js, so the version for developers is judged");
        verdict = verdict.warn(message, Some(place.clone()));
    }
    verdict
}

fn first(source: &NodeSource, date: &str, reading: Reading) -> Verdict {
    match source.versions.first() {
        Some(version) => judge(&Named { version, place: &source.place, shown: &source.shown }, date, reading),
        None => Verdict::unverified("no file says which Node.js runs the service"),
    }
}

/// The verdict by what pipelines run: the best of their versions, since nobody says which of them production has.
fn pipelines(sources: &[&NodeSource], date: &str) -> Option<Verdict> {
    let all = || {
        let of = |source: &&'_ NodeSource| -> Vec<Verdict> {
            let judge =
                |version| judge(&Named { version, place: &source.place, shown: &source.shown }, date, Reading::Lowest);
            source.versions.iter().map(judge).collect()
        };
        sources.iter().flat_map(of).collect::<Vec<_>>()
    };
    let verdicts = all();
    let failed = verdicts.iter().find(|verdict| verdict.outcome == Outcome::Fail).cloned();
    let mut best = verdicts.into_iter().find(|verdict| verdict.outcome == Outcome::Pass).or_else(|| failed.clone())?;
    if let Some(failed) = failed.filter(|_| best.outcome == Outcome::Pass) {
        let place = failed.evidence.first().map(|evidence| evidence.place.clone());
        best = best.warn(format!("a pipeline also runs another line: {}", failed.message), place);
    }
    Some(best)
}

/// Which end of a range counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// The highest LTS line in it: what a platform installs.
    Highest,
    /// The lowest line in it: what the package allows to run.
    Lowest,
}

fn judge(named: &Named<'_>, date: &str, reading: Reading) -> Verdict {
    let Named { version, place, shown } = named;
    let at = |verdict: Verdict| verdict.at((*place).clone(), format!("`{shown}`"));
    match version {
        NodeVersion::Named { major, rest } => {
            let verdict = at(of_line(*major, shown, date));
            match node_release::missed_security_release(*major, rest, date) {
                Some(release) if !rest.is_empty() && verdict.outcome == Outcome::Pass => {
                    let [major, minor, patch] = release.version;
                    let missed = format!("{major}.{minor}.{patch}");
                    let message = format!("`{shown}` lacks the security release {missed} of {}", release.date);
                    verdict.warn(message, Some((*place).clone()))
                }
                _ => verdict,
            }
        }
        NodeVersion::FloatingLts => at(Verdict::pass(format!("`{shown}` is an LTS line whenever it is built")))
            .warn(format!("`{shown}` floats: it becomes another line some October"), Some((*place).clone())),
        NodeVersion::Floating => at(Verdict::fail(format!(
            "`{shown}` is whichever line is newest, which is no LTS line for half of the year"
        ))),
        NodeVersion::Unlisted => at(Verdict::unverified(format!(
            "`{shown}` installs the distribution's package, and its line is not known for this release"
        ))),
        NodeVersion::Range(_) => range(version, date, reading, shown, &at),
    }
}

fn range(version: &NodeVersion, date: &str, reading: Reading, shown: &str, at: &dyn Fn(Verdict) -> Verdict) -> Verdict {
    let Some(lowest) = version.lowest_line() else {
        return at(Verdict::unverified(format!("`{shown}` names no version of Node.js that can be read")));
    };
    let supported = node_release::lines()
        .iter()
        .rev()
        .find(|line| line.is_supported(date) && version.can_be(line.major) == Some(true));
    match (supported, reading) {
        (Some(line), Reading::Highest) => at(of_line(line.major, shown, date)),
        (None, Reading::Highest) => {
            let highest = node_release::lines().iter().rev().find(|line| version.can_be(line.major) == Some(true));
            at(of_line(highest.map_or(lowest, |line| line.major), shown, date))
        }
        (_, Reading::Lowest) => {
            let verdict = of_line(lowest, shown, date);
            match (verdict.outcome, supported) {
                // The range also lets supported lines run; what it lets run without support is the matter.
                (Outcome::Fail, Some(_)) => {
                    at(Verdict::fail(format!("`{shown}` lets lines run that have no support: from {lowest} on")))
                }
                _ => at(verdict),
            }
        }
    }
}

fn of_line(major: u32, shown: &str, date: &str) -> Verdict {
    let Some(line) = node_release::line(major) else {
        return match node_release::lines().first() {
            Some(oldest) if major < oldest.major => {
                Verdict::fail(format!("`{shown}` is Node.js {major}, which has had no support for years"))
            }
            _ => Verdict::unverified(format!(
                "`{shown}` is Node.js {major}, of which this release schedule knows nothing"
            )),
        };
    };
    let Line { end, start, .. } = line;
    match line.status(date) {
        Status::ActiveLts => {
            ends(line, Verdict::pass(format!("Node.js {major} is in Active LTS, and supported until {end}")), date)
        }
        Status::MaintenanceLts => {
            ends(line, Verdict::pass(format!("Node.js {major} is in Maintenance LTS, and supported until {end}")), date)
        }
        Status::EndOfLife => Verdict::fail(format!("Node.js {major} has had no support since {end}")),
        Status::Planned => Verdict::fail(format!("Node.js {major} is not out before {start}")),
        Status::Current => match line.lts {
            Some(lts) => Verdict::fail(format!("Node.js {major} is no LTS line before {lts}")),
            None => Verdict::fail(format!("Node.js {major} never becomes an LTS line, and ends on {end}")),
        },
    }
}

fn ends(line: &Line, verdict: Verdict, date: &str) -> Verdict {
    match line.ends_soon(date) {
        true => verdict.warn(
            format!("Node.js {} is supported until {} only, less than six months from now", line.major, line.end),
            None,
        ),
        false => verdict,
    }
}

/// The remedy names the line to move to.
fn remedy(date: &str) -> String {
    match node_release::recommended(date) {
        Some(line) => format!(
            "move to Node.js {0}, the newest LTS line: `FROM node:{0}-slim` in the Dockerfile, `{0}` in `.nvmrc`, `\"node\": \"{0}.x\"` in `engines`",
            line.major
        ),
        None => {
            "move to an LTS line of Node.js that is supported: https://nodejs.org/en/about/previous-releases".to_owned()
        }
    }
}
