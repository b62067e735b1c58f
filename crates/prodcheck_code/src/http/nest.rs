//! NestJS: protections that are put up by providers, guards and modules, and routes that decorators declare.

use super::coverage::Coverage;
use super::table::Kind;
use super::{Applied, Headers};
use crate::Reading;
use prodcheck_formats::javascript::{ClassId, Expr, ExprId, Module};
use prodcheck_program::program::{ModuleId, Origin, Part, Value};

/// Packages whose guards limit requests: <https://docs.nestjs.com/security/rate-limiting>,
/// <https://github.com/ozkanonur/nestjs-rate-limiter>.
const THROTTLERS: &[&str] = &["@nestjs/throttler", "nestjs-rate-limiter", "nestjs-throttler-storage-redis"];

/// The decorators that declare a route.
const ROUTES: &[&str] = &["Get", "Post", "Put", "Patch", "Delete", "All", "Options", "Head", "Search", "Sse"];

/// How many routes controllers declare.
pub fn routes(reading: &Reading<'_>) -> usize {
    let of = |module: &Module, at: ModuleId, class: ClassId| {
        let members = module.class(class).members.iter().flat_map(|member| &member.decorators);
        members.filter(|decorator| is_decorator(reading, at, module, **decorator, ROUTES)).count()
    };
    reading
        .program
        .modules()
        .map(|(at, _, module)| module.classes().map(|(class, _)| of(module, at, class)).sum::<usize>())
        .sum()
}

fn is_decorator(reading: &Reading<'_>, at: ModuleId, module: &Module, decorator: ExprId, names: &[&str]) -> bool {
    let callee = module.call(decorator).map_or(decorator, |call| call.callee);
    reading.program.values(at, callee).iter().any(|value| {
        matches!(value, Value::Outside(outside)
            if outside.source() == "@nestjs/common"
                && matches!(outside.way.as_slice(), [Part::Member(name)] if names.contains(&name.as_str())))
    })
}

/// Limiters that stand as guards: of the whole app, of controllers, of routes.
pub fn applied(reading: &Reading<'_>) -> Vec<Applied> {
    let mut found = Vec::new();
    for (at, _, module) in reading.program.modules() {
        for (id, expr) in module.exprs() {
            match expr {
                // `{ provide: APP_GUARD, useClass: ThrottlerGuard }`.
                Expr::Object(_) => {
                    let Some(provide) = module.property(id, "provide") else { continue };
                    let global = reading.program.values(at, provide).iter().any(|value| {
                        matches!(value, Value::Outside(outside)
                            if outside.source() == "@nestjs/core"
                                && matches!(outside.way.as_slice(), [Part::Member(name)] if name == "APP_GUARD" || name == "APP_INTERCEPTOR"))
                    });
                    let guards = ["useClass", "useExisting", "useFactory", "useValue"];
                    let limits = guards
                        .iter()
                        .filter_map(|key| module.property(id, key))
                        .any(|guard| is_throttler(reading, at, guard));
                    if global && limits {
                        found.push(one(reading, at, module, id, Coverage::All));
                    }
                }
                // `@UseGuards(ThrottlerGuard)`, `app.useGlobalGuards(new ThrottlerGuard(…))`.
                Expr::Call { callee, arguments, .. } => {
                    let limits = || arguments.iter().any(|argument| is_throttler(reading, at, *argument));
                    let global = matches!(module.expr(*callee), Expr::Member { property, .. }
                        if module.name(*property) == "useGlobalGuards");
                    if global && limits() {
                        found.push(one(reading, at, module, id, Coverage::All));
                    } else if is_decorator(reading, at, module, id, &["UseGuards"]) && limits() {
                        found.push(one(reading, at, module, id, Coverage::Some(Vec::new())));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

fn one(reading: &Reading<'_>, at: ModuleId, module: &Module, id: ExprId, coverage: Coverage) -> Applied {
    Applied {
        kind: Kind::RateLimit,
        package: Some("@nestjs/throttler".to_owned()),
        place: reading.place(at, module.span(id)),
        coverage,
        reach: reading.reach(at, id),
        headers: Headers::default(),
        precompressed: false,
    }
}

/// Whether something is a guard of a throttler, or a class of the program that extends one.
fn is_throttler(reading: &Reading<'_>, at: ModuleId, guard: ExprId) -> bool {
    let by_package = |value: &Value| {
        matches!(value, Value::Outside(outside)
            if matches!(&outside.origin, Origin::Package(name, _) if THROTTLERS.contains(&name.as_str())))
    };
    reading.program.values(at, guard).iter().any(|value| match value {
        Value::Class(of, class) | Value::Instance(of, class) => {
            let Some(code) = reading.program.module(*of) else { return false };
            code.class(*class).extends.is_some_and(|base| reading.program.values(*of, base).iter().any(by_package))
        }
        value => by_package(value),
    })
}
