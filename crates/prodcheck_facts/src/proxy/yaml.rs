//! Traefik's dynamic configuration and Envoy's: <https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/file/>,
//! <https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/examples>.

use super::{Forward, Header, ProxyFile, ProxyTool, Target, shortened};
use prodcheck_formats::value::{Entry, Node};
use prodcheck_formats::{toml, yaml};
use prodcheck_source::{Note, RepoPath, Spanned};

/// How deep Envoy's filters are looked into.
const DEPTH: usize = 24;

pub(super) fn read(path: &RepoPath, text: &str) -> (ProxyFile, Vec<Note>) {
    let (documents, notes) = match path.extension() {
        Some("toml") => {
            let parsed = toml::parse(text);
            (vec![parsed.tree], parsed.notes)
        }
        _ => {
            let parsed = yaml::parse(text);
            (parsed.tree, parsed.notes)
        }
    };
    let is_envoy = documents.iter().any(|document| document.get("static_resources").is_some());
    let mut file = ProxyFile::new(if is_envoy { ProxyTool::Envoy } else { ProxyTool::Traefik });
    for document in &documents {
        if is_envoy { envoy(document, &mut file) } else { traefik(document, &mut file) }
    }
    (file, notes)
}

fn traefik(document: &Node, file: &mut ProxyFile) {
    let Some(http) = document.get("http") else { return };
    for service in http.get("services").into_iter().flat_map(Node::entries) {
        let Some(balancer) = service.value.get("loadBalancer") else { continue };
        for server in balancer.get("servers").map(Node::items).unwrap_or_default() {
            let Some(entry) = server.entry("url").or_else(|| server.entry("address")) else { continue };
            let url = entry.value.as_str().unwrap_or("");
            file.forwards.push(Forward {
                targets: vec![Target::parse(url)],
                shown: shortened(&format!("{}: {url}", entry.key)),
                span: entry.span(),
            });
        }
        file.checks.extend(balancer.entry("healthCheck").map(named));
    }
    for middleware in http.get("middlewares").into_iter().flat_map(Node::entries) {
        for entry in middleware.value.entries() {
            match entry.key.as_str() {
                "rateLimit" | "inFlightReq" => file.limits.push(named(entry)),
                "compress" if entry.value.as_bool() != Some(false) => file.compression.push(named(entry)),
                "headers" => headers(&entry.value, file),
                _ => {}
            }
        }
    }
}

/// The options of Traefik that stand for headers:
/// <https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/headers/>.
fn headers(node: &Node, file: &mut ProxyFile) {
    let mut add = |name: &str, value: String, entry: &Entry| {
        file.headers.push(Header { name: name.to_owned(), value, is_scoped: false, span: entry.span() });
    };
    for entry in node.entries() {
        let text = entry.value.to_text().unwrap_or_default();
        match entry.key.as_str() {
            "customResponseHeaders" => {
                for header in entry.value.entries() {
                    add(&header.key, header.value.to_text().unwrap_or_default(), header);
                }
            }
            "contentTypeNosniff" if text == "true" => add("X-Content-Type-Options", "nosniff".to_owned(), entry),
            "frameDeny" if text == "true" => add("X-Frame-Options", "DENY".to_owned(), entry),
            "customFrameOptionsValue" => add("X-Frame-Options", text, entry),
            "contentSecurityPolicy" => add("Content-Security-Policy", text, entry),
            "stsSeconds" if text != "0" => add("Strict-Transport-Security", format!("max-age={text}"), entry),
            _ => {}
        }
    }
}

fn envoy(document: &Node, file: &mut ProxyFile) {
    let Some(resources) = document.get("static_resources") else { return };
    for cluster in resources.get("clusters").map(Node::items).unwrap_or_default() {
        addresses(cluster, file, DEPTH);
        file.checks.extend(cluster.entry("health_checks").map(named));
    }
    filters(resources.get("listeners"), file, DEPTH);
}

fn addresses(node: &Node, file: &mut ProxyFile, depth: usize) {
    if depth == 0 {
        return;
    }
    if let Some(address) = node.get("socket_address") {
        let host = address.get("address").and_then(Node::as_str).unwrap_or("");
        let port = address.get("port_value").and_then(Node::to_text).unwrap_or_default();
        let text = format!("{host}:{port}");
        file.forwards.push(Forward {
            targets: vec![Target::parse(&text)],
            shown: format!("socket_address: {text}"),
            span: address.span,
        });
        return;
    }
    node.items().iter().for_each(|item| addresses(item, file, depth - 1));
    node.entries().for_each(|entry| addresses(&entry.value, file, depth - 1));
}

/// Filters of a listener that limit rates or compress, by their names.
fn filters(node: Option<&Node>, file: &mut ProxyFile, depth: usize) {
    let Some(node) = node.filter(|_| depth > 0) else { return };
    if let Some(name) = node.get("name").and_then(Node::as_str) {
        let found = || Spanned::new(name.to_owned(), node.get("name").map_or(node.span, |name| name.span));
        if name.contains("ratelimit") {
            file.limits.push(found());
        } else if name.contains("compressor") {
            file.compression.push(found());
        }
    }
    node.items().iter().for_each(|item| filters(Some(item), file, depth - 1));
    node.entries().for_each(|entry| filters(Some(&entry.value), file, depth - 1));
}

fn named(entry: &Entry) -> Spanned<String> {
    Spanned::new(entry.key.clone(), entry.key_span)
}
