//! Pipelines of the other CI services, as real repositories spell them.

use super::*;

fn file(path: &str, text: &str) -> Automation {
    let (file, notes) = read(&path.into(), text);
    assert!(notes.is_empty(), "{notes:?}");
    file.expect("a pipeline")
}

fn lines(job: &Job) -> Vec<String> {
    job.steps.iter().flat_map(|step| &step.commands).map(|command| command.invoked.argv.shown()).collect()
}

fn calls(job: &Job) -> Vec<&str> {
    let steps = job.steps.iter().filter_map(|step| step.uses.as_ref());
    steps.chain(&job.calls).map(|call| call.name.value.as_str()).collect()
}

#[test]
fn gitlab_jobs_extend_refer_and_run_by_stage() {
    let text = r#"
# größer
include:
  - local: ci/jobs.yml
  - template: Auto-DevOps.gitlab-ci.yml
  - project: acme/pipelines
    file: [/deploy.yml]
stages: [test, deploy]
default:
  before_script: [npm ci]
.setup: { script: [echo setup] }
.base:
  image: node:24
  variables: { STAGE: { value: staging } }
test:
  extends: .base
  stage: test
  script:
    - !reference [.setup, script]
    - npm test
deploy:staging:
  stage: deploy
  before_script: []
  environment: { name: staging, url: https://example.org }
  script: |
    kubectl apply -f größe/
  rules:
    - if: '$CI_COMMIT_BRANCH == "staging"'
stop:
  stage: deploy
  environment: { name: review, action: stop }
  script: kubectl delete -f k8s/
"#;
    let file = file(".gitlab-ci.yml", text);
    assert_eq!(file.includes[0].value, "ci/jobs.yml");
    let includes: Vec<&str> = file.jobs.iter().filter(|job| job.id.value == "include").flat_map(calls).collect();
    assert_eq!(includes, ["template/Auto-DevOps.gitlab-ci.yml", "gitlab/acme/pipelines /deploy.yml"]);
    let test = file.job("test").expect("a job");
    assert_eq!(lines(test), ["npm ci", "echo setup", "npm test"]);
    assert_eq!(test.images[0].value, "node:24");
    let deploy = file.job("deploy:staging").expect("a job");
    assert_eq!((deploy.environments[0].value.as_str(), deploy.needs[0].value.as_str()), ("staging", "test"));
    assert_eq!(lines(deploy), ["kubectl apply -f größe/"]);
    let span = deploy.steps[0].commands[0].span;
    assert_eq!(text.get(span.range()), Some("kubectl apply -f größe/"));
    assert!(file.triggers.iter().any(|trigger| trigger.of.iter().any(|branch| branch.value == "staging")));
    let stop = file.job("stop").expect("a job");
    assert!(stop.environments.is_empty() && lines(stop).is_empty());
}

#[test]
fn circle_jobs_of_workflows_with_commands_and_orbs() {
    let text = r#"
version: 2.1
orbs: { heroku: circleci/heroku@2.0, hmpps: ministryofjustice/hmpps@9 }
commands:
  install:
    steps: [{ run: { name: Größe, command: npm install, working_directory: api } }]
jobs:
  test:
    docker: [{ image: cimg/node:24.1 }]
    steps:
      - checkout
      - install
      - run: npm test
      - when: { condition: true, steps: [heroku/install] }
workflows:
  main:
    jobs:
      - test
      - heroku/deploy-via-git: { requires: [test], app-name: api }
      - hmpps/deploy_env: { name: deploy_preprod, env: preprod, requires: [test], filters: { branches: { only: [main] } } }
      - hold: { type: approval }
"#;
    let file = file(".circleci/config.yml", text);
    let test = file.job("test").expect("a job");
    assert_eq!(lines(test), ["npm install", "npm test"]);
    assert_eq!(test.steps[0].commands[0].folder.as_deref(), Some("api"));
    assert_eq!(calls(test), ["circleci/heroku/install"]);
    let heroku = file.job("heroku/deploy-via-git").expect("a job");
    assert_eq!((calls(heroku), heroku.needs[0].value.as_str()), (vec!["circleci/heroku/deploy-via-git"], "test"));
    let preprod = file.job("deploy_preprod").expect("a job");
    assert_eq!(
        (calls(preprod), preprod.environments[0].value.as_str()),
        (vec!["ministryofjustice/hmpps/deploy_env"], "preprod")
    );
}

#[test]
fn azure_stages_with_deployment_jobs_and_tasks() {
    let text = r#"
trigger: [main]
stages:
  - stage: Build
    jobs:
      - job: Größe
        steps:
          - task: Npm@1
            inputs: { command: ci }
          - script: npm test
            workingDirectory: api
  - stage: Live
    jobs:
      - deployment: Deploy
        environment: production
        strategy:
          runOnce:
            deploy:
              steps:
                - task: AzureWebApp@1
                  inputs: { appName: api }
                - template: steps/smoke.yml
"#;
    let file = file("azure-pipelines.yml", text);
    let build = file.job("Größe").expect("a job");
    assert_eq!(lines(build), ["npm ci", "npm test"]);
    let deploy = file.job("Deploy").expect("a job");
    assert_eq!(calls(deploy), ["AzureWebApp", "./steps/smoke.yml"]);
    assert_eq!((deploy.environments[0].value.as_str(), deploy.needs[0].value.as_str()), ("production", "Größe"));
}

#[test]
fn bitbucket_travis_drone_buildkite_and_cloud_builds() {
    let bitbucket = file(
        "bitbucket-pipelines.yml",
        "pipelines:\n  branches:\n    main:\n      - step: { name: Größe, script: [npm ci] }\n      - step:\n          deployment: staging\n          script:\n            - pipe: atlassian/ssh-run:0.4\n              variables: { COMMAND: pm2 reload api }\n",
    );
    assert_eq!(lines(&bitbucket.jobs[0]), ["npm ci"]);
    assert_eq!(bitbucket.jobs[1].environments[0].value, "staging");
    assert!(bitbucket.jobs[1].steps[1].commands[0].remote, "{:?}", bitbucket.jobs[1].steps);
    let travis = file(
        ".travis.yml",
        "language: node_js\nnode_js: [24]\nscript: [npm test]\ndeploy:\n  provider: heroku\n  app: größe\n",
    );
    assert_eq!((lines(&travis.jobs[0]), calls(&travis.jobs[0])), (vec!["npm test".to_owned()], vec!["travis/heroku"]));
    let drone = file(
        ".drone.yml",
        "kind: pipeline\nname: größe\nsteps:\n- name: test\n  image: node:24\n  commands: [npm ci]\n- name: publish\n  image: plugins/docker:20\n  settings: { repo: acme/api }\n",
    );
    assert_eq!((lines(&drone.jobs[0]), calls(&drone.jobs[0])), (vec!["npm ci".to_owned()], vec!["plugins/docker"]));
    let woodpecker = file(
        ".woodpecker/deploy.yml",
        "steps:\n  deploy:\n    image: alpine\n    commands:\n      - ssh host pm2 reload größe\n",
    );
    assert!(woodpecker.jobs[0].steps[0].commands.iter().any(|command| command.remote));
    let buildkite = file(".buildkite/pipeline.yml", "steps:\n  - label: größe\n    command: yarn install\n  - wait\n");
    assert_eq!(lines(&buildkite.jobs[0]), ["yarn install"]);
    let cloud = file(
        "cloudbuild.yaml",
        "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, größe, .]\n- name: gcr.io/google.com/cloudsdktool/cloud-sdk\n  entrypoint: gcloud\n  args: [run, deploy, api, --image, größe]\n- name: bash\n  entrypoint: bash\n  args: ['-c', 'npm ci && npm test']\n",
    );
    assert!(lines(&cloud.jobs[0]).contains(&"gcloud run deploy api --image größe".to_owned()));
    assert!(lines(&cloud.jobs[0]).contains(&"npm ci".to_owned()), "{:?}", lines(&cloud.jobs[0]));
    let code_build = file("buildspec.yml", "version: 0.2\nphases:\n  install:\n    commands:\n      - npm ci\n");
    assert_eq!(lines(&code_build.jobs[0]), ["npm ci"]);
}

#[test]
fn circles_and_hostile_depth_end() {
    let text = ".a: { extends: .b, script: [x] }\n.b: { extends: .a }\njob: { extends: [.a, .b] }\n";
    assert_eq!(lines(file(".gitlab-ci.yml", text).job("job").expect("a job")), ["x"]);
    let text = "version: 2.1\ncommands: { a: { steps: [b] }, b: { steps: [a] } }\njobs: { x: { steps: [a] } }\n";
    assert!(lines(&file(".circleci/config.yml", text).jobs[0]).is_empty());
    let mut deep = String::from("job:\n  script:\n    - ");
    deep.push_str(&"[".repeat(2_000));
    let _ = read(&".gitlab-ci.yml".into(), &deep);
    let nested = format!("job:\n  script:\n    - \"{}\"\n", "ssh a ".repeat(3_000));
    let _ = read(&".gitlab-ci.yml".into(), &nested);
}
