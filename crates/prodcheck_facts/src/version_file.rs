//! Files that pin the version of Node.js for those who work on a project: `.nvmrc`, `.node-version`, `.tool-versions`,
//! `mise.toml`.
//!
//! Sources: <https://github.com/nvm-sh/nvm#nvmrc>, <https://github.com/nodenv/nodenv#choosing-the-node-version>,
//! <https://asdf-vm.com/manage/configuration.html#tool-versions>, <https://mise.jdx.dev/configuration.html>.

use prodcheck_formats::toml;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// What one such file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionFile {
    /// The version of Node.js, as written; of several the one that counts. Empty where the file holds none.
    pub node: Option<Spanned<String>>,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One version alone.
    Plain,
    /// `.tool-versions`.
    ToolVersions,
    /// mise's.
    Mise,
}

fn kind(path: &RepoPath) -> Option<Kind> {
    Some(match path.name() {
        ".nvmrc" | ".node-version" => Kind::Plain,
        ".tool-versions" => Kind::ToolVersions,
        "mise.toml" | ".mise.toml" => Kind::Mise,
        "config.toml" if matches!(path.parent().name(), "mise" | ".mise") => Kind::Mise,
        _ => return None,
    })
}

/// Whether a file can pin a version by its name.
pub fn is_version_file(path: &RepoPath) -> bool {
    kind(path).is_some()
}

/// The folder whose code a file speaks for: its own, or for mise's folders the one around them.
pub fn folder_of(path: &RepoPath) -> RepoPath {
    let mut folder = path.parent();
    if path.name() == "config.toml" {
        folder = folder.parent();
    }
    if folder.name() == ".config" { folder.parent() } else { folder }
}

/// Reads a file; `None` where it says nothing of Node.js.
pub fn read(path: &RepoPath, text: &str) -> (Option<VersionFile>, Vec<Note>) {
    match kind(path) {
        Some(Kind::Plain) => (Some(VersionFile { node: plain(text) }), Vec::new()),
        Some(Kind::ToolVersions) => (tool_versions(text).map(|node| VersionFile { node: Some(node) }), Vec::new()),
        Some(Kind::Mise) => mise(text),
        None => (None, Vec::new()),
    }
}

/// The words of each line that are no comment, with their spans.
fn lines(text: &str) -> impl Iterator<Item = Vec<Spanned<&str>>> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        let content = line.split('#').next().unwrap_or("");
        let mut words = Vec::new();
        let mut from = 0;
        for word in content.split(char::is_whitespace) {
            if !word.is_empty() {
                words.push(Spanned::new(word, Span::new(start + from, start + from + word.len())));
            }
            // White space of more than one byte is none that these files hold.
            let after = content.get(from + word.len()..).and_then(|rest| rest.chars().next());
            from += word.len() + after.map_or(0, char::len_utf8);
        }
        words
    })
}

fn plain(text: &str) -> Option<Spanned<String>> {
    let first = lines(text).find_map(|words| words.into_iter().next())?;
    Some(first.map(str::to_owned))
}

/// The first of the versions; the others are tried where it is not installed.
fn tool_versions(text: &str) -> Option<Spanned<String>> {
    lines(text).find_map(|words| {
        let mut words = words.into_iter();
        let tool = words.next()?;
        matches!(tool.value, "nodejs" | "node").then_some(())?;
        words.next().map(|version| version.map(str::to_owned))
    })
}

fn mise(text: &str) -> (Option<VersionFile>, Vec<Note>) {
    let parsed = toml::parse(text);
    let tools = parsed.tree.get("tools");
    let tool =
        tools.and_then(|tools| tools.get("node").or_else(|| tools.get("nodejs")).or_else(|| tools.get("core:node")));
    let version = |node: &Node| {
        let node = node.get("version").unwrap_or(node);
        let node = node.items().first().map_or(node, |first| first.get("version").unwrap_or(first));
        Some(Spanned::new(node.to_text()?, node.span))
    };
    (tool.map(|tool| VersionFile { node: version(tool) }), parsed.notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(path: &str, text: &str) -> Option<String> {
        let path = RepoPath::new(path);
        assert!(is_version_file(&path), "{path}");
        let node = read(&path, text).0?.node?;
        let spelled = text.get(node.span.range()).unwrap_or_default();
        assert!(spelled.contains(&node.value), "{spelled} {}", node.value);
        Some(node.value)
    }

    #[test]
    fn files_with_one_version() {
        assert_eq!(version(".nvmrc", "v24.1.0\n").as_deref(), Some("v24.1.0"));
        assert_eq!(version("api/.nvmrc", "# größe\n\n  lts/krypton # why\r\n").as_deref(), Some("lts/krypton"));
        assert_eq!(version(".node-version", "22").as_deref(), Some("22"));
        assert_eq!(version(".nvmrc", "\u{a0}20\n").as_deref(), Some("20"));
        assert_eq!(version(".nvmrc", ""), None);
    }

    #[test]
    fn files_with_several_tools() {
        let text = "# ü\nruby 3.3.0\nnodejs 20.11.1 18.2.0 # pinned\n";
        assert_eq!(version(".tool-versions", text).as_deref(), Some("20.11.1"));
        assert!(read(&".tool-versions".into(), "ruby 3.3.0\nnodejsx 1\n").0.is_none());
    }

    #[test]
    fn mise_files() {
        for text in [
            "# ü\n[tools]\nnode = \"22.1\"\n",
            "[tools]\nnode = [\"22.1\", \"20\"]\n",
            "[tools]\nnode = { version = \"22.1\", postinstall = \"corepack enable\" }\n",
            "[tools.node]\nversion = \"22.1\"\n",
            "[tools]\nnodejs = \"22.1\"\n",
        ] {
            assert_eq!(version("mise.toml", text).as_deref(), Some("22.1"), "{text}");
        }
        assert_eq!(version("mise.toml", "[tools]\nnode = 22\n").as_deref(), Some("22"));
        let (file, notes) = read(&".mise.toml".into(), "[env]\nX = \"1\"\n");
        assert!(file.is_none() && notes.is_empty());
        assert_eq!(read(&"mise.toml".into(), "[tools\n").1.len(), 1);
    }

    #[test]
    fn folders_that_files_speak_for() {
        for (path, folder) in [
            ("api/.nvmrc", "api"),
            ("mise.toml", ""),
            (".config/mise.toml", ""),
            ("api/.config/mise/config.toml", "api"),
            (".mise/config.toml", ""),
        ] {
            assert_eq!(folder_of(&path.into()).as_str(), folder, "{path}");
        }
        assert!(!is_version_file(&"config.toml".into()) && !is_version_file(&"nvmrc".into()));
    }
}
