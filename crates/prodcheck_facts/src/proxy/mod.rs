//! Reverse proxies' configurations: where they send requests, and what they do to requests and responses on the way.
//!
//! nginx, Caddy, HAProxy, Apache, Traefik's file provider and Envoy, all told in the same words.

mod apache;
mod caddy;
mod haproxy;
mod nginx;
#[cfg(test)]
mod tests;
mod yaml;

use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// The proxies whose files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProxyTool {
    /// nginx and OpenResty.
    Nginx,
    /// Caddy.
    Caddy,
    /// HAProxy.
    Haproxy,
    /// Apache's httpd.
    Apache,
    /// Traefik, by its file provider.
    Traefik,
    /// Envoy.
    Envoy,
}

impl ProxyTool {
    /// The name in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "Caddy",
            Self::Haproxy => "HAProxy",
            Self::Apache => "Apache",
            Self::Traefik => "Traefik",
            Self::Envoy => "Envoy",
        }
    }
}

/// What one configuration says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyFile {
    /// The proxy.
    pub tool: ProxyTool,
    /// Where requests are sent, in the order of the text.
    pub forwards: Vec<Forward>,
    /// Headers that it sets on responses.
    pub headers: Vec<Header>,
    /// Directives that limit the rate of requests.
    pub limits: Vec<Spanned<String>>,
    /// Directives that compress responses.
    pub compression: Vec<Spanned<String>>,
    /// Directives by which it polls what it forwards to.
    pub checks: Vec<Spanned<String>>,
}

/// One place that requests are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// Where to: the servers behind an upstream's name are put in.
    pub targets: Vec<Target>,
    /// The directive, as written and short.
    pub shown: String,
    /// The directive.
    pub span: Span,
}

/// One server that requests are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The host: a name, an address, or the path of a socket; `None` where a variable says it.
    pub host: Option<String>,
    /// The port; `None` where it is the scheme's, or a variable says it.
    pub port: Option<u16>,
}

/// A response header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value; empty where it is taken away.
    pub value: String,
    /// Whether it is set for some paths only.
    pub is_scoped: bool,
    /// The directive.
    pub span: Span,
}

impl ProxyFile {
    fn new(tool: ProxyTool) -> Self {
        Self {
            tool,
            forwards: Vec::new(),
            headers: Vec::new(),
            limits: Vec::new(),
            compression: Vec::new(),
            checks: Vec::new(),
        }
    }

    fn says_nothing(&self) -> bool {
        self.forwards.is_empty()
            && self.headers.is_empty()
            && self.limits.is_empty()
            && self.compression.is_empty()
            && self.checks.is_empty()
    }
}

impl Target {
    /// A server as proxies write it: `http://app:3000/path`, `10.0.0.1:80`, `unix:/run/app.sock`, `${HOST}:3000`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        if let Some(socket) = rest.strip_prefix("unix:").or_else(|| text.strip_prefix("unix/")) {
            return Self { host: Some(socket.split(':').next().unwrap_or(socket).to_owned()), port: None };
        }
        let authority = rest.split(['/', '?']).next().unwrap_or("");
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, after)) => (host, after.strip_prefix(':').unwrap_or("")),
            None => authority.rsplit_once(':').unwrap_or((authority, "")),
        };
        let is_known = !host.is_empty() && !host.contains(['$', '{', '}', '<', '%']);
        Self { host: is_known.then(|| host.to_ascii_lowercase()), port: port.parse().ok() }
    }
}

/// Endings of templates and copies, before which the name of the configuration stands.
const TEMPLATES: &[&str] = &[
    "template",
    "templ",
    "tmpl",
    "tpl",
    "j2",
    "erb",
    "ejs",
    "hbs",
    "in",
    "dist",
    "sample",
    "example",
    "prod",
    "production",
];

/// The name without what says that it is a template: `nginx.conf` of `nginx.conf.j2`.
fn plain_name(path: &RepoPath) -> &str {
    let mut name = path.name();
    while let Some((stem, _)) =
        name.rsplit_once('.').filter(|(stem, ending)| !stem.is_empty() && TEMPLATES.contains(ending))
    {
        name = stem;
    }
    name
}

/// Whether a file can be a proxy's configuration by its name; what it holds decides.
pub fn may_be_proxy(path: &RepoPath) -> bool {
    let name = plain_name(path).to_ascii_lowercase();
    let in_folder = |names: &[&str]| path.parent().parts().any(|part| names.contains(&part));
    let bare = !name.contains('.') && in_folder(&["sites-available", "sites-enabled"]);
    let yaml = matches!(path.extension(), Some("yml" | "yaml" | "toml"));
    let of_proxy = name.contains("traefik") || name.contains("envoy") || in_folder(&["traefik", "envoy"]);
    name.ends_with(".conf")
        || name.ends_with(".nginx")
        || name.ends_with(".vhost")
        || name.ends_with(".htaccess")
        || name == "nginx"
        || bare
        || is_caddyfile(&name)
        || (name.contains("haproxy") && (name.ends_with(".cfg") || name.ends_with(".conf")))
        || (yaml && of_proxy)
}

fn is_caddyfile(name: &str) -> bool {
    name == "caddyfile"
        || name.starts_with("caddyfile.")
        || name.ends_with(".caddyfile")
        || name.starts_with("caddyfile-")
}

/// Reads a configuration; `None` where the file is none, or says nothing that is asked.
pub fn read(path: &RepoPath, text: &str) -> (Option<ProxyFile>, Vec<Note>) {
    let name = plain_name(path).to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let (file, notes) = if is_caddyfile(&name) {
        caddy::read(text)
    } else if name.contains("haproxy") {
        haproxy::read(text)
    } else if matches!(path.extension(), Some("yml" | "yaml" | "toml")) {
        yaml::read(path, text)
    } else if has(&["ProxyPass", "<VirtualHost", "BalancerMember", "mod_deflate"]) {
        apache::read(text)
    } else if has(&["proxy_pass", "grpc_pass", "add_header", "limit_req", "gzip", "brotli", "upstream"]) {
        nginx::read(text)
    } else {
        return (None, Vec::new());
    };
    match file.says_nothing() {
        // Without anything of a proxy's in it, it is somebody else's file, and so are its mistakes.
        true => (None, Vec::new()),
        false => (Some(file), notes),
    }
}

/// A directive for messages: one line, not longer than a line.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}

/// The words of a directive for messages.
fn shown(directive: &prodcheck_formats::directives::Directive) -> String {
    let words = directive.arguments.iter().map(|argument| argument.text.as_str());
    shortened(&std::iter::once(directive.name.value.as_str()).chain(words).collect::<Vec<_>>().join(" "))
}

/// Name and arguments of a directive, without its block.
fn head(directive: &prodcheck_formats::directives::Directive) -> Span {
    directive.arguments.last().map_or(directive.name.span, |last| directive.name.span.to(last.span))
}
