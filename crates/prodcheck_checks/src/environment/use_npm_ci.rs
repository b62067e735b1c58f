//! Item 16: production installs what the lock file says.

use crate::{Category, Check, Evidence, Verdict};
use prodcheck_services::{InstallScope, InstallStep, LockFile, Service};

/// The check.
pub const CHECK: Check = Check {
    id: "use-npm-ci",
    number: 16,
    category: Category::Environment,
    pass_title: "Production installs what the lock file says",
    fail_title: "Production installs may differ from the lock file",
    docs: include_str!("use_npm_ci.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let installs = &service.delivery.installs;
    let (production, tests): (Vec<&InstallStep>, Vec<&InstallStep>) =
        installs.iter().partition(|step| step.scope == InstallScope::Production);
    // Where nothing installs for production, the tests' steps decide.
    let (deciding, beside) = if production.is_empty() { (tests, Vec::new()) } else { (production, tests) };
    let Some(first) = deciding.first() else {
        return Verdict::unverified(
            "no file of the repository installs the packages: no Dockerfile, pipeline or deploy script",
        );
    };
    let unlocked: Vec<(&InstallStep, String)> = unlocked(&deciding);
    let mut verdict = match unlocked.first() {
        Some((step, why)) => {
            let mut verdict = Verdict::fail(format!("`{}` is not locked: {why}", step.shown)).fix(remedy(step));
            for (step, why) in &unlocked {
                verdict = verdict.at(step.place.clone(), format!("`{}`: {why}", step.shown)).with(caller(step));
            }
            for (step, _) in &unlocked {
                if let LockFile::Missing { name, ignored_by: Some(place) } = &step.lock_file {
                    verdict = verdict.at(place.clone(), format!("keeps `{name}` out of the repository"));
                }
            }
            verdict
        }
        None => {
            let mut verdict = Verdict::pass(format!("`{}` installs what the lock file says", first.shown));
            for step in &deciding {
                verdict = verdict.at(step.place.clone(), format!("`{}`", step.shown)).with(caller(step));
            }
            verdict
        }
    };
    for (step, why) in self::unlocked(&beside) {
        verdict = verdict.warn(
            format!("`{}` in a pipeline that only tests is not locked: {why}", step.shown),
            Some(step.place.clone()),
        );
    }
    verdict
}

/// What runs a step that stands in a script.
fn caller(step: &InstallStep) -> Option<Evidence> {
    step.called_by.clone().map(|place| Evidence::new(place, "this runs it"))
}

fn unlocked<'a>(steps: &[&'a InstallStep]) -> Vec<(&'a InstallStep, String)> {
    steps.iter().filter_map(|step| Some((*step, step.unlocked_because()?))).collect()
}

/// What mends one step.
fn remedy(step: &InstallStep) -> String {
    use prodcheck_services::Locked;
    let command = match step.manager.name() {
        "npm" => "npm ci",
        "yarn" if step.yarn_is_berry => "yarn install --immutable",
        "yarn" => "yarn install --frozen-lockfile",
        "pnpm" => "pnpm install --frozen-lockfile",
        _ => "bun install --frozen-lockfile",
    };
    match (&step.locked, &step.lock_file) {
        (_, LockFile::Missing { name, ignored_by: Some(_) }) => {
            format!("take `{name}` out of the ignore file, commit it, and install with `{command}`")
        }
        (_, LockFile::Missing { name, ignored_by: None }) => format!("commit `{name}`, and install with `{command}`"),
        (Locked::Yes(_), LockFile::NotCopied(path)) => {
            format!("copy the lock file before the install: `COPY package.json {} ./`", path.name())
        }
        (Locked::No(_), LockFile::NotCopied(path)) => {
            format!("copy `{}` into the image before, and install with `{command}`", path.name())
        }
        _ => format!("install with `{command}`"),
    }
}
