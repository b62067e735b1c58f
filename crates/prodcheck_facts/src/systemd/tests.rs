use super::*;
use crate::given::Given;

fn path(path: &str) -> RepoPath {
    RepoPath::new(path)
}

fn file(at: &str, text: &str) -> UnitFile {
    let (file, notes) = read_file(&path(at), text);
    assert_eq!(notes, [], "{text}");
    file.expect("a unit")
}

fn service(text: &str) -> ServiceUnit {
    ServiceUnit::of(&path("deploy/api.service"), &file("deploy/api.service", text), []).expect("a service")
}

fn known<T: Clone>(setting: &Setting<T>) -> Option<T> {
    setting.as_ref().and_then(InFile::known).cloned()
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a place in the text")
}

const UNIT: &str = "\
# zażółć 😀
[Unit]
Description=API
StartLimitIntervalSec=60
StartLimitBurst=5
OnFailure=alert@%n.service page.service

[Service]
Type=simple
User=äpi
WorkingDirectory=-/srv/api
Environment=NODE_ENV=production \"NODE_OPTIONS=--max-old-space-size=512 --enable-source-maps\"
Environment=HOST=%H PORT=3000 TITLE='Ünï' EMPTY=
EnvironmentFile=-/etc/api.env
EnvironmentFile=/etc/secrets.env
ExecStartPre=/usr/bin/npm ci --omit=dev
ExecStart=/usr/bin/node \\
    --enable-source-maps dist/sérver.js
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=500ms
MemoryMax=512M
LimitNOFILE=65536
StandardOutput=append:/var/log/api.log
KillMode=mixed
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
";

#[test]
fn reads_a_service() {
    let unit = service(UNIT);
    assert_eq!(unit.name, "api.service");
    assert_eq!(under(UNIT, unit.service_section), "[Service]");
    assert_eq!(under(UNIT, unit.section("Install")), "[Install]");
    assert_eq!(known(&unit.service_type), Some(ServiceType::Simple));
    assert_eq!(known(&unit.user).as_deref(), Some("äpi"));
    assert_eq!(known(&unit.working_directory).as_deref(), Some("/srv/api"));
    assert_eq!(known(&unit.restart), Some(RestartWhen::OnFailure));
    assert_eq!(known(&unit.restart_sec), Some(500_000));
    assert_eq!(known(&unit.start_limit_interval), Some(60_000_000));
    assert_eq!(known(&unit.start_limit_burst), Some(5));
    assert_eq!(known(&unit.memory_max), Some(MemoryAmount::Bytes(512 << 20)));
    assert_eq!(known(&unit.open_files), Some(OpenFilesLimit { soft: 65_536, hard: 65_536 }));
    assert_eq!(known(&unit.standard_output), Some(Output::File("/var/log/api.log".into())));
    assert_eq!(known(&unit.kill_mode), Some(KillMode::Mixed));
    assert_eq!(known(&unit.timeout_stop), Some(30_000_000));
    let restart = unit.restart.as_ref().expect("there");
    assert_eq!(under(UNIT, restart.place().span), "Restart=on-failure");
    assert_eq!((restart.item.key.as_str(), restart.item.written.as_str()), ("Restart", "on-failure"));
    let names =
        |names: &[InFile<Spanned<String>>]| names.iter().map(|name| name.item.value.clone()).collect::<Vec<_>>();
    assert_eq!(names(&unit.on_failure), ["alert@%n.service", "page.service"]);
    assert_eq!(names(&unit.wanted_by), ["multi-user.target"]);
    assert_eq!(unit.misplaced, []);
    assert!(!unit.is_template && !unit.is_user_unit);
    assert_eq!(unit.watchdog_sec, None);
}

#[test]
fn reads_commands_and_environment() {
    let unit = service(UNIT);
    let words: Vec<_> = unit.start[0].item.command.words.iter().map(|word| word.literal().expect("known")).collect();
    assert_eq!(words, ["/usr/bin/node", "--enable-source-maps", "dist/sérver.js"]);
    assert_eq!(under(UNIT, unit.start[0].item.command.words[2].span), "dist/sérver.js");
    assert_eq!(unit.before_start[0].item.command.words.len(), 3);
    assert_eq!(unit.reload[0].item.command.words[2].literal(), None);
    let variable =
        |name: &str| unit.environment.iter().rev().find(|variable| variable.item.name == name).expect("there");
    assert_eq!(variable("NODE_ENV").item.value, Given::Known("production".into()));
    assert_eq!(
        variable("NODE_OPTIONS").item.value,
        Given::Known("--max-old-space-size=512 --enable-source-maps".into())
    );
    assert_eq!(variable("HOST").item.value, Given::Unknown);
    assert_eq!(variable("TITLE").item.value, Given::Known("Ünï".into()));
    assert_eq!(variable("EMPTY").item.value, Given::Known(String::new()));
    assert_eq!(under(UNIT, variable("PORT").item.span), "PORT=3000");
    let files: Vec<_> =
        unit.environment_files.iter().map(|file| (file.item.path.as_str(), file.item.is_optional)).collect();
    assert_eq!(files, [("/etc/api.env", true), ("/etc/secrets.env", false)]);
}

#[test]
fn drop_ins_are_laid_on_the_unit() {
    let unit = file("systemd/api.service", "[Service]\nExecStart=/bin/a\nUser=root\nEnvironment=A=1\nRestart=no\n");
    let first = ("systemd/api.service.d/10-a.conf", "[Service]\nExecStart=\nExecStart=/bin/b\nUser=\n");
    let second = ("systemd/api.service.d/20-é.conf", "[Service]\nEnvironment=A=2\nRestart=always\n[Install]\n");
    let (first_path, second_path) = (path(first.0), path(second.0));
    let (first_file, second_file) = (file(first.0, first.1), file(second.0, second.1));
    assert!(first_file.is_drop_in && first_file.unit == "api.service");
    let drop_ins = [(&second_path, &second_file), (&first_path, &first_file)];
    let service = ServiceUnit::of(&path("systemd/api.service"), &unit, drop_ins).expect("a service");
    assert_eq!(service.start.len(), 1);
    assert_eq!(service.start[0].path, first_path);
    assert_eq!(service.user, None, "an empty assignment takes it back");
    let restart = service.restart.as_ref().expect("there");
    assert_eq!((restart.known(), &restart.path), (Some(&RestartWhen::Always), &second_path));
    assert_eq!(under(second.1, restart.place().span), "Restart=always");
    assert_eq!(service.environment.last().map(|variable| &variable.path), Some(&second_path));
}

#[test]
fn what_systemd_cannot_read_it_ignores() {
    let unit =
        service("[Service]\nRestart=always\nRestart=on_failure\nMemoryMax=512MB\nLimitNOFILE=64k\nRestartSec=5 # s\n");
    assert_eq!(known(&unit.restart), Some(RestartWhen::Always), "the last that it can read");
    assert_eq!(unit.memory_max.map(|said| said.item.value), Some(Given::Wrong));
    assert_eq!(unit.open_files.map(|said| said.item.value), Some(Given::Wrong));
    assert_eq!(unit.restart_sec.map(|said| said.item.value), Some(Given::Wrong));
}

#[test]
fn an_empty_assignment_resets_what_systemd_lets_it_reset() {
    let unit = service("[Service]\nRestart=always\nRestart=\nMemoryMax=1G\nMemoryMax=\nUser=a\nUser=\nRestartSec=\n");
    assert_eq!(known(&unit.restart), Some(RestartWhen::Always));
    assert_eq!((unit.memory_max, unit.user, unit.restart_sec), (None, None, None));
}

#[test]
fn other_units_say_what_they_start() {
    let starts = |at: &str, text: &str| file(at, text).starts();
    assert_eq!(starts("api.socket", "[Socket]\nListenStream=80\n"), [("api.service".into(), Activation::Event)]);
    assert_eq!(starts("a.timer", "[Timer]\nUnit=é.service\n"), [("é.service".into(), Activation::Time)]);
    let target =
        "[Unit]\nWants=api@1.service api@2.service\nRequires=web.service\n[Install]\nWantedBy=multi-user.target\n";
    let names: Vec<String> = starts("app.target", target).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["api@1.service", "api@2.service", "web.service"]);
    let wanted = file("app.target", target).wanted_by().expect("there");
    assert_eq!(
        (wanted.value.as_str(), under(target, wanted.span)),
        ("WantedBy=multi-user.target", "WantedBy=multi-user.target")
    );
}

#[test]
fn what_is_filled_in_later_is_unknown() {
    let text = "[Service]\nUser={{ app_user }}\nMemoryMax={{ memory }}M\nLimitNOFILE=@NOFILE@\nWorkingDirectory=/srv/%i\nExecStart={{ node }} server.js\n";
    let unit = ServiceUnit::of(&path("api@.service.j2"), &file("roles/x/templates/api@.service.j2", text), [])
        .expect("a service");
    assert!(unit.is_template);
    assert_eq!(unit.user.map(|said| said.item.value), Some(Given::Unknown));
    assert_eq!(unit.memory_max.map(|said| said.item.value), Some(Given::Unknown));
    assert_eq!(unit.open_files.map(|said| said.item.value), Some(Given::Unknown));
    assert_eq!(unit.working_directory.map(|said| said.item.value), Some(Given::Unknown));
    assert_eq!(unit.start[0].item.command.words[1].literal().as_deref(), Some("server.js"));
}

#[test]
fn settings_in_the_wrong_section_do_nothing() {
    let text = "[Unit]\nRestart=always\n[Service]\nStartLimitIntervalSec=0\nStartLimitInterval=10\nStartLimitBurst=3\nWantedBy=multi-user.target\n";
    let unit = service(text);
    assert_eq!(unit.restart, None);
    assert_eq!(known(&unit.start_limit_interval), Some(10_000_000), "the old spelling");
    assert_eq!(known(&unit.start_limit_burst), Some(3));
    assert_eq!(unit.wanted_by, []);
    let misplaced: Vec<_> = unit
        .misplaced
        .iter()
        .map(|found| (found.item.key.as_str(), found.item.section.as_str(), found.item.belongs_in))
        .collect();
    assert_eq!(
        misplaced,
        [
            ("Restart", "Unit", "Service"),
            ("StartLimitIntervalSec", "Service", "Unit"),
            ("WantedBy", "Service", "Install")
        ]
    );
}

#[test]
fn knows_units_by_name_and_content() {
    for (name, is) in [
        ("deploy/api.service", true),
        ("api@.service.j2", true),
        ("contrib/api.service.example", true),
        ("systemd/api.service.d/override.conf", true),
        ("src/user.service.ts", false),
        ("nginx/conf.d/api.conf", false),
        (".service", false),
        ("api.timer", true),
        ("api.socket.in", true),
        (".socket", false),
        ("api.conf", false),
    ] {
        assert_eq!(is_unit(&path(name)), is, "{name}");
    }
    let dbus = "[D-BUS Service]\nName=org.x\nExec=/bin/x\n";
    assert_eq!(read_file(&path("org.x.service"), dbus), (None, Vec::new()));
    let avahi = "<?xml version=\"1.0\"?>\n<service-group><name>é</name></service-group>\n";
    assert_eq!(read_file(&path("x.service"), avahi), (None, Vec::new()));
    let target = file("x.service", "[Unit]\nDescription=only a note\n");
    assert_eq!(ServiceUnit::of(&path("x.service"), &target, []), None);
    let user =
        ServiceUnit::of(&path("etc/systemd/user/x.service"), &file("x.service", "[Service]\nExecStart=/x\n"), []);
    assert!(user.expect("a service").is_user_unit);
}

#[test]
fn the_store_finds_the_drop_ins_beside_a_unit() {
    let mut store = crate::FactStore::default();
    for (at, text) in [
        ("a/api.service", "[Service]\nExecStart=/x\n"),
        ("a/api.service.d/o.conf", "[Service]\nMemoryMax=1G\n"),
        ("b/api.service.d/o.conf", "[Service]\nMemoryMax=2G\n"),
        ("c/web.service", "[Service]\nExecStart=/y\n"),
    ] {
        let at = path(at);
        assert!(crate::is_wanted(&at));
        store.insert(at.clone(), crate::gather(&at, &prodcheck_source::SourceText::new(text)));
    }
    let services = store.systemd_services();
    let memory: Vec<_> = services.iter().map(|service| (service.name.as_str(), known(&service.memory_max))).collect();
    assert_eq!(memory, [("api.service", Some(MemoryAmount::Bytes(1 << 30))), ("web.service", None)]);
}
