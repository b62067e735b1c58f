//! A process that a supervisor's file declares, before its command is followed to a source file.

use crate::{EnvSetting, EnvValue, Layer};
use prodcheck_facts::given::{Field, Given, Variable};
use prodcheck_facts::systemd::InFile;
use prodcheck_formats::shell::Command;
use prodcheck_source::{Place, RepoPath, Span, Spanned};
use std::collections::HashSet;

/// A process of a supervisor's file.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Its name in the file.
    pub name: Option<String>,
    /// What the file answers to the questions of items 1 to 6.
    pub layer: Layer,
    /// What it runs.
    pub run: Run,
    /// How long it is meant to run.
    pub lifetime: Lifetime,
    /// The folder that it runs in, as written: an absolute path of the server, or one relative to the folder that the
    /// supervisor goes by (the file's own to Oxmgr; the one that it was started in to PM2).
    pub cwd: Option<Located<Given<String>>>,
    /// Its environment, in the order in which it is set; a later entry of a name wins.
    pub environment: Vec<EnvSetting>,
    /// Whether the file may set more variables than could be read.
    pub environment_open: bool,
    /// Files of variables that the supervisor reads, as written; what they set wins over `environment`.
    pub environment_files: Vec<Located<String>>,
    /// The user that it runs as, where the file says so.
    pub user: Option<Located<Given<String>>>,
    /// Files that the supervisor writes its output to, as written.
    pub log_files: Vec<Located<String>>,
    /// Where it is told to restart the process when files change, which is for development.
    pub watch: Option<Place>,
    /// Where it starts containers instead of a process of its own: what runs in them is judged there.
    pub containers: Option<Place>,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Located<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }
}

/// What a supervisor runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Run {
    /// A command line: the place is that of its spelling, quotes of the file's syntax included.
    Line {
        /// The command line.
        line: Located<String>,
        /// Whether a shell reads it; else the supervisor cuts it into words with the shell's quotes alone.
        shell: bool,
    },
    /// A script with an interpreter, as PM2 takes them.
    Script {
        /// The script, or a program on the `PATH`.
        script: Located<String>,
        /// What it is given; an unknown word is `None`.
        arguments: Vec<Located<Option<String>>>,
        /// What runs it; `None` where the extension decides, and else Node.js.
        interpreter: Option<Located<Given<String>>>,
        /// What the interpreter is given (`--max-old-space-size=512`); an unknown word is `None`.
        interpreter_arguments: Vec<Located<Option<String>>>,
    },
    /// Commands whose words are told already, one after the other, as systemd and supervisord take them: no shell reads
    /// them, and variables of the process's own environment are put in.
    Commands(Vec<InFile<Command>>),
    /// The file does not say, or says it in a way that only a run would tell.
    Unknown,
}

/// How long a process is meant to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until somebody stops it.
    Long,
    /// It does its work and ends: a job on a schedule, a step at boot.
    Job,
}

/// What is known from elsewhere when a supervisor's file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Started {
    /// The environment or profile that the start command selects; `None` where no command is known, and then the
    /// production one counts where there is one.
    pub environment: Option<String>,
    /// The applications that it is limited to; empty for all.
    pub only: Vec<String>,
    /// What makes the supervisor bring its processes back at boot, such as `pm2 startup` or `systemctl enable api`: the
    /// command in a script, and where it stands.
    pub boot: Option<Located<String>>,
    /// What installs PM2's `pm2-logrotate`: the command in a script, and where it stands.
    pub rotation: Option<Located<String>>,
    /// Whether the supervisor stays in the foreground and passes the output on, as `pm2-runtime` does.
    pub foreground: bool,
}

impl Started {
    /// Of the applications of a file those that count: the ones that the start command is limited to, else those for
    /// production.
    pub(super) fn reached<'a, T>(&self, all: &'a [T], name: impl Fn(&T) -> Option<&str>) -> Vec<&'a T> {
        if !self.only.is_empty() {
            let named = |one: &&T| name(one).is_some_and(|name| self.only.iter().any(|only| only == name));
            return all.iter().filter(named).collect();
        }
        let names: Vec<Option<&str>> = all.iter().map(name).collect();
        let aside = beside_production(&names);
        all.iter().zip(aside).filter(|(_, aside)| !aside).map(|(one, _)| one).collect()
    }

    /// Of the named environments of a file the one that counts.
    pub(super) fn select<'a, T>(&self, named: impl Fn(&str) -> Option<&'a T>) -> Option<&'a T> {
        match &self.environment {
            Some(name) => named(name),
            None => named("production").or_else(|| named("prod")),
        }
    }
}

/// Words in names that say what a process is for: the production ones last.
const STAGES: &[&str] = &[
    "dev",
    "devel",
    "development",
    "local",
    "debug",
    "watch",
    "test",
    "testing",
    "staging",
    "stage",
    "stg",
    "preprod",
    "preview",
    "uat",
    "qa",
    "demo",
];
const PRODUCTION: &[&str] = &["prod", "production", "live"];

/// Of processes with these names, which ones are not for production: `api-dev` and `api_staging` beside `api` or
/// `api-prod`. A name that has no such counterpart says nothing by itself.
pub(super) fn beside_production(names: &[Option<&str>]) -> Vec<bool> {
    let told: Vec<Option<(Vec<String>, bool)>> = names.iter().map(|name| name.map(stage_of)).collect();
    let production: HashSet<&Vec<String>> =
        told.iter().flatten().filter(|(_, staged)| !staged).map(|(base, _)| base).collect();
    told.iter().map(|told| told.as_ref().is_some_and(|(base, staged)| *staged && production.contains(base))).collect()
}

/// A name's parts without those that name a stage, and whether one of them names another stage than production.
fn stage_of(name: &str) -> (Vec<String>, bool) {
    let parts: Vec<String> = name
        .split(|char: char| !char.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    let is = |words: &[&str], part: &String| words.contains(&part.as_str());
    let staged = parts.iter().any(|part| is(STAGES, part));
    (parts.into_iter().filter(|part| !is(STAGES, part) && !is(PRODUCTION, part)).collect(), staged)
}

/// Spans of one file as places.
#[derive(Debug, Clone, Copy)]
pub(super) struct File<'a>(pub &'a RepoPath);

impl File<'_> {
    pub fn place(self, span: Span) -> Place {
        Place::new(self.0.clone(), span)
    }

    pub fn word(self, word: &Spanned<Option<String>>) -> Located<Option<String>> {
        Located::new(word.value.clone(), self.place(word.span))
    }

    /// A field's value and its own place, without the key.
    pub fn value<T: Clone>(self, field: &Field<T>) -> Located<Given<T>> {
        Located::new(field.value.clone(), self.place(field.value_span))
    }

    /// A field's value, where it is known.
    pub fn known<T: Clone>(self, field: &Field<T>) -> Option<Located<T>> {
        field.known().map(|value| Located::new(value.clone(), self.place(field.value_span)))
    }

    /// A variable of an `env` table; `text` says what a text stands for.
    pub fn variable(self, variable: &Variable, text: impl Fn(&str) -> EnvValue) -> EnvSetting {
        let value = match &variable.value {
            Given::Known(value) => text(value),
            Given::Wrong | Given::Unknown => EnvValue::Unknown,
        };
        EnvSetting { name: variable.name.clone(), value, place: self.place(variable.span) }
    }
}

/// A count of processes as the model holds it.
pub(super) fn count(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_stages_count_only_beside_their_counterpart() {
        let aside = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| Some(*name)).collect();
            beside_production(&names)
        };
        assert_eq!(aside(&["prod", "dev"]), [false, true]);
        assert_eq!(aside(&["äpi", "Äpi-Staging", "worker-dev"]), [false, true, false]);
        assert_eq!(aside(&["api:production", "api_test", "api.local"]), [false, true, true]);
        assert_eq!(aside(&["local-delivery", "worker"]), [false, false]);
        assert_eq!(aside(&["api-dev"]), [false]);
        assert_eq!(beside_production(&[None, Some("dev")]), [false, false]);
    }
}
