//! Kubernetes workloads: what each one runs, and what it answers to the checklist's questions.
//!
//! What Kubernetes does by itself: it restarts failed containers with a delay that doubles up to five minutes and shows
//! `CrashLoopBackOff` (<https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy>), ignores an
//! image's `HEALTHCHECK`, replaces pods step by step
//! (<https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment>), and its kubelet
//! rotates container logs at 10 MiB (<https://kubernetes.io/docs/concepts/cluster-administration/logging/#log-rotation>).

mod layer;
mod quantity;
#[cfg(test)]
mod tests;

pub use layer::layer;
pub use quantity::bytes;

use crate::{EnvSetting, EnvValue, Layer};
use prodcheck_facts::given::Given;
use prodcheck_facts::kubernetes::{Container, EnvSource, Manifest, Object, Workload};
use prodcheck_source::{Place, Span};

/// A manifest and where it stands.
#[derive(Clone, Copy)]
pub struct Located<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// The place of a span of the manifest's text: in its file, or where a template or a value says it.
    pub places: &'a dyn Fn(Span) -> Place,
}

impl Located<'_> {
    /// A span of it as a place.
    pub fn place(&self, span: Span) -> Place {
        (self.places)(span)
    }
}

/// A container of a workload, and what it runs with.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The workload's name.
    pub name: Option<String>,
    /// The container's name.
    pub container: Option<String>,
    /// Its image, as written.
    pub image: Option<String>,
    /// `command`, which replaces the image's entry point; an unknown word is `None`.
    pub command: Option<Vec<Word>>,
    /// `args`, which replace the image's command; an unknown word is `None`.
    pub arguments: Option<Vec<Word>>,
    /// `workingDir`.
    pub working_dir: Option<String>,
    /// The environment, in the order in which it is set; a later entry of a name wins.
    pub environment: Vec<EnvSetting>,
    /// Whether it may have more variables than the repository shows.
    pub environment_open: bool,
    /// Whether it runs to an end.
    pub ends: bool,
    /// What it answers.
    pub layer: Layer,
}

/// A word of a command and where it stands.
pub type Word = (Option<String>, Place);

/// The containers of the workloads among manifests that are applied together.
pub fn declared(manifests: &[Located<'_>]) -> Vec<Declared> {
    let mut found = Vec::new();
    for located in manifests {
        let Object::Workload(workload) = &located.manifest.object else { continue };
        for container in &workload.containers {
            let (environment, environment_open) = environment(located, container, manifests);
            found.push(Declared {
                name: located.manifest.name.as_ref().map(|name| name.value.clone()),
                container: container.name.as_ref().map(|name| name.value.clone()),
                image: container.image.as_ref().and_then(|image| image.known().cloned()),
                command: container.command.as_ref().map(|words| self::words(located, words)),
                arguments: container.args.as_ref().map(|words| self::words(located, words)),
                working_dir: container.working_dir.as_ref().and_then(|folder| folder.known().cloned()),
                environment,
                environment_open,
                ends: workload.kind.ends(),
                layer: layer(located, workload, container, manifests),
            });
        }
    }
    found
}

fn words(located: &Located<'_>, words: &[prodcheck_source::Spanned<Given<String>>]) -> Vec<Word> {
    words
        .iter()
        .map(|word| {
            let text = match &word.value {
                Given::Known(text) => Some(text.clone()),
                Given::Wrong | Given::Unknown => None,
            };
            (text, located.place(word.span))
        })
        .collect()
}

/// `env` wins over `envFrom`, and of two sources of one name the later:
/// <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables>.
fn environment(located: &Located<'_>, container: &Container, manifests: &[Located<'_>]) -> (Vec<EnvSetting>, bool) {
    let mut settings = Vec::new();
    let mut open = false;
    for source in &container.env_from {
        match source {
            EnvSource::ConfigMap(name, _) => match config_map(&name.value, manifests) {
                Some((holder, data)) => settings.extend(data.iter().map(|variable| EnvSetting {
                    name: variable.name.clone(),
                    value: value(&variable.value),
                    place: holder.place(variable.span),
                })),
                None => open = true,
            },
            _ => open = true,
        }
    }
    for variable in &container.env {
        let own = located.place(variable.span);
        let (value, place) = match &variable.value {
            EnvSource::Text(text) => (value(text), own),
            EnvSource::ConfigMap(name, Some(key)) => {
                let known = config_map(&name.value, manifests).and_then(|(holder, data)| {
                    let entry = data.iter().find(|entry| &entry.name == key)?;
                    Some((value(&entry.value), holder.place(entry.span)))
                });
                known.unwrap_or((EnvValue::Unknown, own))
            }
            _ => (EnvValue::Unknown, own),
        };
        settings.push(EnvSetting { name: variable.name.clone(), value, place });
    }
    (settings, open)
}

fn value(given: &Given<String>) -> EnvValue {
    match given {
        // `$(OTHER)` is replaced by Kubernetes: <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>.
        Given::Known(text) if !text.contains("$(") => EnvValue::Text(text.clone()),
        _ => EnvValue::Unknown,
    }
}

fn config_map<'a>(
    name: &str,
    manifests: &[Located<'a>],
) -> Option<(Located<'a>, &'a [prodcheck_facts::given::Variable])> {
    manifests.iter().find_map(|located| match &located.manifest.object {
        Object::Config(config) if located.manifest.name.as_ref().is_some_and(|known| known.value == name) => {
            Some((*located, config.data.as_slice()))
        }
        _ => None,
    })
}

/// Whether labels hold every pair of a selector that selects anything.
fn selects(selector: &[(String, String)], workload: &Workload) -> bool {
    !selector.is_empty() && selector.iter().all(|pair| workload.pod_labels.contains(pair))
}
