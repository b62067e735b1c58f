//! TOML as it is written: real spellings, broken files, hostile ones.

use super::*;
use proptest::prelude::*;

fn whole(text: &str) -> Node {
    let parsed = parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.tree
}

fn spelling(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a span on character boundaries")
}

fn messages(parsed: &Parsed<Node>) -> Vec<&str> {
    parsed.notes.iter().map(|note| note.message.as_str()).collect()
}

/// The tree in one line, to compare shapes.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Null => "~".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number { raw, .. } => raw.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            let entries = object.entries.iter().map(|entry| format!("{}: {}", entry.key, show(&entry.value)));
            let rest = object.open.then(|| "…".to_owned());
            format!("{{{}}}", entries.chain(rest).collect::<Vec<_>>().join(", "))
        }
        Value::Unknown(_) => "?".into(),
    }
}

fn check_spans(text: &str, node: &Node) {
    let raw = spelling(text, node.span);
    match &node.value {
        Value::Number { raw: written, .. } => assert_eq!(raw, &**written),
        Value::Bool(value) => assert_eq!(raw, value.to_string()),
        Value::Array(items) => items.iter().for_each(|item| check_spans(text, item)),
        Value::Object(object) => object.entries.iter().for_each(|entry| {
            let key = spelling(text, entry.key_span);
            assert!(key == entry.key || key.starts_with(['"', '\'']), "{key:?} {:?}", entry.key);
            check_spans(text, &entry.value);
        }),
        _ => {}
    }
}

/// The tree that `toml_edit` reads, spelled as [`show`] spells it, with sorted keys.
fn show_oracle(item: &toml_edit::Item) -> String {
    match item {
        toml_edit::Item::None => "none".into(),
        toml_edit::Item::Value(value) => show_oracle_value(value),
        toml_edit::Item::Table(table) => sorted(table.iter().map(|(key, item)| (key.into(), show_oracle(item)))),
        toml_edit::Item::ArrayOfTables(tables) => {
            let items =
                tables.iter().map(|table| sorted(table.iter().map(|(key, item)| (key.into(), show_oracle(item)))));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
    }
}

fn show_oracle_value(value: &toml_edit::Value) -> String {
    match value {
        toml_edit::Value::String(text) => format!("{:?}", text.value()),
        toml_edit::Value::Integer(number) => number.value().to_string(),
        toml_edit::Value::Float(number) => number.value().to_string(),
        toml_edit::Value::Boolean(value) => value.value().to_string(),
        toml_edit::Value::Datetime(_) => "date".into(),
        toml_edit::Value::Array(items) => {
            format!("[{}]", items.iter().map(show_oracle_value).collect::<Vec<_>>().join(", "))
        }
        toml_edit::Value::InlineTable(table) => {
            sorted(table.iter().map(|(key, value)| (key.into(), show_oracle_value(value))))
        }
    }
}

fn show_sorted(node: &Node) -> String {
    match &node.value {
        Value::Number { value, .. } => value.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(show_sorted).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            sorted(object.entries.iter().map(|entry| (entry.key.clone(), show_sorted(&entry.value))))
        }
        _ => show(node),
    }
}

fn sorted(entries: impl Iterator<Item = (String, String)>) -> String {
    let mut entries: Vec<String> = entries.map(|(key, value)| format!("{key}: {value}")).collect();
    entries.sort();
    format!("{{{}}}", entries.join(", "))
}

const OXFILE: &str = r#"# zażółć
version = 1
[defaults]
restart_policy = "on_failure" # gęś
[[apps]]
name = "api"
command = 'node dist\server.js'
env = { NODE_ENV = "production", "LOG LEVEL" = "info" }
limits.memory.max = 512
max_cpu_percent = 0.5

[apps.profiles.prod]
instances = 4
[[apps]]
name = "wörker"
ports = [
  3000, # first
  0xFF,
]
"#;

#[test]
fn reads_a_process_file() {
    let tree = whole(OXFILE);
    assert_eq!(
        show(&tree),
        r#"{version: 1, defaults: {restart_policy: "on_failure"}, apps: [{name: "api", command: "node dist\\server.js", env: {NODE_ENV: "production", LOG LEVEL: "info"}, limits: {memory: {max: 512}}, max_cpu_percent: 0.5, profiles: {prod: {instances: 4}}}, {name: "wörker", ports: [3000, 0xFF]}]}"#
    );
    check_spans(OXFILE, &tree);
    let apps = tree.entry("apps").expect("there");
    assert_eq!(spelling(OXFILE, apps.key_span), "apps");
    assert!(spelling(OXFILE, apps.value.span).starts_with("[[apps]]\nname = \"api\""));
    assert!(spelling(OXFILE, apps.value.span).ends_with("0xFF,\n]"));
    let api = &apps.value.items()[0];
    assert!(spelling(OXFILE, api.span).ends_with("instances = 4"));
    let limits = api.entry("limits").expect("there");
    assert_eq!(spelling(OXFILE, limits.key_span), "limits");
    assert_eq!(spelling(OXFILE, limits.value.span), "limits.memory.max = 512");
    let max = limits.value.get("memory").and_then(|memory| memory.entry("max")).expect("there");
    assert_eq!((spelling(OXFILE, max.key_span), max.value.as_number()), ("max", Some(512.0)));
    let level = api.get("env").and_then(|env| env.entry("LOG LEVEL")).expect("there");
    assert_eq!(spelling(OXFILE, level.span()), "\"LOG LEVEL\" = \"info\"");
    let profile = api.get("profiles").and_then(|profiles| profiles.entry("prod")).expect("there");
    assert_eq!(spelling(OXFILE, profile.key_span), "prod");
    assert_eq!(spelling(OXFILE, profile.value.span), "[apps.profiles.prod]\ninstances = 4");
}

#[test]
fn reads_every_kind_of_value() {
    let text = "a = 1_000\nb = 0b11\nc = +1.5e3\nd = inf\ne = \"\"\"\\\n  x\\u00e9\n\"\"\"\nf = '''\nraw\\n'''\ng = 1979-05-27T07:32:00Z\nh = 07:32\ni = [true, [], {}]\nj = 0o17\n";
    let tree = whole(text);
    assert_eq!(
        show(&tree),
        r#"{a: 1_000, b: 0b11, c: +1.5e3, d: inf, e: "xé\n", f: "raw\\n", g: "1979-05-27T07:32:00Z", h: "07:32", i: [true, [], {}], j: 0o17}"#
    );
}

#[test]
fn a_later_header_places_a_table_that_a_longer_one_named() {
    let text = "[a.b]\nx = 1\n[a]\ny = 2\n";
    let tree = whole(text);
    let a = tree.entry("a").expect("there");
    assert_eq!(a.key_span.start as usize, text.find("[a]").expect("there") + 1);
    assert_eq!(show(&tree), "{a: {b: {x: 1}, y: 2}}");
}

#[test]
fn reads_windows_lines() {
    let text = "é = 1\r\n";
    assert!(!parse(text).notes.is_empty(), "a bare key is ASCII");
    let text = "\"é\" = 1\r\n[t]\r\nb = 'ü'\r\n";
    let tree = whole(text);
    check_spans(text, &tree);
    assert_eq!(show(&tree), r#"{é: 1, t: {b: "ü"}}"#);
}

#[test]
fn a_broken_line_costs_itself() {
    let text = "name = \"ü\"\ninstances = max\nport = \n= 3\nlone\n[web]\na = 1 2\nb = 3\n[ok]\nc = 4\n";
    let parsed = parse(text);
    assert_eq!(show(&parsed.tree), r#"{name: "ü", instances: ?, port: ?, web: {a: ?, b: 3, …}, ok: {c: 4}, …}"#);
    let lines: Vec<usize> = parsed
        .notes
        .iter()
        .map(|note| {
            text.as_bytes()[..note.span.expect("a place").start as usize].iter().filter(|byte| **byte == b'\n').count()
                + 1
        })
        .collect();
    assert_eq!(lines, [2, 3, 4, 5, 7]);
    assert!(messages(&parsed).iter().all(|message| message.starts_with("not valid TOML: ")));
}

#[test]
fn a_broken_header_costs_the_lines_up_to_the_next() {
    let parsed = parse("[a]\nx = 1\n[ser vices]\ny = 2\n[b\nz = 3\n[c]\nw = 4\n");
    assert_eq!(show(&parsed.tree), "{a: {x: 1}, c: {w: 4}, …}");
    assert_eq!(parsed.notes.len(), 2);
}

#[test]
fn an_open_bracket_is_a_note_and_what_follows_is_unknown() {
    let parsed = parse("a = 1\nb = [1, 2\nc = 3\n");
    assert!(show(&parsed.tree).starts_with("{a: 1, b: [1, 2"), "{}", show(&parsed.tree));
    assert!(parsed.tree.as_object().expect("a table").open);
    let parsed = parse("a = \"never closed\nb = 2\n");
    assert_eq!(show(&parsed.tree), "{a: ?, b: 2, …}");
}

#[test]
fn what_is_defined_twice_is_a_note() {
    for (text, shape) in [
        ("a = 1\na = 2\n", "{a: 1, a: 2}"),
        ("[a]\nx = 1\n[a]\ny = 2\n", "{a: {x: 1, y: 2}}"),
        ("a = 1\n[a]\ny = 2\n", "{a: 1, a: {y: 2}}"),
        ("[a]\nb.c = 1\n[a.b]\nd = 2\n", "{a: {b: {c: 1, d: 2}}}"),
        ("[a.b]\nc = 1\n[a]\nb.d = 2\n", "{a: {b: {c: 1, d: 2}}}"),
        ("a = {b = 1}\na.c = 2\n", "{a: {b: 1}, a: {c: 2}}"),
        ("a = []\n[[a]]\n", "{a: [], a: [{}]}"),
        ("[[a]]\n[a]\n", "{a: [{}], a: {}}"),
        ("[a]\n[[a]]\n", "{a: {}, a: [{}]}"),
        ("a = {b = 1, b = 2}\n", "{a: {b: 1, b: 2}}"),
    ] {
        let parsed = parse(text);
        assert_eq!(parsed.notes.len(), 1, "{text} {:?}", parsed.notes);
        assert_eq!(show(&parsed.tree), shape, "{text}");
    }
}

#[test]
fn hostile_depth_is_a_note() {
    let inline = format!("a = {}1{}\nb = 2\n", "[".repeat(5_000), "]".repeat(5_000));
    let parsed = parse(&inline);
    assert_eq!(messages(&parsed), ["nested deeper than 128 levels: not read"]);
    assert_eq!(parsed.tree.get("b").and_then(Node::as_number), Some(2.0));
    for text in [
        format!("a = {}1{}\n", "{a = ".repeat(5_000), "}".repeat(5_000)),
        format!("{}a = 1\n", "a.".repeat(5_000)),
        format!("[{}a]\nb = 1\n", "a.".repeat(5_000)),
        format!("x = {}1{}\n", "{a.b.c.d.e.f.g = ".repeat(120), "}".repeat(120)),
        (0..200).map(|at| format!("[[{}]]\n", vec!["a"; at + 1].join("."))).collect(),
    ] {
        let parsed = parse(&text);
        assert!(messages(&parsed).contains(&"nested deeper than 128 levels: not read"), "{:?}", parsed.notes);
    }
    assert!(!parse(&"[".repeat(100_000)).notes.is_empty());
    assert!(!parse(&format!("a = {}", "[".repeat(100_000))).notes.is_empty());
    assert!(!parse(&format!("a {} 1", "=".repeat(100_000))).notes.is_empty());
}

#[test]
fn long_files_cost_what_they_are_long() {
    let text: String = (0..10_000).map(|at| format!("[t.s{at}]\nx.y = {{ a = [1, 2] }}\n@\n[[list]]\n")).collect();
    let started = std::time::Instant::now();
    let parsed = parse(&text);
    assert_eq!(parsed.notes.len(), NOTE_LIMIT);
    assert_eq!(parsed.tree.get("t").map(|t| t.entries().count()), Some(10_000));
    assert!(started.elapsed().as_secs() < 20);
}

proptest! {
    #[test]
    fn reads_anything(text in r#"([\[\]{}=.,"'\\ #\n\r\t0-9a-zé–+\-]|\[a\]\n|\[\[b\]\]\n|a = |a\.b = |"""|true|\n){0,40}|\PC{0,40}"#) {
        let parsed = parse(&text);
        check_spans(&text, &parsed.tree);
        for note in &parsed.notes {
            spelling(&text, note.span.unwrap_or_default());
        }
    }

    #[test]
    fn agrees_with_toml_edit(text in r#"((\[[ab](\.[abc]){0,2}\]|\[\[[ab](\.[bc])?\]\]|[abc](\.[abc]){0,2} = (1|"é"|\{ [ab](\.[ab])? = 2 \}|\[1, \{ c = 3 \}\]|x))\n){0,8}"#) {
        let ours = parse(&text);
        match toml_edit::Document::parse(text.clone()) {
            Ok(document) => {
                prop_assert_eq!(&ours.notes, &[]);
                prop_assert_eq!(show_sorted(&ours.tree), show_oracle(document.as_item()));
            }
            Err(_) => prop_assert!(!ours.notes.is_empty()),
        }
    }
}
