//! Handlers of uncaught exceptions and unhandled rejections that packages install.

use super::Event;
use super::table::ROWS;
use crate::Reach;
use crate::reading::{Reading, Site, of_package, way};
use crate::settle::Truth;
use crate::shutdown;
use crate::trackers::{self, Exits, Installs};
use prodcheck_formats::javascript::Linkage;
use prodcheck_source::Place;

/// A handler that a package installs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The event.
    pub event: Event,
    /// Whose: `Sentry`, `` `winston` ``.
    pub by: String,
    /// The call that does it.
    pub place: Place,
    /// Whether production does it.
    pub reach: Reach,
    /// What it does.
    pub does: Installs,
}

/// All handlers that packages install and that production installs.
pub(super) fn read(reading: &Reading<'_>) -> Vec<Installed> {
    let mut found = Vec::new();
    for one in trackers::started(reading) {
        let both = [
            (Event::UncaughtException, one.installs(reading, one.tracker.uncaught)),
            (Event::UnhandledRejection, one.installs(reading, one.tracker.rejection)),
        ];
        found.extend(both.into_iter().filter_map(|(event, does)| {
            let (by, place, reach) = (one.tracker.title.to_owned(), one.place.clone(), one.reach.clone());
            does.map(|does| Installed { event, by, place, reach, does })
        }));
    }
    for library in shutdown::libraries(reading) {
        let both =
            [(Event::UncaughtException, library.row.uncaught), (Event::UnhandledRejection, library.row.rejection)];
        found.extend(both.into_iter().filter_map(|(event, does)| {
            let (by, place) = (format!("`{}`", library.row.package), library.place.clone());
            does.map(|does| Installed { event, by, place, reach: library.reach.clone(), does })
        }));
    }
    by_rows(reading, &mut found);
    winston(reading, &mut found);
    found.retain(|one| one.reach.is_reached());
    found
}

fn by_rows(reading: &Reading<'_>, found: &mut Vec<Installed>) {
    for row in ROWS {
        let both = || [(Event::UncaughtException, row.uncaught), (Event::UnhandledRejection, row.rejection)];
        let mut add = |place: Place, reach: Reach| {
            found.extend(both().into_iter().filter_map(|(event, does)| {
                let (by, place, reach) = (format!("`{}`", row.package), place.clone(), reach.clone());
                does.map(|does| Installed { event, by, place, reach, does })
            }));
        };
        match row.way {
            Some(wanted) => {
                for site in reading.calls_of(row.package) {
                    if site.callee.iter().filter_map(|value| of_package(value, row.package)).any(|of| way(of) == wanted)
                    {
                        add(reading.place_of(site), reading.reach(site.at, site.id));
                    }
                }
            }
            None => {
                for (at, _, module) in reading.program.modules() {
                    let declared = module.imports().iter().filter(|import| import.syntax == Linkage::Static);
                    for import in declared.filter(|import| !import.type_only) {
                        if module.name(import.source.value) == row.package {
                            add(reading.place(at, import.source.span), Reach::Yes);
                        }
                    }
                    for request in module.requests() {
                        if request.specifier.is_some_and(|name| module.name(name.value) == row.package) {
                            let span = module.span(request.expr);
                            add(reading.place(at, span), reading.reach(at, request.expr));
                        }
                    }
                }
            }
        }
    }
}

/// `winston`: `exceptionHandlers`, `handleExceptions`, `rejectionHandlers`, `handleRejections` of a logger or a transport,
/// and `logger.exceptions.handle()`. The logger ends the process unless `exitOnError` says no:
/// <https://github.com/winstonjs/winston#to-exit-or-not-to-exit>.
fn winston(reading: &Reading<'_>, found: &mut Vec<Installed>) {
    let packages: Vec<&str> = reading.sources().filter(|source| source.contains("winston")).collect();
    let sites: Vec<&Site> = packages.iter().flat_map(|package| reading.calls_of(package)).collect();
    let stays = sites.iter().any(|site| {
        let Some((module, call)) = reading.call(site) else { return false };
        call.argument(module, 0).is_some_and(|options| {
            reading.option(site.at, options, "exitOnError").is_some()
                && reading.settle_member(site.at, options, "exitOnError").truth() == Truth::No
        })
    });
    let exits = if stays { Exits::Never } else { Exits::Always };
    let does = Installs { logs: true, exits, option: "" };
    for site in sites {
        let Some((module, call)) = reading.call(site) else { continue };
        let reach = reading.reach(site.at, site.id);
        let mut add = |event| {
            let place = reading.place_of(site);
            found.push(Installed { event, by: "`winston`".to_owned(), place, reach: reach.clone(), does });
        };
        let ways: Vec<String> = site
            .callee
            .iter()
            .filter_map(|value| match value {
                prodcheck_program::program::Value::Outside(outside) => Some(way(outside)),
                _ => None,
            })
            .collect();
        if ways.iter().any(|way| way.ends_with("exceptions.handle") || way.ends_with("handleExceptions")) {
            add(Event::UncaughtException);
        }
        if ways.iter().any(|way| way.ends_with("rejections.handle") || way.ends_with("handleRejections")) {
            add(Event::UnhandledRejection);
        }
        let Some(options) = call.argument(module, 0) else { continue };
        let asks = |list: &str, flag: &str| {
            reading.option(site.at, options, list).is_some()
                || (reading.option(site.at, options, flag).is_some()
                    && !matches!(reading.settle_member(site.at, options, flag).truth(), Truth::No))
        };
        if asks("exceptionHandlers", "handleExceptions") {
            add(Event::UncaughtException);
        }
        if asks("rejectionHandlers", "handleRejections") {
            add(Event::UnhandledRejection);
        }
    }
}
