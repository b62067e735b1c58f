//! Commands that deploy, verify or publish, and what is known of each.
//!
//! Sources, beside those named at the rows: <https://pm2.keymetrics.io/docs/usage/cluster-mode/#reload>,
//! <https://docs.docker.com/reference/cli/docker/>, <https://kubernetes.io/docs/reference/kubectl/>,
//! <https://helm.sh/docs/helm/helm_upgrade/>, <https://fly.io/docs/flyctl/deploy/>,
//! <https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration>, <https://kamal-deploy.org/docs/commands/deploy/>,
//! <https://docs.cloudfoundry.org/devguide/deploy-apps/rolling-deploy.html>.

mod clouds;
mod containers;
mod requests;

use super::deed::{Deed, Deploys, Replaces, Verifies, Waits};
use super::steps::COPY;
use clouds::{aws, az, gcloud};
use containers::{docker, helm, kubectl};
use prodcheck_facts::automation::ScriptCommand;
use prodcheck_facts::command::{DeployTool, Invocation, ManagerCall, ManagerKind, ToolCall, Word};

const ECS: &str = "Amazon ECS starts the new tasks before it stops the old ones";

fn deploys(tool: &'static str, replaces: Replaces, waits: Waits) -> Option<Deed> {
    Some(Deed::Deploys(Deploys { tool, replaces, waits, everywhere: true }))
}

/// A deploy only where the place says so.
fn maybe(tool: &'static str, replaces: Replaces, waits: Waits) -> Option<Deed> {
    Some(Deed::Deploys(Deploys { tool, replaces, waits, everywhere: false }))
}

/// What a command does.
pub fn deed(command: &ScriptCommand) -> Option<Deed> {
    let invoked = &command.invoked;
    if invoked.wrappers.iter().any(|wrap| matches!(wrap.name, "wait-on" | "wait-for-it" | "dockerize" | "wait-for")) {
        return Some(Deed::Verifies(Verifies::Polls));
    }
    match &invoked.invocation {
        Invocation::Manager(call) => manager(call),
        Invocation::Tool(call) => match call.tool {
            DeployTool::Docker => docker(call, command),
            DeployTool::Systemctl => systemctl(call),
            DeployTool::Kubectl => kubectl(call),
            DeployTool::Helm => helm(call),
        },
        Invocation::Program { name, arguments } => program(name, arguments, command),
        Invocation::Script(run) => script(run.script.shown()),
        Invocation::PackageManager(call) if call.command == "publish" => Some(Deed::Publishes("a package")),
        Invocation::Framework(run) => {
            let words: Vec<&str> = invoked.argv.words.iter().skip(1).map(Word::shown).collect();
            words_of(run.name, &words, command)
        }
        Invocation::File { path, .. } | Invocation::ShellScript { path, .. } => script_file(path.shown()),
        _ => None,
    }
}

fn manager(call: &ManagerCall) -> Option<Deed> {
    let second = call.words.iter().skip(1).find(|word| !word.is_option()).map(Word::shown);
    let name = call.command.as_deref().or(second).unwrap_or("");
    match call.kind {
        ManagerKind::Pm2 => match name {
            "reload" | "startOrReload" | "gracefulReload" | "startOrGracefulReload" => {
                deploys("PM2", Replaces::Rolling("PM2 replaces the processes one after another"), BY_READY_SIGNAL)
            }
            "restart" | "startOrRestart" => deploys(
                "PM2",
                Replaces::Interrupts("`pm2 restart` stops the processes before it starts them anew"),
                Waits::No,
            ),
            "stop" | "delete" | "del" | "kill" => {
                deploys("PM2", Replaces::Interrupts("nothing runs until they are started again"), Waits::No)
            }
            "start" => maybe("PM2", Replaces::Untold("`pm2 start` replaces nothing that runs"), Waits::No),
            _ => None,
        },
        ManagerKind::Oxmgr => match name {
            "reload" | "apply" => deploys(
                "Oxmgr",
                Replaces::Rolling("Oxmgr starts the new process before it stops the old one"),
                BY_READY_SIGNAL,
            ),
            "restart" | "rs" => deploys(
                "Oxmgr",
                Replaces::Interrupts("`oxmgr restart` stops the process before it starts it anew"),
                Waits::No,
            ),
            "stop" | "delete" | "rm" => {
                deploys("Oxmgr", Replaces::Interrupts("nothing runs until it is started again"), Waits::No)
            }
            "deploy" | "pull" => deploys("Oxmgr", Replaces::Untold("the commands of `deploy` decide"), BY_READY_SIGNAL),
            "start" => maybe("Oxmgr", Replaces::Untold("`oxmgr start` replaces nothing that runs"), Waits::No),
            _ => None,
        },
        ManagerKind::Forever => match name {
            "restart" | "restartall" | "stop" | "stopall" => deploys(
                "forever",
                Replaces::Interrupts("forever stops the process before it starts it anew"),
                Waits::No,
            ),
            _ => None,
        },
        _ => None,
    }
}

/// A process manager waits where the application tells it that it is ready.
const BY_READY_SIGNAL: Waits = Waits::WithCheck("`wait_ready`");

/// Units of the system that are not the service.
const OTHERS: &[&str] = &[
    "nginx",
    "caddy",
    "apache2",
    "httpd",
    "haproxy",
    "traefik",
    "docker",
    "containerd",
    "redis",
    "redis-server",
    "postgresql",
    "mysql",
    "mariadb",
    "mongod",
    "rabbitmq-server",
    "ssh",
    "sshd",
    "cron",
    "fail2ban",
    "ufw",
    "systemd-resolved",
    "systemd-journald",
    "rsyslog",
    "networking",
    "postfix",
];

fn systemctl(call: &ToolCall) -> Option<Deed> {
    let name = call.command.first().map(String::as_str)?;
    let units: Vec<&str> = call.options.operands.iter().map(|word| word.shown().trim_end_matches(".service")).collect();
    if units.is_empty() || units.iter().all(|unit| OTHERS.contains(unit)) {
        return None;
    }
    match name {
        "restart" | "stop" | "try-restart" | "reload-or-restart" => {
            maybe("systemd", Replaces::Interrupts("systemd stops the process before it starts it anew"), Waits::No)
        }
        "reload" => maybe("systemd", Replaces::Rolling("the process reloads by itself"), Waits::No),
        "start" => maybe("systemd", Replaces::Untold("`systemctl start` replaces nothing that runs"), Waits::No),
        // `until systemctl is-active …` and the like tell that a process is there, not that it is healthy.
        _ => None,
    }
}

fn program(name: &str, arguments: &[Word], command: &ScriptCommand) -> Option<Deed> {
    let words: Vec<&str> = arguments.iter().map(Word::shown).collect();
    match name {
        "curl" | "wget" | "http" | "xh" => return requests::request(name, &words, command),
        _ => {}
    }
    words_of(name, &words, command)
}

/// The operands before the first option, and after it.
fn has(words: &[&str], option: &str) -> bool {
    words.iter().any(|word| *word == option || word.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')))
}

fn value<'a>(words: &[&'a str], option: &str) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(at, word)| {
        if *word == option {
            return words.get(at + 1).copied();
        }
        word.strip_prefix(option)?.strip_prefix('=')
    })
}

/// Platforms' and tools' own commands.
fn words_of(name: &str, words: &[&str], command: &ScriptCommand) -> Option<Deed> {
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let first = plain.first().copied().unwrap_or("");
    let second = plain.get(1).copied().unwrap_or("");
    let third = plain.get(2).copied().unwrap_or("");
    const PAAS: Replaces = Replaces::ByPlatform;
    match (name, first, second) {
        ("fly" | "flyctl", "deploy", _) if has(words, "--build-only") => Some(Deed::Publishes("an image")),
        ("fly" | "flyctl", "deploy", _) => {
            let replaces = match value(words, "--strategy") {
                Some("immediate") => Replaces::Interrupts("`--strategy immediate` replaces all machines at once"),
                _ => Replaces::Rolling("Fly replaces the machines one after another"),
            };
            let waits = match has(words, "--detach") {
                true => Waits::No,
                false => Waits::WithCheck("Fly's checks"),
            };
            deploys("fly", replaces, waits)
        }
        ("heroku", "container:release" | "pipelines:promote" | "builds:create" | "deploy:jar", _) => {
            deploys("heroku", PAAS, Waits::No)
        }
        ("heroku", "container:push", _) => Some(Deed::Publishes("an image")),
        ("heroku", "ps:wait", _) => Some(Deed::Verifies(Verifies::Polls)),
        ("heroku", "features:enable", "preboot") => None,
        ("git", "push", _) if has(words, "--tags") || has(words, "--follow-tags") => Some(Deed::Publishes("a tag")),
        ("git", "push", _) => git_push(&plain),
        ("railway", "up" | "redeploy", _) => deploys(
            "railway",
            Replaces::Rolling("Railway starts the new deployment before it removes the old one"),
            Waits::WithCheck("Railway's health check"),
        ),
        ("render", "deploys" | "deploy", _) => deploys(
            "render",
            Replaces::Rolling("Render starts the new instance before it stops the old one"),
            match has(words, "--wait") {
                true => Waits::Yes("`--wait` waits until the deploy is live"),
                false => Waits::WithCheck("Render's health check"),
            },
        ),
        ("vercel" | "vc" | "now", "deploy" | "" | "promote" | "alias", _) if is_vercel(words, first) => deploys(
            "vercel",
            Replaces::Rolling("Vercel switches the requests to the new deployment when it is built"),
            Waits::Yes("Vercel waits until the new deployment is ready"),
        ),
        ("netlify" | "ntl", "deploy", _) => deploys(
            "netlify",
            Replaces::Rolling("Netlify switches the requests to the new deploy when it is ready"),
            Waits::Yes("Netlify waits until the new deploy is ready"),
        ),
        ("wrangler", "deploy" | "publish", _) | ("wrangler", "pages", "deploy") => deploys(
            "wrangler",
            Replaces::Rolling("the new version of a Worker takes over without a stop"),
            Waits::Untold("what a Worker answers after a deploy is only known there"),
        ),
        ("serverless" | "sls", "deploy", _) | ("sam", "deploy", _) | ("cdk", "deploy", _) | ("sst", "deploy", _) => {
            deploys(
                "the functions' framework",
                Replaces::Rolling("the new version of a function takes over without a stop"),
                Waits::Untold("what the functions answer after a deploy is only known there"),
            )
        }
        ("gcloud", _, _) | ("gsutil", _, _) => gcloud(words, &plain),
        ("aws", _, _) => aws(&plain, words),
        ("az", _, _) => az(&plain),
        // <https://aws.github.io/copilot-cli/docs/commands/svc-deploy/>
        ("copilot", "deploy", _) | ("copilot", "svc", "deploy") => {
            deploys("copilot", Replaces::Rolling(ECS), Waits::Yes("copilot waits until the service is stable"))
        }
        // <https://github.com/kayac/ecspresso>, <https://github.com/silinternational/ecs-deploy>
        ("ecspresso", "deploy", _) => deploys(
            "ecspresso",
            Replaces::Rolling(ECS),
            match has(words, "--no-wait") {
                true => Waits::No,
                false => Waits::Yes("ecspresso waits until the service is stable"),
            },
        ),
        ("ecs-deploy" | "ecs", _, _) if name == "ecs-deploy" || first == "deploy" => {
            deploys("ecs-deploy", Replaces::Rolling(ECS), Waits::Yes("`ecs-deploy` waits until the new tasks run"))
        }
        // <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/eb3-deploy.html>
        ("eb", "deploy", _) => deploys(
            "eb",
            Replaces::Untold("the environment's deployment policy decides"),
            match has(words, "--nohang") || has(words, "-nh") {
                true => Waits::No,
                false => Waits::Yes("`eb deploy` waits until the environment is updated and healthy"),
            },
        ),
        ("cf", "push", _) => {
            let rolls = matches!(value(words, "--strategy"), Some("rolling" | "canary"));
            let replaces = match rolls {
                true => Replaces::Rolling("Cloud Foundry replaces the instances one after another"),
                false => {
                    Replaces::Interrupts("`cf push` without `--strategy rolling` stops the app before it starts anew")
                }
            };
            let waits = match has(words, "--no-wait") {
                true => Waits::No,
                false => Waits::Yes("`cf push` waits until the instances pass their health check"),
            };
            deploys("cf push", replaces, waits)
        }
        ("kamal" | "mrsk", "deploy" | "redeploy" | "setup" | "rolling-deploy", _) => deploys(
            "kamal",
            Replaces::Rolling("Kamal switches the requests once the new container is healthy"),
            Waits::Yes("Kamal waits until the new container is healthy"),
        ),
        ("nomad", "job", "run" | "dispatch") | ("nomad", "run", _) => deploys(
            "nomad",
            Replaces::ByPlatform,
            match has(words, "-detach") || has(words, "--detach") {
                true => Waits::No,
                false => Waits::WithCheck("Nomad's `update` block"),
            },
        ),
        ("dokku", "deploy" | "git:from-image" | "ps:rebuild" | "tags:deploy", _) => deploys(
            "dokku",
            Replaces::Rolling("Dokku keeps the old container until the new one has passed its checks"),
            Waits::Yes("Dokku waits until the new container has passed its checks"),
        ),
        ("doctl", "apps", "create-deployment" | "update") => deploys(
            "doctl",
            Replaces::Untold("App Platform decides how it replaces the old version"),
            match has(words, "--wait") {
                true => Waits::Yes("`--wait` waits until the deployment is live"),
                false => Waits::No,
            },
        ),
        ("nais" | "deploy", "deploy", _) if name == "nais" => {
            deploys("nais", Replaces::ByManifests, Waits::Untold("the NAIS platform decides"))
        }
        ("ansible-playbook", _, _) if !first.is_empty() => {
            deploys("ansible", Replaces::Untold("the playbook decides"), Waits::Untold("the playbook decides"))
        }
        ("terraform" | "tofu" | "terragrunt", "apply", _) | ("terragrunt", "run-all", "apply") => {
            deploys("terraform", Replaces::Untold("the resources decide"), Waits::Untold("the resources decide"))
        }
        ("pulumi", "up" | "update", _) => {
            deploys("pulumi", Replaces::Untold("the resources decide"), Waits::Untold("the resources decide"))
        }
        ("cap", stage, "deploy") if !stage.is_empty() => {
            deploys("capistrano", Replaces::Untold("its tasks decide"), Waits::Untold("its tasks decide"))
        }
        ("shipit", stage, "deploy") if !stage.is_empty() => {
            deploys("shipit", Replaces::Untold("its tasks decide"), Waits::Untold("its tasks decide"))
        }
        ("dep" | "flightplan" | "fly-plan", "deploy", _) => {
            deploys("the deploy tool", Replaces::Untold("its tasks decide"), Waits::Untold("its tasks decide"))
        }
        // <https://skaffold.dev/docs/status-check/>: on by default.
        ("skaffold", "run" | "deploy", _) => deploys(
            "skaffold",
            Replaces::ByManifests,
            match value(words, "--status-check") {
                Some("false") => Waits::No,
                _ => Waits::Yes("skaffold waits until the deployments are ready"),
            },
        ),
        ("helmfile", "apply" | "sync", _) => deploys(
            "helmfile",
            Replaces::ByManifests,
            match has(words, "--wait") {
                true => Waits::Yes("`helmfile --wait` waits until the pods are ready"),
                false => Waits::Untold("`helmDefaults.wait` in the helmfile decides"),
            },
        ),
        ("werf", "converge", _) => {
            deploys("werf", Replaces::ByManifests, Waits::Yes("werf waits until the resources are ready"))
        }
        ("devspace", "deploy", _) | ("okteto", "deploy", _) | ("tanka" | "tk", "apply", _) | ("kapp", "deploy", _) => {
            deploys(
                "the cluster",
                Replaces::ByManifests,
                match name {
                    "kapp" => Waits::Yes("kapp waits until the resources are ready"),
                    _ => Waits::Untold("the tool's own settings decide"),
                },
            )
        }
        ("argocd", "app", "sync" | "set") => deploys("argocd", Replaces::ByManifests, Waits::No),
        ("argocd", "app", "wait") => Some(Deed::Verifies(Verifies::Polls)),
        ("flux", "reconcile", _) => {
            deploys("flux", Replaces::ByManifests, Waits::Yes("`flux reconcile` waits until it is applied"))
        }
        ("kubectl-argo-rollouts", _, "status") => Some(Deed::Verifies(Verifies::Polls)),
        ("kind" | "k3d" | "minikube" | "ctlptl", "create" | "start", _) | ("k3d", "cluster", "create") => {
            Some(Deed::TestCluster)
        }
        ("supervisorctl", "restart" | "stop" | "reload", _) => maybe(
            "supervisord",
            Replaces::Interrupts("supervisord stops the process before it starts it anew"),
            Waits::No,
        ),
        ("service", _, "restart" | "stop") if !OTHERS.contains(&first) => {
            maybe("the init script", Replaces::Interrupts("the process is stopped before it starts anew"), Waits::No)
        }
        ("rsync" | "scp", _, _) if plain.iter().any(|word| word.contains(':')) => {
            maybe(COPY, Replaces::Untold("copied files replace nothing that runs"), Waits::No)
        }
        ("eas", _, _) | ("semantic-release", _, _) | ("np", _, _) | ("release-it", _, _) => {
            Some(Deed::Publishes("a release"))
        }
        ("lerna" | "changeset", "publish", _) => Some(Deed::Publishes("packages")),
        ("goreleaser", _, _) | ("gh", "release", "create" | "upload") => Some(Deed::Publishes("a release")),
        ("gh", "workflow", "run") | ("gh", "api", _) if third.contains("deploy") || second.contains("dispatches") => {
            Some(Deed::CallsDeploy)
        }
        ("skopeo", "copy", _) | ("crane", "push" | "copy", _) | ("oras", "push", _) | ("ko", _, _) => {
            Some(Deed::Publishes("an image"))
        }
        ("packer", "build", _) => Some(Deed::Publishes("a machine image")),
        ("wait-on" | "wait-for-it.sh" | "wait-port", _, _) => Some(Deed::Verifies(Verifies::Polls)),
        ("newman" | "k6" | "artillery", "run", _) => Some(Deed::Verifies(Verifies::Tests)),
        ("playwright" | "cypress", "test" | "run", _) => Some(Deed::Verifies(Verifies::Tests)),
        ("nc", _, _) if command.in_loop => Some(Deed::Verifies(Verifies::Polls)),
        _ => None,
    }
}

/// `vercel`, `vercel --prod`, `vercel deploy`; not `vercel pull` or `vercel build`.
fn is_vercel(words: &[&str], first: &str) -> bool {
    !first.is_empty() || has(words, "--prod") || words.is_empty() || has(words, "--token") || has(words, "-t")
}

/// `git push heroku main`, `git push dokku@host:app`: remotes that deploy.
fn git_push(plain: &[&str]) -> Option<Deed> {
    let remote = plain.get(1)?.to_ascii_lowercase();
    if remote.contains("heroku") {
        return deploys("heroku", Replaces::ByPlatform, Waits::No);
    }
    if remote.contains("dokku") {
        return deploys(
            "dokku",
            Replaces::Rolling("Dokku keeps the old container until the new one has passed its checks"),
            Waits::Yes("Dokku waits until the new container has passed its checks"),
        );
    }
    None
}

/// A package's script by its name.
fn script(name: &str) -> Option<Deed> {
    let lower = name.to_ascii_lowercase();
    let mut words = crate::routes::purpose::words(&lower);
    words
        .any(|word| matches!(word, "smoke" | "healthcheck" | "smoketest" | "smoketests"))
        .then_some(Deed::Verifies(Verifies::Tests))
}

/// A script file by its name: `./scripts/wait-for-healthy.sh`, `./smoke-test.sh`.
fn script_file(path: &str) -> Option<Deed> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let words: Vec<&str> = crate::routes::purpose::words(&name).collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let asks = any(&["smoke", "healthcheck", "healthy"])
        || (any(&["health"]) && any(&["check", "wait"]))
        || (any(&["verify"]) && any(&["deploy", "deployment"]));
    asks.then_some(Deed::Verifies(Verifies::Tests))
}
