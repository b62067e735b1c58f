//! Cloudflare Workers: `wrangler.toml`, `wrangler.json`, `wrangler.jsonc`.
//!
//! Follows <https://developers.cloudflare.com/workers/wrangler/configuration/>.

use super::entries::text_at;
use super::{Command, Deployed, Platform, PlatformFile};
use crate::given::{entry_span, variables};
use prodcheck_formats::value::Node;
use prodcheck_formats::{json, toml};
use prodcheck_source::{Note, RepoPath, Spanned};

/// Whether wrangler reads it.
pub(super) fn is_wrangler(path: &RepoPath) -> bool {
    matches!(path.name(), "wrangler.toml" | "wrangler.json" | "wrangler.jsonc")
}

/// Reads a worker that has code; one of only assets runs nothing.
pub(super) fn read(path: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let (root, notes) = if path.extension() == Some("toml") {
        let parsed = toml::parse(text);
        (parsed.tree, parsed.notes)
    } else {
        let parsed = json::parse(text);
        (parsed.tree, parsed.notes)
    };
    let Some((entry, main)) = root.entry("main").and_then(|entry| Some((entry, text_at(&root, &["main"])?))) else {
        return (None, Vec::new());
    };
    let module = |text: &str| {
        let ends = [".ts", ".js", ".mjs", ".tsx", ".mts"];
        ends.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text).trim_start_matches("./").to_owned()
    };
    let mut environment = root.get("vars").map(variables).unwrap_or_default();
    let production = ["production", "prod"].iter().find_map(|name| root.at(&["env", name, "vars"]));
    environment.extend(production.map(variables).unwrap_or_default());
    let deployed = Deployed {
        command: Some(Command::Modules(vec![Spanned::new(module(&main.value), main.span)])),
        environment,
        ..Deployed::at(
            root.get("name").and_then(Node::as_str).and_then(|_| text_at(&root, &["name"])),
            entry_span(entry),
        )
    };
    (Some(PlatformFile::of(Platform::Cloudflare, vec![deployed])), notes)
}
