//! From swc's syntax tree to ours, with names resolved on the way.
//!
//! Each scope first declares what it holds, hoisted names included, and then lowers its code; so a look-up is a read
//! from a table of what each name means at the moment. The scanner has bounded the depth of the syntax tree before;
//! the bound here is the second one, for text that deceived it.

mod class;
mod declare;
mod expression;
mod function;
mod jsx;
mod module_item;
mod operator;
mod pattern;
mod statement;
mod type_name;

use super::tree::{
    Access, Arena, Assignment, Binding, BindingId, BindingKind, Body, Class, ClassId, Export, Expr, ExprId, ExprNode,
    Function, FunctionId, FunctionKind, Grouped, Import, Module, Name, Names, Node, Origin, Reference, Scope, ScopeId,
    ScopeKind, Step, Stmt, StmtId, StmtNode, TypeName,
};
use prodcheck_source::{Note, Span};
use swc_core::common::BytePos;
use swc_core::ecma::ast as swc;

/// How deeply expressions, statements and types may lie in one another.
const MAX_DEPTH: u32 = 400;

/// Where the parser counts the first byte.
pub(super) const START: BytePos = BytePos(1);

/// Lowers a program. The notes say what was left out.
pub(super) fn lower<'a>(program: &'a swc::Program, text: &'a str) -> (Module, Vec<Note>) {
    let mut lowering = Lowering::new(text);
    let body = match program {
        swc::Program::Module(module) => {
            lowering.shebang(module.shebang.as_deref());
            lowering.hoist_module(&module.body);
            lowering.module_items(&module.body, Node::Module)
        }
        swc::Program::Script(script) => {
            lowering.shebang(script.shebang.as_deref());
            lowering.hoist_vars(&script.body);
            lowering.hoist_block(&script.body);
            lowering.statements(&script.body, Node::Module)
        }
    };
    lowering.finish(body)
}

/// Where the parser says that something stands, as one of our spans. The parser's may end inside a character where
/// the text is no code.
pub(super) fn place(text: &str, span: swc_core::common::Span) -> Span {
    let offset = |at: BytePos| {
        let mut offset = (at.0.saturating_sub(START.0) as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    Span::new(offset(span.lo), offset(span.hi))
}

struct Lowering<'a> {
    names: Names,
    exprs: Vec<ExprNode>,
    stmts: Vec<StmtNode>,
    functions: Vec<Function>,
    classes: Vec<Class>,
    bindings: Vec<Binding>,
    scopes: Vec<Scope>,
    types: Vec<TypeName>,
    references: Vec<(BindingId, Reference)>,
    assignments: Vec<(BindingId, Assignment)>,
    imports: Vec<Import>,
    exports: Vec<Export>,
    shebang: Option<Name>,
    text: &'a str,
    has_module_syntax: bool,
    notes: Vec<Note>,

    /// What each name means where we are, by the name's number.
    meaning: Vec<Option<BindingId>>,
    /// What names meant before the open scopes declared them.
    shadowed: Vec<(Name, Option<BindingId>)>,
    scope: ScopeId,
    function: Option<FunctionId>,
    /// What the namespace we are in exports, if we are in one.
    namespace_exports: Option<Vec<(Name, BindingId)>>,
    /// Left sides on the way down to the innermost one, of all expressions that are open.
    spine: Vec<(ExprId, expression::Left<'a>)>,
    /// The way to where we are in the open pattern.
    path: Vec<Step>,
    depth: u32,
    empty_name: Name,
}

impl<'a> Lowering<'a> {
    fn new(text: &'a str) -> Self {
        let mut names = Names::default();
        let empty_name = names.intern("");
        let module_scope = ScopeId::from_index(0);
        Self {
            names,
            exprs: Vec::with_capacity(text.len() / 20),
            stmts: Vec::with_capacity(text.len() / 60),
            functions: Vec::new(),
            classes: Vec::new(),
            bindings: Vec::new(),
            scopes: vec![Scope { kind: ScopeKind::Module, parent: None, function: None, bindings: Vec::new() }],
            types: Vec::new(),
            references: Vec::new(),
            assignments: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            shebang: None,
            text,
            has_module_syntax: false,
            notes: Vec::new(),
            meaning: Vec::new(),
            shadowed: Vec::new(),
            scope: module_scope,
            function: None,
            namespace_exports: None,
            spine: Vec::new(),
            path: Vec::new(),
            depth: 0,
            empty_name,
        }
    }

    fn finish(self, body: Box<[StmtId]>) -> (Module, Vec<Note>) {
        let empty = self.empty_name;
        let module_scope = ScopeId::from_index(0);
        let bindings = self.bindings.len();
        let module = Module {
            names: self.names,
            exprs: Arena {
                items: self.exprs,
                empty: ExprNode {
                    kind: Expr::Unknown,
                    span: Span::default(),
                    parent: Node::Module,
                    function: None,
                    end: 0,
                },
            },
            stmts: Arena { items: self.stmts, empty: empty_stmt(Span::default(), Node::Module, None) },
            functions: Arena {
                items: self.functions,
                empty: empty_function(Span::default(), Node::Module, module_scope),
            },
            classes: Arena { items: self.classes, empty: empty_class(Span::default(), Node::Module) },
            bindings: Arena {
                items: self.bindings,
                empty: empty_binding(empty, BindingKind::Type, Span::default(), module_scope),
            },
            scopes: Arena {
                items: self.scopes,
                empty: Scope { kind: ScopeKind::Block, parent: None, function: None, bindings: Vec::new() },
            },
            types: Arena {
                items: self.types,
                empty: TypeName {
                    root: empty,
                    binding: None,
                    members: Box::default(),
                    arguments: Box::default(),
                    span: Span::default(),
                },
            },
            references: Grouped::new(bindings, self.references),
            assignments: Grouped::new(bindings, self.assignments),
            imports: self.imports,
            exports: self.exports,
            requests: Vec::new(),
            comments: Vec::new(),
            body: body.into_vec(),
            shebang: self.shebang,
            span: Span::new(0, self.text.len()),
            has_module_syntax: self.has_module_syntax,
        };
        (module, self.notes)
    }

    fn shebang(&mut self, text: Option<&str>) {
        self.shebang = text.map(|text| self.names.intern(text));
    }

    fn span(&self, span: swc_core::common::Span) -> Span {
        place(self.text, span)
    }

    fn name(&mut self, text: &str) -> Name {
        self.names.intern(text)
    }

    /// The text of a string, which JavaScript lets hold halves of characters.
    fn string(&mut self, text: &swc_core::atoms::Wtf8Atom) -> Name {
        match text.as_str() {
            Some(text) => self.names.intern(text),
            None => self.names.intern(&text.to_string_lossy()),
        }
    }

    // Places in the lists are given out in pre-order: first the outer node's, then those of what lies in it.

    fn open_expr(&mut self, at: Span, parent: Node) -> ExprId {
        let id = ExprId::from_index(self.exprs.len());
        self.exprs.push(ExprNode { kind: Expr::Unknown, span: at, parent, function: self.function, end: 0 });
        id
    }

    fn close_expr(&mut self, id: ExprId, kind: Expr) -> ExprId {
        let end = number(self.exprs.len());
        if let Some(node) = self.exprs.get_mut(id.index()) {
            node.kind = kind;
            node.end = end;
        }
        id
    }

    /// An expression with nothing in it.
    fn leaf(&mut self, at: Span, parent: Node, kind: Expr) -> ExprId {
        let id = self.open_expr(at, parent);
        self.close_expr(id, kind)
    }

    fn open_stmt(&mut self, at: Span, parent: Node) -> StmtId {
        let id = StmtId::from_index(self.stmts.len());
        let mut node = empty_stmt(at, parent, self.function);
        let start = number(self.exprs.len());
        node.exprs = start..start;
        self.stmts.push(node);
        id
    }

    fn close_stmt(&mut self, id: StmtId, kind: Stmt) -> StmtId {
        let (end, exprs) = (number(self.stmts.len()), number(self.exprs.len()));
        if let Some(node) = self.stmts.get_mut(id.index()) {
            node.kind = kind;
            node.end = end;
            node.exprs.end = exprs;
        }
        id
    }

    /// Runs something one level deeper; `None`, and a note, where that is too deep.
    fn deeper<T>(&mut self, at: impl swc_core::common::Spanned, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            if self.notes.is_empty() {
                let place = self.span(at.span());
                self.notes.push(Note::at(place, "nested too deeply to be read"));
            }
            return None;
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        Some(result)
    }

    /// Runs something in a scope of its own.
    fn in_scope<T>(&mut self, kind: ScopeKind, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope;
        let mark = self.shadowed.len();
        self.scope = ScopeId::from_index(self.scopes.len());
        self.scopes.push(Scope { kind, parent: Some(outer), function: self.function, bindings: Vec::new() });
        let result = work(self);
        while self.shadowed.len() > mark {
            if let Some((name, before)) = self.shadowed.pop()
                && let Some(meaning) = self.meaning.get_mut(name.index())
            {
                *meaning = before;
            }
        }
        self.scope = outer;
        result
    }

    /// What a name means where we are.
    fn resolve(&self, name: Name) -> Option<BindingId> {
        self.meaning.get(name.index()).copied().flatten()
    }

    fn refer(&mut self, binding: Option<BindingId>, expr: ExprId, access: Access) {
        if let Some(binding) = binding {
            self.references.push((binding, Reference { expr, access }));
        }
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn empty_stmt(at: Span, parent: Node, function: Option<FunctionId>) -> StmtNode {
    StmtNode { kind: Stmt::Empty, span: at, parent, function, end: 0, exprs: 0..0 }
}

fn empty_function(at: Span, parent: Node, scope: ScopeId) -> Function {
    Function {
        span: at,
        kind: FunctionKind::Expression,
        name: None,
        binding: None,
        is_async: false,
        is_generator: false,
        params: Box::default(),
        body: Body::Block(Box::default()),
        return_type: None,
        scope,
        parent,
        outer: None,
        exprs: 0..0,
        stmts: 0..0,
    }
}

fn empty_class(at: Span, parent: Node) -> Class {
    Class {
        span: at,
        name: None,
        binding: None,
        extends: None,
        implements: Box::default(),
        decorators: Box::default(),
        members: Box::default(),
        is_abstract: false,
        parent,
        outer: None,
        exprs: 0..0,
        stmts: 0..0,
    }
}

fn empty_binding(name: Name, kind: BindingKind, at: Span, scope: ScopeId) -> Binding {
    Binding { name, kind, span: at, scope, origin: Origin::None, default: None, type_name: None, import: None }
}

impl Lowering<'_> {
    fn binding_mut(&mut self, id: BindingId) -> Option<&mut Binding> {
        self.bindings.get_mut(id.index())
    }

    fn function_mut(&mut self, id: FunctionId) -> Option<&mut Function> {
        self.functions.get_mut(id.index())
    }

    fn class_mut(&mut self, id: ClassId) -> Option<&mut Class> {
        self.classes.get_mut(id.index())
    }
}
