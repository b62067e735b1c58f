//! What a file says on one question: the value, or that it says nothing, or that nobody can tell.

use prodcheck_source::Place;

/// A remark on a setting that becomes a warning beside the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caveat {
    /// What should be known: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where; `None` where the setting's own place says it.
    pub place: Option<Place>,
}

/// One layer's answer to one question, such as "what is the memory limit?".
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Setting<T> {
    /// The tool has no say in it: neither its file nor its nature answers.
    #[default]
    Silent,
    /// The file could say it, and does not; the tool's default is no answer.
    Missing {
        /// Where it belongs.
        place: Place,
        /// The key to write there, as the tool spells it.
        key: String,
    },
    /// The file says it.
    Set {
        /// The value.
        value: T,
        /// Where it is said.
        place: Place,
        /// The setting as written, short: `restart: always`.
        shown: String,
        /// Remarks on it.
        caveats: Vec<Caveat>,
    },
    /// The tool does it by itself, without being told.
    BuiltIn {
        /// The value.
        value: T,
        /// Where the tool is declared.
        place: Place,
        /// Who does what, as a sentence fragment: "Kubernetes restarts failed containers with a growing delay".
        by: String,
    },
    /// The file says something that only running it would tell.
    Unknown {
        /// Where.
        place: Place,
        /// What stands there, short.
        shown: String,
    },
}

impl<T> Setting<T> {
    /// A value that the file sets, without remarks.
    pub fn set(value: T, place: Place, shown: impl Into<String>) -> Self {
        Self::Set { value, place, shown: shown.into(), caveats: Vec::new() }
    }

    /// A place where the key belongs.
    pub fn missing(place: Place, key: impl Into<String>) -> Self {
        Self::Missing { place, key: key.into() }
    }

    /// What the tool does by itself.
    pub fn built_in(value: T, place: Place, by: impl Into<String>) -> Self {
        Self::BuiltIn { value, place, by: by.into() }
    }

    /// Something that cannot be told.
    pub fn unknown(place: Place, shown: impl Into<String>) -> Self {
        Self::Unknown { place, shown: shown.into() }
    }

    /// Adds a remark to a set value; other answers stay as they are.
    #[must_use]
    pub fn caveat(mut self, message: impl Into<String>, place: Option<Place>) -> Self {
        if let Self::Set { caveats, .. } = &mut self {
            caveats.push(Caveat { message: message.into(), place });
        }
        self
    }

    /// The value, set or built in.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Set { value, .. } | Self::BuiltIn { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The place, where there is one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Silent => None,
            Self::Missing { place, .. }
            | Self::Set { place, .. }
            | Self::BuiltIn { place, .. }
            | Self::Unknown { place, .. } => Some(place),
        }
    }
}
