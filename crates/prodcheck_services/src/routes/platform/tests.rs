use crate::discovery::Discovery;
use crate::in_memory::repository;
use crate::{
    EnvValue, HealthCheck, Instances, MemoryLimit, NodeVersion, Restart, Rollout, RouteKind, Service, Setting, Tool,
};
use std::sync::Arc;

const SERVER: &str = "require('node:http').createServer().listen(process.env.PORT);\n";

const PACKAGE: &str = r#"{ "name": "äpi", "scripts": { "start": "node server.js" }, "engines": { "node": ">=20" } }"#;

fn all(files: &[(&str, &str)]) -> Vec<Service> {
    let mut with_package = vec![("package.json", PACKAGE), ("server.js", SERVER)];
    with_package.extend(files);
    let repository = Arc::new(repository(&with_package));
    let mut discovery = Discovery::default();
    assert_eq!(discovery.wanted(&repository), []);
    discovery.services(&repository).services
}

fn one(files: &[(&str, &str)]) -> Service {
    let mut all = all(files);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn shown<T>(setting: &Setting<T>) -> &str {
    match setting {
        Setting::Set { shown, .. } | Setting::Unknown { shown, .. } => shown,
        Setting::BuiltIn { by, .. } => by,
        Setting::Missing { key, .. } => key,
        Setting::Silent => "",
    }
}

#[test]
fn a_bare_procfile() {
    let service = one(&[("Procfile", "# ü\nweb: npm start\nrelease: node migrate.js\n")]);
    let route = &service.routes[0];
    assert_eq!((route.kind, service.routes.len()), (RouteKind::Platform, 1), "no route of the scripts beside it");
    let layer = route.outermost().expect("a layer");
    assert_eq!(layer.tool, Tool::Heroku);
    assert_eq!((&layer.instances, &layer.memory_limit), (&Setting::Silent, &Setting::Silent));
    assert_eq!((&layer.rollout, &layer.rollout_waits), (&Setting::Silent, &Setting::Silent));
    assert!(matches!(layer.health_check, Setting::BuiltIn { value: HealthCheck::Off, .. }));
    for built_in in
        [&layer.boot.value().is_some(), &layer.user.value().is_some(), &layer.reverse_proxy.value().is_some()]
    {
        assert!(built_in);
    }
    assert_eq!(layer.node.value(), Some(&NodeVersion::Range(">=20".into())));
    let node_env = route.start.variable("NODE_ENV").expect("set by Heroku");
    assert_eq!((&node_env.value, node_env.place.path.as_str()), (&EnvValue::Text("production".into()), "Procfile"));
    assert!(route.start.processes[0].signals.reaches(), "every process of a dyno gets SIGTERM");
    assert_eq!(service.entry_points[0].path.as_str(), "server.js");
    assert_eq!(service.nature.serverless, None);
}

#[test]
fn app_json_adds_to_the_procfile() {
    let app = r#"{ "formation": { "web": { "quantity": 2 } } }"#;
    let service = one(&[("Procfile", "web: node server.js\n"), ("app.json", app)]);
    assert_eq!(service.routes.len(), 1);
    let layer = service.routes[0].outermost().expect("a layer");
    assert_eq!(layer.instances.value(), Some(&Instances::Count(2)));
    assert_eq!(layer.instances.place().map(|place| place.path.as_str()), Some("app.json"));
    assert_eq!(shown(&layer.memory_limit), "size");
}

#[test]
fn a_button_counts_only_where_nothing_else_does() {
    let button = r#"{ "name": "x", "env": {}, "addons": ["heroku-postgresql"] }"#;
    assert_eq!(one(&[("app.json", button)]).routes[0].outermost().map(|layer| layer.tool), Some(Tool::Heroku));
    let unit = "[Service]\nExecStart=/usr/bin/node /srv/server.js\n";
    let tools: Vec<_> = one(&[("app.json", button), ("api.service", unit)])
        .routes
        .iter()
        .filter_map(|route| Some(route.outermost()?.tool))
        .collect();
    assert!(!tools.contains(&Tool::Heroku), "{tools:?}");
}

#[test]
fn a_file_whose_entry_is_not_there_is_no_route() {
    for line in ["web: node dist/missing.js\n", "web: npm run missing\n", "web: gunicorn app:app\n"] {
        let service = one(&[("Procfile", line)]);
        assert!(service.routes.iter().all(|route| route.kind != RouteKind::Platform), "{line}");
    }
    let example = one(&[("examples/a/Procfile", "web: node ../../server.js\n")]);
    assert!(example.routes.iter().all(|route| route.kind != RouteKind::Platform));
}

const FLY: &str = "app = 'ä'\n[http_service]\nmin_machines_running = 2\n[[http_service.checks]]\npath = '/'\n[env]\nNODE_ENV = 'staging'\n";

#[test]
fn fly_runs_the_dockerfile() {
    let image = "FROM node:24\nENV NODE_ENV=production\nCOPY . /app\nWORKDIR /app\nCMD [\"node\", \"server.js\"]\n";
    let service = one(&[("fly.toml", FLY), ("Dockerfile", image)]);
    let route = &service.routes[0];
    let tools: Vec<_> = route.layers.iter().map(|layer| layer.tool).collect();
    assert_eq!(tools, [Tool::Fly, Tool::Dockerfile]);
    assert_eq!(service.routes.len(), 1, "the image is no route of its own");
    let layer = &route.layers[0];
    assert_eq!(
        (layer.instances.value(), shown(&layer.instances)),
        (Some(&Instances::Count(2)), "min_machines_running = 2")
    );
    assert_eq!((shown(&layer.memory_limit), shown(&layer.health_check)), ("[[vm]] memory", "checks"));
    assert_eq!((layer.rollout.value(), layer.rollout_waits.value()), (Some(&Rollout::Rolling), Some(&true)));
    assert_eq!((&layer.user, &layer.node), (&Setting::Silent, &Setting::Silent), "the image decides");
    assert_eq!(
        route.start.variable("NODE_ENV").map(|set| &set.value),
        Some(&EnvValue::Text("staging".into())),
        "what Fly sets wins over the image"
    );
    let off = one(&[
        ("fly.toml", "app = 'a'\n[deploy]\nstrategy = 'immediate'\n[[restart]]\npolicy = 'never'\n"),
        ("Dockerfile", image),
    ]);
    let layer = &off.routes[0].layers[0];
    assert!(matches!(layer.rollout.value(), Some(Rollout::Interrupts(_))));
    assert_eq!(layer.restart.value(), Some(&Restart::Never));
}

#[test]
fn services_of_render_by_their_folders() {
    let render = "services:\n  - type: web\n    name: ä\n    runtime: node\n    rootDir: apps/api\n    startCommand: node main.js\n    plan: pro\n    envVars: [{ key: NODE_VERSION, value: 22.1.0 }]\n  - type: cron\n    name: job\n    runtime: node\n    startCommand: node server.js\n";
    let services = all(&[
        ("render.yaml", render),
        ("apps/api/package.json", r#"{ "name": "api" }"#),
        ("apps/api/main.js", SERVER),
    ]);
    let api = services.iter().find(|service| service.name == "api").expect("the service of the folder");
    let layer = api.routes[0].outermost().expect("a layer");
    assert_eq!(layer.node.value(), Some(&NodeVersion::Named { major: 22, rest: vec![1, 0] }));
    assert_eq!((layer.memory_limit.value(), shown(&layer.memory_limit)), (Some(&MemoryLimit::Named), "plan: \"pro\""));
    assert_eq!((shown(&layer.instances), shown(&layer.health_check)), ("numInstances", "healthCheckPath"));
    let root = services.iter().find(|service| service.path.is_root()).expect("the root's scripts");
    assert!(root.routes.iter().all(|route| route.kind == RouteKind::NpmStart), "a job is no route");
}

#[test]
fn railway_and_app_engine_start_the_script() {
    let railway =
        one(&[("railway.json", r#"{ "deploy": { "healthcheckPath": "/", "restartPolicyType": "ALWAYS" } }"#)]);
    let layer = railway.routes[0].outermost().expect("a layer");
    assert_eq!((layer.tool, layer.restart.value()), (Tool::Railway, Some(&Restart::Restarts)));
    assert_eq!((shown(&layer.instances), layer.rollout_waits.value()), ("deploy.numReplicas", Some(&true)));
    assert_eq!(railway.entry_points[0].path.as_str(), "server.js");
    let engine = one(&[("app.yaml", "runtime: nodejs20\n")]);
    let layer = engine.routes[0].outermost().expect("a layer");
    assert_eq!((layer.tool, layer.instances.value()), (Tool::AppEngine, Some(&Instances::Many)));
    assert_eq!(layer.node.value(), Some(&NodeVersion::Named { major: 20, rest: vec![] }));
    assert_eq!(shown(&layer.memory_limit), "instance_class");
}

#[test]
fn functions_of_lambda_and_vercel() {
    let yaml = "# ü\nservice: ä\nprovider:\n  name: aws\n  runtime: nodejs22.x\nfunctions:\n  api:\n    handler: src/api.main\n    memorySize: 256\n  gone:\n    handler: src/gone.main\n";
    let service = one(&[("serverless.yml", yaml), ("src/api.ts", "export const main = async () => {};\n")]);
    let layer = service.routes[0].outermost().expect("a layer");
    assert_eq!((layer.tool, layer.instances.value()), (Tool::Lambda, Some(&Instances::Many)));
    assert_eq!(shown(&layer.memory_limit), "memorySize", "not every function sets it");
    assert_eq!(layer.health_check, Setting::Silent);
    assert_eq!(service.nature.serverless.as_ref().map(|place| place.path.as_str()), Some("serverless.yml"));
    let entries: Vec<_> = service.entry_points.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(entries, ["src/api.ts"]);

    let api = "module.exports = (request, response) => response.end();\n";
    let vercel = one(&[("vercel.json", "{}"), ("api/deep/hello.js", api)]);
    assert_eq!(vercel.entry_points[0].path.as_str(), "api/deep/hello.js");
    assert!(vercel.nature.serverless.is_some());
    let rewrites_only = one(&[("vercel.json", r#"{ "rewrites": [] }"#)]);
    assert!(rewrites_only.routes.iter().all(|route| route.kind != RouteKind::Platform));
    assert_eq!(rewrites_only.nature.serverless, None);
}

#[test]
fn what_runs_images_that_the_repository_builds() {
    let image = "FROM node:24\nCOPY . /app\nWORKDIR /app\nUSER node\nCMD [\"node\", \"server.js\"]\n";
    let nomad = "job \"a\" {\n  group \"g\" {\n    task \"ä\" {\n      config { image = \"${registry}/api\" }\n      resources { memory = 512 }\n    }\n  }\n}\n";
    let ecs = r#"{ "containerDefinitions": [{ "name": "api", "image": "x/api", "portMappings": [{}] }] }"#;
    for (path, text, tool) in [
        ("api.nomad.hcl", nomad, Tool::Nomad),
        ("task-definition.json", ecs, Tool::Ecs),
        ("config/deploy.yml", "service: a\nimage: x/a\nservers:\n  - h\n", Tool::Kamal),
        (
            ".nais/prod.yaml",
            "apiVersion: nais.io/v1\nkind: Application\nmetadata:\n  name: a\nspec:\n  image: x/a\n",
            Tool::Nais,
        ),
        (".do/app.yaml", "services:\n- name: a\n  dockerfile_path: Dockerfile\n", Tool::DigitalOcean),
    ] {
        let service = one(&[(path, text), ("Dockerfile", image)]);
        let tools: Vec<_> = service.routes[0].layers.iter().map(|layer| layer.tool).collect();
        assert_eq!((tools, service.routes.len()), (vec![tool, Tool::Dockerfile], 1), "{path}");
        assert_eq!(service.entry_points[0].path.as_str(), "server.js", "{path}");
        assert_eq!(service.routes[0].layers[0].restart.value(), Some(&Restart::Restarts), "{path}");
    }
}
