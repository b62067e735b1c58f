//! Modules that frameworks load by where they lie: file routes, and folders of services, jobs and middleware.
//!
//! What frameworks send to browsers alone is left out: components that say `use client` are not followed anyway.

use crate::Sources;
use crate::modules_on_disk::is_module;
use prodcheck_facts::folders;
use prodcheck_facts::npm::Package;
use prodcheck_source::{Glob, RepoPath};

/// How many modules a framework's folders may hold.
const MOST_FILES: usize = 20_000;

/// A framework that finds modules by itself.
struct Framework {
    /// Packages of which a project that uses it depends on one.
    packages: &'static [&'static str],
    /// The modules that run on the server, below the package's folder.
    modules: &'static [&'static str],
}

const FRAMEWORKS: &[Framework] = &[
    // https://nextjs.org/docs/app/api-reference/file-conventions
    Framework {
        packages: &["next"],
        modules: &[
            "{,src/}app/**/{route,page,layout,template,default,loading,error,not-found,sitemap,robots}.{ts,tsx,js,jsx}",
            "{,src/}pages/api/**/*.{ts,tsx,js,jsx}",
            "{,src/}{middleware,proxy,instrumentation}.{ts,js}",
            "{sentry.server.config,sentry.edge.config}.{ts,js}",
            "next.config.{js,mjs,cjs,ts,mts}",
        ],
    },
    // https://nuxt.com/docs/guide/directory-structure/server
    Framework {
        packages: &["nuxt", "nuxt3"],
        modules: &["{,src/}server/**/*.{ts,js,mts,mjs}", "nuxt.config.{ts,js,mjs}"],
    },
    // https://nitro.build/guide/routing
    Framework {
        packages: &["nitropack", "nitro"],
        modules: &["{,server/,src/}{api,routes,plugins,middleware,tasks}/**/*.{ts,js,mts,mjs}"],
    },
    // https://reactrouter.com/explanation/special-files
    Framework {
        packages: &[
            "@remix-run/node",
            "@remix-run/serve",
            "@remix-run/express",
            "@react-router/node",
            "@react-router/serve",
        ],
        modules: &[
            "app/routes/**/*.{ts,tsx,js,jsx}",
            "app/{root,routes,entry.server}.{ts,tsx,js,jsx}",
            "app/**/*.server.{ts,tsx,js,jsx}",
        ],
    },
    // https://svelte.dev/docs/kit/routing
    Framework {
        packages: &["@sveltejs/kit"],
        modules: &[
            "src/routes/**/+server.{ts,js}",
            "src/routes/**/+{page,layout}.server.{ts,js}",
            "src/hooks.{server.ts,server.js,ts,js}",
        ],
    },
    // https://docs.astro.build/en/guides/endpoints/
    Framework {
        packages: &["astro"],
        modules: &[
            "src/pages/**/*.{ts,js}",
            "src/{middleware,actions}.{ts,js}",
            "src/{middleware,actions}/index.{ts,js}",
        ],
    },
    // https://docs.solidjs.com/solid-start/reference/routing/file-routes
    Framework {
        packages: &["@solidjs/start"],
        modules: &["src/routes/**/*.{ts,tsx,js,jsx}", "src/middleware.{ts,js}"],
    },
    // https://docs.strapi.io/cms/project-structure
    Framework {
        packages: &["@strapi/strapi", "strapi"],
        modules: &[
            "src/index.{ts,js}",
            "src/{api,extensions,middlewares,policies}/**/*.{ts,js}",
            "src/plugins/*/server/**/*.{ts,js}",
            "{api,config}/**/*.{ts,js}",
        ],
    },
    // https://docs.medusajs.com/learn/installation#project-directories
    Framework {
        packages: &["@medusajs/medusa"],
        modules: &[
            "src/{api,jobs,links,loaders,modules,services,strategies,subscribers,workflows}/**/*.{ts,js}",
            "medusa-config.{ts,js}",
        ],
    },
    // https://sailsjs.com/documentation/anatomy
    Framework { packages: &["sails"], modules: &["{api,config}/**/*.{js,ts}"] },
    // https://www.eggjs.org/basics/structure
    Framework {
        packages: &["egg"],
        modules: &[
            "app/{controller,service,middleware,schedule,extend,model,io}/**/*.{js,ts}",
            "app/router.{js,ts}",
            "{app,agent}.{js,ts}",
            "config/**/*.{js,ts}",
        ],
    },
    // https://docs.adonisjs.com/guides/getting-started/folder-structure
    Framework { packages: &["@adonisjs/core"], modules: &["{start,app,config,providers}/**/*.{ts,js}"] },
    // https://moleculer.services/docs/runner
    Framework { packages: &["moleculer"], modules: &["services/**/*.service.{js,ts}", "moleculer.config.{js,ts}"] },
    // https://keystonejs.com/docs/config/config
    Framework { packages: &["@keystone-6/core"], modules: &["{keystone,schema,auth}.{ts,js}"] },
    // https://docs.redwoodjs.com/docs/directory-structure
    Framework { packages: &["@redwoodjs/core"], modules: &["api/src/**/*.{ts,js}"] },
];

/// The modules below a package's folder that the frameworks it depends on load by themselves, sorted.
pub fn modules(folder: &RepoPath, package: &Package, sources: Sources<'_>) -> Vec<RepoPath> {
    let used =
        FRAMEWORKS.iter().filter(|framework| framework.packages.iter().any(|name| package.dependency(name).is_some()));
    let globs: Vec<Glob> = used.flat_map(|framework| framework.modules).map(|pattern| Glob::new(pattern)).collect();
    if globs.is_empty() {
        return Vec::new();
    }
    let loaded = |path: &&RepoPath| {
        let aside = folders::is_foreign(path) || folders::is_test_file(path) || folders::is_fixture(path);
        is_module(path) && !aside && globs.iter().any(|glob| glob.matches_below(folder, path))
    };
    sources.files.below(folder).filter(loaded).take(MOST_FILES).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::InMemory;

    fn found(dependency: &str, files: &[&str]) -> String {
        let package = format!(r#"{{ "name": "web", "dependencies": {{ "{dependency}": "*" }} }}"#);
        let mut all = vec![("apps/größe/package.json", package.as_str())];
        let paths: Vec<String> = files.iter().map(|file| format!("apps/größe/{file}")).collect();
        all.extend(paths.iter().map(|path| (path.as_str(), "")));
        let memory = InMemory::new(&all);
        let package = memory.sources().facts.package(&"apps/größe/package.json".into()).expect("a package");
        let found = modules(&"apps/größe".into(), package, memory.sources());
        found.iter().filter_map(|path| path.relative_to(&"apps/größe".into())).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn frameworks_load_what_lies_in_their_places() {
        let next = [
            "src/app/api/x/route.ts",
            "src/app/page.tsx",
            "src/app/button.tsx",
            "pages/api/a.ts",
            "pages/index.tsx",
            "middleware.ts",
            "lib/middleware.ts",
            "src/app/page.test.tsx",
        ];
        assert_eq!(found("next", &next), "middleware.ts pages/api/a.ts src/app/api/x/route.ts src/app/page.tsx");
        assert_eq!(found("nuxt", &["server/api/a.get.ts", "pages/index.vue", "plugins/a.ts"]), "server/api/a.get.ts");
        let kit =
            ["src/routes/a/+server.ts", "src/routes/+page.server.ts", "src/routes/+page.ts", "src/hooks.server.ts"];
        assert_eq!(
            found("@sveltejs/kit", &kit),
            "src/hooks.server.ts src/routes/+page.server.ts src/routes/a/+server.ts"
        );
        let remix = ["app/routes/a.tsx", "app/root.tsx", "app/db.server.ts", "app/button.tsx"];
        assert_eq!(found("@remix-run/node", &remix), "app/db.server.ts app/root.tsx app/routes/a.tsx");
        let strapi = [
            "src/index.js",
            "src/api/a/controllers/a.js",
            "src/plugins/p/server/index.js",
            "src/plugins/p/admin/src/index.js",
            "config/server.js",
        ];
        assert_eq!(
            found("@strapi/strapi", &strapi),
            "config/server.js src/api/a/controllers/a.js src/index.js src/plugins/p/server/index.js"
        );
        assert_eq!(found("express", &["src/app/page.tsx", "server/a.ts"]), "");
    }
}
