//! Item 28: the server keeps idle connections longer than the proxy in front of it does.

use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::http::{ConnectionTimeout, TimeoutSet};
use prodcheck_services::{Process, Service};
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "enable-keep-alive",
    number: 28,
    category: Category::Performance,
    pass_title: "Idle connections are kept longer than the proxy keeps them",
    fail_title: "The server closes idle connections before its proxy does",
    docs: include_str!("enable_keep_alive.md"),
    run,
};

/// Above this many milliseconds the usual proxies and load balancers close first.
const FLOOR: f64 = 60_000.0;

/// What Node closes idle connections after: <https://nodejs.org/api/http.html#serverkeepalivetimeout>.
const DEFAULT: &str = "Node closes idle connections after 5 s";

fn run(service: &Service) -> Verdict {
    let Some(listens) = elsewhere::listens(service) else {
        return Verdict::not_applicable("the service answers no HTTP");
    };
    if let Some(place) = &service.nature.serverless {
        return Verdict::not_applicable("the platform keeps the connections of its functions")
            .at(place.clone(), "runs as functions");
    }
    let set: Vec<&TimeoutSet> = service.source.http.timeouts.iter().filter(|set| set.reach.is_reached()).collect();
    let of = |timeout: ConnectionTimeout| set.iter().filter(move |set| set.timeout == timeout);
    let flagged = flag(service);
    let keep: Vec<(Option<f64>, Place, Option<String>)> = of(ConnectionTimeout::KeepAlive)
        .map(|set| (set.milliseconds, set.place.clone(), set.variable.clone()))
        .chain(flagged.map(|(value, place)| (Some(value), place, None)))
        .collect();
    let headers = of(ConnectionTimeout::Headers).find_map(|set| Some((set.milliseconds?, set.place.clone())));
    let verdict = if let Some((Some(value), place, _)) = keep.iter().find(|(value, ..)| value.is_some()) {
        judge(*value, place, headers)
    } else if let Some((_, place, variable)) = keep.first() {
        let from = variable.as_ref().map_or_else(|| "a value".to_owned(), |variable| format!("`{variable}`"));
        return Verdict::unverified(format!("`keepAliveTimeout` comes from {from} that the repository does not show"))
            .at(place.clone(), "set here");
    } else if let Some((place, package)) = elsewhere::launched(service) {
        return Verdict::unverified(elsewhere::unseen(package)).at(place, format!("launches `{package}`"));
    } else {
        Verdict::fail(format!("`keepAliveTimeout` is not set: {DEFAULT}"))
            .at(listens, "no `keepAliveTimeout` on the server that listens here")
    };
    verdict.fix("set the server's `keepAliveTimeout` to 65000 and its `headersTimeout` to 66000, in milliseconds")
}

fn judge(value: f64, place: &Place, headers: Option<(f64, Place)>) -> Verdict {
    let seconds = value / 1000.0;
    if value <= 0.0 {
        // Since Node 8.0 a value of 0 switches the timeout off.
        return Verdict::fail("`keepAliveTimeout` is 0").at(place.clone(), "set to 0");
    }
    if value <= FLOOR {
        return Verdict::fail(format!("`keepAliveTimeout` is {seconds} s, and proxies keep connections for 60 s"))
            .at(place.clone(), format!("{seconds} s"));
    }
    if let Some((header, header_place)) = headers
        && header > 0.0
        && header <= value
    {
        return Verdict::fail(format!(
            "`headersTimeout` ({} s) is not larger than `keepAliveTimeout` ({seconds} s), so connections break while they are kept",
            header / 1000.0
        ))
        .at(header_place, "not larger than `keepAliveTimeout`")
        .at(place.clone(), format!("{seconds} s"));
    }
    Verdict::pass(format!("`keepAliveTimeout` is {seconds} s")).at(place.clone(), format!("{seconds} s"))
}

/// `next start --keepAliveTimeout 70000`.
fn flag(service: &Service) -> Option<(f64, Place)> {
    let processes: Vec<&Process> = service.routes.iter().flat_map(|route| route.start.main_processes()).collect();
    processes.iter().find_map(|process| {
        let mut arguments = process.arguments.iter();
        while let Some(argument) = arguments.next() {
            let value = match argument.split_once('=') {
                Some(("--keepAliveTimeout", value)) => Some(value.to_owned()),
                None if argument == "--keepAliveTimeout" => arguments.next().cloned(),
                _ => None,
            };
            if let Some(value) = value.and_then(|value| value.parse().ok()) {
                return Some((value, process.place.clone()));
            }
        }
        None
    })
}
