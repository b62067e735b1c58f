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

/// The table.
const TABLE: &[Provides] = &[
    // Restarts with growing cool-off periods: <https://devcenter.heroku.com/articles/dyno-restarts>,
    // <https://devcenter.heroku.com/changelog-items/344>. Logs: <https://devcenter.heroku.com/articles/logging>.
    // Not root: <https://devcenter.heroku.com/articles/container-registry-and-runtime>.
    // Router: <https://devcenter.heroku.com/articles/http-routing>.
    // NODE_ENV and engines: <https://devcenter.heroku.com/articles/nodejs-support>.
    // Open files: <https://devcenter.heroku.com/articles/limits>.
    // SIGTERM to all processes of a dyno: <https://devcenter.heroku.com/articles/dyno-shutdown-behavior>.
    // Without preboot the old dynos go first: <https://devcenter.heroku.com/articles/preboot>.
    Provides {
        platform: Platform::Heroku,
        tool: Tool::Heroku,
        restart: "Heroku restarts dynos that crash",
        restart_limit: "Heroku restarts a dyno that keeps crashing with growing pauses, and shows it as crashed",
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
    // Back-off of crashing services: <https://render.com/docs/troubleshooting-deploys>.
    // Health checks: <https://render.com/docs/health-checks>. Logs: <https://render.com/docs/logging>.
    // Router: <https://render.com/docs/web-services>. NODE_ENV: <https://render.com/docs/environment-variables>.
    // Versions of Node.js: <https://render.com/docs/node-version>.
    Provides {
        platform: Platform::Render,
        tool: Tool::Render,
        restart: "Render restarts services that crash",
        restart_limit: "Render restarts a service that keeps crashing with growing pauses, and reports it as failed",
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
    // Restart policy, on failure and ten times by default: <https://docs.railway.com/reference/deployments#restart-policy>,
    // <https://docs.railway.com/guides/healthchecks-and-restarts>. Logs: <https://docs.railway.com/guides/logs>.
    // Edge: <https://docs.railway.com/guides/public-networking>.
    // Replacement: <https://docs.railway.com/reference/deployments>.
    // NODE_ENV and engines: <https://railpack.com/languages/node>, <https://nixpacks.com/docs/providers/node>.
    Provides {
        platform: Platform::Railway,
        tool: Tool::Railway,
        restart: "Railway restarts services that fail",
        restart_limit: "Railway gives up after ten restarts, and shows the deployment as crashed",
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
];

/// What a platform does by itself.
pub(super) fn of(platform: Platform) -> Option<&'static Provides> {
    TABLE.iter().find(|provides| provides.platform == platform)
}

/// Whether a tool is a platform that calls functions and keeps no process of the service's own up.
pub(super) fn is_serverless(tool: Tool) -> bool {
    TABLE.iter().any(|provides| provides.tool == tool && provides.serverless)
}
