//! Schemas of configuration libraries: the fields of `z.object({ LEVEL: z.string().default('info') })`, and what each
//! says of its value: its default, whether it may be absent, what is made of it.
//!
//! The libraries say the same things in few spellings: chains of methods (zod, joi, yup), functions around functions
//! (valibot, superstruct, TypeBox), options (envalid, TypeBox), and JSON Schema.

use super::Settled;
use crate::Reading;
use prodcheck_formats::javascript::{Call, Expr, ExprId, Key, Module, Property};
use prodcheck_program::program::{At, ModuleId, Part, Value};

/// How deep schemas lie within each other.
const DEEPEST: u32 = 16;

/// How many fields are read of one schema.
const MOST_FIELDS: usize = 400;

/// Methods and functions whose argument is an object of fields.
const SHAPES: &[&str] = &[
    "object",
    "Object",
    "strictObject",
    "looseObject",
    "keys",
    "shape",
    "extend",
    "safeExtend",
    "append",
    "Struct",
    "type",
    "interface",
    "Type",
    "partial",
    "strict",
    "required",
    "environment",
];

/// Methods and functions whose arguments are schemas of the same object.
const UNIONS: &[&str] = &[
    "merge",
    "and",
    "concat",
    "intersection",
    "intersect",
    "Intersect",
    "Composite",
    "pipe",
    "preprocess",
    "assign",
    "readonly",
    "Readonly",
    "strict",
    "loose",
    "Optional",
    "optional",
    "nullish",
    "fallback",
    "effects",
    "check",
    "all",
];

/// What a schema says of one field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rule {
    /// The value where it is absent.
    pub default: Option<At>,
    /// Whether it may be absent without a default.
    pub optional: bool,
    /// Whether it says by itself that it has to be there.
    pub required: bool,
    /// Whether it is a truth value.
    pub is_boolean: bool,
    /// What is made of the value, outermost first.
    pub made: Vec<At>,
}

/// A field of a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it says.
    pub schema: At,
    /// Whether a JSON Schema lists it as required; `None` for other schemas.
    pub listed: Option<bool>,
}

impl Reading<'_> {
    /// The fields of a schema of an object.
    pub fn schema_fields(&self, at: ModuleId, schema: ExprId) -> Vec<Field> {
        let mut found = Vec::new();
        self.collect_fields(at, schema, &mut found, DEEPEST);
        found
    }

    /// A field of a schema of an object; of several the last one.
    pub(super) fn schema_field(&self, at: ModuleId, schema: ExprId, name: &str) -> Option<Field> {
        self.schema_fields(at, schema).into_iter().rev().find(|field| field.name == name)
    }

    fn collect_fields(&self, at: ModuleId, expr: ExprId, found: &mut Vec<Field>, depth: u32) {
        let (at, expr) = self.plain(at, expr);
        let (Some(module), Some(depth)) = (self.program.module(at), depth.checked_sub(1)) else { return };
        if found.len() >= MOST_FIELDS {
            return;
        }
        if let Expr::Object(properties) = module.expr(expr) {
            match json_schema(module, expr) {
                Some(inner) => {
                    let listed = self.listed(at, module, expr);
                    let before = found.len();
                    self.collect_fields(at, inner, found, depth);
                    for field in found.iter_mut().skip(before) {
                        field.listed = Some(listed.contains(&field.name));
                    }
                }
                None => {
                    for property in properties {
                        match property {
                            Property::Entry { key: Key::Name(name), value, .. } => found.push(Field {
                                name: module.name(*name).to_owned(),
                                schema: (at, *value),
                                listed: None,
                            }),
                            Property::Spread(operand) => self.collect_fields(at, *operand, found, depth),
                            Property::Entry { .. } => {}
                        }
                    }
                }
            }
            return;
        }
        let Some(call) = module.call(expr) else {
            // `schema.shape` is what the schema was made of.
            if let Expr::Member { object, property, .. } = module.expr(expr)
                && matches!(module.name(*property), "shape" | "entries")
            {
                self.collect_fields(at, *object, found, depth);
            }
            return;
        };
        if let Some((of, returned)) = self.only_return(at, &call) {
            return self.collect_fields(of, returned, found, depth);
        }
        let Some(name) = self.last_name(at, module, &call) else { return };
        if let Some(receiver) = self.receiver(at, module, &call) {
            self.collect_fields(at, receiver, found, depth);
        }
        if name == "prop" {
            // fluent-json-schema: `S.object().prop('PORT', S.string().default('3000'))`.
            if let (Some(key), Some(schema)) = (call.argument(module, 0), call.argument(module, 1))
                && let Some(key) = module.string(key)
            {
                found.push(Field { name: key.to_owned(), schema: (at, schema), listed: None });
            }
            return;
        }
        if SHAPES.contains(&name.as_str()) || UNIONS.contains(&name.as_str()) {
            let is_shape = SHAPES.contains(&name.as_str());
            for argument in call.arguments {
                let (of, plain) = self.plain(at, *argument);
                let is_object = self.program.module(of).is_some_and(|code| matches!(code.expr(plain), Expr::Object(_)));
                let is_schema = self.program.module(of).is_some_and(|code| code.call(plain).is_some());
                if (is_object && is_shape) || is_schema {
                    self.collect_fields(of, plain, found, depth);
                }
                if is_shape && is_object {
                    break;
                }
            }
        }
    }

    /// What a field's schema says.
    pub fn schema_rule(&self, field: At) -> Rule {
        let mut rule = Rule::default();
        self.read_rule(field.0, field.1, &mut rule, DEEPEST);
        rule
    }

    fn read_rule(&self, at: ModuleId, expr: ExprId, rule: &mut Rule, depth: u32) {
        let (at, expr) = self.plain(at, expr);
        let (Some(module), Some(depth)) = (self.program.module(at), depth.checked_sub(1)) else { return };
        if let Expr::Object(_) = module.expr(expr) {
            // JSON Schema, and convict's and znv's fields.
            if let Some(default) = module.property(expr, "default") {
                rule.default = rule.default.or(Some((at, default)));
            }
            if let Some(defaults) = module.property(expr, "defaults") {
                let production = module.property(defaults, "production").or_else(|| module.property(defaults, "_"));
                rule.default = rule.default.or(production.map(|default| (at, default)));
            }
            if let Some(schema) = module.property(expr, "schema") {
                self.read_rule(at, schema, rule, depth);
            }
            let named = |key: &str| {
                module.property(expr, key).is_some_and(|of| {
                    module.string(of).is_some_and(|text| text.eq_ignore_ascii_case("boolean"))
                        || module.is_global(of, &["Boolean"])
                })
            };
            rule.is_boolean |= named("type") || named("format");
            return;
        }
        let Some(call) = module.call(expr) else { return };
        if let Some((of, returned)) = self.only_return(at, &call) {
            return self.read_rule(of, returned, rule, depth);
        }
        let Some(name) = self.last_name(at, module, &call) else { return };
        let receiver = self.receiver(at, module, &call);
        // In a chain the default is the first argument, around a schema the second.
        let default = call.argument(module, usize::from(receiver.is_none()));
        match name.as_str() {
            "default" | "prefault" | "catch" | "fallback" | "defaulted" => {
                rule.default = rule.default.or(default.map(|default| (at, default)));
            }
            "optional" | "nullish" | "undefinedable" | "exactOptional" | "Optional" | "notRequired" | "asOptional" => {
                rule.optional |= !rule.required;
                if receiver.is_none() {
                    rule.default = rule.default.or(default.map(|default| (at, default)));
                }
            }
            "required" | "defined" | "nonoptional" => rule.required |= !rule.optional,
            "transform" if rule.default.is_none() => {
                rule.made.extend(default.or_else(|| call.argument(module, 0)).map(|made| (at, made)))
            }
            "boolean" | "bool" | "Boolean" | "stringbool" | "asBool" => rule.is_boolean = true,
            "pipe" if receiver.is_none() && rule.default.is_none() => {
                for argument in call.arguments.iter().skip(1).rev() {
                    if let Some(inner) = module.call(*argument)
                        && self.last_name(at, module, &inner).as_deref() == Some("transform")
                    {
                        rule.made.extend(inner.argument(module, 0).map(|made| (at, made)));
                    }
                }
            }
            "preprocess" => {
                if let Some(inner) = call.argument(module, 1) {
                    self.read_rule(at, inner, rule, depth);
                }
                return;
            }
            _ => {
                // Options: envalid's `str({ default: 'x' })`, TypeBox' `Type.String({ default: 'x' })`.
                let options = call.arguments.iter().find(|argument| matches!(module.expr(**argument), Expr::Object(_)));
                if let Some(default) = options.and_then(|options| module.property(*options, "default")) {
                    rule.default = rule.default.or(Some((at, default)));
                }
            }
        }
        let inner = receiver.or_else(|| call.argument(module, 0).filter(|inner| module.as_function(*inner).is_none()));
        if let Some(inner) = inner {
            self.read_rule(at, inner, rule, depth);
        }
    }

    /// The value of a field of a schema: the default where nothing is given, and what the schema makes of it.
    pub(super) fn settle_field(&self, field: &Field, given: Settled) -> Settled {
        let rule = self.schema_rule(field.schema);
        let mut value = given;
        if value.is_absent() == Some(true)
            && let Some((at, default)) = rule.default
        {
            value = match self.settle(at, default) {
                Settled::Function(at, function) => self.returned(at, function),
                value => value,
            };
        }
        if value.is_absent() == Some(true) {
            return value;
        }
        for (at, made) in rule.made.iter().rev() {
            value = self.made_of(*at, *made, value);
        }
        match value.text() {
            Some(text) if rule.is_boolean => as_bool(text).map_or(value, Settled::Bool),
            _ => value,
        }
    }

    fn made_of(&self, at: ModuleId, made: ExprId, value: Settled) -> Settled {
        let Some(module) = self.program.module(at) else { return Settled::Unknown };
        if module.is_global(made, &["Number"]) || module.is_global(made, &["parseInt"]) {
            return value.number().map_or(Settled::Unknown, Settled::Number);
        }
        match self.program.values(at, made).first() {
            Some(Value::Function(of, function)) => self.applied((*of, *function), value),
            _ => Settled::Unknown,
        }
    }

    /// The expression behind names that stand for one.
    pub(crate) fn plain(&self, at: ModuleId, expr: ExprId) -> At {
        let (mut at, mut expr) = (at, expr);
        for _ in 0..DEEPEST {
            match self.program.written(at, expr).as_slice() {
                [(next, written)] if (*next, *written) != (at, expr) => (at, expr) = (*next, *written),
                _ => break,
            }
        }
        (at, expr)
    }

    /// What a call of a function of the program with one return gives.
    fn only_return(&self, at: ModuleId, call: &Call<'_>) -> Option<At> {
        let values = self.program.values(at, call.callee);
        let [Value::Function(of, function)] = &*values else { return None };
        let mut returns = self.program.module(*of)?.returns(*function);
        match (returns.next(), returns.next()) {
            (Some(only), None) => Some((*of, only)),
            _ => None,
        }
    }

    /// The name by which a call goes: of a method its name, of an imported function the name that the package gives it.
    pub(crate) fn last_name(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<String> {
        match module.expr(call.callee) {
            Expr::Member { property, .. } => Some(module.name(*property).to_owned()),
            Expr::Identifier { name, .. } => {
                let values = self.program.values(at, call.callee);
                let given = values.iter().find_map(|value| match value {
                    Value::Outside(outside) => match outside.way.last() {
                        Some(Part::Member(name)) => Some(name.clone()),
                        _ => None,
                    },
                    _ => None,
                });
                Some(given.unwrap_or_else(|| module.name(*name).to_owned()))
            }
            _ => None,
        }
    }

    /// What a method is called on, where that is something and not just the package.
    fn receiver(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<ExprId> {
        let Expr::Member { object, .. } = module.expr(call.callee) else { return None };
        let is_package = self.program.values(at, *object).iter().any(|value| match value {
            Value::Outside(outside) => !outside.way.contains(&Part::Called),
            _ => false,
        });
        (!is_package).then_some(*object)
    }

    fn listed(&self, at: ModuleId, module: &Module, schema: ExprId) -> Vec<String> {
        let Some(required) = module.property(schema, "required") else { return Vec::new() };
        let (of, plain) = self.plain(at, required);
        let Some(code) = self.program.module(of) else { return Vec::new() };
        match code.expr(plain) {
            Expr::Array(items) => items.iter().filter_map(|item| code.string(*item)).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }
}

/// The `properties` of a JSON Schema.
fn json_schema(module: &Module, object: ExprId) -> Option<ExprId> {
    let is_object = module.property(object, "type").is_some_and(|of| module.string(of) == Some("object"));
    module.property(object, "properties").filter(|inner| {
        (is_object || module.property(object, "required").is_some()) && matches!(module.expr(*inner), Expr::Object(_))
    })
}

fn as_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "y" => Some(true),
        "false" | "0" | "no" | "off" | "n" | "" => Some(false),
        _ => None,
    }
}
