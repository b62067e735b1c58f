//! Amazon ECS: task definitions as JSON.
//!
//! Follows <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>.

use super::entries::{as_text, command, field, listed_variables, present, size, text_at};
use super::{Deployed, Made, Platform, PlatformFile, Role};
use crate::given::{Field, Given, whole_number};
use prodcheck_formats::json;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Span};

/// Whether it could be a task definition; their names are free, and these are the usual ones.
pub(super) fn is_task(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase().replace(['-', '_', '.'], "");
    path.extension() == Some("json") && (name.contains("taskdef") || name.starts_with("ecs"))
}

/// Reads a task definition: of its containers the first one that has a port.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = json::parse(text);
    let task = parsed.tree.get("taskDefinition").unwrap_or(&parsed.tree);
    let containers = task.get("containerDefinitions").map_or(&[][..], Node::items);
    let served = containers.iter().find(|container| container.get("portMappings").is_some());
    let Some(container) = served.or_else(|| containers.first()) else { return (None, Vec::new()) };
    let name = text_at(container, &["name"]);
    let place = name.as_ref().map_or(Span::at(container.span.start as usize), |name| name.span);
    let deployed = Deployed {
        role: if served.is_some() { Role::Web } else { Role::Worker },
        command: command(container, &["command"]),
        made: Made::Image(text_at(container, &["image"])),
        environment: listed_variables(container.get("environment"), "name"),
        memory: field(container, &["memory"], size)
            .or_else(|| field(container, &["memoryReservation"], size))
            .or_else(|| field(task, &["memory"], size)),
        health: field(container, &["healthCheck"], present),
        user: field(container, &["user"], as_text),
        open_files: open_files(container),
        ..Deployed::at(name, place)
    };
    (Some(PlatformFile::of(Platform::Ecs, vec![deployed])), parsed.notes)
}

fn open_files(container: &Node) -> Option<Field<u64>> {
    let limits = container.get("ulimits")?.items();
    let limit = limits.iter().find(|limit| limit.get("name").and_then(Node::as_str) == Some("nofile"))?;
    let mut field: Field<u64> = field(limit, &["softLimit"], whole_number)?;
    if field.value == Given::Wrong {
        field.value = Given::Unknown;
    }
    Some(field)
}
