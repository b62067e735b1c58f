//! Actions and reusable workflows of GitHub.

use super::What::{self, CallsDeploy, Copies, Nothing, Publishes, PublishesIf, TestCluster, Tests, Verifies as Asks};
use super::{APP_ENGINE, APP_SERVICE, CLOUD_RUN, ECS, FUNCTION, POLICY, RAILWAY, RENDER, Row, When};
use crate::delivery::deed::Replaces;

/// The beginning of a name, in small letters, and what is known of it. Of several that fit the first counts.
pub(super) const TABLE: &[Row] = &[
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
];
