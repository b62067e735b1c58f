//! Limits of PAM sessions: `limits.conf` and the files of `limits.d`.
//!
//! Format: <https://man7.org/linux/man-pages/man5/limits.conf.5.html>.

use prodcheck_source::{RepoPath, Span, Spanned};

/// One line about open files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFilesLimit {
    /// Of whom: a user, `@group`, or `*`.
    pub domain: String,
    /// How many; `u64::MAX` for no limit.
    pub limit: Spanned<u64>,
}

/// Whether it is such a file.
pub fn is_limits_conf(path: &RepoPath) -> bool {
    path.name() == "limits.conf" || (path.extension() == Some("conf") && path.parent().name() == "limits.d")
}

/// The lines about open files; others say nothing here.
pub fn read(text: &str) -> Vec<OpenFilesLimit> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let written = line.split('#').next().unwrap_or("").trim_end();
        let words: Vec<&str> = written.split_whitespace().collect();
        let [domain, "hard" | "soft" | "-", "nofile", value] = words.as_slice() else { continue };
        let limit = match *value {
            "unlimited" | "infinity" | "-1" => u64::MAX,
            value => match value.parse() {
                Ok(value) => value,
                Err(_) => continue,
            },
        };
        let indent = written.len() - written.trim_start().len();
        let span = Span::new(start + indent, start + written.len());
        found.push(OpenFilesLimit { domain: (*domain).to_owned(), limit: Spanned::new(limit, span) });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_open_files() {
        let text =
            "# größe\n*  soft nofile 4096 # why\n\tdeploy - nofile unlimited\n* hard nproc 1\n* hard nofile many\n";
        let found = read(text);
        let shown: Vec<_> = found.iter().map(|one| (one.domain.as_str(), one.limit.value)).collect();
        assert_eq!(shown, [("*", 4096), ("deploy", u64::MAX)]);
        assert_eq!(text.get(found[1].limit.span.range()), Some("deploy - nofile unlimited"));
    }

    #[test]
    fn names() {
        for path in ["ops/limits.conf", "etc/security/limits.d/90-node.conf"] {
            assert!(is_limits_conf(&path.into()), "{path}");
        }
        assert!(!is_limits_conf(&"limits.d/readme.md".into()) && !is_limits_conf(&"php/limits.d.conf".into()));
    }
}
