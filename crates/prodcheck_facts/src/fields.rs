//! Typed values out of a tree's fields, with the places where they stand.

use prodcheck_formats::value::Node;
use prodcheck_source::Spanned;

/// The text, where it is one.
pub(crate) fn text(node: &Node) -> Option<Spanned<String>> {
    node.as_str().map(|text| Spanned::new(text.to_owned(), node.span))
}

/// The truth value, where it is one.
pub(crate) fn truth(node: &Node) -> Option<Spanned<bool>> {
    node.as_bool().map(|value| Spanned::new(value, node.span))
}

/// A text, or the texts of a list.
pub(crate) fn texts(node: &Node) -> Vec<Spanned<String>> {
    text(node).map_or_else(|| node.items().iter().filter_map(text).collect(), |one| vec![one])
}

/// The entries of an object whose values are texts.
pub(crate) fn named_texts(node: Option<&Node>) -> Vec<(String, Spanned<String>)> {
    let entries = node.into_iter().flat_map(Node::entries);
    entries.filter_map(|entry| Some((entry.key.clone(), text(&entry.value)?))).collect()
}
