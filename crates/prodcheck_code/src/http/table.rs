//! Packages that protect or shrink answers: security headers, rate limits, compression. Each row follows the package's
//! own documentation.

use prodcheck_program::program::{Origin, Outside, Part};

/// What a protection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// It sends security headers.
    SecurityHeaders,
    /// It limits how often a client may ask.
    RateLimit,
    /// It compresses answers.
    Compression,
}

/// How the options of a package that sends security headers are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As helmet's: an option a header, `false` switches it off.
    Helmet {
        /// From which major version on the content security policy is sent without being asked for.
        csp_since: u32,
    },
    /// As Hono's `secureHeaders`: as helmet's newer names, and no content security policy unless asked for.
    Hono,
    /// As lusca's: nothing unless asked for.
    Lusca,
}

/// One package.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its name.
    pub package: &'static str,
    /// The subpath that counts; empty for any.
    pub subpath: &'static str,
    /// The exported names that count; empty for any, `default` for the package itself.
    pub names: &'static [&'static str],
    /// What it does.
    pub kind: Kind,
    /// How its options are spelled, for security headers.
    pub spelling: Option<Spelling>,
    /// Whether it sends files that were compressed beforehand, and compresses nothing itself.
    pub precompressed: bool,
}

const fn row(package: &'static str, kind: Kind) -> Row {
    Row { package, subpath: "", names: &[], kind, spelling: None, precompressed: false }
}

const fn named(package: &'static str, subpath: &'static str, names: &'static [&'static str], kind: Kind) -> Row {
    Row { subpath, names, ..row(package, kind) }
}

const fn helmet(package: &'static str, csp_since: u32) -> Row {
    Row { spelling: Some(Spelling::Helmet { csp_since }), ..row(package, Kind::SecurityHeaders) }
}

/// The packages.
const ROWS: &[Row] = &[
    // https://github.com/helmetjs/helmet/blob/main/CHANGELOG.md: the policy is on by default since 4.0.0.
    helmet("helmet", 4),
    // https://github.com/venables/koa-helmet/blob/main/CHANGELOG.md: 6.0.0 brought helmet 4.
    helmet("koa-helmet", 6),
    // https://github.com/fastify/fastify-helmet/releases: 5.0.0 brought helmet 4.
    helmet("fastify-helmet", 5),
    helmet("@fastify/helmet", 0),
    // https://github.com/aashahin/elysiajs-helmet and https://github.com/DevTobias/elysia-helmet.
    helmet("elysia-helmet", 0),
    helmet("elysiajs-helmet", 0),
    // https://hono.dev/docs/middleware/builtin/secure-headers: no policy unless one is given.
    Row {
        spelling: Some(Spelling::Hono),
        ..named("hono", "/secure-headers", &["secureHeaders"], Kind::SecurityHeaders)
    },
    // https://github.com/krakenjs/lusca#luscaoptions
    Row { spelling: Some(Spelling::Lusca), ..row("lusca", Kind::SecurityHeaders) },
    row("express-rate-limit", Kind::RateLimit),
    row("@fastify/rate-limit", Kind::RateLimit),
    row("fastify-rate-limit", Kind::RateLimit),
    row("koa-ratelimit", Kind::RateLimit),
    row("koa2-ratelimit", Kind::RateLimit),
    row("koa-better-ratelimit", Kind::RateLimit),
    row("hono-rate-limiter", Kind::RateLimit),
    row("express-brute", Kind::RateLimit),
    row("express-slow-down", Kind::RateLimit),
    row("express-limiter", Kind::RateLimit),
    row("hapi-rate-limit", Kind::RateLimit),
    row("hapi-rate-limitor", Kind::RateLimit),
    row("elysia-rate-limit", Kind::RateLimit),
    row("graphql-rate-limit", Kind::RateLimit),
    row("graphql-rate-limit-directive", Kind::RateLimit),
    // https://restify.github.io/docs/plugins-api/#throttle and #gzipresponse.
    named("restify", "", &["plugins.throttle", "throttle"], Kind::RateLimit),
    named("restify", "", &["plugins.gzipResponse", "gzipResponse"], Kind::Compression),
    row("compression", Kind::Compression),
    row("compression-next", Kind::Compression),
    row("koa-compress", Kind::Compression),
    row("@fastify/compress", Kind::Compression),
    row("fastify-compress", Kind::Compression),
    row("shrink-ray", Kind::Compression),
    row("shrink-ray-current", Kind::Compression),
    row("http-compression", Kind::Compression),
    row("@polka/compression", Kind::Compression),
    row("elysia-compress", Kind::Compression),
    row("@labbe/elysia-compression", Kind::Compression),
    named("hono", "/compress", &["compress"], Kind::Compression),
    row("bun-compression", Kind::Compression),
    Row { precompressed: true, ..row("express-static-gzip", Kind::Compression) },
    Row { precompressed: true, ..row("connect-gzip-static", Kind::Compression) },
];

/// Packages whose limiters are asked in code: the package, and the methods that count a request.
/// <https://github.com/animir/node-rate-limiter-flexible/wiki/API-methods>,
/// <https://upstash.com/docs/redis/sdks/ratelimit-ts/methods>, <https://github.com/jhurliman/node-rate-limiter>,
/// <https://docs.arcjet.com/reference/nodejs#protect>.
pub const ASKED: &[(&str, &[&str])] = &[
    ("rate-limiter-flexible", &["consume", "penalty"]),
    ("@upstash/ratelimit", &["limit", "blockUntilReady"]),
    ("limiter", &["tryRemoveTokens", "removeTokens"]),
    ("@arcjet/node", &["protect"]),
    ("ratelimiter", &["get"]),
    ("sliding-window-rate-limiter", &["check"]),
];

/// The row that something from outside is.
pub fn find(outside: &Outside) -> Option<&'static Row> {
    let Origin::Package(name, subpath) = &outside.origin else { return None };
    ROWS.iter().find(|row| {
        row.package == name
            && (row.subpath.is_empty() || row.subpath == subpath)
            && (row.names.is_empty() || row.names.contains(&members(outside).as_str()))
    })
}

/// The row of an import, by the name as written.
pub fn loaded(specifier: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| {
        let rest = specifier.strip_prefix(row.package);
        rest.is_some_and(|rest| {
            if row.subpath.is_empty() { rest.is_empty() && row.names.is_empty() } else { rest == row.subpath }
        })
    })
}

/// The members at the beginning of a way: `plugins.throttle`.
fn members(outside: &Outside) -> String {
    let names = outside.way.iter().map_while(|part| match part {
        Part::Member(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// Packages whose objects are apps or routers.
pub fn is_framework(outside: &Outside) -> bool {
    const FRAMEWORKS: &[&str] = &[
        "express",
        "ultimate-express",
        "hyper-express",
        "koa",
        "@koa/router",
        "koa-router",
        "koa-joi-router",
        "koa-mount",
        "fastify",
        "hono",
        "@hono/zod-openapi",
        "restify",
        "restify-router",
        "polka",
        "connect",
        "@hapi/hapi",
        "hapi",
        "elysia",
        "router",
        "@feathersjs/express",
        "@feathersjs/koa",
        "@feathersjs/feathers",
        "express-promise-router",
        "restana",
        "@tinyhttp/app",
        "@nestjs/core",
        "find-my-way",
        "0http",
        "h3",
        "light-my-request",
    ];
    matches!(&outside.origin, Origin::Package(name, _) if FRAMEWORKS.contains(&name.as_str()))
}

/// Packages that hold a whole server: what launches them shows nothing of how they answer.
pub fn is_product(package: &str) -> bool {
    const PRODUCTS: &[&str] = &[
        "unleash-server",
        "parse-server",
        "node-red",
        "postgraphile",
        "json-server",
        "verdaccio",
        "@verdaccio/node-api",
        "n8n",
        "directus",
        "ghost",
        "keystone",
        "@keystonejs/keystone",
        "peer",
        "@unleash/proxy",
        "@unleash/edge",
        "@payloadcms/next",
        "flowise",
        "@backstage/backend-defaults",
        "apostrophe",
        "statsd",
        "lightdash",
    ];
    PRODUCTS.contains(&package)
}
