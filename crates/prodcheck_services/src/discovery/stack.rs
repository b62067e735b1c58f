//! What runs an image laid on what is known of the image: a workload or platform file over the Dockerfile's route.

use crate::{EnvSetting, EnvValue, HealthCheck, Layer, Route, RouteKind, Setting, Tool};
use prodcheck_facts::command::{Word, node_options};
use prodcheck_source::{Place, RepoPath};

/// Gives the routes that run an image and say nothing of a command the layers and the start path of the image. The
/// image's own route is then none beside them.
///
/// Kubernetes and platforms ignore an image's `HEALTHCHECK`, and restart, bound and poll by themselves:
/// <https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/>.
pub fn stack(routes: &mut Vec<Route>) {
    drop_stacked(routes);
    let over = |route: &Route| matches!(route.kind, RouteKind::Kubernetes | RouteKind::Platform);
    let bare = |route: &Route| over(route) && route.start.processes.is_empty();
    if !routes.iter().any(bare) {
        return;
    }
    let Some(image) = routes.iter().find(|route| route.kind == RouteKind::Dockerfile).cloned() else { return };
    for route in routes.iter_mut().filter(|route| bare(route)) {
        route.layers.extend(image.layers.iter().cloned().map(without_health));
        let own = std::mem::take(&mut route.start.environment);
        route.start = image.start.clone();
        for process in &mut route.start.processes {
            process.environment.extend(own.iter().cloned());
            process.flags.splice(0..0, flags(&own));
        }
        route.start.environment.extend(own);
    }
    routes.retain(|route| route.kind != RouteKind::Dockerfile);
}

/// The image that a workload or a platform's file runs is no route of its own.
fn drop_stacked(routes: &mut Vec<Route>) {
    let over = routes.iter().filter(|route| matches!(route.kind, RouteKind::Kubernetes | RouteKind::Platform));
    let built = over.flat_map(|route| &route.layers).filter(|layer| layer.tool == Tool::Dockerfile);
    let stacked: Vec<RepoPath> = built.map(|layer| layer.place.path.clone()).collect();
    let is_stacked = |route: &Route| route.outermost().is_some_and(|layer| stacked.contains(&layer.place.path));
    routes.retain(|route| route.kind != RouteKind::Dockerfile || !is_stacked(route));
}

/// The options of Node.js that an environment sets.
fn flags(environment: &[EnvSetting]) -> Vec<(String, Place)> {
    let set = environment.iter().rev().find(|setting| setting.name == "NODE_OPTIONS");
    let Some(EnvSetting { value: EnvValue::Text(text), place, .. }) = set else { return Vec::new() };
    node_options(&Word::new(text, place.clone())).iter().map(|flag| (flag.shown(), place.clone())).collect()
}

fn without_health(layer: Layer) -> Layer {
    let health_check: Setting<HealthCheck> = Setting::Silent;
    Layer { health_check, ..layer }
}
