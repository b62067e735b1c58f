//! Docker's `daemon.json`: what becomes of the logs of all containers.
//!
//! Follows <https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file> and
//! <https://docs.docker.com/engine/logging/configure/>.

use crate::fields::text as spanned;
use prodcheck_formats::json;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Spanned};

/// What a `daemon.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DockerDaemon {
    /// `log-driver`.
    pub log_driver: Option<Spanned<String>>,
    /// `log-opts.max-size`.
    pub max_size: Option<Spanned<String>>,
}

/// Whether a file is Docker's by its name.
pub fn is_daemon(path: &RepoPath) -> bool {
    path.name() == "daemon.json" || path.name() == "daemon.json.j2"
}

/// Reads a file; `None` where it says nothing of logs.
pub fn read(text: &str) -> (Option<DockerDaemon>, Vec<Note>) {
    let parsed = json::parse(text);
    let daemon = DockerDaemon {
        log_driver: parsed.tree.get("log-driver").and_then(spanned),
        max_size: parsed.tree.at(&["log-opts", "max-size"]).and_then(|node: &Node| spanned(node)),
    };
    let says = daemon.log_driver.is_some() || daemon.max_size.is_some();
    (says.then_some(daemon), if says { parsed.notes } else { Vec::new() })
}

impl DockerDaemon {
    /// What keeps logs from growing: a bound on their size, or a driver that rotates or ships them.
    pub fn rotation(&self) -> Option<&Spanned<String>> {
        let ships = |driver: &&Spanned<String>| !matches!(driver.value.as_str(), "json-file" | "none");
        self.max_size.as_ref().or_else(|| self.log_driver.as_ref().filter(ships))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_drivers() {
        let rotation = |text: &str| read(text).0.and_then(|daemon| daemon.rotation().map(|one| one.value.clone()));
        assert_eq!(rotation(r#"{ "é": 1, "log-opts": { "max-size": "10m" } }"#).as_deref(), Some("10m"));
        assert_eq!(rotation(r#"{ "log-driver": "journald" }"#).as_deref(), Some("journald"));
        assert_eq!(rotation(r#"{ "log-driver": "json-file" }"#), None);
        assert_eq!(read(r#"{ "name": "daemon" }"#), (None, Vec::new()));
        assert_eq!(read("{"), (None, Vec::new()));
    }
}
