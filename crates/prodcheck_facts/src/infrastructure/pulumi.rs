//! Pulumi's YAML: resources.
//!
//! Follows <https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/>.

use super::{Infrastructure, MOST, Resource, Tool};
use crate::given::spanned_text;
use prodcheck_formats::value::{Entry, Node, Value};
use prodcheck_formats::yaml;
use prodcheck_source::Spanned;

pub(super) fn read(text: &str) -> Option<Infrastructure> {
    let tree = yaml::parse(text).tree.into_iter().next()?;
    let resource = |entry: &Entry| {
        let properties = entry.value.get("properties").cloned();
        Some(Resource {
            kind: entry.value.get("type").and_then(spanned_text)?,
            name: Spanned::new(entry.key.clone(), entry.key_span),
            span: entry.key_span,
            properties: properties.unwrap_or_else(|| Node::new(entry.value.span, Value::Null)),
        })
    };
    let resources = tree.get("resources").into_iter().flat_map(Node::entries).take(MOST);
    let resources = resources.filter_map(resource).collect();
    Some(Infrastructure { tool: Tool::Pulumi, resources, defaults: Vec::new() })
}
