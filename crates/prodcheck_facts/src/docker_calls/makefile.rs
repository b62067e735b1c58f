//! Makefiles and justfiles: the commands of their targets, with variables that are set to text put in.

use super::DockerCalls;
use super::script::Scripts;
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_source::{RepoPath, Span};
use std::collections::HashMap;

/// How long a line may become by what is put into it.
const LENGTH: usize = 16 * 1024;

/// Whether a file is a makefile or a justfile by its name.
pub(super) fn is_makefile(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    matches!(name.as_str(), "makefile" | "gnumakefile" | "justfile" | ".justfile")
        || name.ends_with(".mk")
        || name.ends_with(".just")
}

/// The calls of all targets: <https://www.gnu.org/software/make/manual/html_node/Rules.html>,
/// <https://just.systems/man/en/>.
pub(super) fn read(path: &RepoPath, text: &str, calls: &mut DockerCalls) {
    let mut variables: HashMap<&str, String> = HashMap::new();
    let mut target: Option<&str> = None;
    let mut at = 0;
    let mut joined: Option<(String, usize)> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        let (mut whole, from) = joined.take().unwrap_or((String::new(), start));
        if let Some(open) = content.strip_suffix('\\') {
            whole.push_str(open);
            whole.push(' ');
            joined = Some((whole, from)).filter(|(whole, _)| whole.len() < LENGTH);
            continue;
        }
        let first = text.get(from..).unwrap_or("");
        if first.starts_with(['\t', ' ']) {
            if let Some(target) = target {
                whole.push_str(content);
                let command = whole.trim_start().trim_start_matches(['@', '-', '+']);
                let expanded = expand(command, &variables);
                let span = Span::new(from + (first.len() - first.trim_start().len()), start + content.len());
                let excerpt = Excerpt::opaque(expanded, span);
                Scripts::new(path, vec![target.to_owned()]).read(&excerpt, calls);
            }
        } else if let Some((name, value)) = assignment(content) {
            let value = expand(value, &variables);
            variables.insert(name, value);
        } else if let Some((name, _)) = content.split_once(':').filter(|_| !content.starts_with('#')) {
            target = Some(name.trim().trim_start_matches('@').split_whitespace().next().unwrap_or(""));
        }
    }
}

/// `NAME = value`, `NAME := value`, `NAME ?= value`, `export NAME=value`, and just's `name := 'value'`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches([':', '?', '+']).trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let value = value.split(" #").next().unwrap_or("").trim();
    let quoted = value.strip_prefix(['"', '\'']).and_then(|value| value.strip_suffix(['"', '\'']));
    is_name.then_some((name, quoted.unwrap_or(value)))
}

/// Puts known variables in: `$(NAME)`, `${NAME}`, `{{NAME}}`; `$$` is the shell's `$`.
fn expand(text: &str, variables: &HashMap<&str, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if out.len() > LENGTH {
            break;
        }
        if let Some(after) = rest.strip_prefix("$$") {
            out.push('$');
            rest = after;
            continue;
        }
        let enclosed = [("$(", ")"), ("${", "}"), ("{{", "}}")].into_iter().find_map(|(open, close)| {
            let inner = rest.strip_prefix(open)?;
            let end = inner.get(..200.min(inner.len())).unwrap_or(inner).find(close)?;
            Some((inner.get(..end)?.trim(), inner.get(end + close.len()..)?))
        });
        match enclosed.and_then(|(name, after)| Some((variables.get(name)?, after))) {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push(next);
                rest = rest.get(next.len_utf8()..).unwrap_or("");
            }
        }
    }
    out
}
