//! Environment variables in code: how they are read, and what a name says about what it holds.

use super::Settled;
use crate::Reading;
use crate::conditions::Known;
use prodcheck_program::program::{Origin, Part, Value};

impl Reading<'_> {
    /// The value of a variable in production.
    pub fn variable(&self, name: &str) -> Settled {
        match self.conditions.variable(name) {
            Known::Text(text) => Settled::Text(text.to_owned()),
            Known::Secret => Settled::Hidden(name.to_owned()),
            Known::Unset => Settled::Unset(name.to_owned()),
        }
    }
}

/// The environment variable that a value is: `process.env.X`, `Bun.env.X`, `import.meta.env.X` is none, for bundlers
/// fill it in.
pub fn variable_of(value: &Value) -> Option<&str> {
    let Value::Outside(outside) = value else { return None };
    let reads = match &outside.origin {
        Origin::Global(name) | Origin::Builtin(name) => matches!(name.as_str(), "process" | "Bun"),
        Origin::Package(..) => false,
    };
    match outside.way.as_slice() {
        [Part::Member(env), Part::Member(name)] if reads && env == "env" => Some(name),
        _ => None,
    }
}

/// Whether a value asks if a stream of the process is a terminal (`process.stdout.isTTY`): in production it is none.
pub(super) fn is_terminal(value: &Value) -> bool {
    let Value::Outside(outside) = value else { return false };
    let of_process = matches!(&outside.origin, Origin::Global(name) | Origin::Builtin(name) if name == "process");
    matches!(outside.way.as_slice(), [Part::Member(stream), Part::Member(asks)]
        if of_process && matches!(stream.as_str(), "stdin" | "stdout" | "stderr") && asks == "isTTY")
}

/// Whether a variable's name says that it holds a credential or the address of something outside, so that its absence
/// in the repository says nothing about production.
pub fn is_credential(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "DSN",
        "KEY",
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASS",
        "URL",
        "URI",
        "HOST",
        "HOSTNAME",
        "ENDPOINT",
        "CREDENTIALS",
        "CREDENTIAL",
        "LICENSE",
        "ADDRESS",
        "ADDR",
        "SERVER",
        "BROKERS",
        "CONNECTION",
    ];
    name.to_ascii_uppercase().split('_').any(|word| WORDS.contains(&word))
}
