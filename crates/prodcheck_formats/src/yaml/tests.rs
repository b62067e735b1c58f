//! YAML as it is written: real spellings, broken files, hostile ones.

use super::*;
use proptest::prelude::*;

fn one(text: &str) -> Node {
    let mut parsed = parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    assert_eq!(parsed.tree.len(), 1, "{text}");
    parsed.tree.remove(0)
}

fn spelling(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a span on character boundaries")
}

fn messages(parsed: &Parsed<Vec<Node>>) -> Vec<&str> {
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
        Value::Number { raw: written, .. } if !raw.starts_with(['*', '"', '\'', '|', '>']) => {
            assert_eq!(raw, &**written)
        }
        Value::Array(items) => items.iter().for_each(|item| check_spans(text, item)),
        Value::Object(object) => object.entries.iter().for_each(|entry| {
            let key = spelling(text, entry.key_span);
            let is_plain = !key.starts_with(['"', '\'', '*', '|', '>', '&', '!']) && !key.contains(['\n', '\r']);
            assert!(!is_plain || entry.key == key, "{key:?} {:?}", entry.key);
            check_spans(text, &entry.value);
        }),
        _ => {}
    }
}

const COMPOSE: &str = "\
# zażółć
x-app: &app
  image: \"node:22\"  # gęś
  environment: &env
    NODE_ENV: production
    LOG: 'it''s'
services:
  api:
    <<: *app
    environment:
      <<: *env
      LOG: info
    command: [node, --enable-source-maps, dist/é.js]
    ports: ['3000:3000', 22:22]
  worker: *app
";

#[test]
fn reads_compose_with_anchors_and_merge_keys() {
    let tree = one(COMPOSE);
    assert_eq!(
        show(&tree),
        r#"{x-app: {image: "node:22", environment: {NODE_ENV: "production", LOG: "it's"}}, services: {api: {image: "node:22", environment: {NODE_ENV: "production", LOG: "info"}, command: ["node", "--enable-source-maps", "dist/é.js"], ports: ["3000:3000", "22:22"]}, worker: {image: "node:22", environment: {NODE_ENV: "production", LOG: "it's"}}}}"#
    );
    let api = tree.at(&["services", "api"]).expect("there");
    let image = api.entry("image").expect("merged");
    assert_eq!(spelling(COMPOSE, image.key_span), "image");
    assert_eq!(spelling(COMPOSE, image.value.span), "\"node:22\"");
    assert!(image.key_span.end < api.span.start, "a merged entry stands where it was written");
    assert_eq!(spelling(COMPOSE, api.at(&["command"]).expect("there").items()[2].span), "dist/é.js");
    assert_eq!(spelling(COMPOSE, tree.at(&["services", "worker"]).expect("there").span), "*app");
    let environment = api.at(&["environment", "LOG"]).expect("there");
    assert_eq!(spelling(COMPOSE, environment.span), "info");
}

#[test]
fn a_block_ends_with_its_last_value() {
    let text = "a:\n  b: 1\n\n  # c\nd: |\n  x\n  y\n\n\ne:\nf: >-\n  z\n";
    let tree = one(text);
    assert_eq!(spelling(text, tree.get("a").expect("there").span), "b: 1");
    let block = tree.get("d").expect("there");
    assert_eq!((block.as_str(), spelling(text, block.span)), (Some("x\ny\n"), "x\n  y"));
    let absent = tree.entry("e").expect("there");
    assert_eq!((absent.value.is_null(), spelling(text, absent.span())), (true, "e"));
    assert_eq!(tree.get("f").and_then(Node::as_str), Some("z"));
    assert_eq!(spelling(text, tree.span), text.trim_end());
}

#[test]
fn keys_are_spelled_as_in_the_text() {
    let text = "on:\n  push:\n    branches: [main]\nyes: no\n1.10: a\ntrue: b\n\"q\": c\n? d\n: e\n";
    let tree = one(text);
    assert_eq!(show(&tree), r#"{on: {push: {branches: ["main"]}}, yes: "no", 1.10: "a", true: "b", q: "c", d: "e"}"#);
    assert_eq!(spelling(text, tree.entry("q").expect("there").key_span), "\"q\"");
}

#[test]
fn keys_that_are_no_scalars_and_aliases_as_keys() {
    assert_eq!(one("{{ .Values.x }}: 1\n").as_object().expect("a mapping").entries[0].key, "{{ .Values.x }}");
    assert_eq!(show(&one("? [a, b]\n: 1\n? &k key\n: 2\n? *k\n: 3\n")), "{[a, b]: 1, key: 2, key: 3}");
}

#[test]
fn merges_lists_and_keeps_own_keys() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nlist:\n  z: 3\n  <<: [*a, *b]\ntwice:\n  <<: *a\n  <<: *b\nquoted:\n  \"<<\": *a\ninline:\n  <<: {w: 0}\n  v: 1\n";
    let tree = one(text);
    assert_eq!(show(tree.get("list").expect("there")), "{x: 1, y: 1, z: 3}");
    assert_eq!(tree.at(&["list", "y"]).and_then(Node::as_number), Some(1.0));
    assert_eq!(tree.at(&["twice", "y"]).and_then(Node::as_number), Some(2.0));
    assert_eq!(show(tree.get("quoted").expect("there")), "{<<: {x: 1, y: 1}}");
    assert_eq!(show(tree.get("inline").expect("there")), "{w: 0, v: 1}");
}

#[test]
fn a_merge_key_without_a_mapping_is_a_note() {
    let text = "é: {<<: 1, a: 2}\nb: {<<: *nowhere}\n";
    let parsed = parse(text);
    assert_eq!(
        messages(&parsed),
        ["`<<` wants a mapping or a list of mappings", "the anchor `&nowhere` is not defined before this"]
    );
    assert_eq!(spelling(text, parsed.notes[1].span.expect("a place")), "*nowhere");
    assert_eq!(show(&parsed.tree[0]), "{é: {a: 2, …}, b: {…}}");
}

#[test]
fn keeps_repeated_keys_and_counts_the_last() {
    let tree = one("a: 1\nb: 2\na: 3\n");
    assert_eq!(show(&tree), "{a: 1, b: 2, a: 3}");
    assert_eq!(tree.get("a").and_then(Node::as_number), Some(3.0));
}

#[test]
fn keeps_tags_as_written() {
    let text = "image: !Ref Image\nports: !reset []\nenv: !override\n  A: 1\nn: !!str 1\nf: !!float 3\nb: !!binary aGk=\nnone: !reset\n";
    let tree = one(text);
    let tag = |key: &str| tree.get(key).and_then(|node| node.tag.as_deref());
    assert_eq!(
        ["image", "ports", "env", "n", "f", "b", "none"].map(tag),
        [
            Some("!Ref"),
            Some("!reset"),
            Some("!override"),
            Some("!!str"),
            Some("!!float"),
            Some("!!binary"),
            Some("!reset")
        ]
    );
    assert_eq!(show(&tree), r#"{image: "Image", ports: [], env: {A: 1}, n: "1", f: 3, b: "aGk=", none: ~}"#);
}

#[test]
fn reads_streams_of_documents() {
    let parsed = parse("# first\nkind: A\n---\nkind: B\n...\n---\n---\n# only a comment\n--- text\n");
    assert_eq!(parsed.notes, []);
    assert_eq!(
        parsed.tree.iter().map(show).collect::<Vec<_>>(),
        [r#"{kind: "A"}"#, r#"{kind: "B"}"#, "~", "~", "\"text\""]
    );
    assert_eq!(parse("").tree, []);
    assert_eq!(parse("# nothing\n\n").tree, []);
    assert_eq!(messages(&parse("a: &x 1\n---\nb: *x\n")), ["the anchor `&x` is not defined before this"]);
}

#[test]
fn reads_windows_lines_and_a_byte_order_mark() {
    let text = "\u{feff}é: 1\r\nb: |\r\n  one\r\n  two\r\nc:\r\n  - d: e\r\n";
    let tree = one(text);
    assert_eq!(show(&tree), r#"{é: 1, b: "one\ntwo\n", c: [{d: "e"}]}"#);
    check_spans(text, &tree);
    assert_eq!(spelling(text, tree.entry("c").expect("there").key_span), "c");
}

#[test]
fn a_broken_document_is_kept_up_to_there_and_the_others_whole() {
    let text = "kind: Ünï\nspec: {a: 1}\n---\nkind: B\nspec:\n  list: [1, {x: 2\n---\nkind: C\n";
    let parsed = parse(text);
    assert_eq!(
        parsed.tree.iter().map(show).collect::<Vec<_>>(),
        [r#"{kind: "Ünï", spec: {a: 1}}"#, r#"{kind: "B", spec: {list: [1, ?], …}, …}"#, r#"{kind: "C"}"#]
    );
    assert_eq!(parsed.notes.len(), 1);
    assert!(parsed.notes[0].message.starts_with("not valid YAML: "), "{:?}", parsed.notes);
    let at = parsed.notes[0].span.expect("a place").start as usize;
    assert!((text.find("list").expect("there")..text.find("\n---\nkind: C").expect("there")).contains(&at));
}

#[test]
fn broken_spellings_are_notes() {
    for (text, shape) in [
        ("a: b: c\n", "{a: \"b\", …}"),
        ("a:\n  b: 1\n c: 2\n", "{a: {b: 1}, …}"),
        ("a:\n\tb: 1\n", "{a: ?, …}"),
        ("- a\nb: 1\n", "[\"a\", ?]"),
        ("a: \"x\n", "{a: ?, …}"),
        ("a: @x\n", "{a: ?, …}"),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n", "{a: 1, …}"),
    ] {
        let parsed = parse(text);
        assert_eq!(parsed.notes.len(), 1, "{text}: {:?}", parsed.notes);
        assert_eq!(parsed.tree.first().map(show).as_deref(), Some(shape), "{text}");
    }
    assert_eq!(parse("%\n").notes.len(), 1);
}

#[test]
fn a_laugh_is_cheap() {
    let mut text = String::from("a0: &a0 [\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\",\"lol\"]\n");
    for level in 1..30 {
        let below = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", [below.as_str(); 9].join(",")));
    }
    let started = std::time::Instant::now();
    let parsed = parse(&text);
    assert!(started.elapsed().as_secs() < 5);
    assert!(messages(&parsed).iter().all(|message| *message == "aliases make this file too large: not read"));
    assert!(!parsed.notes.is_empty());
    assert!(parsed.notes.len() <= text.len());
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(10_000));
    assert!(!parse(&long).notes.is_empty());
}

#[test]
fn an_alias_inside_its_anchor_is_a_note() {
    let parsed = parse("a: &a\n  b: *a\n");
    assert_eq!(messages(&parsed), ["the alias stands in what it names"]);
    assert_eq!(show(&parsed.tree[0]), "{a: {b: ?}}");
}

#[test]
fn hostile_depth_is_a_note() {
    let block: String = (0..5_000).map(|level| format!("{}a:\n", " ".repeat(level.min(2_000)))).collect();
    for text in ["[".repeat(5_000), "{a: ".repeat(5_000), "- ".repeat(5_000), "? ".repeat(5_000), block] {
        let parsed = parse(&text);
        assert_eq!(parsed.notes.len(), 1, "{:?}", parsed.notes);
    }
    let mixed = format!("{}{}1{}", "- ".repeat(100), "[".repeat(100), "]".repeat(100));
    let parsed = parse(&mixed);
    assert_eq!(messages(&parsed), ["nested deeper than 128 levels: not read"]);
    let half = |name: &str, inner: &str| format!("{name}: &{name} {}{inner}{}\n", "[".repeat(60), "]".repeat(60));
    let stacked = format!("{}{}{}", half("a", "1"), half("b", "*a"), half("c", "*b"));
    assert_eq!(messages(&parse(&stacked)), ["aliases are nested too deep here: not read"]);
}

#[test]
fn long_files_cost_what_they_are_long() {
    let services: String =
        (0..20_000).map(|at| format!("  s{at}: {{image: \"i\", <<: *x, deploy: [é, 'b']}}\n")).collect();
    let text = format!("x: &x {{restart: always}}\nservices:\n{services}");
    let started = std::time::Instant::now();
    let tree = one(&text);
    assert_eq!(tree.get("services").map(|services| services.entries().count()), Some(20_000));
    assert!(started.elapsed().as_secs() < 20);
}

proptest! {
    #[test]
    fn reads_anything(text in r#"([\[\]{}:,"'\\ *&!|>#%@?\n\r\t0-9a-zé–.~\-]|<<: |- |a: |---\n|\n  |\*a|&a ){0,60}|\PC{0,40}"#) {
        let parsed = parse(&text);
        for tree in &parsed.tree {
            check_spans(&text, tree);
        }
        for note in &parsed.notes {
            spelling(&text, note.span.unwrap_or_default());
        }
    }

    #[test]
    fn reads_what_is_written(entries in prop::collection::vec(("[a-zé][a-z0-9é_-]{0,6}", "[a-zé/][a-z0-9é/._-]{0,8}"), 1..8)) {
        let text: String = entries.iter().map(|(key, value)| format!("{key}:\n  - {value}\n  - '{value}'\n")).collect();
        let tree = one(&text);
        let object = tree.as_object().expect("a mapping");
        for ((key, value), entry) in entries.iter().zip(&object.entries) {
            prop_assert_eq!(&entry.key, key);
            prop_assert_eq!(spelling(&text, entry.key_span), key);
            let [plain, quoted] = entry.value.items() else { panic!("two items") };
            prop_assert_eq!(plain.to_text(), Some(value.clone()));
            prop_assert_eq!(spelling(&text, plain.span), value);
            prop_assert_eq!(quoted.as_str(), Some(value.as_str()));
        }
    }
}
