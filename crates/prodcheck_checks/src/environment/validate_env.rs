//! Item 13: the service fails fast where a variable is missing.

use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::environment::{CheckKind, EnvCheck, EnvRead, EnvUse, Environment};
use prodcheck_services::Service;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    id: "validate-env",
    number: 13,
    category: Category::Environment,
    pass_title: "The environment is checked when the service starts",
    fail_title: "Missing environment variables go unnoticed until they are used",
    docs: include_str!("validate_env.md"),
    run,
};

const FIX: &str = "check the environment where the service starts, and stop where a variable is missing: `const env = cleanEnv(process.env, { DATABASE_URL: str() })` of `envalid`, or `z.object({ DATABASE_URL: z.string().min(1) }).parse(process.env)`";

/// How many places and names a verdict shows.
const SHOWN: usize = 8;

fn run(service: &Service) -> Verdict {
    let environment = &service.source.environment;
    let effective: Vec<&EnvCheck> = environment.checks.iter().filter(|check| check.on_start && check.stops).collect();
    let missing = effective.iter().filter(|check| check.kind == CheckKind::Missing);
    let malformed = effective.iter().filter(|check| check.kind == CheckKind::Malformed);
    let checks: Vec<&&EnvCheck> = missing.chain(malformed).collect();
    if let Some(first) = checks.first() {
        return passed(environment, first, &checks);
    }
    let mut needed: Vec<&EnvRead> = environment.reads.iter().filter(|read| read.use_ == EnvUse::Needed).collect();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    needed.retain(|read| names.insert(&read.name));
    if needed.is_empty() {
        if service.source.modules == 0 {
            return Verdict::unverified("no file shows the code that runs, and what it reads of its environment");
        }
        if let Some((place, package)) = elsewhere::launched(service) {
            return Verdict::unverified(unseen(package)).at(place, format!("launches `{package}`"));
        }
        let message = match environment.reads.is_empty() {
            true => "the code reads no environment variable",
            false => "every environment variable that the code reads has a default, or is only compared",
        };
        let verdict = Verdict::not_applicable(message);
        return match environment.reads.first() {
            Some(read) => verdict.at(read.place.clone(), format!("`{}` can be missing", read.name)),
            None => verdict,
        };
    }
    failed(service, environment, &needed)
}

fn passed(environment: &Environment, first: &EnvCheck, checks: &[&&EnvCheck]) -> Verdict {
    let by = match first.by.as_str() {
        "own code" => "the code".to_owned(),
        library => format!("`{library}`"),
    };
    let message = match first.kind {
        CheckKind::Missing => {
            format!("{by} checks the environment when the service starts, and stops where it is wrong")
        }
        _ => format!("{by} rejects malformed values of the environment when the service starts"),
    };
    let mut verdict = Verdict::pass(message);
    for check in checks.iter().take(SHOWN) {
        verdict = verdict.at(check.place.clone(), "checks the environment");
        if let Some(stops) = &check.stops_at {
            verdict = verdict.at(stops.clone(), "stops the service");
        }
    }
    if first.kind == CheckKind::Malformed {
        return verdict.warn("a variable that is missing passes the check: only malformed values are rejected", None);
    }
    let asks_for_all = |check: &&&&EnvCheck| check.kind == CheckKind::Missing && check.variables.is_empty();
    if checks.iter().any(|check| asks_for_all(&check)) {
        return verdict;
    }
    let covered: BTreeSet<&str> = checks.iter().flat_map(|check| &check.variables).map(String::as_str).collect();
    let mut open: BTreeSet<&str> = BTreeSet::new();
    let mut place = None;
    for read in environment.reads.iter().filter(|read| read.use_ == EnvUse::Needed) {
        if !covered.contains(read.name.as_str()) && open.insert(&read.name) {
            place = place.or_else(|| Some(read.place.clone()));
        }
    }
    if open.is_empty() {
        return verdict;
    }
    verdict.warn(format!("{} not checked", listed(&open)), place)
}

fn failed(service: &Service, environment: &Environment, needed: &[&EnvRead]) -> Verdict {
    let names: BTreeSet<&str> = needed.iter().map(|read| read.name.as_str()).collect();
    let weak = environment.checks.iter().find(|check| check.kind == CheckKind::Missing);
    let file = environment.checks.iter().find(|check| check.kind == CheckKind::FileMissing && check.on_start);
    let mut verdict = if let Some(check) = weak.filter(|check| check.on_start && !check.stops) {
        Verdict::fail("the environment is checked, but the service goes on where the check fails")
            .at(check.place.clone(), "what is thrown here is caught, and the service starts nevertheless")
    } else if let Some(check) = file {
        Verdict::fail(format!("only the presence of an environment file is checked; {} not", listed(&names)))
            .at(check.place.clone(), "looks for the file, and not at what it holds")
    } else if let Some((place, package)) = elsewhere::launched(service) {
        return Verdict::unverified(unseen(package)).at(place, format!("launches `{package}`"));
    } else if let Some(check) = weak {
        Verdict::fail("the environment is checked only when it is used, and not when the service starts")
            .at(check.place.clone(), "runs after the service has started")
    } else {
        Verdict::fail(format!("{} read and never checked", listed(&names)))
    };
    for read in needed.iter().take(SHOWN) {
        verdict = verdict.at(read.place.clone(), format!("`{}` is used whether it is set or not", read.name));
    }
    verdict.fix(FIX)
}

fn unseen(package: &str) -> String {
    format!("the server lives inside the package `{package}`, and this repository does not show what it checks")
}

/// `` `A` and `B` are ``, the first few of them.
fn listed(names: &BTreeSet<&str>) -> String {
    let shown: Vec<String> = names.iter().take(4).map(|name| format!("`{name}`")).collect();
    match (shown.as_slice(), names.len().saturating_sub(shown.len())) {
        ([only], 0) => format!("{only} is"),
        ([first @ .., last], 0) => format!("{} and {last} are", first.join(", ")),
        (_, more) => format!("{} and {more} more are", shown.join(", ")),
    }
}
