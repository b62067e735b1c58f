//! What a check ends in: an outcome with its reason, its places, and how to mend it.

use prodcheck_source::Place;

/// The four ends of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The repository shows that the item is met.
    Pass,
    /// The repository shows that it is not met.
    Fail,
    /// The repository cannot tell.
    Unverified,
    /// The service has nothing for the item to hold of.
    NotApplicable,
}

/// A place and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Where.
    pub place: Place,
    /// What the place shows: lower case, no full stop, names in backticks.
    pub message: String,
}

impl Evidence {
    /// A place and what it shows.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

/// A remark beside a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What should be known.
    pub message: String,
    /// Where, if anywhere.
    pub place: Option<Place>,
}

/// How a failure is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// One line: what to do.
    pub description: String,
    /// Text edits that do it; empty where a person has to.
    pub edits: Vec<Edit>,
}

/// Replace the text of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub place: Place,
    /// The new text.
    pub text: String,
}

/// The verdict on one item for one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, here: lower case, no full stop, names in backticks.
    pub message: String,
    /// The places, the primary one first; a failure has at least one.
    pub evidence: Vec<Evidence>,
    /// What does not change the outcome but should be known.
    pub warnings: Vec<Warning>,
    /// How to mend a failure.
    pub fix: Option<Fix>,
    /// Set on `Unverified` where a route of lower rank must not turn it into a failure: the answer lies in code
    /// elsewhere, or the rulebook says so for containers.
    pub firm: bool,
}

impl Verdict {
    fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Self { outcome, message: message.into(), evidence: Vec::new(), warnings: Vec::new(), fix: None, firm: false }
    }

    /// Met.
    pub fn pass(message: impl Into<String>) -> Self {
        Self::new(Outcome::Pass, message)
    }

    /// Not met.
    pub fn fail(message: impl Into<String>) -> Self {
        Self::new(Outcome::Fail, message)
    }

    /// The repository cannot tell; another route may.
    pub fn unverified(message: impl Into<String>) -> Self {
        Self::new(Outcome::Unverified, message)
    }

    /// The repository cannot tell, and a route of lower rank must not turn that into a failure.
    pub fn firmly_unverified(message: impl Into<String>) -> Self {
        Self { firm: true, ..Self::unverified(message) }
    }

    /// Nothing for the item to hold of.
    pub fn not_applicable(message: impl Into<String>) -> Self {
        Self::new(Outcome::NotApplicable, message)
    }

    /// Adds a place; the first one added is the primary one. A place that stands already is not added again.
    #[must_use]
    pub fn at(mut self, place: Place, message: impl Into<String>) -> Self {
        if !self.evidence.iter().any(|known| known.place == place) {
            self.evidence.push(Evidence::new(place, message));
        }
        self
    }

    /// Adds places.
    #[must_use]
    pub fn with(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        for Evidence { place, message } in evidence {
            self = self.at(place, message);
        }
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn warn(mut self, message: impl Into<String>, place: Option<Place>) -> Self {
        let warning = Warning { message: message.into(), place };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
        self
    }

    /// Says in one line how to mend it.
    #[must_use]
    pub fn fix(mut self, description: impl Into<String>) -> Self {
        self.fix = Some(Fix { description: description.into(), edits: Vec::new() });
        self
    }
}
