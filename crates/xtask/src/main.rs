//! Chores of this repository: `cargo xtask <chore>`.

mod check;
mod dates;
mod fixtures;
mod listing;
mod refresh_data;
mod types;

use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask check PATH... [--format pretty|json] [--date YYYY-MM-DD] [--service NAME] [--color] [--quiet] [--out FOLDER]
    Checks repositories with the engine built natively, for work on the engine.
    With --out, writes FOLDER/<path with / as __>.json and .txt for each path instead of printing.

cargo xtask fixtures FILE
    Writes the projects of all tests, with the native engine's reports: one a line, as JSON.

cargo xtask refresh-data
    Makes the table of Node.js releases that the engine embeds from the newest npm package `node-releases`.

cargo xtask types
    Makes the report's TypeScript types and JSON Schema in npm/prodcheck/types.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match arguments.next().as_deref() {
        Some("check") => check::run(arguments),
        Some("fixtures") => match arguments.next() {
            Some(file) => fixtures::write(std::path::Path::new(&file)).map(|()| ExitCode::SUCCESS),
            None => Err(USAGE.to_owned()),
        },
        Some("refresh-data") => refresh_data::run().map(|()| ExitCode::SUCCESS),
        Some("types") => types::write().map(|()| ExitCode::SUCCESS),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(code) => code,
        Err(why) => {
            // Nobody is left to tell when stderr itself is closed.
            let _ = writeln!(std::io::stderr(), "xtask: {why}");
            ExitCode::from(2)
        }
    }
}
