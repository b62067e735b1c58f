//! Helm charts, rendered with their values: manifests of which every place is known in templates and values files.
//!
//! Templates: <https://helm.sh/docs/chart_template_guide/>. What only a cluster or a run would tell is unknown, never false.

mod chart;
mod cluster;
mod data;
mod document;
mod emit;
mod functions;
mod render;
#[cfg(test)]
mod tests;
mod text;
mod values;

pub use chart::{Chart, Dependency, SetValues, is_chart, is_template};
pub use document::Document;

use crate::kubernetes::{self, Manifest};
use data::{Data, Dict, Slot, Val};
use prodcheck_source::{FileSet, Note, Place, RepoPath, Span};
use render::{Alternative, Renderer, Source};
use std::rc::Rc;
use std::sync::Arc;
use text::{Origin, Piece, Text};

/// How a chart is installed.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// `.Release.Name`; `release-name` is what `helm template` takes without one.
    pub name: String,
    /// `.Release.Namespace`, where it is known.
    pub namespace: Option<String>,
    /// Values files beside the chart's own `values.yaml`, in the order in which they are given.
    pub values: Vec<RepoPath>,
}

impl Default for Release {
    fn default() -> Self {
        Self { name: "release-name".to_owned(), namespace: None, values: Vec::new() }
    }
}

/// What rendering a chart gave.
#[derive(Debug, Clone)]
pub struct RenderedChart {
    /// The chart, with the values that are set for what it depends on.
    pub chart: Chart,
    /// The charts in the repository that it depends on and that are switched on, theirs too.
    pub included: Vec<Chart>,
    /// What every template rendered to, sorted by path within each chart.
    pub templates: Vec<Rendered>,
    /// What the chart refuses, and whether it is too large.
    pub notes: Vec<(RepoPath, Note)>,
}

/// What one template rendered to.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The template.
    pub template: RepoPath,
    /// The text; U+E0F0 stands for what is unknown.
    pub text: String,
    /// The documents in it, with spans in `text`.
    pub documents: Vec<Document>,
    files: Arc<[RepoPath]>,
    pieces: Vec<Piece>,
}

/// A manifest of a rendered template.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedManifest {
    /// The manifest, with spans in the rendered text.
    pub manifest: Manifest,
    /// Whether it is there at all depends on a condition that is unknown.
    pub is_conditional: bool,
}

impl Rendered {
    /// The manifests, with spans in the rendered text.
    pub fn manifests(&self) -> Vec<RenderedManifest> {
        let read = |document: &Document| {
            let manifests = kubernetes::read_documents(std::slice::from_ref(&document.tree));
            let is_conditional = document.is_conditional;
            manifests.into_iter().map(move |manifest| RenderedManifest { manifest, is_conditional })
        };
        self.documents.iter().flat_map(read).collect()
    }

    /// Where a span of the rendered text was written: for what stands on one line and ends in a value of a values file
    /// that value, else the template (or, for what a values file holds whole, that file).
    pub fn place(&self, span: Span) -> Place {
        let text = self.text.get(span.range()).unwrap_or("");
        let end = span.start as usize + text.trim_end().len();
        let is_one_line = !text.trim_end().contains('\n');
        let start = self.pieces.partition_point(|piece| piece.at <= span.start as usize).saturating_sub(1);
        let origins = self.pieces.iter().enumerate().skip(start).take_while(|(_, piece)| piece.at < end.max(1));
        let origins = origins.filter_map(|(index, piece)| Some((index, piece.origin?)));
        // A value that stands in quotes of the template is followed by a quote.
        let origins: Vec<(usize, Origin)> = origins.collect();
        let is_values = |origin: &Origin| self.path(origin.file).is_some_and(is_values_file);
        let chosen = origins.iter().rev().map(|(_, origin)| origin).find(|origin| is_one_line && is_values(origin));
        let Some(file) = chosen.or(origins.first().map(|(_, origin)| origin)).map(|origin| origin.file) else {
            return Place::file(self.template.clone());
        };
        let mut spans = origins.iter().filter(|(_, origin)| origin.file == file).map(|(index, origin)| {
            let at = self.pieces.get(*index).map_or(0, |piece| piece.at);
            let next = self.pieces.get(index + 1).map_or(self.text.len(), |piece| piece.at);
            let (from, to) = (at.max(span.start as usize), next.min(end));
            match origin.verbatim {
                true => {
                    let shift = origin.span.start as usize;
                    Span::new(shift + from - at, shift + to.saturating_sub(at))
                }
                false => origin.span,
            }
        });
        let span = match chosen {
            Some(_) => spans.next_back(),
            // Named templates stand far from the place that includes them: only what follows one another is one place.
            None => spans.reduce(|all, next| if next.start >= all.start { all.to(next) } else { all }),
        };
        let path = self.path(file).cloned().unwrap_or_else(|| self.template.clone());
        Place::new(path, span.unwrap_or_default())
    }

    fn path(&self, file: u32) -> Option<&RepoPath> {
        self.files.get(file as usize)
    }
}

fn is_values_file(path: &RepoPath) -> bool {
    !path.parts().any(|part| part == "templates") && matches!(path.extension(), Some("yaml" | "yml"))
}

/// How deep charts may stand in one another.
const NESTED: usize = 8;

/// How many charts one chart may bring along: each could depend on many that each depend on many.
const CHARTS: usize = 256;

/// What reading this many bytes of a chart's description and values costs of its steps.
const BYTES_A_STEP: usize = 64;

/// Renders the chart of a folder with its `values.yaml` and the release's values files; nothing where the folder holds
/// no chart. Reads only files whose text the set holds.
pub fn render_chart(files: &FileSet, folder: &RepoPath, release: &Release) -> Option<RenderedChart> {
    let mut run = Run { files, release, renderer: Renderer::new(), paths: Vec::new(), loaded: Vec::new(), charts: 0 };
    let own = folder.join("values.yaml").filter(|path| files.contains(path));
    let all: Vec<RepoPath> = own.into_iter().chain(release.values.iter().cloned()).collect();
    let chart = chart::read(files, folder, &all)?;
    let values = run.values(&all);
    let name = chart.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    run.load(&chart, &name, values, 0);
    let loaded = std::mem::take(&mut run.loaded);
    // Of several templates with one name the outer chart's counts: charts are loaded inner ones first.
    let sources: Vec<_> = loaded.into_iter().map(|loaded| run.sources(loaded)).collect();
    let mut rendered = Vec::new();
    let mut included = Vec::new();
    for (loaded, templates) in sources.into_iter().rev() {
        for (path, source) in templates {
            let is_output = !path.name().starts_with('_') && matches!(path.extension(), Some("yaml" | "yml"));
            if is_output && !loaded.chart.is_library {
                let dot = run.dot(&loaded, &path);
                let text = document::settled(&run.renderer.file(&source, dot));
                rendered.push((path, text));
            }
        }
        if loaded.chart.folder != *folder {
            included.push(loaded.chart);
        }
    }
    let paths: Arc<[RepoPath]> = run.paths.into();
    let exhausted = run.renderer.is_exhausted().then(|| {
        let message = "the chart takes too long to render: what it deploys is known in part";
        folder.join("Chart.yaml").map(|path| (path, Note::whole(message)))
    });
    let alternatives = run.renderer.alternatives;
    let note = |(origin, message): (Origin, String)| {
        Some((paths.get(origin.file as usize)?.clone(), Note::at(origin.span, message)))
    };
    Some(RenderedChart {
        chart,
        included,
        notes: run.renderer.notes.into_iter().filter_map(note).chain(exhausted.flatten()).collect(),
        templates: rendered.into_iter().map(|(path, text)| finished(path, &text, &alternatives, &paths)).collect(),
    })
}

fn finished(template: RepoPath, text: &Text, alternatives: &[Alternative], paths: &Arc<[RepoPath]>) -> Rendered {
    Rendered {
        template,
        text: text.as_str().to_owned(),
        documents: document::documents(text, alternatives),
        files: Arc::clone(paths),
        pieces: text.pieces().to_vec(),
    }
}

/// A chart and its values.
struct Loaded {
    chart: Chart,
    /// Its name, or its alias where it is a dependency.
    name: String,
    values: Val,
}

struct Run<'a> {
    files: &'a FileSet,
    release: &'a Release,
    renderer: Renderer,
    /// All files that text came from; origins count them.
    paths: Vec<RepoPath>,
    loaded: Vec<Loaded>,
    /// How many charts were asked for besides the one that is rendered.
    charts: usize,
}

impl Run<'_> {
    fn file(&mut self, path: &RepoPath) -> u32 {
        self.paths.push(path.clone());
        u32::try_from(self.paths.len() - 1).unwrap_or(u32::MAX)
    }

    /// The values of files, each laid over the ones before it.
    fn values(&mut self, paths: &[RepoPath]) -> Val {
        let all = self.renderer.heap.add(Dict::new());
        for path in paths {
            if let Some(text) = self.files.text(path) {
                let file = self.file(path);
                let values = values::read(&mut self.renderer.heap, text.text(), file);
                values::lay_over(&mut self.renderer.heap, &all, &values);
            }
        }
        all
    }

    /// Takes a chart in, after those that it depends on.
    fn load(&mut self, chart: &Chart, name: &str, values: Val, depth: usize) {
        let beside = self.vendored(chart);
        let declared = chart.dependencies.iter().filter_map(|dependency| {
            Some((dependency.folder.clone()?, dependency.key().to_owned(), dependency.condition.clone()))
        });
        let all: Vec<_> = declared.chain(beside.into_iter().map(|(folder, name)| (folder, name, None))).collect();
        for (folder, key, condition) in all {
            let is_on = condition.is_none_or(|condition| self.is_on(&condition.value, &values));
            let own = folder.join("values.yaml").into_iter().collect::<Vec<_>>();
            if !self.spend(&folder, &own) {
                return;
            }
            let Some(inner) = chart::read(self.files, &folder, &own).filter(|_| is_on && depth < NESTED) else {
                continue;
            };
            let defaults = self.values(&own);
            let given = self.renderer.heap.field(&values, &key);
            values::lay_over(&mut self.renderer.heap, &defaults, &given);
            let global = self.renderer.heap.field(&values, "global");
            let global = Dict::from([("global".to_owned(), Slot { key_origin: global.origin, value: global })]);
            let global = self.renderer.heap.add(global);
            values::lay_over(&mut self.renderer.heap, &defaults, &global);
            if let Data::Dict(id) = values.data {
                let slot = Slot { key_origin: given.origin, value: defaults.clone() };
                self.renderer.heap.dict_mut(id).map(|dict| dict.insert(key.clone(), slot));
            }
            self.load(&inner, &key, defaults, depth + 1);
        }
        self.loaded.push(Loaded { chart: chart.clone(), name: name.to_owned(), values });
    }

    /// Pays for one more chart; false where there have been too many.
    fn spend(&mut self, folder: &RepoPath, values: &[RepoPath]) -> bool {
        let files = folder.join("Chart.yaml").into_iter().chain(values.iter().cloned());
        let bytes: usize = files.filter_map(|path| self.files.text(&path)).map(|text| text.text().len()).sum();
        self.charts += 1;
        let heap = &mut self.renderer.heap;
        heap.steps = if self.charts > CHARTS { 0 } else { heap.steps.saturating_sub(bytes / BYTES_A_STEP) };
        heap.steps > 0
    }

    /// Charts in `charts/` that no dependency names: Helm takes them too.
    fn vendored(&self, chart: &Chart) -> Vec<(RepoPath, String)> {
        let Some(folder) = chart.folder.join("charts") else { return Vec::new() };
        let charts = self.files.below(&folder).filter(|path| is_chart(path) && path.parent().parent() == folder);
        let named = |folder: &RepoPath| chart.dependencies.iter().any(|own| own.folder.as_ref() == Some(folder));
        let unnamed = charts.map(RepoPath::parent).filter(|folder| !named(folder));
        unnamed.map(|folder| (folder.clone(), folder.name().to_owned())).collect()
    }

    /// Whether a dependency's condition holds; one that no values file decides does.
    fn is_on(&self, condition: &str, values: &Val) -> bool {
        let decided = condition.split(',').find_map(|path| {
            let found = path.trim().split('.').fold(values.clone(), |value, key| self.renderer.heap.field(&value, key));
            match found.data {
                Data::Bool(value) => Some(value),
                _ => None,
            }
        });
        decided.unwrap_or(true)
    }

    /// The templates of a chart, whose named templates become known.
    fn sources(&mut self, loaded: Loaded) -> (Loaded, Vec<(RepoPath, Rc<Source>)>) {
        let mut sources = Vec::new();
        let folder = loaded.chart.folder.join("templates").unwrap_or_default();
        let paths: Vec<RepoPath> = self.files.below(&folder).cloned().collect();
        for path in paths.into_iter().filter(|path| matches!(path.extension(), Some("yaml" | "yml" | "tpl"))) {
            if let Some(text) = self.files.text(&path) {
                let file = self.file(&path);
                let source = Rc::new(Source::of_file(text.text(), file));
                let inside = path.relative_to(&loaded.chart.folder).unwrap_or_default();
                self.renderer.define(format!("{}/{inside}", loaded.name), &source);
                sources.push((path, source));
            }
        }
        (loaded, sources)
    }

    /// What a template of a chart gets as its dot: <https://helm.sh/docs/chart_template_guide/builtin_objects/>.
    fn dot(&mut self, loaded: &Loaded, template: &RepoPath) -> Val {
        let heap = &mut self.renderer.heap;
        let chart = &loaded.chart;
        let text = |text: &str| Val::text(text);
        let slots = |entries: Vec<(&str, Val)>| -> Dict {
            let slot = |value: Val| Slot { key_origin: value.origin, value };
            entries.into_iter().map(|(key, value)| (key.to_owned(), slot(value))).collect()
        };
        let given = |text: &Option<prodcheck_source::Spanned<String>>| {
            text.as_ref().map_or(Val::nil(), |text| Val::text(&text.value))
        };
        let chart_dict = heap.add(slots(vec![
            ("Name", text(&loaded.name)),
            ("Version", given(&chart.version)),
            ("AppVersion", given(&chart.app_version)),
            ("Type", text(if chart.is_library { "library" } else { "application" })),
            ("Description", Val::unknown()),
        ]));
        let release = heap.add(slots(vec![
            ("Name", text(&self.release.name)),
            ("Namespace", self.release.namespace.as_deref().map_or(Val::unknown(), text)),
            ("Service", text("Helm")),
            ("IsInstall", Val::unknown()),
            ("IsUpgrade", Val::unknown()),
            ("Revision", Val::unknown()),
        ]));
        let (major, minor) = cluster::VERSION.trim_start_matches('v').split_once('.').unwrap_or((cluster::VERSION, ""));
        let version = heap.add(slots(vec![
            ("Version", text(cluster::VERSION)),
            ("GitVersion", text(cluster::VERSION)),
            ("Major", text(major)),
            ("Minor", text(minor.split('.').next().unwrap_or(""))),
        ]));
        let capabilities = heap.add(slots(vec![
            ("KubeVersion", version),
            ("APIVersions", Val::from(Data::ApiVersions)),
            ("HelmVersion", Val::unknown()),
        ]));
        let inside = template.relative_to(&chart.folder).unwrap_or(template.as_str());
        let this = heap.add(slots(vec![
            ("Name", text(&format!("{}/{inside}", loaded.name))),
            ("BasePath", text(&format!("{}/templates", loaded.name))),
        ]));
        heap.add(slots(vec![
            ("Values", loaded.values.clone()),
            ("Chart", chart_dict),
            ("Release", release),
            ("Capabilities", capabilities),
            ("Template", this),
            ("Files", Val::unknown()),
            ("Subcharts", Val::unknown()),
        ]))
    }
}
