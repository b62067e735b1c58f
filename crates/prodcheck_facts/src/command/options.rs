//! How command line options are told from operands: which options take the next word.

use super::Word;
use prodcheck_source::Place;

/// One option of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name with its dashes, as written: `--max-old-space-size`, `-d`.
    pub name: String,
    /// Its value, after `=` or from the next word.
    pub value: Option<Word>,
    /// Where it stands.
    pub place: Place,
}

impl Flag {
    /// The option in one piece, `--name=value`.
    pub fn shown(&self) -> String {
        match &self.value {
            Some(value) => format!("{}={}", self.name, value.shown()),
            None => self.name.clone(),
        }
    }

    /// Whether it has one of these names.
    pub fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }
}

/// What a command's options look like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grammar {
    /// The options that take the next word where no `=` follows; names with their dashes.
    pub valued: &'static [&'static str],
    /// More of them.
    pub also: &'static [&'static str],
    /// Whether `-abc` is `-a -b -c`, and `-p80` is `-p 80`.
    pub clusters: bool,
    /// Whether `_` in a name counts as `-`.
    pub underscores: bool,
}

/// A command line taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The options, in order.
    pub flags: Vec<Flag>,
    /// The other words, in order.
    pub operands: Vec<Word>,
    /// What stands after `--`; `None` where there is none.
    pub rest: Option<Vec<Word>>,
    /// Whether an unknown word stood where options could stand.
    pub uncertain: bool,
}

impl Options {
    /// The last option of one of these names.
    pub fn flag(&self, names: &[&str]) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.is(names))
    }

    /// The values of all options of one of these names.
    pub fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a Word> {
        self.flags.iter().filter(|flag| flag.is(names)).filter_map(|flag| flag.value.as_ref())
    }

    /// The last value of an option.
    pub fn value(&self, names: &[&str]) -> Option<&Word> {
        self.flags.iter().rev().filter(|flag| flag.is(names)).find_map(|flag| flag.value.as_ref())
    }

    /// Whether an option is given.
    pub fn has(&self, names: &[&str]) -> bool {
        self.flag(names).is_some()
    }

    /// Operands, and what stands after `--`.
    pub fn all_operands(&self) -> Vec<Word> {
        self.operands.iter().chain(self.rest.iter().flatten()).cloned().collect()
    }
}

/// The script-like endings by which an operand is known even where unknown words stand before it.
const SCRIPTS: &[&str] = &[".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"];

/// Whether a word ends like a script.
pub(super) fn is_script(word: &Word) -> bool {
    SCRIPTS.iter().any(|ending| word.shown().ends_with(ending))
}

/// Takes options up to the first operand or `--`; the words from the operand on are returned as they are.
pub fn leading<'a>(words: &'a [Word], grammar: &Grammar) -> (Options, &'a [Word]) {
    scan(words, grammar, true)
}

/// Takes options wherever they stand, up to `--`.
pub fn anywhere(words: &[Word], grammar: &Grammar) -> Options {
    scan(words, grammar, false).0
}

fn scan<'a>(words: &'a [Word], grammar: &Grammar, stop: bool) -> (Options, &'a [Word]) {
    let mut options = Options::default();
    let mut rest = words;
    // An unquoted unknown word before a script is rather a list of options than the operand itself.
    let last_script = if stop { words.iter().rposition(is_script) } else { None };
    while let Some((word, after)) = rest.split_first() {
        if word.is("--") {
            if stop {
                options.rest = Some(Vec::new());
                return (options, after);
            }
            options.rest = Some(after.to_vec());
            return (options, &[]);
        }
        if word.prefix().len() > 1 && word.is_option() {
            rest = take_flag(word, after, grammar, &mut options.flags);
            continue;
        }
        if word.prefix().is_empty()
            && word.text().is_none()
            && word.is_many()
            && last_script.is_some_and(|at| words.len() - after.len() <= at)
        {
            options.uncertain = true;
            rest = after;
            continue;
        }
        if stop {
            return (options, rest);
        }
        options.operands.push(word.clone());
        rest = after;
    }
    (options, rest)
}

fn take_flag<'a>(word: &Word, after: &'a [Word], grammar: &Grammar, flags: &mut Vec<Flag>) -> &'a [Word] {
    let place = &word.place;
    let flag = |name: String, value| Flag { name, value, place: place.clone() };
    let named = |name: &str| if grammar.underscores { normalised(name) } else { name.to_owned() };
    let long = word.prefix().starts_with("--");
    if let Some((name, value)) = word.split_once('=').filter(|_| long || !grammar.clusters) {
        flags.push(flag(named(name), Some(value)));
        return after;
    }
    let name = named(word.shown());
    let takes_value = |name: &str| grammar.valued.contains(&name) || grammar.also.contains(&name);
    // `--host --port 1`: an option is no value of the one before it.
    let next = |name: String, flags: &mut Vec<Flag>| match after.split_first() {
        Some((value, left)) if !value.is_option() || value.prefix().len() < 2 => {
            let mut whole = flag(name, Some(value.clone()));
            if whole.place.path == value.place.path {
                whole.place.span = whole.place.span.to(value.place.span);
            }
            flags.push(whole);
            left
        }
        _ => {
            flags.push(flag(name, None));
            after
        }
    };
    if takes_value(&name) {
        return next(name, flags);
    }
    if long || !grammar.clusters || word.text().is_none() {
        flags.push(flag(name, None));
        return after;
    }
    for (at, letter) in name.char_indices().skip(1) {
        let single = format!("-{letter}");
        if takes_value(&single) {
            let attached = word.strip_prefix(name.get(..at + letter.len_utf8()).unwrap_or("-"));
            return match attached.filter(|value| !value.shown().is_empty()) {
                Some(value) => {
                    let value = value.strip_prefix("=").unwrap_or(value);
                    flags.push(flag(single, Some(value)));
                    after
                }
                None => next(single, flags),
            };
        }
        flags.push(flag(single, None));
    }
    after
}

/// Node.js takes underscores for dashes in the names of options.
fn normalised(name: &str) -> String {
    let dashes = name.len() - name.trim_start_matches('-').len();
    let (start, body) = name.split_at(dashes);
    format!("{start}{}", body.replace('_', "-"))
}
