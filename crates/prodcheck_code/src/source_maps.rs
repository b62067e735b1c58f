//! What in server code has stack traces mapped back to the sources.

use crate::Settled;
use crate::reading::{Reading, of_runtime, way};
use prodcheck_formats::javascript::{Import, Linkage};
use prodcheck_source::Place;

/// What maps stack traces, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceMaps {
    /// As it is spelled: `source-map-support`, `process.setSourceMapsEnabled(true)`.
    pub by: &'static str,
    /// Where.
    pub place: Place,
}

/// Reads what maps stack traces: the first that production comes to.
///
/// Sources: <https://github.com/evanw/node-source-map-support#readme>,
/// <https://nodejs.org/api/process.html#processsetsourcemapsenabledval>,
/// <https://nodejs.org/api/module.html#modulesetsourcemapssupportenabled-options>.
pub fn read(reading: &Reading<'_>) -> Option<SourceMaps> {
    for (at, _, module) in reading.program.modules() {
        let runs = |import: &&Import| !import.type_only && import.syntax != Linkage::CommonJs;
        let imports = module.imports().iter().filter(runs).map(|import| (import.source, None));
        let requests = module.requests().iter().filter_map(|request| Some((request.specifier?, Some(request.expr))));
        for (source, expr) in imports.chain(requests) {
            let name = module.name(source.value);
            let registers = matches!(
                name,
                "source-map-support/register"
                    | "source-map-support/register.js"
                    | "@cspotcode/source-map-support/register"
            );
            if registers && expr.is_none_or(|expr| reading.reach(at, expr).is_reached()) {
                return Some(SourceMaps { by: "source-map-support", place: reading.place(at, source.span) });
            }
        }
    }
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let by = site.callee.iter().find_map(|value| {
            let of = |name| of_runtime(value, name).map(way);
            if of("process").as_deref() == Some("setSourceMapsEnabled") {
                return Some("process.setSourceMapsEnabled");
            }
            if of("module").is_some_and(|way| way.ends_with("setSourceMapsSupport")) {
                return Some("module.setSourceMapsSupport");
            }
            let support = crate::reading::of_package(value, "source-map-support").map(way);
            (support.as_deref() == Some("install")).then_some("source-map-support")
        });
        let Some(by) = by else { continue };
        let off = call.argument(module, 0).is_some_and(|given| {
            let settled = match by {
                "module.setSourceMapsSupport" => reading.settle_member(site.at, given, "enabled"),
                _ => reading.settle(site.at, given),
            };
            settled == Settled::Bool(false)
        });
        if !off && reading.reach(site.at, site.id).is_reached() {
            return Some(SourceMaps { by, place: reading.place_of(site) });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::in_memory::ask;

    #[test]
    fn what_maps() {
        let by = |text: &str| ask(&[("größe.ts", text)], &[], super::read).map(|found| found.by);
        assert_eq!(by("import 'source-map-support/register'"), Some("source-map-support"));
        assert_eq!(by("require('source-map-support').install()"), Some("source-map-support"));
        assert_eq!(
            by("import { install } from 'source-map-support'; install({ handleUncaughtExceptions: false })"),
            Some("source-map-support")
        );
        assert_eq!(by("process.setSourceMapsEnabled(true)"), Some("process.setSourceMapsEnabled"));
        assert_eq!(
            by("import m from 'node:module'; m.setSourceMapsSupport({ enabled: true })"),
            Some("module.setSourceMapsSupport")
        );
        assert_eq!(by("process.setSourceMapsEnabled(false)"), None);
        assert_eq!(by("if (process.env.NODE_ENV !== 'production') require('source-map-support/register')"), None);
        assert_eq!(by("import support from './source-map-support'"), None);
    }
}
