//! CloudFormation's templates: resources, and parameters with a default.
//!
//! Follows <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>.

use super::{Infrastructure, MOST, Resource, Tool};
use crate::given::spanned_text;
use prodcheck_formats::value::{Entry, Node, Value};
use prodcheck_formats::{json, yaml};
use prodcheck_source::{RepoPath, Spanned};

pub(super) fn read(path: &RepoPath, text: &str) -> Option<Infrastructure> {
    let is_json = path.extension() == Some("json") || text.trim_start().starts_with('{');
    let tree = if is_json { json::parse(text).tree } else { yaml::parse(text).tree.into_iter().next()? };
    let resource = |entry: &Entry| {
        let kind = entry.value.get("Type").and_then(spanned_text).filter(|kind| kind.value.contains("::"))?;
        let properties = entry.value.get("Properties").cloned();
        Some(Resource {
            kind,
            name: Spanned::new(entry.key.clone(), entry.key_span),
            span: entry.key_span,
            properties: properties.unwrap_or_else(|| Node::new(entry.value.span, Value::Null)),
        })
    };
    let resources = tree.get("Resources").into_iter().flat_map(Node::entries).take(MOST);
    let parameters = tree.get("Parameters").into_iter().flat_map(Node::entries).take(MOST);
    let default = |entry: &Entry| Some((entry.key.clone(), entry.value.get("Default")?.clone()));
    Some(Infrastructure {
        tool: Tool::CloudFormation,
        resources: resources.filter_map(resource).collect(),
        defaults: parameters.filter_map(default).collect(),
    })
}
