//! Reading compose files: every key, the spellings that real files have, and broken ones.

use super::*;
use prodcheck_source::SourceText;

fn read_at(path: &str, text: &str) -> Option<ComposeFile> {
    read(&RepoPath::new(path), text).0
}

fn file(text: &str) -> ComposeFile {
    read_at("compose.yaml", text).expect("a compose file")
}

fn only(text: &str) -> Service {
    let mut services = file(text).services;
    assert_eq!(services.len(), 1);
    services.remove(0)
}

fn value(said: Option<&Said<Text>>) -> &str {
    said.map_or("<absent>", |said| said.value.raw())
}

fn pairs(variables: &[Variable]) -> Vec<(&str, Option<&str>)> {
    variables.iter().map(|variable| (variable.name.as_str(), variable.value.as_ref().map(Text::raw))).collect()
}

#[test]
fn reads_scalars_and_places() {
    let text = "# é\nservices:\n  web:\n    image: \"node:24\"\n    restart: no\n    mem_limit: 512m\n    scale: 2\n    user: 1000:1000\n    init: true\n    stop_grace_period: 30s\n";
    let web = only(text);
    assert_eq!(web.name, "web");
    let source = SourceText::new(text);
    assert_eq!(source.slice(web.place.span), "web");
    assert_eq!(source.range(web.place.span).start.line, 3);
    let restart = web.restart.as_ref().unwrap();
    assert_eq!(source.slice(restart.place.span), "restart: no");
    assert_eq!(value(web.image.as_ref()), "node:24");
    assert_eq!(value(web.restart.as_ref()), "no");
    assert_eq!(value(web.memory_limit.as_ref()), "512m");
    assert_eq!(value(web.scale.as_ref()), "2");
    assert_eq!(value(web.user.as_ref()), "1000:1000");
    assert_eq!(value(web.init.as_ref()), "true");
    assert_eq!(value(web.stop_grace_period.as_ref()), "30s");
}

#[test]
fn reads_both_forms_of_build() {
    let short = only("services: {web: {build: ./api}}").build.unwrap();
    assert_eq!(short.context.unwrap().value.text.raw(), "./api");
    let long = only(
        "services:\n  web:\n    build:\n      context: .\n      dockerfile: api/Dockerfile\n      target: release\n      args:\n        - NODE=24\n        - TOKEN\n",
    )
    .build
    .unwrap();
    assert_eq!(value(long.dockerfile.as_ref()), "api/Dockerfile");
    assert_eq!(value(long.target.as_ref()), "release");
    assert_eq!(pairs(&long.args), [("NODE", Some("24")), ("TOKEN", None)]);
    assert!(only("services: {web: {image: a, build: null}}").build.is_none());
}

#[test]
fn reads_both_forms_of_commands_and_tells_null_from_empty() {
    let command = |text: &str| only(&format!("services: {{web: {{image: a, command: {text}}}}}")).command;
    let Command::Line(line) = command("npm start").unwrap().value else { panic!("a line") };
    assert_eq!(line.value.raw(), "npm start");
    let Command::Words(words) = command("[node, 'dist/ü.js', 3000]").unwrap().value else { panic!("a list") };
    assert_eq!(words.iter().map(|word| word.value.raw()).collect::<Vec<_>>(), ["node", "dist/ü.js", "3000"]);
    assert_eq!(command("[]").unwrap().value, Command::Words(Vec::new()));
    assert_eq!(command("''").unwrap().value, Command::Words(Vec::new()));
    assert_eq!(command("null"), None);
}

#[test]
fn reads_environment_as_list_and_as_mapping() {
    let listed = only(
        "services:\n  web:\n    image: a\n    environment:\n      - NODE_ENV=production\n      - URL=http://x?a=b\n      - TOKEN\n      - EMPTY=\n",
    );
    assert_eq!(
        pairs(&listed.environment),
        [("NODE_ENV", Some("production")), ("URL", Some("http://x?a=b")), ("TOKEN", None), ("EMPTY", Some(""))]
    );
    let mapped = only(
        "services:\n  web:\n    image: a\n    environment:\n      NODE_ENV: ${MODE:-production}\n      PORT: 3000\n      DEBUG: false\n      TOKEN:\n",
    );
    assert_eq!(
        pairs(&mapped.environment),
        [("NODE_ENV", Some("${MODE:-production}")), ("PORT", Some("3000")), ("DEBUG", Some("false")), ("TOKEN", None)]
    );
}

#[test]
fn reads_all_forms_of_env_file() {
    let files = |text: &str| {
        let service = only(&format!("services: {{web: {{image: a, env_file: {text}}}}}"));
        service.env_files.iter().map(|file| (file.path.text.raw().to_owned(), file.required)).collect::<Vec<_>>()
    };
    assert_eq!(files(".env"), [(".env".to_owned(), true)]);
    assert_eq!(files("[a.env, b.env]"), [("a.env".to_owned(), true), ("b.env".to_owned(), true)]);
    assert_eq!(
        files("[{path: a.env, required: false}, {path: b.env}]"),
        [("a.env".to_owned(), false), ("b.env".to_owned(), true)]
    );
}

#[test]
fn reads_deploy() {
    let web = only(
        "services:\n  web:\n    image: a\n    deploy:\n      mode: replicated\n      replicas: 3\n      resources:\n        limits: {cpus: '0.5', memory: 512M}\n        reservations: {memory: 100M}\n      restart_policy:\n        condition: on-failure\n        max_attempts: 5\n        window: 120s\n      update_config:\n        order: start-first\n        parallelism: 1\n      labels:\n        traefik.enable: \"true\"\n",
    );
    assert_eq!(value(web.deploy.replicas.as_ref()), "3");
    assert_eq!(value(web.deploy.memory_limit.as_ref()), "512M");
    let policy = web.deploy.restart_policy.unwrap();
    assert_eq!((value(policy.condition.as_ref()), value(policy.max_attempts.as_ref())), ("on-failure", "5"));
    assert_eq!(value(web.deploy.update.unwrap().order.as_ref()), "start-first");
    assert_eq!(pairs(&web.deploy.labels), [("traefik.enable", Some("true"))]);
    assert!(!web.deploy.swarm_only);
    let reserved = only("services: {web: {image: a, deploy: {resources: {reservations: {memory: 1g}}}}}");
    assert_eq!(reserved.deploy.memory_limit, None, "a reservation is no limit");
}

#[test]
fn reads_every_form_of_health_check() {
    let test = |text: &str| {
        let service = only(&format!("services: {{web: {{image: a, healthcheck: {text}}}}}"));
        service.health_check.and_then(|check| check.test).map(|test| test.value)
    };
    let words = |words: &[&str]| Some(HealthTest::Words(words.iter().map(|word| Text::from(*word)).collect()));
    assert_eq!(test("{test: curl -f localhost}"), Some(HealthTest::Shell("curl -f localhost".into())));
    assert_eq!(test("{test: [CMD, curl, -f, localhost]}"), words(&["curl", "-f", "localhost"]));
    assert_eq!(
        test("{test: [CMD-SHELL, 'curl -f localhost || exit 1']}"),
        Some(HealthTest::Shell("curl -f localhost || exit 1".into()))
    );
    assert_eq!(test("{test: [NONE]}"), Some(HealthTest::None));
    assert_eq!(test("{test: [curl, localhost]}"), words(&["curl", "localhost"]));
    assert_eq!(test("{interval: 5s}"), None);
    assert_eq!(test("{test: []}"), None);
    let off = only("services: {web: {image: a, healthcheck: {disable: true}}}").health_check.unwrap();
    assert_eq!(value(off.disable.as_ref()), "true");
}

#[test]
fn reads_ports() {
    let ports = |text: &str| {
        let service = only(&format!("services: {{web: {{image: a, ports: {text}}}}}"));
        let raw = |text: &Option<Text>| text.as_ref().map_or(String::new(), |text| text.raw().to_owned());
        service
            .ports
            .iter()
            .map(|port| {
                format!("{}|{}|{}|{}", raw(&port.host_ip), raw(&port.published), port.target.raw(), raw(&port.protocol))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(ports("['80:3000', 443, '3000-3005']"), ["|80|3000|", "||443|", "||3000-3005|"]);
    assert_eq!(
        ports("['127.0.0.1:8001:8001/udp', '[::1]:6001:6001', '${IP:-0.0.0.0}:${PORT:-80}:3000', '127.0.0.1::80']"),
        ["127.0.0.1|8001|8001|udp", "[::1]|6001|6001|", "${IP:-0.0.0.0}|${PORT:-80}|3000|", "127.0.0.1||80|"]
    );
    assert_eq!(ports("[{target: 3000, published: '80', protocol: tcp}]"), ["|80|3000|tcp"]);
}

#[test]
fn reads_mounts() {
    let mounts = |text: &str| {
        let service = only(&format!("services: {{web: {{image: a, volumes: {text}}}}}"));
        service
            .volumes
            .iter()
            .map(|mount| {
                let source = mount.source.as_ref().map_or("", |source| source.text.raw());
                format!("{:?} {source} {} {}", mount.kind, mount.target.raw(), mount.read_only)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        mounts("['.:/app', './a:/b:ro', 'data:/data', '/app/node_modules', '${DIR}/x:/x', '~/k:/k:ro,z', 'C:\\a:/a']"),
        [
            "Bind . /app false",
            "Bind ./a /b true",
            "Volume data /data false",
            "Volume  /app/node_modules false",
            "Bind ${DIR}/x /x false",
            "Bind ~/k /k true",
            "Bind C:\\a /a false",
        ]
    );
    assert_eq!(
        mounts(
            "[{type: bind, source: ./src, target: /src, read_only: true}, {type: tmpfs, target: /tmp}, '${VOL:-data}:/d']"
        ),
        ["Bind ./src /src true", "Other  /tmp false", "Volume ${VOL:-data} /d false"]
    );
}

#[test]
fn reads_what_refers_to_other_services_and_files() {
    let text = "include:\n  - ../a/compose.yaml\n  - path: [b.yaml, c.yaml]\n    project_directory: ..\nservices:\n  web:\n    extends: {file: common.yml, service: base}\n    profiles: [prod]\n    depends_on:\n      db: {condition: service_healthy}\n    ulimits:\n      nproc: 65535\n      nofile: {soft: 1024, hard: 65536}\n    logging: {driver: json-file, options: {max-size: 10m}}\n    networks: {front: null}\n    secrets: [token, {source: cert}]\n";
    let file = file(text);
    let paths = |include: &Include| include.paths.iter().map(|path| path.value.raw().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        file.includes.iter().map(paths).collect::<Vec<_>>(),
        [vec!["../a/compose.yaml"], vec!["b.yaml", "c.yaml"]]
    );
    let web = file.service("web").unwrap();
    let extends = web.extends.as_ref().unwrap();
    assert_eq!((extends.service.raw(), extends.file.as_ref().unwrap().text.raw()), ("base", "common.yml"));
    assert_eq!(web.profiles.first().unwrap().value.raw(), "prod");
    assert_eq!(web.depends_on.first().unwrap().condition.as_deref(), Some("service_healthy"));
    let limits: Vec<_> = web
        .ulimits
        .iter()
        .map(|limit| (limit.name.as_str(), limit.soft.as_ref().unwrap().raw(), limit.hard.as_ref().unwrap().raw()))
        .collect();
    assert_eq!(limits, [("nproc", "65535", "65535"), ("nofile", "1024", "65536")]);
    let logging = web.logging.as_ref().unwrap();
    assert_eq!(pairs(&logging.options), [("max-size", Some("10m"))]);
    let names = |list: &[Said<String>]| list.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&web.networks), names(&web.secrets)),
        (vec!["front".into()], vec!["token".into(), "cert".into()])
    );
    let short = only("services: {web: {extends: base, depends_on: [db, redis]}}");
    assert_eq!(short.extends.unwrap().service.raw(), "base");
    assert_eq!(
        short.depends_on.iter().map(|dependency| dependency.service.as_str()).collect::<Vec<_>>(),
        ["db", "redis"]
    );
}

#[test]
fn anchors_and_merge_keys_count_and_keep_their_places() {
    let text = "x-base: &base\n  restart: always\n  environment: &env\n    NODE_ENV: production\n    LOG: info\nservices:\n  x-note: {image: none}\n  api:\n    <<: *base\n    build: .\n  worker:\n    <<: *base\n    restart: on-failure\n    image: a\n    environment:\n      <<: *env\n      LOG: debug\n";
    let file = file(text);
    assert_eq!(file.services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>(), ["api", "worker"]);
    let api = file.service("api").unwrap();
    let restart = api.restart.as_ref().unwrap();
    assert_eq!(SourceText::new(text).slice(restart.place.span), "restart: always");
    let worker = file.service("worker").unwrap();
    assert_eq!(value(worker.restart.as_ref()), "on-failure");
    let environment = pairs(&worker.environment);
    assert!(environment.contains(&("NODE_ENV", Some("production"))) && environment.contains(&("LOG", Some("debug"))));
    assert_eq!(environment.len(), 2);
}

#[test]
fn reset_and_override_are_remembered() {
    let web = only(
        "services:\n  web:\n    ports: !reset []\n    volumes: !override\n      - data:/data\n    restart: !reset null\n    environment:\n      FOO: !reset null\n      BAR: x\n",
    );
    assert_eq!(web.drops, ["ports", "volumes", "restart", "environment.FOO"]);
    assert!(web.ports.is_empty() && web.restart.is_none());
    assert_eq!(web.volumes.len(), 1);
    assert_eq!(pairs(&web.environment), [("BAR", Some("x"))]);
}

#[test]
fn the_leading_comment_is_the_header() {
    let text = "---\n# é: demo only\n#   NOT for production\n\nservices: {web: {image: a}}\n# later\n";
    let header = file(text).header.unwrap();
    assert_eq!(header.value, "é: demo only\nNOT for production");
    assert_eq!(SourceText::new(text).slice(header.span), "# é: demo only\n#   NOT for production");
    assert_eq!(file("services: {web: {image: a}}\n# later\n").header, None);
}

#[test]
fn an_overlay_counts_by_its_name_and_a_foreign_file_does_not() {
    assert!(read_at("docker-compose.dev.yml", "services:\n  web:\n    volumes: ['.:/app']\n").is_some());
    assert!(read_at("other.yml", "services:\n  web:\n    volumes: ['.:/app']\n").is_none());
    assert!(read_at("infra/run.yml", "services:\n  web:\n    image: app\n").is_some());
    assert!(read_at("stack.yaml", "resolver: lts-20\npackages: [.]\n").is_none(), "Haskell's stack");
    assert!(read_at("compose.yaml", "include: [a.yaml]\n").is_some());
    assert!(read_at("compose.yaml", "").is_none());
}

#[test]
fn the_first_format_has_its_services_at_the_top() {
    let file = file("web:\n  build: .\n  restart: always\ndb:\n  image: postgres\n");
    assert_eq!(file.services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>(), ["web", "db"]);
    assert!(read_at("compose.yaml", "web:\n  build: .\nname: x\n").is_none());
}

#[test]
fn a_broken_file_keeps_what_stood_before() {
    let (file, notes) =
        read(&RepoPath::new("compose.yaml"), "services:\n  web:\n    image: a\n    restart: always\n    ports: ['80\n");
    let file = file.unwrap();
    assert_eq!(value(file.service("web").unwrap().restart.as_ref()), "always");
    assert!(file.service("web").unwrap().open);
    assert_eq!(notes.len(), 1);
}

#[test]
fn odd_types_are_passed_over() {
    let file = file(
        "services:\n  web:\n    image: [a]\n    build: [b]\n    ports: 80\n    environment: x\n    deploy: yes\n    healthcheck: on\n    restart: {a: b}\n    depends_on: 3\n  text: hello\n  nothing:\n  ok: {image: b}\n",
    );
    assert_eq!(file.services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>(), ["web", "nothing", "ok"]);
    let web = file.service("web").unwrap();
    assert!(web.image.is_none() && web.ports.is_empty() && web.restart.is_none() && web.health_check.is_none());
}

#[test]
fn names_that_compose_files_have() {
    let named = |path: &str| is_named(&RepoPath::new(path));
    for path in [
        "compose.yaml",
        "compose.yml",
        "docker-compose.yml",
        "deploy/docker-compose.prod.yaml",
        "docker-compose-enterprise.yml",
        "compose.override.yml",
        "prod.compose.yml",
        "docker_compose.yml",
        "docker-stack.yml",
        "Docker-Compose.YML",
    ] {
        assert!(named(path), "{path}");
    }
    for path in ["decompose.yml", "docker-compose.yml.example", "docker-compose.json", "composed.yaml", "stacks.yml"] {
        assert!(!named(path), "{path}");
    }
}

#[test]
fn a_workflow_with_service_containers_is_no_compose_file() {
    let shaped = |text: &str| is_shaped(prodcheck_formats::yaml::parse(text).tree.first().unwrap());
    assert!(shaped("services: {web: {build: .}}"));
    assert!(shaped("services:\n  web:\n    command: node prod.js\n"));
    assert!(!shaped("jobs: {a: {services: {db: {image: x}}}}\nservices: {db: {image: x}}"));
    assert!(!shaped("services:\n  - type: web\n    image: x\n"), "Render lists its services");
    assert!(!shaped("services: {web: {class: App}}"), "another tool's services");
}
