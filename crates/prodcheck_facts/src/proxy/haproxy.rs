//! HAProxy: <https://docs.haproxy.org/dev/configuration.html>.

use super::{Forward, Header, ProxyFile, ProxyTool, Target, head, shown};
use prodcheck_formats::haproxy;
use prodcheck_source::{Note, Spanned};

pub(super) fn read(text: &str) -> (ProxyFile, Vec<Note>) {
    let parsed = haproxy::parse(text);
    let mut file = ProxyFile::new(ProxyTool::Haproxy);
    parsed.tree.walk(|directive, around| {
        let section = around.first().map_or("", |outer| outer.name.value.as_str());
        let spanned = || Spanned::new(shown(directive), head(directive));
        let words: Vec<&str> = directive.arguments.iter().map(|word| word.text.as_str()).collect();
        match (directive.name.value.as_str(), words.as_slice()) {
            ("server" | "server-template", [_, rest @ ..]) if matches!(section, "backend" | "listen") => {
                // A template has a count before the address.
                let address = rest
                    .iter()
                    .find(|word| word.contains(':') || word.contains('.') || word.starts_with('/'))
                    .or_else(|| rest.first());
                let targets = address.map(|address| Target::parse(address)).into_iter().collect();
                file.forwards.push(Forward { targets, shown: shown(directive), span: head(directive) });
                if rest.contains(&"check") {
                    file.checks.push(spanned());
                }
            }
            ("http-response", ["set-header" | "add-header", name, value, ..]) => file.headers.push(Header {
                name: (*name).to_owned(),
                value: (*value).to_owned(),
                is_scoped: words.contains(&"if") || words.contains(&"unless"),
                span: head(directive),
            }),
            ("http-request", ["deny" | "reject" | "tarpit", ..]) if words.iter().any(|word| is_rate(word)) => {
                file.limits.push(spanned());
            }
            ("tcp-request", ["connection" | "content", "reject", ..]) if words.iter().any(|word| is_rate(word)) => {
                file.limits.push(spanned());
            }
            ("compression", ["algo" | "algo-res", ..]) => file.compression.push(spanned()),
            _ => {}
        }
    });
    (file, parsed.notes)
}

/// Whether a word asks a stick table how often a client came.
fn is_rate(word: &str) -> bool {
    ["_rate", "_cnt", "_cur"].iter().any(|counter| word.contains(counter))
        && (word.starts_with("sc") || word.contains("src_") || word.contains("table_"))
}
