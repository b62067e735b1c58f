//! The commands of frameworks and ready-made servers, and what each of their subcommands does.
//!
//! Sources: the command line references of Next.js, Nuxt, NestJS, Remix, React Router, Astro, Strapi, Medusa, Gatsby,
//! Serverless, fastify-cli, Moleculer, AdonisJS, Keystone, Directus, n8n, SvelteKit, Vite, Probot and the others named.

use super::options::{Grammar, anywhere};
use super::{FrameworkMode, FrameworkRun, Invocation, Word};
use FrameworkMode::{Development, Ends, Serves, Static};

/// One framework's command.
struct Framework {
    /// Its names.
    names: &'static [&'static str],
    /// What its subcommands do; `""` is the command without one.
    modes: &'static [(&'static str, FrameworkMode)],
    /// What any other subcommand does; of `None` the first word is an operand already.
    other: Option<FrameworkMode>,
    /// Options that take the next word.
    valued: &'static [&'static str],
    /// Options that make it watch.
    watch: &'static [&'static str],
    /// Whether its first operand is a file or folder of the project's own that it runs.
    script: bool,
}

const PLAIN: Framework =
    Framework { names: &[], modes: &[], other: Some(Ends), valued: &[], watch: &["--watch", "-w"], script: false };

const PORTS: &[&str] = &["-p", "--port", "-H", "--hostname", "--host", "-c", "--config"];

/// A command that serves without a subcommand.
const SERVER: Framework = Framework { modes: &[("", Serves)], other: None, watch: &[], ..PLAIN };

/// A command that serves files without a subcommand.
const FILES: Framework = Framework { modes: &[("", Static)], other: None, valued: PORTS, watch: &[], ..PLAIN };

/// A command for development alone.
const DEVELOPMENT: Framework = Framework { modes: &[("", Development)], other: Some(Development), watch: &[], ..PLAIN };

const FRAMEWORKS: &[Framework] = &[
    Framework {
        names: &["next"],
        modes: &[("start", Serves), ("dev", Development), ("", Development)],
        valued: &["-p", "--port", "-H", "--hostname", "--keepAliveTimeout"],
        ..PLAIN
    },
    Framework {
        names: &["nuxt", "nuxi", "nuxt-ts"],
        modes: &[("start", Serves), ("preview", Serves), ("dev", Development), ("", Development)],
        valued: PORTS,
        ..PLAIN
    },
    Framework {
        names: &["nest"],
        modes: &[("start", Serves)],
        valued: &[
            "-c",
            "--config",
            "-p",
            "--path",
            "-b",
            "--builder",
            "-e",
            "--exec",
            "--entryFile",
            "--sourceRoot",
            "--tsc-path",
            "--webpackPath",
            "--env-file",
        ],
        ..PLAIN
    },
    Framework { names: &["remix-serve", "react-router-serve"], valued: &["--port"], script: true, ..SERVER },
    Framework { names: &["remix", "react-router"], modes: &[("dev", Development), ("watch", Development)], ..PLAIN },
    Framework {
        names: &["astro"],
        modes: &[("preview", Serves), ("dev", Development), ("", Development)],
        valued: PORTS,
        ..PLAIN
    },
    Framework {
        names: &["strapi"],
        modes: &[("start", Serves), ("develop", Development), ("dev", Development)],
        ..PLAIN
    },
    Framework {
        names: &["medusa"],
        modes: &[("start", Serves), ("start-cluster", Serves), ("develop", Development), ("dev", Development)],
        valued: &["-p", "--port", "-H", "--host", "-c", "--cpus"],
        ..PLAIN
    },
    Framework { names: &["gatsby"], modes: &[("serve", Static), ("develop", Development)], valued: PORTS, ..PLAIN },
    Framework { names: &["serverless", "sls"], modes: &[("offline", Development), ("dev", Development)], ..PLAIN },
    Framework {
        names: &["fastify", "fastify-cli"],
        modes: &[("start", Serves)],
        valued: &[
            "-p",
            "--port",
            "-a",
            "--address",
            "-l",
            "--log-level",
            "-L",
            "--logging-module",
            "-r",
            "--require",
            "--import",
            "-i",
            "--body-limit",
            "-x",
            "--prefix",
            "-T",
            "--plugin-timeout",
            "-c",
            "--config",
            "-g",
            "--close-grace-delay",
            "--ignore-watch",
            "--lang",
            "--method",
        ],
        script: true,
        ..PLAIN
    },
    Framework {
        names: &["moleculer-runner", "moleculer-runner-esm"],
        valued: &["-c", "--config", "-i", "--instances", "-m", "--mask"],
        watch: &["-H", "--hot"],
        script: true,
        ..SERVER
    },
    Framework { names: &["adonis"], modes: &[("serve", Development)], ..PLAIN },
    Framework {
        names: &["keystone", "keystone-next"],
        modes: &[("start", Serves), ("dev", Development), ("", Development)],
        ..PLAIN
    },
    Framework { names: &["directus"], modes: &[("start", Serves)], ..PLAIN },
    Framework {
        names: &["n8n"],
        modes: &[("start", Serves), ("", Serves), ("worker", Serves), ("webhook", Serves)],
        ..PLAIN
    },
    Framework { names: &["sapper"], modes: &[("start", Serves), ("dev", Development)], ..PLAIN },
    Framework { names: &["svelte-kit"], modes: &[("preview", Serves), ("dev", Development)], ..PLAIN },
    Framework {
        names: &["vite"],
        modes: &[("preview", Static), ("dev", Development), ("serve", Development), ("", Development)],
        valued: PORTS,
        ..PLAIN
    },
    Framework { names: &["vinxi"], modes: &[("start", Serves), ("dev", Development)], valued: PORTS, ..PLAIN },
    Framework {
        names: &["solid-start", "waku"],
        modes: &[("start", Serves), ("dev", Development)],
        valued: PORTS,
        ..PLAIN
    },
    Framework { names: &["nitro", "nitropack"], modes: &[("preview", Serves), ("dev", Development)], ..PLAIN },
    Framework { names: &["blitz"], modes: &[("start", Serves), ("dev", Development)], valued: PORTS, ..PLAIN },
    Framework {
        names: &["rw", "redwood", "rw-server"],
        modes: &[("serve", Serves), ("", Serves), ("dev", Development)],
        ..PLAIN
    },
    Framework {
        names: &["umi", "max"],
        modes: &[("dev", Development), ("start", Development), ("preview", Static)],
        ..PLAIN
    },
    Framework { names: &["sails"], modes: &[("lift", Serves), ("l", Serves)], ..PLAIN },
    Framework {
        names: &["egg-scripts"],
        modes: &[("start", Serves)],
        valued: &["--port", "--workers", "--title", "--env", "--stdout", "--stderr", "--node"],
        ..PLAIN
    },
    Framework { names: &["egg-bin", "midway-bin"], modes: &[("dev", Development), ("debug", Development)], ..PLAIN },
    Framework { names: &["mwtsc"], valued: &["--run"], ..DEVELOPMENT },
    Framework { names: &["pomelo"], modes: &[("start", Serves)], ..PLAIN },
    Framework { names: &["ghost"], modes: &[("start", Serves), ("run", Serves)], ..PLAIN },
    Framework { names: &["hubot"], ..SERVER },
    Framework { names: &["node-red"], ..SERVER },
    Framework { names: &["verdaccio"], ..SERVER },
    Framework { names: &["parse-server"], ..SERVER },
    Framework { names: &["postgraphile"], ..SERVER },
    Framework { names: &["graphile-worker"], ..SERVER },
    Framework { names: &["micro"], valued: &["-l", "--listen"], script: true, ..SERVER },
    Framework { names: &["micro-dev"], script: true, ..DEVELOPMENT },
    Framework {
        names: &["probot"],
        modes: &[("run", Serves)],
        valued: &["-p", "--port", "-W", "--webhook-proxy"],
        script: true,
        ..PLAIN
    },
    Framework {
        names: &["functions-framework"],
        valued: &["--target", "--source", "--port", "--signature-type"],
        watch: &[],
        ..SERVER
    },
    Framework { names: &["wrangler"], modes: &[("dev", Development)], ..PLAIN },
    Framework { names: &["vercel", "now"], modes: &[("dev", Development)], ..PLAIN },
    Framework { names: &["netlify", "ntl"], modes: &[("dev", Development)], ..PLAIN },
    Framework { names: &["firebase"], modes: &[("serve", Development), ("emulators:start", Development)], ..PLAIN },
    Framework { names: &["encore"], modes: &[("run", Development)], ..PLAIN },
    Framework { names: &["meteor"], modes: &[("run", Development), ("", Development)], ..PLAIN },
    Framework { names: &["feathers", "loopback", "lb4", "lb"], ..PLAIN },
    Framework { names: &["http-server", "static-server", "sirv", "ws", "local-web-server"], ..FILES },
    Framework {
        names: &["serve"],
        valued: &["-l", "--listen", "-p", "-c", "--config", "--ssl-cert", "--ssl-key"],
        ..FILES
    },
    Framework { names: &["json-server"], valued: PORTS, ..SERVER },
    Framework {
        names: &["live-server", "lite-server", "browser-sync", "webpack-dev-server", "start-storybook"],
        ..DEVELOPMENT
    },
    Framework { names: &["docusaurus"], modes: &[("serve", Static), ("start", Development)], valued: PORTS, ..PLAIN },
    Framework {
        names: &["vitepress"],
        modes: &[("preview", Static), ("serve", Static), ("dev", Development)],
        ..PLAIN
    },
    Framework {
        names: &["react-scripts", "craco", "react-app-rewired", "rescripts"],
        modes: &[("start", Development)],
        ..PLAIN
    },
    Framework {
        names: &["vue-cli-service", "ng", "quasar", "ionic"],
        modes: &[("serve", Development), ("s", Development), ("dev", Development)],
        ..PLAIN
    },
    Framework {
        names: &["webpack", "webpack-cli", "rspack"],
        modes: &[("serve", Development), ("s", Development), ("watch", Development)],
        ..PLAIN
    },
    Framework { names: &["rsbuild"], modes: &[("preview", Static), ("dev", Development)], ..PLAIN },
    Framework { names: &["parcel"], modes: &[("serve", Development), ("", Development)], ..PLAIN },
    Framework {
        names: &["storybook", "expo", "react-native"],
        modes: &[("dev", Development), ("start", Development)],
        ..PLAIN
    },
    Framework { names: &["hexo"], modes: &[("server", Development), ("s", Development)], ..PLAIN },
    Framework { names: &["eleventy"], modes: &[("", Ends)], other: None, watch: &["--serve", "--watch"], ..PLAIN },
    Framework {
        names: &[
            "tsc",
            "tsgo",
            "rollup",
            "esbuild",
            "swc",
            "babel",
            "tsup",
            "tsdown",
            "ncc",
            "pkgroll",
            "unbuild",
            "microbundle",
        ],
        modes: &[("", Ends)],
        other: None,
        watch: &["--watch", "-w", "--watch=forever"],
        ..PLAIN
    },
];

/// Compilers and bundlers take an entry where others take a subcommand, and end.
pub(super) fn read(name: &str, words: &[Word]) -> Option<Invocation> {
    let framework = FRAMEWORKS.iter().find(|framework| framework.names.contains(&name))?;
    let name = framework.names.iter().copied().find(|known| *known == name)?;
    let mut options = anywhere(words, &Grammar { valued: framework.valued, ..Grammar::default() });
    let first = options.operands.first().and_then(Word::text);
    let listed = |command: &str| framework.modes.iter().find(|(known, _)| *known == command).map(|(_, mode)| *mode);
    let (command, mode) = match (first.and_then(|first| Some((first, listed(first)?))), framework.other) {
        (Some((command, mode)), _) => (Some(command.to_owned()), mode),
        (None, Some(other)) if !options.operands.is_empty() => (first.map(str::to_owned), other),
        _ => (None, listed("").or(framework.other).unwrap_or(Ends)),
    };
    if command.is_some() {
        options.operands.remove(0);
    }
    let watches = options.flag(framework.watch).map(|flag| flag.place.clone());
    let script = options.operands.first().filter(|_| framework.script).cloned();
    Some(Invocation::Framework(FrameworkRun { name, command, mode, script, options, watches }))
}

/// Whether a program is in the table.
pub(super) fn is_known(name: &str) -> bool {
    FRAMEWORKS.iter().any(|framework| framework.names.contains(&name))
}
