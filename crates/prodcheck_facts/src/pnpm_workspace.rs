//! `pnpm-workspace.yaml`: the folders of a pnpm workspace's packages.
//!
//! Source: <https://pnpm.io/pnpm-workspace_yaml>.

use crate::fields::text;
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Spanned};

/// What one `pnpm-workspace.yaml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PnpmWorkspace {
    /// Patterns of the packages' folders; one that starts with `!` takes folders out. The root always belongs to it.
    pub packages: Vec<Spanned<String>>,
}

/// Whether a file is pnpm's.
pub fn is_pnpm_workspace(path: &RepoPath) -> bool {
    matches!(path.name(), "pnpm-workspace.yaml" | "pnpm-workspace.yml")
}

/// Reads a `pnpm-workspace.yaml`.
pub fn read(content: &str) -> (PnpmWorkspace, Vec<Note>) {
    let parsed = yaml::parse(content);
    let packages = parsed.tree.first().and_then(|document| document.get("packages"));
    let packages = packages.map_or(&[][..], Node::items).iter().filter_map(text).collect();
    (PnpmWorkspace { packages }, parsed.notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_patterns_in_order() {
        let content = "# größe\npackages:\n  - 'apps/*'\n  - \"!**/test/**\"\n  - libs/**\ncatalog:\n  react: ^19\n";
        let (workspace, notes) = read(content);
        assert_eq!(notes, []);
        let patterns: Vec<_> = workspace.packages.iter().map(|pattern| pattern.value.as_str()).collect();
        assert_eq!(patterns, ["apps/*", "!**/test/**", "libs/**"]);
        let last = workspace.packages.last().map(|pattern| pattern.span.range());
        assert_eq!(last.and_then(|range| content.get(range)), Some("libs/**"));
    }

    #[test]
    fn a_file_of_settings_alone_names_no_folders() {
        assert!(read("onlyBuiltDependencies:\n  - esbuild\n").0.packages.is_empty());
        assert!(read("").0.packages.is_empty());
    }
}
