//! Item 23: the heap's size is set to fit the machine.

use crate::{Category, Check, Verdict, routes};
use prodcheck_program::Program;
use prodcheck_program::process_settings;
use prodcheck_services::{EnvValue, MemoryLimit, Process, Route, RouteKind, Service, Setting};
use prodcheck_source::Place;
use std::cell::LazyCell;

/// The check.
pub const CHECK: Check = Check {
    id: "set-max-old-space-size",
    number: 23,
    category: Category::Security,
    pass_title: "The heap's size is set to fit the machine",
    fail_title: "The heap's size does not fit the machine",
    docs: include_str!("set_max_old_space_size.md"),
    run,
};

/// The share of the route's memory limit above which the heap leaves no room for the rest of the process, in percent.
const MOST_OF_THE_LIMIT: u64 = 90;

const MIB: u64 = 1024 * 1024;

/// A flag that sizes the heap.
#[derive(Debug, Clone)]
struct Flag {
    heap: Heap,
    place: Place,
    /// As written.
    shown: String,
}

/// What a flag asks for.
#[derive(Debug, Clone)]
enum Heap {
    Mebibytes(u64),
    Percentage,
    Unknown,
}

fn run(service: &Service) -> Verdict {
    if let Some(place) = &service.nature.serverless {
        return Verdict::not_applicable("the platform sizes the heap of its functions")
            .at(place.clone(), "runs as functions");
    }
    let for_children = LazyCell::new(|| for_children(service));
    routes::judge(service, |route| judge(route, &|| for_children.clone())).fix(
        "set `--max-old-space-size` on the start command or in `NODE_OPTIONS`, in MiB, at about three quarters of the memory limit (384 for a limit of 512 MiB)",
    )
}

/// The flag that server code gives to the processes that it forks.
fn for_children(service: &Service) -> Option<Flag> {
    let program = Program::link(&service.graph, &service.server_code, service.repository.sources());
    let (shown, place) = process_settings::heap_of_children(&program)?;
    Some(Flag { heap: heap(&shown)?, place, shown })
}

/// The worst of what holds of the processes that a route runs.
fn judge(route: &Route, for_children: &dyn Fn() -> Option<Flag>) -> Verdict {
    let processes: Vec<&Process> =
        route.start.main_processes().filter(|process| process.runtime.runs_javascript()).collect();
    let layer = || route.layers.last().map(|layer| layer.place.clone());
    match processes.as_slice() {
        [] => of_flag(route, in_environment(route).or_else(for_children), layer()),
        several => {
            let each = several
                .iter()
                .map(|process| of_flag(route, on_command(process).or_else(for_children), Some(process.place.clone())));
            routes::worst(each).unwrap_or_else(unsaid)
        }
    }
}

fn unsaid() -> Verdict {
    Verdict::unverified("the repository does not show what starts the process")
}

fn of_flag(route: &Route, flag: Option<Flag>, belongs: Option<Place>) -> Verdict {
    let Some(Flag { heap, place, shown }) = flag else {
        return match belongs {
            Some(place) => {
                Verdict::fail("nothing on the start path sets the heap's size, so V8 guesses it from the machine")
                    .at(place, "no `--max-old-space-size` here")
            }
            None => unsaid(),
        };
    };
    if let (Heap::Mebibytes(size), Some((limit, limit_place))) = (&heap, limit(route)) {
        let asked = size.saturating_mul(MIB);
        if asked.saturating_mul(100) > limit.saturating_mul(MOST_OF_THE_LIMIT) {
            let limit = limit / MIB;
            return Verdict::fail(format!(
                "the heap may grow to {size} MiB, and the process is ended at {limit} MiB: it dies before V8 collects garbage"
            ))
            .at(place, format!("`{shown}`"))
            .at(limit_place, format!("the limit of {limit} MiB"));
        }
    }
    let verdict = Verdict::pass(format!("the start path sets `{shown}`")).at(place.clone(), format!("`{shown}`"));
    match heap {
        Heap::Unknown => verdict.warn("how much that is only the machine knows", Some(place)),
        _ => verdict,
    }
}

/// The flag that counts of a process, those of `NODE_OPTIONS` before those of the command: the last one wins.
fn on_command(process: &Process) -> Option<Flag> {
    let flags = process.flags.iter();
    let mut heap_flags =
        flags.filter_map(|(flag, place)| Some(Flag { heap: heap(flag)?, place: place.clone(), shown: flag.clone() }));
    heap_flags.next_back()
}

fn in_environment(route: &Route) -> Option<Flag> {
    let setting = route.start.variable("NODE_OPTIONS")?;
    let EnvValue::Text(text) = &setting.value else { return None };
    let shown = joined(text).into_iter().rev().find(|flag| heap(flag).is_some())?;
    Some(Flag { heap: heap(&shown)?, place: setting.place.clone(), shown })
}

/// The flags of a `NODE_OPTIONS` text, `--flag value` joined to `--flag=value`.
fn joined(text: &str) -> Vec<String> {
    let mut flags: Vec<String> = Vec::new();
    for word in text.split_whitespace().map(|word| word.trim_matches(['"', '\''])) {
        match flags.last_mut() {
            Some(last) if !word.starts_with('-') && !last.contains('=') => {
                last.push('=');
                last.push_str(word);
            }
            _ => flags.push(word.to_owned()),
        }
    }
    flags
}

/// Node accepts `-` and `_` alike in V8's flags.
fn heap(flag: &str) -> Option<Heap> {
    let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
    match name.trim_start_matches('-').replace('_', "-").as_str() {
        "max-old-space-size" => Some(value.parse().map_or(Heap::Unknown, Heap::Mebibytes)),
        "max-old-space-size-percentage" => Some(Heap::Percentage),
        _ => None,
    }
}

/// The least memory limit that the route sets, in bytes.
fn limit(route: &Route) -> Option<(u64, Place)> {
    if route.kind == RouteKind::NpmStart {
        return None;
    }
    let limits = route.layers.iter().filter_map(|layer| match &layer.memory_limit {
        Setting::Set { value: MemoryLimit::Bytes(bytes), place, .. } => Some((*bytes, place.clone())),
        _ => None,
    });
    limits.min_by_key(|(bytes, _)| *bytes)
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn node_options_are_joined_to_flags() {
        assert_eq!(joined("--max_old_space_size 512 --inspect"), ["--max_old_space_size=512", "--inspect"]);
        assert_eq!(joined("'--max-old-space-size=1'"), ["--max-old-space-size=1"]);
    }
}
