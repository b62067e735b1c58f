//! Configurations of what watches a service from outside: uptime monitors, alert rules, charts that bring such rules.
//!
//! Upptime: <https://upptime.js.org/docs/configuration>; Gatus: <https://github.com/TwiN/gatus#configuration>; Checkly:
//! <https://www.checklyhq.com/docs/cli/>; OpenStatus: <https://docs.openstatus.dev/cli/>; blackbox exporter:
//! <https://github.com/prometheus/blackbox_exporter#prometheus-configuration>; Prometheus:
//! <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/>. Rules stand in plain files, in manifests,
//! in templates of charts and in values of charts; all of them spell `alert:` and `expr:`, so lines are read.

mod table;

use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{RepoPath, Span, Spanned};

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Monitoring {
    /// What pings a service from outside: the tool, and where it is told to.
    pub uptime: Vec<Spanned<String>>,
    /// What alerts when a process restarts too often or goes away.
    pub restarts: Vec<Spanned<String>>,
    /// Charts that bring alert rules when a chart depends on them.
    pub charts: Vec<Spanned<String>>,
}

impl Monitoring {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a file can configure monitoring by its name.
pub fn may_monitor(path: &RepoPath) -> bool {
    let name = path.name();
    matches!(path.extension(), Some("yml" | "yaml" | "tf" | "rules" | "tpl"))
        || name.ends_with(".tf.json")
        || name.starts_with("checkly.config.")
        || name.ends_with(".rules.json")
}

/// Reads a file; `None` where it says nothing of monitoring.
pub fn read(path: &RepoPath, text: &str) -> Option<Monitoring> {
    let mut found = Monitoring::default();
    let name = path.name();
    if name.starts_with("checkly.config.") {
        found.uptime.push(Spanned::new("Checkly".to_owned(), first_line(text)));
    } else if path.extension() == Some("tf") || name.ends_with(".tf.json") {
        terraform(text, &mut found);
    } else {
        if matches!(path.extension(), Some("yml" | "yaml")) {
            by_tree(path, text, &mut found);
        }
        rules(text, &mut found);
    }
    (!found.is_empty()).then_some(found)
}

fn first_line(text: &str) -> Span {
    Span::new(0, text.lines().next().unwrap_or("").len())
}

/// Files that a tool knows by their name or shape.
fn by_tree(path: &RepoPath, text: &str, found: &mut Monitoring) {
    let name = path.name().to_ascii_lowercase();
    let upptime = matches!(name.as_str(), ".upptimerc.yml" | ".upptimerc.yaml");
    let openstatus = name.starts_with("openstatus");
    let gatus = text.contains("endpoints:") && text.contains("conditions:");
    let probes = text.contains("/probe") && text.contains("metrics_path");
    let probe = text.contains("kind: Probe") && text.contains("monitoring.coreos.com");
    let chart = path.name() == "Chart.yaml" || name == "requirements.yaml";
    let cloud = table::CLOUD_FORMATION.iter().any(|kind| text.contains(kind));
    if !(upptime || openstatus || gatus || probes || probe || chart || cloud) {
        return;
    }
    for document in &yaml::parse(text).tree {
        if upptime {
            let sites = document.get("sites").map(Node::items).unwrap_or_default();
            let first = sites.iter().find_map(|site| site.entry("url"));
            found.uptime.extend(first.map(|url| Spanned::new("Upptime".to_owned(), url.span())));
        }
        if openstatus {
            let url = first_entry(document, &["url", "target"], 8);
            found.uptime.extend(url.map(|span| Spanned::new("OpenStatus".to_owned(), span)));
        }
        if gatus {
            let endpoints = document.get("endpoints").map(Node::items).unwrap_or_default();
            let watched = endpoints.iter().find(|one| one.get("conditions").is_some()).and_then(|one| one.entry("url"));
            found.uptime.extend(watched.map(|url| Spanned::new("Gatus".to_owned(), url.span())));
        }
        if probes {
            for job in document.get("scrape_configs").map(Node::items).unwrap_or_default() {
                let path = job.entry("metrics_path").filter(|entry| entry.value.as_str() == Some("/probe"));
                found.uptime.extend(path.map(|entry| Spanned::new("the blackbox exporter".to_owned(), entry.span())));
            }
        }
        let kind = document.entry("kind").filter(|kind| probe && kind.value.as_str() == Some("Probe"));
        found.uptime.extend(kind.map(|kind| Spanned::new("the blackbox exporter".to_owned(), kind.span())));
        if chart {
            for dependency in document.get("dependencies").map(Node::items).unwrap_or_default() {
                let Some(entry) = dependency.entry("name") else { continue };
                let name = entry.value.as_str().unwrap_or("");
                if table::CHARTS.contains(&name) {
                    found.charts.push(Spanned::new(name.to_owned(), entry.span()));
                }
            }
        }
        if cloud {
            for resource in document.get("Resources").into_iter().flat_map(Node::entries) {
                let kind = resource.value.entry("Type");
                let kind =
                    kind.filter(|kind| kind.value.as_str().is_some_and(|kind| table::CLOUD_FORMATION.contains(&kind)));
                found
                    .uptime
                    .extend(kind.map(|kind| Spanned::new(kind.value.as_str().unwrap_or("").to_owned(), kind.span())));
            }
        }
    }
}

/// The first entry of one of these keys, at any depth that real files have.
fn first_entry(node: &Node, keys: &[&str], depth: usize) -> Option<Span> {
    if depth == 0 {
        return None;
    }
    if let Some(entry) = node.entries().find(|entry| keys.contains(&entry.key.as_str())) {
        return Some(entry.span());
    }
    let inner = node.items().iter().chain(node.entries().map(|entry| &entry.value));
    inner.into_iter().find_map(|inner| first_entry(inner, keys, depth - 1))
}

/// Lines of alert rules that ask how often something was restarted, or whether it is there.
fn rules(text: &str, found: &mut Monitoring) {
    let has_alerts = text.contains("alert:") && text.contains("expr:");
    let platform = text.contains("RESTART_COUNT");
    if !has_alerts && !platform {
        return;
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        if content.starts_with('#') || found.restarts.len() >= 50 {
            continue;
        }
        let metric = table::RESTARTS.iter().find(|metric| content.contains(**metric));
        let up = || {
            content
                .strip_prefix("expr:")
                .or_else(|| content.strip_prefix("- expr:"))
                .filter(|query| asks_up(query))
                .map(|_| &"up")
        };
        let rule = || (platform && content.contains("rule: RESTART_COUNT")).then_some(&"RESTART_COUNT");
        if let Some(metric) = metric.filter(|_| has_alerts).or_else(|| up().filter(|_| has_alerts)).or_else(rule) {
            let from = start + (line.len() - line.trim_start().len());
            found.restarts.push(Spanned::new((*metric).to_owned(), Span::new(from, from + content.len())));
        }
    }
}

/// Whether a query asks for the series `up`.
fn asks_up(query: &str) -> bool {
    let is_part =
        |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'));
    let bytes = query.as_bytes();
    query.match_indices("up").any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before).copied());
        let after = bytes.get(at + 2).copied();
        let follows = query.get(at + 2..).unwrap_or("").trim_start();
        !is_part(before) && !is_part(after) && (follows.starts_with(['{', '=', '<', '!', ')']))
    })
}

/// Resources of Terraform and OpenTofu, by their types.
fn terraform(text: &str, found: &mut Monitoring) {
    let mut at = 0;
    let mut alert: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        if content.starts_with('#') || content.starts_with("//") {
            continue;
        }
        let from = start + (line.len() - line.trim_start().len());
        let span = Span::new(from, from + content.len());
        if let Some(kind) = content.strip_prefix("resource \"").and_then(|rest| rest.split('"').next()) {
            alert = table::ALERTS.iter().copied().find(|known| *known == kind);
            if table::UPTIME.contains(&kind) {
                found.uptime.push(Spanned::new(kind.to_owned(), span));
            }
        }
        let lower = content.to_ascii_lowercase();
        let restarts = lower.contains("restart") || lower.contains("runningtaskcount") || lower.contains("crashloop");
        if let Some(kind) = alert.filter(|_| restarts) {
            found.restarts.push(Spanned::new(kind.to_owned(), span));
            alert = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Monitoring {
        let path = RepoPath::new(path);
        assert!(may_monitor(&path));
        let found = read(&path, text).unwrap_or_default();
        for one in found.uptime.iter().chain(&found.restarts).chain(&found.charts) {
            assert!(text.get(one.span.range()).is_some());
        }
        found
    }

    fn names(found: &[Spanned<String>]) -> Vec<&str> {
        found.iter().map(|one| one.value.as_str()).collect()
    }

    #[test]
    fn uptime_monitors() {
        let upptime = "owner: größe\nsites:\n  - name: API\n    url: https://api.example/health\n";
        assert_eq!(names(&file(".upptimerc.yml", upptime).uptime), ["Upptime"]);
        assert!(file(".upptimerc.yml", "sites: []\n").uptime.is_empty());
        let gatus =
            "endpoints:\n  - name: api\n    url: https://api.example/health\n    conditions: [\"[STATUS] == 200\"]\n";
        assert_eq!(names(&file("gatus/config.yaml", gatus).uptime), ["Gatus"]);
        let probe = "scrape_configs:\n  - job_name: up\n    metrics_path: /probe\n    static_configs: [{targets: [https://a]}]\n";
        assert_eq!(names(&file("prometheus.yml", probe).uptime), ["the blackbox exporter"]);
        assert_eq!(names(&file("checkly.config.ts", "import x from 'checkly'\n").uptime).len(), 1);
        let terraform = "# resource \"uptimerobot_monitor\" \"x\"\nresource \"betteruptime_monitor\" \"äpi\" {\n  url = \"https://a\"\n}\n";
        assert_eq!(names(&file("infra/main.tf", terraform).uptime), ["betteruptime_monitor"]);
        let cloud = "Resources:\n  Check:\n    Type: AWS::Route53::HealthCheck\n";
        assert_eq!(names(&file("template.yaml", cloud).uptime), ["AWS::Route53::HealthCheck"]);
    }

    #[test]
    fn alerts_on_restarts() {
        let rules = "groups:\n- name: ä\n  rules:\n  - alert: Restarts\n    expr: increase(kube_pod_container_status_restarts_total[1h]) > 3\n  - alert: Down\n    expr: up{job=\"api\"} == 0\n  - alert: Other\n    expr: group_update == 1\n";
        let found = file("alerts.rules.yml", rules);
        assert_eq!(names(&found.restarts), ["kube_pod_container_status_restarts_total", "up"]);
        assert_eq!(rules.get(found.restarts[1].span.range()), Some("expr: up{job=\"api\"} == 0"));
        let template = "{{- if .Values.alerts }}\n- alert: A\n  expr: |\n    rate(kube_pod_container_status_restarts_total{x=\"{{ .y }}\"}[5m]) > 0\n{{- end }}\n";
        assert_eq!(file("chart/templates/alerts.yaml", template).restarts.len(), 1);
        let app = "name: a\nservices:\n- name: api\n  alerts:\n  - rule: RESTART_COUNT\n    value: 3\n";
        assert_eq!(names(&file(".do/app.yaml", app).restarts), ["RESTART_COUNT"]);
        let monitor = "resource \"datadog_monitor\" \"r\" {\n  query = \"change(avg(last_1h),last_5m):sum:kubernetes.containers.restarts{*} > 5\"\n}\n";
        assert_eq!(names(&file("monitors.tf", monitor).restarts), ["datadog_monitor"]);
        assert!(read(&"a.tf".into(), "resource \"aws_instance\" \"r\" { restart = 1 }").is_none());
    }

    #[test]
    fn charts_that_bring_rules() {
        let chart = "name: api\ndependencies:\n  - name: generic-service\n  - name: generic-prometheus-alerts\n    version: \"1\"\n";
        assert_eq!(names(&file("helm/Chart.yaml", chart).charts), ["generic-prometheus-alerts"]);
        assert!(read(&"values.yaml".into(), "alert: x\n").is_none());
        assert!(read(&"broken.yml".into(), "sites: [\n").is_none());
    }
}
