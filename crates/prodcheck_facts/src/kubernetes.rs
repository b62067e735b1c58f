//! Kubernetes manifests: workloads, autoscalers, what leads traffic to them, their configuration and alert rules.
//!
//! Fields: <https://kubernetes.io/docs/reference/kubernetes-api/>.

mod delivery;
mod other;
mod read;
mod template;
mod workload;

pub use delivery::Delivery;
pub use other::{AlertRule, Autoscaler, ConfigData, Entrance, NetworkService};
pub use read::{alert_rules, looks_like_manifest, may_be_manifest, read, read_documents};
pub use workload::{
    Container, EnvSource, EnvironmentVariable, Probe, SecurityContext, Strategy, Workload, WorkloadKind,
};

use prodcheck_source::{Span, Spanned};

/// One object of a manifest file.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// `kind`, such as `Deployment`.
    pub kind: Spanned<String>,
    /// `apiVersion`, such as `apps/v1`.
    pub api_version: String,
    /// `metadata.name`; `None` where it is missing or only a run would tell.
    pub name: Option<Spanned<String>>,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// `metadata.labels`, those that are known.
    pub labels: Vec<(String, String)>,
    /// `metadata.annotations`, those that are known.
    pub annotations: Vec<(String, Spanned<String>)>,
    /// The whole object.
    pub span: Span,
    /// What it is, as far as the checklist asks.
    pub object: Object,
}

/// What an object is.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// Something that runs pods.
    Workload(Box<Workload>),
    /// A `HorizontalPodAutoscaler`, or KEDA's `ScaledObject`.
    Autoscaler(Autoscaler),
    /// A `ConfigMap`.
    Config(ConfigData),
    /// A `Service`.
    Service(NetworkService),
    /// What leads traffic from outside to services: Ingress, Gateway API routes, OpenShift routes, Traefik and Istio.
    Entrance(Entrance),
    /// Prometheus alert rules.
    Alerts(Vec<AlertRule>),
    /// What deploys from git by itself: Argo CD applications, Flux releases and kustomizations.
    Delivery(Box<Delivery>),
    /// Something else; its kind says what.
    Other,
}
