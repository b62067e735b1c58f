//! `supervisord.conf` and the files that it includes: programs, how they are restarted, logged and fed.
//!
//! Settings: <https://supervisord.org/configuration.html>.

mod command_line;

use crate::given::{Field, Given, Variable};
use prodcheck_formats::ini::{self, Assignment, Dialect, Section};
use prodcheck_formats::shell::Command;
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// A file that supervisord reads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SupervisordFile {
    /// `[supervisord]`, where the file has it.
    pub daemon: Option<Daemon>,
    /// `[program:x]` and `[fcgi-program:x]`.
    pub programs: Vec<Program>,
    /// `[eventlistener:x]`: programs that act on what happens to the others, such as superlance's `httpok` and `memmon`.
    pub listeners: Vec<Program>,
    /// `files` of `[include]`: patterns of further files.
    pub includes: Vec<Spanned<String>>,
}

/// supervisord itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Daemon {
    /// The header.
    pub span: Span,
    /// `nodaemon`: it stays in the foreground, as in a container.
    pub nodaemon: Option<Field<bool>>,
    /// `user`: whom it becomes, and programs without a user of their own with it.
    pub user: Option<Field<String>>,
    /// `environment`: what all programs are given.
    pub environment: Vec<Variable>,
    /// `minfds`: the limit on open files that it raises itself to, and hands on; the default is 1024.
    pub minfds: Option<Field<u64>>,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// The header: where what is absent belongs.
    pub span: Span,
    /// `command`.
    pub command: Option<Field<String>>,
    /// Its words, split as supervisord splits them: no shell reads them. `%(ENV_x)s` is the variable `x`; other
    /// expansions are [templates](prodcheck_formats::shell::PartKind::Template).
    pub words: Command,
    /// `directory`.
    pub directory: Option<Field<String>>,
    /// `user`.
    pub user: Option<Field<String>>,
    /// `environment`.
    pub environment: Vec<Variable>,
    /// `autostart`; the default is `true`.
    pub autostart: Option<Field<bool>>,
    /// `autorestart`; the default is `unexpected`.
    pub autorestart: Option<Field<AutoRestart>>,
    /// `startsecs`: how long it must run to count as started; the default is 1.
    pub startsecs: Option<Field<u64>>,
    /// `startretries`: failed starts in a row after which supervisord gives up; the default is 3.
    pub startretries: Option<Field<u64>>,
    /// `numprocs`: how many of it run; the default is 1.
    pub numprocs: Option<Field<u64>>,
    /// `stopsignal`; the default is `TERM`.
    pub stopsignal: Option<Field<String>>,
    /// `stopwaitsecs`: seconds between that signal and SIGKILL; the default is 10.
    pub stopwaitsecs: Option<Field<u64>>,
    /// `redirect_stderr`: errors go where the output goes.
    pub redirect_stderr: Option<Field<bool>>,
    /// Where the output goes.
    pub stdout: LogTarget,
    /// Where errors go.
    pub stderr: LogTarget,
}

/// Where one of a program's streams goes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogTarget {
    /// `…_logfile`; the default is a file that supervisord names.
    pub file: Option<Field<LogFile>>,
    /// `…_logfile_maxbytes`, in bytes: at which size it is rotated; the default is 50 MiB, and 0 is never.
    pub max_bytes: Option<Field<u64>>,
    /// `…_logfile_backups`: how many older ones are kept; the default is 10.
    pub backups: Option<Field<u64>>,
}

/// A log file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFile {
    /// `NONE`: the output is thrown away.
    Nowhere,
    /// `AUTO`: a file that supervisord names, and removes when it starts.
    Auto,
    /// `syslog`.
    Syslog,
    /// This file, `/dev/stdout` among them.
    Path(String),
}

/// When supervisord starts a program again that had been running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutoRestart {
    /// After every exit.
    Always,
    /// After an exit with a code that is not in `exitcodes`.
    Unexpected,
    /// Never.
    Never,
}

/// Folders that hold the files which supervisord includes.
const FOLDERS: [&str; 4] = ["supervisor", "supervisord", "supervisor.d", "supervisord.d"];

/// Endings of names that template tools and humans put behind the file's own.
const RENDERED: [&str; 11] =
    ["j2", "jinja", "jinja2", "m4", "mustache", "tmpl", "tpl", "template", "erb", "sample", "example"];

/// Whether it is named like a file of supervisord's, also where it is rendered first.
pub fn is_supervisord(path: &RepoPath) -> bool {
    let name = match path.extension() {
        Some(extension) if RENDERED.contains(&extension) => path.stem(),
        _ => path.name(),
    };
    let Some(stem) = name.strip_suffix(".conf").or_else(|| name.strip_suffix(".ini")) else { return false };
    stem.contains("supervisor") || path.parent().parts().any(|part| FOLDERS.contains(&part))
}

/// Reads a file; `None` where it is none of supervisord's by its content.
pub fn read_file(text: &str) -> (Option<SupervisordFile>, Vec<Note>) {
    let parsed = ini::parse(text, Dialect::Supervisor);
    let mut file = SupervisordFile::default();
    let mut is_one = false;
    for section in &parsed.tree.sections {
        let kind = section.name.split(':').next().unwrap_or("");
        is_one |= ["supervisord", "program", "fcgi-program", "group", "eventlistener", "include"].contains(&kind);
        match section.name.split_once(':') {
            Some(("program" | "fcgi-program", name)) => file.programs.push(program(name.trim(), section)),
            Some(("eventlistener", name)) => file.listeners.push(program(name.trim(), section)),
            None if kind == "supervisord" => file.daemon = Some(daemon(section)),
            None if kind == "include" => file.includes.extend(last(section, "files").into_iter().flat_map(words)),
            _ => {}
        }
    }
    if is_one { (Some(file), parsed.notes) } else { (None, Vec::new()) }
}

fn daemon(section: &Section) -> Daemon {
    Daemon {
        span: section.span,
        nodaemon: field(section, "nodaemon", boolean),
        user: text(section, "user"),
        environment: environment(section),
        minfds: field(section, "minfds", count),
    }
}

fn program(name: &str, section: &Section) -> Program {
    let command = last(section, "command");
    Program {
        name: name.to_owned(),
        span: section.span,
        command: text(section, "command"),
        words: command.map(|line| command_line::command(&line.value, name)).unwrap_or_default(),
        directory: text(section, "directory"),
        user: text(section, "user"),
        environment: environment(section),
        autostart: field(section, "autostart", boolean),
        autorestart: field(section, "autorestart", auto_restart),
        startsecs: field(section, "startsecs", count),
        startretries: field(section, "startretries", count),
        numprocs: field(section, "numprocs", count),
        stopsignal: text(section, "stopsignal"),
        stopwaitsecs: field(section, "stopwaitsecs", count),
        redirect_stderr: field(section, "redirect_stderr", boolean),
        stdout: log_target(section, "stdout"),
        stderr: log_target(section, "stderr"),
    }
}

fn log_target(section: &Section, stream: &str) -> LogTarget {
    LogTarget {
        file: field(section, &format!("{stream}_logfile"), |text| Some(log_file(text))),
        max_bytes: field(section, &format!("{stream}_logfile_maxbytes"), byte_size),
        backups: field(section, &format!("{stream}_logfile_backups"), count),
    }
}

/// The assignment that counts.
fn last<'a>(section: &'a Section, key: &str) -> Option<&'a Assignment> {
    section.entries.iter().rev().find(|entry| entry.key.value == key)
}

fn field<T>(section: &Section, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<Field<T>> {
    let line = last(section, key)?;
    Some(Field::assigned(line, |text| match is_expanded(text) {
        true => Given::Unknown,
        false => read(text).map_or(Given::Wrong, Given::Known),
    }))
}

fn text(section: &Section, key: &str) -> Option<Field<String>> {
    field(section, key, |text| Some(text.replace("%%", "%")))
}

/// Whether supervisord, or a template language before it, puts something in.
fn is_expanded(text: &str) -> bool {
    text.replace("%%", "").contains("%(") || ["{{", "<%", "{%"].iter().any(|open| text.contains(open))
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" | "1" => Some(true),
        "no" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn auto_restart(text: &str) -> Option<AutoRestart> {
    if text.eq_ignore_ascii_case("unexpected") {
        return Some(AutoRestart::Unexpected);
    }
    boolean(text).map(|always| if always { AutoRestart::Always } else { AutoRestart::Never })
}

fn count(text: &str) -> Option<u64> {
    text.parse().ok()
}

fn byte_size(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let units = [("kb", 10), ("mb", 20), ("gb", 30)];
    let unit = units.iter().find_map(|(suffix, shift)| Some((lower.strip_suffix(suffix)?, *shift)));
    let (digits, shift) = unit.unwrap_or((&lower, 0));
    count(digits.trim())?.checked_mul(1 << shift)
}

fn log_file(text: &str) -> LogFile {
    match text.to_ascii_lowercase().as_str() {
        "none" | "off" => LogFile::Nowhere,
        "auto" => LogFile::Auto,
        "syslog" => LogFile::Syslog,
        _ => LogFile::Path(text.to_owned()),
    }
}

/// `KEY="value",KEY2=value`, over several lines too; what is no such pair is left out.
fn environment(section: &Section) -> Vec<Variable> {
    let Some(line) = last(section, "environment") else { return Vec::new() };
    let all = line.text();
    let mut variables = Vec::new();
    let mut at = 0;
    while let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) {
        let start = at + rest.len() - rest.trim_start_matches(|char: char| char == ',' || char.is_whitespace()).len();
        let end = pair_end(all, start);
        at = end.max(at + 1);
        let pair = all.get(start..end).unwrap_or("").trim_end();
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = value.trim();
        let value = match is_expanded(value) {
            true => Given::Unknown,
            false => Given::Known(value.trim_matches(['"', '\'']).replace("%%", "%")),
        };
        let span = line.value.span(start, start + pair.len());
        variables.push(Variable { name: name.trim().to_owned(), value, span });
    }
    variables
}

/// The offset of the comma behind a pair, or of the end.
fn pair_end(all: &str, start: usize) -> usize {
    let mut quote = None;
    for (at, char) in all.get(start..).unwrap_or("").char_indices() {
        match quote {
            Some(open) if char == open => quote = None,
            Some(_) => {}
            None if char == ',' => return start + at,
            None if char == '"' || char == '\'' => quote = Some(char),
            None => {}
        }
    }
    all.len()
}

fn words(line: &Assignment) -> Vec<Spanned<String>> {
    let all = line.text();
    let mut found = Vec::new();
    let mut start = None;
    for (at, char) in all.char_indices().chain([(all.len(), ' ')]) {
        match (char.is_whitespace(), start) {
            (true, Some(from)) => {
                let word = all.get(from..at).unwrap_or("").to_owned();
                found.push(Spanned::new(word, line.value.span(from, at)));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests;
