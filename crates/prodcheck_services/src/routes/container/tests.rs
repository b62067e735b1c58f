//! Images that are built from the files of a repository, and what containers of them run.

use super::*;
use crate::in_memory::repository;
use crate::routes::compose::Project;
use crate::start_path::StartCommand;
use crate::{EnvValue, HealthCheck, NodeVersion, Repository, Setting, User};
use prodcheck_program::workspaces::Workspaces;
use prodcheck_source::{Place, RepoPath};

fn build(files: &[(&str, &str)], request: &BuildRequest) -> Built {
    let repository = repository(files);
    let workspaces = Workspaces::of(repository.sources());
    Builder::new(&repository, &workspaces).build(request).expect("a build")
}

fn of(dockerfile: &str) -> BuildRequest {
    BuildRequest::of(dockerfile.into())
}

fn places(built: &Built, path: &str) -> Vec<String> {
    built.mounts.candidates(path).iter().map(ToString::to_string).collect()
}

fn under<'t>(text: &'t str, place: &Place) -> &'t str {
    text.get(place.span.range()).unwrap()
}

#[test]
fn files_are_followed_through_the_stages() {
    let text = "FROM node:24 AS build\nWORKDIR /wiki\nCOPY package.json yarn.lock ./\nCOPY . .\nRUN yarn build && mv dist /out && cp -r locales /out/\nFROM node:24\nWORKDIR /srv\nCOPY --from=build /wiki/server ./server\nCOPY --from=build /out ./dist\nCOPY --chown=node:node ./conf/prod.yml ./config.yml\nCMD [\"node\", \"server\"]\n";
    let files = [
        ("Dockerfile", text),
        ("package.json", "{}"),
        ("server/index.js", ""),
        ("conf/prod.yml", ""),
        ("locales/de.json", ""),
    ];
    let built = build(&files, &of("Dockerfile"));
    assert_eq!(built.stage, 1);
    assert_eq!(places(&built, "/srv/server/index.js"), ["server/index.js"]);
    assert_eq!(places(&built, "/srv/dist/app.js"), ["dist/app.js"]);
    assert_eq!(places(&built, "/srv/config.yml"), ["conf/prod.yml"]);
    assert_eq!(built.request.context, Some(RepoPath::root()));
}

#[test]
fn the_context_is_the_folder_that_holds_what_is_copied() {
    let text = "FROM node:24\nWORKDIR /app\nCOPY package.json ./\nCOPY apps/api ./apps/api\nCMD [\"node\", \"apps/api/index.js\"]\n";
    let files = [("apps/api/Dockerfile", text), ("package.json", "{}"), ("apps/api/index.js", "")];
    let built = build(&files, &of("apps/api/Dockerfile"));
    assert_eq!(built.request.context, Some(RepoPath::root()));
    assert_eq!(places(&built, "/app/apps/api/index.js"), ["apps/api/index.js"]);
    let own = "FROM node:24\nCOPY package*.json .\nCOPY src src\nCMD a\n";
    let files = [("api/Dockerfile", own), ("api/package.json", "{}"), ("api/src/a.js", ""), ("package.json", "{}")];
    assert_eq!(build(&files, &of("api/Dockerfile")).request.context, Some("api".into()));
}

#[test]
fn what_package_managers_put_together_is_the_package() {
    let text = "FROM node:24 AS build\nWORKDIR /repo\nCOPY . .\nRUN corepack enable && pnpm deploy --filter=api --prod /prod/api\nFROM node:24\nCOPY --from=build /prod/api /app\nCMD [\"node\", \"/app/dist/main.js\"]\n";
    let files = [
        ("Dockerfile", text),
        ("package.json", "{}"),
        ("pnpm-workspace.yaml", "packages: [apps/*]"),
        ("apps/api/package.json", r#"{ "name": "api" }"#),
    ];
    assert_eq!(places(&build(&files, &of("Dockerfile")), "/app/dist/main.js"), ["apps/api/dist/main.js"]);
    let pruned = "FROM node:24 AS prune\nWORKDIR /repo\nCOPY . .\nRUN npx turbo prune api --docker\nFROM node:24 AS build\nWORKDIR /app\nCOPY --from=prune /repo/out/full/ .\nFROM node:24\nWORKDIR /app\nCOPY --from=build /app/apps/api/dist ./dist\nCMD node dist/main.js\n";
    let files = [("Dockerfile", pruned), ("package.json", "{}")];
    assert_eq!(places(&build(&files, &of("Dockerfile")), "/app/dist/main.js")[0], "apps/api/dist/main.js");
}

#[test]
fn base_images_that_the_repository_builds_are_followed() {
    let base = "FROM node:22\nWORKDIR /app\nUSER node\nHEALTHCHECK CMD curl localhost\nCOPY . .\nENTRYPOINT [\"tini\", \"--\"]\n";
    let app = "FROM ghcr.io/acme/base:1\nCOPY dist dist\nCMD [\"node\", \"dist/a.js\"]\n";
    let repository = repository(&[("docker/base.Dockerfile", base), ("Dockerfile", app), ("package.json", "{}")]);
    let workspaces = Workspaces::of(repository.sources());
    let mut builder = Builder::new(&repository, &workspaces);
    builder.name(
        "ghcr.io/acme/base:latest",
        BuildRequest { context: Some(RepoPath::root()), ..of("docker/base.Dockerfile") },
    );
    let built = builder.build(&of("Dockerfile")).unwrap();
    assert_eq!(built.bases.len(), 1);
    let layer = layer(&built, Around::Runner);
    assert_eq!(layer.health_check.place().unwrap().path, "docker/base.Dockerfile".into());
    assert_eq!(layer.user.value(), Some(&User::Other));
    assert_eq!(layer.node.value(), Some(&NodeVersion::Named { major: 22, rest: vec![] }));
    assert_eq!(places(&built, "/app/package.json"), ["package.json"]);
    let start = Start::of_image(&repository, &built);
    assert_eq!(shown(&start), "tini -- node dist/a.js");
}

#[test]
fn an_image_made_from_itself_ends() {
    let repository = repository(&[("Dockerfile", "FROM acme/a\nCMD [\"x\"]\n"), ("b.Dockerfile", "FROM acme/b\n")]);
    let workspaces = Workspaces::of(repository.sources());
    let mut builder = Builder::new(&repository, &workspaces);
    builder.name("acme/a", of("b.Dockerfile"));
    builder.name("acme/b", of("Dockerfile"));
    assert!(builder.build(&of("Dockerfile")).is_some());
}

fn shown(start: &Start) -> String {
    match &start.command {
        Some(StartCommand::Words(words)) => words.iter().map(|word| word.shown()).collect::<Vec<_>>().join(" "),
        Some(StartCommand::Line { text, .. }) => format!("sh: {}", text.text()),
        other => format!("{other:?}"),
    }
}

/// What the service `web` of a compose file runs with this Dockerfile.
fn started(dockerfile: &str, keys: &str) -> (Start, Repository) {
    let compose = format!("services:\n  web:\n    build: .\n{keys}");
    let repository = repository(&[
        ("Dockerfile", dockerfile),
        ("compose.yaml", &compose),
        ("package.json", "{}"),
        ("app.env", "A=env\nB=$A\nC='$x'\n"),
    ]);
    let start = {
        let workspaces = Workspaces::of(repository.sources());
        let project = Project::load(&repository, &["compose.yaml".into()]);
        let built = Builder::new(&repository, &workspaces).build(&of("Dockerfile"));
        Start::of_service(&repository, &project, project.service("web").unwrap(), built.as_ref())
    };
    (start, repository)
}

#[test]
fn commands_are_put_together_as_docker_does() {
    let command = |dockerfile: &str, keys: &str| shown(&started(dockerfile, keys).0);
    let exec = "FROM debian\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"node\", \"é.js\"]\n";
    assert_eq!(command(exec, ""), "tini -- node é.js");
    assert_eq!(command(exec, "    command: npm run start:prod\n"), "tini -- npm run start:prod");
    assert_eq!(command(exec, "    entrypoint: /run.sh\n"), "/run.sh", "the image's command is void");
    assert_eq!(command(exec, "    entrypoint: [sh, -c]\n    command: [exec node a.js]\n"), "sh -c exec node a.js");
    assert_eq!(command(exec, "    entrypoint: []\n    command: [node, b.js]\n"), "node b.js");
    let shell = "FROM debian\nCMD node --title=\"é\" \\\n  a.js\n";
    assert_eq!(command(shell, ""), "sh: node --title=\"é\" \\\n  a.js");
    assert_eq!(command("FROM debian\nENTRYPOINT [\"tini\"]\nCMD npm start\n", ""), "tini /bin/sh -c npm start");
    assert_eq!(command("FROM debian\nENTRYPOINT exec node a.js\nCMD [\"x\"]\n", ""), "sh: exec node a.js");
    assert_eq!(command("FROM node:24\n", ""), "None", "only the base image knows a command");
    assert_eq!(command("FROM debian\n", "    command: node ${FLAGS} 'a b.js' ${X:-c}\n"), "node ${FLAGS} a b.js c");
}

#[test]
fn entrypoints_of_known_images_count() {
    let command = |dockerfile: &str, keys: &str| shown(&started(dockerfile, keys).0);
    assert_eq!(command("FROM gcr.io/distroless/nodejs22-debian12\nCMD [\"dist/a.js\"]\n", ""), "node dist/a.js");
    assert_eq!(command("FROM node:24\nCMD [\"a.js\"]\n", ""), "node a.js");
    assert_eq!(
        command("FROM node:24\nCMD [\"--enable-source-maps\", \"a.js\"]\n", ""),
        "node --enable-source-maps a.js"
    );
    assert_eq!(command("FROM node:24\nCMD [\"npm\", \"start\"]\n", ""), "npm start");
    assert_eq!(command("FROM node:24\nCMD [\"a.js\"]\n", "    entrypoint: bun\n"), "bun");
}

#[test]
fn words_know_their_places() {
    let compose = "services:\n  web:\n    build: .\n    # é\n    command: \"node dist/server.js\"\n";
    let repository = repository(&[("compose.yaml", compose)]);
    let project = Project::load(&repository, &["compose.yaml".into()]);
    let start = Start::of_service(&repository, &project, project.service("web").unwrap(), None);
    let Some(StartCommand::Words(words)) = &start.command else { panic!("words") };
    assert_eq!(under(compose, &words[1].place), "dist/server.js");
}

#[test]
fn environment_folder_and_volumes_come_from_image_and_service() {
    let dockerfile =
        "FROM node:24\nWORKDIR /app\nENV NODE_ENV=development A=image\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
    let (start, repository) = started(
        dockerfile,
        "    working_dir: server\n    env_file: app.env\n    environment:\n      NODE_ENV: ${MODE:-production}\n      TOKEN:\n    volumes:\n      - ./src:/app/src\n      - modules:/app/node_modules\n    init: true\n",
    );
    let last =
        |name: &str| start.environment.iter().rev().find(|setting| setting.name == name).map(|s| s.value.clone());
    let text = |text: &str| Some(EnvValue::Text(text.to_owned()));
    assert_eq!(last("NODE_ENV"), text("production"));
    assert_eq!((last("A"), last("B"), last("C")), (text("env"), Some(EnvValue::Unknown), text("$x")));
    assert_eq!(last("TOKEN"), Some(EnvValue::Unknown));
    assert_eq!(start.directory.as_deref(), Some("/app/server"));
    assert_eq!(start.mounts.candidates("/app/src/a.js"), ["src/a.js".into()]);
    assert!(start.mounts.candidates("/app/node_modules/x").is_empty());
    assert!(start.init.is_some());
    assert_eq!(start.env_files[0].file, Some("app.env".into()));
    let workspaces = Workspaces::of(repository.sources());
    let scene = start.scene(&repository, &workspaces);
    assert_eq!(scene.disk.locate("/app/package.json", |_| true), Some("package.json".into()));
}

fn image_layer(dockerfile: &str, around: Around) -> (crate::Layer, String) {
    (layer(&build(&[("Dockerfile", dockerfile)], &of("Dockerfile")), around), dockerfile.to_owned())
}

#[test]
fn health_checks_of_images() {
    let with = "FROM node:24\nHEALTHCHECK CMD curl localhost\nCMD [\"node\", \"a\"]\n";
    let (layer, text) = image_layer(with, Around::Nothing);
    assert_eq!(under(&text, layer.health_check.place().unwrap()), "HEALTHCHECK CMD curl localhost");
    assert_eq!(image_layer(with, Around::Runner).0.health_check.value(), Some(&HealthCheck::Polled));
    assert_eq!(image_layer(with, Around::RunnerWithHealth).0.health_check, Setting::Silent);
    let without = "FROM node:24 AS a\nHEALTHCHECK CMD curl localhost\nFROM node:24\nUSER node\nCMD [\"node\", \"a\"]\n";
    assert_eq!(image_layer(without, Around::Nothing).0.health_check, Setting::Silent);
    let (layer, text) = image_layer(without, Around::Runner);
    assert!(matches!(layer.health_check, Setting::Missing { .. }));
    assert_eq!(under(&text, layer.health_check.place().unwrap()), "CMD [\"node\", \"a\"]");
    let off = "FROM node:24\nHEALTHCHECK NONE\nCMD a\n";
    assert_eq!(image_layer(off, Around::Runner).0.health_check.value(), Some(&HealthCheck::Off));
    let silent = image_layer(off, Around::Runner).0;
    assert_eq!((silent.restart, silent.memory_limit, silent.boot), (Setting::Silent, Setting::Silent, Setting::Silent));
}

#[test]
fn users_of_images() {
    let user = |dockerfile: &str| image_layer(dockerfile, Around::Nothing).0.user;
    assert_eq!(user("FROM node:24\nUSER node\nCMD a\n").value(), Some(&User::Other));
    assert_eq!(user("FROM node:24\nUSER node\nUSER 0:0\nCMD a\n").value(), Some(&User::Root));
    assert!(matches!(user("FROM node:24 AS a\nUSER node\nFROM node:24\nCMD a\n"), Setting::Missing { .. }));
    assert!(matches!(user("FROM node:24\nARG U\nUSER $U\nCMD a\n"), Setting::Unknown { .. }));
    assert!(matches!(user("FROM ghcr.io/acme/base\nCMD a\n"), Setting::Unknown { .. }));
    assert_eq!(user("FROM gcr.io/distroless/nodejs22:nonroot\nCMD a\n").value(), Some(&User::Other));
}
