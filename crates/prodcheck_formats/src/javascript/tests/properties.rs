//! What holds for any text.

use super::super::{Dialect, Environment, evaluate, exported, namespace, parse};
use super::navigation::check_structure;
use proptest::prelude::*;

const SNIPPETS: &[&str] = &[
    super::shapes::EVERYTHING,
    "import express from 'express'\nconst app = express()\napp.get('/', (req, res) => res.send(`hé ${req.query.a ?? 'x'}`))\n",
    "const x = <div a={b ? (c) : <d/>}>{e.map(f => <g key={f}>é</g>)}</div>\n",
    "class A { constructor(private readonly a: B<C>) {} async m<T>(b: T): Promise<T> { return await this.a.c(b) } }\n",
    "const n = process.env.N || 'é', o = { p: [n] }\no.q = o.p.map(x => `${x}y`)\nlet r = 1\nif (n === 'z') r = o.q[0]\nmodule.exports = { ...o, r }\n",
    "module.exports = { a, b: require('./c'), ...d }\nexports.e = function () { try { f() } catch (g) { throw g } }\n",
];

fn dialects() -> impl Strategy<Value = Dialect> {
    prop_oneof![
        Just(Dialect::JavaScript),
        Just(Dialect::JavaScriptModule),
        Just(Dialect::JavaScriptScript),
        Just(Dialect::TypeScript),
        Just(Dialect::TypeScriptJsx),
    ]
}

fn check(text: &str, dialect: Dialect) {
    let parsed = parse(text, dialect);
    for note in &parsed.notes {
        if let Some(span) = note.span {
            assert!(text.get(span.range()).is_some(), "{note:?} of {text:?}");
        }
    }
    for (id, _) in parsed.tree.exprs() {
        assert!(text.get(parsed.tree.span(id).range()).is_some(), "{:?} of {text:?}", parsed.tree.expr(id));
    }
    for (id, _) in parsed.tree.stmts() {
        assert!(text.get(parsed.tree.span(id).range()).is_some(), "{:?} of {text:?}", parsed.tree.stmt(id));
    }
    for comment in parsed.tree.comments() {
        assert!(text.get(comment.span.range()).is_some());
    }
    check_structure(&parsed.tree);
    let env = Environment::default();
    for value in [exported(&parsed.tree, &env), namespace(&parsed.tree, &env)].into_iter().flatten() {
        assert!(text.get(value.span.range()).is_some());
    }
    for (id, _) in parsed.tree.exprs().take(200) {
        let value = evaluate(&parsed.tree, id, &env);
        assert!(text.get(value.span.range()).is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "(?s).{0,80}", dialect in dialects()) {
        check(&text, dialect);
    }

    #[test]
    fn any_row_of_tokens_is_read(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "a", "b ", "é", "1", "'s'", "`", "${", "(", ")", "[", "]", "{", "}", "<", ">", "</", "/>", "/", "=>", "=",
            "?", ":", "?.", "...", ",", ";", "\n", ".", "!", "+", "class ", "function ", "async ", "await ", "if ",
            "else ", "for ", "const ", "let ", "import ", "export ", "default ", "from ", "return ", "new ", "type ",
            "enum ", "namespace ", "@", "#", "//", "/*", "*/", "<div>", "</div>", "case ", "switch ", "try ", "catch ",
            "in ", "of ", "as ", "extends ", "static ", "get ", "yield ", "require('x')", "exports.a", "module.exports",
        ]), 0..40),
        dialect in dialects(),
    ) {
        check(&tokens.concat(), dialect);
    }

    #[test]
    fn any_damage_to_code_is_survived(
        which in 0..SNIPPETS.len(),
        from in 0.0..1.0_f64,
        length in 0_usize..30,
        insert in "[(){}<>`'\"/;:,.=?!@#é \n]{0,4}",
        dialect in dialects(),
    ) {
        let text = SNIPPETS[which];
        let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start = boundary((text.len() as f64 * from) as usize);
        let end = boundary(start + length).max(start);
        let (before, after) = (text.get(..start).unwrap(), text.get(end..).unwrap());
        check(&format!("{before}{insert}{after}"), dialect);
    }
}
