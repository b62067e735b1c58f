//! Calls of Docker in the files that real repositories have.

use super::*;

fn calls(path: &str, text: &str) -> DockerCalls {
    let path = RepoPath::new(path);
    assert!(may_call(&path), "{path}");
    read(&path, text)
}

/// Subcommands, option words, folder and surroundings of each command.
fn shown(calls: &DockerCalls) -> Vec<String> {
    calls
        .commands
        .iter()
        .map(|command| {
            let flags = command.call.global.iter().chain(&command.call.options.flags);
            let flags: Vec<String> = flags.map(crate::command::Flag::shown).collect();
            let folder = command.folder.as_deref().unwrap_or("-");
            format!("{} [{}] {folder} {}", command.call.command.join(" "), flags.join(" "), command.around.join("/"))
        })
        .collect()
}

#[test]
fn package_scripts() {
    let text = r#"{ "name": "é", "scripts": {
        "docker:prod": "docker-compose -f docker-compose.yml -f docker-compose.prod.yml up -d",
        "build": "tsc && docker build -t acme/api --target release .",
        "start": "node ." } }"#;
    let calls = calls("package.json", text);
    assert_eq!(
        shown(&calls),
        [
            "compose up [-f=docker-compose.yml -f=docker-compose.prod.yml -d] - docker:prod",
            "build [-t=acme/api --target=release] - build"
        ]
    );
    let place = &calls.commands[0].call.place;
    assert!(text.get(place.span.range()).unwrap().starts_with("docker-compose -f"));
}

#[test]
fn shell_scripts_with_folders_variables_and_remote_commands() {
    let text = "#!/bin/sh\nexport COMPOSE_FILE=\"a.yml:b.yml\"\nFILES=\"-f docker-compose.prod.yml\"\ncd deploy\ndocker compose $FILES pull\nup() { docker-compose $X up -d; }\nssh \"$HOST\" \"cd /srv/app && docker compose up -d --wait\"\nssh $HOST <<EOF\n  docker stack deploy -c stack.yml app\nEOF\necho docker compose up\n";
    let calls = calls("scripts/deploy.sh", text);
    assert_eq!(
        shown(&calls),
        [
            "compose pull [-f=docker-compose.prod.yml] deploy ",
            "compose up [-d] deploy up",
            "compose up [-d --wait] /srv/app ",
            "stack deploy [-c=stack.yml] - ",
        ]
    );
    assert_eq!(calls.commands[0].compose_file.as_deref(), Some("a.yml:b.yml"));
    assert_eq!(text.get(calls.commands[3].call.place.span.range()), Some("docker stack deploy -c stack.yml app"));
}

#[test]
fn makefiles() {
    let text = "COMPOSE ?= docker compose -f docker-compose.prod.yml # é\n.PHONY: up\nup: build\n\t@$(COMPOSE) up -d \\\n\t  --remove-orphans\n\n# x: docker compose down\nbuild:\n\tdocker build -t $(IMAGE):$$TAG .\n";
    let calls = calls("Makefile", text);
    assert_eq!(
        shown(&calls),
        ["compose up [-f=docker-compose.prod.yml -d --remove-orphans] - up", "build [-t=${_}:${TAG}] - build"]
    );
    let place = &calls.commands[0].call.place;
    assert!(text.get(place.span.range()).unwrap().starts_with("@$(COMPOSE) up"));
}

#[test]
fn workflows() {
    let text = "name: Release é\nenv:\n  IMAGE: ghcr.io/acme/api\njobs:\n  publish:\n    environment: production\n    steps:\n      - name: Build image\n        uses: docker/build-push-action@v6\n        with:\n          context: .\n          file: dev/build/Dockerfile\n          target: release\n          push: true\n          build-args: |\n            NODE_VERSION=24\n            SHA=${{ github.sha }}\n          tags: |\n            ${{ env.IMAGE }}:latest\n            ${{ env.IMAGE }}:${{ github.sha }}\n      - run: |\n          docker compose up -d --wait\n          npm test\n        working-directory: deploy\n      - uses: appleboy/ssh-action@v1\n        with:\n          script: |\n            cd /srv\n            docker compose -f $IMAGE.yml pull\n";
    let calls = calls(".github/workflows/release.yml", text);
    let build = &calls.builds[0];
    assert_eq!(
        (build.file.as_deref(), build.target.as_deref(), build.push),
        (Some("dev/build/Dockerfile"), Some("release"), Some(true))
    );
    assert_eq!(build.tags, ["ghcr.io/acme/api:latest", "ghcr.io/acme/api:${{ github.sha }}"]);
    assert_eq!(build.arguments, [("NODE_VERSION".into(), "24".into()), ("SHA".into(), "${{ github.sha }}".into())]);
    assert_eq!(build.around, ["Release é", "publish", "production", "Build image"]);
    assert_eq!(
        shown(&calls),
        [
            "compose up [-d --wait] deploy Release é/publish/production",
            "compose pull [-f=ghcr.io/acme/api.yml] /srv Release é/publish/production",
        ]
    );
    let place = &calls.commands[0].call.place;
    assert_eq!(text.get(place.span.range()), Some("docker compose up -d --wait"));
}

#[test]
fn names_come_from_the_metadata_action_and_values_from_the_matrix() {
    let text = "env:\n  ORG: acme\njobs:\n  build:\n    strategy:\n      matrix:\n        platform: [amd64, arm64]\n        app: [api, web]\n        include:\n          - {app: api, target: release}\n    steps:\n      - id: meta\n        uses: docker/metadata-action@v5\n        with:\n          images: |\n            ${{ env.ORG }}/é\n            ghcr.io/acme/é\n      - uses: depot/build-push-action@v1\n        with:\n          file: apps/${{ matrix.app }}/Dockerfile\n          target: ${{ matrix.target }}\n          tags: ${{ steps.meta.outputs.tags }}\n          push: ${{ github.event_name != 'pull_request' }}\n";
    let calls = calls(".github/workflows/release.yml", text);
    let shown: Vec<_> =
        calls.builds.iter().map(|build| (build.file.as_deref().unwrap(), build.target.as_deref().unwrap())).collect();
    let unknown = "${{ matrix.target }}";
    assert_eq!(
        shown,
        [
            ("apps/api/Dockerfile", "release"),
            ("apps/web/Dockerfile", unknown),
            ("apps/api/Dockerfile", "release"),
            ("apps/web/Dockerfile", unknown)
        ]
    );
    assert_eq!(calls.builds[0].tags, ["${{ steps.meta.outputs.tags }}", "acme/é", "ghcr.io/acme/é"]);
    assert_eq!(calls.builds[0].push, None);
}

#[test]
fn other_pipelines() {
    let text = "deploy:\n  stage: deploy\n  script:\n    - export T=1\n    - docker build -f api/Dockerfile -t x:$T api\n  environment:\n    name: production\n";
    assert_eq!(shown(&calls(".gitlab-ci.yml", text)), ["build [-f=api/Dockerfile -t=x:1] - deploy/production"]);
}

#[test]
fn units() {
    let text = "[Service]\n# é docker\nWorkingDirectory=/srv\nExecStart=-/usr/bin/docker compose -f prod.yml up\nExecStop=/usr/bin/docker compose down\n";
    let calls = calls("deploy/app.service", text);
    assert_eq!(shown(&calls), ["compose up [-f=prod.yml] - ExecStart", "compose down [] - ExecStop"]);
    assert_eq!(text.get(calls.commands[0].call.place.span.range()), Some("/usr/bin/docker compose -f prod.yml up"));
}

#[test]
fn words_that_only_look_like_calls() {
    let text = "jobs:\n  a:\n    steps:\n      - run: echo \"docker compose up\"\n      - name: docker build\n";
    assert_eq!(shown(&calls(".github/workflows/ci.yml", text)), Vec::<String>::new());
    assert!(!may_call(&"compose.yaml".into()) && !may_call(&"src/docker.ts".into()) && !may_call(&"README.md".into()));
}
