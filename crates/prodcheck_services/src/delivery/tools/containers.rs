//! Calls of Docker, kubectl and Helm.

use super::{deploys, maybe};
use crate::delivery::deed::{Deed, Replaces, Verifies, Waits};
use prodcheck_facts::automation::ScriptCommand;
use prodcheck_facts::command::{Options, ToolCall, Word};

const GONE: Replaces = Replaces::Interrupts("the container is stopped before its successor starts");

pub(super) fn docker(call: &ToolCall, command: &ScriptCommand) -> Option<Deed> {
    let words: Vec<&str> = call.command.iter().map(String::as_str).collect();
    let options = &call.options;
    match words.as_slice() {
        ["compose", "up"] => {
            let waits = match options.has(&["--wait"]) {
                true => Waits::Yes("`docker compose up --wait` waits until the containers are healthy"),
                false => Waits::No,
            };
            // Without `-d` it stays in the foreground, as in tests; `--wait` implies it.
            let detached = options.has(&["-d", "--detach", "--wait"]);
            if !detached || options.has(&["--abort-on-container-exit", "--exit-code-from"]) {
                return None;
            }
            maybe(
                "compose",
                Replaces::Interrupts("compose removes the old container before it starts the new one"),
                waits,
            )
        }
        ["compose", "down" | "stop" | "restart" | "kill"] => maybe("compose", GONE, Waits::No),
        ["stack", "deploy" | "up"] => {
            let waits = match options.value(&["--detach"]).is_some_and(|value| value.is("false")) {
                true => Waits::Yes("`--detach=false` waits until the services have converged"),
                false => Waits::No,
            };
            deploys("docker stack deploy", Replaces::BySwarm, waits)
        }
        ["service", "update"] => {
            let order = options.value(&["--update-order"]);
            let replaces = match order.map(Word::shown) {
                Some("start-first") => Replaces::Rolling("the new task starts before the old one stops"),
                _ => Replaces::BySwarm,
            };
            let waits = match options.has(&["-d", "--detach"]) {
                true => Waits::No,
                // <https://docs.docker.com/reference/cli/docker/service/update/>: it waits for the tasks to converge.
                false => Waits::Yes("`docker service update` waits until the tasks have converged"),
            };
            deploys("docker service update", replaces, waits)
        }
        // <https://github.com/wowu/docker-rollout>
        ["rollout"] => deploys(
            "docker rollout",
            Replaces::Rolling("`docker rollout` starts the new container before it removes the old one"),
            Waits::Yes("`docker rollout` waits until the new container is healthy"),
        ),
        ["stop" | "kill" | "restart"] | ["container", "stop" | "kill" | "restart"] => maybe("docker", GONE, Waits::No),
        ["rm"] | ["container", "rm"] if options.has(&["-f", "--force"]) => maybe("docker", GONE, Waits::No),
        ["run"] | ["container", "run"] if options.has(&["-d", "--detach"]) => {
            maybe("docker run", Replaces::Untold("`docker run` replaces nothing that runs"), Waits::No)
        }
        ["push"] | ["image", "push"] | ["compose", "push"] | ["manifest", "push"] => Some(Deed::Publishes("an image")),
        ["build"] | ["buildx", "build" | "bake"] | ["image", "build"] if options.has(&["--push"]) => {
            Some(Deed::Publishes("an image"))
        }
        ["buildx", "imagetools", ..] => Some(Deed::Publishes("an image")),
        // `until [ "$(docker inspect … .State.Health.Status)" = healthy ]; do sleep 1; done`
        ["inspect"] | ["container", "inspect"] | ["compose", "ps"] | ["ps"] if command.in_loop => {
            Some(Deed::Verifies(Verifies::Polls))
        }
        _ => None,
    }
}

pub(super) fn kubectl(call: &ToolCall) -> Option<Deed> {
    let words: Vec<&str> = call.command.iter().map(String::as_str).collect();
    let dry = call
        .options
        .flag(&["--dry-run"])
        .is_some_and(|flag| !flag.value.as_ref().is_some_and(|value| value.is("none")));
    if dry {
        return None;
    }
    match words.as_slice() {
        ["rollout", "status"] | ["wait"] => Some(Deed::Verifies(Verifies::Polls)),
        ["apply" | "replace" | "patch"] | ["set", "image"] | ["rollout", "restart"] | ["set", "env"] => {
            deploys("kubectl", Replaces::ByManifests, Waits::No)
        }
        ["create"] if call.options.has(&["-f", "--filename", "-k", "--kustomize"]) => {
            deploys("kubectl", Replaces::ByManifests, Waits::No)
        }
        _ => None,
    }
}

pub(super) fn helm(call: &ToolCall) -> Option<Deed> {
    let waits = helm_waits(&call.options);
    match call.command.first().map(String::as_str)? {
        "upgrade" | "install" if !call.options.has(&["--dry-run"]) => deploys("helm", Replaces::ByManifests, waits),
        "push" | "cm-push" => Some(Deed::Publishes("a chart")),
        _ => None,
    }
}

fn helm_waits(options: &Options) -> Waits {
    if options.has(&["--atomic"]) {
        Waits::Yes("`helm --atomic` waits until the pods are ready, and rolls back if they do not get so")
    } else if options.has(&["--rollback-on-failure"]) {
        Waits::Yes("`helm --rollback-on-failure` waits until the pods are ready")
    } else if options.flag(&["--wait"]).is_some_and(|flag| !flag.value.as_ref().is_some_and(|value| value.is("false")))
    {
        Waits::Yes("`helm --wait` waits until the pods are ready")
    } else {
        Waits::No
    }
}
