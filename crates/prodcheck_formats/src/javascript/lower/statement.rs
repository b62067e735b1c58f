//! Statements.

use super::super::tree::{
    Assignment, BindingId, BindingKind, Case, Declarator, Expr, ExprId, ForLeft, Key, Namespace, Node, Origin, Pattern,
    Property, PropertyKind, ScopeKind, Stmt, StmtId, Try, VariableKind,
};
use super::Lowering;
use super::pattern::{Holder, Root};
use swc_core::common::Spanned as _;
use swc_core::ecma::ast as swc;

impl<'a> Lowering<'a> {
    pub fn statements(&mut self, stmts: &'a [swc::Stmt], parent: Node) -> Box<[StmtId]> {
        stmts.iter().map(|stmt| self.statement(stmt, parent)).collect()
    }

    pub fn statement(&mut self, stmt: &'a swc::Stmt, parent: Node) -> StmtId {
        let id = self.open_stmt(self.span(stmt.span()), parent);
        let kind = self.deeper(stmt, |this| this.statement_kind(stmt, id)).unwrap_or(Stmt::Empty);
        self.close_stmt(id, kind)
    }

    fn statement_kind(&mut self, stmt: &'a swc::Stmt, id: StmtId) -> Stmt {
        let here = Node::Stmt(id);
        match stmt {
            swc::Stmt::Expr(item) => Stmt::Expr(self.expression(&item.expr, here)),
            swc::Stmt::Decl(declaration) => self.declaration(declaration, id),
            swc::Stmt::Block(block) => self.block(&block.stmts, here),
            swc::Stmt::Return(item) => Stmt::Return(self.optional(item.arg.as_deref(), here)),
            swc::Stmt::Throw(item) => Stmt::Throw(self.expression(&item.arg, here)),
            swc::Stmt::If(choice) => Stmt::If {
                test: self.expression(&choice.test, here),
                then: self.statement(&choice.cons, here),
                otherwise: choice.alt.as_ref().map(|otherwise| self.statement(otherwise, here)),
            },
            swc::Stmt::For(repeated) => self.in_scope(ScopeKind::Block, |this| this.for_loop(repeated, here)),
            swc::Stmt::ForIn(repeated) => self.in_scope(ScopeKind::Block, |this| {
                let right = this.expression(&repeated.right, here);
                let left = this.loop_head(&repeated.left, Root::KeyOf(right), here);
                Stmt::ForIn { left, right, body: this.statement(&repeated.body, here) }
            }),
            swc::Stmt::ForOf(repeated) => self.in_scope(ScopeKind::Block, |this| {
                let right = this.expression(&repeated.right, here);
                let left = this.loop_head(&repeated.left, Root::Element(right), here);
                let body = this.statement(&repeated.body, here);
                this.has_module_syntax |= repeated.is_await && this.function.is_none();
                Stmt::ForOf { left, right, body, is_await: repeated.is_await }
            }),
            swc::Stmt::While(repeated) => {
                Stmt::While { test: self.expression(&repeated.test, here), body: self.statement(&repeated.body, here) }
            }
            swc::Stmt::DoWhile(repeated) => Stmt::DoWhile {
                body: self.statement(&repeated.body, here),
                test: self.expression(&repeated.test, here),
            },
            swc::Stmt::Try(parts) => self.try_statement(parts, id),
            swc::Stmt::Switch(switch) => self.switch(switch, here),
            swc::Stmt::Break(item) => Stmt::Break(item.label.as_ref().map(|label| self.name(&label.sym))),
            swc::Stmt::Continue(item) => Stmt::Continue(item.label.as_ref().map(|label| self.name(&label.sym))),
            swc::Stmt::Labeled(item) => {
                Stmt::Labelled { label: self.name(&item.label.sym), body: self.statement(&item.body, here) }
            }
            swc::Stmt::With(item) => {
                let object = self.open_stmt(self.span(item.obj.span()), here);
                let expr = self.expression(&item.obj, Node::Stmt(object));
                let object = self.close_stmt(object, Stmt::Expr(expr));
                Stmt::Block(Box::new([object, self.statement(&item.body, here)]))
            }
            swc::Stmt::Empty(_) | swc::Stmt::Debugger(_) => Stmt::Empty,
        }
    }

    fn optional(&mut self, expr: Option<&'a swc::Expr>, parent: Node) -> Option<ExprId> {
        expr.map(|expr| self.expression(expr, parent))
    }

    /// A block; it has a scope of its own where it declares something.
    fn block(&mut self, stmts: &'a [swc::Stmt], here: Node) -> Stmt {
        if !stmts.iter().any(|stmt| matches!(stmt, swc::Stmt::Decl(_) | swc::Stmt::Labeled(_))) {
            return Stmt::Block(self.statements(stmts, here));
        }
        self.in_scope(ScopeKind::Block, |this| {
            this.hoist_block(stmts);
            Stmt::Block(this.statements(stmts, here))
        })
    }

    fn block_statement(&mut self, block: &'a swc::BlockStmt, parent: Node) -> StmtId {
        let id = self.open_stmt(self.span(block.span), parent);
        let kind = self.block(&block.stmts, Node::Stmt(id));
        self.close_stmt(id, kind)
    }

    pub fn declaration(&mut self, declaration: &'a swc::Decl, id: StmtId) -> Stmt {
        let here = Node::Stmt(id);
        match declaration {
            swc::Decl::Var(variables) if !variables.declare => self.variables(variables, Root::Nothing, here),
            swc::Decl::Using(using) => Stmt::Variables {
                kind: VariableKind::Const,
                declarations: self.declarators(&using.decls, Root::Nothing, here),
            },
            swc::Decl::Fn(function) if !function.declare && function.function.body.is_some() => {
                Stmt::Function(self.function_declaration(&function.ident, &function.function, here))
            }
            swc::Decl::Class(class) if !class.declare => {
                Stmt::Class(self.class_declaration(&class.ident, &class.class, here))
            }
            swc::Decl::TsEnum(item) if !item.declare => self.enumeration(item, here),
            swc::Decl::TsModule(module) if !module.declare && !module.global => match (&module.id, &module.body) {
                (swc::TsModuleName::Ident(ident), Some(body)) => self.namespace(ident, body, id),
                _ => Stmt::Empty,
            },
            _ => Stmt::Empty,
        }
    }

    fn variables(&mut self, variables: &'a swc::VarDecl, root: Root, here: Node) -> Stmt {
        let kind = match variables.kind {
            swc::VarDeclKind::Var => VariableKind::Var,
            swc::VarDeclKind::Let => VariableKind::Let,
            swc::VarDeclKind::Const => VariableKind::Const,
        };
        Stmt::Variables { kind, declarations: self.declarators(&variables.decls, root, here) }
    }

    /// Declarators; in the head of a loop the values come from its root.
    fn declarators(&mut self, declarators: &'a [swc::VarDeclarator], root: Root, here: Node) -> Box<[Declarator]> {
        declarators
            .iter()
            .map(|declarator| {
                let type_name = self.annotation(&declarator.name);
                let init = self.optional(declarator.init.as_deref(), here);
                let root = init.map_or(root, Root::Value);
                let pattern = self.pattern(&declarator.name, Holder { node: here, declares: true, root });
                self.give_type(&pattern, type_name);
                Declarator { pattern, init, type_name, span: self.span(declarator.span) }
            })
            .collect()
    }

    fn for_loop(&mut self, repeated: &'a swc::ForStmt, here: Node) -> Stmt {
        let init = repeated.init.as_ref().map(|init| {
            let id = self.open_stmt(self.span(init.span()), here);
            let kind = match init {
                swc::VarDeclOrExpr::VarDecl(variables) => {
                    self.hoist_loop_head(variables);
                    self.variables(variables, Root::Nothing, Node::Stmt(id))
                }
                swc::VarDeclOrExpr::Expr(expr) => Stmt::Expr(self.expression(expr, Node::Stmt(id))),
            };
            self.close_stmt(id, kind)
        });
        Stmt::For {
            init,
            test: self.optional(repeated.test.as_deref(), here),
            update: self.optional(repeated.update.as_deref(), here),
            body: self.statement(&repeated.body, here),
        }
    }

    fn loop_head(&mut self, head: &'a swc::ForHead, root: Root, here: Node) -> ForLeft {
        match head {
            swc::ForHead::VarDecl(variables) => {
                let id = self.open_stmt(self.span(variables.span), here);
                self.hoist_loop_head(variables);
                let kind = self.variables(variables, root, Node::Stmt(id));
                ForLeft::Declaration(self.close_stmt(id, kind))
            }
            swc::ForHead::UsingDecl(using) => {
                let id = self.open_stmt(self.span(using.span), here);
                for declarator in &using.decls {
                    self.declare_pattern(&declarator.name, BindingKind::Const);
                }
                let declarations = self.declarators(&using.decls, root, Node::Stmt(id));
                let kind = Stmt::Variables { kind: VariableKind::Const, declarations };
                ForLeft::Declaration(self.close_stmt(id, kind))
            }
            swc::ForHead::Pat(pattern) => {
                let pattern = self.pattern(pattern, Holder { node: here, declares: false, root });
                ForLeft::Pattern(Box::new(pattern))
            }
        }
    }

    fn try_statement(&mut self, parts: &'a swc::TryStmt, id: StmtId) -> Stmt {
        let here = Node::Stmt(id);
        let block = self.block_statement(&parts.block, here);
        let (param, handler) = match &parts.handler {
            None => (None, None),
            Some(clause) => self.in_scope(ScopeKind::Block, |this| {
                let param = clause.param.as_ref().map(|param| {
                    this.declare_pattern(param, BindingKind::Catch);
                    this.pattern(param, Holder { node: here, declares: true, root: Root::Caught(id) })
                });
                (param, Some(this.block_statement(&clause.body, here)))
            }),
        };
        let finalizer = parts.finalizer.as_ref().map(|block| self.block_statement(block, here));
        Stmt::Try(Box::new(Try { block, param, handler, finalizer }))
    }

    fn switch(&mut self, switch: &'a swc::SwitchStmt, here: Node) -> Stmt {
        let subject = self.expression(&switch.discriminant, here);
        let cases = self.in_scope(ScopeKind::Block, |this| {
            for case in &switch.cases {
                this.hoist_block(&case.cons);
            }
            switch
                .cases
                .iter()
                .map(|case| Case {
                    test: this.optional(case.test.as_deref(), here),
                    body: this.statements(&case.cons, here),
                    span: this.span(case.span),
                })
                .collect()
        });
        Stmt::Switch { subject, cases }
    }

    /// An enum: a constant whose value is an object. Its members can name one another.
    fn enumeration(&mut self, item: &'a swc::TsEnumDecl, here: Node) -> Stmt {
        let name = self.name(&item.id.sym);
        let binding = self.resolve(name);
        let at = self.span(item.span);
        let object = self.open_expr(at, here);
        let properties = self.in_scope(ScopeKind::Namespace, |this| {
            let mut next = Some(0.0);
            item.members.iter().map(|member| this.enum_member(member, &mut next, Node::Expr(object))).collect()
        });
        let init = self.close_expr(object, Expr::Object(properties));
        let pattern = match binding {
            Some(id) => {
                self.bind_enum(id, init, here);
                Pattern::Binding(id)
            }
            None => Pattern::Unknown,
        };
        let declarator = Declarator { pattern, init: Some(init), type_name: None, span: at };
        Stmt::Variables { kind: VariableKind::Const, declarations: Box::new([declarator]) }
    }

    fn bind_enum(&mut self, id: BindingId, value: ExprId, here: Node) {
        let origin = Origin::Value { expr: value, path: Box::default() };
        let Some(binding) = self.binding_mut(id) else { return };
        if binding.origin == Origin::None {
            binding.origin = origin;
        } else {
            self.assignments.push((id, Assignment { by: here, origin, replaces: false }));
        }
    }

    fn enum_member(&mut self, member: &'a swc::TsEnumMember, next: &mut Option<f64>, here: Node) -> Property {
        let (name, key_span) = match &member.id {
            swc::TsEnumMemberId::Ident(ident) => (self.name(&ident.sym), self.span(ident.span)),
            swc::TsEnumMemberId::Str(text) => (self.string(&text.value), self.span(text.span)),
        };
        let value = match &member.init {
            Some(init) => self.expression(init, here),
            None => self.leaf(key_span, here, next.map_or(Expr::Unknown, Expr::Number)),
        };
        *next = match self.exprs.get(value.index()).map(|node| &node.kind) {
            Some(Expr::Number(number)) => Some(number + 1.0),
            _ => None,
        };
        let binding = self.declare(name, BindingKind::Const, key_span);
        if let Some(binding) = self.binding_mut(binding) {
            binding.origin = Origin::Value { expr: value, path: Box::default() };
        }
        Property::Entry { key: Key::Name(name), key_span, value, kind: PropertyKind::Value }
    }

    fn namespace(&mut self, ident: &swc::Ident, body: &'a swc::TsNamespaceBody, id: StmtId) -> Stmt {
        let name = self.name(&ident.sym);
        let binding = self.resolve(name);
        if let Some(binding) = binding.and_then(|binding| self.binding_mut(binding))
            && binding.origin == Origin::None
        {
            binding.origin = Origin::Namespace(id);
        }
        let outer = self.namespace_exports.replace(Vec::new());
        let (scope, body) = self.in_scope(ScopeKind::Namespace, |this| {
            let body = match body {
                swc::TsNamespaceBody::TsModuleBlock(block) => {
                    this.hoist_module(&block.body);
                    this.module_items(&block.body, Node::Stmt(id))
                }
                swc::TsNamespaceBody::TsNamespaceDecl(inner) => {
                    let binding = this.declare_ident(&inner.id, BindingKind::Namespace);
                    let name = this.name(&inner.id.sym);
                    let nested = this.open_stmt(this.span(inner.span), Node::Stmt(id));
                    let kind = this.deeper(inner.span, |this| this.namespace(&inner.id, &inner.body, nested));
                    this.namespace_exports.get_or_insert_default().push((name, binding));
                    Box::new([this.close_stmt(nested, kind.unwrap_or(Stmt::Empty))])
                }
            };
            (this.scope, body)
        });
        let exports = std::mem::replace(&mut self.namespace_exports, outer).unwrap_or_default().into();
        Stmt::Namespace(Box::new(Namespace { binding, scope, body, exports }))
    }
}
