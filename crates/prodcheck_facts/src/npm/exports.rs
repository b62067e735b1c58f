//! The `exports` and `imports` of a `package.json`: names, and the files they stand for under conditions.
//!
//! Source: <https://nodejs.org/api/packages.html#package-entry-points>.

use prodcheck_formats::DEPTH_LIMIT;
use prodcheck_formats::value::{Node, Value};
use prodcheck_source::Spanned;

/// Names and what they stand for, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathMap {
    /// The names (`.`, `./server`, `./lib/*`, `#db`), each with its target.
    pub entries: Vec<(String, Target)>,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file relative to the package, or another package where `imports` says so.
    Path(Spanned<String>),
    /// The first condition that holds decides.
    Conditions(Vec<(String, Target)>),
    /// The first that can be used.
    Fallbacks(Vec<Target>),
    /// Nothing: the name is closed.
    Closed,
}

impl PathMap {
    /// `exports`: one target for `.`, or names that start with `.`.
    pub fn exports(node: &Node) -> Self {
        let names = node.entries().any(|entry| entry.key.starts_with('.'));
        if names { Self::names(node) } else { Self { entries: vec![(".".to_owned(), target(node, 0))] } }
    }

    /// `imports`: names that start with `#`.
    pub fn imports(node: &Node) -> Self {
        Self::names(node)
    }

    fn names(node: &Node) -> Self {
        Self { entries: node.entries().map(|entry| (entry.key.clone(), target(&entry.value, 0))).collect() }
    }

    /// The target of a name, and what `*` stands for where a pattern matched: first an exact name, then the pattern with
    /// the longest text before its `*`, as Node.js does.
    pub fn find<'a>(&self, name: &'a str) -> Option<(&Target, Option<&'a str>)> {
        if let Some((_, target)) = self.entries.iter().find(|(key, _)| key == name && !key.contains('*')) {
            return Some((target, None));
        }
        let mut best: Option<(usize, &Target, &'a str)> = None;
        for (key, target) in &self.entries {
            let (before, after) = match key.split_once('*') {
                Some(parts) => parts,
                // Folder names that end in a slash are no longer read by Node.js, but still written.
                None if key.ends_with('/') => (key.as_str(), ""),
                None => continue,
            };
            let star = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            if let Some(star) = star.filter(|star| !star.is_empty())
                && best.is_none_or(|(length, ..)| before.len() > length)
            {
                best = Some((before.len(), target, star));
            }
        }
        best.map(|(_, target, star)| (target, Some(star)))
    }
}

impl Target {
    /// The paths that can be meant, best first: of conditions those named, in the target's own order, `default`
    /// included.
    pub fn paths<'a>(&'a self, conditions: &[&str]) -> Vec<&'a Spanned<String>> {
        let mut found = Vec::new();
        self.collect(conditions, &mut found);
        found
    }

    fn collect<'a>(&'a self, conditions: &[&str], found: &mut Vec<&'a Spanned<String>>) {
        match self {
            Self::Path(path) => found.push(path),
            Self::Conditions(targets) => {
                for (condition, target) in targets {
                    if condition == "default" || conditions.contains(&condition.as_str()) {
                        target.collect(conditions, found);
                    }
                }
            }
            Self::Fallbacks(targets) => targets.iter().for_each(|target| target.collect(conditions, found)),
            Self::Closed => {}
        }
    }
}

fn target(node: &Node, depth: usize) -> Target {
    if depth > DEPTH_LIMIT {
        return Target::Closed;
    }
    match &node.value {
        Value::String(path) => Target::Path(Spanned::new(path.clone(), node.span)),
        Value::Array(items) => Target::Fallbacks(items.iter().map(|item| target(item, depth + 1)).collect()),
        Value::Object(_) => Target::Conditions(
            node.entries().map(|entry| (entry.key.clone(), target(&entry.value, depth + 1))).collect(),
        ),
        _ => Target::Closed,
    }
}
