//! Which files a repository has, as the npm package lists them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// A repository's files, relative to its root with `/`.
pub struct Listing {
    /// Every file that is not ignored.
    pub files: Vec<String>,
    /// Those that git tracks; `None` where git does not say.
    pub tracked: Option<Vec<String>>,
}

/// Lists a folder: by git where git knows files there, else by walking it with its ignore files.
pub fn list(root: &Path) -> Result<Listing, String> {
    if !root.is_dir() {
        return Err(format!("`{}` is not a folder", root.display()));
    }
    Ok(git(root).unwrap_or_else(|| Listing { files: walk(root), tracked: None }))
}

fn git(root: &Path) -> Option<Listing> {
    let staged = ls_files(root, &["--stage"])?;
    let mut tracked: BTreeSet<String> = staged
        .iter()
        // A mode of 160000 is a submodule: a folder, not a file.
        .filter(|entry| !entry.starts_with("160000 "))
        .filter_map(|entry| Some(entry.split_once('\t')?.1.to_owned()))
        .collect();
    let mut others = BTreeSet::new();
    for path in ls_files(root, &["--others", "--deleted", "--exclude-standard"])? {
        // What is in both lists is tracked and deleted; what ends in `/` is a repository of its own.
        if !tracked.remove(&path) && !path.ends_with('/') {
            others.insert(path);
        }
    }
    if tracked.is_empty() && others.is_empty() {
        return None;
    }
    let files = tracked.union(&others).cloned().collect();
    Some(Listing { files, tracked: Some(tracked.into_iter().collect()) })
}

fn ls_files(root: &Path, options: &[&str]) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-C"])
        .arg(root)
        .args(["ls-files", "-z"])
        .args(options)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE")
        .output()
        .ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn walk(root: &Path) -> Vec<String> {
    let mut files: Vec<String> = ignore::WalkBuilder::new(root)
        .hidden(false)
        .parents(false)
        .ignore(false)
        .git_global(false)
        .require_git(false)
        .filter_entry(|entry| !matches!(entry.file_name().to_str(), Some(".git" | "node_modules")))
        .build()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()))
        .filter_map(|entry| Some(entry.path().strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/")))
        .collect();
    files.sort();
    files
}
