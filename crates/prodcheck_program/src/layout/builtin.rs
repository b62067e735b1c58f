//! The modules that are part of Node.js and of the runtimes that follow it.
//!
//! Source: `module.builtinModules` of Node.js 24, <https://nodejs.org/api/module.html#modulebuiltinmodules>.

const NAMES: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// The built-in module that a name means, without `node:`.
pub(super) fn named(name: &str) -> Option<&str> {
    if let Some(plain) = name.strip_prefix("node:") {
        return Some(plain);
    }
    // `bun:sqlite` keeps its prefix: Node.js has no such module.
    let first = name.split('/').next().unwrap_or(name);
    let is_part =
        |part: &str| matches!(part, "promises" | "web" | "posix" | "win32" | "strict" | "types" | "consumers");
    let known = NAMES.contains(&first) && name.split('/').skip(1).all(is_part);
    (known || name.starts_with("bun:")).then_some(name)
}
