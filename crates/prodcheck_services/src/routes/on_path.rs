//! The process managers that a start path itself calls, and what they answer: `CMD ["pm2-runtime", …]`, `pm2 start` in a
//! package's script, `/init` of an image.

use crate::{Layer, Restart, RestartLimit, Setting, StartPath, Tool};
use prodcheck_facts::command::{ManagerCall, ManagerKind};

/// One layer for each process manager on the path, outermost first; none where the path calls none. What is called only
/// where a setting says so is left out.
pub fn layers(start: &StartPath) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for (index, manager) in start.managers.iter().enumerate().filter(|(_, manager)| !manager.conditional) {
        // The app of the first process that it runs speaks for it.
        let managed = start.processes.iter().filter_map(|process| process.manager);
        let app = managed.filter(|managed| managed.manager == index).find_map(|managed| managed.app).unwrap_or(0);
        let layer = match manager.apps.get(app) {
            Some(app) => Some(app.layer.clone()),
            None => called(&manager.call),
        };
        if let Some(layer) = layer.filter(|layer| !layers.iter().any(|known| known.tool == layer.tool)) {
            layers.push(layer);
        }
    }
    layers
}

/// What a process manager does by itself with a process that its command line names.
///
/// Sources: <https://github.com/foreversd/forever#readme>, <https://github.com/Vladimir-Urik/OxMgr>.
fn called(call: &ManagerCall) -> Option<Layer> {
    let place = call.place.clone();
    let has = |option: &str| call.words.iter().any(|word| word.prefix().split('=').next() == Some(option));
    let value = |option: &str| {
        let at = call.words.iter().position(|word| word.is(option))?;
        call.words.get(at + 1)?.text()
    };
    match call.kind {
        ManagerKind::Forever => {
            let mut layer = Layer::new(Tool::Forever, place.clone());
            layer.restart = Setting::built_in(Restart::Restarts, place.clone(), "forever restarts a script that exits");
            layer.restart_limit = match has("-m") {
                true => Setting::set(RestartLimit::Limited, place, "forever -m"),
                false => Setting::missing(place, "-m"),
            };
            Some(layer)
        }
        ManagerKind::Oxmgr => {
            let mut layer = Layer::new(Tool::Oxmgr, place.clone());
            layer.restart = match value("--restart") {
                Some("never") => Setting::set(Restart::Never, place.clone(), "--restart never"),
                _ => Setting::built_in(Restart::Restarts, place.clone(), "Oxmgr restarts a process that fails"),
            };
            layer.restart_limit =
                Setting::built_in(RestartLimit::Limited, place, "Oxmgr gives up after 3 crashes within five minutes");
            Some(layer)
        }
        ManagerKind::S6 | ManagerKind::Runit => {
            let (tool, by) = match call.kind {
                ManagerKind::S6 => (Tool::S6, "s6 restarts a service that dies, once a second at most"),
                _ => (Tool::Runit, "runit restarts a service that dies, once a second at most"),
            };
            let mut layer = Layer::new(tool, place.clone());
            layer.restart = Setting::built_in(Restart::Restarts, place.clone(), by);
            layer.restart_limit = Setting::BuiltIn {
                value: RestartLimit::Unlimited("it tries again every second, for ever".to_owned()),
                place,
                by: by.to_owned(),
            };
            Some(layer)
        }
        _ => None,
    }
}
