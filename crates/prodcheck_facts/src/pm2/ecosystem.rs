//! Reads ecosystem files: the tree of a JSON or YAML file, or what a JavaScript one exports.

use super::{
    ExecMode, OxmgrKeys, Pm2App, Pm2Deploy, Pm2Environment, Pm2File, Pm2Instances,
    values::{self, arguments},
};
use crate::given::{self, Field, Given, Keys, Variable};
use crate::oxmgr::RestartPolicy;
use prodcheck_formats::javascript::{self, Dialect, Environment};
use prodcheck_formats::value::{Entry, Node, Object, Unknown, Value};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// Whether PM2's users give files this name: what PM2's own commands write or default to, and the usual variants.
pub fn is_ecosystem(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let data = matches!(extension, "json" | "json5" | "yaml" | "yml");
    let code = matches!(extension, "js" | "cjs" | "mjs" | "ts" | "cts" | "mts");
    let parts: Vec<&str> = stem.split(['.', '-', '_']).collect();
    let has = |part: &str| parts.contains(&part);
    let pm2 = has("ecosystem") || has("pm2");
    match parts.as_slice() {
        ["process" | "processes"] => data,
        ["process" | "processes", "config"] => data || code,
        _ => pm2 && (data || code && (has("config") || has("ecosystem"))),
    }
}

/// Whether PM2 would take the file for a configuration where a command names it: `server.config.js`, `prod.json`.
pub fn may_be_ecosystem(path: &RepoPath) -> bool {
    super::command::is_configuration(path.name()) && path.name() != "package.json"
}

/// Reads a file by the syntax that its name says, and notes what that syntax does not allow; `None` where it declares
/// nothing to PM2.
pub fn read_file(path: &RepoPath, text: &str) -> (Option<Pm2File>, Vec<Note>) {
    let named = is_ecosystem(path);
    match path.extension().map(str::to_ascii_lowercase).as_deref() {
        // PM2 evaluates JSON as JavaScript, so comments and trailing commas are fine.
        Some("json" | "json5") => {
            let parsed = prodcheck_formats::json::parse(text);
            (read(&parsed.tree, named), parsed.notes)
        }
        Some("yaml" | "yml") => {
            let parsed = prodcheck_formats::yaml::parse(text);
            (parsed.tree.first().and_then(|document| read(document, named)), parsed.notes)
        }
        _ => match Dialect::of(path.as_str()).filter(|_| named || text.contains("apps") || text.contains("pm2")) {
            Some(dialect) => {
                let parsed = javascript::parse(text, dialect);
                let exported = javascript::exported(&parsed.tree, &Environment::default());
                (exported.and_then(|tree| read(&tree, named)), parsed.notes)
            }
            None => (None, Vec::new()),
        },
    }
}

/// Reads a tree; `None` where it declares nothing to PM2. A file of another name (`named` is false) must say `apps` or
/// `pm2`; one that is named like an ecosystem file may also be the list, or the one application, itself.
pub fn read(tree: &Node, named: bool) -> Option<Pm2File> {
    let listed = ["apps", "pm2"].iter().find_map(|key| tree.entry(key));
    let (apps, fallback) = match listed {
        Some(entry) => (&entry.value, entry.key_span),
        None if named => (tree, Span::at(tree.span.start as usize)),
        None => return None,
    };
    let mut file = Pm2File { deploys: tree.get("deploy").map(deploys).unwrap_or_default(), ..Pm2File::default() };
    match &apps.value {
        Value::Array(items) => {
            for item in items {
                match &item.value {
                    Value::Object(object) if is_app(object) => file.apps.push(app(object, item.span, fallback)),
                    Value::Unknown(_) => file.open = true,
                    _ => {}
                }
            }
        }
        Value::Object(object) if is_app(object) => file.apps.push(app(object, apps.span, fallback)),
        Value::Unknown(_) => file.open = named,
        _ => {}
    }
    let says_something = !file.apps.is_empty() || file.open || !file.deploys.is_empty();
    says_something.then_some(file)
}

const SCRIPT: &[&str] = &["script", "exec", "cmd", "command"];

/// Whether a mapping is an application: it says what to run, or may do so where it could not be read.
fn is_app(object: &Object) -> bool {
    let keys = Keys::of(object);
    match keys.entry(SCRIPT) {
        Some(entry) => entry.value.is_unknown() || entry.value.as_str().is_some(),
        None => object.open && keys.entry(&["name", "instances", "exec_mode", "autorestart"]).is_some(),
    }
}

fn app(object: &Object, span: Span, fallback: Span) -> Pm2App {
    let keys = Pm2Keys(Keys::of(object));
    let first_line = if span.is_empty() { fallback } else { Span::at(span.start as usize) };
    let place = keys.0.entry(&["name"]).or_else(|| keys.0.entry(SCRIPT)).map_or(first_line, given::entry_span);
    let node = |names: &[&str]| keys.entry(names).map(|entry| &entry.value);
    Pm2App {
        name: keys.text(&["name"]),
        place,
        open: object.open,
        script: keys.0.text(SCRIPT),
        args: node(&["args"]).map(arguments).unwrap_or_default(),
        cwd: keys.text(&["cwd"]),
        interpreter: keys.text(&["exec_interpreter", "interpreter"]),
        node_args: node(&["node_args", "interpreter_args"]).map(arguments).unwrap_or_default(),
        instances: keys.entry(&["instances"]).map(instances),
        exec_mode: keys.text(&["exec_mode"]).map(|field| field.and_then(|text| values::exec_mode(&text))),
        max_memory_restart: keys.field(&["max_memory_restart"], size),
        autorestart: keys.flag(&["autorestart"]),
        stop_exit_codes: keys.field(&["stop_exit_codes"], exit_codes),
        max_restarts: keys.number(&["max_restarts"]),
        min_uptime: keys.field(&["min_uptime"], uptime),
        restart_delay: keys.number(&["restart_delay"]),
        exp_backoff_restart_delay: keys.number(&["exp_backoff_restart_delay"]),
        cron_restart: keys.field(&["cron_restart", "cron"], Node::to_text),
        kill_timeout: keys.number(&["kill_timeout"]),
        wait_ready: keys.flag(&["wait_ready"]),
        listen_timeout: keys.number(&["listen_timeout"]),
        shutdown_with_message: keys.flag(&["shutdown_with_message"]),
        watch: keys.field(&["watch"], values::watch),
        env: environment(object),
        environments: environments(object),
        user: keys.field(&["uid", "user"], Node::to_text),
        log_files: log_files(keys),
        disable_logs: keys.flag(&["disable_logs"]),
        source_map_support: keys.flag(&["source_map_support"]),
        oxmgr: oxmgr(keys.0),
    }
}

/// PM2 takes each of its keys in camel case as well.
#[derive(Clone, Copy)]
struct Pm2Keys<'a>(Keys<'a>);

impl<'a> Pm2Keys<'a> {
    fn entry(self, names: &[&str]) -> Option<&'a Entry> {
        let camel: Vec<String> = names.iter().map(|name| camel_case(name)).collect();
        let all: Vec<&str> = names.iter().copied().chain(camel.iter().map(String::as_str)).collect();
        self.0.entry(&all)
    }

    fn field<T>(self, names: &[&str], read: impl FnOnce(&Node) -> Option<T>) -> Option<Field<T>> {
        self.entry(names).map(|entry| Field::of(entry, entry.key.clone(), read))
    }

    fn text(self, names: &[&str]) -> Option<Field<String>> {
        self.field(names, |node| node.as_str().map(str::to_owned))
    }

    fn flag(self, names: &[&str]) -> Option<Field<bool>> {
        self.field(names, Node::as_bool)
    }

    fn number(self, names: &[&str]) -> Option<Field<u64>> {
        self.field(names, number)
    }
}

fn camel_case(key: &str) -> String {
    let mut parts = key.split('_');
    let mut camel = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let mut characters = part.chars();
        camel.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(characters.as_str());
    }
    camel
}

/// A number from 0 on, or text that spells one; fractions are cut off.
fn number(node: &Node) -> Option<u64> {
    match &node.value {
        Value::Number { value, .. } => given::whole_number(node).or_else(|| (*value >= 0.0).then_some(*value as u64)),
        Value::String(text) => values::unsigned(text.trim()),
        _ => None,
    }
}

fn size(node: &Node) -> Option<u64> {
    node.as_str().map_or_else(|| number(node), values::size)
}

fn uptime(node: &Node) -> Option<u64> {
    node.as_str().map_or_else(|| number(node).filter(|number| *number >= 100), values::uptime)
}

fn instances(entry: &Entry) -> Field<Pm2Instances> {
    let mut field = Field::of(entry, entry.key.clone(), |node| match &node.value {
        Value::Number { value, .. } => Some(values::instances_number(*value)),
        Value::String(text) => Some(values::instances_text(text)),
        _ => None,
    });
    if entry.value.value == Value::Unknown(Unknown::ProcessorCount) {
        field.value = Given::Known(Pm2Instances::PerProcessor);
    }
    field
}

fn exit_codes(node: &Node) -> Option<Vec<i64>> {
    let code = |node: &Node| node.to_text()?.trim().parse().ok();
    match &node.value {
        Value::Array(items) => Some(items.iter().filter_map(code).collect()),
        _ => code(node).map(|code| vec![code]),
    }
}

fn environment_of(node: &Node) -> Pm2Environment {
    Pm2Environment {
        variables: given::variables(node),
        open: node.is_unknown() || node.as_object().is_some_and(|object| object.open),
    }
}

fn environment(object: &Object) -> Pm2Environment {
    let mut environment = object.get("env").map(environment_of).unwrap_or_default();
    // PM2 overwrites `env.PORT` with `port`.
    if let Some(port) = object.entry("port").filter(|entry| !entry.value.is_null()) {
        let value = if port.value.is_unknown() {
            Given::Unknown
        } else {
            port.value.to_text().map_or(Given::Wrong, Given::Known)
        };
        environment.variables.push(Variable { name: "PORT".to_owned(), value, span: given::entry_span(port) });
    }
    environment
}

fn environments(object: &Object) -> Vec<(Spanned<String>, Pm2Environment)> {
    object
        .effective()
        .filter_map(|entry| {
            let name = entry.key.strip_prefix("env_").filter(|name| !name.is_empty())?;
            Some((Spanned::new(name.to_owned(), entry.key_span), environment_of(&entry.value)))
        })
        .collect()
}

fn log_files(keys: Pm2Keys<'_>) -> Vec<Field<String>> {
    let kinds: [&[&str]; 3] = [
        &["out_file", "out", "output", "out_log"],
        &["error_file", "error", "err", "err_file", "err_log"],
        &["log_file", "log"],
    ];
    kinds.iter().filter_map(|names| keys.text(names)).collect()
}

fn oxmgr(keys: Keys<'_>) -> OxmgrKeys {
    let policy = |text: String| match text.as_str() {
        "always" => Some(RestartPolicy::Always),
        "on_failure" => Some(RestartPolicy::OnFailure),
        "never" => Some(RestartPolicy::Never),
        _ => None,
    };
    let health = keys.entry(&["health"]).and_then(|entry| entry.value.as_object());
    OxmgrKeys {
        restart_policy: keys.text(&["restart_policy"]).map(|field| field.and_then(policy)),
        crash_restart_limit: keys.count(&["crash_restart_limit"]),
        health_cmd: health
            .and_then(|object| Keys::nested(object, "health.").text(&["cmd"]))
            .or_else(|| keys.text(&["health_cmd"])),
        cluster_mode: keys.flag(&["cluster_mode"]),
        cluster_instances: keys.count(&["cluster_instances"]),
        max_memory_mb: keys.count(&["max_memory_mb"]),
    }
}

fn deploys(node: &Node) -> Vec<Pm2Deploy> {
    let one = |entry: &Entry| {
        let object = entry.value.as_object()?;
        let keys = Keys::of(object);
        let hosts = object.get("host").map(|host| match &host.value {
            Value::Array(items) => items.iter().filter_map(given::spanned_text).collect(),
            _ => given::spanned_text(host).into_iter().collect(),
        });
        let is_command = |key: &str| key.starts_with("pre-") || key.starts_with("post-");
        let commands = object.effective().filter(|entry| is_command(&entry.key));
        Some(Pm2Deploy {
            name: Spanned::new(entry.key.clone(), entry.key_span),
            user: keys.text(&["user"]),
            hosts: hosts.unwrap_or_default(),
            commands: commands
                .map(|entry| Field::of(entry, entry.key.clone(), |node| node.as_str().map(str::to_owned)))
                .collect(),
            env: object.get("env").map(environment_of).unwrap_or_default(),
        })
    };
    node.entries().filter_map(one).collect()
}

/// The mode in which the instances are started, by PM2's own rule: a number of instances makes it a cluster.
pub(super) fn effective_mode(app: &Pm2App) -> Option<ExecMode> {
    match &app.exec_mode {
        Some(field) => field.known().copied(),
        None => {
            let node = app.interpreter.as_ref().is_none_or(|field| {
                field.known().is_some_and(|program| {
                    let name = program.rsplit('/').next().unwrap_or(program);
                    name.ends_with("node") || name.ends_with("bun")
                })
            });
            Some(if app.instances.is_some() && node { ExecMode::Cluster } else { ExecMode::Fork })
        }
    }
}

impl Pm2App {
    /// The mode that it runs in; `None` where that is not known.
    pub fn mode(&self) -> Option<ExecMode> {
        effective_mode(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str, named: bool) -> Option<Pm2File> {
        let parsed = prodcheck_formats::json::parse(text);
        assert_eq!(parsed.notes, []);
        read(&parsed.tree, named)
    }

    fn one(text: &str) -> Pm2App {
        let mut file = json(text, true).expect("applications");
        assert_eq!(file.apps.len(), 1);
        file.apps.remove(0)
    }

    fn under(text: &str, span: Span) -> &str {
        text.get(span.range()).expect("a place in the text")
    }

    #[test]
    fn reads_an_application() {
        let text = r#"{ "apps": [{
          "name": "äpi 😀", "script": "./dist/server.js", "cwd": "apps/api", "args": ["--port", 80],
          "node_args": "--max-old-space-size=512 --enable-source-maps", "interpreter": "node@22.1.0",
          "instances": "max", "exec_mode": "cluster", "max_memory_restart": "1G", "autorestart": false,
          "max_restarts": "10", "min_uptime": "10s", "exp_backoff_restart_delay": 100, "kill_timeout": 5000,
          "wait_ready": true, "watch": ["src"], "uid": 1000, "out": "logs/out.log", "err_file": "logs/err.log",
          "stop_exit_codes": [0, "1"], "cron": "0 3 * * *", "port": 8080,
          "env": { "NODE_ENV": "development", "PORT": 3000, "X": null, "Y": { "a": 1 } },
          "env_production": { "NODE_ENV": "production" }
        }], "deploy": { "production": { "user": "deploy", "host": ["a", "b"], "post-deploy": "npm ci" } } }"#;
        let app = one(text);
        assert_eq!(under(text, app.place), r#""name": "äpi 😀""#);
        assert_eq!(app.script.as_ref().and_then(Field::known).map(String::as_str), Some("./dist/server.js"));
        let texts = |words: &[Spanned<Option<String>>]| -> Vec<String> {
            words.iter().filter_map(|word| word.value.clone()).collect()
        };
        assert_eq!(texts(&app.args), ["--port", "80"]);
        assert_eq!(texts(&app.node_args), ["--max-old-space-size=512", "--enable-source-maps"]);
        let instances = app.instances.as_ref().expect("set");
        assert_eq!(
            (instances.known(), under(text, instances.span)),
            (Some(&Pm2Instances::PerProcessor), r#""instances": "max""#)
        );
        assert_eq!(app.mode(), Some(ExecMode::Cluster));
        assert_eq!(app.max_memory_restart.as_ref().and_then(Field::known), Some(&(1 << 30)));
        assert_eq!(app.autorestart.as_ref().and_then(Field::known), Some(&false));
        assert_eq!(app.max_restarts.as_ref().and_then(Field::known), Some(&10));
        assert_eq!(app.min_uptime.as_ref().and_then(Field::known), Some(&10_000));
        assert_eq!(app.watch.as_ref().and_then(Field::known), Some(&true));
        assert_eq!(app.user.as_ref().and_then(Field::known).map(String::as_str), Some("1000"));
        assert_eq!(app.log_files.len(), 2);
        assert_eq!(app.stop_exit_codes.as_ref().and_then(Field::known), Some(&vec![0, 1]));
        assert_eq!(app.cron_restart.as_ref().map(|field| field.key.as_str()), Some("cron"));
        let variables: Vec<(&str, Option<&str>)> = app
            .env
            .variables
            .iter()
            .map(|set| {
                (set.name.as_str(), if let Given::Known(value) = &set.value { Some(value.as_str()) } else { None })
            })
            .collect();
        assert_eq!(
            variables,
            [("NODE_ENV", Some("development")), ("PORT", Some("3000")), ("Y", None), ("PORT", Some("8080"))]
        );
        assert_eq!(app.environments[0].0.value, "production");
        let file = json(text, true).expect("applications");
        assert_eq!(file.deploys[0].hosts.len(), 2);
        assert_eq!(file.deploys[0].commands[0].key, "post-deploy");
    }

    #[test]
    fn takes_keys_in_camel_case_and_by_their_other_names() {
        let app = one(
            r#"{ "apps": { "exec": "a.js", "maxMemoryRestart": "50M", "interpreterArgs": ["-r", "x"], "execMode": "fork" } }"#,
        );
        assert!(app.script.is_some() && app.max_memory_restart.is_some());
        assert_eq!((app.node_args.len(), app.mode()), (2, Some(ExecMode::Fork)));
    }

    #[test]
    fn a_number_of_instances_makes_a_cluster_of_node() {
        assert_eq!(one(r#"{"script": "a.js", "instances": 2}"#).mode(), Some(ExecMode::Cluster));
        assert_eq!(one(r#"{"script": "a.js"}"#).mode(), Some(ExecMode::Fork));
        assert_eq!(one(r#"{"script": "a.py", "interpreter": "python3", "instances": 2}"#).mode(), Some(ExecMode::Fork));
    }

    #[test]
    fn the_list_or_the_application_may_be_the_file_itself_where_its_name_says_so() {
        for text in [r#"[{"script": "a.js"}]"#, r#"{"name": "a", "script": "a.js"}"#] {
            assert_eq!(json(text, true).map(|file| file.apps.len()), Some(1), "{text}");
            assert_eq!(json(text, false), None, "{text}");
        }
        assert!(json(r#"{"pm2": [{"script": "a.js"}]}"#, false).is_some());
    }

    #[test]
    fn other_files_of_such_a_name_say_nothing() {
        for text in [
            r#"{}"#,
            r#"[]"#,
            r#"{"steps": [{"name": "a"}]}"#,
            r#"{"name": "process", "nodes": []}"#,
            r#"{"apps": ["web", "docs"]}"#,
            r#"{"apps": [{"name": "web", "script": 3}]}"#,
        ] {
            assert_eq!(json(text, true), None, "{text}");
        }
    }

    #[test]
    fn what_could_not_be_read_leaves_the_file_open() {
        let span = Span::at(0);
        let entry = |key: &str, value: Node| Entry { key: key.into(), key_span: span, value };
        let object = |entries, open| Node::new(span, Value::Object(Object { entries, open }));
        let list = Node::new(
            span,
            Value::Array(vec![
                Node::unknown(span),
                object(vec![entry("name", Node::new(span, Value::String("a".into())))], true),
            ]),
        );
        let file = read(&object(vec![entry("apps", list)], false), true).expect("applications");
        assert!(file.open && file.apps.len() == 1 && file.apps[0].open);
        let count = entry("instances", Node::new(span, Value::Unknown(Unknown::ProcessorCount)));
        assert_eq!(instances(&count).known(), Some(&Pm2Instances::PerProcessor));
        let count = entry("instances", Node::new(span, Value::Unknown(Unknown::Environment("N".into()))));
        assert_eq!(instances(&count).value, Given::Unknown);
        assert_eq!(read(&Node::unknown(span), true).map(|file| file.open), Some(true));
        assert_eq!(read(&Node::unknown(span), false), None);
    }

    fn code(text: &str) -> Pm2File {
        let (file, notes) = read_file(&"ecosystem.config.js".into(), text);
        assert_eq!(notes, []);
        file.expect("applications")
    }

    #[test]
    fn reads_what_code_exports() {
        let text = r#"// größe 😀
const os = require('os');
const path = require('path');
const common = { max_memory_restart: '300M', env: { NODE_ENV: 'production' } };
const app = (name, script) => ({ ...common, name, script });
module.exports = {
  apps: [
    {
      ...common,
      name: `äpi-${'web'}`,
      script: path.join(__dirname, 'dist', 'server.js'),
      instances: os.cpus().length,
      node_args: ['--max-old-space-size=' + 512],
      autorestart: process.env.NODE_ENV === 'production',
      env: { ...process.env, PORT: process.env.PORT || 3000, SECRET: process.env.SECRET },
    },
    { name: 'one', script: 'a.js', instances: process.env.WEB_CONCURRENCY || 1 },
    { name: 'some', script: 'a.js', instances: process.env.WEB_CONCURRENCY },
    app('worker', 'dist/worker.js'),
  ],
};
"#;
        let file = code(text);
        let [api, one, some, worker] = file.apps.as_slice() else { panic!("four applications") };
        assert_eq!(api.name.as_ref().and_then(Field::known).map(String::as_str), Some("äpi-web"));
        assert_eq!(api.script.as_ref().and_then(Field::known).map(String::as_str), Some("dist/server.js"));
        let instances = api.instances.as_ref().expect("set");
        assert_eq!(instances.known(), Some(&Pm2Instances::PerProcessor));
        assert_eq!(under(text, instances.span), "instances: os.cpus().length");
        assert_eq!(api.node_args[0].value.as_deref(), Some("--max-old-space-size=512"));
        assert_eq!(api.autorestart.as_ref().and_then(Field::known), Some(&true));
        let memory = api.max_memory_restart.as_ref().expect("set");
        assert_eq!((memory.known(), under(text, memory.span)), (Some(&(300 << 20)), "max_memory_restart: '300M'"));
        assert!(api.env.open && !api.open);
        let value = |name: &str| api.env.variables.iter().find(|set| set.name == name).map(|set| set.value.clone());
        assert_eq!(value("PORT"), Some(Given::Known("3000".into())));
        assert_eq!(value("SECRET"), Some(Given::Unknown));
        assert_eq!(one.instances.as_ref().and_then(Field::known), Some(&Pm2Instances::Count(1)));
        assert_eq!(some.instances.as_ref().map(|field| &field.value), Some(&Given::Unknown));
        assert_eq!(some.instances.as_ref().map(|field| field.written.as_str()), Some("process.env.WEB_CONCURRENCY"));
        assert_eq!(worker.script.as_ref().and_then(Field::known).map(String::as_str), Some("dist/worker.js"));
        assert!(!file.open);
    }

    #[test]
    fn code_that_cannot_be_followed_leaves_the_file_open() {
        let spread = code(
            "const base = require('./base');\nmodule.exports = { apps: [{ ...base, name: 'a' }, ...require('./more')] };",
        );
        assert!(spread.open && spread.apps.len() == 1 && spread.apps[0].open);
        assert!(code("module.exports = require('./pm2');").open);
        assert!(code("module.exports = { apps: list.map((name) => ({ name, script: 'a.js' })) };").open);
        let exported = code("export default { apps: [{ script: 'a.js', instances: 'max' }] };");
        assert_eq!(exported.apps.len(), 1);
    }

    #[test]
    fn code_of_another_name_must_say_apps() {
        let read = |name: &str, text: &str| read_file(&name.into(), text).0.is_some();
        assert!(read("server.config.js", "module.exports = { apps: [{ script: 'a.js' }] };"));
        assert!(read("load.config.js", "module.exports = { pm2: [{ script: 'a.js' }] };"));
        assert!(!read("webpack.config.js", "module.exports = { entry: './src/apps.js' };"));
        assert!(!read("next.config.js", "module.exports = require('./apps');"));
        assert!(read("ecosystem.config.ts", "export default { apps: [{ script: 'a.js' as string }] };"));
    }

    #[test]
    fn broken_files_are_noted() {
        for (name, text) in [
            ("ecosystem.config.json", "{ \"apps\": [{ \"script\": \"a.js\", \"é\": "),
            ("ecosystem.config.js", "module.exports = { apps: [{ script: 'a.js', }} };"),
            ("pm2.yml", "apps:\n  - script: a.js\n    name: [é\n"),
        ] {
            let (_, notes) = read_file(&name.into(), text);
            assert!(!notes.is_empty(), "{name}");
        }
        let (file, _) = read_file(&"pm2.json".into(), "{ \"apps\": [{ \"script\": \"a.js\", \"instances\": 2, ");
        let apps = file.map(|file| file.apps).unwrap_or_default();
        assert!(apps.len() == 1 && apps[0].open && apps[0].instances.is_some(), "what stands before the break is read");
    }

    #[test]
    fn knows_its_files_by_name() {
        for name in [
            "ecosystem.config.js",
            "deploy/ecosystem.config.cjs",
            "ecosystem.prod.config.mjs",
            "ecosystem.json",
            "api.ecosystem.config.js",
            "pm2.config.js",
            "pm2.yml",
            "pm2-production.json",
            "pm2_prod.yaml",
            "process.json",
            "process.config.js",
            "processes.json",
        ] {
            assert!(is_ecosystem(&name.into()), "{name}");
        }
        for name in
            ["process.js", "src/pm2.js", "pm2.md", "webpack.config.js", "ecosystem", "src/process.ts", "apps.json"]
        {
            assert!(!is_ecosystem(&name.into()), "{name}");
        }
    }
}
