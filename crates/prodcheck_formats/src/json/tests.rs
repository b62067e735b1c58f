//! JSON as it is written: real spellings, broken files, hostile ones.

use super::*;
use proptest::prelude::*;

fn messages(parsed: &Parsed<Node>) -> Vec<&str> {
    parsed.notes.iter().map(|note| note.message.as_str()).collect()
}

fn spelling(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a span on character boundaries")
}

/// The tree as serde_json has it: unknowns have no counterpart.
fn as_serde(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number { value, .. } => (*value).into(),
        Value::String(value) => value.clone().into(),
        Value::Array(items) => items.iter().map(as_serde).collect::<Vec<_>>().into(),
        Value::Object(object) => object
            .entries
            .iter()
            .map(|entry| (entry.key.clone(), as_serde(&entry.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Unknown(_) => "unknown".into(),
    }
}

fn check_spans(text: &str, node: &Node) {
    let raw = spelling(text, node.span);
    match &node.value {
        Value::Number { raw: written, .. } => assert_eq!(raw, &**written),
        Value::Bool(value) => assert_eq!(raw, value.to_string()),
        Value::String(_) => assert!(raw.starts_with(['"', '\'']) && raw.len() > 1),
        Value::Array(items) => items.iter().for_each(|item| {
            assert!(node.span.contains(item.span));
            check_spans(text, item);
        }),
        Value::Object(object) => object.entries.iter().for_each(|entry| {
            assert!(node.span.contains(entry.span()));
            let key = spelling(text, entry.key_span);
            assert!(key.contains(&entry.key) || key.contains('\\'), "{key} {}", entry.key);
            check_spans(text, &entry.value);
        }),
        Value::Null | Value::Unknown(_) => {}
    }
}

#[test]
fn reads_a_manifest_and_says_where_things_stand() {
    let text = r#"{ "name": "zażółć", "scripts": { "start": "node \u0061.js" }, "files": ["dist"], "private": true }"#;
    let parsed = parse_plain(text);
    assert_eq!(parsed.notes, []);
    let start = parsed.tree.at(&["scripts"]).and_then(|scripts| scripts.entry("start")).expect("there");
    assert_eq!(spelling(text, start.key_span), "\"start\"");
    assert_eq!(spelling(text, start.value.span), r#""node \u0061.js""#);
    assert_eq!(start.value.as_str(), Some("node a.js"));
    assert_eq!(spelling(text, parsed.tree.get("files").expect("there").span), "[\"dist\"]");
    assert_eq!(parsed.tree.get("private").and_then(Node::as_bool), Some(true));
}

#[test]
fn keeps_repeated_keys_and_the_spelling_of_numbers() {
    let parsed = parse_plain(r#"{"version": 3.10, "version": 1e3}"#);
    let object = parsed.tree.as_object().expect("an object");
    assert_eq!(object.entries.len(), 2);
    assert_eq!(object.entries[0].value.to_text().as_deref(), Some("3.10"));
    assert_eq!(parsed.tree.get("version").and_then(Node::as_number), Some(1000.0));
}

#[test]
fn reads_comments_and_trailing_commas_and_notes_them_where_json_is_wanted() {
    let text = "{ // é\n  \"a\": [1, 2,], /* b */\n}";
    assert_eq!(parse(text).notes, []);
    assert_eq!(parse(text).tree.get("a").map(|a| a.items().len()), Some(2));
    let plain = parse_plain(text);
    assert_eq!(messages(&plain), ["plain JSON has no comments"]);
    assert_eq!(plain.notes[0].span.map(|span| spelling(text, span)), Some("// é"));
    assert_eq!(messages(&parse_plain("[1,]")), ["plain JSON has no trailing commas"]);
    assert_eq!(parse_plain("[1,]").tree.items().len(), 1);
}

#[test]
fn reads_json5() {
    let text = "{ unquoted: 'it\\'s', hex: -0xFf, half: .5, all: Infinity, true: +1, 'k-1': 'a\\\nb' }";
    let parsed = parse(text);
    assert_eq!(parsed.notes, []);
    assert_eq!(parsed.tree.get("unquoted").and_then(Node::as_str), Some("it's"));
    assert_eq!(parsed.tree.get("hex").and_then(Node::as_number), Some(-255.0));
    assert_eq!(parsed.tree.get("half").and_then(Node::as_number), Some(0.5));
    assert_eq!(parsed.tree.get("all").and_then(Node::as_number), Some(f64::INFINITY));
    assert_eq!(parsed.tree.get("true").and_then(Node::as_number), Some(1.0));
    assert_eq!(parsed.tree.get("k-1").and_then(Node::as_str), Some("ab"));
    assert_eq!(messages(&parse_plain(text)), ["plain JSON wants the key in double quotes"]);
}

#[test]
fn names_what_plain_json_does_not_have() {
    for text in ["'a'", "\"a\tb\"", "\"\\x41\"", "+1", ".5", "5.", "5.e1", "0x1", "NaN", "-Infinity", "\u{a0}1"] {
        assert_eq!(parse_plain(text).notes.len(), 1, "{text}");
        assert_eq!(parse(text).notes, [], "{text}");
    }
}

#[test]
fn keeps_what_stands_before_the_break() {
    let text = "{ \"é\": 1, \"scripts\": { \"start\": \"node .\", \"build\": } , \"list\": [1, 2";
    let parsed = parse_plain(text);
    assert_eq!(messages(&parsed), ["the key `build` has no value", "`[` is never closed"]);
    assert_eq!(parsed.tree.at(&["scripts", "start"]).and_then(Node::as_str), Some("node ."));
    assert!(parsed.tree.at(&["scripts", "build"]).is_some_and(Node::is_unknown));
    assert!(!parsed.tree.at(&["scripts"]).and_then(Node::as_object).expect("there").open);
    let list = parsed.tree.get("list").expect("there").items();
    assert_eq!(list.len(), 3);
    assert!(list[2].is_unknown());
    assert!(parsed.tree.as_object().expect("an object").open);
}

#[test]
fn goes_on_over_a_missing_comma() {
    let text = "{ \"a\": \"é\"\n  \"b\": [1 2] }";
    let parsed = parse_plain(text);
    assert_eq!(messages(&parsed), ["a comma is missing here"; 2]);
    assert_eq!(parsed.notes[0].span, Some(Span::at(text.find('\n').expect("there"))));
    assert_eq!(parsed.tree.get("b").map(|b| b.items().len()), Some(2));
}

#[test]
fn says_what_is_the_matter() {
    for (text, message) in [
        ("", "holds no value"),
        ("// only this", "holds no value"),
        ("{} {}", "the value has ended before this"),
        ("[,]", "a value is missing before this"),
        ("{\"a\" 1}", "`:` is missing after the key `a`"),
        ("{\"a\": 1]", "`]` does not belong in an object"),
        ("[1}", "`}` does not belong in an array"),
        ("{\"a", "the string is never closed"),
        ("/* é", "the comment is never closed"),
        ("[-]", "a digit is missing here"),
        ("\"\\u12\"", "the string holds an escape that JSON does not have"),
        ("yes", "`yes` is no value"),
        ("<<<<<<< HEAD", "this is not JSON"),
        ("{,}", "a key is missing before this"),
    ] {
        assert_eq!(messages(&parse(text)), [message], "{text}");
    }
}

#[test]
fn a_break_deep_inside_opens_all_that_holds_it() {
    let parsed = parse("{ a: { b: { c: @ } } }");
    for keys in [&[][..], &["a"], &["a", "b"]] {
        assert!(parsed.tree.at(keys).and_then(Node::as_object).expect("there").open);
    }
    assert!(parsed.tree.at(&["a", "b", "c"]).is_some_and(Node::is_unknown));
}

#[test]
fn hostile_depth_is_a_note() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("[{}1{}, 2]", open.repeat(5_000), close.repeat(5_000));
        let parsed = parse(&text);
        assert_eq!(messages(&parsed), ["nested deeper than 128 levels: not read"]);
        assert_eq!(parsed.tree.items().get(1).and_then(Node::as_number), Some(2.0));
        assert!(parse(&open.repeat(200_000)).notes.len() == 1);
    }
    let deepest = format!("{}1{}", "[".repeat(DEPTH_LIMIT), "]".repeat(DEPTH_LIMIT));
    assert_eq!(parse(&deepest).notes, []);
}

proptest! {
    #[test]
    fn reads_anything(text in r#"([{}\[\]:,"'\\ /*\n0-9a-zé–.+\-x]|null|true|//|\\u00e9){0,60}|\PC{0,40}"#) {
        let parsed = parse(&text);
        check_spans(&text, &parsed.tree);
        for note in &parsed.notes {
            spelling(&text, note.span.unwrap_or_default());
        }
        prop_assert_eq!(&parse_plain(&text).tree, &parsed.tree);
    }

    #[test]
    fn agrees_with_serde_json_on_what_json_is(text in r#"[ \n]{0,2}[\[{]("a\\n"|"é"|[\[\]{}:,]| |-?[0-9]{1,3}|1\.5e-2|true|null|\n){0,12}[\]}]"#) {
        let ours = parse_plain(&text);
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(_) => prop_assert_eq!(&ours.notes, &[]),
            Err(_) => prop_assert!(!ours.notes.is_empty()),
        }
    }

    #[test]
    fn reads_what_serde_json_writes(names in prop::collection::vec("\\PC{0,8}", 0..6), numbers in prop::collection::vec(-1e9f64..1e9, 0..4)) {
        let value = serde_json::json!({ "names": names, "numbers": numbers, "inner": { "é": null, "b": [true, {}] } });
        let text = serde_json::to_string_pretty(&value).expect("JSON");
        let ours = parse_plain(&text);
        prop_assert_eq!(&ours.notes, &[]);
        check_spans(&text, &ours.tree);
        prop_assert_eq!(as_serde(&ours.tree), value);
    }
}
