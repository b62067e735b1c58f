//! Credentials: texts in the format of a key, texts bound to the name of a secret, and what counts as a secret where its
//! variable is not set.

use super::name::{self, Named};
use super::options::can_be_secret;
use super::text::{Address, is_like_a_name, is_placeholder};
use super::{Finder, LiteralKind};
use crate::Settled;
use crate::settle::{Checked, variable_of};
use prodcheck_facts::secret::{known_format, looks_random};
use prodcheck_formats::javascript::{Expr, ExprId, LogicalOperator, Module, Node};
use prodcheck_program::program::{At, ModuleId, Value};

/// Reads the credentials.
pub fn read(finder: &mut Finder<'_, '_>) {
    let reading = finder.reading;
    for (at, _, module) in reading.program.modules() {
        for (expr, node) in module.exprs() {
            match node {
                Expr::String(_) | Expr::Template(_) => {
                    if let Some(text) = module.string(expr) {
                        literal(finder, at, module, expr, text);
                    }
                }
                Expr::Logical { operator: LogicalOperator::Or | LogicalOperator::Nullish, left, right } => {
                    fallback(finder, at, module, *left, *right);
                }
                Expr::Call { .. } => {
                    helper(finder, at, module, expr);
                    if let Some(checked) = module.call(expr).and_then(|call| reading.checked(at, &call)) {
                        schema_defaults(finder, &checked);
                    }
                }
                _ => {}
            }
        }
        // `const { JWT_SECRET = 'secret' } = process.env`.
        for (binding, known) in module.bindings() {
            let Some(default) = known.default else { continue };
            let values = reading.program.binding(at, binding);
            if let Some(variable) = values.iter().find_map(variable_of) {
                of_variable(finder, variable, (at, default));
            }
        }
    }
    let nest = reading.nest();
    let schemas: Vec<At> = nest.schemas.clone();
    for (at, schema) in schemas {
        defaults_of(finder, at, schema);
    }
    for &(at, options) in reading.fastify_envs() {
        if let Some((at, schema)) = reading.option(at, options, "schema") {
            defaults_of(finder, at, schema);
        }
    }
}

/// A literal that is a credential by its format or its name.
fn literal(finder: &mut Finder<'_, '_>, at: ModuleId, module: &Module, expr: ExprId, text: &str) {
    if text.len() < 4 || is_compared(module, expr) || is_key_or_argument_of_text(module, expr) {
        return;
    }
    if let Some(issuer) = known_format(text) {
        let shown = name::bound_to(module, expr).unwrap_or(issuer).to_owned();
        finder.add(at, expr, LiteralKind::Key(issuer), shown);
        return;
    }
    let Some(bound) = name::bound_to(module, expr) else { return };
    // A fallback is judged by the variable that it stands in for.
    if stands_in_for_variable(finder, at, module, expr) || !can_be_secret(text) || Address::of(text).is_some() {
        return;
    }
    let is_secret = match name::of(bound) {
        Some(Named::Password) => is_password(bound, text, name::beside_user(module, expr)),
        Some(Named::Secret) => is_secret_value(text),
        None => false,
    };
    if is_secret && !is_catalogue(module, expr) {
        finder.add(at, expr, LiteralKind::Credential, bound);
    }
}

/// Whether a text is a password, and not the name of a field, a message or a kind.
pub fn is_password(bound: &str, text: &str, is_user: bool) -> bool {
    let same = name::words(text).join("") == name::words(bound).join("");
    if same || text.contains(['(', ')', '{', '=', '?', ' ', '/', '\\', '|', ':', ',']) || is_variable(text) {
        return false;
    }
    let mixed = text.chars().any(|one| one.is_ascii_digit()) && !text.starts_with('.');
    is_user || (mixed && !is_like_a_name(text))
}

/// Whether a text is the value of a secret: random, or long with letters and digits mixed.
pub fn is_secret_value(text: &str) -> bool {
    if is_variable(text) || is_like_a_name(text) || text.len() < 8 {
        return false;
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let plain = text.chars().all(|one| {
        one.is_ascii_alphanumeric()
            || matches!(one, '-' | '_' | '+' | '/' | '=' | '.' | '!' | '@' | '#' | '$' | '%' | '&' | '*')
    });
    looks_random(text)
        || (plain && text.len() >= 16 && digits >= 3 && letters >= 3 && !text.contains('/') && !text.contains('.'))
}

/// `DATABASE_PASSWORD`: the name of a variable.
fn is_variable(text: &str) -> bool {
    text.contains('_') && text.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_')
}

/// Whether a text is looked for or compared, and not used: an operand, a case, an element of a list that is searched.
fn is_compared(module: &Module, expr: ExprId) -> bool {
    match module.parent(expr) {
        Some(Node::Expr(outer)) => match module.expr(outer) {
            Expr::Binary { operator, .. } => *operator != prodcheck_formats::javascript::BinaryOperator::Add,
            Expr::Array(_) => true,
            _ => false,
        },
        Some(Node::Stmt(stmt)) => matches!(module.stmt(stmt), prodcheck_formats::javascript::Stmt::Switch { .. }),
        _ => false,
    }
}

/// Whether a text is a key (`headers['x']`) or what a text method is given.
fn is_key_or_argument_of_text(module: &Module, expr: ExprId) -> bool {
    let Some(Node::Expr(outer)) = module.parent(expr) else { return false };
    match module.expr(outer) {
        Expr::Index { index, .. } => *index == expr,
        Expr::Call { callee, .. } => matches!(module.expr(*callee), Expr::Member { property, .. }
            if matches!(module.name(*property), "startsWith" | "endsWith" | "includes" | "indexOf" | "replace" | "replaceAll" | "test" | "match" | "split" | "equal" | "t")),
        _ => false,
    }
}

/// Whether an object is a list of names: most of its texts are names of something.
fn is_catalogue(module: &Module, expr: ExprId) -> bool {
    let Some(Node::Expr(outer)) = module.parent(expr) else { return false };
    let Expr::Object(properties) = module.expr(outer) else { return false };
    let texts: Vec<&str> = properties
        .iter()
        .filter_map(|property| match property {
            prodcheck_formats::javascript::Property::Entry { value, .. } => module.string(*value),
            prodcheck_formats::javascript::Property::Spread(_) => None,
        })
        .collect();
    texts.len() >= 4 && texts.iter().all(|text| is_like_a_name(text) || text.contains(' '))
}

/// Whether a literal is the right side of `process.env.X || 'literal'`.
fn stands_in_for_variable(finder: &Finder<'_, '_>, at: ModuleId, module: &Module, expr: ExprId) -> bool {
    let Some(Node::Expr(outer)) = module.parent(expr) else { return false };
    matches!(module.expr(outer), Expr::Logical { left, right, .. }
        if *right == expr && variable_in(finder, at, module, *left).is_some())
}

/// The variable that an expression reads, through conversions.
fn variable_in(finder: &Finder<'_, '_>, at: ModuleId, module: &Module, expr: ExprId) -> Option<String> {
    let reading = finder.reading;
    for (inner, _) in module.exprs_in(expr).take(12) {
        let values = reading.program.values(at, inner);
        if let Some(name) = values.iter().find_map(variable_of) {
            return Some(name.to_owned());
        }
        if let Some(read) = module.call(inner).and_then(|call| reading.nest_read(at, module, &call)) {
            return Some(read.key);
        }
    }
    None
}

/// `process.env.JWT_SECRET || 'secret'`.
fn fallback(finder: &mut Finder<'_, '_>, at: ModuleId, module: &Module, left: ExprId, right: ExprId) {
    if let Some(variable) = variable_in(finder, at, module, left) {
        of_variable(finder, &variable, (at, right));
    }
}

/// What counts where a variable that holds a secret is not set.
fn of_variable(finder: &mut Finder<'_, '_>, variable: &str, (at, default): At) {
    let (at, default) = finder.reading.plain(at, default);
    let Some(module) = finder.reading.program.module(at) else { return };
    let Some(text) = module.string(default) else { return };
    if let Some(issuer) = known_format(text) {
        finder.add(at, default, LiteralKind::Key(issuer), variable);
        return;
    }
    let says_nothing =
        matches!(text.to_ascii_lowercase().trim(), "" | "unknown" | "undefined" | "none" | "n/a" | "null");
    if says_nothing || Address::of(text).is_some() || name::of(variable).is_none() {
        return;
    }
    // A made-up key of another service is a placeholder; what this service signs with is a secret, whatever it says.
    if !is_own(variable)
        && (is_placeholder(text) || (name::of(variable) == Some(Named::Secret) && !is_secret_value(text)))
    {
        return;
    }
    finder.add(at, default, LiteralKind::Fallback, variable);
}

/// Whether a variable holds a secret that this service signs or encrypts with itself.
fn is_own(variable: &str) -> bool {
    let words = name::words(variable);
    let has = |all: &[&str]| words.iter().any(|word| all.contains(&word.as_str()));
    let last = words.last().map(String::as_str);
    (has(&["jwt", "session", "cookie", "app", "encryption", "signing", "hmac", "csrf", "auth", "server"])
        || words.len() <= 2)
        && matches!(last, Some("secret" | "secrets" | "key" | "keys"))
        && !has(&["api", "client", "aws", "access", "oauth", "google", "github", "facebook", "twitter", "stripe"])
}

/// `env('JWT_SECRET', 'secret')`, `configService.get('JWT_SECRET', 'secret')`: where the call gives the literal while
/// nothing is set.
fn helper(finder: &mut Finder<'_, '_>, at: ModuleId, module: &Module, expr: ExprId) {
    let Some(call) = module.call(expr) else { return };
    let (Some(first), Some(second)) = (call.argument(module, 0), call.argument(module, 1)) else { return };
    let (Some(variable), Some(text)) = (module.string(first), module.string(second)) else { return };
    if name::of(variable).is_none() || text.is_empty() {
        return;
    }
    let is_own =
        finder.reading.program.values(at, call.callee).iter().any(|value| matches!(value, Value::Function(..)));
    let is_nest = finder.reading.nest_read(at, module, &call).is_some();
    if (is_own || is_nest) && finder.unset.settle(at, expr) == Settled::Text(text.to_owned()) {
        let variable = variable.to_owned();
        of_variable(finder, &variable, (at, second));
    }
}

/// `z.object({ JWT_SECRET: z.string().default('secret') })`.
fn schema_defaults(finder: &mut Finder<'_, '_>, checked: &Checked) {
    for (at, schema) in &checked.schemas {
        defaults_of(finder, *at, *schema);
    }
}

fn defaults_of(finder: &mut Finder<'_, '_>, at: ModuleId, schema: ExprId) {
    for field in finder.reading.schema_fields(at, schema) {
        if let Some(default) = finder.reading.schema_rule(field.schema).default {
            of_variable(finder, &field.name, default);
        }
    }
}
