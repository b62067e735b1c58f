//! What each platform does by itself: a table, every fact with the platform's own documentation as its source.

use crate::Tool;
use prodcheck_facts::platform::Platform;

/// What one platform does without being told. Each text is who does what, as a sentence fragment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Provides {
    pub platform: Platform,
    pub tool: Tool,
    /// It starts a process again that dies.
    pub restart: &'static str,
    /// It ends or slows crash loops.
    pub restart_limit: &'static str,
    /// Whether it goes on restarting for ever, so that `restart_limit` says what is wrong.
    pub endless: bool,
    /// It adds processes by itself as the load asks for them.
    pub scaling: Option<&'static str>,
    /// It brings the process back when a machine goes.
    pub boot: &'static str,
    /// It keeps logs off the process's disk.
    pub rotation: &'static str,
    /// It never runs as root what it builds from source.
    pub user: Option<&'static str>,
    /// It does not run images as root either.
    pub image_user: bool,
    /// It routes requests.
    pub router: Option<&'static str>,
    /// It replaces processes one by one.
    pub rolling: Option<&'static str>,
    /// Whether a new version gets requests only once its health check passes.
    pub waits: bool,
    /// It sets `NODE_ENV=production` for what it builds from source.
    pub node_env: bool,
    /// It raises the limit on open files.
    pub open_files: Option<&'static str>,
    /// It polls every service.
    pub health: Option<&'static str>,
    /// Whether it sends SIGTERM to every process, those behind shells and npm included.
    pub signals_all: bool,
    /// Whether it builds the folder's Dockerfile where there is one.
    pub finds_dockerfile: bool,
    /// Whether `engines` of package.json decides the version of Node.js.
    pub engines: bool,
    /// Whether no process of the service's own stays up.
    pub serverless: bool,
    /// The key for the number of processes; `None` where the file has none.
    pub instances_key: Option<&'static str>,
    /// The key for memory.
    pub memory_key: Option<&'static str>,
    /// The key for the health check.
    pub health_key: Option<&'static str>,
    /// Whether its file is TOML, so that settings are shown as `key = value`.
    pub toml: bool,
}

/// What is true of most: the file decides, and the image.
const PLAIN: Provides = Provides {
    platform: Platform::Ecs,
    tool: Tool::Ecs,
    restart: "",
    restart_limit: "",
    endless: false,
    scaling: None,
    boot: "",
    rotation: "",
    user: None,
    image_user: false,
    router: None,
    rolling: None,
    waits: false,
    node_env: false,
    open_files: None,
    health: None,
    signals_all: false,
    finds_dockerfile: false,
    engines: false,
    serverless: false,
    instances_key: None,
    memory_key: None,
    health_key: None,
    toml: false,
};

/// What is true of functions, of their user too (<https://docs.aws.amazon.com/lambda/latest/dg/images-create.html>: a
/// user of least privilege, whatever the image says): <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>,
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>,
/// <https://vercel.com/docs/functions>, <https://docs.netlify.com/functions/overview/>.
const FUNCTIONS: Provides = Provides {
    restart: "the platform starts a new instance of a function that fails",
    restart_limit: "the platform starts functions on requests only, and counts their errors",
    scaling: Some("the platform runs as many instances of a function as there are requests"),
    boot: "the platform starts functions on requests",
    rotation: "the platform takes the output of functions away as a stream",
    user: Some("the platform does not run functions as root"),
    router: Some("the platform receives the requests"),
    rolling: Some("the platform sends requests to the new version while the old one ends"),
    open_files: Some("the platform sets the limit on open files of a function"),
    health: None,
    serverless: true,
    memory_key: Some("memorySize"),
    ..PLAIN
};

/// The table.
const TABLE: &[Provides] = &[
    // Restarts with growing cool-off periods: <https://devcenter.heroku.com/articles/dyno-restarts>,
    // <https://devcenter.heroku.com/changelog-items/344>. Logs: <https://devcenter.heroku.com/articles/logging>.
    // Not root: <https://devcenter.heroku.com/articles/container-registry-and-runtime>.
    // Router: <https://devcenter.heroku.com/articles/http-routing>.
    // NODE_ENV and engines: <https://devcenter.heroku.com/articles/nodejs-support>,
    // <https://github.com/heroku/heroku-buildpack-nodejs/blob/main/lib/environment.sh>.
    // Open files: <https://devcenter.heroku.com/articles/limits>.
    // SIGTERM to all processes of a dyno: <https://devcenter.heroku.com/articles/dyno-shutdown-behavior>.
    // Without preboot the old dynos go first: <https://devcenter.heroku.com/articles/preboot>.
    Provides {
        platform: Platform::Heroku,
        tool: Tool::Heroku,
        restart: "Heroku restarts dynos that crash",
        restart_limit: "Heroku restarts a dyno that keeps crashing with growing pauses, and shows it as crashed",
        endless: false,
        scaling: None,
        boot: "Heroku starts dynos again on another machine",
        rotation: "Heroku takes the output of dynos away as a stream",
        user: Some("Heroku does not run dynos as root"),
        image_user: true,
        router: Some("Heroku's router stands in front of web dynos"),
        rolling: None,
        waits: false,
        node_env: true,
        open_files: Some("Heroku sets the limit on open files of a dyno"),
        health: None,
        signals_all: true,
        finds_dockerfile: false,
        engines: true,
        serverless: false,
        instances_key: None,
        memory_key: None,
        health_key: None,
        toml: false,
    },
    // Restart policy, ten times by default: <https://fly.io/docs/machines/guides-examples/machine-restart-policy/>.
    // Machines come back with their host: <https://fly.io/docs/machines/machine-states/>.
    // Logs: <https://fly.io/docs/monitoring/logging-overview/>.
    // Proxy: <https://fly.io/docs/reference/fly-proxy/>.
    // Strategies, rolling by default, and checks that a deploy waits for:
    // <https://fly.io/docs/reference/configuration/#the-deploy-section>, <https://fly.io/docs/reference/health-checks/>.
    Provides {
        platform: Platform::Fly,
        tool: Tool::Fly,
        restart: "Fly restarts Machines that fail",
        restart_limit: "Fly tries ten times to restart a Machine that fails, and then lets it stop",
        endless: false,
        scaling: None,
        boot: "Fly starts Machines again with their host",
        rotation: "Fly takes the output of Machines away as a stream",
        user: None,
        image_user: false,
        router: Some("Fly Proxy stands in front of the Machines"),
        rolling: Some("Fly replaces Machines one by one"),
        waits: true,
        node_env: false,
        open_files: Some("Fly sets the limit on open files of a Machine"),
        health: None,
        signals_all: false,
        finds_dockerfile: true,
        engines: false,
        serverless: false,
        instances_key: Some("min_machines_running"),
        memory_key: Some("[[vm]] memory"),
        health_key: Some("[[http_service.checks]]"),
        toml: true,
    },
    // Restarts and replacement without downtime: <https://render.com/docs/deploys#zero-downtime-deploys>.
    // Crashing services: <https://render.com/tutorials/when-deploys-go-wrong/health-checks-and-crashes>.
    // Health checks: <https://render.com/docs/health-checks>. Logs: <https://render.com/docs/logging>.
    // Router: <https://render.com/docs/web-services>. NODE_ENV: <https://render.com/docs/environment-variables>.
    // Versions of Node.js: <https://render.com/docs/node-version>.
    Provides {
        platform: Platform::Render,
        tool: Tool::Render,
        restart: "Render restarts services that crash",
        restart_limit: "Render restarts a service that keeps crashing with growing pauses, and reports it as failed",
        endless: false,
        scaling: None,
        boot: "Render starts services again on another machine",
        rotation: "Render takes the output of services away as a stream",
        user: Some("Render does not run native services as root"),
        image_user: false,
        router: Some("Render's load balancer stands in front of web services"),
        rolling: Some("Render starts the new version before it stops the old one"),
        waits: true,
        node_env: true,
        open_files: Some("Render sets the limit on open files of a service"),
        health: None,
        signals_all: false,
        finds_dockerfile: false,
        engines: true,
        serverless: false,
        instances_key: Some("numInstances"),
        memory_key: Some("plan"),
        health_key: Some("healthCheckPath"),
        toml: false,
    },
    // Restart policy, on failure and ten times by default: <https://docs.railway.com/deployments/restart-policy>. Logs: <https://docs.railway.com/guides/logs>.
    // Edge: <https://docs.railway.com/guides/public-networking>.
    // Replacement: <https://docs.railway.com/deployments/deployment-teardown>.
    // NODE_ENV and engines: <https://railpack.com/languages/node>, <https://nixpacks.com/docs/providers/node>. Railpack's
    // and Nixpacks' images name no user.
    Provides {
        platform: Platform::Railway,
        tool: Tool::Railway,
        restart: "Railway restarts services that fail",
        restart_limit: "Railway gives up after ten restarts, and shows the deployment as crashed",
        endless: false,
        scaling: None,
        boot: "Railway starts services again on another machine",
        rotation: "Railway takes the output of services away as a stream",
        user: None,
        image_user: false,
        router: Some("Railway's edge proxy stands in front of services"),
        rolling: Some("Railway starts the new deployment before it removes the old one"),
        waits: true,
        node_env: true,
        open_files: Some("Railway sets the limit on open files of a service"),
        health: None,
        signals_all: false,
        finds_dockerfile: true,
        engines: true,
        serverless: false,
        instances_key: Some("deploy.numReplicas"),
        memory_key: Some("deploy.limitOverride.containers.memoryBytes"),
        health_key: Some("deploy.healthcheckPath"),
        toml: false,
    },
    // Scaling and instances: <https://cloud.google.com/appengine/docs/standard/how-instances-are-managed>.
    // Logs: <https://cloud.google.com/appengine/docs/standard/writing-application-logs?tab=node.js>.
    // NODE_ENV: <https://cloud.google.com/appengine/docs/standard/nodejs/runtime#environment_variables>.
    // Requests: <https://cloud.google.com/appengine/docs/standard/how-requests-are-handled?tab=node.js>.
    // Traffic moves to the new version: <https://cloud.google.com/appengine/docs/standard/migrating-traffic>.
    Provides {
        platform: Platform::AppEngine,
        tool: Tool::AppEngine,
        restart: "App Engine replaces instances that fail",
        restart_limit: "App Engine backs off from instances that fail, and shows them in its error reports",
        endless: false,
        scaling: Some("App Engine scales out by itself"),
        boot: "App Engine starts instances on another machine",
        rotation: "App Engine takes the output of instances away as a stream",
        user: Some("App Engine does not run instances as root"),
        image_user: false,
        router: Some("App Engine's front end stands in front of instances"),
        rolling: Some("App Engine moves traffic to the new version once it runs"),
        waits: true,
        node_env: true,
        open_files: Some("App Engine sets the limit on open files of an instance"),
        health: None,
        signals_all: false,
        finds_dockerfile: false,
        engines: true,
        serverless: false,
        instances_key: Some("automatic_scaling"),
        memory_key: Some("instance_class"),
        health_key: Some("liveness_check"),
        toml: false,
    },
    // Restarts and their throttling: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html>.
    // Rolling updates: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html>.
    // Health checks; those of images are ignored:
    // <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html>.
    // The number of tasks is the service's, and not in the task definition.
    Provides {
        platform: Platform::Ecs,
        tool: Tool::Ecs,
        restart: "ECS starts tasks again that stop",
        restart_limit: "ECS starts a task that keeps failing with growing pauses, and reports it",
        boot: "ECS starts tasks on another machine",
        rotation: "ECS takes the output of containers away",
        rolling: Some("ECS starts new tasks before it stops old ones"),
        waits: true,
        memory_key: Some("memory"),
        health_key: Some("healthCheck"),
        ..PLAIN
    },
    // Crashes and back-off: <https://docs.cloudfoundry.org/devguide/deploy-apps/app-lifecycle.html#crash-events>.
    // Port checks by default: <https://docs.cloudfoundry.org/devguide/deploy-apps/healthchecks.html>.
    // Not root: <https://docs.cloudfoundry.org/concepts/container-security.html>.
    // Router: <https://docs.cloudfoundry.org/concepts/http-routing.html>.
    // Logs: <https://docs.cloudfoundry.org/devguide/deploy-apps/streaming-logs.html>.
    // NODE_ENV: <https://github.com/cloudfoundry/nodejs-buildpack/blob/master/src/nodejs/supply/supply.go>.
    // engines: <https://docs.cloudfoundry.org/buildpacks/node/node-tips.html>.
    Provides {
        platform: Platform::CloudFoundry,
        tool: Tool::CloudFoundry,
        restart: "Cloud Foundry restarts instances that crash",
        restart_limit: "Cloud Foundry restarts an instance that keeps crashing with growing pauses, and shows it as crashed",
        boot: "Cloud Foundry starts instances on another machine",
        rotation: "Cloud Foundry takes the output of instances away as a stream",
        user: Some("Cloud Foundry does not run instances as root"),
        router: Some("Cloud Foundry's router stands in front of instances"),
        node_env: true,
        open_files: Some("Cloud Foundry sets the limit on open files of an instance"),
        health: Some("Cloud Foundry checks the port of every instance"),
        engines: true,
        instances_key: Some("instances"),
        memory_key: Some("memory"),
        ..PLAIN
    },
    // Defaults of an application, two replicas among them:
    // <https://doc.nais.io/workloads/application/reference/application-spec/>; its user, 1069:
    // <https://doc.nais.io/workloads/reference/container-security/>; the rest is Kubernetes':
    // <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy>.
    Provides {
        platform: Platform::Nais,
        tool: Tool::Nais,
        restart: "NAIS runs a Kubernetes Deployment, whose containers are restarted",
        restart_limit: "Kubernetes restarts failed containers with a growing delay and shows `CrashLoopBackOff`",
        scaling: Some("NAIS runs two replicas at least unless it is told otherwise"),
        boot: "NAIS places the pods again when a node goes",
        rotation: "NAIS takes the output of containers away as a stream",
        user: Some("NAIS does not run containers as root"),
        image_user: true,
        router: Some("NAIS puts an ingress or a service in front of the pods"),
        rolling: Some("NAIS replaces pods step by step"),
        waits: true,
        open_files: Some("NAIS sets the limit on open files of a container"),
        memory_key: Some("resources.limits.memory"),
        health_key: Some("liveness"),
        ..PLAIN
    },
    // Health checks, restarts and deploys: <https://docs.digitalocean.com/products/app-platform/how-to/manage-health-checks/>,
    // <https://docs.digitalocean.com/products/app-platform/how-to/manage-deployments/>.
    // Logs: <https://docs.digitalocean.com/products/app-platform/how-to/view-logs/>.
    // NODE_ENV, engines: <https://docs.digitalocean.com/products/app-platform/reference/buildpacks/nodejs/>. A Dockerfile
    // comes first: <https://docs.digitalocean.com/products/app-platform/reference/dockerfile/>.
    Provides {
        platform: Platform::DigitalOcean,
        tool: Tool::DigitalOcean,
        restart: "App Platform restarts components that crash",
        restart_limit: "App Platform restarts a component that keeps crashing with growing pauses",
        boot: "App Platform starts components on another machine",
        rotation: "App Platform takes the output of components away as a stream",
        user: Some("App Platform does not run what it builds as root"),
        router: Some("App Platform's ingress stands in front of services"),
        rolling: Some("App Platform starts the new version before it stops the old one"),
        waits: true,
        node_env: true,
        open_files: Some("App Platform sets the limit on open files of a component"),
        finds_dockerfile: true,
        engines: true,
        instances_key: Some("instance_count"),
        memory_key: Some("instance_size_slug"),
        health_key: Some("health_check"),
        ..PLAIN
    },
    // `docker run --restart unless-stopped` and `max-size=10m`:
    // <https://github.com/basecamp/kamal/blob/main/lib/kamal/commands/app.rb>,
    // <https://kamal-deploy.org/docs/configuration/logging/>.
    // kamal-proxy, its checks and the switch to the new container: <https://kamal-deploy.org/docs/configuration/proxy/>.
    Provides {
        platform: Platform::Kamal,
        tool: Tool::Kamal,
        restart: "Kamal runs containers with `--restart unless-stopped`",
        restart_limit: "Kamal runs containers with `--restart unless-stopped`, which tries for ever and shows no state",
        endless: true,
        boot: "Kamal runs containers with `--restart unless-stopped`",
        rotation: "Kamal caps the logs of containers at 10 MB",
        router: Some("kamal-proxy stands in front of the containers"),
        rolling: Some("kamal-proxy sends requests to the new container once it is healthy"),
        waits: true,
        health: Some("kamal-proxy polls the container, at `/up` unless it is told otherwise"),
        memory_key: Some("options.memory"),
        ..PLAIN
    },
    // Restarts, and failing after two attempts: <https://developer.hashicorp.com/nomad/docs/job-specification/restart>.
    // Updates one by one: <https://developer.hashicorp.com/nomad/docs/job-specification/update>.
    // Log files are rotated: <https://developer.hashicorp.com/nomad/docs/job-specification/logs>.
    // Rescheduling: <https://developer.hashicorp.com/nomad/docs/job-specification/reschedule>.
    Provides {
        platform: Platform::Nomad,
        tool: Tool::Nomad,
        restart: "Nomad restarts tasks that fail",
        restart_limit: "Nomad restarts a task a few times, and then reschedules it with growing pauses",
        boot: "Nomad places tasks again when a machine goes",
        rotation: "Nomad rotates the logs of tasks",
        rolling: Some("Nomad replaces allocations one by one"),
        waits: true,
        instances_key: Some("count"),
        memory_key: Some("resources.memory"),
        health_key: Some("check"),
        toml: true,
        ..PLAIN
    },
    // A revision's instances, their restarts and their number:
    // <https://cloud.google.com/run/docs/container-contract>,
    // <https://cloud.google.com/run/docs/about-instance-autoscaling>. Memory: <https://cloud.google.com/run/docs/configuring/services/memory-limits>.
    // Traffic moves once the new revision serves: <https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration>.
    // Probes: <https://cloud.google.com/run/docs/configuring/healthchecks>.
    Provides {
        platform: Platform::CloudRun,
        tool: Tool::CloudRun,
        restart: "Cloud Run starts another instance when a container ends",
        restart_limit: "Cloud Run slows the starts of a revision that keeps failing, and shows it as failed",
        scaling: Some("Cloud Run scales out by itself"),
        boot: "Cloud Run starts instances on another machine",
        rotation: "Cloud Run takes the output of containers away as a stream",
        router: Some("Cloud Run's front end stands in front of instances"),
        rolling: Some("Cloud Run moves traffic to the new revision once it serves"),
        waits: true,
        open_files: Some("Cloud Run sets the limit on open files of an instance"),
        finds_dockerfile: true,
        memory_key: Some("--memory"),
        health_key: Some("livenessProbe"),
        ..PLAIN
    },
    // Processes and their restarts: <https://learn.microsoft.com/en-us/azure/app-service/configure-language-nodejs>.
    // Health check, instances: <https://learn.microsoft.com/en-us/azure/app-service/monitor-instances-health-check>,
    // <https://learn.microsoft.com/en-us/azure/app-service/manage-scale-up>.
    // Front ends: <https://learn.microsoft.com/en-us/azure/app-service/overview-tls>.
    // Logs: <https://learn.microsoft.com/en-us/azure/app-service/troubleshoot-diagnostic-logs>.
    Provides {
        platform: Platform::AppService,
        tool: Tool::AppService,
        restart: "App Service starts the process again when it ends",
        restart_limit: "App Service slows the starts of a container that keeps failing, and shows the site as failed",
        boot: "App Service starts sites on another machine",
        rotation: "App Service bounds the logs of sites",
        router: Some("App Service's front ends stand in front of sites"),
        open_files: Some("App Service sets the limit on open files of a site"),
        ..PLAIN
    },
    // Kubernetes below it restarts containers, and replicas follow the scale rules:
    // <https://learn.microsoft.com/en-us/azure/container-apps/containers>,
    // <https://learn.microsoft.com/en-us/azure/container-apps/scale-app>. Ingress and revisions:
    // <https://learn.microsoft.com/en-us/azure/container-apps/ingress-overview>,
    // <https://learn.microsoft.com/en-us/azure/container-apps/revisions>. Probes, default ones with an ingress:
    // <https://learn.microsoft.com/en-us/azure/container-apps/health-probes>.
    Provides {
        platform: Platform::ContainerApps,
        tool: Tool::ContainerApps,
        restart: "Container Apps restarts containers that end",
        restart_limit: "Container Apps restarts a container that keeps failing with growing pauses, and shows the revision as failed",
        boot: "Container Apps starts replicas on another machine",
        rotation: "Container Apps takes the output of containers away as a stream",
        router: Some("Container Apps' ingress stands in front of replicas"),
        rolling: Some("Container Apps keeps the old revision until the new one is ready"),
        waits: true,
        open_files: Some("Container Apps sets the limit on open files of a container"),
        health: Some("Container Apps probes the port of an app with an ingress"),
        instances_key: Some("minReplicas"),
        memory_key: Some("resources.memory"),
        ..PLAIN
    },
    // Isolates of a runtime of its own: <https://developers.cloudflare.com/workers/reference/how-workers-works/>; memory
    // is the same for all: <https://developers.cloudflare.com/workers/platform/limits/>.
    Provides { platform: Platform::Cloudflare, tool: Tool::Cloudflare, memory_key: None, ..FUNCTIONS },
    Provides { platform: Platform::Lambda, tool: Tool::Lambda, ..FUNCTIONS },
    // `NODE_ENV`: <https://vercel.com/docs/environment-variables/framework-environment-variables>.
    Provides {
        platform: Platform::Vercel,
        tool: Tool::Vercel,
        node_env: true,
        engines: true,
        memory_key: Some("functions.*.memory"),
        ..FUNCTIONS
    },
    Provides { platform: Platform::Netlify, tool: Tool::Netlify, memory_key: None, ..FUNCTIONS },
];

/// What a platform does by itself.
pub(super) fn of(platform: Platform) -> Option<&'static Provides> {
    TABLE.iter().find(|provides| provides.platform == platform)
}

/// Whether a tool is a platform that calls functions and keeps no process of the service's own up.
pub(super) fn is_serverless(tool: Tool) -> bool {
    TABLE.iter().any(|provides| provides.tool == tool && provides.serverless)
}
