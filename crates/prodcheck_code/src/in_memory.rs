//! Programs in memory, for tests.

use crate::{Conditions, Reading, Variable};
use prodcheck_facts::FactStore;
use prodcheck_program::{Layout, ModuleGraph, Program, Sources};
use prodcheck_source::{FileSet, FileState, RepoPath, SourceText};

/// Asks something of a program: its files, the first one the entry, and the variables that production sets.
pub(crate) fn ask<T>(
    files: &[(&str, &str)],
    variables: &[(&str, &str)],
    question: impl FnOnce(&Reading<'_>) -> T,
) -> T {
    let mut set = FileSet::new(files.iter().map(|(path, _)| RepoPath::new(path)));
    let mut facts = FactStore::default();
    for (path, text) in files {
        let path = RepoPath::new(path);
        let text = SourceText::new(*text);
        facts.insert(path.clone(), prodcheck_facts::gather(&path, &text));
        set.set(path, FileState::Text(text));
    }
    let sources = Sources { files: &set, facts: &facts };
    let layout = Layout::of(sources);
    let mut graph = ModuleGraph::default();
    let entry: RepoPath = files[0].0.into();
    graph.start_from(&entry);
    assert!(graph.advance(&layout, sources).is_empty());
    let reached = graph.reached_from([&entry]);
    let program = Program::link(&graph, &reached, sources);
    let variables = variables
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Variable { text: Some((*text).to_owned()), place: None }))
        .collect();
    let manifest = facts.package(&"package.json".into());
    let dependencies = manifest.into_iter().flat_map(|package| &package.dependencies);
    let dependencies = dependencies.map(|one| (one.name.value.clone(), one.range.value.clone())).collect();
    let conditions = Conditions { variables, entries: vec![entry], dependencies, ..Conditions::default() };
    question(&Reading::new(&program, &conditions))
}
