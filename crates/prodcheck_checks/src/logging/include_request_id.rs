//! Item 21: every log line of a request carries its id.

use super::used;
use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::logging::{Carrier, RequestId};
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "include-request-id",
    number: 21,
    category: Category::Logging,
    pass_title: "Log lines carry the id of their request",
    fail_title: "Log lines do not carry the id of their request",
    docs: include_str!("include_request_id.md"),
    run,
};

const FIX: &str = "give each request an id and let the logger add it to every line: `pino-http` or Fastify's `request.log`, or an `AsyncLocalStorage` that pino's `mixin` (or the logger's format) reads";

fn run(service: &Service) -> Verdict {
    let source = &service.source;
    let serves = service.nature.http.is_some()
        || service.nature.messages.is_some()
        || service.nature.serverless.is_some()
        || source.http.listeners.iter().any(|listener| listener.reach.is_reached());
    if !serves {
        return Verdict::not_applicable("the service answers no requests and takes no messages");
    }
    let ids = &source.logging.request_ids;
    if let Some(id) = ids.iter().find(|id| id.logged) {
        return passes(id);
    }
    if let Some(id) = ids.first() {
        return passes(id).warn("no logger is seen to read the id from there", Some(id.place.clone()));
    }
    if let Some((_, package)) = elsewhere::launched(service) {
        return Verdict::unverified(elsewhere::unseen(package));
    }
    if source.modules == 0 {
        return Verdict::unverified("no server code could be read");
    }
    let mut verdict = Verdict::fail("nothing gives the log lines of one request an id in common").fix(FIX);
    let loggers = used::loggers(&source.logging);
    let logger = loggers
        .first()
        .map(|logger| logger.place.clone())
        .or_else(|| source.logging.loggers.first().map(|logger| logger.place.clone()));
    if let Some(place) = logger {
        verdict = verdict.at(place, "this logger adds no id");
    }
    let app = source.http.first_middleware.clone().or_else(|| source.http.app.clone());
    match app.or_else(|| used::entry(service)) {
        Some(place) => verdict.at(place, "no request is given an id here"),
        None => verdict,
    }
}

fn passes(id: &RequestId) -> Verdict {
    let (message, shown) = match &id.how {
        Carrier::RequestLogger(package) if package == "fastify" => {
            ("Fastify's `request.log` carries the id of the request".to_owned(), "makes a logger for each request")
        }
        Carrier::RequestLogger(package) => {
            (format!("`{package}` makes a logger for each request"), "makes a logger for each request")
        }
        Carrier::Child => ("a child logger is made with the id of the request".to_owned(), "the id is added here"),
        Carrier::Context(package) => {
            (format!("the id of the request is kept in `{package}`"), "the id is put into the context")
        }
        Carrier::Tracing(package) => {
            (format!("`{package}` adds the id of the trace to each line"), "adds the id of the trace")
        }
    };
    let verdict = Verdict::pass(message).at(id.place.clone(), shown);
    match &id.credential {
        Some(variable) => verdict.warn(format!("only where `{variable}` is set"), Some(id.place.clone())),
        None => verdict,
    }
}
