//! Which commands of scripts make supervisors bring their processes back at boot.
//!
//! `pm2 startup` installs a unit that brings back what `pm2 save` kept, so it takes both:
//! <https://pm2.keymetrics.io/docs/usage/startup/>. `oxmgr service install` and `systemctl enable` do by themselves.

use super::purpose::{self, Purpose};
use super::{Located, Started};
use crate::Repository;
use prodcheck_facts::automation::{AutomationTool, ScriptCommand, of_package, of_text};
use prodcheck_facts::command::Word;
use prodcheck_facts::oxmgr::{self, OxmgrAction};
use prodcheck_facts::pm2::{self, Pm2Action};
use prodcheck_facts::{FileFacts, folders};
use prodcheck_source::{Place, RepoPath, Spanned};
use std::collections::BTreeMap;

/// The commands, by what they start at boot.
#[derive(Debug, Default)]
pub struct BootSteps {
    pm2_startup: Option<Located<String>>,
    pm2_saves: bool,
    oxmgr: Option<Located<String>>,
    /// By the unit's name with its extension.
    units: BTreeMap<String, Located<String>>,
}

impl BootSteps {
    /// Those in scripts, makefiles, pipelines, package scripts and PM2's `deploy`, but for what is there to develop or to
    /// test.
    pub fn of(repository: &Repository) -> Self {
        let mut steps = Self::default();
        for (path, facts) in repository.facts.iter().filter(|(path, _)| !is_aside(path)) {
            match facts {
                FileFacts::Automation(file) if file.tool != AutomationTool::PackageScripts => {
                    let commands = file.jobs.iter().flat_map(|job| &job.steps).flat_map(|step| &step.commands);
                    commands.for_each(|command| steps.command(path, command));
                }
                FileFacts::Package(package) => {
                    let Some(text) = repository.files.text(path) else { continue };
                    let file = of_package(path, text.text(), package);
                    let commands = file.jobs.iter().flat_map(|job| &job.steps).flat_map(|step| &step.commands);
                    commands.for_each(|command| steps.command(path, command));
                }
                FileFacts::Pm2(file) => {
                    let Some(source) = repository.files.text(path) else { continue };
                    for command in file.deploys.iter().flat_map(|deploy| &deploy.commands) {
                        let Some(text) = command.known() else { continue };
                        let commands = of_text(path, source.text(), command.value_span, text);
                        commands.iter().for_each(|command| steps.command(path, command));
                    }
                }
                _ => {}
            }
        }
        steps
    }

    fn command(&mut self, path: &RepoPath, command: &ScriptCommand) {
        let words: Vec<Spanned<Option<String>>> = command.invoked.argv.words.iter().map(spanned).collect();
        let text = |at: usize| words.get(at).and_then(|word| word.value.as_deref());
        let located = |shown: &str| Located::new(shown.to_owned(), Place::new(path.clone(), command.span));
        match text(0) {
            Some("pm2") => match pm2::command(&words).map(|command| command.action) {
                Some(Pm2Action::Startup) => {
                    self.pm2_startup.get_or_insert_with(|| located("pm2 startup` and `pm2 save"));
                }
                Some(Pm2Action::Save) => self.pm2_saves = true,
                _ => {}
            },
            Some("oxmgr") => match oxmgr::command(&words).map(|command| command.action) {
                Some(OxmgrAction::InstallService) => {
                    self.oxmgr.get_or_insert_with(|| located("oxmgr service install"));
                }
                Some(OxmgrAction::Startup) => {
                    self.oxmgr.get_or_insert_with(|| located("oxmgr startup"));
                }
                _ => {}
            },
            Some("systemctl") => {
                let operands: Vec<&str> = words
                    .iter()
                    .skip(1)
                    .filter_map(|word| word.value.as_deref())
                    .filter(|w| !w.starts_with('-'))
                    .collect();
                if let Some(("enable" | "reenable", units)) = operands.split_first().map(|(verb, units)| (*verb, units))
                {
                    for unit in units {
                        let name = unit_name(unit);
                        self.units.entry(name).or_insert_with(|| located(&format!("systemctl enable {unit}")));
                    }
                }
            }
            _ => {}
        }
    }

    /// What is known of PM2.
    pub fn pm2(&self) -> Started {
        Started { boot: self.pm2_startup.clone().filter(|_| self.pm2_saves), ..Started::default() }
    }

    /// What is known of Oxmgr.
    pub fn oxmgr(&self) -> Started {
        Started { boot: self.oxmgr.clone(), ..Started::default() }
    }

    /// What is known of a systemd unit, by its name with its extension.
    pub fn unit(&self, name: &str) -> Started {
        Started { boot: self.units.get(name).cloned(), ..Started::default() }
    }
}

fn is_aside(path: &RepoPath) -> bool {
    folders::is_example(path)
        || folders::is_test(path)
        || matches!(purpose::of_file(path), Purpose::Development | Purpose::Test)
            && !path.parts().any(|part| part == ".github")
}

/// A word with the folder of the program taken off, as far as it is known.
fn spanned(word: &Word) -> Spanned<Option<String>> {
    let text = word.text().map(|text| match text.rsplit_once('/') {
        Some((folder, program)) if folder.contains("bin") => program.to_owned(),
        _ => text.to_owned(),
    });
    Spanned::new(text, word.place.span)
}

/// The unit's name as its file spells it: `api` is `api.service`, `./deploy/api.service` too, and an instance is its
/// template's.
fn unit_name(text: &str) -> String {
    let name = text.rsplit('/').next().unwrap_or(text);
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension @ ("service" | "socket" | "timer" | "target" | "path"))) => (stem, extension),
        _ => (name, "service"),
    };
    match stem.split_once('@') {
        Some((template, _)) => format!("{template}@.{extension}"),
        None => format!("{stem}.{extension}"),
    }
}
