//! Whether a condition of a shell script holds: `[ -f dist/server.js ]`, `[[ "$NODE_ENV" == production ]]`.

use super::Walk;
use super::disk::normalised;
use super::expand::Sure;
use super::state::State;
use prodcheck_formats::shell::{AndOr, Command, CompoundKind, Connector, List, Pipeline, Step, Word};
use prodcheck_source::RepoPath;

/// What is known of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holds {
    /// Its likeliest result.
    pub yes: bool,
    /// How sure that is.
    pub sure: Sure,
}

impl Holds {
    pub const UNKNOWN: Self = Self { yes: true, sure: Sure::Unknown };

    fn new(yes: bool, sure: Sure) -> Self {
        Self { yes, sure }
    }

    fn not(self) -> Self {
        Self { yes: !self.yes, sure: self.sure }
    }

    /// A result that one side decides alone is as sure as that side.
    fn and(self, other: Self) -> Self {
        match (self.yes, other.yes) {
            (false, false) => Self::new(false, self.sure.max(other.sure)),
            (false, true) => Self::new(false, self.sure),
            (true, false) => Self::new(false, other.sure),
            (true, true) => Self::new(true, self.sure.min(other.sure)),
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

impl Walk<'_> {
    /// Whether the last command of a condition succeeds.
    pub(super) fn holds(&mut self, condition: &List, state: &State, file: &RepoPath) -> Holds {
        match condition.as_slice() {
            [only] => self.and_or_holds(only, state, file),
            _ => Holds::UNKNOWN,
        }
    }

    fn and_or_holds(&mut self, and_or: &AndOr, state: &State, file: &RepoPath) -> Holds {
        let mut holds = self.pipeline_holds(&and_or.first, state, file);
        for (connector, pipeline) in &and_or.rest {
            let next = self.pipeline_holds(pipeline, state, file);
            holds = match connector {
                Connector::And => holds.and(next),
                Connector::Or => holds.or(next),
            };
        }
        holds
    }

    /// Whether a pipeline succeeds, without running it.
    pub(super) fn pipeline_holds(&mut self, pipeline: &Pipeline, state: &State, file: &RepoPath) -> Holds {
        if !self.spend() {
            return Holds::UNKNOWN;
        }
        let holds = match pipeline.steps.as_slice() {
            [Step::Simple(command)] => self.command_holds(command, state, file),
            [Step::Compound(compound)] => match &compound.kind {
                CompoundKind::Test(words) => self.test(words, state, file),
                CompoundKind::Group(list) | CompoundKind::Subshell(list) => match list.as_slice() {
                    [only] if state.depth < super::DEPTH => self.and_or_holds(only, state, file),
                    _ => Holds::UNKNOWN,
                },
                _ => Holds::UNKNOWN,
            },
            _ => Holds::UNKNOWN,
        };
        if pipeline.negated { holds.not() } else { holds }
    }

    fn command_holds(&mut self, command: &Command, state: &State, file: &RepoPath) -> Holds {
        match command.name().as_deref() {
            Some("true" | ":") => Holds::new(true, Sure::Known),
            Some("false") => Holds::new(false, Sure::Known),
            Some("test") => self.test(command.arguments(), state, file),
            Some("[") => {
                let words = command.arguments();
                let closed = words.last().and_then(Word::literal).as_deref() == Some("]");
                self.test(words.get(..words.len() - usize::from(closed)).unwrap_or(&[]), state, file)
            }
            _ => Holds::UNKNOWN,
        }
    }

    /// `test`, `[` and `[[`: `!` binds closest, then `-a` and `&&`, then `-o` and `||`. Parentheses stay unknown.
    fn test(&mut self, words: &[Word], state: &State, file: &RepoPath) -> Holds {
        let mut any = Holds::new(false, Sure::Known);
        for alternative in cut(words, &["-o", "||"]) {
            let mut all = Holds::new(true, Sure::Known);
            for clause in cut(alternative, &["-a", "&&"]) {
                all = all.and(self.clause(clause, state, file));
            }
            any = any.or(all);
        }
        any
    }

    fn clause(&mut self, words: &[Word], state: &State, file: &RepoPath) -> Holds {
        match words {
            [not, rest @ ..] if is(not, "!") && !rest.is_empty() => self.clause(rest, state, file).not(),
            [] => Holds::new(false, Sure::Known),
            [one] => {
                let (text, sure) = self.asked(one, state, file);
                Holds::new(!text.is_empty(), sure)
            }
            [operator, operand] => {
                let (text, sure) = self.asked(operand, state, file);
                match operator.literal().as_deref() {
                    Some("-z") => Holds::new(text.is_empty(), sure),
                    Some("-n") => Holds::new(!text.is_empty(), sure),
                    Some("-f" | "-e" | "-s" | "-r" | "-d" | "-x") if sure == Sure::Known => {
                        self.file_there(&text, state)
                    }
                    Some("-v") => Holds::new(state.variable(&text).is_some(), Sure::Default),
                    _ => Holds::UNKNOWN,
                }
            }
            [left, operator, right] => {
                let (a, first) = self.asked(left, state, file);
                let sure = |other: Sure| first.min(other);
                let operator = operator.literal();
                match operator.as_deref() {
                    Some("=" | "==" | "!=") => {
                        let (b, second) = self.asked(right, state, file);
                        let same =
                            if right.expands { matches(&right.pattern().unwrap_or_default(), &a) } else { a == b };
                        let same = Holds::new(same, sure(second));
                        if operator.as_deref() == Some("!=") { same.not() } else { same }
                    }
                    Some(comparison @ ("-eq" | "-ne" | "-gt" | "-ge" | "-lt" | "-le")) => {
                        let (b, second) = self.asked(right, state, file);
                        match (a.trim().parse::<i64>(), b.trim().parse::<i64>()) {
                            (Ok(a), Ok(b)) => Holds::new(compare(comparison, a, b), sure(second)),
                            _ => Holds::UNKNOWN,
                        }
                    }
                    _ => Holds::UNKNOWN,
                }
            }
            _ => Holds::UNKNOWN,
        }
    }

    /// A file of the repository is there; any other can have been made by then.
    fn file_there(&self, path: &str, state: &State) -> Holds {
        let Some(folder) = &state.directory else { return Holds::UNKNOWN };
        let files = &self.scene.repository.files;
        let there = |path: &RepoPath| files.contains(path) || (!path.is_root() && files.is_folder(path));
        match self.scene.disk.locate(&normalised(folder, path), there) {
            Some(found) if there(&found) => Holds::new(true, Sure::Known),
            _ => Holds::UNKNOWN,
        }
    }
}

fn is(word: &Word, text: &str) -> bool {
    word.literal().as_deref() == Some(text)
}

/// Words cut at these operators.
fn cut<'a>(words: &'a [Word], operators: &'a [&str]) -> impl Iterator<Item = &'a [Word]> {
    words.split(move |word| word.literal().is_some_and(|text| operators.contains(&text.as_str())))
}

fn compare(comparison: &str, a: i64, b: i64) -> bool {
    match comparison {
        "-eq" => a == b,
        "-ne" => a != b,
        "-gt" => a > b,
        "-ge" => a >= b,
        "-lt" => a < b,
        _ => a <= b,
    }
}

/// Whether a text matches a pattern of a shell: `*`, `?` and `[…]`; patterns with more are taken to match nothing.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().take(200).collect();
    let text: Vec<char> = text.chars().take(1_000).collect();
    // The positions of the pattern that the text so far can have come to.
    let mut at = vec![false; pattern.len() + 1];
    let mut start = vec![true];
    start.resize(pattern.len() + 1, false);
    close(&pattern, &mut start);
    for letter in text {
        at.fill(false);
        for (index, sign) in pattern.iter().enumerate() {
            if !start.get(index).copied().unwrap_or(false) {
                continue;
            }
            let next = match sign {
                '*' => Some(index),
                '?' => Some(index + 1),
                '[' => set(&pattern, index, letter),
                sign => (*sign == letter).then_some(index + 1),
            };
            if let Some(reached) = next.and_then(|next| at.get_mut(next)) {
                *reached = true;
            }
        }
        close(&pattern, &mut at);
        std::mem::swap(&mut start, &mut at);
    }
    start.last().copied().unwrap_or(false)
}

/// A star stands for nothing as well.
fn close(pattern: &[char], at: &mut [bool]) {
    for (index, sign) in pattern.iter().enumerate() {
        if *sign == '*'
            && at.get(index).copied().unwrap_or(false)
            && let Some(next) = at.get_mut(index + 1)
        {
            *next = true;
        }
    }
}

/// `[abc]`: the position after it where the letter is one of the set.
fn set(pattern: &[char], open: usize, letter: char) -> Option<usize> {
    let inner = pattern.get(open + 1..)?;
    let length = inner.iter().position(|sign| *sign == ']')?;
    let set = inner.get(..length)?;
    let (set, negated) = match set.split_first() {
        Some(('!' | '^', rest)) => (rest, true),
        _ => (set, false),
    };
    let mut found = set.contains(&letter);
    for range in set.windows(3) {
        if let [from, '-', to] = range {
            found |= (*from..=*to).contains(&letter);
        }
    }
    (found != negated).then_some(open + length + 2)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_in_a_shell() {
        assert!(matches("start*", "start:prod") && matches("*", "") && matches("a?c", "aéc"));
        assert!(matches("[Yy]es", "yes") && !matches("[!a-c]", "b") && matches("[!a-c]", "x"));
        assert!(!matches("a", "ab") && !matches("a*b", "ac") && matches("*.js", "é.js"));
        assert!(!matches(&"*a".repeat(90), &"b".repeat(900)));
    }
}
