//! Small repositories, and the services found in them.

use super::*;
use crate::in_memory::repository;

fn found(files: &[(&str, &str)]) -> Found {
    let repository = Arc::new(repository(files));
    let mut discovery = Discovery::default();
    assert_eq!(discovery.wanted(&repository), [], "all files of a repository in memory are read");
    discovery.services(&repository)
}

fn shown(found: &Found) -> Vec<String> {
    let services = found.services.iter().map(|service| {
        let routes: Vec<_> = service.routes.iter().filter_map(|route| Some(route.outermost()?.tool.name())).collect();
        let entries: Vec<_> = service.entry_points.iter().map(|entry| entry.path.to_string()).collect();
        format!("{} in {} by {} runs {}", service.name, service.path, routes.join("+"), entries.join("+"))
    });
    services.collect()
}

const SERVER: &str = "require('node:http').createServer().listen(process.env.PORT);\n";

const API: &str = r#"{ "name": "api", "scripts": { "start": "node dist/server.js" } }"#;

#[test]
fn a_start_script_and_its_source() {
    let found = found(&[
        ("package.json", API),
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "dist", "rootDir": "src" } }"#),
        ("src/server.ts", SERVER),
    ]);
    assert_eq!(shown(&found), ["api in . by npm runs src/server.ts"]);
}

#[test]
fn a_process_manager_comes_before_the_script() {
    let found = found(&[
        ("package.json", API),
        ("src/server.ts", SERVER),
        ("ecosystem.config.json", r#"{ "apps": [{ "name": "api", "script": "dist/server.js" }] }"#),
        ("api.service", "[Service]\nExecStart=/usr/bin/node /srv/api/dist/server.js\n"),
    ]);
    assert_eq!(shown(&found), ["api in . by pm2+systemd+npm runs src/server.ts"]);
}

#[test]
fn apps_belong_to_the_packages_whose_files_they_run() {
    let found = found(&[
        ("package.json", r#"{ "name": "root", "workspaces": ["apps/*"] }"#),
        ("apps/api/package.json", r#"{ "name": "@x/api" }"#),
        ("apps/api/server.js", SERVER),
        ("apps/worker/package.json", r#"{ "name": "@x/worker" }"#),
        ("apps/worker/main.js", ""),
        (
            "oxfile.toml",
            "version = 1\n[[apps]]\nname = \"api\"\ncommand = \"node apps/api/server.js\"\n[[apps]]\nname = \"worker\"\ncommand = \"node main.js\"\ncwd = \"apps/worker\"\n",
        ),
    ]);
    assert_eq!(
        shown(&found),
        [
            "@x/api in apps/api by oxmgr runs apps/api/server.js",
            "@x/worker in apps/worker by oxmgr runs apps/worker/main.js"
        ]
    );
}

#[test]
fn what_is_no_service_says_what_it_is() {
    let why = |files: &[(&str, &str)]| found(files).none_because.unwrap_or_default();
    assert!(why(&[]).contains("no `package.json`"));
    assert!(
        why(&[("package.json", r#"{ "name": "left", "main": "index.js" }"#), ("index.js", "")]).contains("library")
    );
    let build = r#"{ "name": "tool", "scripts": { "start": "node build.js" } }"#;
    assert!(why(&[("package.json", build), ("build.js", "console.log('done')")]).contains("runs to its end"));
    let vite = r#"{ "name": "site", "scripts": { "start": "vite" } }"#;
    assert!(why(&[("package.json", vite)]).contains("front end"));
}
