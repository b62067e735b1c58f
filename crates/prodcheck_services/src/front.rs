//! A proxy on the service's own machine: its configuration is in the repository and leads to a port there.

use crate::routes::compose::production_proxies;
use crate::{RouteKind, Service, Tool};
use prodcheck_facts::proxy::{ProxyFile, ProxyTool, Target};
use prodcheck_source::{Place, RepoPath};

/// A directive that sends requests to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// The proxy.
    pub tool: ProxyTool,
    /// The directive, short.
    pub shown: String,
    /// Where it stands.
    pub place: Place,
}

impl Service {
    /// The proxy whose configuration leads to the machine that the service runs on. Of several packages that have
    /// configurations of their own, another one's does not count.
    pub fn front(&self) -> Option<Front> {
        let in_compose = self.main_route().is_some_and(|route| route.kind == RouteKind::Compose);
        production_proxies(&self.repository).filter(|(path, _)| self.is_around(path)).find_map(|(path, file)| {
            // A proxy in the same container meets the service on the container's own addresses.
            let apart = in_compose && !self.is_in_image(path);
            let leads = |target: &Target| is_this_machine(target, apart);
            let forward = file.forwards.iter().find(|forward| forward.targets.iter().any(leads))?;
            Some(Front { tool: file.tool, shown: forward.shown.clone(), place: Place::new(path.clone(), forward.span) })
        })
    }

    /// The configurations of proxies for production that stand around this service: those that lead to it, and all of
    /// the repository's where it is the only service.
    pub fn proxies(&self) -> Vec<(&RepoPath, &ProxyFile)> {
        production_proxies(&self.repository).filter(|(path, _)| self.is_around(path)).collect()
    }

    /// Whether an image that runs the service holds a proxy's configuration.
    fn is_in_image(&self, proxy: &RepoPath) -> bool {
        let layers = self.main_route().into_iter().flat_map(|route| &route.layers);
        let files = layers.filter(|layer| layer.tool == Tool::Dockerfile).map(|layer| &layer.place.path);
        files.filter_map(|path| self.repository.facts.dockerfile(path)).any(|file| {
            let stages = 0..file.tree.stages.len().min(50);
            let mut sources =
                stages.flat_map(|stage| file.image(stage, &|_| None, None).copies).flat_map(|copied| copied.sources);
            sources.any(|source| {
                let source = RepoPath::new(&source);
                !source.is_root() && (source.name() == proxy.name() || proxy.is_in(&source))
            })
        })
    }

    fn is_around(&self, path: &RepoPath) -> bool {
        let has =
            |folder: &RepoPath| folder.join("package.json").is_some_and(|file| self.repository.files.contains(&file));
        let package = path.parent().ancestors().find(has);
        package.is_none_or(|package| self.path.is_in(&package) || package.is_in(&self.path))
    }
}

/// Whether a server is this machine, or one that nobody names. A proxy in a container apart has a machine of its own.
fn is_this_machine(target: &Target, apart: bool) -> bool {
    let Some(host) = target.host.as_deref() else { return true };
    let local = host == "localhost" || host.starts_with("127.") || host == "::1" || host == "0.0.0.0";
    let socket = host.starts_with('/');
    let outside = host == "host.docker.internal"
        || host.split('.').count() == 4 && host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    outside || (!apart && (local || socket))
}
