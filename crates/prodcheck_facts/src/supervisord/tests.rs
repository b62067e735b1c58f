use super::*;

fn read(text: &str) -> SupervisordFile {
    let (file, notes) = read_file(text);
    assert_eq!(notes, []);
    file.expect("a file of supervisord's")
}

fn known<T: Clone>(field: &Option<Field<T>>) -> Option<T> {
    field.as_ref().and_then(Field::known).cloned()
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a place in the text")
}

const FILE: &str = "\
; zażółć 😀
[supervisord]
nodaemon=true
user=root

[program:äpi]
command=/usr/bin/node --enable-source-maps dist/sérver.js --name=%(program_name)s ; the server
directory=/srv/%%api
user=%(ENV_APP_USER)s
environment=NODE_ENV=\"production\",NODE_OPTIONS='--a, --b',
  PORT=3000,TOKEN=%(ENV_TOKEN)s
autorestart=unexpected
startretries=10
numprocs=2
stopwaitsecs=30
redirect_stderr=true
stdout_logfile=/dev/stdout
stdout_logfile_maxbytes=0
stderr_logfile=NONE

[program:worker]
command=node w.js
autorestart=false
stdout_logfile_maxbytes=10MB
startsecs=soon

[include]
files = conf.d/*.conf é.ini
";

#[test]
fn reads_programs() {
    let file = read(FILE);
    let daemon = file.daemon.as_ref().expect("there");
    assert_eq!((known(&daemon.nodaemon), known(&daemon.user).as_deref()), (Some(true), Some("root")));
    let [api, worker] = &file.programs[..] else { panic!("two programs") };
    assert_eq!(api.name, "äpi");
    assert_eq!(under(FILE, api.span), "[program:äpi]");
    let words: Vec<_> = api.words.words.iter().map(|word| word.literal().expect("known")).collect();
    assert_eq!(words, ["/usr/bin/node", "--enable-source-maps", "dist/sérver.js", "--name=äpi"]);
    assert_eq!(under(FILE, api.words.words[2].span), "dist/sérver.js");
    assert_eq!(known(&api.directory).as_deref(), Some("/srv/%api"));
    assert_eq!(api.user.as_ref().map(|user| user.value.clone()), Some(Given::Unknown));
    assert_eq!(known(&api.autorestart), Some(AutoRestart::Unexpected));
    assert_eq!([&api.startretries, &api.numprocs, &api.stopwaitsecs].map(known), [Some(10), Some(2), Some(30)]);
    assert_eq!(known(&api.redirect_stderr), Some(true));
    assert_eq!(known(&api.stdout.file), Some(LogFile::Path("/dev/stdout".into())));
    assert_eq!(known(&api.stdout.max_bytes), Some(0));
    assert_eq!(known(&api.stderr.file), Some(LogFile::Nowhere));
    assert_eq!(known(&worker.autorestart), Some(AutoRestart::Never));
    assert_eq!(under(FILE, worker.autorestart.as_ref().expect("there").span), "autorestart=false");
    assert_eq!(known(&worker.stdout.max_bytes), Some(10 << 20));
    assert_eq!(worker.startsecs.as_ref().map(|field| field.value.clone()), Some(Given::Wrong));
    assert_eq!(worker.user, None);
    let includes: Vec<_> = file.includes.iter().map(|include| include.value.as_str()).collect();
    assert_eq!(includes, ["conf.d/*.conf", "é.ini"]);
    assert_eq!(under(FILE, file.includes[1].span), "é.ini");
}

#[test]
fn reads_the_environment() {
    let file = read(FILE);
    let environment: Vec<_> =
        file.programs[0].environment.iter().map(|variable| (variable.name.as_str(), variable.value.clone())).collect();
    assert_eq!(
        environment,
        [
            ("NODE_ENV", Given::Known("production".to_owned())),
            ("NODE_OPTIONS", Given::Known("--a, --b".to_owned())),
            ("PORT", Given::Known("3000".to_owned())),
            ("TOKEN", Given::Unknown),
        ]
    );
    assert_eq!(under(FILE, file.programs[0].environment[2].span), "PORT=3000");
}

#[test]
fn knows_files_by_name_and_content() {
    for (name, is) in [
        ("docker/supervisord.conf", true),
        ("etc/supervisor/conf.d/api.conf", true),
        ("supervisor.d/api.ini", true),
        ("supervisord.conf.j2", true),
        ("nginx/conf.d/api.conf", false),
        ("src/supervisor.ts", false),
    ] {
        assert_eq!(is_supervisord(&RepoPath::new(name)), is, "{name}");
    }
    assert_eq!(read_file("server {\n  listen 80;\n}\n"), (None, Vec::new()));
    assert!(read_file("[program:é]\ncommand node\n").1.len() == 1);
}

#[test]
fn a_long_environment_costs_what_it_is_long() {
    for piece in ["A=1,", ",", "'", "A", "\n ", "=\""] {
        read_file(&format!("[program:x]\nenvironment={}", piece.repeat(50_000)));
    }
}
