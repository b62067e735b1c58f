//! What a remedy says, done literally, turns the verdict.

#![allow(clippy::expect_used, reason = "a test without its report should stop")]

mod support;

use prodcheck::model::VerdictName;
use std::collections::BTreeMap;

const ITEMS: [&str; 6] = [
    "use-process-manager",
    "run-multiple-instances",
    "set-memory-limit",
    "configure-boot-persistence",
    "limit-restarts",
    "use-health-checks",
];

fn verdicts(files: &[(&str, &str)]) -> Vec<VerdictName> {
    let mut all: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    all.insert("package.json".into(), br#"{ "name": "api", "scripts": { "start": "node server.js" } }"#.to_vec());
    all.insert("server.js".into(), b"require('node:http').createServer().listen(process.env.PORT);\n".to_vec());
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
    let report = support::run(&all);
    let service = report.services.first().expect("a service");
    ITEMS.iter().map(|id| service.checks.iter().find(|check| check.id == *id).expect("a check").verdict).collect()
}

const DOCKERFILE: (&str, &str) =
    ("Dockerfile", "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n");

#[test]
fn compose() {
    use VerdictName::{Fail, Pass};
    assert_eq!(verdicts(&[DOCKERFILE, ("compose.yaml", "services:\n  api:\n    build: .\n")]), [Fail; 6]);
    let mended = "services:\n  api:\n    build: .\n    restart: unless-stopped\n    deploy:\n      replicas: 2\n      resources:\n        limits:\n          memory: 512M\n      restart_policy:\n        condition: any\n        max_attempts: 5\n        window: 60s\n    healthcheck:\n      test: [\"CMD\", \"curl\", \"--fail\", \"http://localhost:3000/health\"]\n";
    assert_eq!(verdicts(&[DOCKERFILE, ("compose.yaml", mended)]), [Pass; 6]);
}

#[test]
fn oxmgr() {
    use VerdictName::{Fail, Pass, Unverified};
    let bare = "version = 1\n\n[[apps]]\nname = \"api\"\ncommand = \"node server.js\"\nrestart_policy = \"never\"\ncrash_restart_limit = 0\n";
    assert_eq!(verdicts(&[("oxfile.toml", bare)]), [Fail, Fail, Fail, Unverified, Fail, Fail]);
    let mended = "version = 1\n\n[[apps]]\nname = \"api\"\ncommand = \"node server.js\"\nrestart_policy = \"always\"\ncluster_mode = true\nmax_memory_mb = 512\nmax_restarts = 10\nhealth_cmd = \"curl --fail http://localhost:3000/health\"\n";
    assert_eq!(verdicts(&[("oxfile.toml", mended)]), [Pass, Pass, Pass, Unverified, Pass, Pass]);
}

#[test]
fn pm2() {
    use VerdictName::{Fail, Pass, Unverified};
    let bare = r#"{ "apps": [{ "name": "api", "script": "server.js", "autorestart": false }] }"#;
    assert_eq!(verdicts(&[("ecosystem.config.json", bare)]), [Fail, Fail, Fail, Unverified, Fail, Fail]);
    let mended = r#"{ "apps": [{ "name": "api", "script": "server.js", "instances": "max", "max_memory_restart": "512M", "exp_backoff_restart_delay": 100 }] }"#;
    assert_eq!(verdicts(&[("ecosystem.config.json", mended)]), [Pass, Pass, Pass, Unverified, Pass, Fail]);
}

#[test]
fn systemd() {
    use VerdictName::{Fail, Pass};
    let bare = "[Service]\nExecStart=/usr/bin/node /srv/api/server.js\n";
    let before = verdicts(&[("api.service", bare)]);
    assert_eq!([before[0], before[2], before[3]], [Fail; 3]);
    let mended = "[Unit]\nStartLimitIntervalSec=120\nStartLimitBurst=5\n\n[Service]\nExecStart=/usr/bin/node /srv/api/server.js\nRestart=always\nMemoryMax=512M\n\n[Install]\nWantedBy=multi-user.target\n";
    let after = verdicts(&[("api.service", mended)]);
    assert_eq!([after[0], after[2], after[3], after[4]], [Pass; 4]);
}

#[test]
fn fly() {
    use VerdictName::{Fail, Pass};
    let bare = "app = \"api\"\n\n[http_service]\ninternal_port = 8080\n";
    assert_eq!(verdicts(&[DOCKERFILE, ("fly.toml", bare)]), [Pass, Fail, Fail, Pass, Pass, Fail]);
    let mended = format!(
        "{bare}min_machines_running = 2\n\n[[http_service.checks]]\npath = \"/health\"\n\n[[vm]]\nmemory = \"512mb\"\n"
    );
    assert_eq!(verdicts(&[DOCKERFILE, ("fly.toml", &mended)]), [Pass; 6]);
}

#[test]
fn render() {
    use VerdictName::{Fail, Pass};
    let bare = "services:\n  - type: web\n    name: api\n    runtime: node\n    startCommand: node server.js\n";
    assert_eq!(verdicts(&[("render.yaml", bare)]), [Pass, Fail, Fail, Pass, Pass, Fail]);
    let mended = format!("{bare}    numInstances: 2\n    plan: starter\n    healthCheckPath: /health\n");
    assert_eq!(verdicts(&[("render.yaml", &mended)]), [Pass; 6]);
}

#[test]
fn heroku() {
    use VerdictName::{Fail, Pass};
    let procfile = ("Procfile", "web: node server.js\n");
    let bare = r#"{ "name": "api", "formation": { "web": { "quantity": 1 } } }"#;
    assert_eq!(verdicts(&[procfile, ("app.json", bare)]), [Pass, Fail, Fail, Pass, Pass, Fail]);
    let mended = r#"{ "name": "api", "formation": { "web": { "quantity": 2, "size": "standard-1x" } } }"#;
    assert_eq!(verdicts(&[procfile, ("app.json", mended)]), [Pass, Pass, Pass, Pass, Pass, Fail]);
}

#[test]
fn nomad() {
    use VerdictName::{Fail, Pass};
    let job = |group: &str, service: &str, task: &str| {
        format!(
            "job \"api\" {{\n  group \"api\" {{\n    {group}\n    service {{\n      {service}\n    }}\n    task \"api\" {{\n      driver = \"exec\"\n      config {{\n        command = \"node\"\n        args    = [\"server.js\"]\n      }}\n      {task}\n    }}\n  }}\n}}\n"
        )
    };
    let bare = job("", "", "");
    assert_eq!(verdicts(&[("api.nomad", &bare)]), [Pass, Fail, Fail, Pass, Pass, Fail]);
    let check = "check {\n        type = \"http\"\n        path = \"/health\"\n      }";
    let mended = job("count = 2", check, "resources {\n        memory = 512\n      }");
    assert_eq!(verdicts(&[("api.nomad", &mended)]), [Pass; 6]);
}
