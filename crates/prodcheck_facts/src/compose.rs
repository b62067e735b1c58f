//! Compose files: the services that `docker compose` and `docker stack` run.
//!
//! Specification: <https://docs.docker.com/reference/compose-file/>.

mod read;
mod read_service;
mod service;
mod size;
#[cfg(test)]
mod tests;
mod text;

pub use read::read;
pub use service::{
    Build, Command, Dependency, Deploy, EnvFile, Extends, HealthCheck, HealthTest, HostPath, Logging, Mount, MountKind,
    Port, RestartPolicy, Said, Service, Ulimit, UpdateConfig, Variable,
};
pub use size::bytes;
pub use text::{Text, Variables};

use prodcheck_formats::value::{Node, Value};
use prodcheck_source::{RepoPath, Spanned};

/// What one compose file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComposeFile {
    /// The comment at its head, without the `#`s, as one text with its lines.
    pub header: Option<Spanned<String>>,
    /// The project's name.
    pub name: Option<Said<Text>>,
    /// The services, in the order of the text.
    pub services: Vec<Service>,
    /// Other projects that it takes in.
    pub includes: Vec<Include>,
}

impl ComposeFile {
    /// The service of a name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }
}

/// One entry of `include`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The files, merged in their order.
    pub paths: Vec<Said<Text>>,
    /// The folder that the files' paths are relative to; without one the first file's.
    pub project_directory: Option<Said<Text>>,
    /// The entry.
    pub place: prodcheck_source::Place,
}

/// Whether a file is one of compose's by its name: the names that `docker compose` looks for, and those that people give
/// to further ones (`docker-compose.prod.yml`, `compose.override.yaml`, `prod.compose.yml`, `docker-stack.yml`,
/// `stack.yaml`).
pub fn is_named(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    let Some(stem) = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")) else {
        return false;
    };
    stem.split(['.', '-', '_']).any(|word| matches!(word, "compose" | "dockercompose" | "stack" | "swarm"))
}

/// Whether a document is a compose file by its shape: `services` is a mapping, and one of them has an image, a build or
/// what stands in their place.
pub fn is_shaped(document: &Node) -> bool {
    let services = document.get("services").and_then(Node::as_object);
    let foreign = document.get("apiVersion").is_some() || document.get("jobs").is_some();
    !foreign && services.is_some_and(|services| services.effective().any(|entry| is_service(&entry.value)))
}

fn is_service(node: &Node) -> bool {
    ["image", "build", "extends", "container_name", "command", "entrypoint", "restart", "deploy"]
        .iter()
        .any(|key| node.get(key).is_some_and(|value| !matches!(value.value, Value::Null)))
}
