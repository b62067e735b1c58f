//! The command lines of Google Cloud, AWS and Azure.

use super::{ECS, deploys, has};
use crate::delivery::deed::{Deed, Replaces, Verifies, Waits};

pub(super) fn gcloud(words: &[&str], plain: &[&str]) -> Option<Deed> {
    let plain: Vec<&str> = plain.iter().copied().filter(|word| !matches!(*word, "beta" | "alpha")).collect();
    match plain.as_slice() {
        ["run", "deploy", ..] | ["run", "services", "replace" | "update", ..] => {
            // A revision gets requests only once its startup probe, by default on the port, has passed:
            // <https://cloud.google.com/run/docs/configuring/healthchecks>.
            let waits = match has(words, "--async") {
                true => Waits::No,
                false => Waits::Yes("`gcloud run deploy` waits until the new revision passes its startup probe"),
            };
            deploys(
                "gcloud run deploy",
                Replaces::Rolling("Cloud Run moves the requests once the new revision is ready"),
                waits,
            )
        }
        ["app", "deploy", ..] => deploys(
            "gcloud app deploy",
            Replaces::Rolling("App Engine moves the requests once the new version is ready"),
            Waits::Yes("`gcloud app deploy` waits until the new version serves"),
        ),
        ["functions", "deploy", ..] => deploys(
            "gcloud functions deploy",
            Replaces::Rolling("the new version of a function takes over without a stop"),
            Waits::Yes("`gcloud functions deploy` waits until the function is ready"),
        ),
        ["deploy", "releases", "create", ..] => deploys("Cloud Deploy", Replaces::ByManifests, Waits::No),
        ["builds", "submit", ..] => Some(Deed::Publishes("an image")),
        ["compute", "instances", "update-container", ..] => {
            deploys("gcloud compute", Replaces::Interrupts("the machine restarts with the new container"), Waits::No)
        }
        _ => None,
    }
}

pub(super) fn aws(plain: &[&str], words: &[&str]) -> Option<Deed> {
    match plain {
        ["ecs", "update-service", ..] => deploys("aws ecs update-service", Replaces::Rolling(ECS), Waits::No),
        ["ecs", "deploy", ..] => {
            deploys("aws ecs deploy", Replaces::Rolling(ECS), Waits::Yes("`aws ecs deploy` waits for CodeDeploy"))
        }
        ["ecs", "wait", ..] | ["elbv2", "wait", ..] | ["deploy", "wait", ..] | ["elasticbeanstalk", "wait", ..] => {
            Some(Deed::Verifies(Verifies::Polls))
        }
        ["lambda", "update-function-code", ..] => deploys(
            "aws lambda",
            Replaces::Rolling("the new version of a function takes over without a stop"),
            Waits::No,
        ),
        ["lambda", "wait", ..] => Some(Deed::Verifies(Verifies::Polls)),
        ["deploy", "create-deployment", ..] => deploys(
            "CodeDeploy",
            Replaces::Untold("the deployment group decides"),
            Waits::Untold("the deployment group decides"),
        ),
        ["elasticbeanstalk", "update-environment", ..] => {
            deploys("Elastic Beanstalk", Replaces::Untold("the environment's deployment policy decides"), Waits::No)
        }
        ["apprunner", "start-deployment" | "update-service", ..] => deploys(
            "App Runner",
            Replaces::Rolling("App Runner moves the requests once the new version is healthy"),
            Waits::Untold("App Runner deploys on its own"),
        ),
        ["cloudformation", "deploy" | "update-stack", ..] => {
            deploys("CloudFormation", Replaces::Untold("the resources decide"), Waits::Untold("the resources decide"))
        }
        ["ssm", "send-command", ..] if words.iter().any(|word| word.contains("RunShell")) => None,
        _ => None,
    }
}

pub(super) fn az(plain: &[&str]) -> Option<Deed> {
    match plain {
        ["webapp" | "functionapp", "deployment", "slot", "swap", ..] => deploys(
            "az webapp",
            Replaces::Rolling("a slot swap moves the requests once the new version is warm"),
            Waits::Yes("a slot swap waits until the new version is warm"),
        ),
        ["webapp", "deploy" | "up" | "restart", ..] | ["webapp", "deployment" | "config", ..] => {
            deploys("az webapp", Replaces::Untold("App Service decides how it restarts the app"), Waits::No)
        }
        ["functionapp", "deployment" | "deploy", ..] => deploys(
            "az functionapp",
            Replaces::Rolling("the new version of a function takes over without a stop"),
            Waits::No,
        ),
        ["containerapp", "update" | "up" | "create" | "revision", ..] => deploys(
            "az containerapp",
            Replaces::Rolling("Container Apps moves the requests once the new revision is ready"),
            Waits::Untold("Container Apps decides by the revision's probes"),
        ),
        ["deployment", ..] => {
            deploys("az deployment", Replaces::Untold("the resources decide"), Waits::Untold("the resources decide"))
        }
        _ => None,
    }
}
