//! `.gitignore` files: which paths they keep out of the repository, and which line says so.
//!
//! Follows [gitignore(5)](https://git-scm.com/docs/gitignore).

use crate::Parsed;
use crate::glob::{Budget, Glob};
use prodcheck_source::{RepoPath, Span};

/// The patterns of one file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gitignore {
    /// The patterns in the order of the text.
    pub patterns: Vec<Pattern>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The line without its end and without trailing blanks that do not count.
    pub span: Span,
    /// Whether `!` takes paths back in.
    pub negated: bool,
    /// Whether it is for folders alone (`name/`).
    pub folders_only: bool,
    /// Whether it is held against the name alone, at any depth.
    name_only: bool,
    glob: Glob,
}

/// Reads a file. Every line is a pattern, a comment or blank, so nothing is ever noted.
pub fn parse(text: &str) -> Parsed<Gitignore> {
    let mut patterns = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        let body = body.strip_suffix('\r').unwrap_or(body);
        let body = body.get(..trimmed(body)).unwrap_or(body);
        if !body.is_empty() && !body.starts_with('#') {
            patterns.push(pattern(body, Span::new(start, start + body.len())));
        }
        start += line.len();
    }
    Parsed::whole(Gitignore { patterns })
}

/// The length without trailing spaces, of which one after a backslash counts.
fn trimmed(line: &str) -> usize {
    let mut kept = 0;
    let mut bytes = line.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b' ' => {}
            b'\\' => match bytes.next() {
                Some((next, _)) => kept = next + 1,
                None => return line.len(),
            },
            _ => kept = at + 1,
        }
    }
    kept
}

fn pattern(line: &str, span: Span) -> Pattern {
    let (negated, body) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
    let (folders_only, body) = body.strip_suffix('/').map_or((false, body), |rest| (true, rest));
    let name_only = !body.contains('/');
    let anchored = body.strip_prefix('/').unwrap_or(body);
    Pattern { span, negated, folders_only, name_only, glob: Glob::of_git(anchored) }
}

impl Pattern {
    /// Whether it is for this path, relative to the folder of its file.
    fn matches(&self, relative: &str, is_folder: bool, budget: &mut Budget) -> bool {
        if self.folders_only && !is_folder {
            return false;
        }
        let held = if self.name_only { relative.rsplit('/').next().unwrap_or(relative) } else { relative };
        !held.is_empty() && self.glob.matches(held, budget)
    }
}

/// What decides about a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Which of the files, as they were given.
    pub file: usize,
    /// The line.
    pub span: Span,
    /// Whether it is ignored; else `!` takes it back in.
    pub ignored: bool,
}

/// The ignore files of a repository together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    files: Vec<(RepoPath, Gitignore)>,
}

impl Rules {
    /// From files and the folders that they stand in.
    pub fn new(files: impl IntoIterator<Item = (RepoPath, Gitignore)>) -> Self {
        Self { files: files.into_iter().collect() }
    }

    /// What decides about a path: the line that excludes it or a folder around it, or takes it back in. A path below an
    /// excluded folder cannot be taken back in. `None` where no line is for it.
    pub fn matches(&self, path: &RepoPath, is_folder: bool) -> Option<Match> {
        let mut chain: Vec<RepoPath> = path.ancestors().filter(|part| !part.is_root()).collect();
        chain.reverse();
        let mut budget = Budget::default();
        for part in &chain {
            let is_whole = part == path;
            let found = self.last_match(part, is_folder || !is_whole, &mut budget);
            if is_whole || found.is_some_and(|found| found.ignored) {
                return found;
            }
        }
        None
    }

    /// The last line for exactly this path, those of deeper files before those of files above.
    fn last_match(&self, path: &RepoPath, is_folder: bool, budget: &mut Budget) -> Option<Match> {
        for folder in path.ancestors().skip(1) {
            let relative = path.relative_to(&folder)?;
            for (file, (_, ignore)) in self.files.iter().enumerate().rev().filter(|(_, (of, _))| *of == folder) {
                let mut patterns = ignore.patterns.iter().rev();
                if let Some(pattern) = patterns.find(|pattern| pattern.matches(relative, is_folder, budget)) {
                    return Some(Match { file, span: pattern.span, ignored: !pattern.negated });
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn rules(files: &[(&str, &str)]) -> Rules {
        Rules::new(files.iter().map(|(folder, text)| (RepoPath::new(folder), parse(text).tree)))
    }

    fn ignored(text: &str, path: &str) -> bool {
        let is_folder = path.ends_with('/');
        rules(&[("", text)]).matches(&RepoPath::new(path), is_folder).is_some_and(|found| found.ignored)
    }

    #[test]
    fn env_files_as_projects_ignore_them() {
        for text in
            [".env", ".env*", "*.env", "/.env", ".env.*\n.env", "**/.env", ".*", "é\n.env\r\n", ".env   ", "[.]env"]
        {
            assert!(ignored(text, ".env"), "{text}");
        }
        for text in
            ["# .env", "!.env", ".env/", "env", ".env\\ ", " .env", ".ENV", "/apps/.env", ".env\n!.env", "[.env"]
        {
            assert!(!ignored(text, ".env"), "{text}");
        }
        assert!(ignored(".env", "apps/api/.env") && !ignored("/.env", "apps/api/.env"));
        assert!(ignored(".env*\n!.env.example", ".env.local") && !ignored(".env*\n!.env.example", ".env.example"));
    }

    #[test]
    fn a_match_names_its_line() {
        let rules = rules(&[("apps", "# é\n!keep.env\n"), ("", "node_modules/\n*.env  \n")]);
        let found = rules.matches(&"x.env".into(), false).unwrap();
        assert_eq!((found.file, found.span, found.ignored), (1, Span::new(14, 19), true));
        let found = rules.matches(&"apps/keep.env".into(), false).unwrap();
        assert_eq!((found.file, found.span, found.ignored), (0, Span::new(5, 14), false));
        assert_eq!(rules.matches(&"keep.txt".into(), false), None);
        let below = rules.matches(&"node_modules/a/keep.txt".into(), false).unwrap();
        assert_eq!((below.file, below.ignored), (1, true));
        assert_eq!(rules.matches(&"node_modules".into(), false), None, "a file of that name");
    }

    #[test]
    fn an_excluded_folder_hides_what_is_below() {
        let text = "/dist\n!/dist/keep\nlogs/*\n!logs/keep\n";
        assert!(ignored(text, "dist/keep"));
        assert!(ignored(text, "logs/x") && !ignored(text, "logs/keep"));
        let nested = rules(&[("", "build/"), ("build", "!x")]);
        assert!(nested.matches(&"build/x".into(), false).unwrap().ignored);
    }

    #[test]
    fn wildcards_and_anchors() {
        let yes = [
            ("a/*/c", "a/b/c"),
            ("a/**/c", "a/c"),
            ("a/**/c", "a/b/x/c"),
            ("a/**", "a/b/c"),
            ("**/c", "c"),
            ("foo**bar", "fooxbar"),
            ("*.js", "x/é.js"),
            ("[a-c]x", "bx"),
            ("[!a]x", "bx"),
            ("[]a]", "]"),
            ("[[:digit:]]*", "1é"),
            ("\\#x", "#x"),
            ("\\!x", "!x"),
            ("x\\*", "x*"),
            ("/a/b/", "a/b/"),
            ("a/b", "a/b/c"),
            ("??", "é"),
        ];
        for (pattern, path) in yes {
            assert!(ignored(pattern, path), "{pattern} {path}");
        }
        let no = [
            ("a/*/c", "a/b/x/c"),
            ("a/b", "x/a/b"),
            ("a/**", "a"),
            ("foo/**bar", "foo/x/bar"),
            ("?", "é"),
            ("x\\*", "xy"),
            ("[a", "[a"),
            ("x\\", "x\\"),
            ("a/b/", "a/b"),
            ("/", "a"),
            ("*/", "a"),
        ];
        for (pattern, path) in no {
            assert!(!ignored(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn hostile_patterns_stay_quick() {
        let start = Instant::now();
        assert!(!ignored(&"a*".repeat(2000), &"a".repeat(1000)));
        assert!(!ignored(&"**/a/".repeat(1000), &"a/".repeat(500)));
        let many = parse(&"*x*\n".repeat(50_000)).tree;
        assert_eq!(many.patterns.len(), 50_000);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn decides_as_the_ignore_crate_does(
            root in prop::collection::vec("!?/?(a|b|\\*|\\*\\*|a\\*|\\*b|\\?)(/(a|b|\\*|\\*\\*|ab)){0,3}/?", 1..5),
            nested in prop::collection::vec("!?/?(a|b|\\*|ab)(/(a|b|\\*)){0,1}/?", 0..3),
            path in "(a|b|ab)(/(a|b|ab|ba)){0,3}",
            is_folder: bool,
        ) {
            let (root, nested) = (root.join("\n"), nested.join("\n"));
            let ours = rules(&[("", &root), ("a", &nested)]).matches(&path.as_str().into(), is_folder);
            let build = |folder: &str, text: &str| {
                let mut builder = ignore::gitignore::GitignoreBuilder::new(folder);
                for line in text.lines() {
                    builder.add_line(None, line).unwrap();
                }
                builder.build().unwrap()
            };
            let (outer, inner) = (build("", &root), build("a", &nested));
            let parts: Vec<&str> = path.split('/').collect();
            let mut theirs = None;
            for length in 1..=parts.len() {
                let part = parts.get(..length).unwrap().join("/");
                let folder = is_folder || length < parts.len();
                let mut found = ignore::Match::None;
                if part.starts_with("a/") {
                    found = inner.matched(&part, folder);
                }
                if found.is_none() {
                    found = outer.matched(&part, folder);
                }
                theirs = (!found.is_none()).then(|| found.is_ignore());
                if theirs == Some(true) {
                    break;
                }
            }
            prop_assert_eq!(ours.map(|found| found.ignored), theirs, "{:?} {:?} {:?}", root, nested, path);
        }

        #[test]
        fn never_panics(text in "[a*?/!\\\\\\[\\]#é \n^:-]{0,40}", path in "[aé/\\[ ]{0,12}") {
            let parsed = parse(&text).tree;
            for pattern in &parsed.patterns {
                prop_assert!(text.get(pattern.span.range()).is_some());
            }
            let _ = Rules::new([(RepoPath::root(), parsed)]).matches(&path.as_str().into(), false);
        }
    }
}
