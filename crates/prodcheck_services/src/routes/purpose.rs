//! What the names of files, scripts and jobs, and the comments at the head of files, say they are for.

use prodcheck_facts::folders;
use prodcheck_source::RepoPath;

/// What something is for, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Production, releases, servers.
    Production,
    /// Nothing is said.
    Unsaid,
    /// A pattern to copy.
    Example,
    /// A stage before production.
    Staging,
    /// Tests and continuous integration.
    Test,
    /// Development.
    Development,
}

impl Purpose {
    /// Whether it is not for running the service for its users, a stage before production included.
    pub fn is_aside(self) -> bool {
        matches!(self, Self::Test | Self::Development)
    }
}

const PRODUCTION: &[&str] = &[
    "prod",
    "production",
    "prd",
    "live",
    "deploy",
    "deployment",
    "deployed",
    "release",
    "releases",
    "publish",
    "selfhost",
    "selfhosted",
    "selfhosting",
    "onprem",
    "cd",
    "ship",
];

const STAGING: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "preprod",
    "preproduction",
    "uat",
    "qa",
    "demo",
    "preview",
    "review",
    "sandbox",
    "nightly",
    "canary",
    "beta",
];

const TEST: &[&str] = &[
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "integration",
    "cypress",
    "playwright",
    "bench",
    "benchmark",
    "benchmarks",
    "perf",
    "loadtest",
    "mock",
    "mocks",
    "smoke",
    "acceptance",
    "unittest",
    "sonar",
    "coverage",
    "fixture",
    "fixtures",
    "lint",
    "jest",
    "vitest",
    "stub",
    "stubs",
];

const DEVELOPMENT: &[&str] = &[
    "dev",
    "devel",
    "develop",
    "development",
    "local",
    "localhost",
    "debug",
    "watch",
    "devcontainer",
    "gitpod",
    "debugger",
    "reload",
    "storybook",
];

const EXAMPLE: &[&str] = &["example", "examples", "sample", "samples", "template", "dist"];

/// What the words of a name say; of several the one that is farthest from production.
pub fn of_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Purpose {
    let mut found: Option<Purpose> = None;
    for word in words {
        let word = word.to_ascii_lowercase();
        // `test2` is a test; `e2e` is what it is.
        let word =
            if TEST.contains(&word.as_str()) { &word } else { word.trim_end_matches(|c: char| c.is_ascii_digit()) };
        let says = if DEVELOPMENT.contains(&word) {
            Purpose::Development
        } else if TEST.contains(&word) {
            Purpose::Test
        } else if STAGING.contains(&word) {
            Purpose::Staging
        } else if EXAMPLE.contains(&word) {
            Purpose::Example
        } else if PRODUCTION.contains(&word) {
            Purpose::Production
        } else {
            continue;
        };
        found = Some(found.map_or(says, |found| found.max(says)));
    }
    found.unwrap_or(Purpose::Unsaid)
}

/// The words of a name: `docker-compose.e2e.yml` has `docker`, `compose`, `e2e`, `yml`; `startDev` has `start`, `Dev`.
pub fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).flat_map(humps).filter(|word| !word.is_empty())
}

/// Cuts `camelCase` where a capital follows a small letter.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let next =
            rest.char_indices().zip(rest.chars().skip(1)).find(|((_, a), b)| a.is_lowercase() && b.is_uppercase());
        let end = next.map_or(rest.len(), |((at, a), _)| at + a.len_utf8());
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(word)
    })
}

/// What a configuration file's name and folders say it is for. A folder called `dev` says nothing.
pub fn of_file(path: &RepoPath) -> Purpose {
    let name = of_words(words(path.name()));
    let folder = path.parent();
    let in_folder = |names: &[&str]| folder.parts().any(|part| names.contains(&part));
    if in_folder(&[".devcontainer", ".gitpod", ".vscode", ".idea", ".codesandbox"]) {
        return Purpose::Development;
    }
    let tests = folders::is_test(path) || folder.parts().any(|part| of_words(words(part)) == Purpose::Test);
    if tests || in_folder(&[".github", ".circleci", ".gitlab", ".buildkite", ".drone"]) {
        return name.max(Purpose::Test);
    }
    if folders::is_example(path) || in_folder(&["docs", "doc", "documentation", "website"]) {
        return Purpose::Development;
    }
    if in_folder(&["tools", "tool", "scripts", "script", "hack"]) {
        return name.max(Purpose::Example);
    }
    let for_production = ["production", "prod", "deploy", "deployment", "selfhost", "self-host", "self-hosting"];
    if name == Purpose::Unsaid && in_folder(&for_production) { Purpose::Production } else { name }
}

/// Whether a comment at the head of a file says that it is not for production: it forbids it, or names development or
/// tests as what it is for. A hint at another file is none.
pub fn is_aside(comment: &str) -> bool {
    let text = comment.to_lowercase().replace(['\n', '\t'], " ").replace('’', "'");
    let sentences = || text.split(['.', '!', ';', '?']).map(|sentence| sentence.split_whitespace().collect::<Vec<_>>());
    if sentences().any(|words| forbids_production(&words)) {
        return true;
    }
    // Names of files hold dots: they are looked for in the whole comment.
    let names_a_file = |words: &[&str]| {
        words.iter().any(|word| {
            ["compose", "dockerfile", "yml", "yaml", "npm", "yarn", "pnpm", "make"]
                .iter()
                .any(|name| word.contains(name))
        })
    };
    let speaks_of_production = sentences().any(|words| {
        words.iter().map(|word| clean(word)).any(|word| word.starts_with("production") || word.starts_with("self-host"))
    });
    !speaks_of_production
        && comment.lines().map(str::to_lowercase).any(|line| {
            // A list tells of parts of the file.
            if line.trim_start().starts_with(['-', '*', '•']) && !line.trim_start().starts_with("--") {
                return false;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            is_for_development(&words) && (!refers_elsewhere(&words) || !names_a_file(&words))
        })
}

fn clean(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'')
}

/// `not for production`, `do not use this in production`, `not suitable for production use`, `never run in prod`.
fn forbids_production(words: &[&str]) -> bool {
    const FORBIDS: &[&str] =
        &["not", "never", "don't", "dont", "doesn't", "isn't", "shouldn't", "cannot", "avoid", "no"];
    const BETWEEN: &[&str] = &[
        "use",
        "used",
        "run",
        "deploy",
        "deployed",
        "intended",
        "meant",
        "suitable",
        "recommended",
        "ready",
        "safe",
        "secure",
        "for",
        "in",
        "on",
        "to",
        "be",
        "the",
        "a",
        "this",
        "that",
        "these",
        "it",
        "file",
        "files",
        "setup",
        "configuration",
        "compose",
        "config",
        "any",
        "as",
        "is",
        "an",
        "your",
        "production-ready",
        "using",
        "stack",
        "image",
        "environment",
        "environments",
        "with",
        "designed",
        "fit",
        "should",
        "by",
        "supported",
    ];
    words.iter().enumerate().any(|(at, word)| {
        if !FORBIDS.contains(&clean(word)) {
            return false;
        }
        words
            .iter()
            .skip(at + 1)
            .take(10)
            .map(|word| clean(word))
            .find(|word| !BETWEEN.contains(word))
            .is_some_and(|word| word.starts_with("production") || word == "prod")
    })
}

/// `for development`, `for local testing only`, `dev compose file`, `development environment`.
fn is_for_development(words: &[&str]) -> bool {
    const MEANT: &[&str] = &[
        "development",
        "dev",
        "develop",
        "testing",
        "tests",
        "test",
        "debugging",
        "e2e",
        "demo",
        "learning",
        "ci",
        "integration",
    ];
    const FILLS: &[&str] =
        &["local", "the", "our", "your", "running", "use", "in", "unit", "end-to-end", "purposes", "a", "and"];
    const THINGS: &[&str] = &[
        "compose",
        "docker-compose",
        "dockerfile",
        "environment",
        "setup",
        "stack",
        "only",
        "services",
        "configuration",
        "image",
        "container",
        "containers",
        "purposes",
        "use",
        "file",
        "server",
    ];
    let word_at = |at: usize| words.get(at).map(|word| clean(word));
    (0..words.len()).any(|at| match word_at(at) {
        Some("for" | "during") => {
            let next = words.iter().skip(at + 1).take(4).map(|word| clean(word)).find(|word| !FILLS.contains(word));
            next.is_some_and(|word| MEANT.contains(&word))
                || (word_at(at + 1) == Some("local") && word_at(at + 2) == Some("use"))
        }
        Some(word) if MEANT.contains(&word) => word_at(at + 1).is_some_and(|next| THINGS.contains(&next)),
        _ => false,
    })
}

/// Whether a line sends its reader to something else: `for development use …`, `see …`.
fn refers_elsewhere(words: &[&str]) -> bool {
    const REFERS: &[&str] =
        &["use", "see", "run", "instead", "refer", "check", "start", "extend", "override", "overridden", "extended"];
    words.iter().any(|word| REFERS.contains(&clean(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Purpose {
        of_file(&RepoPath::new(path))
    }

    #[test]
    fn names_of_files() {
        for path in [
            "docker-compose.dev.yml",
            "compose.local.yaml",
            ".devcontainer/docker-compose.yml",
            "Dockerfile.development",
            "examples/a/compose.yaml",
            "docs/compose.yaml",
        ] {
            assert_eq!(file(path), Purpose::Development, "{path}");
        }
        for path in [
            "compose.test.yaml",
            "docker-compose.relational.ci.yaml",
            "relational.e2e.Dockerfile",
            "test-migrations/docker-compose.yml",
            ".github/docker-compose.yml",
            "tests/compose.yaml",
        ] {
            assert_eq!(file(path), Purpose::Test, "{path}");
        }
        for path in [
            "docker-compose.prod.yml",
            "compose.production.yaml",
            "Dockerfile.release",
            "docker/production/compose.yml",
        ] {
            assert_eq!(file(path), Purpose::Production, "{path}");
        }
        for path in [
            "docker-compose.yml",
            "dev/build/Dockerfile",
            "docker-compose-enterprise.yml",
            "latest/compose.yaml",
            "contest/Dockerfile",
        ] {
            assert_eq!(file(path), Purpose::Unsaid, "{path}");
        }
        assert_eq!(file("docker-compose.staging.yml"), Purpose::Staging);
        assert_eq!(file("docker-compose.example.yml"), Purpose::Example);
        assert_eq!(file("docker-compose.prod.test.yml"), Purpose::Test);
    }

    #[test]
    fn words_of_names() {
        let all = |name: &'static str| words(name).collect::<Vec<_>>();
        assert_eq!(all("docker:prod-up"), ["docker", "prod", "up"]);
        assert_eq!(all("startDevÜber_x2"), ["start", "Dev", "Über", "x2"]);
        assert_eq!(all("e2eTest"), ["e2e", "Test"]);
        assert_eq!(of_words(words("deploy:production")), Purpose::Production);
    }

    #[test]
    fn comments_that_keep_a_file_off_production() {
        for comment in [
            "This docker compose setup configures:\n- the server\n\nNOTE: please do not use this configuration for production setups.",
            "-- DEV DOCKER-COMPOSE --\n-- DO NOT USE IN PRODUCTION! --",
            "NOT for production",
            "é This file isn't intended for production use.",
            "Don’t run this in production",
            "For local development only",
            "Development environment",
            "docker compose file for running integration tests",
            "Used for e2e testing",
            "This is intended to be used for demo, development, and learning\npurposes only.",
            "Not recommended to be used in production.",
        ] {
            assert!(is_aside(comment), "{comment}");
        }
    }

    #[test]
    fn comments_that_do_not() {
        for comment in [
            "Production compose file. Do not use the default password",
            "For development use docker-compose.dev.yml",
            "See docker-compose.dev.yml for development",
            "This is the production setup; for development, use compose.dev.yaml",
            "Do not edit: generated",
            "Copyright Acme, not for resale",
            "Run `docker compose up -d` to deploy",
            "",
            "The developer's guide stands in the wiki",
            "Profiles:\n- default: everything\n- just-backend: all but the webapp for local development",
            "To make it easier to self-host, we have a preset.\nFor local development set DEV=1",
            "build the app for production, then test the image",
        ] {
            assert!(!is_aside(comment), "{comment}");
        }
    }
}
