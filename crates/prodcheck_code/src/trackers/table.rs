//! Error trackers, agents of application performance monitoring, and exporters of metrics: what each installs when it is
//! started, and how it is started. Each row names the documentation or code that it follows.

use Error::{Counted, Unseen};
use Exits::{Alone, Always, Never, Node};
use Memory::{No, Option, Yes};

/// A package that watches the service.
#[derive(Debug, Clone, Copy)]
pub struct Tracker {
    /// The package.
    pub package: &'static str,
    /// Its name in sentences.
    pub title: &'static str,
    /// How it is started.
    pub starts: &'static [Start],
    /// The least major version for which the row holds.
    pub since: u32,
    /// What it does with exceptions that nothing has caught.
    pub uncaught: std::option::Option<Installs>,
    /// What it does with rejections that nothing has handled.
    pub rejection: std::option::Option<Installs>,
    /// Whether it records the memory of the process.
    pub memory: Memory,
    /// Whether it records the rate of failed requests or the errors themselves.
    pub errors: Error,
    /// The methods that hand it an error.
    pub reports: &'static [&'static str],
    /// The documentation or code that says so.
    #[allow(dead_code, reason = "for readers and tests of the table")]
    pub source: &'static str,
}

/// How a package is started.
#[derive(Debug, Clone, Copy)]
pub enum Start {
    /// A call of this member, `""` for the package itself: `Sentry.init()`.
    Call(&'static str),
    /// A construction of this member: `new Rollbar()`.
    New(&'static str),
    /// Loading the package.
    Load,
    /// Loading this subpath of it: `dd-trace/init`.
    LoadOf(&'static str),
}

/// What a package does about an error that nothing else has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installs {
    /// Whether it writes it down.
    pub logs: bool,
    /// Whether it ends the process.
    pub exits: Exits,
    /// The options of which one has to be true for it, `""` for none; after `!` one that must not be false.
    pub option: &'static str,
}

/// Whether a package ends the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exits {
    /// It does.
    Always,
    /// It does where nothing else handles the event.
    Alone,
    /// It does not, and because it handles the event Node.js does not either.
    Never,
    /// It looks on, and Node.js does what it would have done.
    Node,
}

/// Whether a package records the memory of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It does where this option, or this variable of the environment, is true.
    Option(&'static str, &'static str),
}

/// Whether a package records errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// It does: their rate can be seen.
    Counted,
    /// It does not.
    Unseen,
}

const fn installs(exits: Exits) -> std::option::Option<Installs> {
    Some(Installs { logs: true, exits, option: "" })
}

const fn unless_off(exits: Exits, option: &'static str) -> std::option::Option<Installs> {
    Some(Installs { logs: true, exits, option })
}

const ROW: Tracker = Tracker {
    package: "",
    title: "",
    starts: &[Start::Call("init")],
    since: 0,
    uncaught: None,
    rejection: None,
    memory: No,
    errors: Counted,
    reports: &[],
    source: "",
};

/// The SDKs of Sentry for servers share their default integrations. Up to version 7 the SDK ends the process whatever else
/// handles the exception, since version 8 only where nothing else does.
const SENTRY: Tracker = Tracker {
    title: "Sentry",
    since: 8,
    uncaught: installs(Alone),
    rejection: installs(Never),
    reports: &["captureException", "captureMessage", "captureEvent"],
    source: "https://docs.sentry.io/platforms/javascript/guides/node/configuration/integrations/onuncaughtexception/",
    ..ROW
};

const SENTRY_7: Tracker = Tracker { since: 0, uncaught: installs(Always), ..SENTRY };

const OPENTELEMETRY: Tracker = Tracker {
    title: "OpenTelemetry",
    starts: &[],
    reports: &["recordException"],
    source: "https://opentelemetry.io/docs/languages/js/getting-started/nodejs/",
    ..ROW
};

/// Every package that is known. Of several rows of one package the first whose versions fit counts.
pub(super) const TRACKERS: &[Tracker] = &[
    Tracker { package: "@sentry/node", ..SENTRY },
    Tracker { package: "@sentry/node", ..SENTRY_7 },
    Tracker { package: "@sentry/nextjs", ..SENTRY },
    Tracker { package: "@sentry/nextjs", ..SENTRY_7 },
    Tracker { package: "@sentry/nestjs", ..SENTRY },
    Tracker { package: "@sentry/bun", ..SENTRY },
    Tracker { package: "@sentry/remix", ..SENTRY },
    Tracker { package: "@sentry/remix", ..SENTRY_7 },
    Tracker { package: "@sentry/sveltekit", ..SENTRY },
    Tracker { package: "@sentry/nuxt", ..SENTRY },
    Tracker { package: "@sentry/astro", ..SENTRY },
    Tracker { package: "@sentry/solidstart", ..SENTRY },
    Tracker { package: "@sentry/react-router", ..SENTRY },
    Tracker { package: "@sentry/node-core", ..SENTRY },
    Tracker { package: "@sentry/serverless", ..SENTRY_7 },
    Tracker { package: "@sentry/aws-serverless", ..SENTRY },
    Tracker { package: "@sentry/google-cloud-serverless", ..SENTRY },
    Tracker {
        package: "@ntegral/nestjs-sentry",
        starts: &[Start::Call("SentryModule.forRoot"), Start::Call("SentryModule.forRootAsync")],
        ..SENTRY_7
    },
    Tracker {
        package: "nestjs-sentry",
        starts: &[Start::Call("SentryModule.forRoot"), Start::Call("SentryModule.forRootAsync")],
        ..SENTRY_7
    },
    Tracker {
        package: "raven",
        title: "Sentry (raven)",
        starts: &[Start::Call("config"), Start::New("Client"), Start::Call("config().install")],
        uncaught: installs(Always),
        rejection: unless_off(Never, "captureUnhandledRejections"),
        reports: &["captureException", "captureMessage"],
        source: "https://docs.sentry.io/clients/node/config/",
        ..ROW
    },
    Tracker {
        package: "@bugsnag/js",
        title: "Bugsnag",
        starts: &[Start::Call("start"), Start::Call("")],
        uncaught: unless_off(Always, "!autoDetectErrors"),
        rejection: unless_off(Never, "!autoDetectErrors"),
        reports: &["notify"],
        source: "https://docs.bugsnag.com/platforms/javascript/configuration-options/#onuncaughtexception",
        ..ROW
    },
    Tracker {
        package: "@bugsnag/node",
        title: "Bugsnag",
        starts: &[Start::Call("start"), Start::Call("")],
        uncaught: unless_off(Always, "!autoDetectErrors"),
        rejection: unless_off(Never, "!autoDetectErrors"),
        reports: &["notify"],
        source: "https://docs.bugsnag.com/platforms/javascript/configuration-options/#onuncaughtexception",
        ..ROW
    },
    Tracker {
        package: "bugsnag",
        title: "Bugsnag",
        starts: &[Start::Call("register")],
        uncaught: installs(Always),
        rejection: installs(Never),
        reports: &["notify"],
        source: "https://docs.bugsnag.com/platforms/nodejs/legacy/",
        ..ROW
    },
    Tracker {
        package: "rollbar",
        title: "Rollbar",
        starts: &[Start::New(""), Start::Call("init")],
        uncaught: unless_off(Never, "captureUncaught"),
        rejection: unless_off(Never, "captureUnhandledRejections"),
        reports: &["error", "critical", "handleError", "log", "warning"],
        source: "https://docs.rollbar.com/docs/nodejs#handling-uncaught-exceptions",
        ..ROW
    },
    Tracker {
        package: "@honeybadger-io/js",
        title: "Honeybadger",
        starts: &[Start::Call("configure"), Start::Call("factory")],
        uncaught: unless_off(Alone, "!enableUncaught"),
        rejection: unless_off(Alone, "!enableUnhandledRejection"),
        reports: &["notify", "notifyAsync"],
        source: "https://github.com/honeybadger-io/honeybadger-js/blob/master/packages/js/src/server/integrations/uncaught_exception_monitor.ts",
        ..ROW
    },
    Tracker {
        package: "honeybadger",
        title: "Honeybadger",
        starts: &[Start::Call("configure"), Start::Load],
        uncaught: installs(Always),
        reports: &["notify"],
        source: "https://github.com/honeybadger-io/honeybadger-node",
        ..ROW
    },
    Tracker {
        package: "@airbrake/node",
        title: "Airbrake",
        starts: &[Start::New("Notifier")],
        uncaught: installs(Alone),
        rejection: installs(Alone),
        reports: &["notify"],
        source: "https://github.com/airbrake/airbrake-js/blob/master/packages/node/src/notifier.ts",
        ..ROW
    },
    Tracker {
        package: "airbrake",
        title: "Airbrake",
        starts: &[Start::Call("createClient")],
        reports: &["notify"],
        source: "https://github.com/airbrake/node-airbrake",
        ..ROW
    },
    Tracker {
        package: "raygun",
        title: "Raygun",
        starts: &[Start::New("Client"), Start::New("RaygunClient")],
        uncaught: unless_off(Node, "reportUncaughtExceptions"),
        rejection: unless_off(Never, "reportUncaughtExceptions"),
        reports: &["send"],
        source: "https://github.com/MindscapeHQ/raygun4node#reporting-uncaught-exceptions",
        ..ROW
    },
    Tracker {
        package: "@appsignal/nodejs",
        title: "AppSignal",
        starts: &[Start::New("Appsignal"), Start::Load],
        memory: Yes,
        reports: &["sendError", "setError"],
        source: "https://docs.appsignal.com/nodejs/3.x/metrics/minutely-probes.html",
        ..ROW
    },
    Tracker {
        package: "newrelic",
        title: "New Relic",
        starts: &[Start::Load, Start::LoadOf("esm-loader.mjs")],
        uncaught: installs(Node),
        rejection: installs(Node),
        memory: Yes,
        reports: &["noticeError"],
        source: "https://docs.newrelic.com/docs/apm/agents/nodejs-agent/getting-started/introduction-new-relic-nodejs/",
        ..ROW
    },
    Tracker {
        package: "dd-trace",
        title: "Datadog",
        starts: &[
            Start::Call("init"),
            Start::LoadOf("init"),
            Start::LoadOf("init.js"),
            Start::LoadOf("initialize.mjs"),
            Start::LoadOf("register.js"),
        ],
        memory: Option("runtimeMetrics", "DD_RUNTIME_METRICS_ENABLED"),
        source: "https://docs.datadoghq.com/tracing/metrics/runtime_metrics/nodejs",
        ..ROW
    },
    Tracker {
        package: "elastic-apm-node",
        title: "Elastic APM",
        starts: &[
            Start::Call("start"),
            Start::LoadOf("start"),
            Start::LoadOf("start.js"),
            Start::LoadOf("start-next.js"),
        ],
        uncaught: unless_off(Always, "!captureExceptions"),
        memory: Yes,
        reports: &["captureError"],
        source: "https://www.elastic.co/docs/reference/apm/agents/nodejs/configuration#capture-exceptions",
        ..ROW
    },
    Tracker {
        package: "applicationinsights",
        title: "Application Insights",
        starts: &[
            Start::Call("setup"),
            Start::Call("start"),
            Start::Call("useAzureMonitor"),
            Start::New("TelemetryClient"),
        ],
        uncaught: installs(Node),
        rejection: installs(Node),
        memory: Yes,
        reports: &["trackException"],
        source: "https://learn.microsoft.com/azure/azure-monitor/app/nodejs",
        ..ROW
    },
    Tracker {
        package: "@azure/monitor-opentelemetry",
        title: "Azure Monitor",
        starts: &[Start::Call("useAzureMonitor")],
        memory: Yes,
        source: "https://learn.microsoft.com/azure/azure-monitor/app/opentelemetry-enable?tabs=nodejs",
        ..ROW
    },
    Tracker {
        package: "@instana/collector",
        title: "Instana",
        starts: &[
            Start::Call(""),
            Start::LoadOf("src/immediate"),
            Start::LoadOf("src/immediate.js"),
            Start::LoadOf("esm-register.mjs"),
        ],
        memory: Yes,
        source: "https://www.ibm.com/docs/en/instana-observability/current?topic=nodejs-collector-installation",
        ..ROW
    },
    Tracker {
        package: "@pm2/io",
        title: "PM2 Plus",
        starts: &[Start::Call("init")],
        uncaught: unless_off(Always, "!catchExceptions"),
        rejection: unless_off(Never, "!catchExceptions"),
        memory: Yes,
        reports: &["notifyError"],
        source: "https://pm2.keymetrics.io/docs/plus/reference/pm2io/",
        ..ROW
    },
    Tracker {
        package: "pmx",
        title: "Keymetrics",
        uncaught: unless_off(Always, "!errors"),
        rejection: unless_off(Never, "!errors"),
        memory: Yes,
        reports: &["notify"],
        source: "https://github.com/keymetrics/pmx",
        ..ROW
    },
    Tracker {
        package: "appdynamics",
        title: "AppDynamics",
        starts: &[Start::Call("profile")],
        memory: Yes,
        source: "https://docs.appdynamics.com/appd/24.x/latest/en/application-monitoring/install-app-server-agents/node-js-agent",
        ..ROW
    },
    Tracker {
        package: "@dynatrace/oneagent",
        title: "Dynatrace",
        starts: &[Start::Call(""), Start::Load],
        memory: Yes,
        source: "https://www.npmjs.com/package/@dynatrace/oneagent",
        ..ROW
    },
    Tracker {
        package: "@splunk/otel",
        title: "Splunk",
        starts: &[Start::Call("start"), Start::LoadOf("instrument"), Start::LoadOf("instrument.js")],
        memory: Option("metrics", "SPLUNK_METRICS_ENABLED"),
        source: "https://github.com/signalfx/splunk-otel-js/blob/main/docs/advanced-config.md",
        ..ROW
    },
    Tracker {
        package: "@scout_apm/scout-apm",
        title: "Scout",
        starts: &[Start::Call("install")],
        source: "https://github.com/scoutapp/scout_apm_node",
        ..ROW
    },
    Tracker {
        package: "posthog-node",
        title: "PostHog",
        starts: &[Start::New("PostHog")],
        errors: Unseen,
        uncaught: unless_off(Alone, "enableExceptionAutocapture"),
        rejection: unless_off(Never, "enableExceptionAutocapture"),
        reports: &["captureException"],
        source: "https://posthog.com/docs/error-tracking/installation/node",
        ..ROW
    },
    Tracker {
        package: "@google-cloud/error-reporting",
        title: "Google Cloud Error Reporting",
        starts: &[Start::New("ErrorReporting")],
        reports: &["report"],
        source: "https://cloud.google.com/error-reporting/docs/setup/nodejs",
        ..ROW
    },
    Tracker {
        package: "@vercel/otel",
        starts: &[Start::Call("registerOTel")],
        source: "https://vercel.com/docs/observability/otel-overview",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "@ministryofjustice/hmpps-azure-telemetry",
        title: "Azure Monitor",
        starts: &[Start::Call("initialiseTelemetry")],
        source: "https://github.com/ministryofjustice/hmpps-typescript-lib/tree/main/packages/azure-telemetry",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "@opentelemetry/auto-instrumentations-node",
        starts: &[Start::LoadOf("register"), Start::LoadOf("register.js")],
        memory: Yes,
        source: "https://www.npmjs.com/package/@opentelemetry/auto-instrumentations-node",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "@elastic/opentelemetry-node",
        title: "Elastic's OpenTelemetry",
        starts: &[Start::Load, Start::LoadOf("import.mjs"), Start::LoadOf("require.js")],
        memory: Yes,
        source: "https://www.elastic.co/docs/reference/opentelemetry/edot-sdks/nodejs/",
        ..OPENTELEMETRY
    },
    // Metrics of the process alone, or of requests alone.
    Tracker {
        package: "@opentelemetry/host-metrics",
        title: "OpenTelemetry's host metrics",
        starts: &[Start::New("HostMetrics")],
        memory: Yes,
        errors: Unseen,
        source: "https://www.npmjs.com/package/@opentelemetry/host-metrics",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "@opentelemetry/instrumentation-runtime-node",
        title: "OpenTelemetry's runtime metrics",
        starts: &[Start::New("RuntimeNodeInstrumentation")],
        memory: Yes,
        errors: Unseen,
        source: "https://www.npmjs.com/package/@opentelemetry/instrumentation-runtime-node",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "opentelemetry-node-metrics",
        title: "OpenTelemetry's process metrics",
        starts: &[Start::Call("")],
        memory: Yes,
        errors: Unseen,
        source: "https://www.npmjs.com/package/opentelemetry-node-metrics",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "@opentelemetry/instrumentation-http",
        title: "OpenTelemetry's HTTP instrumentation",
        starts: &[Start::New("HttpInstrumentation")],
        source: "https://www.npmjs.com/package/@opentelemetry/instrumentation-http",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "@opentelemetry/auto-instrumentations-node",
        starts: &[Start::Call("getNodeAutoInstrumentations")],
        source: "https://www.npmjs.com/package/@opentelemetry/auto-instrumentations-node",
        ..OPENTELEMETRY
    },
    Tracker {
        package: "appmetrics",
        title: "appmetrics",
        starts: &[Start::Call("monitor"), Start::Call("attach"), Start::LoadOf("start")],
        memory: Yes,
        errors: Unseen,
        source: "https://github.com/RuntimeTools/appmetrics",
        ..ROW
    },
    Tracker {
        package: "appmetrics-prometheus",
        title: "appmetrics-prometheus",
        starts: &[Start::Call("attach")],
        memory: Yes,
        source: "https://github.com/CloudNativeJS/appmetrics-prometheus",
        ..ROW
    },
];

/// A package over `prom-client` (or `prom-client` itself) that exports metrics to Prometheus.
#[derive(Debug, Clone, Copy)]
pub struct Exporter {
    /// The package.
    pub package: &'static str,
    /// The calls (and constructions) that set it up; `""` is the package itself.
    pub ways: &'static [&'static str],
    /// Whether it is set up by being given to `register` or `use` of an application.
    pub plugin: bool,
    /// Whether it collects `prom-client`'s default metrics: always, or by an option and its default.
    pub memory: Collects,
    /// Whether it counts responses with their status.
    pub requests: bool,
    /// The documentation that says so.
    #[allow(dead_code, reason = "for readers and tests of the table")]
    pub source: &'static str,
}

/// Whether an exporter collects the metrics of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collects {
    /// It does.
    Always,
    /// It does where this option is true or an object; without it, by its default.
    Option(&'static [&'static str], bool),
}

/// Every exporter that is known.
pub(super) const EXPORTERS: &[Exporter] = &[
    Exporter {
        package: "prom-client",
        ways: &["collectDefaultMetrics"],
        plugin: false,
        memory: Collects::Always,
        requests: false,
        source: "https://github.com/siimon/prom-client#default-metrics",
    },
    Exporter {
        package: "express-prom-bundle",
        ways: &[""],
        plugin: false,
        memory: Collects::Option(&["promClient", "collectDefaultMetrics"], false),
        requests: true,
        source: "https://github.com/jochen-schweizer/express-prom-bundle#options",
    },
    Exporter {
        package: "fastify-metrics",
        ways: &[],
        plugin: true,
        memory: Collects::Option(&["defaultMetrics", "enabled"], true),
        requests: true,
        source: "https://github.com/SkeLLLa/fastify-metrics",
    },
    Exporter {
        package: "@willsoto/nestjs-prometheus",
        ways: &["PrometheusModule.register", "PrometheusModule.registerAsync"],
        plugin: false,
        memory: Collects::Option(&["defaultMetrics", "enabled"], true),
        requests: false,
        source: "https://github.com/willsoto/nestjs-prometheus#default-metrics",
    },
    Exporter {
        package: "@digikare/nestjs-prom",
        ways: &["PromModule.forRoot", "PromModule.forRootAsync"],
        plugin: false,
        memory: Collects::Option(&["withDefaultsMetrics"], true),
        requests: true,
        source: "https://github.com/digikare/nestjs-prom",
    },
    Exporter {
        package: "nestjs-prom",
        ways: &["PromModule.forRoot", "PromModule.forRootAsync"],
        plugin: false,
        memory: Collects::Option(&["withDefaultsMetrics"], true),
        requests: true,
        source: "https://github.com/digikare/nestjs-prom",
    },
    Exporter {
        package: "express-prometheus-middleware",
        ways: &[""],
        plugin: false,
        memory: Collects::Option(&["collectDefaultMetrics"], true),
        requests: true,
        source: "https://github.com/joao-fontenele/express-prometheus-middleware#options",
    },
    Exporter {
        package: "prometheus-api-metrics",
        ways: &["", "expressMiddleware", "koaMiddleware", "fastifyMiddleware"],
        plugin: false,
        memory: Collects::Always,
        requests: true,
        source: "https://github.com/PayU/prometheus-api-metrics",
    },
    Exporter {
        package: "prometheus-middleware",
        ways: &["", "instrumentHTTPServer"],
        plugin: false,
        memory: Collects::Always,
        requests: true,
        source: "https://github.com/philips-software/prometheus-middleware",
    },
    Exporter {
        package: "@promster/express",
        ways: &["createMiddleware"],
        plugin: false,
        memory: Collects::Always,
        requests: true,
        source: "https://github.com/tdeekens/promster",
    },
    Exporter {
        package: "@promster/fastify",
        ways: &["createPlugin"],
        plugin: true,
        memory: Collects::Always,
        requests: true,
        source: "https://github.com/tdeekens/promster",
    },
    Exporter {
        package: "@promster/hapi",
        ways: &["createPlugin"],
        plugin: true,
        memory: Collects::Always,
        requests: true,
        source: "https://github.com/tdeekens/promster",
    },
    Exporter {
        package: "@hono/prometheus",
        ways: &["prometheus"],
        plugin: false,
        memory: Collects::Option(&["collectDefaultMetrics"], false),
        requests: true,
        source: "https://github.com/honojs/middleware/tree/main/packages/prometheus",
    },
    Exporter {
        package: "swagger-stats",
        ways: &["getMiddleware", "getFastifyPlugin", "getHapiPlugin"],
        plugin: false,
        memory: Collects::Always,
        requests: true,
        source: "https://swaggerstats.io/docs/",
    },
    Exporter {
        package: "express-status-monitor",
        ways: &[""],
        plugin: false,
        memory: Collects::Always,
        requests: true,
        source: "https://github.com/RafalWilinski/express-status-monitor",
    },
];
