//! Which stage a folder of manifests is for, by its name and those around it.

use crate::routes::purpose::{self, Purpose};
use prodcheck_source::RepoPath;

/// Words that name production itself; `deploy` and the like name what is done there at every stage.
const PRODUCTION: [&str; 4] = ["prod", "production", "prd", "live"];

/// The stage that the innermost part of a path names.
pub fn stage(path: &RepoPath) -> Purpose {
    let parts: Vec<&str> = path.parts().collect();
    let of = |part: &&str| {
        let words: Vec<&str> = purpose::words(part).collect();
        let production = words.iter().any(|word| PRODUCTION.contains(&word.to_ascii_lowercase().as_str()));
        match purpose::of_words(words.iter().copied()) {
            Purpose::Production if !production => Purpose::Unsaid,
            stage => stage,
        }
    };
    parts.iter().rev().map(of).find(|stage| *stage != Purpose::Unsaid).unwrap_or(Purpose::Unsaid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_part_decides() {
        let of = |path: &str| stage(&RepoPath::new(path));
        assert_eq!(of("deploy/größe/overlays/prod-eu"), Purpose::Production);
        assert_eq!(of("deploy/base"), Purpose::Unsaid);
        assert_eq!(of("prod/overlays/staging"), Purpose::Staging);
        assert_eq!(of("k8s/dev"), Purpose::Development);
    }
}
