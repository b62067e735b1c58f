//! Item 32: answers are compressed, by the app or its proxy.

use crate::{Category, Check, Verdict, elsewhere, proxied};
use prodcheck_code::Reach;
use prodcheck_code::http::{Applied, Coverage, Kind};
use prodcheck_facts::proxy::ProxyFile;
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "compress-responses",
    number: 32,
    category: Category::Performance,
    pass_title: "Answers are compressed",
    fail_title: "Answers are sent uncompressed",
    docs: include_str!("compress_responses.md"),
    run,
};

/// Servers that compress by themselves: <https://nextjs.org/docs/app/api-reference/config/next-config-js/compress>,
/// <https://hapi.dev/api/#-serveroptionscompression>, <https://remix.run/docs/en/main/other-api/serve> (it is built on
/// Express with `compression`).
const BY_DEFAULT: &[&str] = &["next", "@hapi/hapi", "hapi", "remix-serve", "react-router-serve"];

fn run(service: &Service) -> Verdict {
    let Some(listens) = elsewhere::listens(service) else {
        return Verdict::not_applicable("the service answers no HTTP");
    };
    let http = &service.source.http;
    let compress: Vec<&Applied> = http.applied.iter().filter(|applied| applied.kind == Kind::Compression).collect();
    let reached = |applied: &&&Applied| applied.reach.is_reached() && applied.coverage != Coverage::Unserved;
    if let Some(applied) = compress.iter().filter(reached).find(|applied| !applied.precompressed) {
        let mut verdict = Verdict::pass(format!("{} compresses answers", name(applied)))
            .at(applied.place.clone(), "compresses answers");
        if let Reach::Credential(variable) = &applied.reach {
            verdict = verdict.warn(format!("only where `{variable}` is set"), Some(applied.place.clone()));
        }
        if applied.coverage != Coverage::All {
            verdict = verdict.warn("only some routes are covered", Some(applied.place.clone()));
        }
        return verdict;
    }
    let compression =
        |file: &ProxyFile| file.compression.first().map(|directive| (directive.value.clone(), directive.span));
    if let Some((proxy, shown, place)) = proxied::directive(service, compression) {
        return Verdict::pass(format!("{proxy} compresses answers: `{shown}`")).at(place, format!("`{shown}`"));
    }
    let by = http.listeners.iter().filter(|listener| listener.reach.is_reached()).find_map(|listener| listener.by);
    let command = elsewhere::framework(service);
    let default = by.or(command.as_ref().map(|(_, name)| name.as_str())).filter(|name| BY_DEFAULT.contains(name));
    if let (Some(name), Some(off)) = (default, &http.compression_off) {
        return Verdict::fail(format!("`{name}` is told not to compress, and no proxy in the repository does"))
            .at(off.clone(), "`compress: false`")
            .fix("remove `compress: false`, or compress in the proxy");
    }
    if let Some(name) = default {
        return Verdict::pass(format!("`{name}` compresses answers by default"))
            .at(listens, format!("served by `{name}`"));
    }
    if let Some(files) = compress.iter().find(reached) {
        return Verdict::pass("files are sent as they were compressed beforehand")
            .at(files.place.clone(), "sends compressed files")
            .warn("other answers are not compressed", Some(listens));
    }
    if let Some((place, package)) = elsewhere::launched(service) {
        return Verdict::unverified(elsewhere::unseen(package)).at(place, format!("launches `{package}`"));
    }
    let loaded = http.loaded.iter().find(|loaded| loaded.kind == Kind::Compression);
    let verdict = if let Some(off) = compress.first() {
        Verdict::fail(format!("{} is not applied in production", name(off)))
            .at(off.place.clone(), "not reached in production")
    } else if let Some(loaded) = loaded {
        Verdict::fail(format!("`{}` is loaded and never applied", loaded.package))
            .at(loaded.place.clone(), format!("`{}` is loaded here", loaded.package))
    } else {
        Verdict::fail("neither the app nor a proxy in the repository compresses answers")
            .at(
                elsewhere::belongs(service, [&http.last_middleware, &None]).unwrap_or_else(|| listens.clone()),
                "no compression on this app",
            )
            .at(listens, "the app listens here")
    };
    verdict.fix(match by {
        Some("fastify") => "register `@fastify/compress` on the app: `await app.register(compress)`",
        Some("koa") => "apply `koa-compress` before the routes: `app.use(compress())`",
        Some("hono" | "@hono/node-server") => "apply `compress()` of `hono/compress` before the routes",
        _ => "apply `compression` before the routes: `app.use(compression())`, or switch it on in the proxy",
    })
}

fn name(applied: &Applied) -> String {
    applied.package.as_ref().map_or_else(|| "the service's own middleware".to_owned(), |package| format!("`{package}`"))
}
