//! INI files as they are written: real spellings, broken files, hostile ones.

use super::*;
use proptest::prelude::*;

fn spelling(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a span on character boundaries")
}

fn whole(text: &str, dialect: Dialect) -> Ini {
    let parsed = parse(text, dialect);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.tree
}

fn value<'a>(ini: &'a Ini, section: &str, key: &str) -> Option<&'a str> {
    ini.value(section, key).map(|entry| entry.text())
}

fn values<'a>(ini: &'a Ini, section: &str, key: &str) -> Vec<&'a str> {
    ini.values(section, key).into_iter().map(|entry| entry.text()).collect()
}

fn messages(parsed: &Parsed<Ini>) -> Vec<&str> {
    parsed.notes.iter().map(|note| note.message.as_str()).collect()
}

const UNIT: &str = "\
# zażółć gęślą
[Unit]
Description=API – the service
After=network.target
StartLimitIntervalSec = 60

[Service]
  ExecStart=/usr/bin/node --enable-source-maps \\
    # not this
    ; nor this
    --max-old-space-size=512 \\
    /srv/é.js
Environment=NODE_ENV=production \"A=b c\"
Environment='X=y' # no comment
Restart=on-failure
;Restart=no
EnvironmentFile=-/etc/api.env
[Install]
WantedBy=multi-user.target
";

#[test]
fn reads_a_unit() {
    let unit = whole(UNIT, Dialect::Systemd);
    assert_eq!(
        unit.sections.iter().map(|section| section.name.as_str()).collect::<Vec<_>>(),
        ["Unit", "Service", "Install"]
    );
    assert_eq!(value(&unit, "Unit", "StartLimitIntervalSec"), Some("60"));
    assert_eq!(value(&unit, "Service", "Restart"), Some("on-failure"));
    assert_eq!(values(&unit, "Service", "Environment"), ["NODE_ENV=production \"A=b c\"", "'X=y' # no comment"]);
    assert_eq!(value(&unit, "service", "Restart"), None);
    assert_eq!(value(&unit, "Service", "restart"), None);
    assert_eq!(spelling(UNIT, unit.sections[1].span), "[Service]");
    let restart = unit.value("Service", "Restart").expect("there");
    assert_eq!(spelling(UNIT, restart.span()), "Restart=on-failure");
    assert_eq!(spelling(UNIT, unit.value("Unit", "Description").expect("there").value_span), "API – the service");
}

#[test]
fn joins_lines_and_knows_their_places() {
    let unit = whole(UNIT, Dialect::Systemd);
    let start = unit.value("Service", "ExecStart").expect("there");
    assert_eq!(start.text(), "/usr/bin/node --enable-source-maps  --max-old-space-size=512  /srv/é.js");
    for word in ["/usr/bin/node", "--max-old-space-size=512", "/srv/é.js", "é.js", "js"] {
        let at = start.text().find(word).expect("there");
        assert_eq!(spelling(UNIT, start.value.span(at, at + word.len())), word);
    }
    assert!(spelling(UNIT, start.value_span).starts_with("/usr/bin/node --enable"));
    assert!(spelling(UNIT, start.value_span).ends_with("/srv/é.js"));
}

#[test]
fn an_even_number_of_backslashes_joins_nothing() {
    let unit = whole("[S]\nA=x\\\\\nB=y\\\r\n z\r\nC=end\\", Dialect::Systemd);
    assert_eq!(
        [value(&unit, "S", "A"), value(&unit, "S", "B"), value(&unit, "S", "C")],
        [Some("x\\\\"), Some("y z"), Some("end")]
    );
}

#[test]
fn an_empty_assignment_resets() {
    let unit =
        whole("[Service]\nExecStartPre=a\nExecStartPre=\nExecStartPre=b\nRestart=always\nRestart=\n", Dialect::Systemd);
    assert_eq!(values(&unit, "Service", "ExecStartPre"), ["b"]);
    assert_eq!(value(&unit, "Service", "Restart"), None);
    assert_eq!(unit.entries("Service").count(), 5);
}

#[test]
fn drop_ins_come_behind_the_unit() {
    let unit = whole("[Service]\nExecStart=a\nMemoryMax=1G\n", Dialect::Systemd);
    let first = whole("[Service]\nExecStart=\nExecStart=b\n", Dialect::Systemd);
    let second = whole("[Unit]\nA=1\n[Service]\nMemoryMax=2G\n", Dialect::Systemd);
    let merged = merge(unit, [first, second]);
    assert_eq!(values(&merged, "Service", "ExecStart"), ["b"]);
    assert_eq!(merged.values("Service", "ExecStart")[0].source, 1);
    let memory = merged.value("Service", "MemoryMax").expect("there");
    assert_eq!((memory.text(), memory.source), ("2G", 2));
    assert!(merged.has("Unit") && !merged.has("Install"));
    assert_eq!(merged.sections.iter().map(|section| section.source).collect::<Vec<_>>(), [0, 1, 2, 2]);
}

#[test]
fn lines_that_systemd_ignores_are_notes() {
    let text = "A=ü\n[Service]\nExecStart /bin/x\n[Broken\nRestart=always\n";
    let parsed = parse(text, Dialect::Systemd);
    assert_eq!(
        messages(&parsed),
        [
            "this stands before the first section, where systemd ignores it",
            "a `=` is missing in this line",
            "a section header wants a `]` at its end"
        ]
    );
    let places: Vec<&str> = parsed.notes.iter().filter_map(|note| note.span).map(|span| spelling(text, span)).collect();
    assert_eq!(places, ["A=ü", "ExecStart /bin/x", "[Broken"]);
    assert_eq!(value(&parsed.tree, "Service", "Restart"), Some("always"));
}

const SUPERVISOR: &str = "\
; zażółć
[supervisord]
nodaemon=true ; inline
logfile = /dev/null;not a comment

[program:api]           # é
Command=node --title=%(ENV_TITLE)s server.js
environment=
    NODE_ENV=\"production\",
    ; not this

    PORT=\"80\"
autorestart: unexpected
startretries=3
startretries=5
[program:worker]
command=node w.js
";

#[test]
fn reads_a_supervisor_file() {
    let ini = whole(SUPERVISOR, Dialect::Supervisor);
    assert_eq!(value(&ini, "supervisord", "nodaemon"), Some("true"));
    assert_eq!(value(&ini, "supervisord", "logfile"), Some("/dev/null;not a comment"));
    assert_eq!(value(&ini, "program:api", "command"), Some("node --title=%(ENV_TITLE)s server.js"));
    assert_eq!(value(&ini, "program:api", "autorestart"), Some("unexpected"));
    assert_eq!(value(&ini, "program:api", "startretries"), Some("5"));
    assert_eq!(value(&ini, "program:worker", "command"), Some("node w.js"));
    let environment = ini.value("program:api", "environment").expect("there");
    assert_eq!(environment.text(), "\nNODE_ENV=\"production\",\n\nPORT=\"80\"");
    let at = environment.text().find("PORT").expect("there");
    assert_eq!(spelling(SUPERVISOR, environment.value.span(at, at + 4)), "PORT");
    assert_eq!(spelling(SUPERVISOR, ini.sections[1].span), "[program:api]");
    assert_eq!(spelling(SUPERVISOR, ini.value("program:api", "command").expect("there").key.span), "Command");
}

#[test]
fn lines_that_supervisord_refuses_are_notes() {
    let parsed = parse("é=1\n[a]\nb\n=c\n  d=e\nf=g\n[]\n", Dialect::Supervisor);
    assert_eq!(
        messages(&parsed),
        [
            "this stands before the first section, where supervisord takes nothing",
            "a key and a `=` are missing in this line",
            "a key and a `=` are missing in this line",
            "a key and a `=` are missing in this line"
        ]
    );
    assert_eq!([value(&parsed.tree, "a", "d"), value(&parsed.tree, "a", "f")], [Some("e"), Some("g")]);
}

#[test]
fn reads_npm_settings() {
    let text = "; é\nengine-strict=true # why\nsave-exact\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nmessage = \"a ; b\"\n[x]\npackage-lock=false\n";
    let ini = whole(text, Dialect::Npm);
    assert_eq!(value(&ini, "", "engine-strict"), Some("true"));
    assert_eq!(value(&ini, "", "save-exact"), Some("true"));
    assert_eq!(value(&ini, "", "//registry.npmjs.org/:_authToken"), Some("${NPM_TOKEN}"));
    assert_eq!(value(&ini, "", "message"), Some("a ; b"));
    assert_eq!(value(&ini, "", "package-lock"), None);
    assert_eq!(value(&ini, "x", "package-lock"), Some("false"));
    assert_eq!(spelling(text, ini.value("", "message").expect("there").value_span), "a ; b");
    assert_eq!(spelling(text, ini.value("", "save-exact").expect("there").span()), "save-exact");
}

#[test]
fn long_files_cost_what_they_are_long() {
    let started = std::time::Instant::now();
    for dialect in [Dialect::Systemd, Dialect::Supervisor, Dialect::Npm] {
        for line in ["a=b\\\n", "a=b\n", "[a]\n", " c\n", "\\\n", "#\n", "a ;"] {
            parse(&format!("[s]\nk=v\n{}", line.repeat(100_000)), dialect);
        }
    }
    assert!(started.elapsed().as_secs() < 30);
}

proptest! {
    #[test]
    fn reads_anything(text in r#"([\[\]=:;# \\"'%\r\n\ta-cé–]|\\\n|\n|\[a\]\n|k=){0,40}|\PC{0,40}"#) {
        for dialect in [Dialect::Systemd, Dialect::Supervisor, Dialect::Npm] {
            let parsed = parse(&text, dialect);
            for section in &parsed.tree.sections {
                let header = spelling(&text, section.span);
                prop_assert!(header.contains(&section.name) || header.contains('\\'));
                for entry in &section.entries {
                    let key = spelling(&text, entry.key.span);
                    prop_assert!(key == entry.key.value || key.to_lowercase() == entry.key.value || key.contains('\\'));
                    let written = spelling(&text, entry.value_span);
                    prop_assert!(written == entry.text() || written.contains('\n') || written.is_empty());
                    for (at, char) in entry.text().char_indices().filter(|(_, char)| !char.is_whitespace()) {
                        let place = spelling(&text, entry.value.span(at, at + char.len_utf8()));
                        prop_assert!(place == char.to_string() || written.is_empty());
                    }
                }
            }
            for note in &parsed.notes {
                spelling(&text, note.span.unwrap_or_default());
            }
        }
    }
}
