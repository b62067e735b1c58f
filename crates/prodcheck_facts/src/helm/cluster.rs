//! The cluster that charts are rendered for: a current one, with the APIs that every cluster has.

/// The Kubernetes version that `.Capabilities.KubeVersion` gives: <https://kubernetes.io/releases/>. Charts branch on
/// versions that left support long ago.
pub(super) const VERSION: &str = "v1.34.0";

/// API groups of every current cluster: <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/>.
const BUILT_IN: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "apps/v1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "certificates.k8s.io/v1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "events.k8s.io/v1",
    "networking.k8s.io/v1",
    "node.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1",
];

/// Whether the cluster has an API, named with or without a kind (`networking.k8s.io/v1/Ingress`); unknown for what is
/// installed into clusters.
pub(super) fn has_api(name: &str) -> Option<bool> {
    let api = match name.rsplit_once('/') {
        Some((api, kind)) if kind.starts_with(|c: char| c.is_ascii_uppercase()) => api,
        _ => name,
    };
    let group = |api: &str| api.split_once('/').map(|(group, _)| group.to_owned());
    let is_kept_group = || group(api).is_some_and(|own| BUILT_IN.iter().any(|kept| group(kept).as_ref() == Some(&own)));
    match BUILT_IN.contains(&api) {
        true => Some(true),
        // Old versions of these groups are gone from current clusters.
        false if api.starts_with("extensions/") || is_kept_group() => Some(false),
        false => None,
    }
}
