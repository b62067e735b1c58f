//! The commands of a piece of shell one by one, those that it sends to other machines and shells included.

use crate::command::{self, Argv, Grammar, Invocation, Invoked, Word, leading};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::shell::{self, Command, Connector, Context, PartKind, Quote, Redirect, Script};
use prodcheck_source::{Place, RepoPath, Span};
use std::collections::HashMap;

/// One simple command and what is around it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptCommand {
    /// What it runs.
    pub invoked: Invoked,
    /// The folder that was changed to before, as written.
    pub folder: Option<String>,
    /// The function whose body holds it.
    pub function: Option<String>,
    /// Whether it runs again and again, in a loop's body or condition.
    pub in_loop: bool,
    /// Whether its result is asked by `if`, `while` or `until`.
    pub in_condition: bool,
    /// Whether it stands in a branch of `if` or `case`, or after `||`.
    pub conditional: bool,
    /// Whether another machine runs it, by `ssh` or the like.
    pub remote: bool,
    /// Where it stands.
    pub span: Span,
}

/// How deep commands may stand in the words of commands (`ssh host "bash -c '…'"`).
const DEPTH: usize = 3;

/// How many commands of one file are kept.
const MOST: usize = 5_000;

/// ssh's options that take the next word, <https://man.openbsd.org/ssh>.
const SSH: Grammar = Grammar {
    valued: &[
        "-B", "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-P", "-p", "-Q",
        "-R", "-S", "-W", "-w",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

/// Reads the shell code of one file.
pub(super) struct Commands<'a> {
    path: &'a RepoPath,
    folder: Option<String>,
    variables: HashMap<String, String>,
    remote: bool,
    depth: usize,
}

impl<'a> Commands<'a> {
    /// For the shell code of a file.
    pub fn new(path: &'a RepoPath) -> Self {
        Self { path, folder: None, variables: HashMap::new(), remote: false, depth: DEPTH }
    }

    /// The same in a folder.
    pub fn in_folder(self, folder: Option<String>) -> Self {
        Self { folder, ..self }
    }

    /// The same on another machine.
    pub fn on_other_machine(self, remote: bool) -> Self {
        Self { remote, ..self }
    }

    /// The same with variables; of one name the last counts.
    pub fn with<'b>(mut self, variables: impl IntoIterator<Item = (&'b str, &'b str)>) -> Self {
        for (name, value) in variables {
            // What a template of the pipeline puts in is not known.
            if value.contains("${{") || value.contains('$') {
                self.variables.remove(name);
            } else {
                self.variables.insert(name.to_owned(), value.to_owned());
            }
        }
        self
    }

    /// The commands of a text.
    pub fn read(&mut self, text: &Excerpt<'_>, found: &mut Vec<ScriptCommand>) {
        self.script(&shell::parse_excerpt(text).tree, found);
    }

    /// The commands of a script.
    pub fn script(&mut self, script: &Script, found: &mut Vec<ScriptCommand>) {
        for visit in script.commands() {
            if found.len() >= MOST {
                return;
            }
            self.command(visit.command, &visit.context, found);
        }
    }

    /// One command.
    pub fn command(&mut self, command: &Command, context: &Context<'_>, found: &mut Vec<ScriptCommand>) {
        let variables = command.variables();
        for one in &variables {
            match one.value.resolve(&|name| self.variables.get(name).cloned()) {
                Some(value) if !one.partial => self.variables.insert(one.name.value.clone(), value),
                _ => self.variables.remove(&one.name.value),
            };
        }
        if command.words.is_empty() {
            return;
        }
        if command.name().as_deref() == Some("cd") {
            let to =
                command.arguments().iter().find_map(|word| Some(self.shown(word)).filter(|to| !to.starts_with('-')));
            self.folder = to.map(|to| match &self.folder {
                Some(folder) if !to.starts_with(['/', '~', '$']) => format!("{folder}/{to}"),
                _ => to,
            });
            return;
        }
        let place = |span| Place::new(self.path.clone(), span);
        let assignments = command.assignments.iter().filter_map(|one| {
            let value = self.words(&one.value).into_iter().next()?;
            Some(command::Assignment { name: one.name.value.clone(), value, place: place(one.span) })
        });
        let words: Vec<Word> = command.words.iter().flat_map(|word| self.words(word)).collect();
        let argv = Argv { assignments: assignments.collect(), words, place: place(command.span) };
        let invoked = command::read(&argv);
        let inside = self.inside(command, &invoked, context);
        found.push(ScriptCommand {
            invoked,
            folder: self.folder.clone(),
            function: context.function.map(str::to_owned),
            in_loop: context.in_loop,
            in_condition: context.in_condition,
            conditional: context.branch.is_some() || context.connector == Some(Connector::Or),
            remote: self.remote,
            span: command.span,
        });
        found.extend(inside);
    }

    /// Commands that the command hands on: `ssh host '…'`, `ssh host <<EOF`, `bash -c "…"`.
    fn inside(&self, command: &Command, invoked: &Invoked, context: &Context<'_>) -> Vec<ScriptCommand> {
        let mut found = Vec::new();
        let Some(depth) = self.depth.checked_sub(1) else { return found };
        let program = match &invoked.invocation {
            Invocation::Program { name, .. } => name.as_str(),
            Invocation::ShellCode { .. } => "sh",
            Invocation::Tool(call) if call.command.last().is_some_and(|last| last == "exec") => return found,
            _ if matches!(command.name().as_deref(), Some("sh" | "bash" | "eval" | "zsh")) => "sh",
            _ => return found,
        };
        let is_ssh = matches!(program, "ssh" | "sshpass" | "autossh" | "mosh");
        // `gcloud compute ssh vm --command "…"`, `az vm run-command invoke --scripts "…"`, `aws ssm send-command`.
        let is_cloud = matches!(program, "gcloud" | "az" | "doctl" | "flyctl" | "fly" | "aws" | "heroku" | "dokku");
        let runs = is_ssh || is_cloud || matches!(program, "sh" | "eval" | "retry" | "timeout" | "script" | "lxc");
        if !runs {
            return found;
        }
        let mut inner = Self {
            path: self.path,
            folder: if is_ssh { None } else { self.folder.clone() },
            variables: self.variables.clone(),
            remote: self.remote || is_ssh || is_cloud,
            depth,
        };
        if is_ssh {
            let words = invoked.argv.words.get(1..).unwrap_or_default();
            let (_, left) = leading(words, &SSH);
            let after = left.get(1..).unwrap_or_default();
            // `ssh host pm2 reload api`: the words themselves are the command.
            if after.len() > 1 && after.iter().all(|word| !word.shown().contains([' ', '\n'])) {
                let span = match (after.first(), after.last()) {
                    (Some(first), Some(last)) => first.place.span.to(last.place.span),
                    _ => command.span,
                };
                let argv = Argv::new(after.to_vec(), Place::new(self.path.clone(), span));
                found.push(inner.bare(command::read(&argv), context, span));
            }
        }
        for redirection in &command.redirections {
            // `ssh host 'bash -s' < deploy.sh` runs the file there.
            if redirection.operator == Redirect::Input && (is_ssh || program == "sh") {
                let path = self.words(&redirection.target).into_iter().next();
                if let Some(path) = path {
                    let place = Place::new(self.path.clone(), redirection.span);
                    let words = vec![Word::new("sh", place.clone()), path];
                    found.push(inner.bare(command::read(&Argv::new(words, place)), context, redirection.span));
                }
            }
        }
        let bodies = command.redirections.iter().filter_map(|redirection| redirection.body.as_ref());
        for word in command.words.iter().skip(1).chain(bodies) {
            let text = word.excerpt();
            let single = is_ssh && command.words.last().is_some_and(|last| std::ptr::eq(last, word));
            // A word without blanks is an argument and no command line.
            if text.text().contains([' ', '\n']) || (single && text.text().contains('/') && !text.text().contains('@'))
            {
                let before = found.len();
                inner.script(&word.script().tree, &mut found);
                for command in found.iter_mut().skip(before) {
                    command.in_loop |= context.in_loop;
                    command.function = command.function.take().or_else(|| context.function.map(str::to_owned));
                }
            }
        }
        found
    }

    fn bare(&self, invoked: Invoked, context: &Context<'_>, span: Span) -> ScriptCommand {
        ScriptCommand {
            invoked,
            folder: self.folder.clone(),
            function: context.function.map(str::to_owned),
            in_loop: context.in_loop,
            in_condition: context.in_condition,
            conditional: context.branch.is_some() || context.connector == Some(Connector::Or),
            remote: self.remote,
            span,
        }
    }

    fn shown(&self, word: &shell::Word) -> String {
        let known = word.resolve(&|name| self.variables.get(name).cloned());
        known.unwrap_or_else(|| word.excerpt().text().to_owned())
    }

    /// The words that one word becomes: a known unquoted variable can be several.
    fn words(&self, word: &shell::Word) -> Vec<Word> {
        let place = Place::new(self.path.clone(), word.span);
        let template = word.parts.iter().any(|part| matches!(part.kind, PartKind::Template(_)));
        if !template && let Some(fields) = word.fields(&|name| self.variables.get(name).cloned()) {
            return fields.into_iter().map(|field| Word::new(field, place.clone())).collect();
        }
        if !template && let Some(text) = word.pattern() {
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

/// The commands of a parsed script, such as a Dockerfile's `RUN`.
pub fn of_script(path: &RepoPath, script: &Script) -> Vec<ScriptCommand> {
    let mut found = Vec::new();
    Commands::new(path).script(script, &mut found);
    found
}

/// The command of an argument array, and those that it hands to a shell.
pub fn of_command(path: &RepoPath, command: &Command) -> Vec<ScriptCommand> {
    let mut found = Vec::new();
    Commands::new(path).command(command, &Context::default(), &mut found);
    found
}

/// The commands of a text that stands under a span of a file.
pub fn of_text(path: &RepoPath, source: &str, span: Span, text: &str) -> Vec<ScriptCommand> {
    let mut found = Vec::new();
    Commands::new(path).read(&Excerpt::aligned(source, span, text), &mut found);
    found
}

/// The command that words make which stand somewhere in a file, and those that it hands to a shell.
pub(super) fn of_words(path: &RepoPath, words: Vec<(String, Span)>, span: Span) -> Vec<ScriptCommand> {
    let shell = words.iter().position(|(word, _)| word == "-c").and_then(|at| words.get(at + 1)).cloned();
    let is_shell = words.first().is_some_and(|(word, _)| matches!(word.as_str(), "sh" | "bash"));
    let place = |span| Place::new(path.clone(), span);
    let words: Vec<Word> = words
        .into_iter()
        .map(|(text, span)| match text.find('$') {
            Some(known) => Word::partly(text, known, place(span)),
            None => Word::new(text, place(span)),
        })
        .collect();
    let mut reader = Commands::new(path);
    let invoked = command::read(&Argv::new(words, place(span)));
    let mut found = vec![reader.bare(invoked, &Context::default(), span)];
    if let Some((script, span)) = shell.filter(|_| is_shell) {
        reader.read(&Excerpt::opaque(script, span), &mut found);
    }
    found
}
