//! Nomad's job files.
//!
//! Follows <https://developer.hashicorp.com/nomad/docs/job-specification>.

use super::entries::mebibytes;
use super::{Command, Deployed, MOST, Made, Platform, PlatformFile, Replaced, Role, Scale};
use crate::given::{Field, Given, Variable, spanned_text, whole_number, written};
use prodcheck_formats::hcl::{self, Attribute, Block, Body};
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// Whether it is a job file.
pub(super) fn is_job(path: &RepoPath) -> bool {
    path.name().ends_with(".nomad") || path.name().ends_with(".nomad.hcl")
}

/// Reads the tasks of a file's jobs that run on.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = hcl::parse(text);
    let mut deployed = Vec::new();
    for job in parsed.tree.blocks("job").take(MOST) {
        let ends = matches!(job.body.get("type").and_then(Node::as_str), Some("batch" | "sysbatch"));
        for group in job.body.blocks("group").take(MOST) {
            for task in group.body.blocks("task").take(MOST) {
                // Beside the main task stand those that run before or along with it.
                if !ends && task.body.block("lifecycle").is_none() && deployed.len() < MOST {
                    deployed.push(one(job, group, task));
                }
            }
        }
    }
    if deployed.is_empty() {
        return (None, parsed.notes);
    }
    (Some(PlatformFile::of(Platform::Nomad, deployed)), parsed.notes)
}

fn one(job: &Block, group: &Block, task: &Block) -> Deployed {
    let config = task.body.block("config").map(|block| &block.body);
    let text = |name: &str| config.and_then(|config| config.get(name)).and_then(spanned_text);
    let resources = task.body.block("resources").map(|block| &block.body);
    let services = || task.body.blocks("service").chain(group.body.blocks("service"));
    let program = text("command").map(|command| {
        let arguments = config.and_then(|config| config.get("args")).map_or(&[][..], Node::items);
        Command::Words(std::iter::once(command).chain(arguments.iter().filter_map(spanned_text)).collect())
    });
    let docker = config.is_some_and(|config| config.get("image").is_some());
    let name = task.labels.first().map(|label| Spanned::new(label.value.clone(), label.span));
    let update = group.body.block("update").or_else(|| job.body.block("update"));
    let restart = task.body.block("restart").or_else(|| group.body.block("restart"));
    let attempts = restart.and_then(|restart| attribute(&restart.body, "attempts", whole_number));
    // A task that may not restart is placed anew, unless that is switched off too.
    let reschedule = group.body.block("reschedule").or_else(|| job.body.block("reschedule"));
    let stays = reschedule.is_some_and(|block| {
        let none = block.body.get("attempts").and_then(whole_number) == Some(0);
        none && block.body.get("unlimited").and_then(Node::as_bool) != Some(true)
    });
    Deployed {
        restarts: attempts
            .clone()
            .filter(|attempts| attempts.known() == Some(&0) && stays)
            .map(|attempts| attempts.and_then(|_| Some(false))),
        retries: attempts,
        role: if services().next().is_some() { Role::Web } else { Role::Worker },
        command: program,
        made: if docker { Made::Image(text("image")) } else { Made::FromSource },
        environment: task.body.block("env").map(|env| variables(&env.body)).unwrap_or_default(),
        instances: attribute(&group.body, "count", |node| whole_number(node).map(Scale::Count)),
        memory: resources
            .and_then(|body| attribute(body, "memory_max", mebibytes).or_else(|| attribute(body, "memory", mebibytes))),
        health: services().find_map(|service| service.body.block("check")).map(|check| present(check, "check")),
        replaced: update.and_then(|update| {
            attribute(&update.body, "max_parallel", |node| {
                whole_number(node).map(|number| if number == 0 { Replaced::AtOnce } else { Replaced::Rolling })
            })
        }),
        user: attribute(&task.body, "user", Node::to_text),
        ..Deployed::at(name, task.header())
    }
}

fn variables(body: &Body) -> Vec<Variable> {
    let value = |node: &Node| {
        if node.is_unknown() { Given::Unknown } else { node.to_text().map_or(Given::Wrong, Given::Known) }
    };
    let variable = |attribute: &Attribute| Variable {
        name: attribute.name.value.clone(),
        value: value(&attribute.value),
        span: attribute.span(),
    };
    body.attributes.iter().map(variable).collect()
}

fn attribute<T>(body: &Body, name: &str, read: impl FnOnce(&Node) -> Option<T>) -> Option<Field<T>> {
    let attribute = body.attribute(name)?;
    let value = if attribute.value.is_unknown() {
        Given::Unknown
    } else {
        read(&attribute.value).map_or(Given::Wrong, Given::Known)
    };
    Some(Field {
        key: name.to_owned(),
        span: attribute.span(),
        value_span: attribute.value.span,
        written: written(&attribute.value),
        value,
    })
}

fn present(block: &Block, key: &str) -> Field<bool> {
    let span: Span = block.header();
    Field { key: key.to_owned(), span, value_span: span, written: String::new(), value: Given::Known(true) }
}
