//! What the configuration of frameworks switches on or off for all answers: Next.js, Nuxt, Strapi.

use super::Applied;
use super::coverage::Coverage;
use super::options::{HeaderState, Headers};
use super::table::Kind;
use crate::{Reach, Reading, Settled};
use prodcheck_formats::javascript::{Expr, ExprId, Module, Node};
use prodcheck_program::program::ModuleId;
use prodcheck_source::Place;

/// A name in a framework's list of what it loads, and what that does.
struct Listed {
    /// The name.
    name: &'static str,
    /// The file that the list stands in, without its extension; a folder before it counts.
    file: &'static str,
    kind: Kind,
}

/// Sources: <https://docs.strapi.io/cms/configurations/middlewares>, <https://nuxt-security.vercel.app/getting-started/configuration>
/// (headers and a limit of 150 requests in five minutes are on by default).
const LISTED: &[Listed] = &[
    Listed { name: "strapi::security", file: "config/middlewares", kind: Kind::SecurityHeaders },
    Listed { name: "strapi::compression", file: "config/middlewares", kind: Kind::Compression },
    Listed { name: "nuxt-security", file: "nuxt.config", kind: Kind::SecurityHeaders },
    Listed { name: "nuxt-security", file: "nuxt.config", kind: Kind::RateLimit },
];

/// What frameworks are told to load by name.
pub fn listed(reading: &Reading<'_>) -> Vec<Applied> {
    let mut found = Vec::new();
    for (at, path, module) in reading.program.modules() {
        let stem = path.as_str().rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
        for (id, _) in module.exprs() {
            let Some(text) = module.string(id) else { continue };
            for listed in LISTED.iter().filter(|listed| listed.name == text && stem.ends_with(listed.file)) {
                found.push(Applied {
                    kind: listed.kind,
                    package: Some(listed.name.to_owned()),
                    place: reading.place(at, module.span(id)),
                    coverage: Coverage::All,
                    reach: reading.reach(at, id),
                    headers: if listed.kind == Kind::SecurityHeaders {
                        Headers::all(&HeaderState::Sent)
                    } else {
                        Headers::default()
                    },
                    precompressed: false,
                });
            }
        }
    }
    found
}

/// Where Next.js is told not to compress: <https://nextjs.org/docs/app/api-reference/config/next-config-js/compress>.
pub fn compression_off(reading: &Reading<'_>) -> Option<Place> {
    for (at, path, module) in reading.program.modules() {
        if !path.name().starts_with("next.config.") {
            continue;
        }
        for (id, expr) in module.exprs() {
            if matches!(expr, Expr::Object(_))
                && let Some(value) = module.property(id, "compress")
                && reading.settle(at, value) == Settled::Bool(false)
                && reading.reach(at, value) != Reach::Never
            {
                return Some(reading.place(at, module.span(value)));
            }
        }
    }
    None
}

/// The routes that a header of Next's `headers()` is for, by the `source` around it; a rule of a route of Nitro by its
/// key.
pub fn coverage(reading: &Reading<'_>, at: ModuleId, module: &Module, id: ExprId) -> Coverage {
    for node in module.ancestors(id) {
        let Node::Expr(outer) = node else { continue };
        let Some(source) = module.property(outer, "source") else { continue };
        return match reading.settle(at, source) {
            Settled::Text(text) if is_all(&text) => Coverage::All,
            Settled::Text(text) => Coverage::Some(vec![text]),
            _ => Coverage::All,
        };
    }
    Coverage::All
}

/// Whether a pattern of path-to-regexp matches every path.
fn is_all(source: &str) -> bool {
    let rest = source.trim_start_matches('/').trim_end_matches('/');
    // `/((?!api|_next).*)` leaves out what is no page.
    matches!(rest, "(.*)" | ":path*" | "**" | "(.*)?" | ":slug*" | ":all*")
        || rest.starts_with("((?!")
        || rest == ":path(.*)"
}
