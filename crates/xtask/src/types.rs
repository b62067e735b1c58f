//! The report's types for TypeScript and its JSON Schema, made from the Rust structs.

use prodcheck_report::model;
use std::path::{Path, PathBuf};
use ts_rs::{Config, TS};

/// Where the files are, relative to this crate.
const FOLDER: &str = "../../npm/prodcheck/types";

/// Writes both files.
pub fn write() -> Result<(), String> {
    for (name, text) in files()? {
        std::fs::write(folder().join(name), text).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)
}

fn files() -> Result<[(&'static str, String); 2], String> {
    Ok([("report.d.ts", declarations()), ("report.schema.json", schema()?)])
}

fn declarations() -> String {
    let config = Config::new();
    let declarations = [
        declaration::<model::Report>(&config),
        declaration::<model::Checklist>(&config),
        declaration::<model::ServiceReport>(&config),
        declaration::<model::RouteReport>(&config),
        declaration::<model::Score>(&config),
        declaration::<model::CategoryScore>(&config),
        declaration::<model::CheckReport>(&config),
        declaration::<model::VerdictName>(&config),
        declaration::<model::EvidenceReport>(&config),
        declaration::<model::WarningReport>(&config),
        declaration::<model::FixReport>(&config),
        declaration::<model::FileNote>(&config),
        declaration::<serde_json::Value>(&config),
    ];
    format!("// Made by `cargo xtask types` from the Rust structs.\n\n{}", declarations.join("\n"))
}

fn declaration<T: TS>(config: &Config) -> String {
    let declaration = T::decl(config).replace(", };", ",\n};");
    let lines = declaration.lines().enumerate().map(|(index, line)| match line.trim() {
        "};" => "};\n".to_owned(),
        line if index == 0 => format!("{line}\n"),
        line => format!("  {line}\n"),
    });
    let text = format!("{}export {}", T::docs().unwrap_or_default(), lines.collect::<String>());
    one_line_comments(&text)
}

fn one_line_comments(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        match line.trim() {
            "/**" => lines.push_str(line.trim_end()),
            "*/" => {
                lines.truncate(lines.trim_end().len());
                lines.push_str(" */\n");
            }
            comment if comment.starts_with("* ") && lines.ends_with("/**") => {
                lines.push_str(comment.strip_prefix('*').unwrap_or(comment));
                lines.push('\n');
            }
            _ => {
                lines.push_str(line);
                lines.push('\n');
            }
        }
    }
    lines
}

fn schema() -> Result<String, String> {
    let schema = schemars::schema_for!(model::Report);
    let text = serde_json::to_string_pretty(&schema).map_err(|error| error.to_string())?;
    Ok(format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn files_are_up_to_date() {
        for (name, text) in super::files().unwrap() {
            let found = std::fs::read_to_string(super::folder().join(name)).unwrap_or_default();
            assert_eq!(found.replace('\r', ""), text, "{name} is out of date: run `cargo xtask types`");
        }
    }
}
