//! The value of an expression in production: constants folded across modules, environment variables as the main route
//! sets them, defaults where it sets none, the branch that production takes where a condition chooses.

mod call;
mod environment;
mod frame;
mod library;
mod nest;
mod progress;
pub mod schema;
pub mod source;
pub mod table;

use crate::Reading;
use prodcheck_formats::javascript::{
    AssignOperator, BinaryOperator, ClassId, Expr, ExprId, FunctionId, LogicalOperator, Module, Node, UnaryOperator,
};
use prodcheck_program::program::{ModuleId, Outside, Value};

pub use environment::{is_credential, variable_of};
pub use library::{Checked, is_environment};
pub(crate) use nest::Nest;
pub(crate) use progress::Progress;

/// A value in production.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// An environment variable that no file of the main route sets; it counts as `undefined` where something is chosen
    /// by it.
    Unset(String),
    /// An environment variable that is set to something that the repository does not show.
    Hidden(String),
    /// An object literal or an array literal.
    Literal(ModuleId, ExprId),
    /// A function of the program.
    Function(ModuleId, FunctionId),
    /// An object that a class of the program makes.
    Instance(ModuleId, ClassId),
    /// Something of a package or of the runtime.
    Outside(Outside),
    /// Only running it would tell.
    Unknown,
}

/// Whether a condition holds in production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does where this variable is set, which holds a credential or an address of something outside.
    Credential(String),
    /// It does where that variable is not set.
    NoCredential(String),
    /// Only running it would tell.
    Unknown,
}

impl Truth {
    fn of(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Credential(name) => Self::NoCredential(name),
            Self::NoCredential(name) => Self::Credential(name),
            Self::Unknown => Self::Unknown,
        }
    }
}

impl Settled {
    /// Whether it counts as true.
    pub fn truth(&self) -> Truth {
        match self {
            Self::Undefined | Self::Null => Truth::No,
            Self::Bool(value) => Truth::of(*value),
            Self::Number(value) => Truth::of(*value != 0.0 && !value.is_nan()),
            Self::Text(text) => Truth::of(!text.is_empty()),
            Self::Unset(name) if is_credential(name) => Truth::Credential(name.clone()),
            Self::Unset(_) => Truth::No,
            Self::Hidden(_) | Self::Literal(..) | Self::Function(..) | Self::Instance(..) => Truth::Yes,
            // What a package gives is an object far more often than not, but nobody can tell.
            Self::Outside(_) | Self::Unknown => Truth::Unknown,
        }
    }

    /// Whether it is absent: what `??` and a parameter's default replace.
    pub fn is_absent(&self) -> Option<bool> {
        match self {
            Self::Undefined | Self::Null | Self::Unset(_) => Some(true),
            Self::Outside(_) | Self::Unknown => None,
            _ => Some(false),
        }
    }

    /// Whether two values are equal, as far as that can be told; `undefined` and `null` count as equal.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Unknown | Self::Outside(_) | Self::Hidden(_), _)
            | (_, Self::Unknown | Self::Outside(_) | Self::Hidden(_)) => None,
            (Self::Text(one), Self::Text(other)) => Some(one == other),
            (Self::Number(one), Self::Number(other)) => Some((one - other).abs() < f64::EPSILON),
            (Self::Bool(one), Self::Bool(other)) => Some(one == other),
            (one, other) => match (one.is_absent(), other.is_absent()) {
                (Some(true), Some(true)) => Some(true),
                (Some(true), Some(false)) | (Some(false), Some(true)) => Some(false),
                // Two objects, functions or values of different types.
                _ if std::mem::discriminant(one) != std::mem::discriminant(other) => Some(false),
                _ => None,
            },
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is one or a text that spells one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Whether the value is known to the repository.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Hidden(_) | Self::Outside(_))
    }
}

impl Reading<'_> {
    /// The value of a member of an expression in production: an option of an object that may be built elsewhere.
    /// `Undefined` where the object is known and has no such member.
    pub fn settle_member(&self, at: ModuleId, object: ExprId, name: &str) -> Settled {
        self.settle_path(at, object, &[name.to_owned()])
    }

    /// Whether an object is written out in the program, so that what is not written is not there.
    fn is_closed(&self, value: &Value) -> bool {
        let Value::Literal(at, object) = value else { return false };
        let Some(module) = self.program.module(*at) else { return false };
        match module.expr(*object) {
            Expr::Object(properties) => properties.iter().all(|property| match property {
                prodcheck_formats::javascript::Property::Spread(operand) => {
                    let values = self.program.values(*at, *operand);
                    let closed = || values.iter().all(|value| self.is_closed(value));
                    !values.is_empty() && self.deeper(closed).unwrap_or(false)
                }
                prodcheck_formats::javascript::Property::Entry { key, .. } => {
                    matches!(key, prodcheck_formats::javascript::Key::Name(_))
                }
            }),
            _ => true,
        }
    }

    /// Whether a condition holds in production.
    pub fn truth(&self, at: ModuleId, expr: ExprId) -> Truth {
        let Some(module) = self.program.module(at) else { return Truth::Unknown };
        match module.expr(expr) {
            Expr::Unary { operator: UnaryOperator::Not, operand } => self.truth(at, *operand).not(),
            Expr::Logical { operator, left, right } => {
                let left = self.truth(at, *left);
                let right = || self.truth(at, *right);
                match operator {
                    LogicalOperator::And => match left {
                        Truth::No => Truth::No,
                        Truth::Yes => right(),
                        left => match right() {
                            Truth::No => Truth::No,
                            Truth::Yes => left,
                            right if left == Truth::Unknown => right_or_unknown(right),
                            _ => left,
                        },
                    },
                    LogicalOperator::Or => match left {
                        Truth::Yes => Truth::Yes,
                        Truth::No => right(),
                        left => match right() {
                            Truth::Yes => Truth::Yes,
                            Truth::No => left,
                            Truth::Unknown => Truth::Unknown,
                            Truth::Credential(_) | Truth::NoCredential(_) => left,
                        },
                    },
                    LogicalOperator::Nullish => self.settle(at, expr).truth(),
                }
            }
            _ => self.settle(at, expr).truth(),
        }
    }

    /// The value of an expression in production.
    pub fn settle(&self, at: ModuleId, expr: ExprId) -> Settled {
        let Some(module) = self.program.module(at) else { return Settled::Unknown };
        match module.expr(expr) {
            Expr::String(name) => Settled::Text(module.name(*name).to_owned()),
            Expr::Number(value) => Settled::Number(*value),
            Expr::Bool(value) => Settled::Bool(*value),
            Expr::Null => Settled::Null,
            Expr::Object(_) | Expr::Array(_) => Settled::Literal(at, expr),
            Expr::Function(id) => Settled::Function(at, *id),
            _ => self.once(at, expr, || self.settle_expression(at, module, expr)),
        }
    }

    fn settle_expression(&self, at: ModuleId, module: &Module, expr: ExprId) -> Settled {
        match module.expr(expr) {
            Expr::Template(template) => self.template(at, module, template),
            Expr::Identifier { name, binding: None } => match module.name(*name) {
                "undefined" => Settled::Undefined,
                "NaN" => Settled::Number(f64::NAN),
                "Infinity" => Settled::Number(f64::INFINITY),
                _ => self.named(at, expr),
            },
            Expr::Identifier { binding: Some(binding), .. } => {
                self.parameter(at, *binding).unwrap_or_else(|| self.named(at, expr))
            }
            Expr::Member { .. } => self.named(at, expr),
            Expr::Index { object, index, .. } => {
                let key = self.settle(at, *index).as_key();
                match key.filter(|_| !matches!(module.expr(*index), Expr::Number(_))) {
                    Some(key) => self.settle_path(at, *object, &[key]),
                    None => self.named(at, expr),
                }
            }
            Expr::Call { .. } | Expr::New { .. } => self.settle_call(at, module, expr),
            Expr::Await(operand) => self.settle(at, *operand),
            Expr::Assign { operator: AssignOperator::Assign, value, .. } => self.settle(at, *value),
            Expr::Sequence(items) => items.last().map_or(Settled::Unknown, |last| self.settle(at, *last)),
            Expr::Conditional { test, then, otherwise } => match self.truth(at, *test) {
                Truth::Yes => self.settle(at, *then),
                // `process.env.URL ? process.env.URL : 'http://localhost'` is judged by its default.
                Truth::Credential(_) => match self.settle(at, *then) {
                    Settled::Unset(_) => self.settle(at, *otherwise),
                    then => then,
                },
                Truth::No | Truth::NoCredential(_) => self.settle(at, *otherwise),
                Truth::Unknown => {
                    let then = self.settle(at, *then);
                    if then == self.settle(at, *otherwise) { then } else { Settled::Unknown }
                }
            },
            Expr::Logical { operator, left, right } => self.logical(at, *operator, *left, *right),
            Expr::Binary { operator, left, right } => {
                let (left, right) = (self.settle(at, *left), self.settle(at, *right));
                binary(*operator, &left, &right)
            }
            Expr::Unary { operator, operand } => match operator {
                UnaryOperator::Not => match self.truth(at, *operand).not() {
                    Truth::Yes => Settled::Bool(true),
                    Truth::No => Settled::Bool(false),
                    _ => Settled::Unknown,
                },
                UnaryOperator::Void => Settled::Undefined,
                UnaryOperator::Plus => self.settle(at, *operand).number().map_or(Settled::Unknown, Settled::Number),
                UnaryOperator::Minus => {
                    self.settle(at, *operand).number().map_or(Settled::Unknown, |number| Settled::Number(-number))
                }
                UnaryOperator::TypeOf | UnaryOperator::BitNot | UnaryOperator::Delete => Settled::Unknown,
            },
            _ => Settled::Unknown,
        }
    }

    fn template(&self, at: ModuleId, module: &Module, template: &prodcheck_formats::javascript::Template) -> Settled {
        let mut text = String::new();
        let mut exprs = template.exprs.iter();
        for part in &template.texts {
            text.push_str(module.name(part.text));
            let Some(expr) = exprs.next() else { continue };
            match self.settle(at, *expr) {
                Settled::Text(part) => text.push_str(&part),
                Settled::Number(number) => text.push_str(&number.to_string()),
                Settled::Bool(value) => text.push_str(if value { "true" } else { "false" }),
                _ => return Settled::Unknown,
            }
        }
        Settled::Text(text)
    }

    fn logical(&self, at: ModuleId, operator: LogicalOperator, left: ExprId, right: ExprId) -> Settled {
        let first = self.settle(at, left);
        let second = || self.settle(at, right);
        match operator {
            LogicalOperator::Nullish => match first.is_absent() {
                Some(true) => second(),
                Some(false) => first,
                None => Settled::Unknown,
            },
            LogicalOperator::Or => match &first {
                // A value from the environment with a default is judged by the default.
                Settled::Unset(_) => second(),
                _ => match first.truth() {
                    Truth::Yes => first,
                    Truth::No => second(),
                    _ => Settled::Unknown,
                },
            },
            LogicalOperator::And => match first.truth() {
                Truth::No => first,
                Truth::Yes | Truth::Credential(_) => second(),
                Truth::NoCredential(_) | Truth::Unknown => Settled::Unknown,
            },
        }
    }

    /// The value of a name or a member: of a variable of the environment, else of what the program writes there.
    fn named(&self, at: ModuleId, expr: ExprId) -> Settled {
        let values = self.program.values(at, expr);
        let written = self.program.written(at, expr);
        if let Some(name) = values.iter().find_map(variable_of) {
            // `const { PORT = 3000 } = process.env`: what is written is the default.
            let set = self.variable(name);
            if matches!(set, Settled::Unset(_))
                && let [(of, only)] = written.as_slice()
                && values.iter().any(|value| variable_of(value).is_none())
            {
                return self.settle(*of, *only);
            }
            return set;
        }
        if let Some(module) = self.program.module(at)
            && let Expr::Member { object, property, .. } = module.expr(expr)
            && (written.len() > 1 || !self.progress.frames.borrow().is_empty())
        {
            let name = [module.name(*property).to_owned()];
            if let Some(merged) = self.merged(at, *object, &name) {
                return merged;
            }
            if let Some(given) = self.of_parameter(at, module, *object, &name) {
                return given;
            }
        }
        if let Some(settled) = self.settle_written(&written) {
            return settled;
        }
        if let Some(settled) = self.configured(at, expr) {
            return settled;
        }
        if values.iter().any(environment::is_terminal) {
            return Settled::Undefined;
        }
        // An option that nobody gives: `start({})`, then `options.level` in there.
        if values.is_empty()
            && let Some(Expr::Member { object, .. }) = self.program.module(at).map(|module| module.expr(expr))
        {
            let objects = self.program.values(at, *object);
            if !objects.is_empty() && objects.iter().all(|object| self.is_closed(object) && self.is_handed_over(object))
            {
                return Settled::Undefined;
            }
        }
        match &*values {
            [Value::Outside(outside)] => Settled::Outside(outside.clone()),
            [Value::Function(at, function)] => Settled::Function(*at, *function),
            [Value::Instance(at, class)] => Settled::Instance(*at, *class),
            _ => Settled::Unknown,
        }
    }

    /// Whether an object literal stands where it is handed over, as an argument or a parameter's default: what has a name
    /// may be filled later.
    fn is_handed_over(&self, value: &Value) -> bool {
        let Value::Literal(at, object) = value else { return false };
        let Some(module) = self.program.module(*at) else { return false };
        match module.parent(*object) {
            Some(Node::Function(_)) => true,
            Some(Node::Expr(outer)) => module.call(outer).is_some_and(|call| call.callee != *object),
            _ => false,
        }
    }

    /// The value where a configuration library gives it.
    fn configured(&self, at: ModuleId, expr: ExprId) -> Option<Settled> {
        let source = self.source(at, expr)?;
        if (source.at, source.expr) == (at, expr) || source.path.is_empty() {
            return None;
        }
        // `config.server.port` of node-config.
        let of_config = |value: &Value| matches!(value, Value::Outside(outside) if outside.source() == "config" && outside.way.is_empty());
        if self.program.values(source.at, source.expr).iter().any(of_config) {
            return Some(self.setting(&source.path.join(".")));
        }
        self.settle_library(source.at, source.expr, &source.path)
            .or_else(|| self.merged(source.at, source.expr, &source.path))
    }

    /// A member of a parameter, in the call that is followed.
    fn of_parameter(&self, at: ModuleId, module: &Module, object: ExprId, path: &[String]) -> Option<Settled> {
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(object) else { return None };
        match self.parameter(at, *binding)? {
            Settled::Literal(of, literal) => Some(self.settle_path(of, literal, path)),
            _ => None,
        }
    }

    /// The value of something that is written in these places: the one that those which production comes to agree on,
    /// `undefined` where it comes to none; `None` where nothing is written.
    fn settle_written(&self, written: &[(ModuleId, ExprId)]) -> Option<Settled> {
        if written.is_empty() {
            return None;
        }
        let reached = written.iter().filter(|(at, expr)| self.reach(*at, *expr).is_reached());
        let mut found = reached.map(|(at, expr)| self.settle(*at, *expr));
        let Some(first) = found.next() else { return Some(Settled::Undefined) };
        Some(found.fold(first, |known, next| if known == next { known } else { Settled::Unknown }))
    }
}

fn right_or_unknown(right: Truth) -> Truth {
    match right {
        // Unknown and a credential: it may hold.
        Truth::Credential(name) => Truth::Credential(name),
        _ => Truth::Unknown,
    }
}

fn binary(operator: BinaryOperator, left: &Settled, right: &Settled) -> Settled {
    let truth = |value: Option<bool>| value.map_or(Settled::Unknown, Settled::Bool);
    let compare = |holds: fn(f64, f64) -> bool| truth(left.number().zip(right.number()).map(|(a, b)| holds(a, b)));
    let number = |made: fn(f64, f64) -> f64| {
        left.number().zip(right.number()).map_or(Settled::Unknown, |(a, b)| Settled::Number(made(a, b)))
    };
    match operator {
        BinaryOperator::Equal | BinaryOperator::StrictEqual => truth(left.equals(right)),
        BinaryOperator::NotEqual | BinaryOperator::StrictNotEqual => truth(left.equals(right).map(|equal| !equal)),
        BinaryOperator::Less => compare(|a, b| a < b),
        BinaryOperator::LessEqual => compare(|a, b| a <= b),
        BinaryOperator::Greater => compare(|a, b| a > b),
        BinaryOperator::GreaterEqual => compare(|a, b| a >= b),
        BinaryOperator::Add => match (left, right) {
            (Settled::Number(a), Settled::Number(b)) => Settled::Number(a + b),
            (Settled::Text(a), Settled::Text(b)) => Settled::Text(format!("{a}{b}")),
            (Settled::Text(a), Settled::Number(b)) => Settled::Text(format!("{a}{b}")),
            (Settled::Number(a), Settled::Text(b)) => Settled::Text(format!("{a}{b}")),
            _ => Settled::Unknown,
        },
        BinaryOperator::Subtract => number(|a, b| a - b),
        BinaryOperator::Multiply => number(|a, b| a * b),
        BinaryOperator::Divide => number(|a, b| a / b),
        BinaryOperator::Remainder => number(|a, b| a % b),
        _ => Settled::Unknown,
    }
}

#[cfg(test)]
mod tests;
