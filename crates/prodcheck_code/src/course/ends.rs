//! What ends the process.

use super::{Act, Deed};
use crate::reading::{Reading, of_package, of_runtime, way};
use prodcheck_formats::javascript::Expr;
use prodcheck_program::program::{Part, Value};

/// Functions of packages that end the process when they are done.
const EXITS: &[(&str, &str)] = &[
    // https://github.com/sindresorhus/exit-hook
    ("exit-hook", "gracefulExit"),
    // https://github.com/mrbar42/node-graceful
    ("node-graceful", "exit"),
    ("node-graceful", "Graceful.exit"),
    // https://github.com/cowboy/node-exit
    ("exit", ""),
];

/// Whether a call of one of these values ends the process at once.
pub(super) fn ends_process(callee: &[Value]) -> bool {
    callee.iter().any(|value| {
        let by_runtime = |name| {
            of_runtime(value, name).is_some_and(|outside| match outside.way.as_slice() {
                [Part::Member(member)] => matches!(member.as_str(), "exit" | "abort" | "reallyExit"),
                _ => false,
            })
        };
        by_runtime("process")
            || by_runtime("Deno")
            || EXITS.iter().any(|(package, exit)| of_package(value, package).is_some_and(|of| way(of) == *exit))
    })
}

impl Reading<'_> {
    /// Whether something that is done ends the process: `process.exit()`, `process.abort()`, a signal to itself.
    pub fn ends_process(&self, deed: &Deed) -> bool {
        let Act::Call(id) = deed.act else { return false };
        if ends_process(&deed.callee) {
            return true;
        }
        let Some(module) = self.program.module(deed.at) else { return false };
        let Some(call) = module.call(id) else { return false };
        // `process.kill(process.pid, …)`.
        let kills = deed.callee.iter().filter_map(|value| of_runtime(value, "process"));
        kills.into_iter().any(|outside| way(outside) == "kill")
            && call.argument(module, 0).is_some_and(|pid| {
                matches!(module.expr(pid), Expr::Member { property, .. } if module.name(*property) == "pid")
                    && self.program.values(deed.at, pid).iter().any(|value| of_runtime(value, "process").is_some())
            })
    }

    /// Whether something that is done sets the code with which the process will end: `process.exitCode = 1`.
    pub fn sets_exit_code(&self, deed: &Deed) -> bool {
        let Act::Assign(id) = deed.act else { return false };
        let Some(module) = self.program.module(deed.at) else { return false };
        let Expr::Assign { target, .. } = module.expr(id) else { return false };
        module.is_global(*target, &["process", "exitCode"])
            || self
                .program
                .values(deed.at, *target)
                .iter()
                .any(|value| of_runtime(value, "process").is_some_and(|outside| way(outside) == "exitCode"))
    }
}
