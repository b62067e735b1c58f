//! Alert rules that the repository holds.

use prodcheck_facts::FileFacts;
use prodcheck_facts::kubernetes::Object;
use prodcheck_services::Service;
use prodcheck_source::Place;

/// The alert rules of the repository: where each stands, and its expression.
pub fn alerts(service: &Service) -> Vec<(Place, &str)> {
    let mut found = Vec::new();
    for (path, facts) in service.repository.facts.iter() {
        let FileFacts::Kubernetes(manifests) = facts else { continue };
        for manifest in manifests {
            let Object::Alerts(rules) = &manifest.object else { continue };
            found
                .extend(rules.iter().map(|rule| (Place::new(path.clone(), rule.span), rule.expression.value.as_str())));
        }
    }
    found
}

/// Whether an expression watches the memory of a process.
pub fn watches_memory(expression: &str) -> bool {
    ["nodejs_heap", "process_resident_memory", "container_memory", "nodejs_external_memory", "v8js_memory"]
        .iter()
        .any(|metric| expression.contains(metric))
}

/// Whether an expression watches failed responses.
pub fn watches_errors(expression: &str) -> bool {
    let compact: String = expression.chars().filter(|character| !character.is_whitespace()).collect();
    let by_status = ["5..", "5xx", "5.*", "5[0-9]", "5\\d", "^5", "\"500\"", "5\\\\d"];
    let of_requests = ["http", "request", "response", "nginx_ingress", "traefik", "envoy", "istio"];
    by_status.iter().any(|status| compact.contains(status)) && of_requests.iter().any(|word| compact.contains(word))
}
