//! The checklist's score: checkmarks over applicable items, scaled back to the whole list.

use crate::model::{CategoryScore, Score};
use prodcheck_checks::{CHECKLIST_ITEMS, Category, Outcome};

/// Counts the checkmarks. The value and its assessment exist only where every item of the checklist was judged.
pub fn count(outcomes: impl IntoIterator<Item = (Category, Outcome)>) -> Score {
    let mut judged = 0u32;
    let mut categories: Vec<CategoryScore> = Vec::new();
    for (category, outcome) in outcomes {
        judged += 1;
        let id = category.id();
        if categories.last().is_none_or(|last| last.category != id) {
            categories.push(CategoryScore { category: id.to_owned(), checkmarks: 0, applicable: 0 });
        }
        if let Some(last) = categories.last_mut() {
            last.checkmarks += u32::from(outcome == Outcome::Pass);
            last.applicable += u32::from(outcome != Outcome::NotApplicable);
        }
    }
    let checkmarks = categories.iter().map(|category| category.checkmarks).sum();
    let applicable = categories.iter().map(|category| category.applicable).sum();
    let value = (judged == CHECKLIST_ITEMS && applicable > 0).then(|| scaled(checkmarks, applicable));
    let assessment = value.map(|value| assess(value).to_owned());
    Score { checkmarks, applicable, items: CHECKLIST_ITEMS, value, assessment, categories }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![Just(Outcome::Pass), Just(Outcome::Fail), Just(Outcome::Unverified), Just(Outcome::NotApplicable)]
    }

    fn all() -> impl Strategy<Value = Vec<Outcome>> {
        prop::collection::vec(outcome(), CHECKLIST_ITEMS as usize)
    }

    fn score(outcomes: &[Outcome]) -> Score {
        count(outcomes.iter().map(|outcome| (Category::Security, *outcome)))
    }

    fn of(checkmarks: u32, applicable: u32) -> Score {
        let outcome = |at| match at {
            at if at < checkmarks => Outcome::Pass,
            at if at < applicable => Outcome::Fail,
            _ => Outcome::NotApplicable,
        };
        score(&(0..CHECKLIST_ITEMS).map(outcome).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn more_passes_are_never_fewer_points(outcomes in all(), at in 0..CHECKLIST_ITEMS as usize) {
            let mut better = outcomes.clone();
            if let Some(outcome) = better.get_mut(at).filter(|outcome| **outcome != Outcome::NotApplicable) {
                *outcome = Outcome::Pass;
            }
            prop_assert!(score(&better).value >= score(&outcomes).value);
        }

        #[test]
        fn it_is_the_plain_count_where_everything_applies(outcomes in all()) {
            let applied: Vec<_> = outcomes.iter().map(|outcome| match outcome {
                Outcome::NotApplicable => Outcome::Fail,
                other => *other,
            }).collect();
            let passes = applied.iter().filter(|outcome| **outcome == Outcome::Pass).count();
            prop_assert_eq!(score(&applied).value, u32::try_from(passes).ok());
        }

        #[test]
        fn where_the_items_stand_does_not_matter(outcomes in all(), by in 0..CHECKLIST_ITEMS as usize) {
            let mut turned = outcomes.clone();
            turned.rotate_left(by);
            prop_assert_eq!(score(&turned), score(&outcomes));
        }

        #[test]
        fn what_fails_and_what_is_unverified_count_the_same(outcomes in all()) {
            let failed: Vec<_> = outcomes.iter().map(|outcome| match outcome {
                Outcome::Unverified => Outcome::Fail,
                other => *other,
            }).collect();
            prop_assert_eq!(score(&failed), score(&outcomes));
        }
    }

    #[test]
    fn items_that_do_not_apply_leave_the_share_as_it_is() {
        for applicable in 1..=CHECKLIST_ITEMS {
            assert_eq!(of(applicable, applicable).value, Some(CHECKLIST_ITEMS));
            assert_eq!(of(0, applicable).value, Some(0));
            for checkmarks in (0..=applicable).filter(|_| applicable * 2 <= CHECKLIST_ITEMS) {
                assert_eq!(of(checkmarks, applicable).value, of(checkmarks * 2, applicable * 2).value);
            }
        }
        assert_eq!(of(24, 39).value, Some(25));
    }

    #[test]
    fn the_edges_of_the_assessments() {
        let words = |value| of(value, CHECKLIST_ITEMS).assessment.unwrap_or_default();
        assert_eq!(words(41), "Production-ready");
        assert_eq!(words(30), words(41));
        assert_eq!(words(29), "Good, a few gaps to close");
        assert_eq!(words(20), words(29));
        assert!(words(19).starts_with("Some basics missing") && words(10) == words(19));
        assert!(words(9).starts_with("Start with a process manager") && words(0) == words(9));
    }

    #[test]
    fn no_score_without_items_that_apply_or_that_are_judged() {
        let none = of(0, 0);
        assert_eq!((none.applicable, none.value, none.assessment), (0, None, None));
        assert_eq!(score(&[Outcome::Pass]).value, None);
    }

    #[test]
    fn categories_add_up() {
        let outcomes = [
            (Category::ProcessManagement, Outcome::Pass),
            (Category::ProcessManagement, Outcome::NotApplicable),
            (Category::Security, Outcome::Fail),
        ];
        let shares = count(outcomes).categories.into_iter().map(|it| (it.category, it.checkmarks, it.applicable));
        let expected = [("process-management".to_owned(), 1, 1), ("security".to_owned(), 0, 1)];
        assert_eq!(shares.collect::<Vec<_>>(), expected);
    }
}
