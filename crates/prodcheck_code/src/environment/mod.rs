//! The environment variables that server code reads, and what checks them when it starts.

mod derived;
mod library;
mod reads;
mod start;
mod stops;
#[cfg(test)]
mod tests;

use crate::{Conditions, Reading};
use prodcheck_formats::javascript::{ExprId, Module};
use prodcheck_source::Place;
use std::collections::BTreeSet;

/// What server code does with its environment.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The variables that it reads, each place once, by file and place.
    pub reads: Vec<EnvRead>,
    /// What checks them, the strictest first.
    pub checks: Vec<EnvCheck>,
}

/// An environment variable that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvRead {
    /// Its name.
    pub name: String,
    /// Where.
    pub place: Place,
    /// What happens here where it is missing.
    pub use_: EnvUse,
}

/// What happens at a place that reads a variable where it is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvUse {
    /// The code goes on without a value.
    Needed,
    /// A default counts.
    Defaulted,
    /// Nothing: it is only compared, or used where it was found to be there.
    Harmless,
}

/// Something that looks at the environment and can refuse it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvCheck {
    /// What checks: a library's name, `own code`.
    pub by: String,
    /// The check.
    pub place: Place,
    /// Where the service stops, where that is another place.
    pub stops_at: Option<Place>,
    /// What it refuses.
    pub kind: CheckKind,
    /// Whether it runs when the service starts.
    pub on_start: bool,
    /// Whether the service stops where it refuses.
    pub stops: bool,
    /// The variables that it looks at; none where it looks at all, or where only running it would tell.
    pub variables: BTreeSet<String>,
}

/// What a check refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckKind {
    /// A variable that is missing.
    Missing,
    /// A value that has the wrong form; what is missing passes.
    Malformed,
    /// That there is no environment file.
    FileMissing,
}

/// Reads what server code does with its environment.
pub fn read(reading: &Reading<'_>) -> Environment {
    // What a check does where nothing is set is asked of the code, whatever production sets.
    let bare = Conditions { variables: Default::default(), examples: Default::default(), ..reading.conditions.clone() };
    let unset = Reading::new(reading.program, &bare);
    let derived = derived::Derived::new(&unset);
    let start = start::Start::new(&unset);
    let mut checks = library::read(&unset, &derived, &start);
    checks.extend(stops::read(&unset, &derived, &start));
    checks.sort_by(|one, other| {
        // A check of one variable that a call is for says less than one of all.
        let small = |check: &EnvCheck| check.variables.len() == 1 && check.stops_at.is_none();
        let order = |check: &EnvCheck| (!check.stops, !check.on_start, check.kind, small(check), check.place.clone());
        order(one).cmp(&order(other))
    });
    checks.dedup_by(|one, other| one.place == other.place);
    Environment { reads: reads::read(reading, &unset), checks }
}

/// The conditions on which an expression is evaluated, in its own function.
pub(crate) fn guards_of(module: &Module, expr: ExprId) -> Vec<ExprId> {
    stops::guards(module, expr.into())
}
