//! What runs an image laid on what is known of the image: a workload or platform file over the Dockerfile's route.

use crate::{HealthCheck, Layer, Route, RouteKind, Setting, Tool};
use prodcheck_source::RepoPath;

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
        }
        route.start.environment.extend(own);
    }
    routes.retain(|route| route.kind != RouteKind::Dockerfile);
}

/// What a platform's file builds by name is its image, and no route of its own.
fn drop_stacked(routes: &mut Vec<Route>) {
    let of_platforms = routes.iter().filter(|route| route.kind == RouteKind::Platform);
    let built = of_platforms.flat_map(|route| &route.layers).filter(|layer| layer.tool == Tool::Dockerfile);
    let stacked: Vec<RepoPath> = built.map(|layer| layer.place.path.clone()).collect();
    let is_stacked = |route: &Route| route.outermost().is_some_and(|layer| stacked.contains(&layer.place.path));
    routes.retain(|route| route.kind != RouteKind::Dockerfile || !is_stacked(route));
}

fn without_health(layer: Layer) -> Layer {
    let health_check: Setting<HealthCheck> = Setting::Silent;
    Layer { health_check, ..layer }
}
