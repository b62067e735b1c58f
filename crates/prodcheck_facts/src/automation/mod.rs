//! Files that run commands without a person: pipelines of CI services, scripts, makefiles, package scripts, playbooks.
//!
//! All of them are told in the same words, so that whoever asks what installs, deploys or verifies need not know which
//! tool says it. What only a run would tell (`${{ inputs.environment }}`, `$TARGET`) stays as it is spelled.

mod ansible;
mod circle_ci;
mod commands;
mod github_actions;
mod gitlab_ci;
mod jenkins;
mod other_pipelines;
#[cfg(test)]
mod pipeline_tests;
mod scripts;
mod shells;
#[cfg(test)]
mod tests;

pub use commands::{ScriptCommand, of_command, of_script, of_text};
pub use scripts::of_package;

use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// The tools whose files run commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AutomationTool {
    /// A workflow of GitHub Actions (Gitea and Forgejo read the same).
    GitHubWorkflow,
    /// An action of the repository's own: `action.yml`.
    GitHubAction,
    /// GitLab CI.
    GitLab,
    /// CircleCI.
    CircleCi,
    /// Azure Pipelines.
    Azure,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// Travis CI.
    Travis,
    /// Drone and Woodpecker.
    Drone,
    /// Buildkite.
    Buildkite,
    /// Google Cloud Build and AWS CodeBuild.
    CloudBuild,
    /// A Jenkinsfile.
    Jenkins,
    /// An Ansible playbook, or the tasks of a role.
    Ansible,
    /// A shell script.
    Shell,
    /// A Makefile.
    Make,
    /// A justfile.
    Just,
    /// A Taskfile.
    Task,
    /// The scripts of a `package.json`.
    PackageScripts,
    /// `deploy` of a PM2 ecosystem file.
    Pm2Deploy,
}

impl AutomationTool {
    /// Whether a CI service runs it, which sets `CI=true`.
    pub fn is_pipeline(self) -> bool {
        !matches!(
            self,
            Self::Ansible | Self::Shell | Self::Make | Self::Just | Self::Task | Self::PackageScripts | Self::Pm2Deploy
        )
    }
}

/// One file that runs commands.
#[derive(Debug, Clone, PartialEq)]
pub struct Automation {
    /// The tool.
    pub tool: AutomationTool,
    /// Its title.
    pub name: Option<Spanned<String>>,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// What its caller can hand it, or a person choose.
    pub inputs: Vec<InputDeclaration>,
    /// Variables of all jobs.
    pub variables: Vec<Variable>,
    /// Its jobs, targets, scripts or plays, in the order of the text.
    pub jobs: Vec<Job>,
    /// Files of the repository that it takes in, as written.
    pub includes: Vec<Spanned<String>>,
}

impl Automation {
    /// A file that says nothing yet.
    pub fn new(tool: AutomationTool) -> Self {
        Self {
            tool,
            name: None,
            triggers: Vec::new(),
            inputs: Vec::new(),
            variables: Vec::new(),
            jobs: Vec::new(),
            includes: Vec::new(),
        }
    }

    /// A job by its id.
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id.value == id)
    }

    /// Whether something of this kind starts it.
    pub fn starts_on(&self, kind: TriggerKind) -> bool {
        self.triggers.iter().any(|trigger| trigger.kind == kind)
    }
}

/// What starts a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The kind of event.
    pub kind: TriggerKind,
    /// What narrows it: branches and tags, the `cron` line of a schedule, the names of workflows; as written.
    pub of: Vec<Spanned<String>>,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of events that start pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TriggerKind {
    /// Commits or tags are pushed.
    Push,
    /// A pull or merge request is opened or changed.
    PullRequest,
    /// A time of day.
    Schedule,
    /// A person starts it.
    Manual,
    /// Another pipeline calls it.
    Called,
    /// Another pipeline has ended.
    AfterPipeline,
    /// A release is made.
    Release,
    /// Something else.
    Other,
}

/// What a caller can hand to a workflow or action, or a person choose when starting it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputDeclaration {
    /// Its name.
    pub name: Spanned<String>,
    /// Its default.
    pub default: Option<Spanned<String>>,
    /// The values to choose from.
    pub options: Vec<Spanned<String>>,
}

/// A variable of the environment, or an input, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name.
    pub name: Spanned<String>,
    /// Its text; lists have a line for each element. `None` where it is neither text nor list.
    pub value: Option<Spanned<String>>,
}

/// Steps that run on one machine one after another.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The name by which others call or need it.
    pub id: Spanned<String>,
    /// Its title.
    pub name: Option<Spanned<String>>,
    /// All of it.
    pub span: Span,
    /// The ids of the jobs that run before it.
    pub needs: Vec<Spanned<String>>,
    /// The stages of the product that it says it deploys to, as written.
    pub environments: Vec<Spanned<String>>,
    /// Its variables.
    pub variables: Vec<Variable>,
    /// The values of its matrix by axis, `include` among them.
    pub matrix: Vec<(String, Vec<Spanned<String>>)>,
    /// When it runs, as written.
    pub condition: Option<Spanned<String>>,
    /// The images that it runs in.
    pub images: Vec<Spanned<String>>,
    /// The jobs whose keys it takes over.
    pub extends: Vec<Spanned<String>>,
    /// A pipeline that it calls instead of steps of its own.
    pub calls: Option<Use>,
    /// Its steps.
    pub steps: Vec<Step>,
}

impl Job {
    /// A job that says nothing yet.
    pub fn new(id: Spanned<String>, span: Span) -> Self {
        Self {
            id,
            name: None,
            span,
            needs: Vec::new(),
            environments: Vec::new(),
            variables: Vec::new(),
            matrix: Vec::new(),
            condition: None,
            images: Vec::new(),
            extends: Vec::new(),
            calls: None,
            steps: Vec::new(),
        }
    }
}

/// One step: something called by name, or commands, or both.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Step {
    /// Its title.
    pub name: Option<Spanned<String>>,
    /// All of it.
    pub span: Span,
    /// When it runs, as written.
    pub condition: Option<Spanned<String>>,
    /// The folder that it runs in, as written.
    pub folder: Option<String>,
    /// Its variables.
    pub variables: Vec<Variable>,
    /// The action, orb, task, pipe, plugin or module that it calls.
    pub uses: Option<Use>,
    /// The commands that it runs, or that it hands to what it calls.
    pub commands: Vec<ScriptCommand>,
}

/// A call of an action, a reusable workflow, an orb, a task, a pipe, a plugin or a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// What is called, without its version: `actions/setup-node`, `./.github/actions/build`, `heroku/deploy-via-git`.
    pub name: Spanned<String>,
    /// Its version: a tag, branch or commit.
    pub version: Option<String>,
    /// What it is given.
    pub inputs: Vec<Variable>,
}

impl Use {
    /// A call with its version after `@`.
    pub fn parse(text: &Spanned<String>) -> Self {
        let (name, version) = match text.value.split_once('@') {
            Some((name, version)) => (name, Some(version.to_owned())),
            None => (text.value.as_str(), None),
        };
        Self { name: Spanned::new(name.to_owned(), text.span), version, inputs: Vec::new() }
    }

    /// What it is given under a name.
    pub fn input(&self, name: &str) -> Option<&Variable> {
        self.inputs.iter().find(|input| input.name.value.eq_ignore_ascii_case(name))
    }

    /// The text that it is given under a name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.input(name)?.value.as_ref().map(|value| value.value.as_str())
    }
}

/// What reading one file gave: `None` where it runs nothing after all.
type ReadFile = (Option<Automation>, Vec<Note>);

/// How one tool's files are known and read.
struct Reader {
    reads: fn(&RepoPath) -> bool,
    read: fn(&RepoPath, &str) -> ReadFile,
}

const READERS: &[Reader] = &[
    Reader { reads: github_actions::is_workflow, read: github_actions::read_workflow },
    Reader { reads: github_actions::is_action, read: github_actions::read_action },
    Reader { reads: gitlab_ci::is_pipeline, read: gitlab_ci::read },
    Reader { reads: circle_ci::is_config, read: circle_ci::read },
    Reader { reads: other_pipelines::is_azure, read: other_pipelines::read_azure },
    Reader { reads: other_pipelines::is_bitbucket, read: other_pipelines::read_bitbucket },
    Reader { reads: other_pipelines::is_travis, read: other_pipelines::read_travis },
    Reader { reads: other_pipelines::is_drone, read: other_pipelines::read_drone },
    Reader { reads: other_pipelines::is_buildkite, read: other_pipelines::read_buildkite },
    Reader { reads: other_pipelines::is_cloud_build, read: other_pipelines::read_cloud_build },
    Reader { reads: jenkins::is_jenkinsfile, read: jenkins::read },
    Reader { reads: ansible::is_playbook, read: ansible::read },
    Reader { reads: scripts::is_makefile, read: scripts::read_makefile },
    Reader { reads: scripts::is_justfile, read: scripts::read_justfile },
    Reader { reads: scripts::is_taskfile, read: scripts::read_taskfile },
    // By their folders alone; whatever has a name of its own comes before.
    Reader { reads: scripts::is_shell, read: scripts::read_shell },
];

/// Whether a file runs commands by its name.
pub fn is_automation(path: &RepoPath) -> bool {
    READERS.iter().any(|reader| (reader.reads)(path))
}

/// Whether a YAML file of any name holds jobs of GitLab, as one that a pipeline includes.
fn is_included(path: &RepoPath, text: &str) -> bool {
    let says = |key: &str| text.contains(key);
    matches!(path.extension(), Some("yml" | "yaml"))
        && says("script:")
        && (says("stage:") || says("extends:"))
        && !says("apiVersion:")
}

/// Reads what a file runs; `None` where it is none after all.
pub fn read(path: &RepoPath, text: &str) -> ReadFile {
    let mut notes = Vec::new();
    for reader in READERS.iter().filter(|reader| (reader.reads)(path)) {
        let (file, remarks) = (reader.read)(path, text);
        if file.is_some() {
            return (file, remarks);
        }
        notes.extend(remarks);
    }
    (read_included(path, text), notes)
}

/// Reads a file of any name that a pipeline of GitLab may include; what is none is another reader's to remark on.
pub fn read_included(path: &RepoPath, text: &str) -> Option<Automation> {
    if is_included(path, text) { gitlab_ci::read(path, text).0 } else { None }
}
