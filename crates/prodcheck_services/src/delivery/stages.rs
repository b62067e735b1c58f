//! The stages of the product that a repository deploys to or configures, from production's point of view.

use super::chain::{Chain, Runner};
use super::names::{self, StageKind};
use super::steps::{Others, Steps};
use crate::{Repository, Service};
use prodcheck_facts::automation::TriggerKind;
use prodcheck_facts::command::EnvChange;
use prodcheck_facts::{FileFacts, folders};
use prodcheck_source::{Place, RepoPath, Span};

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name as written.
    pub name: String,
    /// What it is.
    pub kind: StageKind,
    /// What says so, as a sentence fragment: `a job's environment`.
    pub said_by: &'static str,
    /// Where.
    pub place: Place,
}

/// All stages that a repository names for a service, those of jobs first.
pub fn find(
    repository: &Repository,
    service: &Service,
    runner: &Runner<'_>,
    chains: &[&Chain],
    steps: &Steps,
    others: &Others<'_>,
) -> Vec<Stage> {
    let mut found = Vec::new();
    let mut add = |name: &str, said_by: &'static str, place: Place| {
        let kind = names::stage(name);
        if kind != StageKind::Unsaid {
            found.push(Stage { name: name.to_owned(), kind, said_by, place });
        }
    };
    for chain in chains.iter().filter(|chain| others.concerns(service, chain, None)) {
        for (name, place) in &chain.environments {
            add(name, "the environment of a job", place.clone());
        }
    }
    let deploys = steps.deploys.iter().map(|step| (&step.stages, &step.place));
    let calls = steps.calls.iter().map(|call| (&call.stages, &call.place));
    for (stages, place) in deploys.chain(calls) {
        for name in stages {
            add(name, "a deploy", place.clone());
        }
    }
    // A branch of that name that starts a deploy.
    for chain in chains {
        let ships = steps.deploys.iter().any(|step| step.place.path == chain.path);
        let pushes = chain.triggers.iter().filter(|trigger| trigger.kind == TriggerKind::Push && ships);
        for branch in pushes.flat_map(|trigger| &trigger.of).filter(|branch| names::is_strong(&branch.value)) {
            add(&branch.value, "a branch that is deployed", Place::new(chain.path.clone(), branch.span));
        }
    }
    of_managers(repository, &mut add);
    for path in repository.files.paths().filter(|path| !folders::is_foreign(path)) {
        if let Some(name) = of_file(path, service) {
            add(&name, "a file for a stage", Place::file(path.clone()));
        }
    }
    of_scripts(service, runner, &mut add);
    for layer in service.routes.iter().flat_map(|route| &route.layers) {
        let Some(file) = repository.facts.platform(&layer.place.path) else { continue };
        if let Some(previews) = file.previews {
            add("preview", "previews of the platform", Place::new(layer.place.path.clone(), previews));
        }
    }
    for (path, facts) in repository.facts.iter() {
        if let FileFacts::Platform(file) = facts
            && let Some(previews) = file.previews
            && path.parent() == service.path
        {
            add("preview", "previews of the platform", Place::new(path.clone(), previews));
        }
    }
    found
}

/// Environments of process managers' files.
fn of_managers(repository: &Repository, add: &mut dyn FnMut(&str, &'static str, Place)) {
    for (path, facts) in repository.facts.iter() {
        let place = |span: Span| Place::new(path.clone(), span);
        match facts {
            FileFacts::Pm2(file) => {
                for (name, _) in file.apps.iter().flat_map(|app| &app.environments) {
                    let name_only = name.value.strip_prefix("env_").unwrap_or(&name.value);
                    add(name_only, "an environment of PM2", place(name.span));
                }
                for deploy in &file.deploys {
                    add(&deploy.name.value, "a deploy of PM2", place(deploy.name.span));
                }
            }
            FileFacts::Oxmgr(file) => {
                for profile in file.apps.iter().flatten().flat_map(|app| &app.profiles) {
                    add(&profile.name.value, "a profile of Oxmgr", place(profile.name.span));
                }
                for deploy in &file.deploys {
                    add(&deploy.value, "a deploy of Oxmgr", place(deploy.span));
                }
            }
            _ => {}
        }
    }
}

/// Scripts of the service's package that run it with `NODE_ENV=staging`.
fn of_scripts(service: &Service, runner: &Runner<'_>, add: &mut dyn FnMut(&str, &'static str, Place)) {
    for folder in [service.path.clone(), RepoPath::root()] {
        let Some(file) = runner.package_scripts(&folder) else { continue };
        let Some(path) = folder.join("package.json") else { continue };
        for command in file.jobs.iter().flat_map(|job| &job.steps).flat_map(|step| &step.commands) {
            for change in &command.invoked.environment {
                if let EnvChange::Set(one) = change
                    && matches!(one.name.as_str(), "NODE_ENV" | "APP_ENV" | "ENV" | "NEXT_PUBLIC_ENV" | "STAGE")
                    && names::is_strong(one.value.shown())
                {
                    add(one.value.shown(), "a script's environment", Place::new(path.clone(), one.place.span));
                }
            }
        }
    }
}

/// The stage that a file configures by its name or folder.
fn of_file(path: &RepoPath, service: &Service) -> Option<String> {
    if folders::is_example(path) || folders::is_test(path) || is_documentation(path) {
        return None;
    }
    // The file of another package of the repository is that one's.
    let outside = path.parts().next().is_some_and(|first| matches!(first, "apps" | "packages" | "services" | "libs"));
    if outside && !path.is_in(&service.path) && !service.path.is_root() {
        return None;
    }
    const CONFIGURATION: &[&str] =
        &["yaml", "yml", "toml", "json", "json5", "tfvars", "env", "rb", "conf", "hcl", "tf", "ini", "config"];
    let name = path.name();
    let lower = name.to_ascii_lowercase();
    let folder = path.parent();
    let in_config =
        folder.parts().any(|part| matches!(part, "config" | "configs" | "env" | "environments" | "env-config"));
    let is_env = lower.starts_with(".env") || lower.starts_with("env.") || lower.ends_with(".env");
    let is_docker = lower.contains("dockerfile");
    let configures = match path.extension() {
        Some("js" | "ts" | "cjs" | "mjs") => in_config,
        Some(extension) => CONFIGURATION.contains(&extension) || is_env || is_docker,
        None => is_env || is_docker,
    };
    // A lock file or a catalogue of texts of that name is no stage.
    let deploys = folder.parts().any(|part| {
        matches!(
            part.to_ascii_lowercase().as_str(),
            "overlays"
                | "k8s"
                | "kubernetes"
                | "kube"
                | "deploy"
                | "deployment"
                | "deployments"
                | "helm"
                | "charts"
                | "manifests"
                | "environments"
                | "envs"
                | "env"
                | "config"
                | "configs"
                | "infra"
                | "infrastructure"
                | "terraform"
                | "ansible"
                | "inventories"
                | "inventory"
                | "group_vars"
                | "ci"
                | "argocd"
                | "gitops"
                | "helm_deploy"
                | "values"
                | "vars"
                | ".cloudgov"
                | ".platform"
                | "docker"
                | "ops"
        )
    });
    if !configures || lower.contains("lock") {
        return None;
    }
    let previews = is_named_for_deploys(&lower)
        && crate::routes::purpose::words(&lower).any(|word| matches!(word, "preview" | "previews" | "review"));
    let stem_says = (names::is_strong(&lower) || previews) && names::stage(&lower) == StageKind::Staging;
    if stem_says
        && (deploys
            || folder.is_root()
            || is_env
            || is_docker
            || is_named_for_deploys(&lower)
            || folder == service.path)
    {
        return Some(name.to_owned());
    }
    // `overlays/staging/kustomization.yaml`, `environments/preprod/main.tf`.
    let part = folder
        .parts()
        .find(|part| purpose_words(part) <= 2 && names::is_strong(part) && names::stage(part) == StageKind::Staging)?;
    deploys.then(|| part.to_owned())
}

fn purpose_words(part: &str) -> usize {
    crate::routes::purpose::words(part).count()
}

fn is_documentation(path: &RepoPath) -> bool {
    path.parts().any(|part| {
        matches!(part, "docs" | "doc" | "documentation" | "website" | "locales" | "i18n" | "lang" | "__snapshots__")
    })
}

fn is_named_for_deploys(name: &str) -> bool {
    [
        "values",
        "compose",
        "fly",
        "render",
        "app",
        "serverless",
        "ecosystem",
        "railway",
        "deploy",
        "k8s",
        "kustomization",
        "nais",
        "cloudbuild",
        "task-definition",
        "appsettings",
        "manifest",
        "vercel",
    ]
    .iter()
    .any(|start| name.contains(start))
}
