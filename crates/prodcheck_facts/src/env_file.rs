//! Environment files (`.env` and its kin): what they are for, by their names, and what they set.
//!
//! Encrypted ones: <https://dotenvx.com/docs/concepts/encryption>, <https://getsops.io/docs/#encrypting-using-dotenv-format>.

use prodcheck_formats::dotenv::{self, Dialect};
use prodcheck_source::{RepoPath, Spanned};

/// An environment file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// What it is for, by its name.
    pub purpose: Purpose,
    /// What keeps its values secret; `None` where any value but an empty one stands there to be read.
    pub encryption: Option<Encryption>,
    /// Its variables as dotenv and Node.js read them, in the order of the text; of a repeated one the last counts.
    pub variables: Vec<EnvVariable>,
    /// Its variables as compose reads them.
    pub for_compose: Vec<EnvVariable>,
}

/// A variable of an environment file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvVariable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value, `$OTHER` in it as written; `None` where the file leaves it to whoever runs compose.
    pub value: Option<Spanned<String>>,
    /// Whether the value is encrypted.
    pub is_encrypted: bool,
}

/// What an environment file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It shows which variables there are (`.env.example`).
    Example,
    /// It is for tests or CI.
    Tests,
    /// It is for development.
    Development,
    /// It is for production, or for whatever reads it.
    Use,
}

/// What keeps values secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// dotenvx: `encrypted:…`.
    Dotenvx,
    /// sops: `ENC[…]`.
    Sops,
    /// `.env.vault`.
    DotenvVault,
}

/// Parts of names that make a file an example.
pub const EXAMPLE: [&str; 10] =
    ["example", "examples", "sample", "template", "tmpl", "dist", "default", "defaults", "schema", "tpl"];

/// Parts of names of files for tests and CI.
const TESTS: [&str; 7] = ["test", "tests", "testing", "e2e", "ci", "cypress", "integration"];

/// Parts of names of files for development.
const DEVELOPMENT: [&str; 4] = ["dev", "devel", "develop", "development"];

/// Endings of files that are named like these and are something else.
const FOREIGN: [&str; 19] = [
    "cjs", "css", "cts", "go", "html", "js", "json", "jsx", "md", "mjs", "mts", "php", "ps1", "py", "rb", "sh", "toml",
    "ts", "tsx",
];

impl EnvFile {
    /// What a variable is set to; of a repeated one the last.
    pub fn variable(&self, name: &str) -> Option<&EnvVariable> {
        self.variables.iter().rev().find(|variable| variable.name.value == name)
    }
}

/// Whether it is named like an environment file: `.env`, `.env.production`, `prod.env`, `env.example`.
pub fn is_env_file(path: &RepoPath) -> bool {
    let name = path.name();
    let foreign = path.extension().is_some_and(|extension| FOREIGN.contains(&extension));
    let dotted = name.strip_prefix(".env").is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']));
    let ends = name.strip_suffix(".env").is_some_and(|stem| !stem.is_empty());
    let example = name.strip_prefix("env").is_some_and(|rest| rest.starts_with(['.', '-', '_']));
    !foreign && (dotted || ends || example && purpose(path) == Purpose::Example)
}

/// What an environment file is for, by the parts of its name.
pub fn purpose(path: &RepoPath) -> Purpose {
    let name = path.name().to_ascii_lowercase();
    let has = |words: &[&str]| name.split(['.', '-', '_']).any(|part| words.contains(&part));
    if has(&EXAMPLE) {
        Purpose::Example
    } else if has(&TESTS) {
        Purpose::Tests
    } else if has(&DEVELOPMENT) {
        Purpose::Development
    } else {
        Purpose::Use
    }
}

/// Reads an environment file. Lines that are no assignment are no notes: every reader skips them.
pub fn read(path: &RepoPath, text: &str) -> EnvFile {
    let read = |dialect| dotenv::parse(text, dialect).tree.into_iter().map(EnvVariable::of).collect::<Vec<_>>();
    let variables = read(Dialect::Node);
    EnvFile {
        purpose: purpose(path),
        encryption: encryption(&variables),
        for_compose: read(Dialect::Compose),
        variables,
    }
}

impl EnvVariable {
    fn of(variable: dotenv::Variable) -> Self {
        let is_encrypted =
            variable.value.as_ref().is_some_and(|value| encrypted_by(&variable.key.value, &value.value).is_some());
        Self { name: variable.key, value: variable.value, is_encrypted }
    }
}

fn encrypted_by(name: &str, value: &str) -> Option<Encryption> {
    if value.starts_with("encrypted:") {
        Some(Encryption::Dotenvx)
    } else if value.starts_with("ENC[") && value.ends_with(']') {
        Some(Encryption::Sops)
    } else if name.starts_with("DOTENV_VAULT_") {
        Some(Encryption::DotenvVault)
    } else {
        None
    }
}

/// The variables by which the tools themselves know the file.
fn is_of_tool(name: &str) -> bool {
    name.starts_with("DOTENV_PUBLIC_KEY") || name.starts_with("sops_")
}

fn encryption(variables: &[EnvVariable]) -> Option<Encryption> {
    let mut found = None;
    for variable in variables.iter().filter(|variable| !is_of_tool(&variable.name.value)) {
        let value = variable.value.as_ref().map_or("", |value| value.value.as_str());
        if !value.is_empty() {
            found = Some(encrypted_by(&variable.name.value, value)?);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> RepoPath {
        RepoPath::new(name)
    }

    fn file(name: &str, text: &str) -> EnvFile {
        read(&path(name), text)
    }

    #[test]
    fn knows_files_by_name_and_what_they_are_for() {
        for (name, purpose) in [
            (".env", Some(Purpose::Use)),
            ("apps/api/.env.production", Some(Purpose::Use)),
            (".env.local", Some(Purpose::Use)),
            ("prod.env", Some(Purpose::Use)),
            (".env.vault", Some(Purpose::Use)),
            (".env.example", Some(Purpose::Example)),
            (".env.dev.default", Some(Purpose::Example)),
            ("sample.env", Some(Purpose::Example)),
            (".env-example", Some(Purpose::Example)),
            ("env.example", Some(Purpose::Example)),
            (".env.test", Some(Purpose::Tests)),
            ("docker/ci.env", Some(Purpose::Tests)),
            (".env.development", Some(Purpose::Development)),
            (".envrc", None),
            (".environment", None),
            ("env.ts", None),
            ("src/example.env.ts", None),
            ("env.production", None),
            ("docs/.env.md", None),
        ] {
            let found = is_env_file(&path(name)).then(|| super::purpose(&path(name)));
            assert_eq!(found, purpose, "{name}");
        }
    }

    #[test]
    fn reads_variables_as_each_reader_does() {
        let text = "# é\nLOG_LEVEL=info\nexport URL=https://ä/#a\nALONE\nLOG_LEVEL=warn\n";
        let file = file(".env.example", text);
        let level = file.variable("LOG_LEVEL").and_then(|variable| variable.value.as_ref()).expect("there");
        assert_eq!(level.value, "warn");
        assert_eq!(text.get(level.span.range()), Some("warn"));
        let url = |variables: &[EnvVariable]| variables[1].value.as_ref().map(|value| value.value.clone());
        assert_eq!(url(&file.variables).as_deref(), Some("https://ä/"));
        assert_eq!(url(&file.for_compose).as_deref(), Some("https://ä/#a"));
        assert_eq!((file.variables.len(), file.for_compose.len()), (3, 4));
        assert_eq!(file.encryption, None);
    }

    #[test]
    fn knows_encrypted_files_from_half_encrypted_ones() {
        let dotenvx = "DOTENV_PUBLIC_KEY=\"03ab\"\nA=\"encrypted:Bé==\"\nEMPTY=\n";
        assert_eq!(file(".env", dotenvx).encryption, Some(Encryption::Dotenvx));
        assert_eq!(file(".env", &format!("{dotenvx}B=plain\n")).encryption, None);
        assert!(file(".env", &format!("{dotenvx}B=plain\n")).variable("A").is_some_and(|found| found.is_encrypted));
        let sops = "A=ENC[AES256_GCM,data:x,type:str]\nsops_version=3.8.1\n";
        assert_eq!(file("prod.env", sops).encryption, Some(Encryption::Sops));
        let vault = "#/---\nDOTENV_VAULT_PRODUCTION=\"x5\"\n";
        assert_eq!(file(".env.vault", vault).encryption, Some(Encryption::DotenvVault));
        assert_eq!(file(".env", "").encryption, None);
    }
}
