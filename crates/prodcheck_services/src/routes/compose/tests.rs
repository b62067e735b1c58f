//! Projects of several files, and what their services answer.

use super::*;
use crate::in_memory::repository;
use crate::{HealthCheck, Instances, Layer, LogRotation, MemoryLimit, OpenFiles, Restart, RestartLimit, ReverseProxy};
use crate::{Rollout, Setting, User};
use prodcheck_source::{Place, RepoPath, SourceText};

fn project(files: &[(&str, &str)], of: &[&str]) -> Project {
    let of: Vec<RepoPath> = of.iter().map(|path| RepoPath::new(path)).collect();
    Project::load(&repository(files), &of)
}

/// The layer of the service `web`, of which these are the keys, and the text of the file.
fn web(keys: &str) -> (Layer, String) {
    web_in(keys, "", false)
}

fn web_in(keys: &str, beside: &str, swarm: bool) -> (Layer, String) {
    let text = format!("# é 😀\nservices:\n{beside}  web:\n    image: acme/web\n{keys}");
    let mut project = project(&[("compose.yaml", &text)], &["compose.yaml"]);
    project.swarm = swarm;
    let layer = layer(&project, project.service("web").unwrap());
    (layer, text)
}

fn under<'t>(text: &'t str, place: Option<&Place>) -> &'t str {
    text.get(place.expect("a place").span.range()).unwrap()
}

fn is_missing<T>(setting: &Setting<T>) -> bool {
    matches!(setting, Setting::Missing { .. })
}

fn is_unknown<T>(setting: &Setting<T>) -> bool {
    matches!(setting, Setting::Unknown { .. })
}

#[test]
fn what_is_absent_belongs_to_the_service() {
    let (layer, text) = web("    ports: ['3000:3000']\n");
    assert!(is_missing(&layer.restart) && is_missing(&layer.instances) && is_missing(&layer.memory_limit));
    assert!(is_missing(&layer.boot) && is_missing(&layer.restart_limit) && is_missing(&layer.health_check));
    assert!(is_missing(&layer.log_rotation));
    assert_eq!(under(&text, layer.restart.place()), "web");
    assert_eq!(SourceText::new(text.as_str()).range(layer.place.span).start.line, 3);
    assert_eq!((layer.user, layer.open_files, layer.rollout), (Setting::Silent, Setting::Silent, Setting::Silent));
}

#[test]
fn restart_policies() {
    let answer = |keys: &str| {
        let (layer, _) = web(keys);
        let limited = layer.restart_limit.value().map(|limit| *limit == RestartLimit::Limited);
        (layer.restart.value().copied(), layer.boot.value().copied(), limited)
    };
    let restarts = Some(Restart::Restarts);
    assert_eq!(answer("    restart: always\n"), (restarts, Some(true), Some(false)));
    assert_eq!(answer("    restart: unless-stopped\n"), (restarts, Some(true), Some(false)));
    assert_eq!(answer("    restart: on-failure\n"), (restarts, Some(false), Some(false)));
    assert_eq!(answer("    restart: on-failure:5\n"), (restarts, Some(false), Some(true)));
    assert_eq!(answer("    restart: 'on-failure:0'\n"), (restarts, Some(false), Some(false)));
    assert_eq!(answer("    restart: 'no'\n"), (Some(Restart::Never), Some(false), None));
    assert_eq!(answer("    restart: no\n"), (Some(Restart::Never), Some(false), None));
    assert_eq!(answer("    restart: ${POLICY:-always}\n"), (restarts, Some(true), Some(false)));
    assert_eq!(answer("    restart: ${POLICY}\n"), (None, None, None));
    assert_eq!(answer("    restart: on-failure:${N}\n"), (restarts, Some(false), None));
    assert_eq!(answer("    deploy: {restart_policy: {condition: any}}\n"), (restarts, Some(true), Some(false)));
    assert_eq!(answer("    deploy: {restart_policy: {delay: 5s}}\n"), (restarts, Some(true), Some(false)));
    assert_eq!(answer("    deploy: {restart_policy: {max_attempts: 3}}\n"), (restarts, Some(true), Some(true)));
    assert_eq!(
        answer("    deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}\n"),
        (restarts, Some(false), Some(true))
    );
    assert_eq!(
        answer("    restart: always\n    deploy: {restart_policy: {condition: none}}\n"),
        (Some(Restart::Never), Some(false), None),
        "deploy's policy wins"
    );
    let (layer, text) = web("    restart: on-failure:${N}\n");
    assert!(is_unknown(&layer.restart_limit));
    assert_eq!(under(&text, layer.restart_limit.place()), "restart: on-failure:${N}");
}

#[test]
fn a_swarm_has_defaults_of_its_own() {
    let (layer, _) = web_in("    restart: 'no'\n", "", true);
    assert_eq!((layer.restart.value(), layer.boot.value()), (Some(&Restart::Restarts), Some(&true)));
    assert!(is_missing(&layer.restart_limit));
}

#[test]
fn replicas() {
    let count = |keys: &str| web(keys).0.instances.value().copied();
    assert_eq!(count("    deploy: {replicas: 3}\n"), Some(Instances::Count(3)));
    assert_eq!(count("    scale: 2\n"), Some(Instances::Count(2)));
    assert_eq!(count("    deploy: {replicas: '${N:-2}'}\n"), Some(Instances::Count(2)));
    assert_eq!(count("    deploy: {mode: global}\n"), Some(Instances::Many));
    assert_eq!(count("    deploy: {mode: replicated}\n"), None);
    assert!(is_unknown(&web("    deploy: {replicas: '${N}'}\n").0.instances));
    let named = web("    container_name: web\n    deploy: {replicas: 2}\n").0.instances;
    assert!(matches!(named, Setting::Set { caveats, .. } if caveats.len() == 1));
}

#[test]
fn memory_limits() {
    let limit = |keys: &str| web(keys).0.memory_limit.value().copied();
    assert_eq!(limit("    mem_limit: 512m\n"), Some(MemoryLimit::Bytes(512 << 20)));
    assert_eq!(limit("    deploy: {resources: {limits: {memory: 1G}}}\n"), Some(MemoryLimit::Bytes(1 << 30)));
    assert_eq!(limit("    mem_limit: ${MEM:-256m}\n"), Some(MemoryLimit::Bytes(256 << 20)));
    assert_eq!(limit("    mem_limit: 0\n"), Some(MemoryLimit::Off));
    assert_eq!(limit("    mem_limit: ${MEM:-}\n"), Some(MemoryLimit::Off));
    assert!(is_unknown(&web("    mem_limit: ${MEM}\n").0.memory_limit));
    assert!(is_unknown(&web("    mem_limit: lots\n").0.memory_limit));
    let reserved = web("    deploy: {resources: {reservations: {memory: 1G}}}\n    mem_reservation: 1g\n").0;
    assert!(is_missing(&reserved.memory_limit), "a reservation bounds nothing");
}

#[test]
fn health_checks() {
    let check = |keys: &str| web(keys).0.health_check.value().copied();
    assert_eq!(check("    healthcheck: {test: curl -f localhost}\n"), Some(HealthCheck::Polled));
    assert_eq!(check("    healthcheck: {test: [CMD, node, check.js]}\n"), Some(HealthCheck::Polled));
    assert_eq!(check("    healthcheck: {test: [NONE]}\n"), Some(HealthCheck::Off));
    assert_eq!(check("    healthcheck: {disable: true, test: x}\n"), Some(HealthCheck::Off));
    assert_eq!(check("    healthcheck: {disable: false, test: x}\n"), Some(HealthCheck::Polled));
    assert!(is_missing(&web("    healthcheck: {interval: 5s}\n").0.health_check));
    let idle = web("    healthcheck: {test: [CMD-SHELL, exit 0]}\n").0.health_check;
    assert!(matches!(idle, Setting::Set { caveats, .. } if caveats.len() == 1));
}

#[test]
fn logs() {
    let rotation = |keys: &str| web(keys).0.log_rotation;
    assert!(is_missing(&rotation("    logging: {driver: json-file}\n")));
    let (layer, text) = web("    logging:\n      options:\n        max-size: 10m\n");
    assert_eq!(layer.log_rotation.value(), Some(&LogRotation::Rotated));
    assert_eq!(under(&text, layer.log_rotation.place()), "max-size: 10m");
    assert_eq!(rotation("    logging: {driver: journald}\n").value(), Some(&LogRotation::Rotated));
    assert!(is_unknown(&rotation("    logging: {driver: '${D}'}\n")));
}

#[test]
fn users_limits_and_rollouts() {
    let user = |keys: &str| web(keys).0.user.value().cloned();
    assert_eq!(user("    user: node\n"), Some(User::Other));
    assert_eq!(user("    user: 1000:0\n"), Some(User::Other));
    assert_eq!(user("    user: '0:1000'\n"), Some(User::Root));
    assert_eq!(user("    user: root\n"), Some(User::Root));
    assert_eq!(user("    user: '${UID:-1000}:${GID:-1000}'\n"), Some(User::Other));
    assert!(is_unknown(&web("    user: '${UID}'\n").0.user));
    let files = |keys: &str| web(keys).0.open_files.value().copied();
    assert_eq!(files("    ulimits: {nofile: 65535}\n"), Some(OpenFiles::Count(65535)));
    assert_eq!(files("    ulimits: {nofile: {soft: 1024, hard: 40000}}\n"), Some(OpenFiles::Count(40000)));
    assert_eq!(files("    ulimits: {nofile: -1}\n"), Some(OpenFiles::Count(u64::MAX)));
    let rollout = |keys: &str| web(keys).0.rollout.value().cloned();
    assert_eq!(rollout("    deploy: {update_config: {order: start-first}}\n"), Some(Rollout::Rolling));
    assert!(matches!(rollout("    deploy: {update_config: {order: stop-first}}\n"), Some(Rollout::Interrupts(_))));
}

#[test]
fn proxies_and_published_ports() {
    let proxy = |keys: &str, beside: &str| web_in(keys, beside, false).0.reverse_proxy.value().cloned();
    let nginx = "  front:\n    image: nginx:1.27\n    ports: ['80:80']\n";
    assert_eq!(proxy("    expose: [3000]\n", nginx), Some(ReverseProxy::InFront));
    assert!(matches!(proxy("    ports: ['80:3000']\n", ""), Some(ReverseProxy::Exposed(_))));
    assert!(matches!(proxy("    ports: ['${PORT:-443}:3000']\n", nginx), Some(ReverseProxy::Exposed(_))));
    assert_eq!(proxy("    ports: ['127.0.0.1:80:3000']\n", ""), None);
    assert_eq!(proxy("    ports: ['3000:80']\n", ""), None);
}

#[test]
fn overrides_are_merged_and_the_service_stays_where_the_base_declares_it() {
    let base = "services:\n  web:\n    build: .\n    command: npm run dev\n";
    let over = "services:\n  web:\n    command: npm start\n    restart: always\n";
    let project = project(
        &[("docker-compose.yml", base), ("docker-compose.prod.yml", over)],
        &["docker-compose.yml", "docker-compose.prod.yml"],
    );
    let web = project.service("web").unwrap();
    assert_eq!(web.place.path, "docker-compose.yml".into());
    let restart = layer(&project, web).restart;
    assert_eq!(restart.place().unwrap().path, "docker-compose.prod.yml".into());
    assert!(web.build.is_some());
}

#[test]
fn extends_is_followed_in_and_out_of_the_file() {
    let files = [
        (
            "deploy/compose.yaml",
            "services:\n  web:\n    extends: {file: ../common/compose.base.yml, service: app}\n    restart: always\n  worker:\n    extends: web\n    command: node worker.js\n",
        ),
        (
            "common/compose.base.yml",
            "services:\n  app:\n    extends: root\n    env_file: app.env\n  root:\n    build: .\n    mem_limit: 1g\n",
        ),
    ];
    let project = project(&files, &["deploy/compose.yaml"]);
    let worker = project.service("worker").unwrap();
    assert!(!worker.open && worker.restart.is_some() && worker.memory_limit.is_some());
    let context = worker.build.as_ref().unwrap().context.as_ref().unwrap();
    assert_eq!(project.resolve(&context.value), Some("common".into()));
    assert_eq!(project.resolve(&worker.env_files[0].path), Some("common/app.env".into()));
    assert_eq!(worker.place.path, "deploy/compose.yaml".into());
}

#[test]
fn what_cannot_be_followed_leaves_absent_keys_unknown() {
    let gone = "services:\n  web:\n    extends: {file: gone.yml, service: app}\n    mem_limit: 1g\n";
    let project = project(&[("compose.yaml", gone)], &["compose.yaml"]);
    let layer = layer(&project, project.service("web").unwrap());
    assert!(is_unknown(&layer.restart) && is_unknown(&layer.health_check));
    assert_eq!(layer.memory_limit.value(), Some(&MemoryLimit::Bytes(1 << 30)));
    assert_eq!(under(gone, layer.restart.place()), "extends: {file: gone.yml, service: app}");
}

#[test]
fn circles_and_crowds_end() {
    let text = "include: [compose.yaml, compose.yaml]\nservices:\n  a: {extends: b}\n  b: {extends: a, image: x}\n";
    let project = project(&[("compose.yaml", text)], &["compose.yaml"]);
    assert_eq!(project.services.len(), 2);
    assert!(project.service("a").unwrap().open);
}

#[test]
fn included_projects_keep_their_folder_and_do_not_override() {
    let files = [
        (
            "compose.yaml",
            "include:\n  - api/compose.yaml\n  - {path: [db/compose.yaml, db/compose.more.yaml], project_directory: .}\nservices:\n  db: {image: mine}\n",
        ),
        ("api/compose.yaml", "services:\n  api: {build: .}\n"),
        ("db/compose.yaml", "services:\n  db: {image: theirs}\n  cache: {image: redis, env_file: c.env}\n"),
        ("db/compose.more.yaml", "services:\n  cache: {restart: always}\n"),
    ];
    let project = project(&files, &["compose.yaml"]);
    let context = |name: &str| project.service(name).unwrap().build.as_ref().unwrap().context.as_ref().unwrap();
    assert_eq!(project.resolve(&context("api").value), Some("api".into()));
    assert_eq!(project.image(project.service("db").unwrap()).as_deref(), Some("mine"));
    let cache = project.service("cache").unwrap();
    assert!(cache.restart.is_some());
    assert_eq!(project.resolve(&cache.env_files[0].path), Some("c.env".into()));
    let repository = repository(&files);
    let referred = referred(&"compose.yaml".into(), repository.facts.compose(&"compose.yaml".into()).unwrap());
    assert_eq!(referred, ["api/compose.yaml".into(), "db/compose.yaml".into(), "db/compose.more.yaml".into()]);
}
