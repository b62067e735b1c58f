//! A compose file's text to facts: what stands outside of the services.

use super::read_service::{Reader, services};
use super::{ComposeFile, Include, is_named, is_shaped};
use prodcheck_formats::value::{Entry, Node, Object, Value};
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// How many services of a file are read. Real files have a few dozen at most.
const SERVICE_LIMIT: usize = 1000;

/// Reads a compose file; `None` where the file is another tool's.
pub fn read(path: &RepoPath, text: &str) -> (Option<ComposeFile>, Vec<Note>) {
    let parsed = yaml::parse(text);
    let mut notes = parsed.notes;
    let file = parsed.tree.iter().find_map(|document| read_document(path, document)).map(|mut file| {
        file.header = header(text);
        if let Some(first) = file.services.get(SERVICE_LIMIT) {
            notes.push(Note::at(first.place.span, format!("only the first {SERVICE_LIMIT} services are read")));
            file.services.truncate(SERVICE_LIMIT);
        }
        file
    });
    (file, notes)
}

fn read_document(path: &RepoPath, document: &Node) -> Option<ComposeFile> {
    let reader = Reader { path };
    let named = is_named(path) && path.name().to_ascii_lowercase().contains("compose");
    let is_compose = is_shaped(document) || (named && (has_services(document) || document.get("include").is_some()));
    let services = if is_compose {
        services(&reader, document.get("services").and_then(Node::as_object))
    } else if named {
        services(&reader, first_format(document).as_ref())
    } else {
        Vec::new()
    };
    if !is_compose && services.is_empty() {
        return None;
    }
    Some(ComposeFile {
        header: None,
        name: reader.said(document, "name"),
        services,
        includes: includes(&reader, document),
    })
}

fn has_services(document: &Node) -> bool {
    document.get("services").is_some_and(|services| matches!(services.value, Value::Object(_) | Value::Null))
}

/// The services of the first format, which stand at the top:
/// <https://docs.docker.com/reference/compose-file/legacy-versions/>.
fn first_format(document: &Node) -> Option<Object> {
    let object = document.as_object()?;
    let is_service = |entry: &&Entry| entry.value.get("image").is_some() || entry.value.get("build").is_some();
    let entries: Vec<Entry> = object.effective().filter(is_service).cloned().collect();
    let others = object.effective().filter(|entry| !is_service(entry)).count();
    (others == 0).then_some(Object { entries, open: object.open })
}

fn includes(reader: &Reader<'_>, document: &Node) -> Vec<Include> {
    let Some(include) = document.get("include") else {
        return Vec::new();
    };
    include
        .items()
        .iter()
        .map(|item| {
            let long = item.as_object().is_some();
            let paths = if long { item.get("path") } else { Some(item) };
            Include {
                paths: paths.map(|paths| reader.list(paths)).unwrap_or_default(),
                project_directory: reader.said(item, "project_directory"),
                place: reader.place(item.span),
            }
        })
        .collect()
}

/// The comment lines before anything else, `---` and blank lines passed over.
fn header(text: &str) -> Option<Spanned<String>> {
    let mut lines = Vec::new();
    let mut span: Option<Span> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            let start = at + (line.len() - line.trim_start().len());
            let here = Span::new(start, start + trimmed.len());
            span = Some(span.map_or(here, |span| span.to(here)));
            lines.push(comment.trim_start_matches('#').trim());
        } else if !trimmed.is_empty() && trimmed != "---" {
            break;
        }
        at += line.len();
    }
    span.map(|span| Spanned::new(lines.join("\n"), span))
}
