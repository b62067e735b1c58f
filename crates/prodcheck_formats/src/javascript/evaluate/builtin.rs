//! Functions of the language and of Node that configuration uses.

use super::super::tree::{Expr, ExprId};
use super::computed::Computed;
use super::expression::merge;
use super::{Evaluator, MAX_TEXT, Mode, location};
use crate::value::{Node, Object, Unknown, Value};
use prodcheck_source::Span;

impl Evaluator<'_, '_> {
    /// The value of a call of a function that is known here; `None` for any other.
    pub fn builtin(&mut self, call: ExprId, callee: ExprId, arguments: &[ExprId], mode: Mode) -> Option<Computed> {
        let span = self.module.span(call);
        if let Some((package, member)) = self.package_member(callee) {
            return self.inside(|this| this.of_node(package, member, arguments, span));
        }
        match self.expr(callee) {
            Expr::Identifier { name, binding: None } => {
                let name = self.module.name(*name);
                self.inside(|this| this.conversion(name, arguments, span, mode))
            }
            Expr::Member { object, property, .. } => {
                let method = self.module.name(*property);
                if let Expr::Identifier { name, binding: None } = self.expr(*object) {
                    let name = self.module.name(*name);
                    if matches!(name, "Object" | "Math") {
                        return self.inside(|this| this.of_global(name, method, arguments, span, mode));
                    }
                }
                self.inside(|this| this.method(*object, method, arguments, span, mode))
            }
            _ => None,
        }
    }

    /// `path`, `os`, `url`.
    fn of_node(&mut self, package: &str, member: &str, arguments: &[ExprId], span: Span) -> Option<Computed> {
        let package = package.strip_prefix("node:").unwrap_or(package);
        Some(match (package, member) {
            ("path" | "path/posix", "join" | "resolve" | "normalize") => match self.texts(arguments) {
                Some(parts) if member == "resolve" => Computed::text(span, location::resolve(&parts)),
                Some(parts) => Computed::text(span, location::join(&parts)),
                None => Computed::unknown(),
            },
            ("path" | "path/posix", "dirname") => match self.computed(*arguments.first()?, Mode::Value) {
                Computed::ThisFile => Computed::text(span, ".".to_owned()),
                value => {
                    value.as_text().map_or_else(Computed::unknown, |path| Computed::text(span, location::folder(&path)))
                }
            },
            ("path" | "path/posix", "basename") => match self.texts(arguments) {
                Some(parts) => {
                    let path = parts.first()?;
                    Computed::text(span, location::name(path, parts.get(1).map(String::as_str)))
                }
                None => Computed::unknown(),
            },
            ("os", "cpus") => Computed::Processors,
            ("os", "availableParallelism") => Computed::Unknown(Unknown::ProcessorCount),
            ("url", "fileURLToPath") => self.computed(*arguments.first()?, Mode::Value),
            _ => return None,
        })
    }

    /// `new URL('./file', import.meta.url)`: the path of the file.
    pub fn constructed(&mut self, callee: ExprId, arguments: &[ExprId], span: Span) -> Computed {
        let is_url = self.module.is_global(callee, &["URL"])
            || matches!(self.package_member(callee), Some(("url" | "node:url", "URL")));
        let [path, base] = arguments else { return Computed::unknown() };
        if !is_url || !matches!(self.computed(*base, Mode::Value), Computed::ThisFile) {
            return Computed::unknown();
        }
        match self.computed(*path, Mode::Value) {
            Computed::Node(Node { value: Value::String(path), .. }) => Computed::text(span, location::normalize(&path)),
            _ => Computed::unknown(),
        }
    }

    fn texts(&mut self, arguments: &[ExprId]) -> Option<Vec<String>> {
        arguments
            .iter()
            .map(|argument| match self.computed(*argument, Mode::Value) {
                Computed::Node(Node { value: Value::String(text), .. }) if text.len() <= MAX_TEXT => Some(text),
                _ => None,
            })
            .collect()
    }

    /// `Number(…)`, `parseInt(…)`, `String(…)`, `Boolean(…)`.
    fn conversion(&mut self, name: &str, arguments: &[ExprId], span: Span, mode: Mode) -> Option<Computed> {
        if !matches!(name, "Number" | "parseInt" | "parseFloat" | "String" | "Boolean") {
            return None;
        }
        let argument = *arguments.first()?;
        if name == "Boolean" {
            return Some(self.test(argument).map_or_else(Computed::unknown, |truth| Computed::bool(span, truth)));
        }
        let value = self.computed(argument, mode);
        Some(match name {
            "String" => match value.as_text() {
                Some(text) => Computed::text(span, text),
                None => value.reason().map_or_else(Computed::unknown, Computed::Unknown),
            },
            "Number" => to_number(&value, span),
            _ => to_leading_number(&value, span, name == "parseInt"),
        })
    }

    /// `Object.assign(…)`, `Math.max(…)` and the like.
    fn of_global(
        &mut self,
        name: &str,
        method: &str,
        arguments: &[ExprId],
        span: Span,
        mode: Mode,
    ) -> Option<Computed> {
        match (name, method) {
            ("Object", "assign") => {
                let mut object = Object::default();
                for argument in arguments {
                    let value = self.computed(*argument, Mode::Value);
                    merge(&mut object, value);
                }
                Some(Computed::Node(Node::new(span, Value::Object(object))))
            }
            ("Object", "freeze" | "seal") => Some(self.computed(*arguments.first()?, mode)),
            ("Object", "keys" | "values" | "entries") => {
                let value = self.computed(*arguments.first()?, Mode::Value);
                Some(listed(&value, method, span))
            }
            ("Math", _) => {
                let values: Vec<Computed> = arguments.iter().map(|argument| self.computed(*argument, mode)).collect();
                Some(math(method, &values, span))
            }
            _ => None,
        }
    }

    /// A method of an array or a text.
    fn method(
        &mut self,
        object: ExprId,
        method: &str,
        arguments: &[ExprId],
        span: Span,
        mode: Mode,
    ) -> Option<Computed> {
        let known = [
            "map",
            "filter",
            "concat",
            "flat",
            "join",
            "includes",
            "slice",
            "split",
            "trim",
            "toLowerCase",
            "toUpperCase",
            "toString",
            "startsWith",
            "endsWith",
            "replace",
        ];
        if !known.contains(&method) {
            return None;
        }
        let decides = matches!(method, "includes" | "startsWith" | "endsWith");
        let mode = if decides { Mode::Choice } else { mode };
        let value = self.computed(object, mode);
        Some(match value {
            Computed::Node(Node { value: Value::Array(items), .. }) => {
                self.array_method(items, method, arguments, span, mode)
            }
            Computed::Node(Node { value: Value::String(text), .. }) => {
                self.text_method(&text, method, arguments, span, mode)
            }
            Computed::Node(Node { value: Value::Number { raw, .. }, .. }) if method == "toString" => {
                Computed::text(span, raw.into())
            }
            other => match (other.reason(), method) {
                (Some(reason), "trim" | "toLowerCase" | "toUpperCase" | "toString") => Computed::Unknown(reason),
                _ => Computed::unknown(),
            },
        })
    }

    fn array_method(
        &mut self,
        items: Vec<Node>,
        method: &str,
        arguments: &[ExprId],
        span: Span,
        mode: Mode,
    ) -> Computed {
        let list = |items| Computed::Node(Node::new(span, Value::Array(items)));
        let first = arguments.first().copied();
        match (method, first) {
            ("map", Some(function)) => {
                let Computed::Function(function) = self.computed(function, mode) else { return Computed::unknown() };
                let mapped = items.into_iter().enumerate().map(|(index, item)| self.apply(function, item, index));
                list(mapped.map(|value| value.into_node(span)).collect())
            }
            ("filter", Some(function)) => self.filtered(items, function, span),
            ("concat", _) => {
                let mut items = items;
                for argument in arguments {
                    match self.computed(*argument, Mode::Value) {
                        Computed::Node(Node { value: Value::Array(more), .. }) => items.extend(more),
                        other => items.push(other.into_node(self.module.span(*argument))),
                    }
                }
                list(items)
            }
            ("flat", None) => list(
                items
                    .into_iter()
                    .flat_map(|item| match item.value {
                        Value::Array(inner) => inner,
                        _ => vec![item],
                    })
                    .collect(),
            ),
            ("slice", None) => list(items),
            ("join", _) => {
                let separator = match first {
                    Some(separator) => self.computed(separator, mode).as_text(),
                    None => Some(",".to_owned()),
                };
                let texts: Option<Vec<String>> = items.iter().map(Node::to_text).collect();
                match (texts, separator) {
                    (Some(texts), Some(separator)) => limited(span, texts.join(&separator)),
                    _ => Computed::unknown(),
                }
            }
            ("includes", Some(wanted)) => {
                let wanted = self.computed(wanted, Mode::Choice);
                let verdicts: Vec<Option<bool>> =
                    items.into_iter().map(|item| Computed::Node(item).equals(&wanted)).collect();
                if verdicts.contains(&Some(true)) {
                    Computed::bool(span, true)
                } else if verdicts.iter().all(|verdict| *verdict == Some(false)) {
                    Computed::bool(span, false)
                } else {
                    Computed::unknown()
                }
            }
            _ => Computed::unknown(),
        }
    }

    fn apply(&mut self, function: super::FunctionId, item: Node, index: usize) -> Computed {
        #[allow(clippy::cast_precision_loss)] // no list comes near 2^53
        let position = Computed::number(item.span, index as f64);
        self.call(function, vec![Computed::Node(item), position])
    }

    /// `.filter(Boolean)`, `.filter(item => …)`.
    fn filtered(&mut self, items: Vec<Node>, function: ExprId, span: Span) -> Computed {
        let by_truth = self.module.is_global(function, &["Boolean"]);
        let function = match self.computed(function, Mode::Value) {
            Computed::Function(function) => Some(function),
            _ if by_truth => None,
            _ => return Computed::unknown(),
        };
        let mut kept = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let verdict = match function {
                None => Computed::Node(item.clone()).truth(),
                Some(function) => {
                    let copy = self.paid(Computed::Node(item.clone())).into_node(item.span);
                    self.apply(function, copy, index).truth()
                }
            };
            match verdict {
                Some(true) => kept.push(item),
                Some(false) => {}
                None => kept.push(Node::unknown(item.span)),
            }
        }
        Computed::Node(Node::new(span, Value::Array(kept)))
    }

    fn text_method(&mut self, text: &str, method: &str, arguments: &[ExprId], span: Span, mode: Mode) -> Computed {
        let wanted: Option<Vec<String>> =
            arguments.iter().map(|argument| self.computed(*argument, mode).as_text()).collect();
        let Some(wanted) = wanted else { return Computed::unknown() };
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        match (method, wanted.as_slice()) {
            ("trim", []) => Computed::text(span, text.trim().to_owned()),
            ("toLowerCase", []) => Computed::text(span, text.to_lowercase()),
            ("toUpperCase", []) => Computed::text(span, text.to_uppercase()),
            ("toString", []) => Computed::text(span, text.to_owned()),
            ("concat", parts) => limited(span, text.to_owned() + &parts.concat()),
            ("includes", [part]) => Computed::bool(span, text.contains(part)),
            ("startsWith", [part]) => Computed::bool(span, text.starts_with(part)),
            ("endsWith", [part]) => Computed::bool(span, text.ends_with(part)),
            ("replace", [from, to]) if !to.contains('$') => limited(span, text.replacen(from, to, 1)),
            ("split", [separator]) if !separator.is_empty() => {
                let parts: Vec<Node> =
                    text.split(separator).map(|part| Node::new(span, Value::String(part.to_owned()))).collect();
                let size = u32::try_from(parts.len()).unwrap_or(u32::MAX);
                if self.charge(size) {
                    Computed::Node(Node::new(span, Value::Array(parts)))
                } else {
                    Computed::unknown()
                }
            }
            _ => Computed::unknown(),
        }
    }
}

fn limited(span: Span, text: String) -> Computed {
    if text.len() > MAX_TEXT { Computed::unknown() } else { Computed::text(span, text) }
}

/// `Number(value)`: a variable without a value stays that.
pub fn to_number(value: &Computed, span: Span) -> Computed {
    match value.as_number() {
        Some(number) => Computed::number(place(value, span), number),
        None => value.reason().map_or_else(Computed::unknown, Computed::Unknown),
    }
}

/// `parseInt(value)` and `parseFloat(value)`: the number that a text begins with.
fn to_leading_number(value: &Computed, span: Span, is_integer: bool) -> Computed {
    let Some(text) = value.as_text() else {
        return value.reason().map_or_else(Computed::unknown, Computed::Unknown);
    };
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|(at, char)| !(char.is_ascii_digit() || (*at == 0 && *char == '-') || (!is_integer && *char == '.')))
        .map_or(text.len(), |(at, _)| at);
    match text.get(..end).and_then(|digits| digits.parse().ok()) {
        Some(number) => Computed::number(place(value, span), number),
        None => Computed::unknown(),
    }
}

/// Where a value is written, if it is; else the given place.
fn place(value: &Computed, span: Span) -> Span {
    match value {
        Computed::Node(node) if !node.span.is_empty() => node.span,
        _ => span,
    }
}

fn listed(value: &Computed, method: &str, span: Span) -> Computed {
    let Computed::Node(Node { value: Value::Object(object), .. }) = value else { return Computed::unknown() };
    if object.open {
        return Computed::unknown();
    }
    let items = object.entries.iter().map(|entry| {
        let key = Node::new(entry.key_span, Value::String(entry.key.clone()));
        match method {
            "keys" => key,
            "values" => entry.value.clone(),
            _ => Node::new(entry.key_span, Value::Array(vec![key, entry.value.clone()])),
        }
    });
    Computed::Node(Node::new(span, Value::Array(items.collect())))
}

fn math(method: &str, values: &[Computed], span: Span) -> Computed {
    if values.iter().any(|value| value.reason() == Some(Unknown::ProcessorCount)) {
        return Computed::Unknown(Unknown::ProcessorCount);
    }
    let numbers: Option<Vec<f64>> = values.iter().map(Computed::as_number).collect();
    let value = match (method, numbers.as_deref()) {
        ("max", Some(numbers @ [_, ..])) => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ("min", Some(numbers @ [_, ..])) => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        ("floor", Some([number])) => number.floor(),
        ("ceil", Some([number])) => number.ceil(),
        ("round", Some([number])) => (number + 0.5).floor(),
        ("trunc", Some([number])) => number.trunc(),
        ("abs", Some([number])) => number.abs(),
        _ => return Computed::unknown(),
    };
    Computed::number(span, value)
}
