//! Which compose files and Dockerfiles are for production, and which package they run.

use super::*;
use crate::in_memory::repository;
use crate::{HealthCheck, Restart, Setting};

const PACKAGE: (&str, &str) =
    ("package.json", r#"{ "name": "api", "scripts": { "start": "node server.js", "dev": "nodemon server.js" } }"#);
const SERVER: (&str, &str) = ("server.js", "");
const DOCKERFILE: (&str, &str) =
    ("Dockerfile", "FROM node:24\nWORKDIR /app\nCOPY . .\nUSER node\nCMD [\"node\", \"server.js\"]\n");
const COMPOSE: &str = "services:\n  web:\n    build: .\n    restart: always\n    ports: ['3000:3000']\n";

fn find(files: &[(&str, &str)]) -> Found {
    let mut all = vec![PACKAGE, SERVER];
    all.extend(files.iter().filter(|(path, _)| *path != "package.json"));
    if let Some(package) = files.iter().find(|(path, _)| *path == "package.json") {
        all[0] = *package;
    }
    let repository = repository(&all);
    let workspaces = Workspaces::of(repository.sources());
    found(&repository, &workspaces)
}

/// Each route: its layers' tools and files, the folder, what runs.
fn shown(found: &Found) -> Vec<String> {
    let routes = found.routes.iter().map(|found| {
        let layers: Vec<String> =
            found.route.layers.iter().map(|layer| format!("{}:{}", layer.tool.name(), layer.place.path)).collect();
        let files: Vec<String> = found
            .route
            .start
            .processes
            .iter()
            .map(|process| process.file.as_ref().map_or("?".to_owned(), ToString::to_string))
            .collect();
        format!("{} in {} runs {}", layers.join(" "), found.folder, files.join("+"))
    });
    routes.collect()
}

fn asides(found: &Found) -> Vec<String> {
    found.aside.iter().map(|(path, aside)| format!("{path}: {}", aside.why)).collect()
}

#[test]
fn a_compose_service_with_its_dockerfile_is_one_route() {
    let found = find(&[DOCKERFILE, ("docker-compose.yml", COMPOSE)]);
    assert_eq!(shown(&found), ["compose:docker-compose.yml dockerfile:Dockerfile in . runs server.js"]);
    let layers = &found.routes[0].route.layers;
    assert_eq!(layers[0].restart.value(), Some(&Restart::Restarts));
    assert!(matches!(layers[0].health_check, Setting::Missing { .. }));
    assert!(matches!(layers[1].health_check, Setting::Missing { .. }));
}

#[test]
fn a_dockerfile_that_nothing_runs_is_a_route_of_its_own() {
    let found = find(&[DOCKERFILE]);
    assert_eq!(shown(&found), ["dockerfile:Dockerfile in . runs server.js"]);
    assert_eq!(found.routes[0].route.layers[0].restart, Setting::Silent);
    let silent = find(&[("Dockerfile", "FROM node:24\nCOPY . .\n")]);
    assert!(shown(&silent).is_empty(), "it has no command, and gets none");
}

#[test]
fn a_compose_file_of_dependencies_is_no_route() {
    let deps = "services:\n  db:\n    image: mysql:8\n    restart: always\n  front:\n    image: nginx\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf']\n";
    let found = find(&[("docker-compose.yml", deps), ("nginx.conf", "")]);
    assert!(found.routes.is_empty() && found.aside.is_empty());
}

#[test]
fn a_health_check_of_the_image_that_compose_replaces_does_not_count() {
    let dockerfile =
        ("Dockerfile", "FROM node:24\nCOPY . .\nHEALTHCHECK CMD curl localhost\nCMD [\"node\", \"server.js\"]\n");
    let health = |keys: &str| {
        let text = format!("{COMPOSE}{keys}");
        let found = find(&[dockerfile, ("compose.yaml", &text)]);
        found.routes[0].route.layers.iter().map(|layer| layer.health_check.value().copied()).collect::<Vec<_>>()
    };
    assert_eq!(health(""), [None, Some(HealthCheck::Polled)]);
    assert_eq!(health("    healthcheck: {disable: true}\n"), [Some(HealthCheck::Off), None]);
    assert_eq!(health("    healthcheck: {test: [NONE]}\n"), [Some(HealthCheck::Off), None]);
    assert_eq!(health("    healthcheck: {interval: 5s}\n"), [None, Some(HealthCheck::Polled)]);
}

#[test]
fn the_stage_that_compose_names_is_the_image() {
    let dockerfile = "FROM node:24 AS release\nCOPY . .\nUSER node\nCMD [\"node\", \"server.js\"]\nFROM scratch AS artefacts\nCOPY --from=release /server.js /\nFROM release AS debug\nUSER root\nCMD [\"node\", \"--inspect\", \"server.js\"]\n";
    let compose = "services:\n  web:\n    build: {context: ., target: release}\n";
    let found = find(&[("Dockerfile", dockerfile), ("compose.yaml", compose)]);
    let user = found.routes[0].route.layers[1].user.clone();
    assert_eq!(user.value(), Some(&crate::User::Other));
}

#[test]
fn names_keep_files_off_the_production_path() {
    let found = find(&[
        DOCKERFILE,
        ("docker-compose.dev.yml", COMPOSE),
        ("compose.test.yaml", COMPOSE),
        (".devcontainer/docker-compose.yml", "services:\n  app:\n    build: ..\n"),
    ]);
    assert!(shown(&found).is_empty(), "a Dockerfile that only these build is no route either: {:?}", shown(&found));
    assert_eq!(found.aside.len(), 3);
}

#[test]
fn a_dockerfile_counts_where_others_build_another_stage_of_it() {
    let dockerfile = "FROM node:24 AS dev\nCOPY . .\nCMD [\"npm\", \"run\", \"dev\"]\nFROM node:24\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
    let dev = "services:\n  web:\n    build: {context: ., target: dev}\n";
    let found = find(&[("Dockerfile", dockerfile), ("docker-compose.yml", dev)]);
    assert_eq!(shown(&found), ["dockerfile:Dockerfile in . runs server.js"]);
    assert_eq!(asides(&found), ["docker-compose.yml: it builds the stage `dev`"]);
}

#[test]
fn a_header_keeps_a_file_off_the_production_path() {
    let text = format!("# é\n# NOTE: please do not use this configuration for production setups.\n{COMPOSE}");
    let found = find(&[DOCKERFILE, ("docker-compose.yml", &text)]);
    assert_eq!(asides(&found).len(), 1);
    assert!(found.routes.is_empty());
    let dockerfile =
        ("Dockerfile", "# -- DO NOT USE IN PRODUCTION! --\nFROM node:24\nCOPY . .\nCMD [\"node\", \"server.js\"]\n");
    assert!(find(&[dockerfile]).routes.is_empty());
}

#[test]
fn content_keeps_files_off_the_production_path() {
    let why = |keys: &str, beside: &str| {
        let text = format!("{COMPOSE}{keys}{beside}");
        let found = find(&[DOCKERFILE, ("docker-compose.yml", &text)]);
        assert_eq!(found.routes.len() + found.aside.len(), 1);
        asides(&found).pop().unwrap_or_default()
    };
    assert_eq!(why("", ""), "");
    assert_eq!(
        why("    environment: [NODE_ENV=development]\n", ""),
        "docker-compose.yml: it sets `NODE_ENV` to `development`"
    );
    assert_eq!(why("    environment: ['NODE_ENV=${NODE_ENV:-production}']\n", ""), "");
    assert_eq!(why("    command: npm run dev\n", ""), "docker-compose.yml: it runs `npm run dev`");
    assert_eq!(why("    command: npx nodemon server.js\n", ""), "docker-compose.yml: it runs `npx nodemon server.js`");
    assert_eq!(why("    command: npm start\n", ""), "");
    assert_eq!(why("    volumes: ['.:/app']\n", ""), "docker-compose.yml: it mounts the sources (`.`)");
    assert_eq!(why("    volumes: ['.:/app']\n    environment: {NODE_ENV: production}\n", ""), "");
    assert_eq!(why("    volumes: ['./data:/app/data']\n", ""), "");
    assert_eq!(why("", "  mail: {image: axllent/mailpit}\n"), "docker-compose.yml: `axllent/mailpit` stands beside it");
    assert_eq!(why("", "  adminer: {image: adminer, profiles: [debug]}\n"), "");
    assert_eq!(why("    profiles: [dev]\n", ""), "docker-compose.yml: it runs only with the profile `dev`");
}

#[test]
fn a_file_for_production_is_merged_with_its_base_which_is_no_route_alone() {
    let base = "services:\n  web:\n    build: .\n    volumes: ['.:/app']\n    environment: [NODE_ENV=development]\n  db: {image: postgres}\n";
    let prod = "services:\n  web:\n    command: npm start\n    restart: unless-stopped\n    depends_on: [db]\n";
    let found = find(&[DOCKERFILE, ("docker-compose.yml", base), ("docker-compose.prod.yml", prod)]);
    assert_eq!(shown(&found), ["compose:docker-compose.yml dockerfile:Dockerfile in . runs server.js"]);
    let restart = &found.routes[0].route.layers[0].restart;
    assert_eq!(restart.place().unwrap().path, "docker-compose.prod.yml".into());
    let standalone = "services:\n  web:\n    build: .\n    restart: always\n";
    let found = find(&[DOCKERFILE, ("docker-compose.yml", base), ("docker-compose.prod.yml", standalone)]);
    assert_eq!(shown(&found), ["compose:docker-compose.prod.yml dockerfile:Dockerfile in . runs server.js"]);
}

#[test]
fn an_override_is_part_of_the_project_unless_it_is_for_developers() {
    let over = "services:\n  web:\n    restart: on-failure:3\n";
    let found = find(&[DOCKERFILE, ("compose.yaml", COMPOSE), ("compose.override.yaml", over)]);
    let limit = |found: &Found| found.routes[0].route.layers[0].restart.place().unwrap().path.to_string();
    assert_eq!((found.routes.len(), limit(&found)), (1, "compose.override.yaml".to_owned()));
    let dev = "services:\n  web:\n    command: npm run dev\n    restart: 'no'\n";
    let found = find(&[DOCKERFILE, ("compose.yaml", COMPOSE), ("compose.override.yaml", dev)]);
    assert_eq!((found.routes.len(), limit(&found)), (1, "compose.yaml".to_owned()));
}

#[test]
fn scripts_name_the_files_of_production() {
    let base = "services:\n  web:\n    build: .\n    command: npm run dev\n";
    let live = "services:\n  web:\n    image: acme/web\n    command: npm start\n";
    let package = r#"{ "name": "api", "scripts": { "start": "node server.js",
        "docker:prod": "docker-compose -f base.compose.yml -f x.compose.yml up -d",
        "docker:dev": "docker-compose -f base.compose.yml up" } }"#;
    let found = find(&[DOCKERFILE, ("package.json", package), ("base.compose.yml", base), ("x.compose.yml", live)]);
    assert_eq!(shown(&found), ["compose:base.compose.yml dockerfile:Dockerfile in . runs server.js"]);
    let workflow = "jobs:\n  deploy:\n    steps:\n      - run: ssh host 'cd /srv && docker compose -f docker-compose.dev.yml up -d'\n";
    let found = find(&[DOCKERFILE, ("docker-compose.dev.yml", COMPOSE), (".github/workflows/deploy.yml", workflow)]);
    assert_eq!(found.routes.len(), 1, "what the deploy names counts, whatever it is called");
}

#[test]
fn a_swarm_is_known_by_its_command() {
    let stack = "services:\n  web:\n    image: acme/web:1\n    deploy: {replicas: 2}\n";
    let script = "docker build -t acme/web .\ndocker push acme/web\ndocker stack deploy -c infra/app.yml app\n";
    let found = find(&[DOCKERFILE, ("infra/app.yml", stack), ("scripts/deploy.sh", script)]);
    assert_eq!(shown(&found), ["compose:infra/app.yml dockerfile:Dockerfile in . runs server.js"]);
    assert_eq!(found.routes[0].route.layers[0].boot.value(), Some(&true));
}

#[test]
fn what_a_release_builds_counts_whatever_its_folder_is_called() {
    let workflow = "jobs:\n  build:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          file: dev/build/Dockerfile\n          push: true\n          tags: acme/web:latest\n";
    let files = [
        ("dev/build/Dockerfile", DOCKERFILE.1),
        ("dev/containers/Dockerfile", "# DEV DOCKERFILE\nFROM node:24\nCMD [\"tail\", \"-f\", \"/dev/null\"]\n"),
        (".github/workflows/build.yml", workflow),
        ("docker/derived.Dockerfile", "FROM acme/web:2\nUSER root\n"),
    ];
    let found = find(&files);
    assert_eq!(
        shown(&found),
        [
            "dockerfile:dev/build/Dockerfile in . runs server.js",
            "dockerfile:docker/derived.Dockerfile in . runs server.js"
        ]
    );
}

#[test]
fn code_is_mounted_into_an_image_of_node() {
    let text = "services:\n  web:\n    image: node:24\n    working_dir: /srv\n    volumes: ['./:/srv']\n    command: npm start\n    restart: always\n";
    let found = find(&[("docker-compose.yml", text)]);
    assert_eq!(shown(&found), ["compose:docker-compose.yml in . runs server.js"]);
}

#[test]
fn the_published_service_comes_before_its_workers() {
    let text = "services:\n  worker:\n    build: .\n    command: node worker.js\n  migrate:\n    build: .\n    command: npx prisma migrate deploy\n  web:\n    build: .\n    ports: ['80:3000']\n";
    let found = find(&[DOCKERFILE, ("docker-compose.yml", text), ("worker.js", "")]);
    let names: Vec<_> = found.routes.iter().map(|route| route.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["web", "worker"]);
}

#[test]
fn a_process_manager_inside_is_a_layer_of_the_route() {
    let dockerfile =
        ("Dockerfile", "FROM node:24\nWORKDIR /app\nCOPY . .\nCMD [\"pm2-runtime\", \"ecosystem.config.json\"]\n");
    let pm2 = ("ecosystem.config.json", r#"{ "apps": [{ "name": "api", "script": "server.js" }] }"#);
    let found = find(&[dockerfile, pm2, ("docker-compose.yml", COMPOSE)]);
    assert_eq!(
        shown(&found),
        ["compose:docker-compose.yml dockerfile:Dockerfile pm2:ecosystem.config.json in . runs server.js"]
    );
}

#[test]
fn services_of_a_monorepo_are_told_apart_by_what_they_run() {
    let text = "services:\n  api:\n    build: {context: ., dockerfile: apps/api/Dockerfile}\n  web:\n    build: apps/web\n  site:\n    build: apps/site\n";
    let api = "FROM node:24\nWORKDIR /repo\nCOPY . .\nWORKDIR /repo/apps/api\nCMD [\"node\", \"main.js\"]\n";
    let web = "FROM node:24 AS build\nCOPY . .\nRUN npm run build\nFROM nginx\nCOPY --from=build /dist /usr/share/nginx/html\n";
    let site = "FROM node:24\nWORKDIR /site\nCOPY . .\nCMD [\"npm\", \"start\"]\n";
    let found = find(&[
        ("docker-compose.yml", text),
        ("apps/api/Dockerfile", api),
        ("apps/api/package.json", "{}"),
        ("apps/api/main.js", ""),
        ("apps/web/Dockerfile", web),
        ("apps/web/package.json", "{}"),
        ("apps/site/Dockerfile", site),
        ("apps/site/package.json", r#"{ "scripts": { "start": "node index.mjs" } }"#),
        ("apps/site/index.mjs", ""),
    ]);
    assert_eq!(
        shown(&found),
        [
            "compose:docker-compose.yml dockerfile:apps/api/Dockerfile in apps/api runs apps/api/main.js",
            "compose:docker-compose.yml dockerfile:apps/site/Dockerfile in apps/site runs apps/site/index.mjs",
        ]
    );
}

#[test]
fn files_of_other_names_are_asked_for() {
    let repository = repository(&[
        (
            "compose.yaml",
            "include: [parts/db.yml]\nservices:\n  web:\n    build: {context: ., dockerfile: docker/web}\n    env_file: [conf/web.env, gone.env]\n    extends: {file: parts/base.yml, service: a}\n",
        ),
        ("parts/db.yml", "services: {db: {image: a}}\n"),
        ("parts/base.yml", "services: {a: {restart: always}}\n"),
        ("docker/web", "FROM node\n"),
        ("conf/web.env", ""),
        (".env", ""),
    ]);
    let wanted: Vec<String> = wanted(&repository).iter().map(ToString::to_string).collect();
    for path in [".env", "conf/web.env", "docker/web", "parts/base.yml", "parts/db.yml"] {
        assert!(wanted.contains(&path.to_owned()), "{path}");
    }
    assert!(!wanted.contains(&"gone.env".to_owned()));
}

#[test]
fn an_image_of_the_repository_is_known_by_its_name() {
    let compose = |image: &str| format!("services:\n  web:\n    image: {image}\n    restart: always\n");
    let shown_with = |image: &str, more: &[(&str, &str)]| {
        let text = compose(image);
        let mut files = vec![("docker-compose.yml", text.as_str())];
        files.extend(more);
        shown(&find(&files))
    };
    let expected = ["compose:docker-compose.yml dockerfile:Dockerfile in . runs server.js"];
    // The package is called `api`.
    assert_eq!(shown_with("ghcr.io/acme/api:${TAG:-2}", &[DOCKERFILE]), expected);
    assert_eq!(shown_with("acme/api-gateway", &[DOCKERFILE]), ["dockerfile:Dockerfile in . runs server.js"]);
    assert_eq!(shown_with("acme/api:docs", &[DOCKERFILE]), ["dockerfile:Dockerfile in . runs server.js"]);
    let workflow = "jobs:\n  a:\n    steps:\n      - id: meta\n        uses: docker/metadata-action@v5\n        with: {images: acme/é}\n      - uses: docker/build-push-action@v6\n        with: {push: true, tags: '${{ steps.meta.outputs.tags }}'}\n";
    assert_eq!(shown_with("acme/é:1", &[DOCKERFILE, (".github/workflows/release.yml", workflow)]), expected);
    let manifest =
        "docker build -t acme/x-amd64 .\ndocker manifest create acme/x:1 acme/x-amd64\ndocker push acme/x-amd64\n";
    assert_eq!(shown_with("acme/x", &[DOCKERFILE, ("scripts/release.sh", manifest)]), expected);
}

#[test]
fn the_main_image_is_the_one_that_runs_the_code() {
    let base = "FROM node:24 AS base2\nRUN apt-get update\n";
    let app = "FROM acme/api:base2 AS release\nCOPY . .\nCMD [\"node\", \"server.js\"]\nFROM release AS pr-test2\nCMD [\"npm\", \"test\"]\n";
    let package = r#"{ "name": "api", "scripts": { "build-base": "docker buildx build -f docker/base.dockerfile -t acme/api:base2 --push ." } }"#;
    let compose = "services:\n  web:\n    image: acme/api:2\n    restart: always\n";
    let found = find(&[
        ("package.json", package),
        ("docker/base.dockerfile", base),
        ("docker/dockerfile", app),
        ("compose.yaml", compose),
    ]);
    assert_eq!(shown(&found), ["compose:compose.yaml dockerfile:docker/dockerfile in . runs server.js"]);
    let node = found.routes[0].route.layers[1].node.place().unwrap();
    assert_eq!(node.path, "docker/base.dockerfile".into(), "the base image is followed");
}

#[test]
fn code_comes_out_of_images_that_the_repository_builds() {
    let base = "ARG APP=/opt/app\nFROM node:24\nARG APP\nWORKDIR $APP\nCOPY . .\n";
    let app = "ARG BASE=acme/api-base\nFROM ${BASE} AS base\nFROM node:24-slim\nWORKDIR /srv\nCOPY --from=base /opt/app/server.js ./\nCMD [\"node\", \"server.js\"]\n";
    let found = find(&[("Dockerfile.base", base), ("Dockerfile", app)]);
    assert_eq!(shown(&found), ["dockerfile:Dockerfile in . runs server.js"]);
}

#[test]
fn what_a_build_makes_stands_in_its_package() {
    let dockerfile = "FROM node:24 AS build\nWORKDIR /repo\nCOPY package.json package-lock.json ./\nCOPY src src/\nRUN npm run build\nFROM node:24\nCOPY --from=build /repo/out /app\nWORKDIR /app\nCMD [\"node\", \"main.js\"]\n";
    assert_eq!(
        shown(&find(&[("Dockerfile", dockerfile), ("src/main.ts", "")])),
        ["dockerfile:Dockerfile in out runs out/main.js"]
    );
    let next = "FROM node:24 AS build\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM node:24\nWORKDIR /app\nCOPY --from=build /app/.next/standalone ./\nCMD [\"npm\", \"start\"]\n";
    assert_eq!(shown(&find(&[("Dockerfile", next)])), ["dockerfile:Dockerfile in . runs server.js"]);
}

#[test]
fn a_container_of_two_packages_is_a_route_of_each() {
    let package = r#"{ "name": "root", "workspaces": ["apps/*"], "scripts": { "start": "concurrently \"node apps/web/index.js\" \"node apps/worker/index.js\"" } }"#;
    let found = find(&[
        ("package.json", package),
        ("apps/web/package.json", r#"{ "name": "web" }"#),
        ("apps/web/index.js", ""),
        ("apps/worker/package.json", r#"{ "name": "worker" }"#),
        ("apps/worker/index.js", ""),
        ("Dockerfile", "FROM node:24\nWORKDIR /app\nCOPY . .\nCMD [\"npm\", \"start\"]\n"),
        ("docker-compose.yml", COMPOSE),
    ]);
    assert_eq!(
        shown(&found),
        [
            "compose:docker-compose.yml dockerfile:Dockerfile in apps/web runs apps/web/index.js",
            "compose:docker-compose.yml dockerfile:Dockerfile in apps/worker runs apps/worker/index.js",
        ]
    );
}

#[test]
fn a_stack_is_known_by_what_only_a_swarm_reads() {
    let stack =
        "services:\n  web:\n    image: acme/api\n    deploy: {placement: {constraints: [node.role == worker]}}\n";
    let found = find(&[DOCKERFILE, ("infra/docker-compose.yml", stack)]);
    assert_eq!(found.routes[0].route.layers[0].restart.value(), Some(&Restart::Restarts));
}

#[test]
fn of_several_released_images_the_first_one_built_comes_first() {
    let workflow = "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {file: dev/build/Dockerfile, push: true}\n      - uses: docker/build-push-action@v6\n        with: {file: dev/build-arm/Dockerfile, push: true}\n";
    let found = find(&[
        ("dev/build/Dockerfile", DOCKERFILE.1),
        ("dev/build-arm/Dockerfile", DOCKERFILE.1),
        (".github/workflows/build.yml", workflow),
    ]);
    let files: Vec<String> = found.routes.iter().map(|route| route.route.layers[0].place.path.to_string()).collect();
    assert_eq!(files, ["dev/build/Dockerfile", "dev/build-arm/Dockerfile"]);
}

#[test]
fn hostile_files_end() {
    let circle = "services:\n  web: {image: acme/api, build: {context: ., additional_contexts: {a: .}}}\n";
    let stages: String =
        (0..300).map(|at| format!("FROM acme/api AS s{at}\nCOPY --from=s{} / /\nCOPY . .\n", at.max(1) - 1)).collect();
    let found = find(&[("Dockerfile", &format!("{stages}CMD [\"node\", \"server.js\"]\n")), ("compose.yaml", circle)]);
    assert_eq!(found.routes.len(), 1);
}

#[test]
fn a_unit_that_starts_containers_names_the_files_of_production() {
    let unit = "[Service]\nExecStart=/usr/bin/docker compose -f stack/dev.compose.yml up\n[Install]\nWantedBy=multi-user.target\n";
    let found =
        find(&[DOCKERFILE, ("stack/dev.compose.yml", "services:\n  web:\n    build: ..\n"), ("app.service", unit)]);
    assert_eq!(shown(&found), ["compose:stack/dev.compose.yml dockerfile:Dockerfile in . runs server.js"]);
}

#[test]
fn a_dotenv_file_beside_it_is_put_in() {
    let compose = "services:\n  web:\n    build: .\n    restart: ${RESTART:-no}\n    mem_limit: ${MEM}\n";
    let found = find(&[DOCKERFILE, ("compose.yaml", compose), (".env", "# é\nRESTART=always\nMEM=512m # half\n")]);
    let layer = &found.routes[0].route.layers[0];
    assert_eq!(layer.restart.value(), Some(&Restart::Restarts));
    assert_eq!(layer.memory_limit.value(), Some(&crate::MemoryLimit::Bytes(512 << 20)));
}

#[test]
fn files_by_pattern_and_out_of_unknown_folders_are_followed() {
    let pattern = "FROM node:24 AS build\nWORKDIR /app\nCOPY . .\nFROM node:24\nCOPY --from=build /app/package*.json ./\nCOPY --from=build /app/*.js ./\nCMD [\"npm\", \"start\"]\n";
    assert_eq!(shown(&find(&[("Dockerfile", pattern)])), ["dockerfile:Dockerfile in . runs server.js"]);
    let unknown = "ARG BUILDPACK\nFROM $BUILDPACK AS build\nCOPY . .\nFROM node:24\nWORKDIR /home/app\nCOPY --from=build /home/app .\nCMD [\"node\", \"server.js\"]\n";
    assert_eq!(shown(&find(&[("Dockerfile", unknown)])), ["dockerfile:Dockerfile in . runs server.js"]);
}

#[test]
fn a_container_that_a_deploy_script_runs_is_a_route() {
    let script = "docker build -t web .\ndocker run -d --name web --restart unless-stopped -m 512m --user node --log-opt max-size=10m -p 80:3000 -e NODE_ENV=production -e TOKEN web\n";
    let found = find(&[DOCKERFILE, ("deploy.sh", script)]);
    assert_eq!(shown(&found), ["docker-run:deploy.sh dockerfile:Dockerfile in . runs server.js"]);
    let layer = &found.routes[0].route.layers[0];
    assert!(matches!(&layer.restart, Setting::Set { shown, .. } if shown == "--restart unless-stopped"));
    assert_eq!(layer.memory_limit.value(), Some(&crate::MemoryLimit::Bytes(512 << 20)));
    assert_eq!((layer.boot.value(), layer.user.value()), (Some(&true), Some(&crate::User::Other)));
    assert!(layer.log_rotation.value().is_some() && layer.reverse_proxy.value().is_some());
    assert!(matches!(&layer.health_check, Setting::Missing { key, .. } if key == "--health-cmd"));
    let environment = &found.routes[0].route.start.environment;
    assert!(environment.iter().any(|setting| setting.name == "NODE_ENV"));
    let text = layer.restart.place().unwrap();
    assert!(script.get(text.span.range()).unwrap().contains("--restart"));
}

#[test]
fn a_container_that_a_developer_runs_is_none() {
    let of = |name: &str, options: &str| {
        let package = format!(
            r#"{{ "name": "api", "scripts": {{ "start": "node server.js", "{name}": "docker build -t web . && docker run {options} web" }} }}"#
        );
        shown(&find(&[DOCKERFILE, ("package.json", &package)])).join(" ")
    };
    let alone = "dockerfile:Dockerfile in . runs server.js";
    assert_eq!(of("docker:run", "-p 3000:3000"), alone);
    assert_eq!(of("docker:dev", "-d --restart always"), alone);
    assert_eq!(of("docker:up", "-d --restart always"), format!("docker-run:package.json {alone}"));
    assert_eq!(of("deploy", "-d"), format!("docker-run:package.json {alone}"));
}
