//! Literals in server code that belong into its configuration: credentials, fallbacks of secrets, addresses of one
//! environment, ports, the product's own address.
//!
//! The value of a credential never leaves this topic: what is shown is its kind and its name.

mod address;
mod credential;
mod data;
mod name;
mod options;
#[cfg(test)]
mod tests;
mod text;

use crate::{Conditions, Reach, Reading};
use prodcheck_formats::javascript::ExprId;
use prodcheck_program::program::ModuleId;
use prodcheck_source::Place;
use std::collections::BTreeMap;

/// The literals, by file and place; each place once.
#[derive(Debug, Clone, Default)]
pub struct Literals {
    /// The literals.
    pub found: Vec<Literal>,
}

/// A literal that belongs into the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Where it stands.
    pub place: Place,
    /// What it is called here, or what of it may be shown: a name, a host; never the value of a credential.
    pub shown: String,
    /// The switch that has to be turned on for it to count; it is off by default.
    pub behind: Option<String>,
}

/// What a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiteralKind {
    /// A key in the format of this issuer.
    Key(&'static str),
    /// A password, secret or key, by its name.
    Credential,
    /// What counts as a secret where its variable is not set.
    Fallback,
    /// A secret that a library is given to sign or encrypt with.
    Signing,
    /// An address that holds a password.
    Connection,
    /// The address of a database, a cache or a broker.
    Service,
    /// A local or internal address that is called.
    Internal,
    /// The host of a named environment of an API.
    NamedEnvironment,
    /// The product's own address, in a mail or a redirect.
    Own,
    /// The port that the server listens on.
    Port,
}

/// Reads the literals of server code.
pub fn read(reading: &Reading<'_>) -> Literals {
    let bare = Conditions { variables: BTreeMap::new(), examples: BTreeMap::new(), ..reading.conditions.clone() };
    let mut finder = Finder { reading, unset: Reading::new(reading.program, &bare), found: BTreeMap::new() };
    options::read(&mut finder);
    credential::read(&mut finder);
    address::read(&mut finder);
    data::read(&mut finder);
    Literals { found: finder.found.into_values().collect() }
}

/// What collects the literals.
struct Finder<'r, 'a> {
    reading: &'r Reading<'a>,
    /// The same program where no variable is set: what counts then is a default.
    unset: Reading<'a>,
    found: BTreeMap<Place, Literal>,
}

impl Finder<'_, '_> {
    /// Adds a literal, where production comes to it and nothing better is known of the place.
    fn add(&mut self, at: ModuleId, expr: ExprId, kind: LiteralKind, shown: impl Into<String>) {
        let Some(module) = self.reading.program.module(at) else { return };
        if self.reading.reach(at, expr) == Reach::Never || self.is_aside(at) {
            return;
        }
        let place = self.reading.place(at, module.span(expr));
        let behind = name::switch_around(module, expr);
        self.found.entry(place.clone()).or_insert_with(|| Literal { kind, place, shown: shown.into(), behind });
    }

    /// Whether a module holds texts for people, or data of another kind than configuration.
    fn is_aside(&self, at: ModuleId) -> bool {
        const FOLDERS: &[&str] = &[
            "locales",
            "locale",
            "i18n",
            "lang",
            "languages",
            "translations",
            "migrations",
            "seeds",
            "seeders",
            "fixtures",
            "mocks",
            "__mocks__",
            "swagger",
            "openapi",
        ];
        let Some(path) = self.reading.program.path(at) else { return true };
        path.as_str()
            .split('/')
            .any(|part| FOLDERS.contains(&part) || part.contains(".swagger.") || part.contains(".mock."))
    }
}
