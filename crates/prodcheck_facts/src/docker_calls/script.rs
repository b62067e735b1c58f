//! Shell text: its Docker commands, with the folder and the variables that literal commands before them set.

use super::{DockerCalls, DockerCommand, MOST};
use crate::command::{self, Argv, DeployTool, Invocation, Word};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::shell::{self, Command, PartKind, Quote, Script};
use prodcheck_source::{Place, RepoPath};
use std::collections::HashMap;

/// How deep commands may stand in the words of commands (`ssh host "docker …"`).
const DEPTH: usize = 3;

/// Programs that run the commands in their arguments or on their input.
const RUNNERS: &[&str] = &[
    "ssh", "sshpass", "sh", "bash", "dash", "zsh", "su", "sudo", "eval", "gcloud", "az", "doctl", "timeout", "nohup",
    "retry", "xargs",
];

/// Whether a file is a shell script by its name.
pub(super) fn is_script(path: &RepoPath) -> bool {
    match path.extension() {
        Some(extension) => matches!(extension, "sh" | "bash" | "zsh" | "ksh"),
        // `bin/deploy`, `scripts/release`: folders of scripts.
        None => {
            let folder = path.parent();
            !path.name().starts_with('.')
                && folder
                    .parts()
                    .any(|part| matches!(part, "bin" | "script" | "scripts" | "deploy" | "ci" | "hack" | "tools"))
        }
    }
}

/// Reads the scripts of one file.
pub(super) struct Scripts<'a> {
    path: &'a RepoPath,
    around: Vec<String>,
    folder: Option<String>,
    variables: HashMap<String, String>,
}

impl<'a> Scripts<'a> {
    pub fn new(path: &'a RepoPath, around: Vec<String>) -> Self {
        Self { path, around, folder: None, variables: HashMap::new() }
    }

    /// The same in a folder.
    pub fn in_folder(self, folder: Option<String>) -> Self {
        Self { folder, ..self }
    }

    /// The same with a variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn read(mut self, text: &Excerpt<'_>, calls: &mut DockerCalls) {
        self.script(&shell::parse_excerpt(text).tree, calls, DEPTH);
    }

    fn script(&mut self, script: &Script, calls: &mut DockerCalls, depth: usize) {
        for visit in script.commands() {
            if calls.commands.len() >= MOST {
                return;
            }
            self.command(visit.command, visit.context.function, calls, depth);
        }
    }

    fn command(&mut self, command: &Command, function: Option<&str>, calls: &mut DockerCalls, depth: usize) {
        let assigned: Vec<(String, Option<String>)> = command
            .assignments
            .iter()
            .map(|one| (one.name.value.clone(), self.text(&one.value)))
            .chain(command.variables().iter().map(|one| (one.name.value.clone(), self.text(&one.value))))
            .collect();
        let lasts = command.words.is_empty() || !command.variables().is_empty();
        if lasts {
            for (name, value) in assigned {
                match value {
                    Some(value) => self.variables.insert(name, value),
                    None => self.variables.remove(&name),
                };
            }
            return;
        }
        if command.name().as_deref() == Some("cd") {
            let to = command.arguments().first().and_then(|word| self.text(word));
            self.folder = to.map(|to| match &self.folder {
                Some(folder) if !to.starts_with('/') => format!("{folder}/{to}"),
                _ => to,
            });
            return;
        }
        let words: Vec<Word> = command.words.iter().flat_map(|word| self.words(word)).collect();
        let place = Place::new(self.path.clone(), command.span);
        let invoked = command::read(&Argv::new(words, place));
        if let Invocation::Tool(call) = invoked.invocation
            && call.tool == DeployTool::Docker
        {
            let compose_file =
                assigned.into_iter().find(|(name, _)| name == "COMPOSE_FILE").and_then(|(_, value)| value);
            let around = self.around.iter().cloned().chain(function.map(str::to_owned)).collect();
            calls.commands.push(DockerCommand {
                call,
                around,
                folder: self.folder.clone(),
                compose_file: compose_file.or_else(|| self.variables.get("COMPOSE_FILE").cloned()),
            });
            return;
        }
        let program = command.name().unwrap_or_default();
        if depth > 0 && RUNNERS.contains(&program.rsplit('/').next().unwrap_or("")) {
            self.inner(command, calls, depth);
        }
    }

    /// Commands in a word or a here-document: `ssh host 'docker compose up -d'`, `bash -c "…"`, `ssh host <<EOF`.
    fn inner(&mut self, command: &Command, calls: &mut DockerCalls, depth: usize) {
        let bodies = command.redirections.iter().filter_map(|redirection| redirection.body.as_ref());
        let words = command.words.iter().skip(1);
        for word in words.chain(bodies) {
            let holds = word.parts.iter().any(|part| {
                matches!(&part.kind, PartKind::Text { text, .. } if text.contains("docker") || text.contains("compose"))
            });
            // A word without blanks is an argument and no command line.
            let is_line = word.excerpt().text().contains([' ', '\n']);
            if holds && is_line {
                let mut inside = Self {
                    path: self.path,
                    around: self.around.clone(),
                    folder: None,
                    variables: self.variables.clone(),
                };
                inside.script(&word.script().tree, calls, depth - 1);
            }
        }
    }

    fn text(&self, word: &shell::Word) -> Option<String> {
        word.resolve(&|name| self.variables.get(name).cloned())
    }

    /// The words that one word becomes: a known unquoted variable can be several.
    fn words(&self, word: &shell::Word) -> Vec<Word> {
        let place = Place::new(self.path.clone(), word.span);
        if let Some(fields) = word.fields(&|name| self.variables.get(name).cloned()) {
            return fields.into_iter().map(|field| Word::new(field, place.clone())).collect();
        }
        if let Some(text) = word.pattern() {
            return vec![Word::new(text, place)];
        }
        let known: usize = word
            .parts
            .iter()
            .map_while(|part| match &part.kind {
                PartKind::Text { text, .. } => Some(text.len()),
                _ => None,
            })
            .sum();
        let partly = Word::partly(word.excerpt().text(), known, place);
        let bare = word.parts.len() == 1 && word.parts.iter().all(|part| part.quote == Quote::None);
        vec![if bare { partly.or_many() } else { partly }]
    }
}
