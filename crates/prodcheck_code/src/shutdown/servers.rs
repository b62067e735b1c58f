//! The servers of a program: where each is made and told to listen, and whether production does so.

use crate::Reading;
use crate::derived::Derived;
use prodcheck_formats::javascript::{Expr, ExprId};
use prodcheck_program::long_running::{self, Purpose};
use prodcheck_program::program::ModuleId;

/// How many servers of one program are told apart.
const MOST: usize = 100;

/// The servers of a program.
#[derive(Debug, Clone, Default)]
pub(super) struct Servers {
    /// Those that listen in production.
    live: Vec<Derived>,
    /// Those that listen only elsewhere.
    aside: Vec<Derived>,
}

/// What of the servers something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// One that listens in production, or nothing speaks against it.
    Live,
    /// One that listens only where production does not come.
    Aside,
    /// Another one than any that listens.
    Other,
}

impl Servers {
    /// The servers of a program; consumers, bots and schedules count as servers where nothing answers HTTP.
    pub fn of(reading: &Reading<'_>) -> Self {
        let found = long_running::find(reading.program);
        let any_http = found.iter().any(|one| one.purpose == Purpose::Http);
        let mut servers = Self::default();
        for one in found.into_iter().take(MOST) {
            if one.purpose == Purpose::Timer || (any_http && one.purpose != Purpose::Http) {
                continue;
            }
            let Some(at) = reading.program.id(&one.place.path) else { continue };
            let Some(module) = reading.program.module(at) else { continue };
            let Some(call) = module.calls().find(|call| call.span == one.place.span) else { continue };
            let mut made = match module.expr(call.callee) {
                Expr::Member { object, .. } => reading.derived(at, *object),
                _ => Derived { complete: true, ..Derived::default() },
            };
            made.by.insert((at, call.id));
            // `createServer(app)`: closing the application closes nothing, but a handler that is given it means it.
            made.by.extend(call.arguments.iter().take(1).flat_map(|argument| reading.derived(at, *argument).by));
            let list = if reading.reach(at, call.id).is_reached() { &mut servers.live } else { &mut servers.aside };
            list.push(made);
        }
        servers
    }

    /// Which of the servers an expression is.
    pub fn which(&self, reading: &Reading<'_>, at: ModuleId, expr: ExprId) -> Which {
        let made = reading.derived(at, expr);
        if self.live.iter().any(|live| live.meets(&made)) {
            return Which::Live;
        }
        let known = made.complete && !made.by.is_empty();
        if known && self.aside.iter().any(|aside| aside.meets(&made)) {
            return Which::Aside;
        }
        let all_known = !self.live.is_empty() && self.live.iter().all(|live| live.complete);
        if known && all_known { Which::Other } else { Which::Live }
    }
}
