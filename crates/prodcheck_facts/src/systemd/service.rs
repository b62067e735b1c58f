//! A service put together from its unit file and the drop-ins on top of it.

use super::command_line;
use super::{EnvironmentFile, InFile, MemoryAmount, Misplaced, ServiceUnit, Setting, UnitCommand, UnitFile, values};
use crate::given::{Field, Given, Variable};
use prodcheck_formats::ini::{Assignment, Ini, merge};
use prodcheck_source::{RepoPath, Span, Spanned};

/// The settings that are read here and the section that each belongs in, but for those of `[Service]`.
const SECTIONS: [(&str, &[&str]); 2] =
    [("Unit", &["StartLimitIntervalSec", "OnFailure"]), ("Install", &["WantedBy", "RequiredBy", "UpheldBy"])];

/// Those of `[Service]`.
const OF_SERVICE: [&str; 33] = [
    "DynamicUser",
    "Environment",
    "EnvironmentFile",
    "ExecCondition",
    "ExecReload",
    "ExecStart",
    "ExecStartPost",
    "ExecStartPre",
    "ExecStop",
    "ExecStopPost",
    "Group",
    "KillMode",
    "KillSignal",
    "LimitNOFILE",
    "MemoryHigh",
    "MemoryLimit",
    "MemoryMax",
    "PassEnvironment",
    "Restart",
    "RestartMaxDelaySec",
    "RestartPreventExitStatus",
    "RestartSec",
    "RestartSteps",
    "StandardError",
    "StandardOutput",
    "SuccessExitStatus",
    "SyslogIdentifier",
    "TimeoutSec",
    "TimeoutStopSec",
    "Type",
    "User",
    "WatchdogSec",
    "WorkingDirectory",
];

impl ServiceUnit {
    /// A service from its unit file and its drop-ins, which are laid on it in the order of their names; `None` where the
    /// file is no service.
    pub fn of<'a>(
        path: &RepoPath,
        unit: &UnitFile,
        drop_ins: impl IntoIterator<Item = (&'a RepoPath, &'a UnitFile)>,
    ) -> Option<Self> {
        let service_section = unit.ini.sections.iter().find(|section| section.name == "Service")?.span;
        let mut drop_ins: Vec<(&RepoPath, &UnitFile)> = drop_ins.into_iter().collect();
        drop_ins.sort_by_key(|(path, _)| path.name());
        let mut paths = vec![path.clone()];
        paths.extend(drop_ins.iter().map(|(path, _)| (*path).clone()));
        let ini = merge(unit.ini.clone(), drop_ins.into_iter().map(|(_, unit)| unit.ini.clone()));
        let header = |name: &str| unit.ini.sections.iter().find(|section| section.name == name).map(|found| found.span);
        Some(Self {
            name: unit.unit.clone(),
            path: path.clone(),
            service_section,
            unit_section: header("Unit"),
            install_section: header("Install"),
            is_template: unit.unit.ends_with("@.service"),
            is_user_unit: is_of_user(path),
            ..Files { ini: &ini, paths: &paths }.service()
        })
    }

    /// The header that a setting of a section belongs under; `[Service]` where that section is absent.
    pub fn section(&self, name: &str) -> Span {
        let found = match name {
            "Unit" => self.unit_section,
            "Install" => self.install_section,
            _ => None,
        };
        found.unwrap_or(self.service_section)
    }
}

/// Whether a unit's folder is one of a user's own manager: `systemd/user/`, `.config/systemd/user/`.
fn is_of_user(path: &RepoPath) -> bool {
    let folder = path.parent();
    folder.name() == "user" && folder.parent().name() == "systemd"
}

/// A unit's files, merged.
struct Files<'a> {
    ini: &'a Ini,
    paths: &'a [RepoPath],
}

impl Files<'_> {
    fn service(&self) -> ServiceUnit {
        ServiceUnit {
            service_type: self.setting(&["Type"], values::service_type),
            start: self.commands(&["ExecStart"]),
            before_start: self.commands(&["ExecCondition", "ExecStartPre"]),
            after_start: self.commands(&["ExecStartPost"]),
            reload: self.commands(&["ExecReload"]),
            stop: self.commands(&["ExecStop", "ExecStopPost"]),
            working_directory: self.text("WorkingDirectory", |text| text.strip_prefix('-').unwrap_or(text)),
            restart: self.setting(&["Restart"], values::restart),
            restart_sec: self.setting(&["RestartSec"], values::time_span),
            restart_steps: self.setting(&["RestartSteps"], values::count),
            restart_max_delay_sec: self.setting(&["RestartMaxDelaySec"], values::time_span),
            start_limit_interval: self
                .last(&START_LIMIT_INTERVAL, Empty::Ignored, |text| parsed(text, values::time_span)),
            start_limit_burst: self.last(&START_LIMIT_BURST, Empty::Ignored, |text| parsed(text, values::count)),
            watchdog_sec: self.setting(&["WatchdogSec"], values::time_span),
            timeout_stop: self.setting(&["TimeoutStopSec", "TimeoutSec"], values::time_span),
            kill_signal: self.text("KillSignal", |text| text),
            kill_mode: self.setting(&["KillMode"], values::kill_mode),
            memory_max: self.memory("MemoryMax"),
            memory_high: self.memory("MemoryHigh"),
            memory_limit: self.memory("MemoryLimit"),
            open_files: self.setting(&["LimitNOFILE"], values::open_files),
            user: self.text("User", |text| text),
            dynamic_user: self.setting(&["DynamicUser"], values::boolean),
            environment: self.environment(),
            environment_files: self.environment_files(),
            passed_environment: self.names("Service", &["PassEnvironment"]),
            standard_output: self.setting(&["StandardOutput"], values::output),
            standard_error: self.setting(&["StandardError"], values::output),
            on_failure: self.names("Unit", &["OnFailure"]),
            wanted_by: self.names("Install", &["WantedBy", "RequiredBy", "UpheldBy"]),
            misplaced: self.misplaced(),
            ..ServiceUnit::default()
        }
    }

    fn path(&self, assignment: &Assignment) -> RepoPath {
        self.paths.get(assignment.source).cloned().unwrap_or_default()
    }

    fn in_file<T>(&self, assignment: &Assignment, item: T) -> InFile<T> {
        InFile { path: self.path(assignment), item }
    }

    /// A setting of `[Service]` by its names.
    fn setting<T>(&self, keys: &[&str], read: fn(&str) -> Option<T>) -> Setting<T> {
        let names: Vec<(&str, &str)> = keys.iter().map(|key| ("Service", *key)).collect();
        self.last(&names, Empty::Ignored, |text| parsed(text, read))
    }

    /// A limit on memory of `[Service]`.
    fn memory(&self, key: &str) -> Setting<MemoryAmount> {
        self.last(&[("Service", key)], Empty::Resets, |text| parsed(text, values::memory))
    }

    /// A setting that goes by several names, in several sections: its last assignment that systemd understands, else its
    /// last.
    fn last<T>(&self, names: &[(&str, &str)], empty: Empty, read: impl Fn(&str) -> Given<T>) -> Setting<T> {
        let mut found = None;
        for section in &self.ini.sections {
            for entry in &section.entries {
                if !names.contains(&(section.name.as_str(), entry.key.value.as_str())) {
                    continue;
                }
                let field = Field::assigned(entry, &read);
                // What systemd cannot read it ignores: what was set before stays.
                let is_ignored = matches!(field.value, Given::Wrong) && found.as_ref().is_some_and(is_read);
                if entry.text().is_empty() {
                    if empty == Empty::Resets {
                        found = None;
                    }
                } else if !is_ignored {
                    found = Some(self.in_file(entry, field));
                }
            }
        }
        found
    }

    fn text(&self, key: &str, clean: fn(&str) -> &str) -> Setting<String> {
        self.last(&[("Service", key)], Empty::Resets, |text| match is_rendered(text) || has_specifier(text) {
            true => Given::Unknown,
            false => Given::Known(clean(text).to_owned()),
        })
    }

    /// The assignments of lists that count, in the order of the text.
    fn lists(&self, section: &str, keys: &[&str]) -> impl Iterator<Item = &Assignment> {
        let mut found: Vec<&Assignment> = keys.iter().flat_map(|key| self.ini.values(section, key)).collect();
        found.sort_by_key(|entry| (entry.source, entry.key.span));
        found.into_iter()
    }

    fn commands(&self, keys: &[&str]) -> Vec<InFile<UnitCommand>> {
        let commands = |entry: &Assignment| {
            let commands = command_line::commands(&entry.value);
            commands.into_iter().map(|command| self.in_file(entry, command)).collect::<Vec<_>>()
        };
        self.lists("Service", keys).flat_map(commands).collect()
    }

    fn environment(&self) -> Vec<InFile<Variable>> {
        let mut variables = Vec::new();
        for entry in self.lists("Service", &["Environment"]) {
            for (text, written, span) in command_line::list(&entry.value) {
                let Some((name, value)) = written.split_once('=') else { continue };
                let known = text.as_deref().and_then(|text| text.split_once('=')).map(|(_, value)| value.to_owned());
                let value =
                    known.map_or_else(|| if value.is_empty() { Given::Wrong } else { Given::Unknown }, Given::Known);
                variables.push(self.in_file(entry, Variable { name: name.to_owned(), value, span }));
            }
        }
        variables
    }

    fn environment_files(&self) -> Vec<InFile<EnvironmentFile>> {
        let file = |entry: &Assignment| {
            let text = entry.text();
            let path = text.strip_prefix('-').unwrap_or(text);
            let is_optional = path.len() < text.len();
            let file = EnvironmentFile { path: path.to_owned(), is_optional, span: entry.value_span };
            self.in_file(entry, file)
        };
        self.lists("Service", &["EnvironmentFile"]).map(file).collect()
    }

    fn names(&self, section: &str, keys: &[&str]) -> Vec<InFile<Spanned<String>>> {
        let mut names = Vec::new();
        for entry in self.lists(section, keys) {
            for (_, written, span) in command_line::list(&entry.value) {
                names.push(self.in_file(entry, Spanned::new(written, span)));
            }
        }
        names
    }

    fn misplaced(&self) -> Vec<InFile<Misplaced>> {
        let mut found = Vec::new();
        for section in &self.ini.sections {
            for entry in &section.entries {
                let key = entry.key.value.as_str();
                let other = SECTIONS.iter().find(|(_, keys)| keys.contains(&key)).map(|(section, _)| *section);
                let home = if OF_SERVICE.contains(&key) { Some("Service") } else { other };
                let Some(belongs_in) = home.filter(|home| *home != section.name) else { continue };
                let misplaced =
                    Misplaced { key: key.to_owned(), section: section.name.clone(), belongs_in, span: entry.span() };
                found.push(self.in_file(entry, misplaced));
            }
        }
        found
    }
}

/// What an empty assignment does.
#[derive(Clone, Copy, PartialEq)]
enum Empty {
    /// It takes back what was set before.
    Resets,
    /// systemd says that it cannot read it, and ignores it.
    Ignored,
}

/// The names and sections that `StartLimitIntervalSec=` has had.
const START_LIMIT_INTERVAL: [(&str, &str); 3] =
    [("Unit", "StartLimitIntervalSec"), ("Unit", "StartLimitInterval"), ("Service", "StartLimitInterval")];

/// The sections that `StartLimitBurst=` has stood in.
const START_LIMIT_BURST: [(&str, &str); 2] = [("Unit", "StartLimitBurst"), ("Service", "StartLimitBurst")];

fn is_read<T>(said: &InFile<Field<T>>) -> bool {
    !matches!(said.item.value, Given::Wrong)
}

fn parsed<T>(text: &str, read: fn(&str) -> Option<T>) -> Given<T> {
    match read(text) {
        Some(value) => Given::Known(value),
        None if is_rendered(text) => Given::Unknown,
        None => Given::Wrong,
    }
}

/// Whether something puts text in before systemd reads the file.
fn is_rendered(text: &str) -> bool {
    ["{{", "{%", "<%", "${", "@@"].iter().any(|open| text.contains(open))
        || text.starts_with('@') && text.ends_with('@') && text.len() > 2
}

/// Whether a specifier such as `%i` stands in it.
fn has_specifier(text: &str) -> bool {
    text.replace("%%", "").contains('%')
}
