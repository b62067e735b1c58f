//! systemd's unit files and drop-ins: what a service runs, how it is restarted, limited, fed and enabled.
//!
//! Settings: [systemd.service(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html),
//! [systemd.unit(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html),
//! [systemd.exec(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html),
//! [systemd.resource-control(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.resource-control.html),
//! [systemd.kill(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.kill.html).

mod activation;
mod command_line;
mod service;
mod values;
mod written;

pub use activation::Activation;
pub use written::{may_write_units, read_written};

use crate::given::{Field, Variable};
use prodcheck_formats::ini::{self, Dialect, Ini};
use prodcheck_formats::shell::Command;
use prodcheck_source::{Note, Place, RepoPath, Span, Spanned};

/// One file that systemd reads: a unit, or a drop-in that adds to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFile {
    /// The unit's name, such as `api.service` or `api@.service`; of a drop-in the unit that it adds to.
    pub unit: String,
    /// Whether it is a drop-in.
    pub is_drop_in: bool,
    /// Its sections.
    pub ini: Ini,
}

/// Something of a file, with the path of that file: a unit's settings stand in several.
#[derive(Debug, Clone, PartialEq)]
pub struct InFile<T> {
    /// The file.
    pub path: RepoPath,
    /// What stands in it.
    pub item: T,
}

impl<T> InFile<Field<T>> {
    /// The place of key and value.
    pub fn place(&self) -> Place {
        Place::new(self.path.clone(), self.item.span)
    }

    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        self.item.known()
    }
}

/// A setting that one of a unit's files makes.
pub type Setting<T> = Option<InFile<Field<T>>>;

/// A service: its unit file and the drop-ins on top of it. Of each setting what counts in the end; `None` where no file
/// makes it or a later one takes it back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServiceUnit {
    /// Its name, such as `api.service`.
    pub name: String,
    /// Its unit file.
    pub path: RepoPath,
    /// The header `[Service]`: where what is absent belongs.
    pub service_section: Span,
    /// The header `[Unit]`, where there is one.
    pub unit_section: Option<Span>,
    /// The header `[Install]`, where there is one.
    pub install_section: Option<Span>,
    /// Whether it is a template (`api@.service`), of which several can run.
    pub is_template: bool,
    /// Whether it is for a user's own manager, which needs no `User=`, by the folder that it stands in.
    pub is_user_unit: bool,
    /// `Type=`; systemd's default is `simple`, and `oneshot` is no long-running process.
    pub service_type: Setting<ServiceType>,
    /// `ExecStart=`.
    pub start: Vec<InFile<UnitCommand>>,
    /// `ExecStartPre=` and `ExecCondition=`.
    pub before_start: Vec<InFile<UnitCommand>>,
    /// `ExecStartPost=`.
    pub after_start: Vec<InFile<UnitCommand>>,
    /// `ExecReload=`.
    pub reload: Vec<InFile<UnitCommand>>,
    /// `ExecStop=` and `ExecStopPost=`.
    pub stop: Vec<InFile<UnitCommand>>,
    /// `WorkingDirectory=`, a leading `-` left out.
    pub working_directory: Setting<String>,
    /// `Restart=`; systemd's default is `no`.
    pub restart: Setting<RestartWhen>,
    /// `RestartSec=`, in microseconds; systemd's default is 100 ms.
    pub restart_sec: Setting<u64>,
    /// `RestartSteps=`: over how many restarts the delay grows; systemd's default is 0, which is never.
    pub restart_steps: Setting<u64>,
    /// `RestartMaxDelaySec=`, in microseconds: up to where it grows.
    pub restart_max_delay_sec: Setting<u64>,
    /// `StartLimitIntervalSec=`, in microseconds; systemd's default is 10 s, and 0 switches the limit off.
    pub start_limit_interval: Setting<u64>,
    /// `StartLimitBurst=`: how many starts in that interval; systemd's default is 5, and 0 switches the limit off.
    pub start_limit_burst: Setting<u64>,
    /// `WatchdogSec=`, in microseconds; 0 is off.
    pub watchdog_sec: Setting<u64>,
    /// `TimeoutStopSec=`, in microseconds, or `TimeoutSec=`; systemd's default is 90 s.
    pub timeout_stop: Setting<u64>,
    /// `KillSignal=`; systemd's default is `SIGTERM`.
    pub kill_signal: Setting<String>,
    /// `KillMode=`; systemd's default is `control-group`.
    pub kill_mode: Setting<KillMode>,
    /// `MemoryMax=`: where the kernel kills it.
    pub memory_max: Setting<MemoryAmount>,
    /// `MemoryHigh=`: where the kernel slows it down.
    pub memory_high: Setting<MemoryAmount>,
    /// `MemoryLimit=`, the old name of `MemoryMax=`.
    pub memory_limit: Setting<MemoryAmount>,
    /// `LimitNOFILE=`.
    pub open_files: Setting<OpenFilesLimit>,
    /// `User=`; systemd's default is root.
    pub user: Setting<String>,
    /// `DynamicUser=`.
    pub dynamic_user: Setting<bool>,
    /// `Environment=`, in the order of the text.
    pub environment: Vec<InFile<Variable>>,
    /// `EnvironmentFile=`: files that are laid over it.
    pub environment_files: Vec<InFile<EnvironmentFile>>,
    /// `PassEnvironment=`: variables that come from systemd's own environment.
    pub passed_environment: Vec<InFile<Spanned<String>>>,
    /// `StandardOutput=`; systemd's default is the journal.
    pub standard_output: Setting<Output>,
    /// `StandardError=`; systemd's default is where the output goes.
    pub standard_error: Setting<Output>,
    /// `OnFailure=`: units that are started when it fails.
    pub on_failure: Vec<InFile<Spanned<String>>>,
    /// `WantedBy=`, `RequiredBy=` and `UpheldBy=`: what starts it once it is enabled.
    pub wanted_by: Vec<InFile<Spanned<String>>>,
    /// Settings in a section where systemd ignores them.
    pub misplaced: Vec<InFile<Misplaced>>,
}

/// A command line of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitCommand {
    /// The words; no shell reads them. Specifiers (`%i`) and what a template language puts in are
    /// [templates](prodcheck_formats::shell::PartKind::Template).
    pub command: Command,
    /// Whether a leading `-` makes failure no failure.
    pub ignores_failure: bool,
}

/// A file of variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentFile {
    /// Its path on the server, as written, without a leading `-`.
    pub path: String,
    /// Whether a leading `-` lets it be missing.
    pub is_optional: bool,
    /// Where the path stands.
    pub span: Span,
}

/// A setting in a section where systemd ignores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// The key.
    pub key: String,
    /// The section that it stands in.
    pub section: String,
    /// The section that it belongs in.
    pub belongs_in: &'static str,
    /// Key and value.
    pub span: Span,
}

/// How a service starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceType {
    /// At once.
    Simple,
    /// Once the program runs.
    Exec,
    /// Once the first process has forked and ended.
    Forking,
    /// It runs and ends; no process stays up.
    Oneshot,
    /// Once it has its name on the bus.
    Dbus,
    /// Once it says so (`sd_notify`).
    Notify,
    /// The same, and it says when a reload is done.
    NotifyReload,
    /// At once, behind other jobs.
    Idle,
}

/// When systemd starts a service again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestartWhen {
    /// Never.
    No,
    /// After a clean exit.
    OnSuccess,
    /// After an unclean exit, a signal, a timeout, or the watchdog.
    OnFailure,
    /// After a signal, a timeout, or the watchdog.
    OnAbnormal,
    /// After the watchdog.
    OnWatchdog,
    /// After a signal.
    OnAbort,
    /// After every exit.
    Always,
}

/// Which processes are signalled when a service stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillMode {
    /// All of the service.
    ControlGroup,
    /// The main one first, all of them in the end.
    Mixed,
    /// Only the main one.
    Process,
    /// None.
    None,
}

/// An amount of memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MemoryAmount {
    /// In bytes.
    Bytes(u64),
    /// A share of the machine's memory, from 0 to 1.
    Share(f64),
    /// No limit.
    Unlimited,
}

/// How many files may be open; `u64::MAX` for no limit. Node.js raises the soft limit to the hard one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenFilesLimit {
    /// What holds until it is raised.
    pub soft: u64,
    /// How far it can be raised.
    pub hard: u64,
}

/// Where output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// The journal, which rotates by itself.
    Journal,
    /// Nowhere.
    Null,
    /// Where the other stream goes.
    Inherit,
    /// A file, which nothing rotates.
    File(String),
    /// A terminal, a socket, a descriptor.
    Elsewhere,
}

/// Endings of names that template tools and humans put behind a unit's own.
const RENDERED: [&str; 15] = [
    "j2", "jinja", "jinja2", "m4", "mustache", "tmpl", "tpl", "template", "erb", "ejs", "hbs", "in", "dist", "sample",
    "example",
];

/// Endings of the names of services and of what starts them.
const UNITS: [&str; 5] = [".service", ".socket", ".timer", ".path", ".target"];

/// Whether it is named like a unit or a drop-in, also where it is rendered first (`api.service.j2`).
pub fn is_unit(path: &RepoPath) -> bool {
    unit_of(path).is_some()
}

/// The name of the unit that a file is, or adds to, and whether it adds to it.
fn unit_of(path: &RepoPath) -> Option<(String, bool)> {
    let name = match path.extension() {
        Some(extension) if RENDERED.contains(&extension) => path.stem(),
        _ => path.name(),
    };
    if UNITS.iter().any(|kind| name.strip_suffix(kind).is_some_and(|stem| !stem.is_empty())) {
        return Some((name.to_owned(), false));
    }
    let folder = path.parent();
    let unit = folder.name().strip_suffix(".d").filter(|unit| unit.ends_with(".service"))?;
    name.ends_with(".conf").then(|| (unit.to_owned(), true))
}

/// Reads a unit or a drop-in; `None` where it is none by its content (D-Bus and Avahi have files of the same name).
pub fn read_file(path: &RepoPath, text: &str) -> (Option<UnitFile>, Vec<Note>) {
    let Some((unit, is_drop_in)) = unit_of(path) else { return (None, Vec::new()) };
    let parsed = ini::parse(text, Dialect::Systemd);
    if !["Unit", "Service", "Install", "Socket", "Timer", "Path"].iter().any(|section| parsed.tree.has(section)) {
        return (None, Vec::new());
    }
    (Some(UnitFile { unit, is_drop_in, ini: parsed.tree }), parsed.notes)
}

#[cfg(test)]
mod tests;
