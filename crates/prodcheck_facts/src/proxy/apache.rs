//! Apache's httpd: <https://httpd.apache.org/docs/2.4/mod/mod_proxy.html>,
//! <https://httpd.apache.org/docs/2.4/mod/mod_headers.html>, <https://httpd.apache.org/docs/2.4/mod/mod_deflate.html>.

use super::{Forward, Header, ProxyFile, ProxyTool, Target, head, shown};
use prodcheck_formats::apache;
use prodcheck_source::{Note, Spanned};

pub(super) fn read(text: &str) -> (ProxyFile, Vec<Note>) {
    let parsed = apache::parse(text);
    let mut file = ProxyFile::new(ProxyTool::Apache);
    let members: Vec<Target> =
        parsed.tree.all("BalancerMember").iter().filter_map(|one| one.argument(0)).map(Target::parse).collect();
    parsed.tree.walk(|directive, around| {
        let spanned = || Spanned::new(shown(directive), head(directive));
        let words: Vec<&str> = directive.arguments.iter().map(|word| word.text.as_str()).collect();
        let mut forward = |to: &str| {
            let targets = if to.starts_with("balancer:") { members.clone() } else { vec![Target::parse(to)] };
            file.forwards.push(Forward { targets, shown: shown(directive), span: head(directive) });
        };
        // Names of directives know no case.
        match (directive.name.value.to_ascii_lowercase().as_str(), words.as_slice()) {
            ("proxypass" | "proxypassmatch", words) => {
                // `!` keeps a path from being forwarded.
                if let Some(to) = words.iter().find(|word| word.contains("://") || word.starts_with("unix:")) {
                    forward(to);
                }
            }
            ("rewriterule", [_, to, flags, ..]) if is_proxied(flags) => forward(to),
            ("header", ["always", action, name, value, ..]) | ("header", [action, name, value, ..])
                if matches!(
                    action.to_ascii_lowercase().as_str(),
                    "set" | "add" | "append" | "merge" | "setifempty"
                ) =>
            {
                file.headers.push(Header {
                    name: (*name).to_owned(),
                    value: (*value).to_owned(),
                    is_scoped: around.iter().any(|outer| {
                        matches!(
                            outer.name.value.to_ascii_lowercase().as_str(),
                            "location" | "locationmatch" | "files" | "filesmatch"
                        ) && outer.argument(0) != Some("/")
                    }),
                    span: head(directive),
                });
            }
            ("addoutputfilterbytype" | "setoutputfilter", words)
                if words.iter().any(|word| word.contains("DEFLATE") || word.contains("BROTLI")) =>
            {
                file.compression.push(spanned());
            }
            ("qs_srvmaxconnperip" | "qs_loceventratelimit" | "qs_locrequestlimit" | "secrule", words)
                if !words.is_empty() && directive.name.value.to_ascii_lowercase().starts_with("qs_") =>
            {
                file.limits.push(spanned());
            }
            _ => {}
        }
    });
    (file, parsed.notes)
}

/// Whether the flags of a rewriting rule send the request on: `[P,L]`.
fn is_proxied(flags: &str) -> bool {
    let inner = flags.trim_start_matches('[').trim_end_matches(']');
    inner.split(',').any(|flag| matches!(flag.trim(), "P" | "proxy"))
}
