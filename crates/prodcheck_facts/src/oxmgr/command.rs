//! Oxmgr's command line: `oxmgr apply oxfile.toml --env prod`, `oxmgr start "node server.js" --max-memory-mb 512`.
//!
//! Options: <https://github.com/Vladimir-Urik/OxMgr/blob/master/docs/CLI.md>.

use super::{OxmgrApp, OxmgrSettings, restart_policy};
use crate::given::{Field, Given, Variable, shortened};
use prodcheck_source::{Span, Spanned};

/// A word of a command line; `None` where it cannot be known.
type Word = Spanned<Option<String>>;

/// What Oxmgr is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OxmgrAction {
    /// `start`: one process from a command line.
    Start,
    /// `apply`, `import`: what files declare.
    Apply,
    /// `runtime`: the same in the foreground, for containers.
    Runtime,
    /// `reload`, `pull`: a new process takes over from the old one.
    Reload,
    /// `restart`: the old one ends first.
    Restart,
    /// `stop`, `delete`.
    Stop,
    /// `service install`: the daemon starts at boot.
    InstallService,
    /// `startup`: prints how the daemon is made to start at boot.
    Startup,
    /// `deploy`.
    Deploy,
    /// Any other.
    Other(String),
}

/// One command line of Oxmgr.
#[derive(Debug, Clone, PartialEq)]
pub struct OxmgrCommand {
    /// What it is asked to do.
    pub action: OxmgrAction,
    /// From the program's name to the last word.
    pub span: Span,
    /// What it is done to: files, names, the command line that is started.
    pub targets: Vec<Word>,
    /// `--env <profile>`, where files are given.
    pub profile: Option<Field<String>>,
    /// `--only`: the applications of the files.
    pub only: Vec<String>,
    /// What `start` starts.
    pub app: Option<OxmgrApp>,
}

/// Options that take a value.
const VALUED: &[&str] = &[
    "--name",
    "--restart",
    "--max-restarts",
    "--crash-restart-limit",
    "--cwd",
    "--env",
    "--health-cmd",
    "--health-interval",
    "--health-timeout",
    "--health-max-failures",
    "--kill-signal",
    "--stop-timeout",
    "--restart-delay",
    "--start-delay",
    "--watch-path",
    "--ignore-watch",
    "--watch-delay",
    "--cluster-instances",
    "--namespace",
    "--max-memory-mb",
    "--max-cpu-percent",
    "--pre-reload-cmd",
    "--ready-timeout",
    "--log-date-format",
    "--cron-restart",
    "--only",
    "--sha256",
    "--system",
    "--config",
    "-c",
    "--out",
    "-o",
];

/// Reads a command line whose first word is Oxmgr; `None` where it is another.
pub fn command(words: &[Word]) -> Option<OxmgrCommand> {
    let (first, rest) = words.split_first()?;
    let name = first.value.as_deref()?;
    if name.rsplit(['/', '\\']).next() != Some("oxmgr") {
        return None;
    }
    let mut options: Vec<(String, Field<String>)> = Vec::new();
    let mut targets: Vec<Word> = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        let text = word.value.as_deref().filter(|text| text.len() > 1 && text.starts_with('-'));
        let Some(text) = text else {
            targets.push(word.clone());
            continue;
        };
        let (option, value) = match text.split_once('=') {
            Some((option, value)) => (option, Some(Spanned::new(Some(value.to_owned()), word.span))),
            None if VALUED.contains(&text) => (text, rest.next().cloned()),
            None => (text, None),
        };
        options.push((option.to_owned(), field(option, word.span, value)));
    }
    let action = if targets.is_empty() { None } else { targets.remove(0).value };
    let second = targets.first().and_then(|word| word.value.as_deref());
    let action = match (action.as_deref().unwrap_or_default(), second) {
        ("start", _) => OxmgrAction::Start,
        ("apply" | "import", _) => OxmgrAction::Apply,
        ("runtime", _) => OxmgrAction::Runtime,
        ("reload" | "rl" | "pull", _) => OxmgrAction::Reload,
        ("restart" | "rs", _) => OxmgrAction::Restart,
        ("stop" | "delete" | "rm", _) => OxmgrAction::Stop,
        ("service", Some("install")) => OxmgrAction::InstallService,
        ("startup", _) => OxmgrAction::Startup,
        ("deploy", _) => OxmgrAction::Deploy,
        (other, _) => OxmgrAction::Other(other.to_owned()),
    };
    let starts = action == OxmgrAction::Start;
    let value = |name: &str| options.iter().rev().find(|(option, _)| option == name).map(|(_, field)| field.clone());
    let only = options.iter().filter(|(option, _)| option == "--only").filter_map(|(_, field)| field.known());
    let only = only.flat_map(|names| names.split(',')).map(str::to_owned).collect();
    Some(OxmgrCommand {
        span: words.last().map_or(first.span, |last| first.span.to(last.span)),
        profile: if starts { None } else { value("--env") },
        only,
        app: if starts { targets.first().map(|command| app(command, first.span, &options)) } else { None },
        action,
        targets,
    })
}

/// An option with its value; a flag's value is empty.
fn field(option: &str, at: Span, value: Option<Word>) -> Field<String> {
    let (span, text) = match value {
        Some(word) if at.contains(word.span) => (at, word.value),
        Some(word) => (word.span, word.value),
        None => (at, Some(String::new())),
    };
    Field {
        key: option.to_owned(),
        span: at.to(span),
        value_span: span,
        written: shortened(text.as_deref().unwrap_or("…")),
        value: text.map_or(Given::Unknown, Given::Known),
    }
}

fn app(command: &Word, program: Span, options: &[(String, Field<String>)]) -> OxmgrApp {
    let value = |name: &str| options.iter().rev().find(|(option, _)| option == name).map(|(_, field)| field.clone());
    let number = |name: &str| value(name).map(|field| field.and_then(|text| text.parse().ok()));
    let flag = |name: &str| value(name).map(|field| field.and_then(|_| Some(true)));
    let settings = OxmgrSettings {
        command: Some(Field {
            key: "command".to_owned(),
            span: command.span,
            value_span: command.span,
            written: shortened(command.value.as_deref().unwrap_or("…")),
            value: command.value.clone().map_or(Given::Unknown, Given::Known),
        }),
        cwd: value("--cwd"),
        env: options.iter().filter(|(option, _)| option == "--env").filter_map(|(_, field)| variable(field)).collect(),
        restart_policy: value("--restart").map(|field| field.and_then(|text| restart_policy(&text))),
        max_restarts: number("--max-restarts"),
        crash_restart_limit: number("--crash-restart-limit"),
        cluster_mode: flag("--cluster"),
        cluster_instances: number("--cluster-instances"),
        max_memory_mb: number("--max-memory-mb"),
        health_cmd: value("--health-cmd"),
        wait_ready: flag("--wait-ready"),
        ready_timeout_secs: number("--ready-timeout"),
        reuse_port: flag("--reuse-port"),
        stop_signal: value("--kill-signal"),
        stop_timeout_secs: number("--stop-timeout"),
        watch: flag("--watch"),
        cron_restart: value("--cron-restart"),
        ..OxmgrSettings::default()
    };
    let name = value("--name").and_then(|field| Some(Spanned::new(field.known()?.clone(), field.value_span)));
    OxmgrApp { name, place: program.to(command.span), settings, profiles: Vec::new() }
}

/// `--env NAME=value`.
fn variable(field: &Field<String>) -> Option<Variable> {
    let (name, value) = field.known()?.split_once('=')?;
    Some(Variable { name: name.to_owned(), value: Given::Known(value.to_owned()), span: field.span })
}

#[cfg(test)]
mod tests {
    use super::super::RestartPolicy;
    use super::*;

    /// Words cut at blanks; `$X` is unknown, `_` stands for a blank inside of a word.
    fn parse(line: &str) -> OxmgrCommand {
        let mut at = 0;
        let words: Vec<Word> = line
            .split(' ')
            .map(|word| {
                let span = Span::new(at, at + word.len());
                at = span.end as usize + 1;
                Spanned::new((!word.starts_with('$')).then(|| word.replace('_', " ")), span)
            })
            .collect();
        command(&words).expect("Oxmgr")
    }

    fn known<T: Clone>(field: &Option<Field<T>>) -> Option<T> {
        field.as_ref().and_then(Field::known).cloned()
    }

    #[test]
    fn reads_what_start_starts() {
        let line = "/usr/bin/oxmgr start node_sérver.js --name äpi --restart always --max-memory-mb 512 --env MODE=production --env PORT=80 --cluster --cluster-instances=4 --health-cmd curl_-f_x --max-restarts $N";
        let command = parse(line);
        let app = command.app.expect("an application");
        assert_eq!(known(&app.settings.command).as_deref(), Some("node sérver.js"));
        assert_eq!(app.name.map(|name| name.value), Some("äpi".to_owned()));
        assert_eq!(known(&app.settings.restart_policy), Some(RestartPolicy::Always));
        let memory = app.settings.max_memory_mb.as_ref().expect("set");
        assert_eq!((memory.known(), line.get(memory.span.range())), (Some(&512), Some("--max-memory-mb 512")));
        assert_eq!((known(&app.settings.cluster_mode), known(&app.settings.cluster_instances)), (Some(true), Some(4)));
        assert_eq!(app.settings.env.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(), ["MODE", "PORT"]);
        assert_eq!(app.settings.max_restarts.map(|field| field.value), Some(Given::Unknown));
        assert_eq!((command.profile, command.targets.len()), (None, 1));
    }

    #[test]
    fn reads_what_is_done_to_files() {
        let command = parse("oxmgr apply a.toml b.toml --env prod --only api,worker --prune");
        assert_eq!((command.action, command.targets.len()), (OxmgrAction::Apply, 2));
        assert_eq!(known(&command.profile).as_deref(), Some("prod"));
        assert_eq!(command.only, ["api", "worker"]);
        assert_eq!(command.app, None);
        for (line, action) in [
            ("oxmgr runtime oxfile.toml", OxmgrAction::Runtime),
            ("oxmgr rl api", OxmgrAction::Reload),
            ("oxmgr restart all", OxmgrAction::Restart),
            ("oxmgr service install --system systemd", OxmgrAction::InstallService),
            ("oxmgr service --system systemd install", OxmgrAction::InstallService),
            ("oxmgr service status", OxmgrAction::Other("service".to_owned())),
            ("oxmgr startup", OxmgrAction::Startup),
            ("oxmgr", OxmgrAction::Other(String::new())),
        ] {
            assert_eq!(parse(line).action, action, "{line}");
        }
        assert_eq!(super::command(&[Spanned::new(Some("pm2".to_owned()), Span::at(0))]), None);
    }
}
