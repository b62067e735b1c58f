//! Paths of files, relative to the module's own folder.

/// Joins parts as Node's `path.join` does, and removes `.` and `..` as far as possible. The folder itself is `.`.
/// Source: <https://nodejs.org/api/path.html#pathjoinpaths>.
pub fn join(parts: &[String]) -> String {
    normalize(&parts.join("/"))
}

/// Joins parts as Node's `path.resolve` does, with the module's folder as the working directory: an absolute part
/// begins anew. Source: <https://nodejs.org/api/path.html#pathresolvepaths>.
pub fn resolve(parts: &[String]) -> String {
    let start = parts.iter().rposition(|part| part.starts_with('/')).unwrap_or(0);
    join(parts.get(start..).unwrap_or(&[]))
}

/// A path without `.`, and without `..` after a name.
pub fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let is_absolute = path.starts_with('/');
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The folder of a path.
pub fn folder(path: &str) -> String {
    match normalize(path).rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => ".".to_owned(),
    }
}

/// The last name of a path, without an extension that is given.
pub fn name(path: &str, extension: Option<&str>) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    match extension.and_then(|extension| name.strip_suffix(extension)) {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_like_node() {
        let parts = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
        assert_eq!(join(&parts(&[".", "dist", "../src", "./a.js"])), "src/a.js");
        assert_eq!(join(&parts(&[".", "..", "..", "a"])), "../../a");
        assert_eq!(join(&parts(&["."])), ".");
        assert_eq!(join(&parts(&["/var", "log/"])), "/var/log");
        assert_eq!(join(&parts(&["/", ".."])), "/");
        assert_eq!(resolve(&parts(&[".", "a", "/b", "c"])), "/b/c");
        assert_eq!(resolve(&parts(&["a", "b"])), "a/b");
        assert_eq!(folder("a/b/c.js"), "a/b");
        assert_eq!(folder("c.js"), ".");
        assert_eq!(folder("/c.js"), "/");
        assert_eq!(name("a/b.js", Some(".js")), "b");
        assert_eq!(name("a/b/", None), "b");
    }
}
