//! Shell code in the values of YAML files: texts, and lists of lines that one shell runs.

use super::commands::Commands;
use super::github_actions::known;
use super::{ScriptCommand, Variable};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::value::Node;
use prodcheck_source::{RepoPath, Span};

/// The values of one file.
#[derive(Clone, Copy)]
pub(super) struct Shells<'a> {
    /// The file.
    pub path: &'a RepoPath,
    /// Its text.
    pub source: &'a str,
}

impl Shells<'_> {
    /// The commands of texts and lists of texts, all run by one shell in order.
    pub fn commands(
        self,
        nodes: &[&Node],
        variables: &[Variable],
        folder: Option<&str>,
        remote: bool,
    ) -> Vec<ScriptCommand> {
        let mut all = Excerpt::default();
        for node in nodes {
            for item in flat(node) {
                let Some(value) = item.as_str() else { continue };
                let excerpt = Excerpt::aligned(self.source, item.span, value);
                all.push_from(&excerpt, 0, value.len());
                all.push_opaque("\n", Span::at(item.span.end as usize));
            }
        }
        let mut commands = Vec::new();
        let folder = folder.map(str::to_owned);
        Commands::new(self.path)
            .in_folder(folder)
            .on_other_machine(remote)
            .with(known(variables))
            .read(&all, &mut commands);
        commands
    }
}

/// A text, or the texts of a list, nested ones included.
fn flat(node: &Node) -> Vec<&Node> {
    if node.items().is_empty() {
        return vec![node];
    }
    node.items()
        .iter()
        .flat_map(|item| if item.items().is_empty() { vec![item] } else { item.items().iter().collect() })
        .collect()
}
