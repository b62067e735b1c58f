use super::*;
use crate::in_memory::repository;

fn all(files: &[(&str, &str)], path: &str) -> Vec<Declared> {
    declared(&repository(files).facts, &path.into(), &Started::default())
}

fn one(text: &str) -> Declared {
    let mut declared = all(&[("supervisord.conf", text)], "supervisord.conf");
    assert_eq!(declared.len(), 1, "{text}");
    declared.remove(0)
}

fn program(lines: &str) -> Layer {
    one(&format!("; zażółć 😀\n[program:api]\ncommand=node server.js\n{lines}\n")).layer
}

fn text_of<T>(setting: &Setting<T>) -> &str {
    match setting {
        Setting::Set { shown, .. } | Setting::Unknown { shown, .. } => shown,
        Setting::BuiltIn { by, .. } => by,
        Setting::Missing { key, .. } => key,
        Setting::Silent => "",
    }
}

#[test]
fn what_supervisord_does_by_itself() {
    let layer = program("");
    assert!(matches!(layer.restart, Setting::BuiltIn { value: Restart::Restarts, .. }));
    assert!(matches!(layer.restart_limit, Setting::BuiltIn { value: RestartLimit::Limited, .. }));
    assert!(matches!(layer.log_rotation, Setting::BuiltIn { value: LogRotation::Rotated, .. }));
    assert_eq!(text_of(&layer.instances), "numprocs=");
    assert_eq!((layer.boot, layer.user, layer.open_files), (Setting::Silent, Setting::Silent, Setting::Silent));
}

#[test]
fn restarts() {
    let restart = |value: &str| program(&format!("autorestart={value}")).restart.value().copied();
    assert_eq!(restart("true"), Some(Restart::Restarts));
    assert_eq!(restart("unexpected"), Some(Restart::Restarts));
    assert_eq!(restart("false"), Some(Restart::Never));
    assert!(matches!(program("autorestart=maybe").restart, Setting::Unknown { .. }));
    assert_eq!(program("startretries=10").restart_limit.value(), Some(&RestartLimit::Limited));
    let loops = program("startsecs=0\nstartretries=10").restart_limit;
    assert!(matches!(loops.value(), Some(RestartLimit::Unlimited(_))));
    assert_eq!(text_of(&loops), "startsecs=0");
    assert_eq!(program("startsecs=0\nautorestart=false").restart_limit.value(), Some(&RestartLimit::Limited));
    assert_eq!(program("autostart=false").boot.value(), Some(&false));
}

#[test]
fn instances_are_counted() {
    assert_eq!(program("numprocs=4").instances.value(), Some(&Instances::Count(4)));
    assert_eq!(program("numprocs=1").instances.value(), Some(&Instances::Count(1)));
    assert!(matches!(program("numprocs=%(ENV_WORKERS)s").instances, Setting::Unknown { .. }));
}

#[test]
fn listeners_poll_and_limit_the_programs_that_they_name() {
    let with = |listener: &str| {
        one(&format!("[program:api]\ncommand=node a.js\n[eventlistener:x]\ncommand={listener}\nevents=TICK_60\n")).layer
    };
    let polled = with("httpok -p api http://localhost:3000/health").health_check;
    assert_eq!(polled.value(), Some(&HealthCheck::Polled));
    assert_eq!(text_of(&polled), "httpok -p api http://localhost:3000/health");
    assert_eq!(with("/usr/bin/httpok -a http://localhost/").health_check.value(), Some(&HealthCheck::Polled));
    assert_eq!(text_of(&with("httpok -p web http://localhost/").health_check), "httpok");
    assert_eq!(with("memmon -p api=200MB").memory_limit.value(), Some(&MemoryLimit::Named));
    assert_eq!(with("python3 -u /opt/memmon -a 1GB").memory_limit.value(), Some(&MemoryLimit::Named));
    assert_eq!(text_of(&with("memmon -p web=200MB").memory_limit), "memmon");
}

#[test]
fn logs() {
    let rotation = |lines: &str| program(lines).log_rotation;
    assert!(matches!(rotation("stdout_logfile=/var/log/a.log").value(), Some(LogRotation::Rotated)));
    let grows = rotation("stdout_logfile=/var/log/a.log\nstdout_logfile_maxbytes=0");
    assert!(matches!(grows.value(), Some(LogRotation::Grows(_))));
    let console = "stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\n";
    assert_eq!(rotation(&format!("{console}redirect_stderr=true")), Setting::Silent);
    let errors = rotation(&format!("{console}stderr_logfile=/var/log/e.log\nstderr_logfile_maxbytes=0"));
    assert!(matches!(errors.value(), Some(LogRotation::Grows(_))));
}

#[test]
fn a_file_that_is_included_is_spoken_for_by_the_one_that_includes_it() {
    let main = "[supervisord]\nuser=node\nminfds=65536\nenvironment=NODE_ENV=\"production\"\n[include]\nfiles = /etc/supervisor/conf.d/*.conf\n";
    let files = [
        ("docker/supervisord.conf", main),
        ("docker/supervisor/conf.d/äpi.conf", "[program:äpi]\ncommand=node \"a b.js\"\nenvironment=A=1\n"),
        ("other/supervisor/x.ini", "[program:x]\ncommand=node x.js\n"),
    ];
    let declared = all(&files, "docker/supervisor/conf.d/äpi.conf");
    let [api] = declared.as_slice() else { panic!("one program") };
    assert_eq!(api.name.as_deref(), Some("äpi"));
    assert_eq!(api.layer.user.value(), Some(&User::Other));
    assert_eq!(api.layer.open_files.value(), Some(&OpenFiles::Count(65536)));
    assert_eq!(api.layer.open_files.place().map(|place| place.path.as_str()), Some("docker/supervisord.conf"));
    let names: Vec<_> = api.environment.iter().map(|set| set.name.as_str()).collect();
    assert_eq!(names, ["NODE_ENV", "A"]);
    let Run::Commands(commands) = &api.run else { panic!("a command") };
    assert_eq!(commands[0].item.words[1].literal().as_deref(), Some("a b.js"));
    assert_eq!(all(&files, "other/supervisor/x.ini")[0].layer.user, Setting::Silent);
}

#[test]
fn what_is_started_once_is_a_job() {
    assert_eq!(one("[program:migrate]\ncommand=node m.js\nautorestart=false\nstartsecs=0\n").lifetime, Lifetime::Job);
    assert_eq!(one("[program:api]\ncommand=node m.js\nautorestart=false\n").lifetime, Lifetime::Long);
}
