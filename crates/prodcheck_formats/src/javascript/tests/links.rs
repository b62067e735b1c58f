//! The tables of imports, exports and requests.

use super::super::{Dialect, ExportName, Exported, Imported, Linkage, Module, Node, RequestKind};
use super::{module, module_in, slice};

fn imported(module: &Module, imported: Imported) -> &str {
    match imported {
        Imported::Nothing => "-",
        Imported::Default => "default",
        Imported::Namespace => "*",
        Imported::Name(name) => module.name(name),
    }
}

/// Each row as `local = what of source`, with the syntax where it is not `import`.
fn imports(module: &Module) -> Vec<String> {
    let rows = module.imports().iter();
    rows.map(|row| {
        let local = row.local.map_or("-", |local| module.name(module.binding(local).name));
        let source = module.name(row.source.value);
        let syntax = match row.syntax {
            Linkage::Static => "",
            Linkage::CommonJs => " require",
            Linkage::Dynamic => " dynamic",
        };
        let types = if row.type_only { " type" } else { "" };
        format!("{local} = {} of {source}{syntax}{types}", imported(module, row.imported))
    })
    .collect()
}

#[test]
fn reads_every_kind_of_import() {
    let table: &[(&str, &[&str])] = &[
        ("import a from 'x'", &["a = default of x"]),
        ("import { a, b as c, default as d } from 'x'", &["a = a of x", "c = b of x", "d = default of x"]),
        ("import * as a from 'x'", &["a = * of x"]),
        ("import a, { b } from 'x'", &["a = default of x", "b = b of x"]),
        ("import 'x'", &["- = - of x"]),
        ("import { 'b c' as a } from 'x'", &["a = b c of x"]),
        ("import type { A } from 'x'", &["A = A of x type"]),
        ("import { type A, b } from 'x'", &["A = A of x type", "b = b of x"]),
        ("import a from 'x' with { type: 'json' }", &["a = default of x"]),
        ("import a = require('x')", &["a = * of x require"]),
        ("const a = require('x')", &["a = * of x require"]),
        ("var a = require(`x`), b = require('y')", &["a = * of x require", "b = * of y require"]),
        (
            "const { a, b: c, 'd': e = 1 } = require('x')",
            &["a = a of x require", "c = b of x require", "e = d of x require"],
        ),
        ("const a = require('x').b", &["a = b of x require"]),
        ("const a = require('x').default", &["a = default of x require"]),
        ("const a = module.require('x')", &["a = * of x require"]),
        ("require('x')", &["- = - of x require"]),
        ("const a = await import('x')", &["a = * of x dynamic"]),
        ("const { default: a, b } = await import('x')", &["a = default of x dynamic", "b = b of x dynamic"]),
        ("async function f() { const a = (await import('x')).b }", &["a = b of x dynamic"]),
        ("const a_1 = __importDefault(require('x'))", &["a_1 = * of x"]),
        ("const a = tslib_1.__importStar(require('x'))", &["a = * of x"]),
        ("const p = './x'\nconst a = require(p)", &["a = * of ./x require"]),
        (
            "import { createRequire } from 'node:module'\nconst load = createRequire(import.meta.url)\nconst a = load('x')",
            &["createRequire = createRequire of node:module", "a = * of x require"],
        ),
        (
            "import module from 'module'\nconst require = module.createRequire(import.meta.url)\nconst a = require('x')",
            &["module = default of module", "a = * of x require"],
        ),
        ("function f(require) { const a = require('x') }", &[]),
        (
            "import createRequire from 'x'\nconst load = createRequire()\nconst a = load('x')",
            &["createRequire = default of x"],
        ),
        ("const a = require(b)", &[]),
        ("const a = require('x')()", &[]),
        ("export {} from 'x'", &["- = - of x"]),
    ];
    for (text, expected) in table {
        assert_eq!(imports(&module(text)), *expected, "{text}");
    }
}

#[test]
fn an_import_knows_its_places() {
    let text = "// é\nimport a, { b as c } from './ä.js'";
    let module = module(text);
    let row = &module.imports()[1];
    assert_eq!(slice(text, row.source.span), "'./ä.js'");
    assert_eq!(slice(text, row.span), "b as c");
    let text = "const { é: a } = require('x')";
    let module = super::module(text);
    assert_eq!(slice(text, module.imports()[0].span), "é");
    assert_eq!(slice(text, module.imports()[0].source.span), "'x'");
    let (id, _) = module.import_ids().next().unwrap();
    let binding = module.lookup(module.module_scope(), "a").unwrap();
    assert_eq!(module.binding(binding).import, Some(id));
}

/// Each row as `name = what`.
fn exports(module: &Module, text: &str) -> Vec<String> {
    let rows = module.exports().iter();
    rows.map(|row| {
        let name = match row.name {
            ExportName::Name(name) => module.name(name),
            ExportName::Default => "default",
            ExportName::Star => "*",
            ExportName::Whole => "whole",
        };
        let exported = match row.exported {
            Exported::Binding(id) => format!("binding {}", module.name(module.binding(id).name)),
            Exported::Expr(id) => slice(text, module.span(Node::Expr(id))).to_owned(),
            Exported::From { source, imported: what } => {
                format!("{} of {}", imported(module, what), module.name(source.value))
            }
        };
        format!("{name} = {exported}{}", if row.type_only { " type" } else { "" })
    })
    .collect()
}

#[test]
fn reads_every_kind_of_export() {
    let table: &[(&str, &[&str])] = &[
        ("export const a = 1, { b, c: [d] } = e", &["a = binding a", "b = binding b", "d = binding d"]),
        ("export function a() {}", &["a = binding a"]),
        ("export async function* a() {}", &["a = binding a"]),
        ("export class A {}", &["A = binding A"]),
        ("export enum A { B }", &["A = binding A"]),
        ("export namespace A { export const b = 1 }", &["A = binding A"]),
        ("const a = 1; export { a, a as b, a as default }", &["a = binding a", "b = binding a", "default = binding a"]),
        ("export default a()", &["default = a()"]),
        ("const a = 1; export default a", &["default = binding a"]),
        ("export default function a() {}", &["default = binding a"]),
        ("export default function () {}", &["default = function () {}"]),
        ("export default class A {}", &["default = binding A"]),
        ("export default class {}", &["default = class {}"]),
        (
            "export { a, b as c, default, default as d } from 'x'",
            &["a = a of x", "c = b of x", "default = default of x", "d = default of x"],
        ),
        ("export * from 'x'", &["* = * of x"]),
        ("export * as a from 'x'", &["a = * of x"]),
        ("import { a } from 'x'; export { a }", &["a = binding a"]),
        ("export interface A {}", &["A = binding A type"]),
        ("export type { A } from 'x'", &["A = A of x type"]),
        ("export type A = string; export { type B } from 'x'", &["A = binding A type", "B = B of x type"]),
        ("export = a()", &["whole = a()"]),
        ("export import a = require('x')", &["a = binding a"]),
        ("module.exports = a()", &["whole = a()"]),
        (
            "module.exports = { a, b: c(), d() {}, ...e }",
            &["whole = { a, b: c(), d() {}, ...e }", "a = a", "b = c()", "d = d() {}"],
        ),
        ("const a = 1; module.exports = { a }", &["whole = { a }", "a = binding a"]),
        ("module.exports = { ...require('x') }", &["whole = { ...require('x') }", "* = * of x"]),
        ("const a = require('x'); module.exports = { ...a }", &["whole = { ...a }", "* = * of x"]),
        ("module.exports = require('x')", &["whole = * of x"]),
        ("module.exports = exports = a", &["whole = a"]),
        ("exports = module.exports = a", &["whole = a"]),
        ("module.exports.a = b()", &["a = b()"]),
        ("exports.a = exports.b = c", &["a = c", "b = c"]),
        ("exports['a b'] = c", &["a b = c"]),
        ("exports.default = a", &["default = a"]),
        ("exports.a = void 0; exports.__esModule = true; exports.a = b", &["a = b"]),
        ("exports.a = require('x').b", &["a = b of x"]),
        (
            "Object.defineProperty(exports, 'a', { enumerable: true, get: function () { return x_1.a } })",
            &["a = x_1.a"],
        ),
        ("Object.defineProperty(exports, 'a', { value: 1 })", &["a = 1"]),
        ("Object.assign(module.exports, { a }, require('x'))", &["a = a", "* = * of x"]),
        ("__exportStar(require('x'), exports)", &["* = * of x"]),
        ("tslib_1.__exportStar(require('x'), exports)", &["* = * of x"]),
        ("function f(module, exports) { module.exports = 1; exports.a = 2 }", &[]),
        ("exports[a] = 1", &[]),
        ("exports.a.b = 1", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(exports(&module(text), text), *expected, "{text}");
    }
}

#[test]
fn lists_every_call_that_loads_a_module() {
    let text = "const a = cond ? require('x') : null\nimport('./y').then(b)\nrequire(`./${name}`)\n\
        require.resolve('z')\nimport.meta.resolve('w')\nfoo.require('v')\nfunction f(require) { require('u') }";
    let module = module_in(text, Dialect::JavaScript);
    let found: Vec<(RequestKind, Option<&str>)> = module
        .requests()
        .iter()
        .map(|request| (request.kind, request.specifier.map(|specifier| module.name(specifier.value))))
        .collect();
    use RequestKind::{Import, Require, Resolve};
    let expected =
        [(Require, Some("x")), (Import, Some("./y")), (Require, None), (Resolve, Some("z")), (Resolve, Some("w"))];
    assert_eq!(found, expected);
    for request in module.requests() {
        assert_eq!(module.request(request.expr), Some(request));
    }
}

#[test]
fn tells_modules_from_scripts() {
    let table = [
        ("import a from 'x'", true),
        ("export {}", true),
        ("await a", true),
        ("for await (const a of b) {}", true),
        ("import.meta.url", true),
        ("const a = require('x')", false),
        ("async function f() { await a }", false),
        ("import('x')", false),
    ];
    for (text, expected) in table {
        assert_eq!(module_in(text, Dialect::JavaScript).has_module_syntax(), expected, "{text}");
    }
}
