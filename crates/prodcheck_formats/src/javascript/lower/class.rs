//! Classes and their members.

use super::super::tree::{
    BindingId, BindingKind, ClassId, ClassMember, FunctionKind, Key, MemberKind, Node, Origin, Pattern, ScopeKind,
};
use super::{Lowering, empty_class, number};
use prodcheck_source::Span;
use swc_core::common::Spanned as _;
use swc_core::ecma::ast as swc;

impl<'a> Lowering<'a> {
    /// `class Name {}` as an expression; its name is known inside it only.
    pub fn class_expression(&mut self, class: &'a swc::ClassExpr, parent: Node) -> ClassId {
        match &class.ident {
            None => self.class(&class.class, None, None, parent),
            Some(ident) => self.in_scope(ScopeKind::Name, |this| {
                let binding = this.declare_ident(ident, BindingKind::Class);
                this.class(&class.class, Some(ident), Some(binding), parent)
            }),
        }
    }

    /// `class Name {}` as a statement; its name is declared already.
    pub fn class_declaration(&mut self, ident: &'a swc::Ident, class: &'a swc::Class, parent: Node) -> ClassId {
        let name = self.name(&ident.sym);
        let binding = self.resolve(name);
        self.class(class, Some(ident), binding, parent)
    }

    fn class(
        &mut self,
        class: &'a swc::Class,
        ident: Option<&swc::Ident>,
        binding: Option<BindingId>,
        parent: Node,
    ) -> ClassId {
        let id = ClassId::from_index(self.classes.len());
        let mut lowered = empty_class(self.span(class.span), parent);
        lowered.outer = self.function;
        self.classes.push(lowered.clone());
        if let Some(binding) = binding.and_then(|binding| self.binding_mut(binding)) {
            binding.origin = Origin::Class(id);
        }
        let first = (number(self.exprs.len()), number(self.stmts.len()));
        let here = Node::Class(id);
        lowered.name = ident.map(|ident| self.ident(ident));
        lowered.binding = binding;
        lowered.is_abstract = class.is_abstract;
        lowered.decorators = self.decorators(&class.decorators, here);
        lowered.extends = class.super_class.as_ref().map(|extended| self.expression(extended, here));
        lowered.implements = class.implements.iter().filter_map(|written| self.implemented(written)).collect();
        let mut members = Vec::with_capacity(class.body.len());
        for member in &class.body {
            self.member(member, here, &mut members);
        }
        lowered.members = members.into();
        lowered.exprs = first.0..number(self.exprs.len());
        lowered.stmts = first.1..number(self.stmts.len());
        if let Some(slot) = self.class_mut(id) {
            *slot = lowered;
        }
        id
    }

    fn member(&mut self, member: &'a swc::ClassMember, here: Node, members: &mut Vec<ClassMember>) {
        let lowered = match member {
            swc::ClassMember::Constructor(constructor) => return self.class_constructor(constructor, here, members),
            swc::ClassMember::Method(method) if method.function.body.is_some() => {
                let decorators = self.decorators(&method.function.decorators, here);
                let key = self.key(&method.key, here);
                let lowered = self.class_method(self.span(method.span), key, method.kind, &method.function, here);
                Some(ClassMember { is_static: method.is_static, decorators, ..lowered })
            }
            swc::ClassMember::PrivateMethod(method) if method.function.body.is_some() => {
                let decorators = self.decorators(&method.function.decorators, here);
                let key = self.private_key(&method.key);
                let lowered = self.class_method(self.span(method.span), key, method.kind, &method.function, here);
                Some(ClassMember { is_static: method.is_static, decorators, ..lowered })
            }
            swc::ClassMember::ClassProp(field) => {
                let decorators = self.decorators(&field.decorators, here);
                let key = self.key(&field.key, here);
                let parts = (field.value.as_deref(), field.type_ann.as_deref());
                let lowered = self.class_field(self.span(field.span), key, parts, here);
                Some(ClassMember { is_static: field.is_static, decorators, ..lowered })
            }
            swc::ClassMember::PrivateProp(field) => {
                let decorators = self.decorators(&field.decorators, here);
                let key = self.private_key(&field.key);
                let parts = (field.value.as_deref(), field.type_ann.as_deref());
                let lowered = self.class_field(self.span(field.span), key, parts, here);
                Some(ClassMember { is_static: field.is_static, decorators, ..lowered })
            }
            swc::ClassMember::AutoAccessor(field) => {
                let decorators = self.decorators(&field.decorators, here);
                let key = match &field.key {
                    swc::Key::Private(name) => self.private_key(name),
                    swc::Key::Public(name) => self.key(name, here),
                };
                let parts = (field.value.as_deref(), field.type_ann.as_deref());
                let lowered = self.class_field(self.span(field.span), key, parts, here);
                Some(ClassMember { is_static: field.is_static, decorators, ..lowered })
            }
            swc::ClassMember::StaticBlock(block) => {
                let at = self.span(block.span);
                let function = self.deeper(block.span, |this| this.static_block(block, here));
                let key = (Key::Name(self.empty_name), Span::at(at.start as usize));
                Some(ClassMember { is_static: true, function, ..empty_member(at, MemberKind::StaticBlock, key) })
            }
            swc::ClassMember::Method(_)
            | swc::ClassMember::PrivateMethod(_)
            | swc::ClassMember::TsIndexSignature(_)
            | swc::ClassMember::Empty(_) => None,
        };
        members.extend(lowered);
    }

    fn class_method(
        &mut self,
        at: Span,
        key: (Key, Span),
        kind: swc::MethodKind,
        function: &'a swc::Function,
        here: Node,
    ) -> ClassMember {
        let (kind, function_kind) = match kind {
            swc::MethodKind::Method => (MemberKind::Method, FunctionKind::Method),
            swc::MethodKind::Getter => (MemberKind::Getter, FunctionKind::Getter),
            swc::MethodKind::Setter => (MemberKind::Setter, FunctionKind::Setter),
        };
        let function = self.deeper(function.span, |this| this.function(function, function_kind, None, here));
        ClassMember { function, ..empty_member(at, kind, key) }
    }

    fn class_field(
        &mut self,
        at: Span,
        key: (Key, Span),
        (value, annotation): (Option<&'a swc::Expr>, Option<&swc::TsTypeAnn>),
        here: Node,
    ) -> ClassMember {
        let type_name = self.annotated(annotation);
        let value = value.map(|value| self.expression(value, here));
        ClassMember { value, type_name, ..empty_member(at, MemberKind::Field, key) }
    }

    /// A constructor, and the fields that its parameters are.
    fn class_constructor(&mut self, constructor: &'a swc::Constructor, here: Node, members: &mut Vec<ClassMember>) {
        if constructor.body.is_none() {
            return;
        }
        let at = self.span(constructor.span);
        let key = (Key::Name(self.name("constructor")), self.span(constructor.key.span()));
        let function = self.deeper(constructor.span, |this| this.constructor(constructor, here));
        members.push(ClassMember { function, ..empty_member(at, MemberKind::Constructor, key) });
        let Some(function) = function.and_then(|id| self.functions.get(id.index())) else { return };
        for (index, param) in function.params.iter().enumerate().filter(|(_, param)| param.is_field) {
            let Pattern::Binding(binding) = param.pattern else { continue };
            let Some(binding) = self.bindings.get(binding.index()) else { continue };
            members.push(ClassMember {
                type_name: param.type_name,
                decorators: param.decorators.clone(),
                parameter: Some(number(index)),
                ..empty_member(param.span, MemberKind::Field, (Key::Name(binding.name), binding.span))
            });
        }
    }
}

fn empty_member(at: Span, kind: MemberKind, (key, key_span): (Key, Span)) -> ClassMember {
    ClassMember {
        span: at,
        kind,
        key,
        key_span,
        is_static: false,
        function: None,
        value: None,
        type_name: None,
        decorators: Box::default(),
        parameter: None,
    }
}
