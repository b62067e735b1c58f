//! Which kustomizations are for production, of those of a repository.

use super::stages::stage;
use crate::Repository;
use crate::routes::purpose::Purpose;
use prodcheck_facts::folders;
use prodcheck_facts::kustomize::{self, Kustomized};
use prodcheck_source::RepoPath;
use std::collections::{BTreeMap, BTreeSet};

/// How many kustomizations of one repository are built.
const MOST: usize = 150;

/// How many bytes are read for all of them together.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The kustomizations of a repository.
#[derive(Default)]
pub struct Kustomizations {
    /// Those that production applies.
    pub applied: Vec<(RepoPath, Kustomized)>,
    /// The files of all of them.
    pub files: BTreeSet<RepoPath>,
}

/// Builds them. `named` are folders that something deploys: of the overlays of one base these come first.
pub fn of(repository: &Repository, named: &BTreeSet<RepoPath>) -> Kustomizations {
    let files = repository.files.paths().filter(|path| kustomize::is_kustomization(path));
    let ours = files.filter(|path| !folders::is_foreign(path) && !folders::is_example(path) && !folders::is_test(path));
    let mut all: BTreeMap<RepoPath, Kustomized> = BTreeMap::new();
    let mut bytes = 0;
    for folder in ours.map(RepoPath::parent).take(MOST) {
        if bytes > MOST_BYTES {
            break;
        }
        if let Some(built) = kustomize::build(&repository.files, &folder) {
            bytes += built.bytes();
            all.insert(folder, built);
        }
    }
    let files = all.values().flat_map(|built| built.files.iter().cloned()).collect();
    let taken_in: BTreeSet<RepoPath> = all.values().flat_map(|built| built.bases.iter().cloned()).collect();
    let roots: Vec<&RepoPath> = all.keys().filter(|folder| !taken_in.contains(*folder)).collect();
    let mut chosen: Vec<RepoPath> = Vec::new();
    let mut judged: BTreeSet<&RepoPath> = BTreeSet::new();
    for root in &roots {
        if judged.contains(root) {
            continue;
        }
        let shared = |other: &&&RepoPath| {
            let bases = |folder: &RepoPath| all.get(folder).map(|built| &built.bases);
            *other == root || matches!((bases(root), bases(other)), (Some(one), Some(two)) if !one.is_disjoint(two))
        };
        let rivals: Vec<&RepoPath> = roots.iter().filter(shared).copied().collect();
        judged.extend(rivals.iter().copied());
        let rank = |folder: &&RepoPath| (is_late(stage(folder)), !named.contains(*folder), order(stage(folder)));
        let Some(best) = rivals.iter().copied().min_by_key(rank) else { continue };
        if !is_late(stage(best)) {
            chosen.push(best.clone());
            continue;
        }
        // Only overlays for development: what they have in common is what is there for production.
        let bases = all.get(best).into_iter().flat_map(|built| &built.bases);
        let bases: Vec<RepoPath> =
            bases.filter(|base| !is_late(stage(base)) && has_manifests(&all, base)).cloned().collect();
        match bases.is_empty() && roots.len() == 1 {
            true => chosen.push(best.clone()),
            false => chosen.extend(bases),
        }
    }
    let applied = chosen.into_iter().filter_map(|folder| Some((folder.clone(), all.remove(&folder)?))).collect();
    Kustomizations { applied, files }
}

fn has_manifests(all: &BTreeMap<RepoPath, Kustomized>, folder: &RepoPath) -> bool {
    all.get(folder).is_some_and(|built| !built.manifests.is_empty())
}

fn is_late(stage: Purpose) -> bool {
    matches!(stage, Purpose::Development | Purpose::Test)
}

fn order(stage: Purpose) -> usize {
    match stage {
        Purpose::Production => 0,
        Purpose::Unsaid => 1,
        Purpose::Example => 2,
        Purpose::Staging => 3,
        Purpose::Test | Purpose::Development => 4,
    }
}
