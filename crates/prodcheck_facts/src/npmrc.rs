//! `.npmrc` files: the settings of npm and pnpm for a project.
//!
//! Sources: <https://docs.npmjs.com/cli/v11/configuring-npm/npmrc>, <https://pnpm.io/9.x/npmrc>.

use prodcheck_formats::ini::{self, Dialect};
use prodcheck_source::{RepoPath, Spanned};

/// What one `.npmrc` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Npmrc {
    /// Its settings in the order of the text.
    pub settings: Vec<Setting>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name, as written.
    pub key: Spanned<String>,
    /// Its value without quotes; `true` for a name alone.
    pub value: Spanned<String>,
}

impl Npmrc {
    /// A setting by its name; of a repeated one the last.
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().rev().find(|setting| setting.key.value == key)
    }
}

/// Whether a file is npm's by its name.
pub fn is_npmrc(path: &RepoPath) -> bool {
    path.name() == ".npmrc"
}

/// Reads an `.npmrc`. Lines that are no settings are no notes: npm reads over them.
pub fn read(text: &str) -> Npmrc {
    let tree = ini::parse(text, Dialect::Npm).tree;
    let entries = tree.sections.iter().filter(|section| section.name.is_empty()).flat_map(|section| &section.entries);
    let setting = |entry: &ini::Assignment| Setting {
        key: entry.key.clone(),
        value: Spanned::new(entry.text().to_owned(), entry.value_span),
    };
    Npmrc { settings: entries.map(setting).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_by_name() {
        let text = "; ü\nuse-node-version=20.11.1\nengine-strict = true\n//registry.example/:_authToken=${TOKEN}\npackage-lock=true\npackage-lock=false # why\n";
        let npmrc = read(text);
        let of = |key: &str| npmrc.get(key).map(|setting| setting.value.value.as_str());
        assert_eq!((of("use-node-version"), of("engine-strict")), (Some("20.11.1"), Some("true")));
        assert_eq!((of("package-lock"), of("ü")), (Some("false"), None));
        let span = npmrc.get("use-node-version").map(|setting| setting.value.span.range());
        assert_eq!(span.and_then(|span| text.get(span)), Some("20.11.1"));
        assert!(is_npmrc(&"api/.npmrc".into()) && !is_npmrc(&"npmrc".into()));
    }
}
