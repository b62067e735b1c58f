//! Commands in small repositories, and the processes that they come to.

mod shells;

use super::*;

use crate::in_memory::repository;
use crate::{ObstacleKind, Process, Runtime};
use prodcheck_source::FileSet;

/// Follows a command line that stands in the file `line`, in a checkout's root.
fn follow(files: &[(&str, &str)], line: &str) -> (StartPath, Repository) {
    let mut all = files.to_vec();
    all.push(("line", line));
    let repository = repository(&all);
    let workspaces = Workspaces::of(repository.sources());
    let scene = Scene::checkout(&repository, &workspaces, &RepoPath::root());
    let text = Excerpt::verbatim(line.to_owned(), 0);
    let path = resolve(&scene, &StartCommand::Line { path: "line".into(), text });
    (path, repository)
}

fn shown(process: &Process) -> String {
    let runtime = match &process.runtime {
        Runtime::Node => "node".to_owned(),
        Runtime::Bun => "bun".to_owned(),
        Runtime::Deno => "deno".to_owned(),
        Runtime::Loader(name) => name.clone(),
        Runtime::Framework { name, command } => format!("{name}/{}", command.as_deref().unwrap_or("-")),
        Runtime::Other(name) => format!("other:{name}"),
    };
    let flags: Vec<&str> = process.flags.iter().map(|(flag, _)| flag.as_str()).collect();
    let script = match (&process.file, &process.script) {
        (Some(file), _) => file.to_string(),
        (None, Some(script)) => format!("?{}", script.value),
        (None, None) => "-".to_owned(),
    };
    let mut shown = format!("{runtime}[{}] {script}", flags.join(" "));
    if !process.arguments.is_empty() {
        shown += &format!(" ({})", process.arguments.join(" "));
    }
    let marks = [
        (process.watches, "watches"),
        (process.conditional, "conditional"),
        (process.restarts.is_some(), "restarts"),
        (process.detached.is_some(), "detached"),
        (process.manager.is_some(), "managed"),
    ];
    for (_, mark) in marks.iter().filter(|(set, _)| *set) {
        shown += &format!(" {mark}");
    }
    for (pipe, _) in &process.pipes {
        shown += &format!(" | {pipe}");
    }
    shown
}

fn processes(files: &[(&str, &str)], line: &str) -> Vec<String> {
    follow(files, line).0.processes.iter().map(shown).collect()
}

fn environment(path: &StartPath) -> String {
    let names = path.environment.iter().map(|setting| match &setting.value {
        EnvValue::Text(text) => format!("{}={text}", setting.name),
        EnvValue::Unknown => format!("{}=?", setting.name),
    });
    names.collect::<Vec<_>>().join(" ")
}

use crate::EnvValue;

/// What keeps signals from the first process.
fn obstacles(path: &StartPath) -> Vec<String> {
    let kinds = path.processes.iter().take(1).flat_map(|process| &process.signals.obstacles);
    kinds
        .map(|obstacle| match &obstacle.kind {
            ObstacleKind::ShellForm => "shell form".to_owned(),
            ObstacleKind::Script => "script".to_owned(),
            ObstacleKind::PackageManager(name) | ObstacleKind::Wrapper(name) => name.clone(),
            ObstacleKind::Background => "background".to_owned(),
        })
        .collect()
}

fn package(scripts: &str) -> String {
    format!("{{ \"name\": \"größe\", \"scripts\": {{ {scripts} }} }}")
}

#[test]
fn what_runs_last_stays() {
    let cases: &[(&str, &[&str])] = &[
        ("node server.js", &["node[] server.js"]),
        ("npx prisma migrate deploy && node dist/main", &["node[] dist/main"]),
        ("node migrate.js && node server.js", &["node[] server.js"]),
        ("node migrate.js; node server.js", &["node[] server.js"]),
        ("cd apps/api && node dist/a.js", &["node[] apps/api/dist/a.js"]),
        ("(cd apps/api && exec node a.js)", &["node[] apps/api/a.js"]),
        ("node server.js || exit 1", &["node[] server.js"]),
        ("node a.js & node b.js", &["node[] b.js", "node[] a.js detached"]),
        ("node a.js & node b.js & wait", &["node[] a.js detached", "node[] b.js detached"]),
        ("node server.js | pino-pretty -c", &["node[] server.js | pino-pretty -c"]),
        ("node $OPTIONS dist/server.js | bunyan -o short", &["node[] dist/server.js | bunyan -o short"]),
        ("nohup node server.js > log 2>&1 &", &["node[] server.js detached"]),
        ("while true; do node server.js; sleep 1; done", &["node[] server.js restarts"]),
        ("until node server.js; do echo again; done", &["node[] server.js restarts"]),
        ("until pg_isready; do sleep 1; done; node server.js", &["node[] server.js"]),
        ("mkdir -p logs && chown node logs; node server.js; echo done", &["node[] server.js"]),
        ("nginx && node server.js", &["node[] server.js"]),
        ("exec nginx -g 'daemon off;'", &["other:nginx[] - (-g daemon off;)"]),
        ("node $APP", &["node[] ?$APP"]),
        ("node -e \"require('./dist/server')\"", &["node[-e=require('./dist/server')] dist/server"]),
        ("npm ci && npm run build", &[]),
        ("tsc -w", &[]),
        ("next build && next start -p 80", &["next/start[] - (-p=80)"]),
        ("next dev", &["next/dev[] - watches"]),
        ("nodemon --exec 'ts-node -T' src/a.ts", &["ts-node[-T] src/a.ts watches"]),
        ("node --watch a.js", &["node[--watch] a.js watches"]),
        ("sh -c 'cd é && exec node ü.js'", &["node[] é/ü.js"]),
        ("env -C apps/api node a.js", &["node[] apps/api/a.js"]),
        ("concurrently -k 'node a.js' 'node b.js'", &["node[] a.js", "node[] b.js"]),
    ];
    for (line, expected) in cases {
        assert_eq!(&processes(&[], line), expected, "{line}");
    }
}

#[test]
fn package_scripts_are_followed_with_hooks() {
    let manifest = package(
        r#""start": "npm run start:prod -- --port 1", "prestart:prod": "node migrate.js", "start:prod": "cross-env NODE_ENV=production node --enable-source-maps dist/server.js",
        "both": "run-p start:api start:web", "start:api": "node api.js", "start:web": "serve -s build",
        "all": "run-p start:*", "conc": "concurrently \"npm:start:api\" \"node x.js\"", "loop": "npm run loop2", "loop2": "npm run loop",
        "win": "set NODE_ENV=production&& node win.js", "bin": "yarn next start", "env": "per-env", "env:production": "node prod.js",
        "main": "node $npm_package_main", "double": "npm run start:api && npm run start:api""#,
    );
    let files: &[(&str, &str)] = &[("package.json", &manifest)];
    let cases: &[(&str, &[&str])] = &[
        ("npm start", &["node[--enable-source-maps] dist/server.js (--port 1)"]),
        ("yarn start:api", &["node[] api.js"]),
        ("pnpm run start:api --x", &["node[] api.js (--x)"]),
        ("bun run start:api", &["node[] api.js"]),
        ("node --run start:api", &["node[] api.js"]),
        ("run-p start:*", &["node[--enable-source-maps] dist/server.js", "node[] api.js", "serve/-[] - (build -s)"]),
        ("npm run both", &["node[] api.js", "serve/-[] - (build -s)"]),
        ("npm run conc", &["node[] api.js", "node[] x.js"]),
        ("npm run loop", &[]),
        ("npm run win", &["node[] win.js"]),
        ("npm run bin", &["next/start[] -"]),
        ("npm run env", &["node[] prod.js"]),
        ("npm run double", &["node[] api.js"]),
        ("npm run nothing", &[]),
        ("npm run nothing --if-present; node a.js", &["node[] a.js"]),
    ];
    for (line, expected) in cases {
        assert_eq!(&processes(files, line), expected, "{line}");
    }
    let (path, repository) = follow(files, "npm start");
    assert_eq!(environment(&path), "NODE_ENV=production");
    assert_eq!(obstacles(&path), ["shell form", "npm", "npm"]);
    let steps: Vec<String> = path.steps.iter().map(|step| step.invoked.argv.shown()).collect();
    assert_eq!(steps, ["node migrate.js"]);
    let trail: Vec<&str> =
        path.commands.iter().map(|place| repository.files.text(&place.path).unwrap().slice(place.span)).collect();
    assert_eq!(
        trail,
        [
            "npm start",
            "\"npm run start:prod -- --port 1\"",
            "npm run start:prod -- --port 1",
            "\"cross-env NODE_ENV=production node --enable-source-maps dist/server.js\"",
            "cross-env NODE_ENV=production node --enable-source-maps dist/server.js",
        ]
    );
    assert_eq!(follow(files, "npm run win").0.windows.len(), 1);
    assert_eq!(environment(&follow(files, "npm run win").0), "NODE_ENV=production");
    assert_eq!(follow(files, "npm run nothing").0.lost.len(), 1);
}

#[test]
fn start_without_a_script_is_node_server_js() {
    let files: &[(&str, &str)] = &[("api/package.json", "{}"), ("api/server.js", "")];
    assert_eq!(processes(files, "npm --prefix api start"), ["node[] api/server.js"]);
}

#[test]
fn scripts_of_workspaces() {
    let root = r#"{ "workspaces": ["apps/*"], "scripts": { "start": "turbo run start --filter=@x/api", "all": "lerna run start" } }"#;
    let api = r#"{ "name": "@x/api", "scripts": { "start": "node dist/main.js", "up": "cd ../web && npm start" } }"#;
    let web = r#"{ "name": "web", "scripts": { "start": "next start" } }"#;
    let files: &[(&str, &str)] =
        &[("package.json", root), ("apps/api/package.json", api), ("apps/web/package.json", web)];
    for line in [
        "npm start",
        "npm start -w @x/api",
        "npm -w apps/api run start",
        "yarn workspace @x/api start",
        "pnpm --filter api start",
        "pnpm --filter '@x/api...' run start",
        "pnpm -C apps/api start",
        "yarn --cwd apps/api start",
        "turbo start --filter=./apps/api",
        "cd apps/api && npm start",
        "bun --cwd apps/api run start",
    ] {
        assert_eq!(processes(files, line), ["node[] apps/api/dist/main.js"], "{line}");
    }
    assert_eq!(processes(files, "npm run all"), ["node[] apps/api/dist/main.js", "next/start[] -"]);
    assert_eq!(processes(files, "npm run up -w @x/api"), ["next/start[] -"]);
    assert_eq!(processes(files, "pnpm --filter api exec node x.js"), ["node[] apps/api/x.js"]);
}

#[test]
fn targets_of_nx_projects() {
    let project = r#"{ "name": "api", "targets": {
        "build": { "executor": "@nx/esbuild:esbuild", "options": { "main": "apps/api/src/é.ts" } },
        "serve": { "executor": "@nx/js:node", "options": { "buildTarget": "api:build" } },
        "run": { "executor": "nx:run-commands", "options": { "command": "node dist/apps/api/main.js", "cwd": "." } } } }"#;
    let files: &[(&str, &str)] = &[
        ("package.json", r#"{ "scripts": { "start": "nx serve api", "prod": "nx run api:run" } }"#),
        ("nx.json", "{}"),
        ("apps/api/project.json", project),
    ];
    assert_eq!(processes(files, "npm start"), ["node[] apps/api/src/é.ts watches"]);
    assert_eq!(processes(files, "npm run prod"), ["node[] dist/apps/api/main.js"]);
    assert_eq!(follow(files, "nx serve web").0.lost.len(), 1);
}

#[test]
fn files_by_their_first_line() {
    let files: &[(&str, &str)] = &[
        ("bin/www", "#!/usr/bin/env node\nrequire('../app')\n"),
        ("bin/big", "#!/usr/bin/env -S node --max-old-space-size=512\n"),
        ("bin/plain", "exec node plain.js\n"),
        ("run.py", "#!/usr/bin/python3\n"),
    ];
    assert_eq!(processes(files, "./bin/www"), ["node[] bin/www"]);
    assert_eq!(processes(files, "bin/big a"), ["node[--max-old-space-size=512] bin/big (a)"]);
    assert_eq!(processes(files, "bin/plain"), ["node[] plain.js"]);
    assert_eq!(processes(files, "./run.py"), ["other:python3[] - (./run.py)"]);
    assert_eq!(processes(files, "./gone.sh"), ["other:gone.sh[] gone.sh"]);
}

#[test]
fn files_that_were_not_read_are_asked_for() {
    let files = FileSet::new(["start.sh", "package.json"].map(RepoPath::new));
    let repository = Repository { files, ..Repository::default() };
    let workspaces = Workspaces::of(repository.sources());
    let scene = Scene::checkout(&repository, &workspaces, &RepoPath::root());
    let words = vec![Word::new("./start.sh", Place::file("Dockerfile".into()))];
    assert_eq!(resolve(&scene, &StartCommand::Words(words)).unread, ["start.sh".into()]);
    let script = StartCommand::Script { package: RepoPath::root(), name: "start".into() };
    assert_eq!(resolve(&scene, &script).unread, ["package.json".into()]);
}

#[test]
fn paths_of_an_image_are_mapped_back() {
    let entry = "#!/bin/sh\ncd /app/server && exec node dist/main.js\n";
    let api = r#"{"scripts": {"start": "node dist/main.js"}}"#;
    let repository =
        repository(&[("server/package.json", api), ("deploy/entry.sh", entry), ("server/src/main.ts", "")]);
    let workspaces = Workspaces::of(repository.sources());
    let mut disk = Disk::empty();
    disk.mount("/app", RepoPath::root());
    disk.mount("/usr/local/bin/entry.sh", "deploy/entry.sh".into());
    let scene = Scene {
        repository: &repository,
        workspaces: &workspaces,
        disk,
        directory: Some("/app/server".to_owned()),
        environment: Vec::new(),
        env_files: Vec::new(),
        init: None,
    };
    let place = Place::file("Dockerfile".into());
    let run = |words: &[&str]| {
        let words = words.iter().map(|word| Word::new(*word, place.clone())).collect();
        let path = resolve(&scene, &StartCommand::Words(words));
        path.processes.iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(run(&["node", "/app/server/dist/main.js"]), ["node[] server/dist/main.js"]);
    assert_eq!(run(&["npm", "start"]), ["node[] server/dist/main.js"]);
    assert_eq!(run(&["entry.sh"]), ["node[] server/dist/main.js"]);
    assert_eq!(run(&["/usr/local/bin/entry.sh"]), ["node[] server/dist/main.js"]);
    assert_eq!(run(&["docker-entrypoint.sh", "node", "dist/main.js"]), ["node[] server/dist/main.js"]);
    assert_eq!(run(&["node", "/opt/other.js"]), ["node[] ?/opt/other.js"]);
    assert_eq!(run(&["node", "/opt/x/server/dist/é.js"]), ["node[] server/dist/é.js"]);
    // The build's context is made by a tool, which puts a folder over it that the repository does not have.
    let mut disk = Disk::empty();
    disk.mount("/app", "made/by/tool".into());
    let scene = Scene { disk, ..scene };
    let words = vec![Word::new("node", place.clone()), Word::new("/app/server/dist/a.js", place.clone())];
    let path = resolve(&scene, &StartCommand::Words(words));
    assert_eq!(path.processes.iter().map(shown).collect::<Vec<_>>(), ["node[] server/dist/a.js"]);
}

#[test]
fn process_managers_on_the_way() {
    let ecosystem = r#"{ "apps": [{ "name": "api", "script": "dist/é.js", "node_args": "--enable-source-maps", "env": { "A": "1" }, "env_production": { "NODE_ENV": "production" } }] }"#;
    let files: &[(&str, &str)] = &[
        ("ecosystem.config.json", ecosystem),
        (
            "oxfile.toml",
            "version = 1\n[[apps]]\nname = \"api\"\ncommand = \"node --max-old-space-size=512 dist/server.js\"\n",
        ),
        ("package.json", r#"{"scripts": {"start": "pm2-runtime start ecosystem.config.json --env production"}}"#),
    ];
    let (path, _) = follow(files, "npm start");
    let found: Vec<String> = path.processes.iter().map(shown).collect();
    assert_eq!(found, ["node[--enable-source-maps] dist/é.js managed"]);
    assert_eq!(path.managers[0].file, Some("ecosystem.config.json".into()));
    assert_eq!(environment(&path), "A=1 NODE_ENV=production");
    let cases: &[(&str, &[&str])] = &[
        (
            "pm2 start dist/a.js -i max --node-args='--x' -- --port 1 && pm2 logs",
            &["node[--x] dist/a.js (--port 1) managed"],
        ),
        ("pm2 start npm -- start", &["node[--enable-source-maps] dist/é.js managed"]),
        ("oxmgr apply oxfile.toml", &["node[--max-old-space-size=512] dist/server.js managed"]),
        ("oxmgr start 'node é.js' --name x", &["node[] é.js managed"]),
        ("forever start -l a.log --minUptime 1 app.js --x", &["node[] app.js (--x) managed"]),
        ("forever -c 'node --y' app.js", &["node[--y] app.js managed"]),
        ("pm2 stop all", &[]),
    ];
    for (line, expected) in cases {
        assert_eq!(&processes(files, line), expected, "{line}");
    }
}

#[test]
fn supervisors_find_their_services() {
    let repository = repository(&[
        ("docker/supervisord.conf", "[supervisord]\nnodaemon=true\n[include]\nfiles = conf.d/*.conf\n"),
        ("docker/supervisor/é.conf", "[program:api]\ncommand=node dist/é.js\ndirectory=/app\n"),
        (
            "root/etc/services.d/api/run",
            "#!/usr/bin/with-contenv bash\ncd /app || exit 1\nexec s6-setuidgid abc node server.js\n",
        ),
    ]);
    let workspaces = Workspaces::of(repository.sources());
    let mut disk = Disk::empty();
    disk.mount("/app", RepoPath::root());
    disk.mount("/etc/supervisor/supervisord.conf", "docker/supervisord.conf".into());
    disk.mount("/etc/supervisor/conf.d", "docker/supervisor".into());
    disk.mount("/", "root".into());
    let run = |words: &[&str]| {
        let place = Place::file("Dockerfile".into());
        let scene = Scene { disk: disk.clone(), ..Scene::checkout(&repository, &workspaces, &RepoPath::root()) };
        let words = words.iter().map(|word| Word::new(*word, place.clone())).collect();
        resolve(&scene, &StartCommand::Words(words))
    };
    let path = run(&["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]);
    assert_eq!(path.processes.iter().map(shown).collect::<Vec<_>>(), ["node[] dist/é.js managed"]);
    let layers = crate::routes::on_path::layers(&path);
    assert_eq!(layers.iter().map(|layer| layer.tool.name()).collect::<Vec<_>>(), ["supervisord"]);
    let path = run(&["/init"]);
    assert_eq!(path.processes.iter().map(shown).collect::<Vec<_>>(), ["node[] server.js managed"]);
    assert_eq!(path.processes[0].user.as_ref().map(|(user, _)| user.as_str()), Some("abc"));
    assert_eq!(crate::routes::on_path::layers(&path)[0].tool.name(), "s6");
}

#[test]
fn env_files_of_the_repository_count() {
    let files: &[(&str, &str)] = &[
        (".env.production", "# é\nNODE_ENV=production\nNODE_OPTIONS=--enable-source-maps\nKEY=$OTHER\n"),
        (".env", "A=1\n"),
    ];
    let (path, repository) = follow(files, "NODE_ENV=staging node --env-file=.env.production a.js");
    assert_eq!(environment(&path), "NODE_ENV=staging NODE_OPTIONS=--enable-source-maps KEY=?");
    let place = &path.variable("NODE_OPTIONS").unwrap().place;
    let text = repository.files.text(&place.path).unwrap();
    assert_eq!(text.slice(place.span), "NODE_OPTIONS=--enable-source-maps");
    assert_eq!(processes(files, "dotenv -e .env.production -- node a.js"), ["node[--enable-source-maps] a.js"]);
    for line in ["node -r dotenv/config a.js", "dotenv -- node a.js", "env-cmd node a.js"] {
        let path = follow(files, line).0;
        assert_eq!(environment(&path), "A=1", "{line}");
        assert_eq!(path.processes[0].env_files[0].file, Some(".env".into()), "{line}");
    }
    let path = follow(files, "node -r dotenv/config a.js dotenv_config_path=.env.production").0;
    assert_eq!(path.variable("NODE_ENV").map(|setting| &setting.value), Some(&EnvValue::Text("production".into())));
    let path = follow(files, "doppler run -- node --env-file-if-exists=/etc/env a.js").0;
    assert_eq!(
        path.processes[0].env_files.iter().map(|file| file.shown.as_str()).collect::<Vec<_>>(),
        ["doppler", "/etc/env"]
    );
}

#[test]
fn nodemon_reads_its_configuration() {
    let files: &[(&str, &str)] = &[
        ("nodemon.json", r#"{ "watch": ["src"], "exec": "node --inspect -r ts-node/register ./src/app.ts" }"#),
        ("package.json", r#"{ "main": "é.js", "scripts": { "start": "nodemon" } }"#),
    ];
    assert_eq!(processes(files, "npm start"), ["node[--inspect -r=ts-node/register] src/app.ts watches"]);
    assert_eq!(processes(&files[1..], "npm start"), ["node[] é.js watches"]);
}
