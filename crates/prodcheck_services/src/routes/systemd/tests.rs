use super::*;
use crate::RestartLimit;
use crate::in_memory::repository;

fn all(files: &[(&str, &str)]) -> Vec<Declared> {
    declared(&repository(files).facts, |_| Started::default())
}

fn one(text: &str) -> Declared {
    let mut declared = all(&[("deploy/api.service", text)]);
    assert_eq!(declared.len(), 1, "{text}");
    declared.remove(0)
}

/// A unit whose `[Service]` has these lines beside a command.
fn service(lines: &str) -> Declared {
    one(&format!("# zażółć 😀\n[Service]\nExecStart=/usr/bin/node /srv/api/server.js\n{lines}\n"))
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

#[test]
fn what_systemd_does_by_itself() {
    let layer = service("").layer;
    assert_eq!(text_of(&layer.restart), "Restart=");
    assert!(matches!(layer.instances, Setting::BuiltIn { value: Instances::Count(1), .. }));
    assert_eq!(text_of(&layer.memory_limit), "MemoryMax=");
    assert_eq!(text_of(&layer.boot), "[Install] WantedBy=");
    assert!(matches!(layer.restart_limit, Setting::BuiltIn { value: RestartLimit::Limited, .. }));
    assert_eq!(text_of(&layer.health_check), "WatchdogSec=");
    assert!(matches!(layer.log_rotation, Setting::BuiltIn { value: LogRotation::Rotated, .. }));
    assert_eq!(text_of(&layer.user), "User=");
    assert_eq!(text_of(&layer.open_files), "LimitNOFILE=");
}

#[test]
fn restarts() {
    for (value, restart, warns) in [
        ("always", Restart::Restarts, ""),
        ("on-failure", Restart::Restarts, ""),
        ("no", Restart::Never, ""),
        ("on-success", Restart::Restarts, "`on-failure` does"),
        ("on-abort", Restart::Restarts, "`on-failure` does"),
        ("yes", Restart::Never, "ignores"),
        ("Always", Restart::Never, "ignores"),
    ] {
        let setting = service(&format!("Restart={value}")).layer.restart;
        assert_eq!(setting.value(), Some(&restart), "{value}");
        assert!(warning(&setting).contains(warns) && warns.is_empty() == warning(&setting).is_empty(), "{value}");
    }
    let misplaced = one("[Unit]\nRestart=always\n[Service]\nExecStart=/usr/bin/node a.js\n").layer.restart;
    assert_eq!((misplaced.value(), text_of(&misplaced)), (Some(&Restart::Never), "Restart= in [Unit]"));
    assert!(warning(&misplaced).contains("belongs in `[Service]`"));
    assert!(matches!(service("Restart={{ restart }}").layer.restart, Setting::Unknown { .. }));
}

fn limit(lines: &str) -> Setting<RestartLimit> {
    service(lines).layer.restart_limit
}

fn limited(lines: &str) -> bool {
    limit(lines).value() == Some(&RestartLimit::Limited)
}

#[test]
fn the_start_limit_trips_where_its_starts_fit_into_its_interval() {
    for lines in ["", "RestartSec=1", "RestartSec=1999ms", "RestartSec=1s 500ms", "RestartSec=1 # s"] {
        assert!(matches!(limit(lines), Setting::BuiltIn { value: RestartLimit::Limited, .. }), "{lines}");
    }
    for lines in ["RestartSec=2", "RestartSec=5s", "RestartSec=1min 30s", "RestartSec=infinity"] {
        let setting = limit(lines);
        assert!(matches!(setting.value(), Some(RestartLimit::Unlimited(_))), "{lines}");
        assert_eq!(text_of(&setting), lines, "{lines}");
    }
    assert!(limited("RestartSec=2\nStartLimitBurst=4"), "4 × 2 s < 10 s");
    assert!(!limited("RestartSec=2\nStartLimitBurst=5"), "5 × 2 s = 10 s");
    assert!(limited("RestartSec=5\nStartLimitInterval=60"), "the old name, 5 × 5 s < 60 s");
}

#[test]
fn an_explicit_limit_counts_and_says_where_it_cannot_trip() {
    let unit = |interval: &str, delay: &str| {
        one(&format!("[Unit]\nStartLimitIntervalSec={interval}\nStartLimitBurst=5\n[Service]\nExecStart=/usr/bin/node a.js\nRestart=always\nRestartSec={delay}\n"))
            .layer
            .restart_limit
    };
    assert_eq!((unit("60", "5").value(), warning(&unit("60", "5"))), (Some(&RestartLimit::Limited), ""));
    assert_eq!(warning(&unit("infinity", "1h")), "");
    let never = unit("30", "10");
    assert!(never.value() == Some(&RestartLimit::Limited) && warning(&never).contains("does not trip"));
    for zero in ["0", "0s"] {
        let off = unit(zero, "1");
        assert!(matches!(off.value(), Some(RestartLimit::Unlimited(_))));
        assert_eq!(text_of(&off), format!("StartLimitIntervalSec={zero}"));
    }
}

#[test]
fn a_delay_that_grows_is_a_limit() {
    assert!(limited("RestartSec=5\nRestartSteps=8\nRestartMaxDelaySec=60"));
    assert!(!limited("RestartSec=5\nRestartSteps=8"));
    assert!(!limited("RestartSec=5\nRestartSteps=0\nRestartMaxDelaySec=60"));
    assert!(!limited("RestartSec=5\nRestartMaxDelaySec=60"));
    let with_zero =
        one("[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/x\nRestartSteps=8\nRestartMaxDelaySec=60\n");
    assert_eq!(with_zero.layer.restart_limit.value(), Some(&RestartLimit::Limited));
}

#[test]
fn a_limit_in_the_wrong_section_is_none() {
    let setting = limit("StartLimitIntervalSec=300\nStartLimitBurst=5\nRestartSec=5");
    assert!(matches!(setting.value(), Some(RestartLimit::Unlimited(_))));
    assert!(warning(&setting).contains("`StartLimitIntervalSec=` in `[Service]`"));
    assert!(limited("StartLimitBurst=3"), "`[Service]` is the old place of the burst");
}

#[test]
fn memory() {
    let limit = |lines: &str| service(lines).layer.memory_limit;
    assert_eq!(limit("MemoryMax=512M").value(), Some(&MemoryLimit::Bytes(512 << 20)));
    assert_eq!(limit("MemoryHigh=1G").value(), Some(&MemoryLimit::Bytes(1 << 30)));
    assert_eq!(limit("MemoryMax=50%").value(), Some(&MemoryLimit::Named));
    assert_eq!(limit("MemoryMax=infinity").value(), Some(&MemoryLimit::Off));
    let high = limit("MemoryMax=infinity\nMemoryHigh=400M");
    assert_eq!((high.value(), text_of(&high)), (Some(&MemoryLimit::Bytes(400 << 20)), "MemoryHigh=400M"));
    assert_eq!(text_of(&limit("MemoryMax=1G\nMemoryMax=")), "MemoryMax=", "taken back");
    let refused = limit("MemoryMax=512MB");
    assert!(refused.value() == Some(&MemoryLimit::Off) && warning(&refused).contains("ignores"));
    let old = limit("MemoryLimit=512M");
    assert!(old.value() == Some(&MemoryLimit::Bytes(512 << 20)) && warning(&old).contains("MemoryMax="));
    assert!(matches!(limit("MemoryMax={{ memory }}"), Setting::Unknown { .. }));
    assert!(matches!(limit("MemoryMax=infinity\nMemoryHigh={{ memory }}"), Setting::Unknown { .. }));
}

#[test]
fn boot() {
    let wanted = service("[Install]\nWantedBy=multi-user.target").layer.boot;
    assert_eq!((wanted.value(), text_of(&wanted)), (Some(&true), "WantedBy=multi-user.target"));
    assert_eq!(text_of(&service("[Install]\nAlias=x.service").layer.boot), "WantedBy=");
    let misplaced = service("WantedBy=multi-user.target").layer.boot;
    assert!(misplaced.value() == Some(&false) && warning(&misplaced).contains("`[Install]`"));
    let user = all(&[("systemd/user/a.service", "[Service]\nExecStart=/x\n[Install]\nWantedBy=default.target\n")]);
    assert!(warning(&user[0].layer.boot).contains("enable-linger"));
    assert!(matches!(user[0].layer.user, Setting::BuiltIn { value: User::Other, .. }));
    let socket = all(&[
        ("a.service", "[Service]\nExecStart=/x\n"),
        ("a.socket", "[Socket]\nListenStream=80\n[Install]\nWantedBy=sockets.target\n"),
    ]);
    assert_eq!(text_of(&socket[0].layer.boot), "WantedBy=sockets.target");
    assert_eq!(socket[0].layer.boot.place().map(|place| place.path.as_str()), Some("a.socket"));
    let step = Located::new("systemctl enable api".to_owned(), Place::file("install.sh".into()));
    let store = repository(&[("api.service", "[Service]\nExecStart=/x\n")]).facts;
    let enabled =
        declared(&store, |name| Started { boot: (name == "api.service").then(|| step.clone()), ..Started::default() });
    assert_eq!(text_of(&enabled[0].layer.boot), "systemctl enable api");
}

#[test]
fn templates_run_as_often_as_other_units_say() {
    let template = ("api@.service", "[Service]\nExecStart=/usr/bin/node a.js\nEnvironment=PORT=%i\n");
    assert!(matches!(all(&[template])[0].layer.instances, Setting::Unknown { .. }));
    let target = "[Unit]\nWants=api@3001.service api@3002.service\n[Install]\nWantedBy=multi-user.target\n";
    let declared = all(&[template, ("app.target", target)]);
    assert_eq!(declared[0].layer.instances.value(), Some(&Instances::Count(2)));
    assert_eq!(declared[0].layer.boot.value(), Some(&true), "the target is started at boot");
    assert_eq!(declared[0].environment[0].value, EnvValue::Unknown);
}

#[test]
fn jobs_and_containers() {
    assert_eq!(service("Type=oneshot").lifetime, Lifetime::Job);
    assert_eq!(service("Type=notify").lifetime, Lifetime::Long);
    let timed = all(&[("a.service", "[Service]\nExecStart=/x\n"), ("a.timer", "[Timer]\nOnCalendar=daily\n")]);
    assert_eq!(timed[0].lifetime, Lifetime::Job);
    let pm2 = one("[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/pm2 start ecosystem.config.js\n");
    assert_eq!(pm2.lifetime, Lifetime::Long);
    for command in [
        "/usr/bin/docker compose up",
        "/usr/bin/docker-compose -f a.yml up",
        "-/usr/bin/docker run --rm api",
        "/bin/sh -c 'cd /srv && docker compose up -d'",
        "/usr/bin/env docker compose up",
        "/usr/bin/podman run api",
    ] {
        let text = format!("[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart={command}\n");
        let declared = one(&text);
        let place = declared.containers.expect(command);
        assert!(command.ends_with(text.get(place.span.range()).expect("a place")), "{command}");
        assert_eq!(declared.lifetime, Lifetime::Long);
    }
    assert_eq!(service("").containers, None);
    assert_eq!(one("[Service]\nExecStart=/usr/bin/docker-proxy run\n").containers, None);
}

#[test]
fn logs_users_limits_and_versions() {
    let layer = |lines: &str| service(lines).layer;
    let grows = layer("StandardOutput=append:/var/log/äpi.log").log_rotation;
    assert!(matches!(grows.value(), Some(LogRotation::Grows(_))));
    assert_eq!(service("StandardError=file:/var/log/e.log").log_files.len(), 1);
    assert_eq!(layer("StandardOutput=journal").log_rotation.value(), Some(&LogRotation::Rotated));
    assert_eq!(layer("User=node").user.value(), Some(&User::Other));
    assert_eq!(layer("User=root").user.value(), Some(&User::Root));
    assert_eq!(layer("DynamicUser=yes").user.value(), Some(&User::Other));
    assert!(matches!(layer("User=%i").user, Setting::Unknown { .. }));
    assert_eq!(layer("LimitNOFILE=65536").open_files.value(), Some(&OpenFiles::Count(65536)));
    assert_eq!(layer("LimitNOFILE=1024:524288").open_files.value(), Some(&OpenFiles::Count(524_288)));
    assert!(warning(&layer("LimitNOFILE=64k").open_files).contains("ignores"));
    let nvm = one("[Service]\nExecStart=/home/x/.nvm/versions/node/v18.17.1/bin/node a.js\n").layer.node;
    assert_eq!(nvm.value(), Some(&NodeVersion::Named { major: 18, rest: vec![17, 1] }));
}

#[test]
fn a_unit_for_staging_beside_the_one_for_production_does_not_count() {
    let declared = all(&[
        ("deploy/api.service", "[Service]\nExecStart=/x\n"),
        ("deploy/api-staging.service", "[Service]\nExecStart=/x\n"),
        ("deploy/worker-dev.service", "[Service]\nExecStart=/y\n"),
    ]);
    let names: Vec<_> = declared.iter().filter_map(|declared| declared.name.as_deref()).collect();
    assert_eq!(names, ["api.service", "worker-dev.service"]);
}

#[test]
fn blanks_before_keys_and_comments_are_no_part_of_them() {
    let layer = service(" Restart = always\n # RestartSec=60\n\tRestartSec=1\n; MemoryMax=1G").layer;
    assert_eq!(layer.restart.value(), Some(&Restart::Restarts));
    assert_eq!(layer.restart_limit.value(), Some(&RestartLimit::Limited));
    assert_eq!(text_of(&layer.memory_limit), "MemoryMax=");
}

#[test]
fn settings_of_drop_ins_have_their_places_there() {
    let declared = all(&[
        ("deploy/api.service", "[Service]\nExecStart=/usr/bin/node a.js\nRestart=no\nEnvironment=A=1\n"),
        (
            "deploy/api.service.d/10-é.conf",
            "[Service]\nRestart=always\nEnvironment=A=2\nEnvironmentFile=-/etc/api.env\n",
        ),
    ]);
    assert_eq!(declared.len(), 1);
    let restart = &declared[0].layer.restart;
    assert_eq!(restart.value(), Some(&Restart::Restarts));
    assert_eq!(restart.place().map(|place| place.path.as_str()), Some("deploy/api.service.d/10-é.conf"));
    assert_eq!(declared[0].environment.last().map(|set| set.value.clone()), Some(EnvValue::Text("2".into())));
    assert_eq!(declared[0].environment_files[0].value, "/etc/api.env");
}
