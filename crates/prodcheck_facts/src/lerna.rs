//! `lerna.json`: the folders of a monorepo's packages.
//!
//! Source: <https://lerna.js.org/docs/api-reference/configuration>.

use crate::fields::text;
use prodcheck_formats::json;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Spanned};

/// What one `lerna.json` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lerna {
    /// Patterns of the packages' folders; `None` where the package manager's workspaces count.
    pub packages: Option<Vec<Spanned<String>>>,
}

/// Whether a file is Lerna's.
pub fn is_lerna(path: &RepoPath) -> bool {
    path.name() == "lerna.json"
}

/// Reads a `lerna.json`.
pub fn read(content: &str) -> (Lerna, Vec<Note>) {
    let parsed = json::parse(content);
    let packages = parsed.tree.get("packages").map(|node: &Node| node.items().iter().filter_map(text).collect());
    (Lerna { packages }, parsed.notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_folders() {
        let (lerna, _) = read(r#"{ "version": "independent", "packages": ["services/*", 5] }"#);
        assert_eq!(lerna.packages.map(|packages| packages.len()), Some(1));
        assert_eq!(read(r#"{ "version": "1.0.0" }"#).0.packages, None);
    }
}
