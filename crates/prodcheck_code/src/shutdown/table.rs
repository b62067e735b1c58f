//! Packages that shut a service down when its process is told to end, what they close, and framework commands that do so
//! by themselves. Each row names the documentation or code that it follows.

use crate::trackers::{Exits, Installs};

/// A package that handles signals.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    /// The package.
    pub package: &'static str,
    /// How it is set up.
    pub by: By,
    /// The signals that it handles by default.
    pub signals: &'static [&'static str],
    /// The option that names other signals, in the first or second argument; `""` for none.
    pub option: &'static str,
    /// What it closes.
    pub closes: Closes,
    /// Whether it ends the process.
    pub ends: bool,
    /// What it does with exceptions that nothing has caught.
    pub uncaught: Option<Installs>,
    /// What it does with rejections that nothing has handled.
    pub rejection: Option<Installs>,
    /// The documentation or code that says so.
    #[allow(dead_code, reason = "for readers and tests of the table")]
    pub source: &'static str,
}

/// How a package is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By a call of this member, `""` for the package itself.
    Call(&'static str),
    /// By a construction of this member.
    New(&'static str),
    /// By a method of this name on something that the package makes or types.
    Method(&'static str),
    /// By being given to `register`, `use` or `addPlugin` of an application.
    Plugin,
}

/// What a package closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closes {
    /// The server that it is given as this argument, or in its option `server`.
    Argument(usize),
    /// What the functions that it is given close.
    Callback,
    /// What the functions that are given to this method of what it makes close.
    Registered(&'static str),
    /// The application that it is set up on.
    Application,
}

const TERM_INT: &[&str] = &["SIGTERM", "SIGINT"];

const fn installs(exits: Exits) -> Option<Installs> {
    Some(Installs { logs: true, exits, option: "" })
}

const ROW: Library = Library {
    package: "",
    by: By::Call(""),
    signals: TERM_INT,
    option: "",
    closes: Closes::Argument(0),
    ends: true,
    uncaught: None,
    rejection: None,
    source: "",
};

/// Every package that is known.
pub(super) const LIBRARIES: &[Library] = &[
    Library {
        package: "close-with-grace",
        closes: Closes::Callback,
        uncaught: installs(Exits::Always),
        rejection: installs(Exits::Always),
        source: "https://github.com/mcollina/close-with-grace",
        ..ROW
    },
    Library {
        package: "@godaddy/terminus",
        by: By::Call("createTerminus"),
        signals: &["SIGTERM"],
        option: "signal",
        source: "https://github.com/godaddy/terminus#usage",
        ..ROW
    },
    Library {
        package: "@godaddy/terminus",
        by: By::Call("terminus"),
        signals: &["SIGTERM"],
        option: "signal",
        source: "https://github.com/godaddy/terminus#usage",
        ..ROW
    },
    Library {
        package: "http-graceful-shutdown",
        option: "signals",
        source: "https://github.com/sebhildebrandt/http-graceful-shutdown#options",
        ..ROW
    },
    Library {
        package: "@gquittet/graceful-server",
        signals: &["SIGTERM", "SIGINT", "SIGQUIT"],
        source: "https://github.com/gquittet/graceful-server",
        ..ROW
    },
    Library {
        package: "lightship",
        by: By::Call("createLightship"),
        signals: &["SIGTERM", "SIGHUP", "SIGINT"],
        option: "signals",
        closes: Closes::Registered("registerShutdownHandler"),
        source: "https://github.com/gajus/lightship#readme",
        ..ROW
    },
    Library {
        package: "fastify-graceful-shutdown",
        by: By::Plugin,
        closes: Closes::Application,
        source: "https://github.com/hemerajs/fastify-graceful-shutdown",
        ..ROW
    },
    Library {
        package: "@mgcrea/fastify-graceful-exit",
        by: By::Plugin,
        closes: Closes::Application,
        source: "https://github.com/mgcrea/fastify-graceful-exit",
        ..ROW
    },
    Library {
        package: "hapi-pulse",
        by: By::Plugin,
        closes: Closes::Application,
        source: "https://github.com/futurestudio/hapi-pulse",
        ..ROW
    },
    Library {
        package: "@ladjs/graceful",
        by: By::New(""),
        signals: &["SIGTERM", "SIGINT", "SIGHUP"],
        closes: Closes::Application,
        uncaught: installs(Exits::Always),
        rejection: installs(Exits::Always),
        source: "https://github.com/ladjs/graceful",
        ..ROW
    },
    // https://docs.nestjs.com/fundamentals/lifecycle-events#application-shutdown
    Library {
        package: "@nestjs/core",
        by: By::Method("enableShutdownHooks"),
        signals: &[
            "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGUSR2",
            "SIGTERM",
        ],
        closes: Closes::Application,
        source: "https://docs.nestjs.com/fundamentals/lifecycle-events#application-shutdown",
        ..ROW
    },
    Library {
        package: "nestjs-graceful-shutdown",
        by: By::Call("setupGracefulShutdown"),
        closes: Closes::Application,
        source: "https://github.com/hienngm/nestjs-graceful-shutdown",
        ..ROW
    },
    Library {
        package: "moleculer",
        by: By::New("ServiceBroker"),
        closes: Closes::Application,
        source: "https://moleculer.services/docs/0.14/configuration.html#Broker-options",
        ..ROW
    },
    Library {
        package: "apollo-server",
        by: By::New("ApolloServer"),
        closes: Closes::Application,
        source: "https://www.apollographql.com/docs/apollo-server/v3/api/apollo-server#stoponterminationsignals",
        ..ROW
    },
    Library {
        package: "@apollo/server",
        by: By::Call("startStandaloneServer"),
        closes: Closes::Application,
        source: "https://www.apollographql.com/docs/apollo-server/api/apollo-server#stoponterminationsignals",
        ..ROW
    },
    Library {
        package: "@apollo/server",
        by: By::Call("ApolloServerPluginDrainHttpServer"),
        closes: Closes::Application,
        source: "https://www.apollographql.com/docs/apollo-server/api/plugin/drain-http-server",
        ..ROW
    },
    Library {
        package: "apollo-server-core",
        by: By::Call("ApolloServerPluginDrainHttpServer"),
        closes: Closes::Application,
        source: "https://www.apollographql.com/docs/apollo-server/v3/api/plugin/drain-http-server",
        ..ROW
    },
    Library {
        package: "sails",
        by: By::Call("lift"),
        closes: Closes::Application,
        source: "https://sailsjs.com/documentation/reference/application/sails-lower",
        ..ROW
    },
    Library {
        package: "@adonisjs/core",
        by: By::New("Ignitor"),
        closes: Closes::Application,
        source: "https://docs.adonisjs.com/guides/concepts/application-lifecycle#the-termination-phase",
        ..ROW
    },
    Library {
        package: "@temporalio/worker",
        by: By::Call("Worker.create"),
        closes: Closes::Application,
        source: "https://docs.temporal.io/develop/typescript/core-application#shut-down-a-worker",
        ..ROW
    },
    Library {
        package: "graphile-worker",
        by: By::Call("run"),
        closes: Closes::Application,
        source: "https://worker.graphile.org/docs/library/run",
        ..ROW
    },
    Library {
        package: "egg",
        by: By::Call("startCluster"),
        closes: Closes::Application,
        source: "https://github.com/node-modules/graceful-process",
        ..ROW
    },
];

/// Packages that put a method on a server, or make something around it, that closes it after the running requests.
pub(super) const WRAPPERS: &[&str] = &[
    // https://github.com/hunterloftis/stoppable
    "stoppable",
    // https://github.com/gajus/http-terminator
    "http-terminator",
    // https://github.com/thedillonb/http-shutdown
    "http-shutdown",
    // https://github.com/moebiusmania/http-graceful-shutdown
    "@moebius/http-graceful-shutdown",
    "graceful-http-shutdown",
    "http-close",
];

/// Packages that put a method on a server that destroys every open socket.
pub(super) const DESTROYERS: &[&str] = &[
    // https://github.com/isaacs/server-destroy
    "server-destroy",
];

/// A framework's start command that finishes running requests before it ends.
#[derive(Debug, Clone, Copy)]
pub struct Drains {
    /// The command's name.
    pub command: &'static str,
    /// Its subcommand; `""` for none.
    pub subcommand: &'static str,
    /// The package whose version decides, and the least major version that does.
    pub since: (&'static str, u32),
    /// Whether it logs exceptions that nothing has caught, and ends.
    pub catches: bool,
    /// The documentation or code that says so.
    #[allow(dead_code, reason = "for readers and tests of the table")]
    pub source: &'static str,
}

/// Every such command that is known.
pub(super) const COMMANDS: &[Drains] = &[
    Drains {
        command: "next",
        subcommand: "start",
        since: ("next", 12),
        catches: false,
        source: "https://nextjs.org/docs/app/guides/self-hosting#graceful-shutdowns",
    },
    Drains {
        command: "nuxt",
        subcommand: "start",
        since: ("nuxt", 3),
        catches: false,
        source: "https://nitro.build/deploy/runtimes/node#environment-variables",
    },
    Drains {
        command: "nuxt",
        subcommand: "preview",
        since: ("nuxt", 3),
        catches: false,
        source: "https://nitro.build/deploy/runtimes/node#environment-variables",
    },
    Drains {
        command: "nuxi",
        subcommand: "preview",
        since: ("nuxt", 3),
        catches: false,
        source: "https://nitro.build/deploy/runtimes/node#environment-variables",
    },
    Drains {
        command: "nitro",
        subcommand: "preview",
        since: ("nitropack", 0),
        catches: false,
        source: "https://nitro.build/deploy/runtimes/node#environment-variables",
    },
    // The servers that these frameworks' builds put out.
    Drains {
        command: "nitro",
        subcommand: "",
        since: ("nitropack", 0),
        catches: false,
        source: "https://nitro.build/deploy/runtimes/node#environment-variables",
    },
    Drains {
        command: "next",
        subcommand: "standalone",
        since: ("next", 12),
        catches: false,
        source: "https://nextjs.org/docs/app/guides/self-hosting#graceful-shutdowns",
    },
    Drains {
        command: "svelte-kit",
        subcommand: "node",
        since: ("@sveltejs/adapter-node", 2),
        catches: false,
        source: "https://svelte.dev/docs/kit/adapter-node#Graceful-shutdown",
    },
    Drains {
        command: "remix-serve",
        subcommand: "",
        since: ("@remix-run/serve", 1),
        catches: false,
        source: "https://github.com/remix-run/remix/blob/main/packages/remix-serve/cli.ts",
    },
    Drains {
        command: "react-router-serve",
        subcommand: "",
        since: ("@react-router/serve", 7),
        catches: false,
        source: "https://github.com/remix-run/react-router/blob/main/packages/react-router-serve/cli.ts",
    },
    Drains {
        command: "fastify",
        subcommand: "start",
        since: ("fastify-cli", 2),
        catches: true,
        source: "https://github.com/fastify/fastify-cli/blob/main/start.js",
    },
    Drains {
        command: "medusa",
        subcommand: "start",
        since: ("@medusajs/medusa", 1),
        catches: false,
        source: "https://github.com/medusajs/medusa/blob/develop/packages/medusa/src/commands/start.ts",
    },
    Drains {
        command: "moleculer-runner",
        subcommand: "",
        since: ("moleculer", 0),
        catches: false,
        source: "https://moleculer.services/docs/0.14/configuration.html#Broker-options",
    },
    Drains {
        command: "sails",
        subcommand: "lift",
        since: ("sails", 0),
        catches: false,
        source: "https://sailsjs.com/documentation/reference/application/sails-lower",
    },
    Drains {
        command: "egg-scripts",
        subcommand: "start",
        since: ("egg", 1),
        catches: true,
        source: "https://www.eggjs.org/core/cluster-and-ipc#worker-process-guard-and-exception-handling",
    },
    Drains {
        command: "directus",
        subcommand: "start",
        since: ("directus", 9),
        catches: false,
        source: "https://github.com/directus/directus/blob/main/api/src/server.ts",
    },
    Drains {
        command: "micro",
        subcommand: "",
        since: ("micro", 9),
        catches: false,
        source: "https://github.com/vercel/micro/blob/main/packages/micro/src/bin/micro.ts",
    },
];
