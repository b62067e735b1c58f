//! Which tracked example shows an environment file that is not tracked: its values are the defaults.

use crate::Repository;
use prodcheck_facts::env_file::{self, EXAMPLE};
use prodcheck_source::RepoPath;

/// The file itself where the repository has it, else its example beside it: `.env.example` of `.env`,
/// `.env.production.sample` of `.env.production`.
pub(crate) fn file_or_example(repository: &Repository, path: &RepoPath) -> Option<RepoPath> {
    if repository.files.contains(path) {
        return Some(path.clone());
    }
    let wanted = parts(path.name());
    let shows =
        |other: &&RepoPath| env_file::purpose(other) == env_file::Purpose::Example && parts(other.name()) == wanted;
    let beside = repository.files.paths().filter(|other| other.parent() == path.parent());
    beside.filter(|other| env_file::is_env_file(other)).find(shows).cloned()
}

/// The parts of a file's name that do not make it an example.
fn parts(name: &str) -> Vec<String> {
    let parts = name.split(['.', '-', '_']).map(str::to_ascii_lowercase);
    parts.filter(|part| !part.is_empty() && !EXAMPLE.contains(&part.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::repository;

    #[test]
    fn examples_of_files_that_are_not_there() {
        let repository = repository(&[
            ("größe/.env.example", "A=1"),
            ("größe/.env.production.sample", "A=1"),
            ("env-example-relational", "A=1"),
            ("b/.env", "A=1"),
            ("b/.env.example", "A=2"),
        ]);
        let of = |path: &str| file_or_example(&repository, &path.into()).map(|path| path.to_string());
        assert_eq!(of("größe/.env").as_deref(), Some("größe/.env.example"));
        assert_eq!(of("größe/.env.production").as_deref(), Some("größe/.env.production.sample"));
        assert_eq!(of("b/.env").as_deref(), Some("b/.env"));
        assert_eq!(of(".env"), None);
    }
}
