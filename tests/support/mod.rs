//! The one place where tests meet the engine: projects written as Markdown, and what is expected of them.
//!
//! Every heading starts a project. A fenced block with `file=PATH` in its info string is one file of it; several blocks
//! under one heading make one project. The info string also says what is expected:
//!
//! - `verdict=pass|fail|unverified|not-applicable`: the item's verdict on the project;
//! - `at=LINE` or `at=LINE:COLUMN`: the primary evidence is in this file, at this line (and UTF-16 column), from 1;
//! - `also=LINE`: further evidence is in this file at this line;
//! - `says="…"`: the message holds this text; `warns="…"`: some warning does; `warns=""`: there is no warning;
//! - `notes="…"`: some remark on this file holds this text;
//! - `service=FOLDER`: the project has several services, and this one is meant.
//!
//! A project without a `package.json` gets one that starts `server.js`, and a `server.js` that listens.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::expect_used, reason = "a test that cannot read its own cases should stop")]

use prodcheck::model::{CheckReport, VerdictName};
use prodcheck::{Engine, Format, Options, Report, Style};
use std::collections::BTreeMap;

/// The day that tests judge for.
pub const TODAY: &str = "2026-11-23";

/// One project of a Markdown file.
#[derive(Debug, Default, Clone)]
pub struct Project {
    /// The heading.
    pub title: String,
    /// Its files by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What is expected.
    pub expected: Expected,
}

/// What a test expects of one item.
#[derive(Debug, Default, Clone)]
pub struct Expected {
    pub verdict: Option<String>,
    pub at: Option<(String, u32, Option<u32>)>,
    pub also: Vec<(String, u32)>,
    pub says: Vec<String>,
    pub warns: Vec<String>,
    pub notes: Vec<(String, String)>,
    pub service: Option<String>,
}

/// Runs the engine over files in memory, as a host does.
pub fn run(files: &BTreeMap<String, Vec<u8>>) -> Report {
    check_all(files).1
}

/// The report for people, without colours.
pub fn rendered(files: &BTreeMap<String, Vec<u8>>) -> String {
    let (engine, report) = check_all(files);
    engine.render(&report, Format::Pretty, Style::default())
}

fn check_all(files: &BTreeMap<String, Vec<u8>>) -> (Engine, Report) {
    let options =
        Options { date: TODAY.to_owned(), tracked: Some(files.keys().cloned().collect()), ..Options::default() };
    let mut engine = Engine::open(files.keys().cloned().collect(), options);
    loop {
        let wanted = engine.wanted();
        if wanted.is_empty() {
            let report = engine.check();
            return (engine, report);
        }
        for path in wanted {
            match files.get(&path) {
                Some(bytes) => engine.provide(&path, bytes),
                None => engine.unreadable(&path, "no such file"),
            }
        }
    }
}

/// Checks one item's verdict on a project; an `Err` says what differs.
pub fn check(id: &str, project: &Project) -> Result<(), String> {
    let report = run(&project.files);
    let expected = &project.expected;
    let service = match &expected.service {
        Some(path) => report.services.iter().find(|service| &service.path == path),
        None => report.services.first(),
    };
    let Some(service) = service else {
        return Err(format!("no such service; {:?}; notes: {:?}", report.no_service, report.notes));
    };
    let Some(check) = service.checks.iter().find(|check| check.id == id) else {
        return Err(format!("`{id}` is not judged"));
    };
    compare(check, expected).and_then(|()| {
        expected.notes.iter().try_for_each(|(file, text)| {
            let found = report.notes.iter().any(|note| &note.file == file && note.message.contains(text));
            if found { Ok(()) } else { Err(format!("no note on {file} holds {text:?}: {:?}", report.notes)) }
        })
    })
}

fn compare(check: &CheckReport, expected: &Expected) -> Result<(), String> {
    let shown = || {
        let places: Vec<_> =
            check.evidence.iter().map(|e| format!("{}:{}:{} {}", e.file, e.line, e.column, e.message)).collect();
        format!("{:?}: {} {places:?} warnings {:?}", check.verdict, check.message, check.warnings)
    };
    let name = match check.verdict {
        VerdictName::Pass => "pass",
        VerdictName::Fail => "fail",
        VerdictName::Unverified => "unverified",
        VerdictName::NotApplicable => "not-applicable",
    };
    if let Some(verdict) = &expected.verdict
        && verdict != name
    {
        return Err(format!("expected {verdict}, got {}", shown()));
    }
    if name == "fail" && (check.evidence.is_empty() || check.fix.is_none()) {
        return Err(format!("a failure without a place or a fix: {}", shown()));
    }
    if let Some((file, line, column)) = &expected.at {
        let first = check.evidence.first();
        if !first.is_some_and(|e| &e.file == file && e.line == *line && column.is_none_or(|column| e.column == column))
        {
            return Err(format!("expected the primary evidence at {file}:{line}:{column:?}, got {}", shown()));
        }
    }
    for (file, line) in &expected.also {
        if !check.evidence.iter().any(|e| &e.file == file && e.line == *line) {
            return Err(format!("expected evidence at {file}:{line}, got {}", shown()));
        }
    }
    for text in &expected.says {
        if !check.message.contains(text) {
            return Err(format!("expected the message to hold {text:?}, got {}", shown()));
        }
    }
    for text in &expected.warns {
        let holds = if text.is_empty() {
            check.warnings.is_empty()
        } else {
            check.warnings.iter().any(|w| w.message.contains(text))
        };
        if !holds {
            return Err(format!("expected a warning that holds {text:?} (none, where empty), got {}", shown()));
        }
    }
    Ok(())
}

/// The projects of a Markdown text; a heading without files is none.
pub fn projects(markdown: &str) -> Vec<Project> {
    let mut projects = Vec::new();
    let mut current = Project::default();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix('#') {
            finish(&mut projects, std::mem::take(&mut current));
            current.title = title.trim_start_matches('#').trim().to_owned();
        } else if let Some(info) = line.trim_start().strip_prefix("```") {
            let ticks = line.trim_start().chars().take_while(|c| *c == '`').count();
            let fence = "`".repeat(ticks);
            let body: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != fence).collect();
            let attributes = attributes(info.trim_start_matches('`'));
            read_block(&mut current, &attributes, &body);
        }
    }
    finish(&mut projects, current);
    projects
}

fn finish(projects: &mut Vec<Project>, mut project: Project) {
    if project.files.is_empty() {
        return;
    }
    let named = |name: &str, project: &Project| {
        project.files.keys().any(|path| path == name || path.ends_with(&format!("/{name}")))
    };
    if !named("package.json", &project) {
        let manifest = r#"{ "name": "api", "private": true, "scripts": { "start": "node server.js" } }"#;
        project.files.insert("package.json".into(), manifest.into());
        if !named("server.js", &project) {
            let server = "require('node:http').createServer((request, response) => response.end('ok')).listen(process.env.PORT);\n";
            project.files.insert("server.js".into(), server.into());
        }
    }
    projects.push(project);
}

fn read_block(project: &mut Project, attributes: &[(String, String)], body: &[&str]) {
    let get = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let all =
        |name: &'static str| attributes.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.clone());
    let Some(file) = get("file") else { return };
    let mut text = body.join("\n");
    text.push('\n');
    project.files.insert(file.clone(), text.into_bytes());
    let expected = &mut project.expected;
    expected.verdict = get("verdict").or(expected.verdict.take());
    expected.service = get("service").or(expected.service.take());
    if let Some(at) = get("at") {
        let (line, column) =
            at.split_once(':').map_or((at.as_str(), None), |(line, column)| (line, column.parse().ok()));
        expected.at = Some((file.clone(), line.parse().expect("at=LINE"), column));
    }
    expected.also.extend(all("also").map(|line| (file.clone(), line.parse().expect("also=LINE"))));
    expected.says.extend(all("says"));
    expected.warns.extend(all("warns"));
    expected.notes.extend(all("notes").map(|text| (file.clone(), text)));
}

/// `word key=value key="quoted value"`; words without `=` are left out.
fn attributes(info: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = info.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if let Some(value) = after.strip_prefix("=\"") {
            let (value, tail) = value.split_once('"').expect("a closing quote");
            found.push((key.to_owned(), value.to_owned()));
            rest = tail.trim_start();
        } else if let Some(value) = after.strip_prefix('=') {
            let (value, tail) = value.split_once(' ').unwrap_or((value, ""));
            found.push((key.to_owned(), value.to_owned()));
            rest = tail.trim_start();
        } else {
            rest = after.trim_start();
        }
    }
    found
}
