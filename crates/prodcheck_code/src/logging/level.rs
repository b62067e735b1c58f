//! Levels of logs, by all the names that loggers give them.

/// A level of a log, from the one that shows everything to the one that shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Everything: log4js' `all`.
    All,
    /// `trace`, winston's `silly`, `finest`.
    Trace,
    /// `debug`, `fine`.
    Debug,
    /// `verbose`.
    Verbose,
    /// winston's `http`: more than `info`.
    Http,
    /// `info`, `log`, and names of the same weight such as `success`.
    Info,
    /// syslog's `notice`.
    Notice,
    /// `warn`, `warning`.
    Warn,
    /// `error`.
    Error,
    /// `fatal`, `critical`, syslog's `crit`, `alert` and `emerg`.
    Fatal,
    /// Nothing: `silent`, `off`, `none`.
    Off,
}

impl Level {
    /// A level by its name, in any case; `None` for words that name no level.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "all" => Self::All,
            "trace" | "silly" | "finest" | "finer" => Self::Trace,
            "debug" | "fine" | "dbg" | "deb" => Self::Debug,
            "verbose" => Self::Verbose,
            "http" => Self::Http,
            "info" | "log" | "information" | "informational" | "success" => Self::Info,
            "notice" => Self::Notice,
            "warn" | "warning" => Self::Warn,
            "error" | "err" => Self::Error,
            "fatal" | "critical" | "crit" | "alert" | "emerg" | "emergency" | "severe" => Self::Fatal,
            "silent" | "off" | "none" | "quiet" => Self::Off,
            _ => return None,
        })
    }

    /// The level of a logger's method; `None` where it writes no log.
    pub fn of_method(method: &str) -> Option<Self> {
        match method {
            "exception" | "fail" => Some(Self::Error),
            "start" | "ready" | "box" | "complete" | "done" | "note" | "await" | "pending" | "watch" | "fav"
            | "star" => Some(Self::Info),
            "silent" | "all" | "off" | "none" | "quiet" | "fine" | "finer" | "finest" | "deb" => None,
            method => Self::named(method),
        }
    }

    /// Whether the method's name is a level's by itself, whatever the package calls its others.
    pub fn of_common_method(method: &str) -> Option<Self> {
        match method {
            "trace" | "silly" | "debug" | "verbose" | "http" | "info" | "log" | "success" | "notice" | "warn"
            | "warning" | "error" | "fatal" | "critical" | "crit" | "alert" | "emerg" | "exception" => {
                Self::of_method(method)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn names_in_order() {
        let order = ["all", "silly", "debug", "verbose", "http", "INFO", "notice", "Warning", "error", "crit", "off"];
        let levels: Vec<Level> = order.iter().filter_map(|name| Level::named(name)).collect();
        assert_eq!(levels.len(), order.len());
        assert!(levels.is_sorted(), "{levels:?}");
        assert_eq!(Level::named("production"), None);
        assert_eq!(Level::of_method("child"), None);
    }
}
