//! What deploys from git by itself: Argo CD applications, Flux kustomizations and releases.
//!
//! Fields: <https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/>,
//! <https://fluxcd.io/flux/components/helm/helmreleases/>, <https://fluxcd.io/flux/components/kustomize/kustomizations/>.

use crate::given::spanned_text;
use prodcheck_formats::value::{Node, Object, Value};
use prodcheck_source::{Span, Spanned};

/// What deploys from git by itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Delivery {
    /// The folder in the repository that it deploys, or the chart's, as written.
    pub path: Option<Spanned<String>>,
    /// The namespace that it deploys to.
    pub namespace: Option<String>,
    /// Values files of a chart, as written.
    pub values: Vec<Spanned<String>>,
    /// The chart of another repository that it renders: its name.
    pub chart: Option<Spanned<String>>,
    /// Where that chart comes from.
    pub repository: Option<Spanned<String>>,
    /// The values that stand in the object itself.
    pub own_values: Option<Node>,
}

/// `Application` of Argo CD; of several sources the first that is a folder or a chart.
pub(super) fn argo_application(spec: Option<&Node>) -> Delivery {
    let several = spec.and_then(|spec| spec.get("sources")).map_or(&[][..], Node::items);
    let mut sources = spec.and_then(|spec| spec.get("source")).into_iter().chain(several);
    let source = sources.find(|source| source.get("path").is_some() || source.get("chart").is_some());
    let text = |key: &str| source.and_then(|source| source.get(key)).and_then(spanned_text);
    let helm = source.and_then(|source| source.get("helm"));
    let files = helm.and_then(|helm| helm.get("valueFiles")).map_or(&[][..], Node::items);
    let own = helm.and_then(|helm| helm.get("valuesObject").cloned().or_else(|| parsed(helm.get("values")?)));
    Delivery {
        path: text("path"),
        namespace: spec.and_then(|spec| spec.at(&["destination", "namespace"])).and_then(Node::to_text),
        values: files.iter().filter_map(spanned_text).collect(),
        chart: text("chart"),
        repository: text("repoURL"),
        own_values: own,
    }
}

/// Flux: `Kustomization` and `HelmRelease`.
pub(super) fn flux_kustomization(spec: Option<&Node>) -> Delivery {
    Delivery {
        path: spec.and_then(|spec| spec.get("path")).and_then(spanned_text),
        namespace: spec.and_then(|spec| spec.get("targetNamespace")).and_then(Node::to_text),
        ..Delivery::default()
    }
}

/// A chart whose name is a path is a folder of a git source: `./charts/api`.
pub(super) fn flux_release(spec: Option<&Node>) -> Delivery {
    let chart = spec.and_then(|spec| spec.at(&["chart", "spec", "chart"])).and_then(spanned_text);
    let is_path = chart.as_ref().is_some_and(|chart| chart.value.contains('/'));
    let files = spec.and_then(|spec| spec.at(&["chart", "spec", "valuesFiles"])).map_or(&[][..], Node::items);
    Delivery {
        path: chart.clone().filter(|_| is_path),
        namespace: spec.and_then(|spec| spec.get("targetNamespace")).and_then(Node::to_text),
        values: files.iter().filter_map(spanned_text).collect(),
        repository: spec.and_then(|spec| spec.at(&["chart", "spec", "sourceRef", "name"])).and_then(spanned_text),
        own_values: spec.and_then(|spec| spec.get("values")).cloned(),
        chart: chart.filter(|_| !is_path),
    }
}

/// YAML in a text: all of it stands where the text does.
fn parsed(text: &Node) -> Option<Node> {
    let mut tree = prodcheck_formats::yaml::parse(text.as_str()?).tree.into_iter().next()?;
    place_all(&mut tree, text.span);
    Some(tree)
}

fn place_all(node: &mut Node, span: Span) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        node.span = span;
        match &mut node.value {
            Value::Array(items) => waiting.extend(items.iter_mut()),
            Value::Object(Object { entries, .. }) => {
                for entry in entries {
                    entry.key_span = span;
                    waiting.push(&mut entry.value);
                }
            }
            _ => {}
        }
    }
}
