//! Calls of the language and of small packages that give back what they are given: `Object.freeze(config)`,
//! `Object.assign({}, defaults, own)`, `merge({}, defaults, own)`.

use super::{Origin, Outside, Part, Value};

/// What such a call gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassedThrough {
    /// Its first argument.
    First,
    /// An object of the members of all arguments, where a later one wins.
    LastWins,
    /// An object of the members of all arguments, where an earlier one wins.
    FirstWins,
}

/// A function that gives back what it is given.
struct Row {
    /// The package, built-in module or global.
    source: &'static str,
    /// The members that lead to the function; of a package by itself none.
    way: &'static [&'static str],
    gives: PassedThrough,
}

const fn row(source: &'static str, way: &'static [&'static str], gives: PassedThrough) -> Row {
    Row { source, way, gives }
}

/// Sources: <https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Object>,
/// <https://lodash.com/docs/4.17.15#merge>, <https://github.com/TehShrike/deepmerge>,
/// <https://github.com/unjs/defu>, <https://github.com/sindresorhus/deep-freeze>.
const TABLE: &[Row] = &[
    row("Object", &["freeze"], PassedThrough::First),
    row("Object", &["seal"], PassedThrough::First),
    row("Object", &["preventExtensions"], PassedThrough::First),
    row("structuredClone", &[], PassedThrough::First),
    row("deep-freeze", &[], PassedThrough::First),
    row("deepfreeze", &[], PassedThrough::First),
    row("deep-freeze-es6", &[], PassedThrough::First),
    row("lodash", &["cloneDeep"], PassedThrough::First),
    row("lodash.clonedeep", &[], PassedThrough::First),
    row("Object", &["assign"], PassedThrough::LastWins),
    row("lodash", &["merge"], PassedThrough::LastWins),
    row("lodash", &["assign"], PassedThrough::LastWins),
    row("lodash", &["extend"], PassedThrough::LastWins),
    row("lodash", &["defaultsDeep"], PassedThrough::FirstWins),
    row("lodash", &["defaults"], PassedThrough::FirstWins),
    row("lodash-es", &["merge"], PassedThrough::LastWins),
    row("lodash-es", &["defaultsDeep"], PassedThrough::FirstWins),
    row("lodash-es", &["defaults"], PassedThrough::FirstWins),
    row("lodash.merge", &[], PassedThrough::LastWins),
    row("lodash.defaults", &[], PassedThrough::FirstWins),
    row("lodash.defaultsdeep", &[], PassedThrough::FirstWins),
    row("deepmerge", &[], PassedThrough::LastWins),
    row("ts-deepmerge", &["merge"], PassedThrough::LastWins),
    row("deep-extend", &[], PassedThrough::LastWins),
    row("extend", &[], PassedThrough::LastWins),
    row("xtend", &[], PassedThrough::LastWins),
    row("merge-options", &[], PassedThrough::LastWins),
    row("defu", &["defu"], PassedThrough::FirstWins),
    row("defu", &[], PassedThrough::FirstWins),
];

/// What a call of a value gives, where it gives back what it is given.
pub fn passed_through(callee: &Value) -> Option<PassedThrough> {
    let Value::Outside(Outside { origin, way }) = callee else { return None };
    let (Origin::Package(name, _) | Origin::Builtin(name) | Origin::Global(name)) = origin;
    let is_way = |row: &Row| {
        row.way.len() == way.len()
            && row.way.iter().zip(way).all(|(wanted, part)| matches!(part, Part::Member(name) if name == wanted))
    };
    // `lodash/merge` is the member by its subpath.
    if let (Origin::Package(name, subpath), []) = (origin, way.as_slice())
        && let Some(member) =
            subpath.trim_start_matches('/').strip_suffix(".js").or(Some(subpath.trim_start_matches('/')))
        && !member.is_empty()
    {
        return TABLE.iter().find(|row| row.source == name && row.way == [member]).map(|row| row.gives);
    }
    TABLE.iter().find(|row| row.source == name && is_way(row)).map(|row| row.gives)
}
