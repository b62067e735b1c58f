//! One service of a compose file: trees to facts.

use super::{
    Build, Command, Dependency, Deploy, EnvFile, Extends, HealthCheck, HealthTest, HostPath, Logging, Mount, MountKind,
    Port, RestartPolicy, Said, Service, Text, Ulimit, UpdateConfig, Variable,
};
use prodcheck_formats::value::{Entry, Node, Object, Value};
use prodcheck_source::{Place, RepoPath, Span};

/// Reads nodes of one file.
pub(super) struct Reader<'a> {
    /// The file.
    pub path: &'a RepoPath,
}

/// The services of a mapping, in the order of the text.
pub(super) fn services(reader: &Reader<'_>, services: Option<&Object>) -> Vec<Service> {
    services
        .into_iter()
        .flat_map(Object::effective)
        .filter(|entry| !entry.key.starts_with("x-"))
        .filter(|entry| matches!(entry.value.value, Value::Object(_) | Value::Null))
        .map(|entry| reader.service(entry))
        .collect()
}

impl Reader<'_> {
    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(self.path.clone(), span)
    }

    fn service(&self, entry: &Entry) -> Service {
        let mut service = Service::new(entry.key.clone(), self.place(entry.key_span));
        let node = untag(&entry.value, "", &mut service.drops);
        let node = &node;
        // Commands are replaced even by `null`, which brings the image's own back.
        let nulls = ["command", "entrypoint"].iter().filter(|key| node.get(key).is_some_and(Node::is_null));
        service.drops.extend(nulls.map(ToString::to_string));
        service.open = node.as_object().is_some_and(|object| object.open);
        service.image = self.said(node, "image");
        service.build = node.entry("build").and_then(|entry| self.build(entry));
        service.command = node.entry("command").and_then(|entry| self.command(entry));
        service.entrypoint = node.entry("entrypoint").and_then(|entry| self.command(entry));
        service.working_dir = self.said(node, "working_dir");
        service.environment = self.variables(node.get("environment"));
        service.env_files = node.entry("env_file").map(|entry| self.env_files(entry)).unwrap_or_default();
        service.restart = self.said(node, "restart");
        service.deploy = node.entry("deploy").map(|entry| self.deploy(entry)).unwrap_or_default();
        service.scale = self.said(node, "scale");
        service.memory_limit = self.said(node, "mem_limit");
        service.health_check = node.entry("healthcheck").and_then(|entry| self.health_check(entry));
        service.ports = node.get("ports").map(|ports| self.ports(ports)).unwrap_or_default();
        service.expose = self.said_list(node, "expose");
        service.profiles = self.said_list(node, "profiles");
        service.depends_on = node.get("depends_on").map(|node| self.dependencies(node)).unwrap_or_default();
        service.extends = node.entry("extends").and_then(|entry| self.extends(entry));
        service.ulimits = node.get("ulimits").map(|node| self.ulimits(node)).unwrap_or_default();
        service.logging = node.entry("logging").and_then(|entry| self.logging(entry));
        service.user = self.said(node, "user");
        service.init = self.said(node, "init");
        service.stop_signal = self.said(node, "stop_signal");
        service.stop_grace_period = self.said(node, "stop_grace_period");
        service.labels = self.variables(node.get("labels"));
        service.volumes = node.get("volumes").map(|node| self.mounts(node)).unwrap_or_default();
        service.networks = self.names(node.get("networks"), "name");
        service.network_mode = self.said(node, "network_mode");
        service.secrets = self.names(node.get("secrets"), "source");
        service.container_name = self.said(node, "container_name");
        service.platform = self.said(node, "platform");
        service
    }

    /// The text of a key, with the key's place.
    pub(super) fn said(&self, node: &Node, key: &str) -> Option<Said<Text>> {
        let entry = node.entry(key)?;
        Some(Said::new(text(&entry.value)?, self.place(entry.span())))
    }

    /// A text, or a list of them.
    pub(super) fn list(&self, node: &Node) -> Vec<Said<Text>> {
        let items = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        items.iter().filter_map(|item| Some(Said::new(text(item)?, self.place(item.span)))).collect()
    }

    fn said_list(&self, node: &Node, key: &str) -> Vec<Said<Text>> {
        node.get(key).map(|list| self.list(list)).unwrap_or_default()
    }

    /// A mapping of names to values, or a list of `NAME=value`.
    fn variables(&self, node: Option<&Node>) -> Vec<Variable> {
        let Some(node) = node else {
            return Vec::new();
        };
        let listed = node.items().iter().filter_map(|item| {
            let raw = item.to_text()?;
            let (name, value) = match raw.split_once('=') {
                Some((name, value)) => (name, Some(Text::new(value))),
                None => (raw.as_str(), None),
            };
            Some(Variable { name: name.trim().to_owned(), value, place: self.place(item.span) })
        });
        let mapped = node.entries().map(|entry| Variable {
            name: entry.key.clone(),
            value: text(&entry.value),
            place: self.place(entry.span()),
        });
        listed.chain(mapped).collect()
    }

    /// Names in a list, in the keys of a mapping, or under a key of a list's mappings.
    fn names(&self, node: Option<&Node>, key: &str) -> Vec<Said<String>> {
        let Some(node) = node else {
            return Vec::new();
        };
        let listed = node.items().iter().filter_map(|item| {
            let name = item.to_text().or_else(|| item.get(key)?.to_text())?;
            Some(Said::new(name, self.place(item.span)))
        });
        let mapped = node.entries().map(|entry| Said::new(entry.key.clone(), self.place(entry.key_span)));
        listed.chain(mapped).collect()
    }

    fn build(&self, entry: &Entry) -> Option<Build> {
        let place = self.place(entry.span());
        let node = &entry.value;
        if node.is_null() {
            return None;
        }
        let short = text(node).map(|context| Said::new(host_path(context), place.clone()));
        Some(Build {
            context: short.or_else(|| {
                let context = self.said(node, "context")?;
                Some(Said::new(host_path(context.value), context.place))
            }),
            place,
            dockerfile: self.said(node, "dockerfile"),
            dockerfile_inline: self.said(node, "dockerfile_inline"),
            target: self.said(node, "target"),
            args: self.variables(node.get("args")),
            additional_contexts: self.variables(node.get("additional_contexts")),
        })
    }

    fn command(&self, entry: &Entry) -> Option<Said<Command>> {
        let place = self.place(entry.span());
        let command = match &entry.value.value {
            Value::Array(items) => Command::Words(
                items.iter().filter_map(|item| Some(Said::new(text(item)?, self.place(item.span)))).collect(),
            ),
            _ => {
                let line = text(&entry.value)?;
                if line.raw().trim().is_empty() {
                    Command::Words(Vec::new())
                } else {
                    Command::Line(Said::new(line, self.place(entry.value.span)))
                }
            }
        };
        Some(Said::new(command, place))
    }

    fn env_files(&self, entry: &Entry) -> Vec<EnvFile> {
        let one = |path: Text, required: bool, span: Span| EnvFile {
            path: host_path(path),
            required,
            place: self.place(span),
        };
        if let Some(path) = text(&entry.value) {
            return vec![one(path, true, entry.span())];
        }
        entry
            .value
            .items()
            .iter()
            .filter_map(|item| match text(item) {
                Some(path) => Some(one(path, true, item.span)),
                None => {
                    let required = item.get("required").and_then(Node::as_bool).unwrap_or(true);
                    Some(one(text(item.get("path")?)?, required, item.span))
                }
            })
            .collect()
    }

    fn deploy(&self, entry: &Entry) -> Deploy {
        let node = &entry.value;
        let limits = node.at(&["resources", "limits"]);
        Deploy {
            place: Some(self.place(entry.span())),
            mode: self.said(node, "mode"),
            replicas: self.said(node, "replicas"),
            memory_limit: limits.and_then(|limits| self.said(limits, "memory")),
            restart_policy: node.entry("restart_policy").filter(|entry| !entry.value.is_null()).map(|entry| {
                RestartPolicy {
                    place: self.place(entry.span()),
                    condition: self.said(&entry.value, "condition"),
                    max_attempts: self.said(&entry.value, "max_attempts"),
                    delay: self.said(&entry.value, "delay"),
                    window: self.said(&entry.value, "window"),
                }
            }),
            update: node.entry("update_config").filter(|entry| !entry.value.is_null()).map(|entry| UpdateConfig {
                place: self.place(entry.span()),
                order: self.said(&entry.value, "order"),
                parallelism: self.said(&entry.value, "parallelism"),
                failure_action: self.said(&entry.value, "failure_action"),
            }),
            labels: self.variables(node.get("labels")),
            swarm_only: ["placement", "endpoint_mode", "rollback_config"].iter().any(|key| node.get(key).is_some()),
        }
    }

    fn health_check(&self, entry: &Entry) -> Option<HealthCheck> {
        let node = &entry.value;
        node.as_object()?;
        let test = node.entry("test").and_then(|entry| {
            let test = match text(&entry.value) {
                Some(line) => HealthTest::Shell(line),
                None => health_test(entry.value.items())?,
            };
            Some(Said::new(test, self.place(entry.span())))
        });
        Some(HealthCheck {
            place: self.place(entry.span()),
            disable: self.said(node, "disable"),
            test,
            interval: self.said(node, "interval"),
            timeout: self.said(node, "timeout"),
            retries: self.said(node, "retries"),
            start_period: self.said(node, "start_period"),
        })
    }

    fn ports(&self, node: &Node) -> Vec<Port> {
        let read = |item: &Node| {
            let place = self.place(item.span);
            match text(item) {
                Some(short) => short_port(&short, place),
                None => Some(Port {
                    host_ip: item.get("host_ip").and_then(text),
                    published: item.get("published").and_then(text),
                    target: text(item.get("target")?)?,
                    protocol: item.get("protocol").and_then(text),
                    place,
                }),
            }
        };
        node.items().iter().filter_map(read).collect()
    }

    fn dependencies(&self, node: &Node) -> Vec<Dependency> {
        let listed = node.items().iter().filter_map(|item| {
            Some(Dependency { service: item.to_text()?, condition: None, place: self.place(item.span) })
        });
        let mapped = node.entries().map(|entry| Dependency {
            service: entry.key.clone(),
            condition: entry.value.get("condition").and_then(Node::to_text),
            place: self.place(entry.span()),
        });
        listed.chain(mapped).collect()
    }

    fn extends(&self, entry: &Entry) -> Option<Extends> {
        let service = text(&entry.value).or_else(|| text(entry.value.get("service")?))?;
        let file = entry.value.get("file").and_then(text).map(host_path);
        Some(Extends { service, file, place: self.place(entry.span()) })
    }

    fn ulimits(&self, node: &Node) -> Vec<Ulimit> {
        node.entries()
            .map(|entry| {
                let both = text(&entry.value);
                Ulimit {
                    name: entry.key.clone(),
                    soft: both.clone().or_else(|| text(entry.value.get("soft")?)),
                    hard: both.or_else(|| text(entry.value.get("hard")?)),
                    place: self.place(entry.span()),
                }
            })
            .collect()
    }

    fn logging(&self, entry: &Entry) -> Option<Logging> {
        entry.value.as_object()?;
        Some(Logging {
            place: self.place(entry.span()),
            driver: self.said(&entry.value, "driver"),
            options: self.variables(entry.value.get("options")),
        })
    }

    fn mounts(&self, node: &Node) -> Vec<Mount> {
        let read = |item: &Node| {
            let place = self.place(item.span);
            if let Some(short) = text(item) {
                return short_mount(&short, place);
            }
            let kind = match item.get("type").and_then(Node::to_text).as_deref() {
                Some("bind") => MountKind::Bind,
                Some("volume") | None => MountKind::Volume,
                Some(_) => MountKind::Other,
            };
            Some(Mount {
                kind,
                source: item.get("source").and_then(text).map(host_path),
                target: text(item.get("target")?)?,
                read_only: item.get("read_only").and_then(Node::as_bool).unwrap_or(false),
                place,
            })
        };
        node.items().iter().filter_map(read).collect()
    }
}

/// A scalar that is not `null`.
fn text(node: &Node) -> Option<Text> {
    node.to_text().map(Text::new)
}

fn host_path(text: Text) -> HostPath {
    HostPath { text, relative_to: None }
}

/// The node without what `!reset` marks. The paths of all that `!reset` and `!override` mark are added to `drops`.
fn untag(node: &Node, path: &str, drops: &mut Vec<String>) -> Node {
    let Some(object) = node.as_object() else {
        return node.clone();
    };
    let mut kept = Object { entries: Vec::new(), open: object.open };
    for entry in object.effective() {
        let path = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        let tag = entry.value.tag.as_deref();
        if matches!(tag, Some("!reset" | "!override")) {
            drops.push(path.clone());
        }
        if tag != Some("!reset") {
            let value = untag(&entry.value, &path, drops);
            kept.entries.push(Entry { key: entry.key.clone(), key_span: entry.key_span, value });
        }
    }
    Node { span: node.span, value: Value::Object(kept), tag: node.tag.clone() }
}

fn health_test(items: &[Node]) -> Option<HealthTest> {
    let mut words = items.iter().filter_map(text);
    match words.next()?.raw() {
        "NONE" => Some(HealthTest::None),
        "CMD" => Some(HealthTest::Words(words.collect())),
        "CMD-SHELL" => words.next().map(HealthTest::Shell),
        // Compose refuses a list that starts otherwise; what is meant is the command.
        _ => Some(HealthTest::Words(items.iter().filter_map(text).collect())),
    }
}

/// `[[ip:]host:]container[/protocol]`.
fn short_port(short: &Text, place: Place) -> Option<Port> {
    let mut halves = short.split('/', 2).into_iter();
    let ports = halves.next()?;
    let protocol = halves.next();
    let mut parts = ports.split(':', usize::MAX);
    let target = parts.pop()?;
    let published = parts.pop().filter(|published| !published.raw().is_empty());
    let host_ip = (!parts.is_empty())
        .then(|| Text::new(parts.iter().map(Text::raw).collect::<Vec<_>>().join(":")))
        .filter(|ip| !ip.raw().is_empty());
    Some(Port { host_ip, published, target, protocol, place })
}

/// `[source:]target[:mode]`.
fn short_mount(short: &Text, place: Place) -> Option<Mount> {
    let mut parts = short.split(':', usize::MAX);
    // The letter of a Windows drive: `C:\data:/data`.
    let drive =
        parts.first().is_some_and(|first| matches!(first.raw().as_bytes(), [letter] if letter.is_ascii_alphabetic()))
            && parts.get(1).is_some_and(|next| next.raw().starts_with(['\\', '/']));
    if drive {
        let letter = parts.remove(0);
        if let Some(path) = parts.first_mut() {
            *path = Text::new(format!("{}:{}", letter.raw(), path.raw()));
        }
    }
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    let Some(target) = parts.next() else {
        return Some(Mount { kind: MountKind::Volume, source: None, target: first, read_only: false, place });
    };
    let is_path = drive
        || first.raw().starts_with(['.', '/', '~', '\\'])
        || (first.raw().starts_with('$') && is_path_variable(&first));
    Some(Mount {
        kind: if is_path { MountKind::Bind } else { MountKind::Volume },
        source: Some(host_path(first)),
        target,
        read_only: parts.next().is_some_and(|mode| mode.raw().split(',').any(|option| option == "ro")),
        place,
    })
}

/// Whether a source that begins with a variable is a path: what follows or its default says so; a variable alone
/// (`$PWD`, `${DATA}`) mostly is.
fn is_path_variable(source: &Text) -> bool {
    source.known().is_none_or(|known| known.starts_with(['.', '/', '~']))
}
