//! Caddy: <https://caddyserver.com/docs/caddyfile/directives>.

use super::{Forward, Header, ProxyFile, ProxyTool, Target, head, shown};
use prodcheck_formats::caddyfile;
use prodcheck_formats::directives::Directive;
use prodcheck_source::{Note, Spanned};

pub(super) fn read(text: &str) -> (ProxyFile, Vec<Note>) {
    let parsed = caddyfile::parse(text);
    let mut file = ProxyFile::new(ProxyTool::Caddy);
    parsed.tree.walk(|directive, around| {
        let spanned = || Spanned::new(shown(directive), head(directive));
        match directive.name.value.as_str() {
            "reverse_proxy" => {
                let to = directive.children().iter().filter(|child| child.name.value == "to");
                let words = directive.arguments.iter().chain(to.flat_map(|child| &child.arguments));
                // A matcher comes first: `/api/*`, `@name`, `*`.
                let is_upstream = |word: &&str| !word.starts_with(['/', '@', '*']) || word.starts_with("unix/");
                let targets = words.map(|word| word.text.as_str()).filter(is_upstream).map(upstream).collect();
                file.forwards.push(Forward { targets, shown: shown(directive), span: head(directive) });
                let polls = |child: &&Directive| {
                    matches!(child.name.value.as_str(), "health_uri" | "health_path" | "health_port")
                };
                let checks = directive.children().iter().filter(polls);
                file.checks.extend(checks.map(|child| Spanned::new(shown(child), head(child))));
            }
            "header" => headers(directive, around, &mut file),
            "rate_limit" | "ratelimit" => file.limits.push(spanned()),
            "encode" => file.compression.push(spanned()),
            _ => {}
        }
    });
    (file, parsed.notes)
}

/// An upstream; `{$VAR:app:3000}` is its default.
fn upstream(word: &str) -> Target {
    let by_default =
        word.strip_prefix("{$").and_then(|rest| rest.strip_suffix('}')).and_then(|inner| inner.split_once(':'));
    Target::parse(by_default.map_or(word, |(_, default)| default))
}

/// `header [matcher] Name value`, or a block of such lines.
fn headers(directive: &Directive, around: &[&Directive], file: &mut ProxyFile) {
    let words: Vec<&str> = directive.arguments.iter().map(|word| word.text.as_str()).collect();
    let (matcher, rest) = match words.split_first() {
        Some((first, rest)) if first.starts_with(['/', '@', '*']) => (Some(*first), rest),
        _ => (None, words.as_slice()),
    };
    let scoped_around = around.iter().any(|outer| {
        matches!(outer.name.value.as_str(), "handle" | "route" | "handle_path") && !outer.arguments.is_empty()
    });
    let is_scoped = scoped_around || matcher.is_some_and(|matcher| matcher != "*");
    let mut add = |name: &str, value: Option<&str>, of: &Directive| {
        let is_removed = name.starts_with('-');
        let name = name.trim_start_matches(['+', '-', '?', '>']).to_owned();
        let value = value.filter(|_| !is_removed).unwrap_or("").to_owned();
        file.headers.push(Header { name, value, is_scoped, span: head(of) });
    };
    if let Some((name, values)) = rest.split_first() {
        add(name, values.first().copied(), directive);
    }
    for line in directive.children().iter().filter(|line| line.name.value != "defer") {
        add(&line.name.value, line.argument(0), line);
    }
}
