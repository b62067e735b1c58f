//! `.dockerignore` files: which paths they keep out of the build's context, and which line says so.
//!
//! Follows the [documentation](https://docs.docker.com/build/concepts/context/#dockerignore-files) and its
//! implementation, [patternmatcher](https://github.com/moby/patternmatcher).

use crate::Parsed;
use crate::glob::{Budget, Glob};
use prodcheck_source::{RepoPath, Span};

/// The patterns of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dockerignore {
    /// The patterns in the order of the text.
    pub patterns: Vec<Pattern>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The line without blanks around it.
    pub span: Span,
    /// Whether `!` takes paths back in.
    pub negated: bool,
    glob: Glob,
}

/// What decides about a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The line.
    pub span: Span,
    /// Whether it is left out of the context; else `!` takes it back in.
    pub ignored: bool,
}

/// Reads a file. Every line is a pattern, a comment or blank, so nothing is ever noted.
pub fn parse(text: &str) -> Parsed<Dockerignore> {
    let mut patterns = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        if !body.is_empty() && !line.starts_with('#') {
            let from = start + line.len() - line.trim_start().len();
            let (negated, rest) = body.strip_prefix('!').map_or((false, body), |rest| (true, rest.trim()));
            let cleaned = clean(rest);
            if !cleaned.is_empty() {
                let span = Span::new(from, from + body.len());
                patterns.push(Pattern { span, negated, glob: Glob::of_docker(&cleaned) });
            }
        }
        start += line.len();
    }
    Parsed::whole(Dockerignore { patterns })
}

/// The pattern with `.`, `..` and needless slashes taken out, as Go's `filepath.Clean` does, and not absolute.
fn clean(pattern: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in pattern.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if pattern.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

impl Dockerignore {
    /// The last line for a path of the context or for a folder around it; `None` where there is none. Other than with
    /// git a path below an excluded folder can be taken back in.
    pub fn matches(&self, path: &RepoPath) -> Option<Match> {
        let chain: Vec<RepoPath> = path.ancestors().filter(|part| !part.is_root()).collect();
        let mut budget = Budget::default();
        let held = |pattern: &&Pattern| chain.iter().any(|part| pattern.glob.matches(part.as_str(), &mut budget));
        let found = self.patterns.iter().rev().find(held)?;
        Some(Match { span: found.span, ignored: !found.negated })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ignored(text: &str, path: &str) -> bool {
        parse(text).tree.matches(&path.into()).is_some_and(|found| found.ignored)
    }

    #[test]
    fn patterns_are_relative_to_the_root() {
        let yes = [
            (".env", ".env"),
            ("/.env", ".env"),
            ("./.env/", ".env"),
            ("**/.env", "apps/api/.env"),
            ("**/.env", ".env"),
            (".env*", ".env.é"),
            ("node_modules", "node_modules/x/y"),
            ("*", "anything"),
            ("**", "a/b"),
            ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"),
            ("**/*.é?", "x/y.éé"),
            ("[^a]x", "bx"),
            ("a/../b", "b"),
            ("  .env  \r\n", ".env"),
            ("x\\*", "x*"),
        ];
        for (pattern, path) in yes {
            assert!(ignored(pattern, path), "{pattern} {path}");
        }
        let no = [
            (".env", "apps/.env"),
            ("# .env", ".env"),
            ("*.env", "a/b.env"),
            ("a/*", "a"),
            ("x\\*", "xy"),
            ("[a", "[a"),
            ("!.env", ".env"),
            ("!", ".env"),
        ];
        for (pattern, path) in no {
            assert!(!ignored(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_line_wins_even_below_a_folder() {
        let text = "é\n*\n!dist\n! src/keep\ndist/*.map\n";
        assert!(ignored(text, ".env") && !ignored(text, "dist/server.js") && ignored(text, "dist/server.js.map"));
        assert!(!ignored(text, "src/keep/x") && ignored(text, "src/other"));
        let found = parse(text).tree.matches(&"src/keep".into()).unwrap();
        assert_eq!(text.get(found.span.range()), Some("! src/keep"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a*?/!\\\\\\[\\]#é .\n^-]{0,40}", path in "[aé/\\[ .]{0,12}") {
            let parsed = parse(&text).tree;
            for pattern in &parsed.patterns {
                prop_assert!(text.get(pattern.span.range()).is_some());
            }
            let _ = parsed.matches(&path.as_str().into());
        }
    }
}
