//! From each route's verdict to the item's: the main route decides, the others speak where it is silent or warn.

use crate::{Outcome, Verdict};
use prodcheck_services::{Route, RouteKind, Service};
use std::cmp::Ordering;

/// Judges every route and combines the verdicts by the rulebook: the item's verdict is the main route's; another route
/// decides only where the main one says nothing, and else adds a warning where it fails. A firm `unverified` is never
/// turned into a failure.
pub fn judge(service: &Service, judge_one: impl Fn(&Route) -> Verdict) -> Verdict {
    let mut routes = service.routes.iter();
    let Some(main) = routes.next() else {
        return Verdict::unverified("the repository has no file that says how the service is run");
    };
    let mut verdict = judge_one(main);
    for route in routes {
        let other = judge_one(route);
        verdict = combine(verdict, other, route);
    }
    verdict
}

fn combine(decided: Verdict, other: Verdict, route: &Route) -> Verdict {
    if decided.outcome == Outcome::Unverified {
        let decides = match other.outcome {
            Outcome::Pass => true,
            // Scripts for developers' machines do not overrule what a deploy file leaves open.
            Outcome::Fail => !decided.firm && route.kind != RouteKind::NpmStart,
            Outcome::Unverified | Outcome::NotApplicable => false,
        };
        return if decides { other } else { decided };
    }
    if other.outcome == Outcome::Fail && decided.outcome == Outcome::Pass {
        let place = other.evidence.first().map(|evidence| evidence.place.clone());
        let tool = route.outermost().map_or("unnamed", |layer| layer.tool.title());
        return decided.warn(format!("another route ({tool}) does not meet it: {}", other.message), place);
    }
    decided
}

/// Of the verdicts on the processes that one route runs side by side, the one that counts: a failure, with the places of
/// all, before what cannot be told, before a pass. None where there are none.
pub fn worst(verdicts: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
    let rank = |verdict: &Verdict| match verdict.outcome {
        Outcome::Fail => 0,
        Outcome::Unverified => 1,
        Outcome::Pass => 2,
        Outcome::NotApplicable => 3,
    };
    verdicts.into_iter().reduce(|decided, next| match rank(&next).cmp(&rank(&decided)) {
        Ordering::Less => next,
        Ordering::Equal => decided.with(next.evidence),
        Ordering::Greater => decided,
    })
}
