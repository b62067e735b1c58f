//! PM2's command line: `pm2 start app.js -i max`, `pm2-runtime ecosystem.config.js`.
//!
//! Options: <https://pm2.keymetrics.io/docs/usage/quick-start/> and PM2's own lists,
//! <https://github.com/Unitech/pm2/blob/master/lib/binaries/CLI.js> and `Runtime4Docker.js` beside it.

use super::values;
use super::{ExecMode, Pm2App};
use crate::given::{Field, Given, shortened};
use prodcheck_source::{Span, Spanned};

/// A word of a command line; `None` where it cannot be known.
type Word = Spanned<Option<String>>;

/// Which of PM2's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pm2Program {
    /// `pm2`: hands the processes to a daemon and ends.
    Pm2,
    /// `pm2-runtime`, `pm2-docker`: stays in the foreground, for containers.
    Runtime,
    /// `pm2-dev`: watches files, for development.
    Dev,
}

/// What PM2 is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pm2Action {
    /// `start`.
    Start,
    /// `restart`, `startOrRestart`.
    Restart,
    /// `reload`, `gracefulReload`, `startOrReload`, `startOrGracefulReload`: one process after the other.
    Reload,
    /// `stop`, `delete`, `kill`.
    Stop,
    /// `save`, `dump`: keeps the list of processes for the next boot.
    Save,
    /// `startup`: installs what brings the saved list back at boot.
    Startup,
    /// `resurrect`: brings the saved list back.
    Resurrect,
    /// `install`, `module:install`.
    Install,
    /// `deploy`.
    Deploy,
    /// Any other.
    Other(String),
}

/// One command line of PM2.
#[derive(Debug, Clone, PartialEq)]
pub struct Pm2Command {
    /// The program.
    pub program: Pm2Program,
    /// What it is asked to do.
    pub action: Pm2Action,
    /// From the program's name to the last word.
    pub span: Span,
    /// What it is done to: scripts, ecosystem files, names; modules where it installs.
    pub targets: Vec<Word>,
    /// `--env`: the `env_<name>` that is laid over `env`.
    pub env: Option<Field<String>>,
    /// `--only`: the applications of the file, separated by commas or blanks.
    pub only: Option<Field<String>>,
    /// Whether it stays in the foreground, so that what started it sees it end.
    pub foreground: bool,
    /// The options, as an application without a script. PM2 gives them to the scripts of the command line alone: of those
    /// beside a file it takes `--only`, `--env`, `--cwd`, `--watch`, `--uid` and `--gid`, and ignores the others.
    pub options: Pm2App,
}

impl Pm2Command {
    /// Whether it can start processes.
    pub fn starts(&self) -> bool {
        matches!(self.action, Pm2Action::Start | Pm2Action::Restart | Pm2Action::Reload)
    }

    /// The ecosystem files that it reads. `pm2 start` alone reads `ecosystem.config.js`.
    pub fn files(&self) -> Vec<Spanned<String>> {
        if self.targets.is_empty() && self.action == Pm2Action::Start && self.program == Pm2Program::Pm2 {
            return vec![Spanned::new("ecosystem.config.js".to_owned(), self.span)];
        }
        let file = |word: &Word| {
            let text = word.value.as_deref().filter(|text| is_configuration(text))?;
            Some(Spanned::new(text.to_owned(), word.span))
        };
        self.targets.iter().filter_map(file).collect()
    }

    /// The applications that it starts by itself, from scripts or command lines rather than from a file.
    pub fn apps(&self) -> Vec<Pm2App> {
        if !matches!(self.action, Pm2Action::Start) {
            return Vec::new();
        }
        let app = |word: &Word| Pm2App {
            script: Some(Field {
                key: "script".to_owned(),
                span: word.span,
                value_span: word.span,
                written: shortened(word.value.as_deref().unwrap_or("…")),
                value: word.value.clone().map_or(Given::Unknown, Given::Known),
            }),
            place: word.span,
            ..self.options.clone()
        };
        self.targets.iter().filter(|word| !word.value.as_deref().is_some_and(is_configuration)).map(app).collect()
    }
}

/// Whether PM2 takes an argument for a configuration file rather than for a script: by a part of its name.
pub fn is_configuration(argument: &str) -> bool {
    [".json", ".yml", ".yaml", ".config.js", ".config.cjs", ".config.mjs", ".config.ts"]
        .iter()
        .any(|part| argument.contains(part))
}

/// What an option takes.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    Nothing,
    Value,
    /// A value, unless the next word is an option.
    Perhaps,
}

/// Options that take a value, with their short names.
const OPTIONS: &[(&str, &str, Takes)] = &[
    ("--ext", "", Takes::Value),
    ("--name", "-n", Takes::Value),
    ("--interpreter", "", Takes::Value),
    ("--interpreter-args", "", Takes::Value),
    ("--node-args", "", Takes::Value),
    ("--output", "-o", Takes::Value),
    ("--error", "-e", Takes::Value),
    ("--log", "-l", Takes::Perhaps),
    ("--filter-env", "", Takes::Perhaps),
    ("--log-type", "", Takes::Value),
    ("--log-date-format", "", Takes::Value),
    ("--env", "", Takes::Value),
    ("--instances", "-i", Takes::Value),
    ("--parallel", "", Takes::Value),
    ("--pid", "-p", Takes::Value),
    ("--kill-timeout", "-k", Takes::Value),
    ("--listen-timeout", "", Takes::Value),
    ("--max-memory-restart", "", Takes::Value),
    ("--restart-delay", "", Takes::Value),
    ("--exp-backoff-restart-delay", "", Takes::Value),
    ("--max-restarts", "", Takes::Perhaps),
    ("--min-uptime", "", Takes::Value),
    ("--user", "-u", Takes::Value),
    ("--uid", "", Takes::Value),
    ("--gid", "", Takes::Value),
    ("--namespace", "", Takes::Value),
    ("--cwd", "", Takes::Value),
    ("--hp", "", Takes::Value),
    ("--service-name", "", Takes::Value),
    ("--cron", "-c", Takes::Value),
    ("--cron-restart", "", Takes::Value),
    ("--only", "", Takes::Value),
    ("--watch", "", Takes::Perhaps),
    ("--ignore-watch", "", Takes::Value),
    ("--watch-delay", "", Takes::Value),
    ("--stop-exit-codes", "", Takes::Value),
    ("--sort", "", Takes::Value),
    ("--secret", "", Takes::Perhaps),
    ("--public", "", Takes::Perhaps),
    ("--machine-name", "", Takes::Perhaps),
    ("--delay", "", Takes::Value),
    ("--web", "", Takes::Perhaps),
    ("--tag", "", Takes::Value),
];

/// Reads a command line whose first word is one of PM2's programs; `None` where it is another.
pub fn command(words: &[Word]) -> Option<Pm2Command> {
    let (first, rest) = words.split_first()?;
    let name = first.value.as_deref()?;
    let program = match name.rsplit(['/', '\\']).next().unwrap_or(name) {
        "pm2" => Pm2Program::Pm2,
        "pm2-runtime" | "pm2-docker" => Pm2Program::Runtime,
        "pm2-dev" => Pm2Program::Dev,
        _ => return None,
    };
    let mut parsed = Pm2Command {
        program,
        action: Pm2Action::Start,
        span: words.last().map_or(first.span, |last| first.span.to(last.span)),
        targets: Vec::new(),
        env: None,
        only: None,
        foreground: program != Pm2Program::Pm2,
        options: Pm2App { place: first.span, ..Pm2App::default() },
    };
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        match word.value.as_deref() {
            Some("--") => {
                parsed.options.args = rest.cloned().collect();
                break;
            }
            Some(text) if text.len() > 1 && text.starts_with('-') => {
                let (option, inline) = match text.split_once('=') {
                    Some((option, value)) => (option, Some(Spanned::new(Some(value.to_owned()), word.span))),
                    None => (text, None),
                };
                let (long, takes) = OPTIONS
                    .iter()
                    .find(|(long, short, _)| option == *long || (option == *short && !short.is_empty()))
                    .map_or((option, Takes::Nothing), |(long, _, takes)| (*long, *takes));
                let is_option = |next: &Word| next.value.as_deref().is_some_and(|text| text.starts_with('-'));
                let value = match takes {
                    _ if inline.is_some() => inline,
                    Takes::Nothing => None,
                    Takes::Value => rest.next().cloned(),
                    Takes::Perhaps => match rest.as_slice().first() {
                        Some(next) if !is_option(next) && !perhaps_is_target(long, next) => rest.next().cloned(),
                        _ => None,
                    },
                };
                option_set(&mut parsed, long, option, word.span, value);
            }
            _ => parsed.targets.push(word.clone()),
        }
    }
    name_action(&mut parsed);
    Some(parsed)
}

/// `--watch app.js` and `--env ecosystem.config.js` are slips that PM2 itself takes for the option's value, but
/// `--watch` before a configuration file is read as what was meant.
fn perhaps_is_target(option: &str, next: &Word) -> bool {
    option == "--watch" && next.value.as_deref().is_some_and(is_configuration)
}

/// The first target is the action, except for the programs that start right away.
fn name_action(parsed: &mut Pm2Command) {
    let Some(first) = parsed.targets.first().and_then(|word| word.value.clone()) else {
        if parsed.program == Pm2Program::Pm2 {
            parsed.action = Pm2Action::Other(String::new());
        }
        return;
    };
    let action = match first.as_str() {
        "start" => Pm2Action::Start,
        _ if parsed.program != Pm2Program::Pm2 => return,
        "restart" | "startOrRestart" => Pm2Action::Restart,
        "reload" | "gracefulReload" | "startOrReload" | "startOrGracefulReload" => Pm2Action::Reload,
        "stop" | "delete" | "del" | "kill" => Pm2Action::Stop,
        "save" | "dump" => Pm2Action::Save,
        "startup" => Pm2Action::Startup,
        "resurrect" => Pm2Action::Resurrect,
        "install" | "i" | "module:install" => Pm2Action::Install,
        "deploy" => Pm2Action::Deploy,
        other => Pm2Action::Other(other.to_owned()),
    };
    parsed.action = action;
    parsed.targets.remove(0);
}

fn option_set(parsed: &mut Pm2Command, long: &str, written: &str, at: Span, value: Option<Word>) {
    let options = &mut parsed.options;
    let flag = |value: bool| {
        Some(Field {
            key: written.to_owned(),
            span: at,
            value_span: at,
            written: String::new(),
            value: Given::Known(value),
        })
    };
    match long {
        "--no-autorestart" => options.autorestart = flag(false),
        "--no-daemon" | "--attach" => parsed.foreground = true,
        "--execute-command" | "-x" => {
            options.exec_mode = flag(true).map(|field| field.and_then(|_| Some(ExecMode::Fork)))
        }
        "--wait-ready" => options.wait_ready = flag(true),
        "--shutdown-with-message" => options.shutdown_with_message = flag(true),
        "--disable-logs" => options.disable_logs = flag(true),
        "--source-map-support" => options.source_map_support = flag(true),
        "--disable-source-map-support" => options.source_map_support = flag(false),
        "--watch" => options.watch = flag(true),
        _ => {}
    }
    let Some(value) = value else { return };
    let text = || {
        let (from, to) = (at, value.span);
        Field {
            key: written.to_owned(),
            span: if from.contains(to) { from } else { from.to(to) },
            value_span: value.span,
            written: shortened(value.value.as_deref().unwrap_or("…")),
            value: value.value.clone().map_or(Given::Unknown, Given::Known),
        }
    };
    let number = || Some(text().and_then(|text| values::unsigned(text.trim())));
    match long {
        "--name" => options.name = Some(text()),
        "--interpreter" => options.interpreter = Some(text()),
        "--node-args" | "--interpreter-args" => {
            options.node_args = match &value.value {
                Some(text) => values::words(text, value.span),
                None => vec![value.clone()],
            }
        }
        "--output" | "--error" | "--log" => options.log_files.push(text()),
        "--env" => parsed.env = Some(text()),
        "--only" => parsed.only = Some(text()),
        "--instances" => options.instances = Some(text().and_then(|text| Some(values::instances_text(&text)))),
        "--max-memory-restart" => options.max_memory_restart = Some(text().and_then(|text| values::size(&text))),
        "--max-restarts" => options.max_restarts = number(),
        "--min-uptime" => options.min_uptime = Some(text().and_then(|text| values::uptime(&text))),
        "--restart-delay" => options.restart_delay = number(),
        "--exp-backoff-restart-delay" => options.exp_backoff_restart_delay = number(),
        "--kill-timeout" => options.kill_timeout = number(),
        "--listen-timeout" => options.listen_timeout = number(),
        "--cron" | "--cron-restart" => options.cron_restart = Some(text()),
        "--cwd" => options.cwd = Some(text()),
        "--uid" => options.user = Some(text()),
        "--stop-exit-codes" => {
            let codes = |text: String| {
                Some(text.split([',', ' ']).filter_map(|code| code.trim().parse().ok()).collect::<Vec<i64>>())
            };
            options.stop_exit_codes = Some(text().and_then(codes));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pm2Instances;
    use super::*;

    /// Words cut at blanks; `$X` is unknown, `_` stands for a blank inside of a word.
    fn parse(line: &str) -> Pm2Command {
        let mut at = 0;
        let words: Vec<Word> = line
            .split(' ')
            .map(|word| {
                let span = Span::new(at, at + word.len());
                at = span.end as usize + 1;
                Spanned::new((!word.starts_with('$')).then(|| word.replace('_', " ")), span)
            })
            .collect();
        command(&words).expect("one of PM2's programs")
    }

    fn only_app(line: &str) -> Pm2App {
        let mut apps = parse(line).apps();
        assert_eq!(apps.len(), 1, "{line}");
        apps.remove(0)
    }

    fn texts(words: &[Word]) -> Vec<&str> {
        words.iter().filter_map(|word| word.value.as_deref()).collect()
    }

    #[test]
    fn reads_the_flags_of_a_script() {
        let line = "pm2 start é.js --name api -i max --max-memory-restart 300M --node-args=--max-old-space-size=512 --max-restarts 5 --min-uptime 10s -- --port 80";
        let app = only_app(line);
        assert_eq!(app.script.as_ref().and_then(Field::known).map(String::as_str), Some("é.js"));
        assert_eq!(app.name.as_ref().and_then(Field::known).map(String::as_str), Some("api"));
        let instances = app.instances.as_ref().expect("set");
        assert_eq!(instances.known(), Some(&Pm2Instances::PerProcessor));
        assert_eq!(line.get(instances.span.range()), Some("-i max"));
        let memory = app.max_memory_restart.as_ref().expect("set");
        assert_eq!(
            (memory.known(), line.get(memory.span.range())),
            (Some(&(300 << 20)), Some("--max-memory-restart 300M"))
        );
        assert_eq!(texts(&app.node_args), ["--max-old-space-size=512"]);
        assert_eq!(app.max_restarts.and_then(|field| field.known().copied()), Some(5));
        assert_eq!(app.min_uptime.and_then(|field| field.known().copied()), Some(10_000));
        assert_eq!(texts(&app.args), ["--port", "80"]);
    }

    #[test]
    fn a_value_is_no_target_even_where_it_begins_with_a_dash() {
        let app = only_app("pm2 start -i -1 app.js");
        assert_eq!(app.instances.and_then(|field| field.known().copied()), Some(Pm2Instances::PerProcessor));
        assert_eq!(texts(&parse("pm2 start app.js --max-restarts --name x").targets), ["app.js"]);
        assert_eq!(texts(&parse("pm2 start --log app.log app.js").targets), ["app.js"]);
    }

    #[test]
    fn npm_and_its_script_after_the_dashes() {
        let app = only_app("pm2 start npm --name api -- run start:prod");
        assert_eq!(app.script.as_ref().and_then(Field::known).map(String::as_str), Some("npm"));
        assert_eq!(texts(&app.args), ["run", "start:prod"]);
        let app = only_app("pm2 start npm_run_start");
        assert_eq!(app.script.as_ref().and_then(Field::known).map(String::as_str), Some("npm run start"));
    }

    #[test]
    fn files_are_told_from_scripts() {
        let parsed = parse("pm2 startOrReload deploy/ecosystem.config.js --only api,worker --env production");
        assert_eq!(parsed.action, Pm2Action::Reload);
        assert_eq!(
            parsed.files().iter().map(|file| file.value.as_str()).collect::<Vec<_>>(),
            ["deploy/ecosystem.config.js"]
        );
        assert_eq!(parsed.env.as_ref().and_then(Field::known).map(String::as_str), Some("production"));
        assert_eq!(parsed.only.as_ref().and_then(Field::known).map(String::as_str), Some("api,worker"));
        assert!(parsed.apps().is_empty());
        assert_eq!(parse("pm2 start").files().len(), 1);
        assert_eq!(parse("pm2 start process.json app.js").apps().len(), 1);
        assert!(parse("pm2 restart api").apps().is_empty(), "a name, not a script");
    }

    #[test]
    fn the_runtime_starts_right_away() {
        for line in
            ["pm2-runtime dist/main.js", "pm2-runtime start dist/main.js", "/usr/bin/pm2-docker -i 2 dist/main.js"]
        {
            let parsed = parse(line);
            assert!(parsed.foreground && parsed.action == Pm2Action::Start, "{line}");
            assert_eq!(texts(&parsed.targets), ["dist/main.js"], "{line}");
        }
        assert!(!parse("pm2 start app.js").foreground);
        assert!(parse("pm2 start app.js --no-daemon").foreground);
        assert!(parse("pm2-runtime --watch ecosystem.config.js").files().len() == 1);
    }

    #[test]
    fn other_actions_are_told_apart() {
        assert_eq!(parse("pm2 save").action, Pm2Action::Save);
        assert_eq!(parse("pm2 startup systemd -u app --hp /home/app").action, Pm2Action::Startup);
        assert_eq!(texts(&parse("pm2 install pm2-logrotate").targets), ["pm2-logrotate"]);
        assert_eq!(parse("pm2 logs").action, Pm2Action::Other("logs".to_owned()));
        assert_eq!(parse("pm2").action, Pm2Action::Other(String::new()));
        assert!(command(&[Spanned::new(Some("node".to_owned()), Span::at(0))]).is_none());
    }

    #[test]
    fn unknown_words_stay_unknown() {
        let app = only_app("pm2 start $APP -i $N --no-autorestart");
        assert_eq!(app.script.map(|field| field.value), Some(Given::Unknown));
        assert_eq!(app.instances.map(|field| field.value), Some(Given::Unknown));
        assert_eq!(app.autorestart.and_then(|field| field.known().copied()), Some(false));
    }
}
