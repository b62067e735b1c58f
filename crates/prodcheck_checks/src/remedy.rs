//! The one line that mends a failure, in the words of the tool that the service is deployed with.

use prodcheck_services::{Service, Tool};

/// What to do, by tool; the last entry is for services that no tool runs yet.
pub struct Remedies {
    /// What to write in the tool's file.
    pub by_tool: &'static [(Tool, &'static str)],
    /// What to do where the tool has no such key, or nothing deploys the service.
    pub otherwise: &'static str,
}

impl Remedies {
    /// The remedy for the outermost tool of the main route that has one.
    pub fn of(&self, service: &Service) -> &'static str {
        let layers = service.main_route().into_iter().flat_map(|route| &route.layers);
        let known = |tool: Tool| self.by_tool.iter().find(|(of, _)| *of == tool).map(|(_, remedy)| *remedy);
        layers.map(|layer| layer.tool).find_map(known).unwrap_or(self.otherwise)
    }
}
