//! What the names of folders and files say about the code in them: foreign, test, example, tooling.

use prodcheck_source::RepoPath;

/// Folders of code that others wrote: installed packages and vendored copies.
const FOREIGN: &[&str] =
    &["node_modules", "bower_components", "jspm_packages", "vendor", "third_party", ".git", ".yarn", ".pnpm-store"];

/// Folders of input for tests: broken on purpose, or of projects that nobody runs.
const FIXTURES: &[&str] = &["fixtures", "__fixtures__", "testdata", "test-fixtures", "__snapshots__"];

/// Folders of tests.
const TESTS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__test__",
    "__mocks__",
    "spec",
    "specs",
    "e2e",
    "e2e-tests",
    "integration_tests",
    "integration-tests",
    "test-utils",
    "cypress",
    "playwright",
];

/// Folders of projects that show or seed others: examples, templates, generators' input.
const EXAMPLES: &[&str] = &[
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "template",
    "templates",
    "boilerplate",
    "boilerplates",
    "starters",
    "playground",
    "playgrounds",
    "sandbox",
    "benchmark",
    "benchmarks",
    "_templates",
    ".devcontainer",
    ".hygen",
];

fn has_folder(path: &RepoPath, names: &[&str]) -> bool {
    path.parent().parts().any(|part| names.iter().any(|name| part.eq_ignore_ascii_case(name)))
}

/// Whether it lies in a folder of installed or vendored code.
pub fn is_foreign(path: &RepoPath) -> bool {
    has_folder(path, FOREIGN)
}

/// Whether it lies in a folder of input for tests.
pub fn is_fixture(path: &RepoPath) -> bool {
    has_folder(path, FIXTURES)
}

/// Whether it is a test, or lies in a folder of tests or their input.
pub fn is_test(path: &RepoPath) -> bool {
    has_folder(path, TESTS) || is_fixture(path) || is_test_name(path.name())
}

/// Whether it is surely written for tests, whatever imports it: by its own name, or by a folder that has no other use.
pub fn is_test_file(path: &RepoPath) -> bool {
    has_folder(path, &["__tests__", "__test__", "__mocks__", "__fixtures__"]) || is_test_name(path.name())
}

/// Whether it lies in a folder of examples, templates, demos or benchmarks.
pub fn is_example(path: &RepoPath) -> bool {
    // `push-examples`, `plugin-samples`.
    let ends_so = |part: &str| ["-examples", "-example", "-samples", "_examples"].iter().any(|end| part.ends_with(end));
    has_folder(path, EXAMPLES) || path.parent().parts().any(ends_so)
}

/// `a.test.ts`, `a.spec.js`, `a.e2e-spec.ts`, `a.stories.tsx`, `a.bench.ts`, `a.cy.ts`, `a.fixture.ts`.
fn is_test_name(name: &str) -> bool {
    const MARKS: &[&str] = &["test", "spec", "e2e-spec", "e2e", "stories", "story", "bench", "cy", "fixture", "mock"];
    name.split('.').skip(1).any(|part| MARKS.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_speak_for_what_lies_in_them_only() {
        assert!(is_foreign(&"apps/api/node_modules/x/package.json".into()));
        assert!(is_fixture(&"src/__fixtures__/broken.json".into()));
        assert!(is_test(&"api/Tests/server.ts".into()) && is_test(&"src/app.spec.ts".into()));
        assert!(!is_test(&"src/test.ts".into()) && !is_test(&"contest/a.ts".into()));
        assert!(
            is_example(&"examples/basic/package.json".into())
                && is_example(&"extra/push-examples/a/b.js".into())
                && !is_example(&"examples".into())
        );
        assert!(!is_foreign(&"vendor.js".into()));
    }
}
