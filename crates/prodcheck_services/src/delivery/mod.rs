//! How a service is delivered: what pipelines, scripts and Dockerfiles install, deploy, verify and publish.

mod actions;
mod chain;
mod deed;
mod ignored;
mod image;
mod inputs;
mod install;
mod names;
mod stages;
mod steps;
mod tools;

pub use deed::{Replaces, Verifies, Waits};
pub use install::{InstallScope, InstallStep, LockFile, Locked};
pub use names::StageKind;
pub use stages::Stage;
pub use steps::{Audience, CallElsewhere, DeployStep, PublishStep};

use crate::routes::purpose::Purpose;
use crate::{Repository, Route, RouteKind, Service};
use chain::{Chain, Runner};
use deed::Deed;
use prodcheck_facts::automation::{AutomationTool, TriggerKind, of_text};
use prodcheck_facts::kubernetes::Object;
use prodcheck_facts::{FileFacts, folders};
use prodcheck_program::workspaces::Workspaces;
use prodcheck_source::{FileState, Place, RepoPath};
use std::collections::BTreeSet;
use steps::{Others, Told};

/// How one service is delivered.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// The installs of whole projects, those for production first.
    pub installs: Vec<InstallStep>,
    /// What replaces the running service.
    pub deploys: Vec<DeployStep>,
    /// What is published.
    pub publishes: Vec<PublishStep>,
    /// Calls of pipelines elsewhere that are there to deploy.
    pub calls: Vec<CallElsewhere>,
    /// The stages of the product that are deployed or configured.
    pub stages: Vec<Stage>,
    /// What deploys by itself or on a word: `deploy` of a process manager's file, what a cluster takes from git.
    pub automations: Vec<(String, Place)>,
    /// The jobs of pipelines that are no deploys: where a deploy would belong.
    pub jobs: Vec<Place>,
}

/// The files to read besides those that have facts: what tells whether a lock file is kept out.
pub fn wanted(repository: &Repository) -> Vec<RepoPath> {
    let is_wanted = |path: &&RepoPath| {
        matches!(path.name(), ".gitignore" | ".dockerignore" | ".yarnrc")
            && matches!(repository.files.get(path), Some(FileState::Listed))
    };
    let mut wanted: Vec<RepoPath> = repository.files.paths().filter(is_wanted).cloned().collect();
    let listed = |path: &RepoPath| matches!(repository.files.get(path), Some(FileState::Listed));
    for (path, file) in repository.facts.automation_files() {
        for include in &file.includes {
            let name = include.value.trim_start_matches('/');
            wanted.extend(RepoPath::root().join(name).or_else(|| path.parent().join(name)).filter(listed));
        }
    }
    wanted
}

/// What runs commands in a repository, followed once for all of its services.
pub struct Deliveries<'a> {
    repository: &'a Repository,
    workspaces: &'a Workspaces,
    runner: Runner<'a>,
    chains: Vec<(Chain, Told)>,
    /// The files of pipelines that deploy or publish something.
    ships: BTreeSet<RepoPath>,
}

impl<'a> Deliveries<'a> {
    /// Follows every pipeline, and every script that is a deploy by its name or content and that nothing else calls.
    pub fn of(repository: &'a Repository, workspaces: &'a Workspaces) -> Self {
        let runner = Runner::new(repository, workspaces);
        let mut chains = Vec::new();
        let files = || repository.facts.automation_files();
        for (path, file) in files().filter(|(_, file)| file.tool.is_pipeline()) {
            if file.tool == AutomationTool::GitHubAction {
                continue;
            }
            chains.extend(file.jobs.iter().map(|job| runner.chain(path, file, job)));
        }
        for (path, file) in files().filter(|(_, file)| !file.tool.is_pipeline()) {
            for job in file.jobs.iter().filter(|job| !runner.is_called(path, &job.id.value)) {
                if names::is_deploy_root(path, file.tool, &job.id.value) {
                    chains.push(runner.chain(path, file, job));
                } else if file.tool == AutomationTool::Shell && names::may_update(path) {
                    let chain = runner.chain(path, file, job);
                    if steps::pulls_and_restarts(&chain) {
                        chains.push(chain);
                    }
                }
            }
        }
        chains.extend(manager_deploys(repository, &runner));
        for folder in workspaces.folders() {
            let Some(file) = runner.package_scripts(folder) else { continue };
            let Some(path) = folder.join("package.json") else { continue };
            for job in file.jobs.iter().filter(|job| names::is_deploy_root(&path, file.tool, &job.id.value)) {
                if !runner.is_called(&path, &job.id.value) {
                    chains.push(runner.chain(&path, &file, job));
                }
            }
        }
        // What another file calls is told there, unless something else starts its file too.
        let alone = |chain: &Chain| chain.triggers.iter().any(|one| one.kind != TriggerKind::Called);
        chains.retain(|chain| !runner.is_called(&chain.path, &chain.id) || alone(chain));
        let chains: Vec<(Chain, Told)> = chains
            .into_iter()
            .map(|chain| {
                let told = steps::told(&chain);
                (chain, told)
            })
            .collect();
        let ships = chains.iter().filter(|(_, told)| {
            told.deeds
                .iter()
                .any(|(_, deed)| matches!(deed, Deed::Publishes(_) | Deed::CallsDeploy | Deed::WritesElsewhere))
                || told.deeds.iter().any(|(_, deed)| matches!(deed, Deed::Deploys(deploys) if deploys.everywhere))
        });
        let ships = ships.map(|(chain, _)| chain.path.clone()).collect();
        Self { repository, workspaces, runner, chains, ships }
    }

    /// What concerns one of the services.
    pub fn for_service(&self, service: &Service, all: &[(RepoPath, String)]) -> Delivery {
        let others = Others {
            services: all.iter().map(|(folder, name)| (folder, name.as_str())).collect(),
            workspaces: self.workspaces,
        };
        let steps = steps::read(service, &self.chains, &others);
        let jobs = self.chains.iter().filter(|(chain, _)| chain.tool.is_pipeline());
        let chains: Vec<&Chain> = self.chains.iter().map(|(chain, _)| chain).collect();
        let stages = stages::find(self.repository, service, &self.runner, &chains, &steps, &others);
        Delivery {
            installs: self.installs(service, &others),
            stages,
            automations: automations(self.repository),
            deploys: steps.deploys,
            publishes: steps.publishes,
            calls: steps.calls,
            jobs: jobs.map(|(chain, _)| chain.place.clone()).collect(),
        }
    }

    fn installs(&self, service: &Service, others: &Others<'_>) -> Vec<InstallStep> {
        let mut found = Vec::new();
        let repository = self.repository;
        // Of Dockerfiles that nothing but a person builds, the surest one is the product's.
        let alone = |route: &&Route| route.kind == RouteKind::Dockerfile;
        let images = service.routes.iter().filter(|route| !alone(route));
        for route in images.chain(service.routes.iter().filter(alone).take(1)) {
            let stages = image::stages_of(repository, route);
            found.extend(image::installs(repository, &self.runner, service, &stages));
        }
        for (path, span, text) in install::platform_builds(repository, service) {
            let Some(source) = install::text_of(repository, &path) else { continue };
            let commands = of_text(&path, source, span, &text);
            let acts = self.runner.acts(&path, &commands, vec![service.path.clone(), path.parent()], false);
            found.extend(acts.iter().filter_map(|act| install::of_act(repository, act, InstallScope::Production)));
        }
        found.extend(install::of_starts(repository, service));
        for (chain, _) in &self.chains {
            let ships = !chain.tool.is_pipeline() || self.ships.contains(&chain.path);
            let scope = if ships { InstallScope::Production } else { InstallScope::Tests };
            // Few acts install; whom they concern is asked of those alone.
            let steps = chain.acts.iter().filter_map(|act| Some((act, install::of_act(repository, act, scope)?)));
            let own = steps
                .filter(|(act, step)| self.installs_for(service, step) && others.concerns(service, chain, Some(act)));
            found.extend(own.map(|(_, step)| step));
        }
        found.sort_by(|a, b| (a.scope, &a.place).cmp(&(b.scope, &b.place)));
        found.dedup_by(|a, b| a.place == b.place);
        found
    }

    /// Whether an install is for a service: in its folder, in one around it, or of its workspace.
    fn installs_for(&self, service: &Service, step: &InstallStep) -> bool {
        service.path.is_in(&step.folder)
            || self.workspaces.root_of(&service.path) == self.workspaces.root_of(&step.folder)
    }
}

/// `deploy` of PM2's files: what runs on the servers afterwards, one chain an environment.
fn manager_deploys(repository: &Repository, runner: &Runner<'_>) -> Vec<Chain> {
    let mut chains = Vec::new();
    for (path, facts) in repository.facts.iter() {
        let FileFacts::Pm2(file) = facts else { continue };
        let Some(source) = repository.files.text(path) else { continue };
        for deploy in &file.deploys {
            let place = Place::new(path.clone(), deploy.name.span);
            let mut acts = Vec::new();
            for command in deploy.commands.iter().filter(|command| !command.key.contains("setup")) {
                let Some(text) = command.known() else { continue };
                let commands = of_text(path, source.text(), command.value_span, text);
                let remote = !command.key.contains("local");
                acts.extend(runner.acts(path, &commands, vec![path.parent(), RepoPath::root()], remote));
            }
            chains.push(Chain {
                path: path.clone(),
                tool: AutomationTool::Pm2Deploy,
                title: None,
                id: deploy.name.value.clone(),
                name: None,
                environments: vec![(deploy.name.value.clone(), place.clone())],
                place,
                after: BTreeSet::new(),
                triggers: Vec::new(),
                purpose: Purpose::Production,
                acts,
            });
        }
    }
    chains
}

/// What deploys without a command of a pipeline.
fn automations(repository: &Repository) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    for (path, facts) in
        repository.facts.iter().filter(|(path, _)| !folders::is_example(path) && !folders::is_test(path))
    {
        match facts {
            FileFacts::Pm2(file) => found.extend(file.deploys.iter().map(|deploy| {
                let what = format!("`pm2 deploy {}` deploys it", deploy.name.value);
                (what, Place::new(path.clone(), deploy.name.span))
            })),
            FileFacts::Oxmgr(file) => found.extend(file.deploys.iter().map(|deploy| {
                let what = format!("`oxmgr deploy {}` deploys it", deploy.value);
                (what, Place::new(path.clone(), deploy.span))
            })),
            FileFacts::Kubernetes(manifests) => {
                for manifest in manifests.iter().filter(|manifest| matches!(manifest.object, Object::Delivery(_))) {
                    let what = format!("a {} has the cluster take it from git", manifest.kind.value);
                    found.push((what, Place::new(path.clone(), manifest.kind.span)));
                }
            }
            _ => {}
        }
    }
    found
}
