//! Chores of this repository: `cargo xtask <chore>`.

mod check;
mod dates;
mod listing;

use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask check PATH... [--format pretty|json] [--date YYYY-MM-DD] [--service NAME] [--color] [--quiet] [--out FOLDER]
    Checks repositories with the engine built natively, for work on the engine.
    With --out, writes FOLDER/<path with / as __>.json and .txt for each path instead of printing.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match arguments.next().as_deref() {
        Some("check") => check::run(arguments),
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
