//! A service, the routes by which it is deployed, and the layers of each route.

use crate::{Delivery, Repository, Setting, StartPath};
use prodcheck_code::Code;
use prodcheck_formats::npm_range;
use prodcheck_program::ModuleGraph;
use prodcheck_source::{Place, RepoPath};
use std::sync::Arc;

/// A package whose entry point runs long.
#[derive(Debug, Clone)]
pub struct Service {
    /// The package's name, else its folder's.
    pub name: String,
    /// Its folder.
    pub path: RepoPath,
    /// The source files that the production start path runs.
    pub entry_points: Vec<EntryPoint>,
    /// The modules that are reached from the entry points, sorted.
    pub server_code: Vec<RepoPath>,
    /// What each module of the repository's services loads.
    pub graph: Arc<ModuleGraph>,
    /// What its code does under the conditions in which the main route runs it.
    pub source: Arc<Code>,
    /// What kind of long-running thing it is.
    pub nature: Nature,
    /// The ways in which it is deployed, most specific first; the first is the main route.
    pub routes: Vec<Route>,
    /// What pipelines and scripts install, deploy, verify and publish of it.
    pub delivery: Delivery,
    /// Everything around it.
    pub repository: Arc<Repository>,
}

impl Service {
    /// The route whose verdict is the item's.
    pub fn main_route(&self) -> Option<&Route> {
        self.routes.first()
    }
}

/// A source file that a start command runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// The source file, mapped back from built output.
    pub path: RepoPath,
    /// The command or key that names it.
    pub named_by: Place,
}

/// What a service does with the world. Each is what is known; unknown is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nature {
    /// It serves HTTP: where it listens, or the framework command that does.
    pub http: Option<Place>,
    /// It consumes messages or jobs, or speaks a protocol other than HTTP.
    pub messages: Option<Place>,
    /// It runs as functions that the platform calls; no process of its own stays up.
    pub serverless: Option<Place>,
}

/// How specific a route is; the first that a repository has decides. Sorted as the rulebook ranks them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RouteKind {
    /// Kubernetes manifests, Kustomize, Helm, and what renders them.
    Kubernetes,
    /// A platform's own file.
    Platform,
    /// Docker compose or swarm.
    Compose,
    /// Oxmgr, PM2, supervisord, forever.
    ProcessManager,
    /// A systemd unit.
    Systemd,
    /// A Dockerfile that nothing in the repository runs.
    Dockerfile,
    /// `package.json` scripts.
    NpmStart,
}

impl RouteKind {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubernetes",
            Self::Platform => "platform",
            Self::Compose => "compose",
            Self::ProcessManager => "process-manager",
            Self::Systemd => "systemd",
            Self::Dockerfile => "dockerfile",
            Self::NpmStart => "npm-start",
        }
    }
}

/// The tool that a layer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// Oxmgr.
    Oxmgr,
    /// PM2, `pm2-runtime` included.
    Pm2,
    /// systemd.
    Systemd,
    /// supervisord.
    Supervisord,
    /// forever.
    Forever,
    /// s6, most often as s6-overlay in an image.
    S6,
    /// runit.
    Runit,
    /// Docker compose and swarm stacks.
    Compose,
    /// `docker run` in a script.
    DockerRun,
    /// An image's own Dockerfile.
    Dockerfile,
    /// Kubernetes, by manifests, Kustomize or Helm.
    Kubernetes,
    /// A package manager's `start` script.
    NpmScript,
    /// Heroku and Dokku.
    Heroku,
    /// Fly.io.
    Fly,
    /// Render.
    Render,
    /// Railway.
    Railway,
    /// Google App Engine.
    AppEngine,
    /// Amazon ECS.
    Ecs,
    /// Cloud Foundry.
    CloudFoundry,
    /// NAIS.
    Nais,
    /// DigitalOcean App Platform.
    DigitalOcean,
    /// Kamal.
    Kamal,
    /// HashiCorp Nomad.
    Nomad,
    /// Google Cloud Run.
    CloudRun,
    /// Azure App Service.
    AppService,
    /// Azure Container Apps.
    ContainerApps,
    /// Cloudflare Workers.
    Cloudflare,
    /// AWS Lambda.
    Lambda,
    /// Vercel.
    Vercel,
    /// Netlify.
    Netlify,
}

impl Tool {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Oxmgr => "oxmgr",
            Self::Pm2 => "pm2",
            Self::Systemd => "systemd",
            Self::Supervisord => "supervisord",
            Self::Forever => "forever",
            Self::S6 => "s6",
            Self::Runit => "runit",
            Self::Compose => "compose",
            Self::DockerRun => "docker-run",
            Self::Dockerfile => "dockerfile",
            Self::Kubernetes => "kubernetes",
            Self::NpmScript => "npm",
            Self::Heroku => "heroku",
            Self::Fly => "fly",
            Self::Render => "render",
            Self::Railway => "railway",
            Self::AppEngine => "app-engine",
            Self::Ecs => "ecs",
            Self::CloudFoundry => "cloud-foundry",
            Self::Nais => "nais",
            Self::DigitalOcean => "digitalocean",
            Self::Kamal => "kamal",
            Self::Nomad => "nomad",
            Self::CloudRun => "cloud-run",
            Self::AppService => "app-service",
            Self::ContainerApps => "container-apps",
            Self::Cloudflare => "cloudflare",
            Self::Lambda => "lambda",
            Self::Vercel => "vercel",
            Self::Netlify => "netlify",
        }
    }

    /// The name in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Oxmgr => "Oxmgr",
            Self::Pm2 => "PM2",
            Self::Systemd => "systemd",
            Self::Supervisord => "supervisord",
            Self::Forever => "forever",
            Self::S6 => "s6",
            Self::Runit => "runit",
            Self::Compose => "compose",
            Self::DockerRun => "`docker run`",
            Self::Dockerfile => "the Dockerfile",
            Self::Kubernetes => "Kubernetes",
            Self::NpmScript => "the npm script",
            Self::Heroku => "Heroku",
            Self::Fly => "Fly",
            Self::Render => "Render",
            Self::Railway => "Railway",
            Self::AppEngine => "App Engine",
            Self::Ecs => "Amazon ECS",
            Self::CloudFoundry => "Cloud Foundry",
            Self::Nais => "NAIS",
            Self::DigitalOcean => "DigitalOcean",
            Self::Kamal => "Kamal",
            Self::Nomad => "Nomad",
            Self::CloudRun => "Cloud Run",
            Self::AppService => "Azure App Service",
            Self::ContainerApps => "Azure Container Apps",
            Self::Cloudflare => "Cloudflare",
            Self::Lambda => "Lambda",
            Self::Vercel => "Vercel",
            Self::Netlify => "Netlify",
        }
    }
}

/// One way in which the repository deploys the service.
#[derive(Debug, Clone)]
pub struct Route {
    /// How specific it is.
    pub kind: RouteKind,
    /// The files that stack up to it, the outermost first: compose, then the image's Dockerfile, then PM2 inside.
    pub layers: Vec<Layer>,
    /// What is run in the end, and in which environment.
    pub start: StartPath,
}

impl Route {
    /// The layer that declares the route.
    pub fn outermost(&self) -> Option<&Layer> {
        self.layers.first()
    }
}

/// One file's say in how a service runs. Questions that a tool has no say in stay `Setting::Silent`.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The tool.
    pub tool: Tool,
    /// Where the tool's file declares the service: the place for what is absent.
    pub place: Place,
    /// Item 1: does something restart the process when it dies?
    pub restart: Setting<Restart>,
    /// Item 2: how many processes or replicas?
    pub instances: Setting<Instances>,
    /// Item 3: at how much memory is it restarted or stopped? In bytes.
    pub memory_limit: Setting<MemoryLimit>,
    /// Item 4: does it come back when the machine reboots?
    pub boot: Setting<bool>,
    /// Item 5: do crash loops end or back off into a visible state?
    pub restart_limit: Setting<RestartLimit>,
    /// Item 6: what polls it?
    pub health_check: Setting<HealthCheck>,
    /// Item 20: can its logs fill the disk?
    pub log_rotation: Setting<LogRotation>,
    /// Item 22: as which user does it run?
    pub user: Setting<User>,
    /// Item 24: what stands between it and the network?
    pub reverse_proxy: Setting<ReverseProxy>,
    /// Item 27: which Node.js runs it?
    pub node: Setting<NodeVersion>,
    /// Item 30: how many files may it hold open?
    pub open_files: Setting<OpenFiles>,
    /// Item 33: is it replaced without an outage, as far as this file decides?
    pub rollout: Setting<Rollout>,
    /// Item 34: does a rollout wait until the new process is healthy, as far as this file decides?
    pub rollout_waits: Setting<bool>,
}

impl Layer {
    /// A layer that answers nothing yet.
    pub fn new(tool: Tool, place: Place) -> Self {
        Self {
            tool,
            place,
            restart: Setting::Silent,
            instances: Setting::Silent,
            memory_limit: Setting::Silent,
            boot: Setting::Silent,
            restart_limit: Setting::Silent,
            health_check: Setting::Silent,
            log_rotation: Setting::Silent,
            user: Setting::Silent,
            reverse_proxy: Setting::Silent,
            node: Setting::Silent,
            open_files: Setting::Silent,
            rollout: Setting::Silent,
            rollout_waits: Setting::Silent,
        }
    }
}

/// Whether the process is started again when it dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// It is.
    Restarts,
    /// It is not.
    Never,
}

/// How many processes run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instances {
    /// This many.
    Count(u32),
    /// One a processor, or as many as the load needs.
    Many,
}

/// A limit on memory, by the process manager or the kernel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MemoryLimit {
    /// In bytes.
    Bytes(u64),
    /// A limit whose size the file does not state in bytes (a plan's name, a share of the machine).
    Named,
    /// Switched off, or a value that means no limit.
    Off,
}

/// What ends or slows a crash loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestartLimit {
    /// It ends, or backs off into a state that can be alerted on.
    Limited,
    /// It goes on; why, as a sentence fragment.
    Unlimited(String),
}

/// Who polls the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthCheck {
    /// Something polls it and acts.
    Polled,
    /// A check of the image or a parent is switched off here.
    Off,
}

/// What keeps logs from filling the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogRotation {
    /// They are rotated, capped or shipped.
    Rotated,
    /// They grow; why, as a sentence fragment.
    Grows(String),
}

/// The user that a process runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum User {
    /// root, by name or number, or by the default of the image.
    Root,
    /// Somebody else.
    Other,
}

/// What stands between the process and the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReverseProxy {
    /// A proxy, load balancer or platform router.
    InFront,
    /// Nothing: it is published on 80 or 443; how, as a sentence fragment.
    Exposed(String),
}

/// The Node.js that a file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeVersion {
    /// A version or the beginning of one, such as `24`, `24.1` or `24.1.0`; the major version comes first.
    Named {
        /// The major version.
        major: u32,
        /// Minor and patch version, as far as they are named.
        rest: Vec<u32>,
    },
    /// A range of versions, as npm writes them.
    Range(String),
    /// The newest LTS line, whichever it is (`lts`, `lts/*`).
    FloatingLts,
    /// The newest line, whichever it is (`latest`, `node`, `current`, no tag at all).
    Floating,
    /// What a Linux distribution packages, of a release that no table tells of.
    Unlisted,
}

impl NodeVersion {
    /// The only major line that it can be of.
    pub fn line(&self) -> Option<u32> {
        match self {
            Self::Named { major, .. } => Some(*major),
            Self::Range(range) => npm_range::parse(range)?.only_line(),
            Self::FloatingLts | Self::Floating | Self::Unlisted => None,
        }
    }

    /// The lowest major line that it can be of.
    pub fn lowest_line(&self) -> Option<u32> {
        match self {
            Self::Named { major, .. } => Some(*major),
            Self::Range(range) => npm_range::parse(range)?.lowest().and_then(|version| version.first().copied()),
            Self::FloatingLts | Self::Floating | Self::Unlisted => None,
        }
    }

    /// Whether it can be of a major line; `None` where nobody can tell.
    pub fn can_be(&self, line: u32) -> Option<bool> {
        match self {
            Self::Named { major, .. } => Some(*major == line),
            Self::Range(range) => Some(npm_range::parse(range)?.has_line(line)),
            Self::FloatingLts | Self::Floating | Self::Unlisted => None,
        }
    }
}

/// The limit on open files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFiles {
    /// This many; `u64::MAX` for no limit.
    Count(u64),
    /// Raised by the platform.
    Raised,
}

/// How a new version takes the place of the running one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rollout {
    /// The new one serves before the old one goes.
    Rolling,
    /// The old one goes first, or no request is kept from the new one until it is ready; why, as a sentence fragment.
    Interrupts(String),
}
