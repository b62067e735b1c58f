//! Files that are broken, hostile, or too large.

use super::super::scan::scan;
use super::super::{Dialect, MAX_BYTES, Module, parse};
use super::{line, slice};
use crate::Parsed;

/// The callees of the calls that were read.
fn callees<'t>(parsed: &Parsed<Module>, text: &'t str) -> Vec<&'t str> {
    parsed.tree.calls().map(|call| slice(text, parsed.tree.span(call.callee))).collect()
}

#[test]
fn a_bad_statement_costs_itself() {
    let table: &[(&str, &str, &[&str])] = &[
        ("é1()\nconst = 3\né2()\n", "const = 3", &["é1", "é2"]),
        ("a()\nlet x = ;\nb()", "let x = ;", &["a", "b"]),
        ("a()\nfoo(]\nb()\nconst c = d()", "foo(]", &["a", "b", "d"]),
        ("a()\nfunction f() {\n  b()\n  let 1 = 2\n  c()\n}\nd()", "let 1 = 2", &["a", "b", "c", "d"]),
        ("a()\nclass A {\n  m() { b() }\n  n() { x y z }\n  o() { c() }\n}\nd()", "x y z", &["a", "b", "c", "d"]),
        ("a()\nif (x) { b() } else } \nc()\nd()", "else }", &["a", "d"]),
        ("a()\n\nfunction f( {\n  b()\n}\n\nconst c = d()\n", "function f( {", &["a", "d"]),
        ("a()\napp.get('/', () => {\n  b(\n})\n\nconst c = d()\n", "b(", &["a", "d"]),
        ("a()\nconst s = 'open\nb()\n", "'open", &["a", "b"]),
        ("a()\n<<<<<<< HEAD\nb()\n=======\nc()\n>>>>>>> other\nd()\n", "<<<<<<< HEAD", &["a"]),
    ];
    for (text, place, expected) in table {
        let parsed = parse(text, Dialect::JavaScript);
        assert!(!parsed.notes.is_empty(), "{text}");
        let found = callees(&parsed, text);
        for callee in *expected {
            assert!(found.contains(callee), "{callee} is lost of {text}: {found:?} {:?}", parsed.notes);
        }
        let noted = line(text, parsed.notes[0].span.unwrap().start);
        let expected = line(text, u32::try_from(text.find(place).unwrap()).unwrap());
        assert!(noted.abs_diff(expected) <= 2, "{text}: {:?}", parsed.notes);
        super::navigation::check_structure(&parsed.tree);
    }
}

#[test]
fn errors_read_like_notes() {
    let parsed = parse("let x = ;", Dialect::TypeScript);
    let message = &parsed.notes[0].message;
    assert!(message.starts_with("not valid JavaScript: ") && !message.ends_with('.'), "{message}");
    let parsed = parse("a()\nexport const x = {", Dialect::TypeScript);
    assert_eq!(parsed.notes[0].message, "not valid JavaScript: the file ends too early");
}

#[test]
fn many_bad_statements_cost_bounded_time_and_notes() {
    let text = "let x = ;\n".repeat(20_000);
    let parsed = parse(&text, Dialect::JavaScript);
    assert!((1..=21).contains(&parsed.notes.len()), "{}", parsed.notes.len());
}

#[test]
fn hostile_depth_costs_a_note_and_the_statement() {
    let around = |middle: String| format!("before();\n{middle};\nafter()\n");
    let texts = [
        "[".repeat(5000) + &"]".repeat(5000),
        "(".repeat(5000),
        "x = ".to_owned() + &"!".repeat(5000) + "1",
        "x = ".to_owned() + &"a => ".repeat(5000) + "1",
        "x = ".to_owned() + &"a ? b : ".repeat(5000) + "c",
        "x = 1".to_owned() + &" + 1".repeat(5000),
        "x".to_owned() + &".y()".repeat(5000),
        "if (a) {}".to_owned() + &" else if (b) {}".repeat(5000),
        "if (a)\n".repeat(5000) + "b",
        "x = ".to_owned() + &"`${".repeat(5000) + &"}`".repeat(5000),
        "x = ".to_owned() + &"<a>".repeat(5000) + &"</a>".repeat(5000),
        "let x: ".to_owned() + &"A<".repeat(5000) + "b" + &">".repeat(5000),
        "let x: ".to_owned() + &"A<B, ".repeat(5000) + "b" + &">".repeat(5000),
        "type x = ".to_owned() + &"keyof\n".repeat(5000) + "b",
        "x = ".to_owned() + &"9".repeat(100_000) + "n",
    ];
    for middle in texts {
        for dialect in [Dialect::TypeScriptJsx, Dialect::JavaScript] {
            let text = around(middle.clone());
            let parsed = parse(&text, dialect);
            let found = callees(&parsed, &text);
            let start: String = middle.chars().take(20).collect();
            assert_eq!(
                parsed.notes.first().map(|note| &*note.message),
                Some("nested too deeply to be read"),
                "{start}"
            );
            assert_eq!(found.first(), Some(&"before"), "{start}");
            assert!(found.contains(&"after") || middle.starts_with('('), "{start}");
        }
    }
}

#[test]
fn what_typescript_reads_in_exponential_time_costs_the_statement() {
    let texts = [
        "a ? (b) : c => ".repeat(40) + "d",
        "a ? ({ b }) : ({ c = ".repeat(40) + "d" + &"}) => 1".repeat(40),
        "a < ({ b = ".repeat(40) + "c" + &"}) => 1".repeat(40),
        "<T>f(() => { ".repeat(40) + "c" + &"})".repeat(40),
        "<T,>(a) => a ? (b) : c => ".repeat(40) + "d",
        "x as keyof ([a = ".repeat(40) + "c" + &"]) => 1".repeat(40),
        "a<b<c>>({ ...@".repeat(40) + "c class {}" + &"})".repeat(40),
        "a\n<a>`${".repeat(40) + "1" + &"}`</a>".repeat(40),
    ];
    for middle in texts {
        let text = format!("before();\nx = {middle};\nafter()\n");
        for dialect in [Dialect::TypeScript, Dialect::TypeScriptJsx, Dialect::JavaScript] {
            let start = std::time::Instant::now();
            let parsed = parse(&text, dialect);
            let head: String = middle.chars().take(20).collect();
            assert!(start.elapsed().as_secs() < 10, "{head} {dialect:?}");
            assert_eq!(callees(&parsed, &text).first(), Some(&"before"), "{head} {dialect:?}");
        }
    }
}

#[test]
fn depth_that_people_write_is_read() {
    let callback = "a(() => {\n".repeat(40) + &"})".repeat(40);
    let object = "x = ".to_owned() + &"{ a: [".repeat(60) + &"] }".repeat(60);
    let chain = "x".to_owned() + &"\n  .then(a => a.b())".repeat(300);
    let sum = "x = 'a'".to_owned() + &" +\n 'b'".repeat(400);
    let choice = "if (a) { b() }".to_owned() + &" else if (c) { d() }".repeat(150);
    let cases = "switch (a) {\n".to_owned() + &"case b: case c: return d\n".repeat(500) + "}";
    let lines = "a = b\n".repeat(2000) + &"c = d ? e : f\n".repeat(2000) + &"const g = h => i\n".repeat(2000);
    let table = "x = {\n".to_owned() + &"a: b < c, 'd': e => f ? (g) : h,\n".repeat(100) + "}";
    let union = "type A =\n".to_owned() + &"| 'b'\n".repeat(500);
    for text in [callback, object, chain, sum, choice, cases, lines, table, union] {
        for dialect in [Dialect::TypeScriptJsx, Dialect::JavaScript] {
            let parsed = parse(&text, dialect);
            assert_eq!(parsed.notes, [], "{}", text.chars().take(60).collect::<String>());
        }
    }
}

#[test]
fn size_and_bundles_cost_the_file() {
    let large = "a()\n".repeat(MAX_BYTES / 4 + 1);
    let bundle = "a();".repeat(50_000);
    for text in [large, bundle] {
        let parsed = parse(&text, Dialect::JavaScript);
        assert_eq!(parsed.notes.len(), 1);
        assert!(parsed.notes[0].span.is_none() && parsed.notes[0].message.starts_with("not read: "));
        assert!(parsed.tree.body().is_empty());
    }
}

#[test]
fn scanning_is_linear_on_what_it_does_not_understand() {
    for piece in ["/[", "'", "`", "`${", "/*", "<a", "<a>{", "(]", "{)", "a<", "\\", "é", "@", "#!", "}"] {
        let text = piece.repeat(1_000_000 / piece.len());
        for dialect in [Dialect::TypeScriptJsx, Dialect::JavaScript] {
            let start = std::time::Instant::now();
            scan(&text, dialect);
            assert!(start.elapsed().as_secs() < 5, "{piece}");
        }
    }
}

#[test]
fn finds_statements_from_the_inside_out() {
    let text = "a()\nfunction f() {\n  b()\n  if (c) { d(); e() }\n  g()\n}\n@h()\nclass I { j = 1; k() { l() } }\nm()";
    let scan = scan(text, Dialect::JavaScript);
    let around = |wanted: &str| -> Vec<&str> {
        let at = u32::try_from(text.find(wanted).unwrap()).unwrap();
        scan.statements_around(at).iter().map(|span| slice(text, *span).trim()).collect()
    };
    assert_eq!(around("e()")[0], "e()");
    assert_eq!(around("e()")[1], "if (c) { d(); e() }");
    assert!(around("e()")[2].starts_with("function f()"));
    assert_eq!(around("b()")[0], "b()");
    assert_eq!(around("l()")[0], "l()");
    assert!(around("l()").last().unwrap().starts_with("@h()"));
    assert_eq!(around("m()"), ["m()"]);
}
