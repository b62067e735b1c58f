//! What a reverse proxy in the repository does to the service's answers.

use prodcheck_facts::proxy::ProxyFile;
use prodcheck_services::Service;
use prodcheck_source::{Place, RepoPath, Span};

/// The configurations of the proxies in front of the service; none where none of them sends requests anywhere, for a
/// server of files alone is no proxy.
pub fn proxies(service: &Service) -> Vec<(&RepoPath, &ProxyFile)> {
    let found = service.proxies();
    let forwards = found.iter().any(|(_, file)| !file.forwards.is_empty());
    if forwards { found } else { Vec::new() }
}

/// The first directive that one of these proxies has: the proxy's title, the directive as written, and its place.
pub fn directive(
    service: &Service,
    of: impl Fn(&ProxyFile) -> Option<(String, Span)>,
) -> Option<(&'static str, String, Place)> {
    proxies(service).into_iter().find_map(|(path, file)| {
        let (shown, span) = of(file)?;
        Some((file.tool.title(), shown, Place::new(path.clone(), span)))
    })
}
