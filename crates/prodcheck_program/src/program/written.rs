//! Where a value is written: the step from a name or a member to the expressions that give it.
//!
//! [`Program::values`] says what an expression can be in the end; this keeps the expressions on the way, so that a
//! reader can weigh them: of `process.env.LEVEL || 'info'` it gives the whole, with its operator.

use super::{ModuleId, Program, Value};
use crate::layout::Resolution;
use prodcheck_formats::javascript::{
    self as js, BindingId, ClassId, ExportName, Exported, Expr, ExprId, Imported, Key, MemberKind, Module, Property,
    Step,
};

/// An expression of a module.
pub type At = (ModuleId, ExprId);

/// How many expressions one step gives at most.
const MOST: usize = 12;

impl Program<'_> {
    /// The expressions that give a name or a member its value, one step back, in the order of the text; nothing where
    /// the expression is neither, or where the program does not show what gives it.
    pub fn written(&self, at: ModuleId, expr: ExprId) -> Vec<At> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let found = self.enter(|| match module.expr(expr) {
            Expr::Identifier { binding: Some(binding), .. } => self.written_to(at, *binding),
            Expr::Member { object, property, .. } => {
                let name = module.name(*property);
                let found = self.written_members(&self.values(at, *object), name);
                if found.is_empty() { self.assigned_to(at, module, expr) } else { found }
            }
            Expr::Index { object, index, .. } => match (module.expr(*index), module.string(*index)) {
                (Expr::Number(number), _) => self.written_elements(&self.values(at, *object), *number as usize),
                (_, Some(name)) => self.written_members(&self.values(at, *object), name),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        });
        let mut found = found.unwrap_or_default();
        found.truncate(MOST);
        found
    }

    /// The expressions that give a binding its value: at its declaration, and where it is assigned to. A default counts
    /// where nothing else is seen.
    pub fn written_to(&self, at: ModuleId, id: BindingId) -> Vec<At> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let binding = module.binding(id);
        if let Some(import) = binding.import.and_then(|import| module.import(import)) {
            let found = self.written_import(at, module.name(import.source.value), import.imported, module);
            if !found.is_empty() || matches!(binding.origin, js::Origin::Import(_)) {
                return found;
            }
        }
        let mut found = self.written_origin(at, module, &binding.origin);
        for assignment in module.assignments(id) {
            found.extend(self.written_origin(at, module, &assignment.origin));
        }
        if found.is_empty() {
            found.extend(binding.default.map(|default| (at, default)));
        }
        found
    }

    /// The expressions that a module exports under a name.
    pub fn written_export(&self, of: ModuleId, name: &str) -> Vec<At> {
        self.enter(|| self.written_export_of(of, name)).unwrap_or_default()
    }

    /// The expressions that give a member of these values.
    pub fn written_members(&self, values: &[Value], name: &str) -> Vec<At> {
        let found = self.enter(|| values.iter().flat_map(|value| self.written_member(value, name)).collect::<Vec<_>>());
        found.unwrap_or_default()
    }

    fn written_member(&self, value: &Value, name: &str) -> Vec<At> {
        match value {
            Value::Literal(at, object) => self.written_property(*at, *object, name),
            Value::Namespace(module) => self.written_export(*module, name),
            Value::Instance(at, class) => self.written_field(*at, *class, name, false),
            Value::Class(at, class) => self.written_field(*at, *class, name, true),
            Value::Outside(_) | Value::Function(..) => Vec::new(),
        }
    }

    fn written_property(&self, at: ModuleId, object: ExprId, name: &str) -> Vec<At> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let Expr::Object(properties) = module.expr(object) else { return Vec::new() };
        let later = self.assigned_to_object(at, module, object, name).into_iter().map(|value| (at, value));
        for property in properties.iter().rev() {
            match property {
                Property::Entry { key: Key::Name(key), value, kind, .. } if module.name(*key) == name => {
                    let getter = module.as_function(*value).filter(|_| *kind == js::PropertyKind::Getter);
                    return match getter {
                        Some(function) => module.returns(function).map(|value| (at, value)).collect(),
                        None => std::iter::once((at, *value)).chain(later).collect(),
                    };
                }
                Property::Spread(operand) => {
                    let found = self.written_members(&self.values(at, *operand), name);
                    if !found.is_empty() {
                        return found;
                    }
                }
                Property::Entry { .. } => {}
            }
        }
        later.collect()
    }

    fn written_field(&self, at: ModuleId, class: ClassId, name: &str, is_static: bool) -> Vec<At> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let mut found = Vec::new();
        for member in &module.class(class).members {
            if member.is_static != is_static || !matches!(member.key, Key::Name(key) if module.name(key) == name) {
                continue;
            }
            match (member.kind, member.function) {
                (MemberKind::Getter, Some(function)) => {
                    found.extend(module.returns(function).map(|value| (at, value)));
                }
                (MemberKind::Field, _) => {
                    found.extend(member.value.map(|value| (at, value)));
                    if let Some(binding) = self.parameter(module, class, member) {
                        found.extend(self.written_to(at, binding));
                    }
                }
                _ => {}
            }
        }
        let Some(key) = module.find_name(name) else { return found };
        for (_, expr) in module.exprs_in(class) {
            if let Expr::Assign { target, value, .. } = expr
                && matches!(module.expr(*target), Expr::Member { object, property, .. }
                    if *property == key && matches!(module.expr(*object), Expr::This))
            {
                found.push((at, *value));
            }
        }
        if found.is_empty() {
            let parents = self.parents(at, class);
            let made = parents.iter().map(|parent| match parent {
                Value::Class(module, class) if !is_static => Value::Instance(*module, *class),
                other => other.clone(),
            });
            found.extend(self.written_members(&made.collect::<Vec<_>>(), name));
        }
        found
    }

    fn written_elements(&self, values: &[Value], index: usize) -> Vec<At> {
        let element = |value: &Value| match value {
            Value::Literal(at, array) => match self.module(*at)?.expr(*array) {
                Expr::Array(items) => Some((*at, *items.get(index)?)),
                _ => None,
            },
            _ => None,
        };
        values.iter().filter_map(element).collect()
    }

    fn written_all_elements(&self, values: &[Value]) -> Vec<At> {
        let mut found = Vec::new();
        for value in values {
            if let Value::Literal(at, array) = value
                && let Some(Expr::Array(items)) = self.module(*at).map(|module| module.expr(*array))
            {
                found.extend(items.iter().take(MOST).map(|item| (*at, *item)));
            }
        }
        found
    }

    fn written_origin(&self, at: ModuleId, module: &Module, origin: &js::Origin) -> Vec<At> {
        match origin {
            js::Origin::Value { expr, path } => self.written_along(module, vec![(at, *expr)], path),
            js::Origin::Import(import) => match module.import(*import) {
                Some(import) => self.written_import(at, module.name(import.source.value), import.imported, module),
                None => Vec::new(),
            },
            js::Origin::Parameter { function, index, path } => {
                let given = self.callers().calls.get(&(at, *function)).cloned().unwrap_or_default();
                let elements = match (index, super::values::each_of(module, *function)) {
                    (0, Some(list)) => self.written_all_elements(&self.values(at, list)),
                    _ => Vec::new(),
                };
                let arguments = given.iter().filter_map(|(caller, call)| {
                    let code = self.module(*caller)?;
                    Some((*caller, code.call(*call)?.argument(code, *index as usize)?))
                });
                self.written_along(module, elements.into_iter().chain(arguments).collect(), path)
            }
            js::Origin::Element { of, path } => {
                self.written_along(module, self.written_all_elements(&self.values(at, *of)), path)
            }
            _ => Vec::new(),
        }
    }

    fn written_along(&self, module: &Module, from: Vec<At>, path: &[Step]) -> Vec<At> {
        path.iter().fold(from, |from, step| {
            let mut found = Vec::new();
            for (at, expr) in from.into_iter().take(MOST) {
                match step {
                    Step::Property(name) => {
                        found.extend(self.written_members(&self.values(at, expr), module.name(*name)));
                    }
                    Step::Index(index) => {
                        found.extend(self.written_elements(&self.values(at, expr), *index as usize));
                    }
                    Step::RestProperties => found.push((at, expr)),
                    Step::Computed(_) | Step::RestElements(_) => {}
                }
            }
            found
        })
    }

    /// What the module assigns to a member that is spelled as this one is.
    fn assigned_to(&self, at: ModuleId, module: &Module, expr: ExprId) -> Vec<At> {
        self.assigned_values(at, module, expr).into_iter().map(|value| (at, value)).collect()
    }

    fn written_import(&self, at: ModuleId, source: &str, imported: Imported, module: &Module) -> Vec<At> {
        let Some(Resolution::File(path)) = self.resolution(at, source) else { return Vec::new() };
        let Some(of) = self.id(path) else { return Vec::new() };
        match imported {
            Imported::Nothing => Vec::new(),
            Imported::Namespace => self.written_rows(of, |name| matches!(name, ExportName::Whole)),
            Imported::Default => self.written_export(of, "default"),
            Imported::Name(name) => self.written_export(of, module.name(name)),
        }
    }

    fn written_export_of(&self, of: ModuleId, name: &str) -> Vec<At> {
        let Some(module) = self.module(of) else { return Vec::new() };
        let found = self.written_rows(of, |row| match row {
            ExportName::Name(own) => module.name(*own) == name,
            ExportName::Default => name == "default",
            ExportName::Star | ExportName::Whole => false,
        });
        if !found.is_empty() {
            return found;
        }
        let whole = self.written_rows(of, |row| matches!(row, ExportName::Whole));
        if name == "default" && !whole.is_empty() {
            return whole;
        }
        let mut found: Vec<At> =
            whole.into_iter().flat_map(|(at, expr)| self.written_members(&self.values(at, expr), name)).collect();
        for export in module.exports().iter().filter(|export| export.name == ExportName::Star && !export.type_only) {
            let Exported::From { source, .. } = export.exported else { continue };
            if let Some(Resolution::File(path)) = self.resolution(of, module.name(source.value))
                && let (Some(next), true) = (self.id(path), name != "default")
            {
                found.extend(self.written_export(next, name));
            }
        }
        found
    }

    fn written_rows(&self, of: ModuleId, named: impl Fn(&ExportName) -> bool) -> Vec<At> {
        let Some(module) = self.module(of) else { return Vec::new() };
        let mut found = Vec::new();
        for export in module.exports().iter().filter(|export| !export.type_only && named(&export.name)) {
            match export.exported {
                Exported::Binding(binding) => found.extend(self.written_to(of, binding)),
                Exported::Expr(expr) => found.push((of, expr)),
                Exported::From { source, imported } => {
                    found.extend(self.written_import(of, module.name(source.value), imported, module));
                }
            }
        }
        found
    }
}
