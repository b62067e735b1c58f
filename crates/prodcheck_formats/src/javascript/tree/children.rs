//! What lies directly in a node.

use super::declaration::{Body, Param, Pattern};
use super::expression::{Expr, Jsx, JsxAttribute, JsxName, Key, Property};
use super::ids::{ExprId, Node, StmtId};
use super::module::Module;
use super::statement::{ForLeft, Stmt};

impl Module {
    /// What lies directly in a node, in the order of the text; parts of patterns (keys, defaults, targets) count as
    /// lying in the node that holds the pattern.
    pub fn children(&self, node: impl Into<Node>) -> Vec<Node> {
        let mut children = Children::default();
        match node.into() {
            Node::Module => children.stmts(&self.body),
            Node::Expr(id) => children.of_expr(self.expr(id)),
            Node::Stmt(id) => children.of_stmt(self.stmt(id)),
            Node::Function(id) => {
                let function = self.function(id);
                for param in &function.params {
                    children.param(param);
                }
                match &function.body {
                    Body::Block(stmts) => children.stmts(stmts),
                    Body::Expr(value) => children.expr(*value),
                }
            }
            Node::Class(id) => {
                let class = self.class(id);
                children.exprs(&class.decorators);
                children.exprs(class.extends.as_slice());
                for member in &class.members {
                    // The decorators of a parameter that is a field lie in the constructor.
                    if member.parameter.is_none() {
                        children.exprs(&member.decorators);
                    }
                    children.key(member.key);
                    children.found.extend(member.function.map(Node::Function));
                    children.exprs(member.value.as_slice());
                }
            }
        }
        children.found
    }
}

#[derive(Default)]
struct Children {
    found: Vec<Node>,
}

impl Children {
    fn expr(&mut self, id: ExprId) {
        self.found.push(Node::Expr(id));
    }

    fn exprs(&mut self, ids: &[ExprId]) {
        self.found.extend(ids.iter().copied().map(Node::Expr));
    }

    fn stmt(&mut self, id: StmtId) {
        self.found.push(Node::Stmt(id));
    }

    fn stmts(&mut self, ids: &[StmtId]) {
        self.found.extend(ids.iter().copied().map(Node::Stmt));
    }

    fn key(&mut self, key: Key) {
        if let Key::Computed(expr) = key {
            self.expr(expr);
        }
    }

    fn param(&mut self, param: &Param) {
        self.exprs(&param.decorators);
        self.pattern(&param.pattern);
        self.exprs(param.default.as_slice());
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Unknown | Pattern::Binding(_) => {}
            Pattern::Target(expr) => self.expr(*expr),
            Pattern::Object(object) => {
                for entry in &object.entries {
                    self.key(entry.key);
                    self.pattern(&entry.pattern);
                    self.exprs(entry.default.as_slice());
                }
                if let Some(rest) = &object.rest {
                    self.pattern(rest);
                }
            }
            Pattern::Array(array) => {
                for element in array.elements.iter().flatten() {
                    self.pattern(&element.pattern);
                    self.exprs(element.default.as_slice());
                }
                if let Some(rest) = &array.rest {
                    self.pattern(rest);
                }
            }
        }
    }

    fn of_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Unknown
            | Expr::Hole
            | Expr::String(_)
            | Expr::Number(_)
            | Expr::BigInt(_)
            | Expr::Bool(_)
            | Expr::Null
            | Expr::Regex { .. }
            | Expr::Identifier { .. }
            | Expr::This
            | Expr::Super
            | Expr::ImportMeta
            | Expr::NewTarget => {}
            Expr::Template(template) => self.exprs(&template.exprs),
            Expr::TaggedTemplate { tag, template } => self.exprs(&[*tag, *template]),
            Expr::Member { object, .. } => self.expr(*object),
            Expr::Index { object, index, .. } => self.exprs(&[*object, *index]),
            Expr::Call { callee, arguments, .. } | Expr::New { callee, arguments } => {
                self.expr(*callee);
                self.exprs(arguments);
            }
            Expr::DynamicImport { arguments: items } | Expr::Array(items) | Expr::Sequence(items) => self.exprs(items),
            Expr::Object(properties) => {
                for property in properties {
                    match property {
                        Property::Entry { key, value, .. } => {
                            self.key(*key);
                            self.expr(*value);
                        }
                        Property::Spread(operand) => self.expr(*operand),
                    }
                }
            }
            Expr::Function(id) => self.found.push(Node::Function(*id)),
            Expr::Class(id) => self.found.push(Node::Class(*id)),
            Expr::Assign { target, value, .. } => self.exprs(&[*target, *value]),
            Expr::AssignPattern { pattern, value } => {
                self.pattern(pattern);
                self.expr(*value);
            }
            Expr::Binary { left, right, .. } | Expr::Logical { left, right, .. } => self.exprs(&[*left, *right]),
            Expr::Unary { operand, .. } | Expr::Await(operand) | Expr::Spread(operand) => self.expr(*operand),
            Expr::Update { target, .. } => self.expr(*target),
            Expr::Conditional { test, then, otherwise } => self.exprs(&[*test, *then, *otherwise]),
            Expr::Yield { argument, .. } => self.exprs(argument.as_slice()),
            Expr::Jsx(jsx) => self.jsx(jsx),
        }
    }

    fn jsx(&mut self, jsx: &Jsx) {
        if let JsxName::Component(name) = jsx.element {
            self.expr(name);
        }
        for attribute in &jsx.attributes {
            match attribute {
                JsxAttribute::Attribute { value, .. } => self.exprs(value.as_slice()),
                JsxAttribute::Spread(operand) => self.expr(*operand),
            }
        }
        self.exprs(&jsx.children);
    }

    fn of_stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Empty | Stmt::Break(_) | Stmt::Continue(_) | Stmt::Import | Stmt::Export => {}
            Stmt::Expr(expr) | Stmt::Throw(expr) | Stmt::ExportDefault(expr) => self.expr(*expr),
            Stmt::Return(value) => self.exprs(value.as_slice()),
            Stmt::Variables { declarations, .. } => {
                for declarator in declarations {
                    self.pattern(&declarator.pattern);
                    self.exprs(declarator.init.as_slice());
                }
            }
            Stmt::Function(id) => self.found.push(Node::Function(*id)),
            Stmt::Class(id) => self.found.push(Node::Class(*id)),
            Stmt::Namespace(namespace) => self.stmts(&namespace.body),
            Stmt::If { test, then, otherwise } => {
                self.expr(*test);
                self.stmt(*then);
                self.stmts(otherwise.as_slice());
            }
            Stmt::For { init, test, update, body } => {
                self.stmts(init.as_slice());
                self.exprs(test.as_slice());
                self.exprs(update.as_slice());
                self.stmt(*body);
            }
            Stmt::ForIn { left, right, body } | Stmt::ForOf { left, right, body, .. } => {
                match left {
                    ForLeft::Declaration(stmt) => self.stmt(*stmt),
                    ForLeft::Pattern(pattern) => self.pattern(pattern),
                }
                self.expr(*right);
                self.stmt(*body);
            }
            Stmt::While { test, body } => {
                self.expr(*test);
                self.stmt(*body);
            }
            Stmt::DoWhile { body, test } => {
                self.stmt(*body);
                self.expr(*test);
            }
            Stmt::Try(parts) => {
                self.stmt(parts.block);
                if let Some(param) = &parts.param {
                    self.pattern(param);
                }
                self.stmts(parts.handler.as_slice());
                self.stmts(parts.finalizer.as_slice());
            }
            Stmt::Switch { subject, cases } => {
                self.expr(*subject);
                for case in cases {
                    self.exprs(case.test.as_slice());
                    self.stmts(&case.body);
                }
            }
            Stmt::Block(stmts) => self.stmts(stmts),
            Stmt::Labelled { body, .. } => self.stmt(*body),
        }
    }
}
