//! NAIS, NAV's platform: `Application` resources.
//!
//! Follows <https://doc.nais.io/workloads/application/reference/application-spec/>.

use super::entries::{command, count, field, listed_variables, present, size, text_at};
use super::{Deployed, Made, Platform, PlatformFile, Role};
use crate::given::{Field, Given};
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Span};

/// Whether it could be a NAIS application.
pub(super) fn is_nais(path: &RepoPath) -> bool {
    let folder = path.parent();
    let named = path.name().starts_with("nais") || matches!(folder.name(), ".nais" | "nais");
    named && matches!(path.extension(), Some("yaml" | "yml"))
}

/// Reads the applications of a file.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(&without_templates(text));
    let is_application = |node: &&Node| {
        node.get("kind").and_then(Node::as_str) == Some("Application")
            && node.get("apiVersion").and_then(Node::as_str).is_some_and(|version| version.starts_with("nais.io"))
    };
    let deployed: Vec<Deployed> = parsed.tree.iter().filter(is_application).map(application).collect();
    if deployed.is_empty() {
        return (None, Vec::new());
    }
    (Some(PlatformFile::of(Platform::Nais, deployed)), parsed.notes)
}

/// Stands for what a template puts in.
const UNKNOWN: char = '\u{e0f0}';

/// The text with what the deploy action fills in (`{{image}}`, by Handlebars) replaced by something as long: lines that
/// hold nothing but `{{#each …}}` and the like by blanks. <https://github.com/nais/deploy#templating>
fn without_templates(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        all.push_str(before);
        let Some((inside, tail)) = after.split_once("}}").filter(|(inside, _)| !inside.contains('\n')) else {
            all.push_str("{{");
            rest = after;
            continue;
        };
        let length = inside.len() + 4;
        if inside.trim_start().starts_with(['#', '/', '!']) || inside.trim() == "else" {
            all.extend(std::iter::repeat_n(' ', length));
        } else {
            all.push(UNKNOWN);
            all.extend(std::iter::repeat_n('_', length - UNKNOWN.len_utf8()));
        }
        rest = tail;
    }
    all.push_str(rest);
    all
}

fn is_known(text: &str) -> bool {
    !text.contains(UNKNOWN)
}

/// A value that is filled in is not a wrong one.
fn opened<T>(field: Field<T>) -> Field<T> {
    let value = if is_known(&field.written) { field.value } else { Given::Unknown };
    Field { value, written: field.written.replace(UNKNOWN, "…"), ..field }
}

fn application(node: &Node) -> Deployed {
    let name = text_at(node, &["metadata", "name"]);
    let mut environment = listed_variables(node.at(&["spec", "env"]), "name");
    environment.retain(|variable| is_known(&variable.name));
    for variable in &mut environment {
        if matches!(&variable.value, Given::Known(value) if !is_known(value)) {
            variable.value = Given::Unknown;
        }
    }
    let place = name.as_ref().map_or(Span::at(node.span.start as usize), |name| name.span);
    Deployed {
        role: Role::Web,
        command: command(node, &["spec", "command"]),
        made: Made::Image(text_at(node, &["spec", "image"]).filter(|image| is_known(&image.value))),
        environment,
        instances: field(node, &["spec", "replicas", "min"], count),
        memory: field(node, &["spec", "resources", "limits", "memory"], size).map(opened),
        health: field(node, &["spec", "liveness"], present).or_else(|| field(node, &["spec", "readiness"], present)),
        ..Deployed::at(name.filter(|name| is_known(&name.value)), place)
    }
}
