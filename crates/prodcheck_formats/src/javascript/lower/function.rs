//! Functions: their parameters and bodies.

use super::super::tree::{
    BindingId, BindingKind, Body, ExprId, FunctionId, FunctionKind, Name, Node, Origin, Param, ScopeKind, Step, TypeId,
};
use super::pattern::{Holder, Root};
use super::{Lowering, empty_function, number};
use prodcheck_source::{Span, Spanned};
use swc_core::common::Spanned as _;
use swc_core::ecma::ast as swc;

/// A function as the syntaxes have it in common.
struct Parts<'a> {
    kind: FunctionKind,
    at: Span,
    name: Option<Spanned<Name>>,
    is_async: bool,
    is_generator: bool,
    params: Vec<ParamPart<'a>>,
    body: BodyPart<'a>,
    return_type: Option<&'a swc::TsTypeAnn>,
}

struct ParamPart<'a> {
    at: swc_core::common::Span,
    pattern: ParamPattern<'a>,
    decorators: &'a [swc::Decorator],
    is_field: bool,
}

enum ParamPattern<'a> {
    Pattern(&'a swc::Pat),
    Name(&'a swc::BindingIdent),
    Defaulted(&'a swc::AssignPat),
}

enum BodyPart<'a> {
    Block(&'a [swc::Stmt]),
    Expr(&'a swc::Expr),
}

impl<'a> ParamPart<'a> {
    fn of_param(param: &'a swc::Param) -> Self {
        Self {
            at: param.span,
            pattern: ParamPattern::Pattern(&param.pat),
            decorators: &param.decorators,
            is_field: false,
        }
    }

    fn of_pattern(pattern: &'a swc::Pat) -> Self {
        let at = pattern.span();
        Self { at, pattern: ParamPattern::Pattern(pattern), decorators: &[], is_field: false }
    }

    fn of_constructor(param: &'a swc::ParamOrTsParamProp) -> Self {
        match param {
            swc::ParamOrTsParamProp::Param(param) => Self::of_param(param),
            swc::ParamOrTsParamProp::TsParamProp(param) => Self {
                at: param.span,
                pattern: match &param.param {
                    swc::TsParamPropParam::Ident(ident) => ParamPattern::Name(ident),
                    swc::TsParamPropParam::Assign(assign) => ParamPattern::Defaulted(assign),
                },
                decorators: &param.decorators,
                is_field: true,
            },
        }
    }
}

impl<'a> Lowering<'a> {
    pub fn ident(&mut self, ident: &swc::Ident) -> Spanned<Name> {
        Spanned::new(self.name(&ident.sym), self.span(ident.span))
    }

    /// `function name() {}` as an expression; its name is known inside it only.
    pub fn function_expression(&mut self, function: &'a swc::FnExpr, parent: Node) -> FunctionId {
        let Some(ident) = &function.ident else {
            return self.function(&function.function, FunctionKind::Expression, None, parent);
        };
        self.in_scope(ScopeKind::Name, |this| {
            let binding = this.declare_ident(ident, BindingKind::Function);
            let name = this.ident(ident);
            let id = this.function(&function.function, FunctionKind::Expression, Some(name), parent);
            this.bind_function(binding, id);
            id
        })
    }

    /// `function name() {}` as a statement; its name is declared already.
    pub fn function_declaration(
        &mut self,
        ident: &swc::Ident,
        function: &'a swc::Function,
        parent: Node,
    ) -> FunctionId {
        let name = self.ident(ident);
        let binding = self.resolve(name.value);
        let id = self.function(function, FunctionKind::Declaration, Some(name), parent);
        if let Some(binding) = binding {
            self.bind_function(binding, id);
        }
        id
    }

    fn bind_function(&mut self, binding: BindingId, id: FunctionId) {
        if let Some(binding) = self.binding_mut(binding) {
            binding.origin = Origin::Function(id);
        }
        if let Some(function) = self.function_mut(id) {
            function.binding = Some(binding);
        }
    }

    /// A function as the value of an expression of its own: a method of an object.
    pub fn function_value(&mut self, function: &'a swc::Function, kind: FunctionKind, parent: Node) -> ExprId {
        let id = self.open_expr(self.span(function.span), parent);
        let value = self.function(function, kind, None, Node::Expr(id));
        self.close_expr(id, super::Expr::Function(value))
    }

    pub fn function(
        &mut self,
        function: &'a swc::Function,
        kind: FunctionKind,
        name: Option<Spanned<Name>>,
        parent: Node,
    ) -> FunctionId {
        let parts = Parts {
            kind,
            at: self.span(function.span),
            name,
            is_async: function.is_async,
            is_generator: function.is_generator,
            params: function.params.iter().map(ParamPart::of_param).collect(),
            body: BodyPart::Block(function.body.as_ref().map_or(&[], |body| &body.stmts)),
            return_type: function.return_type.as_deref(),
        };
        self.parts(parts, parent)
    }

    pub fn arrow(&mut self, arrow: &'a swc::ArrowExpr, parent: Node) -> FunctionId {
        let parts = Parts {
            kind: FunctionKind::Arrow,
            at: self.span(arrow.span),
            name: None,
            is_async: arrow.is_async,
            is_generator: arrow.is_generator,
            params: arrow.params.iter().map(ParamPart::of_pattern).collect(),
            body: match &*arrow.body {
                swc::ArrowFunctionBody::FunctionBody(body) => BodyPart::Block(&body.stmts),
                swc::ArrowFunctionBody::Expr(value) => BodyPart::Expr(value),
            },
            return_type: arrow.return_type.as_deref(),
        };
        self.parts(parts, parent)
    }

    pub fn constructor(&mut self, constructor: &'a swc::Constructor, parent: Node) -> FunctionId {
        let parts = Parts {
            kind: FunctionKind::Constructor,
            at: self.span(constructor.span),
            name: None,
            is_async: false,
            is_generator: false,
            params: constructor.params.iter().map(ParamPart::of_constructor).collect(),
            body: BodyPart::Block(constructor.body.as_ref().map_or(&[], |body| &body.stmts)),
            return_type: None,
        };
        self.parts(parts, parent)
    }

    pub fn static_block(&mut self, block: &'a swc::StaticBlock, parent: Node) -> FunctionId {
        let parts = Parts {
            kind: FunctionKind::StaticBlock,
            at: self.span(block.span),
            name: None,
            is_async: false,
            is_generator: false,
            params: Vec::new(),
            body: BodyPart::Block(&block.body.stmts),
            return_type: None,
        };
        self.parts(parts, parent)
    }

    fn parts(&mut self, parts: Parts<'a>, parent: Node) -> FunctionId {
        let id = FunctionId::from_index(self.functions.len());
        self.functions.push(empty_function(parts.at, parent, self.scope));
        let outer = self.function.replace(id);
        // A pattern that we are in the middle of is not the one of the function's parameters.
        let path = std::mem::take(&mut self.path);
        let first = (number(self.exprs.len()), number(self.stmts.len()));
        let kind = parts.kind;
        let (is_async, is_generator, name) = (parts.is_async, parts.is_generator, parts.name);
        let return_type = self.annotated(parts.return_type);
        let (scope, params, body) = self.in_scope(ScopeKind::Function, |this| {
            for part in &parts.params {
                this.declare_param(part);
            }
            if let BodyPart::Block(stmts) = parts.body {
                this.hoist_vars(stmts);
                this.hoist_block(stmts);
            }
            let params = parts.params.iter().enumerate().map(|(index, part)| this.param(id, index, part)).collect();
            let body = match parts.body {
                BodyPart::Block(stmts) => Body::Block(this.statements(stmts, Node::Function(id))),
                BodyPart::Expr(value) => Body::Expr(this.expression(value, Node::Function(id))),
            };
            (this.scope, params, body)
        });
        self.path = path;
        self.function = outer;
        let (exprs, stmts) = (first.0..number(self.exprs.len()), first.1..number(self.stmts.len()));
        if let Some(function) = self.function_mut(id) {
            let at = function.span;
            *function = super::Function {
                kind,
                name,
                is_async,
                is_generator,
                params,
                body,
                return_type,
                scope,
                outer,
                exprs,
                stmts,
                ..empty_function(at, parent, scope)
            };
        }
        id
    }

    fn declare_param(&mut self, part: &ParamPart<'a>) {
        match part.pattern {
            ParamPattern::Pattern(pattern) => self.declare_pattern(pattern, BindingKind::Param),
            ParamPattern::Name(ident) => {
                self.declare_ident(&ident.id, BindingKind::Param);
            }
            ParamPattern::Defaulted(assign) => self.declare_pattern(&assign.left, BindingKind::Param),
        }
    }

    fn param(&mut self, function: FunctionId, index: usize, part: &ParamPart<'a>) -> Param {
        let node = Node::Function(function);
        let decorators = self.decorators(part.decorators, node);
        let holder = Holder { node, declares: true, root: Root::Parameter(function, number(index)) };
        let (type_name, is_rest, (pattern, default)) = match part.pattern {
            ParamPattern::Pattern(swc::Pat::Rest(rest)) => {
                let type_name = self.rest_type(rest);
                self.path.push(Step::RestElements(number(index)));
                let pattern = self.pattern(&rest.arg, holder);
                self.path.pop();
                (type_name, true, (pattern, None))
            }
            ParamPattern::Pattern(pattern) => (self.annotation(pattern), false, self.defaulted(pattern, None, holder)),
            ParamPattern::Name(ident) => {
                let type_name = self.annotated(ident.type_ann.as_deref());
                (type_name, false, (self.name_pattern(&ident.id, holder), None))
            }
            ParamPattern::Defaulted(assign) => {
                let type_name = self.annotation(&assign.left);
                (type_name, false, self.defaulted(&assign.left, Some(&assign.right), holder))
            }
        };
        self.give_type(&pattern, type_name);
        Param { pattern, default, span: self.span(part.at), is_rest, type_name, decorators, is_field: part.is_field }
    }

    fn rest_type(&mut self, rest: &swc::RestPat) -> Option<TypeId> {
        match self.annotated(rest.type_ann.as_deref()) {
            Some(type_name) => Some(type_name),
            None => self.annotation(&rest.arg),
        }
    }

    pub fn decorators(&mut self, decorators: &'a [swc::Decorator], parent: Node) -> Box<[ExprId]> {
        decorators.iter().map(|decorator| self.expression(&decorator.expr, parent)).collect()
    }
}
