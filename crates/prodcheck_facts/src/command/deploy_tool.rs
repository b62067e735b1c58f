//! Calls of the tools that deploy: Docker and Compose, systemctl, kubectl, Helm.
//!
//! Sources: <https://docs.docker.com/reference/cli/docker/>, `systemctl(1)`,
//! <https://kubernetes.io/docs/reference/kubectl/>, <https://helm.sh/docs/helm/>.

use super::options::{Grammar, anywhere, leading};
use super::{DeployTool, Invocation, ToolCall, Word};
use prodcheck_source::Place;

const COMPOSE: Grammar = Grammar {
    valued: &[
        "-f",
        "--file",
        "-p",
        "--project-name",
        "--project-directory",
        "--profile",
        "--env-file",
        "--ansi",
        "--parallel",
        "--progress",
        "-H",
        "--host",
        "-c",
        "--context",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

const COMPOSE_COMMAND: Grammar = Grammar {
    valued: &[
        "--scale",
        "--timeout",
        "-t",
        "--wait-timeout",
        "--exit-code-from",
        "--pull",
        "-e",
        "--env",
        "-u",
        "--user",
        "-w",
        "--workdir",
        "--index",
        "--name",
        "--entrypoint",
        "-p",
        "--publish",
        "-v",
        "--volume",
        "--build-arg",
        "--progress",
        "--env-from-file",
        "-s",
        "--signal",
        "--tail",
        "-n",
        "--rmi",
        "-l",
        "--label",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

const DOCKER: Grammar = Grammar {
    valued: &[
        "-H",
        "--host",
        "-c",
        "--context",
        "--config",
        "-l",
        "--log-level",
        "--tlscacert",
        "--tlscert",
        "--tlskey",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

/// The options of `docker run` and its like that take the next word.
const DOCKER_COMMAND: Grammar = Grammar {
    valued: &[
        "-a",
        "--attach",
        "--add-host",
        "--annotation",
        "--blkio-weight",
        "--cap-add",
        "--cap-drop",
        "--cgroup-parent",
        "--cidfile",
        "--cpu-count",
        "--cpu-period",
        "--cpu-quota",
        "-c",
        "--cpu-shares",
        "--cpus",
        "--cpuset-cpus",
        "--cpuset-mems",
        "--device",
        "--dns",
        "--dns-search",
        "--domainname",
        "--entrypoint",
        "-e",
        "--env",
        "--env-file",
        "--expose",
        "--gpus",
        "--group-add",
        "--health-cmd",
        "--health-interval",
        "--health-retries",
        "--health-start-period",
        "--health-timeout",
        "-h",
        "--hostname",
        "--ip",
        "--ipc",
        "-l",
        "--label",
        "--label-file",
        "--link",
        "--log-driver",
        "--log-opt",
        "--mac-address",
        "-m",
        "--memory",
        "--memory-reservation",
        "--memory-swap",
        "--memory-swappiness",
        "--mount",
        "--name",
        "--network",
        "--net",
        "--network-alias",
        "--oom-score-adj",
        "--pid",
        "--pids-limit",
        "--platform",
        "-p",
        "--publish",
        "--pull",
        "--restart",
        "--runtime",
        "--security-opt",
        "--shm-size",
        "--stop-signal",
        "--stop-timeout",
        "--storage-opt",
        "--sysctl",
        "--tmpfs",
        "--ulimit",
        "-u",
        "--user",
        "--userns",
        "--uts",
        "-v",
        "--volume",
        "--volume-driver",
        "--volumes-from",
        "-w",
        "--workdir",
        "--file",
        "--build-arg",
        "--cache-from",
        "--cache-to",
        "-o",
        "--output",
        "--progress",
        "--secret",
        "--ssh",
        "--set",
        "--builder",
        "--metadata-file",
        "--time",
        "-s",
        "--signal",
        "--filter",
        "--format",
        "--compose-file",
        "--image",
        "--env-add",
        "--replicas",
        "--update-order",
        "--update-parallelism",
        "--update-delay",
        "--limit-memory",
        "--limit-cpu",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

const SYSTEMCTL: Grammar = Grammar {
    valued: &[
        "-t",
        "--type",
        "-p",
        "--property",
        "-H",
        "--host",
        "-M",
        "--machine",
        "-s",
        "--signal",
        "-n",
        "--lines",
        "-o",
        "--output",
        "--root",
        "--job-mode",
        "--kill-whom",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

const KUBECTL: Grammar = Grammar {
    valued: &[
        "-n",
        "--namespace",
        "--context",
        "--cluster",
        "--kubeconfig",
        "--user",
        "-s",
        "--server",
        "--token",
        "-f",
        "--filename",
        "-k",
        "--kustomize",
        "-l",
        "--selector",
        "-o",
        "--output",
        "--timeout",
        "--for",
        "-p",
        "--patch",
        "--type",
        "--image",
        "--replicas",
        "-c",
        "--container",
        "--request-timeout",
        "--field-manager",
        "--as",
        "--revision",
        "--to-revision",
        "--field-selector",
        "--sort-by",
        "--tail",
        "--since",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

const HELM: Grammar = Grammar {
    valued: &[
        "-n",
        "--namespace",
        "--kube-context",
        "--kubeconfig",
        "--kube-token",
        "--kube-apiserver",
        "-f",
        "--values",
        "--set",
        "--set-string",
        "--set-file",
        "--set-json",
        "--set-literal",
        "--version",
        "--repo",
        "--timeout",
        "--description",
        "-o",
        "--output",
        "--username",
        "--password",
        "--post-renderer",
        "--post-renderer-args",
        "--history-max",
        "--ca-file",
        "--labels",
        "--registry-config",
        "--repository-cache",
        "--repository-config",
    ],
    also: &[],
    clusters: true,
    underscores: false,
};

/// Docker's groups of commands.
const DOCKER_GROUPS: &[&str] = &[
    "container",
    "image",
    "stack",
    "service",
    "swarm",
    "volume",
    "network",
    "system",
    "buildx",
    "builder",
    "node",
    "secret",
    "config",
    "context",
    "plugin",
    "manifest",
];

/// kubectl's and Helm's groups of commands.
const GROUPS: &[&str] = &[
    "rollout",
    "create",
    "set",
    "config",
    "auth",
    "certificate",
    "repo",
    "dependency",
    "plugin",
    "registry",
    "get",
    "show",
];

/// What one of these tools is told to do; `None` where the program is none.
pub(super) fn read(name: &str, words: &[Word], place: &Place) -> Option<Invocation> {
    let call = match name {
        "docker-compose" | "podman-compose" => compose(Vec::new(), words, place),
        "docker" | "podman" | "nerdctl" => docker(words, place),
        "systemctl" => simple(DeployTool::Systemctl, &SYSTEMCTL, words, place),
        "kubectl" | "oc" | "k3s-kubectl" | "microk8s.kubectl" => simple(DeployTool::Kubectl, &KUBECTL, words, place),
        "helm" | "helm3" => simple(DeployTool::Helm, &HELM, words, place),
        _ => return None,
    };
    Some(Invocation::Tool(call))
}

fn text(word: &Word) -> String {
    word.shown().to_owned()
}

fn compose(global: Vec<super::Flag>, words: &[Word], place: &Place) -> ToolCall {
    let (mut options, mut left) = leading(words, &COMPOSE);
    // Before the subcommand an unknown unquoted word (`docker compose $FILES up`) stands for options.
    while let Some((_, after)) = left.split_first().filter(|(first, _)| first.prefix().is_empty() && first.is_many()) {
        let (more, rest) = leading(after, &COMPOSE);
        options.flags.extend(more.flags);
        left = rest;
    }
    let global = global.into_iter().chain(options.flags).collect();
    let mut command = vec!["compose".to_owned()];
    let after = match left.split_first() {
        Some((first, after)) => {
            command.push(text(first));
            after
        }
        None => left,
    };
    let runs = command.get(1).is_some_and(|name| name == "run" || name == "exec");
    let options = command_options(after, &COMPOSE_COMMAND, runs);
    ToolCall { tool: DeployTool::Docker, command, global, options, place: place.clone() }
}

/// What runs inside a container has options of its own, which are not the tool's.
fn command_options(words: &[Word], grammar: &Grammar, runs: bool) -> super::Options {
    if !runs {
        return anywhere(words, grammar);
    }
    let (mut options, left) = leading(words, grammar);
    options.operands = left.to_vec();
    options
}

fn docker(words: &[Word], place: &Place) -> ToolCall {
    let (options, left) = leading(words, &DOCKER);
    let mut left = left;
    let mut command = Vec::new();
    if let Some((first, after)) = left.split_first() {
        if first.is("compose") {
            return compose(options.flags, after, place);
        }
        command.push(text(first));
        left = after;
        if first.text().is_some_and(|name| DOCKER_GROUPS.contains(&name))
            && let Some((second, after)) = left.split_first().filter(|(second, _)| !second.is_option())
        {
            command.push(text(second));
            left = after;
        }
    }
    let runs = command.last().is_some_and(|name| name == "run" || name == "exec" || name == "create");
    // To run, `-t` asks for a terminal; elsewhere it names.
    let also: &[&str] = if runs { &[] } else { &["-t", "--tag", "-f", "--target"] };
    let options_after = command_options(left, &Grammar { also, ..DOCKER_COMMAND }, runs);
    ToolCall { tool: DeployTool::Docker, command, global: options.flags, options: options_after, place: place.clone() }
}

fn simple(tool: DeployTool, grammar: &Grammar, words: &[Word], place: &Place) -> ToolCall {
    let mut options = anywhere(words, grammar);
    let mut command = Vec::new();
    let groups = |name: &str| tool != DeployTool::Systemctl && GROUPS.contains(&name);
    while let Some(first) = options.operands.first() {
        let more = groups(first.shown());
        command.push(text(first));
        options.operands.remove(0);
        if !more {
            break;
        }
    }
    ToolCall { tool, command, global: Vec::new(), options, place: place.clone() }
}
