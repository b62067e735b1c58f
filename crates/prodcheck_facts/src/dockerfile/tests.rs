//! What stages make of an image, by Docker's rules.

use super::*;
use prodcheck_source::SourceText;

const NOTHING: &dyn Fn(&str) -> Option<String> = &|_| None;

fn file(text: &str) -> Dockerfile {
    let (file, notes) = read(&RepoPath::new("Dockerfile"), text);
    assert_eq!(notes, [], "{text}");
    file
}

fn image(text: &str) -> Image {
    let file = file(text);
    file.image(file.production_stage(None).unwrap(), NOTHING, None)
}

fn under<'t>(text: &'t str, place: &prodcheck_source::Place) -> &'t str {
    text.get(place.span.range()).unwrap()
}

fn words(command: &Option<ImageCommand>) -> Vec<String> {
    let words = &command.as_ref().unwrap().exec().expect("an exec form").words;
    words.iter().map(|word| word.literal().unwrap()).collect()
}

#[test]
fn names_of_dockerfiles() {
    let named = |path: &str| is_named(&RepoPath::new(path));
    for path in [
        "Dockerfile",
        "api/Dockerfile.prod",
        "relational.e2e.Dockerfile",
        "x.dockerfile",
        "Containerfile",
        "Dockerfile-arm",
        "dockerfile",
    ] {
        assert!(named(path), "{path}");
    }
    for path in ["Dockerfile.dockerignore", "dockerfile.md", "docs/Dockerfiles", "Dockerfile.j2", "src/dockerfile.ts"] {
        assert!(!named(path), "{path}");
    }
}

#[test]
fn a_dockerfile_of_any_name_is_known_by_its_first_instruction() {
    assert!(is_shaped("# é\nARG A=1\nARG B\nFROM --platform=linux/amd64 node:${A} AS base\nRUN x\n"));
    assert!(is_shaped("from node\n"));
    assert!(!is_shaped("From Berlin with love and more\n"));
    assert!(!is_shaped("RUN x\nFROM node\n") && !is_shaped("") && !is_shaped("FROM\n"));
}

#[test]
fn the_last_stage_with_a_command_is_built_unless_a_target_is_named() {
    let artefacts = file(
        "FROM node:24 AS release\nCMD [\"node\", \"a.js\"]\nFROM scratch AS artefacts\nCOPY --from=release /app /\n",
    );
    assert_eq!(artefacts.production_stage(None), Some(0));
    assert_eq!(artefacts.production_stage(Some("Artefacts")), Some(1));
    assert_eq!(artefacts.production_stage(Some("gone")), None);
    let inherits = file("FROM node AS base\nCMD [\"node\"]\nFROM base AS production\nENV A=1\n");
    assert_eq!(inherits.production_stage(None), Some(1), "the command comes from the stage below");
    assert_eq!(file("FROM node AS a\nFROM node AS b\n").production_stage(None), Some(1));
    assert_eq!(read(&"Dockerfile".into(), "RUN x\n").0.production_stage(None), None);
}

#[test]
fn configuration_is_inherited_through_the_stages_of_the_file() {
    let text = "ARG VERSION=24-alpine\n# é\nFROM node:${VERSION} AS base\nWORKDIR /app\nENV NODE_ENV=production A=é\nUSER node\nHEALTHCHECK CMD curl -f localhost || exit 1\n\nFROM node:22 AS build\nENV ONLY=build\nUSER root\nRUN npm run build\n\nFROM base\nWORKDIR server\nENV A=\"b c\" B=$A\nCOPY --from=build /app/dist ./dist\nEXPOSE 3000 9229/tcp\nSTOPSIGNAL SIGINT\nCMD [\"node\", \"dist/server.js\"]\n";
    let image = image(text);
    assert_eq!(under(text, image.place.as_ref().unwrap()), "FROM base");
    let base = image.base.as_ref().unwrap();
    assert_eq!((base.image.as_deref(), under(text, &base.place)), (Some("node:24-alpine"), "node:${VERSION}"));
    assert_eq!(image.working_dir.as_deref(), Some("/app/server"));
    let environment: Vec<_> =
        image.environment.iter().map(|one| (one.name.as_str(), one.value.as_deref().unwrap())).collect();
    assert_eq!(environment, [("NODE_ENV", "production"), ("A", "b c"), ("B", "é")]);
    assert_eq!(under(text, &image.environment[0].place), "NODE_ENV=production");
    let user = image.user.as_ref().unwrap();
    assert_eq!((user.value.as_deref(), under(text, &user.place)), (Some("node"), "USER node"));
    let health = image.health.as_ref().unwrap();
    assert!(health.test.is_some() && under(text, &health.place).starts_with("HEALTHCHECK"));
    assert_eq!(image.stop_signal.as_ref().unwrap().value.as_deref(), Some("SIGINT"));
    assert_eq!(image.exposed.iter().map(|port| port.value.clone().unwrap()).collect::<Vec<_>>(), ["3000", "9229/tcp"]);
    assert_eq!(words(&image.command), ["node", "dist/server.js"]);
    let copied = &image.copies[0];
    assert_eq!(copied.from, CopyFrom::Stage(1));
    assert_eq!((copied.sources[0].as_str(), copied.destination.as_deref()), ("/app/dist", Some("/app/server/dist")));
    assert!(image.runs.is_empty(), "another stage's commands are not this image's");
}

#[test]
fn a_health_check_or_user_of_another_stage_does_not_count() {
    let image = image("FROM node AS a\nUSER node\nHEALTHCHECK CMD x\nFROM node\nCMD [\"node\", \"a\"]\n");
    assert!(image.health.is_none() && image.user.is_none());
    let none = super::tests::image("FROM node\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\nCMD a\n");
    assert_eq!(none.health.unwrap().test, None);
}

#[test]
fn an_entrypoint_makes_an_inherited_command_void() {
    let reset = image("FROM node AS base\nCMD [\"a\"]\nFROM base\nENTRYPOINT [\"tini\", \"--\"]\n");
    assert!(reset.command.is_none() && reset.drops_base_command);
    let kept = image("FROM node AS base\nFROM base\nCMD [\"a\"]\nENTRYPOINT [\"tini\", \"--\"]\n");
    assert_eq!((words(&kept.entrypoint), words(&kept.command)), (vec!["tini".into(), "--".into()], vec!["a".into()]));
    let shell = image("FROM node\nCMD npm start\n");
    assert!(shell.command.unwrap().script().is_some());
}

#[test]
fn build_arguments_win_over_defaults_and_missing_ones_are_unknown() {
    let file = file(
        "ARG TAG=22\nARG USERID\nFROM node:$TAG\nARG USERID\nARG MODE=production\nUSER $USERID\nENV NODE_ENV=$MODE\nCMD [\"a\"]\n",
    );
    let image = |given: &dyn Fn(&str) -> Option<String>| file.image(0, given, None);
    let default = image(NOTHING);
    assert_eq!(default.base.unwrap().image.as_deref(), Some("node:22"));
    assert_eq!((default.user.unwrap().value, default.environment[0].value.as_deref()), (None, Some("production")));
    let given = image(&|name| match name {
        "TAG" => Some("24".into()),
        "USERID" => Some("1000".into()),
        _ => None,
    });
    assert_eq!(given.base.unwrap().image.as_deref(), Some("node:24"));
    assert_eq!(given.user.unwrap().value.as_deref(), Some("1000"));
}

#[test]
fn a_base_image_of_the_repository_gives_its_configuration() {
    let base = file(
        "FROM node:24\nWORKDIR /srv\nENV NODE_ENV=production PORT=1\nUSER node\nHEALTHCHECK CMD x\nCOPY . .\nCMD [\"a\"]\n",
    );
    let on = base.image(0, NOTHING, None);
    let (app, _) = read(&RepoPath::new("app/Dockerfile"), "FROM acme/base:1\nENV PORT=2\nCOPY dist dist/\n");
    let image = app.image(0, NOTHING, Some(on));
    assert_eq!(image.base.as_ref().unwrap().image.as_deref(), Some("node:24"));
    assert_eq!(words(&image.command), ["a"]);
    assert_eq!(image.health.unwrap().place.path, "Dockerfile".into());
    let environment: Vec<_> =
        image.environment.iter().map(|one| (one.name.as_str(), one.value.clone().unwrap())).collect();
    assert_eq!(environment, [("NODE_ENV", "production".to_owned()), ("PORT", "2".to_owned())]);
    assert_eq!(image.copies.len(), 1);
    assert_eq!(image.copies[0].destination.as_deref(), Some("/srv/dist/"));
    assert_eq!(image.place.unwrap().path, "app/Dockerfile".into());
}

#[test]
fn copies_and_runs_know_where_they_happen() {
    let text = "FROM node AS build\nFROM node\nWORKDIR /a\nCOPY package*.json ./\nRUN npm ci\nWORKDIR $UNKNOWN\nADD https://x/y.tgz /t/\nCOPY --from=nginx:1 /etc /n\nCOPY --from=build /x /y\nCOPY . .\nCOPY <<EOF /e\nx\nEOF\nCMD a\n";
    let image = image(text);
    let froms: Vec<_> = image.copies.iter().map(|copied| copied.from.clone()).collect();
    assert_eq!(
        froms,
        [
            CopyFrom::Context,
            CopyFrom::Elsewhere,
            CopyFrom::Other(Some("nginx:1".into())),
            CopyFrom::Stage(0),
            CopyFrom::Context,
            CopyFrom::Elsewhere
        ]
    );
    assert_eq!(image.copies[0].sources, ["package*.json"]);
    assert_eq!(image.copies[0].destination.as_deref(), Some("/a/"));
    assert_eq!(image.copies[4].destination, None, "the folder is unknown");
    assert_eq!((image.runs[0].working_dir.as_deref(), image.runs[0].copies_before), (Some("/a"), 1));
}

#[test]
fn the_leading_comment_is_the_header_and_directives_are_not() {
    let text = "# syntax=docker/dockerfile:1\n# -- DEV DOCKERFILE é --\n# -- DO NOT USE IN PRODUCTION! --\n\nFROM node\n# later\n";
    let file = file(text);
    let header = file.header.unwrap();
    assert_eq!(header.value, "-- DEV DOCKERFILE é --\n-- DO NOT USE IN PRODUCTION! --");
    assert_eq!(SourceText::new(text).range(header.span).start.line, 2);
    assert!(super::tests::file("FROM node\n# later\n").header.is_none());
}

#[test]
fn many_stages_cost_little() {
    let text: String = (0..4000).map(|at| format!("FROM s{} AS s{at}\nRUN x\n", at.max(1) - 1)).collect();
    let (file, _) = read(&"Dockerfile".into(), &text);
    let started = std::time::Instant::now();
    assert_eq!(file.production_stage(None), Some(3999));
    file.image(3999, NOTHING, None);
    assert!(started.elapsed().as_secs() < 5);
}
