//! The Node.js release schedule that the engine embeds, made from the npm package `node-releases`.

use crate::dates;
use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "node-releases";

/// Fetches the package by `npm pack`, and writes the engine's data file.
pub fn run() -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("prodcheck-{PACKAGE}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let made = fetch(&folder).and_then(|package| text(&package));
    // What stays behind in the folder for temporary files does no harm.
    let _ = std::fs::remove_dir_all(&folder);
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../prodcheck_facts/data/node_releases.txt");
    std::fs::write(&target, made?).map_err(|error| format!("{}: {error}", target.display()))
}

fn fetch(folder: &Path) -> Result<PathBuf, String> {
    command("npm", &["pack", PACKAGE, "--silent"], folder)?;
    let archive = std::fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .filter_map(Result::ok)
        .find(|entry| entry.path().extension().is_some_and(|extension| extension == "tgz"))
        .ok_or("npm packed nothing")?;
    command("tar", &["xzf", &archive.file_name().to_string_lossy()], folder)?;
    Ok(folder.join("package"))
}

fn command(program: &str, arguments: &[&str], folder: &Path) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim())),
    }
}

fn json(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn text(package: &Path) -> Result<String, String> {
    let version = json(&package.join("package.json"))?;
    let schedule = json(&package.join("data/release-schedule/release-schedule.json"))?;
    let releases = json(&package.join("data/processed/envs.json"))?;
    Ok(render(version.get("version").and_then(Value::as_str).unwrap_or("?"), &schedule, &releases))
}

/// The data file: a line for each release line and each security release of one. Columns that the source does not have
/// are `-`.
fn render(version: &str, schedule: &Value, releases: &Value) -> String {
    let mut out = format!(
        "# Node.js release lines and security releases, made by `cargo xtask refresh-data`.\n\
         # Source: the npm package {PACKAGE} {version}, {}\n\
         # line MAJOR START LTS MAINTENANCE END CODENAME\n\
         # security VERSION DATE\n",
        dates::today()
    );
    let mut lines: Vec<(u32, &Value)> = schedule
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, line)| Some((name.strip_prefix('v')?.parse().ok()?, line)))
        .collect();
    lines.sort_by_key(|(major, _)| *major);
    for (major, line) in &lines {
        let column = |key: &str| match line.get(key).and_then(Value::as_str) {
            None | Some("") => "-".to_owned(),
            Some(text) => text.replace(char::is_whitespace, "_"),
        };
        let columns = ["start", "lts", "maintenance", "end", "codename"].map(column);
        let _ = writeln!(out, "line {major} {}", columns.join(" "));
    }
    for release in releases.as_array().into_iter().flatten() {
        let field = |key: &str| release.get(key).and_then(Value::as_str).unwrap_or("");
        let (version, date) = (field("version"), field("date"));
        let of_line = |major: &u32| version.starts_with(&format!("{major}."));
        let security = release.get("security").and_then(Value::as_bool) == Some(true);
        if security && !version.contains('-') && lines.iter().any(|(major, _)| of_line(major)) {
            let _ = writeln!(out, "security {version} {date}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::render;
    use serde_json::json;

    #[test]
    fn columns_that_the_source_lacks_are_marked() {
        let schedule = json!({
            "v0.12": { "start": "2015-02-06", "end": "2016-12-31" },
            "v27": { "alpha": "2026-10-28", "start": "2027-04-22", "end": "2030-04-30", "codename": "" },
            "v8": { "start": "2017-05-30", "lts": "2017-10-31", "maintenance": "2019-01-01", "end": "2019-12-31", "codename": "Carbon" }
        });
        let releases = json!([
            { "version": "0.12.1", "date": "2015-03-01", "security": true },
            { "version": "8.1.4", "date": "2017-07-11", "security": true },
            { "version": "8.2.0", "date": "2017-07-19", "security": false }
        ]);
        let text = render("2.0.65", &schedule, &releases);
        let lines: Vec<&str> = text.lines().skip(4).collect();
        assert_eq!(
            lines,
            [
                "line 8 2017-05-30 2017-10-31 2019-01-01 2019-12-31 Carbon",
                "line 27 2027-04-22 - - 2030-04-30 -",
                "security 8.1.4 2017-07-11"
            ]
        );
        assert!(text.contains("node-releases 2.0.65"));
    }
}
