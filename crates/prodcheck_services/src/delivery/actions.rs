//! Well-known actions, reusable workflows, orbs, tasks, pipes and modules, and what is known of each.
//!
//! What a row says is taken from the action's own documentation or code, named at the row. Others are judged by what
//! their names declare that they are for.

use super::deed::{Deed, Deploys, Replaces, Verifies, Waits};
use super::names;
use super::steps::COPY;
use prodcheck_facts::automation::Use;

/// When a call waits until the new version is healthy.
#[derive(Clone, Copy)]
enum When {
    Always(&'static str),
    Never,
    /// Where the input is true.
    Input(&'static str, &'static str),
    /// Unless the input is false.
    Unless(&'static str, &'static str),
    /// Where the input is given.
    Given(&'static str, &'static str),
    WithCheck(&'static str),
    Untold(&'static str),
}

/// What a row says.
#[derive(Clone, Copy)]
enum What {
    Deploys(&'static str, Replaces, When),
    Copies,
    Publishes(&'static str),
    /// Publishes where the input is there and not false.
    PublishesIf(&'static str, &'static str),
    Verifies,
    Tests,
    CallsDeploy,
    /// A pipeline elsewhere is started that is known to deploy.
    CallsPipeline,
    TestCluster,
    /// It has nothing to do with the running service: documentation sites, tools that are set up.
    Nothing,
}

use What::{CallsDeploy, Copies, Nothing, Publishes, PublishesIf, TestCluster, Tests, Verifies as Asks};

const ECS: Replaces = Replaces::Rolling("Amazon ECS starts the new tasks before it stops the old ones");
const FUNCTION: Replaces = Replaces::Rolling("the new version of a function takes over without a stop");
const RENDER: Replaces = Replaces::Rolling("Render starts the new instance before it stops the old one");
const RAILWAY: Replaces = Replaces::Rolling("Railway starts the new deployment before it removes the old one");
const CLOUD_RUN: Replaces = Replaces::Rolling("Cloud Run moves the requests once the new revision is ready");
const APP_ENGINE: Replaces = Replaces::Rolling("App Engine moves the requests once the new version is ready");
const POLICY: Replaces = Replaces::Untold("the environment's deployment policy decides");
const APP_SERVICE: Replaces = Replaces::Untold("App Service decides how it restarts the app");

/// The table: the beginning of a name, in small letters. Of several that fit the first counts.
const TABLE: &[(&str, What)] = &[
    // HMPPS: `helm upgrade --wait`.
    // <https://github.com/ministryofjustice/hmpps-github-actions/blob/main/.github/actions/build-test-and-deploy/cloud-platform-deploy/action.yml>
    (
        "ministryofjustice/hmpps-github-actions/.github/workflows/deploy_env",
        What::Deploys(
            "hmpps deploy_env",
            Replaces::ByManifests,
            When::Always("the workflow runs `helm upgrade --wait`"),
        ),
    ),
    ("ministryofjustice/hmpps-github-actions/.github/workflows/docker_build", PublishesIf("an image", "push")),
    ("ministryofjustice/hmpps-github-actions/.github/workflows/docker_push", Publishes("an image")),
    ("ministryofjustice/hmpps-github-actions/", Nothing),
    // <https://github.com/ministryofjustice/hmpps-circleci-orb/blob/main/src/scripts/deploy_env.sh>
    (
        "ministryofjustice/hmpps/deploy_env",
        What::Deploys("hmpps deploy_env", Replaces::ByManifests, When::Always("the orb runs `helm upgrade --wait`")),
    ),
    ("ministryofjustice/hmpps/build_docker", Publishes("an image")),
    ("ministryofjustice/hmpps/build_multiplatform_docker", Publishes("an image")),
    // <https://github.com/aws-actions/amazon-ecs-deploy-task-definition#aws-codedeploy-support>: `wait-for-service-stability`
    // is false by default.
    (
        "aws-actions/amazon-ecs-deploy-task-definition",
        What::Deploys(
            "amazon-ecs-deploy-task-definition",
            ECS,
            When::Input("wait-for-service-stability", "`wait-for-service-stability` waits until the service is stable"),
        ),
    ),
    (
        "aws-actions/aws-lambda-deploy",
        What::Deploys("aws-lambda-deploy", FUNCTION, When::Untold("what the function answers is only known there")),
    ),
    (
        "aws-actions/aws-cloudformation",
        What::Deploys("CloudFormation", Replaces::Untold("the resources decide"), When::Untold("the resources decide")),
    ),
    ("aws-actions/", Nothing),
    (
        "awslabs/aws-app-runner-deploy",
        What::Deploys(
            "App Runner",
            Replaces::Rolling("App Runner moves the requests once the new version is healthy"),
            When::Input("wait-for-service-stability", "`wait-for-service-stability` waits until the service is stable"),
        ),
    ),
    ("appleboy/lambda-action", What::Deploys("lambda-action", FUNCTION, When::Never)),
    // <https://github.com/einaregilsson/beanstalk-deploy>: `wait_for_deployment` is true by default.
    (
        "einaregilsson/beanstalk-deploy",
        What::Deploys(
            "beanstalk-deploy",
            POLICY,
            When::Unless("wait_for_deployment", "the action waits until the environment is updated and healthy"),
        ),
    ),
    // <https://github.com/AkhileshNS/heroku-deploy>
    (
        "akhileshns/heroku-deploy",
        What::Deploys(
            "heroku",
            Replaces::ByPlatform,
            When::Given("healthcheck", "`healthcheck` asks the URL after the deploy"),
        ),
    ),
    ("gonuit/heroku-docker-deploy", What::Deploys("heroku", Replaces::ByPlatform, When::Never)),
    ("justinbeckwith/", Nothing),
    ("superfly/flyctl-actions/setup-flyctl", Nothing),
    (
        "superfly/fly-pr-review-apps",
        What::Deploys("fly review app", Replaces::ByPlatform, When::WithCheck("Fly's checks")),
    ),
    (
        "johnbeynon/render-deploy-action",
        What::Deploys(
            "render",
            RENDER,
            When::Input("wait-for-success", "`wait-for-success` waits until the deploy is live"),
        ),
    ),
    (
        "bounceapp/render-action",
        What::Deploys("render", RENDER, When::Always("the action waits until the deploy is live")),
    ),
    ("bervproject/railway-deploy", What::Deploys("railway", RAILWAY, When::WithCheck("Railway's health check"))),
    // <https://github.com/google-github-actions/deploy-cloudrun>
    (
        "google-github-actions/deploy-cloudrun",
        What::Deploys(
            "deploy-cloudrun",
            CLOUD_RUN,
            When::Always("Cloud Run waits until the new revision passes its startup probe"),
        ),
    ),
    (
        "google-github-actions/deploy-appengine",
        What::Deploys("deploy-appengine", APP_ENGINE, When::Always("App Engine waits until the new version serves")),
    ),
    (
        "google-github-actions/deploy-cloud-functions",
        What::Deploys(
            "deploy-cloud-functions",
            FUNCTION,
            When::Always("Cloud Functions waits until the function is ready"),
        ),
    ),
    (
        "google-github-actions/create-cloud-deploy-release",
        What::Deploys("Cloud Deploy", Replaces::ByManifests, When::Untold("Cloud Deploy's own pipeline decides")),
    ),
    ("google-github-actions/release-please-action", Publishes("a release")),
    ("google-github-actions/", Nothing),
    // <https://github.com/Azure/webapps-deploy>
    ("azure/webapps-deploy", What::Deploys("webapps-deploy", APP_SERVICE, When::Never)),
    ("azure/appservice-settings", Nothing),
    (
        "azure/functions-action",
        What::Deploys("functions-action", FUNCTION, When::Untold("what the functions answer is only known there")),
    ),
    (
        "azure/container-apps-deploy-action",
        What::Deploys(
            "container-apps-deploy-action",
            Replaces::Rolling("Container Apps moves the requests once the new revision is ready"),
            When::Untold("Container Apps decides by the revision's probes"),
        ),
    ),
    // <https://github.com/Azure/k8s-deploy>: it checks the rollout's status.
    (
        "azure/k8s-deploy",
        What::Deploys(
            "k8s-deploy",
            Replaces::ByManifests,
            When::Always("the action waits until the rollout is complete"),
        ),
    ),
    (
        "azure/arm-deploy",
        What::Deploys("arm-deploy", Replaces::Untold("the resources decide"), When::Untold("the resources decide")),
    ),
    ("azure/static-web-apps-deploy", Nothing),
    ("azure/", Nothing),
    (
        "amondnet/vercel-action",
        What::Deploys(
            "vercel",
            Replaces::Rolling("Vercel switches the requests to the new deployment when it is built"),
            When::Always("Vercel waits until the new deployment is ready"),
        ),
    ),
    (
        "betahuhn/deploy-to-vercel-action",
        What::Deploys(
            "vercel",
            Replaces::Rolling("Vercel switches the requests to the new deployment when it is built"),
            When::Always("Vercel waits until the new deployment is ready"),
        ),
    ),
    (
        "nwtgck/actions-netlify",
        What::Deploys(
            "netlify",
            Replaces::Rolling("Netlify switches the requests to the new deploy when it is ready"),
            When::Always("Netlify waits until the new deploy is ready"),
        ),
    ),
    (
        "cloudflare/wrangler-action",
        What::Deploys("wrangler", FUNCTION, When::Untold("what a Worker answers after a deploy is only known there")),
    ),
    (
        "serverless/github-action",
        What::Deploys("serverless", FUNCTION, When::Untold("what the functions answer is only known there")),
    ),
    // <https://github.com/digitalocean/app_action>
    (
        "digitalocean/app_action",
        What::Deploys(
            "app_action",
            Replaces::Untold("App Platform decides how it replaces the old version"),
            When::Always("the action waits until the deployment is live"),
        ),
    ),
    ("digitalocean/", Nothing),
    // <https://github.com/nais/deploy/tree/master/actions/deploy>: it waits for the rollout unless `WAIT` is false.
    (
        "nais/deploy/actions/deploy",
        What::Deploys(
            "nais deploy",
            Replaces::ByManifests,
            When::Always("the action waits until the rollout is complete"),
        ),
    ),
    ("nais/docker-build-push", Publishes("an image")),
    ("nais/", Nothing),
    // Copies files to a server; commands after it stand among its inputs.
    ("easingthemes/ssh-deploy", Copies),
    ("appleboy/scp-action", Copies),
    ("burnett01/rsync-deployments", Copies),
    ("samkirkland/ftp-deploy-action", Copies),
    ("appleboy/ssh-action", Nothing),
    ("fifsky/ssh-action", Nothing),
    ("garygrossgarten/github-action-ssh", Nothing),
    // <https://github.com/docker/build-push-action>
    ("docker/build-push-action", PublishesIf("an image", "push")),
    ("docker/bake-action", PublishesIf("an image", "push")),
    ("depot/build-push-action", PublishesIf("an image", "push")),
    ("useblacksmith/build-push-action", PublishesIf("an image", "push")),
    ("docker/", Nothing),
    ("redhat-actions/push-to-registry", Publishes("an image")),
    ("elgohr/publish-docker-github-action", Publishes("an image")),
    ("mr-smithers-excellent/docker-build-push", Publishes("an image")),
    ("whoan/docker-build-with-cache-action", Publishes("an image")),
    ("macbre/push-to-ghcr", Publishes("an image")),
    ("jsdaniell/create-json", Nothing),
    ("js-devtools/npm-publish", Publishes("a package")),
    ("changesets/action", Publishes("packages")),
    ("cycjimmy/semantic-release-action", Publishes("a release")),
    ("softprops/action-gh-release", Publishes("a release")),
    ("ncipollo/release-action", Publishes("a release")),
    ("actions/create-release", Publishes("a release")),
    ("googleapis/release-please-action", Publishes("a release")),
    ("goreleaser/goreleaser-action", Publishes("a release")),
    ("helm/chart-releaser-action", Publishes("a chart")),
    ("helm/kind-action", TestCluster),
    ("engineerd/setup-kind", TestCluster),
    ("container-tools/kind-action", TestCluster),
    ("medyagh/setup-minikube", TestCluster),
    ("manusa/actions-setup-minikube", TestCluster),
    ("absaoss/k3d-action", TestCluster),
    ("nolar/setup-k3d-k3s", TestCluster),
    ("helm/chart-testing-action", TestCluster),
    ("peaceiris/actions-gh-pages", Nothing),
    ("jamesives/github-pages-deploy-action", Nothing),
    ("actions/deploy-pages", Nothing),
    ("crazy-max/ghaction-github-pages", Nothing),
    ("firebaseextended/action-hosting-deploy", Nothing),
    ("cloudflare/pages-action", Nothing),
    ("actions/", Nothing),
    ("github/", Nothing),
    ("jtalk/url-health-check-action", Asks),
    ("nev7n/wait_for_response", Asks),
    ("ifaxity/wait-on-action", Asks),
    ("cygnetdigital/wait_for_response", Asks),
    ("lakuapik/gh-actions-http-status", Asks),
    ("gautamkrishnar/", Nothing),
    ("cypress-io/github-action", Tests),
    // What it uploads, the platform's own pipeline deploys: <https://github.com/govuk-one-login/devplatform-upload-action>.
    ("govuk-one-login/devplatform-upload-action", What::CallsPipeline),
    // HMCTS: helm, then `/health` until it answers, then smoke tests; to `aat`, then `prod`.
    // <https://github.com/hmcts/cnp-jenkins-library/blob/master/vars/helmInstall.groovy>
    (
        "jenkins/infrastructure/withpipeline",
        What::Deploys(
            "the HMCTS pipeline",
            Replaces::ByManifests,
            When::Always("the library asks `/health` after each deploy until it answers"),
        ),
    ),
    ("jenkins/infrastructure/withnightlypipeline", Nothing),
    ("defra/cdp-build-action/", Publishes("an image")),
    // Calls of pipelines in other repositories.
    ("peter-evans/repository-dispatch", CallsDeploy),
    ("benc-uk/workflow-dispatch", CallsDeploy),
    ("convictional/trigger-workflow-and-wait", CallsDeploy),
    ("aurelien-baudet/workflow-dispatch", CallsDeploy),
    ("the-actions-org/workflow-dispatch", CallsDeploy),
    ("fjogeleit/http-request-action", Nothing),
    ("bobheadxi/deployments", Nothing),
    ("chrnorm/deployment", Nothing),
    ("slackapi/", Nothing),
    // CircleCI's orbs: <https://circleci.com/developer/orbs>.
    ("circleci/heroku/", What::Deploys("heroku", Replaces::ByPlatform, When::Never)),
    (
        "circleci/aws-ecs/deploy-service-update",
        What::Deploys(
            "aws-ecs orb",
            ECS,
            When::Input("verify-revision-is-deployed", "`verify-revision-is-deployed` waits until the new tasks run"),
        ),
    ),
    (
        "circleci/aws-ecs/deploy_service_update",
        What::Deploys(
            "aws-ecs orb",
            ECS,
            When::Input("verify_revision_is_deployed", "`verify_revision_is_deployed` waits until the new tasks run"),
        ),
    ),
    (
        "circleci/aws-ecs/update-service",
        What::Deploys(
            "aws-ecs orb",
            ECS,
            When::Input("verify-revision-is-deployed", "`verify-revision-is-deployed` waits until the new tasks run"),
        ),
    ),
    (
        "circleci/aws-elastic-beanstalk/deploy",
        What::Deploys(
            "Elastic Beanstalk",
            POLICY,
            When::Always("`eb deploy` waits until the environment is updated and healthy"),
        ),
    ),
    (
        "circleci/gcp-cloud-run/deploy",
        What::Deploys(
            "Cloud Run",
            CLOUD_RUN,
            When::Always("Cloud Run waits until the new revision passes its startup probe"),
        ),
    ),
    (
        "circleci/kubernetes/create-or-update-resource",
        What::Deploys(
            "kubectl",
            Replaces::ByManifests,
            When::Input("get-rollout-status", "`get-rollout-status` waits until the rollout is complete"),
        ),
    ),
    (
        "circleci/helm/upgrade-helm-chart",
        What::Deploys("helm", Replaces::ByManifests, When::Input("wait", "`wait` waits until the pods are ready")),
    ),
    ("circleci/aws-ecr/", Publishes("an image")),
    ("circleci/gcp-gcr/", Publishes("an image")),
    ("circleci/docker/publish", Publishes("an image")),
    ("circleci/docker/push", Publishes("an image")),
    ("circleci/", Nothing),
    // Tasks of Azure Pipelines: <https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/>.
    ("azurewebapp", What::Deploys("AzureWebApp", APP_SERVICE, When::Never)),
    ("azurermwebappdeployment", What::Deploys("AzureRmWebAppDeployment", APP_SERVICE, When::Never)),
    (
        "kubernetesmanifest",
        What::Deploys(
            "KubernetesManifest",
            Replaces::ByManifests,
            When::Always("the task waits until the rollout is complete"),
        ),
    ),
    (
        "helmdeploy",
        What::Deploys(
            "HelmDeploy",
            Replaces::ByManifests,
            When::Unless("waitForExecution", "the task runs helm with `--wait`"),
        ),
    ),
    ("docker@", PublishesIf("an image", "command")),
    ("ecsdeploytask", What::Deploys("ECS", ECS, When::Untold("the task decides"))),
    // Bitbucket's pipes: <https://bitbucket.org/product/features/pipelines/integrations>.
    (
        "atlassian/aws-ecs-deploy",
        What::Deploys("aws-ecs-deploy", ECS, When::Input("WAIT", "`WAIT` waits until the service is stable")),
    ),
    (
        "atlassian/heroku-deploy",
        What::Deploys("heroku", Replaces::ByPlatform, When::Input("WAIT", "`WAIT` waits until the build is done")),
    ),
    (
        "atlassian/aws-elasticbeanstalk-deploy",
        What::Deploys(
            "Elastic Beanstalk",
            POLICY,
            When::Input("WAIT", "`WAIT` waits until the environment is updated"),
        ),
    ),
    (
        "atlassian/google-cloud-run-deploy",
        What::Deploys(
            "Cloud Run",
            CLOUD_RUN,
            When::Always("Cloud Run waits until the new revision passes its startup probe"),
        ),
    ),
    (
        "atlassian/google-app-engine-deploy",
        What::Deploys("App Engine", APP_ENGINE, When::Always("App Engine waits until the new version serves")),
    ),
    (
        "atlassian/aws-lambda-deploy",
        What::Deploys("aws-lambda-deploy", FUNCTION, When::Input("WAIT", "`WAIT` waits until the function is updated")),
    ),
    ("atlassian/kubectl-run", What::Deploys("kubectl", Replaces::ByManifests, When::Never)),
    ("atlassian/aws-eks-kubectl-run", What::Deploys("kubectl", Replaces::ByManifests, When::Never)),
    ("atlassian/azure-web-apps-deploy", What::Deploys("App Service", APP_SERVICE, When::Never)),
    ("microsoft/azure-web-apps-deploy", What::Deploys("App Service", APP_SERVICE, When::Never)),
    ("atlassian/trigger-pipeline", CallsDeploy),
    ("atlassian/rsync-deploy", Copies),
    ("atlassian/scp-deploy", Copies),
    ("atlassian/aws-ecr-push-image", Publishes("an image")),
    ("atlassian/", Nothing),
    // Travis' providers: <https://docs.travis-ci.com/user/deployment/>.
    ("travis/heroku", What::Deploys("heroku", Replaces::ByPlatform, When::Never)),
    (
        "travis/elasticbeanstalk",
        What::Deploys(
            "Elastic Beanstalk",
            POLICY,
            When::Input("wait_until_deployed", "`wait_until_deployed` waits until the environment is updated"),
        ),
    ),
    (
        "travis/codedeploy",
        What::Deploys(
            "CodeDeploy",
            Replaces::Untold("the deployment group decides"),
            When::Input("wait_until_deployed", "`wait_until_deployed` waits until the deployment is done"),
        ),
    ),
    (
        "travis/gae",
        What::Deploys("App Engine", APP_ENGINE, When::Always("App Engine waits until the new version serves")),
    ),
    ("travis/lambda", What::Deploys("Lambda", FUNCTION, When::Never)),
    (
        "travis/cloudfoundry",
        What::Deploys(
            "cf push",
            Replaces::Untold("`cf push` decides"),
            When::Always("`cf push` waits until the instances pass their health check"),
        ),
    ),
    (
        "travis/engineyard",
        What::Deploys("Engine Yard", Replaces::Untold("Engine Yard decides"), When::Untold("Engine Yard decides")),
    ),
    ("travis/azure_web_apps", What::Deploys("App Service", APP_SERVICE, When::Never)),
    ("travis/npm", Publishes("a package")),
    ("travis/releases", Publishes("a release")),
    ("travis/", Nothing),
    // Plugins of Drone and Woodpecker: <https://plugins.drone.io>.
    ("plugins/docker", Publishes("an image")),
    ("plugins/ecr", Publishes("an image")),
    ("plugins/gcr", Publishes("an image")),
    ("woodpeckerci/plugin-docker-buildx", Publishes("an image")),
    ("plugins/kaniko", Publishes("an image")),
    ("plugins/npm", Publishes("a package")),
    ("plugins/heroku", What::Deploys("heroku", Replaces::ByPlatform, When::Never)),
    (
        "plugins/helm",
        What::Deploys("helm", Replaces::ByManifests, When::Input("wait", "`wait` waits until the pods are ready")),
    ),
    (
        "pelotech/drone-helm3",
        What::Deploys(
            "helm",
            Replaces::ByManifests,
            When::Input("wait_for_upgrade", "`wait_for_upgrade` waits until the pods are ready"),
        ),
    ),
    ("appleboy/drone-ssh", Nothing),
    ("appleboy/drone-scp", Copies),
    (
        "danielgormly/drone-plugin-kube",
        What::Deploys(
            "kubectl",
            Replaces::ByManifests,
            When::Input("wait", "`wait` waits until the rollout is complete"),
        ),
    ),
    ("plugins/downstream", CallsDeploy),
    // Modules of Ansible: <https://docs.ansible.com/ansible/latest/collections/>.
    (
        "ansible/docker_compose",
        What::Deploys(
            "compose",
            Replaces::Interrupts("compose removes the old container before it starts the new one"),
            When::Input("wait", "`wait` waits until the containers are healthy"),
        ),
    ),
    (
        "ansible/docker_container",
        What::Deploys(
            "docker",
            Replaces::Interrupts("the old container is removed before the new one starts"),
            When::Never,
        ),
    ),
    ("ansible/docker_stack", What::Deploys("docker stack deploy", Replaces::BySwarm, When::Never)),
    ("ansible/docker_swarm_service", What::Deploys("docker service update", Replaces::BySwarm, When::Never)),
    (
        "ansible/k8s",
        What::Deploys(
            "kubectl",
            Replaces::ByManifests,
            When::Input("wait", "`wait` waits until the objects are ready"),
        ),
    ),
    (
        "ansible/helm",
        What::Deploys("helm", Replaces::ByManifests, When::Input("wait", "`wait` waits until the pods are ready")),
    ),
    ("ansible/uri", Asks),
    ("ansible/wait_for", Asks),
    (
        "ansible/systemd restarted",
        What::Deploys(
            "systemd",
            Replaces::Interrupts("systemd stops the process before it starts it anew"),
            When::Never,
        ),
    ),
    (
        "ansible/systemd stopped",
        What::Deploys("systemd", Replaces::Interrupts("nothing runs until it is started again"), When::Never),
    ),
    ("ansible/", Nothing),
    // GitLab's own templates: <https://docs.gitlab.com/topics/autodevops/>.
    (
        "template/auto-devops",
        What::Deploys(
            "Auto DevOps",
            Replaces::Rolling("Auto DevOps rolls the deployment out step by step"),
            When::Always("Auto DevOps runs helm with `--wait`"),
        ),
    ),
    (
        "template/jobs/deploy",
        What::Deploys(
            "Auto DevOps",
            Replaces::Rolling("Auto DevOps rolls the deployment out step by step"),
            When::Always("Auto DevOps runs helm with `--wait`"),
        ),
    ),
    ("template/", Nothing),
];

fn is_true(call: &Use, input: &str) -> bool {
    call.text(input).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "true" | "yes" | "1"))
}

fn is_false(call: &Use, input: &str) -> bool {
    call.text(input).is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "false" | "no" | "0"))
}

/// Whether the table has a row for a call.
pub fn is_known(call: &Use) -> bool {
    let name = call.name.value.to_ascii_lowercase();
    TABLE.iter().any(|(row, _)| name.starts_with(row))
}

/// What a call does.
pub fn deed(call: &Use) -> Option<Deed> {
    let name = call.name.value.to_ascii_lowercase();
    if let Some((_, what)) = TABLE.iter().find(|(row, _)| name.starts_with(row)) {
        return known(call, what);
    }
    // A workflow, orb or pipeline without a row: what its name declares decides.
    let is_pages = name.contains("pages") || name.contains("docs") || name.contains("storybook");
    let checks_out = name.contains("setup") || name.contains("install-");
    (names::deploys(&name) && !is_pages && !checks_out).then_some(Deed::CallsDeploy)
}

fn known(call: &Use, what: &What) -> Option<Deed> {
    Some(match what {
        What::Deploys(tool, replaces, when) => {
            let waits = match when {
                When::Always(by) => Waits::Yes(by),
                When::Never => Waits::No,
                When::Input(input, by) if is_true(call, input) => Waits::Yes(by),
                When::Unless(input, by) if !is_false(call, input) => Waits::Yes(by),
                When::Given(input, by) if call.text(input).is_some_and(|value| !value.is_empty()) => Waits::Yes(by),
                When::Input(..) | When::Unless(..) | When::Given(..) => Waits::No,
                When::WithCheck(by) => Waits::WithCheck(by),
                When::Untold(why) => Waits::Untold(why),
            };
            Deed::Deploys(Deploys { tool, replaces: *replaces, waits, everywhere: true })
        }
        What::Copies => Deed::Deploys(Deploys {
            tool: COPY,
            replaces: Replaces::Untold("copied files replace nothing that runs"),
            waits: Waits::No,
            everywhere: false,
        }),
        What::Publishes(what) => Deed::Publishes(what),
        What::PublishesIf(what, input) => {
            call.text(input).filter(|value| !matches!(*value, "" | "false"))?;
            Deed::Publishes(what)
        }
        What::Verifies => Deed::Verifies(Verifies::Polls),
        What::Tests => Deed::Verifies(Verifies::Tests),
        What::CallsDeploy => {
            // Such an action starts any event; what it is called for stands in its inputs.
            let texts = call.inputs.iter().filter_map(|input| input.value.as_ref());
            if !texts.map(|value| value.value.as_str()).any(names::deploys) {
                return None;
            }
            Deed::CallsDeploy
        }
        What::CallsPipeline => Deed::CallsDeploy,
        What::TestCluster => Deed::TestCluster,
        What::Nothing => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use prodcheck_facts::automation::Variable;
    use prodcheck_source::{Span, Spanned};

    fn call(name: &str, inputs: &[(&str, &str)]) -> Use {
        let spanned = |text: &str| Spanned::new(text.to_owned(), Span::default());
        let inputs = inputs.iter().map(|(name, value)| Variable { name: spanned(name), value: Some(spanned(value)) });
        Use { inputs: inputs.collect(), ..Use::parse(&spanned(name)) }
    }

    #[test]
    fn rows_are_in_small_letters_and_reachable() {
        for (at, (row, _)) in TABLE.iter().enumerate() {
            assert_eq!(*row, row.to_ascii_lowercase(), "{row}");
            let before = TABLE.iter().take(at).find(|(earlier, _)| row.starts_with(earlier));
            assert!(before.is_none(), "{row} is hidden by {:?}", before.map(|(earlier, _)| earlier));
        }
    }

    #[test]
    fn facts_about_actions() {
        let ecs = "aws-actions/amazon-ecs-deploy-task-definition@v2";
        let waits = |deed: Option<Deed>| match deed {
            Some(Deed::Deploys(deploys)) => matches!(deploys.waits, Waits::Yes(_)),
            other => panic!("{other:?}"),
        };
        assert!(waits(deed(&call(ecs, &[("wait-for-service-stability", "true")]))));
        assert!(!waits(deed(&call(ecs, &[]))) && !waits(deed(&call(ecs, &[("wait-for-service-stability", "false")]))));
        assert_eq!(deed(&call("docker/build-push-action@v6", &[("push", "true")])), Some(Deed::Publishes("an image")));
        assert_eq!(deed(&call("docker/build-push-action@v6", &[("push", "false")])), None);
        assert_eq!(deed(&call("acme/pipelines/.github/workflows/deploy.yml@v2", &[])), Some(Deed::CallsDeploy));
        assert_eq!(deed(&call("acme/pipelines/.github/workflows/lint.yml@v2", &[])), None);
        assert_eq!(deed(&call("actions/deploy-pages@v4", &[])), None);
        assert_eq!(deed(&call("acme/deploy-docs@v1", &[])), None);
        let dispatch = "peter-evans/repository-dispatch@v3";
        assert_eq!(deed(&call(dispatch, &[("event-type", "deploy-api")])), Some(Deed::CallsDeploy));
        assert_eq!(deed(&call(dispatch, &[("event-type", "größe")])), None);
    }
}
