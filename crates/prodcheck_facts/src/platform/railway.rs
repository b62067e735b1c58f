//! Railway's `railway.json` and `railway.toml`.
//!
//! Follows <https://docs.railway.com/reference/config-as-code>.

use super::entries::{as_text, command, count, field, present, text_at};
use super::{Deployed, Made, Memory, Platform, PlatformFile, Role, Scale};
use crate::given::{entry_span, whole_number};
use prodcheck_formats::value::{Entry, Node};
use prodcheck_formats::{json, toml};
use prodcheck_source::{Note, RepoPath, Span};

/// Whether Railway reads it.
pub(super) fn is_railway(path: &RepoPath) -> bool {
    matches!(path.name(), "railway.json" | "railway.toml")
}

/// Reads the one service that the file configures.
pub(super) fn read(path: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = if path.extension() == Some("toml") { toml::parse(text) } else { json::parse(text) };
    let root = &parsed.tree;
    let sections = || ["deploy", "build"].into_iter().filter_map(|key| root.entry(key));
    let Some(place) = sections().next().map(|entry| entry.key_span) else {
        let is_settings = root.get("$schema").and_then(Node::as_str).is_some_and(|text| text.contains("railway"));
        let file = is_settings.then(|| one(root, Span::at(root.span.start as usize)));
        return (file, parsed.notes);
    };
    (Some(one(root, place)), parsed.notes)
}

fn one(root: &Node, place: Span) -> PlatformFile {
    let docker = root.at(&["build", "builder"]).and_then(Node::as_str) == Some("DOCKERFILE")
        || root.at(&["build", "dockerfilePath"]).is_some();
    let made = match docker {
        true => Made::Dockerfile { path: text_at(root, &["build", "dockerfilePath"]), context: None, target: None },
        false => Made::FromSource,
    };
    let cron = text_at(root, &["deploy", "cronSchedule"]).is_some();
    let policy = field(root, &["deploy", "restartPolicyType"], as_text);
    let before = command(root, &["deploy", "preDeployCommand"]);
    let deployed = Deployed {
        role: if cron { Role::Job } else { Role::Web },
        command: command(root, &["deploy", "startCommand"]),
        made,
        builds: text_at(root, &["build", "buildCommand"]).into_iter().collect(),
        releases: match before {
            Some(super::Command::Line(line)) => vec![line],
            Some(super::Command::Words(lines)) => lines,
            Some(super::Command::Modules(_)) | None => Vec::new(),
        },
        instances: field(root, &["deploy", "multiRegionConfig"], regions)
            .or_else(|| field(root, &["deploy", "numReplicas"], count)),
        memory: field(root, &["deploy", "limitOverride", "containers", "memoryBytes"], |node| {
            whole_number(node).map(Memory::Bytes)
        }),
        health: field(root, &["deploy", "healthcheckPath"], present),
        restarts: policy.map(|policy| policy.and_then(|policy| Some(!policy.eq_ignore_ascii_case("never")))),
        retries: field(root, &["deploy", "restartPolicyMaxRetries"], whole_number),
        ..Deployed::at(None, place)
    };
    let previews = root.get("environments").and_then(|environments| {
        let staged = |entry: &&Entry| entry.key != "production";
        environments.entries().find(staged).map(entry_span)
    });
    PlatformFile { previews, ..PlatformFile::of(Platform::Railway, vec![deployed]) }
}

/// The replicas of all regions.
fn regions(node: &Node) -> Option<Scale> {
    let counts = node.entries().filter_map(|entry| whole_number(entry.value.get("numReplicas")?));
    counts.reduce(u64::saturating_add).map(Scale::Count)
}
