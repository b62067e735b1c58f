//! What stands in front of a compose service: a proxy of its project whose configuration, labels or dependencies lead to
//! it.

use super::{Project, beside};
use crate::routes::purpose;
use crate::{Repository, ReverseProxy, Setting};
use prodcheck_facts::compose::{Said, Service, Text, Variable};
use prodcheck_facts::proxy::{Forward, ProxyFile, Target};
use prodcheck_source::{Place, RepoPath};

/// What a proxy of the project, or one whose configuration is in the repository, answers for a service. `layer` is what
/// the service's own keys answer: published on 80 or 443, it is not behind a proxy.
pub fn front(
    repository: &Repository,
    project: &Project,
    service: &Service,
    layer: Setting<ReverseProxy>,
) -> Setting<ReverseProxy> {
    if matches!(layer.value(), Some(ReverseProxy::Exposed(_))) {
        return layer;
    }
    if let Some(label) = routed(service) {
        return Setting::set(ReverseProxy::InFront, label.place.clone(), label.name.clone());
    }
    let names = names(project, service);
    let mut leads_elsewhere = false;
    for (path, file) in production_proxies(repository) {
        if let Some(forward) = leads_to(file, &names) {
            return Setting::set(ReverseProxy::InFront, Place::new(path.clone(), forward.span), forward.shown.clone());
        }
        leads_elsewhere |= file
            .forwards
            .iter()
            .flat_map(|forward| &forward.targets)
            .any(|target| project.services.iter().any(|other| is_host(target, &self::names(project, other))));
    }
    let Some((proxy, image)) = proxy(project, service) else { return Setting::Silent };
    let by_labels = project.services.iter().any(|other| other.name != proxy.name && routed(other).is_some());
    let needs = |name: &str| proxy.depends_on.iter().any(|needed| needed.service == name);
    let fronts_others = leads_elsewhere || by_labels || (!proxy.depends_on.is_empty() && !needs(&service.name));
    match fronts_others && !needs(&service.name) {
        true => Setting::Silent,
        false => Setting::set(ReverseProxy::InFront, image.place.clone(), format!("image: {}", image.value.raw())),
    }
}

/// The configurations of proxies that are for production.
pub fn production_proxies(repository: &Repository) -> impl Iterator<Item = (&RepoPath, &ProxyFile)> {
    repository.facts.proxies().filter(|(path, _)| !purpose::of_file(path).is_aside())
}

/// A proxy of the project other than the service itself.
fn proxy<'a>(project: &'a Project, service: &Service) -> Option<(&'a Service, &'a Said<Text>)> {
    let others = project.services.iter().filter(|other| other.name != service.name);
    others.into_iter().find_map(|other| {
        let image = other.image.as_ref()?;
        beside::is_proxy(&image.value.partly(&project.variables)).then_some((other, image))
    })
}

/// What a service says so that a proxy that watches containers leads to it: labels of Traefik and caddy-docker-proxy, the
/// variable of nginx-proxy.
///
/// <https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/docker/>,
/// <https://github.com/lucaslorentz/caddy-docker-proxy#labels-to-caddyfile-conversion>,
/// <https://github.com/nginx-proxy/nginx-proxy#usage>.
fn routed(service: &Service) -> Option<&Variable> {
    let labels = || service.labels.iter().chain(&service.deploy.labels);
    let value = |label: &Variable| label.value.as_ref().map(|value| value.raw().to_owned()).unwrap_or_default();
    if labels().any(|label| label.name == "traefik.enable" && value(label) == "false") {
        return None;
    }
    let is_route = |label: &&Variable| {
        let name = label.name.as_str();
        ["traefik.http.routers.", "traefik.http.services.", "traefik.frontend.", "caddy.reverse_proxy"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    };
    let enabled = |label: &&Variable| label.name == "traefik.enable" && value(label) == "true";
    let hosts = || service.environment.iter().find(|variable| variable.name == "VIRTUAL_HOST");
    labels().find(is_route).or_else(|| labels().find(enabled)).or_else(hosts)
}

/// The names under which other containers reach a service.
fn names(project: &Project, service: &Service) -> Vec<String> {
    let container = service.container_name.as_ref().and_then(|name| name.value.resolve(&project.variables));
    std::iter::once(service.name.clone()).chain(container).map(|name| name.to_ascii_lowercase()).collect()
}

fn is_host(target: &Target, names: &[String]) -> bool {
    target.host.as_ref().is_some_and(|host| names.contains(host))
}

fn leads_to<'a>(file: &'a ProxyFile, names: &[String]) -> Option<&'a Forward> {
    file.forwards.iter().find(|forward| forward.targets.iter().any(|target| is_host(target, names)))
}
