//! What names are bound to.

use super::super::{Access, BindingKind, Expr, Module, Node, Origin, Step};
use super::{find, module, resolutions};

#[test]
fn resolves_names_as_the_language_does() {
    let table: &[(&str, &str, &[usize])] = &[
        ("a global", "x()", &[0]),
        ("a constant", "const x = 1\nx", &[1]),
        ("used before it is declared", "x()\nfunction x() {}", &[2]),
        ("var out of a block", "x\nif (a) {\n var x = 1\n}\nx", &[3, 3]),
        ("var out of a loop", "for (var x = 0; x < 1; x++) {}\nx", &[1, 1, 1]),
        ("var out of a try", "try { var x = 1 } catch {}\nx", &[1]),
        ("var stays in its function", "function f() { var x = 1 }\nx", &[0]),
        ("let in its block", "let x = 1\n{\n let x = 2\n x\n}\nx", &[3, 1]),
        ("let of a loop", "for (let x of xs) {\n x\n}\nx", &[1, 0]),
        ("const of a loop shadows", "const x = 1\nfor (const x of y) x\nx", &[2, 1]),
        ("a function in a block", "{\n function x() {}\n x()\n}", &[2]),
        ("a closure over a later constant", "function f() { return x }\nconst x = 1", &[2]),
        ("a parameter shadows", "const x = 1\nfunction f(x) { return x }\nx", &[2, 1]),
        ("an arrow's parameter", "const x = 1\nys.map(x => x)\nx", &[2, 1]),
        ("a destructured parameter", "const x = 1\nconst f = ({ a: [x] }) => x\nx", &[2, 1]),
        ("a default sees parameters", "function f(x,\n y = x) { return x }", &[1, 1]),
        ("a default sees outside", "const x = 1\nfunction f(y = x) {}", &[1]),
        ("the error that is caught", "try {} catch (x) {\n x\n}\nx", &[1, 0]),
        ("a function expression's own name", "const f = function x() { x() }\nx", &[1, 0]),
        ("hidden by its own var", "const f = function x() {\n var x = 1\n x\n}", &[2]),
        ("a class", "new x()\nclass x { m() { return x } }", &[2, 2]),
        ("a class expression's own name", "const y = class x { m() { return x } }\nx", &[1, 0]),
        ("a switch has one scope", "switch (a) {\n case 1: let x = 1\n case 2: x\n}\nx", &[2, 0]),
        ("a static block", "class A {\n static {\n  var x = 1\n  x\n }\n}\nx", &[3, 0]),
        ("an import", "x()\nimport x from 'x'", &[2]),
        ("an enum", "enum x { A }\nx.A", &[1]),
        ("an enum's members in it", "enum E {\n x = 1,\n y = x << 1\n}\nx", &[2, 0]),
        ("a namespace", "namespace x { export const a = 1 }\nx.a", &[1]),
        ("inside a namespace", "namespace N {\n const x = 1\n x\n}\nx", &[2, 0]),
        ("a type is no value", "import x from 'x'\nfunction f() {\n type x = string\n x()\n}", &[1]),
        ("an interface beside a class", "interface x {}\nclass x {}\nnew x()", &[2]),
        ("ambient declarations are globals", "declare const x: string\nx", &[0]),
        ("overloads", "function x(a: string): void\nfunction x(a: any) {}\nx()", &[2]),
        ("a label is no name", "x: for (;;) { break x }", &[]),
        ("a key is no name", "({ x: 1 }).x", &[]),
        ("a shorthand is one", "const x = 1\nf({ x })", &[1]),
        ("a component", "import x from 'x'\nconst y = <x.y />", &[1]),
        ("a tag is no name", "const x = 1\nconst y = <x />", &[]),
        ("for await", "async function f() { for await (const x of y) x }", &[1]),
        ("using", "{\n using x = y()\n x\n}", &[2]),
        ("a decorator sees the module", "const x = 1\n@x class x2 { @x a }", &[1, 1]),
        ("two vars are one", "var x = 1\nvar x = 2\nx", &[1]),
        ("assignment targets", "let x\n;[x] = a\n;({ x, y: x } = a)\nx = 1\nx++", &[1, 1, 1, 1, 1]),
        ("non-ASCII names", "const ñ = 1, x = ñ\nx", &[1]),
    ];
    for (case, text, expected) in table {
        assert_eq!(resolutions(text, "x"), *expected, "{case}: {text}");
    }
}

fn binding<'m>(module: &'m Module, name: &str) -> &'m super::super::Binding {
    module.bindings().find(|(_, binding)| module.name(binding.name) == name).unwrap().1
}

/// An origin in words.
fn origin(module: &Module, text: &str, origin: &Origin) -> String {
    let path = |path: &[Step]| {
        let steps: Vec<String> = path
            .iter()
            .map(|step| match step {
                Step::Property(name) => format!(".{}", module.name(*name)),
                Step::Computed(expr) => format!("[{}]", super::slice(text, module.span(*expr))),
                Step::Index(index) => format!("[{index}]"),
                Step::RestProperties => "{...}".to_owned(),
                Step::RestElements(index) => format!("[{index}...]"),
            })
            .collect();
        steps.concat()
    };
    let expr = |id| super::slice(text, module.span(Node::Expr(id)));
    match origin {
        Origin::None => "none".to_owned(),
        Origin::Value { expr: id, path: steps } => format!("{}{}", expr(*id), path(steps)),
        Origin::Element { of, path: steps } => format!("of {}{}", expr(*of), path(steps)),
        Origin::KeyOf { of } => format!("in {}", expr(*of)),
        Origin::Parameter { index, path: steps, .. } => format!("parameter {index}{}", path(steps)),
        Origin::Caught { path: steps, .. } => format!("caught{}", path(steps)),
        Origin::Function(id) => format!("function at {}", module.function(*id).span.start),
        Origin::Class(id) => format!("class at {}", module.class(*id).span.start),
        Origin::Import(id) => {
            let import = module.import(*id).unwrap();
            format!("import {}", module.name(import.source.value))
        }
        Origin::Namespace(_) => "namespace".to_owned(),
    }
}

#[test]
fn knows_where_values_come_from() {
    let table = [
        ("const x = a()", BindingKind::Const, "a()", None),
        ("let x", BindingKind::Let, "none", None),
        ("var { b: { x } } = a", BindingKind::Var, "a.b.x", None),
        ("const { b: [, x = 3] } = a", BindingKind::Const, "a.b[1]", Some("3")),
        ("const { x = 'd' } = process.env", BindingKind::Const, "process.env.x", Some("'d'")),
        ("const { [k]: x } = a", BindingKind::Const, "a[k]", None),
        ("const { 'b c': x } = a", BindingKind::Const, "a.b c", None),
        ("const { a, ...x } = b", BindingKind::Const, "b{...}", None),
        ("const [a, ...x] = b", BindingKind::Const, "b[1...]", None),
        ("for (const [x] of y) {}", BindingKind::Const, "of y[0]", None),
        ("for (const x in y) {}", BindingKind::Const, "in y", None),
        ("function f(a, { x } = {}) {}", BindingKind::Param, "parameter 1.x", None),
        ("function f(x = 5) {}", BindingKind::Param, "parameter 0", Some("5")),
        ("function f(a, ...x) {}", BindingKind::Param, "parameter 1[1...]", None),
        ("(async x => {})", BindingKind::Param, "parameter 0", None),
        ("try {} catch ({ x }) {}", BindingKind::Catch, "caught.x", None),
        ("function x() {}", BindingKind::Function, "function at 0", None),
        ("class x {}", BindingKind::Class, "class at 0", None),
        ("import { x } from 'y'", BindingKind::Import, "import y", None),
        ("enum x { A = 'a' }", BindingKind::Enum, "enum x { A = 'a' }", None),
        ("namespace x {}", BindingKind::Namespace, "namespace", None),
        ("const f = ({ a: y = function (x) {} }) => 1", BindingKind::Param, "parameter 0", None),
        ("const x = (a as any)!", BindingKind::Const, "a", None),
    ];
    for (text, kind, expected, default) in table {
        let module = module(text);
        let binding = binding(&module, "x");
        assert_eq!(binding.kind, kind, "{text}");
        assert_eq!(origin(&module, text, &binding.origin), expected, "{text}");
        let found = binding.default.map(|id| super::slice(text, module.span(id)));
        assert_eq!(found, default, "{text}");
    }
}

#[test]
fn lists_uses_and_assignments() {
    let text = "let x = 1\nx = 2\nx += 3\nx++\nx ||= 4\n;[x] = a\nfor (x of b) {}\nvar y = 1\nvar y = 2\nf(x)";
    let module = module(text);
    let id = |name: &str| module.lookup(module.module_scope(), name).unwrap();
    let accesses: Vec<Access> = module.references(id("x")).iter().map(|reference| reference.access).collect();
    use Access::{Read, ReadWrite, Write};
    assert_eq!(accesses, [Write, ReadWrite, ReadWrite, ReadWrite, Write, Write, Read]);
    let assigned = |name: &str| -> Vec<(String, bool)> {
        let assignments = module.assignments(id(name)).iter();
        assignments.map(|item| (origin(&module, text, &item.origin), item.replaces)).collect()
    };
    let expected = [("2", true), ("3", false), ("none", false), ("4", false), ("a[0]", true), ("of b", true)];
    assert_eq!(assigned("x"), expected.map(|(origin, replaces)| (origin.to_owned(), replaces)));
    assert_eq!(assigned("y"), [("2".to_owned(), true)]);
    assert_eq!(module.references(id("y")), []);
}

#[test]
fn keeps_the_types_that_lead_to_classes() {
    let table = [
        ("const x: Foo = a", Some("Foo")),
        ("const x: a.b.Foo = a", Some("a.b.Foo")),
        ("let x: Foo | undefined | null", Some("Foo")),
        ("let x: Foo | Bar", None),
        ("let x: string", None),
        ("function f(x: Repository<User>) {}", Some("Repository<User>")),
        ("function f(x: Map<string, User> = y) {}", Some("Map<User>")),
        ("function f(...x: Foo[]) {}", Some("Array<Foo>")),
        ("function f(x?: readonly Foo[]) {}", Some("Array<Foo>")),
        ("const f = (x: (Foo)) => 1", Some("Foo")),
    ];
    for (text, expected) in table {
        let module = module(text);
        fn words(module: &Module, id: super::super::TypeId) -> String {
            let found = module.type_name(id);
            let mut text = module.name(found.root).to_owned();
            for member in &found.members {
                text += &format!(".{}", module.name(*member));
            }
            if let [first, ..] = *found.arguments {
                text += &format!("<{}>", words(module, first));
            }
            text
        }
        let found = binding(&module, "x").type_name.map(|id| words(&module, id));
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    let text = "import { Foo } from './foo'\nfunction f(): Foo { const x: Foo = 1 }";
    let module = module(text);
    let (_, function) = module.functions().next().unwrap();
    let returned = module.type_name(function.return_type.unwrap());
    assert_eq!(returned.binding, module.lookup(module.module_scope(), "Foo"));
    assert_eq!(super::slice(text, returned.span), "Foo");
}

#[test]
fn a_name_in_an_expression_is_bound_where_it_stands() {
    let text = "const app = express()\nfunction start(app) { app.listen(3000) }\napp.use(x)";
    let module = module(text);
    let bound = |wanted: &str| match module.expr(find(&module, text, wanted)) {
        Expr::Member { object, .. } => match module.expr(*object) {
            Expr::Identifier { binding: Some(binding), .. } => module.binding(*binding).kind,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(bound("app.listen"), BindingKind::Param);
    assert_eq!(bound("app.use"), BindingKind::Const);
}
