//! Which script is the production one, and what a bare start answers.

use super::*;
use crate::in_memory::repository;
use crate::{RestartLimit, Runtime};

fn routed(files: &[(&str, &str)]) -> Option<Route> {
    let repository = repository(files);
    let workspaces = Workspaces::of(repository.sources());
    route(&repository, &workspaces, &RepoPath::root())
}

fn started(scripts: &str) -> String {
    let manifest = format!("{{ \"é\": 1, \"scripts\": {{ {scripts} }} }}");
    let Some(route) = routed(&[("package.json", &manifest)]) else { return "nothing".to_owned() };
    let shown = route.start.processes.iter().map(command).collect::<Vec<_>>().join(", ");
    format!("{} {shown}", route.kind.name())
}

#[test]
fn the_production_script_is_the_one_that_serves() {
    let cases = [
        (r#""start": "node a.js""#, "npm-start node a.js"),
        (r#""start": "nest start", "start:prod": "node dist/main""#, "npm-start node dist/main"),
        (r#""start": "nodemon a.js", "prod": "node a.js""#, "npm-start node a.js"),
        (r#""start": "nodemon a.js""#, "npm-start node a.js (watching)"),
        (r#""start": "node a.js", "start:prod": "docker-compose -f prod.yml up -d""#, "npm-start node a.js"),
        (r#""start": "docker compose up""#, "nothing"),
        (r#""start": "npm run build", "build": "tsc""#, "nothing"),
        (r#""start": "tsx watch src/a.ts", "serve": "node dist/a.js""#, "npm-start node dist/a.js"),
        (r#""start": "pm2 start a.js -i max --no-daemon""#, "process-manager node a.js"),
        (r#""start": "forever a.js""#, "process-manager node a.js"),
        (r#""start:dev": "node a.js""#, "nothing"),
        (r#""start": "gulp", "serve": "node a.js""#, "npm-start node a.js"),
        (r#""start": "tsc -w" }, "main": "dist/index.js", "x": { "y": "z""#, "nothing"),
        (r#""start": "node --watch a.js""#, "npm-start node a.js"),
    ];
    for (scripts, expected) in cases {
        assert_eq!(started(scripts), expected, "{scripts}");
    }
}

#[test]
fn without_scripts_the_package_names_its_module() {
    let start = |manifest: &str| {
        let route = routed(&[("package.json", manifest), ("server.js", "")])?;
        let process = route.start.processes.into_iter().next()?;
        (process.runtime == Runtime::Node).then_some(process.file?.to_string())
    };
    assert_eq!(start("{}").as_deref(), Some("server.js"));
    assert_eq!(start(r#"{ "main": "lib/é.js" }"#).as_deref(), Some("lib/é.js"));
    let bin = routed(&[("package.json", r#"{ "bin": { "x": "cli.js" } }"#)]).unwrap();
    assert_eq!(bin.start.processes[0].file, Some("cli.js".into()));
}

#[test]
fn a_bare_process_is_never_restarted() {
    let manifest = r#"{ "é": "ü", "scripts": { "start": "NODE_ENV=production node dist/server.js" } }"#;
    let files = [("package.json", manifest)];
    let route = routed(&files).unwrap();
    let layer = route.outermost().unwrap();
    let Setting::Set { value: Restart::Never, place, shown, .. } = &layer.restart else { panic!("{layer:?}") };
    assert_eq!(shown, "node dist/server.js");
    assert_eq!(manifest.get(place.span.range()), Some("NODE_ENV=production node dist/server.js"));
    assert_eq!(layer.instances, Setting::Silent);
    assert_eq!(layer.restart_limit, Setting::Silent);
}

#[test]
fn a_loop_restarts_and_is_remarked_on() {
    let files = [
        ("package.json", r#"{ "scripts": { "start": "./run.sh" } }"#),
        ("run.sh", "ulimit -n 9999\nwhile :; do node a.js; done\n"),
    ];
    let route = routed(&files).unwrap();
    let layer = route.outermost().unwrap();
    let Setting::Set { value: Restart::Restarts, caveats, .. } = &layer.restart else { panic!("{layer:?}") };
    assert_eq!(caveats.len(), 1);
    assert_eq!(layer.open_files.value(), Some(&OpenFiles::Count(9999)));
}

#[test]
fn supervisors_on_the_path_answer() {
    let manifest = r#"{ "scripts": { "start": "pm2-runtime a.js -i max --max-memory-restart 300M" } }"#;
    let route = routed(&[("package.json", manifest)]).unwrap();
    assert_eq!(route.layers.iter().map(|layer| layer.tool).collect::<Vec<_>>(), [Tool::Pm2]);
    assert!(route.layers[0].memory_limit.value().is_some());
    let route = routed(&[("package.json", r#"{ "scripts": { "start": "oxmgr start 'node a.js'" } }"#)]).unwrap();
    assert_eq!(route.layers[0].restart.value(), Some(&Restart::Restarts));
    let route = routed(&[("package.json", r#"{ "scripts": { "start": "forever -m 5 start a.js" } }"#)]).unwrap();
    assert_eq!(route.layers[0].restart_limit.value(), Some(&RestartLimit::Limited));
}
