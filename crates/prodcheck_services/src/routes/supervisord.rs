//! supervisord: what its programs answer, and what it does by itself.
//!
//! Behaviour: <https://supervisord.org/configuration.html>, <https://supervisord.org/subprocess.html#process-states>;
//! listeners: <https://superlance.readthedocs.io/>.

#[cfg(test)]
mod tests;

use super::declared::{Declared, File, Lifetime, Located, Run, Started, count};
use crate::{EnvValue, HealthCheck, Instances, Layer, LogRotation, MemoryLimit, OpenFiles, Restart, RestartLimit};
use crate::{Setting, Tool, User};
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::supervisord::{AutoRestart, Daemon, LogFile, LogTarget, Program, SupervisordFile};
use prodcheck_facts::systemd::InFile;
use prodcheck_facts::{FactStore, FileFacts};
use prodcheck_source::RepoPath;

/// The programs of a file. Where another file includes it, that one's `[supervisord]` and listeners speak for it too.
pub fn declared(store: &FactStore, path: &RepoPath, started: &Started) -> Vec<Declared> {
    let files = || {
        store.iter().filter_map(|(path, facts)| match facts {
            FileFacts::Supervisord(file) => Some((path, &**file)),
            _ => None,
        })
    };
    let Some((own_path, own)) = files().find(|(found, _)| *found == path) else { return Vec::new() };
    let including = files().filter(|(found, file)| *found != path && includes(found, file, path));
    let around: Vec<(&RepoPath, &SupervisordFile)> = [(own_path, own)].into_iter().chain(including).collect();
    let reached = started.reached(&own.programs, |program| Some(program.name.as_str())).into_iter();
    reached.map(|program| One { program, file: File(own_path), around: &around, started }.declared()).collect()
}

/// Whether a file's `[include]` names another, as far as the repository shows: on the server the patterns are absolute.
fn includes(path: &RepoPath, file: &SupervisordFile, other: &RepoPath) -> bool {
    file.includes.iter().any(|pattern| {
        let (folder, name) = pattern.value.rsplit_once('/').unwrap_or(("", &pattern.value));
        let last = folder.rsplit('/').next().unwrap_or("");
        let by_name = match name.split_once('*') {
            Some((start, end)) => other.name().starts_with(start) && other.name().ends_with(end),
            None => other.name() == name,
        };
        let parent = other.parent();
        by_name && (parent.name() == last || parent == path.parent())
    })
}

/// How many listeners of a file are looked at.
const MOST_LISTENERS: usize = 64;

/// One program, with the files that speak for it.
struct One<'a> {
    program: &'a Program,
    file: File<'a>,
    /// Its own file first.
    around: &'a [(&'a RepoPath, &'a SupervisordFile)],
    started: &'a Started,
}

impl<'a> One<'a> {
    fn declared(&self) -> Declared {
        let program = self.program;
        let never = known(&program.autorestart) == Some(&AutoRestart::Never);
        let daemon = self.daemon();
        let text = |text: &str| EnvValue::Text(text.to_owned());
        let inherited = daemon.iter().flat_map(|(path, daemon)| {
            daemon.environment.iter().map(|variable| File(path).variable(variable, text)).collect::<Vec<_>>()
        });
        let own = program.environment.iter().map(|variable| self.file.variable(variable, text));
        Declared {
            name: Some(program.name.clone()),
            layer: self.layer(),
            run: match program.words.words.is_empty() {
                true => Run::Unknown,
                false => Run::Commands(vec![InFile { path: self.file.0.clone(), item: program.words.clone() }]),
            },
            lifetime: if never && known(&program.startsecs) == Some(&0) { Lifetime::Job } else { Lifetime::Long },
            cwd: program.directory.as_ref().map(|field| self.file.value(field)),
            environment: inherited.chain(own).collect(),
            environment_open: false,
            environment_files: Vec::new(),
            user: program.user.as_ref().map(|field| self.file.value(field)),
            log_files: self.streams().filter_map(|target| self.log_file(target)).collect(),
            watch: None,
            containers: None,
        }
    }

    fn daemon(&self) -> Option<(&'a RepoPath, &'a Daemon)> {
        self.around.iter().find_map(|(path, file)| file.daemon.as_ref().map(|daemon| (*path, daemon)))
    }

    fn layer(&self) -> Layer {
        Layer {
            restart: self.restart(),
            instances: match &self.program.numprocs {
                Some(field) => read(self.file, field, |number| Instances::Count(count(*number))),
                None => self.missing("numprocs="),
            },
            memory_limit: self.memory_limit(),
            boot: self.boot(),
            restart_limit: self.restart_limit(),
            health_check: self.health_check(),
            log_rotation: self.log_rotation(),
            user: self.user(),
            open_files: match self.daemon().and_then(|(path, daemon)| Some((path, daemon.minfds.as_ref()?))) {
                Some((path, field)) => read(File(path), field, |number| OpenFiles::Count(*number)),
                None => Setting::Silent,
            },
            ..Layer::new(Tool::Supervisord, self.file.place(self.program.span))
        }
    }

    fn missing<V>(&self, key: &str) -> Setting<V> {
        Setting::missing(self.file.place(self.program.span), key)
    }

    fn restart(&self) -> Setting<Restart> {
        match &self.program.autorestart {
            Some(field) => read(self.file, field, |when| match when {
                AutoRestart::Never => Restart::Never,
                AutoRestart::Always | AutoRestart::Unexpected => Restart::Restarts,
            }),
            None => Setting::built_in(
                Restart::Restarts,
                self.file.place(self.program.span),
                "supervisord restarts a program that ends with an error, unless it is told otherwise",
            ),
        }
    }

    /// Of the listeners the first whose program is `name` and which watches this program, with its arguments.
    fn listener(&self, name: &str, watches: impl Fn(&[String], &str) -> bool) -> Option<(File<'a>, &'a Program)> {
        self.around.iter().find_map(|(path, file)| {
            let listens = |listener: &&Program| {
                let words: Vec<String> =
                    listener.words.words.iter().map(|word| word.literal().unwrap_or_default()).collect();
                let program = words.iter().position(|word| word.rsplit('/').next() == Some(name));
                let arguments = program.and_then(|at| words.get(at + 1..));
                arguments.is_some_and(|arguments| watches(arguments, &self.program.name))
            };
            file.listeners.iter().take(MOST_LISTENERS).find(listens).map(|listener| (File(path), listener))
        })
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        let watches = |arguments: &[String], program: &str| {
            let prefix = format!("{program}=");
            arguments.iter().zip(arguments.iter().skip(1)).any(|(option, value)| match option.as_str() {
                "-a" | "--any" => true,
                "-p" | "--program" | "-g" | "--group" => value.starts_with(&prefix),
                _ => false,
            })
        };
        match self.listener("memmon", watches) {
            Some((file, listener)) => {
                Setting::set(MemoryLimit::Named, file.place(listener.words.span), command_of(listener))
            }
            None => self.missing("memmon"),
        }
    }

    fn health_check(&self) -> Setting<HealthCheck> {
        let watches = |arguments: &[String], program: &str| {
            let pairs = || arguments.iter().zip(arguments.iter().skip(1));
            let named = || pairs().filter(|(option, _)| matches!(option.as_str(), "-p" | "--program"));
            let all = arguments.iter().any(|option| matches!(option.as_str(), "-a" | "--any"));
            all || named().any(|(_, name)| name == program || name.starts_with(&format!("{program}:")))
        };
        match self.listener("httpok", watches) {
            Some((file, listener)) => {
                Setting::set(HealthCheck::Polled, file.place(listener.words.span), command_of(listener))
            }
            None => self.missing("httpok"),
        }
    }

    fn boot(&self) -> Setting<bool> {
        if let Some(field) = self.program.autostart.as_ref().filter(|field| field.known() == Some(&false)) {
            return read(self.file, field, |starts| *starts);
        }
        match &self.started.boot {
            Some(step) => Setting::set(true, step.place.clone(), step.value.clone()),
            None => Setting::Silent,
        }
    }

    fn restart_limit(&self) -> Setting<RestartLimit> {
        let program = self.program;
        let never = known(&program.autorestart) == Some(&AutoRestart::Never);
        if let Some(field) = program.startsecs.as_ref().filter(|field| field.known() == Some(&0) && !never) {
            let why = "every start counts as a success, and supervisord gives up only on starts that fail".to_owned();
            return read(self.file, field, |_| RestartLimit::Unlimited(why));
        }
        match &program.startretries {
            Some(field) => read(self.file, field, |_| RestartLimit::Limited),
            None => Setting::built_in(
                RestartLimit::Limited,
                self.file.place(program.span),
                "supervisord gives up after 3 starts in a row that fail, with a growing delay between them",
            ),
        }
    }

    /// The streams that have a file of their own.
    fn streams(&self) -> impl Iterator<Item = &'a LogTarget> {
        let redirected = known(&self.program.redirect_stderr) == Some(&true);
        let stderr = (!redirected).then_some(&self.program.stderr);
        [Some(&self.program.stdout), stderr].into_iter().flatten()
    }

    fn log_file(&self, target: &LogTarget) -> Option<Located<String>> {
        let field = target.file.as_ref()?;
        match field.known()? {
            LogFile::Path(path) => Some(Located::new(path.clone(), self.file.place(field.value_span))),
            LogFile::Nowhere | LogFile::Auto | LogFile::Syslog => None,
        }
    }

    fn log_rotation(&self) -> Setting<LogRotation> {
        let mut passed_on = false;
        for target in self.streams() {
            let file = target.file.as_ref();
            if let Some(field) = file.filter(|field| field.value == Given::Unknown) {
                return Setting::unknown(self.file.place(field.span), shown(field));
            }
            match file.and_then(Field::known) {
                Some(LogFile::Nowhere | LogFile::Syslog) => continue,
                Some(LogFile::Path(path)) if is_console(path) => {
                    passed_on = true;
                    continue;
                }
                _ => {}
            }
            if let Some(field) = target.max_bytes.as_ref().filter(|field| field.known() == Some(&0)) {
                let why = "0 switches supervisord's rotation off".to_owned();
                return read(self.file, field, |_| LogRotation::Grows(why));
            }
        }
        if passed_on {
            return Setting::Silent;
        }
        Setting::built_in(
            LogRotation::Rotated,
            self.file.place(self.program.span),
            "supervisord rotates the logs of its programs",
        )
    }

    fn user(&self) -> Setting<User> {
        let of_daemon = self.daemon().and_then(|(path, daemon)| Some((File(path), daemon.user.as_ref()?)));
        let named = self.program.user.as_ref().map(|field| (self.file, field)).or(of_daemon);
        match named {
            Some((file, field)) => read(file, field, |user| match user.as_str() {
                "root" | "0" => User::Root,
                _ => User::Other,
            }),
            None => Setting::Silent,
        }
    }
}

/// Whether a log file is the container's own output, or nothing.
fn is_console(path: &str) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/1/fd/", "/proc/self/fd/", "/dev/null", "/dev/tty"]
        .iter()
        .any(|console| path.starts_with(console))
}

fn known<T>(field: &Option<Field<T>>) -> Option<&T> {
    field.as_ref().and_then(Field::known)
}

fn shown<T>(field: &Field<T>) -> String {
    format!("{}={}", field.key, field.written)
}

/// A value that is known, and else what stands there.
fn read<T, V>(file: File<'_>, field: &Field<T>, value: impl FnOnce(&T) -> V) -> Setting<V> {
    match field.known() {
        Some(known) => Setting::set(value(known), file.place(field.span), shown(field)),
        None => Setting::unknown(file.place(field.span), shown(field)),
    }
}

fn command_of(listener: &Program) -> String {
    listener.command.as_ref().map(|field| field.written.clone()).unwrap_or_default()
}
