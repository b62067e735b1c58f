//! Version constraints as `semverCompare` reads them: <https://github.com/Masterminds/semver#basic-comparisons>.

type Version = [u64; 3];

/// Whether a version satisfies a constraint; nothing where either cannot be read. Pre-releases are taken as their release.
pub(super) fn satisfies(constraint: &str, version: &str) -> Option<bool> {
    let (version, _) = read(version)?;
    let mut any = false;
    for alternative in constraint.split("||") {
        let mut all = true;
        let spaced = alternative.replace(',', " ");
        let mut words = spaced.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let glued = if word.chars().all(|c| "<>=!~^".contains(c)) {
                format!("{word}{}", words.next()?)
            } else {
                word.to_owned()
            };
            all &= one(&glued, version)?;
        }
        any |= all;
    }
    Some(any)
}

/// A version, and how many of its parts are given.
fn read(text: &str) -> Option<(Version, usize)> {
    let release = text.trim().trim_start_matches('v').split(['-', '+']).next()?;
    let mut version = [0; 3];
    let mut given = 0;
    for (slot, part) in version.iter_mut().zip(release.split('.')) {
        if matches!(part, "x" | "X" | "*") {
            break;
        }
        *slot = part.parse().ok()?;
        given += 1;
    }
    Some((version, given))
}

fn one(comparison: &str, version: Version) -> Option<bool> {
    let start = comparison.find(|c: char| !"<>=!~^".contains(c))?;
    let (operator, bound) = (comparison.get(..start)?, comparison.get(start..)?);
    let (bound, given) = read(bound)?;
    let [major, minor, patch] = bound;
    let above = match given {
        0 => [u64::MAX, 0, 0],
        1 => [major.saturating_add(1), 0, 0],
        2 => [major, minor.saturating_add(1), 0],
        _ => [major, minor, patch.saturating_add(1)],
    };
    let within = |end: Version| bound <= version && version < end;
    Some(match operator {
        "" | "=" => within(above),
        "!=" => !within(above),
        ">" => version >= above,
        ">=" | "=>" => version >= bound,
        "<" => version < bound,
        "<=" | "=<" => version < above,
        "~" => within(if given <= 1 { above } else { [major, minor.saturating_add(1), 0] }),
        "^" if major > 0 || given <= 1 => within([major.saturating_add(1), 0, 0]),
        "^" if minor > 0 || given == 2 => within([0, minor.saturating_add(1), 0]),
        "^" => within(above),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_as_charts_do() {
        for (constraint, version, expected) in [
            (">=1.19-0", "v1.34.0", true),
            (">= 1.14-0, < 1.19-0", "1.18.3", true),
            (">=1.14-0 <1.19-0", "1.19.0", false),
            ("<1.21-0", "1.34.0", false),
            ("^1.2.3", "1.9.0", true),
            ("^0.2.3", "0.3.0", false),
            ("~1.2", "1.2.9", true),
            ("1.x || 3.x", "3.1.0", true),
            (">1.18", "1.18.5", false),
            ("!=1.2.3", "1.2.3", false),
        ] {
            assert_eq!(satisfies(constraint, version), Some(expected), "{constraint} {version}");
        }
        assert_eq!(satisfies(">=latest", "1.0.0"), None);
        assert_eq!(satisfies("=>1.0 <", "1.0.0"), None);
    }
}
