//! Cloud Run by command: `gcloud run deploy` in pipelines and scripts, and the action that does the same.
//!
//! Flags: <https://cloud.google.com/sdk/gcloud/reference/run/deploy>; inputs:
//! <https://github.com/google-github-actions/deploy-cloudrun#inputs>.

use crate::Repository;
use crate::routes::purpose::{self, Purpose};
use prodcheck_facts::automation::{Automation, Job, ScriptCommand, Use};
use prodcheck_facts::command::Word;
use prodcheck_facts::folders;
use prodcheck_facts::given::{Field, Given, Variable};
use prodcheck_facts::platform::{Deployed, Made, Memory, Platform, Scale};
use prodcheck_source::{RepoPath, Span, Spanned};

/// What is deployed so, by the file that does it. Deploys to stages before production count where there are no others.
pub(super) fn deployed(repository: &Repository) -> Vec<(RepoPath, Platform, Deployed)> {
    let mut found: Vec<(Purpose, RepoPath, Deployed)> = Vec::new();
    let files = repository.facts.automation_files();
    for (path, file) in files.filter(|(path, _)| !folders::is_example(path) && !folders::is_test(path)) {
        for job in &file.jobs {
            let purpose = stage(path, file, job);
            for step in &job.steps {
                let by_command = step.commands.iter().filter_map(of_command);
                let by_action = step.uses.as_ref().and_then(of_action);
                found.extend(by_command.chain(by_action).map(|deployed| (purpose, path.clone(), deployed)));
            }
        }
    }
    let late = |purpose: Purpose| matches!(purpose, Purpose::Staging | Purpose::Test | Purpose::Development);
    if found.iter().any(|(purpose, ..)| !late(*purpose)) {
        found.retain(|(purpose, ..)| !late(*purpose));
    }
    found.into_iter().map(|(_, path, deployed)| (path, Platform::CloudRun, deployed)).collect()
}

/// What the names around a step say it deploys to.
fn stage(path: &RepoPath, file: &Automation, job: &Job) -> Purpose {
    let environments = job.environments.iter().map(|name| name.value.as_str());
    let names = [Some(path.stem()), Some(job.id.value.as_str()), file.name.as_ref().map(|name| name.value.as_str())];
    let said = environments.chain(names.into_iter().flatten()).map(|name| purpose::of_words(purpose::words(name)));
    said.filter(|purpose| *purpose != Purpose::Unsaid).max().unwrap_or(Purpose::Unsaid)
}

/// The words after `gcloud run deploy`.
fn of_command(command: &ScriptCommand) -> Option<Deployed> {
    let words = &command.invoked.argv.words;
    if words.first()?.program() != Some("gcloud") {
        return None;
    }
    let run =
        words.windows(2).position(|pair| matches!(pair, [run, deploy] if run.is("run") && deploy.is("deploy")))?;
    let given = words.get(run + 2..)?;
    let span = command.span;
    Some(Asked { flags: flags(given) }.deployed(span, given.first().filter(|word| !word.is_option())))
}

fn of_action(uses: &Use) -> Option<Deployed> {
    if uses.name.value != "google-github-actions/deploy-cloudrun" {
        return None;
    }
    let mut asked = Asked { flags: Vec::new() };
    if let Some(value) = uses.input("flags").and_then(|input| input.value.as_ref()) {
        let words = value.value.split_whitespace().map(|word| (word.to_owned(), value.span));
        asked.flags = pairs(words.collect());
    }
    for (input, flag) in [("image", "--image"), ("source", "--source"), ("env_vars", "--set-env-vars")] {
        if let Some(value) = uses.input(input).and_then(|input| input.value.as_ref()) {
            let text = value.value.trim().replace('\n', ",");
            asked.flags.push((flag.to_owned(), text, value.span));
        }
    }
    let service = uses.input("service").and_then(|input| input.value.clone());
    let deployed = asked.deployed(uses.name.span, None);
    Some(Deployed { name: service, ..deployed })
}

/// Flags with their values, and where they stand.
fn flags(words: &[Word]) -> Vec<(String, String, Span)> {
    pairs(words.iter().map(|word| (word.shown().to_owned(), word.place.span)).collect())
}

fn pairs(words: Vec<(String, Span)>) -> Vec<(String, String, Span)> {
    let mut found = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some((word, span)) = words.next() {
        if !word.starts_with("--") {
            continue;
        }
        match word.split_once('=') {
            Some((name, value)) => found.push((name.to_owned(), value.to_owned(), span)),
            None => {
                let value = words.next_if(|(next, _)| !next.starts_with("--"));
                let (value, end) = value.unwrap_or((String::new(), span));
                found.push((word, value, if end.start >= span.start { span.to(end) } else { span }));
            }
        }
    }
    found
}

struct Asked {
    flags: Vec<(String, String, Span)>,
}

impl Asked {
    fn flag(&self, names: &[&str]) -> Option<&(String, String, Span)> {
        self.flags.iter().rev().find(|(name, ..)| names.contains(&name.as_str()))
    }

    fn field<T>(&self, names: &[&str], read: impl Fn(&str) -> Option<T>) -> Option<Field<T>> {
        let (name, value, span) = self.flag(names)?;
        Some(Field {
            key: name.clone(),
            span: *span,
            value_span: *span,
            written: value.clone(),
            value: read(value).map_or(Given::Unknown, Given::Known),
        })
    }

    fn deployed(&self, span: Span, name: Option<&Word>) -> Deployed {
        let made = match self.flag(&["--image"]) {
            Some((_, image, span)) => Made::Image(Some(Spanned::new(image.clone(), *span))),
            None => Made::FromSource,
        };
        let source = self.flag(&["--source"]).filter(|(_, folder, _)| !folder.contains('$'));
        let name = name.and_then(|word| Some(Spanned::new(word.text()?.to_owned(), word.place.span)));
        Deployed {
            name,
            made,
            folder: source.map(|(_, folder, span)| Spanned::new(folder.clone(), *span)),
            environment: self.environment(),
            instances: self.field(&["--min-instances", "--min"], |text| {
                let least: u64 = text.parse().ok()?;
                Some(if least > 1 { Scale::Count(least) } else { Scale::Automatic })
            }),
            memory: self.field(&["--memory"], |text| {
                crate::routes::kubernetes::bytes(text).map(Memory::Bytes).or(Some(Memory::Named))
            }),
            health: self.field(&["--liveness-probe"], |text| Some(!text.is_empty())),
            ..Deployed::of_span(span)
        }
    }

    /// `A=1,B=2`; another delimiter stands between `^` in front: `^;^A=1;B=2`.
    fn environment(&self) -> Vec<Variable> {
        let flags = self
            .flags
            .iter()
            .filter(|(name, ..)| matches!(name.as_str(), "--set-env-vars" | "--update-env-vars" | "--env-vars"));
        let of = |(_, text, span): &(String, String, Span)| {
            let (delimiter, text) = match text.strip_prefix('^').and_then(|rest| rest.split_once('^')) {
                Some((delimiter, rest)) => (delimiter.to_owned(), rest),
                None => (",".to_owned(), text.as_str()),
            };
            let pair = |pair: &str| {
                let (name, value) = pair.trim().split_once('=')?;
                let known = !value.contains('$');
                let value = if known { Given::Known(value.to_owned()) } else { Given::Unknown };
                Some(Variable { name: name.to_owned(), value, span: *span })
            };
            text.split(delimiter.as_str()).filter_map(pair).collect::<Vec<_>>()
        };
        flags.flat_map(of).collect()
    }
}
