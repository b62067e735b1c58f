//! A module and the look-ups by id.

use super::declaration::{Assignment, Binding, Class, Function, Reference, Scope, TypeName};
use super::expression::Expr;
use super::ids::{BindingId, ClassId, ExprId, FunctionId, ImportId, Name, Node, ScopeId, StmtId, TypeId};
use super::linkage::{Comment, Export, Import, Request};
use super::names::Names;
use super::statement::Stmt;
use prodcheck_source::Span;

/// One JavaScript or TypeScript module.
///
/// An id of another module, which is a mistake, finds an empty node and never panics.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    pub(crate) names: Names,
    pub(crate) exprs: Arena<ExprNode>,
    pub(crate) stmts: Arena<StmtNode>,
    pub(crate) functions: Arena<Function>,
    pub(crate) classes: Arena<Class>,
    pub(crate) bindings: Arena<Binding>,
    pub(crate) scopes: Arena<Scope>,
    pub(crate) types: Arena<TypeName>,
    pub(crate) references: Grouped<Reference>,
    pub(crate) assignments: Grouped<Assignment>,
    pub(crate) imports: Vec<Import>,
    pub(crate) exports: Vec<Export>,
    pub(crate) requests: Vec<Request>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) body: Vec<StmtId>,
    pub(crate) shebang: Option<Name>,
    pub(crate) span: Span,
    pub(crate) has_module_syntax: bool,
}

/// An expression and its place in the tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ExprNode {
    pub kind: Expr,
    pub span: Span,
    pub parent: Node,
    pub function: Option<FunctionId>,
    /// 1 + the index of the last expression inside it.
    pub end: u32,
}

/// A statement and its place in the tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StmtNode {
    pub kind: Stmt,
    pub span: Span,
    pub parent: Node,
    pub function: Option<FunctionId>,
    /// 1 + the index of the last statement inside it.
    pub end: u32,
    /// The indices of the expressions inside it.
    pub exprs: std::ops::Range<u32>,
}

/// A list whose look-up always finds something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arena<T> {
    pub items: Vec<T>,
    pub empty: T,
}

impl<T> Arena<T> {
    pub fn get(&self, index: usize) -> &T {
        self.items.get(index).unwrap_or(&self.empty)
    }
}

/// Items that belong to bindings: those of one binding lie together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grouped<T> {
    items: Vec<T>,
    /// Where the items of each binding end; they begin where those of the one before end.
    ends: Vec<u32>,
}

impl<T> Grouped<T> {
    /// Groups items and keeps their order within a group.
    pub fn new(groups: usize, mut items: Vec<(BindingId, T)>) -> Self {
        items.sort_by_key(|(binding, _)| *binding);
        let mut ends = vec![0_u32; groups];
        for (binding, _) in &items {
            if let Some(end) = ends.get_mut(binding.index()) {
                *end += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        Self { items: items.into_iter().map(|(_, item)| item).collect(), ends }
    }

    fn of(&self, binding: BindingId) -> &[T] {
        let Some(end) = self.ends.get(binding.index()) else { return &[] };
        let start = binding.index().checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.items.get(start as usize..*end as usize).unwrap_or(&[])
    }
}

impl Module {
    /// The text of a name.
    pub fn name(&self, name: Name) -> &str {
        self.names.get(name)
    }

    /// The name of a text, where the module has that text as an identifier, a key or a string.
    pub fn find_name(&self, text: &str) -> Option<Name> {
        self.names.find(text)
    }

    /// An expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs.get(id.index()).kind
    }

    /// A statement.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts.get(id.index()).kind
    }

    /// A function.
    pub fn function(&self, id: FunctionId) -> &Function {
        self.functions.get(id.index())
    }

    /// A class.
    pub fn class(&self, id: ClassId) -> &Class {
        self.classes.get(id.index())
    }

    /// A binding.
    pub fn binding(&self, id: BindingId) -> &Binding {
        self.bindings.get(id.index())
    }

    /// A scope.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        self.scopes.get(id.index())
    }

    /// The name of a type.
    pub fn type_name(&self, id: TypeId) -> &TypeName {
        self.types.get(id.index())
    }

    /// A row of the table of imports.
    pub fn import(&self, id: ImportId) -> Option<&Import> {
        self.imports.get(id.index())
    }

    /// Where a node stands, in the text that was parsed. Parentheses around an expression and TypeScript's additions
    /// to it lie outside.
    pub fn span(&self, node: impl Into<Node>) -> Span {
        match node.into() {
            Node::Module => self.span,
            Node::Expr(id) => self.exprs.get(id.index()).span,
            Node::Stmt(id) => self.stmts.get(id.index()).span,
            Node::Function(id) => self.function(id).span,
            Node::Class(id) => self.class(id).span,
        }
    }

    /// The statements of the module itself.
    pub fn body(&self) -> &[StmtId] {
        &self.body
    }

    /// The scope of the module itself.
    pub fn module_scope(&self) -> ScopeId {
        ScopeId::from_index(0)
    }

    /// The first line, where it begins with `#!`: the text after that.
    pub fn shebang(&self) -> Option<&str> {
        self.shebang.map(|name| self.name(name))
    }

    /// Whether it has an `import` or `export` declaration, `import.meta`, or `await` outside functions.
    pub fn has_module_syntax(&self) -> bool {
        self.has_module_syntax
    }

    /// What the module takes from others, in the order of the text; the rows of `require` and `import()` follow those
    /// of declarations. Only calls whose value goes straight into a declaration are here; all calls are in
    /// [`Module::requests`].
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// The rows of the table of imports with their ids.
    pub fn import_ids(&self) -> impl Iterator<Item = (ImportId, &Import)> {
        self.imports.iter().enumerate().map(|(index, import)| (ImportId::from_index(index), import))
    }

    /// What the module gives to others, in the order of the text; CommonJS follows declarations. Of several rows of one
    /// name in CommonJS each may be the one that counts.
    pub fn exports(&self) -> &[Export] {
        &self.exports
    }

    /// Every call that loads another module, in the order of the text.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// What an expression loads, where it is a call that loads another module.
    pub fn request(&self, expr: ExprId) -> Option<&Request> {
        let at = self.requests.binary_search_by_key(&expr, |request| request.expr).ok()?;
        self.requests.get(at)
    }

    /// The comments in the order of the text.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The comments before the first statement.
    pub fn leading_comments(&self) -> impl Iterator<Item = &Comment> {
        let first = self.body.first().map_or(u32::MAX, |id| self.span(*id).start);
        self.comments.iter().take_while(move |comment| comment.span.end <= first)
    }

    /// The strings that stand as statements at the beginning: `use strict`, `use client`.
    pub fn directives(&self) -> impl Iterator<Item = &str> {
        self.body.iter().map_while(|id| match self.stmt(*id) {
            Stmt::Expr(expr) => self.string(*expr),
            _ => None,
        })
    }

    /// The uses of a binding in the order of the text, declarations left out.
    pub fn references(&self, binding: BindingId) -> &[Reference] {
        self.references.of(binding)
    }

    /// The values that a binding is given after its declaration, in the order of the text.
    pub fn assignments(&self, binding: BindingId) -> &[Assignment] {
        self.assignments.of(binding)
    }

    /// All bindings.
    pub fn bindings(&self) -> impl Iterator<Item = (BindingId, &Binding)> {
        self.bindings.items.iter().enumerate().map(|(index, binding)| (BindingId::from_index(index), binding))
    }

    /// All functions, in the order of the text.
    pub fn functions(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.functions.items.iter().enumerate().map(|(index, function)| (FunctionId::from_index(index), function))
    }

    /// All classes, in the order of the text.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.classes.items.iter().enumerate().map(|(index, class)| (ClassId::from_index(index), class))
    }

    /// What a name is bound to for code in a scope.
    pub fn lookup(&self, scope: ScopeId, name: &str) -> Option<BindingId> {
        let name = self.find_name(name)?;
        let mut next = Some(scope);
        while let Some(id) = next {
            let scope = self.scope(id);
            if let Some(found) = scope.bindings.iter().find(|binding| self.binding(**binding).name == name) {
                return Some(*found);
            }
            next = scope.parent;
        }
        None
    }
}
