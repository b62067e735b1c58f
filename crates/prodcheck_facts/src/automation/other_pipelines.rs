//! Pipelines of Azure, Bitbucket, Travis, Drone, Woodpecker, Buildkite, Cloud Build and CodeBuild.
//!
//! Sources: <https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/>,
//! <https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/>,
//! <https://docs.travis-ci.com/user/build-stages/>, <https://docs.drone.io/pipeline/docker/syntax/>,
//! <https://woodpecker-ci.org/docs/usage/workflow-syntax>, <https://buildkite.com/docs/pipelines/configure/step-types>,
//! <https://cloud.google.com/build/docs/build-config-file-schema>,
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html>.

use super::commands::of_words;
use super::github_actions::variables;
use super::shells::Shells;
use super::{Automation, AutomationTool, Job, ReadFile, Step, Trigger, TriggerKind, Use, Variable};
use crate::fields::{text, texts};
use prodcheck_formats::value::{Node, Value};
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// How many steps of one file are kept.
const MOST: usize = 2_000;

fn named(path: &RepoPath, starts: &[&str]) -> bool {
    let name = path.name().to_ascii_lowercase();
    matches!(path.extension(), Some("yml" | "yaml")) && starts.iter().any(|start| name.starts_with(start))
}

/// Azure's files: `azure-pipelines.yml`, and the templates beside them.
pub(super) fn is_azure(path: &RepoPath) -> bool {
    let folder = path.parent();
    let in_folder =
        folder.parts().any(|part| matches!(part, ".azure" | ".azure-pipelines" | "azure-pipelines" | ".pipelines"));
    named(path, &["azure-pipeline", "azurepipelines", ".azure-pipelines"]) || (in_folder && named(path, &[""]))
}

/// Bitbucket's file.
pub(super) fn is_bitbucket(path: &RepoPath) -> bool {
    path.as_str() == "bitbucket-pipelines.yml"
}

/// Travis' file.
pub(super) fn is_travis(path: &RepoPath) -> bool {
    path.as_str() == ".travis.yml"
}

/// Drone's and Woodpecker's files.
pub(super) fn is_drone(path: &RepoPath) -> bool {
    let in_folder = path.parent().parts().next() == Some(".woodpecker");
    (path.parent().is_root() && named(path, &[".drone", ".woodpecker"])) || (in_folder && named(path, &[""]))
}

/// Buildkite's file.
pub(super) fn is_buildkite(path: &RepoPath) -> bool {
    path.parent().as_str() == ".buildkite" && named(path, &["pipeline"])
}

/// The build files of Google Cloud and AWS.
pub(super) fn is_cloud_build(path: &RepoPath) -> bool {
    named(path, &["cloudbuild", "buildspec"])
}

fn start(source: &str, tool: AutomationTool) -> (Vec<Node>, Automation, Vec<Note>) {
    let parsed = yaml::parse(source);
    let mut file = Automation::new(tool);
    file.triggers.push(Trigger { kind: TriggerKind::Push, of: Vec::new(), span: Span::default() });
    (parsed.tree, file, parsed.notes)
}

fn done(file: Automation, notes: Vec<Note>) -> ReadFile {
    ((!file.jobs.is_empty()).then_some(file), notes)
}

fn job_named(name: &str, node: &Node) -> Job {
    let id =
        node.get("name").or_else(|| node.get("job")).or_else(|| node.get("deployment")).or_else(|| node.get("stage"));
    let id = id.and_then(text).unwrap_or_else(|| Spanned::new(name.to_owned(), Span::at(node.span.start as usize)));
    Job::new(id, node.span)
}

/// Reads a pipeline of Azure: stages of jobs of steps, each of which can stand at the top.
pub(super) fn read_azure(path: &RepoPath, source: &str) -> ReadFile {
    let (tree, mut file, notes) = start(source, AutomationTool::Azure);
    let shells = Shells { path, source };
    if let Some(root) = tree.first() {
        file.variables = azure_variables(root.get("variables"));
        for branch in
            root.at(&["trigger", "branches", "include"]).or_else(|| root.get("trigger")).map(texts).unwrap_or_default()
        {
            let span = branch.span;
            file.triggers.push(Trigger { kind: TriggerKind::Push, of: vec![branch], span });
        }
        let mut before: Vec<Spanned<String>> = Vec::new();
        let stages = root.get("stages").map_or(std::slice::from_ref(root), Node::items);
        for stage in stages {
            let needs = stage.get("dependsOn").map(texts);
            let mut own = Vec::new();
            let jobs = stage.get("jobs").map_or(std::slice::from_ref(stage), Node::items);
            for node in jobs.iter().take(MOST) {
                let mut job = azure_job(shells, stage, node);
                let named = node.get("dependsOn").map(texts).unwrap_or_default();
                job.needs = named.into_iter().chain(needs.clone().unwrap_or_default()).chain(before.clone()).collect();
                if !job.steps.is_empty() || job.calls.is_some() {
                    own.push(job.id.clone());
                    file.jobs.push(job);
                }
            }
            before.extend(own);
        }
    }
    done(file, notes)
}

fn azure_variables(node: Option<&Node>) -> Vec<Variable> {
    let Some(node) = node else { return Vec::new() };
    let listed = node.items().iter().filter_map(|one| {
        Some(Variable { name: one.get("name").and_then(text)?, value: one.get("value").and_then(text) })
    });
    variables(Some(node)).into_iter().chain(listed).collect()
}

fn azure_job(shells: Shells<'_>, stage: &Node, node: &Node) -> Job {
    let name = stage.get("stage").and_then(Node::as_str).unwrap_or("job");
    let mut job = job_named(name, node);
    job.name = node.get("displayName").or_else(|| stage.get("displayName")).and_then(text);
    let environment = node.get("environment");
    job.environments.extend(environment.and_then(|one| text(one).or_else(|| text(one.get("name")?))));
    if let Some(stage) = stage.get("stage").and_then(text)
        && job.id.value != stage.value
        && job.name.is_none()
    {
        job.name = Some(stage);
    }
    job.variables = azure_variables(node.get("variables"));
    if let Some(template) = node.get("template").and_then(text) {
        let called = azure_template(&template);
        job.calls = Some(Use { inputs: variables(node.get("parameters")), ..called });
    }
    let mut steps: Vec<&Node> = node.get("steps").map(Node::items).unwrap_or_default().iter().collect();
    // `strategy: { runOnce: { deploy: { steps } } }`, and `rolling`, `canary`.
    for kind in node.get("strategy").into_iter().flat_map(Node::entries) {
        for phase in kind.value.entries() {
            steps.extend(phase.value.get("steps").map(Node::items).unwrap_or_default());
        }
    }
    for step in steps {
        let folder = step.get("workingDirectory").and_then(Node::as_str);
        let scripts: Vec<&Node> =
            ["script", "bash", "pwsh", "powershell"].iter().filter_map(|key| step.get(key)).collect();
        let mut read = Step { name: step.get("displayName").and_then(text), span: step.span, ..Step::default() };
        read.commands = shells.commands(&scripts, &job.variables, folder, false);
        if let Some(task) = step.get("task").and_then(text) {
            let inputs = step.get("inputs");
            let remote = task.value.starts_with("SSH");
            let handed: Vec<&Node> = ["script", "inlineScript", "inline", "commands", "customCommand"]
                .iter()
                .filter_map(|key| inputs?.get(key))
                .collect();
            // `Npm@1` runs npm: `command: ci`, or `custom` with `customCommand`.
            let is_npm = task.value.starts_with("Npm@");
            if is_npm {
                let word = inputs.and_then(|inputs| inputs.get("command").or_else(|| inputs.get("customCommand")));
                if let Some(word) = word.and_then(text) {
                    let words = std::iter::once(("npm".to_owned(), word.span));
                    let rest = word.value.split_whitespace().map(|part| (part.to_owned(), word.span));
                    read.commands.extend(of_words(shells.path, words.chain(rest).collect(), word.span));
                }
            } else {
                read.commands.extend(shells.commands(&handed, &job.variables, folder, remote));
            }
            read.uses = Some(Use { inputs: variables(inputs), ..Use::parse(&task) });
        }
        if let Some(template) = step.get("template").and_then(text) {
            read.uses = Some(Use { inputs: variables(step.get("parameters")), ..azure_template(&template) });
        }
        job.steps.push(read);
    }
    job
}

/// `steps/deploy.yml` is the repository's own, `deploy.yml@templates` another's.
fn azure_template(template: &Spanned<String>) -> Use {
    let name = match template.value.split_once('@') {
        Some((file, repository)) => format!("{repository}/{file}"),
        None => format!("./{}", template.value.trim_start_matches('/')),
    };
    Use { name: Spanned::new(name, template.span), version: None, inputs: Vec::new() }
}

/// Reads Bitbucket's pipelines.
pub(super) fn read_bitbucket(path: &RepoPath, source: &str) -> ReadFile {
    let (tree, mut file, notes) = start(source, AutomationTool::Bitbucket);
    let shells = Shells { path, source };
    let pipelines = tree.first().and_then(|root| root.get("pipelines"));
    for kind in pipelines.into_iter().flat_map(Node::entries) {
        match &kind.value.value {
            Value::Array(steps) => bitbucket(shells, &kind.key, steps, &mut file),
            _ => {
                for branch in kind.value.entries() {
                    if kind.key == "branches" {
                        let name = Spanned::new(branch.key.clone(), branch.key_span);
                        file.triggers.push(Trigger { kind: TriggerKind::Push, of: vec![name], span: branch.key_span });
                    }
                    bitbucket(shells, &branch.key, branch.value.items(), &mut file);
                }
            }
        }
    }
    done(file, notes)
}

fn bitbucket(shells: Shells<'_>, branch: &str, items: &[Node], file: &mut Automation) {
    let mut before: Vec<Spanned<String>> = Vec::new();
    let mut open: Vec<(&Node, Option<Spanned<String>>)> = items.iter().rev().map(|item| (item, None)).collect();
    while let Some((item, deployment)) = open.pop() {
        if file.jobs.len() >= MOST {
            return;
        }
        let group = item.get("parallel").or_else(|| item.get("stage"));
        if let Some(group) = group {
            let stage = group.get("deployment").and_then(text);
            let steps = group.get("steps").map_or(group.items(), Node::items);
            open.extend(steps.iter().rev().map(|step| (step, stage.clone())));
            continue;
        }
        let Some(step) = item.get("step") else { continue };
        let mut job = job_named(branch, step);
        // Several steps of one name are several jobs.
        job.id.value = format!("{branch}: {}", job.id.value);
        job.environments.extend(step.get("deployment").and_then(text).or(deployment));
        job.images.extend(step.get("image").and_then(|one| text(one).or_else(|| text(one.get("name")?))));
        job.needs = before.clone();
        before.push(job.id.clone());
        let lines = step.get("script").map(Node::items).unwrap_or_default();
        let scripts: Vec<&Node> = lines.iter().filter(|line| line.as_str().is_some()).collect();
        job.steps.push(Step {
            span: step.span,
            commands: shells.commands(&scripts, &[], None, false),
            ..Step::default()
        });
        for pipe in lines.iter().filter(|line| line.get("pipe").is_some()) {
            let Some(name) = pipe.get("pipe").and_then(text) else { continue };
            let given = variables(pipe.get("variables"));
            let (called, version) = match name.value.split_once(':') {
                Some((called, version)) => (called.to_owned(), Some(version.to_owned())),
                None => (name.value.clone(), None),
            };
            let handed: Vec<&Node> =
                ["COMMAND", "SCRIPT"].iter().filter_map(|key| pipe.at(&["variables", key])).collect();
            let remote = called.contains("ssh");
            job.steps.push(Step {
                span: pipe.span,
                commands: shells.commands(&handed, &[], None, remote),
                uses: Some(Use { name: Spanned::new(called, name.span), version, inputs: given }),
                ..Step::default()
            });
        }
        file.jobs.push(job);
    }
}

/// Reads Travis' file. Its own install, where none is written, is no step.
pub(super) fn read_travis(path: &RepoPath, source: &str) -> ReadFile {
    let (tree, mut file, notes) = start(source, AutomationTool::Travis);
    let shells = Shells { path, source };
    if let Some(root) = tree.first().filter(|root| root.as_object().is_some()) {
        travis(shells, "build", root, &mut file);
        let jobs = root.get("jobs").or_else(|| root.get("matrix")).and_then(|jobs| jobs.get("include"));
        for job in jobs.map(Node::items).unwrap_or_default().iter().take(MOST) {
            travis(shells, "job", job, &mut file);
        }
    }
    done(file, notes)
}

fn travis(shells: Shells<'_>, name: &str, node: &Node, file: &mut Automation) {
    const PHASES: &[&str] = &["before_install", "install", "before_script", "script", "after_success", "before_deploy"];
    let mut job = job_named(name, node);
    if name == "build" {
        let first = PHASES.iter().rev().find_map(|phase| node.entry(phase)).map(|entry| entry.key_span);
        job.id = Spanned::new(name.to_owned(), first.unwrap_or(Span::at(node.span.start as usize)));
    }
    // The versions that Travis installs before anything else, one job each:
    // <https://docs.travis-ci.com/user/languages/javascript-with-nodejs/#specifying-nodejs-versions>.
    if let Some(versions) = node.get("node_js") {
        let one = std::slice::from_ref(versions);
        let listed = if versions.items().is_empty() { one } else { versions.items() };
        let spelled = |version: &Node| Some(Spanned::new(version.to_text()?, version.span));
        job.matrix.push(("node_js".to_owned(), listed.iter().filter_map(spelled).collect()));
    }
    for phase in PHASES.iter().filter_map(|phase| node.get(phase)) {
        job.steps.push(Step {
            span: phase.span,
            commands: shells.commands(&[phase], &[], None, false),
            ..Step::default()
        });
    }
    let deploy = node.get("deploy");
    let several = deploy.map(Node::items).unwrap_or_default();
    for one in deploy.into_iter().filter(|one| one.as_object().is_some()).chain(several) {
        let Some(provider) = one.get("provider").and_then(text) else { continue };
        let scripts: Vec<&Node> = one.get("script").into_iter().collect();
        job.steps.push(Step {
            span: one.span,
            commands: shells.commands(&scripts, &[], None, false),
            uses: Some(Use {
                name: Spanned::new(format!("travis/{}", provider.value), provider.span),
                version: None,
                inputs: variables(Some(one)),
            }),
            ..Step::default()
        });
    }
    for phase in ["after_deploy"].iter().filter_map(|phase| node.get(phase)) {
        job.steps.push(Step {
            span: phase.span,
            commands: shells.commands(&[phase], &[], None, false),
            ..Step::default()
        });
    }
    if !job.steps.is_empty() || node.get("language").is_some() {
        file.jobs.push(job);
    }
}

/// Reads Drone's and Woodpecker's files; a document is a job.
pub(super) fn read_drone(path: &RepoPath, source: &str) -> ReadFile {
    let (tree, mut file, notes) = start(source, AutomationTool::Drone);
    let shells = Shells { path, source };
    for document in &tree {
        let mut job = job_named("pipeline", document);
        let steps = document.get("steps").or_else(|| document.get("pipeline"));
        let listed = steps.map(Node::items).unwrap_or_default().iter().map(|step| (None, step));
        let keyed = steps.into_iter().flat_map(Node::entries).map(|entry| (Some(entry), &entry.value));
        for (entry, step) in listed.chain(keyed).take(MOST) {
            let commands: Vec<&Node> = step.get("commands").or_else(|| step.get("command")).into_iter().collect();
            let image = step.get("image").and_then(text);
            let settings = step.get("settings").or(Some(step));
            let handed: Vec<&Node> = settings.and_then(|one| one.get("script")).into_iter().collect();
            let is_ssh = image.as_ref().is_some_and(|image| image.value.contains("ssh"));
            let mut read = Step { span: step.span, ..Step::default() };
            read.name = step
                .get("name")
                .and_then(text)
                .or_else(|| entry.map(|one| Spanned::new(one.key.clone(), one.key_span)));
            read.commands = shells.commands(&commands, &[], None, false);
            read.commands.extend(shells.commands(&handed, &[], None, is_ssh));
            // An image without commands is a plugin.
            read.uses = image.filter(|_| commands.is_empty()).map(|image| {
                let name = image.value.split(':').next().unwrap_or("").to_owned();
                Use { name: Spanned::new(name, image.span), version: None, inputs: variables(settings) }
            });
            job.steps.push(read);
        }
        if !job.steps.is_empty() {
            file.jobs.push(job);
        }
    }
    done(file, notes)
}

/// Reads Buildkite's file; a step is a job.
pub(super) fn read_buildkite(path: &RepoPath, source: &str) -> ReadFile {
    let (tree, mut file, notes) = start(source, AutomationTool::Buildkite);
    let shells = Shells { path, source };
    let steps = tree.first().and_then(|root| root.get("steps")).map(Node::items).unwrap_or_default();
    for step in steps.iter().take(MOST) {
        let mut job = job_named("step", step);
        if let Some(label) = step.get("label").or_else(|| step.get("key")).and_then(text) {
            job.id = label;
        }
        let commands: Vec<&Node> = ["command", "commands"].iter().filter_map(|key| step.get(key)).collect();
        job.steps.push(Step {
            span: step.span,
            commands: shells.commands(&commands, &[], None, false),
            ..Step::default()
        });
        file.jobs.push(job);
    }
    done(file, notes)
}

/// Reads the build files of Google Cloud (`steps` of a program and its arguments) and AWS (`phases` of commands).
pub(super) fn read_cloud_build(path: &RepoPath, source: &str) -> ReadFile {
    let (tree, mut file, notes) = start(source, AutomationTool::CloudBuild);
    let shells = Shells { path, source };
    let Some(root) = tree.first() else { return done(file, notes) };
    let place = root.entry("steps").or_else(|| root.entry("phases")).map_or(root.span, |entry| entry.key_span);
    let mut job = Job::new(Spanned::new("build".to_owned(), place), root.span);
    for step in root.get("steps").map(Node::items).unwrap_or_default().iter().take(MOST) {
        let name = step.get("entrypoint").or_else(|| step.get("name")).and_then(text);
        let folder = step.get("dir").and_then(Node::as_str);
        let scripts: Vec<&Node> = step.get("script").into_iter().collect();
        let mut read = Step { span: step.span, folder: folder.map(str::to_owned), ..Step::default() };
        read.commands = shells.commands(&scripts, &[], folder, false);
        if let Some(name) = name.filter(|_| scripts.is_empty()) {
            // `gcr.io/cloud-builders/docker` runs `docker`, `gcr.io/google.com/cloudsdktool/cloud-sdk` most often `gcloud`.
            let image = name.value.split([':', '@']).next().unwrap_or("");
            let program = match image.rsplit('/').next().unwrap_or("") {
                "cloud-sdk" | "google-cloud-cli" => "gcloud",
                program => program,
            };
            let arguments = step.get("args").map(texts).unwrap_or_default();
            let words = std::iter::once((program.to_owned(), name.span));
            let rest = arguments.into_iter().map(|one| (one.value, one.span));
            let span = step.get("args").map_or(name.span, |args| name.span.to(args.span));
            read.commands.extend(of_words(path, words.chain(rest).collect(), span));
        }
        job.steps.push(read);
    }
    for phase in root.get("phases").into_iter().flat_map(Node::entries) {
        let commands: Vec<&Node> = phase.value.get("commands").into_iter().collect();
        job.steps.push(Step {
            span: phase.span(),
            commands: shells.commands(&commands, &[], None, false),
            ..Step::default()
        });
    }
    if root.get("images").is_some() {
        let span = root.entry("images").map_or(root.span, |entry| entry.key_span);
        let words = ["docker", "push"].map(|word| (word.to_owned(), span)).to_vec();
        job.steps.push(Step { span, commands: of_words(path, words, span), ..Step::default() });
    }
    if !job.steps.is_empty() {
        file.jobs.push(job);
    }
    done(file, notes)
}
