//! Which compose files are started together, and which of these sets are for production.

use super::Project;
use crate::Repository;
use crate::routes::container::{DEFAULTS, ProjectCall, default_files};
use crate::routes::purpose::{self, Purpose};
use prodcheck_facts::FileFacts;
use prodcheck_facts::compose::ComposeFile;
use prodcheck_source::{Place, RepoPath};

/// Compose files that are started together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The files, the base first.
    pub files: Vec<RepoPath>,
    /// Whether a swarm runs them.
    pub swarm: bool,
    /// How clearly it is for production.
    pub standing: Standing,
    /// The profiles that a production call asks for.
    pub profiles: Vec<String>,
}

/// How clearly a set is for production; the surest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A deploy script or a release pipeline names it.
    Deployed,
    /// Its name says so.
    Named,
    /// It is what compose starts by itself.
    Default,
    /// A further file of which nothing is said.
    Further,
    /// A pattern to copy.
    Example,
    /// A stage before production.
    Staging,
    /// It is not for production.
    Aside(Aside),
}

/// Why a file is not for production.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Aside {
    /// What says so, as a sentence fragment.
    pub why: String,
    /// Where.
    pub place: Place,
}

impl Set {
    /// Whether it is for production by more than its content.
    pub fn is_sure(&self) -> bool {
        matches!(self.standing, Standing::Deployed | Standing::Named)
    }

    /// Whether it is not for production.
    pub fn is_aside(&self) -> bool {
        matches!(self.standing, Standing::Aside(_))
    }
}

/// All sets, those that are clearest for production first.
pub fn sets(repository: &Repository, calls: &[ProjectCall]) -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    for call in calls {
        let sure = call.purpose == Purpose::Production;
        let known = sets.iter_mut().find(|set| set.files == call.files);
        match known {
            Some(set) => {
                set.swarm |= call.swarm;
                if sure {
                    set.standing = Standing::Deployed;
                    set.profiles.extend(call.profiles.iter().cloned());
                }
            }
            None => sets.push(Set {
                standing: if sure { Standing::Deployed } else { standing_of(repository, call) },
                files: call.files.clone(),
                swarm: call.swarm,
                profiles: if sure { call.profiles.clone() } else { Vec::new() },
            }),
        }
    }
    let files: Vec<(&RepoPath, &ComposeFile)> = repository
        .facts
        .iter()
        .filter_map(|(path, facts)| match facts {
            FileFacts::Compose(file) => Some((path, &**file)),
            _ => None,
        })
        .collect();
    for (path, file) in &files {
        if is_override(path) {
            continue;
        }
        for files in by_name(repository, path, file, &sets) {
            if !sets.iter().any(|set| set.files == files) {
                let standing = standing(repository, &files);
                sets.push(Set { swarm: is_stack(&files), files, standing, profiles: Vec::new() });
            }
        }
    }
    drop_bases(&mut sets);
    sets.sort_by(|a, b| order(a).cmp(&order(b)));
    sets
}

fn order(set: &Set) -> (&Standing, usize, &[RepoPath]) {
    (&set.standing, set.files.first().map_or(0, |path| path.parts().count()), &set.files)
}

/// A call for development or tests puts aside what it names with `-f`, and says nothing of the default files, which are
/// everybody's.
fn standing_of(repository: &Repository, call: &ProjectCall) -> Standing {
    let own = standing(repository, &call.files);
    let is_default = call.files.iter().all(|path| is_base(path) || is_override(path));
    if !call.purpose.is_aside() || is_default || own == Standing::Named {
        return own;
    }
    match own {
        Standing::Aside(aside) => Standing::Aside(aside),
        _ => Standing::Aside(Aside {
            why: "only scripts for development or tests name it".to_owned(),
            place: call.place.clone(),
        }),
    }
}

fn is_base(path: &RepoPath) -> bool {
    DEFAULTS.contains(&path.name())
}

fn is_override(path: &RepoPath) -> bool {
    DEFAULTS.iter().any(|base| {
        let (stem, _) = base.rsplit_once('.').unwrap_or((base, ""));
        path.name().strip_prefix(stem).is_some_and(|rest| rest == ".override.yml" || rest == ".override.yaml")
    })
}

fn is_stack(files: &[RepoPath]) -> bool {
    files.iter().any(|path| purpose::words(path.stem()).any(|word| word == "stack" || word == "swarm"))
}

/// The sets that a file belongs to by its name: by itself, or on top of a base.
fn by_name(repository: &Repository, path: &RepoPath, file: &ComposeFile, called: &[Set]) -> Vec<Vec<RepoPath>> {
    if is_base(path) {
        let with_override = default_files(repository, &path.parent()).filter(|files| files.first() == Some(path));
        let alone = vec![path.clone()];
        return match with_override {
            // The override file is for the developer's machine where its content says so; else it is part of the project.
            Some(files) if files.len() > 1 && !is_for_developers(repository, &files) => vec![files],
            _ => vec![alone],
        };
    }
    // Where scripts say what it is merged with, it is.
    if called.iter().any(|set| set.files.len() > 1 && set.files.last() == Some(path)) {
        return Vec::new();
    }
    let base = default_files(repository, &path.parent()).and_then(|files| files.into_iter().next());
    match base.filter(|base| needs(file, repository.facts.compose(base))) {
        Some(base) => vec![vec![base, path.clone()]],
        None => vec![vec![path.clone()]],
    }
}

/// Whether a file leaves out what only the base says: the image of a service, or a service that another one needs.
fn needs(file: &ComposeFile, base: Option<&ComposeFile>) -> bool {
    let Some(base) = base else { return false };
    file.services.iter().any(|service| {
        let bare = service.image.is_none() && service.build.is_none() && service.extends.is_none();
        let missing = |name: &str| file.service(name).is_none() && base.service(name).is_some();
        (bare && base.service(&service.name).is_some())
            || service.depends_on.iter().any(|dependency| missing(&dependency.service))
    })
}

/// Whether an override file makes a project one for development: sources mounted, development scripts or environment.
fn is_for_developers(repository: &Repository, files: &[RepoPath]) -> bool {
    let Some(over) = files.last().and_then(|path| repository.facts.compose(path)) else { return false };
    let with = Project::load(repository, files);
    over.services.iter().any(|service| {
        super::aside::of_keys(&with, service).is_some()
            || super::aside::mounts_source(repository, &with, service).is_some()
    })
}

/// What the names and comments of files say of them together.
pub fn standing(repository: &Repository, files: &[RepoPath]) -> Standing {
    let purposes: Vec<Purpose> = files.iter().map(purpose::of_file).collect();
    let aside = files.iter().zip(&purposes).find(|(_, purpose)| purpose.is_aside()).map(|(path, _)| path);
    if let Some(path) = aside {
        return Standing::Aside(Aside {
            why: format!("`{path}` is for development or tests by its name"),
            place: Place::file(path.clone()),
        });
    }
    if purposes.last() == Some(&Purpose::Production) {
        return Standing::Named;
    }
    for path in files {
        let header = repository.facts.compose(path).and_then(|file| file.header.as_ref());
        if let Some(header) = header.filter(|header| purpose::is_aside(&header.value)) {
            return Standing::Aside(Aside {
                why: format!("the comment at the head of `{path}` says that it is not for production"),
                place: Place::new(path.clone(), header.span),
            });
        }
    }
    match purposes.iter().max() {
        Some(Purpose::Staging) => Standing::Staging,
        Some(Purpose::Example) => Standing::Example,
        _ if files.first().is_some_and(is_base) => Standing::Default,
        _ => Standing::Further,
    }
}

/// Where a base is merged with a file for production, the base alone is not the production path.
fn drop_bases(sets: &mut Vec<Set>) {
    let extended: Vec<RepoPath> = sets
        .iter()
        .filter(|set| set.files.len() > 1 && set.is_sure())
        .filter_map(|set| set.files.first().cloned())
        .collect();
    sets.retain(|set| match set.files.as_slice() {
        [only] => set.standing == Standing::Deployed || !extended.contains(only),
        [base, over] if is_override(over) => set.standing == Standing::Deployed || !extended.contains(base),
        _ => true,
    });
}
