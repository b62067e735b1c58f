//! Imports and exports as declarations.

use super::super::tree::{
    BindingId, BindingKind, Export, ExportName, Exported, Expr, FunctionKind, Import, ImportId, Imported, Linkage,
    Name, Node, Origin, Pattern, Stmt, StmtId,
};
use super::Lowering;
use prodcheck_source::{Span, Spanned};
use swc_core::common::Spanned as _;
use swc_core::ecma::ast as swc;

impl<'a> Lowering<'a> {
    pub fn module_items(&mut self, items: &'a [swc::ModuleItem], parent: Node) -> Box<[StmtId]> {
        items
            .iter()
            .map(|item| match item {
                swc::ModuleItem::Stmt(stmt) => self.statement(stmt, parent),
                swc::ModuleItem::ModuleDecl(declaration) => {
                    let id = self.open_stmt(self.span(declaration.span()), parent);
                    let kind = self.deeper(declaration, |this| this.module_declaration(declaration, id));
                    self.close_stmt(id, kind.unwrap_or(Stmt::Empty))
                }
            })
            .collect()
    }

    fn module_declaration(&mut self, declaration: &'a swc::ModuleDecl, id: StmtId) -> Stmt {
        self.has_module_syntax |= self.namespace_exports.is_none();
        match declaration {
            swc::ModuleDecl::Import(import) => self.import(import),
            swc::ModuleDecl::ExportDecl(export) => {
                let kind = self.declaration(&export.decl, id);
                self.export_declared(&export.decl, &kind);
                kind
            }
            swc::ModuleDecl::ExportNamed(export) => self.export_named(export),
            swc::ModuleDecl::ExportDefaultDecl(export) => self.export_default(&export.decl, self.span(export.span), id),
            swc::ModuleDecl::ExportDefaultExpr(export) => {
                let value = self.expression(&export.expr, Node::Stmt(id));
                self.push_export(ExportName::Default, self.value(value), self.span(export.span));
                Stmt::ExportDefault(value)
            }
            swc::ModuleDecl::ExportAll(export) => {
                let exported = Exported::From { source: self.source(&export.src), imported: Imported::Namespace };
                self.exports.push(Export {
                    name: ExportName::Star,
                    exported,
                    type_only: export.type_only,
                    syntax: Linkage::Static,
                    by: None,
                    span: self.span(export.span),
                });
                Stmt::Export
            }
            swc::ModuleDecl::TsImportEquals(import) => self.import_equals(import, id),
            swc::ModuleDecl::TsExportAssignment(export) => {
                let value = self.expression(&export.expr, Node::Stmt(id));
                self.exports.push(Export {
                    name: ExportName::Whole,
                    exported: self.value(value),
                    type_only: false,
                    syntax: Linkage::CommonJs,
                    by: None,
                    span: self.span(export.span),
                });
                Stmt::ExportDefault(value)
            }
            swc::ModuleDecl::TsNamespaceExport(_) => Stmt::Empty,
        }
    }

    fn source(&mut self, source: &swc::Str) -> Spanned<Name> {
        Spanned::new(self.string(&source.value), self.span(source.span))
    }

    fn module_name(&mut self, name: &swc::ModuleExportName) -> Name {
        match name {
            swc::ModuleExportName::Ident(ident) => self.name(&ident.sym),
            swc::ModuleExportName::Str(text) => self.string(&text.value),
        }
    }

    fn imported(&self, name: Name) -> Imported {
        if self.names.get(name) == "default" { Imported::Default } else { Imported::Name(name) }
    }

    fn export_name(&self, name: Name) -> ExportName {
        if self.names.get(name) == "default" { ExportName::Default } else { ExportName::Name(name) }
    }

    fn import(&mut self, import: &swc::ImportDecl) -> Stmt {
        let source = self.source(&import.src);
        if import.specifiers.is_empty() {
            self.push_import(None, source, Imported::Nothing, import.type_only, self.span(import.span));
        }
        for specifier in &import.specifiers {
            let (local, imported, type_only) = match specifier {
                swc::ImportSpecifier::Default(default) => (&default.local, Imported::Default, false),
                swc::ImportSpecifier::Namespace(namespace) => (&namespace.local, Imported::Namespace, false),
                swc::ImportSpecifier::Named(named) => {
                    let name = match &named.imported {
                        Some(name) => self.module_name(name),
                        None => self.name(&named.local.sym),
                    };
                    (&named.local, self.imported(name), named.is_type_only)
                }
            };
            let name = self.name(&local.sym);
            let binding = self.resolve(name);
            self.push_import(binding, source, imported, import.type_only || type_only, self.span(specifier.span()));
        }
        Stmt::Import
    }

    fn push_import(
        &mut self,
        local: Option<BindingId>,
        source: Spanned<Name>,
        imported: Imported,
        type_only: bool,
        at: Span,
    ) {
        let id = ImportId::from_index(self.imports.len());
        self.imports.push(Import { local, source, imported, type_only, syntax: Linkage::Static, span: at });
        if let Some(binding) = local.and_then(|local| self.binding_mut(local))
            && binding.import.is_none()
        {
            binding.import = Some(id);
            binding.origin = Origin::Import(id);
        }
    }

    fn import_equals(&mut self, import: &swc::TsImportEqualsDecl, id: StmtId) -> Stmt {
        let name = self.name(&import.id.sym);
        let binding = self.resolve(name);
        if import.is_export
            && let Some(binding) = binding
        {
            self.push_export(ExportName::Name(name), Exported::Binding(binding), self.span(import.id.span));
        }
        match &import.module_ref {
            swc::TsModuleRef::TsExternalModuleRef(module) => {
                let source = self.source(&module.expr);
                self.push_import(binding, source, Imported::Namespace, import.is_type_only, self.span(import.span));
                if let Some(row) = self.imports.last_mut() {
                    row.syntax = Linkage::CommonJs;
                }
                Stmt::Import
            }
            swc::TsModuleRef::TsEntityName(entity) => {
                let value = self.entity_value(entity, Node::Stmt(id));
                if let Some(binding) = binding.and_then(|binding| self.binding_mut(binding)) {
                    binding.origin = Origin::Value { expr: value, path: Box::default() };
                }
                Stmt::Expr(value)
            }
        }
    }

    /// `A.B.C` in `import x = A.B.C` as a chain of members.
    fn entity_value(&mut self, entity: &swc::TsEntityName, parent: Node) -> super::ExprId {
        match entity {
            swc::TsEntityName::Ident(ident) => self.identifier(ident, parent, super::Access::Read).0,
            swc::TsEntityName::TsQualifiedName(qualified) => {
                let id = self.open_expr(self.span(qualified.span), parent);
                let kind = self.deeper(qualified.span, |this| {
                    let object = this.entity_value(&qualified.left, Node::Expr(id));
                    let property = this.name(&qualified.right.sym);
                    let property_span = this.span(qualified.right.span);
                    Expr::Member { object, property, property_span, optional: false }
                });
                self.close_expr(id, kind.unwrap_or(Expr::Unknown))
            }
        }
    }

    /// What the value of an expression is as an export: the binding where it is a bound name.
    fn value(&self, value: super::ExprId) -> Exported {
        match self.exprs.get(value.index()).map(|node| &node.kind) {
            Some(Expr::Identifier { binding: Some(binding), .. }) => Exported::Binding(*binding),
            _ => Exported::Expr(value),
        }
    }

    fn push_export(&mut self, name: ExportName, exported: Exported, at: Span) {
        if let Some(exports) = &mut self.namespace_exports {
            if let (ExportName::Name(name), Exported::Binding(binding)) = (name, exported) {
                exports.push((name, binding));
            }
            return;
        }
        let type_only = match exported {
            Exported::Binding(binding) => {
                self.bindings.get(binding.index()).is_some_and(|binding| binding.kind == BindingKind::Type)
            }
            _ => false,
        };
        self.exports.push(Export { name, exported, type_only, syntax: Linkage::Static, by: None, span: at });
    }

    /// The names of an exported declaration.
    fn export_declared(&mut self, declaration: &swc::Decl, lowered: &Stmt) {
        match (declaration, lowered) {
            (_, Stmt::Variables { declarations, .. }) => {
                let mut bindings = Vec::new();
                for declarator in declarations {
                    collect(&declarator.pattern, &mut bindings);
                }
                for binding in bindings {
                    self.export_binding(Some(binding));
                }
            }
            (swc::Decl::Fn(function), Stmt::Function(_)) => self.export_ident(&function.ident),
            (swc::Decl::Class(class), Stmt::Class(_)) => self.export_ident(&class.ident),
            (_, Stmt::Namespace(namespace)) => self.export_binding(namespace.binding),
            (swc::Decl::TsInterface(interface), _) => self.export_ident(&interface.id),
            (swc::Decl::TsTypeAlias(alias), _) => self.export_ident(&alias.id),
            _ => {}
        }
    }

    fn export_ident(&mut self, ident: &swc::Ident) {
        let name = self.name(&ident.sym);
        self.export_binding(self.resolve(name));
    }

    fn export_binding(&mut self, binding: Option<BindingId>) {
        if let Some(id) = binding
            && let Some(binding) = self.bindings.get(id.index())
        {
            self.push_export(ExportName::Name(binding.name), Exported::Binding(id), binding.span);
        }
    }

    fn export_named(&mut self, export: &swc::NamedExport) -> Stmt {
        let source = export.src.as_ref().map(|source| self.source(source));
        for specifier in &export.specifiers {
            let at = self.span(specifier.span());
            let (name, imported, local, type_only) = match specifier {
                swc::ExportSpecifier::Namespace(namespace) => {
                    let name = self.module_name(&namespace.name);
                    (self.export_name(name), Imported::Namespace, None, false)
                }
                swc::ExportSpecifier::Default(default) => {
                    let name = self.name(&default.exported.sym);
                    (ExportName::Name(name), Imported::Default, None, false)
                }
                swc::ExportSpecifier::Named(named) => {
                    let local = self.module_name(&named.orig);
                    let name = match &named.exported {
                        Some(name) => self.module_name(name),
                        None => local,
                    };
                    (self.export_name(name), self.imported(local), self.resolve(local), named.is_type_only)
                }
            };
            let exported = match (source, local) {
                (Some(source), _) => Exported::From { source, imported },
                (None, Some(binding)) => Exported::Binding(binding),
                (None, None) => continue,
            };
            let before = self.exports.len();
            self.push_export(name, exported, at);
            if let Some(row) = self.exports.get_mut(before) {
                row.type_only |= export.type_only || type_only;
            }
        }
        if let Some(source) = source
            && export.specifiers.is_empty()
        {
            self.push_import(None, source, Imported::Nothing, export.type_only, self.span(export.span));
        }
        Stmt::Export
    }

    fn export_default(&mut self, declaration: &'a swc::DefaultDecl, at: Span, id: StmtId) -> Stmt {
        let here = Node::Stmt(id);
        match declaration {
            swc::DefaultDecl::Fn(function) if function.function.body.is_none() => Stmt::Empty,
            swc::DefaultDecl::Fn(function) => match &function.ident {
                Some(ident) => {
                    let lowered = self.function_declaration(ident, &function.function, here);
                    self.export_default_ident(ident, at);
                    Stmt::Function(lowered)
                }
                None => {
                    let value = self.function_value(&function.function, FunctionKind::Declaration, here);
                    self.push_export(ExportName::Default, Exported::Expr(value), at);
                    Stmt::ExportDefault(value)
                }
            },
            swc::DefaultDecl::Class(class) => match &class.ident {
                Some(ident) => {
                    let lowered = self.class_declaration(ident, &class.class, here);
                    self.export_default_ident(ident, at);
                    Stmt::Class(lowered)
                }
                None => {
                    let value = self.open_expr(self.span(class.class.span), here);
                    let lowered = self.class_expression(class, Node::Expr(value));
                    let value = self.close_expr(value, Expr::Class(lowered));
                    self.push_export(ExportName::Default, Exported::Expr(value), at);
                    Stmt::ExportDefault(value)
                }
            },
            swc::DefaultDecl::TsInterfaceDecl(_) => Stmt::Empty,
        }
    }

    fn export_default_ident(&mut self, ident: &swc::Ident, at: Span) {
        let name = self.name(&ident.sym);
        if let Some(binding) = self.resolve(name) {
            self.push_export(ExportName::Default, Exported::Binding(binding), at);
        }
    }
}

/// The names that a pattern declares, in the order of the text.
fn collect(pattern: &Pattern, bindings: &mut Vec<BindingId>) {
    match pattern {
        Pattern::Binding(binding) => bindings.push(*binding),
        Pattern::Object(object) => {
            object.entries.iter().for_each(|entry| collect(&entry.pattern, bindings));
            object.rest.iter().for_each(|rest| collect(rest, bindings));
        }
        Pattern::Array(array) => {
            array.elements.iter().flatten().for_each(|element| collect(&element.pattern, bindings));
            array.rest.iter().for_each(|rest| collect(rest, bindings));
        }
        Pattern::Unknown | Pattern::Target(_) => {}
    }
}
