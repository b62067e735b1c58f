//! Where scripts and pipelines call Docker: builds of images, compose projects, stacks, containers.
//!
//! Read are shell scripts, makefiles, package scripts and pipelines, whose commands stand under a few keys. The commands'
//! options: <https://docs.docker.com/reference/cli/docker/>; the build action's inputs:
//! <https://github.com/docker/build-push-action#inputs>.

mod bake;
mod makefile;
mod pipeline;
mod script;
#[cfg(test)]
mod tests;

use crate::command::ToolCall;
use crate::{compose, npm};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_source::{Place, RepoPath};
use script::Scripts;

/// How many calls of one file are kept.
const MOST: usize = 500;

/// The calls of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DockerCalls {
    /// Commands, in the order of the text.
    pub commands: Vec<DockerCommand>,
    /// Builds that a pipeline's action or a build file describes, in the order of the text.
    pub builds: Vec<DeclaredBuild>,
}

impl DockerCalls {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty() && self.builds.is_empty()
    }
}

/// One command.
#[derive(Debug, Clone, PartialEq)]
pub struct DockerCommand {
    /// The call.
    pub call: ToolCall,
    /// What the script, target, job and step around it are called, outermost first.
    pub around: Vec<String>,
    /// The folder that was changed to before, as written.
    pub folder: Option<String>,
    /// `COMPOSE_FILE`, where it is set before: the compose files, `:` between them.
    pub compose_file: Option<String>,
}

/// A build that is described rather than called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredBuild {
    /// The Dockerfile, as written.
    pub file: Option<String>,
    /// The context, as written.
    pub context: Option<String>,
    /// The stage.
    pub target: Option<String>,
    /// Build arguments with their values; unknown parts as written.
    pub arguments: Vec<(String, String)>,
    /// The names of the image.
    pub tags: Vec<String>,
    /// Whether it is pushed to a registry; `None` where only a run would tell.
    pub push: Option<bool>,
    /// What the job and step around it are called, outermost first.
    pub around: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// Whether a file can hold calls by its name.
pub fn may_call(path: &RepoPath) -> bool {
    npm::is_package(path)
        || bake::is_bake(path)
        || makefile::is_makefile(path)
        || pipeline::is_pipeline(path)
        || script::is_script(path)
        || is_unit(path)
}

fn is_unit(path: &RepoPath) -> bool {
    path.extension() == Some("service")
}

/// The commands of a systemd unit: `ExecStart=docker compose up`.
fn read_unit(path: &RepoPath, text: &str, calls: &mut DockerCalls) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((key, command)) = line.split_once('=') else { continue };
        if key.trim().starts_with("Exec") {
            let skipped = command.len() - command.trim_start_matches([' ', '\t', '-', '@', '+', '!', ':']).len();
            let from = start + key.len() + 1 + skipped;
            let command = command.get(skipped..).unwrap_or("").trim_end();
            Scripts::new(path, vec![key.trim().to_owned()]).read(&Excerpt::verbatim(command, from), calls);
        }
    }
}

/// The calls of a file.
pub fn read(path: &RepoPath, text: &str) -> DockerCalls {
    let mut calls = DockerCalls::default();
    if bake::is_bake(path) {
        bake::read(path, text, &mut calls);
        return calls;
    }
    // Most files call no Docker, and need no closer look.
    if !["docker", "podman", "compose"].iter().any(|word| text.contains(word)) {
        return calls;
    }
    if npm::is_package(path) {
        for script in &npm::read(text).0.scripts {
            let excerpt = Excerpt::aligned(text, script.command.span, &script.command.value);
            Scripts::new(path, vec![script.name.value.clone()]).read(&excerpt, &mut calls);
        }
    } else if makefile::is_makefile(path) {
        makefile::read(path, text, &mut calls);
    } else if pipeline::is_pipeline(path) && !compose::is_named(path) {
        pipeline::read(path, text, &mut calls);
    } else if is_unit(path) {
        read_unit(path, text, &mut calls);
    } else if script::is_script(path) {
        Scripts::new(path, Vec::new()).read(&Excerpt::plain(text), &mut calls);
    }
    calls.commands.truncate(MOST);
    calls.builds.truncate(MOST);
    calls
}
