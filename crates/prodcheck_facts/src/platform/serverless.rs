//! The Serverless Framework's `serverless.yml`.
//!
//! Follows <https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml>.

use super::entries::{field, size, text_at};
use super::{Command, Deployed, MOST, Platform, PlatformFile};
use crate::given::{entry_span, spanned_text, variables};
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Spanned};

/// Whether the framework reads it.
pub(super) fn is_serverless(path: &RepoPath) -> bool {
    matches!(path.name(), "serverless.yml" | "serverless.yaml")
}

/// Reads the functions of a service on AWS, all of them as one.
pub(super) fn read(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, parsed.notes) };
    let (Some(place), Some(functions)) = (root.entry("provider"), root.get("functions")) else {
        return (None, parsed.notes);
    };
    let runtime = root.at(&["provider", "runtime"]).and_then(Node::as_str).unwrap_or("nodejs");
    if !runtime.starts_with("nodejs") && !runtime.starts_with('$') {
        return (None, parsed.notes);
    }
    let all = || functions.entries().take(MOST);
    let modules: Vec<Spanned<String>> =
        all().filter_map(|function| module(&spanned_text(function.value.get("handler")?)?)).collect();
    let own = || all().filter_map(|function| field(&function.value, &["memorySize"], size));
    // The provider's value is for the functions that set none.
    let memory = field(root, &["provider", "memorySize"], size)
        .or_else(|| own().next().filter(|_| own().count() == all().count()));
    let node = field(root, &["provider", "runtime"], |node| Some(node.as_str()?.strip_prefix("nodejs")?.to_owned()));
    let deployed = Deployed {
        command: Some(Command::Modules(modules)),
        environment: root.at(&["provider", "environment"]).map(variables).unwrap_or_default(),
        memory,
        node,
        ..Deployed::at(text_at(root, &["service"]), place.key_span)
    };
    (Some(PlatformFile::of(Platform::Lambda, vec![deployed])), parsed.notes)
}

/// The module of a handler: `src/api.main` is the export `main` of `src/api`.
pub(super) fn module(handler: &Spanned<String>) -> Option<Spanned<String>> {
    let (module, _) = handler.value.rsplit_once('.')?;
    (!module.is_empty()).then(|| Spanned::new(module.to_owned(), handler.span))
}

/// AWS SAM's `template.yaml`, which declares functions too.
///
/// Follows <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>.
pub(super) fn is_sam(path: &RepoPath) -> bool {
    matches!(path.name(), "template.yaml" | "template.yml")
}

/// Reads the functions of a template, all of them as one.
pub(super) fn read_sam(_: &RepoPath, text: &str) -> (Option<PlatformFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return (None, Vec::new()) };
    let Some(transform) = root.entry("Transform").filter(|entry| is_sams(&entry.value)) else {
        return (None, Vec::new());
    };
    let resources = root.get("Resources").into_iter().flat_map(Node::entries);
    let is_function = |node: &Node| node.get("Type").and_then(Node::as_str) == Some("AWS::Serverless::Function");
    let functions: Vec<&Node> = resources
        .filter(|entry| is_function(&entry.value))
        .filter_map(|entry| entry.value.get("Properties"))
        .take(MOST)
        .collect();
    let global = root.at(&["Globals", "Function"]);
    let of = |function: &Node, key: &str| -> Option<String> {
        function.get(key).or_else(|| global?.get(key)).and_then(Node::as_str).map(str::to_owned)
    };
    let in_node = |function: &&&Node| of(function, "Runtime").is_none_or(|runtime| runtime.starts_with("nodejs"));
    let modules: Vec<Spanned<String>> = functions
        .iter()
        .filter(in_node)
        .filter_map(|function| {
            let handler = function.get("Handler").or_else(|| global?.get("Handler")).and_then(spanned_text)?;
            let module = module(&handler)?;
            let folder = of(function, "CodeUri").unwrap_or_default();
            let folder = folder.trim_end_matches('/');
            let path = if folder.is_empty() { module.value } else { format!("{folder}/{}", module.value) };
            Some(Spanned::new(path, module.span))
        })
        .collect();
    if modules.is_empty() {
        return (None, parsed.notes);
    }
    let first = |key: &str| functions.iter().copied().chain(global).find_map(|holder| field(holder, &[key], size));
    let runtimes = functions.iter().copied().chain(global);
    let node = runtimes
        .filter_map(|holder| {
            field(holder, &["Runtime"], |node| Some(node.as_str()?.strip_prefix("nodejs")?.to_owned()))
        })
        .next();
    let environment = global.and_then(|global| global.at(&["Environment", "Variables"])).map(variables);
    let deployed = Deployed {
        command: Some(Command::Modules(modules)),
        environment: environment.unwrap_or_default(),
        memory: first("MemorySize"),
        node,
        ..Deployed::at(None, entry_span(transform))
    };
    (Some(PlatformFile::of(Platform::Lambda, vec![deployed])), parsed.notes)
}

fn is_sams(node: &Node) -> bool {
    let is = |node: &Node| node.as_str().is_some_and(|text| text.starts_with("AWS::Serverless-"));
    is(node) || node.items().iter().any(is)
}
