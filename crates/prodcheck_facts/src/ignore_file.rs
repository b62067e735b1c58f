//! Files that keep paths out: `.gitignore` out of commits, `.dockerignore` out of the context of builds; and
//! `.gitattributes`, as far as it has files encrypted.
//!
//! Sources: <https://git-scm.com/docs/gitignore>, <https://docs.docker.com/build/concepts/context/#dockerignore-files>,
//! <https://github.com/AGWA/git-crypt#using-git-crypt>.

use prodcheck_formats::{dockerignore, gitignore};
use prodcheck_source::RepoPath;

/// A `.gitignore`.
pub type Gitignore = gitignore::Gitignore;

/// A `.dockerignore`, or one of a single Dockerfile: `api.Dockerfile.dockerignore`.
pub type Dockerignore = dockerignore::Dockerignore;

/// Whether a file is a `.gitignore`.
pub fn is_gitignore(path: &RepoPath) -> bool {
    path.name() == ".gitignore"
}

/// Whether a file is a `.dockerignore`.
pub fn is_dockerignore(path: &RepoPath) -> bool {
    path.name() == ".dockerignore" || path.name().ends_with(".dockerignore")
}

/// Whether a file is a `.gitattributes`.
pub fn is_gitattributes(path: &RepoPath) -> bool {
    path.name() == ".gitattributes"
}

/// Reads a `.gitignore`.
pub fn read_gitignore(text: &str) -> Gitignore {
    gitignore::parse(text).tree
}

/// Reads a `.dockerignore`.
pub fn read_dockerignore(text: &str) -> Dockerignore {
    dockerignore::parse(text).tree
}

/// The paths that a `.gitattributes` has encrypted by git-crypt, as patterns like those of a `.gitignore`; a line
/// `!filter` takes paths back out.
pub fn read_encrypted(text: &str) -> Gitignore {
    let mut patterns = String::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with('#')) else { continue };
        for attribute in words {
            match attribute {
                _ if attribute.starts_with("filter=git-crypt") => patterns.push_str(&format!("{pattern}\n")),
                "!filter" | "-filter" => patterns.push_str(&format!("!{pattern}\n")),
                _ => {}
            }
        }
    }
    gitignore::parse(&patterns).tree
}

#[cfg(test)]
mod tests {
    use super::*;
    use prodcheck_formats::gitignore::Rules;

    #[test]
    fn encrypted_paths() {
        let text = "# ü\n*.env filter=git-crypt diff=git-crypt\nsample.env !filter !diff\n*.png binary\n";
        let rules = Rules::new([(RepoPath::root(), read_encrypted(text))]);
        let encrypted = |path: &str| rules.matches(&path.into(), false).is_some_and(|found| found.ignored);
        assert!(encrypted("deploy/prod.env") && !encrypted("sample.env") && !encrypted("a.png") && !encrypted("# ü"));
    }

    #[test]
    fn names() {
        assert!(is_gitignore(&"a/.gitignore".into()) && !is_gitignore(&"gitignore".into()));
        assert!(is_dockerignore(&"Dockerfile.api.dockerignore".into()) && is_gitattributes(&".gitattributes".into()));
    }
}
