//! Version ranges as npm writes them: `>=18 <21 || ^22.1`, `1.2 - 2`, `20.x`.
//!
//! Follows the grammar of [node-semver](https://github.com/npm/node-semver#range-grammar). Tags of pre-releases are read
//! over: whether a range takes a pre-release is no question that is asked here.

/// Major, minor and patch version.
pub type Version = [u32; 3];

/// A set of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Each from its first version to just before its second, `None` for no end; none of them empty.
    intervals: Vec<(Version, Option<Version>)>,
}

/// How many alternatives and comparators of one range are read.
const MOST: usize = 64;

/// Reads a range; `None` where the text is none (`latest`, `lts/*`, `workspace:^`).
pub fn parse(text: &str) -> Option<Range> {
    let mut intervals = Vec::new();
    for alternative in text.split("||").take(MOST) {
        let (from, to) = alternative_of(alternative)?;
        if to.is_none_or(|to| from < to) {
            intervals.push((from, to));
        }
    }
    Some(Range { intervals })
}

impl Range {
    /// Whether a version is in it.
    pub fn contains(&self, version: Version) -> bool {
        self.intervals.iter().any(|(from, to)| *from <= version && to.is_none_or(|to| version < to))
    }

    /// Whether any version of a major line is in it.
    pub fn has_line(&self, major: u32) -> bool {
        let (start, end) = ([major, 0, 0], [major.saturating_add(1), 0, 0]);
        self.intervals.iter().any(|(from, to)| *from < end && to.is_none_or(|to| start < to))
    }

    /// The lowest version in it; `None` where none is.
    pub fn lowest(&self) -> Option<Version> {
        self.intervals.iter().map(|(from, _)| *from).min()
    }

    /// The one major line that all of its versions are of.
    pub fn only_line(&self) -> Option<u32> {
        let major = self.lowest()?[0];
        let end = [major.saturating_add(1), 0, 0];
        self.intervals.iter().all(|(_, to)| to.is_some_and(|to| to <= end)).then_some(major)
    }
}

/// The versions that all comparators of an alternative let through.
fn alternative_of(text: &str) -> Option<(Version, Option<Version>)> {
    if let Some((low, high)) = text.split_once(" - ") {
        let (low, high) = (Partial::of(low.trim())?, Partial::of(high.trim())?);
        return Some((low.first(), high.after()));
    }
    let mut range = ([0, 0, 0], None);
    let mut operator = String::new();
    for word in text.split_whitespace().take(MOST) {
        let version = word.trim_start_matches(['<', '>', '=', '^', '~']);
        operator.push_str(word.strip_suffix(version).unwrap_or(""));
        if version.is_empty() {
            continue;
        }
        let (from, to) = comparator(&std::mem::take(&mut operator), Partial::of(version)?)?;
        range.0 = range.0.max(from);
        range.1 = match (range.1, to) {
            (Some(known), Some(to)) => Some(std::cmp::min::<Version>(known, to)),
            (known, to) => known.or(to),
        };
    }
    operator.is_empty().then_some(range)
}

fn comparator(operator: &str, version: Partial) -> Option<(Version, Option<Version>)> {
    const LEAST: Version = [0, 0, 0];
    Some(match operator {
        "" | "=" | "==" => (version.first(), version.after()),
        ">=" => (version.first(), None),
        ">" => (version.after().unwrap_or([u32::MAX; 3]), None),
        "<" => (LEAST, Some(version.first())),
        "<=" => (LEAST, version.after()),
        "~" | "~>" => (version.first(), Partial { given: version.given.min(2), ..version }.after()),
        "^" => {
            // Everything up to the first part that is not 0 stays.
            let zeros = version.parts.iter().take(version.given).take_while(|part| **part == 0).count();
            (version.first(), Partial { given: version.given.min(zeros + 1), ..version }.after())
        }
        _ => return None,
    })
}

/// A version of which the last parts may be left open.
#[derive(Clone, Copy)]
struct Partial {
    parts: Version,
    /// How many parts are given.
    given: usize,
}

impl Partial {
    fn of(text: &str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V', '=']).unwrap_or(text);
        let release = text.split(['-', '+']).next().unwrap_or("");
        let mut partial = Self { parts: [0; 3], given: 0 };
        let mut open = false;
        for (index, part) in release.split('.').enumerate() {
            let slot = partial.parts.get_mut(index)?;
            match part {
                "x" | "X" | "*" => open = true,
                _ if open => {
                    part.parse::<u32>().ok()?;
                }
                _ => {
                    *slot = part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())??;
                    partial.given += 1;
                }
            }
        }
        Some(partial)
    }

    /// The first version that it stands for.
    fn first(self) -> Version {
        self.parts
    }

    /// The first version after all that it stands for; `None` where it stands for every version.
    fn after(self) -> Option<Version> {
        let last = self.given.checked_sub(1)?;
        let mut after = [0; 3];
        for (index, (slot, part)) in after.iter_mut().zip(self.parts).enumerate() {
            match index.cmp(&last) {
                std::cmp::Ordering::Less => *slot = part,
                std::cmp::Ordering::Equal => *slot = part.saturating_add(1),
                std::cmp::Ordering::Greater => {}
            }
        }
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn has(range: &str, version: Version) -> bool {
        parse(range).unwrap().contains(version)
    }

    #[test]
    fn ranges_as_packages_write_them() {
        for (range, yes, no) in [
            (">=18", [18, 0, 0], [17, 9, 9]),
            (">= 18.12 <21", [20, 99, 0], [21, 0, 0]),
            ("^20.1.0", [20, 19, 0], [20, 0, 9]),
            ("~20.1", [20, 1, 7], [20, 2, 0]),
            ("~20", [20, 9, 0], [21, 0, 0]),
            ("20.x", [20, 0, 0], [21, 0, 0]),
            ("20", [20, 5, 1], [19, 9, 9]),
            ("v20.1.2", [20, 1, 2], [20, 1, 3]),
            ("=20.1", [20, 1, 9], [20, 2, 0]),
            ("18 || 20 || >=22", [23, 0, 0], [21, 0, 0]),
            ("16 - 18", [18, 9, 9], [19, 0, 0]),
            (">18", [19, 0, 0], [18, 99, 0]),
            (">18.1.2", [18, 1, 3], [18, 1, 2]),
            ("<=20.1", [20, 1, 5], [20, 2, 0]),
            ("^0.2.3", [0, 2, 9], [0, 3, 0]),
            ("^0", [0, 9, 0], [1, 0, 0]),
            (">=24.0.0-0", [24, 0, 0], [23, 9, 9]),
        ] {
            assert!(has(range, yes), "{range}");
            assert!(!has(range, no), "{range}");
        }
        assert!(has("*", [0, 1, 0]) && has("", [99, 0, 0]) && has("x", [1, 2, 3]));
        assert!(parse(">=20 <18").unwrap().lowest().is_none());
    }

    #[test]
    fn lines_of_a_range() {
        let range = |text: &str| parse(text).unwrap();
        assert_eq!(range("^24").only_line(), Some(24));
        assert_eq!(range(">=24 <25").only_line(), Some(24));
        assert_eq!(range("20.1 || 20.9.x").only_line(), Some(20));
        for open in [">=24", "22 || 24", "*", ">=24 <=25"] {
            assert_eq!(range(open).only_line(), None, "{open}");
        }
        assert!(range(">=18 <20.1").has_line(20) && !range(">=18 <20").has_line(20));
        assert_eq!(range("22 || >=18.2").lowest(), Some([18, 2, 0]));
    }

    #[test]
    fn other_texts_are_no_ranges() {
        for text in ["latest", "lts/*", "node", "workspace:^", ">=é", "1.2.3.4", ">=", "18 ||| 20", "<>18", "iron"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9.x*<>=~^| vé-]{0,40}") {
            if let Some(range) = parse(&text) {
                let _ = (range.lowest(), range.only_line(), range.has_line(4_294_967_295), range.contains([1, 2, 3]));
            }
        }
    }
}
