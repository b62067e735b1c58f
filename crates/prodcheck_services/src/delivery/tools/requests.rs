//! Requests by `curl` and its like: questions for the service's health, and hooks that deploy.

use super::{deploys, has, value};
use crate::delivery::deed::{Deed, Replaces, Verifies, Waits};
use crate::delivery::names;
use prodcheck_facts::automation::ScriptCommand;

/// Hosts that are asked for other things than the service's health.
const OTHER_HOSTS: &[&str] = &[
    "github.com",
    "githubusercontent",
    "gitlab.com",
    "slack.com",
    "discord",
    "telegram",
    "get.docker.com",
    "nodesource",
    "npmjs.org",
    "registry",
    "codecov",
    "codeclimate",
    "sonarcloud",
    "amazonaws.com/aws",
    "sentry.io",
    "fly.io/install",
    "get.helm",
    "dl.k8s.io",
    "storage.googleapis",
    "download",
    "sh.rustup",
    "bun.sh",
    "deno.land",
    "deb.",
    "apt.",
    "install.sh",
    "opsgenie",
    "pagerduty",
    "teams",
    "webhook.office",
    "datadoghq",
    "newrelic",
    "cloudflare.com/client",
    "keybase",
    "gpg",
    ".tar",
    ".zip",
    ".deb",
    "raw.",
    "169.254",
    "vault",
    "ifconfig",
    "ipinfo",
    "checkip",
];

/// A request: a question for the service's health, or the hook of a platform that deploys.
pub(super) fn request(name: &str, words: &[&str], command: &ScriptCommand) -> Option<Deed> {
    let url = words.iter().rev().find(|word| {
        word.contains("://")
            || word.contains("localhost")
            || word.contains("127.0.0.1")
            || word.starts_with('$')
            || word.contains("/health")
    })?;
    let lower = url.to_ascii_lowercase();
    let hook =
        lower.contains("deploy") && (lower.contains("hook") || lower.contains("trigger") || lower.contains("url"));
    if lower.contains("api.render.com/deploy") || (lower.contains("render") && lower.contains("hook")) {
        return deploys(
            "render",
            Replaces::Rolling("Render starts the new instance before it stops the old one"),
            Waits::WithCheck("Render's health check"),
        );
    }
    let dispatches = lower.contains("/dispatches") && words.iter().any(|word| names::deploys(word));
    if hook || lower.contains("/api/v1/deploy") || dispatches {
        return Some(Deed::CallsDeploy);
    }
    let sends =
        ["-X", "--request", "-d", "--data", "--data-raw", "-T", "--upload-file", "-F", "--form", "--data-binary"];
    let posts = sends
        .iter()
        .any(|option| words.iter().any(|word| word == option) && !matches!(value(words, option), Some("GET" | "HEAD")));
    if posts || OTHER_HOSTS.iter().any(|host| lower.contains(host)) {
        return None;
    }
    let short = |letter: char| {
        words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter))
    };
    let saves = name == "curl"
        && (short('O')
            || value(words, "-o")
                .or(value(words, "--output"))
                .is_some_and(|file| file != "/dev/null" && !file.starts_with('$')));
    if saves || (name == "wget" && !(has(words, "--spider") || short('O') || has(words, "--tries") || command.in_loop))
    {
        return None;
    }
    let asks = |what: &[&str]| what.iter().any(|option| has(words, option));
    if command.in_loop || asks(&["--retry", "--tries", "--retry-connrefused", "--retry-all-errors"]) {
        return Some(Deed::Verifies(Verifies::Polls));
    }
    let fails =
        asks(&["--fail", "--fail-with-body", "-w", "--write-out", "--check-status"]) || (name == "curl" && short('f'));
    (fails || command.in_condition || name == "wget").then_some(Deed::Verifies(Verifies::Once))
}
