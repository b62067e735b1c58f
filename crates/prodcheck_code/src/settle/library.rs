//! What calls of configuration libraries give: the value of `LOG_LEVEL` in what `schema.parse(process.env)` returns.

use super::table::{self, Gives, Row, SECTIONS};
use super::{Settled, variable_of};
use crate::Reading;
use prodcheck_formats::javascript::{Call, Expr, ExprId, Module};
use prodcheck_program::program::{At, ModuleId, Origin, Part, PassedThrough, Value, passed_through};

/// A call of a library that checks an input against a schema.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The library's row.
    pub row: &'static Row,
    /// The schemas: the fields of each.
    pub schemas: Vec<At>,
    /// The input, where the call names one.
    pub input: Option<At>,
    /// The members under which the result holds the values.
    pub under: &'static [&'static str],
}

impl Reading<'_> {
    /// A call as a check of an input against a schema.
    pub fn checked(&self, at: ModuleId, call: &Call<'_>) -> Option<Checked> {
        let module = self.program.module(at)?;
        let values = self.program.values(at, call.callee);
        let (row, is_function) = values.iter().find_map(|value| {
            let Value::Outside(outside) = value else { return None };
            let Origin::Package(package, _) = &outside.origin else { return None };
            let name = match outside.way.last() {
                Some(Part::Member(name)) => name.as_str(),
                None => "",
                _ => return None,
            };
            Some((table::of(package, name)?, !outside.way.contains(&Part::Called)))
        })?;
        let argument = |index: usize| call.argument(module, index).map(|argument| (at, argument));
        let mut gives = row.gives;
        // Joi before 16: `Joi.validate(process.env, schema)`.
        if let (Gives::OfReceiver(under), true, "joi" | "@hapi/joi") = (gives, is_function, row.package)
            && call.arguments.len() > 1
        {
            gives = Gives::OfArguments { schema: 1, input: 0, under };
        }
        let (schemas, input, under): (Vec<At>, Option<At>, &'static [&'static str]) = match gives {
            Gives::OfReceiver(under) => {
                let Expr::Member { object, .. } = module.expr(call.callee) else { return None };
                (vec![(at, *object)], argument(0), under)
            }
            Gives::OfArguments { schema, input, under } => (vec![argument(schema)?], argument(input), under),
            Gives::Sections => {
                let options = argument(0)?;
                let sections = SECTIONS.iter().filter_map(|name| self.option(options.0, options.1, name));
                let input = ["runtimeEnv", "runtimeEnvStrict", "experimental__runtimeEnv"];
                let input = input.iter().find_map(|name| self.option(options.0, options.1, name));
                (sections.collect(), input, &[])
            }
            Gives::Options => {
                let options = argument(0)?;
                let of = |name| self.option(options.0, options.1, name);
                (of("schema").into_iter().collect(), of("data"), &[])
            }
            Gives::Class => (vec![argument(0)?], argument(1), &[]),
        };
        Some(Checked { row, schemas, input, under })
    }

    /// A member of an expression's value, of any depth.
    pub(super) fn settle_path(&self, at: ModuleId, expr: ExprId, path: &[String]) -> Settled {
        let Some((first, rest)) = path.split_first() else { return self.settle(at, expr) };
        self.deeper(|| self.settle_member_path(at, expr, path, first, rest)).unwrap_or(Settled::Unknown)
    }

    fn settle_member_path(&self, at: ModuleId, expr: ExprId, path: &[String], first: &str, rest: &[String]) -> Settled {
        let values = self.program.values(at, expr);
        if rest.is_empty() && values.iter().any(is_environment) {
            return self.variable(first);
        }
        if let Some(merged) = self.merged(at, expr, path) {
            return merged;
        }
        let written = self.program.written_members(&values, first);
        if !written.is_empty() {
            let reached = written.iter().filter(|(at, expr)| self.reach(*at, *expr).is_reached());
            let mut found = reached.map(|(at, expr)| self.settle_path(*at, *expr, rest));
            let Some(first) = found.next() else { return Settled::Undefined };
            return found.fold(first, |known, next| if known == next { known } else { Settled::Unknown });
        }
        if let Some(source) = self.source(at, expr) {
            let path: Vec<String> = source.path.iter().chain(path).cloned().collect();
            if (source.at, source.expr) != (at, expr) && !source.path.is_empty() {
                return self.settle_path(source.at, source.expr, &path);
            }
            if let Some(settled) = self.settle_library(source.at, source.expr, &path) {
                return settled;
            }
        }
        if !values.is_empty() && values.iter().all(|value| self.is_closed(value)) {
            return Settled::Undefined;
        }
        Settled::Unknown
    }

    /// A member of what a merge gives: of the first argument, in the order in which they win, that has it.
    pub(super) fn merged(&self, at: ModuleId, expr: ExprId, path: &[String]) -> Option<Settled> {
        let source = self.source(at, expr)?;
        let module = self.program.module(source.at)?;
        let call = module.call(source.expr)?;
        let gives = self.program.values(source.at, call.callee).iter().find_map(passed_through)?;
        if gives == PassedThrough::First {
            return None;
        }
        let path: Vec<String> = source.path.iter().chain(path).cloned().collect();
        let mut arguments = call.arguments.to_vec();
        if gives == PassedThrough::LastWins {
            arguments.reverse();
        }
        let mut found = Settled::Undefined;
        for argument in arguments {
            match self.settle_path(source.at, argument, &path) {
                Settled::Undefined | Settled::Unknown => {}
                unset @ Settled::Unset(_) => found = unset,
                settled => return Some(settled),
            }
        }
        Some(if found == Settled::Undefined { Settled::Unknown } else { found })
    }

    /// A member of what a call of a library gives; `None` where it is no such call.
    pub(super) fn settle_library(&self, at: ModuleId, expr: ExprId, path: &[String]) -> Option<Settled> {
        let module = self.program.module(at)?;
        if let Some(call) = module.call(expr) {
            if let Some(checked) = self.checked(at, &call) {
                return self.settle_checked(&checked, path);
            }
            return self
                .env_var(at, module, &call)
                .or_else(|| self.convict(at, module, &call, path))
                .or_else(|| self.settings_file(at, module, &call, path))
                .or_else(|| self.nest_get(at, module, &call, path))
                .or_else(|| self.fastify_env(at, expr, path));
        }
        self.fastify_env(at, expr, path)
    }

    fn settle_checked(&self, checked: &Checked, path: &[String]) -> Option<Settled> {
        let under = path.iter().zip(checked.under).all(|(own, under)| own == under);
        let path = path.get(checked.under.len()..).filter(|_| under)?;
        let (name, rest) = path.split_first()?;
        if checked.row.gives == Gives::Class {
            let given = self.given_to(checked.input, name);
            if given.is_absent() != Some(true) || !rest.is_empty() {
                return Some(given);
            }
            let (at, class) = *checked.schemas.first()?;
            let Some(Value::Class(of, class)) = self.program.values(at, class).first().cloned() else {
                return Some(given);
            };
            let initial = self.field(of, class, name);
            return Some(initial.map_or(given, |(at, value)| self.settle(at, value)));
        }
        let mut fields = checked.schemas.iter().rev();
        let mut field = fields.find_map(|(at, schema)| self.schema_field(*at, *schema, name));
        let mut given = self.given_to(checked.input, name);
        if !rest.is_empty() {
            // A configuration in sections: `schema.parse({ log: { level: process.env.LOG_LEVEL } }).log.level`.
            given = match checked.input {
                Some((at, input)) if self.is_literal(at, input) => self.settle_path(at, input, path),
                _ => Settled::Undefined,
            };
            for name in rest {
                field = field.and_then(|field| self.schema_field(field.schema.0, field.schema.1, name));
            }
        }
        Some(match field {
            Some(field) => self.settle_field(&field, given),
            None => given,
        })
    }

    /// What an input holds: an object that the program writes out, else the environment.
    fn given_to(&self, input: Option<At>, name: &str) -> Settled {
        match input {
            Some((at, input)) if self.is_literal(at, input) => self.settle_path(at, input, &[name.to_owned()]),
            _ => self.variable(name),
        }
    }

    fn is_literal(&self, at: ModuleId, expr: ExprId) -> bool {
        self.program.values(at, expr).iter().any(|value| matches!(value, Value::Literal(..)))
    }

    /// `env.get('PORT').default(3000).asPortNumber()`.
    ///
    /// Source: <https://github.com/evanshortiss/env-var/blob/master/API.md>.
    fn env_var(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<Settled> {
        let read = self.env_var_read(at, module, call)?;
        let value = self.variable(&read.name);
        if value.is_absent() == Some(true)
            && let Some(default) = read.default
        {
            return Some(self.settle(at, default));
        }
        let as_bool = self.last_name(at, module, call).is_some_and(|name| name.starts_with("asBool"));
        Some(match value.text() {
            Some(text) if as_bool => Settled::Bool(matches!(text.to_ascii_lowercase().as_str(), "true" | "1")),
            _ => value,
        })
    }

    /// A variable that `env-var` reads, by any call of the chain.
    pub(crate) fn env_var_read(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<EnvVarRead> {
        let of_package = |expr: ExprId| {
            let values = self.program.values(at, expr);
            values.iter().any(|value| matches!(value, Value::Outside(outside) if outside.source() == "env-var"))
        };
        if !of_package(call.callee) {
            return None;
        }
        let of_get = |call: &Call<'_>| call.argument(module, 0).and_then(|name| module.string(name)).map(str::to_owned);
        let (mut default, mut required, mut next) = (None, false, Some(*call));
        for _ in 0..16 {
            let call = next?;
            let Expr::Member { object, property, .. } = module.expr(call.callee) else {
                // `import { get } from 'env-var'`.
                return of_get(&call).map(|name| EnvVarRead { name, default, required });
            };
            match module.name(*property) {
                "get" => return of_get(&call).map(|name| EnvVarRead { name, default, required }),
                "default" => default = call.argument(module, 0),
                "required" => required = true,
                _ => {}
            }
            next = module.call(*object);
        }
        None
    }

    /// `config.get('log.level')` of convict, where the schema is written out.
    ///
    /// Source: <https://github.com/mozilla/node-convict/tree/master/packages/convict#readme>.
    fn convict(&self, at: ModuleId, module: &Module, call: &Call<'_>, path: &[String]) -> Option<Settled> {
        let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
        let keys: Vec<String> = match module.name(*property) {
            "get" => {
                let key = call.argument(module, 0).and_then(|key| self.settle(at, key).as_key());
                key.iter().flat_map(|key| key.split('.')).map(str::to_owned).chain(path.iter().cloned()).collect()
            }
            "getProperties" | "toObject" => path.to_vec(),
            _ => return None,
        };
        let (of, schema) = self.convict_schema(at, *object)?;
        let (mut at, mut schema) = self.plain(of, schema);
        for key in &keys {
            let (next, written) = self.option(at, schema, key)?;
            (at, schema) = self.plain(next, written);
        }
        let module = self.program.module(at)?;
        let env = module.property(schema, "env").and_then(|env| module.string(env));
        let set = env.map_or(Settled::Undefined, |name| self.variable(name));
        if set.is_absent() != Some(true) {
            return Some(set);
        }
        match module.property(schema, "default") {
            Some(default) => Some(match self.settle(at, default) {
                absent if absent.is_absent() == Some(true) => set,
                value => value,
            }),
            None => Some(set),
        }
    }

    /// The schema that a convict configuration was made with.
    pub(crate) fn convict_schema(&self, at: ModuleId, config: ExprId) -> Option<At> {
        let mut from = self.source(at, config)?;
        for _ in 0..8 {
            let module = self.program.module(from.at)?;
            let call = module.call(from.expr)?;
            let made = self.program.values(from.at, call.callee).iter().any(
                |value| matches!(value, Value::Outside(outside) if outside.source() == "convict" && outside.way.is_empty()),
            );
            if made {
                return call.argument(module, 0).map(|schema| (from.at, schema));
            }
            // `convict(schema).validate()` gives the configuration again.
            let Expr::Member { object, .. } = module.expr(call.callee) else { return None };
            from = self.source(from.at, *object)?;
        }
        None
    }

    /// `config.get('server.port')` and `config.server.port` of node-config: what `config/default.*` and
    /// `config/production.*` say.
    ///
    /// Source: <https://github.com/node-config/node-config/wiki/Configuration-Files>.
    fn settings_file(&self, at: ModuleId, module: &Module, call: &Call<'_>, path: &[String]) -> Option<Settled> {
        let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
        let is_config = self.program.values(at, *object).iter().any(
            |value| matches!(value, Value::Outside(outside) if outside.source() == "config" && outside.way.is_empty()),
        );
        if !is_config || module.name(*property) != "get" {
            return None;
        }
        let key = call.argument(module, 0).and_then(|key| module.string(key))?;
        let key: Vec<&str> = key.split('.').chain(path.iter().map(String::as_str)).collect();
        Some(self.setting(&key.join(".")))
    }

    /// A setting of the files that node-config loads.
    pub(super) fn setting(&self, key: &str) -> Settled {
        use crate::conditions::SettingValue;
        match self.conditions.settings.get(key).map(|setting| &setting.value) {
            Some(SettingValue::Text(text)) => Settled::Text(text.clone()),
            Some(SettingValue::Number(number)) => Settled::Number(*number),
            Some(SettingValue::Bool(value)) => Settled::Bool(*value),
            Some(SettingValue::Null) => Settled::Null,
            Some(SettingValue::Variable(name, default)) => match (self.variable(name), default) {
                (value, Some(default)) if value.is_absent() == Some(true) => Settled::Text(default.clone()),
                (value, _) => value,
            },
            None => Settled::Unknown,
        }
    }

    /// `fastify.config.PORT`, which `@fastify/env` puts there.
    ///
    /// Source: <https://github.com/fastify/fastify-env#readme>.
    fn fastify_env(&self, at: ModuleId, expr: ExprId, path: &[String]) -> Option<Settled> {
        let is_app = self
            .program
            .values(at, expr)
            .iter()
            .any(|value| matches!(value, Value::Outside(outside) if outside.source() == "fastify"));
        let [under, name] = path else { return None };
        if !is_app {
            return None;
        }
        for &(at, options) in self.fastify_envs() {
            let key = self.option(at, options, "confKey");
            let key = key.map_or(Settled::Undefined, |(at, key)| self.settle(at, key));
            if key.text().unwrap_or("config") != under {
                continue;
            }
            let (of, schema) = self.option(at, options, "schema")?;
            let given = self.given_to(self.option(at, options, "data"), name);
            let field = self.schema_field(of, schema, name);
            return Some(field.map_or(given.clone(), |field| self.settle_field(&field, given)));
        }
        None
    }

    /// The options that `@fastify/env` is registered with: `app.register(fastifyEnv, options)`, or `autoConfig` beside
    /// the default export of an autoloaded plugin.
    pub(crate) fn fastify_envs(&self) -> &[At] {
        self.progress.fastify_envs.get_or_init(|| self.find_fastify_envs())
    }

    fn find_fastify_envs(&self) -> Vec<At> {
        const PACKAGES: &[&str] = &["@fastify/env", "fastify-env"];
        let is_plugin = |value: &Value| matches!(value, Value::Outside(outside) if PACKAGES.contains(&outside.source()) && outside.way.is_empty());
        let mut found = Vec::new();
        if !PACKAGES.iter().any(|package| self.conditions.dependencies.contains_key(*package)) {
            return found;
        }
        for site in self.sites() {
            let Some((module, call)) = self.call(site) else { continue };
            if let (Some(plugin), Some(options)) = (call.argument(module, 0), call.argument(module, 1))
                && matches!(module.expr(call.callee), Expr::Member { property, .. } if module.name(*property) == "register")
                && self.program.values(site.at, plugin).iter().any(is_plugin)
            {
                found.push((site.at, options));
            }
        }
        for (at, _, _) in self.program.modules() {
            if self.program.export(at, "default").iter().any(is_plugin) {
                found.extend(self.program.written_export(at, "autoConfig"));
            }
        }
        found
    }
}

/// A variable that `env-var` reads.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EnvVarRead {
    pub(crate) name: String,
    pub(crate) default: Option<ExprId>,
    pub(crate) required: bool,
}

/// Whether a value is the whole environment: `process.env`, `Bun.env`.
pub fn is_environment(value: &Value) -> bool {
    let Value::Outside(outside) = value else { return false };
    let (Origin::Global(name) | Origin::Builtin(name)) = &outside.origin else { return false };
    matches!(name.as_str(), "process" | "Bun")
        && matches!(outside.way.as_slice(), [Part::Member(env)] if env == "env")
        && variable_of(value).is_none()
}
