use super::*;
use crate::given::Given;

fn read_toml(text: &str) -> Option<OxmgrFile> {
    let parsed = prodcheck_formats::toml::parse(text);
    assert_eq!(parsed.notes, []);
    read(&parsed.tree)
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a place in the text")
}

#[test]
fn reads_apps_with_profiles_in_the_spelling_of_oxmgr() {
    let text = r#"# zażółć 😀
version = 1

[defaults]
max_memory_mb = 256
env = { LOG_LEVEL = "info" }

[[apps]]
name = "äpi"
command = "node server.js"
cwd = "apps/äpi"
instances = 2
restart_policy = "on-failure"
max_restarts = 5
crash_restart_limit = 0
health_cmd = "curl -fsS http://127.0.0.1:3000/health"
watch = ["src"]

[apps.env]
NODE_ENV = "production"
PORT = 3000

[apps.logs]
combined = "logs/äpi.log"

[apps.profiles.prod]
cluster_mode = true
restart_policy = "always"

[[apps]]
command = "node worker.js"

[deploy.production]
user = "deploy"
"#;
    let file = read_toml(text).expect("an Oxmgr file");
    let apps = file.apps.expect("apps");
    assert_eq!(apps.len(), 2);
    let api = &apps[0];
    assert_eq!(api.name.as_ref().map(|name| name.value.as_str()), Some("äpi"));
    assert_eq!(under(text, api.place), "name = \"äpi\"");
    assert_eq!(under(text, apps[1].place), "command = \"node worker.js\"");
    let settings = &api.settings;
    assert_eq!(settings.instances.as_ref().and_then(Field::known), Some(&InstanceCount::Number(2)));
    assert_eq!(settings.restart_policy.as_ref().and_then(Field::known), Some(&RestartPolicy::OnFailure));
    let limit = settings.crash_restart_limit.as_ref().expect("set");
    assert_eq!((limit.known(), under(text, limit.span)), (Some(&0), "crash_restart_limit = 0"));
    assert_eq!(settings.watch.as_ref().and_then(Field::known), Some(&true));
    assert_eq!(settings.logs[0].key, "logs.combined");
    let variables: Vec<(&str, &Given<String>, &str)> =
        settings.env.iter().map(|set| (set.name.as_str(), &set.value, under(text, set.span))).collect();
    assert_eq!(variables[0], ("NODE_ENV", &Given::Known("production".into()), "NODE_ENV = \"production\""));
    assert_eq!(variables[1].1, &Given::Known("3000".into()));
    assert_eq!(file.defaults.max_memory_mb.as_ref().and_then(Field::known), Some(&256));
    let profile = &api.profiles[0];
    assert_eq!(profile.name.value, "prod");
    assert_eq!(profile.settings.cluster_mode.as_ref().and_then(Field::known), Some(&true));
    assert_eq!(file.deploys[0].value, "production");
    assert!(file.processes.is_empty());
}

#[test]
fn reads_the_spelling_of_the_checklist() {
    let text = r#"[processes.api]
command = "node --max-old-space-size=1536 dist/server.js"
instances = "max"
max_restarts = 10
restart_window_secs = 60
max_open_files = 65536

[processes.api.resource_limits]
max_memory_mb = 512

[processes.api.health_check]
url = "http://localhost:3000/health"

[processes.worker]
command = "node worker.js"
resource_limits = { max_memory_mb = 128, max_open_files = 4096 }
health_check = { cmd = "true" }
"#;
    let file = read_toml(text).expect("an Oxmgr file");
    assert_eq!(file.apps, None);
    let [api, worker] = file.processes.as_slice() else { panic!("two processes") };
    assert_eq!(api.name.as_ref().map(|name| name.value.as_str()), Some("api"));
    assert!(under(text, api.place).starts_with("command = "));
    assert_eq!(api.settings.instances.as_ref().and_then(Field::known), Some(&InstanceCount::Max));
    let memory = api.settings.nested_max_memory_mb.as_ref().expect("set");
    assert_eq!((memory.key.as_str(), memory.known()), ("resource_limits.max_memory_mb", Some(&512)));
    assert_eq!(under(text, memory.span), "max_memory_mb = 512");
    assert_eq!(api.settings.max_memory_mb, None);
    assert_eq!(api.settings.max_open_files.as_ref().and_then(Field::known), Some(&65536));
    let health = api.settings.health_table.as_ref().and_then(Field::known);
    assert_eq!(health, Some(&HealthCommand::Url("http://localhost:3000/health".into())));
    assert_eq!(worker.settings.max_open_files.as_ref().and_then(Field::known), Some(&4096));
    let health = worker.settings.health_table.as_ref().and_then(Field::known);
    assert_eq!(health, Some(&HealthCommand::Command("true".into())));
}

#[test]
fn values_of_a_wrong_kind_are_wrong_and_not_absent() {
    let text = "[[apps]]\ncommand = 'x'\nmax_memory_mb = \"512M\"\ninstances = \"4\"\nrestart_policy = \"unless-stopped\"\ncluster_mode = \"yes\"\nmax_restarts = -1\n";
    let apps = read_toml(text).and_then(|file| file.apps).expect("apps");
    let settings = &apps[0].settings;
    let memory = settings.max_memory_mb.as_ref().expect("set");
    assert_eq!((&memory.value, memory.written.as_str()), (&Given::Wrong, "\"512M\""));
    assert_eq!(settings.instances.as_ref().and_then(Field::known), Some(&InstanceCount::Quoted(4)));
    assert_eq!(settings.restart_policy.as_ref().map(|field| &field.value), Some(&Given::Wrong));
    assert_eq!(settings.cluster_mode.as_ref().map(|field| &field.value), Some(&Given::Wrong));
    assert_eq!(settings.max_restarts.as_ref().map(|field| &field.value), Some(&Given::Wrong));
}

#[test]
fn other_toml_is_no_oxmgr_file() {
    for text in ["", "[package]\nname = 'x'\n", "apps = 3\n", "version = 1\n"] {
        assert_eq!(read_toml(text), None, "{text}");
    }
    assert_eq!(read_toml("[defaults]\nmax_restarts = 3\n").and_then(|file| file.apps), None);
    assert_eq!(read_toml("apps = []\n").and_then(|file| file.apps), Some(Vec::new()));
}

#[test]
fn knows_its_files_by_name() {
    for name in ["oxfile.toml", "deploy/Oxfile.toml", "oxfile.prod.toml", "api.oxfile.toml", "oxmgr.toml"] {
        assert!(is_oxfile(&name.into()), "{name}");
    }
    for name in ["fly.toml", "oxfile.json", "oxfiles.toml", "oxfile.toml.bak", "oxfile.toml/x"] {
        assert!(!is_oxfile(&name.into()), "{name}");
    }
}
