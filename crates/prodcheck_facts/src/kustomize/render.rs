//! From a kustomization to its manifests: resources, generators, patches, and the changes of images and replicas.

use super::generate::config_map;
use super::merge::merge;
use super::patch::{self, Target};
use super::sources::{Sources, shift};
use super::{Kustomized, file_of};
use crate::given::spanned_text;
use crate::helm::{Dependency, SetValues};
use crate::kubernetes;
use prodcheck_formats::value::{Entry, Node, Value};
use prodcheck_source::{FileSet, Place, RepoPath, Span};
use std::collections::BTreeSet;

/// How many kustomizations may stand in one another.
const DEPTH: usize = 12;

/// How many documents one build may have, and how often files are read for it.
const MOST: usize = 500;

/// How many images and counts one kustomization may change.
const MOST_CHANGES: usize = 100;

/// How often all patches of one build together may be held against a document.
const MOST_FITS: usize = 50_000;

pub(super) fn build(files: &FileSet, folder: &RepoPath) -> Kustomized {
    let mut build = Build {
        files,
        sources: Sources::default(),
        read: BTreeSet::new(),
        bases: BTreeSet::new(),
        charts: Vec::new(),
        within: Vec::new(),
        left: MOST,
        fits: MOST_FITS,
    };
    let documents = build.kustomization(folder, Vec::new());
    Kustomized {
        manifests: kubernetes::read_documents(&documents),
        files: build.read,
        bases: build.bases,
        charts: build.charts,
        sources: build.sources,
    }
}

struct Build<'a> {
    files: &'a FileSet,
    sources: Sources,
    read: BTreeSet<RepoPath>,
    bases: BTreeSet<RepoPath>,
    charts: Vec<Dependency>,
    /// The folders whose kustomizations are being built.
    within: Vec<RepoPath>,
    left: usize,
    fits: usize,
}

impl Build<'_> {
    /// What a folder's kustomization makes of documents that are there already.
    fn kustomization(&mut self, folder: &RepoPath, mut documents: Vec<Node>) -> Vec<Node> {
        if self.within.len() >= DEPTH || self.within.contains(folder) {
            return documents;
        }
        let Some(path) = file_of(self.files, folder) else { return documents };
        let Some((root, offset)) = self.documents_of(&path) else { return documents };
        let Some(root) = root.into_iter().next() else { return documents };
        self.within.push(folder.clone());
        for resource in list(&root, "resources").chain(list(&root, "bases")) {
            documents.truncate(MOST);
            if let Some(path) = resource.as_str().and_then(|text| folder.join(text)) {
                documents.extend(self.resource(&path));
            }
        }
        for generator in list(&root, "configMapGenerator") {
            let made = config_map(generator, folder, self.files, &mut self.sources, &mut self.read);
            if let Some(made) = made {
                add_config(&mut documents, made, generator.get("behavior").and_then(Node::as_str));
            }
        }
        for component in list(&root, "components") {
            if let Some(component) = component.as_str().and_then(|text| folder.join(text)) {
                self.bases.insert(component.clone());
                documents = self.kustomization(&component, documents);
            }
        }
        self.patches(&root, folder, &path, offset, &mut documents);
        documents.truncate(MOST);
        for image in list(&root, "images").take(MOST_CHANGES) {
            set_image(&mut documents, image);
        }
        for replicas in list(&root, "replicas").take(MOST_CHANGES) {
            set_replicas(&mut documents, replicas);
        }
        self.add_charts(&root, folder, &path, offset);
        self.within.pop();
        documents.truncate(MOST);
        documents
    }

    /// A file of manifests, or another kustomization's folder. What lies elsewhere is nobody's to read.
    fn resource(&mut self, path: &RepoPath) -> Vec<Node> {
        if file_of(self.files, path).is_some() {
            self.bases.insert(path.clone());
            return self.kustomization(path, Vec::new());
        }
        self.documents_of(path).map(|(documents, _)| documents).unwrap_or_default()
    }

    /// The documents of a file, their spans moved, and by how much.
    fn documents_of(&mut self, path: &RepoPath) -> Option<(Vec<Node>, u32)> {
        self.left = self.left.checked_sub(1)?;
        if self.fits == 0 {
            return None;
        }
        let text = self.files.text(path)?.text();
        let offset = self.sources.file(path, text.len())?;
        self.read.insert(path.clone());
        let mut documents = prodcheck_formats::yaml::parse(text).tree;
        documents.iter_mut().for_each(|document| shift(document, offset));
        Some((documents, offset))
    }

    fn patches(&mut self, root: &Node, folder: &RepoPath, path: &RepoPath, offset: u32, documents: &mut Vec<Node>) {
        let here = |node: &Node| Place::new(path.clone(), unshifted(node.span, offset));
        for patch in list(root, "patchesStrategicMerge") {
            let Some(text) = patch.as_str() else { continue };
            let patches = self.file_or_text(folder, text, &here(patch));
            patches.iter().for_each(|patch| self.apply(documents, patch, None));
        }
        for patch in list(root, "patches").chain(list(root, "patchesJson6902")) {
            let target = patch.get("target").map(Target::read);
            let patches = match (patch.get("path"), patch.get("patch")) {
                (Some(path), _) => {
                    let path = path.as_str().and_then(|path| folder.join(path));
                    path.and_then(|path| self.documents_of(&path)).map(|(documents, _)| documents).unwrap_or_default()
                }
                (None, Some(inline)) => match inline.as_str() {
                    Some(text) => self.inline(text, &here(inline)),
                    None => vec![inline.clone()],
                },
                // Kustomize once took a bare path here.
                (None, None) => match patch.as_str() {
                    Some(text) => self.file_or_text(folder, text, &here(patch)),
                    None => continue,
                },
            };
            patches.iter().for_each(|patch| self.apply(documents, patch, target.as_ref()));
        }
    }

    fn apply(&mut self, documents: &mut Vec<Node>, patch: &Node, target: Option<&Target>) {
        let left = self.fits.checked_sub(documents.len().max(1));
        self.fits = left.unwrap_or(0);
        if left.is_some() {
            patch::apply(documents, patch, target);
        }
    }

    fn file_or_text(&mut self, folder: &RepoPath, text: &str, place: &Place) -> Vec<Node> {
        if text.contains('\n') {
            return self.inline(text, place);
        }
        let path = folder.join(text);
        path.and_then(|path| self.documents_of(&path)).map(|(documents, _)| documents).unwrap_or_default()
    }

    fn inline(&mut self, text: &str, place: &Place) -> Vec<Node> {
        let source = self.files.text(&place.path).map_or("", |source| source.text());
        let Some(offset) = self.sources.inline(place, source, text) else { return Vec::new() };
        let mut documents = prodcheck_formats::yaml::parse(text).tree;
        documents.iter_mut().for_each(|document| shift(document, offset));
        documents
    }

    /// `helmCharts`: charts that are fetched, with values of the repository.
    fn add_charts(&mut self, root: &Node, folder: &RepoPath, path: &RepoPath, offset: u32) {
        for chart in list(root, "helmCharts") {
            let Some(name) = chart.get("name").and_then(spanned_text) else { continue };
            let back = |span: Span| unshifted(span, offset);
            let text = |key: &str| {
                chart
                    .get(key)
                    .and_then(spanned_text)
                    .map(|text| prodcheck_source::Spanned::new(text.value, back(text.span)))
            };
            let mut values = Vec::new();
            let file = chart.get("valuesFile").and_then(Node::as_str).and_then(|file| folder.join(file));
            if let Some(file) = file
                && let Some(text) = self.files.text(&file)
                && let Some(tree) = prodcheck_formats::yaml::parse(text.text()).tree.into_iter().next()
            {
                values.push(SetValues { key: Place::new(file, Span::at(0)), values: tree });
            }
            if let Some(entry) = chart.entry("valuesInline") {
                let mut tree = entry.value.clone();
                unshift(&mut tree, offset);
                values.push(SetValues { key: Place::new(path.clone(), back(entry.key_span)), values: tree });
            }
            self.charts.push(Dependency {
                path: path.clone(),
                name: prodcheck_source::Spanned::new(name.value, back(name.span)),
                version: text("version"),
                repository: text("repo"),
                alias: None,
                condition: None,
                span: back(chart.span),
                folder: None,
                values,
            });
        }
    }
}

fn list<'n>(root: &'n Node, key: &str) -> impl Iterator<Item = &'n Node> {
    root.get(key).map_or(&[][..], Node::items).iter()
}

fn unshifted(span: Span, by: u32) -> Span {
    Span { start: span.start.saturating_sub(by), end: span.end.saturating_sub(by) }
}

fn unshift(node: &mut Node, by: u32) {
    node.span = unshifted(node.span, by);
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(|item| unshift(item, by)),
        Value::Object(object) => {
            for entry in &mut object.entries {
                entry.key_span = unshifted(entry.key_span, by);
                unshift(&mut entry.value, by);
            }
        }
        _ => {}
    }
}

/// Adds a generated config map, or lays it over one of the same name.
fn add_config(documents: &mut Vec<Node>, made: Node, behavior: Option<&str>) {
    let name = |node: &Node| node.at(&["metadata", "name"]).and_then(Node::to_text);
    let same = |node: &Node| node.get("kind").and_then(Node::as_str) == Some("ConfigMap") && name(node) == name(&made);
    match documents.iter().position(same) {
        Some(at) => {
            if let Some(known) = documents.get_mut(at) {
                if behavior == Some("replace") { *known = made } else { merge(known, made) }
            }
        }
        None => documents.push(made),
    }
}

fn set_image(documents: &mut [Node], image: &Node) {
    let text = |key: &str| image.get(key).and_then(Node::to_text);
    let Some(name) = text("name") else { return };
    let change = |written: &str| {
        let (bare, rest) = split_image(written);
        if bare != name {
            return None;
        }
        let new = text("newName").unwrap_or_else(|| bare.to_owned());
        Some(match (text("digest"), text("newTag")) {
            (Some(digest), _) => format!("{new}@{digest}"),
            (None, Some(tag)) => format!("{new}:{tag}"),
            (None, None) => format!("{new}{rest}"),
        })
    };
    let mut waiting: Vec<&mut Node> = documents.iter_mut().collect();
    while let Some(node) = waiting.pop() {
        match &mut node.value {
            Value::Array(items) => waiting.extend(items.iter_mut()),
            Value::Object(object) => {
                for entry in &mut object.entries {
                    match (entry.key.as_str(), &mut entry.value.value) {
                        ("image", Value::String(written)) => {
                            if let Some(new) = change(written) {
                                *written = new;
                            }
                        }
                        _ => waiting.push(&mut entry.value),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The name of an image, and its tag or digest with the sign before it.
fn split_image(image: &str) -> (&str, &str) {
    let name_at = image.rfind('/').map_or(0, |at| at + 1);
    let at = image.get(name_at..).and_then(|name| name.find([':', '@'])).map_or(image.len(), |at| name_at + at);
    image.split_at_checked(at).unwrap_or((image, ""))
}

fn set_replicas(documents: &mut [Node], replicas: &Node) {
    let (Some(name), Some(count)) = (replicas.get("name").and_then(Node::to_text), replicas.entry("count")) else {
        return;
    };
    for document in documents {
        let scaled = matches!(
            document.get("kind").and_then(Node::as_str),
            Some("Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController")
        );
        if !scaled || document.at(&["metadata", "name"]).and_then(Node::to_text).as_ref() != Some(&name) {
            continue;
        }
        let Value::Object(object) = &mut document.value else { continue };
        let Some(spec) = object.entries.iter_mut().find(|entry| entry.key == "spec") else { continue };
        let Value::Object(spec) = &mut spec.value.value else { continue };
        spec.entries.retain(|entry| entry.key != "replicas");
        let value = count.value.clone();
        spec.entries.push(Entry { key: "replicas".to_owned(), key_span: count.key_span, value });
    }
}
