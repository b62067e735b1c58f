//! The checklist's score: checkmarks over applicable items, scaled back to the whole list.

use crate::model::Score;
use prodcheck_checks::{CHECKLIST_ITEMS, Outcome};

/// Counts the checkmarks. The value and its assessment exist only where every item of the checklist was judged.
pub fn count(outcomes: impl IntoIterator<Item = Outcome>) -> Score {
    let (mut judged, mut checkmarks, mut applicable) = (0u32, 0u32, 0u32);
    for outcome in outcomes {
        judged += 1;
        checkmarks += u32::from(outcome == Outcome::Pass);
        applicable += u32::from(outcome != Outcome::NotApplicable);
    }
    let value = (judged == CHECKLIST_ITEMS && applicable > 0).then(|| scaled(checkmarks, applicable));
    let assessment = value.map(|value| assess(value).to_owned());
    Score { checkmarks, applicable, items: CHECKLIST_ITEMS, value, assessment }
}

/// `round(checkmarks * 41 / applicable)`, halves up.
fn scaled(checkmarks: u32, applicable: u32) -> u32 {
    (checkmarks * CHECKLIST_ITEMS * 2 + applicable) / (applicable * 2)
}

fn assess(value: u32) -> &'static str {
    match value {
        30.. => "Production-ready",
        20..=29 => "Good, a few gaps to close",
        10..=19 => "Some basics missing: prioritize process management and error handling",
        _ => "Start with a process manager and graceful shutdown, everything else follows",
    }
}
