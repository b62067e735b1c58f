//! What each syntax becomes, and where it stands.

use super::super::{
    AssignOperator, Dialect, Expr, Jsx, JsxAttribute, JsxName, Key, Module, Property, PropertyKind, Stmt,
};
use super::{find, module, module_in, slice};

/// A text with most of what there is.
pub const EVERYTHING: &str = r#"#!/usr/bin/env node
// first é
/* second */
'use strict'
import a, { b as c } from 'x'
export default class A<T> extends B implements C { [k] = 1; get x() { return 1 } set x(v) {} static s() {} }
label: for (let i = 0, j = 1; i < j; i++, j--) { if (i) continue label; else break }
for (const k in o) {}
for (o.p of q) {}
do { x-- } while (!x)
while (1) {}
switch (x) { case 1: y(); break; default: z() }
try { t() } catch { u() } finally { v() }
const { d, e: [f = 1, , ...g], [h()]: l = m, ...n } = o2, w = async function* named() { yield* y(); yield }
({ a: o.b, c: [d2] = [] } = p)
x = y ? z : (1, 2)
x ??= `a${b2}c` + tag`d${e2}` + /re\/[/]x/gu.test('s') - 10n ** 2n
new Foo; new Bar(...args); super_?.a?.[b3]?.(c3).d3!.e3
const el = <div id="x" {...p2} on:click={() => 1}>text &amp; {/* no */}{child}<><Foo.Bar baz /></></div>
const obj = { a, b: 1, 'c d': 2, [e4]: 3, f() {}, get g() { return 1 }, set g(v) {}, async *h() {}, ...rest, 5: 6 }
typeof x === 'a' && void 0 || delete o.p, import.meta.url, (1 as string) satisfies X, await import('y')
enum E { A, B = A }
namespace N.M { export const x = 1; export function f() {} }
function over(a: string): void
function over(this: X, { a: b4 } = {}, ...rest2) { return new.target; throw x }
declare module 'm' { export const q: string }
@dec() class D { @prop() private p?: string; constructor(@Inject() private readonly s: Service = y()) { super() } static { init() } #x = 1; has(o) { return #x in o } }
abstract class F { abstract m(): void; accessor z = 1 }
export { a as default2, c }; export * from 'z'; export * as ns from 'z'
var fn = function self() { return self }, cls = class Self { m() { return Self } }
if (a) b; else if (c) d; else { var hoisted }
using res = open()
"#;

#[test]
fn reads_everything_at_its_place() {
    let module = module(EVERYTHING);
    assert_eq!(module.shebang(), Some("/usr/bin/env node"));
    assert_eq!(module.directives().collect::<Vec<_>>(), ["use strict"]);
    let comments: Vec<&str> = module.comments().iter().map(|comment| slice(EVERYTHING, comment.span)).collect();
    assert_eq!(comments, ["// first é", "/* second */", "/* no */"]);
    assert_eq!(module.leading_comments().count(), 2);
    for (id, expr) in module.exprs() {
        let text = slice(EVERYTHING, module.span(id));
        match expr {
            Expr::Identifier { name, .. } => assert_eq!(text, module.name(*name)),
            Expr::Member { property, property_span, .. } => {
                let written = slice(EVERYTHING, *property_span).trim_matches('\'');
                assert_eq!(written, module.name(*property));
                assert!(text.ends_with(slice(EVERYTHING, *property_span)) || text.ends_with(']'), "{text}");
            }
            Expr::Call { .. } => assert!(text.ends_with(')'), "{text}"),
            Expr::Object(_) => assert!(text.ends_with('}'), "{text}"),
            Expr::Array(_) => assert!(text.starts_with('[') && text.ends_with(']'), "{text}"),
            Expr::Unknown => panic!("{text}"),
            _ => assert!(!text.is_empty(), "{expr:?}"),
        }
    }
    for (_, binding) in module.bindings() {
        assert_eq!(slice(EVERYTHING, binding.span), module.name(binding.name));
    }
}

fn only(text: &str) -> (Module, Expr) {
    let module = module(text);
    let Stmt::Expr(id) = *module.stmt(module.body()[0]) else { panic!("{text}") };
    let expr = module.expr(id).clone();
    (module, expr)
}

#[test]
fn reads_literals() {
    let (module, expr) = only(r"('it\'s \u00e9')");
    assert!(matches!(expr, Expr::String(name) if module.name(name) == "it's é"));
    assert!(matches!(only("1_000.5").1, Expr::Number(value) if value == 1000.5));
    assert!(matches!(only("0x10").1, Expr::Number(value) if value == 16.0));
    let (module, expr) = only("12n");
    assert!(matches!(expr, Expr::BigInt(name) if module.name(name) == "12"));
    assert!(matches!(only("null").1, Expr::Null));
    assert!(matches!(only("(true)").1, Expr::Bool(true)));
    let (module, expr) = only("/a[/]b/g");
    assert!(
        matches!(expr, Expr::Regex { pattern, flags } if module.name(pattern) == "a[/]b" && module.name(flags) == "g")
    );
    let (module, expr) = only(r"`a\n${b}c`");
    let Expr::Template(template) = expr else { panic!() };
    assert_eq!(template.texts.iter().map(|text| module.name(text.text)).collect::<Vec<_>>(), ["a\n", "c"]);
    assert_eq!(template.exprs.len(), 1);
    assert_eq!(template.texts[1].span, prodcheck_source::Span::new(8, 9));
    let (module, expr) = only("'\\ud800'");
    assert!(matches!(expr, Expr::String(name) if module.name(name) == "\u{fffd}"));
}

#[test]
fn flattens_chains_and_literal_keys() {
    let text = "a?.b['c'][`d`][e]?.(f)";
    let module = module(text);
    let id = find(&module, text, text);
    let Expr::Call { callee, optional: true, .. } = *module.expr(id) else { panic!() };
    let Expr::Index { object, optional: false, .. } = *module.expr(callee) else { panic!() };
    let Expr::Member { object, property, .. } = *module.expr(object) else { panic!() };
    assert_eq!(module.name(property), "d");
    let Expr::Member { object, property, property_span, .. } = *module.expr(object) else { panic!() };
    assert_eq!((module.name(property), slice(text, property_span)), ("c", "'c'"));
    assert!(matches!(module.expr(object), Expr::Member { optional: true, .. }));
}

#[test]
fn reads_objects() {
    let text = "x = { a, b: 1, 'c': 2, [`d`]: 3, [e]: 4, 5: 6, f() {}, get g() { return 1 }, ...h }";
    let module = module(text);
    let (_, Expr::Object(properties)) = module.exprs().find(|(_, expr)| matches!(expr, Expr::Object(_))).unwrap()
    else {
        panic!()
    };
    let found: Vec<String> = properties
        .iter()
        .map(|property| match property {
            Property::Entry { key: Key::Name(name), key_span, kind, .. } => {
                format!("{} {} {kind:?}", module.name(*name), slice(text, *key_span))
            }
            Property::Entry { key: Key::Computed(key), kind, .. } => {
                format!("computed {} {kind:?}", slice(text, module.span(*key)))
            }
            Property::Spread(operand) => format!("...{}", slice(text, module.span(*operand))),
        })
        .collect();
    assert_eq!(
        found,
        [
            "a a Shorthand",
            "b b Value",
            "c 'c' Value",
            "d [`d`] Value",
            "computed e Value",
            "5 5 Value",
            "f f Method",
            "g g Getter",
            "...h"
        ]
    );
    assert!(matches!(properties[6], Property::Entry { kind: PropertyKind::Method, .. }));
}

#[test]
fn erases_types() {
    let module = module_in("((<Foo>a) as any)!.b satisfies C", Dialect::TypeScript);
    let Stmt::Expr(id) = *module.stmt(module.body()[0]) else { panic!() };
    let Expr::Member { object, .. } = *module.expr(id) else { panic!() };
    assert!(matches!(module.expr(object), Expr::Identifier { .. }));
    let module = super::module(
        "interface A {}\ntype B = A\ndeclare global { var x: string }\nabstract class C { abstract m(): void }",
    );
    let empty = module.stmts().filter(|(_, stmt)| matches!(stmt, Stmt::Empty)).count();
    assert_eq!(empty, 3);
    assert!(module.exprs().next().is_none());
}

#[test]
fn reads_assignments() {
    let table = [
        ("a = 1", AssignOperator::Assign),
        ("a.b += 1", AssignOperator::Add),
        ("a[b] ||= 1", AssignOperator::Or),
        ("a &&= 1", AssignOperator::And),
        ("a ??= 1", AssignOperator::Nullish),
        ("(a as any) <<= 1", AssignOperator::Arithmetic),
    ];
    for (text, expected) in table {
        assert!(matches!(only(text).1, Expr::Assign { operator, .. } if operator == expected), "{text}");
    }
    assert!(matches!(only("[a, b.c] = d").1, Expr::AssignPattern { .. }));
}

#[test]
fn reads_jsx() {
    let (module, expr) = only("<Foo.Bar id=\"x\" on={() => 1} {...p} flag><svg:g/> a &amp; b {c}</Foo.Bar>");
    let Expr::Jsx(jsx) = expr else { panic!() };
    let Jsx { element: JsxName::Component(name), attributes, children } = *jsx else { panic!() };
    assert!(matches!(module.expr(name), Expr::Member { .. }));
    assert!(
        matches!(attributes[0], JsxAttribute::Attribute { value: Some(value), .. } if module.string(value) == Some("x"))
    );
    assert!(matches!(attributes[2], JsxAttribute::Spread(_)));
    assert!(matches!(attributes[3], JsxAttribute::Attribute { value: None, .. }));
    assert_eq!(children.len(), 3);
    assert_eq!(module.string(children[1]), Some(" a & b "));
    let Expr::Jsx(inner) = module.expr(children[0]) else { panic!() };
    assert!(matches!(inner.element, JsxName::Tag(name) if module.name(name) == "svg:g"));
}

#[test]
fn takes_each_dialect_for_what_it_is() {
    let table = [
        ("a.js", Some(Dialect::JavaScript)),
        ("src/a.test.jsx", Some(Dialect::JavaScript)),
        ("a.mjs", Some(Dialect::JavaScriptModule)),
        ("a.cjs", Some(Dialect::JavaScriptScript)),
        ("a.b/c.ts", Some(Dialect::TypeScript)),
        ("tsx", Some(Dialect::TypeScriptJsx)),
        ("a.mts", Some(Dialect::TypeScript)),
        ("a.cts", Some(Dialect::TypeScript)),
        ("a.d.ts", None),
        ("types.d.mts", None),
        ("a.json", None),
        ("Makefile", None),
    ];
    for (path, expected) in table {
        assert_eq!(Dialect::of(path), expected, "{path}");
    }
    for (text, dialect) in [
        ("return 1", Dialect::JavaScript),
        ("return 1", Dialect::JavaScriptScript),
        ("with (a) { b }", Dialect::JavaScript),
        ("var a = 010, let = 1; delete a", Dialect::JavaScript),
        ("await a; const b = <div/>", Dialect::JavaScript),
        ("const a = <div/>; module.exports = a", Dialect::JavaScriptScript),
        ("import a from 'a'; export default a", Dialect::JavaScriptScript),
        ("// @flow\nimport type { A } from 'a'; const f = (a: A): string => null", Dialect::JavaScript),
        ("const a: string = 1", Dialect::JavaScript),
        (
            "/* @flow */\nexport type A = {| a: ?string, b?: ?() => void |};\nconst f = (a: ?A, b: Array<?B> = []): ?C => a ? b : c",
            Dialect::JavaScript,
        ),
        ("const a: ?string = ' : ?x {| |}', b = `{|${c ? d : e}|}`", Dialect::JavaScript),
        ("@dec class A { @dec() b = 1 }", Dialect::JavaScript),
        ("export a from 'a'", Dialect::JavaScriptModule),
        ("const a = <any>b; const f = <T>(x: T) => x", Dialect::TypeScript),
        ("const f = <T,>(x: T) => <div>{x}</div>", Dialect::TypeScriptJsx),
        ("return 1", Dialect::TypeScript),
        ("const a = <div>{b}</div>", Dialect::TypeScript),
        ("", Dialect::JavaScriptModule),
        ("\u{2028}a\r\n\tb", Dialect::JavaScript),
        ("<!-- html\na", Dialect::JavaScript),
    ] {
        module_in(text, dialect);
    }
}
