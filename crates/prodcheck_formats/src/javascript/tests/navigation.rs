//! Ways through the tree.

use super::super::{Expr, MemberPath, Module, Node, PathRoot, Stmt};
use super::{find, module, slice};

const SERVER: &str = "const app = express();
app.get('/é', async (req, res) => {
  try {
    for (const id of req.query.ids) {
      await db.query(`select ${escape(id)}`);
    }
  } catch (error) {
    log(error);
  }
});
function stop() { server.close(() => process.exit(0)); }
";

#[test]
fn goes_up_to_functions_loops_and_tries() {
    let module = module(SERVER);
    let call = find(&module, SERVER, "escape(id)");
    let kinds: Vec<&str> = module
        .ancestors(call)
        .map(|node| match node {
            Node::Module => "module",
            Node::Function(_) => "function",
            Node::Class(_) => "class",
            Node::Expr(id) => match module.expr(id) {
                Expr::Template(_) => "template",
                Expr::Call { .. } => "call",
                Expr::Await(_) => "await",
                Expr::Function(_) => "function expression",
                _ => "expr",
            },
            Node::Stmt(id) => match module.stmt(id) {
                Stmt::Expr(_) => "statement",
                Stmt::Block(_) => "block",
                Stmt::ForOf { .. } => "for of",
                Stmt::Try(_) => "try",
                _ => "stmt",
            },
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "template",
            "call",
            "await",
            "statement",
            "block",
            "for of",
            "block",
            "try",
            "function",
            "function expression",
            "call",
            "statement",
            "module"
        ]
    );
    let statement = module.enclosing_statement(call).unwrap();
    assert_eq!(slice(SERVER, module.span(statement)), "await db.query(`select ${escape(id)}`);");
    let function = module.enclosing_function(call).unwrap();
    assert!(module.function(function).is_async);
    assert_eq!(module.enclosing_function(function), None);
    assert_eq!(module.enclosing_functions(find(&module, SERVER, "process.exit(0)")).count(), 2);
}

#[test]
fn lists_what_lies_inside() {
    let module = module(SERVER);
    let callees = |node: Node| -> Vec<&str> {
        module.calls_in(node).map(|call| slice(SERVER, module.span(call.callee))).collect()
    };
    assert_eq!(
        callees(Node::Module),
        ["express", "app.get", "db.query", "escape", "log", "server.close", "process.exit"]
    );
    let handler = module.enclosing_function(find(&module, SERVER, "escape")).unwrap();
    assert_eq!(callees(handler.into()), ["db.query", "escape", "log"]);
    let (stop, _) = module.functions().find(|(_, function)| function.name.is_some()).unwrap();
    let own = module.own_exprs(stop).filter(|(id, _)| module.call(*id).is_some()).count();
    assert_eq!((callees(stop.into()).len(), own), (2, 1));
    assert_eq!(module.own_stmts(handler).filter(|(_, stmt)| matches!(stmt, Stmt::Try(_))).count(), 1);
    let call = find(&module, SERVER, "escape(id)");
    assert!(module.is_inside(call, handler) && !module.is_inside(call, stop));
    let listener = module.call(find(&module, SERVER, "server.close(() => process.exit(0))")).unwrap();
    assert_eq!(module.stmts_in(listener.id).count(), 0);
    assert_eq!(module.stmts_in(Node::Function(handler)).count(), 8);
}

/// Every node is the child of its parent, exactly once, and lies in what its parent holds.
pub fn check_structure(module: &Module) {
    let mut seen = std::collections::HashSet::new();
    let mut open = vec![Node::Module];
    while let Some(node) = open.pop() {
        for child in module.children(node) {
            assert_eq!(module.parent(child), Some(node), "{child:?}");
            assert!(seen.insert(child), "{child:?} twice");
            if let Node::Expr(id) = child {
                assert!(module.is_inside(id, node));
            }
            open.push(child);
        }
    }
    let all = module.exprs().count() + module.stmts().count() + module.functions().count() + module.classes().count();
    assert_eq!(seen.len(), all);
    for (id, _) in module.exprs() {
        let function = module.ancestors(id).find_map(|node| match node {
            Node::Function(id) => Some(id),
            _ => None,
        });
        assert_eq!(module.enclosing_function(id), function);
    }
    for (id, binding) in module.bindings() {
        for reference in module.references(id) {
            let Expr::Identifier { name, binding: bound } = module.expr(reference.expr) else { panic!() };
            assert_eq!((*name, *bound), (binding.name, Some(id)));
        }
    }
}

#[test]
fn structure_holds_together() {
    check_structure(&module(SERVER));
    check_structure(&module(super::shapes::EVERYTHING));
}

#[test]
fn reads_dotted_names() {
    let text = "process.env.PORT; globalThis.process.env; this.a.b; x().y; const p = 1; p.q; import.meta.dirname;
        function f(process) { process.env.A }";
    let module = module(text);
    let path = |wanted: &str| module.member_path(find(&module, text, wanted));
    let names = |path: &MemberPath| path.members.iter().map(|name| module.name(*name)).collect::<Vec<_>>().join(".");
    let port = path("process.env.PORT");
    assert_eq!(names(&port), "env.PORT");
    assert!(matches!(port.root, PathRoot::Global(name) if module.name(name) == "process"));
    assert!(matches!(path("this.a.b").root, PathRoot::This));
    assert!(matches!(path("x().y").root, PathRoot::Expr(_)));
    assert!(matches!(path("p.q").root, PathRoot::Binding(_)));
    assert!(matches!(path("import.meta.dirname").root, PathRoot::ImportMeta));
    assert_eq!(module.environment_variable(find(&module, text, "process.env.PORT")), Some("PORT"));
    assert_eq!(module.environment_variable(find(&module, text, "process.env.A")), None);
    assert!(module.is_global(find(&module, text, "globalThis.process.env"), &["process", "env"]));
}

#[test]
fn finds_returns_and_arguments() {
    let text = "function f() { if (a) return 1; g(() => { return 2 }); return 3 }\nconst h = () => 4; k(1, ...x, 2)";
    let module = module(text);
    let (f, _) = module.functions().next().unwrap();
    let texts: Vec<&str> = module.returns(f).map(|id| slice(text, module.span(id))).collect();
    assert_eq!(texts, ["1", "3"]);
    let call = module.call(find(&module, text, "k(1, ...x, 2)")).unwrap();
    assert!(call.argument(&module, 0).is_some());
    assert_eq!(call.argument(&module, 2), None);
}
