//! Files that run commands, as real repositories spell them.

use super::*;
use crate::command::Invocation;

fn workflow(text: &str) -> Automation {
    read(&".github/workflows/deploy.yml".into(), text).0.expect("a workflow")
}

fn lines(job: &Job) -> Vec<String> {
    job.steps.iter().flat_map(|step| &step.commands).map(|command| command.invoked.argv.shown()).collect()
}

#[test]
fn jobs_with_their_steps_triggers_and_environments() {
    let text = r#"
# größer
name: Deploy
on:
  push: { branches: [main, 'release/*'] }
  schedule:
    - cron: '*/5 * * * *'
  workflow_dispatch:
    inputs:
      environment:
        type: choice
        default: dev
        options: [dev, preprod]
env: { REGISTRY: ghcr.io }
jobs:
  test:
    strategy:
      matrix:
        node: [22, 24.x]
        include:
          - node: 26
    runs-on: ubuntu-latest
    container: node:24
    steps:
      - uses: actions/setup-node@v4
        with: { node-version: '${{ matrix.node }}', cache: npm }
      - run: npm ci && npm test
  live:
    needs: [test]
    environment: { name: production, url: https://example.org }
    defaults: { run: { working-directory: apps/api } }
    steps:
      - name: Ausrollen
        env: { CI: 1 }
        run: |
          cd deploy
          kubectl apply -f k8s/ --image "$REGISTRY/api:${{ github.sha }}"
  shared:
    uses: acme/pipelines/.github/workflows/deploy.yml@v2
    with: { stage: '${{ inputs.environment }}' }
"#;
    let file = workflow(text);
    assert!(file.starts_on(TriggerKind::Push) && file.starts_on(TriggerKind::Manual));
    assert!(!file.starts_on(TriggerKind::PullRequest));
    let schedule = file.triggers.iter().find(|trigger| trigger.kind == TriggerKind::Schedule).expect("a schedule");
    assert_eq!(schedule.of[0].value, "*/5 * * * *");
    assert_eq!(text.get(schedule.of[0].span.range()), Some("'*/5 * * * *'"));
    assert_eq!(file.inputs[0].options[1].value, "preprod");

    let test = file.job("test").expect("a job");
    let nodes: Vec<&str> = test.matrix[0].1.iter().map(|value| value.value.as_str()).collect();
    assert_eq!((test.matrix[0].0.as_str(), nodes), ("node", vec!["22", "24.x", "26"]));
    assert_eq!(test.images[0].value, "node:24");
    let setup = test.steps[0].uses.as_ref().expect("a call");
    assert_eq!((setup.name.value.as_str(), setup.version.as_deref()), ("actions/setup-node", Some("v4")));
    assert_eq!(setup.text("node-version"), Some("${{ matrix.node }}"));
    assert_eq!(lines(test), ["npm ci", "npm test"]);
    let install = &test.steps[1].commands[0];
    assert_eq!(text.get(install.span.range()), Some("npm ci"));
    assert!(matches!(install.invoked.invocation, Invocation::Install(_)));

    let live = file.job("live").expect("a job");
    assert_eq!((live.needs[0].value.as_str(), live.environments[0].value.as_str()), ("test", "production"));
    let apply = &live.steps[0].commands[0];
    assert_eq!(apply.folder.as_deref(), Some("apps/api/deploy"));
    assert!(apply.invoked.argv.shown().contains("${{ github.sha }}"), "{}", apply.invoked.argv.shown());
    let shared = file.job("shared").and_then(|job| job.calls.as_ref()).expect("a call");
    assert_eq!(shared.name.value, "acme/pipelines/.github/workflows/deploy.yml");
}

#[test]
fn commands_on_other_machines() {
    let file = workflow(
        r#"
on: push
jobs:
  deploy:
    steps:
      - uses: appleboy/ssh-action@v1
        with:
          host: ${{ secrets.HOST }}
          script: |
            cd /srv/api && git pull
            pm2 reload api
      - run: ssh -p 2222 deploy@host pm2 restart api
      - run: ssh "$HOST" "cd /srv && docker compose up -d"
      - run: |
          ssh host <<'EOF'
          npm ci
          EOF
      - run: ssh host 'bash -s' < scripts/deploy.sh
      - run: for i in 1 2 3; do curl -f http://localhost/health && break; done
      - uses: actions/github-script@v7
        with: { script: "await run('pm2 delete all')" }
      - run: print('pm2 delete all')
        shell: python
"#,
    );
    let commands: Vec<&ScriptCommand> = file.jobs[0].steps.iter().flat_map(|step| &step.commands).collect();
    let remote: Vec<String> =
        commands.iter().filter(|command| command.remote).map(|command| command.invoked.argv.shown()).collect();
    let expected = ["git pull", "pm2 reload api", "pm2 restart api", "docker compose up -d", "npm ci"];
    for line in expected {
        assert!(remote.iter().any(|known| known == line), "{line} is not in {remote:?}");
    }
    assert!(remote.iter().any(|line| line == "sh scripts/deploy.sh"), "{remote:?}");
    assert!(commands.iter().any(|command| command.in_loop && command.invoked.argv.shown().starts_with("curl")));
    assert!(!commands.iter().any(|command| command.invoked.argv.shown().contains("delete")));
}

#[test]
fn what_is_no_workflow() {
    let none = |path: &str, text: &str| read(&path.into(), text).0.is_none();
    assert!(none(".github/workflows/a.yml", "name: no jobs"));
    assert!(none(".github/workflows/a.yml", ": : {"));
    assert!(!is_automation(&"apps/api/.github/workflows/a.yml".into()));
    let broken =
        read(&".github/workflows/ü.yml".into(), "on: push\njobs:\n  a:\n    steps:\n      - run: npm ci\n  b: [\n");
    assert!(!broken.1.is_empty());
}

#[test]
fn actions_of_the_repository() {
    let path = ".github/actions/setup/action.yml".into();
    let text = "name: Setup\ninputs: { filter: { default: api } }\nruns:\n  using: composite\n  steps:\n    - run: pnpm install --frozen-lockfile\n      shell: bash\n    - uses: ./.github/actions/other\n";
    let file = read(&path, text).0.expect("an action");
    assert_eq!(file.inputs[0].default.as_ref().map(|value| value.value.as_str()), Some("api"));
    assert_eq!(lines(&file.jobs[0]), ["pnpm install --frozen-lockfile"]);
    assert_eq!(
        file.jobs[0].steps[1].uses.as_ref().map(|call| call.name.value.as_str()),
        Some("./.github/actions/other")
    );
}
