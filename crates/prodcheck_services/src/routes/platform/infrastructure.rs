//! Services that infrastructure as code keeps running: a task definition and the service around it, and what polls them.

use crate::Repository;
use crate::routes::purpose;
use prodcheck_facts::FileFacts;
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::infrastructure::{Infrastructure, Parts, Purpose, Resource, parts};
use prodcheck_facts::platform::{Deployed, Platform, Role};
use prodcheck_formats::value::Node;
use prodcheck_source::{RepoPath, Span};
use std::collections::BTreeMap;

/// The resources of one folder: Terraform takes its files for one, and of CloudFormation each file stands for itself.
type Module<'a> = Vec<(&'a RepoPath, &'a Infrastructure)>;

/// What resources keep running, each by the file that says most of it.
pub(super) fn deployed(repository: &Repository) -> Vec<(RepoPath, Platform, Deployed)> {
    let mut modules: BTreeMap<RepoPath, Module<'_>> = BTreeMap::new();
    for (path, facts) in repository.facts.iter() {
        let FileFacts::Infrastructure(file) = facts else { continue };
        if !purpose::of_file(path).is_aside() {
            let terraform = matches!(path.extension(), Some("tf" | "tofu"));
            let key = if terraform { path.parent() } else { path.clone() };
            modules.entry(key).or_default().push((path, file));
        }
    }
    modules.values().flat_map(of_module).collect()
}

fn of_module(module: &Module<'_>) -> Vec<(RepoPath, Platform, Deployed)> {
    let defaults: Vec<(String, Node)> = module.iter().flat_map(|(_, file)| file.defaults.iter().cloned()).collect();
    let all = || module.iter().flat_map(|(path, file)| file.resources.iter().map(move |resource| (*path, resource)));
    let of = |wanted: Purpose| all().filter(move |(_, resource)| resource.purpose() == Some(wanted));
    let polled = of(Purpose::HealthCheck).next();
    let services: Vec<(&RepoPath, &Resource, Parts)> =
        of(Purpose::Service).map(|(path, resource)| (path, resource, parts(resource, &defaults))).collect();
    let scaler = of(Purpose::Scaler).find_map(|(path, scaler)| Some((path, parts(scaler, &defaults).instances?)));
    let mut found = Vec::new();
    for (path, task) in of(Purpose::Task) {
        let own = parts(task, &defaults);
        let only = services.len() == 1;
        let service = services.iter().find(|(_, _, service)| match &service.runs {
            Some(name) => *name == task.name.value,
            None => only,
        });
        // A task that no service runs is one that something starts and ends.
        let Some((at, resource, service)) = service.or_else(|| services.first().filter(|_| only)) else { continue };
        let here = *at == path;
        // Where it scales by itself, its least number counts.
        let least = scaler.as_ref().filter(|_| only || service.instances.is_none());
        let instances = least
            .or(service.instances.as_ref().map(|field| (*at, field.clone())).as_ref())
            .map(|(at, field)| if *at == path { field.clone() } else { elsewhere(field, task.span) });
        let by_target = polled.filter(|_| service.balanced).map(|(polls_at, target)| Field {
            key: format!("{} {}", target.kind.value, target.name.value),
            span: if polls_at == path { target.span } else { task.span },
            value_span: task.span,
            written: String::new(),
            value: Given::Known(true),
        });
        let deployed = Deployed {
            role: if own.serves || service.balanced { Role::Web } else { Role::Worker },
            made: own.made(),
            command: own.command(),
            instances,
            health: own.health.or(by_target),
            memory: own.memory,
            user: own.user,
            environment: own.environment,
            name: own.name,
            // What a service lacks belongs to it.
            span: if here { resource.span } else { task.span },
            ..Deployed::of_span(task.span)
        };
        found.push((path.clone(), Platform::Ecs, deployed));
    }
    for (path, resource, own) in services.iter().filter(|(_, resource, _)| resource.kind.value.contains("cloud_run")) {
        let deployed = Deployed {
            made: own.made(),
            health: own.health.clone(),
            memory: own.memory.clone(),
            environment: own.environment.clone(),
            name: own.name.clone(),
            ..Deployed::of_span(resource.span)
        };
        found.push(((*path).clone(), Platform::CloudRun, deployed));
    }
    found
}

/// A field of another file, shown where its workload is declared.
fn elsewhere<T: Clone>(field: &Field<T>, span: Span) -> Field<T> {
    Field { span, value_span: span, ..field.clone() }
}
