//! Paths inside the repository: relative to its root, `/` between the parts, never leading out.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A path relative to the repository's root, normalised: `/` separators, no `.` or `..` parts, no leading slash.
/// The root itself is the empty path and is shown as `.`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct RepoPath(Arc<str>);

impl RepoPath {
    /// The repository's root.
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// A path as a host lists it; backslashes count as separators, and parts that lead out of the root are dropped.
    pub fn new(path: &str) -> Self {
        Self::root().join(&path.replace('\\', "/")).unwrap_or_else(Self::root)
    }

    /// This folder's child or descendant named by a relative path; a leading `/` means the root.
    /// `None` where the path leads out of the repository.
    pub fn join(&self, relative: &str) -> Option<Self> {
        let mut parts: Vec<&str> = if relative.starts_with('/') { Vec::new() } else { self.parts().collect() };
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                name => parts.push(name),
            }
        }
        Some(Self(Arc::from(parts.join("/"))))
    }

    /// The path as text, `""` for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The parts, from the root on.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.parts().next_back().unwrap_or("")
    }

    /// The folder that holds it; the root for the root.
    pub fn parent(&self) -> Self {
        Self(Arc::from(self.0.rsplit_once('/').map_or("", |(folder, _)| folder)))
    }

    /// This folder and those above it, innermost first, the root last.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> {
        let mut next = Some(self.clone());
        std::iter::from_fn(move || {
            let current = next.take()?;
            if !current.is_root() {
                next = Some(current.parent());
            }
            Some(current)
        })
    }

    /// What follows the last dot of the name, without the dot; `None` for `name` and `.name`.
    pub fn extension(&self) -> Option<&str> {
        self.name().rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
    }

    /// The name without its last extension.
    pub fn stem(&self) -> &str {
        self.name().rsplit_once('.').map_or(self.name(), |(stem, _)| if stem.is_empty() { self.name() } else { stem })
    }

    /// Whether it lies in the folder (or is the folder itself).
    pub fn is_in(&self, folder: &RepoPath) -> bool {
        folder.is_root()
            || self.0.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The path from the folder to this; `None` where it does not lie in it.
    pub fn relative_to(&self, folder: &RepoPath) -> Option<&str> {
        if folder.is_root() {
            return Some(&self.0);
        }
        let rest = self.0.strip_prefix(folder.as_str())?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
    }
}

impl Default for RepoPath {
    /// The root.
    fn default() -> Self {
        Self::root()
    }
}

impl std::fmt::Display for RepoPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

impl std::fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl From<String> for RepoPath {
    fn from(path: String) -> Self {
        Self::new(&path)
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<RepoPath> for String {
    fn from(path: RepoPath) -> Self {
        path.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_and_never_leads_out() {
        assert_eq!(RepoPath::new("./a//b/../c").as_str(), "a/c");
        assert_eq!(RepoPath::new("a\\b").as_str(), "a/b");
        assert_eq!(RepoPath::new("a/b").join("../../..").map(|p| p.to_string()), None);
        assert_eq!(RepoPath::new("a/b").join("/c").map(|p| p.to_string()), Some("c".into()));
        assert_eq!(RepoPath::new("../etc/passwd"), RepoPath::root());
        assert_eq!(RepoPath::root().to_string(), ".");
    }

    #[test]
    fn names_and_relations() {
        let path = RepoPath::new("apps/api/Dockerfile.prod");
        assert_eq!((path.name(), path.stem(), path.extension()), ("Dockerfile.prod", "Dockerfile", Some("prod")));
        assert_eq!(RepoPath::new(".env").extension(), None);
        assert!(path.is_in(&"apps".into()) && !path.is_in(&"app".into()) && path.is_in(&RepoPath::root()));
        assert_eq!(path.relative_to(&"apps".into()), Some("api/Dockerfile.prod"));
        let up: Vec<_> = path.parent().ancestors().map(|p| p.to_string()).collect();
        assert_eq!(up, ["apps/api", "apps", "."]);
    }
}
