//! Ways through the tree: upwards by parents, and over all that lies inside a node.

use super::declaration::{Body, FunctionKind, MemberKind};
use super::expression::{Expr, Key, Property};
use super::ids::{ClassId, ExprId, FunctionId, Node, StmtId};
use super::module::Module;
use super::statement::Stmt;
use prodcheck_source::Span;
use std::ops::Range;

/// A call or `new`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call<'m> {
    /// The call itself.
    pub id: ExprId,
    /// What is called.
    pub callee: ExprId,
    /// The arguments.
    pub arguments: &'m [ExprId],
    /// Whether it is `new`.
    pub is_new: bool,
    /// Where it stands.
    pub span: Span,
}

impl Call<'_> {
    /// An argument, counted from 0. `None` as well where a spread one stands at or before that place.
    pub fn argument(&self, module: &Module, index: usize) -> Option<ExprId> {
        let argument = *self.arguments.get(index)?;
        let spread = self.arguments.iter().take(index + 1).any(|id| matches!(module.expr(*id), Expr::Spread(_)));
        (!spread).then_some(argument)
    }
}

impl Module {
    /// What a node lies in: of a parameter's default the function, of a decorator or a field's value the class.
    pub fn parent(&self, node: impl Into<Node>) -> Option<Node> {
        match node.into() {
            Node::Module => None,
            Node::Expr(id) => Some(self.exprs.get(id.index()).parent),
            Node::Stmt(id) => Some(self.stmts.get(id.index()).parent),
            Node::Function(id) => Some(self.function(id).parent),
            Node::Class(id) => Some(self.class(id).parent),
        }
    }

    /// What a node lies in, from the inside out; the last one is the module. A function follows its expression's
    /// place: body statement, function, function expression, call, …
    pub fn ancestors(&self, node: impl Into<Node>) -> impl Iterator<Item = Node> {
        std::iter::successors(self.parent(node), |node| self.parent(*node))
    }

    /// The function whose code a node belongs to: for a function itself the one around it.
    pub fn enclosing_function(&self, node: impl Into<Node>) -> Option<FunctionId> {
        match node.into() {
            Node::Module => None,
            Node::Expr(id) => self.exprs.get(id.index()).function,
            Node::Stmt(id) => self.stmts.get(id.index()).function,
            Node::Function(id) => self.function(id).outer,
            Node::Class(id) => self.class(id).outer,
        }
    }

    /// The functions around a node, from the inside out.
    pub fn enclosing_functions(&self, node: impl Into<Node>) -> impl Iterator<Item = FunctionId> {
        std::iter::successors(self.enclosing_function(node), |function| self.function(*function).outer)
    }

    /// The innermost statement around a node.
    pub fn enclosing_statement(&self, node: impl Into<Node>) -> Option<StmtId> {
        self.ancestors(node).find_map(|node| match node {
            Node::Stmt(id) => Some(id),
            _ => None,
        })
    }

    /// The innermost class around a node.
    pub fn enclosing_class(&self, node: impl Into<Node>) -> Option<ClassId> {
        self.ancestors(node).find_map(|node| match node {
            Node::Class(id) => Some(id),
            _ => None,
        })
    }

    /// The class that `this` is an instance of (or that it is itself, in a static member) for code at a node.
    pub fn class_of_this(&self, node: impl Into<Node>) -> Option<ClassId> {
        for node in self.ancestors(node) {
            match node {
                Node::Class(class) => return Some(class),
                Node::Function(id) => {
                    let function = self.function(id);
                    match (function.kind, function.parent) {
                        (FunctionKind::Arrow, _) => {}
                        (_, Node::Class(class)) => return Some(class),
                        _ => return None,
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Whether `this` at a node is the class itself: in a static method, accessor or block.
    pub fn is_this_static(&self, node: impl Into<Node>) -> bool {
        for node in self.ancestors(node) {
            let Node::Function(id) = node else { continue };
            let function = self.function(id);
            match (function.kind, function.parent) {
                (FunctionKind::Arrow, _) => {}
                (_, Node::Class(class)) => {
                    let own = self.class(class).members.iter().find(|member| member.function == Some(id));
                    return own.is_some_and(|member| member.is_static || member.kind == MemberKind::StaticBlock);
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether one expression lies inside a node (or is it).
    pub fn is_inside(&self, expr: ExprId, node: impl Into<Node>) -> bool {
        self.expr_range(node.into()).contains(&index(expr))
    }

    /// All expressions of the module, in pre-order.
    pub fn exprs(&self) -> impl DoubleEndedIterator<Item = (ExprId, &Expr)> {
        self.exprs.items.iter().enumerate().map(|(index, node)| (ExprId::from_index(index), &node.kind))
    }

    /// The expressions inside a node and, of an expression, itself, in pre-order; nested functions' included.
    pub fn exprs_in(&self, node: impl Into<Node>) -> impl DoubleEndedIterator<Item = (ExprId, &Expr)> {
        let range = self.expr_range(node.into());
        let nodes = self.exprs.items.get(range.start as usize..range.end as usize).unwrap_or(&[]);
        let start = range.start as usize;
        nodes.iter().enumerate().map(move |(index, node)| (ExprId::from_index(start + index), &node.kind))
    }

    /// The expressions of a function's own code: those of functions inside it left out.
    pub fn own_exprs(&self, function: FunctionId) -> impl DoubleEndedIterator<Item = (ExprId, &Expr)> {
        self.exprs_in(function).filter(move |(id, _)| self.enclosing_function(*id) == Some(function))
    }

    /// All statements of the module, in pre-order.
    pub fn stmts(&self) -> impl DoubleEndedIterator<Item = (StmtId, &Stmt)> {
        self.stmts.items.iter().enumerate().map(|(index, node)| (StmtId::from_index(index), &node.kind))
    }

    /// The statements inside a node and, of a statement, itself, in pre-order; nested functions' included. Of an
    /// expression those of the functions and classes inside it.
    pub fn stmts_in(&self, node: impl Into<Node>) -> impl DoubleEndedIterator<Item = (StmtId, &Stmt)> {
        let range = self.stmt_range(node.into());
        let nodes = self.stmts.items.get(range.start as usize..range.end as usize).unwrap_or(&[]);
        let start = range.start as usize;
        nodes.iter().enumerate().map(move |(index, node)| (StmtId::from_index(start + index), &node.kind))
    }

    /// The statements of a function's own code: those of functions inside it left out.
    pub fn own_stmts(&self, function: FunctionId) -> impl DoubleEndedIterator<Item = (StmtId, &Stmt)> {
        self.stmts_in(function).filter(move |(id, _)| self.enclosing_function(*id) == Some(function))
    }

    /// All calls and `new`s of the module, in pre-order: an outer call before those in its callee and arguments.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.exprs().filter_map(|(id, _)| self.call(id))
    }

    /// The calls and `new`s inside a node, in pre-order; nested functions' included.
    pub fn calls_in(&self, node: impl Into<Node>) -> impl Iterator<Item = Call<'_>> {
        self.exprs_in(node).filter_map(|(id, _)| self.call(id))
    }

    /// An expression as a call or `new`.
    pub fn call(&self, id: ExprId) -> Option<Call<'_>> {
        let (callee, arguments, is_new) = match self.expr(id) {
            Expr::Call { callee, arguments, .. } => (*callee, arguments, false),
            Expr::New { callee, arguments } => (*callee, arguments, true),
            _ => return None,
        };
        Some(Call { id, callee, arguments, is_new, span: self.span(id) })
    }

    /// What a function returns, expressions of `return` and an arrow's value, in the order of the text.
    pub fn returns(&self, function: FunctionId) -> impl Iterator<Item = ExprId> {
        let value = match self.function(function).body {
            Body::Expr(value) => Some(value),
            Body::Block(_) => None,
        };
        value.into_iter().chain(self.own_stmts(function).filter_map(|(_, stmt)| match stmt {
            Stmt::Return(value) => *value,
            _ => None,
        }))
    }

    /// The text of a string, or of a template without expressions.
    pub fn string(&self, expr: ExprId) -> Option<&str> {
        match self.expr(expr) {
            Expr::String(name) => Some(self.name(*name)),
            Expr::Template(template) if template.exprs.is_empty() => {
                template.texts.first().map(|text| self.name(text.text))
            }
            _ => None,
        }
    }

    /// The value of a property of an object literal; of several the last.
    pub fn property(&self, object: ExprId, key: &str) -> Option<ExprId> {
        let Expr::Object(properties) = self.expr(object) else { return None };
        properties.iter().rev().find_map(|property| match property {
            Property::Entry { key: Key::Name(name), value, .. } if self.name(*name) == key => Some(*value),
            _ => None,
        })
    }

    /// The code of a method, or of a field that is a function, of a class.
    pub fn method(&self, class: ClassId, name: &str) -> Option<FunctionId> {
        self.class(class).members.iter().find_map(|member| match member.key {
            Key::Name(key) if self.name(key) == name && member.kind != MemberKind::Setter => {
                member.function.or_else(|| self.as_function(member.value?))
            }
            _ => None,
        })
    }

    /// An expression as a function.
    pub fn as_function(&self, expr: ExprId) -> Option<FunctionId> {
        match self.expr(expr) {
            Expr::Function(id) => Some(*id),
            _ => None,
        }
    }

    fn expr_range(&self, node: Node) -> Range<u32> {
        match node {
            Node::Module => 0..length(self.exprs.items.len()),
            Node::Expr(id) => index(id)..self.exprs.get(id.index()).end,
            Node::Stmt(id) => self.stmts.get(id.index()).exprs.clone(),
            Node::Function(id) => self.function(id).exprs.clone(),
            Node::Class(id) => self.class(id).exprs.clone(),
        }
    }

    fn stmt_range(&self, node: Node) -> Range<u32> {
        match node {
            Node::Module => 0..length(self.stmts.items.len()),
            Node::Stmt(id) => length(id.index())..self.stmts.get(id.index()).end,
            Node::Function(id) => self.function(id).stmts.clone(),
            Node::Class(id) => self.class(id).stmts.clone(),
            Node::Expr(id) => {
                let mut inner = self.exprs_in(id).filter_map(|(_, expr)| match expr {
                    Expr::Function(id) => Some(&self.function(*id).stmts),
                    Expr::Class(id) => Some(&self.class(*id).stmts),
                    _ => None,
                });
                let Some(first) = inner.next() else { return 0..0 };
                inner.fold(first.clone(), |all, next| all.start..all.end.max(next.end))
            }
        }
    }
}

fn index(id: ExprId) -> u32 {
    length(id.index())
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
