//! The level of a logger, from the option that names it.

use super::level::Level;
use super::logger::{Logger, Threshold};
use crate::Reading;
use crate::settle::Settled;
use crate::trace::Chosen;
use prodcheck_program::program::At;

/// For packages whose levels are no numbers.
pub(super) fn no_numbers(_: f64) -> Option<Level> {
    None
}

/// Reads an option that names the level. Where it is not given, or a variable without a default gives it, the logger's
/// own default stays.
pub(super) fn read(
    reading: &Reading<'_>,
    logger: &mut Logger,
    (at, options): At,
    name: &str,
    numbered: fn(f64) -> Option<Level>,
) {
    match reading.chosen(at, options, name) {
        Chosen::Given(at, expr) => {
            logger.level_place = Some(reading.place_at(reading.origin(at, expr)));
            logger.threshold = of(reading, (at, expr), &logger.threshold, numbered);
        }
        Chosen::Absent => {}
        Chosen::Unknown => logger.threshold = Threshold::Unknown,
    }
}

/// The threshold that an expression names.
pub(super) fn of(
    reading: &Reading<'_>,
    (at, expr): At,
    default: &Threshold,
    numbered: fn(f64) -> Option<Level>,
) -> Threshold {
    match reading.settle_default(at, expr) {
        Settled::Text(text) => match Level::named(&text) {
            Some(level) => Threshold::Level(level),
            None => match text.trim().parse().ok().and_then(numbered) {
                Some(level) => Threshold::Level(level),
                None => Threshold::Unknown,
            },
        },
        Settled::Number(number) => numbered(number).map_or(Threshold::Unknown, Threshold::Level),
        Settled::Unset(_) | Settled::Undefined | Settled::Null => default.clone(),
        Settled::Hidden(name) => Threshold::Variable(name),
        _ => Threshold::Unknown,
    }
}
