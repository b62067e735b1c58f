//! What watches the service from inside: error trackers, agents of application performance monitoring, exporters of
//! metrics; what each of them records, and whether production starts it.

mod exporters;
mod memory;
mod started;
mod table;

pub(crate) use started::{Started, started};
pub use table::{Exits, Installs};

use crate::Reach;
use crate::course::{Act, Deed};
use crate::reading::{Reading, of_package};
use prodcheck_program::program::{Part, Value};
use prodcheck_source::Place;
use table::{Error, Memory, TRACKERS, Tracker};

/// What is recorded of the service.
#[derive(Debug, Clone, Default)]
pub struct Trackers {
    /// What records the memory of the process.
    pub memory: Vec<Record>,
    /// What records errors, or the rate of failed requests.
    pub errors: Vec<Record>,
    /// What is there and does not run in production.
    pub off: Vec<Off>,
}

/// Something that records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is: `Sentry`, `` `prom-client`'s default metrics ``.
    pub title: String,
    /// Where it is started.
    pub place: Place,
    /// Whether production starts it.
    pub reach: Reach,
    /// What it lacks, as a sentence fragment: it counts errors and not requests.
    pub lacks: Option<String>,
}

/// Something that would record and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Off {
    /// What it is.
    pub title: String,
    /// Where it is.
    pub place: Place,
    /// Why it records nothing, as a sentence fragment: "is imported and never started".
    pub why: String,
    /// Whether it would record memory; else errors.
    pub of_memory: bool,
}

/// Reads all that records.
pub fn read(reading: &Reading<'_>) -> Trackers {
    let mut trackers = Trackers::default();
    for one in started(reading) {
        let Started { tracker, place, reach, off, .. } = &one;
        let records_memory = one.records_memory(reading);
        if let Some(why) = off {
            let of_memory = tracker.errors == Error::Unseen;
            if !of_memory || tracker.memory == Memory::Yes {
                let (title, place, why) = (tracker.title.to_owned(), place.clone(), why.clone());
                trackers.off.push(Off { title, place, why, of_memory });
            }
            continue;
        }
        let record =
            || Record { title: tracker.title.to_owned(), place: place.clone(), reach: reach.clone(), lacks: None };
        if records_memory {
            trackers.memory.push(record());
        }
        if tracker.errors == Error::Counted {
            trackers.errors.push(record());
        }
    }
    exporters::read(reading, &mut trackers);
    memory::read(reading, &mut trackers);
    trackers
}

/// The tracker that something that is done hands an error to.
pub(crate) fn reported_to(deed: &Deed) -> Option<&'static str> {
    match deed.act {
        Act::Call(_) => deed.callee.iter().find_map(reporter),
        Act::Throw(_) | Act::Assign(_) => None,
    }
}

/// The tracker whose method that takes an error a value is.
pub(crate) fn reporter(value: &Value) -> Option<&'static str> {
    let Value::Outside(outside) = value else { return None };
    let Some(Part::Member(method)) = outside.way.last() else { return None };
    let takes =
        |tracker: &&Tracker| of_package(value, tracker.package).is_some() && tracker.reports.contains(&method.as_str());
    TRACKERS.iter().find(takes).map(|tracker| tracker.title)
}

impl Started {
    /// Whether it records the memory of the process.
    fn records_memory(&self, reading: &Reading<'_>) -> bool {
        match self.tracker.memory {
            Memory::Yes => true,
            Memory::No => {
                self.package() == "@opentelemetry/auto-instrumentations-node" && started::reads_metrics(reading)
            }
            Memory::Option(option, variable) => {
                self.option_is(reading, option) || started::is_on(&reading.variable(variable))
            }
        }
    }
}

#[cfg(test)]
mod tests;
