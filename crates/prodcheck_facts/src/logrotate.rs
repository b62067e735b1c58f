//! logrotate's files: which logs it rotates.
//!
//! Follows <https://man7.org/linux/man-pages/man8/logrotate.8.html>. Templates of provisioning tools are read too.

use prodcheck_source::{RepoPath, Span, Spanned};

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Logrotate {
    /// The patterns of the logs that its blocks are for, in the order of the text.
    pub logs: Vec<Spanned<String>>,
}

/// Programs whose logs have nothing to do with a service.
const OTHERS: &[&str] =
    &["nginx", "apache", "httpd", "mysql", "postgres", "redis", "mongo", "haproxy", "caddy", "traefik", "syslog"];

/// Whether a file is logrotate's by its name or folder.
pub fn is_logrotate(path: &RepoPath) -> bool {
    let in_folder = path.parent().parts().any(|part| part == "logrotate.d");
    let name = path.name().to_ascii_lowercase();
    let code = matches!(
        path.extension(),
        Some("js" | "ts" | "mjs" | "cjs" | "md" | "sh" | "yml" | "yaml" | "json" | "py" | "go")
    );
    !code && (in_folder || name.contains("logrotate"))
}

/// Reads a file.
pub fn read(text: &str) -> Logrotate {
    let mut logs = Vec::new();
    let mut waiting: Vec<Spanned<String>> = Vec::new();
    let mut inside = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.split('#').next().unwrap_or("");
        if inside {
            inside = !content.trim_start().starts_with('}');
            continue;
        }
        let (before, opens) = content
            .split_once('{')
            .filter(|_| !content.contains("{{"))
            .map_or((content, false), |(before, _)| (before, true));
        let mut from = 0;
        for word in before.split_whitespace() {
            let offset = before.get(from..).and_then(|rest| rest.find(word)).unwrap_or(0) + from;
            from = offset + word.len();
            let pattern = word.trim_matches(['"', '\'']);
            if pattern.starts_with(['/', '~', '$', '{', '*']) {
                waiting.push(Spanned::new(pattern.to_owned(), Span::new(start + offset, start + from)));
            }
        }
        // Directives outside blocks have no paths.
        if opens {
            logs.append(&mut waiting);
            inside = !content.contains('}');
        }
    }
    Logrotate { logs }
}

impl Logrotate {
    /// The first log that can be a service's; logs of other programs, by their names, cannot.
    pub fn of_service(&self) -> Option<&Spanned<String>> {
        self.logs.iter().find(|log| {
            let lower = log.value.to_ascii_lowercase();
            !OTHERS.iter().any(|other| lower.contains(other))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_their_logs() {
        let text = "# größe\nweekly\n\"/srv/äpi/logs/*.log\"\n/home/app/.pm2/logs/*.log {\n  daily\n  rotate 7\n  postrotate\n    /usr/bin/x\n  endscript\n}\n/var/log/nginx/*.log { daily }\n";
        let file = read(text);
        let logs: Vec<&str> = file.logs.iter().map(|log| log.value.as_str()).collect();
        assert_eq!(logs, ["/srv/äpi/logs/*.log", "/home/app/.pm2/logs/*.log", "/var/log/nginx/*.log"]);
        let spelled = text.get(file.logs[1].span.range());
        assert_eq!(spelled, Some("/home/app/.pm2/logs/*.log"));
        assert_eq!(file.of_service().map(|log| log.value.as_str()), Some("/srv/äpi/logs/*.log"));
    }

    #[test]
    fn files_without_blocks() {
        assert!(read("weekly\nrotate 4\ninclude /etc/logrotate.d\n").logs.is_empty());
        assert!(read("/a {").logs.len() == 1 && read("").logs.is_empty());
        assert!(is_logrotate(&"deploy/logrotate.d/api".into()) && is_logrotate(&"api.logrotate".into()));
        assert!(!is_logrotate(&"src/logrotate.ts".into()) && !is_logrotate(&"docs/logrotate.md".into()));
    }
}
