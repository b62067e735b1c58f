//! Expressions.

use super::super::tree::{
    BinaryOperator, Expr, ExprId, Key, LogicalOperator, Name, Property, PropertyKind, Template, UnaryOperator,
};
use super::computed::Computed;
use super::{Evaluator, MAX_DEPTH, MAX_TEXT, Mode};
use crate::value::{Entry, Node, Object, Unknown, Value};
use prodcheck_source::Span;

impl Evaluator<'_, '_> {
    pub fn computed(&mut self, expr: ExprId, mode: Mode) -> Computed {
        if self.depth >= MAX_DEPTH || !self.charge(1) {
            return Computed::unknown();
        }
        self.depth += 1;
        let mut value = self.of_kind(expr, mode);
        self.depth -= 1;
        if let Computed::Node(node) = &mut value
            && node.span == Span::default()
        {
            node.span = self.module.span(expr);
        }
        value
    }

    fn of_kind(&mut self, expr: ExprId, mode: Mode) -> Computed {
        let span = self.module.span(expr);
        match self.expr(expr) {
            Expr::String(name) => Computed::text(span, self.module.name(*name).to_owned()),
            Expr::Number(value) => Computed::number(span, *value),
            Expr::BigInt(digits) => {
                let raw = self.module.name(*digits);
                match raw.parse() {
                    Ok(value) => Computed::Node(Node::new(span, Value::Number { value, raw: raw.into() })),
                    Err(_) => Computed::unknown(),
                }
            }
            Expr::Bool(value) => Computed::bool(span, *value),
            Expr::Null => Computed::Node(Node::new(span, Value::Null)),
            Expr::Template(template) => self.template(template, span, mode),
            Expr::Identifier { name, binding } => match binding {
                Some(_) if self.is_process_env(expr) => Computed::ProcessEnv,
                Some(binding) => self.bound(*binding, mode),
                None => self.global(*name, span),
            },
            Expr::Member { object, property, .. } => self.member(expr, *object, *property, mode),
            Expr::Index { object, index, .. } => self.index(*object, *index, mode),
            Expr::Call { callee, arguments, .. } => self.called(expr, *callee, arguments, mode),
            Expr::New { callee, arguments } => self.constructed(*callee, arguments, span),
            Expr::Array(items) => self.inside(|this| this.array(items, span)),
            Expr::Object(properties) => self.inside(|this| this.object(properties, span)),
            Expr::Function(function) => Computed::Function(*function),
            Expr::Assign { value, .. } | Expr::AssignPattern { value, .. } | Expr::Await(value) => {
                self.computed(*value, mode)
            }
            Expr::Binary { operator: BinaryOperator::Add, .. } => self.sum(expr, span, mode),
            Expr::Binary { operator, left, right } => self.binary(*operator, *left, *right, span, mode),
            Expr::Logical { operator, left, right } => self.logical(*operator, *left, *right, mode),
            Expr::Unary { operator, operand } => self.unary(*operator, *operand, span, mode),
            Expr::Conditional { test, then, otherwise } => match self.test(*test) {
                Some(true) => self.computed(*then, mode),
                Some(false) => self.computed(*otherwise, mode),
                None => Computed::unknown(),
            },
            Expr::Sequence(items) => match items.last() {
                Some(last) => self.computed(*last, mode),
                None => Computed::Undefined,
            },
            Expr::DynamicImport { .. } => self.requested(expr),
            _ => Computed::unknown(),
        }
    }

    /// An expression as a condition, the way production decides it.
    pub fn test(&mut self, expr: ExprId) -> Option<bool> {
        self.computed(expr, Mode::Choice).truth()
    }

    fn global(&self, name: Name, span: Span) -> Computed {
        match self.module.name(name) {
            "undefined" => Computed::Undefined,
            "__dirname" => Computed::text(span, ".".to_owned()),
            "__filename" => Computed::ThisFile,
            _ => Computed::unknown(),
        }
    }

    fn template(&mut self, template: &Template, span: Span, mode: Mode) -> Computed {
        let mut text = String::new();
        let mut exprs = template.exprs.iter();
        for part in &template.texts {
            text.push_str(self.module.name(part.text));
            if let Some(expr) = exprs.next() {
                let Some(value) = self.computed(*expr, mode).as_text() else { return Computed::unknown() };
                text.push_str(&value);
            }
            if text.len() > MAX_TEXT {
                return Computed::unknown();
            }
        }
        Computed::text(span, text)
    }

    fn member(&mut self, expr: ExprId, object: ExprId, property: Name, mode: Mode) -> Computed {
        if self.is_process_env(expr) {
            return Computed::ProcessEnv;
        }
        let key = self.module.name(property);
        match (self.expr(object), key) {
            (Expr::ImportMeta, "dirname") => return Computed::text(self.module.span(expr), ".".to_owned()),
            (Expr::ImportMeta, "filename" | "url") => return Computed::ThisFile,
            _ => {}
        }
        let object = self.inside(|this| this.computed(object, mode));
        self.property_of(&object, key, mode)
    }

    /// A property of a value; of `process.env` a variable.
    pub fn property_of(&mut self, object: &Computed, key: &str, mode: Mode) -> Computed {
        match object {
            Computed::ProcessEnv => self.variable(key, mode),
            _ => self.paid(object.property(key)),
        }
    }

    fn variable(&self, name: &str, mode: Mode) -> Computed {
        let set = self.env.variables.and_then(|variables| variables(name));
        match (set, mode) {
            (Some(text), _) => Computed::text(Span::default(), text),
            (None, Mode::Value) => Computed::Unknown(Unknown::Environment(name.to_owned())),
            (None, Mode::Choice) if name == "NODE_ENV" => Computed::text(Span::default(), "production".to_owned()),
            (None, Mode::Choice) => Computed::Undefined,
        }
    }

    fn is_process_env(&self, expr: ExprId) -> bool {
        self.module.is_global(expr, &["process", "env"])
            || matches!(self.package_member(expr), Some(("process" | "node:process", "env")))
    }

    fn index(&mut self, object: ExprId, index: ExprId, mode: Mode) -> Computed {
        let (object, key) = self.inside(|this| (this.computed(object, mode), this.computed(index, Mode::Choice)));
        match key.as_text() {
            Some(key) => self.property_of(&object, &key, mode),
            None => Computed::unknown(),
        }
    }

    fn array(&mut self, items: &[ExprId], span: Span) -> Computed {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match self.expr(*item) {
                Expr::Spread(operand) => match self.computed(*operand, Mode::Value) {
                    Computed::Node(Node { value: Value::Array(inner), .. }) => values.extend(inner),
                    other => {
                        if other.truth() != Some(false) {
                            values.push(Node::unknown(self.module.span(*item)));
                        }
                    }
                },
                _ => values.push(self.node(*item, Mode::Value)),
            }
        }
        Computed::Node(Node::new(span, Value::Array(values)))
    }

    fn object(&mut self, properties: &[Property], span: Span) -> Computed {
        let mut object = Object::default();
        for property in properties {
            match property {
                Property::Spread(operand) => {
                    let value = self.computed(*operand, Mode::Value);
                    merge(&mut object, value);
                }
                Property::Entry { key, key_span, value, kind } => {
                    self.entry(&mut object, *key, *key_span, *value, *kind);
                }
            }
        }
        Computed::Node(Node::new(span, Value::Object(object)))
    }

    fn entry(&mut self, object: &mut Object, key: Key, key_span: Span, value: ExprId, kind: PropertyKind) {
        let key = match key {
            Key::Name(name) => Some(self.module.name(name).to_owned()),
            Key::Computed(expr) => self.computed(expr, Mode::Choice).as_text(),
        };
        let Some(key) = key else {
            object.open = true;
            return;
        };
        let computed = match (kind, self.module.as_function(value)) {
            (PropertyKind::Getter, Some(getter)) => self.call(getter, Vec::new()),
            (PropertyKind::Setter, _) => return,
            _ => self.computed(value, Mode::Value),
        };
        if matches!(computed, Computed::Undefined) {
            self.charge(u32::try_from(object.entries.len() / 8).unwrap_or(u32::MAX));
            object.entries.retain(|entry| entry.key != key);
            return;
        }
        let value = computed.into_node(self.module.span(value));
        object.entries.push(Entry { key, key_span, value });
    }

    /// `a + b + c`: texts are as long as their writers like, so the left side is followed in a loop.
    fn sum(&mut self, expr: ExprId, span: Span, mode: Mode) -> Computed {
        let mut terms = Vec::new();
        let mut at = expr;
        while let Expr::Binary { operator: BinaryOperator::Add, left, right } = self.expr(at) {
            terms.push(*right);
            at = *left;
        }
        let mut sum = self.computed(at, mode);
        for term in terms.into_iter().rev() {
            let term = self.computed(term, mode);
            sum = add(&sum, &term, span);
        }
        sum
    }

    fn binary(&mut self, operator: BinaryOperator, left: ExprId, right: ExprId, span: Span, mode: Mode) -> Computed {
        let compares = !matches!(
            operator,
            BinaryOperator::Subtract | BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Remainder
        );
        let mode = if compares { Mode::Choice } else { mode };
        let (left, right) = (self.computed(left, mode), self.computed(right, mode));
        let verdict = match operator {
            BinaryOperator::StrictEqual => left.equals(&right),
            BinaryOperator::StrictNotEqual => left.equals(&right).map(|equal| !equal),
            BinaryOperator::Equal => loosely_equal(&left, &right),
            BinaryOperator::NotEqual => loosely_equal(&left, &right).map(|equal| !equal),
            BinaryOperator::In => match (left.as_text(), &right) {
                (Some(key), Computed::Node(node)) => node.as_object().and_then(|object| {
                    if object.get(&key).is_some() { Some(true) } else { (!object.open).then_some(false) }
                }),
                (Some(key), Computed::ProcessEnv) => Some(!self.variable(&key, Mode::Choice).is_unset()),
                _ => None,
            },
            _ => return arithmetic(operator, &left, &right, span),
        };
        verdict.map_or_else(Computed::unknown, |verdict| Computed::bool(span, verdict))
    }

    fn logical(&mut self, operator: LogicalOperator, left: ExprId, right: ExprId, mode: Mode) -> Computed {
        match operator {
            LogicalOperator::And => {
                let value = self.computed(left, Mode::Choice);
                match value.truth() {
                    Some(true) => self.computed(right, mode),
                    Some(false) => value,
                    None => Computed::unknown(),
                }
            }
            LogicalOperator::Or | LogicalOperator::Nullish => {
                let value = self.computed(left, mode);
                let takes_right = match operator {
                    LogicalOperator::Nullish => value.nullish(),
                    _ => value.truth().map(|truth| !truth),
                };
                match takes_right {
                    Some(false) => value,
                    Some(true) => self.computed(right, mode),
                    None if value.is_unset() => self.computed(right, mode),
                    None => Computed::unknown(),
                }
            }
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: ExprId, span: Span, mode: Mode) -> Computed {
        match operator {
            UnaryOperator::Not => match self.test(operand) {
                Some(truth) => Computed::bool(span, !truth),
                None => Computed::unknown(),
            },
            UnaryOperator::Void => Computed::Undefined,
            UnaryOperator::Plus => {
                let value = self.computed(operand, mode);
                super::builtin::to_number(&value, span)
            }
            UnaryOperator::Minus => match self.computed(operand, mode).as_number() {
                Some(value) => Computed::number(span, -value),
                None => Computed::unknown(),
            },
            UnaryOperator::BitNot | UnaryOperator::TypeOf | UnaryOperator::Delete => Computed::unknown(),
        }
    }
}

/// Adds the entries of a spread value.
pub fn merge(object: &mut Object, value: Computed) {
    match value {
        Computed::Node(Node { value: Value::Object(inner), .. }) => {
            object.entries.extend(inner.entries);
            object.open |= inner.open;
        }
        other => object.open |= other.truth() != Some(false),
    }
}

fn add(left: &Computed, right: &Computed, span: Span) -> Computed {
    let is_text = |value: &Computed| matches!(value, Computed::Node(Node { value: Value::String(_), .. }));
    if is_text(left) || is_text(right) {
        return match (left.as_text(), right.as_text()) {
            (Some(left), Some(right)) if left.len() + right.len() <= MAX_TEXT => Computed::text(span, left + &right),
            _ => Computed::unknown(),
        };
    }
    arithmetic(BinaryOperator::Add, left, right, span)
}

/// Arithmetic; with the number of processors in it, still that number for all that it is used for.
fn arithmetic(operator: BinaryOperator, left: &Computed, right: &Computed, span: Span) -> Computed {
    let calculates = matches!(
        operator,
        BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Remainder
            | BinaryOperator::Power
    );
    let processors = |value: &Computed| value.reason() == Some(Unknown::ProcessorCount);
    if calculates && (processors(left) || processors(right)) {
        return Computed::Unknown(Unknown::ProcessorCount);
    }
    let (Some(left), Some(right)) = (left.as_number(), right.as_number()) else { return Computed::unknown() };
    let value = match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::Divide => left / right,
        BinaryOperator::Remainder => left % right,
        BinaryOperator::Power => left.powf(right),
        BinaryOperator::Less => return Computed::bool(span, left < right),
        BinaryOperator::LessEqual => return Computed::bool(span, left <= right),
        BinaryOperator::Greater => return Computed::bool(span, left > right),
        BinaryOperator::GreaterEqual => return Computed::bool(span, left >= right),
        _ => return Computed::unknown(),
    };
    Computed::number(span, value)
}

/// `==` between what is known: `null` and `undefined` are one, numbers and texts meet as numbers.
fn loosely_equal(left: &Computed, right: &Computed) -> Option<bool> {
    match (left.nullish()?, right.nullish()?) {
        (true, true) => Some(true),
        (true, false) | (false, true) => Some(false),
        (false, false) => match left.equals(right)? {
            true => Some(true),
            false => match (left.as_number(), right.as_number()) {
                (Some(left), Some(right)) => Some(left == right),
                _ => Some(false),
            },
        },
    }
}
