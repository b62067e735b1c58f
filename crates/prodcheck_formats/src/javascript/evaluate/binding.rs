//! The values of names: from their declarations, and from what happens to them afterwards.

use super::super::tree::{
    BindingId, BindingKind, Expr, ExprId, FunctionId, LogicalOperator, Name, Node as TreeNode, Origin, Step, Stmt,
};
use super::computed::Computed;
use super::expression::merge;
use super::{Evaluator, Mode};
use crate::value::{Entry, Node, Object, Value};
use prodcheck_source::Span;

impl Evaluator<'_, '_> {
    /// The value that a name is bound to.
    pub fn bound(&mut self, id: BindingId, mode: Mode) -> Computed {
        // What a function declares has other values in each call.
        let lasting = self.home(id).is_none();
        if lasting && let Some(known) = self.known.get(&(id, mode)) {
            let copy = known.clone();
            return self.paid(copy);
        }
        if self.open.contains(&id) {
            return Computed::unknown();
        }
        self.open.push(id);
        let declared = self.declared(id, mode);
        let assigned = self.assigned(id, declared, mode);
        let value = self.mutated(id, assigned);
        self.open.pop();
        if lasting {
            let copy = self.paid(value.clone());
            self.known.insert((id, mode), copy);
        }
        value
    }

    /// The value at the declaration.
    fn declared(&mut self, id: BindingId, mode: Mode) -> Computed {
        let binding = self.module.binding(id);
        if let Some(import) = binding.import.and_then(|id| self.module.import(id)) {
            let specifier = self.module.name(import.source.value);
            let value = self.loaded(specifier, import.imported, import.span);
            return self.or_default(value, binding.default, mode);
        }
        let value = match &binding.origin {
            Origin::Value { expr, path } => {
                let value = self.computed(*expr, mode);
                self.along(value, path, mode)
            }
            Origin::Parameter { function, index, path } => {
                let argument = self.argument(*function, *index, mode);
                self.along(argument, path, mode)
            }
            Origin::Function(function) => Computed::Function(*function),
            Origin::None if matches!(binding.kind, BindingKind::Let | BindingKind::Var) => Computed::Undefined,
            _ => Computed::unknown(),
        };
        self.or_default(value, binding.default, mode)
    }

    /// A value, or its default where it is unset.
    fn or_default(&mut self, value: Computed, default: Option<ExprId>, mode: Mode) -> Computed {
        match default {
            Some(default) if value.is_unset() => self.computed(default, mode),
            _ => value,
        }
    }

    /// An argument of the call that we are in.
    fn argument(&mut self, function: FunctionId, index: u32, mode: Mode) -> Computed {
        let position = self.frames.iter().rposition(|frame| frame.function == function);
        let Some(frame) = position.and_then(|position| self.frames.get(position)) else { return Computed::unknown() };
        let value = frame.arguments.get(index as usize).unwrap_or(&frame.missing).clone();
        let value = self.paid(value);
        let default = self.module.function(function).params.get(index as usize).and_then(|param| param.default);
        self.or_default(value, default, mode)
    }

    /// A part of a value.
    fn along(&mut self, value: Computed, path: &[Step], mode: Mode) -> Computed {
        let mut value = value;
        for step in path {
            value = match step {
                Step::Property(name) => self.property_of(&value, self.module.name(*name), mode),
                Step::Index(index) => self.property_of(&value, &index.to_string(), mode),
                Step::Computed(key) => match self.computed(*key, Mode::Choice).as_text() {
                    Some(key) => self.property_of(&value, &key, mode),
                    None => Computed::unknown(),
                },
                Step::RestElements(from) => match value {
                    Computed::Node(Node { value: Value::Array(items), span, .. }) => {
                        let rest = items.into_iter().skip(*from as usize).collect();
                        Computed::Node(Node::new(span, Value::Array(rest)))
                    }
                    _ => Computed::unknown(),
                },
                Step::RestProperties => Computed::unknown(),
            };
        }
        value
    }

    /// The value after all assignments that production comes to.
    fn assigned(&mut self, id: BindingId, declared: Computed, mode: Mode) -> Computed {
        let mut value = declared;
        let home = self.home(id);
        for assignment in self.module.assignments(id) {
            if !self.charge(1) {
                return Computed::unknown();
            }
            match self.happens(assignment.by, home) {
                Some(false) => {}
                Some(true) if assignment.replaces => {
                    value = match &assignment.origin {
                        Origin::Value { expr, path } => {
                            let assigned = self.computed(*expr, mode);
                            self.along(assigned, path, mode)
                        }
                        _ => Computed::unknown(),
                    };
                }
                Some(true) => value = self.updated(assignment.by, value, mode),
                None => value = Computed::unknown(),
            }
        }
        value
    }

    /// The value after `||=`, `??=` and the like.
    fn updated(&mut self, by: TreeNode, old: Computed, mode: Mode) -> Computed {
        use super::super::tree::AssignOperator::{And, Nullish, Or};
        let TreeNode::Expr(by) = by else { return Computed::unknown() };
        let Expr::Assign { operator, value, .. } = self.expr(by) else { return Computed::unknown() };
        let replaced = match operator {
            Or => old.truth().map(|truth| !truth),
            And => old.truth(),
            Nullish => old.nullish(),
            _ => return Computed::unknown(),
        };
        match replaced {
            Some(true) => self.computed(*value, mode),
            Some(false) => old,
            None if old.is_unset() => self.computed(*value, mode),
            None => Computed::unknown(),
        }
    }

    /// The function whose code declares a name.
    fn home(&self, id: BindingId) -> Option<FunctionId> {
        self.module.scope(self.module.binding(id).scope).function
    }

    /// Whether production comes to a place, once the function that it is in (or the module) runs. `None` where that
    /// cannot be told.
    pub fn happens(&mut self, place: impl Into<TreeNode>, home: Option<FunctionId>) -> Option<bool> {
        let mut inner = place.into();
        let mut happens = Some(true);
        while let Some(outer) = self.module.parent(inner) {
            if !self.charge(1) {
                return None;
            }
            let here = match outer {
                TreeNode::Function(function) if Some(function) == home => break,
                TreeNode::Function(_) | TreeNode::Class(_) => None,
                TreeNode::Stmt(id) => self.branch_of_statement(id, inner),
                TreeNode::Expr(id) => self.branch_of_expression(id, inner),
                TreeNode::Module => break,
            };
            match here {
                Some(true) => {}
                Some(false) => return Some(false),
                None => happens = None,
            }
            inner = outer;
        }
        happens
    }

    fn branch_of_statement(&mut self, stmt: super::super::tree::StmtId, inner: TreeNode) -> Option<bool> {
        match self.module.stmt(stmt) {
            Stmt::If { test, then, .. } => match inner {
                TreeNode::Stmt(branch) if branch == *then => self.test(*test),
                TreeNode::Stmt(_) => self.test(*test).map(|truth| !truth),
                _ => Some(true),
            },
            Stmt::Try(parts) => Some(parts.handler.is_none_or(|handler| inner != TreeNode::Stmt(handler))),
            Stmt::For { .. } | Stmt::ForIn { .. } | Stmt::ForOf { .. } | Stmt::While { .. } | Stmt::Switch { .. } => {
                None
            }
            _ => Some(true),
        }
    }

    fn branch_of_expression(&mut self, expr: ExprId, inner: TreeNode) -> Option<bool> {
        match self.expr(expr) {
            Expr::Logical { operator, left, right } if inner == TreeNode::Expr(*right) => match operator {
                LogicalOperator::And => self.test(*left),
                LogicalOperator::Or => self.test(*left).map(|truth| !truth),
                LogicalOperator::Nullish => self.computed(*left, Mode::Choice).nullish(),
            },
            Expr::Conditional { test, then, otherwise } => match inner {
                TreeNode::Expr(branch) if branch == *then => self.test(*test),
                TreeNode::Expr(branch) if branch == *otherwise => self.test(*test).map(|truth| !truth),
                _ => Some(true),
            },
            _ => Some(true),
        }
    }

    /// The value after what is done to it by `x.a = …`, `x.push(…)`, `Object.assign(x, …)`.
    fn mutated(&mut self, id: BindingId, value: Computed) -> Computed {
        let Computed::Node(mut node) = value else { return value };
        if !matches!(node.value, Value::Object(_) | Value::Array(_)) {
            return Computed::Node(node);
        }
        let home = self.home(id);
        for reference in self.module.references(id) {
            if !self.charge(1) {
                return Computed::unknown();
            }
            self.mutate(&mut node, reference.expr, home);
        }
        Computed::Node(node)
    }

    /// Does to a value what the expression around a use of it does.
    fn mutate(&mut self, node: &mut Node, used: ExprId, home: Option<FunctionId>) {
        let mut path: Vec<(Name, Span)> = Vec::new();
        let mut at = used;
        while let Some(TreeNode::Expr(outer)) = self.module.parent(at)
            && let Expr::Member { object, property, property_span, .. } = self.expr(outer)
            && *object == at
            && path.len() < 32
        {
            path.push((*property, *property_span));
            at = outer;
        }
        let Some(TreeNode::Expr(outer)) = self.module.parent(at) else { return };
        match self.expr(outer) {
            Expr::Assign { target, value, .. } if *target == at => {
                let Some(((key, key_span), around)) = path.split_last() else { return };
                let added = match self.happens(outer, home) {
                    Some(false) => return,
                    Some(true) => self.inside(|this| this.node(*value, Mode::Value)),
                    None => Node::unknown(self.module.span(*value)),
                };
                if let Some(Value::Object(object)) = self.part(node, around) {
                    let key = self.module.name(*key).to_owned();
                    object.entries.push(Entry { key, key_span: *key_span, value: added });
                }
            }
            Expr::Index { object, .. } if *object == at => {
                let assigned = matches!(self.module.parent(outer), Some(TreeNode::Expr(assign))
                    if matches!(self.expr(assign), Expr::Assign { target, .. } if *target == outer));
                if assigned && let Some(Value::Object(object)) = self.part(node, &path) {
                    object.open = true;
                }
            }
            Expr::Call { callee, arguments, .. } if *callee == at => {
                let Some(((method, _), around)) = path.split_last() else { return };
                if self.module.name(*method) == "push" && self.happens(outer, home) != Some(false) {
                    let added: Vec<Node> =
                        arguments.iter().map(|item| self.inside(|this| this.node(*item, Mode::Value))).collect();
                    if let Some(Value::Array(items)) = self.part(node, around) {
                        items.extend(added);
                    }
                }
            }
            Expr::Call { callee, arguments, .. }
                if arguments.first() == Some(&at) && self.module.is_global(*callee, &["Object", "assign"]) =>
            {
                if self.happens(outer, home) == Some(false) {
                    return;
                }
                for source in arguments.iter().skip(1) {
                    let added = self.inside(|this| this.computed(*source, Mode::Value));
                    if let Some(Value::Object(object)) = self.part(node, &path) {
                        merge(object, added);
                    }
                }
            }
            _ => {}
        }
    }

    /// The part of a value at the end of a path.
    fn part<'n>(&self, node: &'n mut Node, path: &[(Name, Span)]) -> Option<&'n mut Value> {
        let mut node = node;
        for (key, _) in path {
            let Value::Object(Object { entries, .. }) = &mut node.value else { return None };
            let key = self.module.name(*key);
            node = &mut entries.iter_mut().rev().find(|entry| entry.key == key)?.value;
        }
        Some(&mut node.value)
    }
}
