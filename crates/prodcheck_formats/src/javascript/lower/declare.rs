//! What a scope declares, found before its code is lowered: `var` and functions are known before they are reached.

use super::super::tree::{BindingId, BindingKind, Name};
use super::{Lowering, empty_binding};
use prodcheck_source::Span;
use swc_core::ecma::ast as swc;

impl Lowering<'_> {
    /// Declares a name in the scope we are in. A name that the scope has already keeps its binding.
    pub fn declare(&mut self, name: Name, kind: BindingKind, at: Span) -> BindingId {
        let meaning = self.resolve(name);
        if let Some(id) = meaning
            && let Some(binding) = self.bindings.get_mut(id.index())
            && binding.scope == self.scope
        {
            let outranks = match kind {
                BindingKind::Type | BindingKind::Var | BindingKind::Namespace => binding.kind == BindingKind::Type,
                _ => matches!(binding.kind, BindingKind::Type | BindingKind::Var | BindingKind::Namespace),
            };
            if outranks {
                binding.kind = kind;
                binding.span = at;
            }
            return id;
        }
        let id = BindingId::from_index(self.bindings.len());
        self.bindings.push(empty_binding(name, kind, at, self.scope));
        if let Some(scope) = self.scopes.get_mut(self.scope.index()) {
            scope.bindings.push(id);
        }
        // A type does not hide a value of an outer scope.
        if kind != BindingKind::Type || meaning.is_none() {
            self.shadowed.push((name, meaning));
            if self.meaning.len() < self.names.len() {
                self.meaning.resize(self.names.len(), None);
            }
            if let Some(slot) = self.meaning.get_mut(name.index()) {
                *slot = Some(id);
            }
        }
        id
    }

    pub fn declare_ident(&mut self, ident: &swc::Ident, kind: BindingKind) -> BindingId {
        let name = self.name(&ident.sym);
        self.declare(name, kind, self.span(ident.span))
    }

    /// Declares the names in a pattern.
    pub fn declare_pattern(&mut self, pattern: &swc::Pat, kind: BindingKind) {
        let result = self.deeper(pattern, |this| match pattern {
            swc::Pat::Ident(ident) => {
                this.declare_ident(&ident.id, kind);
            }
            swc::Pat::Array(array) => {
                for element in array.elems.iter().flatten() {
                    this.declare_pattern(element, kind);
                }
            }
            swc::Pat::Object(object) => {
                for property in &object.props {
                    match property {
                        swc::ObjectPatProp::KeyValue(entry) => this.declare_pattern(&entry.value, kind),
                        swc::ObjectPatProp::Assign(entry) => {
                            this.declare_ident(&entry.key.id, kind);
                        }
                        swc::ObjectPatProp::Rest(rest) => this.declare_pattern(&rest.arg, kind),
                    }
                }
            }
            swc::Pat::Rest(rest) => this.declare_pattern(&rest.arg, kind),
            swc::Pat::Assign(assign) => this.declare_pattern(&assign.left, kind),
            swc::Pat::Invalid(_) | swc::Pat::Expr(_) => {}
        });
        result.unwrap_or_default();
    }

    pub fn hoist_module(&mut self, items: &[swc::ModuleItem]) {
        for item in items {
            match item {
                swc::ModuleItem::Stmt(stmt) => self.hoist_var(stmt),
                swc::ModuleItem::ModuleDecl(swc::ModuleDecl::ExportDecl(export)) => self.hoist_var_decl(&export.decl),
                swc::ModuleItem::ModuleDecl(_) => {}
            }
        }
        for item in items {
            match item {
                swc::ModuleItem::Stmt(stmt) => self.hoist_lexical(stmt),
                swc::ModuleItem::ModuleDecl(declaration) => self.hoist_module_decl(declaration),
            }
        }
    }

    fn hoist_module_decl(&mut self, declaration: &swc::ModuleDecl) {
        match declaration {
            swc::ModuleDecl::Import(import) => {
                for specifier in &import.specifiers {
                    let local = match specifier {
                        swc::ImportSpecifier::Named(named) => &named.local,
                        swc::ImportSpecifier::Default(default) => &default.local,
                        swc::ImportSpecifier::Namespace(namespace) => &namespace.local,
                    };
                    self.declare_ident(local, BindingKind::Import);
                }
            }
            swc::ModuleDecl::ExportDecl(export) => self.hoist_decl(&export.decl),
            swc::ModuleDecl::ExportDefaultDecl(export) => match &export.decl {
                swc::DefaultDecl::Fn(function) if function.function.body.is_some() => {
                    if let Some(ident) = &function.ident {
                        self.declare_ident(ident, BindingKind::Function);
                    }
                }
                swc::DefaultDecl::Class(class) => {
                    if let Some(ident) = &class.ident {
                        self.declare_ident(ident, BindingKind::Class);
                    }
                }
                swc::DefaultDecl::Fn(_) | swc::DefaultDecl::TsInterfaceDecl(_) => {}
            },
            swc::ModuleDecl::TsImportEquals(import) => {
                let kind = match import.module_ref {
                    swc::TsModuleRef::TsExternalModuleRef(_) => BindingKind::Import,
                    swc::TsModuleRef::TsEntityName(_) => BindingKind::Const,
                };
                self.declare_ident(&import.id, kind);
            }
            swc::ModuleDecl::ExportNamed(_)
            | swc::ModuleDecl::ExportDefaultExpr(_)
            | swc::ModuleDecl::ExportAll(_)
            | swc::ModuleDecl::TsExportAssignment(_)
            | swc::ModuleDecl::TsNamespaceExport(_) => {}
        }
    }

    /// Declares what a block holds for itself: everything but `var`.
    pub fn hoist_block(&mut self, stmts: &[swc::Stmt]) {
        for stmt in stmts {
            self.hoist_lexical(stmt);
        }
    }

    fn hoist_lexical(&mut self, stmt: &swc::Stmt) {
        let mut stmt = stmt;
        while let swc::Stmt::Labeled(labelled) = stmt {
            stmt = &labelled.body;
        }
        if let swc::Stmt::Decl(declaration) = stmt {
            self.hoist_decl(declaration);
        }
    }

    fn hoist_decl(&mut self, declaration: &swc::Decl) {
        match declaration {
            swc::Decl::Class(class) if !class.declare => {
                self.declare_ident(&class.ident, BindingKind::Class);
            }
            swc::Decl::Fn(function) if !function.declare && function.function.body.is_some() => {
                self.declare_ident(&function.ident, BindingKind::Function);
            }
            swc::Decl::Var(variables) if !variables.declare => {
                let kind = match variables.kind {
                    swc::VarDeclKind::Var => return,
                    swc::VarDeclKind::Let => BindingKind::Let,
                    swc::VarDeclKind::Const => BindingKind::Const,
                };
                for declarator in &variables.decls {
                    self.declare_pattern(&declarator.name, kind);
                }
            }
            swc::Decl::Using(using) => {
                for declarator in &using.decls {
                    self.declare_pattern(&declarator.name, BindingKind::Const);
                }
            }
            swc::Decl::TsEnum(item) if !item.declare => {
                self.declare_ident(&item.id, BindingKind::Enum);
            }
            swc::Decl::TsModule(module) if !module.declare && !module.global => {
                if let swc::TsModuleName::Ident(ident) = &module.id {
                    self.declare_ident(ident, BindingKind::Namespace);
                }
            }
            swc::Decl::TsInterface(interface) => {
                self.declare_ident(&interface.id, BindingKind::Type);
            }
            swc::Decl::TsTypeAlias(alias) => {
                self.declare_ident(&alias.id, BindingKind::Type);
            }
            swc::Decl::Class(_)
            | swc::Decl::Fn(_)
            | swc::Decl::Var(_)
            | swc::Decl::TsEnum(_)
            | swc::Decl::TsModule(_) => {}
        }
    }

    /// Declares every `var` of a function's code, however deep in its blocks.
    pub fn hoist_vars(&mut self, stmts: &[swc::Stmt]) {
        for stmt in stmts {
            self.hoist_var(stmt);
        }
    }

    fn hoist_var_decl(&mut self, declaration: &swc::Decl) {
        if let swc::Decl::Var(variables) = declaration
            && variables.kind == swc::VarDeclKind::Var
            && !variables.declare
        {
            for declarator in &variables.decls {
                self.declare_pattern(&declarator.name, BindingKind::Var);
            }
        }
    }

    fn hoist_var(&mut self, stmt: &swc::Stmt) {
        match stmt {
            swc::Stmt::Decl(declaration) => self.hoist_var_decl(declaration),
            swc::Stmt::Block(_)
            | swc::Stmt::With(_)
            | swc::Stmt::Labeled(_)
            | swc::Stmt::If(_)
            | swc::Stmt::Switch(_)
            | swc::Stmt::Try(_)
            | swc::Stmt::While(_)
            | swc::Stmt::DoWhile(_)
            | swc::Stmt::For(_)
            | swc::Stmt::ForIn(_)
            | swc::Stmt::ForOf(_) => {
                self.deeper(stmt, |this| this.hoist_nested_var(stmt)).unwrap_or_default();
            }
            swc::Stmt::Empty(_)
            | swc::Stmt::Debugger(_)
            | swc::Stmt::Return(_)
            | swc::Stmt::Break(_)
            | swc::Stmt::Continue(_)
            | swc::Stmt::Throw(_)
            | swc::Stmt::Expr(_) => {}
        }
    }

    fn hoist_nested_var(&mut self, stmt: &swc::Stmt) {
        match stmt {
            swc::Stmt::Block(block) => self.hoist_vars(&block.stmts),
            swc::Stmt::With(with) => self.hoist_var(&with.body),
            swc::Stmt::Labeled(labelled) => self.hoist_var(&labelled.body),
            swc::Stmt::If(choice) => {
                self.hoist_var(&choice.cons);
                if let Some(otherwise) = &choice.alt {
                    self.hoist_var(otherwise);
                }
            }
            swc::Stmt::Switch(switch) => {
                for case in &switch.cases {
                    self.hoist_vars(&case.cons);
                }
            }
            swc::Stmt::Try(parts) => {
                self.hoist_vars(&parts.block.stmts);
                if let Some(handler) = &parts.handler {
                    self.hoist_vars(&handler.body.stmts);
                }
                if let Some(finalizer) = &parts.finalizer {
                    self.hoist_vars(&finalizer.stmts);
                }
            }
            swc::Stmt::While(repeated) => self.hoist_var(&repeated.body),
            swc::Stmt::DoWhile(repeated) => self.hoist_var(&repeated.body),
            swc::Stmt::For(repeated) => {
                if let Some(swc::VarDeclOrExpr::VarDecl(variables)) = &repeated.init {
                    self.hoist_var_head(variables);
                }
                self.hoist_var(&repeated.body);
            }
            swc::Stmt::ForIn(repeated) => {
                if let swc::ForHead::VarDecl(variables) = &repeated.left {
                    self.hoist_var_head(variables);
                }
                self.hoist_var(&repeated.body);
            }
            swc::Stmt::ForOf(repeated) => {
                if let swc::ForHead::VarDecl(variables) = &repeated.left {
                    self.hoist_var_head(variables);
                }
                self.hoist_var(&repeated.body);
            }
            _ => {}
        }
    }

    fn hoist_var_head(&mut self, variables: &swc::VarDecl) {
        if variables.kind == swc::VarDeclKind::Var {
            for declarator in &variables.decls {
                self.declare_pattern(&declarator.name, BindingKind::Var);
            }
        }
    }

    /// Declares the variables in the head of a loop, in the loop's scope.
    pub fn hoist_loop_head(&mut self, variables: &swc::VarDecl) {
        let kind = match variables.kind {
            swc::VarDeclKind::Var => return,
            swc::VarDeclKind::Let => BindingKind::Let,
            swc::VarDeclKind::Const => BindingKind::Const,
        };
        for declarator in &variables.decls {
            self.declare_pattern(&declarator.name, kind);
        }
    }
}
