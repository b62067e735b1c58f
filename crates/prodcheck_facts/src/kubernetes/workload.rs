//! Objects that run pods: Deployments and their kin, their containers, probes and limits.

use crate::given::{Field, Given};
use prodcheck_source::{Span, Spanned};

/// The kinds of objects that run pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkloadKind {
    /// `apps/v1` Deployment, OpenShift's DeploymentConfig.
    Deployment,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `apps/v1` DaemonSet.
    DaemonSet,
    /// A ReplicaSet or ReplicationController.
    ReplicaSet,
    /// A bare Pod.
    Pod,
    /// A Job.
    Job,
    /// A CronJob.
    CronJob,
    /// Argo Rollouts' Rollout.
    Rollout,
    /// Knative Serving's Service, and Cloud Run's.
    Knative,
}

impl WorkloadKind {
    /// Whether it runs to an end instead of running on.
    pub fn ends(self) -> bool {
        matches!(self, Self::Job | Self::CronJob)
    }
}

/// An object that runs pods.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// What kind.
    pub kind: WorkloadKind,
    /// `spec.replicas`.
    pub replicas: Option<Field<u64>>,
    /// `spec.strategy` or `spec.updateStrategy`.
    pub strategy: Option<Strategy>,
    /// Labels of the pods.
    pub pod_labels: Vec<(String, String)>,
    /// Annotations of the pods.
    pub pod_annotations: Vec<(String, Spanned<String>)>,
    /// `securityContext` of the pod.
    pub security: SecurityContext,
    /// `terminationGracePeriodSeconds`.
    pub termination_grace: Option<Field<u64>>,
    /// `restartPolicy` of the pod.
    pub restart_policy: Option<Field<String>>,
    /// The containers that run side by side; empty where they cannot be read.
    pub containers: Vec<Container>,
    /// The containers that run before.
    pub init_containers: Vec<Container>,
    /// Where the pod's `spec` stands: its key, else the object's kind.
    pub pod_span: Span,
}

/// How pods are replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// `type`: `RollingUpdate`, `Recreate`, `OnDelete`.
    pub kind: Option<Field<String>>,
    /// `rollingUpdate.maxSurge` as text, such as `25%` or `1`.
    pub max_surge: Option<Field<String>>,
    /// `rollingUpdate.maxUnavailable` as text.
    pub max_unavailable: Option<Field<String>>,
}

/// A container of a pod.
#[derive(Debug, Clone, PartialEq)]
pub struct Container {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// The whole entry of the list.
    pub span: Span,
    /// Whether keys may be set that could not be read (a template's unknown condition).
    pub open: bool,
    /// `image`.
    pub image: Option<Field<String>>,
    /// `command`: replaces the image's entry point.
    pub command: Option<Vec<Spanned<Given<String>>>>,
    /// `args`: replaces the image's command.
    pub args: Option<Vec<Spanned<Given<String>>>>,
    /// `workingDir`.
    pub working_dir: Option<Field<String>>,
    /// `env`.
    pub env: Vec<EnvironmentVariable>,
    /// Names of config maps and secrets in `envFrom`.
    pub env_from: Vec<EnvSource>,
    /// `ports[].containerPort`.
    pub ports: Vec<Spanned<u64>>,
    /// The value of `resources`, also where it holds nothing.
    pub resources: Option<Span>,
    /// `resources.limits.memory` as text.
    pub memory_limit: Option<Field<String>>,
    /// `livenessProbe`.
    pub liveness: Option<Probe>,
    /// `readinessProbe`.
    pub readiness: Option<Probe>,
    /// `startupProbe`.
    pub startup: Option<Probe>,
    /// `securityContext` of the container.
    pub security: SecurityContext,
    /// `lifecycle.preStop`.
    pub pre_stop: Option<Span>,
}

/// A probe, by its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// Key and value.
    pub span: Span,
    /// `httpGet`, `exec`, `tcpSocket` or `grpc`, where one is there.
    pub by: Option<String>,
}

/// What a `securityContext` says of users.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SecurityContext {
    /// `runAsNonRoot`.
    pub run_as_non_root: Option<Field<bool>>,
    /// `runAsUser`.
    pub run_as_user: Option<Field<u64>>,
}

/// One entry of `env`.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvironmentVariable {
    /// The variable.
    pub name: String,
    /// The whole entry.
    pub span: Span,
    /// Its value or where it comes from.
    pub value: EnvSource,
}

/// Where an environment variable, or many, come from.
#[derive(Debug, Clone, PartialEq)]
pub enum EnvSource {
    /// `value`.
    Text(Given<String>),
    /// A config map, and the key in it where one is named.
    ConfigMap(Spanned<String>, Option<String>),
    /// A secret.
    Secret(Option<Spanned<String>>),
    /// A field of the pod, a resource, or what cannot be read.
    Other,
}
