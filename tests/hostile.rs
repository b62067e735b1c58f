//! Broken, hostile and empty repositories: clear words, and verdicts on all that can be read.

#![allow(clippy::expect_used, reason = "a test without its report should stop")]
#![allow(clippy::panic, clippy::indexing_slicing, reason = "in tests they are assertions")]

#[path = "hostile/corpus.rs"]
mod corpus;
mod support;

use prodcheck::{Engine, Options, Report};
use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

const PACKAGE: &str = r#"{ "name": "api", "scripts": { "start": "node server.js" } }"#;
const SERVER: &str =
    "require('node:http').createServer((request, response) => response.end('ok')).listen(process.env.PORT);\n";

fn run(files: &[(&str, &str)]) -> Report {
    let files: BTreeMap<_, _> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    support::run(&files)
}

fn verdict(report: &Report, id: &str) -> String {
    let service = report.services.first().expect("a service");
    let check = service.checks.iter().find(|check| check.id == id).expect("a check");
    format!("{:?}", check.verdict)
}

fn note<'a>(report: &'a Report, file: &str) -> &'a str {
    report.notes.iter().find(|note| note.file == file).map_or("", |note| note.message.as_str())
}

#[test]
fn an_empty_repository() {
    let report = run(&[]);
    assert!(report.services.is_empty());
    assert!(report.no_service.is_some_and(|why| why.contains("no files")));
}

#[test]
fn a_library() {
    let report = run(&[
        ("package.json", r#"{ "name": "left", "main": "index.js", "scripts": { "test": "node --test" } }"#),
        ("index.js", "module.exports = (text) => text;\n"),
    ]);
    assert!(report.services.is_empty(), "{:?}", report.services);
    assert!(report.no_service.is_some_and(|why| why.contains("librar")));
}

#[test]
fn a_front_end() {
    let report = run(&[
        (
            "package.json",
            r#"{ "name": "site", "scripts": { "start": "vite", "build": "vite build" }, "devDependencies": { "vite": "^7.0.0" } }"#,
        ),
        ("index.html", "<script type=module src=/src/main.ts></script>\n"),
        ("src/main.ts", "document.body.textContent = 'hello';\n"),
    ]);
    assert!(report.services.is_empty(), "{:?}", report.services);
    assert!(report.no_service.is_some_and(|why| why.contains("front")));
}

#[test]
fn a_package_json_with_a_syntax_error() {
    let report = run(&[
        ("package.json", "{ \"name\": \"api\", \"scripts\": { \"start\": \"node server.js\" }, }}\n"),
        ("server.js", SERVER),
        ("Dockerfile", "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"),
        ("compose.yaml", "services:\n  api:\n    build: .\n    restart: always\n"),
    ]);
    assert!(!note(&report, "package.json").is_empty(), "{:?}", report.notes);
    assert_eq!(verdict(&report, "use-process-manager"), "Pass");
}

#[test]
fn a_compose_file_that_breaks_off() {
    let report = run(&[
        ("package.json", PACKAGE),
        ("server.js", SERVER),
        ("compose.yaml", "services:\n  api: [\n    build: .\n"),
        ("ecosystem.config.json", r#"{ "apps": [{ "name": "api", "script": "server.js" }] }"#),
    ]);
    assert!(note(&report, "compose.yaml").contains("YAML"), "{:?}", report.notes);
    assert_eq!(verdict(&report, "use-process-manager"), "Pass");
}

#[test]
fn a_dockerfile_with_an_unknown_instruction() {
    let report = run(&[
        ("package.json", PACKAGE),
        ("server.js", SERVER),
        ("compose.yaml", "services:\n  api:\n    build: .\n    restart: always\n"),
        (
            "Dockerfile",
            "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nTELEPORT here\nHEALTHCHECK CMD curl -f http://localhost/\nCMD [\"node\", \"server.js\"]\n",
        ),
    ]);
    assert!(note(&report, "Dockerfile").contains("TELEPORT"), "{:?}", report.notes);
    assert_eq!(verdict(&report, "use-health-checks"), "Pass");
}

#[test]
fn bytes_that_are_no_text() {
    let mut files: BTreeMap<String, Vec<u8>> = [("package.json", PACKAGE), ("server.js", SERVER)]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
    files.insert("compose.yaml".into(), vec![0xC3, 0x28, 0xA0]);
    files.insert("oxfile.toml".into(), vec![0xFF, 0xFE, b'v', 0, b'=', 0]);
    let report = support::run(&files);
    assert!(note(&report, "compose.yaml").contains("not text"), "{:?}", report.notes);
    assert!(!note(&report, "oxfile.toml").is_empty(), "{:?}", report.notes);
    assert_eq!(verdict(&report, "use-process-manager"), "Fail");
}

#[test]
fn five_thousand_nested_brackets_cost_a_note() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    for (file, text) in [
        ("ecosystem.config.js", format!("module.exports = {deep};\n")),
        ("ecosystem.config.json", deep.clone()),
        ("ecosystem.config.yaml", deep.clone()),
        ("compose.yaml", format!("services: {deep}\n")),
        ("oxfile.toml", format!("a = {deep}\n")),
        ("tsconfig.json", deep.clone()),
    ] {
        let report = run(&[
            ("package.json", PACKAGE),
            ("server.js", SERVER),
            ("api.service", "[Service]\nExecStart=/usr/bin/node /srv/server.js\nRestart=always\n"),
            (file, &text),
        ]);
        assert!(!note(&report, file).is_empty(), "{file}: {:?}", report.notes);
        assert_eq!(verdict(&report, "use-process-manager"), "Pass", "{file}");
    }
}

#[test]
fn scripts_and_configurations_that_lead_in_circles() {
    let report = run(&[
        (
            "package.json",
            r#"{ "name": "api", "scripts": { "start": "npm run a", "a": "npm run b && node server.js", "b": "npm run a" } }"#,
        ),
        ("server.js", SERVER),
        ("tsconfig.json", r#"{ "extends": "./tsconfig.json" }"#),
        ("compose.yaml", "services:\n  a: { extends: b }\n  b: { extends: a, build: . }\n"),
        ("Dockerfile", "FROM two AS one\nFROM one AS two\nCMD [\"npm\", \"start\"]\n"),
    ]);
    assert!(!report.services.is_empty(), "{:?}", report.no_service);
}

/// How long one hostile repository may take on a slow and busy machine. It is there to name what hangs.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn nothing_exhausts_the_engine() {
    for corpus::Hostile { title, files } in corpus::all() {
        let (done, report) = mpsc::channel();
        std::thread::spawn(move || done.send(Box::new(support::run(&files))));
        let report = report.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{title}: {error}"));
        assert!(!report.services.is_empty(), "{title}: {:?}", report.no_service);
        assert_eq!(verdict(&report, "use-process-manager"), "Pass", "{title}");
    }
}

#[test]
fn fifty_thousand_files_cost_what_the_service_costs() {
    let mut paths: Vec<String> = (0..50_000)
        .map(|at| format!("assets/{}/{}/icon-{at}.{}", at % 100, at % 7, ["svg", "json", "ts", "md", "js"][at % 5]))
        .collect();
    let service = corpus::service();
    paths.extend(service.keys().cloned());
    let options = Options { tracked: Some(paths.clone()), ..Options::default() };
    let mut engine = Engine::open(paths, options);
    let mut asked = 0;
    loop {
        let wanted = engine.wanted();
        if wanted.is_empty() {
            break;
        }
        asked += wanted.len();
        for path in wanted {
            engine.provide(&path, service.get(&path).map_or(b"", Vec::as_slice));
        }
    }
    assert_eq!(verdict(&engine.check(), "use-process-manager"), "Pass");
    assert!(asked < 100, "{asked} files were asked for");
}

#[test]
fn names_that_lead_out_or_write_to_the_terminal() {
    let mut files = corpus::service();
    for path in [
        "../outside/package.json",
        "/etc/package.json",
        "a/../../package.json",
        "C:\\windows\\package.json",
        "\u{1b}[2J\u{7}.yaml",
        "line\nbreak/compose.yaml",
        "\u{202e}lmay.esopmoc",
        "a//b/./c/package.json",
        "-rf/package.json",
        " /package.json",
        "ä😀/compose.yaml",
    ] {
        files.insert(path.to_owned(), b"services: [".to_vec());
    }
    let rendered = support::rendered(&files);
    assert!(rendered.chars().all(|c| c == '\n' || !c.is_control()), "{rendered:?}");
    let report = support::run(&files);
    assert_eq!(verdict(&report, "use-process-manager"), "Pass");
    assert!(report.services.iter().all(|service| !service.path.contains("..") && !service.path.starts_with('/')));
}

#[test]
fn bytes_that_are_no_text_in_every_file_that_is_read() {
    let names: std::collections::BTreeSet<String> =
        corpus::all().into_iter().flat_map(|hostile| hostile.files.into_keys()).collect();
    for name in names.iter().filter(|name| !corpus::service().contains_key(*name)) {
        for bytes in [&b"a: \xc3\x28"[..], b"\xff\xfea", b"\xef\xbb\xbf\xff", b"\x00\x01\x02", b"\xed\xa0\x80", b""] {
            let mut files = corpus::service();
            files.insert(name.clone(), bytes.to_vec());
            let report = support::run(&files);
            assert_eq!(verdict(&report, "use-process-manager"), "Pass", "{name}: {bytes:?}");
        }
    }
}
