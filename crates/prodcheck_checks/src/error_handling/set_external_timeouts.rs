//! Item 11: every outbound HTTP call has a time limit.

use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::outbound::{Outbound, OutboundCall, TimeLimit};
use prodcheck_services::Service;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    id: "set-external-timeouts",
    number: 11,
    category: Category::ErrorHandling,
    pass_title: "Every outbound call has a time limit",
    fail_title: "Outbound calls can wait for ever",
    docs: include_str!("set_external_timeouts.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let outbound = &service.source.outbound;
    let offences: Vec<&OutboundCall> =
        outbound.calls.iter().filter(|call| matches!(call.limit, TimeLimit::None(_) | TimeLimit::Off { .. })).collect();
    let mut verdict = if !offences.is_empty() {
        failed(outbound, &offences)
    } else if !outbound.calls.is_empty() {
        passed(outbound)
    } else if let Some((place, package)) = elsewhere::launched(service) {
        Verdict::firmly_unverified(format!(
            "the server lives inside the package `{package}`, and this repository does not show what it calls"
        ))
        .at(place, "starts it")
    } else {
        Verdict::not_applicable("no outbound HTTP call in the server code")
    };
    for (vendor, place) in &outbound.vendors {
        verdict = verdict.warn(
            format!("the calls inside `{vendor}` are not judged: see to the time limit that it is given"),
            Some(place.clone()),
        );
    }
    verdict
}

fn failed(outbound: &Outbound, offences: &[&OutboundCall]) -> Verdict {
    let clients: BTreeSet<&str> = offences.iter().map(|call| call.client.as_str()).collect();
    let named = clients.iter().take(3).map(|client| format!("`{client}`")).collect::<Vec<_>>().join(", ");
    let more = if clients.len() > 3 { " and others" } else { "" };
    let count = match (offences.len(), outbound.calls.len()) {
        (1, 1) => "the outbound call has".to_owned(),
        (1, all) => format!("1 of {all} outbound calls has"),
        (some, all) => format!("{some} of {all} outbound calls have"),
    };
    let mut verdict = Verdict::fail(format!("{count} no time limit: {named}{more}"));
    for call in offences {
        verdict = verdict.at(call.place.clone(), shown(call));
        if let Some(credential) = &call.needs {
            verdict = verdict.warn(
                format!("`{}` is called only where `{credential}` is set", call.client),
                Some(call.place.clone()),
            );
        }
    }
    verdict.fix(offences.first().map_or("", |call| remedy(call)))
}

fn shown(call: &OutboundCall) -> String {
    let client = &call.client;
    match &call.limit {
        TimeLimit::Off { by, .. } => format!("`{client}` has its `{by}` switched off"),
        TimeLimit::None(options) => match options {
            [] => format!("`{client}` has no time limit, and no option for one"),
            [only] => format!("`{client}` without `{only}`"),
            [first, second, ..] => format!("`{client}` without `{first}` or `{second}`"),
        },
        TimeLimit::Set { by, .. } => format!("`{client}` has `{by}`"),
        TimeLimit::BuiltIn(why) => (*why).to_owned(),
        TimeLimit::Unknown => format!("`{client}`: what limits it cannot be followed"),
    }
}

/// What mends a call, in the client's own words.
fn remedy(call: &OutboundCall) -> &'static str {
    let package = call.client.rsplit_once('.').map_or(call.client.as_str(), |(package, _)| package);
    match package {
        "axios" => "create one instance with a limit and call that: `axios.create({ timeout: 10_000 })`",
        "@nestjs/axios" | "@nestjs/common" => "give the module a limit: `HttpModule.register({ timeout: 10_000 })`",
        "got" => "give the call a limit: `timeout: { request: 10_000 }`",
        "http" | "https" | "follow-redirects" => {
            "give the request `timeout: 10_000` and destroy it on `timeout`, or give it `signal: AbortSignal.timeout(10_000)`"
        }
        "superagent" => "give the request a limit: `.timeout({ response: 5_000, deadline: 10_000 })`",
        "request" | "request-promise" | "request-promise-native" => "give the request `timeout: 10_000`",
        "undici" => "give the call `signal: AbortSignal.timeout(10_000)`, or `headersTimeout` and `bodyTimeout`",
        "bent" | "apollo-fetch" => {
            "this client has no option for a time limit: call `fetch` with `signal: AbortSignal.timeout(10_000)` instead"
        }
        _ => "give the call a limit: `signal: AbortSignal.timeout(10_000)`",
    }
}

fn passed(outbound: &Outbound) -> Verdict {
    let message = match outbound.calls.len() {
        1 => "the outbound call has a time limit".to_owned(),
        all => format!("all {all} outbound calls have a time limit"),
    };
    let mut verdict = Verdict::pass(message);
    let (unknown, known): (Vec<_>, Vec<_>) = outbound.calls.iter().partition(|call| call.limit == TimeLimit::Unknown);
    for call in &known {
        verdict = verdict.at(call.place.clone(), shown(call));
        if let TimeLimit::Set { by, place } = &call.limit {
            verdict = verdict.at(place.clone(), format!("`{by}` is set here"));
        }
    }
    if !unknown.is_empty() {
        verdict.message = "no outbound call is seen to go without a time limit".to_owned();
    }
    for call in unknown {
        verdict = verdict.at(call.place.clone(), shown(call)).warn(
            format!("whether `{}` is given a time limit depends on options that cannot be followed", call.client),
            Some(call.place.clone()),
        );
    }
    verdict
}
