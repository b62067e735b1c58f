//! How a later compose file changes the services of an earlier one, and a service the one that it extends.
//!
//! Rules: <https://docs.docker.com/reference/compose-file/merge/>, and where that is silent
//! <https://github.com/compose-spec/compose-go/blob/main/override/merge.go>.

use prodcheck_facts::compose::{
    Build, Deploy, HealthCheck, HostPath, Logging, MountKind, Port, RestartPolicy, Said, Service, Text, UpdateConfig,
    Variable,
};
use prodcheck_source::RepoPath;

/// The service that a later file (or the extending service) makes of an earlier one. It stays declared where the earlier
/// file declares it.
pub fn merge(mut base: Service, over: Service) -> Service {
    for path in &over.drops {
        drop_key(&mut base, path);
    }
    Service {
        name: over.name,
        place: base.place,
        image: over.image.or(base.image),
        build: merge_build(base.build, over.build),
        command: over.command.or(base.command),
        entrypoint: over.entrypoint.or(base.entrypoint),
        working_dir: over.working_dir.or(base.working_dir),
        environment: merge_by(base.environment, over.environment, |variable| variable.name.clone()),
        env_files: merge_by(base.env_files, over.env_files, |file| host_path_key(&file.path)),
        restart: over.restart.or(base.restart),
        deploy: merge_deploy(base.deploy, over.deploy),
        scale: over.scale.or(base.scale),
        memory_limit: over.memory_limit.or(base.memory_limit),
        health_check: merge_health(base.health_check, over.health_check),
        ports: merge_by(base.ports, over.ports, port_key),
        expose: merge_by(base.expose, over.expose, text_key),
        profiles: merge_by(base.profiles, over.profiles, text_key),
        depends_on: merge_by(base.depends_on, over.depends_on, |dependency| dependency.service.clone()),
        extends: over.extends.or(base.extends),
        ulimits: merge_by(base.ulimits, over.ulimits, |limit| limit.name.clone()),
        logging: merge_logging(base.logging, over.logging),
        user: over.user.or(base.user),
        init: over.init.or(base.init),
        stop_signal: over.stop_signal.or(base.stop_signal),
        stop_grace_period: over.stop_grace_period.or(base.stop_grace_period),
        labels: merge_variables(base.labels, over.labels),
        volumes: merge_by(base.volumes, over.volumes, |mount| mount.target.raw().to_owned()),
        networks: merge_by(base.networks, over.networks, |name| name.value.clone()),
        network_mode: over.network_mode.or(base.network_mode),
        secrets: merge_by(base.secrets, over.secrets, |name| name.value.clone()),
        container_name: over.container_name.or(base.container_name),
        platform: over.platform.or(base.platform),
        drops: base.drops,
        open: base.open || over.open,
    }
}

/// Makes a service's relative paths relative to a folder of its own, where they do not have one already: that of the file
/// from which it is taken over.
pub fn relocate(service: &mut Service, folder: &RepoPath) {
    let move_path = |path: &mut HostPath| {
        path.relative_to.get_or_insert_with(|| folder.clone());
    };
    if let Some(build) = &mut service.build {
        let place = build.place.clone();
        let here = || Said::new(HostPath { text: Text::from("."), relative_to: None }, place);
        move_path(&mut build.context.get_or_insert_with(here).value);
    }
    service.env_files.iter_mut().for_each(|file| move_path(&mut file.path));
    let bound = service.volumes.iter_mut().filter(|mount| mount.kind == MountKind::Bind);
    bound.filter_map(|mount| mount.source.as_mut()).for_each(move_path);
    if let Some(file) = service.extends.as_mut().and_then(|extends| extends.file.as_mut()) {
        move_path(file);
    }
}

/// The earlier list with the later one's entries in the place of those with the same key, and the others after them.
fn merge_by<T>(base: Vec<T>, over: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    if over.is_empty() {
        return base;
    }
    let mut at: std::collections::HashMap<String, usize> =
        base.iter().enumerate().map(|(at, entry)| (key(entry), at)).collect();
    let mut merged = base;
    for entry in over {
        let key = key(&entry);
        match at.get(&key).and_then(|at| merged.get_mut(*at)) {
            Some(known) => *known = entry,
            None => {
                at.insert(key, merged.len());
                merged.push(entry);
            }
        }
    }
    merged
}

fn merge_variables(base: Vec<Variable>, over: Vec<Variable>) -> Vec<Variable> {
    merge_by(base, over, |variable| variable.name.clone())
}

fn text_key(said: &Said<Text>) -> String {
    said.value.raw().to_owned()
}

fn host_path_key(path: &HostPath) -> String {
    let folder = path.relative_to.as_ref().map_or("", RepoPath::as_str);
    format!("{folder}\n{}", path.text.raw())
}

fn port_key(port: &Port) -> String {
    let part = |text: &Option<Text>| text.as_ref().map_or(String::new(), |text| text.raw().to_owned());
    format!("{}\n{}\n{}\n{}", part(&port.host_ip), part(&port.published), port.target.raw(), part(&port.protocol))
}

fn merge_build(base: Option<Build>, over: Option<Build>) -> Option<Build> {
    let (base, over) = match (base, over) {
        (Some(base), Some(over)) => (base, over),
        (base, over) => return over.or(base),
    };
    // A Dockerfile's text takes the place of its file and the other way round.
    let (dockerfile, dockerfile_inline) = if over.dockerfile.is_some() || over.dockerfile_inline.is_some() {
        (over.dockerfile, over.dockerfile_inline)
    } else {
        (base.dockerfile, base.dockerfile_inline)
    };
    Some(Build {
        place: base.place,
        context: over.context.or(base.context),
        dockerfile,
        dockerfile_inline,
        target: over.target.or(base.target),
        args: merge_variables(base.args, over.args),
        additional_contexts: merge_variables(base.additional_contexts, over.additional_contexts),
    })
}

fn merge_deploy(base: Deploy, over: Deploy) -> Deploy {
    let policy = match (base.restart_policy, over.restart_policy) {
        (Some(base), Some(over)) => Some(RestartPolicy {
            place: base.place,
            condition: over.condition.or(base.condition),
            max_attempts: over.max_attempts.or(base.max_attempts),
            delay: over.delay.or(base.delay),
            window: over.window.or(base.window),
        }),
        (base, over) => over.or(base),
    };
    let update = match (base.update, over.update) {
        (Some(base), Some(over)) => Some(UpdateConfig {
            place: base.place,
            order: over.order.or(base.order),
            parallelism: over.parallelism.or(base.parallelism),
            failure_action: over.failure_action.or(base.failure_action),
        }),
        (base, over) => over.or(base),
    };
    Deploy {
        place: base.place.or(over.place),
        mode: over.mode.or(base.mode),
        replicas: over.replicas.or(base.replicas),
        memory_limit: over.memory_limit.or(base.memory_limit),
        restart_policy: policy,
        update,
        labels: merge_variables(base.labels, over.labels),
        swarm_only: base.swarm_only || over.swarm_only,
    }
}

fn merge_health(base: Option<HealthCheck>, over: Option<HealthCheck>) -> Option<HealthCheck> {
    match (base, over) {
        (Some(base), Some(over)) => Some(HealthCheck {
            place: if over.test.is_some() || over.disable.is_some() { over.place } else { base.place },
            disable: over.disable.or(base.disable),
            test: over.test.or(base.test),
            interval: over.interval.or(base.interval),
            timeout: over.timeout.or(base.timeout),
            retries: over.retries.or(base.retries),
            start_period: over.start_period.or(base.start_period),
        }),
        (base, over) => over.or(base),
    }
}

/// Options are merged only where both name the same driver, or one of them names none.
fn merge_logging(base: Option<Logging>, over: Option<Logging>) -> Option<Logging> {
    let (base, over) = match (base, over) {
        (Some(base), Some(over)) => (base, over),
        (base, over) => return over.or(base),
    };
    let driver = |logging: &Logging| logging.driver.as_ref().map(|driver| driver.value.raw().to_owned());
    let (before, after) = (driver(&base), driver(&over));
    if before.is_some() && after.is_some() && before != after {
        return Some(over);
    }
    Some(Logging {
        place: base.place,
        driver: over.driver.or(base.driver),
        options: merge_variables(base.options, over.options),
    })
}

/// Forgets what a path of keys says (`!reset`, `!override`).
fn drop_key(service: &mut Service, path: &str) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    match (key, rest) {
        ("image", _) => service.image = None,
        ("build", None) => service.build = None,
        ("build", Some(rest)) => drop_build_key(service, rest),
        ("command", _) => service.command = None,
        ("entrypoint", _) => service.entrypoint = None,
        ("working_dir", _) => service.working_dir = None,
        ("environment", None) => service.environment.clear(),
        ("environment", Some(name)) => service.environment.retain(|variable| variable.name != name),
        ("env_file", _) => service.env_files.clear(),
        ("restart", _) => service.restart = None,
        ("deploy", None) => service.deploy = Deploy::default(),
        ("deploy", Some(rest)) => drop_deploy_key(&mut service.deploy, rest),
        ("scale", _) => service.scale = None,
        ("mem_limit", _) => service.memory_limit = None,
        ("healthcheck", None) => service.health_check = None,
        ("healthcheck", Some(rest)) => drop_health_key(service, rest),
        ("ports", _) => service.ports.clear(),
        ("expose", _) => service.expose.clear(),
        ("profiles", _) => service.profiles.clear(),
        ("depends_on", None) => service.depends_on.clear(),
        ("depends_on", Some(name)) => service.depends_on.retain(|dependency| dependency.service != name),
        ("extends", _) => service.extends = None,
        ("ulimits", None) => service.ulimits.clear(),
        ("ulimits", Some(name)) => service.ulimits.retain(|limit| limit.name != name),
        ("logging", None) => service.logging = None,
        ("logging", Some(rest)) => {
            if let Some(logging) = &mut service.logging {
                match rest.split_once('.').map_or(rest, |(key, _)| key) {
                    "driver" => logging.driver = None,
                    "options" => drop_variable(&mut logging.options, rest.strip_prefix("options.")),
                    _ => {}
                }
            }
        }
        ("user", _) => service.user = None,
        ("init", _) => service.init = None,
        ("stop_signal", _) => service.stop_signal = None,
        ("stop_grace_period", _) => service.stop_grace_period = None,
        ("labels", name) => drop_variable(&mut service.labels, name),
        ("volumes", _) => service.volumes.clear(),
        ("networks", None) => service.networks.clear(),
        ("networks", Some(name)) => service.networks.retain(|network| network.value != name),
        ("network_mode", _) => service.network_mode = None,
        ("secrets", _) => service.secrets.clear(),
        ("container_name", _) => service.container_name = None,
        ("platform", _) => service.platform = None,
        _ => {}
    }
}

fn drop_variable(variables: &mut Vec<Variable>, name: Option<&str>) {
    match name {
        Some(name) => variables.retain(|variable| variable.name != name),
        None => variables.clear(),
    }
}

fn drop_build_key(service: &mut Service, key: &str) {
    let Some(build) = &mut service.build else {
        return;
    };
    match key {
        "context" => build.context = None,
        "dockerfile" => build.dockerfile = None,
        "dockerfile_inline" => build.dockerfile_inline = None,
        "target" => build.target = None,
        _ => {
            if let Some(rest) = key.strip_prefix("args") {
                drop_variable(&mut build.args, rest.strip_prefix('.'));
            }
        }
    }
}

fn drop_deploy_key(deploy: &mut Deploy, key: &str) {
    match key {
        "mode" => deploy.mode = None,
        "replicas" => deploy.replicas = None,
        "resources" | "resources.limits" | "resources.limits.memory" => deploy.memory_limit = None,
        "restart_policy" => deploy.restart_policy = None,
        "update_config" => deploy.update = None,
        "labels" => deploy.labels.clear(),
        _ => {
            if let (Some(rest), Some(policy)) = (key.strip_prefix("restart_policy."), &mut deploy.restart_policy) {
                match rest {
                    "condition" => policy.condition = None,
                    "max_attempts" => policy.max_attempts = None,
                    "delay" => policy.delay = None,
                    "window" => policy.window = None,
                    _ => {}
                }
            } else if let (Some(rest), Some(update)) = (key.strip_prefix("update_config."), &mut deploy.update) {
                match rest {
                    "order" => update.order = None,
                    "parallelism" => update.parallelism = None,
                    "failure_action" => update.failure_action = None,
                    _ => {}
                }
            }
        }
    }
}

fn drop_health_key(service: &mut Service, key: &str) {
    let Some(check) = &mut service.health_check else {
        return;
    };
    match key {
        "test" => check.test = None,
        "disable" => check.disable = None,
        "interval" => check.interval = None,
        "timeout" => check.timeout = None,
        "retries" => check.retries = None,
        "start_period" => check.start_period = None,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prodcheck_facts::compose::{self, Command};

    fn service(text: &str) -> Service {
        let text = format!("services:\n  web:\n{text}");
        let file = compose::read(&RepoPath::new("compose.yaml"), &text).0.unwrap();
        file.services.into_iter().next().unwrap()
    }

    fn merged(base: &str, over: &str) -> Service {
        merge(service(base), service(over))
    }

    fn raw(said: &Option<Said<Text>>) -> Option<&str> {
        said.as_ref().map(|said| said.value.raw())
    }

    #[test]
    fn scalars_are_replaced_and_null_keeps_them() {
        let web = merged("    image: a\n    restart: always\n", "    restart: on-failure:3\n    image:\n");
        assert_eq!((raw(&web.image), raw(&web.restart)), (Some("a"), Some("on-failure:3")));
    }

    #[test]
    fn commands_are_replaced_whole() {
        let web = merged("    command: [npm, run, dev]\n", "    command: [npm, start]\n");
        let Command::Words(words) = web.command.unwrap().value else { panic!("a list") };
        assert_eq!(words.iter().map(|word| word.value.raw()).collect::<Vec<_>>(), ["npm", "start"]);
        let reset = merged("    command: npm run dev\n    image: a\n", "    command: null\n    image: a\n");
        assert_eq!(reset.command, None, "the image's own command counts again");
    }

    #[test]
    fn variables_are_merged_by_name_in_either_form() {
        let web = merged("    environment: [A=1, B=2]\n", "    environment: {B: 3, C: 4}\n");
        let all: Vec<_> = web.environment.iter().map(|v| (v.name.as_str(), v.value.as_ref().unwrap().raw())).collect();
        assert_eq!(all, [("A", "1"), ("B", "3"), ("C", "4")]);
    }

    #[test]
    fn lists_are_appended_and_unique_by_their_keys() {
        let web = merged(
            "    ports: ['80:80', '90:90']\n    volumes: ['aa:/x', 'bb:/y']\n    env_file: a.env\n",
            "    ports: ['80:80', '91:90']\n    volumes: ['cc:/x']\n    env_file: [b.env, a.env]\n",
        );
        assert_eq!(web.ports.len(), 3);
        let sources: Vec<_> = web.volumes.iter().map(|mount| mount.source.as_ref().unwrap().text.raw()).collect();
        assert_eq!(sources, ["cc", "bb"]);
        assert_eq!(web.env_files.iter().map(|file| file.path.text.raw()).collect::<Vec<_>>(), ["a.env", "b.env"]);
    }

    #[test]
    fn mappings_are_merged_key_by_key() {
        let web = merged(
            "    build: ./api\n    deploy: {replicas: 2, resources: {limits: {memory: 1g}}}\n    healthcheck: {test: [CMD, x], retries: 3}\n",
            "    build: {target: release, args: [A=1]}\n    deploy: {replicas: 4, restart_policy: {condition: any}}\n    healthcheck: {disable: true}\n",
        );
        let build = web.build.unwrap();
        assert_eq!((build.context.unwrap().value.text.raw(), raw(&build.target)), ("./api", Some("release")));
        assert_eq!((raw(&web.deploy.replicas), raw(&web.deploy.memory_limit)), (Some("4"), Some("1g")));
        assert!(web.deploy.restart_policy.is_some());
        let check = web.health_check.unwrap();
        assert!(check.test.is_some() && check.disable.is_some());
    }

    #[test]
    fn options_of_another_logging_driver_are_forgotten() {
        let base = "    logging: {driver: json-file, options: {max-size: 10m}}\n";
        let same = merged(base, "    logging: {options: {max-file: 3}}\n").logging.unwrap();
        assert_eq!(same.options.len(), 2);
        let other = merged(base, "    logging: {driver: syslog}\n").logging.unwrap();
        assert_eq!(other.options.len(), 0);
    }

    #[test]
    fn reset_and_override_drop_what_was_there() {
        let web = merged(
            "    ports: ['80:80']\n    volumes: ['.:/app']\n    restart: always\n    environment: {A: 1, B: 2}\n    deploy: {replicas: 3, resources: {limits: {memory: 1g}}}\n",
            "    ports: !override ['443:443']\n    volumes: !reset []\n    restart: !reset null\n    environment: {A: !reset null}\n    deploy: {resources: {limits: {memory: !reset null}}}\n",
        );
        assert_eq!(web.ports.iter().map(|port| port.target.raw()).collect::<Vec<_>>(), ["443"]);
        assert!(web.volumes.is_empty() && web.restart.is_none() && web.deploy.memory_limit.is_none());
        assert_eq!(web.environment.iter().map(|variable| variable.name.as_str()).collect::<Vec<_>>(), ["B"]);
        assert_eq!(raw(&web.deploy.replicas), Some("3"));
    }

    #[test]
    fn taken_over_services_keep_their_folder() {
        let mut base = service("    build: {dockerfile: D}\n    env_file: a.env\n    volumes: ['./x:/x', 'vv:/v']\n");
        relocate(&mut base, &"common".into());
        relocate(&mut base, &"later".into());
        let folder = |path: &HostPath| path.relative_to.as_ref().map(ToString::to_string);
        assert_eq!(folder(&base.build.unwrap().context.unwrap().value).as_deref(), Some("common"));
        assert_eq!(folder(&base.env_files[0].path).as_deref(), Some("common"));
        let sources: Vec<_> = base.volumes.iter().map(|mount| folder(mount.source.as_ref().unwrap())).collect();
        assert_eq!(sources, [Some("common".to_owned()), None]);
    }
}
