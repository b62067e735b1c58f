//! Patterns: what takes a value apart, and where each name in it gets its part from.

use super::super::tree::{
    Access, ArrayPattern, Assignment, BindingId, ExprId, FunctionId, Key, Node, ObjectPattern, Origin, Pattern,
    PatternElement, PatternEntry, Step, StmtId, TypeId,
};
use super::{Lowering, number};
use swc_core::ecma::ast as swc;

/// What a pattern takes apart.
#[derive(Clone, Copy)]
pub enum Root {
    Nothing,
    Value(ExprId),
    Element(ExprId),
    KeyOf(ExprId),
    Parameter(FunctionId, u32),
    Caught(StmtId),
}

/// What a pattern belongs to.
#[derive(Clone, Copy)]
pub struct Holder {
    pub node: Node,
    /// Whether its names are declared by it, or exist already.
    pub declares: bool,
    pub root: Root,
}

impl<'a> Lowering<'a> {
    pub fn pattern(&mut self, pattern: &'a swc::Pat, holder: Holder) -> Pattern {
        self.deeper(pattern, |this| match pattern {
            swc::Pat::Ident(ident) => this.name_pattern(&ident.id, holder),
            swc::Pat::Array(array) => this.array_pattern(array, holder),
            swc::Pat::Object(object) => this.object_pattern(object, holder),
            swc::Pat::Rest(rest) => this.pattern(&rest.arg, holder),
            swc::Pat::Assign(assign) => this.defaulted(&assign.left, Some(&assign.right), holder).0,
            swc::Pat::Expr(expr) => this.target_pattern(expr, holder),
            swc::Pat::Invalid(_) => Pattern::Unknown,
        })
        .unwrap_or(Pattern::Unknown)
    }

    pub fn name_pattern(&mut self, ident: &swc::Ident, holder: Holder) -> Pattern {
        if !holder.declares {
            let (id, binding) = self.identifier(ident, holder.node, Access::Write);
            self.assigned(binding, holder);
            return Pattern::Target(id);
        }
        let name = self.name(&ident.sym);
        let Some(id) = self.resolve(name) else { return Pattern::Unknown };
        let origin = self.origin(holder.root);
        let at = self.span(ident.span);
        let Some(binding) = self.binding_mut(id) else { return Pattern::Unknown };
        if binding.span == at && binding.origin == Origin::None {
            binding.origin = origin;
        } else {
            self.assigned(Some(id), holder);
        }
        Pattern::Binding(id)
    }

    fn target_pattern(&mut self, expr: &'a swc::Expr, holder: Holder) -> Pattern {
        let (id, binding) = self.target(expr, holder.node, Access::Write);
        self.assigned(binding, holder);
        Pattern::Target(id)
    }

    fn assigned(&mut self, binding: Option<BindingId>, holder: Holder) {
        if let Some(binding) = binding
            && !matches!(holder.root, Root::Nothing)
        {
            let origin = self.origin(holder.root);
            self.assignments.push((binding, Assignment { by: holder.node, origin, replaces: true }));
        }
    }

    fn origin(&self, root: Root) -> Origin {
        let path = || self.path.as_slice().into();
        match root {
            Root::Nothing => Origin::None,
            Root::Value(expr) => Origin::Value { expr, path: path() },
            Root::Element(of) => Origin::Element { of, path: path() },
            Root::KeyOf(of) => Origin::KeyOf { of },
            Root::Parameter(function, index) => Origin::Parameter { function, index, path: path() },
            Root::Caught(statement) => Origin::Caught { statement, path: path() },
        }
    }

    /// A pattern and the value that it takes instead of `undefined`.
    pub fn defaulted(
        &mut self,
        pattern: &'a swc::Pat,
        default: Option<&'a swc::Expr>,
        holder: Holder,
    ) -> (Pattern, Option<ExprId>) {
        if let (swc::Pat::Assign(assign), None) = (pattern, default) {
            return self.defaulted(&assign.left, Some(&assign.right), holder);
        }
        let pattern = self.pattern(pattern, holder);
        let default = default.map(|default| self.expression(default, holder.node));
        self.give_default(&pattern, default);
        (pattern, default)
    }

    pub fn give_default(&mut self, pattern: &Pattern, default: Option<ExprId>) {
        if let Pattern::Binding(id) = pattern
            && let Some(binding) = self.binding_mut(*id)
        {
            binding.default = binding.default.or(default);
        }
    }

    pub fn give_type(&mut self, pattern: &Pattern, type_name: Option<TypeId>) {
        if let Pattern::Binding(id) = pattern
            && let Some(binding) = self.binding_mut(*id)
        {
            binding.type_name = binding.type_name.or(type_name);
        }
    }

    /// Runs something one step further on the way into the value.
    fn at_step<T>(&mut self, step: Step, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = work(self);
        self.path.pop();
        result
    }

    pub fn object_pattern(&mut self, object: &'a swc::ObjectPat, holder: Holder) -> Pattern {
        let mut entries = Vec::with_capacity(object.props.len());
        let mut rest = None;
        for property in &object.props {
            match property {
                swc::ObjectPatProp::KeyValue(entry) => {
                    let (key, key_span) = self.key(&entry.key, holder.node);
                    let step = match key {
                        Key::Name(name) => Step::Property(name),
                        Key::Computed(expr) => Step::Computed(expr),
                    };
                    let (pattern, default) = self.at_step(step, |this| this.defaulted(&entry.value, None, holder));
                    entries.push(PatternEntry { key, key_span, pattern, default });
                }
                swc::ObjectPatProp::Assign(entry) => {
                    let name = self.name(&entry.key.id.sym);
                    let pattern = self.at_step(Step::Property(name), |this| this.name_pattern(&entry.key.id, holder));
                    let default = entry.value.as_ref().map(|default| self.expression(default, holder.node));
                    self.give_default(&pattern, default);
                    let key_span = self.span(entry.key.id.span);
                    entries.push(PatternEntry { key: Key::Name(name), key_span, pattern, default });
                }
                swc::ObjectPatProp::Rest(item) => {
                    rest = Some(self.at_step(Step::RestProperties, |this| this.pattern(&item.arg, holder)));
                }
            }
        }
        Pattern::Object(Box::new(ObjectPattern { span: self.span(object.span), entries: entries.into(), rest }))
    }

    pub fn array_pattern(&mut self, array: &'a swc::ArrayPat, holder: Holder) -> Pattern {
        let mut elements = Vec::with_capacity(array.elems.len());
        let mut rest = None;
        for (index, element) in array.elems.iter().enumerate() {
            match element {
                None => elements.push(None),
                Some(swc::Pat::Rest(item)) => {
                    let step = Step::RestElements(number(index));
                    rest = Some(self.at_step(step, |this| this.pattern(&item.arg, holder)));
                }
                Some(element) => {
                    let step = Step::Index(number(index));
                    let (pattern, default) = self.at_step(step, |this| this.defaulted(element, None, holder));
                    elements.push(Some(PatternElement { pattern, default }));
                }
            }
        }
        Pattern::Array(Box::new(ArrayPattern { span: self.span(array.span), elements: elements.into(), rest }))
    }
}
