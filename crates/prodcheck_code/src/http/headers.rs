//! Security headers that are set by hand, and for which routes.

use super::coverage::Coverage;
use super::surface::Surface;
use crate::{Reach, Reading, Settled};
use prodcheck_formats::javascript::{Expr, ExprId, Key, Module, Property};
use prodcheck_program::program::ModuleId;
use prodcheck_source::Place;

/// One of the four headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Header {
    /// `X-Content-Type-Options`.
    NoSniff,
    /// `X-Frame-Options`, or a policy's `frame-ancestors`.
    Frame,
    /// `Content-Security-Policy`.
    Policy,
    /// `Strict-Transport-Security`.
    Transport,
}

impl Header {
    /// The four, in the order of the checklist.
    pub const ALL: [Self; 4] = [Self::NoSniff, Self::Frame, Self::Policy, Self::Transport];

    /// The header's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoSniff => "X-Content-Type-Options",
            Self::Frame => "X-Frame-Options",
            Self::Policy => "Content-Security-Policy",
            Self::Transport => "Strict-Transport-Security",
        }
    }

    /// The header of a name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|header| header.name().eq_ignore_ascii_case(name))
    }
}

/// A header that is set by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderSet {
    /// Which one.
    pub header: Header,
    /// For a policy: whether it is more than `frame-ancestors`.
    pub policy: bool,
    /// For a policy: whether it says who may frame the page; `true` where its text is not known.
    pub frames: bool,
    /// Where.
    pub place: Place,
    /// Which answers carry it.
    pub coverage: Coverage,
    /// Whether production comes there.
    pub reach: Reach,
}

/// Whether a policy's text is more than `frame-ancestors`.
pub fn is_policy(text: &str) -> bool {
    text.split(';').map(str::trim).any(|directive| {
        let name = directive.split_whitespace().next().unwrap_or("");
        !name.is_empty() && !name.eq_ignore_ascii_case("frame-ancestors")
    })
}

/// All headers of the four that code sets: `res.setHeader(name, value)` and its like, and objects of headers.
pub fn find(reading: &Reading<'_>, surface: &Surface) -> Vec<HeaderSet> {
    let mut found = Vec::new();
    for (at, _, module) in reading.program.modules() {
        for (id, expr) in module.exprs() {
            match expr {
                Expr::Call { callee, arguments, .. } => {
                    let Expr::Member { property, .. } = module.expr(*callee) else { continue };
                    if !matches!(module.name(*property), "setHeader" | "set" | "header" | "append" | "appendHeader") {
                        continue;
                    }
                    let Some(name) = arguments.first().map(|first| reading.settle(at, *first)) else { continue };
                    let Some(header) = name.text().and_then(Header::named) else { continue };
                    let value = arguments.get(1).copied();
                    found.push(set(reading, surface, at, module, id, header, value));
                }
                Expr::Object(properties) => {
                    for property in properties {
                        let Property::Entry { key: Key::Name(key), value, .. } = property else { continue };
                        let Some(header) = Header::named(module.name(*key)) else { continue };
                        found.push(set(reading, surface, at, module, id, header, Some(*value)));
                    }
                    // `{ key: 'X-Frame-Options', value: 'DENY' }`, as Next's `headers()` has it.
                    let (Some(key), Some(value)) = (module.property(id, "key"), module.property(id, "value")) else {
                        continue;
                    };
                    let Some(header) = module.string(key).and_then(Header::named) else { continue };
                    found.push(HeaderSet {
                        coverage: super::framework::coverage(reading, at, module, id),
                        ..set(reading, surface, at, module, id, header, Some(value))
                    });
                }
                _ => {}
            }
        }
    }
    found
}

fn set(
    reading: &Reading<'_>,
    surface: &Surface,
    at: ModuleId,
    module: &Module,
    id: ExprId,
    header: Header,
    value: Option<ExprId>,
) -> HeaderSet {
    let text = value.map(|value| reading.settle(at, value));
    let text = text.as_ref().and_then(Settled::text);
    HeaderSet {
        header,
        policy: text.is_none_or(is_policy),
        frames: text.map_or_else(
            || value.is_some_and(|value| mentions(module, value, "frame-ancestors")),
            |text| text.contains("frame-ancestors"),
        ),
        place: reading.place(at, module.span(id)),
        coverage: coverage(surface, at, module, id),
        reach: reading.reach(at, id),
    }
}

/// Whether the text of one header stands anywhere in the function around a value that is put together.
fn mentions(module: &Module, value: ExprId, wanted: &str) -> bool {
    let around = module.enclosing_function(value).map_or(prodcheck_formats::javascript::Node::Module, Into::into);
    let says = |expr: &Expr| match expr {
        Expr::String(text) => module.name(*text).contains(wanted),
        Expr::Template(template) => template.texts.iter().any(|text| module.name(text.text).contains(wanted)),
        _ => false,
    };
    module.exprs_in(around).any(|(_, expr)| says(expr))
}

/// The answers that carry what a place sets: those that the middleware around it stands in front of.
fn coverage(surface: &Surface, at: ModuleId, module: &Module, id: ExprId) -> Coverage {
    let own = module.ancestors(id).filter_map(|node| match node {
        prodcheck_formats::javascript::Node::Expr(outer) => Some(outer),
        _ => None,
    });
    let known =
        std::iter::once(id).chain(own).find_map(|id| surface.led.get(&(at, id)).filter(|_| module.call(id).is_some()));
    let in_front = module.enclosing_functions(id).find_map(|function| {
        surface.fronts.iter().find(|front| front.function == (at, function)).map(|front| &front.coverage)
    });
    match (known, in_front) {
        (Some(Coverage::All), _) | (_, Some(Coverage::All)) => Coverage::All,
        (Some(some), _) | (None, Some(some)) => some.clone(),
        (None, None) => Coverage::Some(Vec::new()),
    }
}
