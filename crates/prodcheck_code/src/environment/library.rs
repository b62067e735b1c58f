//! Checks of the environment by libraries.

use super::derived::Derived;
use super::start::{Ran, Start, ends_process};
use super::{CheckKind, EnvCheck};
use crate::Reading;
use crate::reading::{of_package, way};
use crate::settle::table::Gives;
use prodcheck_formats::javascript::{Call, Expr, ExprId, Key, Module, Node};
use prodcheck_program::program::{At, ModuleId, Value};
use std::collections::BTreeSet;

/// The checks by libraries.
pub fn read(reading: &Reading<'_>, derived: &Derived<'_, '_>, start: &Start<'_, '_>) -> Vec<EnvCheck> {
    let mut found = Vec::new();
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let Some(check) = check(reading, derived, site.at, module, &call) else { continue };
        if !reading.reach(site.at, site.id).is_reached() {
            continue;
        }
        let ran = start.runs(site.at, site.id);
        found.push(EnvCheck {
            place: reading.place_of(site),
            stops_at: None,
            on_start: ran != Ran::No,
            stops: ran != Ran::Swallowed,
            by: check.by,
            kind: check.kind,
            variables: check.variables,
        });
    }
    found.extend(of_nest(reading));
    found.extend(of_fastify(reading));
    found
}

struct Found {
    by: String,
    kind: CheckKind,
    variables: BTreeSet<String>,
}

fn check(
    reading: &Reading<'_>,
    derived: &Derived<'_, '_>,
    at: ModuleId,
    module: &Module,
    call: &Call<'_>,
) -> Option<Found> {
    if let Some(checked) = reading.checked(at, call) {
        let from_env = match checked.input {
            Some((at, input)) => derived.of(at, input).is_any(),
            // These read the environment by themselves.
            None => matches!(checked.row.gives, Gives::Options | Gives::Sections | Gives::OfArguments { .. }),
        };
        // What only returns its errors is a check where somebody looks at them.
        if !checked.row.throws || !from_env {
            return None;
        }
        let (kind, variables) = of_schemas(reading, &checked.schemas, checked.row.package);
        return Some(Found { by: checked.row.package.to_owned(), kind, variables });
    }
    if let Some(read) = reading.env_var_read(at, module, call) {
        let ends = matches!(module.expr(call.callee), Expr::Member { property, .. }
            if module.name(*property).starts_with("as"));
        if !ends {
            return None;
        }
        let kind = if read.required { CheckKind::Missing } else { CheckKind::Malformed };
        return Some(Found { by: "env-var".to_owned(), kind, variables: [read.name].into() });
    }
    if let Some(read) = reading.nest_read(at, module, call).filter(|read| read.required) {
        return Some(Found { by: "@nestjs/config".to_owned(), kind: CheckKind::Missing, variables: [read.key].into() });
    }
    let values = reading.program.values(at, call.callee);
    let outside = |package: &str| values.iter().find_map(|value| of_package(value, package));
    if let Some(outside) = outside("dotenv-safe")
        && matches!(way(outside).as_str(), "config" | "load")
    {
        return Some(Found { by: "dotenv-safe".to_owned(), kind: CheckKind::Missing, variables: BTreeSet::new() });
    }
    if let Some(outside) = outside("convict")
        && way(outside).ends_with(".validate")
    {
        return Some(Found { by: "convict".to_owned(), kind: CheckKind::Missing, variables: BTreeSet::new() });
    }
    if let Some(outside) = outside("class-validator")
        && way(outside).starts_with("validate")
        && let Some(variables) = of_instance(reading, derived, at, module, call)
    {
        return Some(Found { by: "class-validator".to_owned(), kind: CheckKind::Missing, variables });
    }
    // `type({ PORT: 'string' })(process.env)`.
    let input = call.argument(module, 0)?;
    if let Some(outside) = outside("arktype")
        && way(outside).starts_with("type()")
        && derived.of(at, input).is_any()
    {
        return Some(Found { by: "arktype".to_owned(), kind: CheckKind::Missing, variables: BTreeSet::new() });
    }
    const THROWING: &[(&str, &str)] =
        &[("class-validator", "validateOrReject"), ("@hapi/hoek", "assert"), ("tiny-invariant", ""), ("assert", "ok")];
    let of_env = |value: &Value| match value {
        Value::Outside(outside) => THROWING.iter().any(|(source, name)| {
            outside.source() == *source && (way(outside) == *name || (*source == "assert" && outside.way.is_empty()))
        }),
        _ => false,
    };
    if values.iter().any(of_env) {
        let from = derived.of(at, input);
        if from.is_any() {
            return Some(Found { by: "own code".to_owned(), kind: CheckKind::Missing, variables: from.names.clone() });
        }
    }
    None
}

/// The fields of an object that is checked by its class's decorators, where the environment fills them: what is checked
/// has to end the process where it is wrong.
fn of_instance(
    reading: &Reading<'_>,
    derived: &Derived<'_, '_>,
    at: ModuleId,
    module: &Module,
    call: &Call<'_>,
) -> Option<BTreeSet<String>> {
    let given = call.argument(module, 0)?;
    let values = reading.program.values(at, given);
    let (of, class) = values.iter().find_map(|value| match value {
        Value::Instance(of, class) => Some((*of, *class)),
        _ => None,
    })?;
    let code = reading.program.module(of)?;
    let mut found = BTreeSet::new();
    for member in code.class(class).members.iter().filter(|member| !member.decorators.is_empty()) {
        if let (Some(value), Key::Name(name)) = (member.value, member.key)
            && derived.of(of, value).is_any()
        {
            found.insert(code.name(name).to_owned());
        }
    }
    let around = module.enclosing_function(call.id).map_or(Node::Module, Node::Function);
    let outer = module.enclosing_statement(call.id).map_or(around, Node::Stmt);
    (!found.is_empty() && (ends_process(module, outer) || ends_process(module, around))).then_some(found)
}

/// What schemas ask for, and the variables that they name.
pub fn of_schemas(reading: &Reading<'_>, schemas: &[At], package: &str) -> (CheckKind, BTreeSet<String>) {
    let mut variables = BTreeSet::new();
    let mut required = false;
    let mut known = false;
    let optional_by_default = matches!(package, "joi" | "@hapi/joi" | "yup");
    for (at, schema) in schemas {
        for field in reading.schema_fields(*at, *schema) {
            let rule = reading.schema_rule(field.schema);
            known = true;
            let must = match field.listed {
                Some(listed) => listed && rule.default.is_none(),
                None if optional_by_default => rule.required,
                None => rule.default.is_none() && !rule.optional,
            };
            required |= must;
            variables.insert(field.name);
        }
    }
    let kind = if required || !known { CheckKind::Missing } else { CheckKind::Malformed };
    (kind, variables)
}

/// `ConfigModule.forRoot({ validationSchema, validate })`.
fn of_nest(reading: &Reading<'_>) -> Vec<EnvCheck> {
    let nest = reading.nest();
    let mut found = Vec::new();
    let mut add = |at: ModuleId, expr: ExprId, by: &str, kind: CheckKind, variables: BTreeSet<String>| {
        let Some(module) = reading.program.module(at) else { return };
        found.push(EnvCheck {
            by: by.to_owned(),
            place: reading.place(at, module.span(expr)),
            stops_at: None,
            kind,
            on_start: true,
            stops: true,
            variables,
        });
    };
    for (at, schema) in &nest.schemas {
        let (kind, variables) = of_schemas(reading, &[(*at, *schema)], "joi");
        add(*at, *schema, "@nestjs/config", kind, variables);
    }
    for (at, validate) in &nest.validates {
        let mut variables = BTreeSet::new();
        let mut kind = CheckKind::Missing;
        for (of, function) in reading.functions(*at, *validate) {
            let Some(module) = reading.program.module(of) else { continue };
            for call in module.calls_in(function) {
                if let Some(checked) = reading.checked(of, &call) {
                    if checked.row.gives == Gives::Class {
                        variables.extend(fields_of_class(reading, &checked.schemas));
                    } else {
                        let of_schema = of_schemas(reading, &checked.schemas, checked.row.package);
                        kind = of_schema.0;
                        variables.extend(of_schema.1);
                    }
                }
            }
        }
        add(*at, *validate, "@nestjs/config", kind, variables);
    }
    found
}

/// The fields of classes whose decorators check them.
pub fn fields_of_class(reading: &Reading<'_>, classes: &[At]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, class) in classes {
        for value in reading.program.values(*at, *class).iter() {
            let Value::Class(of, class) = value else { continue };
            let Some(module) = reading.program.module(*of) else { continue };
            let members = module.class(*class).members.iter().filter(|member| !member.decorators.is_empty());
            found.extend(members.filter_map(|member| match member.key {
                Key::Name(name) => Some(module.name(name).to_owned()),
                Key::Computed(_) => None,
            }));
        }
    }
    found
}

/// `app.register(fastifyEnv, { schema })`.
fn of_fastify(reading: &Reading<'_>) -> Vec<EnvCheck> {
    let mut found = Vec::new();
    for &(at, options) in reading.fastify_envs() {
        let Some((of, schema)) = reading.option(at, options, "schema") else { continue };
        let (kind, variables) = of_schemas(reading, &[(of, schema)], "@fastify/env");
        let (of, schema) = reading.plain(of, schema);
        let Some(module) = reading.program.module(of) else { continue };
        found.push(EnvCheck {
            by: "@fastify/env".to_owned(),
            place: reading.place(of, module.span(schema)),
            stops_at: None,
            kind,
            on_start: true,
            stops: true,
            variables,
        });
    }
    found
}
