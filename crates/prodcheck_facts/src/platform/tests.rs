use super::*;
use crate::given::Given;

fn file(path: &str, text: &str) -> PlatformFile {
    let (file, notes) = read(&path.into(), text);
    assert_eq!(notes, []);
    file.expect("a platform's file")
}

fn one(path: &str, text: &str) -> Deployed {
    let mut deployed = file(path, text).deployed;
    assert_eq!(deployed.len(), 1);
    deployed.remove(0)
}

fn known<T: Clone>(field: &Option<Field<T>>) -> Option<T> {
    field.as_ref().and_then(|field| field.known().cloned())
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("on char boundaries")
}

#[test]
fn process_types_of_a_procfile() {
    let text = "# größe\nweb: node build/äpp.js\nrelease: npm run migrate\nworker: node worker.js\n";
    let deployed = file("apps/api/Procfile", text).deployed;
    let roles: Vec<_> = deployed.iter().map(|process| process.role).collect();
    assert_eq!(roles, [Role::Web, Role::Job, Role::Worker]);
    let Some(Command::Line(line)) = &deployed[0].command else { panic!("a line") };
    assert_eq!(under(text, line.span), "node build/äpp.js");
    assert!(!is_platform_file(&"Procfile.dev".into()));
    assert_eq!(read(&"Procfile".into(), "nothing here\n").0, None);
}

#[test]
fn formation_and_checks_of_app_json() {
    let text = r#"{ "name": "äpi", "env": { "A": "1", "B": { "description": "x" } }, "formation": { "web": { "quantity": 2, "size": "standard-1x" } }, "healthchecks": { "web": [{ "path": "/" }] }, "environments": { "review": {} } }"#;
    let read_file = file("app.json", text);
    let web = &read_file.deployed[0];
    assert_eq!((known(&web.instances), known(&web.memory)), (Some(Scale::Count(2)), Some(Memory::Named)));
    assert_eq!(known(&web.health), Some(true));
    assert_eq!(under(text, web.instances.as_ref().unwrap().span), "\"quantity\": 2");
    assert_eq!(web.environment[1].value, Given::Unknown);
    assert!(read_file.previews.is_some() && read_file.template);
    assert_eq!(read(&"app.json".into(), r#"{ "expo": { "name": "x" }, "env": {} }"#).0, None);
    assert_eq!(read(&"app.json".into(), r#"{ "name": "x", "displayName": "X" }"#).0, None);
}

#[test]
fn processes_of_fly() {
    let text = "# größe\napp = 'äpi'\n[build]\ndockerfile = 'docker/Dockerfile'\n[processes]\nweb = 'node server.js'\nqueue = 'node queue.js'\n[http_service]\ninternal_port = 3000\nmin_machines_running = 2\nprocesses = ['web']\n[[http_service.checks]]\npath = '/health'\n[[vm]]\nmemory = '1gb'\nprocesses = ['web']\n[[vm]]\nsize = 'shared-cpu-1x'\n[[restart]]\npolicy = 'never'\nprocesses = ['queue']\n[deploy]\nstrategy = 'immediate'\n[env]\nNODE_ENV = 'production'\n";
    let deployed = file("fly.toml", text).deployed;
    let [web, queue] = deployed.as_slice() else { panic!("two processes") };
    assert_eq!((web.role, queue.role), (Role::Web, Role::Worker));
    assert_eq!((known(&web.instances), known(&queue.instances)), (Some(Scale::Count(2)), None));
    assert_eq!((known(&web.memory), known(&queue.memory)), (Some(Memory::Bytes(1 << 30)), Some(Memory::Named)));
    assert_eq!((known(&web.health), known(&web.restarts), known(&queue.restarts)), (Some(true), None, Some(false)));
    assert_eq!(known(&web.replaced), Some(Replaced::AtOnce));
    assert_eq!(under(text, web.instances.as_ref().unwrap().span), "min_machines_running = 2");
    assert!(matches!(&web.made, Made::Dockerfile { path: Some(path), .. } if path.value == "docker/Dockerfile"));
}

#[test]
fn services_of_render() {
    let text = "# größe\nservices:\n  - type: web\n    name: äpi\n    runtime: node\n    rootDir: apps/api\n    buildCommand: npm ci\n    startCommand: npm start\n    plan: standard\n    numInstances: 3\n    healthCheckPath: /health\n    envVars:\n      - key: NODE_VERSION\n        value: 22.1.0\n      - key: SECRET\n        sync: false\n  - type: web\n    runtime: static\n    name: site\n  - type: redis\n    name: cache\n  - type: cron\n    name: job\n    env: docker\npreviews:\n  generation: automatic\n";
    let read_file = file("render.yaml", text);
    let roles: Vec<_> = read_file.deployed.iter().map(|service| service.role).collect();
    assert_eq!(roles, [Role::Web, Role::Static, Role::Job]);
    let web = &read_file.deployed[0];
    assert_eq!((known(&web.instances), known(&web.memory)), (Some(Scale::Count(3)), Some(Memory::Named)));
    assert_eq!((known(&web.node).as_deref(), known(&web.health)), (Some("22.1.0"), Some(true)));
    assert_eq!(under(text, web.span), "name: äpi");
    assert!(read_file.previews.is_some());
    assert!(!is_platform_file(&"docs/render.yaml".into()));
}

#[test]
fn the_service_of_railway() {
    let json = r#"{ "$schema": "https://railway.app/railway.schema.json", "build": { "builder": "DOCKERFILE" }, "deploy": { "numReplicas": 2, "healthcheckPath": "/ü", "restartPolicyType": "NEVER", "restartPolicyMaxRetries": 5, "limitOverride": { "containers": { "memoryBytes": 1000 } } } }"#;
    let service = one("railway.json", json);
    assert_eq!((known(&service.instances), known(&service.restarts)), (Some(Scale::Count(2)), Some(false)));
    assert_eq!((known(&service.memory), known(&service.retries)), (Some(Memory::Bytes(1000)), Some(5)));
    assert!(matches!(service.made, Made::Dockerfile { path: None, .. }));
    let toml = "[deploy]\nstartCommand = \"node ü.js\"\n[deploy.multiRegionConfig.a]\nnumReplicas = 1\n[deploy.multiRegionConfig.b]\nnumReplicas = 2\n";
    let service = one("railway.toml", toml);
    assert_eq!(known(&service.instances), Some(Scale::Count(3)));
    assert_eq!(one("railway.toml", "[deploy]\ncronSchedule = \"0 * * * *\"\n").role, Role::Job);
    assert_eq!(read(&"railway.json".into(), "{ \"lines\": [] }").0, None);
}

#[test]
fn the_service_of_app_engine() {
    let text = "# größe\nruntime: nodejs20\nservice: äpi\ninstance_class: F2\nautomatic_scaling:\n  min_instances: 1\nenv_variables:\n  A: 'x'\n";
    let service = one("app.yaml", text);
    assert_eq!((known(&service.node).as_deref(), known(&service.memory)), (Some("20"), Some(Memory::Named)));
    assert_eq!(known(&service.instances), Some(Scale::Automatic));
    let flex = one(
        "app.yaml",
        "runtime: nodejs\nenv: flex\nresources:\n  memory_gb: 0.5\nmanual_scaling:\n  instances: 1\nliveness_check:\n  path: /x\n",
    );
    assert_eq!((known(&flex.memory), known(&flex.health)), (Some(Memory::Bytes(1 << 29)), Some(true)));
    assert_eq!((flex.node, known(&flex.instances)), (None, Some(Scale::Count(1))));
    for other in ["runtime: python312\n", "name: spec\nservices: []\n", "apiVersion: v1\nkind: Service\n", "- a\n", ""]
    {
        assert_eq!(read(&"app.yaml".into(), other).0, None, "{other}");
    }
}

#[test]
fn a_task_of_ecs() {
    let text = r#"{ "family": "ä", "memory": "512", "containerDefinitions": [{ "name": "log", "image": "fluentbit" }, { "name": "äpi", "image": "x/api:1", "portMappings": [{}], "command": ["node", "a.js"], "environment": [{ "name": "NODE_ENV", "value": "production" }], "healthCheck": {}, "user": "node", "ulimits": [{ "name": "nofile", "softLimit": 65536 }] }] }"#;
    let task = one("deploy/task-definition.json", text);
    assert_eq!(under(text, task.span), "\"äpi\"");
    assert_eq!((known(&task.memory), known(&task.health)), (Some(Memory::Bytes(512 << 20)), Some(true)));
    assert_eq!((known(&task.user).as_deref(), known(&task.open_files)), (Some("node"), Some(65536)));
    assert_eq!(task.environment[0].value, Given::Known("production".into()));
    assert_eq!(read(&"taskdef.json".into(), "{ \"a\": 1 }").0, None);
}

#[test]
fn applications_of_cloud_foundry_and_nais() {
    let cloud = one(
        "manifest.yml",
        "# ü\napplications:\n- name: äpi\n  memory: 512M\n  instances: 2\n  command: node a.js\n  health-check-type: process\n  env:\n    A: 1\n",
    );
    assert_eq!(
        (known(&cloud.memory), known(&cloud.instances)),
        (Some(Memory::Bytes(512 << 20)), Some(Scale::Count(2)))
    );
    assert_eq!(known(&cloud.health), Some(false));
    assert_eq!(read(&"manifest.yml".into(), "name: extension\n").0, None);
    let nais = one(
        ".nais/prod.yaml",
        "apiVersion: nais.io/v1alpha1\nkind: Application\nmetadata:\n  name: äpi\nspec:\n  image: {{image}}\n  replicas:\n    min: 2\n  liveness:\n    path: /\n  resources:\n    limits:\n      memory: 512Mi\n",
    );
    assert_eq!((known(&nais.memory), known(&nais.instances)), (Some(Memory::Bytes(512 << 20)), Some(Scale::Count(2))));
    assert_eq!(known(&nais.health), Some(true));
    assert_eq!(read(&"nais.yaml".into(), "apiVersion: v1\nkind: Service\n").0, None);
}

#[test]
fn components_of_digital_ocean() {
    let text = "# ü\nspec:\n  services:\n  - name: äpi\n    source_dir: api\n    run_command: node a.js\n    instance_count: 2\n    instance_size_slug: basic-xs\n    envs:\n    - key: A\n      value: b\n  static_sites:\n  - name: web\n";
    let template = file(".do/deploy.template.yaml", text);
    assert!(template.template);
    let [service, site] = template.deployed.as_slice() else { panic!("two components") };
    assert_eq!((service.role, site.role), (Role::Web, Role::Static));
    assert_eq!((known(&service.instances), known(&service.memory)), (Some(Scale::Count(2)), Some(Memory::Named)));
    assert!(!file(".do/app.yaml", text).template);
}

#[test]
fn roles_of_kamal_and_tasks_of_nomad() {
    let text = "# ü\nservice: äpi\nimage: x/api\nservers:\n  web:\n    hosts: [a, b]\n    options:\n      memory: 512m\n  job:\n    hosts: [c]\n    cmd: node job.js\nproxy:\n  healthcheck:\n    path: /up\n";
    let kamal = file("config/deploy.yml", text).deployed;
    assert_eq!(
        (known(&kamal[0].instances), known(&kamal[0].memory)),
        (Some(Scale::Count(2)), Some(Memory::Bytes(512 << 20)))
    );
    assert_eq!((kamal[1].role, kamal[1].command.is_some()), (Role::Worker, true));
    assert_eq!(known(&one("config/deploy.yml", "service: a\nservers:\n  - x\n").instances), Some(Scale::Count(1)));
    let nomad = "# ü\njob \"äpi\" {\n  group \"g\" {\n    count = 2\n    update { max_parallel = 1 }\n    service {\n      check { type = \"http\" }\n    }\n    task \"server\" {\n      driver = \"docker\"\n      config { image = \"x/api:1\" }\n      env { NODE_ENV = \"production\" }\n      resources { memory = 512 }\n    }\n  }\n}\njob \"b\" {\n  type = \"batch\"\n  group \"g\" {\n    task \"t\" {}\n  }\n}\n";
    let task = one("api.nomad.hcl", nomad);
    assert_eq!((known(&task.instances), known(&task.memory)), (Some(Scale::Count(2)), Some(Memory::Bytes(512 << 20))));
    assert_eq!((known(&task.health), known(&task.replaced)), (Some(true), Some(Replaced::Rolling)));
    assert_eq!(task.environment.len(), 1);
}

#[test]
fn modules_of_functions() {
    let modules = |deployed: &Deployed| match &deployed.command {
        Some(Command::Modules(modules)) => modules.iter().map(|module| module.value.clone()).collect::<Vec<_>>(),
        _ => panic!("modules"),
    };
    let text = "# ü\nservice: äpi\nprovider:\n  name: aws\n  runtime: nodejs22.x\n  memorySize: 256\nfunctions:\n  a:\n    handler: src/a.main\n  b:\n    handler: src/b.main\n";
    let service = one("serverless.yml", text);
    assert_eq!(modules(&service), ["src/a", "src/b"]);
    assert_eq!(
        (known(&service.memory), known(&service.node).as_deref()),
        (Some(Memory::Bytes(256 << 20)), Some("22.x"))
    );
    assert_eq!(read(&"serverless.yml".into(), "provider:\n  runtime: python3.12\nfunctions: {}\n").0, None);
    let sam = "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Runtime: nodejs20.x\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: api/\n      Handler: app.handler\n      MemorySize: 128\n";
    let template = one("template.yaml", sam);
    assert_eq!(
        (modules(&template), known(&template.memory)),
        (vec!["api/app".to_owned()], Some(Memory::Bytes(128 << 20)))
    );
    assert_eq!(read(&"template.yaml".into(), "kind: Template\n").0, None);
    let vercel = one(
        "vercel.json",
        r#"{ "builds": [{ "src": "ä.js", "use": "@vercel/node" }, { "src": "x", "use": "@vercel/static" }] }"#,
    );
    assert_eq!(modules(&vercel), ["ä.js"]);
    assert!(modules(&one("vercel.json", "{}")).contains(&"api/**/*.ts".to_owned()));
    assert!(modules(&one("netlify.toml", "[functions]\ndirectory = 'fns/'\n")).contains(&"fns/**/*.js".to_owned()));
}

#[test]
fn broken_files_never_panic() {
    for name in [
        "Procfile",
        "app.json",
        "fly.toml",
        "render.yaml",
        "railway.json",
        "railway.toml",
        "app.yaml",
        "task-definition.json",
        "manifest.yml",
        "nais.yaml",
        ".do/app.yaml",
        "config/deploy.yml",
        "api.nomad.hcl",
        "serverless.yml",
        "template.yaml",
        "vercel.json",
        "netlify.toml",
    ] {
        for text in
            ["{", "[[", "web: \"é", "services: [ {", "a = ", "\u{feff}é", "[vm]\nmemory = [1]\n[[restart]]", "- - -"]
        {
            let _ = read(&name.into(), text);
        }
    }
    let many = format!("[processes]\n{}", (0..2_000).map(|at| format!("p{at} = 'node a.js'\n")).collect::<String>());
    assert_eq!(file("fly.toml", &many).deployed.len(), MOST);
}

#[test]
fn applications_of_nais_that_are_templates() {
    let text = "# größe\napiVersion: nais.io/v1alpha1\nkind: Application\nmetadata:\n  name: {{name}}\nspec:\n  image: {{image}}\n  ingresses:\n  {{#each ingresses as |url|}}\n    - {{url}}\n  {{/each}}\n  liveness: { path: '{{base}}/alive' }\n  resources: { limits: { memory: {{memory}} } }\n  env:\n    - { name: NODE_ENV, value: production }\n    - { name: STAGE, value: '{{stage}}' }\n";
    let (file, notes) = read(&".nais/app.yml".into(), text);
    let deployed = file.expect("an application").deployed.remove(0);
    assert!(notes.is_empty(), "{notes:?}");
    assert!(deployed.name.is_none() && deployed.made == Made::Image(None));
    assert!(deployed.health.is_some());
    assert_eq!(deployed.memory.expect("a limit").value, Given::Unknown);
    let values: Vec<_> = deployed.environment.iter().map(|variable| variable.value.clone()).collect();
    assert_eq!(values, [Given::Known("production".to_owned()), Given::Unknown]);
}

#[test]
fn web_apps_of_azure() {
    let text = r#"{ "größe": 1, "resources": [
      { "type": "Microsoft.Web/serverfarms", "sku": { "name": "P1v3", "capacity": 2 } },
      { "type": "Microsoft.Web/sites", "properties": { "siteConfig": {
        "linuxFxVersion": "NODE|24-lts", "appCommandLine": "node server.js", "healthCheckPath": "/health",
        "appSettings": [{ "name": "NODE_ENV", "value": "production" }] } } } ] }"#;
    let deployed = one("azuredeploy.json", text);
    assert_eq!(known(&deployed.instances), Some(Scale::Count(2)));
    assert_eq!(known(&deployed.memory), Some(Memory::Named));
    assert_eq!(known(&deployed.health), Some(true));
    assert_eq!(known(&deployed.node).as_deref(), Some("24-lts"));
    assert_eq!(deployed.environment.len(), 1);
    assert!(read(&"azuredeploy.json".into(), r#"{ "resources": [] }"#).0.is_none());
}

#[test]
fn the_script_of_iisnode() {
    let text = "<!-- größe -->\n<handlers>\n <add name=\"iisnode\" path=\"bin/server.js\" verb=\"*\" modules=\"iisnode\"/>\n</handlers>\n";
    let deployed = one("web.config", text);
    let Some(Command::Words(words)) = &deployed.command else { panic!("{deployed:?}") };
    assert_eq!(words.iter().map(|word| word.value.as_str()).collect::<Vec<_>>(), ["node", "bin/server.js"]);
    assert_eq!(under(text, words[1].span), "bin/server.js");
    assert!(read(&"web.config".into(), "<configuration><system.web/></configuration>").0.is_none());
    let kudu = one(".deployment", "[config]\nproject = größe\n");
    assert_eq!(kudu.folder.map(|folder| folder.value).as_deref(), Some("größe"));
}

#[test]
fn container_apps_and_copilot() {
    let text = "name: api\nproperties:\n  configuration: { ingress: { external: true } }\n  template:\n    containers:\n      - name: api\n        image: acme.azurecr.io/api\n        resources: { memory: 1Gi }\n        probes: [{ type: Liveness }]\n    scale: { minReplicas: 2 }\n";
    let deployed = one("containerapp.yaml", text);
    assert_eq!(known(&deployed.instances), Some(Scale::Count(2)));
    assert_eq!(known(&deployed.memory), Some(Memory::Bytes(1 << 30)));
    assert_eq!((known(&deployed.health), deployed.role), (Some(true), Role::Web));
    let text = "name: api\ntype: Load Balanced Web Service\nimage: { build: api/Dockerfile }\nhttp: { path: /, healthcheck: /health }\nmemory: 512\ncount: 1\nvariables: { NODE_ENV: production }\nenvironments:\n  production: { count: { range: 2-10 } }\n";
    let deployed = one("copilot/api/manifest.yml", text);
    assert_eq!(known(&deployed.instances), Some(Scale::Automatic));
    assert_eq!(known(&deployed.memory), Some(Memory::Bytes(512 << 20)));
    assert_eq!(known(&deployed.health), Some(true));
    assert!(matches!(&deployed.made, Made::Dockerfile { path: Some(path), .. } if path.value == "api/Dockerfile"));
}

#[test]
fn workers_and_images_of_heroku() {
    let deployed =
        one("wrangler.toml", "# größe\nname = \"api\"\nmain = \"./src/index.ts\"\n[vars]\nNODE_ENV = \"production\"\n");
    assert!(matches!(&deployed.command, Some(Command::Modules(modules)) if modules[0].value == "src/index"));
    assert!(read(&"wrangler.toml".into(), "name = \"site\"\n[assets]\ndirectory = \"dist\"\n").0.is_none());
    let heroku = file(
        "heroku.yml",
        "build:\n  docker: { web: api/Dockerfile }\nrun:\n  web: node server.js\n  worker: { command: [node worker.js], image: web }\n",
    );
    assert_eq!(heroku.deployed.len(), 2);
    assert!(
        heroku.deployed.iter().all(
            |one| matches!(&one.made, Made::Dockerfile { path: Some(path), .. } if path.value == "api/Dockerfile")
        )
    );
}

#[test]
fn restarts_of_nomad() {
    let job = |restart: &str| {
        let text = format!(
            "job \"api\" {{\n  group \"web\" {{\n{restart}\n    task \"server\" {{\n      driver = \"docker\"\n    }}\n  }}\n}}\n"
        );
        one("api.nomad", &text)
    };
    let few = job("    restart {\n      attempts = 3\n    }");
    assert_eq!((known(&few.retries), few.restarts), (Some(3), None));
    let never = job(
        "    restart {\n      attempts = 0\n    }\n    reschedule {\n      attempts = 0\n      unlimited = false\n    }",
    );
    assert_eq!(known(&never.restarts), Some(false));
}
