//! JavaScript and TypeScript modules, parsed.

use prodcheck_formats::javascript::{self, Dialect, Module};
use prodcheck_source::{Note, RepoPath};
use std::sync::Arc;

/// Whether a file can be a module by its name; declaration files hold no code.
pub fn may_be_script(path: &RepoPath) -> bool {
    Dialect::of(path.as_str()).is_some() || path.extension().is_none()
}

/// Parses a module; `None` where a file without an extension is no program for a JavaScript runtime.
pub fn read(path: &RepoPath, content: &str) -> Option<(Arc<Module>, Vec<Note>)> {
    // Node.js takes files without an extension for JavaScript: `bin/www`.
    let dialect = Dialect::of(path.as_str()).or_else(|| is_program(path, content).then_some(Dialect::JavaScript))?;
    let parsed = javascript::parse(content, dialect);
    Some((Arc::new(parsed.tree), parsed.notes))
}

/// Whether the first line names a JavaScript runtime, or the file is the one that Express' generator writes.
fn is_program(path: &RepoPath, content: &str) -> bool {
    let shebang = content.lines().next().and_then(|line| line.strip_prefix("#!"));
    match shebang {
        Some(line) => ["node", "bun", "deno", "tsx"].iter().any(|runtime| line.contains(runtime)),
        None => path.name() == "www" && path.parent().name() == "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_without_an_extension_are_known_by_their_first_line() {
        let reads = |path: &str, content: &str| may_be_script(&path.into()) && read(&path.into(), content).is_some();
        assert!(reads("bin/www", "var app = require('../app');"));
        assert!(reads("bin/größe", "#!/usr/bin/env -S node --enable-source-maps\nrequire('..')"));
        assert!(reads("src/a.mts", "") && !reads("src/a.d.ts", ""));
        assert!(!reads("bin/start", "#!/bin/sh\nnode server.js") && !reads("Dockerfile", "FROM node"));
        assert!(!reads("Makefile", "") && !reads("a.json", "{}"));
    }
}
