//! What types of resources are for: a table over the providers' own types.
//!
//! Types: <https://registry.terraform.io/browse/providers>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html>,
//! <https://www.pulumi.com/registry/>. CloudFormation's and Pulumi's are compared in Terraform's spelling.

use prodcheck_formats::value::{Node, Value};

/// What a resource is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It stands in front of services: a load balancer, an API gateway, an application gateway.
    LoadBalancer,
    /// It polls what stands behind a load balancer, and takes what fails out of it.
    HealthCheck,
    /// It delivers responses from caches near to users, compressed.
    Cdn,
    /// It pings from outside.
    Uptime,
    /// It alerts on a metric; on which, as far as its arguments tell.
    Alarm(Watched),
    /// It is a definition of what containers run.
    Task,
    /// It keeps containers running.
    Service,
    /// It changes how many of something run.
    Scaler,
}

/// What an alarm watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Watched {
    /// Restarts, or processes that are not up.
    Restarts,
    /// Memory.
    Memory,
    /// Errors of responses.
    Errors,
    /// Something else.
    Other,
}

/// Types as Terraform spells them, and CloudFormation's where they differ.
const KINDS: &[(&str, Purpose)] = &[
    ("aws_lb", Purpose::LoadBalancer),
    ("aws_alb", Purpose::LoadBalancer),
    ("aws_elb", Purpose::LoadBalancer),
    ("aws_elasticloadbalancing_loadbalancer", Purpose::LoadBalancer),
    ("aws_elasticloadbalancingv2_loadbalancer", Purpose::LoadBalancer),
    ("aws_api_gateway_rest_api", Purpose::LoadBalancer),
    ("aws_apigatewayv2_api", Purpose::LoadBalancer),
    ("aws_apigateway_restapi", Purpose::LoadBalancer),
    ("aws_serverless_api", Purpose::LoadBalancer),
    ("aws_serverless_httpapi", Purpose::LoadBalancer),
    ("google_compute_url_map", Purpose::LoadBalancer),
    ("google_compute_global_forwarding_rule", Purpose::LoadBalancer),
    ("google_compute_forwarding_rule", Purpose::LoadBalancer),
    ("azurerm_lb", Purpose::LoadBalancer),
    ("azurerm_application_gateway", Purpose::LoadBalancer),
    ("azurerm_frontdoor", Purpose::LoadBalancer),
    ("digitalocean_loadbalancer", Purpose::LoadBalancer),
    ("hcloud_load_balancer", Purpose::LoadBalancer),
    ("cloudflare_load_balancer", Purpose::LoadBalancer),
    ("aws_lb_target_group", Purpose::HealthCheck),
    ("aws_alb_target_group", Purpose::HealthCheck),
    ("aws_elasticloadbalancingv2_targetgroup", Purpose::HealthCheck),
    ("google_compute_health_check", Purpose::HealthCheck),
    ("google_compute_http_health_check", Purpose::HealthCheck),
    ("azurerm_lb_probe", Purpose::HealthCheck),
    ("aws_cloudfront_distribution", Purpose::Cdn),
    ("azurerm_cdn_endpoint", Purpose::Cdn),
    ("azurerm_cdn_frontdoor_endpoint", Purpose::Cdn),
    ("google_compute_backend_bucket", Purpose::Cdn),
    ("uptimerobot_monitor", Purpose::Uptime),
    ("betteruptime_monitor", Purpose::Uptime),
    ("checkly_check", Purpose::Uptime),
    ("checkly_check_group", Purpose::Uptime),
    ("pingdom_check", Purpose::Uptime),
    ("statuscake_uptime_check", Purpose::Uptime),
    ("statuscake_test", Purpose::Uptime),
    ("aws_route53_health_check", Purpose::Uptime),
    ("aws_route53_healthcheck", Purpose::Uptime),
    ("aws_synthetics_canary", Purpose::Uptime),
    ("google_monitoring_uptime_check_config", Purpose::Uptime),
    ("azurerm_application_insights_web_test", Purpose::Uptime),
    ("azurerm_application_insights_standard_web_test", Purpose::Uptime),
    ("datadog_synthetics_test", Purpose::Uptime),
    ("newrelic_synthetics_monitor", Purpose::Uptime),
    ("grafana_synthetic_monitoring_check", Purpose::Uptime),
    ("digitalocean_uptime_check", Purpose::Uptime),
    ("cronitor_http_monitor", Purpose::Uptime),
    ("aws_cloudwatch_metric_alarm", Purpose::Alarm(Watched::Other)),
    ("aws_cloudwatch_alarm", Purpose::Alarm(Watched::Other)),
    ("google_monitoring_alert_policy", Purpose::Alarm(Watched::Other)),
    ("azurerm_monitor_metric_alert", Purpose::Alarm(Watched::Other)),
    ("datadog_monitor", Purpose::Alarm(Watched::Other)),
    ("newrelic_nrql_alert_condition", Purpose::Alarm(Watched::Other)),
    ("grafana_rule_group", Purpose::Alarm(Watched::Other)),
    ("digitalocean_monitor_alert", Purpose::Alarm(Watched::Other)),
    ("aws_ecs_task_definition", Purpose::Task),
    ("aws_ecs_taskdefinition", Purpose::Task),
    ("aws_ecs_service", Purpose::Service),
    ("aws_appautoscaling_target", Purpose::Scaler),
    ("aws_applicationautoscaling_scalabletarget", Purpose::Scaler),
    ("google_cloud_run_service", Purpose::Service),
    ("google_cloud_run_v2_service", Purpose::Service),
];

/// Words of metrics, in small letters without signs between them.
const METRICS: &[(&str, Watched)] = &[
    ("restart", Watched::Restarts),
    ("healthyhostcount", Watched::Restarts),
    ("runningtaskcount", Watched::Restarts),
    ("crashloop", Watched::Restarts),
    ("5xx", Watched::Errors),
    ("http5", Watched::Errors),
    ("responsecodeclass", Watched::Errors),
    ("errorrate", Watched::Errors),
    ("memory", Watched::Memory),
];

/// What a resource of a type is for.
pub(super) fn purpose(kind: &str, properties: &Node) -> Option<Purpose> {
    let kind = spelled(kind);
    let (_, purpose) = KINDS.iter().find(|(known, _)| *known == kind)?;
    Some(match purpose {
        Purpose::Alarm(Watched::Other) => Purpose::Alarm(watched(properties)),
        purpose => *purpose,
    })
}

/// A type as Terraform spells it: `AWS::ECS::Service` and `aws:ecs/service:Service` are `aws_ecs_service`.
fn spelled(kind: &str) -> String {
    if kind.contains("::") {
        return kind.to_ascii_lowercase().replace("::", "_");
    }
    let [provider, module, name] = kind.split(':').collect::<Vec<_>>()[..] else { return kind.to_owned() };
    let module = module.split('/').next().unwrap_or(module);
    let provider = if provider == "gcp" { "google" } else { provider.trim_end_matches("-native") };
    // Pulumi keeps Terraform's words in the name, and what is missing there in the module.
    let known = format!("{provider}_{module}_{}", snake(name));
    let short = format!("{provider}_{}", snake(name));
    match known.as_str() {
        "aws_lb_load_balancer" | "aws_alb_load_balancer" => "aws_lb".to_owned(),
        _ if KINDS.iter().any(|(kind, _)| *kind == short) => short,
        _ => known,
    }
}

fn snake(name: &str) -> String {
    let mut all = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            all.push('_');
        }
        all.extend(letter.to_lowercase());
    }
    all
}

/// What the texts of an alarm say that it watches; the first of the table that any holds.
fn watched(properties: &Node) -> Watched {
    let mut texts = String::new();
    let mut waiting = vec![properties];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(object) => waiting.extend(object.entries.iter().map(|entry| &entry.value)),
            Value::String(text) => {
                texts.extend(text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase));
                texts.push(' ');
            }
            _ => {}
        }
    }
    METRICS.iter().find(|(word, _)| texts.contains(word)).map_or(Watched::Other, |(_, watched)| *watched)
}
