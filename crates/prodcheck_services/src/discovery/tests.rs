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

/// Why there is no service.
fn why(files: &[(&str, &str)]) -> String {
    let found = found(files);
    assert_eq!(shown(&found), Vec::<String>::new(), "{files:?}");
    found.none_because.unwrap_or_default()
}

#[test]
fn what_is_no_service_says_what_it_is() {
    assert_eq!(why(&[]), "the repository holds no files");
    assert_eq!(why(&[("README.md", "# größe")]), "the repository has no `package.json`");
    let example = why(&[("examples/a/package.json", API), ("examples/a/dist/server.js", SERVER)]);
    assert_eq!(example, "every `package.json` lies among tests, examples or templates");
    let library = r#"{ "name": "größe", "main": "index.js" }"#;
    assert_eq!(
        why(&[("package.json", library), ("index.js", "")]),
        "`größe` is a library: no script and no deploy file starts it"
    );
    let build = r#"{ "name": "tool", "scripts": { "start": "node build.js" } }"#;
    assert!(why(&[("package.json", build), ("build.js", "console.log('done')")]).contains("runs to its end"));
    let broken = r#"{ "name": "api", "scripts": { "build": "tsc" } "dependencies": {} }"#;
    assert_eq!(why(&[("package.json", broken)]), "the `package.json` of `api` is broken, and no deploy file starts it");
    let idle = r#"{ "name": "infra", "private": true, "scripts": { "lint": "eslint ." } }"#;
    assert_eq!(why(&[("package.json", idle)]), "`infra` has no start script, and no deploy file starts it");
}

#[test]
fn front_ends_are_no_services() {
    for package in [
        r#"{ "name": "site", "scripts": { "start": "vite" } }"#,
        r#"{ "name": "site", "scripts": { "start": "react-scripts start", "build": "react-scripts build" } }"#,
        r#"{ "name": "site", "scripts": { "start": "ng serve" } }"#,
        r#"{ "name": "site", "scripts": { "start": "npm run build && serve -s build" } }"#,
        r#"{ "name": "site", "scripts": { "start": "docusaurus start" } }"#,
        r#"{ "name": "site", "scripts": { "dev": "vite" }, "devDependencies": { "vite": "^7" } }"#,
    ] {
        assert!(why(&[("package.json", package)]).starts_with("`site` is a front end"), "{package}");
    }
}

#[test]
fn what_a_published_package_can_do_is_for_its_user_to_start() {
    let code = "import express from 'express'; export function serve() { express().listen(3000) }";
    let library = r#"{ "name": "kit", "main": "index.js", "files": ["dist"], "dependencies": { "express": "5" } }"#;
    assert!(why(&[("package.json", library), ("index.js", code)]).contains("is a library"));
    let command =
        r#"{ "name": "mock-server", "bin": "cli.js", "exports": "./lib.js", "dependencies": { "express": "5" } }"#;
    assert!(why(&[("package.json", command), ("cli.js", SERVER)]).contains("is a command"));
}

#[test]
fn servers_of_frameworks_are_services() {
    for script in [
        "next start -p 3000",
        "nuxt start",
        "nest start",
        "remix-serve ./build/index.js",
        "strapi start",
        "medusa start",
        "cross-env NODE_ENV=production next start",
    ] {
        let package = format!(r#"{{ "name": "web", "scripts": {{ "start": "{script}" }} }}"#);
        let found = found(&[("package.json", &package)]);
        assert_eq!(found.services.len(), 1, "{script}: {:?}", found.none_because);
        assert!(found.services.iter().all(|service| service.nature.http.is_some()), "{script}");
    }
}

#[test]
fn what_stays_up_is_a_service_whatever_it_does() {
    let package = r#"{ "name": "worker", "private": true, "main": "worker.js" }"#;
    for code in [
        "import { Worker } from 'bullmq'; new Worker('mail', job);",
        "const { Client } = require('discord.js'); new Client({}).login(process.env.TOKEN);",
        "require('node-cron').schedule('0 * * * *', work);",
        "import { NestFactory } from '@nestjs/core'; const app = await NestFactory.createMicroservice(M, {}); await app.listen();",
    ] {
        let found = found(&[("package.json", package), ("worker.js", code)]);
        assert_eq!(shown(&found), ["worker in . by npm runs worker.js"], "{code}");
    }
    let timer = "setInterval(work, 60_000);";
    assert!(why(&[("package.json", package), ("worker.js", timer)]).contains("library"), "a timer alone says little");
    let scripted = r#"{ "name": "worker", "scripts": { "start": "node worker.js" } }"#;
    assert_eq!(found(&[("package.json", scripted), ("worker.js", timer)]).services.len(), 1);
}

#[test]
fn a_server_that_a_package_hides_is_still_one() {
    let package = r#"{ "name": "api", "scripts": { "start": "node index.js" }, "dependencies": { "express": "5", "@acme/boot": "1" } }"#;
    let found = found(&[("package.json", package), ("index.js", "require('@acme/boot').run({ routes: './routes' })")]);
    assert_eq!(shown(&found), ["api in . by npm runs index.js"]);
}

#[test]
fn a_broken_package_json_does_not_lose_what_a_deploy_file_runs() {
    let broken = r#"{ "name": "api", "scripts": { "start": "node server.js", } "dependencies": { "express" "5" }"#;
    let unit = "[Service]\nExecStart=/usr/bin/node /srv/api/server.js\n[Install]\nWantedBy=multi-user.target\n";
    let found_by_unit = found(&[("package.json", broken), ("server.js", SERVER), ("api.service", unit)]);
    assert_eq!(found_by_unit.services.len(), 1);
    let readable = r#"{ "name": "api", "scripts": { "start": "node server.js" }, "dependencies": { "express" "5" } }"#;
    assert_eq!(found(&[("package.json", readable), ("server.js", SERVER)]).services.len(), 1, "by what was readable");
}

#[test]
fn services_of_workspaces() {
    let api = |name: &str| {
        format!(
            r#"{{ "name": "{name}", "scripts": {{ "start": "node dist/main.js" }}, "dependencies": {{ "@größe/http": "workspace:*" }} }}"#
        )
    };
    let library = r#"{ "name": "@größe/http", "main": "dist/index.js" }"#;
    let shared = "import http from 'node:http'; export const serve = () => http.createServer().listen(80);";
    let main = "import { serve } from '@größe/http'; serve();";
    let roots: [&[(&str, &str)]; 4] = [
        &[("package.json", r#"{ "name": "root", "private": true, "workspaces": ["apps/*", "packages/*"] }"#)],
        &[
            ("package.json", r#"{ "name": "root", "workspaces": { "packages": ["apps/*", "packages/*"] } }"#),
            ("yarn.lock", ""),
        ],
        &[("package.json", r#"{ "name": "root" }"#), ("pnpm-workspace.yaml", "packages: ['apps/*', 'packages/*']\n")],
        &[("package.json", r#"{ "name": "root" }"#), ("lerna.json", r#"{ "packages": ["apps/*", "packages/*"] }"#)],
    ];
    for root in roots {
        let (one, two) = (api("api"), api("worker"));
        let mut files = vec![
            ("apps/api/package.json", one.as_str()),
            ("apps/api/src/main.ts", main),
            ("apps/worker/package.json", two.as_str()),
            ("apps/worker/src/main.ts", main),
            ("apps/web/package.json", r#"{ "name": "web", "scripts": { "start": "vite" } }"#),
            ("packages/http/package.json", library),
            ("packages/http/src/index.ts", shared),
        ];
        files.extend_from_slice(root);
        let found = found(&files);
        assert_eq!(
            shown(&found),
            [
                "api in apps/api by npm runs apps/api/src/main.ts",
                "worker in apps/worker by npm runs apps/worker/src/main.ts"
            ]
        );
        let code: Vec<_> = found.services.first().map(|service| service.server_code.clone()).unwrap_or_default();
        assert_eq!(code, ["apps/api/src/main.ts".into(), "packages/http/src/index.ts".into()]);
        let http = found.services.first().and_then(|service| service.nature.http.clone());
        assert_eq!(http.map(|place| place.path), Some("packages/http/src/index.ts".into()));
    }
}

#[test]
fn applications_of_nx_share_a_package() {
    let project = |name: &str| {
        format!(r#"{{ "name": "{name}", "projectType": "application", "sourceRoot": "apps/{name}/src" }}"#)
    };
    let (api, jobs) = (project("api"), project("jobs"));
    let found = found(&[
        ("package.json", r#"{ "name": "acme", "scripts": { "start": "nx serve" } }"#),
        ("nx.json", "{}"),
        ("apps/api/project.json", &api),
        ("apps/api/src/main.ts", SERVER),
        ("apps/jobs/project.json", &jobs),
        ("apps/jobs/src/main.ts", "require('node-cron').schedule('* * * * *', work)"),
        (
            "ecosystem.config.json",
            r#"{ "apps": [{ "name": "api", "script": "dist/apps/api/main.js" }, { "name": "jobs", "script": "dist/apps/jobs/main.js" }] }"#,
        ),
    ]);
    assert_eq!(
        shown(&found),
        ["api in apps/api by pm2 runs apps/api/src/main.ts", "jobs in apps/jobs by pm2 runs apps/jobs/src/main.ts"]
    );
}

#[test]
fn scripts_that_call_themselves_end() {
    let package = r#"{ "name": "api", "scripts": { "start": "npm run a", "a": "npm run b", "b": "npm start && node server.js" } }"#;
    let found = found(&[("package.json", package), ("server.js", SERVER)]);
    assert_eq!(shown(&found), ["api in . by npm runs server.js"]);
}

#[test]
fn of_many_packages_some_are_named() {
    let mut files = vec![("package.json", r#"{ "name": "root", "workspaces": ["*"] }"#)];
    let library = r#"{ "name": "lib", "main": "i.js" }"#;
    files.extend(["a/package.json", "b/package.json", "c/package.json", "d/package.json"].map(|path| (path, library)));
    files.push(("web/package.json", r#"{ "name": "web", "scripts": { "start": "vite" } }"#));
    let why = why(&files);
    assert!(why.starts_with("`web` is a front end"), "{why}");
    assert!(why.ends_with("and 2 more packages are no services either") && !why.contains("root"), "{why}");
}

#[test]
fn a_script_of_the_root_that_starts_a_member_is_the_members() {
    let found = found(&[
        (
            "package.json",
            r#"{ "name": "root", "workspaces": ["apps/*"], "scripts": { "start": "npm run start:prod -w api" } }"#,
        ),
        ("apps/api/package.json", r#"{ "name": "api", "scripts": { "start:prod": "node server.js" } }"#),
        ("apps/api/server.js", SERVER),
    ]);
    assert_eq!(shown(&found), ["api in apps/api by npm runs apps/api/server.js"]);
}

#[test]
fn one_start_path_can_start_several_services() {
    let unit = "[Service]\nWorkingDirectory=/srv/app\nExecStart=/usr/bin/npx concurrently \"node apps/api/server.js\" \"node apps/jobs/main.js\"\n";
    let found = found(&[
        ("package.json", r#"{ "name": "root", "workspaces": ["apps/*"] }"#),
        ("apps/api/package.json", r#"{ "name": "api" }"#),
        ("apps/api/server.js", SERVER),
        ("apps/jobs/package.json", r#"{ "name": "jobs" }"#),
        ("apps/jobs/main.js", "require('node-cron').schedule('* * * * *', work)"),
        (
            "ecosystem.config.json",
            r#"{ "apps": [{ "name": "all", "script": "npx", "args": "concurrently 'node apps/api/server.js' 'node apps/jobs/main.js'" }] }"#,
        ),
        ("all.service", unit),
    ]);
    assert_eq!(
        shown(&found),
        [
            "api in apps/api by pm2+systemd runs apps/api/server.js",
            "jobs in apps/jobs by pm2+systemd runs apps/jobs/main.js"
        ]
    );
}

#[test]
fn examples_of_deploy_files_deploy_nothing() {
    let app = r#"{ "apps": [{ "name": "x", "script": "http.js" }] }"#;
    let why = why(&[
        ("package.json", r#"{ "name": "tool", "bin": "cli.js", "files": ["lib"] }"#),
        ("cli.js", "console.log(1)"),
        ("examples/http/ecosystem.config.json", app),
        ("examples/http/http.js", SERVER),
        ("test/fixtures/a.service", "[Service]\nExecStart=/usr/bin/node http.js\n"),
        ("ecosystem.dev.config.json", app),
    ]);
    assert_eq!(why, "`tool` is a command: it does what it is called for and ends");
}

#[test]
fn a_package_json_kept_aside_is_that_of_the_root() {
    let unit = "[Service]\nWorkingDirectory=/srv/app\nExecStart=/usr/bin/node loader.js\n";
    let found = found(&[
        ("install/package.json", r#"{ "name": "forum", "dependencies": { "express": "5" } }"#),
        ("loader.js", SERVER),
        ("forum.service", unit),
    ]);
    assert_eq!(shown(&found), ["forum in . by systemd runs loader.js"]);
}

#[test]
fn apps_and_documentation_are_no_services() {
    let app = r#"{ "name": "desktop", "private": true, "main": "dist/main.js" }"#;
    let code = "import { app } from 'electron'; import http from 'http'; http.createServer().listen(0);";
    assert_eq!(
        why(&[("package.json", app), ("src/main.ts", code)]),
        "`desktop` is an app: it runs on its user's machine"
    );
    let docs = r#"{ "name": "docs", "scripts": { "start": "next start" }, "dependencies": { "nextra": "4" } }"#;
    assert_eq!(why(&[("apps/docs/package.json", docs)]), "`docs` is a site of documentation");
}

#[test]
fn what_a_build_copied_together_keeps_the_end_of_its_path() {
    let found = found(&[
        ("package.json", r#"{ "name": "root", "workspaces": ["apps/*"] }"#),
        ("apps/api/package.json", r#"{ "name": "api", "scripts": { "start": "node pkg/apps/api/dist/main.js" } }"#),
        ("apps/api/src/main.ts", SERVER),
    ]);
    assert_eq!(shown(&found), ["api in apps/api by npm runs apps/api/src/main.ts"]);
}

#[test]
fn of_files_of_one_kind_the_one_that_is_named_counts() {
    let app = |name: &str| format!(r#"{{ "apps": [{{ "name": "{name}", "script": "server.js" }}] }}"#);
    let (a, b) = (app("a"), app("b"));
    let main = |files: &[(&str, &str)]| {
        let found = found(files);
        let service = found.services.first().expect("a service");
        service.main_route().and_then(|route| route.outermost()).map(|layer| layer.place.path.to_string())
    };
    let package = r#"{ "name": "api" }"#;
    let two = [
        ("package.json", package),
        ("server.js", SERVER),
        ("ecosystem.config.json", a.as_str()),
        ("process.json", b.as_str()),
    ];
    assert_eq!(main(&two).as_deref(), Some("ecosystem.config.json"));
    let mut named = two.to_vec();
    named.push(("scripts/deploy.sh", "cd /srv/api && pm2 reload process.json\n"));
    assert_eq!(main(&named).as_deref(), Some("process.json"));
    let oxmgr = [
        ("package.json", package),
        ("server.js", SERVER),
        ("ecosystem.config.json", a.as_str()),
        ("oxfile.toml", "version = 1\n[[apps]]\nname = \"api\"\ncommand = \"node server.js\"\n"),
    ];
    assert_eq!(main(&oxmgr).as_deref(), Some("oxfile.toml"));
}

#[test]
fn a_chart_of_the_repository_runs_its_image() {
    let found = found(&[
        ("package.json", API),
        ("src/server.ts", SERVER),
        ("Dockerfile", "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nUSER node\nCMD [\"node\", \"dist/server.js\"]\n"),
        ("chart/Chart.yaml", "apiVersion: v2\nname: api\nversion: 1.0.0\n"),
        ("chart/values.yaml", "replicas: 1\nimage: { repository: registry.example.org/api, tag: 1 }\n"),
        ("chart/values-prod.yaml", "replicas: 3\n"),
        (
            "chart/templates/deployment.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  replicas: {{ .Values.replicas }}\n  template:\n    spec:\n      containers:\n        - name: api\n          image: \"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"\n",
        ),
        (
            "chart/templates/database.yaml",
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {template: {spec: {containers: [{name: db, image: 'postgres:17'}]}}}\n",
        ),
    ]);
    assert_eq!(shown(&found), ["api in . by kubernetes runs src/server.ts"]);
    let service = &found.services[0];
    let layers: Vec<_> = service.routes[0].layers.iter().map(|layer| layer.tool).collect();
    assert_eq!(layers, [crate::Tool::Kubernetes, crate::Tool::Dockerfile]);
    let instances = &service.routes[0].layers[0].instances;
    assert_eq!(instances.value(), Some(&crate::Instances::Count(3)));
    assert_eq!(instances.place().map(|place| place.path.as_str()), Some("chart/values-prod.yaml"));
}

#[test]
fn a_chart_elsewhere_is_judged_by_its_values_and_by_what_is_known_of_it() {
    let with = |repository: &str| {
        let chart = format!(
            "apiVersion: v2\nname: api\nversion: 1.0.0\ndependencies:\n  - name: generic-service\n    version: 3.17.0\n    repository: {repository}\n"
        );
        found(&[
            ("package.json", API),
            ("src/server.ts", SERVER),
            ("helm/api/Chart.yaml", &chart),
            (
                "helm/api/values.yaml",
                "generic-service:\n  image: { repository: registry.example.org/api }\n  readinessProbe: { httpGet: { path: /ping } }\n",
            ),
        ])
    };
    let known = with("https://ministryofjustice.github.io/hmpps-helm-charts");
    let layer = &known.services[0].routes[0].layers[0];
    assert_eq!(layer.instances.value(), Some(&crate::Instances::Count(4)), "the chart's default");
    assert!(matches!(layer.memory_limit, crate::Setting::Missing { .. }));
    let unknown = with("https://charts.example.org");
    let layer = &unknown.services[0].routes[0].layers[0];
    assert!(
        matches!(layer.instances, crate::Setting::Unknown { .. })
            && matches!(layer.memory_limit, crate::Setting::Unknown { .. })
    );
    assert!(
        matches!(&layer.health_check, crate::Setting::Set { caveats, .. } if caveats.len() == 1),
        "an option by its name"
    );
    assert_eq!(layer.restart.value(), Some(&crate::Restart::Restarts));
}

#[test]
fn a_build_for_browsers_stays_one_in_a_container() {
    let package = r#"{ "name": "web", "scripts": { "start": "node serve.mjs" }, "devDependencies": { "vite": "7" } }"#;
    let why = why(&[
        ("package.json", package),
        ("serve.mjs", "import { execSync } from 'child_process'; execSync('caddy run')"),
    ]);
    assert!(why.starts_with("`web` is a front end"), "{why}");
}

#[test]
fn frameworks_bring_their_own_entry_points_and_routes() {
    let found_nest = found(&[
        ("package.json", r#"{ "name": "api", "scripts": { "start": "nest start" } }"#),
        ("nest-cli.json", r#"{ "sourceRoot": "quelle" }"#),
        (
            "quelle/main.ts",
            "import { NestFactory } from '@nestjs/core'; NestFactory.create(M).then(app => app.listen(3000))",
        ),
    ]);
    assert_eq!(shown(&found_nest), ["api in . by npm runs quelle/main.ts"]);
    let found_next = found(&[
        (
            "package.json",
            r#"{ "name": "web", "scripts": { "start": "next start" }, "dependencies": { "next": "16" } }"#,
        ),
        ("app/api/route.ts", "import { db } from '../../lib/db'"),
        ("lib/db.ts", ""),
        ("components/button.tsx", ""),
    ]);
    let code = found_next.services.first().map(|service| service.server_code.clone()).unwrap_or_default();
    assert_eq!(code, ["app/api/route.ts".into(), "lib/db.ts".into()]);
}

#[test]
fn what_the_runtime_loads_first_is_server_code() {
    let found = found(&[
        (
            "package.json",
            r#"{ "name": "api", "scripts": { "start": "node --import ./messung.mjs -r dd-trace/init dist/main.js" } }"#,
        ),
        ("tsconfig.json", r#"{ "compilerOptions": { "rootDir": "src", "outDir": "dist" } }"#),
        ("src/main.ts", "require('http').createServer().listen(1)"),
        ("messung.mjs", "import './größe.mjs'"),
        ("größe.mjs", ""),
    ]);
    let code = found.services.first().map(|service| service.server_code.clone()).unwrap_or_default();
    assert_eq!(code, ["größe.mjs".into(), "messung.mjs".into(), "src/main.ts".into()]);
    let errors = &found.services.first().expect("a service").source.trackers.errors;
    assert_eq!(errors.iter().map(|record| record.title.as_str()).collect::<Vec<_>>(), ["Datadog"]);
}
