//! Which routes something in front of them covers.

/// Which routes are covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// All of the app that listens.
    All,
    /// Some: their paths as far as they are known, sorted.
    Some(Vec<String>),
    /// None: it is put on an app or router that nothing serves.
    Unserved,
}

impl Coverage {
    /// Whether what is covered is only files, icons, reports or health checks, which need no limit.
    pub fn is_marginal(&self) -> bool {
        const MARGINAL: &[&str] = &[
            "static",
            "assets",
            "public",
            "favicon",
            "favicon.ico",
            "robots.txt",
            "health",
            "healthz",
            "healthcheck",
            "ping",
            "ready",
            "readyz",
            "live",
            "livez",
            "status",
            "metrics",
            "csp-report",
            "csp",
            "report",
            "reports",
            "images",
            "dist",
            "css",
            "js",
            "version",
        ];
        let marginal = |path: &String| {
            let last = path.trim_end_matches(['*', '/']).rsplit('/').next().unwrap_or("");
            MARGINAL.contains(&last.to_ascii_lowercase().as_str())
        };
        matches!(self, Self::Some(paths) if !paths.is_empty() && paths.iter().all(marginal))
    }
}
