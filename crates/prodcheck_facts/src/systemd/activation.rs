//! Which services a unit starts: sockets, timers and paths theirs, targets and services those that they want.

use super::UnitFile;
use prodcheck_formats::ini::Assignment;
use prodcheck_source::Spanned;

/// What makes one unit start another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// A connection, or a file that changes.
    Event,
    /// A time: what it starts is a job.
    Time,
    /// Its own start.
    Start,
}

impl UnitFile {
    /// The services that it starts, by their names, and when.
    pub fn starts(&self) -> Vec<(String, Activation)> {
        let (stem, kind) = self.unit.rsplit_once('.').unwrap_or((&self.unit, ""));
        let (section, key, activation) = match kind {
            "socket" => ("Socket", "Service", Activation::Event),
            "path" => ("Path", "Unit", Activation::Event),
            "timer" => ("Timer", "Unit", Activation::Time),
            _ => {
                let wanted = ["Wants", "Requires", "BindsTo", "Upholds"];
                let lists = wanted.iter().flat_map(|key| self.ini.values("Unit", key));
                let names = lists.flat_map(|entry| entry.text().split_whitespace());
                return names.map(|name| (name.to_owned(), Activation::Start)).collect();
            }
        };
        let named = self.ini.value(section, key).map(|entry| entry.text().to_owned());
        vec![(named.unwrap_or_else(|| format!("{stem}.service")), activation)]
    }

    /// `WantedBy=` or one of its kin, as written: what starts it once it is enabled.
    pub fn wanted_by(&self) -> Option<Spanned<String>> {
        let entry = ["WantedBy", "RequiredBy", "UpheldBy"].iter().find_map(|key| self.ini.value("Install", key))?;
        let shown = |entry: &Assignment| format!("{}={}", entry.key.value, entry.text());
        Some(Spanned::new(shown(entry), entry.span()))
    }
}
