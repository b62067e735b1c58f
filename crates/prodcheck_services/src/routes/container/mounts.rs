//! Which files of the repository stand where in an image or a container.

use prodcheck_source::{FileSet, RepoPath};
use std::collections::BTreeMap;

/// How many mounts are kept. Real images have a few dozen.
const MOST: usize = 2_000;

/// Folders and files of the repository by their absolute paths in an image or container. Later ones lie over earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mounts {
    list: Vec<Mount>,
}

/// Something at an absolute path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The path, without a trailing `/`; `/` for the root.
    pub at: String,
    /// What stands there; `None` for something that is not of the repository.
    pub from: Option<RepoPath>,
}

impl Mounts {
    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Mount> {
        self.list.iter()
    }

    /// Puts something at a path.
    pub fn put(&mut self, at: &str, from: Option<RepoPath>) {
        let at = trimmed(at).to_owned();
        let mount = Mount { at, from };
        if self.list.len() < MOST && self.list.last() != Some(&mount) {
            self.list.push(mount);
        }
    }

    /// Puts a file or folder of the repository where a copy brings it: folders give their content, files keep their names
    /// in a folder. What is not there (it is built, or not tracked) is a file where it has an extension.
    pub fn copy(&mut self, from: &RepoPath, to: &str, several: bool, files: &FileSet) {
        let is_file = files.contains(from) || (!files.is_folder(from) && from.extension().is_some());
        if is_file && (several || to.ends_with('/')) {
            self.put(&join(to, from.name()), Some(from.clone()));
        } else {
            self.put(to, Some(from.clone()));
        }
    }

    /// Puts what stands at a path of another image (or of this one) at a path of this one.
    pub fn copy_from(&mut self, other: &Mounts, source: &str, to: &str, several: bool) {
        let source = trimmed(source);
        let mut found: Vec<Mount> = Vec::new();
        for mount in &other.list {
            if let Some(rest) = below(&mount.at, source) {
                let from = mount.from.as_ref().and_then(|from| from.join(rest));
                found.push(Mount { at: String::new(), from });
            } else if let Some(rest) = below(source, &mount.at) {
                found.push(Mount { at: rest.to_owned(), from: mount.from.clone() });
            }
        }
        if !other.list.iter().any(|mount| below(&mount.at, source).is_some())
            && let Some(from) = other.implied(source)
        {
            found.insert(0, Mount { at: String::new(), from: Some(from) });
        }
        let name = source.rsplit('/').next().unwrap_or("");
        let is_file = name.trim_start_matches('.').contains('.');
        let to = if is_file && (several || to.ends_with('/')) { join(to, name) } else { trimmed(to).to_owned() };
        if found.is_empty() {
            // Something is copied there that the repository does not show.
            self.put(&to, None);
        }
        for mount in found {
            self.put(&join(&to, &mount.at), mount.from);
        }
    }

    /// Notes that the `package.json` of a folder of the repository stands in a folder of the image, of which nothing else
    /// is known: what a build makes there, it makes in that package.
    pub fn found_package(&mut self, at: &str, package: RepoPath) {
        let at = trimmed(at).to_owned();
        if self.candidates(&at).is_empty() && self.list.len() < MOST {
            self.list.insert(0, Mount { at, from: Some(package) });
        }
    }

    /// The places of the repository that an absolute path can mean, the likeliest first.
    pub fn candidates(&self, path: &str) -> Vec<RepoPath> {
        let path = trimmed(path);
        let mut found: Vec<RepoPath> = Vec::new();
        for mount in self.list.iter().rev() {
            let Some(rest) = below(&mount.at, path) else { continue };
            let Some(from) = &mount.from else { return found };
            if let Some(candidate) = from.join(rest).filter(|candidate| !found.contains(candidate)) {
                found.push(candidate);
            }
        }
        if found.is_empty() {
            found.extend(self.implied(path));
        }
        found
    }

    /// What a path means that nothing was put at: where folders and files keep the places that they have beside one another
    /// in the repository, their folder stands for theirs, and what a build makes in it lies there.
    fn implied(&self, path: &str) -> Option<RepoPath> {
        let (at, from) = self.bases().into_iter().find(|(at, _)| below(at, path).is_some())?;
        from.join(below(&at, path)?)
    }

    /// The folders that stand for folders of the repository by what was put into them, those with the most witnesses
    /// first. The root of the file system is none of them.
    pub fn bases(&self) -> Vec<(String, RepoPath)> {
        let mut counts: BTreeMap<(String, RepoPath), usize> = BTreeMap::new();
        for mount in &self.list {
            if let Some(base) = mount.from.as_ref().and_then(|from| base(&mount.at, from)) {
                *counts.entry(base).or_default() += 1;
            }
        }
        let mut counted: Vec<(usize, String, RepoPath)> =
            counts.into_iter().map(|((at, from), count)| (count, at, from)).collect();
        counted.sort_by_key(|(count, at, _)| std::cmp::Reverse((*count, at.len())));
        counted.into_iter().map(|(_, at, from)| (at, from)).collect()
    }

    /// The folder of the repository that a folder shows, the likeliest one.
    pub fn folder(&self, path: &str, files: &FileSet) -> Option<RepoPath> {
        let candidates = self.candidates(path);
        let there = candidates.iter().find(|candidate| candidate.is_root() || files.is_folder(candidate));
        there.or(candidates.first()).cloned()
    }
}

/// Both folders, where a path keeps its last parts.
fn base(at: &str, from: &RepoPath) -> Option<(String, RepoPath)> {
    let (mut at, mut from) = (at, from.clone());
    let mut kept = false;
    while let Some((folder, _)) = at.rsplit_once('/').filter(|(_, name)| !name.is_empty() && *name == from.name()) {
        (at, from, kept) = (folder, from.parent(), true);
    }
    (kept && !at.is_empty()).then(|| (at.to_owned(), from))
}

fn trimmed(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed }
}

fn join(folder: &str, rest: &str) -> String {
    if rest.is_empty() { trimmed(folder).to_owned() } else { format!("{}/{rest}", folder.trim_end_matches('/')) }
}

/// The rest of a path below a folder.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    match rest.strip_prefix('/') {
        Some(rest) => Some(rest),
        None => rest.is_empty().then_some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_makes_lies_beside_what_was_copied() {
        let files = files(&["package.json", "apps/api/src/a.ts", "größe/x"]);
        let mut mounts = Mounts::default();
        mounts.copy(&"package.json".into(), "/app/", false, &files);
        mounts.copy(&"apps".into(), "/app/apps", false, &files);
        mounts.copy(&"größe".into(), "/app/größe", false, &files);
        mounts.copy(&"package.json".into(), "/app/dist/apps/api/", false, &files);
        assert_eq!(shown(&mounts, "/app/dist/apps/api/main.js"), ["dist/apps/api/main.js"]);
        assert_eq!(shown(&mounts, "/opt/dist/a.js"), Vec::<String>::new());
        let mut last = Mounts::default();
        last.copy_from(&mounts, "/app/dist/apps/api", "/srv", false);
        assert_eq!(shown(&last, "/srv/main.js"), ["dist/apps/api/main.js"]);
        assert_eq!(shown(&last, "/srv/package.json"), ["package.json", "dist/apps/api/package.json"]);
        let mut rooted = Mounts::default();
        rooted.copy(&"package.json".into(), "/", false, &files);
        assert_eq!(shown(&rooted, "/usr/bin/x"), Vec::<String>::new());
        let mut package = Mounts::default();
        package.copy(&"apps/api/src".into(), "/app/src", false, &files);
        assert_eq!(shown(&package, "/app/dist/a.js"), ["apps/api/dist/a.js"]);
    }

    fn files(paths: &[&str]) -> FileSet {
        FileSet::new(paths.iter().map(|path| RepoPath::new(path)))
    }

    fn shown(mounts: &Mounts, path: &str) -> Vec<String> {
        mounts.candidates(path).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn folders_give_their_content_and_files_keep_their_names() {
        let files = files(&["package.json", "api/src/a.js", "größe"]);
        let mut mounts = Mounts::default();
        mounts.copy(&"package.json".into(), "/app/", false, &files);
        mounts.copy(&"api/src".into(), "/app/src", false, &files);
        mounts.copy(&"größe".into(), "/app/", false, &files);
        mounts.copy(&"api/dist".into(), "/app/dist/", false, &files);
        mounts.copy(&"api/build.js".into(), "/app/", false, &files);
        mounts.copy(&"package.json".into(), "/x", false, &files);
        assert_eq!(shown(&mounts, "/app/package.json"), ["package.json"]);
        assert_eq!(shown(&mounts, "/app/src/a.js"), ["api/src/a.js"]);
        assert_eq!(shown(&mounts, "/app/größe"), ["größe"]);
        assert_eq!(shown(&mounts, "/app/dist/server.js"), ["api/dist/server.js"]);
        assert_eq!(shown(&mounts, "/app/build.js"), ["api/build.js"]);
        assert_eq!(shown(&mounts, "/x"), ["package.json"]);
        assert!(shown(&mounts, "/application").is_empty());
    }

    #[test]
    fn copies_from_another_stage_keep_their_origin() {
        let files = files(&["server/a.js"]);
        let mut build = Mounts::default();
        build.copy(&RepoPath::root(), "/wiki", false, &files);
        build.put("/wiki/vendor", None);
        let mut last = Mounts::default();
        last.copy_from(&build, "/wiki/server", "/srv/server", false);
        last.copy_from(&build, "/wiki/", "/all/", false);
        last.copy_from(&build, "/wiki/package.json", "/srv/", false);
        last.copy_from(&build, "/etc/x", "/srv/x", false);
        assert_eq!(shown(&last, "/srv/server/a.js"), ["server/a.js"]);
        assert_eq!(shown(&last, "/all/server/a.js"), ["server/a.js"]);
        assert_eq!(shown(&last, "/srv/package.json"), ["package.json"]);
        assert!(shown(&last, "/all/vendor/x").is_empty() && shown(&last, "/srv/x/y").is_empty());
        assert_eq!(last.folder("/srv/server", &files), Some("server".into()));
    }

    #[test]
    fn growth_is_bounded() {
        let mut mounts = Mounts::default();
        mounts.put("/a", Some("a".into()));
        mounts.put("/b", Some("b".into()));
        for _ in 0..40 {
            let before = mounts.clone();
            mounts.copy_from(&before, "/", "/x", false);
        }
        assert!(mounts.iter().count() <= MOST);
    }
}
