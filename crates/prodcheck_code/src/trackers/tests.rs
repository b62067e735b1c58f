//! What watches the service.

use super::{Trackers, read};
use crate::Reach;
use crate::in_memory::ask;

fn trackers(code: &str) -> Trackers {
    ask(&[("größe.ts", code)], &[], read)
}

fn shown(code: &str) -> String {
    let found = trackers(code);
    let record = |kind: &str, record: &super::Record| {
        let when = match &record.reach {
            Reach::Credential(name) => format!(" with {name}"),
            _ => String::new(),
        };
        let lacks = record.lacks.as_deref().map(|_| " lacking").unwrap_or_default();
        format!("{kind} {}{when}{lacks}", record.title)
    };
    let memory = found.memory.iter().map(|one| record("memory", one));
    let errors = found.errors.iter().map(|one| record("errors", one));
    let off = found.off.iter().map(|one| format!("off {}", one.title));
    memory.chain(errors).chain(off).collect::<Vec<_>>().join(", ")
}

#[test]
fn trackers_and_agents() {
    for (code, expected) in [
        (
            "import * as Sentry from '@sentry/node'; Sentry.init({ dsn: 'https://a@o1.ingest.sentry.io/1' })",
            "errors Sentry",
        ),
        (
            "import * as Sentry from '@sentry/node'; Sentry.init({ dsn: process.env.SENTRY_DSN })",
            "errors Sentry with SENTRY_DSN",
        ),
        (
            "import * as Sentry from '@sentry/node'; if (process.env.SENTRY_DSN) { Sentry.init({ dsn: process.env.SENTRY_DSN }) }",
            "errors Sentry with SENTRY_DSN",
        ),
        (
            "const Sentry = require('@sentry/node'); const on = process.env.ENABLE_SENTRY === 'true'; if (on) Sentry.init({})",
            "off Sentry",
        ),
        ("import * as Sentry from '@sentry/node'; Sentry.init({ enabled: false, dsn: 'x' })", "off Sentry"),
        (
            "import * as Sentry from '@sentry/node'; Sentry.init({ enabled: process.env.NODE_ENV === 'production' })",
            "errors Sentry",
        ),
        ("import * as Sentry from '@sentry/browser'; Sentry.init({})", ""),
        ("const Sentry = { init() {} }; Sentry.init({})", ""),
        ("require('newrelic')", "memory New Relic, errors New Relic"),
        ("import tracer from 'dd-trace'; tracer.init({ logInjection: true })", "errors Datadog"),
        ("require('dd-trace').init({ runtimeMetrics: true })", "memory Datadog, errors Datadog"),
        ("import 'dd-trace/init'", "errors Datadog"),
        (
            "const apm = require('elastic-apm-node').start({ serviceName: 'ü' })",
            "memory Elastic APM, errors Elastic APM",
        ),
        (
            "import * as ai from 'applicationinsights'; ai.setup(process.env.APPLICATIONINSIGHTS_CONNECTION_STRING).start()",
            "memory Application Insights with APPLICATIONINSIGHTS_CONNECTION_STRING, errors Application Insights with APPLICATIONINSIGHTS_CONNECTION_STRING",
        ),
        (
            "import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'; import { NodeSDK } from '@opentelemetry/sdk-node'; const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation()] }); sdk.start()",
            "errors OpenTelemetry's HTTP instrumentation",
        ),
        (
            "import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'; import { NodeSDK } from '@opentelemetry/sdk-node'; const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation()] })",
            "off OpenTelemetry's HTTP instrumentation",
        ),
        ("import { trace } from '@opentelemetry/api'; trace.getTracer('x').startSpan('y')", ""),
    ] {
        assert_eq!(shown(code), expected, "{code}");
    }
}

#[test]
fn metrics_of_the_process() {
    let shows =
        "import { register } from 'prom-client'; app.get('/metrics', async (q, s) => s.end(await register.metrics()));";
    for (code, expected) in [
        (format!("{shows} import {{ collectDefaultMetrics }} from 'prom-client'; collectDefaultMetrics()"), "memory `prom-client`"),
        ("import client from 'prom-client'; client.collectDefaultMetrics()".to_owned(), "off `prom-client`"),
        (format!("{shows} import client from 'prom-client'; if (process.env.METRICS === 'true') client.collectDefaultMetrics()"), "off `prom-client`"),
        ("import bundle from 'express-prom-bundle'; app.use(bundle({ includeMethod: true, promClient: { collectDefaultMetrics: {} } }))".to_owned(), "memory `express-prom-bundle`, errors `express-prom-bundle`"),
        ("import bundle from 'express-prom-bundle'; app.use(bundle({ includeMethod: true }))".to_owned(), "errors `express-prom-bundle`"),
        ("import bundle from 'express-prom-bundle'; const metrics = bundle({}); app.get('/', x)".to_owned(), "off `express-prom-bundle`"),
        ("import bundle from 'express-prom-bundle'; const metrics = bundle({}); app.use('/api', router); app.get('/x', y); app.use(metrics); app.listen(1)".to_owned(), "off `express-prom-bundle`"),
        ("import metrics from 'fastify-metrics'; await app.register(metrics, { endpoint: '/metrics' })".to_owned(), "memory `fastify-metrics`, errors `fastify-metrics`"),
        ("import { PrometheusModule } from '@willsoto/nestjs-prometheus'; @Module({ imports: [PrometheusModule.register()] }) class A {}".to_owned(), "memory `@willsoto/nestjs-prometheus`"),
        ("import { PrometheusModule } from '@willsoto/nestjs-prometheus'; @Module({ imports: [PrometheusModule.register({ defaultMetrics: { enabled: false } })] }) class A {}".to_owned(), ""),
        ("setInterval(() => { const { heapUsed } = process.memoryUsage(); console.log({ heapUsed }) }, 60000)".to_owned(), "memory a periodic report of `process.memoryUsage()`"),
        ("import client from 'prom-client'; new client.Gauge({ name: 'rss', collect() { this.set(process.memoryUsage().rss) } })".to_owned(), "memory a periodic report of `process.memoryUsage()`"),
        ("app.get('/health', (q, s) => s.json(process.memoryUsage()))".to_owned(), ""),
        ("import underPressure from '@fastify/under-pressure'; app.register(underPressure, { maxHeapUsedBytes: 1 })".to_owned(), ""),
    ] {
        assert_eq!(shown(&code), expected, "{code}");
    }
}

#[test]
fn metrics_of_requests() {
    let shows = "import client from 'prom-client'; app.get('/metrics', async (q, s) => s.end(await client.register.metrics()));";
    for (code, expected) in [
        (
            "const h = new client.Histogram({ name: 'http_request_duration_seconds', help: 'ü', labelNames: ['method', 'route', 'status_code'] })",
            "errors a metric of responses",
        ),
        ("const c = new client.Counter({ name: 'http_5xx_total', help: 'x' })", "errors a metric of responses lacking"),
        ("const c = new client.Counter({ name: 'jobs_total', help: 'x', labelNames: ['queue'] })", ""),
        (
            "const h = new client.Histogram({ name: 'http_request_duration_seconds', help: 'x', labelNames: ['method'] })",
            "",
        ),
        (
            "const make = (options) => new client.Summary(options); make({ name: 'http_request_duration', help: 'x', labelNames: ['path', 'status'] })",
            "errors a metric of responses",
        ),
        ("const c = new client.Counter({ name: 'outgoing_http_requests', help: 'x', labelNames: ['status'] })", ""),
    ] {
        assert_eq!(shown(&format!("{shows} {code}")), expected, "{code}");
    }
}

#[test]
fn rows_name_their_sources() {
    let trackers = super::table::TRACKERS.iter().map(|row| row.source);
    let exporters = super::table::EXPORTERS.iter().map(|row| row.source);
    assert!(trackers.chain(exporters).all(|source| source.starts_with("https://")));
}
