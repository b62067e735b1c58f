//! NestJS' configuration: `configService.get('database.host', 'localhost')`.
//!
//! Source: <https://docs.nestjs.com/techniques/configuration>.

use super::Settled;
use crate::Reading;
use crate::reading::of_package;
use prodcheck_formats::javascript::{Call, Expr, ExprId, FunctionId, Module};
use prodcheck_program::program::{At, ModuleId, Part, Value};

const PACKAGE: &str = "@nestjs/config";

impl Reading<'_> {
    /// What `get` and `getOrThrow` of a `ConfigService` give.
    pub(super) fn nest_get(&self, at: ModuleId, module: &Module, call: &Call<'_>, path: &[String]) -> Option<Settled> {
        let read = self.nest_read(at, module, call)?;
        let key: Vec<String> = read.key.split('.').map(str::to_owned).chain(path.iter().cloned()).collect();
        let mut value = match key.as_slice() {
            [only] => self.variable(only),
            _ => Settled::Undefined,
        };
        if value.is_absent() == Some(true)
            && let [only] = key.as_slice()
        {
            for (at, schema) in &self.nest().schemas {
                if let Some(field) = self.schema_field(*at, *schema, only) {
                    value = self.settle_field(&field, value);
                }
            }
        }
        if value.is_absent() == Some(true)
            && let Some(loaded) = self.nest_loaded(&key)
        {
            value = loaded;
        }
        if value.is_absent() == Some(true)
            && let Some(default) = read.default
        {
            return Some(self.settle(at, default));
        }
        Some(value)
    }

    /// A call that reads a key of a `ConfigService`.
    pub(crate) fn nest_read(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<NestRead> {
        let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
        let required = match module.name(*property) {
            "get" => false,
            "getOrThrow" => true,
            _ => return None,
        };
        if !self.is_config_service(at, *object) {
            return None;
        }
        let key = call.argument(module, 0).and_then(|key| self.settle(at, key).as_key())?;
        let default = call.argument(module, 1).filter(|default| !matches!(module.expr(*default), Expr::Object(_)));
        Some(NestRead { key, default, required })
    }

    fn is_config_service(&self, at: ModuleId, expr: ExprId) -> bool {
        let is_class = |value: &Value| {
            of_package(value, PACKAGE).is_some_and(|outside| {
                matches!(outside.way.first(), Some(Part::Member(name)) if name == "ConfigService")
                    && outside.way.len() <= 2
            })
        };
        if self.program.values(at, expr).iter().any(is_class) {
            return true;
        }
        // `app.get(ConfigService)`.
        let Some(source) = self.source(at, expr).filter(|source| source.path.is_empty()) else { return false };
        let Some(module) = self.program.module(source.at) else { return false };
        let Some(call) = module.call(source.expr) else { return false };
        call.argument(module, 0).is_some_and(|argument| self.program.values(source.at, argument).iter().any(is_class))
    }

    /// What the program says of NestJS' configuration, looked for once.
    pub(crate) fn nest(&self) -> &Nest {
        self.progress.nest.get_or_init(|| {
            let mut nest = Nest::default();
            for site in self.calls_of(PACKAGE) {
                let Some((module, call)) = self.call(site) else { continue };
                match self.last_name(site.at, module, &call).as_deref() {
                    Some("registerAs") => {
                        let name = call.argument(module, 0).and_then(|name| module.string(name));
                        let function = call.argument(module, 1).map(|function| self.functions(site.at, function));
                        if let (Some(name), Some(function)) = (name, function.and_then(|all| all.into_iter().next())) {
                            nest.namespaces.push((name.to_owned(), function));
                        }
                    }
                    Some("forRoot") => {
                        let Some(options) = call.argument(module, 0) else { continue };
                        let of = |name| self.option(site.at, options, name);
                        nest.schemas.extend(of("validationSchema"));
                        nest.validates.extend(of("validate"));
                        nest.loads.extend(of("load"));
                        nest.modules.push((site.at, call.id));
                    }
                    _ => {}
                }
            }
            nest
        })
    }

    /// A key of what `registerAs` and the functions under `load` return.
    fn nest_loaded(&self, key: &[String]) -> Option<Settled> {
        for (namespace, function) in &self.nest().namespaces {
            if let Some((first, rest)) = key.split_first()
                && first == namespace
                && !rest.is_empty()
            {
                return self.member_returned(*function, rest);
            }
        }
        for (at, load) in &self.nest().loads {
            let (of, array) = self.plain(*at, *load);
            let Some(Expr::Array(items)) = self.program.module(of).map(|module| module.expr(array)) else { continue };
            for item in items {
                for function in self.functions(of, *item) {
                    let found = self.member_returned(function, key);
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
        None
    }

    fn member_returned(&self, (at, function): (ModuleId, FunctionId), path: &[String]) -> Option<Settled> {
        let module = self.program.module(at)?;
        let mut returned = module.returns(function);
        let settled = self.settle_path(at, returned.next()?, path);
        (!matches!(settled, Settled::Unknown | Settled::Undefined)).then_some(settled)
    }
}

/// What the program says of NestJS' configuration.
#[derive(Debug, Default)]
pub(crate) struct Nest {
    /// `registerAs(name, function)`.
    pub(crate) namespaces: Vec<(String, (ModuleId, FunctionId))>,
    /// `validationSchema` of `ConfigModule.forRoot`.
    pub(crate) schemas: Vec<At>,
    /// `validate` of `ConfigModule.forRoot`.
    pub(crate) validates: Vec<At>,
    /// `load` of `ConfigModule.forRoot`.
    pub(crate) loads: Vec<At>,
    /// The calls of `ConfigModule.forRoot` that have options.
    pub(crate) modules: Vec<At>,
}

/// A key that is read of a `ConfigService`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NestRead {
    pub(crate) key: String,
    pub(crate) default: Option<ExprId>,
    pub(crate) required: bool,
}
