//! Item 24: something stands between Node.js and the network.

use crate::layers::{Question, Scope};
use crate::remedy::Remedies;
use crate::{Category, Check, Outcome, Verdict, routes};
use prodcheck_code::Reach;
use prodcheck_code::http::{Listener, Port};
use prodcheck_services::{ReverseProxy, Service, Tool};

/// The check.
pub const CHECK: Check = Check {
    id: "use-reverse-proxy",
    number: 24,
    category: Category::Security,
    pass_title: "A reverse proxy stands in front of Node.js",
    fail_title: "Node.js is exposed on 80 or 443 by itself",
    docs: include_str!("use_reverse_proxy.md"),
    run,
};

const QUESTION: Question<ReverseProxy> = Question {
    scope: Scope::Any,
    pick: |layer| &layer.reverse_proxy,
    meets: |proxy| *proxy == ReverseProxy::InFront,
    because: |proxy| match proxy {
        ReverseProxy::Exposed(why) => why.clone(),
        ReverseProxy::InFront => String::new(),
    },
    met: "requests come to Node.js through a proxy",
    unmet: "Node.js is exposed to the network by itself",
    silent: "nothing in the repository stands in front of the service, and nothing exposes it on 80 or 443",
};

const REMEDIES: Remedies = Remedies {
    by_tool: &[
        (
            Tool::Compose,
            "put a proxy in front: a `caddy`, `traefik` or `nginx` service that publishes 80 and 443 and leads to this one, which then publishes no port",
        ),
        (Tool::Kubernetes, "lead to its Service by an Ingress or an HTTPRoute"),
    ],
    otherwise: "listen on a high port of this machine alone, and have nginx or Caddy on 80 and 443 lead to it",
};

fn run(service: &Service) -> Verdict {
    if let Some(verdict) = no_http(service) {
        return verdict;
    }
    let by_routes = routes::judge(service, |route| QUESTION.judge(route));
    match by_routes.outcome {
        Outcome::Unverified => by_configuration(service).or_else(|| by_code(service)).unwrap_or(by_routes),
        _ => by_routes,
    }
    .fix(REMEDIES.of(service))
}

/// Not applicable where the code was read and serves something else than HTTP.
pub(crate) fn no_http(service: &Service) -> Option<Verdict> {
    let nature = &service.nature;
    if nature.http.is_some() || nature.serverless.is_some() {
        return None;
    }
    let messages = nature.messages.as_ref()?;
    Some(Verdict::not_applicable("the service does not listen for HTTP").at(messages.clone(), "what it serves"))
}

/// A proxy whose configuration is in the repository and leads to the machine of the service, or a load balancer that
/// infrastructure code declares.
fn by_configuration(service: &Service) -> Option<Verdict> {
    let Some(front) = service.front() else {
        let near = service.main_route().and_then(|route| route.outermost()).map(|layer| &layer.place.path);
        let balancer = service.repository.load_balancer(near)?;
        let message =
            format!("infrastructure code declares `{}`, so requests come to Node.js through it", balancer.shown);
        return Some(Verdict::pass(message).at(balancer.place, format!("`{}`", balancer.shown)));
    };
    let message = format!("{} says `{}`, so requests come to Node.js through it", front.tool.title(), front.shown);
    Some(Verdict::pass(message).at(front.place, format!("`{}`", front.shown)))
}

/// What server code shows where nothing stands in front: a public port, TLS of its own, or the word that a proxy is there.
fn by_code(service: &Service) -> Option<Verdict> {
    let http = &service.source.http;
    let mut reached = http.listeners.iter().filter(|listener| listener.reach == Reach::Yes);
    let public = |listener: &&Listener| matches!(listener.port, Port::Number(80 | 443));
    if let Some(listener) = reached.clone().find(public)
        && let Port::Number(port) = listener.port
    {
        let message = format!("server code listens on port {port}, and nothing stands in front");
        return Some(Verdict::fail(message).at(listener.place.clone(), format!("listens on {port}")));
    }
    if let Some((listener, tls)) = reached.find_map(|listener| Some((listener, listener.tls.as_ref()?))) {
        let verdict = Verdict::fail("server code ends TLS by itself, and nothing stands in front");
        return Some(verdict.at(listener.place.clone(), "the server").at(tls.clone(), "its certificate"));
    }
    let trust = http.trust_proxy.as_ref()?;
    let message = "the app is told to trust a proxy, and the repository does not show one";
    Some(Verdict::unverified(message).at(trust.clone(), "`trust proxy`"))
}
