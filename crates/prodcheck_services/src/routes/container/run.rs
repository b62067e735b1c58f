//! `docker run` in scripts and pipelines, as a service of a project of its own: the options say what compose's keys say.
//!
//! Options: <https://docs.docker.com/reference/cli/docker/container/run/>.

use crate::routes::compose::{self, Project};
use crate::{Instances, Layer, Setting, Tool};
use prodcheck_facts::command::{Flag, ToolCall, Word};
use prodcheck_facts::compose::{
    Command, EnvFile, HealthCheck, HealthTest, HostPath, Logging, Mount, MountKind, Port, Said, Service, Text, Ulimit,
    Variable, Variables,
};
use prodcheck_source::{Place, RepoPath};

/// The container that a call runs, as a service; `None` where the call names no image.
pub fn service(call: &ToolCall) -> Option<Service> {
    let (image, arguments) = call.options.operands.split_first()?;
    let mut service = Service::new(shown_image(image), call.place.clone());
    service.image = Some(Said::new(text(image), image.place.clone()));
    if !arguments.is_empty() {
        let words = arguments.iter().map(|word| Said::new(text(word), word.place.clone())).collect();
        let place = arguments.first().map_or_else(|| call.place.clone(), |word| word.place.clone());
        service.command = Some(Said::new(Command::Words(words), place));
    }
    for flag in &call.options.flags {
        take(&mut service, flag);
    }
    Some(service)
}

/// The project of one service that a call runs from a folder.
pub fn project(service: Service, folder: RepoPath) -> Project {
    Project {
        files: vec![service.place.path.clone()],
        folder,
        variables: Variables::new(),
        swarm: false,
        services: vec![service],
    }
}

/// The layer of a container, in the words of the command line.
pub fn layer(project: &Project, service: &Service) -> Layer {
    let layer = compose::layer(project, service);
    Layer {
        tool: Tool::DockerRun,
        instances: Setting::set(Instances::Count(1), service.place.clone(), "docker run"),
        restart: renamed(layer.restart),
        memory_limit: renamed(layer.memory_limit),
        boot: renamed(layer.boot),
        restart_limit: renamed(layer.restart_limit),
        health_check: renamed(layer.health_check),
        log_rotation: renamed(layer.log_rotation),
        user: renamed(layer.user),
        open_files: renamed(layer.open_files),
        reverse_proxy: renamed(layer.reverse_proxy),
        ..layer
    }
}

/// Compose's keys and the options that say the same; of keys that begin alike the longer ones first.
const OPTIONS: &[(&str, &str)] = &[
    ("restart: ", "--restart "),
    ("restart", "--restart"),
    ("deploy.resources.limits.memory", "--memory"),
    ("mem_limit: ", "--memory "),
    ("healthcheck.test: ", "--health-cmd "),
    ("healthcheck.test", "--health-cmd"),
    ("healthcheck.disable: true", "--no-healthcheck"),
    ("logging.options.max-size", "--log-opt max-size"),
    ("logging.driver: ", "--log-driver "),
    ("max-size: ", "--log-opt max-size="),
    ("user: ", "--user "),
    ("ulimits.nofile: ", "--ulimit nofile="),
    ("ports: ", "--publish "),
];

fn renamed<T>(setting: Setting<T>) -> Setting<T> {
    let rename = |text: String| match OPTIONS.iter().find_map(|(key, option)| Some((text.strip_prefix(key)?, option))) {
        Some((rest, option)) => format!("{option}{rest}"),
        None => text,
    };
    match setting {
        Setting::Missing { place, key } => Setting::Missing { place, key: rename(key) },
        Setting::Set { value, place, shown, caveats } => Setting::Set { value, place, shown: rename(shown), caveats },
        Setting::Unknown { place, shown } => Setting::Unknown { place, shown: rename(shown) },
        other => other,
    }
}

/// A word of a shell as text of a compose file, in which `$` has a meaning of its own.
fn text(word: &Word) -> Text {
    match word.text() {
        Some(text) => Text::new(text.replace('$', "$$")),
        None => Text::new(format!("{}${{_}}", word.prefix().replace('$', "$$"))),
    }
}

fn shown_image(image: &Word) -> String {
    image.shown().rsplit('/').next().unwrap_or("").split(':').next().unwrap_or("").to_owned()
}

fn take(service: &mut Service, flag: &Flag) {
    let place = flag.place.clone();
    let value = flag.value.as_ref().map(text);
    let said = || value.clone().map(|value| Said::new(value, place.clone()));
    let check = || HealthCheck {
        place: place.clone(),
        disable: None,
        test: None,
        interval: None,
        timeout: None,
        retries: None,
        start_period: None,
    };
    match flag.name.as_str() {
        "--restart" => service.restart = said(),
        "-m" | "--memory" => service.memory_limit = said(),
        "-u" | "--user" => service.user = said(),
        "-w" | "--workdir" => service.working_dir = said(),
        "--name" => service.container_name = said(),
        "--init" => service.init = Some(Said::new(Text::from("true"), place)),
        "--entrypoint" => {
            service.entrypoint = said().map(|said| Said::new(Command::Words(vec![said.clone()]), said.place));
        }
        "--health-cmd" => {
            let test = said().map(|said| Said::new(HealthTest::Shell(said.value), said.place));
            service.health_check = Some(HealthCheck { test, ..check() });
        }
        "--no-healthcheck" => {
            let disable = Some(Said::new(Text::from("true"), place.clone()));
            service.health_check = Some(HealthCheck { disable, ..check() });
        }
        "-e" | "--env" => {
            let Some(word) = &flag.value else { return };
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(text(&value))),
                None => (word.shown().to_owned(), None),
            };
            service.environment.push(Variable { name, value, place });
        }
        "--env-file" => {
            let files = value.map(|text| EnvFile { path: HostPath { text, relative_to: None }, required: true, place });
            service.env_files.extend(files);
        }
        "-p" | "--publish" => service.ports.extend(flag.value.as_ref().and_then(|word| port(word, place))),
        "-v" | "--volume" => service.volumes.extend(flag.value.as_ref().and_then(|word| mount(word, place))),
        "--ulimit" => {
            let Some((name, limits)) = flag.value.as_ref().and_then(|word| word.split_once('=')) else { return };
            let (soft, hard) = match limits.split_once(':') {
                Some((soft, hard)) => (Text::new(soft), text(&hard)),
                None => (text(&limits), text(&limits)),
            };
            service.ulimits.push(Ulimit { name: name.to_owned(), soft: Some(soft), hard: Some(hard), place });
        }
        "--log-driver" => {
            let logging = service.logging.get_or_insert_with(|| logging(&place));
            logging.driver = value.map(|value| Said::new(value, place));
        }
        "--log-opt" => {
            let Some((name, value)) = flag.value.as_ref().and_then(|word| word.split_once('=')) else { return };
            let option = Variable { name: name.to_owned(), value: Some(text(&value)), place: place.clone() };
            service.logging.get_or_insert_with(|| logging(&place)).options.push(option);
        }
        _ => {}
    }
}

fn logging(place: &Place) -> Logging {
    Logging { place: place.clone(), driver: None, options: Vec::new() }
}

/// `[ip:]host:container`.
fn port(word: &Word, place: Place) -> Option<Port> {
    let parts: Vec<&str> = word.text()?.split(':').collect();
    let (target, rest) = parts.split_last()?;
    let (published, ip) = rest.split_last().map_or((None, None), |(published, ip)| (Some(*published), ip.first()));
    Some(Port {
        host_ip: ip.map(|ip| Text::new(*ip)),
        published: published.map(Text::new),
        target: Text::new(*target),
        protocol: None,
        place,
    })
}

/// `source:target[:mode]`.
fn mount(word: &Word, place: Place) -> Option<Mount> {
    let shown = word.text()?;
    let mut parts = shown.split(':');
    let (first, second) = (parts.next()?, parts.next());
    let Some(target) = second else {
        let target = Text::new(first);
        return Some(Mount { kind: MountKind::Volume, source: None, target, read_only: false, place });
    };
    let kind = if first.starts_with(['.', '/', '~']) { MountKind::Bind } else { MountKind::Volume };
    Some(Mount {
        kind,
        source: Some(HostPath { text: Text::new(first.replace('$', "$$")), relative_to: None }),
        target: Text::new(target),
        read_only: parts.next().is_some_and(|mode| mode.split(',').any(|option| option == "ro")),
        place,
    })
}
