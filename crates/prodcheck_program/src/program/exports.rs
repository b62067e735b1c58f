//! What modules give each other, over both systems of modules.

use super::{ModuleId, Origin, Outside, Program, Value, extend};
use crate::layout::Resolution;
use prodcheck_formats::javascript::{ExportName, Exported, Imported, Module};

impl Program<'_> {
    /// What an import of a module gives.
    pub(super) fn imported(&self, at: ModuleId, source: &str, imported: Imported, module: &Module) -> Vec<Value> {
        match (self.resolution(at, source), imported) {
            (_, Imported::Nothing) => Vec::new(),
            (Some(Resolution::File(path)), imported) => {
                let Some(of) = self.id(path) else { return Vec::new() };
                match imported {
                    Imported::Namespace | Imported::Nothing => self.whole(of),
                    Imported::Default => self.export(of, "default"),
                    Imported::Name(name) => self.export(of, module.name(name)),
                }
            }
            (Some(resolution), imported) => {
                let Some(outside) = outside(resolution) else { return Vec::new() };
                let value = match imported {
                    Imported::Name(name) => outside.member(module.name(name)),
                    _ => Some(outside),
                };
                value.map(Value::Outside).into_iter().collect()
            }
            (None, _) => Vec::new(),
        }
    }

    /// What loading a module gives.
    pub(super) fn loaded(&self, at: ModuleId, source: &str) -> Vec<Value> {
        match self.resolution(at, source) {
            Some(Resolution::File(path)) => self.id(path).map(|of| self.whole(of)).unwrap_or_default(),
            Some(resolution) => outside(resolution).map(Value::Outside).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// A module as `require` gives it: what it assigns to `module.exports`, else its exports together; both where it
    /// adds to what it has assigned (`exports = module.exports = app; exports.stop = stop`).
    pub(super) fn whole(&self, of: ModuleId) -> Vec<Value> {
        let mut assigned = self.rows(of, |name| matches!(name, ExportName::Whole));
        let adds = self.module(of).is_some_and(|module| {
            module.exports().iter().any(|export| matches!(export.name, ExportName::Name(_)) && !export.type_only)
        });
        if assigned.is_empty() || adds {
            extend(&mut assigned, [Value::Namespace(of)]);
        }
        assigned
    }

    /// What a module exports under a name.
    pub fn export(&self, of: ModuleId, name: &str) -> Vec<Value> {
        self.enter(|| self.export_of(of, name)).unwrap_or_default()
    }

    fn export_of(&self, of: ModuleId, name: &str) -> Vec<Value> {
        let Some(module) = self.module(of) else { return Vec::new() };
        let mut found = self.rows(of, |row| match row {
            ExportName::Name(own) => module.name(*own) == name,
            ExportName::Default => name == "default",
            ExportName::Star | ExportName::Whole => false,
        });
        if !found.is_empty() {
            return found;
        }
        // The default of a module in CommonJS is what it assigns as a whole, and its names are members of that.
        for whole in self.rows(of, |row| matches!(row, ExportName::Whole)) {
            if name == "default" {
                extend(&mut found, [whole]);
            } else {
                extend(&mut found, self.member(&whole, name));
            }
        }
        for export in module.exports().iter().filter(|export| export.name == ExportName::Star && !export.type_only) {
            let Exported::From { source, .. } = export.exported else { continue };
            match self.resolution(of, module.name(source.value)) {
                Some(Resolution::File(path)) => {
                    if let (Some(next), true) = (self.id(path), name != "default") {
                        extend(&mut found, self.export(next, name));
                    }
                }
                Some(resolution) if found.is_empty() => {
                    let member = outside(resolution).and_then(|outside| outside.member(name));
                    extend(&mut found, member.map(Value::Outside));
                }
                _ => {}
            }
        }
        found
    }

    /// The values of the rows of a table of exports with these names.
    fn rows(&self, of: ModuleId, named: impl Fn(&ExportName) -> bool) -> Vec<Value> {
        let Some(module) = self.module(of) else { return Vec::new() };
        let mut found = Vec::new();
        for export in module.exports().iter().filter(|export| !export.type_only && named(&export.name)) {
            match export.exported {
                Exported::Binding(binding) => extend(&mut found, self.binding(of, binding).iter().cloned()),
                Exported::Expr(expr) => extend(&mut found, self.values(of, expr).iter().cloned()),
                Exported::From { source, imported } => {
                    extend(&mut found, self.imported(of, module.name(source.value), imported, module));
                }
            }
        }
        found
    }
}

/// A package or built-in module as a value.
fn outside(resolution: &Resolution) -> Option<Outside> {
    match resolution {
        Resolution::Builtin(name) => Some(Outside::new(Origin::Builtin(name.clone()))),
        Resolution::Package { name, subpath } => Some(Outside::new(Origin::Package(name.clone(), subpath.clone()))),
        Resolution::File(_) | Resolution::Missing => None,
    }
}
