//! What a compose file says of one service.
//!
//! Keys: <https://docs.docker.com/reference/compose-file/services/>.

use super::Text;
use prodcheck_source::{Place, RepoPath};

/// A value and the key (or list element) that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// The key with its value, or the list element.
    pub place: Place,
}

impl<T> Said<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }
}

/// One service. A list that is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Where its name stands as a key.
    pub place: Place,
    /// `image`.
    pub image: Option<Said<Text>>,
    /// `build`.
    pub build: Option<Build>,
    /// `command`; `null` is not there, and leaves the image's.
    pub command: Option<Said<Command>>,
    /// `entrypoint`; `null` is not there, and leaves the image's.
    pub entrypoint: Option<Said<Command>>,
    /// `working_dir`.
    pub working_dir: Option<Said<Text>>,
    /// `environment`, in the order of the text.
    pub environment: Vec<Variable>,
    /// `env_file`, in the order in which they are read; a later one wins.
    pub env_files: Vec<EnvFile>,
    /// `restart`.
    pub restart: Option<Said<Text>>,
    /// `deploy`.
    pub deploy: Deploy,
    /// `scale`.
    pub scale: Option<Said<Text>>,
    /// `mem_limit`.
    pub memory_limit: Option<Said<Text>>,
    /// `healthcheck`.
    pub health_check: Option<HealthCheck>,
    /// `ports`.
    pub ports: Vec<Port>,
    /// `expose`.
    pub expose: Vec<Said<Text>>,
    /// `profiles`.
    pub profiles: Vec<Said<Text>>,
    /// `depends_on`.
    pub depends_on: Vec<Dependency>,
    /// `extends`.
    pub extends: Option<Extends>,
    /// `ulimits`.
    pub ulimits: Vec<Ulimit>,
    /// `logging`.
    pub logging: Option<Logging>,
    /// `user`.
    pub user: Option<Said<Text>>,
    /// `init`.
    pub init: Option<Said<Text>>,
    /// `stop_signal`.
    pub stop_signal: Option<Said<Text>>,
    /// `stop_grace_period`.
    pub stop_grace_period: Option<Said<Text>>,
    /// `labels`.
    pub labels: Vec<Variable>,
    /// `volumes`.
    pub volumes: Vec<Mount>,
    /// `networks`, by name.
    pub networks: Vec<Said<String>>,
    /// `network_mode`.
    pub network_mode: Option<Said<Text>>,
    /// `secrets`, by the source's name.
    pub secrets: Vec<Said<String>>,
    /// `container_name`.
    pub container_name: Option<Said<Text>>,
    /// `platform`.
    pub platform: Option<Said<Text>>,
    /// Keys below the service whose values of earlier files this file drops (`!reset`, `!override`), with dots between
    /// their parts: `deploy.resources.limits.memory`, `environment.NODE_ENV`.
    pub drops: Vec<String>,
    /// Whether it is broken, so that more keys may be there than could be read.
    pub open: bool,
}

impl Service {
    /// A service of which nothing is said.
    pub fn new(name: impl Into<String>, place: Place) -> Self {
        Self {
            name: name.into(),
            place,
            image: None,
            build: None,
            command: None,
            entrypoint: None,
            working_dir: None,
            environment: Vec::new(),
            env_files: Vec::new(),
            restart: None,
            deploy: Deploy::default(),
            scale: None,
            memory_limit: None,
            health_check: None,
            ports: Vec::new(),
            expose: Vec::new(),
            profiles: Vec::new(),
            depends_on: Vec::new(),
            extends: None,
            ulimits: Vec::new(),
            logging: None,
            user: None,
            init: None,
            stop_signal: None,
            stop_grace_period: None,
            labels: Vec::new(),
            volumes: Vec::new(),
            networks: Vec::new(),
            network_mode: None,
            secrets: Vec::new(),
            container_name: None,
            platform: None,
            drops: Vec::new(),
            open: false,
        }
    }
}

impl Service {
    /// The number of list entries in it: what a copy of it costs.
    pub fn weight(&self) -> usize {
        let words = |command: &Option<Said<Command>>| match command {
            Some(Said { value: Command::Words(words), .. }) => words.len(),
            _ => 0,
        };
        let build = self.build.as_ref().map_or(0, |build| build.args.len() + build.additional_contexts.len());
        1 + build
            + words(&self.command)
            + words(&self.entrypoint)
            + self.environment.len()
            + self.env_files.len()
            + self.deploy.labels.len()
            + self.ports.len()
            + self.expose.len()
            + self.profiles.len()
            + self.depends_on.len()
            + self.ulimits.len()
            + self.logging.as_ref().map_or(0, |logging| logging.options.len())
            + self.labels.len()
            + self.volumes.len()
            + self.networks.len()
            + self.secrets.len()
            + self.drops.len()
    }
}

/// A path on the machine that runs compose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPath {
    /// The path as written.
    pub text: Text,
    /// The folder that it is relative to, where that is not the project's: the folder of a file that `extends` or
    /// `include` names.
    pub relative_to: Option<RepoPath>,
}

/// `build`: the image is made from a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The `build` key with its value.
    pub place: Place,
    /// The folder that is sent to the build: a path, or a URL. Without one it is the project's folder.
    pub context: Option<Said<HostPath>>,
    /// The Dockerfile, relative to the context; without one it is `Dockerfile`.
    pub dockerfile: Option<Said<Text>>,
    /// A Dockerfile's text in place of a file.
    pub dockerfile_inline: Option<Said<Text>>,
    /// The stage to stop at.
    pub target: Option<Said<Text>>,
    /// Values of `ARG`s.
    pub args: Vec<Variable>,
    /// Further folders and images by the names that the Dockerfile gives them.
    pub additional_contexts: Vec<Variable>,
}

/// A command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// One text, split into words by shell quoting and run without a shell; its place is that of the text.
    Line(Said<Text>),
    /// A word each; none empties the image's own.
    Words(Vec<Said<Text>>),
}

/// A variable, label, option or argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value; `None` where it is handed through from the environment of whoever runs compose.
    pub value: Option<Text>,
    /// The entry.
    pub place: Place,
}

/// One file of `env_file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// The file.
    pub path: HostPath,
    /// Whether it must be there.
    pub required: bool,
    /// Where it is named.
    pub place: Place,
}

/// `deploy`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deploy {
    /// The `deploy` key with its value; `None` where there is none.
    pub place: Option<Place>,
    /// `mode`.
    pub mode: Option<Said<Text>>,
    /// `replicas`.
    pub replicas: Option<Said<Text>>,
    /// `resources.limits.memory`.
    pub memory_limit: Option<Said<Text>>,
    /// `restart_policy`.
    pub restart_policy: Option<RestartPolicy>,
    /// `update_config`.
    pub update: Option<UpdateConfig>,
    /// `labels`.
    pub labels: Vec<Variable>,
    /// Whether it has keys that only a swarm reads: `placement`, `endpoint_mode`, `rollback_config`.
    pub swarm_only: bool,
}

/// `deploy.restart_policy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestartPolicy {
    /// The key with its value.
    pub place: Place,
    /// `none`, `on-failure`, or `any`, which is the default.
    pub condition: Option<Said<Text>>,
    /// After how many attempts it gives up; by default never.
    pub max_attempts: Option<Said<Text>>,
    /// How long it waits between attempts.
    pub delay: Option<Said<Text>>,
    /// How long a container must run to count as started.
    pub window: Option<Said<Text>>,
}

/// `deploy.update_config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateConfig {
    /// The key with its value.
    pub place: Place,
    /// `start-first`, or `stop-first`, which is the default.
    pub order: Option<Said<Text>>,
    /// How many containers are replaced at a time; 0 for all.
    pub parallelism: Option<Said<Text>>,
    /// What happens when an update fails.
    pub failure_action: Option<Said<Text>>,
}

/// `healthcheck`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// The key with its value.
    pub place: Place,
    /// `disable`.
    pub disable: Option<Said<Text>>,
    /// `test`; without one the image's own counts.
    pub test: Option<Said<HealthTest>>,
    /// `interval`.
    pub interval: Option<Said<Text>>,
    /// `timeout`.
    pub timeout: Option<Said<Text>>,
    /// `retries`.
    pub retries: Option<Said<Text>>,
    /// `start_period`.
    pub start_period: Option<Said<Text>>,
}

/// `healthcheck.test`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthTest {
    /// `["NONE"]`: the image's own is switched off.
    None,
    /// A command line for the container's shell.
    Shell(Text),
    /// A word each, without a shell.
    Words(Vec<Text>),
}

/// One entry of `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The address of the host that it is bound to; without one all of them.
    pub host_ip: Option<Text>,
    /// The host's port or range; without one the runtime picks it.
    pub published: Option<Text>,
    /// The container's port or range.
    pub target: Text,
    /// `tcp` where nothing is said.
    pub protocol: Option<Text>,
    /// The entry.
    pub place: Place,
}

/// One entry of `depends_on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The service that is needed.
    pub service: String,
    /// `service_started`, which is the default, `service_healthy` or `service_completed_successfully`.
    pub condition: Option<String>,
    /// The entry.
    pub place: Place,
}

/// `extends`: another service whose keys count where this one says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extends {
    /// The other service.
    pub service: Text,
    /// The file that declares it; without one this file.
    pub file: Option<HostPath>,
    /// The key with its value.
    pub place: Place,
}

/// One entry of `ulimits`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ulimit {
    /// Which limit: `nofile`.
    pub name: String,
    /// What a process starts with.
    pub soft: Option<Text>,
    /// How far a process may raise it.
    pub hard: Option<Text>,
    /// The entry.
    pub place: Place,
}

/// `logging`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logging {
    /// The key with its value.
    pub place: Place,
    /// The driver; without one Docker's default.
    pub driver: Option<Said<Text>>,
    /// The driver's options.
    pub options: Vec<Variable>,
}

/// One entry of `volumes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What is mounted.
    pub kind: MountKind,
    /// The host's path or the volume's name.
    pub source: Option<HostPath>,
    /// The path in the container.
    pub target: Text,
    /// Whether the container can only read it.
    pub read_only: bool,
    /// The entry.
    pub place: Place,
}

/// What a mount brings into the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountKind {
    /// A path of the host.
    Bind,
    /// A volume of the runtime's, named or not.
    Volume,
    /// Anything else (`tmpfs`, `npipe`, `image`).
    Other,
}
