//! The conditions under which the code is judged: production's environment, the entry points, the packages' versions.

use crate::settle::is_credential;
use prodcheck_source::{Place, RepoPath};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of the way in which production runs the code.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// The variables that the main route's own files set.
    pub variables: BTreeMap<String, Variable>,
    /// The modules that production starts.
    pub entries: Vec<RepoPath>,
    /// The packages that the service depends on, with the ranges of their versions as `package.json` spells them.
    pub dependencies: BTreeMap<String, String>,
    /// The modules that the runtime loads before the entries (`--require`, `--import`), as written, and where.
    pub preloads: Vec<(String, Place)>,
    /// The values of variables in an example of an environment file that the code loads and that is not tracked.
    pub examples: BTreeMap<String, Variable>,
    /// What the files that node-config loads in production say, by dotted key.
    pub settings: BTreeMap<String, SettingOfFile>,
    /// The kinds of databases that the service's Prisma schemas name: `postgresql`, `sqlite`.
    pub prisma_providers: BTreeSet<String>,
    /// What other data files say that the code loads, by dotted key, in the order of the text.
    pub data: Vec<(String, SettingOfFile)>,
}

/// A setting of a configuration file.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingOfFile {
    /// Its value.
    pub value: SettingValue,
    /// Where it stands.
    pub place: Place,
}

/// The value of a setting of a configuration file.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// `null`.
    Null,
    /// An environment variable, and what counts where it is not set.
    Variable(String, Option<String>),
}

/// An environment variable that production sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its value; `None` where the repository does not show it.
    pub text: Option<String>,
    /// Where it is set.
    pub place: Option<Place>,
}

impl Conditions {
    /// The value of a variable in production. `NODE_ENV` is `production` unless the route says otherwise, for what it
    /// chooses is judged by its production branch.
    pub fn variable(&self, name: &str) -> Known<'_> {
        match self.variables.get(name) {
            Some(Variable { text: Some(text), .. }) if name != "NODE_ENV" => Known::Text(text),
            Some(_) if name != "NODE_ENV" => Known::Secret,
            _ if name == "NODE_ENV" => Known::Text("production"),
            _ => match self.examples.get(name) {
                // An example holds switches and levels as they are meant; its addresses and secrets are made up.
                Some(Variable { text: Some(text), .. }) if !text.is_empty() && !is_credential(name) => {
                    Known::Text(text)
                }
                _ => Known::Unset,
            },
        }
    }

    /// The least major version that a dependency's range allows; `None` where it is no dependency or the range does not
    /// begin with a number (`latest`, `workspace:*`, a URL).
    pub fn major(&self, package: &str) -> Option<u32> {
        let range = self.dependencies.get(package)?;
        let range =
            range.strip_prefix("npm:").map_or(range.as_str(), |alias| alias.rsplit('@').next().unwrap_or(alias));
        let digits: String = range
            .trim_start_matches(['^', '~', '>', '=', '<', 'v', ' '])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    }
}

/// What is known of a variable's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    /// This text.
    Text(&'a str),
    /// It is set, to something that the repository does not show.
    Secret,
    /// No file of the route sets it.
    Unset,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_of_ranges() {
        let of = |range: &str| Conditions {
            dependencies: [("a".to_owned(), range.to_owned())].into(),
            ..Conditions::default()
        };
        for (range, major) in [
            ("^4.17.1", Some(4)),
            (">=5 <6", Some(5)),
            ("npm:other@^7.0.0", Some(7)),
            ("v3", Some(3)),
            ("latest", None),
            ("workspace:*", None),
        ] {
            assert_eq!(of(range).major("a"), major, "{range}");
        }
    }
}
