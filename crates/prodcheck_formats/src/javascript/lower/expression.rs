//! Expressions.

use super::super::tree::{
    Access, Assignment, Expr, ExprId, FunctionKind, Key, Name, Node, Origin, Property, PropertyKind, Template,
    TemplateText, UnaryOperator,
};
use super::pattern::{Holder, Root};
use super::{Lowering, operator};
use prodcheck_source::Span;
use swc_core::common::Spanned as _;
use swc_core::ecma::ast as swc;

/// An expression that begins with another one. Chains of these are as long as the writer likes, so they are lowered
/// in a loop.
#[derive(Clone, Copy)]
pub enum Left<'a> {
    Member { member: &'a swc::MemberExpr, optional: bool },
    Call { callee: &'a swc::Expr, arguments: &'a [swc::ExprOrSpread], optional: bool },
    Binary(&'a swc::BinExpr),
    Tagged(&'a swc::TaggedTpl),
}

impl<'a> Left<'a> {
    fn of(expr: &'a swc::Expr) -> Option<Self> {
        match expr {
            swc::Expr::Member(member) => Some(Self::Member { member, optional: false }),
            swc::Expr::Call(call) => match &call.callee {
                swc::Callee::Expr(callee) => Some(Self::Call { callee, arguments: &call.args, optional: false }),
                swc::Callee::Super(_) | swc::Callee::Import(_) => None,
            },
            swc::Expr::OptChain(chain) => Some(match &*chain.base {
                swc::OptChainBase::Member(member) => Self::Member { member, optional: chain.optional },
                swc::OptChainBase::Call(call) => {
                    Self::Call { callee: &call.callee, arguments: &call.args, optional: chain.optional }
                }
            }),
            swc::Expr::Bin(binary) => Some(Self::Binary(binary)),
            swc::Expr::TaggedTpl(tagged) => Some(Self::Tagged(tagged)),
            _ => None,
        }
    }

    fn left(self) -> &'a swc::Expr {
        match self {
            Self::Member { member, .. } => &member.obj,
            Self::Call { callee, .. } => callee,
            Self::Binary(binary) => &binary.left,
            Self::Tagged(tagged) => &tagged.tag,
        }
    }
}

/// An expression without parentheses and what TypeScript adds.
fn bare(mut expr: &swc::Expr) -> &swc::Expr {
    loop {
        expr = match expr {
            swc::Expr::Paren(wrapped) => &wrapped.expr,
            swc::Expr::TsAs(wrapped) => &wrapped.expr,
            swc::Expr::TsNonNull(wrapped) => &wrapped.expr,
            swc::Expr::TsConstAssertion(wrapped) => &wrapped.expr,
            swc::Expr::TsSatisfies(wrapped) => &wrapped.expr,
            swc::Expr::TsTypeAssertion(wrapped) => &wrapped.expr,
            swc::Expr::TsInstantiation(wrapped) => &wrapped.expr,
            _ => return expr,
        }
    }
}

impl<'a> Lowering<'a> {
    pub fn expression(&mut self, expr: &'a swc::Expr, parent: Node) -> ExprId {
        let mark = self.spine.len();
        let (mut parent, mut expr) = (parent, bare(expr));
        while let Some(left) = Left::of(expr) {
            let id = self.open_expr(self.span(expr.span()), parent);
            self.spine.push((id, left));
            parent = Node::Expr(id);
            expr = bare(left.left());
        }
        let mut done = self.first(expr, parent);
        while self.spine.len() > mark {
            let Some((id, left)) = self.spine.pop() else { break };
            let kind = self.continued(left, id, done);
            done = self.close_expr(id, kind);
        }
        done
    }

    /// An expression whose left side is lowered already.
    fn continued(&mut self, left: Left<'a>, id: ExprId, done: ExprId) -> Expr {
        let here = Node::Expr(id);
        match left {
            Left::Member { member, optional } => match &member.prop {
                swc::MemberProp::Ident(name) => {
                    let property = self.name(&name.sym);
                    Expr::Member { object: done, property, property_span: self.span(name.span), optional }
                }
                swc::MemberProp::PrivateName(name) => {
                    let property = self.private_name(name);
                    Expr::Member { object: done, property, property_span: self.span(name.span), optional }
                }
                swc::MemberProp::Computed(computed) => self.computed_member(done, &computed.expr, optional, here),
            },
            Left::Call { arguments, optional, .. } => {
                Expr::Call { callee: done, arguments: self.arguments(arguments, here), optional }
            }
            Left::Binary(binary) => {
                let right = self.expression(&binary.right, here);
                operator::binary(binary.op, done, right)
            }
            Left::Tagged(tagged) => {
                let template = self.open_expr(self.span(tagged.tpl.span), here);
                let kind = self.template(&tagged.tpl, template);
                Expr::TaggedTemplate { tag: done, template: self.close_expr(template, kind) }
            }
        }
    }

    fn computed_member(&mut self, object: ExprId, index: &'a swc::Expr, optional: bool, here: Node) -> Expr {
        match self.literal_key(index) {
            Some(property) => Expr::Member { object, property, property_span: self.span(index.span()), optional },
            None => Expr::Index { object, index: self.expression(index, here), optional },
        }
    }

    /// The name that a literal in brackets stands for, where it is text.
    fn literal_key(&mut self, index: &swc::Expr) -> Option<Name> {
        match bare(index) {
            swc::Expr::Lit(swc::Lit::Str(text)) => Some(self.string(&text.value)),
            swc::Expr::Tpl(template) if template.exprs.is_empty() => {
                let text = template.quasis.first()?.cooked.as_ref()?;
                Some(self.string(text))
            }
            _ => None,
        }
    }

    fn private_name(&mut self, name: &swc::PrivateName) -> Name {
        self.name(&format!("#{}", name.name))
    }

    pub fn arguments(&mut self, arguments: &'a [swc::ExprOrSpread], parent: Node) -> Box<[ExprId]> {
        arguments.iter().map(|argument| self.argument(argument, parent)).collect()
    }

    fn argument(&mut self, argument: &'a swc::ExprOrSpread, parent: Node) -> ExprId {
        match argument.spread {
            None => self.expression(&argument.expr, parent),
            Some(dots) => self.spread(self.span(dots).to(self.span(argument.expr.span())), &argument.expr, parent),
        }
    }

    pub fn spread(&mut self, at: Span, operand: &'a swc::Expr, parent: Node) -> ExprId {
        let id = self.open_expr(at, parent);
        let operand = self.expression(operand, Node::Expr(id));
        self.close_expr(id, Expr::Spread(operand))
    }

    /// An expression that begins with no other one.
    fn first(&mut self, expr: &'a swc::Expr, parent: Node) -> ExprId {
        match expr {
            swc::Expr::Ident(ident) => self.identifier(ident, parent, Access::Read).0,
            swc::Expr::Lit(literal) => self.literal(literal, parent),
            swc::Expr::This(this) => self.leaf(self.span(this.span), parent, Expr::This),
            _ => {
                let id = self.open_expr(self.span(expr.span()), parent);
                let kind = self.deeper(expr, |lowering| lowering.nested(expr, id)).unwrap_or(Expr::Unknown);
                self.close_expr(id, kind)
            }
        }
    }

    fn nested(&mut self, expr: &'a swc::Expr, id: ExprId) -> Expr {
        let here = Node::Expr(id);
        match expr {
            swc::Expr::Array(array) => self.array(array, here),
            swc::Expr::Object(object) => self.object(object, here),
            swc::Expr::Fn(function) => Expr::Function(self.function_expression(function, here)),
            swc::Expr::Arrow(arrow) => Expr::Function(self.arrow(arrow, here)),
            swc::Expr::Class(class) => Expr::Class(self.class_expression(class, here)),
            swc::Expr::Unary(unary) => {
                let operator = operator::unary(unary.op);
                self.unary(operator, &unary.arg, here)
            }
            swc::Expr::Update(update) => self.update(update, id),
            swc::Expr::Assign(assign) => self.assign(assign, id),
            swc::Expr::SuperProp(member) => self.super_member(member, here),
            swc::Expr::Cond(conditional) => Expr::Conditional {
                test: self.expression(&conditional.test, here),
                then: self.expression(&conditional.cons, here),
                otherwise: self.expression(&conditional.alt, here),
            },
            swc::Expr::Call(call) => self.special_call(call, here),
            swc::Expr::New(new) => Expr::New {
                callee: self.expression(&new.callee, here),
                arguments: self.arguments(new.args.as_deref().unwrap_or(&[]), here),
            },
            swc::Expr::Seq(sequence) => {
                Expr::Sequence(sequence.exprs.iter().map(|expr| self.expression(expr, here)).collect())
            }
            swc::Expr::Tpl(template) => self.template(template, id),
            swc::Expr::Yield(item) => Expr::Yield {
                argument: item.arg.as_ref().map(|argument| self.expression(argument, here)),
                delegate: item.delegate,
            },
            swc::Expr::MetaProp(meta) => match meta.kind {
                swc::MetaPropKind::NewTarget => Expr::NewTarget,
                swc::MetaPropKind::ImportMeta => {
                    self.has_module_syntax = true;
                    Expr::ImportMeta
                }
            },
            swc::Expr::Await(item) => {
                self.has_module_syntax |= self.function.is_none();
                Expr::Await(self.expression(&item.arg, here))
            }
            swc::Expr::JSXElement(element) => self.jsx_element(element, here),
            swc::Expr::JSXFragment(fragment) => self.jsx_fragment(fragment, here),
            swc::Expr::PrivateName(name) => Expr::String(self.private_name(name)),
            _ => Expr::Unknown,
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &'a swc::Expr, here: Node) -> Expr {
        Expr::Unary { operator, operand: self.expression(operand, here) }
    }

    pub fn identifier(
        &mut self,
        ident: &swc::Ident,
        parent: Node,
        access: Access,
    ) -> (ExprId, Option<super::BindingId>) {
        let name = self.name(&ident.sym);
        let binding = self.resolve(name);
        let id = self.leaf(self.span(ident.span), parent, Expr::Identifier { name, binding });
        self.refer(binding, id, access);
        (id, binding)
    }

    fn literal(&mut self, literal: &swc::Lit, parent: Node) -> ExprId {
        let kind = match literal {
            swc::Lit::Str(text) => Expr::String(self.string(&text.value)),
            swc::Lit::Bool(value) => Expr::Bool(value.value),
            swc::Lit::Null(_) => Expr::Null,
            swc::Lit::Num(number) => Expr::Number(number.value),
            swc::Lit::BigInt(number) => {
                let digits = number.raw.as_deref().unwrap_or_default();
                Expr::BigInt(self.name(digits.trim_end_matches('n')))
            }
            swc::Lit::Regex(regex) => Expr::Regex { pattern: self.name(&regex.exp), flags: self.name(&regex.flags) },
            swc::Lit::JSXText(text) => Expr::String(self.string(&text.value)),
        };
        self.leaf(self.span(literal.span()), parent, kind)
    }

    fn template(&mut self, template: &'a swc::Tpl, id: ExprId) -> Expr {
        let texts = template
            .quasis
            .iter()
            .map(|part| TemplateText {
                text: match &part.cooked {
                    Some(text) => self.string(text),
                    None => self.name(&part.raw),
                },
                span: self.span(part.span),
            })
            .collect();
        let exprs = template.exprs.iter().map(|expr| self.expression(expr, Node::Expr(id))).collect();
        Expr::Template(Box::new(Template { texts, exprs }))
    }

    fn array(&mut self, array: &'a swc::ArrayLit, here: Node) -> Expr {
        let elements = array
            .elems
            .iter()
            .map(|element| match element {
                Some(element) => self.argument(element, here),
                None => self.leaf(self.span(array.span), here, Expr::Hole),
            })
            .collect();
        Expr::Array(elements)
    }

    fn object(&mut self, object: &'a swc::ObjectLit, here: Node) -> Expr {
        let properties = object
            .props
            .iter()
            .map(|property| match property {
                swc::PropOrSpread::Spread(spread) => Property::Spread(self.expression(&spread.expr, here)),
                swc::PropOrSpread::Prop(property) => self.property(property, here),
            })
            .collect();
        Expr::Object(properties)
    }

    fn property(&mut self, property: &'a swc::Prop, here: Node) -> Property {
        let (key, value, kind) = match property {
            swc::Prop::Shorthand(ident) => {
                let key = Key::Name(self.name(&ident.sym));
                let value = self.identifier(ident, here, Access::Read).0;
                return Property::Entry { key, key_span: self.span(ident.span), value, kind: PropertyKind::Shorthand };
            }
            swc::Prop::Assign(assign) => {
                let key = Key::Name(self.name(&assign.key.sym));
                let value = self.expression(&assign.value, here);
                return Property::Entry { key, key_span: self.span(assign.key.span), value, kind: PropertyKind::Value };
            }
            swc::Prop::KeyValue(entry) => {
                let (key, key_span) = self.key(&entry.key, here);
                let value = self.expression(&entry.value, here);
                return Property::Entry { key, key_span, value, kind: PropertyKind::Value };
            }
            swc::Prop::Getter(getter) => (&getter.key, &getter.function, PropertyKind::Getter),
            swc::Prop::Setter(setter) => (&setter.key, &setter.function, PropertyKind::Setter),
            swc::Prop::Method(method) => (&method.key, &method.function, PropertyKind::Method),
        };
        let (key, key_span) = self.key(key, here);
        let function_kind = match kind {
            PropertyKind::Getter => FunctionKind::Getter,
            PropertyKind::Setter => FunctionKind::Setter,
            _ => FunctionKind::Method,
        };
        let value = self.function_value(value, function_kind, here);
        Property::Entry { key, key_span, value, kind }
    }

    /// A key and where it stands.
    pub fn key(&mut self, key: &'a swc::PropName, here: Node) -> (Key, Span) {
        let name = match key {
            swc::PropName::Ident(ident) => self.name(&ident.sym),
            swc::PropName::Str(text) => self.string(&text.value),
            swc::PropName::Num(number) => self.name(&number.value.to_string()),
            swc::PropName::BigInt(number) => {
                let digits = number.raw.as_deref().unwrap_or_default();
                self.name(digits.trim_end_matches('n'))
            }
            swc::PropName::Computed(computed) => match self.literal_key(&computed.expr) {
                Some(name) => name,
                None => return (Key::Computed(self.expression(&computed.expr, here)), self.span(computed.span)),
            },
        };
        (Key::Name(name), self.span(key.span()))
    }

    pub fn private_key(&mut self, name: &swc::PrivateName) -> (Key, Span) {
        (Key::Name(self.private_name(name)), self.span(name.span))
    }

    fn super_member(&mut self, member: &'a swc::SuperPropExpr, here: Node) -> Expr {
        let object = self.leaf(self.span(member.obj.span), here, Expr::Super);
        match &member.prop {
            swc::SuperProp::Ident(name) => {
                let property = self.name(&name.sym);
                Expr::Member { object, property, property_span: self.span(name.span), optional: false }
            }
            swc::SuperProp::Computed(computed) => self.computed_member(object, &computed.expr, false, here),
        }
    }

    /// `super(…)` and `import(…)`.
    fn special_call(&mut self, call: &'a swc::CallExpr, here: Node) -> Expr {
        match &call.callee {
            swc::Callee::Super(callee) => {
                let callee = self.leaf(self.span(callee.span), here, Expr::Super);
                Expr::Call { callee, arguments: self.arguments(&call.args, here), optional: false }
            }
            swc::Callee::Import(_) => Expr::DynamicImport { arguments: self.arguments(&call.args, here) },
            swc::Callee::Expr(callee) => {
                let callee = self.expression(callee, here);
                Expr::Call { callee, arguments: self.arguments(&call.args, here), optional: false }
            }
        }
    }

    fn update(&mut self, update: &'a swc::UpdateExpr, id: ExprId) -> Expr {
        let (target, binding) = self.target(&update.arg, Node::Expr(id), Access::ReadWrite);
        if let Some(binding) = binding {
            let by = Node::Expr(id);
            self.assignments.push((binding, Assignment { by, origin: Origin::None, replaces: false }));
        }
        Expr::Update { increment: update.op == swc::UpdateOp::PlusPlus, prefix: update.prefix, target }
    }

    fn assign(&mut self, assign: &'a swc::AssignExpr, id: ExprId) -> Expr {
        let here = Node::Expr(id);
        match &assign.left {
            swc::AssignTarget::Simple(simple) => {
                let operator = operator::assign(assign.op);
                let replaces = assign.op == swc::AssignOp::Assign;
                let access = if replaces { Access::Write } else { Access::ReadWrite };
                let (target, binding) = self.simple_target(simple, here, access);
                let value = self.expression(&assign.right, here);
                if let Some(binding) = binding {
                    let origin = Origin::Value { expr: value, path: Box::default() };
                    self.assignments.push((binding, Assignment { by: here, origin, replaces }));
                }
                Expr::Assign { operator, target, value }
            }
            swc::AssignTarget::Pat(pattern) => {
                let value = self.expression(&assign.right, here);
                let holder = Holder { node: here, declares: false, root: Root::Value(value) };
                let pattern = match pattern {
                    swc::AssignTargetPat::Array(array) => self.array_pattern(array, holder),
                    swc::AssignTargetPat::Object(object) => self.object_pattern(object, holder),
                    swc::AssignTargetPat::Invalid(_) => super::super::tree::Pattern::Unknown,
                };
                Expr::AssignPattern { pattern: Box::new(pattern), value }
            }
        }
    }

    fn simple_target(
        &mut self,
        target: &'a swc::SimpleAssignTarget,
        here: Node,
        access: Access,
    ) -> (ExprId, Option<super::BindingId>) {
        let expr = match target {
            swc::SimpleAssignTarget::Ident(ident) => return self.identifier(&ident.id, here, access),
            swc::SimpleAssignTarget::Member(member) => {
                let id = self.open_expr(self.span(member.span), here);
                let object = self.expression(&member.obj, Node::Expr(id));
                let kind = self.continued(Left::Member { member, optional: false }, id, object);
                return (self.close_expr(id, kind), None);
            }
            swc::SimpleAssignTarget::SuperProp(member) => {
                let id = self.open_expr(self.span(member.span), here);
                let kind = self.super_member(member, Node::Expr(id));
                return (self.close_expr(id, kind), None);
            }
            swc::SimpleAssignTarget::Paren(wrapped) => &wrapped.expr,
            swc::SimpleAssignTarget::TsAs(wrapped) => &wrapped.expr,
            swc::SimpleAssignTarget::TsSatisfies(wrapped) => &wrapped.expr,
            swc::SimpleAssignTarget::TsNonNull(wrapped) => &wrapped.expr,
            swc::SimpleAssignTarget::TsTypeAssertion(wrapped) => &wrapped.expr,
            swc::SimpleAssignTarget::TsInstantiation(wrapped) => &wrapped.expr,
            swc::SimpleAssignTarget::OptChain(_) | swc::SimpleAssignTarget::Invalid(_) => {
                return (self.leaf(self.span(target.span()), here, Expr::Unknown), None);
            }
        };
        self.target(expr, here, access)
    }

    /// Something that is written: a name, or any other expression.
    pub fn target(&mut self, expr: &'a swc::Expr, here: Node, access: Access) -> (ExprId, Option<super::BindingId>) {
        match bare(expr) {
            swc::Expr::Ident(ident) => self.identifier(ident, here, access),
            other => (self.expression(other, here), None),
        }
    }
}
