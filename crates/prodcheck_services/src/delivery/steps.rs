//! From what jobs and scripts do to the steps that concern one service: deploys with what verifies them, publications,
//! and calls of pipelines elsewhere.

use super::chain::{Act, Chain, Doing};
use super::deed::{Deed, Deploys, Replaces, Verifies, Waits};
use super::names::{self, StageKind};
use super::{deed, install};
use crate::Service;
use crate::routes::purpose::{self, Purpose};
use prodcheck_facts::automation::{AutomationTool, TriggerKind};
use prodcheck_facts::command::{Invocation, Word};
use prodcheck_facts::folders;
use prodcheck_program::workspaces::Workspaces;
use prodcheck_source::{Place, RepoPath};

/// Whom a deploy step serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Those who run the repository's own installation.
    Operators,
    /// Those who install the product for themselves, by an update script.
    SelfHosters,
    /// A public instance that only shows the product.
    Showcase,
}

/// A command or call that replaces the running service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployStep {
    /// The tool, as it is called in sentences.
    pub tool: &'static str,
    /// The command or call, short.
    pub shown: String,
    /// How the running version is replaced.
    pub replaces: Replaces,
    /// Whether it waits until the new version is healthy.
    pub waits: Waits,
    /// What asks for its health afterwards, in the same job or in one that runs after it.
    pub verified: Option<(Verifies, Place)>,
    /// The stages of the product that it names.
    pub stages: Vec<String>,
    /// Whom it serves.
    pub audience: Audience,
    /// The job or script that it belongs to, by number: its steps stand for one another.
    pub group: usize,
    /// Where that is named.
    pub job: Place,
    /// Where it stands.
    pub place: Place,
}

impl DeployStep {
    /// Whether it only copies files, so that something else has the service run them.
    pub fn only_copies(&self) -> bool {
        self.tool == COPY
    }
}

impl DeployStep {
    /// Whether it only stops what runs, so that something else starts the new version.
    fn only_stops(&self) -> bool {
        let stops = ["stop", "down", "rm", "delete", "kill"];
        let mut words = self.shown.split_whitespace().take(6);
        matches!(self.replaces, Replaces::Interrupts(_)) && words.any(|word| stops.contains(&word))
    }
}

/// What the copying of files to a server is called.
pub const COPY: &str = "a copy to the server";

/// Something is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishStep {
    /// What, as a sentence fragment: `an image`.
    pub what: &'static str,
    /// Where.
    pub place: Place,
}

/// A call of a pipeline that lives elsewhere, and that is there to deploy by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallElsewhere {
    /// What is called, short.
    pub shown: String,
    /// What that does, as a sentence fragment.
    pub how: String,
    /// The stages of the product that it is given.
    pub stages: Vec<String>,
    /// Where the job or script that calls it is named.
    pub job: Place,
    /// Where it is called.
    pub place: Place,
}

/// What a chain does, act by act.
pub struct Told {
    /// The deeds and the acts that do them.
    pub deeds: Vec<(usize, Deed)>,
}

/// Reads the deeds of a chain.
pub fn told(chain: &Chain) -> Told {
    let mut deeds: Vec<(usize, Deed)> =
        chain.acts.iter().enumerate().filter_map(|(at, act)| Some((at, deed::of(act)?))).collect();
    if let Some(at) = writes_elsewhere(chain) {
        deeds.push((at, Deed::WritesElsewhere));
    }
    deeds.extend(pushes_branch(chain).map(|at| (at, Deed::CallsDeploy)));
    if deeds.is_empty()
        && let Some(at) = publishes_by_name(chain)
    {
        deeds.push((at, Deed::Publishes("an artefact")));
    }
    Told { deeds }
}

/// A push to a branch that is deployed, in a job that deploys by its names: `git push origin release`.
fn pushes_branch(chain: &Chain) -> Option<usize> {
    let names = [Some(chain.id.as_str()), chain.name.as_deref(), chain.title.as_deref()];
    if !names.into_iter().flatten().any(names::deploys) {
        return None;
    }
    chain.acts.iter().position(|act| {
        let Doing::Command(command) = &act.doing else { return false };
        let words: Vec<&str> = command.invoked.argv.words.iter().map(Word::shown).collect();
        let branch = words.last().and_then(|word| word.rsplit([':', '/']).next()).unwrap_or("");
        words.first() == Some(&"git")
            && words.get(1) == Some(&"push")
            && words.len() > 3
            && matches!(branch, "release" | "production" | "prod" | "deploy" | "live" | "staging" | "deployment")
    })
}

/// The call of an unknown action or pipeline in a job that is there to publish by its names, or its own name says so.
fn publishes_by_name(chain: &Chain) -> Option<usize> {
    let names = [Some(chain.id.as_str()), chain.name.as_deref(), chain.title.as_deref(), Some(chain.path.stem())];
    let says = |name: &str| {
        let lower = name.to_ascii_lowercase();
        purpose::words(&lower).any(|word| word.starts_with("publish"))
    };
    let named = names.into_iter().flatten().any(|name| says(name) && !is_beside(name));
    chain.acts.iter().position(|act| match &act.doing {
        Doing::Use(call) => !super::actions::is_known(call) && (named || releases(&call.name.value)),
        Doing::Command(_) => false,
    })
}

/// A tag that is written into another repository: that one is checked out, its files are changed and pushed.
fn writes_elsewhere(chain: &Chain) -> Option<usize> {
    let elsewhere = chain.acts.iter().position(|act| match &act.doing {
        Doing::Use(call) => {
            call.name.value.starts_with("actions/checkout")
                && call.text("repository").is_some_and(|name| !name.contains("github.repository") && !name.is_empty())
        }
        Doing::Command(command) => {
            let words: Vec<&str> = command.invoked.argv.words.iter().map(Word::shown).collect();
            words.first() == Some(&"git") && words.get(1) == Some(&"clone")
        }
    })?;
    let after = chain.acts.get(elsewhere..).unwrap_or_default();
    let line = |act: &Act| match &act.doing {
        Doing::Command(command) => command.invoked.argv.shown(),
        Doing::Use(call) => call.name.value.clone(),
    };
    let changes = after.iter().any(|act| {
        let line = line(act);
        line.contains("kustomize edit set image")
            || line.starts_with("yq")
            || line.starts_with("sed ")
            || line.contains("yaml-update")
    });
    let pushes = after.iter().any(|act| {
        let line = line(act);
        line.starts_with("git push")
            || line.starts_with("gh pr create")
            || line.contains("git-auto-commit")
            || line.contains("add-and-commit")
            || line.contains("create-pull-request")
            || line.contains("yaml-update")
    });
    (changes && pushes).then_some(elsewhere)
}

/// Whether a deed of a chain is a deploy of the product, rather than of something that its tests need.
fn counts(chain: &Chain, told: &Told, act: &Act, deploys: &Deploys) -> bool {
    // What tests start and stop is not the product's own installation.
    if told.deeds.iter().any(|(_, deed)| *deed == Deed::TestCluster) || folders::is_test(&act.path) {
        return false;
    }
    let named = names::deploys(&chain.id) || chain.name.as_deref().is_some_and(names::deploys);
    if !chain.tool.is_pipeline() {
        return true;
    }
    let tests = chain.purpose == Purpose::Test && !named && chain.environments.is_empty();
    if deploys.everywhere {
        return !tests || act.remote;
    }
    let file = names::deploys(chain.path.stem()) || chain.title.as_deref().is_some_and(names::deploys);
    act.remote || (!tests && (named || file))
}

/// Words of things that are not the service.
const BESIDE: &[&str] = &[
    "docs",
    "doc",
    "documentation",
    "website",
    "storybook",
    "landing",
    "blog",
    "pages",
    "ghpages",
    "marketing",
    "wiki",
];

/// Whether a name speaks of something beside the service, such as its documentation.
fn is_beside(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    purpose::words(&lower).any(|word| BESIDE.contains(&word))
}

/// The other services of the repository, by what they are called.
pub struct Others<'a> {
    /// The folder and the name of each service, this one included.
    pub services: Vec<(&'a RepoPath, &'a str)>,
    /// The packages.
    pub workspaces: &'a Workspaces,
}

impl Others<'_> {
    /// Whether an act of a chain can concern a service.
    pub fn concerns(&self, service: &Service, chain: &Chain, act: Option<&Act>) -> bool {
        let is_named = |word: &str| service.path.parts().any(|part| part == word) || service.name == word;
        let names = [Some(chain.id.as_str()), chain.name.as_deref(), Some(chain.path.stem())];
        if names.into_iter().flatten().any(|name| is_beside(name) && !is_named(name)) {
            return false;
        }
        if !chain.tool.is_pipeline()
            && let Some(holder) = self.workspaces.holder(&chain.path)
            && !service.path.is_in(holder)
        {
            return false;
        }
        if self.services.len() < 2 {
            return true;
        }
        let line = act.map(line).unwrap_or_default();
        let folders = act.map(|act| act.folders.as_slice()).unwrap_or_default();
        let texts = [chain.id.as_str(), chain.name.as_deref().unwrap_or(""), chain.path.stem(), line.as_str()];
        let mentions = |folder: &RepoPath, name: &str| {
            let short = name.rsplit('/').next().unwrap_or(name);
            let in_folder = !folder.is_root() && folders.iter().any(|one| one.is_in(folder));
            let keys = [folder.name(), short];
            in_folder
                || keys.into_iter().filter(|key| key.len() > 2).any(|key| texts.iter().any(|text| mentions(text, key)))
        };
        let own = mentions(&service.path, &service.name);
        let other = self.services.iter().any(|(folder, name)| **folder != service.path && mentions(folder, name));
        own || !other
    }
}

/// Whether a text holds a name that is not part of a longer word; `-` and `_` part words.
fn mentions(text: &str, name: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    text.match_indices(&name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn line(act: &Act) -> String {
    match &act.doing {
        Doing::Command(command) => command.invoked.argv.shown(),
        Doing::Use(call) => {
            let inputs = call.inputs.iter().filter_map(|input| input.value.as_ref());
            let inputs: Vec<&str> = inputs.map(|value| value.value.as_str()).collect();
            format!("{} {}", call.name.value, inputs.join(" "))
        }
    }
}

/// The act, short.
pub fn shown(act: &Act) -> String {
    match &act.doing {
        Doing::Command(command) => install::shown(&command.invoked),
        Doing::Use(call) => match &call.version {
            Some(version) if version.len() < 20 => format!("{}@{version}", call.name.value),
            _ => call.name.value.clone(),
        },
    }
}

/// Whether the name of an action or pipeline says that it makes a release: `create-release-tag`; not `release-drafter`.
fn releases(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = purpose::words(&lower).collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    any(&["release", "publish", "publisher"])
        && !any(&["drafter", "draft", "notes", "notify", "changelog", "check", "lint"])
}

/// The repository that an act checks out.
fn written_into(act: &Act) -> String {
    match &act.doing {
        Doing::Use(call) => call.text("repository").unwrap_or("another repository").to_owned(),
        Doing::Command(_) => "another repository".to_owned(),
    }
}

/// The steps of all chains that concern a service.
#[derive(Debug, Clone, Default)]
pub struct Steps {
    /// The deploys, in the order of the files.
    pub deploys: Vec<DeployStep>,
    /// What is published.
    pub publishes: Vec<PublishStep>,
    /// Pipelines elsewhere that are called.
    pub calls: Vec<CallElsewhere>,
}

/// Reads the steps for a service.
pub fn read(service: &Service, chains: &[(Chain, Told)], others: &Others<'_>) -> Steps {
    let mut steps = Steps::default();
    for (group, (chain, told)) in chains.iter().enumerate() {
        for (at, deed) in &told.deeds {
            let Some(act) = chain.acts.get(*at).filter(|act| others.concerns(service, chain, Some(act))) else {
                continue;
            };
            match deed {
                Deed::Deploys(deploys) if counts(chain, told, act, deploys) => steps.deploys.push(DeployStep {
                    tool: deploys.tool,
                    shown: shown(act),
                    replaces: deploys.replaces,
                    waits: deploys.waits,
                    verified: verified(chains, chain, told, *at),
                    stages: stages(chain, act),
                    audience: audience(chain, act),
                    group,
                    job: chain.place.clone(),
                    place: act.place(),
                }),
                Deed::Publishes(what) => steps.publishes.push(PublishStep { what, place: act.place() }),
                Deed::CallsDeploy | Deed::WritesElsewhere => steps.calls.push(CallElsewhere {
                    shown: shown(act),
                    how: match deed {
                        Deed::WritesElsewhere => {
                            format!("a tag is written into `{}`, whose pipeline deploys it", written_into(act))
                        }
                        _ => format!("`{}` is called, which is there to deploy by its name", shown(act)),
                    },
                    stages: stages(chain, act),
                    job: chain.place.clone(),
                    place: act.place(),
                }),
                _ => {}
            }
        }
    }
    // What only copies files, or only stops what runs, says least of what is deployed.
    steps.deploys.sort_by_key(|step| (step.only_copies(), step.only_stops()));
    // What several chains reach, such as a script that two jobs run, is one step.
    let mut seen: Vec<Place> = Vec::new();
    steps.deploys.retain_mut(|step| {
        let new = !seen.contains(&step.place);
        seen.push(step.place.clone());
        new
    });
    steps
}

/// What verifies a deploy after it: in its own chain, in jobs that need it, or in a pipeline that runs after this one.
fn verified(chains: &[(Chain, Told)], chain: &Chain, told: &Told, at: usize) -> Option<(Verifies, Place)> {
    let in_function = |act: &Act| match &act.doing {
        Doing::Command(command) => command.function.is_some(),
        Doing::Use(_) => false,
    };
    let asks = |chain: &Chain, told: &Told, after: Option<usize>| {
        let mut found: Vec<(Verifies, Place)> = told
            .deeds
            .iter()
            .filter_map(|(index, deed)| {
                let Deed::Verifies(verifies) = deed else { return None };
                let act = chain.acts.get(*index)?;
                let late = after.is_none_or(|after| *index > after) || in_function(act);
                late.then(|| (*verifies, act.place()))
            })
            .collect();
        found.sort_by_key(|(verifies, _)| match verifies {
            Verifies::Polls => 0,
            Verifies::Tests => 1,
            Verifies::Once => 2,
        });
        found.into_iter().next()
    };
    let own = asks(chain, told, Some(at));
    own.or_else(|| {
        chains.iter().find_map(|(other, told)| {
            let needs = other.path == chain.path && other.after.contains(&chain.id);
            let follows = chain.title.as_ref().is_some_and(|title| {
                other.triggers.iter().any(|trigger| {
                    trigger.kind == TriggerKind::AfterPipeline && trigger.of.iter().any(|name| name.value == *title)
                })
            });
            if needs || follows { asks(other, told, None) } else { None }
        })
    })
}

/// The stages that a deploy names: by its job's environments, by the job's names, and by words of the command.
pub fn stages(chain: &Chain, act: &Act) -> Vec<String> {
    let mut found: Vec<String> = chain.environments.iter().map(|(name, _)| name.clone()).collect();
    if let Doing::Use(call) = &act.doing {
        for input in &call.inputs {
            let lower = input.name.value.to_ascii_lowercase();
            if ["environment", "env", "stage", "environment_name", "target", "namespace", "cluster"]
                .contains(&lower.as_str())
            {
                let values = input.value.iter().flat_map(|value| value.value.lines());
                found.extend(values.map(str::to_owned));
            }
        }
    }
    let mut says: Vec<String> = vec![chain.id.clone(), chain.path.stem().to_owned()];
    says.extend(chain.name.clone());
    // Of `--stage=prod` and `Stage=PROD` the value names the stage; `--stage` itself names none.
    let words = line(act);
    let words = words.split_whitespace().map(|word| word.rsplit('=').next().unwrap_or(word));
    says.extend(words.filter(|word| !word.starts_with('-')).map(str::to_owned));
    for word in says {
        if matches!(
            names::stage(&word),
            StageKind::Staging | StageKind::Production | StageKind::Development | StageKind::Showcase
        ) && names::is_strong(&word)
        {
            found.push(word);
        }
    }
    let mut found: Vec<String> =
        found.iter().map(|name| name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

fn audience(chain: &Chain, act: &Act) -> Audience {
    let is_showcase = |name: &str| names::stage(name) == StageKind::Showcase;
    let environments: Vec<&str> = chain.environments.iter().map(|(name, _)| name.as_str()).collect();
    let by_name = environments.is_empty()
        && (is_showcase(&chain.id) || chain.name.as_deref().is_some_and(is_showcase) || is_showcase(chain.path.stem()));
    if by_name || (!environments.is_empty() && environments.iter().all(|name| is_showcase(name))) {
        return Audience::Showcase;
    }
    if chain.tool == AutomationTool::Pm2Deploy {
        return Audience::Operators;
    }
    if !chain.tool.is_pipeline() && !act.remote {
        let id = if chain.tool == AutomationTool::Shell { chain.path.stem() } else { chain.id.as_str() };
        if names::updates(id) || !names::deploys(id) {
            return Audience::SelfHosters;
        }
    }
    Audience::Operators
}

/// Whether a script brings an installation up to date, whatever its name: it pulls and starts anew.
pub fn pulls_and_restarts(chain: &Chain) -> bool {
    let line = |act: &Act| line(act);
    let pulls = chain.acts.iter().any(|act| {
        let line = line(act);
        ["docker compose pull", "docker-compose pull", "docker pull", "git pull"]
            .iter()
            .any(|start| line.contains(start))
    });
    pulls
        && chain.acts.iter().any(|act| match &act.doing {
            Doing::Command(command) => {
                matches!(&command.invoked.invocation, Invocation::Tool(_) | Invocation::Manager(_))
                    && matches!(deed::of(act), Some(Deed::Deploys(_)))
            }
            Doing::Use(_) => false,
        })
}
