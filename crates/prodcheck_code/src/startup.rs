//! Where the program begins, and the hooks of frameworks that run code when their own command starts the server.

use crate::Reading;
use prodcheck_formats::javascript::{Body, Expr, FunctionId, Module, Stmt, StmtId};
use prodcheck_program::program::{ModuleId, Value};
use prodcheck_source::Place;

/// Where code runs when the service starts.
#[derive(Debug, Clone, Default)]
pub struct Startup {
    /// The last statement at the top of each entry: where it starts the service, as a rule.
    pub entries: Vec<Place>,
    /// The start-up hooks of frameworks that hold code.
    pub hooks: Vec<Place>,
}

/// A framework's hook: the packages of which the service depends on one, where its module lies (the end of its path, or
/// a folder that is part of it), and the functions that it exports; none where the module itself is the hook.
struct Hook {
    packages: &'static [&'static str],
    ends: &'static [&'static str],
    folder: &'static str,
    exports: &'static [&'static str],
}

const HOOKS: &[Hook] = &[
    // https://nextjs.org/docs/app/guides/instrumentation
    Hook {
        packages: &["next"],
        ends: &["instrumentation.ts", "instrumentation.js"],
        folder: "",
        exports: &["register"],
    },
    // https://nitro.build/guide/plugins
    Hook { packages: &["nuxt", "nitropack", "nitro"], ends: &[], folder: "server/plugins", exports: &["default"] },
    Hook { packages: &["nitropack", "nitro"], ends: &[], folder: "plugins", exports: &["default"] },
    // https://docs.strapi.io/cms/configurations/functions
    Hook {
        packages: &["@strapi/strapi", "strapi"],
        ends: &["src/index.ts", "src/index.js"],
        folder: "",
        exports: &["register", "bootstrap"],
    },
    // https://docs.medusajs.com/resources/troubleshooting (v1: https://docs.medusajs.com/v1/development/loaders/overview)
    Hook { packages: &["@medusajs/medusa"], ends: &[], folder: "src/loaders", exports: &["default"] },
    // https://svelte.dev/docs/kit/hooks#Shared-hooks-init
    Hook {
        packages: &["@sveltejs/kit"],
        ends: &["src/hooks.server.ts", "src/hooks.server.js"],
        folder: "",
        exports: &["init"],
    },
];

/// Reads where the program begins.
pub fn read(reading: &Reading<'_>) -> Startup {
    let mut startup = Startup::default();
    for entry in &reading.conditions.entries {
        let Some(at) = reading.program.id(entry) else { continue };
        let Some(module) = reading.program.module(at) else { continue };
        if let Some(last) = module.body().iter().rev().find(|stmt| starts(module, **stmt)) {
            startup.entries.push(reading.place(at, module.span(*last)));
        }
    }
    for hook in HOOKS {
        if !hook.packages.iter().any(|package| reading.conditions.dependencies.contains_key(*package)) {
            continue;
        }
        for (at, path, module) in reading.program.modules() {
            let path = path.as_str();
            let named = hook.ends.iter().any(|end| path == *end || path.ends_with(&format!("/{end}")));
            let inside = !hook.folder.is_empty()
                && (path.starts_with(&format!("{}/", hook.folder)) || path.contains(&format!("/{}/", hook.folder)));
            if named || inside {
                startup.hooks.extend(function_with_code(reading, at, module, hook.exports));
            }
        }
    }
    startup
}

/// Whether a statement does something.
fn starts(module: &Module, stmt: StmtId) -> bool {
    match module.stmt(stmt) {
        Stmt::Expr(expr) => {
            !matches!(module.expr(*expr), Expr::String(_))
                && !matches!(module.expr(*expr), Expr::Assign { target, .. } if module.is_global(*target, &["module", "exports"]))
        }
        Stmt::If { .. } | Stmt::Try(_) => true,
        _ => false,
    }
}

/// The exported functions of a hook that hold code.
fn function_with_code(reading: &Reading<'_>, at: ModuleId, module: &Module, exports: &[&str]) -> Vec<Place> {
    let mut found = Vec::new();
    for name in exports {
        let mut values = reading.program.export(at, name);
        // `export default { register() {}, bootstrap() {} }`.
        for whole in reading.program.export(at, "default") {
            values.extend(reading.program.member(&whole, name));
        }
        for value in values {
            let code = match value {
                Value::Function(of, function) => reading
                    .program
                    .module(of)
                    .filter(|code| has_code(code, function))
                    .map(|code| (of, code.span(function))),
                // `export default defineNitroPlugin((nitro) => { … })`.
                Value::Outside(_) if *name == "default" => {
                    let called = module.functions().find(|(function, _)| has_code(module, *function));
                    called.map(|(function, _)| (at, module.span(function)))
                }
                _ => None,
            };
            if let Some((of, span)) = code {
                let place = reading.place(of, span);
                if !found.contains(&place) {
                    found.push(place);
                }
            }
        }
    }
    found
}

fn has_code(module: &Module, function: FunctionId) -> bool {
    match &module.function(function).body {
        Body::Block(stmts) => stmts.iter().any(|stmt| !matches!(module.stmt(*stmt), Stmt::Empty | Stmt::Return(None))),
        Body::Expr(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::in_memory::ask;

    #[test]
    fn hooks_of_frameworks() {
        let hooks = |package: &str, path: &str, text: &str| {
            let manifest = format!(r#"{{ "name": "a", "dependencies": {{ "{package}": "1" }} }}"#);
            ask(&[(path, text), ("package.json", &manifest)], &[], |reading| read(reading).hooks.len())
        };
        assert_eq!(
            hooks("next", "src/instrumentation.ts", "export async function register() { await import('ü') }"),
            1
        );
        assert_eq!(hooks("next", "instrumentation.ts", "export function register() {}"), 0);
        assert_eq!(hooks("next", "app/page.tsx", "export function register() { start() }"), 0);
        assert_eq!(
            hooks(
                "nuxt",
                "server/plugins/a.ts",
                "export default defineNitroPlugin((nitro) => { nitro.hooks.hook('close', f) })"
            ),
            1
        );
        assert_eq!(hooks("@strapi/strapi", "src/index.ts", "export default { register() {}, bootstrap() {} }"), 0);
        assert_eq!(
            hooks(
                "@strapi/strapi",
                "src/index.js",
                "module.exports = { register() {}, async bootstrap({ strapi }) { await seed(strapi) } }"
            ),
            1
        );
        assert_eq!(hooks("express", "src/index.js", "module.exports = { bootstrap() { go() } }"), 0);
    }

    #[test]
    fn entries_end_in_what_starts_them() {
        let text = "import a from 'a';\n\nasync function main() {}\n/* größe */ main();\nexport {};";
        let line = ask(&[("a.ts", text)], &[], |reading| {
            read(reading).entries.first().map(|place| text.get(place.span.range()).unwrap_or("").to_owned())
        });
        assert_eq!(line.as_deref(), Some("main();"));
    }
}
