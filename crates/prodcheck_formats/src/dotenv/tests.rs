//! Environment files as they are written: real spellings, broken files, hostile ones.

use super::*;
use proptest::prelude::*;

fn spelling(text: &str, span: Span) -> &str {
    text.get(span.range()).expect("a span on character boundaries")
}

fn pairs(text: &str, dialect: Dialect) -> Vec<(String, Option<String>)> {
    let parsed = parse(text, dialect);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.tree.into_iter().map(|variable| (variable.key.value, variable.value.map(|value| value.value))).collect()
}

fn check(text: &str, dialect: Dialect, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(key, value)| ((*key).to_owned(), Some((*value).to_owned()))).collect();
    assert_eq!(pairs(text, dialect), expected, "{text}");
}

#[test]
fn reads_what_both_read() {
    let text = "# zażółć\nA=1\n\n  B = two words  \r\nexport C='$X # é'\nD=\"multi\nline\" # why\nE=\nF=a=b==\nG=''\nH=x # comment\nI={\"a\": \"b\"}\nA=2\nJ.K-L=m";
    let expected = [
        ("A", "1"),
        ("B", "two words"),
        ("C", "$X # é"),
        ("D", "multi\nline"),
        ("E", ""),
        ("F", "a=b=="),
        ("G", ""),
        ("H", "x"),
        ("I", "{\"a\": \"b\"}"),
        ("A", "2"),
        ("J.K-L", "m"),
    ];
    check(text, Dialect::Node, &expected);
    check(text, Dialect::Compose, &expected);
    let tree = parse(text, Dialect::Node).tree;
    assert_eq!(spelling(text, tree[2].span()), "C='$X # é'");
    assert_eq!(spelling(text, tree[3].value.as_ref().expect("there").span), "\"multi\nline\"");
    assert_eq!((tree[3].quote, tree[4].quote), (Some('"'), None));
    assert_eq!(spelling(text, tree[1].span()), "B = two words");
}

#[test]
fn reads_as_dotenv_does() {
    check(
        "A=a#b\nB=\"x\\ny\\\"z\\t\"\nC=`it's \"q\"`\nD='a\\nb'\nE: yaml\nF=\"C:\\\" # c\nK=\"a\\nb\" c\nG=\"x\" y\nH=\"open\nI=1\nJ='it''s'\n",
        Dialect::Node,
        &[
            ("A", "a"),
            ("B", "x\ny\\\"z\\t"),
            ("C", "it's \"q\""),
            ("D", "a\\nb"),
            ("E", "yaml"),
            ("F", "C:\\"),
            ("K", "\"a\nb\" c"),
            ("G", "\"x\" y"),
            ("H", "\"open"),
            ("I", "1"),
            ("J", "it''s"),
        ],
    );
}

#[test]
fn reads_as_compose_does() {
    check(
        "A=a#b\nB=\"x\\ny\\\"z\\t\\q\"\nC='it\\'s \\n'\nD:yaml\nE=`b`\nF=\"a\\$b\"\nG= # only a comment\nH='a' b\n",
        Dialect::Compose,
        &[
            ("A", "a#b"),
            ("B", "x\ny\"z\t\\q"),
            ("C", "it's \\n"),
            ("D", "yaml"),
            ("E", "`b`"),
            ("F", "a$$b"),
            ("G", "# only a comment"),
            ("H", "a"),
        ],
    );
    assert_eq!(pairs("ALONE\nexport B\n", Dialect::Compose), [("ALONE".into(), None), ("B".into(), None)]);
}

#[test]
fn lines_that_are_no_assignment_are_notes() {
    let text = "é=1\n-----BEGIN KEY-----\nA=1\nTWO WORDS=2\n=3\n";
    let parsed = parse(text, Dialect::Node);
    assert_eq!(parsed.tree.len(), 1);
    let places: Vec<&str> = parsed.notes.iter().filter_map(|note| note.span).map(|span| spelling(text, span)).collect();
    assert_eq!(places, ["é=1", "-----BEGIN KEY-----", "TWO WORDS=2", "=3"]);
    let parsed = parse("A=\"é\nB=2\n", Dialect::Compose);
    assert_eq!(parsed.notes.len(), 1);
    assert_eq!(parsed.tree.iter().map(|variable| variable.key.value.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn long_files_cost_what_they_are_long() {
    let started = std::time::Instant::now();
    for dialect in [Dialect::Node, Dialect::Compose] {
        for line in ["A=\"\n", "A='\\'\n", "A=\"\\\" x\nA='\n", "?\n", "A\n", "A=`\\`x\n", "A=1 #\n"] {
            parse(&line.repeat(50_000), dialect);
        }
        parse(&format!("A=\"{}", "\\\" #\n".repeat(100_000)), dialect);
    }
    assert!(started.elapsed().as_secs() < 30);
}

proptest! {
    #[test]
    fn reads_anything(text in r#"([A-C=:"'`#\\\r\n\t é–$]|export |A=|\n){0,40}|\PC{0,40}"#) {
        for dialect in [Dialect::Node, Dialect::Compose] {
            let parsed = parse(&text, dialect);
            for variable in &parsed.tree {
                prop_assert_eq!(spelling(&text, variable.key.span), &variable.key.value);
                if let Some(value) = &variable.value {
                    let raw = spelling(&text, value.span);
                    prop_assert!(variable.quote.is_some() || raw == value.value);
                    prop_assert!(variable.quote.is_none_or(|quote| raw.starts_with(quote)));
                }
            }
            for note in &parsed.notes {
                spelling(&text, note.span.unwrap_or_default());
            }
        }
    }
}
