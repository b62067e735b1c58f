//! Vercel's `vercel.json` and Netlify's `netlify.toml`: where their functions are.
//!
//! Follows <https://vercel.com/docs/project-configuration> and
//! <https://docs.netlify.com/configure-builds/file-based-configuration/>.

use super::entries::{field, size, text_at};
use super::{Command, Deployed, MOST, Platform, PlatformFile};
use crate::given::spanned_text;
use prodcheck_formats::value::Node;
use prodcheck_formats::{json, toml};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// Whether Vercel reads it.
pub(super) fn is_vercel(path: &RepoPath) -> bool {
    path.name() == "vercel.json"
}

/// Reads a `vercel.json`. Where it names no function, those of `api/` are meant.
pub(super) fn read_vercel(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = json::parse(text);
    let root = &parsed.tree;
    if root.as_object().is_none() {
        return (None, parsed.notes);
    }
    let place = Span::new(root.span.start as usize, root.span.start as usize + 1);
    let builds = root.get("builds").map_or(&[][..], Node::items).iter().take(MOST);
    let in_node = |build: &&Node| {
        let by = build.get("use").and_then(Node::as_str).unwrap_or("");
        by.starts_with("@vercel/node") || by.starts_with("@now/node")
    };
    let built = builds.filter(in_node).filter_map(|build| build.get("src").and_then(spanned_text));
    let functions = root.get("functions").into_iter().flat_map(Node::entries).take(MOST);
    let named = functions.map(|entry| Spanned::new(entry.key.clone(), entry.key_span));
    let mut modules: Vec<Spanned<String>> = built.chain(named).collect();
    if modules.is_empty() {
        modules = patterns("api", place);
    }
    let memory = root
        .get("functions")
        .into_iter()
        .flat_map(Node::entries)
        .find_map(|entry| field(&entry.value, &["memory"], size));
    let deployed = Deployed { command: Some(Command::Modules(modules)), memory, ..Deployed::at(None, place) };
    (Some(PlatformFile::of(Platform::Vercel, vec![deployed])), parsed.notes)
}

/// Whether Netlify reads it.
pub(super) fn is_netlify(path: &RepoPath) -> bool {
    path.name() == "netlify.toml"
}

/// Reads a `netlify.toml`. Where it names no folder of functions, `netlify/functions` is meant.
pub(super) fn read_netlify(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = toml::parse(text);
    let root = &parsed.tree;
    let section = ["functions", "build"].iter().find_map(|key| root.entry(key));
    let Some(section) = section else { return (None, parsed.notes) };
    let folder = text_at(root, &["functions", "directory"]).or_else(|| text_at(root, &["build", "functions"]));
    let place = folder.as_ref().map_or(section.key_span, |folder| folder.span);
    let named = folder.map_or_else(|| "netlify/functions".to_owned(), |folder| folder.value);
    let deployed = Deployed {
        command: Some(Command::Modules(patterns(named.trim_end_matches('/'), place))),
        folder: text_at(root, &["build", "base"]),
        builds: text_at(root, &["build", "command"]).into_iter().collect(),
        ..Deployed::at(None, section.key_span)
    };
    (Some(PlatformFile::of(Platform::Netlify, vec![deployed])), parsed.notes)
}

fn patterns(folder: &str, place: Span) -> Vec<Spanned<String>> {
    let folder = folder.trim_start_matches("./");
    ["js", "mjs", "cjs", "ts", "mts"].map(|end| Spanned::new(format!("{folder}/**/*.{end}"), place)).to_vec()
}
