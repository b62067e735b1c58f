use super::*;
use crate::Instances::{Count, Many};
use prodcheck_facts::pm2::{command, read_file};
use prodcheck_source::{Place, Span, Spanned};

fn facts(text: &str) -> Pm2File {
    let (file, notes) = read_file(&"ecosystem.config.json".into(), text);
    assert_eq!(notes, []);
    file.expect("a PM2 file")
}

fn all(text: &str, started: &Started) -> Vec<Declared> {
    declared(&facts(text), &"ecosystem.config.json".into(), started)
}

/// The only application, with these keys beside its name and script.
fn one(keys: &str) -> Declared {
    let text = format!(r#"{{ "apps": [{{ "name": "äpi 😀", "script": "server.js", {keys} }}] }}"#);
    let mut declared = all(&text, &Started::default());
    assert_eq!(declared.len(), 1);
    declared.remove(0)
}

fn layer(keys: &str) -> Layer {
    one(keys).layer
}

fn text_of<T>(setting: &Setting<T>) -> &str {
    match setting {
        Setting::Set { shown, .. } | Setting::Unknown { shown, .. } => shown,
        Setting::BuiltIn { by, .. } => by,
        Setting::Missing { key, .. } => key,
        Setting::Silent => "",
    }
}

fn warning<T>(setting: &Setting<T>) -> &str {
    match setting {
        Setting::Set { caveats, .. } => caveats.first().map_or("", |caveat| caveat.message.as_str()),
        _ => "",
    }
}

/// A command line cut at blanks.
fn run(line: &str) -> (Vec<Declared>, Started) {
    let mut at = 0;
    let words: Vec<_> = line
        .split(' ')
        .map(|word| {
            let span = Span::new(at, at + word.len());
            at = span.end as usize + 1;
            Spanned::new(Some(word.to_owned()), span)
        })
        .collect();
    let parsed = command(&words).expect("PM2");
    (commanded(&parsed, &"Dockerfile".into(), &Started::default()), started(&parsed))
}

#[test]
fn what_pm2_does_by_itself() {
    let layer = layer(r#""args": []"#);
    assert!(matches!(layer.restart, Setting::BuiltIn { value: Restart::Restarts, .. }));
    for (missing, key) in [
        (text_of(&layer.instances), "instances"),
        (text_of(&layer.memory_limit), "max_memory_restart"),
        (text_of(&layer.restart_limit), "exp_backoff_restart_delay"),
        (text_of(&layer.health_check), "health check"),
        (text_of(&layer.log_rotation), "pm2-logrotate"),
    ] {
        assert_eq!(missing, key);
    }
    assert_eq!((layer.boot, layer.user, layer.node), (Setting::Silent, Setting::Silent, Setting::Silent));
}

#[test]
fn restarts() {
    assert_eq!(layer(r#""autorestart": false"#).restart.value(), Some(&Restart::Never));
    assert_eq!(layer(r#""autorestart": true"#).restart.value(), Some(&Restart::Restarts));
    assert!(matches!(layer(r#""autorestart": "no""#).restart, Setting::Unknown { .. }));
    assert_eq!(one(r#""autorestart": false"#).lifetime, Lifetime::Long);
    assert_eq!(one(r#""autorestart": false, "cron_restart": "0 3 * * *""#).lifetime, Lifetime::Job);
}

#[test]
fn instances() {
    for (keys, instances) in [
        (r#""instances": 1"#, Count(1)),
        (r#""instances": 4"#, Count(4)),
        (r#""instances": "4""#, Count(4)),
        (r#""instances": "max""#, Many),
        (r#""instances": 0"#, Many),
        (r#""instances": -1"#, Many),
    ] {
        let setting = layer(keys).instances;
        assert_eq!((setting.value(), warning(&setting)), (Some(&instances), ""), "{keys}");
    }
    assert_eq!(text_of(&layer(r#""exec_mode": "cluster""#).instances), "instances");
    let fork = layer(r#""instances": 2, "exec_mode": "fork""#).instances;
    assert!(fork.value() == Some(&Count(2)) && warning(&fork).contains("fork mode"));
    assert_eq!(warning(&layer(r#""instances": 1, "exec_mode": "fork""#).instances), "");
    let npm = all(r#"{"apps": [{"script": "npm", "args": "start", "instances": "max"}]}"#, &Started::default());
    assert!(warning(&npm[0].layer.instances).contains("`npm`"));
}

#[test]
fn memory() {
    let bytes = |keys: &str| layer(keys).memory_limit.value().copied();
    assert_eq!(bytes(r#""max_memory_restart": "300M""#), Some(MemoryLimit::Bytes(300 << 20)));
    assert_eq!(bytes(r#""max_memory_restart": 0"#), Some(MemoryLimit::Off));
    let few = layer(r#""max_memory_restart": 300"#).memory_limit;
    assert!(few.value() == Some(&MemoryLimit::Bytes(300)) && warning(&few).contains("bytes"));
    let refused = layer(r#""max_memory_restart": "300MB""#).memory_limit;
    assert!(refused.value() == Some(&MemoryLimit::Named) && warning(&refused).contains("`300M`"));
    assert_eq!(text_of(&refused), r#"max_memory_restart: "300MB""#);
}

#[test]
fn restart_limits() {
    let unlimited = |keys: &str| matches!(layer(keys).restart_limit.value(), Some(RestartLimit::Unlimited(_)));
    let limited = |keys: &str| layer(keys).restart_limit.value() == Some(&RestartLimit::Limited);
    assert!(unlimited(r#""max_restarts": 10"#));
    assert!(limited(r#""max_restarts": 10, "min_uptime": "10s""#));
    assert!(limited(r#""exp_backoff_restart_delay": 100"#));
    assert!(limited(r#""exp_backoff_restart_delay": 100, "max_restarts": 10"#));
    assert!(unlimited(r#""exp_backoff_restart_delay": 0, "max_restarts": 10"#));
    assert_eq!(text_of(&layer(r#""exp_backoff_restart_delay": 0"#).restart_limit), "exp_backoff_restart_delay");
    assert_eq!(text_of(&layer(r#""restart_delay": 4000"#).restart_limit), "exp_backoff_restart_delay");
    assert_eq!(text_of(&layer(r#""min_uptime": "10s""#).restart_limit), "max_restarts");
    let seconds = layer(r#""max_restarts": 10, "min_uptime": 60"#).restart_limit;
    assert!(seconds.value() == Some(&RestartLimit::Limited) && warning(&seconds).contains("milliseconds"));
}

#[test]
fn logs_users_and_versions() {
    let rotates = |keys: &str| layer(keys).log_rotation.value().cloned();
    assert_eq!(rotates(r#""disable_logs": true"#), Some(LogRotation::Rotated));
    assert_eq!(rotates(r#""out_file": "/dev/null", "error_file": "/dev/null""#), Some(LogRotation::Rotated));
    assert_eq!(rotates(r#""out_file": "/dev/null", "error_file": "err.log""#), None);
    assert_eq!(layer(r#""uid": "node""#).user.value(), Some(&User::Other));
    assert_eq!(layer(r#""user": "root""#).user.value(), Some(&User::Root));
    assert_eq!(layer(r#""uid": 0"#).user.value(), Some(&User::Root));
    let version = layer(r#""interpreter": "node@22.1.0""#).node;
    assert_eq!(version.value(), Some(&NodeVersion::Named { major: 22, rest: vec![1, 0] }));
    assert_eq!(layer(r#""wait_ready": true"#).rollout_waits.value(), Some(&true));
}

#[test]
fn what_scripts_know_answers_for_the_file() {
    let step = |text: &str| Some(Located::new(text.to_owned(), Place::file("deploy.sh".into())));
    let started =
        Started { boot: step("pm2 startup"), rotation: step("pm2 install pm2-logrotate"), ..Started::default() };
    let layer = &all(r#"[{"script": "a.js"}]"#, &started)[0].layer;
    assert_eq!((layer.boot.value(), text_of(&layer.boot)), (Some(&true), "pm2 startup"));
    assert_eq!(layer.log_rotation.value(), Some(&LogRotation::Rotated));
}

#[test]
fn environments_lie_over_each_other() {
    let text = r#"{ "apps": [{ "name": "api", "script": "a.js",
        "env": { "NODE_ENV": "development", "PORT": 3000 },
        "env_production": { "NODE_ENV": "production" }, "env_staging": { "NODE_ENV": "staging" } }],
      "deploy": { "production": { "env": { "REGION": "eu", "PORT": "1" } } } }"#;
    let node_env = |environment: Option<&str>, name: &str| {
        let started = Started { environment: environment.map(str::to_owned), ..Started::default() };
        let declared = all(text, &started).remove(0);
        declared.environment.into_iter().rev().find(|set| set.name == name).map(|set| set.value)
    };
    let value = |text: &str| Some(EnvValue::Text(text.to_owned()));
    assert_eq!(node_env(None, "NODE_ENV"), value("production"));
    assert_eq!(node_env(None, "REGION"), value("eu"));
    assert_eq!(node_env(None, "PORT"), value("3000"));
    assert_eq!(node_env(Some("staging"), "NODE_ENV"), value("staging"));
    assert_eq!(node_env(Some("nothing"), "NODE_ENV"), value("development"));
}

#[test]
fn what_it_runs() {
    let declared =
        one(r#""args": "--port 80", "node_args": ["--max-old-space-size=512"], "cwd": "/srv/api", "watch": true"#);
    let Run::Script { script, arguments, interpreter, interpreter_arguments } = &declared.run else {
        panic!("a script")
    };
    assert_eq!(script.value, "server.js");
    assert_eq!(arguments.len(), 2);
    assert_eq!(*interpreter, None);
    assert_eq!(interpreter_arguments[0].value.as_deref(), Some("--max-old-space-size=512"));
    assert_eq!(declared.cwd.map(|cwd| cwd.value), Some(Given::Known("/srv/api".to_owned())));
    assert!(declared.watch.is_some());
    let line = all(r#"[{"script": "npm run start:prod"}]"#, &Started::default()).remove(0);
    assert!(matches!(line.run, Run::Line { shell: true, .. }));
}

#[test]
fn command_lines_answer_like_files() {
    let line = "pm2-runtime server.js -i max --max-memory-restart 300M --exp-backoff-restart-delay=100";
    let (declared, _) = run(line);
    let layer = &declared[0].layer;
    assert_eq!(layer.instances.value(), Some(&Many));
    assert_eq!(layer.memory_limit.value(), Some(&MemoryLimit::Bytes(300 << 20)));
    assert_eq!(text_of(&layer.memory_limit), "--max-memory-restart 300M");
    let place = layer.memory_limit.place().expect("a place");
    assert_eq!(line.get(place.span.range()), Some("--max-memory-restart 300M"));
    assert_eq!(text_of(&layer.restart_limit), "--exp-backoff-restart-delay 100");
    assert_eq!(layer.log_rotation, Setting::Silent, "in the foreground the output is passed on");
    let (declared, _) = run("pm2 start server.js --no-autorestart");
    assert_eq!(declared[0].layer.restart.value(), Some(&Restart::Never));
    assert_eq!(text_of(&declared[0].layer.restart), "--no-autorestart");
    assert_eq!(text_of(&declared[0].layer.log_rotation), "pm2-logrotate");
}

#[test]
fn a_command_line_selects_from_a_file() {
    let (declared, started) = run("pm2-runtime ecosystem.config.json --only api,web --env staging");
    assert!(declared.is_empty());
    assert_eq!((started.only.len(), started.environment.as_deref(), started.foreground), (2, Some("staging"), true));
    let text = r#"{ "apps": [{ "name": "api", "script": "a.js" }, { "name": "worker", "script": "b.js" }] }"#;
    let names: Vec<_> = all(text, &started).into_iter().filter_map(|declared| declared.name).collect();
    assert_eq!(names, ["api"]);
}

#[test]
fn an_app_for_development_beside_the_one_for_production_does_not_count() {
    let text = r#"[{ "name": "äpi-prod", "script": "dist/a.js" }, { "name": "äpi-dev", "script": "src/a.ts" }]"#;
    let names = |started: &Started| all(text, started).into_iter().filter_map(|one| one.name).collect::<Vec<_>>();
    assert_eq!(names(&Started::default()), ["äpi-prod"]);
    assert_eq!(names(&Started { only: vec!["äpi-dev".to_owned()], ..Started::default() }), ["äpi-dev"]);
}

#[test]
fn what_could_not_be_read_is_not_missing() {
    let mut file = facts(r#"[{"script": "a.js"}]"#);
    file.apps[0].open = true;
    let layer = declared(&file, &"x".into(), &Started::default()).remove(0).layer;
    assert!(matches!(layer.instances, Setting::Unknown { .. }));
    assert!(matches!(layer.memory_limit, Setting::Unknown { .. }));
    assert!(matches!(layer.restart_limit, Setting::Unknown { .. }));
}

#[test]
fn oxmgr_reads_the_same_file_in_its_own_way() {
    let text = r#"[{"script": "a.js", "instances": "max", "max_memory_restart": 300, "health_cmd": "curl -f http://x", "crash_restart_limit": 0},
        {"script": "b.js", "exec_mode": "cluster", "health": { "cmd": "true" }, "autorestart": false, "max_restarts": 3}]"#;
    let imported = crate::routes::oxmgr::imported(&facts(text), &"x".into(), &Started::default());
    let [a, b] = imported.as_slice() else { panic!("two") };
    assert_eq!(a.layer.tool, Tool::Oxmgr);
    assert!(a.layer.instances.value() == Some(&Many) && warning(&a.layer.instances).contains("cluster_mode"));
    assert_eq!(a.layer.memory_limit.value(), Some(&MemoryLimit::Bytes(300 << 20)));
    assert_eq!(a.layer.health_check.value(), Some(&HealthCheck::Polled));
    assert!(matches!(a.layer.restart_limit.value(), Some(RestartLimit::Unlimited(_))));
    assert_eq!(b.layer.instances.value(), Some(&Many));
    assert_eq!(b.layer.restart.value(), Some(&Restart::Never));
    assert_eq!(b.layer.restart_limit.value(), Some(&RestartLimit::Limited));
    assert_eq!(text_of(&b.layer.health_check), "health.cmd: \"true\"");
}
