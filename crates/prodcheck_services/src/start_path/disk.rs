//! The file system that commands run on, and which of its folders come from the repository.

use prodcheck_source::RepoPath;

/// Where the repository stands on a disk of which nothing else is known. No real path begins so.
pub(super) const CHECKOUT: &str = "/\u{ab}checkout\u{bb}";

/// A machine's or an image's file system, as far as its folders come from the repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disk {
    /// Later mounts lie over earlier ones.
    mounts: Vec<(String, Option<RepoPath>)>,
    /// What counts where nothing was mounted, the likeliest first.
    implied: Vec<(String, RepoPath)>,
}

impl Disk {
    /// A checkout of the repository, in a place that is not known.
    pub fn checkout() -> Self {
        Self { mounts: vec![(CHECKOUT.to_owned(), Some(RepoPath::root()))], implied: Vec::new() }
    }

    /// An image or machine that holds nothing of the repository yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Puts a file or folder of the repository at an absolute path, over what is there.
    pub fn mount(&mut self, at: &str, from: RepoPath) {
        self.mounts.push((normalised("/", at), Some(from)));
    }

    /// Puts something at an absolute path that does not come from the repository.
    pub fn cover(&mut self, at: &str) {
        self.mounts.push((normalised("/", at), None));
    }

    /// Says what a folder stands for where nothing was put: what was said before comes first.
    pub fn imply(&mut self, at: &str, from: RepoPath) {
        self.implied.push((normalised("/", at), from));
    }

    /// Where a path of the repository stands in a checkout.
    pub fn in_checkout(path: &RepoPath) -> String {
        if path.is_root() { CHECKOUT.to_owned() } else { format!("{CHECKOUT}/{path}") }
    }

    /// Where a path of the repository stands on the disk, where it was put there: of several places the last one.
    pub fn path_of(&self, path: &RepoPath) -> Option<String> {
        self.mounts.iter().rev().find_map(|(at, from)| {
            let rest = path.relative_to(from.as_ref()?)?;
            Some(normalised(at, rest))
        })
    }

    /// The places of the repository that can be meant by an absolute path, each with the length of the path at which it was
    /// mounted: what was put there last first, then what lies below.
    fn candidates(&self, path: &str) -> Vec<(usize, RepoPath)> {
        let mut found: Vec<(usize, RepoPath)> = Vec::new();
        for (at, from) in self.mounts.iter().rev() {
            let Some(rest) = below(at, path) else { continue };
            // What covers the very path or a folder of it hides what lies below.
            let Some(from) = from else { return found };
            if let Some(candidate) = from.join(rest) {
                found.push((at.len(), candidate));
            }
        }
        if found.is_empty() {
            let implied = self.implied.iter().find_map(|(at, from)| Some((at.len(), from.join(below(at, path)?)?)));
            found.extend(implied);
        }
        found
    }

    /// The place of the repository that an absolute path means: of several the last one that `exists`. What a build makes
    /// exists nowhere; then it is the one that was mounted nearest to it.
    pub fn locate(&self, path: &str, exists: impl Fn(&RepoPath) -> bool) -> Option<RepoPath> {
        let candidates = self.candidates(path);
        let found = candidates.iter().find(|(_, candidate)| exists(candidate));
        let nearest = || candidates.iter().rev().max_by_key(|(at, _)| *at);
        found.or_else(nearest).map(|(_, candidate)| candidate.clone())
    }
}

/// The rest of a path below a folder.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    match rest.strip_prefix('/') {
        Some(rest) => Some(rest),
        None => rest.is_empty().then_some(""),
    }
}

/// A path taken from a folder, without `.` and `..`.
pub(super) fn normalised(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') { "" } else { folder };
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_last_lies_on_top() {
        let mut disk = Disk::empty();
        disk.mount("/app/", "".into());
        disk.mount("/app/dist", "packages/api/dist".into());
        let exists = |path: &RepoPath| path.as_str() == "package.json";
        assert_eq!(disk.locate("/app/dist/server.js", exists), Some("packages/api/dist/server.js".into()));
        assert_eq!(disk.locate("/app/package.json", exists), Some("package.json".into()));
        assert_eq!(disk.locate("/application", exists), None);
        disk.mount("/", "root".into());
        assert_eq!(disk.locate("/app/dist/a", |_| false), Some("packages/api/dist/a".into()));
        disk.imply("/application", "apps/api".into());
        assert_eq!(disk.locate("/application/dist/a.js", exists), Some("root/application/dist/a.js".into()));
        disk.cover("/app/dist");
        assert_eq!(disk.locate("/app/dist/server.js", exists), None);
    }

    #[test]
    fn what_is_implied_counts_last() {
        let mut disk = Disk::empty();
        disk.mount("/app/src", "src".into());
        disk.imply("/app", RepoPath::root());
        disk.imply("/app", "other".into());
        disk.cover("/app/node_modules");
        assert_eq!(disk.locate("/app/dist/é.js", |_| false), Some("dist/é.js".into()));
        assert_eq!(disk.locate("/app/src/é.ts", |_| false), Some("src/é.ts".into()));
        assert_eq!(disk.locate("/app/node_modules/x", |_| false), None);
    }

    #[test]
    fn paths_are_normalised() {
        assert_eq!(normalised("/app", "./dist//../src/é.js"), "/app/src/é.js");
        assert_eq!(normalised("/app", "/x/../../y"), "/y");
        let disk = Disk::checkout();
        let path = normalised(&Disk::in_checkout(&"apps/api".into()), "../web/a.js");
        assert_eq!(disk.locate(&path, |_| false), Some("apps/web/a.js".into()));
    }
}
