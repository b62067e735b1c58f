//! Item 26: clients cannot ask without limit.

use crate::{Category, Check, Verdict, elsewhere, proxied};
use prodcheck_code::Reach;
use prodcheck_code::http::{Applied, Coverage, Kind};
use prodcheck_facts::proxy::ProxyFile;
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "use-rate-limiting",
    number: 26,
    category: Category::Security,
    pass_title: "The API is rate limited",
    fail_title: "Nothing limits how often a client may ask",
    docs: include_str!("use_rate_limiting.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let Some(listens) = elsewhere::listens(service) else {
        return Verdict::not_applicable("the service answers no HTTP");
    };
    let http = &service.source.http;
    let limits: Vec<&Applied> = http.applied.iter().filter(|applied| applied.kind == Kind::RateLimit).collect();
    let reached = limits.iter().filter(|applied| applied.reach.is_reached());
    let counting: Vec<&&Applied> =
        reached.filter(|applied| !applied.coverage.is_marginal() && applied.coverage != Coverage::Unserved).collect();
    if let Some(all) = counting.iter().find(|applied| applied.coverage == Coverage::All) {
        return with_credential(
            Verdict::pass(format!("{} limits all routes", name(all))).at(all.place.clone(), "limits requests"),
            all,
        );
    }
    let limit = |file: &ProxyFile| file.limits.first().map(|limit| (limit.value.clone(), limit.span));
    if let Some((proxy, shown, place)) = proxied::directive(service, limit) {
        return Verdict::pass(format!("{proxy} limits requests: `{shown}`")).at(place, format!("`{shown}`"));
    }
    if let Some(first) = counting.first() {
        let paths: Vec<String> = counting
            .iter()
            .filter_map(|applied| match &applied.coverage {
                Coverage::Some(paths) => Some(paths.iter().take(3).map(|path| format!("`{path}`"))),
                _ => None,
            })
            .flatten()
            .take(5)
            .collect();
        let which = if paths.is_empty() { "some routes".to_owned() } else { paths.join(", ") };
        let mut verdict = Verdict::pass(format!("{} limits {which}", name(first)));
        for applied in &counting {
            verdict = verdict.at(applied.place.clone(), "limits requests");
        }
        return with_credential(verdict, first).warn("the other routes have no limit", Some(listens));
    }
    if let Some((place, package)) = elsewhere::launched(service) {
        return Verdict::unverified(elsewhere::unseen(package)).at(place, format!("launches `{package}`"));
    }
    let loaded = http.loaded.iter().find(|loaded| loaded.kind == Kind::RateLimit);
    let verdict = if let Some(off) = limits.iter().find(|applied| !applied.reach.is_reached()) {
        Verdict::fail(format!(
            "{} is not applied in production: a switch that is off by default keeps it out",
            name(off)
        ))
        .at(off.place.clone(), "not reached in production")
    } else if let Some(marginal) = limits.first() {
        Verdict::fail(format!("{} limits only files, reports or health checks", name(marginal)))
            .at(marginal.place.clone(), "limits these only")
    } else if let Some(loaded) = loaded {
        Verdict::fail(format!("`{}` is loaded and never applied", loaded.package))
            .at(loaded.place.clone(), format!("`{}` is loaded here", loaded.package))
    } else {
        let place =
            elsewhere::belongs(service, [&http.first_mount, &http.last_middleware]).unwrap_or_else(|| listens.clone());
        Verdict::fail("nothing limits how often a client may ask")
            .at(place, "no limiter on this app")
            .at(listens, "the app listens here")
    };
    let by = http.listeners.iter().find_map(|listener| listener.by);
    verdict.fix(match by {
        Some("fastify") => "register `@fastify/rate-limit` on the app: `await app.register(rateLimit, { max: 100, timeWindow: '1 minute' })`",
        Some("@nestjs/core") => {
            "import `ThrottlerModule.forRoot([{ ttl: 60000, limit: 100 }])` of `@nestjs/throttler` and provide its `ThrottlerGuard` as `APP_GUARD`"
        }
        Some("koa") => "apply `koa-ratelimit` before the routes",
        Some("hono" | "@hono/node-server") => "apply `rateLimiter` of `hono-rate-limiter` before the routes",
        _ => "apply `express-rate-limit` before the routes: `app.use(rateLimit({ windowMs: 60_000, limit: 100 }))`",
    })
}

fn name(applied: &Applied) -> String {
    applied.package.as_ref().map_or_else(|| "the service's own limiter".to_owned(), |package| format!("`{package}`"))
}

fn with_credential(verdict: Verdict, applied: &Applied) -> Verdict {
    match &applied.reach {
        Reach::Credential(variable) => {
            verdict.warn(format!("only where `{variable}` is set"), Some(applied.place.clone()))
        }
        _ => verdict,
    }
}
