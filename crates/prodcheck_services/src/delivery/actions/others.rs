//! Orbs, tasks, pipes, providers, plugins, modules and templates of other CI services.

use super::What::{self, CallsDeploy, Copies, Nothing, Publishes, PublishesIf, Verifies as Asks};
use super::{APP_ENGINE, APP_SERVICE, CLOUD_RUN, ECS, FUNCTION, POLICY, Row, When};
use crate::delivery::deed::Replaces;

/// The beginning of a name, in small letters, and what is known of it. Of several that fit the first counts.
pub(super) const TABLE: &[Row] = &[
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
