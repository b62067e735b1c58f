//! Hostile repositories: a service that a unit supervises, and beside it files made to exhaust whoever reads them.

#![allow(dead_code, reason = "each binary that includes this uses its own part")]

use std::collections::BTreeMap;

/// The files of a repository by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A hostile repository.
pub struct Hostile {
    /// What it does.
    pub title: String,
    /// Its files.
    pub files: Files,
}

/// How deep things are nested.
const DEEP: usize = 5_000;

/// How often things are repeated that cost little each.
const MANY: usize = 50_000;

/// The length of a line that is too long, in bytes.
const LONG: usize = 2 * 1024 * 1024;

/// How many times something is doubled that must not be done 2^40 times.
const DOUBLINGS: usize = 40;

/// The service that is judged, whatever stands beside it.
pub fn service() -> Files {
    let server = "require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT);\n";
    let unit = "[Service]\nExecStart=/usr/bin/node /srv/api/server.js\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n";
    let package = r#"{ "name": "api", "scripts": { "start": "node server.js" } }"#;
    [("package.json", package), ("server.js", server), ("api.service", unit)]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into()
}

/// All of them.
pub fn all() -> Vec<Hostile> {
    let mut all = Vec::new();
    for (path, text) in deep().into_iter().chain(long()).chain(doubled_in_one_file()).chain(charts()) {
        let mut files = service();
        if path.ends_with(".js") || path.ends_with(".ts") || path.ends_with(".tsx") {
            require(&mut files, path);
        }
        if path.starts_with("chart/") {
            files.insert("chart/Chart.yaml".into(), b"apiVersion: v2\nname: api\nversion: 1.0.0\n".to_vec());
            files.entry("chart/values.yaml".into()).or_insert_with(|| b"text: abc\n".to_vec());
        }
        let start: String = text.chars().take(24).filter(|c| !c.is_control()).collect();
        files.insert(path.to_owned(), text.into_bytes());
        all.push(Hostile { title: format!("{path}: {start}"), files });
    }
    all.extend(doubled_across_files());
    all
}

/// Makes the service's code load a module.
fn require(files: &mut Files, path: &str) {
    if let Some(server) = files.get_mut("server.js") {
        let mut text = format!("require('./{path}');\n").into_bytes();
        text.append(server);
        *server = text;
    }
}

fn nested(open: &str, inside: &str, close: &str) -> String {
    format!("{}{inside}{}", open.repeat(DEEP), close.repeat(DEEP))
}

/// Nesting, in every syntax that has any.
fn deep() -> Vec<(&'static str, String)> {
    let json = nested("[", "1", "]");
    let objects = nested("{\"a\":", "1", "}");
    let mut all = vec![
        ("ecosystem.config.json", json.clone()),
        ("ecosystem.config.json", objects.clone()),
        ("tsconfig.json", objects.clone()),
        ("compose.yaml", format!("services: {json}\n")),
        ("compose.yaml", format!("services: {}\n", nested("{a: ", "1", "}"))),
        ("compose.yaml", format!("services:\n  {}1\n", "- ".repeat(DEEP))),
        ("compose.yaml", format!("services:\n  {}1\n", "? ".repeat(DEEP))),
        ("compose.yaml", (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        ("k8s/api.yaml", format!("kind: Deployment\nspec: {}\n", nested("{a: ", "1", "}"))),
        ("oxfile.toml", format!("a = {json}\n")),
        ("oxfile.toml", format!("a = {}\n", nested("{a=", "1", "}"))),
        ("oxfile.toml", format!("{}a = 1\n", "a.".repeat(DEEP))),
        ("fly.toml", format!("[{}a]\n", "a.".repeat(DEEP))),
        ("Dockerfile", format!("FROM node:24\nCMD {json}\n")),
        ("Dockerfile", format!("FROM {}\n", nested("${A:-", "node:24", "}"))),
        ("Dockerfile", format!("FROM node:24\n{}CMD node server.js\n", "ONBUILD ".repeat(DEEP))),
        ("Dockerfile", format!("FROM node:24\nRUN {}\n", nested("$(", "a", ")"))),
        ("Dockerfile", format!("FROM node:24\nRUN a {}\nCMD node server.js\n", "\\\n".repeat(MANY))),
        ("Dockerfile", (0..DEEP).map(|at| format!("FROM s{at} AS s{}\n", at + 1)).collect()),
        ("Dockerfile", format!("FROM node:24\nRUN <<A\n{}", "B\n".repeat(MANY))),
        ("nomad/api.nomad", nested("a {\n", "", "}\n")),
        ("nomad/api.nomad", format!("a = {json}\n")),
        ("nomad/api.nomad", format!("a = {}\n", nested("\"${", "1", "}\""))),
        ("main.tf", nested("a {\n", "", "}\n")),
        ("nginx.conf", nested("a {\n", "", "}\n")),
        ("Caddyfile", nested("a {\n", "", "}\n")),
        (".env", format!("A={}\n", nested("${A:-", "1", "}"))),
        (".gitignore", format!("{}\n", "**/*a*".repeat(DEEP))),
        (".dockerignore", format!("{}\n", "[!".repeat(DEEP))),
        ("Makefile", format!("deploy:\n\t{}\n", nested("$(a ", "1", ")"))),
        ("justfile", format!("deploy:\n  {}\n", nested("{{", "1", "}}"))),
        ("Procfile", format!("web: {}\n", nested("$(", "node server.js", ")"))),
        ("pnpm-workspace.yaml", format!("packages: ['{}', '{}']\n", nested("{a,", "b", "}"), "**/".repeat(DEEP))),
        ("supervisord.conf", format!("[program:api]\ncommand={}\n", nested("'\"", "node", "\"'"))),
        ("other.service", format!("[Service]\nExecStart=node {}\n", "\\\n".repeat(MANY))),
        ("other.service", format!("[Service]\n{}", "Environment=A=1\n".repeat(MANY))),
    ];
    for (open, inside, close) in [
        ("$(", "a", ")"),
        ("(", "a", ")"),
        ("{ ", "a;", "}"),
        ("if ", "a", "; then a; fi"),
        ("\"${a:-", "a", "}\""),
        ("`", "a", ""),
        ("case a in a) ", "a", ";; esac"),
        ("a() { ", "a;", "}"),
        ("! ", "a", ""),
        ("sh -c \"", "a", "\""),
        ("$((", "1", "))"),
    ] {
        all.push(("scripts/deploy.sh", nested(open, inside, close)));
    }
    for (open, inside, close) in [
        ("[", "", "]"),
        ("(", "1", ")"),
        ("{a:", "1", "}"),
        ("!", "1", ""),
        ("`${", "1", "}`"),
        ("a => ", "1", ""),
        ("f(", "1", ")"),
        ("a ? ", "1", " : 1"),
        ("a ? 1 : ", "1", ""),
        ("function () { return ", "1", "}"),
        ("class { a = ", "1", "}"),
        ("await ", "1", ""),
        ("new ", "A", ""),
        ("typeof ", "a", ""),
        ("...", "a", ""),
        ("", "1", ".a"),
        ("", "f", "()"),
        ("", "a", "?.b"),
        ("", "1", " + 1"),
        ("", "a", " ?? a"),
        ("", "a", ", a"),
        ("a = ", "1", ""),
        ("import(", "'a'", ")"),
        ("/(", "a", ")/"),
        ("\\u0061 =>", "1", ""),
    ] {
        all.push(("ecosystem.config.js", format!("module.exports = {};\n", nested(open, inside, close))));
        all.push(("deep.js", format!("const x = {};\n", nested(open, inside, close))));
    }
    for (open, inside, close) in [
        ("{", "", "}"),
        ("if (1) ", ";", ""),
        ("if (1) {} else ", ";", ""),
        ("for (;;) ", ";", ""),
        ("a: ", ";", ""),
        ("try {", "", "} finally {}"),
        ("switch (1) { case 1: ", "", "}"),
        ("var [", "a", "] = 1"),
        ("var {a: ", "a", "} = 1"),
        ("export * from './deep.js';", "", ""),
        ("/*", "", "*/"),
        ("process.on('SIGTERM', () => {", "", "});"),
    ] {
        all.push(("deep.js", nested(open, inside, close)));
    }
    for (open, inside, close) in [
        ("A<", "B", ">"),
        ("(", "B", ")"),
        ("[", "B", "]"),
        ("{ a: ", "B", "}"),
        ("A extends B ? ", "C", " : D"),
        ("keyof ", "B", ""),
        ("(a: ", "B", ") => C"),
        ("", "B", "[]"),
        ("`${", "B", "}`"),
    ] {
        all.push(("deep.ts", format!("type A = {};\nexport {{}};\n", nested(open, inside, close))));
    }
    all.push(("deep.ts", format!("f{}", "<a".repeat(DEEP))));
    all.push(("deep.ts", format!("const a = {}", "<a>(".repeat(DEEP))));
    all.push(("deep.ts", format!("{} class A {{}}\n", "@a ".repeat(DEEP))));
    all.push(("deep.ts", nested("namespace a {", "", "}")));
    all.push(("deep.tsx", format!("const a = {};\n", nested("<a>", "", "</a>"))));
    all.push(("deep.tsx", format!("const a = {};\n", nested("<a b={", "1", "}/>"))));
    all
}

/// Lines without an end, and files of nothing but beginnings.
fn long() -> Vec<(&'static str, String)> {
    let line = "a".repeat(LONG);
    let spaces = " ".repeat(LONG);
    vec![
        ("long.js", format!("const a = '{line}';\n")),
        ("long.js", format!("// {line}\n")),
        ("long.js", format!("const a = [{}];\n", "1,".repeat(LONG / 2))),
        ("long.js", "f();".repeat(LONG / 4)),
        ("long.js", format!("const a = /{line}/;")),
        ("long.js", format!("const a = `{line}")),
        ("long.ts", format!("{spaces}export {{}}")),
        ("ecosystem.config.js", format!("module.exports = {{ apps: [{}] }};", "{name: 'a'},".repeat(LONG / 16))),
        ("ecosystem.config.json", format!("{{\"apps\": [{{\"name\": \"{line}\"}}]}}")),
        ("tsconfig.json", format!("{{{spaces}")),
        ("compose.yaml", format!("services: {{a: {{image: \"{line}\"}}}}\n")),
        ("compose.yaml", format!("services:\n  a:\n    image: {line}\n")),
        ("compose.yaml", format!("services:\n  a:\n    command: {}\n", "\"a\\".repeat(LONG / 4))),
        ("compose.yaml", format!("services: [{}]\n", "a,".repeat(LONG / 8))),
        ("compose.yaml", format!("# {line}\n")),
        ("k8s/api.yaml", "---\n".repeat(LONG / 16)),
        ("k8s/api.yaml", format!("kind: Deployment\nmetadata: {{name: {line}}}\n")),
        ("oxfile.toml", format!("a = \"{line}\"\n")),
        ("oxfile.toml", "[[apps]]\n".repeat(LONG / 64)),
        ("oxfile.toml", format!("a = [{}]\n", "1,".repeat(LONG / 16))),
        ("Dockerfile", format!("FROM node:24\nRUN {line}\n")),
        ("Dockerfile", format!("FROM node:24\nENV {}\n", "A=$A$A ".repeat(LONG / 64))),
        ("Dockerfile", format!("FROM node:24\n{}", "ENV A=$A$A\n".repeat(64))),
        ("Dockerfile", format!("FROM node:24\nCMD [{}]\n", "\"a\",".repeat(LONG / 8))),
        ("Dockerfile", format!("FROM node:24\n{}", "RUN a && b\n".repeat(LONG / 64))),
        ("scripts/deploy.sh", line.clone()),
        ("scripts/deploy.sh", "a;".repeat(LONG / 16)),
        ("scripts/deploy.sh", "a && ".repeat(LONG / 16)),
        ("scripts/deploy.sh", "A=$A$A\n".repeat(64)),
        ("scripts/deploy.sh", format!("echo {}", "'\"".repeat(LONG / 16))),
        ("scripts/deploy.sh", format!("cat <<A\n{line}")),
        ("scripts/deploy.sh", "cat <<A\n".repeat(LONG / 64)),
        ("other.service", format!("[Service]\nExecStart={line}\n")),
        ("other.service", format!("[Service]\nEnvironment={}\n", "A=1 ".repeat(LONG / 16))),
        ("supervisord.conf", format!("[program:{line}]\ncommand=node\n")),
        ("nginx.conf", format!("server {{ {line}; }}\n")),
        ("nginx.conf", "a;".repeat(LONG / 16)),
        ("main.tf", format!("a = \"{line}\"\n")),
        ("nomad/api.nomad", "a {}\n".repeat(LONG / 64)),
        (".env", format!("A={line}\n")),
        (".env", format!("A={}\n", "$A".repeat(LONG / 16))),
        (".gitignore", format!("{line}\n")),
        (".gitignore", "*\n!*\n".repeat(LONG / 256)),
        ("Makefile", format!("deploy:\n\t{line}\n")),
        ("Makefile", "a: a\n\ta\n".repeat(LONG / 64)),
        ("Procfile", format!("web: {line}\n")),
        ("chart/values.yaml", format!("a: {line}\n")),
        ("chart/templates/api.yaml", format!("a: {line}\n")),
        ("chart/templates/api.yaml", "{{ .Values.a }}\n".repeat(LONG / 256)),
        (".github/workflows/ci.yml", format!("jobs: {{a: {{steps: [{{run: {line}}}]}}}}\n")),
        ("pnpm-workspace.yaml", format!("packages: ['{line}']\n")),
    ]
}

/// What doubles from line to line of one file.
fn doubled_in_one_file() -> Vec<(&'static str, String)> {
    let chain = |first: &str, next: &dyn Fn(usize) -> String| -> String {
        std::iter::once(first.to_owned()).chain((1..DOUBLINGS).map(next)).collect()
    };
    let anchors = chain("a0: &a0 [x, x]\n", &|at| format!("a{at}: &a{at} [*a{0}, *a{0}]\n", at - 1));
    let merged =
        chain("a0: &a0 {x: 1}\n", &|at| format!("a{at}: &a{at} {{<<: [*a{0}, *a{0}], b{at}: *a{0}}}\n", at - 1));
    let lists = chain("const a0 = ['x', 'x'];\n", &|at| format!("const a{at} = [...a{0}, ...a{0}];\n", at - 1));
    let pairs = chain("const a0 = ['x'];\n", &|at| format!("const a{at} = [a{0}, a{0}];\n", at - 1));
    let texts = chain("const a0 = 'x';\n", &|at| format!("const a{at} = a{0} + a{0};\n", at - 1));
    let templates = chain("const a0 = 'x';\n", &|at| format!("const a{at} = `${{a{0}}}${{a{0}}}`;\n", at - 1));
    let calls = chain("const a0 = () => 'x';\n", &|at| format!("const a{at} = () => a{0}() + a{0}();\n", at - 1));
    let either = chain("let a0 = 1;\n", &|at| format!("let a{at} = x ? a{0} : a{0};\n", at - 1));
    let exported =
        |text: &str| format!("{text}module.exports = {{ apps: [{{ name: 'x', script: a{} }}] }};\n", DOUBLINGS - 1);
    let scripts = (1..DOUBLINGS).map(|at| format!("\"s{at}\": \"npm run s{0} && npm run s{0}\", ", at + 1));
    let scripts: String = scripts.collect();
    let arguments: String = (1..DOUBLINGS).map(|at| format!("ARG A{at}=$A{0}$A{0}\n", at - 1)).collect();
    let functions = chain("a0() { a; }\n", &|at| format!("a{at}() {{ a{0}; a{0}; }}\n", at - 1));
    let targets: String = (1..DOUBLINGS).map(|at| format!("a{at}:\n\tmake a{0}\n\tmake a{0}\n", at - 1)).collect();
    vec![
        ("compose.yaml", format!("{anchors}services: *a{}\n", DOUBLINGS - 1)),
        ("compose.yaml", format!("{merged}services: *a{}\n", DOUBLINGS - 1)),
        ("ecosystem.config.yaml", format!("{anchors}apps: *a{}\n", DOUBLINGS - 1)),
        ("k8s/api.yaml", format!("kind: Deployment\n{anchors}")),
        ("chart/values.yaml", anchors.clone()),
        ("ecosystem.config.js", exported(&lists)),
        ("ecosystem.config.js", exported(&pairs)),
        ("ecosystem.config.js", exported(&texts)),
        ("ecosystem.config.js", exported(&templates)),
        ("ecosystem.config.js", exported(&calls)),
        ("ecosystem.config.js", exported(&either)),
        ("ecosystem.config.js", "module.exports = { apps: Array(1e9).fill({ name: 'x'.repeat(1e9) }) };\n".to_owned()),
        ("ecosystem.config.js", "const a = () => a(); module.exports = { apps: a() };\n".to_owned()),
        ("ecosystem.config.js", "const a = { ...a, b: a }; a.a = a; module.exports = a;\n".to_owned()),
        ("doubled.js", pairs),
        ("doubled.js", format!("{calls}process.on('SIGTERM', a{});\n", DOUBLINGS - 1)),
        ("doubled.js", either),
        (
            "package.json",
            format!(
                "{{ \"name\": \"api\", \"scripts\": {{ {scripts} \"s40\": \"a\", \"start\": \"npm run s1; node server.js\" }} }}"
            ),
        ),
        ("Dockerfile", format!("ARG A0=x\n{arguments}FROM node:24-$A{}\n", DOUBLINGS - 1)),
        ("scripts/deploy.sh", format!("{functions}a{}\n", DOUBLINGS - 1)),
        ("Makefile", format!("{targets}deploy:\n\tmake a{}\n", DOUBLINGS - 1)),
    ]
}

/// Charts whose templates render for ever, or to more than there is memory.
fn charts() -> Vec<(&'static str, String)> {
    let doubled = |first: &str, next: &str| format!("{{{{ $x := {first} }}}}{}{{{{ $x }}}}\n", next.repeat(DOUBLINGS));
    [
        nested("{{ if true }}", "a: b", "{{ end }}"),
        format!("a: {{{{ {} }}}}\n", nested("(", "1", ")")),
        format!("a: {{{{ 1 {} }}}}\n", "| quote ".repeat(DEEP)),
        format!("a: {{{{ .{} }}}}\n", "a.".repeat(DEEP)),
        "{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}\n".to_owned(),
        "{{ $t := \"{{ tpl .t . }}{{ tpl .t . }}\" }}{{ tpl $t (dict \"t\" $t) }}\n".to_owned(),
        doubled("list \"a\"", "{{ $x = list $x $x }}"),
        doubled("list \"a\"", "{{ $x = concat $x $x }}"),
        doubled("\"a\"", "{{ $x = print $x $x }}"),
        doubled("\"a\"", "{{ $x = printf \"%s%s\" $x $x }}"),
        doubled("\"a\"", "{{ $x = cat $x $x | indent 200 }}"),
        doubled("\"a\"", "{{ $x = list $x $x | join $x }}"),
        doubled("\"a\"", "{{ $x = list $x $x | toYaml }}"),
        doubled("\"a\"", "{{ $x = $x | quote | quote }}"),
        doubled("\"a\"", "{{ $x = replace \"a\" \"aa\" $x }}"),
        doubled("dict \"a\" \"a\"", "{{ $x = dict \"a\" $x \"b\" $x }}"),
        doubled("dict \"a\" \"a\"", "{{ $x = dict \"a\" $x \"b\" (deepCopy $x) }}"),
        doubled("dict \"a\" \"a\"", "{{ $x = merge (dict \"b\" $x) $x }}"),
        "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ $_ := set $d \"b\" $d }}{{ deepCopy $d | toYaml }}{{ $d | toJson }}\n".to_owned(),
        "{{ $d := dict }}{{ $_ := set $d \"a\" $d }}{{ $_ := set $d \"b\" $d }}{{ merge $d $d }}{{ mergeOverwrite $d $d }}\n".to_owned(),
        "{{ range until 1000000000 }}{{ . }}{{ end }}{{ repeat 1000000000 \"a\" }}{{ printf \"%01000000000d\" 1 }}\n".to_owned(),
        "{{ range untilStep 0 1000000000 1 }}a{{ end }}{{ range $i := until 30000 }}{{ range until 30000 }}a{{ end }}{{ end }}\n".to_owned(),
        "{{ $l := list }}{{ range until 100000 }}{{ $l = append $l $l }}{{ $l = prepend $l . }}{{ end }}{{ $l | toJson }}\n".to_owned(),
        "{{ $k := repeat 60000 \"k\" }}{{ range until 100000 }}{{ $d := dict $k $k }}{{ $e := deepCopy $d }}{{ end }}\n".to_owned(),
        "{{ $k := repeat 60000 \"k\" }}{{ $d := dict $k 1 }}{{ range until 100000 }}{{ $e := merge (dict) $d }}{{ end }}\n".to_owned(),
        "{{ $k := repeat 60000 \"k,\" }}{{ range until 100000 }}{{ $e := splitList \",\" $k }}{{ end }}\n".to_owned(),
        "{{ $k := repeat 60000 \"k\\n\" }}{{ range until 100000 }}{{ $e := $k | indent 200 }}{{ end }}\n".to_owned(),
        "{{ $k := repeat 60000 \"[\" }}{{ range until 100000 }}{{ $e := fromYaml $k }}{{ $f := toYaml $k }}{{ end }}\n".to_owned(),
        "{{ $k := repeat 60000 \"a\" }}{{ range until 100000 }}{{ $e := regexMatch \"(a*)*b\" $k }}{{ $f := kebabcase $k }}{{ end }}\n".to_owned(),
        "{{ range .Values.unknown }}{{ range .a }}{{ range .b }}{{ if .c }}{{ if .d }}a: b{{ end }}{{ end }}{{ end }}{{ end }}{{ end }}\n".repeat(500),
    ]
    .map(|text| ("chart/templates/api.yaml", text))
    .into()
}

/// What doubles from file to file.
fn doubled_across_files() -> Vec<Hostile> {
    let with = |title: &str, entry: (&str, String), file: &dyn Fn(usize) -> (String, String)| {
        let mut files = service();
        files.extend((0..DOUBLINGS).map(file).map(|(path, text)| (path, text.into_bytes())));
        files.insert(entry.0.to_owned(), entry.1.into_bytes());
        Hostile { title: title.to_owned(), files }
    };
    let server = "require('./m/0.js');\nrequire('http').createServer().listen(1);\n";
    vec![
        with("modules that require the next one twice", ("server.js", server.into()), &|at| {
            (format!("m/{at}.js"), format!("exports.a = require('./{0}.js');\nexports.b = require('./{0}');\n", at + 1))
        }),
        with("modules that export all of the next one twice", ("server.js", server.into()), &|at| {
            (format!("m/{at}.js"), format!("export * from './{0}.js';\nexport * from './{0}';\nexport * as a{at} from './{0}.js';\n", at + 1))
        }),
        with("modules that all import each other", ("server.js", server.into()), &|at| {
            (format!("m/{at}.js"), (0..DOUBLINGS).map(|other| format!("export * from './{other}.js';\n")).collect())
        }),
        with("functions that call the next module's twice", ("server.js", format!("const {{ f }} = require('./m/0.js');\nprocess.on('SIGTERM', f);\n{server}")), &|at| {
            (format!("m/{at}.js"), format!("import {{ f as g }} from './{0}.js';\nexport const f = () => {{ g(); g(); return [g(), g()]; }};\n", at + 1))
        }),
        with("configurations that extend the next one twice", ("tsconfig.json", r#"{ "extends": ["./t/0.json", "./t/0"] }"#.into()), &|at| {
            (format!("t/{at}.json"), format!("{{ \"extends\": [\"./{0}.json\", \"./{0}\"] }}", at + 1))
        }),
        with("configurations that spread the next one twice", ("ecosystem.config.js", "module.exports = require('./e/0.js');\n".into()), &|at| {
            (format!("e/{at}.js"), format!("const n = require('./{0}.js');\nmodule.exports = {{ apps: [...n.apps, ...n.apps], n, m: [n, n] }};\n", at + 1))
        }),
        with("compose files that include the next one twice", ("compose.yaml", "include: [c/0.yaml, c/0.yaml]\n".into()), &|at| {
            (format!("c/{at}.yaml"), format!("include: [{0}.yaml, {0}.yaml]\nservices:\n  s{at}:\n    extends: {{ file: {0}.yaml, service: s{0} }}\n", at + 1))
        }),
        with("scripts that source and run the next one twice", ("deploy.sh", ". s/0.sh; sh s/0.sh\n".into()), &|at| {
            (format!("s/{at}.sh"), format!(". s/{0}.sh\nsource ./s/{0}.sh\nsh s/{0}.sh && bash ./s/{0}.sh\n", at + 1))
        }),
        with("start scripts in scripts", ("package.json", r#"{ "name": "api", "scripts": { "start": "sh s/0.sh" } }"#.into()), &|at| {
            (format!("s/{at}.sh"), format!("sh s/{0}.sh\nbash s/{0}.sh\nexec node server.js\n", at + 1))
        }),
        with("packages whose scripts call each other", ("package.json", r#"{ "name": "api", "workspaces": ["p/*"], "scripts": { "start": "npm run start --workspaces; node server.js" } }"#.into()), &|at| {
            (format!("p/{at}/package.json"), format!("{{ \"name\": \"p{at}\", \"scripts\": {{ \"start\": \"npm run start -w p{0} && npm run start -w p{0} && yarn workspaces run start\" }} }}", at + 1))
        }),
        with("images that are built on each other", ("compose.yaml", "services: {}\n".into()), &|at| {
            (format!("d{at}/Dockerfile"), format!("FROM d{0} AS a\nFROM d{0}\nCOPY --from=a / /\n", at + 1))
        }),
        with("named templates that include the next one twice", ("chart/Chart.yaml", "apiVersion: v2\nname: api\nversion: 1.0.0\n".into()), &|at| {
            (format!("chart/templates/{at}.yaml"), format!("{{{{ define \"t{at}\" }}}}{{{{ include \"t{0}\" . }}}}{{{{ include \"t{0}\" . }}}}{{{{ end }}}}{{{{ include \"t{at}\" . }}}}\n", at + 1))
        }),
        with("charts that depend on the next one eight times", ("c/Chart.yaml", "apiVersion: v2\nname: c\n".into()), &|at| {
            let dependency = |alias| format!("  - {{ name: c, alias: a{alias}, repository: 'file://../c{}' }}\n", at + 1);
            let dependencies: String = (0..8).map(dependency).collect();
            (format!("c{at}/Chart.yaml"), format!("apiVersion: v2\nname: c{at}\ndependencies:\n{dependencies}"))
        }),
    ]
}
