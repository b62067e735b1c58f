//! What a job or a script does from beginning to end, the scripts, actions and workflows that it calls followed.

use super::inputs::{choices, given, with_defaults};
use super::names;
use crate::Repository;
use crate::routes::purpose::Purpose;
use prodcheck_facts::automation::{self, Automation, AutomationTool, Job, ScriptCommand, Trigger, Use, Variable};
use prodcheck_facts::command::{Invocation, Member, Packages, ScriptRun, Target, Word};
use prodcheck_program::workspaces::{Workspaces, manifest};
use prodcheck_source::{Place, RepoPath, Span, Spanned};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How deep calls are followed.
const DEPTH: usize = 8;

/// How many acts of one chain are kept.
const MOST: usize = 3_000;

/// One thing that a step does.
#[derive(Debug, Clone)]
pub struct Act {
    /// What it does.
    pub doing: Doing,
    /// The file that says it.
    pub path: RepoPath,
    /// Where it says it.
    pub span: Span,
    /// The folders of the repository that it may run in, the likeliest first; none where it is another machine's.
    pub folders: Vec<RepoPath>,
    /// Whether another machine does it.
    pub remote: bool,
    /// Whether a CI service runs it.
    pub in_pipeline: bool,
}

impl Act {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place::new(self.path.clone(), self.span)
    }
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Doing {
    /// It runs a command.
    Command(Rc<ScriptCommand>),
    /// It calls something by its name that is not of this repository.
    Use(Use),
}

/// A job of a pipeline, a script, a target or a play, with all that it calls.
#[derive(Debug, Clone)]
pub struct Chain {
    /// The file.
    pub path: RepoPath,
    /// Its tool.
    pub tool: AutomationTool,
    /// The file's own title.
    pub title: Option<String>,
    /// The job's id.
    pub id: String,
    /// The job's title.
    pub name: Option<String>,
    /// Where the job is named.
    pub place: Place,
    /// The ids of the jobs of this file that have run before it, others' needs included.
    pub after: BTreeSet<String>,
    /// The stages of the product that it names, and where.
    pub environments: Vec<(String, Place)>,
    /// What starts the file.
    pub triggers: Vec<Trigger>,
    /// What it is for, by its names.
    pub purpose: Purpose,
    /// What it does.
    pub acts: Vec<Act>,
}

/// Everything that runs commands in a repository, as it is followed.
pub struct Runner<'a> {
    repository: &'a Repository,
    workspaces: &'a Workspaces,
    packages: RefCell<BTreeMap<RepoPath, Option<Rc<Automation>>>>,
    /// The jobs that others call, by file and id.
    called: RefCell<BTreeSet<(RepoPath, String)>>,
}

struct Following {
    acts: Vec<Act>,
    environments: Vec<(String, Place)>,
    seen: BTreeSet<(RepoPath, String)>,
}

/// Where a command is looked at from.
#[derive(Clone)]
struct Here {
    folders: Vec<RepoPath>,
    remote: bool,
    in_pipeline: bool,
    depth: usize,
    inputs: Rc<Vec<Variable>>,
}

impl<'a> Runner<'a> {
    /// For a repository.
    pub fn new(repository: &'a Repository, workspaces: &'a Workspaces) -> Self {
        Self { repository, workspaces, packages: RefCell::default(), called: RefCell::default() }
    }

    /// Whether something that was followed calls a job.
    pub fn is_called(&self, path: &RepoPath, id: &str) -> bool {
        self.called.borrow().contains(&(path.clone(), id.to_owned()))
    }

    /// The scripts of a folder's package.
    pub fn package_scripts(&self, folder: &RepoPath) -> Option<Rc<Automation>> {
        if let Some(known) = self.packages.borrow().get(folder) {
            return known.clone();
        }
        let read = || {
            let path = folder.join("package.json")?;
            let package = manifest(folder, self.repository.sources())?;
            let text = self.repository.files.text(&path)?;
            Some(Rc::new(automation::of_package(&path, text.text(), package)))
        };
        let found = read();
        self.packages.borrow_mut().insert(folder.clone(), found.clone());
        found
    }

    /// What a job of a file does.
    pub fn chain(&self, path: &RepoPath, file: &Automation, job: &Job) -> Chain {
        let mut following = Following { acts: Vec::new(), environments: Vec::new(), seen: BTreeSet::new() };
        let in_pipeline = file.tool.is_pipeline();
        let own = path.parent();
        let folders = match file.tool {
            tool if tool.is_pipeline() => vec![RepoPath::root()],
            AutomationTool::Shell if !own.is_root() => vec![RepoPath::root(), own],
            _ => vec![own],
        };
        let here = Here { folders, remote: false, in_pipeline, depth: DEPTH, inputs: Rc::new(choices(file)) };
        self.job(path, file, job, &here, &mut following);
        Chain {
            path: path.clone(),
            tool: file.tool,
            title: file.name.as_ref().map(|name| name.value.clone()),
            id: job.id.value.clone(),
            name: job.name.as_ref().map(|name| name.value.clone()),
            place: Place::new(path.clone(), job.id.span),
            after: all_needs(file, job),
            environments: following.environments,
            triggers: file.triggers.clone(),
            purpose: names::purpose(path, file, job),
            acts: following.acts,
        }
    }

    /// What commands do that stand elsewhere than in a pipeline or script: in a Dockerfile, or under a key.
    pub fn acts(&self, path: &RepoPath, commands: &[ScriptCommand], folders: Vec<RepoPath>, remote: bool) -> Vec<Act> {
        let mut following = Following { acts: Vec::new(), environments: Vec::new(), seen: BTreeSet::new() };
        let here = Here { folders, remote, in_pipeline: false, depth: DEPTH, inputs: Rc::default() };
        for command in commands {
            self.command(path, command, &here, &mut following);
        }
        following.acts
    }

    fn job(&self, path: &RepoPath, file: &Automation, job: &Job, here: &Here, found: &mut Following) {
        if here.depth == 0 || !found.seen.insert((path.clone(), job.id.value.clone())) {
            return;
        }
        for environment in &job.environments {
            for name in given(&environment.value, &here.inputs, job) {
                found.environments.push((name, Place::new(path.clone(), environment.span)));
            }
        }
        // Targets and tasks run what they need themselves; jobs of pipelines are chains of their own.
        if !file.tool.is_pipeline() {
            for need in &job.needs {
                if let Some(other) = file.job(&need.value) {
                    self.called.borrow_mut().insert((path.clone(), need.value.clone()));
                    self.job(path, file, other, &Here { depth: here.depth - 1, ..here.clone() }, found);
                }
            }
        }
        if let Some(call) = &job.calls {
            self.call(path, call, call.name.span, Some(job), here, found);
        }
        for step in &job.steps {
            if found.acts.len() >= MOST {
                return;
            }
            if let Some(call) = &step.uses {
                self.call(path, call, call.name.span, None, here, found);
            }
            for command in &step.commands {
                self.command(path, command, here, found);
            }
        }
    }

    /// An action or a workflow: the repository's own is followed, others' are acts.
    fn call(&self, path: &RepoPath, call: &Use, span: Span, job: Option<&Job>, here: &Here, found: &mut Following) {
        let inputs: Vec<Variable> = call
            .inputs
            .iter()
            .map(|input| match (&input.value, job) {
                (Some(value), Some(job)) => {
                    let values = given(&value.value, &here.inputs, job);
                    let value = Spanned::new(values.join("\n"), value.span);
                    Variable { name: input.name.clone(), value: Some(value) }
                }
                _ => input.clone(),
            })
            .collect();
        let name = call.name.value.as_str();
        if name.starts_with("./") || name.starts_with(".github/") {
            for target in self.local(path, name) {
                let Some(file) = self.repository.facts.automation(&target) else { continue };
                let inner =
                    Here { depth: here.depth - 1, inputs: Rc::new(with_defaults(inputs, file)), ..here.clone() };
                for job in &file.jobs {
                    self.called.borrow_mut().insert((target.clone(), job.id.value.clone()));
                    self.job(&target, file, job, &inner, found);
                }
                return;
            }
            return;
        }
        if let Some(role) = name.strip_prefix("ansible-role/") {
            let files = self.repository.facts.automation_files();
            let ends = [format!("roles/{role}/tasks/main.yml"), format!("roles/{role}/tasks/main.yaml")];
            let of_role = files.filter(|(path, _)| ends.iter().any(|end| path.as_str().ends_with(end.as_str())));
            let inner = Here { depth: here.depth - 1, ..here.clone() };
            for (target, file) in of_role.take(1) {
                for job in &file.jobs {
                    self.job(target, file, job, &inner, found);
                }
            }
            return;
        }
        found.acts.push(Act {
            doing: Doing::Use(Use { inputs, ..call.clone() }),
            path: path.clone(),
            span,
            folders: here.folders.clone(),
            remote: here.remote,
            in_pipeline: here.in_pipeline,
        });
    }

    /// The files that a relative call can mean.
    fn local(&self, from: &RepoPath, name: &str) -> Vec<RepoPath> {
        let mut found = Vec::new();
        // Actions are named from the root, templates of Azure from their own folder.
        for base in [RepoPath::root(), from.parent()].iter().filter_map(|folder| folder.join(name)) {
            let inside = ["action.yml", "action.yaml"].iter().filter_map(|file| base.join(file));
            found.extend(
                std::iter::once(base.clone()).chain(inside).filter(|path| self.repository.files.contains(path)),
            );
        }
        found
    }

    fn command(&self, path: &RepoPath, command: &ScriptCommand, here: &Here, found: &mut Following) {
        if found.acts.len() >= MOST {
            return;
        }
        let remote = here.remote || command.remote;
        let folders = folders(&here.folders, command.folder.as_deref());
        let inner = Here { folders: folders.clone(), remote, depth: here.depth.saturating_sub(1), ..here.clone() };
        let place = command.invoked.place.span;
        found.acts.push(Act {
            doing: Doing::Command(Rc::new(command.clone())),
            path: path.clone(),
            span: place,
            folders,
            remote,
            in_pipeline: here.in_pipeline,
        });
        if inner.depth == 0 {
            return;
        }
        match &command.invoked.invocation {
            Invocation::Script(run) => self.script(run, &command.invoked.packages, &inner, found),
            Invocation::Several(several) => {
                for member in &several.members {
                    if let Member::Script(run) = member {
                        self.script(run, &command.invoked.packages, &inner, found);
                    }
                }
            }
            Invocation::ShellScript { path: script, .. } | Invocation::File { path: script, .. } => {
                self.file(path, script, &inner, found);
            }
            Invocation::Runtime(run) => {
                if let Target::Script(script) = &run.target {
                    self.file(path, script, &inner, found);
                }
            }
            Invocation::Program { name, arguments } => match name.as_str() {
                "make" | "gmake" => self.targets(&["Makefile", "makefile", "GNUmakefile"], arguments, &inner, found),
                "just" => self.targets(&["justfile", "Justfile", ".justfile"], arguments, &inner, found),
                "task" | "go-task" => {
                    self.targets(&["Taskfile.yml", "Taskfile.yaml", "taskfile.yml"], arguments, &inner, found);
                }
                "ansible-playbook" => {
                    for word in arguments.iter().filter(|word| word.shown().ends_with("ml")) {
                        self.file(path, word, &inner, found);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// The jobs of a file of the repository that a command names.
    fn file(&self, from: &RepoPath, word: &Word, here: &Here, found: &mut Following) {
        let Some(target) = self.located(from, word, here) else { return };
        let Some(file) = self.repository.facts.automation(&target) else { return };
        for job in &file.jobs {
            self.called.borrow_mut().insert((target.clone(), job.id.value.clone()));
            self.job(&target, file, job, here, found);
        }
    }

    fn located(&self, from: &RepoPath, word: &Word, here: &Here) -> Option<RepoPath> {
        let shown = word.shown();
        let there = |path: &RepoPath| self.repository.files.contains(path);
        // `"$(dirname "$0")/deploy.sh"`: what follows the unknown part, beside the script itself.
        let (text, own_first) = match word.text() {
            Some(text) => (text, false),
            None => (shown.rsplit(['}', ')']).next()?.rsplit('$').next()?.split_once('/')?.1, true),
        };
        let own = from.parent();
        let mut folders: Vec<&RepoPath> = here.folders.iter().collect();
        if own_first {
            folders.insert(0, &own)
        } else {
            folders.push(&own)
        }
        let relative = text.trim_start_matches('/');
        let found = folders.iter().filter_map(|folder| folder.join(relative)).find(|path| there(path));
        // A folder of the server mostly holds the same files as the repository.
        found.or_else(|| {
            if !text.starts_with(['/', '~', '$']) && !here.remote {
                return None;
            }
            let parts: Vec<&str> = text.split('/').collect();
            (0..parts.len())
                .filter_map(|from| RepoPath::root().join(&parts.get(from..)?.join("/")))
                .find(|path| there(path))
        })
    }

    fn script(&self, run: &ScriptRun, packages: &Packages, here: &Here, found: &mut Following) {
        let Some(name) = run.script.text() else { return };
        let packages = if *packages == Packages::Here { &run.packages } else { packages };
        let mut candidates: Vec<RepoPath> = Vec::new();
        if let Packages::Named(words) = packages {
            let named = words.iter().filter_map(|word| self.package_named(word.text()?));
            candidates.extend(named);
        } else {
            let here_folders = match run.directory.as_ref().and_then(Word::text) {
                Some(directory) => folders(&here.folders, Some(directory)),
                None => here.folders.clone(),
            };
            // npm looks for the `package.json` upwards.
            for folder in here_folders {
                candidates.extend(folder.ancestors().find(|folder| self.workspaces.is_package(folder)));
            }
        }
        if candidates.is_empty() {
            candidates.push(RepoPath::root());
        }
        for folder in candidates {
            let Some(file) = self.package_scripts(&folder) else { continue };
            let Some(path) = folder.join("package.json") else { continue };
            let inner = Here { folders: vec![folder], ..here.clone() };
            let mut any = false;
            for wanted in [format!("pre{name}"), name.to_owned(), format!("post{name}")] {
                if let Some(job) = file.job(&wanted) {
                    any |= wanted == name;
                    self.called.borrow_mut().insert((path.clone(), wanted.clone()));
                    self.job(&path, &file, job, &inner, found);
                }
            }
            if any {
                return;
            }
        }
    }

    /// The folder of a package of the workspace, by its name, its folder, or a filter (`...api`, `api^...`, `./apps/api`).
    fn package_named(&self, text: &str) -> Option<RepoPath> {
        let name = text.trim_matches(['.', '^', '{', '}']).trim_start_matches('/');
        let by_folder = RepoPath::root().join(name).filter(|folder| self.workspaces.is_package(folder));
        let by_end = || self.workspaces.folders().find(|folder| folder.name() == name).cloned();
        self.workspaces.named(name).cloned().or(by_folder).or_else(by_end)
    }

    fn targets(&self, files: &[&str], arguments: &[Word], here: &Here, found: &mut Following) {
        let mut folders_here = here.folders.clone();
        let mut wanted: Vec<&str> = Vec::new();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.text() {
                Some("-C" | "--directory" | "-d" | "--dir") => {
                    let to = words.next().and_then(Word::text);
                    folders_here = folders(&folders_here, to);
                }
                Some("-f" | "--file" | "-j") => {
                    words.next();
                }
                Some(text) if !text.starts_with('-') && !text.contains('=') => wanted.push(text),
                _ => {}
            }
        }
        let paths = folders_here.iter().flat_map(|folder| files.iter().filter_map(|file| folder.join(file)));
        let Some((path, file)) =
            paths.into_iter().find_map(|path| Some((path.clone(), self.repository.facts.automation(&path)?)))
        else {
            return;
        };
        let first = file.jobs.iter().find(|job| !job.id.value.starts_with('.')).map(|job| job.id.value.as_str());
        if wanted.is_empty() {
            wanted.extend(first);
        }
        let inner = Here { folders: vec![path.parent()], ..here.clone() };
        for id in wanted {
            if let Some(job) = file.job(id) {
                self.called.borrow_mut().insert((path.clone(), id.to_owned()));
                self.job(&path, file, job, &inner, found);
            }
        }
    }
}

/// The folders after `cd`: relative to each of the folders before; absolute ones are another machine's, whose checkout
/// holds the same files.
fn folders(before: &[RepoPath], to: Option<&str>) -> Vec<RepoPath> {
    match to {
        None | Some("." | "./") => before.to_vec(),
        Some(to) if to.starts_with(['/', '~', '$']) => {
            // `cd $GITHUB_WORKSPACE/apps/api`, `cd /srv/app`: what comes after may be a folder here.
            let after = to.split_once('/').map_or("", |(_, after)| after);
            let inside = if to.starts_with('$') { RepoPath::root().join(after) } else { None };
            vec![inside.unwrap_or_else(RepoPath::root)]
        }
        Some(to) => before.iter().filter_map(|folder| folder.join(to)).collect(),
    }
}

/// The ids of all jobs that have run before a job.
fn all_needs(file: &Automation, job: &Job) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut open: Vec<&str> = job.needs.iter().map(|need| need.value.as_str()).collect();
    while let Some(next) = open.pop() {
        if all.insert(next.to_owned())
            && let Some(other) = file.job(next)
        {
            open.extend(other.needs.iter().map(|need| need.value.as_str()));
        }
    }
    all
}
