//! What deploys from git by itself, and what it says of charts and folders of the repository.

use super::stages::stage;
use crate::Repository;
use crate::routes::purpose::Purpose;
use prodcheck_facts::FileFacts;
use prodcheck_facts::helm::{Dependency, SetValues};
use prodcheck_facts::kubernetes::{Delivery, Object};
use prodcheck_source::{Place, RepoPath, Spanned};
use std::collections::BTreeSet;

/// The deliveries of the repository's files that are not for a stage before production.
pub fn deliveries(repository: &Repository) -> Vec<(&RepoPath, Option<&Spanned<String>>, &Delivery)> {
    let mut found = Vec::new();
    for (path, facts) in repository.facts.iter() {
        let FileFacts::Kubernetes(manifests) = facts else { continue };
        for manifest in manifests {
            let Object::Delivery(delivery) = &manifest.object else { continue };
            let named = manifest.name.as_ref();
            let names = [named.map(|name| name.value.as_str()), delivery.namespace.as_deref()];
            let stages = names.into_iter().flatten().map(|name| stage(&RepoPath::new(name)));
            let late = |stage: Purpose| matches!(stage, Purpose::Staging | Purpose::Test | Purpose::Development);
            if !stages.chain([stage(path)]).any(late) {
                found.push((path, named, &**delivery));
            }
        }
    }
    found
}

/// The folders that they deploy.
pub fn folders(repository: &Repository) -> BTreeSet<RepoPath> {
    deliveries(repository).into_iter().filter_map(|(_, _, delivery)| folder(delivery)).collect()
}

fn folder(delivery: &Delivery) -> Option<RepoPath> {
    RepoPath::root().join(delivery.path.as_ref()?.value.trim_start_matches('/'))
}

/// The values files that they give to the chart of a folder.
pub fn values_of(repository: &Repository, chart: &RepoPath) -> Vec<RepoPath> {
    let of_chart = deliveries(repository).into_iter().filter(|(_, _, one)| folder(one).as_ref() == Some(chart));
    let files = of_chart.flat_map(|(_, _, delivery)| &delivery.values);
    // `$values/…` is a path of another source, most often of this very repository.
    let resolve = |file: &Spanned<String>| match file.value.split_once('/') {
        Some((source, rest)) if source.starts_with('$') => RepoPath::root().join(rest),
        _ => chart.join(&file.value),
    };
    let mut found: Vec<RepoPath> = files.filter_map(resolve).filter(|path| repository.files.contains(path)).collect();
    found.dedup();
    found
}

/// Charts of other repositories that they render with values of their own, and the names of what they make.
pub fn charts(repository: &Repository) -> Vec<(Option<String>, Dependency)> {
    let chart = |(path, named, delivery): (&RepoPath, Option<&Spanned<String>>, &Delivery)| {
        let name = delivery.chart.clone()?;
        let values = delivery.own_values.clone()?;
        let key = Place::new(path.clone(), name.span);
        let dependency = Dependency {
            path: path.clone(),
            span: name.span,
            name,
            version: None,
            repository: delivery.repository.clone(),
            alias: None,
            condition: None,
            folder: None,
            values: vec![SetValues { key, values }],
        };
        Some((named.map(|name| name.value.clone()), dependency))
    };
    deliveries(repository).into_iter().filter_map(chart).collect()
}
