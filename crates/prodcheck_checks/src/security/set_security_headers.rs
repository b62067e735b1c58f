//! Item 25: the four security headers are sent.

use crate::{Category, Check, Verdict, elsewhere, proxied};
use prodcheck_code::Reach;
use prodcheck_code::http::{Coverage, Header, HeaderState, Http, Kind, is_policy};
use prodcheck_services::Service;
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "set-security-headers",
    number: 25,
    category: Category::Security,
    pass_title: "Answers carry the four security headers",
    fail_title: "Answers lack security headers",
    docs: include_str!("set_security_headers.md"),
    run,
};

/// What is known of one header.
enum Found {
    /// It is sent on all answers.
    Sent(Place, Reach),
    /// It is switched off, or weak; why.
    Wrong(Place, String),
    /// It is sent on some answers only.
    Partly(Place),
    /// Only running it would tell.
    Unknown(Place),
    /// Nothing sends it.
    Nowhere,
}

fn run(service: &Service) -> Verdict {
    let Some(listens) = elsewhere::listens(service) else {
        return Verdict::not_applicable("the service answers no HTTP");
    };
    let http = &service.source.http;
    let found: Vec<(Header, Found)> = Header::ALL.into_iter().map(|header| (header, find(service, header))).collect();
    let missing: Vec<&(Header, Found)> =
        found.iter().filter(|(_, found)| !matches!(found, Found::Sent(..) | Found::Unknown(_))).collect();
    if missing.is_empty() {
        return passed(&found, listens);
    }
    let wrong = missing.iter().find_map(|(header, found)| match found {
        Found::Wrong(place, why) => Some((place, format!("`{}` {why}", header.name()))),
        _ => None,
    });
    if let (None, Some((place, package))) = (&wrong, elsewhere::launched(service)) {
        return Verdict::unverified(elsewhere::unseen(package)).at(place, format!("launches `{package}`"));
    }
    let names = missing.iter().map(|(header, _)| format!("`{}`", header.name())).collect::<Vec<_>>().join(", ");
    let applied = http.applied.iter().find(|applied| applied.kind == Kind::SecurityHeaders);
    let off = applied.filter(|applied| !applied.reach.is_reached());
    let loaded = http.loaded.iter().find(|loaded| loaded.kind == Kind::SecurityHeaders);
    let partly = missing.iter().find_map(|(_, found)| match found {
        Found::Partly(place) => Some(place),
        _ => None,
    });
    let verdict = if let Some((place, why)) = wrong {
        Verdict::fail(format!("{why}, so answers lack {names}")).at(place.clone(), why)
    } else if let Some(off) = off {
        let package = off.package.as_deref().unwrap_or("the middleware");
        Verdict::fail(format!("`{package}` is not applied in production: a switch that is off by default keeps it out"))
            .at(off.place.clone(), "not reached in production")
    } else if let (None, Some(loaded)) = (applied, loaded) {
        Verdict::fail(format!("`{}` is loaded and never applied, so answers lack {names}", loaded.package))
            .at(loaded.place.clone(), format!("`{}` is loaded here", loaded.package))
    } else if let Some(place) = partly {
        Verdict::fail(format!("only some answers carry {names}")).at(place.clone(), "covers some routes only")
    } else if let Some(applied) = applied {
        Verdict::fail(format!("answers lack {names}")).at(applied.place.clone(), format!("sends no {names}"))
    } else if missing.len() == Header::ALL.len() {
        let place = elsewhere::belongs(service, [&http.first_middleware, &None]).unwrap_or_else(|| listens.clone());
        Verdict::fail("nothing sets the security headers")
            .at(place, "no `helmet` on this app")
            .at(listens.clone(), "the app listens here")
    } else {
        let set = http.headers.iter().find(|set| set.reach.is_reached()).or(http.headers.first());
        let set = set.map(|set| set.place.clone());
        Verdict::fail(format!("answers lack {names}"))
            .at(set.unwrap_or_else(|| listens.clone()), format!("sets no {names}"))
    };
    verdict.fix(remedy(http))
}

fn passed(found: &[(Header, Found)], listens: Place) -> Verdict {
    let mut verdict = Verdict::pass("all four security headers are sent");
    for (header, found) in found {
        match found {
            Found::Sent(place, reach) => {
                verdict = verdict.at(place.clone(), "sends the security headers");
                if let Reach::Credential(variable) = reach {
                    verdict = verdict.warn(format!("only where `{variable}` is set"), Some(place.clone()));
                }
            }
            Found::Unknown(place) => {
                verdict = verdict.at(place.clone(), "sends the security headers");
                verdict = verdict
                    .warn(format!("whether `{}` is sent, only a run would tell", header.name()), Some(place.clone()));
            }
            _ => {}
        }
    }
    if verdict.evidence.is_empty() { verdict.at(listens, "listens here") } else { verdict }
}

fn find(service: &Service, header: Header) -> Found {
    let http = &service.source.http;
    let mut best = Found::Nowhere;
    for applied in
        http.applied.iter().filter(|applied| applied.kind == Kind::SecurityHeaders && applied.reach.is_reached())
    {
        match (applied.headers.state(header), &applied.coverage) {
            (HeaderState::Sent, Coverage::All) => return Found::Sent(applied.place.clone(), applied.reach.clone()),
            (HeaderState::Sent, _) => keep(&mut best, Found::Partly(applied.place.clone())),
            (HeaderState::Off(place), _) => keep(&mut best, Found::Wrong(place.clone(), "is switched off".to_owned())),
            (HeaderState::Weak(place), _) => keep(
                &mut best,
                Found::Wrong(
                    place.clone(),
                    "is no policy: it only reports, or only names who may frame the page".to_owned(),
                ),
            ),
            (HeaderState::Unknown, _) => keep(&mut best, Found::Unknown(applied.place.clone())),
            (HeaderState::NotSent, _) => {}
        }
    }
    let by_hand = http.headers.iter().filter(|set| set.reach.is_reached());
    for set in by_hand {
        let gives = match header {
            Header::Frame => set.header == Header::Frame || (set.header == Header::Policy && set.frames),
            Header::Policy => set.header == Header::Policy && set.policy,
            other => set.header == other,
        };
        if gives && set.coverage == Coverage::All {
            return Found::Sent(set.place.clone(), set.reach.clone());
        }
        if gives {
            keep(&mut best, Found::Partly(set.place.clone()));
        } else if header == Header::Policy && set.header == Header::Policy {
            keep(&mut best, Found::Wrong(set.place.clone(), "names only `frame-ancestors`".to_owned()));
        }
    }
    if let Some(found) = by_proxy(service, header) {
        keep(&mut best, found);
    }
    best
}

/// What the proxies in front of the service send.
fn by_proxy(service: &Service, header: Header) -> Option<Found> {
    let mut best = None;
    for (path, file) in proxied::proxies(service) {
        for set in file.headers.iter().filter(|set| !set.value.is_empty()) {
            let named = Header::named(&set.name);
            let gives = match header {
                Header::Frame => {
                    named == Some(Header::Frame)
                        || (named == Some(Header::Policy) && set.value.contains("frame-ancestors"))
                }
                Header::Policy => named == Some(Header::Policy) && is_policy(&set.value),
                other => named == Some(other),
            };
            let place = Place::new(path.clone(), set.span);
            if gives && !set.is_scoped {
                return Some(Found::Sent(place, Reach::Yes));
            }
            if gives {
                best = Some(Found::Partly(place));
            }
        }
    }
    best
}

/// Keeps the more telling of two answers.
fn keep(best: &mut Found, next: Found) {
    let rank = |found: &Found| match found {
        Found::Nowhere => 0,
        Found::Wrong(..) => 1,
        Found::Partly(_) => 2,
        Found::Unknown(_) => 3,
        Found::Sent(..) => 4,
    };
    if rank(&next) > rank(best) {
        *best = next;
    }
}

fn remedy(http: &Http) -> &'static str {
    match http.listeners.iter().find_map(|listener| listener.by) {
        Some("fastify") => "register `@fastify/helmet` on the app: `await app.register(helmet)`",
        Some("koa") => "apply `koa-helmet` before the routes: `app.use(helmet())`",
        Some("hono" | "@hono/node-server") => {
            "apply `secureHeaders({ contentSecurityPolicy: { defaultSrc: [\"'self'\"] } })` of `hono/secure-headers` before the routes"
        }
        _ => "apply `helmet` before the routes, with its defaults: `app.use(helmet())`",
    }
}
