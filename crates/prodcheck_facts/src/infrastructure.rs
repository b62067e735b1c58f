//! Infrastructure as code: resources that Terraform or OpenTofu, CloudFormation and Pulumi YAML declare.

mod cloudformation;
mod kinds;
mod pulumi;
mod terraform;
#[cfg(test)]
mod tests;
mod workloads;

pub use kinds::{Purpose, Watched};
pub use workloads::{Parts, parts};

use prodcheck_formats::value::{Node, Unknown, Value};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// The most resources of one file that are kept.
const MOST: usize = 2_000;

/// A tool that makes infrastructure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Terraform, and OpenTofu.
    Terraform,
    /// AWS CloudFormation, and SAM's templates.
    CloudFormation,
    /// Pulumi's YAML.
    Pulumi,
}

/// What one file declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Infrastructure {
    /// The tool.
    pub tool: Tool,
    /// The resources, in the order of the text.
    pub resources: Vec<Resource>,
    /// Variables and parameters with a default, by name.
    pub defaults: Vec<(String, Node)>,
}

/// One resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its type as the tool spells it: `aws_lb`, `AWS::ECS::Service`, `aws:lb:LoadBalancer`.
    pub kind: Spanned<String>,
    /// Its name in the file.
    pub name: Spanned<String>,
    /// A short place for it as a whole.
    pub span: Span,
    /// Its arguments; blocks of Terraform are objects in it, a repeated one repeatedly.
    pub properties: Node,
}

impl Resource {
    /// What it is for, as far as the checklist asks.
    pub fn purpose(&self) -> Option<Purpose> {
        kinds::purpose(&self.kind.value, &self.properties)
    }
}

/// Whether a file may declare infrastructure, by its path.
pub fn may_declare(path: &RepoPath) -> bool {
    match path.extension() {
        Some("tf" | "tofu") => true,
        Some("yaml" | "yml") => {
            is_pulumi(path) || !path.parts().any(|part| matches!(part, "locales" | "i18n" | ".github"))
        }
        Some("template") => true,
        Some("json") => {
            let name = path.name().to_ascii_lowercase();
            ["cloudformation", "cfn", "template", "stack"].iter().any(|word| name.contains(word))
        }
        _ => false,
    }
}

fn is_pulumi(path: &RepoPath) -> bool {
    matches!(path.name(), "Pulumi.yaml" | "Pulumi.yml" | "Main.yaml")
}

/// Reads a file; nothing where it declares none.
pub fn read(path: &RepoPath, text: &str) -> (Option<Infrastructure>, Vec<Note>) {
    let (found, notes) = match path.extension() {
        Some("tf" | "tofu") => terraform::read(text),
        _ if is_pulumi(path) => (pulumi::read(text), Vec::new()),
        _ if text.contains("AWS::") && text.contains("Resources") => (cloudformation::read(path, text), Vec::new()),
        _ => (None, Vec::new()),
    };
    (found.filter(|found| !found.resources.is_empty() || !found.defaults.is_empty()), notes)
}

/// A value, or the default of the variable or parameter that it names.
pub fn settled<'n>(node: &'n Node, defaults: &'n [(String, Node)]) -> &'n Node {
    let named = match &node.value {
        Value::Unknown(Unknown::Expression(text)) => text.strip_prefix("var."),
        Value::String(text) if node.tag.as_deref() == Some("!Ref") => Some(text.as_str()),
        Value::Object(object) if object.entries.len() == 1 => object.get("Ref").and_then(Node::as_str),
        _ => None,
    };
    let default = named.and_then(|name| defaults.iter().rev().find(|(known, _)| known == name));
    default.map_or(node, |(_, value)| value)
}
