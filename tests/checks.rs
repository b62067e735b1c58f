//! Every item's documentation examples and its cases under `tests/checks/<id>/` give the verdicts that they state.

#![allow(clippy::expect_used, reason = "a test that cannot read its own cases should stop")]

mod support;

use std::path::Path;

fn failures(id: &str, source: &str, markdown: &str) -> (usize, Vec<String>) {
    let projects = support::projects(markdown);
    let failures = projects
        .iter()
        .filter_map(|project| {
            let expected = &project.expected;
            if expected.verdict.is_none() && expected.notes.is_empty() {
                return Some(format!("{id}: {source}: {}: states no verdict", project.title));
            }
            support::check(id, project).err().map(|why| format!("{id}: {source}: {}: {why}", project.title))
        })
        .collect();
    (projects.len(), failures)
}

#[test]
fn documentation_examples() {
    let mut wrong = Vec::new();
    for item in prodcheck::items() {
        let (count, failures) = failures(item.id, "documentation", item.docs);
        wrong.extend(failures);
        if count < 2 {
            wrong.push(format!(
                "{}: the documentation has {count} examples; it needs a failing and a passing one",
                item.id
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/checks");
    let mut wrong = Vec::new();
    let mut known = 0;
    for item in prodcheck::items() {
        let Ok(entries) = std::fs::read_dir(folder.join(item.id)) else {
            wrong.push(format!("{}: no cases in tests/checks/{}", item.id, item.id));
            continue;
        };
        let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
        files.sort();
        for file in files {
            let markdown = std::fs::read_to_string(&file).expect("a readable case");
            let (count, failures) =
                failures(item.id, &file.file_name().unwrap_or_default().to_string_lossy(), &markdown);
            known += count;
            wrong.extend(failures);
        }
    }
    assert!(wrong.is_empty(), "{} of {known} cases:\n{}", wrong.len(), wrong.join("\n"));
}
