//! Objects around workloads: autoscalers, services, entrances, configuration, alerts and deliveries.

use crate::given::{Field, Variable};
use prodcheck_source::{Span, Spanned};

/// What scales a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoscaler {
    /// Kind and name of what it scales.
    pub target: Option<(String, Spanned<String>)>,
    /// `minReplicas` (`minReplicaCount` of KEDA).
    pub min: Option<Field<u64>>,
    /// `maxReplicas` (`maxReplicaCount` of KEDA).
    pub max: Option<Field<u64>>,
}

/// The data of a ConfigMap.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfigData {
    /// Its keys and values.
    pub data: Vec<Variable>,
}

/// A Service: a name for pods.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkService {
    /// `spec.selector`, the labels that are known.
    pub selector: Vec<(String, String)>,
    /// `spec.type`.
    pub kind: Option<Field<String>>,
    /// `spec.ports[].port`.
    pub ports: Vec<Spanned<u64>>,
}

/// What leads traffic from outside to services.
#[derive(Debug, Clone, PartialEq)]
pub struct Entrance {
    /// The names of the services it leads to.
    pub services: Vec<Spanned<String>>,
}

/// One alert of Prometheus.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRule {
    /// `alert`.
    pub name: Option<Spanned<String>>,
    /// `expr`.
    pub expression: Spanned<String>,
    /// The whole rule.
    pub span: Span,
}
