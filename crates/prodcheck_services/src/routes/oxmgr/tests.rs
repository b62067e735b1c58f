use super::*;
use crate::routes::Located;
use prodcheck_source::Place;

fn all(text: &str, started: &Started) -> Vec<Declared> {
    let (file, notes) = prodcheck_facts::oxmgr::read_file(text);
    assert_eq!(notes, []);
    declared(&file.expect("an Oxmgr file"), &"oxfile.toml".into(), started)
}

fn one(text: &str) -> Declared {
    let mut declared = all(text, &Started::default());
    assert_eq!(declared.len(), 1);
    declared.remove(0)
}

fn layer(lines: &str) -> Layer {
    one(&format!("[[apps]]\nname = \"äpi\"\ncommand = \"node server.js\"\n{lines}\n")).layer
}

fn shown<T>(setting: &Setting<T>) -> &str {
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

#[test]
fn what_oxmgr_does_by_itself() {
    let layer = layer("");
    assert!(matches!(layer.restart, Setting::BuiltIn { value: Restart::Restarts, .. }));
    assert!(matches!(layer.restart_limit, Setting::BuiltIn { value: RestartLimit::Limited, .. }));
    assert!(matches!(layer.log_rotation, Setting::BuiltIn { value: LogRotation::Rotated, .. }));
    assert_eq!(shown(&layer.instances), "instances");
    assert_eq!(shown(&layer.memory_limit), "max_memory_mb");
    assert_eq!(shown(&layer.health_check), "health_cmd");
    assert_eq!(layer.boot, Setting::Silent);
}

#[test]
fn keys_of_oxmgr_pass_without_a_warning() {
    let layer = layer(
        "restart_policy = \"always\"\ninstances = 4\nmax_memory_mb = 512\nmax_restarts = 10\nhealth_cmd = \"curl -f http://localhost/\"",
    );
    assert_eq!(layer.restart.value(), Some(&Restart::Restarts));
    assert_eq!(shown(&layer.restart), "restart_policy = \"always\"");
    assert_eq!(layer.instances.value(), Some(&Instances::Count(4)));
    assert_eq!(layer.memory_limit.value(), Some(&MemoryLimit::Bytes(512 << 20)));
    assert_eq!(layer.restart_limit.value(), Some(&RestartLimit::Limited));
    assert_eq!(layer.health_check.value(), Some(&HealthCheck::Polled));
    assert_eq!(warning(&layer.instances), "");
    assert_eq!(warning(&layer.restart_limit), "");
}

#[test]
fn switched_off() {
    assert_eq!(layer("restart_policy = \"never\"").restart.value(), Some(&Restart::Never));
    let none = layer("restart_policy = \"always\"\nmax_restarts = 0");
    assert_eq!((none.restart.value(), shown(&none.restart)), (Some(&Restart::Never), "max_restarts = 0"));
    let loops = layer("max_restarts = 10\ncrash_restart_limit = 0").restart_limit;
    assert!(matches!(loops.value(), Some(RestartLimit::Unlimited(_))));
    assert_eq!(shown(&loops), "crash_restart_limit = 0");
    assert_eq!(layer("crash_restart_limit = 2").restart_limit.value(), Some(&RestartLimit::Limited));
    assert_eq!(layer("max_memory_mb = 0").memory_limit.value(), Some(&MemoryLimit::Off));
    assert_eq!(layer("health_cmd = \" \"").health_check.value(), Some(&HealthCheck::Off));
}

#[test]
fn cluster_mode() {
    assert_eq!(layer("cluster_mode = true").instances.value(), Some(&Instances::Many));
    assert_eq!(layer("cluster_mode = true\ncluster_instances = 0").instances.value(), Some(&Instances::Many));
    assert_eq!(layer("cluster_mode = true\ncluster_instances = 3").instances.value(), Some(&Instances::Count(3)));
    assert_eq!(layer("cluster_mode = true\ncluster_instances = 1").instances.value(), Some(&Instances::Count(1)));
    let both = layer("cluster_mode = true\ncluster_instances = 1\ninstances = 2");
    assert_eq!(both.instances.value(), Some(&Instances::Count(2)));
    assert_eq!(shown(&layer("cluster_mode = false").instances), "instances");
    assert!(matches!(layer("cluster_mode = \"yes\"").instances, Setting::Unknown { .. }));
    let flags = one("[[apps]]\ncommand = \"node --max-old-space-size=512 server.js\"\ncluster_mode = true\n");
    assert!(warning(&flags.layer.instances).contains("env.NODE_OPTIONS"));
    let npm = one("[[apps]]\ncommand = \"npm start\"\ncluster_mode = true\n");
    assert!(warning(&npm.layer.instances).contains("node <script>"));
}

#[test]
fn the_spelling_of_the_checklist_counts_and_warns() {
    let text = "[processes.api]\ncommand = \"node server.js\"\ninstances = \"max\"\nmax_restarts = 10\nrestart_window_secs = 60\nmax_open_files = 65536\n[processes.api.resource_limits]\nmax_memory_mb = 512\n[processes.api.health_check]\nurl = \"http://localhost:3000/health\"\n";
    let declared = one(text);
    let layer = &declared.layer;
    assert_eq!(declared.name.as_deref(), Some("api"));
    assert_eq!((layer.restart.value(), shown(&layer.restart)), (Some(&Restart::Restarts), "[processes.api]"));
    assert_eq!(layer.instances.value(), Some(&Instances::Many));
    assert_eq!(layer.memory_limit.value(), Some(&MemoryLimit::Bytes(512 << 20)));
    assert_eq!(layer.restart_limit.value(), Some(&RestartLimit::Limited));
    assert_eq!(layer.health_check.value(), Some(&HealthCheck::Polled));
    assert_eq!(layer.open_files.value(), Some(&OpenFiles::Count(65536)));
    for (warning, key) in [
        (warning(&layer.restart), "[[apps]]"),
        (warning(&layer.instances), "cluster_mode = true"),
        (warning(&layer.memory_limit), "max_memory_mb"),
        (warning(&layer.restart_limit), "max_restarts"),
        (warning(&layer.health_check), "health_cmd"),
        (warning(&layer.open_files), "max_open_files"),
    ] {
        assert!(warning.contains("Oxmgr 0.5 refuses") && warning.contains(key), "{key}: {warning}");
    }
}

#[test]
fn spellings_that_oxmgr_refuses_or_ignores_in_apps() {
    let max = layer("instances = \"max\"").instances;
    assert_eq!(max.value(), Some(&Instances::Many));
    assert!(warning(&max).contains("`cluster_mode = true`"));
    let quoted = layer("instances = \"4\"").instances;
    assert_eq!(quoted.value(), Some(&Instances::Count(4)));
    assert!(warning(&quoted).contains("quotes"));
    let megabytes = layer("max_memory_mb = \"512M\"").memory_limit;
    assert_eq!(megabytes.value(), Some(&MemoryLimit::Named));
    assert!(warning(&megabytes).contains("whole number"));
    let nested = layer("[apps.resource_limits]\nmax_memory_mb = 512").memory_limit;
    assert_eq!((nested.value(), shown(&nested)), (Some(&MemoryLimit::Off), "resource_limits.max_memory_mb = 512"));
    assert!(warning(&nested).contains("into the app itself"));
    let url = layer("[apps.health]\nurl = \"http://localhost:3000/health\"").health_check;
    assert_eq!(url.value(), Some(&HealthCheck::Off));
    assert!(warning(&url).contains("curl --fail http://localhost:3000/health"));
    let window = layer("max_restarts = 10\nrestart_window_secs = 60").restart_limit;
    assert_eq!(window.value(), Some(&RestartLimit::Limited));
    assert!(warning(&window).contains("restart_window_secs"));
    assert!(matches!(layer("restart_policy = \"unless-stopped\"").restart, Setting::Unknown { .. }));
}

#[test]
fn a_table_of_processes_beside_the_apps_speaks_for_the_app_of_its_name() {
    let text = "[[apps]]\nname = \"api\"\ncommand = \"node a.js\"\n[[apps]]\nname = \"worker\"\ncommand = \"node b.js\"\n[processes.api.resource_limits]\nmax_memory_mb = 512\n[processes.cron]\ncommand = \"node c.js\"\n";
    let declared = all(text, &Started::default());
    let names: Vec<_> = declared.iter().filter_map(|declared| declared.name.as_deref()).collect();
    assert_eq!(names, ["api", "worker", "cron"]);
    let memory = &declared[0].layer.memory_limit;
    assert_eq!(memory.value(), Some(&MemoryLimit::Bytes(512 << 20)));
    assert!(warning(memory).contains("ignores `[processes]`"));
    assert_eq!(shown(&declared[1].layer.memory_limit), "max_memory_mb");
}

const PROFILES: &str = "[defaults]\nmax_memory_mb = 128\nenv = { A = \"0\", NODE_ENV = \"development\" }\n[[apps]]\nname = \"api\"\ncommand = \"node a.js\"\ninstances = 1\nenv = { B = \"${HOME}/x\", C = \"$$5\" }\n[apps.profiles.prod]\ninstances = 4\nenv = { NODE_ENV = \"production\" }\n[apps.profiles.staging]\ndisabled = true\n";

#[test]
fn the_production_profile_counts_unless_a_command_selects_another() {
    let api = one(PROFILES);
    assert_eq!(api.layer.instances.value(), Some(&Instances::Count(4)));
    assert_eq!(api.layer.memory_limit.value(), Some(&MemoryLimit::Bytes(128 << 20)));
    let last = |name: &str| api.environment.iter().rev().find(|set| set.name == name).map(|set| set.value.clone());
    assert_eq!(last("NODE_ENV"), Some(EnvValue::Text("production".into())));
    assert_eq!(last("A"), Some(EnvValue::Text("0".into())));
    assert_eq!(last("B"), Some(EnvValue::Unknown));
    assert_eq!(last("C"), Some(EnvValue::Text("$5".into())));
    let place = api.layer.instances.place().expect("a place");
    assert_eq!(PROFILES.get(place.span.range()), Some("instances = 4"));

    let other = Started { environment: Some("nothing".into()), ..Started::default() };
    assert_eq!(all(PROFILES, &other)[0].layer.instances.value(), Some(&Instances::Count(1)));
    let staging = Started { environment: Some("staging".into()), ..Started::default() };
    assert_eq!(all(PROFILES, &staging).len(), 0, "disabled there");
    let only = Started { only: vec!["worker".into()], ..Started::default() };
    assert_eq!(all(PROFILES, &only).len(), 0);
}

#[test]
fn a_boot_step_elsewhere_answers_for_the_file() {
    let place = Place::file("deploy.sh".into());
    let started =
        Started { boot: Some(Located::new("oxmgr service install".into(), place.clone())), ..Started::default() };
    let boot = &all("[[apps]]\ncommand = \"node a.js\"\n", &started)[0].layer.boot;
    assert_eq!((boot.value(), boot.place()), (Some(&true), Some(&place)));
}

#[test]
fn what_it_runs() {
    let text = "# ü\n[[apps]]\ncommand = 'node \"a b.js\"'\ncwd = \"apps/api\"\nwatch = true\nlogs = { stdout = \"out.log\" }\nwait_ready = true\n";
    let declared = one(text);
    let Run::Line { line, shell } = &declared.run else { panic!("a command line") };
    assert_eq!((line.value.as_str(), *shell), ("node \"a b.js\"", false));
    assert_eq!(text.get(line.place.span.range()), Some("'node \"a b.js\"'"));
    assert_eq!(declared.cwd.map(|cwd| cwd.value), Some(Given::Known("apps/api".into())));
    assert!(declared.watch.is_some() && declared.log_files.len() == 1);
    assert_eq!(declared.layer.rollout_waits.value(), Some(&true));
    assert_eq!(declared.lifetime, Lifetime::Long);
    let job = one("[[apps]]\ncommand = \"node a.js\"\nrestart_policy = \"never\"\ncron_restart = \"0 0 2 * * *\"\n");
    assert_eq!(job.lifetime, Lifetime::Job);
}

#[test]
fn command_lines_answer_like_files() {
    use prodcheck_source::{Span, Spanned};
    let line = ["oxmgr", "start", "node a.js", "--max-memory-mb", "512", "--wait-ready"];
    let words: Vec<_> = line.iter().map(|word| Spanned::new(Some((*word).to_owned()), Span::at(0))).collect();
    let command = prodcheck_facts::oxmgr::command(&words).expect("Oxmgr");
    let declared = commanded(&command, &"start.sh".into(), &Started::default()).expect("a process");
    let layer = &declared.layer;
    assert_eq!(
        (layer.memory_limit.value(), shown(&layer.memory_limit)),
        (Some(&MemoryLimit::Bytes(512 << 20)), "--max-memory-mb 512")
    );
    assert_eq!(shown(&layer.rollout_waits), "--wait-ready");
    assert_eq!((shown(&layer.instances), shown(&layer.health_check)), ("--cluster", "--health-cmd"));
    assert!(matches!(declared.run, Run::Line { shell: false, .. }));
}
