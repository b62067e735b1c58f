//! Names by which monitoring is known: resource types, metrics, charts.

/// Terraform resources that ping from outside. Each is documented in its provider's registry pages:
/// <https://registry.terraform.io/browse/providers>.
pub(super) const UPTIME: &[&str] = &[
    "uptimerobot_monitor",
    "betteruptime_monitor",
    "betterstack_monitor",
    "checkly_check",
    "checkly_check_group",
    "checkly_uptime_monitor",
    "checkly_url_monitor",
    "aws_route53_health_check",
    "aws_synthetics_canary",
    "google_monitoring_uptime_check_config",
    "pingdom_check",
    "statuscake_uptime_check",
    "statuscake_test",
    "newrelic_synthetics_monitor",
    "newrelic_synthetics_script_monitor",
    "datadog_synthetics_test",
    "azurerm_application_insights_web_test",
    "azurerm_application_insights_standard_web_test",
    "grafana_synthetic_monitoring_check",
    "digitalocean_uptime_check",
    "hetrixtools_uptime_monitor",
    "cronitor_http_monitor",
    "site24x7_website_monitor",
    "freshping_check",
    "updown_check",
];

/// Terraform resources that alert on what their query says.
pub(super) const ALERTS: &[&str] = &[
    "datadog_monitor",
    "newrelic_nrql_alert_condition",
    "google_monitoring_alert_policy",
    "aws_cloudwatch_metric_alarm",
    "azurerm_monitor_metric_alert",
    "azurerm_monitor_scheduled_query_rules_alert",
    "azurerm_monitor_scheduled_query_rules_alert_v2",
    "grafana_rule_group",
    "signalfx_detector",
    "honeycombio_trigger",
    "digitalocean_app",
    "kubernetes_manifest",
    "kubectl_manifest",
];

/// CloudFormation resources that ping from outside:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-healthcheck.html>.
pub(super) const CLOUD_FORMATION: &[&str] = &["AWS::Route53::HealthCheck", "AWS::Synthetics::Canary"];

/// Metrics that tell of restarts: of kube-state-metrics
/// (<https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics/workload>), of client libraries
/// (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>), of Oxmgr and of PM2's exporters.
pub(super) const RESTARTS: &[&str] = &[
    "kube_pod_container_status_restarts_total",
    "kube_pod_container_status_waiting_reason",
    "process_start_time_seconds",
    "container_start_time_seconds",
    "oxmgr_process_restart_count",
    "pm2_restarts",
    "pm2_restart_count",
    "node_systemd_unit_state",
];

/// Charts whose templates bring alerts on restarts: `KubePodCrashLooping` of
/// <https://github.com/ministryofjustice/hmpps-helm-charts/tree/main/charts/generic-prometheus-alerts> and of
/// <https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack>.
pub(super) const CHARTS: &[&str] = &["generic-prometheus-alerts", "kube-prometheus-stack", "prometheus-operator"];
