//! Glob patterns over repository paths, as package managers and compilers write them.

use crate::RepoPath;

/// How many alternatives the braces of one pattern may expand to; what goes beyond is left out.
const ALTERNATIVES_LIMIT: usize = 256;

/// A pattern such as `packages/*`, `apps/**/server`, `{api,web}/src/*.ts`, relative to a folder.
///
/// `*` and `?` stay inside one part, `**` as a part stands for any number of parts, `[a-z]` is one character of a set,
/// `{a,b}` is either. A leading `./` and a trailing `/` mean nothing. Matching takes time linear in the path for each
/// `*` in the pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    alternatives: Vec<Vec<String>>,
}

impl Glob {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Self {
        let alternatives = expand_braces(pattern)
            .iter()
            .map(|pattern| {
                let mut parts: Vec<String> =
                    pattern.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect();
                parts.dedup_by(|next, before| next == "**" && before == "**");
                parts
            })
            .collect();
        Self { alternatives }
    }

    /// Whether a path, given relative to the pattern's folder, matches as a whole.
    pub fn matches(&self, relative: &str) -> bool {
        let parts: Vec<&str> = relative.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        self.alternatives.iter().any(|pattern| matches_parts(pattern, &parts))
    }

    /// Whether a path of the repository matches the pattern, taken relative to a folder.
    pub fn matches_below(&self, folder: &RepoPath, path: &RepoPath) -> bool {
        path.relative_to(folder).is_some_and(|relative| self.matches(relative))
    }

    /// The parts before the first wildcard, joined by `/`; of several alternatives the first one's.
    pub fn literal_folder(&self) -> String {
        let plain = |part: &&String| !part.contains(['*', '?', '[']);
        let first = self.alternatives.first().map_or(&[][..], Vec::as_slice);
        first.iter().take_while(plain).map(String::as_str).collect::<Vec<_>>().join("/")
    }
}

/// The pattern once for each way to choose from its braces, in the order written.
fn expand_braces(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        match first_braces(&pattern) {
            Some((before, choices, after)) if open.len() + done.len() + choices.len() <= ALTERNATIVES_LIMIT => {
                open.extend(choices.iter().rev().map(|choice| format!("{before}{choice}{after}")));
            }
            _ => done.push(pattern),
        }
    }
    done
}

/// What stands before the first braces that hold a comma, their choices, and what follows.
fn first_braces(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    let mut depth = 0_u32;
    let mut start = None;
    let mut commas = Vec::new();
    for (at, character) in pattern.char_indices() {
        match character {
            '{' => {
                if depth == 0 {
                    start = Some(at);
                }
                depth += 1;
            }
            ',' if depth == 1 => commas.push(at),
            '}' if depth == 1 => {
                depth = 0;
                let opened = start?;
                if commas.is_empty() {
                    continue;
                }
                let mut choices = Vec::new();
                let mut from = opened + 1;
                for end in commas.iter().copied().chain([at]) {
                    choices.push(pattern.get(from..end)?);
                    from = end + 1;
                }
                return Some((pattern.get(..opened)?, choices, pattern.get(at + 1..)?));
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Matches parts greedily: the latest `**` takes one part more whenever what follows it does not fit.
fn matches_parts(pattern: &[String], parts: &[&str]) -> bool {
    let (mut at, mut taken) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while taken < parts.len() {
        let part = parts.get(taken).copied().unwrap_or("");
        match pattern.get(at) {
            Some(stars) if stars == "**" => {
                retry = Some((at + 1, taken));
                at += 1;
            }
            Some(wanted) if matches_part(wanted, part) => {
                at += 1;
                taken += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    at = after;
                    taken = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|part| part == "**"))
}

/// Matches one part, with the same greedy walk over characters.
fn matches_part(pattern: &str, part: &str) -> bool {
    if !pattern.contains(['*', '?', '[', '\\']) {
        return pattern == part;
    }
    // A wildcard does not find hidden names unless the pattern spells the dot.
    if part.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let part: Vec<char> = part.chars().collect();
    let (mut at, mut taken) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(character) = part.get(taken).copied() {
        if pattern.get(at) == Some(&'*') {
            retry = Some((at + 1, taken));
            at += 1;
            continue;
        }
        match one_character(&pattern, at, character) {
            Some(next) => {
                at = next;
                taken += 1;
            }
            None => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    at = after;
                    taken = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_none_or(|rest| rest.iter().all(|character| *character == '*'))
}

/// Where the pattern goes on if its element at `at` accepts the character.
fn one_character(pattern: &[char], at: usize, character: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(at + 1),
        '\\' => (*pattern.get(at + 1)? == character).then_some(at + 2),
        '[' => one_of_set(pattern, at, character),
        literal => (*literal == character).then_some(at + 1),
    }
}

/// `[abc]`, `[a-z]`, `[!a]`, `[^a]`; a `[` that is not closed is itself.
fn one_of_set(pattern: &[char], at: usize, character: char) -> Option<usize> {
    let mut next = at + 1;
    let negated = matches!(pattern.get(next), Some('!' | '^'));
    if negated {
        next += 1;
    }
    let first = next;
    let Some(length) = pattern.get(first + 1..).and_then(|rest| rest.iter().position(|inside| *inside == ']')) else {
        return (character == '[').then_some(at + 1);
    };
    let end = first + 1 + length;
    let mut found = false;
    while next < end {
        let low = *pattern.get(next)?;
        if pattern.get(next + 1) == Some(&'-') && next + 2 < end {
            found |= (low..=*pattern.get(next + 2)?).contains(&character);
            next += 3;
        } else {
            found |= low == character;
            next += 1;
        }
    }
    (found != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Glob::new(pattern).matches(path)
    }

    #[test]
    fn stars_stay_inside_a_part() {
        assert!(matches("packages/*", "packages/api"));
        assert!(matches("./packages/*/", "packages/api"));
        assert!(!matches("packages/*", "packages/api/src"));
        assert!(!matches("packages/*", "packages"));
        assert!(matches("apps/*-api", "apps/ünï-api") && !matches("apps/*-api", "apps/api"));
        assert!(matches("a?c", "aüc") && !matches("a?c", "ac"));
        assert!(!matches("*", ".hidden") && matches(".*", ".hidden"));
    }

    #[test]
    fn double_stars_span_parts() {
        for path in ["a", "x/a", "x/y/a"] {
            assert!(matches("**/a", path), "{path}");
        }
        assert!(matches("src/**/*.ts", "src/a.ts") && matches("src/**/*.ts", "src/b/c/a.ts"));
        assert!(matches("src/**", "src/b/c") && !matches("src/**/x", "src/b/c"));
        assert!(matches("a/**/b/**/c", "a/b/1/b/2/c") && !matches("a/**/b/**/c", "a/1/2/c"));
    }

    #[test]
    fn braces_and_sets() {
        assert!(matches("{apps,packages/{a,b}}/*", "packages/b/x") && matches("{apps,packages/{a,b}}/*", "apps/x"));
        assert!(!matches("{apps,packages/{a,b}}/*", "packages/c/x"));
        assert!(matches("v[0-9]", "v7") && !matches("v[!0-9]", "v7") && matches("x[y", "x[y"));
        assert!(matches("a{b}c", "a{b}c"));
    }

    #[test]
    fn hostile_patterns_end_soon() {
        let braces = "{a,b}".repeat(5_000);
        assert!(!matches(&braces, "a"));
        let stars = "*a".repeat(2_000);
        assert!(!matches(&stars, &"a".repeat(1_000)));
        let parts = "**/a/".repeat(2_000);
        assert!(!matches(&parts, &"a/".repeat(1_500)));
        assert!(!matches("{{{{", "x") && matches("}", "}"));
    }

    #[test]
    fn the_literal_folder_ends_at_the_first_wildcard() {
        assert_eq!(Glob::new("./src/app/**/*.ts").literal_folder(), "src/app");
        assert_eq!(Glob::new("*").literal_folder(), "");
    }
}
