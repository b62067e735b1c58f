//! Members of classes: methods, fields, what a constructor puts there, and what is inherited.

use super::{ModuleId, Part, Program, Value, extend};
use prodcheck_formats::javascript::{ClassId, ClassMember, Expr, Key, MemberKind, Module};

impl Program<'_> {
    /// A member of what a class makes.
    pub(super) fn instance_member(&self, at: ModuleId, class: ClassId, name: &str) -> Vec<Value> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let mut found = self.declared(at, module, class, name, false);
        if found.is_empty()
            || found
                .iter()
                .all(|value| matches!(value, Value::Outside(outside) if outside.way.last() == Some(&Part::Typed)))
        {
            let mut assigned = self.assigned(at, module, class, name);
            if !assigned.is_empty() {
                std::mem::swap(&mut found, &mut assigned);
            }
        }
        if found.is_empty() {
            for parent in self.parents(at, class) {
                let made = match parent {
                    Value::Class(module, class) => Some(Value::Instance(module, class)),
                    Value::Outside(outside) => outside.then(Part::Constructed).map(Value::Outside),
                    _ => None,
                };
                if let Some(made) = made {
                    extend(&mut found, self.member(&made, name));
                }
            }
        }
        found
    }

    /// A member of a class itself.
    pub(super) fn static_member(&self, at: ModuleId, class: ClassId, name: &str) -> Vec<Value> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let mut found = self.declared(at, module, class, name, true);
        if found.is_empty() {
            for parent in self.parents(at, class) {
                extend(&mut found, self.member(&parent, name));
            }
        }
        found
    }

    /// The class that a class extends.
    pub(super) fn parents(&self, at: ModuleId, class: ClassId) -> Vec<Value> {
        let extends = self.module(at).and_then(|module| module.class(class).extends);
        extends.map_or_else(Vec::new, |extends| self.values(at, extends).to_vec())
    }

    fn declared(&self, at: ModuleId, module: &Module, class: ClassId, name: &str, is_static: bool) -> Vec<Value> {
        let named = |member: &&ClassMember| {
            member.is_static == is_static && matches!(member.key, Key::Name(key) if module.name(key) == name)
        };
        let mut found = Vec::new();
        for member in module.class(class).members.iter().filter(named) {
            match (member.kind, member.function, member.value) {
                (MemberKind::Getter, Some(function), _) => {
                    for value in module.returns(function) {
                        extend(&mut found, self.values(at, value).iter().cloned());
                    }
                }
                (MemberKind::Setter, ..) => {}
                (_, Some(function), _) => extend(&mut found, [Value::Function(at, function)]),
                (_, None, Some(value)) => extend(&mut found, self.values(at, value).iter().cloned()),
                (_, None, None) => {
                    if let Some(binding) = self.parameter(module, class, member) {
                        extend(&mut found, self.binding(at, binding).iter().cloned());
                    }
                    if let (true, Some(type_name)) = (found.is_empty(), member.type_name) {
                        extend(&mut found, self.of_type(at, module, type_name));
                    }
                }
            }
        }
        found
    }

    /// The parameter of the constructor that is also a field.
    pub(super) fn parameter(
        &self,
        module: &Module,
        class: ClassId,
        member: &ClassMember,
    ) -> Option<prodcheck_formats::javascript::BindingId> {
        let constructor = module.method(class, "constructor")?;
        module.function(constructor).params.get(member.parameter? as usize)?.binding()
    }

    /// What code of the class assigns to a member of `this`.
    fn assigned(&self, at: ModuleId, module: &Module, class: ClassId, name: &str) -> Vec<Value> {
        let Some(key) = module.find_name(name) else { return Vec::new() };
        let mut found = Vec::new();
        for (_, expr) in module.exprs_in(class) {
            if let Expr::Assign { target, value, .. } = expr
                && let Expr::Member { object, property, .. } = module.expr(*target)
                && *property == key
                && matches!(module.expr(*object), Expr::This)
            {
                extend(&mut found, self.values(at, *value).iter().cloned());
            }
        }
        found
    }
}
