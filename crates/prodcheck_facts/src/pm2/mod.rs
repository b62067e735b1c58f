//! What PM2 is told to run: by an ecosystem file, or by its command line.
//!
//! Keys and their aliases: <https://pm2.keymetrics.io/docs/usage/application-declaration/> and PM2's own schema,
//! <https://github.com/Unitech/pm2/blob/master/lib/API/schema.json>.

mod command;
mod ecosystem;
mod values;

pub use command::{Pm2Action, Pm2Command, Pm2Program, command};
pub use ecosystem::{is_ecosystem, may_be_ecosystem, read, read_file};

use crate::given::{Field, Variable};
use prodcheck_source::{Span, Spanned};

/// An ecosystem file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pm2File {
    /// The applications that could be read.
    pub apps: Vec<Pm2App>,
    /// Whether there may be more that could not.
    pub open: bool,
    /// `deploy`, by environment.
    pub deploys: Vec<Pm2Deploy>,
}

/// One application.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pm2App {
    /// `name`.
    pub name: Option<Field<String>>,
    /// A short place in it, where a key that is absent belongs.
    pub place: Span,
    /// Whether there may be keys that could not be read.
    pub open: bool,
    /// `script`, also `exec`, `cmd` and `command`. With a blank in it a shell runs it as a command line.
    pub script: Option<Field<String>>,
    /// `args`: what the script is given; an unknown word is `None`.
    pub args: Vec<Spanned<Option<String>>>,
    /// `cwd`, relative to the folder that PM2 is started in.
    pub cwd: Option<Field<String>>,
    /// `exec_interpreter`, also `interpreter`. Without one PM2 goes by the extension, and else takes Node.js.
    pub interpreter: Option<Field<String>>,
    /// `node_args`, also `interpreter_args`: what the interpreter is given; an unknown word is `None`.
    pub node_args: Vec<Spanned<Option<String>>>,
    /// `instances`.
    pub instances: Option<Field<Pm2Instances>>,
    /// `exec_mode`. Without one a number of instances means `cluster` to Node.js scripts.
    pub exec_mode: Option<Field<ExecMode>>,
    /// `max_memory_restart`, in bytes; 0 is as good as absent.
    pub max_memory_restart: Option<Field<u64>>,
    /// `autorestart`; PM2's default is `true`.
    pub autorestart: Option<Field<bool>>,
    /// `stop_exit_codes`: exits after which PM2 does not start it again.
    pub stop_exit_codes: Option<Field<Vec<i64>>>,
    /// `max_restarts`: exits before `min_uptime` after which PM2 gives up; PM2's default is 16, and 0 means that.
    pub max_restarts: Option<Field<u64>>,
    /// `min_uptime`, in milliseconds; PM2's default is 1000.
    pub min_uptime: Option<Field<u64>>,
    /// `restart_delay`, in milliseconds: always the same delay.
    pub restart_delay: Option<Field<u64>>,
    /// `exp_backoff_restart_delay`, in milliseconds: a delay that grows up to 15 s; 0 is as good as absent.
    pub exp_backoff_restart_delay: Option<Field<u64>>,
    /// `cron_restart`, also `cron`.
    pub cron_restart: Option<Field<String>>,
    /// `kill_timeout`, in milliseconds between the stop signal and SIGKILL; PM2's default is 1600.
    pub kill_timeout: Option<Field<u64>>,
    /// `wait_ready`: PM2 waits for `process.send('ready')`.
    pub wait_ready: Option<Field<bool>>,
    /// `listen_timeout`, in milliseconds; PM2's default is 3000.
    pub listen_timeout: Option<Field<u64>>,
    /// `shutdown_with_message`: a message instead of a signal.
    pub shutdown_with_message: Option<Field<bool>>,
    /// `watch`: whether a changed file restarts it.
    pub watch: Option<Field<bool>>,
    /// `env`, and PM2's `port`.
    pub env: Pm2Environment,
    /// `env_<name>`, which `--env <name>` lays over `env`.
    pub environments: Vec<(Spanned<String>, Pm2Environment)>,
    /// `uid`, also `user`.
    pub user: Option<Field<String>>,
    /// `out_file`, `error_file` and `log_file` with their aliases: the files that its output goes to.
    pub log_files: Vec<Field<String>>,
    /// `disable_logs`.
    pub disable_logs: Option<Field<bool>>,
    /// `source_map_support`.
    pub source_map_support: Option<Field<bool>>,
    /// Keys that PM2 ignores and Oxmgr reads where it is given a PM2 file.
    pub oxmgr: OxmgrKeys,
}

/// Variables that an application is given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pm2Environment {
    /// Those that could be read.
    pub variables: Vec<Variable>,
    /// Whether there may be more that could not.
    pub open: bool,
}

/// What Oxmgr reads of an application beyond PM2's own keys.
///
/// See <https://github.com/Vladimir-Urik/OxMgr/blob/master/src/ecosystem.rs>.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OxmgrKeys {
    /// `restart_policy`, which comes before `autorestart`.
    pub restart_policy: Option<Field<crate::oxmgr::RestartPolicy>>,
    /// `crash_restart_limit`: restarts in five minutes; 0 switches it off.
    pub crash_restart_limit: Option<Field<u64>>,
    /// `health_cmd`, or `cmd` of a `health` table, which comes first.
    pub health_cmd: Option<Field<String>>,
    /// `cluster_mode`.
    pub cluster_mode: Option<Field<bool>>,
    /// `cluster_instances`.
    pub cluster_instances: Option<Field<u64>>,
    /// `max_memory_mb`, in MiB.
    pub max_memory_mb: Option<Field<u64>>,
}

/// How many processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pm2Instances {
    /// This many, from 1 on.
    Count(u32),
    /// `"max"` or 0: one a processor; a negative number: that many fewer.
    PerProcessor,
}

/// How processes are started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecMode {
    /// With Node's cluster module, so that the instances share a port.
    Cluster,
    /// Each for itself.
    Fork,
}

/// One environment of `deploy`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pm2Deploy {
    /// Its name.
    pub name: Spanned<String>,
    /// `user`: who logs in at the servers.
    pub user: Option<Field<String>>,
    /// `host`: the servers.
    pub hosts: Vec<Spanned<String>>,
    /// The commands that it runs, by key: `post-deploy`, `pre-deploy-local`, `post-setup`.
    pub commands: Vec<Field<String>>,
    /// `env`.
    pub env: Pm2Environment,
}
