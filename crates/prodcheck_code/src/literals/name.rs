//! What the name says that a literal is bound to.

use prodcheck_formats::javascript::{Expr, ExprId, Key, Module, Node, Origin, Property, Stmt};

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A password.
    Password,
    /// A key, a secret or a token of a service.
    Secret,
}

/// The words of a name: `jwtSecretKey`, `JWT_SECRET_KEY`, `jwt-secret-key`.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for one in name.chars() {
        let splits = !one.is_alphanumeric() || (one.is_uppercase() && before.is_lowercase());
        if splits && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if one.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(one.to_lowercase());
        }
        before = one;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a name says of its value; `None` for other names, and for those of something about a secret: its length, its
/// field, its header, the page to reset it.
pub fn of(name: &str) -> Option<Named> {
    const ABOUT: &[&str] = &[
        "name",
        "field",
        "header",
        "length",
        "min",
        "max",
        "regex",
        "pattern",
        "policy",
        "url",
        "uri",
        "path",
        "type",
        "label",
        "placeholder",
        "message",
        "error",
        "reset",
        "forgot",
        "hash",
        "algorithm",
        "id",
        "expiry",
        "expires",
        "ttl",
        "cookie",
        "prefix",
        "suffix",
        "format",
        "strategy",
        "hint",
        "input",
        "column",
        "attribute",
        "key2",
        "scope",
        "issuer",
        "endpoint",
        "page",
        "route",
        "event",
        "status",
        "invalid",
        "missing",
        "title",
        "text",
        "description",
        "template",
        "validation",
        "rounds",
        "public",
        "site",
        "file",
        "dir",
        "version",
        "count",
        "method",
        "provider",
        "audience",
        "kind",
        "mode",
        "command",
        "action",
        "changed",
        "required",
        "confirm",
        "confirmation",
        "not",
        "is",
        "has",
        "no",
        "wrong",
        "incorrect",
        "invite",
        "verify",
        "env",
        "variable",
        "question",
        "store",
        "option",
        "schema",
        "symbol",
        "injection",
        "metadata",
        "permission",
        "role",
        "tag",
        "test",
        "csrf",
        "xsrf",
        "query",
        "param",
        "parameter",
        "separator",
        "delimiter",
        "index",
        "arn",
        "ref",
        "alias",
        "location",
        "bucket",
        "topic",
        "queue",
        "channel",
        "group",
        "namespace",
        "class",
        "element",
        "selector",
        "icon",
        "color",
    ];
    let words = words(name);
    if words.iter().any(|word| ABOUT.contains(&word.as_str())) {
        return None;
    }
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let last = words.last().map(String::as_str)?;
    if ["password", "passwd", "pwd", "passphrase", "rootpassword", "dbpassword", "userpassword"]
        .iter()
        .any(|word| has(word))
        || matches!(last, "pass")
    {
        return Some(Named::Password);
    }
    if has("secret")
        || has("secrets")
        || has("jwtsecret")
        || has("apikey")
        || has("secretkey")
        || has("privatekey")
        || has("apisecret")
    {
        return Some(Named::Secret);
    }
    let qualified = |last_word: &str, before: &[&str]| {
        last == last_word && words.iter().any(|word| before.contains(&word.as_str()))
    };
    let is_key = qualified(
        "key",
        &["api", "private", "secret", "encryption", "signing", "jwt", "access", "auth", "master", "session", "license"],
    );
    let is_token = qualified(
        "token",
        &["api", "auth", "access", "bot", "secret", "bearer", "admin", "webhook", "service", "master"],
    );
    (is_key || is_token).then_some(Named::Secret)
}

/// The name that a literal is bound to: of a property, a variable, a member, a parameter's default, a class's field.
pub fn bound_to(module: &Module, expr: ExprId) -> Option<&str> {
    match module.parent(expr)? {
        Node::Expr(outer) => match module.expr(outer) {
            Expr::Object(properties) => properties.iter().find_map(|property| match property {
                Property::Entry { key: Key::Name(name), value, .. } if *value == expr => Some(module.name(*name)),
                _ => None,
            }),
            Expr::Assign { target, value, .. } if *value == expr => match module.expr(*target) {
                Expr::Member { property, .. } => Some(module.name(*property)),
                Expr::Identifier { name, .. } => Some(module.name(*name)),
                _ => None,
            },
            // `given || 'literal'`, `isProd ? a : 'literal'`: what the whole is bound to.
            Expr::Logical { .. } => bound_to(module, outer),
            Expr::Conditional { test, .. } if *test != expr => bound_to(module, outer),
            _ => None,
        },
        Node::Stmt(stmt) => match module.stmt(stmt) {
            Stmt::Variables { .. } => module.bindings().find_map(|(_, binding)| match &binding.origin {
                Origin::Value { expr: value, path } if *value == expr && path.is_empty() => {
                    Some(module.name(binding.name))
                }
                _ => None,
            }),
            _ => None,
        },
        Node::Class(class) => module.class(class).members.iter().find_map(|member| match member.key {
            Key::Name(name) if member.value == Some(expr) => Some(module.name(name)),
            _ => None,
        }),
        Node::Function(_) | Node::Module => None,
    }
}

/// Whether a literal stands beside the name of a user: `{ user: 'admin', password: '…' }`.
pub fn beside_user(module: &Module, expr: ExprId) -> bool {
    let Some(Node::Expr(outer)) = module.parent(expr) else { return false };
    let Expr::Object(properties) = module.expr(outer) else { return false };
    properties.iter().any(|property| match property {
        Property::Entry { key: Key::Name(key), value, .. } => {
            let key = module.name(*key);
            let name = words(key).join("");
            let is_user =
                matches!(name.as_str(), "user" | "username" | "login" | "email" | "rootdn" | "dbuser" | "userid");
            let given = module.string(*value);
            is_user && given.is_some_and(|text| !super::text::is_placeholder(text) && text != key)
        }
        Property::Entry { .. } | Property::Spread(_) => false,
    })
}

/// The switch beside a literal, or around it, that is off: `{ enable: false, ldap: { password: '…' } }`.
pub fn switch_around(module: &Module, expr: ExprId) -> Option<String> {
    for outer in module.ancestors(expr).take(16) {
        let Node::Expr(object) = outer else {
            if matches!(outer, Node::Function(_)) {
                return None;
            }
            continue;
        };
        if !matches!(module.expr(object), Expr::Object(_)) {
            continue;
        }
        for name in ["enable", "enabled", "active", "isEnabled", "on"] {
            if module.property(object, name).is_some_and(|value| matches!(module.expr(value), Expr::Bool(false))) {
                return Some(name.to_owned());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["password", "DB_PASSWORD", "smtpPass", "adminPassword"] {
            assert_eq!(of(name), Some(Named::Password), "{name}");
        }
        for name in [
            "jwtSecret",
            "JWT_SECRET",
            "apiKey",
            "API_KEY",
            "clientSecret",
            "accessToken",
            "secretKey",
            "encryption_key",
        ] {
            assert_eq!(of(name), Some(Named::Secret), "{name}");
        }
        for name in [
            "passwordField",
            "minPasswordLength",
            "resetPassword",
            "token",
            "key",
            "publicKey",
            "secretName",
            "passwordResetUrl",
            "compass",
            "apiKeyHeader",
            "tokenType",
            "größe",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
