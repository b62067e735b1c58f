//! Calls of process managers, from PM2 to s6.
//!
//! Sources: <https://pm2.keymetrics.io/docs/usage/quick-start/>, <https://github.com/Vladimir-Urik/OxMgr>,
//! <https://github.com/foreversd/forever>, <https://supervisord.org/running.html>,
//! <https://skarnet.org/software/s6/s6-svscan.html>, <http://smarden.org/runit/>.

use super::{Argv, Invocation, ManagerCall, ManagerKind, Word};
use prodcheck_source::Place;

/// The process manager that a program is.
fn kind(name: &str) -> Option<ManagerKind> {
    Some(match name {
        "pm2" => ManagerKind::Pm2,
        "pm2-runtime" | "pm2-docker" => ManagerKind::Pm2Runtime,
        "oxmgr" => ManagerKind::Oxmgr,
        "forever" => ManagerKind::Forever,
        "supervisord" => ManagerKind::Supervisord,
        "s6-svscan" | "s6-overlay-init" | "s6-supervise" => ManagerKind::S6,
        "runsvdir" | "runit" | "runit-init" | "runsv" | "runsvinit" => ManagerKind::Runit,
        "circusd" => ManagerKind::Other("circusd"),
        "naught" => ManagerKind::Other("naught"),
        "slc" | "sl-run" | "slr" => ManagerKind::Other("slc"),
        "nf" | "foreman" | "honcho" | "overmind" | "hivemind" | "goreman" => ManagerKind::Other("foreman"),
        _ => return None,
    })
}

/// Options of these that take the next word, where they can stand before the subcommand.
const VALUED: &[&str] = &[
    "-n",
    "--name",
    "-i",
    "--instances",
    "--env",
    "-c",
    "--config",
    "-p",
    "--port",
    "--node-args",
    "--interpreter",
    "--max-memory-restart",
    "-l",
    "-o",
    "-e",
    "--cwd",
    "-f",
    "--only",
    "--uid",
    "--gid",
    "--minUptime",
    "--spinSleepTime",
    "-m",
    "-a",
    "--app",
    "-j",
];

/// A call of a process manager; `None` where the program is none.
pub(super) fn read(name: &str, argv: &Argv, arguments: &[Word], place: &Place) -> Option<Invocation> {
    let kind = kind(name)?;
    let mut words = arguments.iter();
    let mut command = None;
    while let Some(word) = words.next() {
        if !word.is_option() {
            command = word.text().map(str::to_owned);
            break;
        }
        if word.text().is_some_and(|text| VALUED.contains(&text)) {
            words.next();
        }
    }
    let known = |command: &String| commands(kind).contains(&command.as_str());
    Some(Invocation::Manager(ManagerCall {
        kind,
        command: command.filter(known),
        words: argv.words.clone(),
        place: place.clone(),
    }))
}

/// The subcommands; any other first operand is a script or a file.
fn commands(kind: ManagerKind) -> &'static [&'static str] {
    match kind {
        ManagerKind::Pm2 | ManagerKind::Pm2Runtime => &[
            "start",
            "trigger",
            "deploy",
            "startOrRestart",
            "startOrReload",
            "startOrGracefulReload",
            "pid",
            "create",
            "stop",
            "restart",
            "scale",
            "profile:mem",
            "profile:cpu",
            "reload",
            "id",
            "inspect",
            "delete",
            "del",
            "sendSignal",
            "ping",
            "updatePM2",
            "update",
            "install",
            "module:install",
            "module:update",
            "set",
            "multiset",
            "get",
            "config",
            "conf",
            "unset",
            "report",
            "link",
            "unlink",
            "monitor",
            "unmonitor",
            "open",
            "register",
            "login",
            "web",
            "dump",
            "save",
            "cleardump",
            "send",
            "attach",
            "resurrect",
            "unstartup",
            "startup",
            "logrotate",
            "ecosystem",
            "init",
            "reset",
            "describe",
            "desc",
            "info",
            "show",
            "env",
            "list",
            "ls",
            "l",
            "ps",
            "status",
            "jlist",
            "sysmonit",
            "slist",
            "prettylist",
            "monit",
            "imonit",
            "dashboard",
            "dash",
            "flush",
            "reloadLogs",
            "logs",
            "kill",
            "pull",
            "forward",
            "backward",
            "deepUpdate",
            "serve",
            "expose",
            "autoinstall",
            "examples",
            "gracefulReload",
            "uninstall",
        ],
        ManagerKind::Oxmgr => &[
            "start", "list", "ls", "ps", "logs", "log", "stop", "restart", "rs", "reload", "pull", "delete", "rm",
            "ui", "monit", "metrics", "status", "apply", "export", "import", "convert", "validate", "deploy", "doctor",
            "startup", "service", "daemon", "events", "runtime",
        ],
        ManagerKind::Forever => &[
            "start",
            "stop",
            "stopall",
            "restart",
            "restartall",
            "list",
            "config",
            "set",
            "clear",
            "logs",
            "columns",
            "cleanlogs",
        ],
        ManagerKind::Other(_) => &["start", "run", "stop", "deploy", "export"],
        ManagerKind::Supervisord | ManagerKind::S6 | ManagerKind::Runit => &[],
    }
}

/// Whether a program is a process manager.
pub(super) fn is_known(name: &str) -> bool {
    kind(name).is_some()
}
