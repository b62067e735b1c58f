//! Charts that render services of any kind, and what each does where no value says otherwise: a table, every row read off
//! the chart's own templates and values.

/// How a chart takes its probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Probes {
    /// It sets them by itself.
    Always,
    /// It sets those that values hold with `enabled: true`.
    WhenEnabled,
}

/// What a chart does where no value says otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownChart {
    pub name: &'static str,
    /// A part of the address of the repository that it comes from.
    pub from: &'static str,
    /// The keys of the values under which the workload is described; `*` is whatever key comes first.
    pub workload: &'static [&'static str],
    /// The same of its container.
    pub container: &'static [&'static str],
    pub replicas: u32,
    pub has_memory_limit: bool,
    pub probes: Probes,
    pub is_non_root: bool,
}

pub(super) const KNOWN: &[KnownChart] = &[
    // <https://github.com/ministryofjustice/hmpps-helm-charts/blob/main/charts/generic-service/values.yaml> and
    // `templates/deployment.yaml` beside it.
    KnownChart {
        name: "generic-service",
        from: "ministryofjustice.github.io",
        workload: &[],
        container: &[],
        replicas: 4,
        has_memory_limit: false,
        probes: Probes::Always,
        is_non_root: true,
    },
    // <https://github.com/bjw-s-labs/helm-charts/blob/main/charts/library/common/values.yaml>; replicas and probes:
    // `templates/classes/_deployment.tpl` and `templates/lib/container/fields/_probes.tpl` beside it.
    KnownChart {
        name: "app-template",
        from: "bjw-s",
        workload: &["controllers", "*"],
        container: &["controllers", "*", "containers", "*"],
        replicas: 1,
        has_memory_limit: false,
        probes: Probes::WhenEnabled,
        is_non_root: false,
    },
    // <https://github.com/stakater/application/blob/master/application/values.yaml>.
    KnownChart {
        name: "application",
        from: "stakater",
        workload: &["deployment"],
        container: &["deployment"],
        replicas: 1,
        has_memory_limit: false,
        probes: Probes::WhenEnabled,
        is_non_root: true,
    },
    // <https://github.com/gimlet-io/onechart/blob/main/charts/onechart/values.yaml>.
    KnownChart {
        name: "onechart",
        from: "onechart",
        workload: &[],
        container: &[],
        replicas: 1,
        has_memory_limit: true,
        probes: Probes::WhenEnabled,
        is_non_root: false,
    },
    // <https://github.com/bitnami/charts/blob/012bb59ca29650c06c176b31fdfa6f671b3f45d0/bitnami/node/values.yaml>:
    // `securityContext` sets the user 1001, and the template always has both probes.
    KnownChart {
        name: "node",
        from: "bitnami",
        workload: &[],
        container: &[],
        replicas: 1,
        has_memory_limit: false,
        probes: Probes::Always,
        is_non_root: true,
    },
];

/// Where values of charts that no row tells about describe a container: at the top, or as the charts above have it.
pub(super) const SHAPES: &[(&[&str], &[&str])] = &[
    (&[], &[]),
    (&["deployment"], &["deployment"]),
    (&["controllers", "*"], &["controllers", "*", "containers", "*"]),
    (&["workload"], &["workload", "containers", "*"]),
    (&["app"], &["app"]),
];
