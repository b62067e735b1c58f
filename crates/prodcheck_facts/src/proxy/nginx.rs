//! nginx: <https://nginx.org/en/docs/dirindex.html>.

use super::{Forward, Header, ProxyFile, ProxyTool, Target, head, shown};
use prodcheck_formats::directives::{Config, Directive};
use prodcheck_formats::nginx;
use prodcheck_source::{Note, Spanned};
use std::collections::BTreeMap;

pub(super) fn read(text: &str) -> (ProxyFile, Vec<Note>) {
    let parsed = nginx::parse(text);
    let upstreams = upstreams(&parsed.tree);
    let variables = variables(&parsed.tree);
    let mut file = ProxyFile::new(ProxyTool::Nginx);
    parsed.tree.walk(|directive, around| {
        let spanned = || Spanned::new(shown(directive), head(directive));
        let on = || directive.argument(0) == Some("on");
        match directive.name.value.as_str() {
            "proxy_pass" | "grpc_pass" => {
                let to = directive.argument(0).unwrap_or("");
                let to = put_in(to, &variables);
                let host = to.split_once("://").map_or(to.as_str(), |(_, rest)| rest);
                let host = host.split(['/', ':']).next().unwrap_or("");
                let targets = upstreams.get(host).cloned().unwrap_or_else(|| vec![Target::parse(&to)]);
                file.forwards.push(Forward { targets, shown: shown(directive), span: head(directive) });
            }
            "add_header" => file.headers.push(Header {
                name: directive.argument(0).unwrap_or("").to_owned(),
                value: directive.argument(1).unwrap_or("").to_owned(),
                is_scoped: around.iter().any(|outer| outer.name.value == "location" && outer.argument(0) != Some("/")),
                span: head(directive),
            }),
            "limit_req" | "limit_conn" => file.limits.push(spanned()),
            "gzip" | "brotli" | "zstd" if on() => file.compression.push(spanned()),
            "health_check" => file.checks.push(spanned()),
            // Passive checks take a server out; they need failures that can be counted.
            "server" if directive.arguments.iter().any(|one| one.text.starts_with("max_fails=")) => {
                file.checks.push(spanned());
            }
            _ => {}
        }
    });
    (file, parsed.notes)
}

fn upstreams(config: &Config) -> BTreeMap<String, Vec<Target>> {
    let servers =
        |upstream: &Directive| upstream.all("server").filter_map(|one| one.argument(0)).map(Target::parse).collect();
    let named = |upstream: &&Directive| Some((upstream.argument(0)?.to_owned(), servers(upstream)));
    config.all("upstream").iter().filter_map(named).collect()
}

/// What `set $name value` sets, where it sets it once.
fn variables(config: &Config) -> BTreeMap<String, Option<String>> {
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for set in config.all("set") {
        if let (Some(name), Some(value)) = (set.argument(0), set.argument(1)) {
            let known = found.entry(name.to_owned()).or_insert_with(|| Some(value.to_owned()));
            if known.as_deref() != Some(value) {
                *known = None;
            }
        }
    }
    found
}

fn put_in(text: &str, variables: &BTreeMap<String, Option<String>>) -> String {
    let mut out = text.to_owned();
    for (name, value) in variables.iter().rev() {
        if let Some(value) = value.as_deref().filter(|value| !value.contains('$')) {
            out = out.replace(name.as_str(), value);
        }
    }
    out
}
