//! Links between modules that are written as expressions: `require`, `module.exports`, `import()`.
//!
//! What compilers emit for `import` and `export` is understood as well: TypeScript's and tslib's `__importDefault`,
//! `__importStar`, `__exportStar` (<https://github.com/microsoft/tslib>), Babel's `_interopRequireDefault` and
//! `_interopRequireWildcard` (<https://babeljs.io/docs/babel-plugin-transform-modules-commonjs>).

use super::tree::{
    BindingId, BindingKind, Export, ExportName, Exported, Expr, ExprId, Import, ImportId, Imported, Key, Linkage,
    Module, Name, Origin, Pattern, Property, PropertyKind, Request, RequestKind, Stmt, UnaryOperator,
};
use prodcheck_source::{Span, Spanned};

/// Fills the tables of requests, and adds to those of imports and exports.
pub fn complete(module: &mut Module) {
    let requires = Requires { made: made_requires(module) };
    module.requests = requests(module, &requires);
    add_imports(module);
    let exports = Exports::of(module);
    module.exports.extend(exports);
}

/// What can be called to require a module.
struct Requires {
    /// What `createRequire` returned, in the order of the ids.
    made: Vec<BindingId>,
}

impl Requires {
    fn is_require(&self, module: &Module, callee: ExprId) -> bool {
        match module.expr(callee) {
            Expr::Identifier { name, binding: None } => module.name(*name) == "require",
            Expr::Identifier { binding: Some(binding), .. } => self.made.binary_search(binding).is_ok(),
            Expr::Member { object, property, .. } => {
                module.name(*property) == "require" && is_global(module, *object, "module")
            }
            _ => false,
        }
    }

    fn request(&self, module: &Module, expr: ExprId) -> Option<Request> {
        let (kind, argument) = match module.expr(expr) {
            Expr::DynamicImport { arguments } => (RequestKind::Import, arguments.first()?),
            Expr::Call { callee, arguments, .. } if self.is_require(module, *callee) => {
                (RequestKind::Require, arguments.first()?)
            }
            Expr::Call { callee, arguments, .. } => match module.expr(*callee) {
                Expr::Member { object, property, .. }
                    if module.name(*property) == "resolve"
                        && (matches!(module.expr(*object), Expr::ImportMeta) || self.is_require(module, *object)) =>
                {
                    (RequestKind::Resolve, arguments.first()?)
                }
                _ => return None,
            },
            _ => return None,
        };
        let specifier = specifier(module, *argument).map(|name| Spanned::new(name, module.span(*argument)));
        Some(Request { expr, kind, specifier })
    }
}

fn requests(module: &Module, requires: &Requires) -> Vec<Request> {
    module.exprs().filter_map(|(id, _)| requires.request(module, id)).collect()
}

/// The text of a literal, or of a constant that is bound to one.
fn specifier(module: &Module, argument: ExprId) -> Option<Name> {
    let literal = match module.expr(argument) {
        Expr::Identifier { binding: Some(binding), .. } => {
            let binding = module.binding(*binding);
            match &binding.origin {
                Origin::Value { expr, path } if binding.kind == BindingKind::Const && path.is_empty() => *expr,
                _ => return None,
            }
        }
        _ => argument,
    };
    match module.expr(literal) {
        Expr::String(name) => Some(*name),
        Expr::Template(template) if template.exprs.is_empty() => Some(template.texts.first()?.text),
        _ => None,
    }
}

fn is_global(module: &Module, expr: ExprId, wanted: &str) -> bool {
    matches!(module.expr(expr), Expr::Identifier { name, binding: None } if module.name(*name) == wanted)
}

/// The constants that hold what `createRequire` of Node's `module` returned.
fn made_requires(module: &Module) -> Vec<BindingId> {
    if module.find_name("createRequire").is_none() {
        return Vec::new();
    }
    let is_create = |callee: ExprId| {
        let path = module.member_path(callee);
        let super::tree::PathRoot::Binding(binding) = path.root else { return false };
        let Some(import) = module.binding(binding).import.and_then(|id| module.import(id)) else { return false };
        if !matches!(module.name(import.source.value), "module" | "node:module") {
            return false;
        }
        match (import.imported, path.members.as_slice()) {
            (Imported::Name(name), []) => module.name(name) == "createRequire",
            (Imported::Default | Imported::Namespace, [member]) => module.name(*member) == "createRequire",
            _ => false,
        }
    };
    module
        .bindings()
        .filter(|(_, binding)| match &binding.origin {
            Origin::Value { expr, path } if path.is_empty() => {
                matches!(module.expr(*expr), Expr::Call { callee, .. } if is_create(*callee))
            }
            _ => false,
        })
        .map(|(id, _)| id)
        .collect()
}

/// A module that an expression loads, and what of it is the expression's value.
#[derive(Clone, Copy)]
struct Loaded {
    source: Spanned<Name>,
    imported: Imported,
    syntax: Linkage,
}

fn loaded(module: &Module, expr: ExprId) -> Option<Loaded> {
    match module.expr(expr) {
        Expr::Call { callee, arguments, .. } => {
            if let Some(request) = module.request(expr) {
                return (request.kind == RequestKind::Require).then_some(Loaded {
                    source: request.specifier?,
                    imported: Imported::Namespace,
                    syntax: Linkage::CommonJs,
                });
            }
            let [argument] = **arguments else { return None };
            if !is_interop(module, *callee) {
                return None;
            }
            let request = module.request(argument)?;
            Some(Loaded { source: request.specifier?, imported: Imported::Namespace, syntax: Linkage::Static })
        }
        Expr::Await(operand) => {
            let request = module.request(*operand)?;
            (request.kind == RequestKind::Import).then_some(Loaded {
                source: request.specifier?,
                imported: Imported::Namespace,
                syntax: Linkage::Dynamic,
            })
        }
        Expr::Member { object, property, .. } if matches!(module.expr(*object), Expr::Call { .. } | Expr::Await(_)) => {
            let whole = loaded(module, *object)?;
            Some(Loaded { imported: imported(module, *property), ..whole })
        }
        _ => None,
    }
}

/// Whether a callee is what a compiler wraps around `require`.
fn is_interop(module: &Module, callee: ExprId) -> bool {
    let name = match module.expr(callee) {
        Expr::Identifier { name, .. } => *name,
        Expr::Member { property, .. } => *property,
        _ => return false,
    };
    matches!(
        module.name(name),
        "__importDefault" | "__importStar" | "_interopRequireDefault" | "_interopRequireWildcard"
    )
}

fn imported(module: &Module, name: Name) -> Imported {
    if module.name(name) == "default" { Imported::Default } else { Imported::Name(name) }
}

/// Adds the rows of declarations whose value is another module, and of modules loaded for their effects.
fn add_imports(module: &mut Module) {
    if module.requests.is_empty() {
        return;
    }
    let mut rows: Vec<Import> = Vec::new();
    for (id, stmt) in module.stmts() {
        match stmt {
            Stmt::Variables { declarations, .. } => {
                for declarator in declarations {
                    if let Some(loaded) = declarator.init.and_then(|init| loaded(module, init)) {
                        declared(module, &declarator.pattern, loaded, declarator.span, &mut rows);
                    }
                }
            }
            Stmt::Expr(expr) => {
                if let Some(Loaded { source, imported: Imported::Namespace, syntax }) = loaded(module, *expr) {
                    let imported = Imported::Nothing;
                    let span = module.span(id);
                    rows.push(Import { local: None, source, imported, type_only: false, syntax, span });
                }
            }
            _ => {}
        }
    }
    for row in rows {
        let id = ImportId::from_index(module.imports.len());
        if let Some(local) = row.local
            && let Some(binding) = module.bindings.items.get_mut(local.index())
        {
            binding.import = binding.import.or(Some(id));
        }
        module.imports.push(row);
    }
}

/// The rows of a declaration: one for a name, one for each property that a pattern takes.
fn declared(module: &Module, pattern: &Pattern, loaded: Loaded, span: Span, rows: &mut Vec<Import>) {
    let Loaded { source, syntax, .. } = loaded;
    let row = |local, imported, span| Import { local: Some(local), source, imported, type_only: false, syntax, span };
    match pattern {
        Pattern::Binding(local) => rows.push(row(*local, loaded.imported, span)),
        Pattern::Object(object) if loaded.imported == Imported::Namespace => {
            for entry in &object.entries {
                if let (Key::Name(name), Pattern::Binding(local)) = (entry.key, &entry.pattern) {
                    rows.push(row(*local, imported(module, name), entry.key_span));
                }
            }
        }
        _ => {}
    }
}

/// The exports of CommonJS.
struct Exports<'m> {
    module: &'m Module,
    /// The assignment or call that is looked at.
    by: ExprId,
    rows: Vec<Export>,
}

impl<'m> Exports<'m> {
    fn of(module: &'m Module) -> Vec<Export> {
        let mut exports = Self { module, by: ExprId::from_index(0), rows: Vec::new() };
        if module.find_name("exports").is_some() {
            for (id, expr) in module.exprs() {
                match expr {
                    Expr::Assign { target, value, .. } => {
                        exports.by = id;
                        exports.assigned(*target, *value);
                    }
                    Expr::Call { callee, arguments, .. } => {
                        exports.by = id;
                        exports.called(*callee, arguments);
                    }
                    _ => {}
                }
            }
        }
        exports.rows
    }

    /// Whether an expression is `exports`, `module.exports`, or an assignment whose value is.
    fn is_exports(&self, expr: ExprId) -> bool {
        match self.module.expr(expr) {
            Expr::Identifier { .. } => is_global(self.module, expr, "exports"),
            Expr::Member { .. } => self.is_module_exports(expr),
            Expr::Assign { target, .. } => {
                self.is_module_exports(*target) || is_global(self.module, *target, "exports")
            }
            _ => false,
        }
    }

    fn is_module_exports(&self, expr: ExprId) -> bool {
        match self.module.expr(expr) {
            Expr::Member { object, property, .. } => {
                self.module.name(*property) == "exports" && is_global(self.module, *object, "module")
            }
            _ => false,
        }
    }

    fn assigned(&mut self, target: ExprId, value: ExprId) {
        let span = self.module.span(target);
        if self.is_module_exports(target) {
            self.whole(self.innermost(value), span);
        } else if let Expr::Member { object, property, property_span, .. } = self.module.expr(target)
            && self.is_exports(*object)
        {
            self.named(*property, self.innermost(value), *property_span);
        }
    }

    /// The value of a chain of assignments.
    fn innermost(&self, value: ExprId) -> ExprId {
        let mut value = value;
        while let Expr::Assign { value: inner, .. } = self.module.expr(value) {
            value = *inner;
        }
        value
    }

    fn push(&mut self, name: ExportName, exported: Exported, span: Span) {
        let by = Some(self.by);
        self.rows.push(Export { name, exported, type_only: false, syntax: Linkage::CommonJs, by, span });
    }

    fn named(&mut self, name: Name, value: ExprId, span: Span) {
        let is_placeholder = matches!(self.module.expr(value), Expr::Unary { operator: UnaryOperator::Void, .. });
        let export_name = match self.module.name(name) {
            "__esModule" => return,
            "default" => ExportName::Default,
            _ => ExportName::Name(name),
        };
        if !is_placeholder {
            self.push(export_name, self.exported(value), span);
        }
    }

    fn exported(&self, value: ExprId) -> Exported {
        if let Expr::Identifier { binding: Some(binding), .. } = self.module.expr(value) {
            return Exported::Binding(*binding);
        }
        match loaded(self.module, value) {
            Some(Loaded { source, imported, .. }) => Exported::From { source, imported },
            None => Exported::Expr(value),
        }
    }

    /// `module.exports = value`; the properties of an object literal are exports themselves.
    fn whole(&mut self, value: ExprId, span: Span) {
        self.push(ExportName::Whole, self.exported(value), span);
        self.properties(value);
    }

    fn properties(&mut self, object: ExprId) {
        let Expr::Object(properties) = self.module.expr(object) else { return };
        for property in properties {
            match property {
                Property::Entry { key: Key::Name(name), key_span, value, kind } if *kind != PropertyKind::Setter => {
                    let value = if *kind == PropertyKind::Getter { self.got(*value) } else { Some(*value) };
                    if let Some(value) = value {
                        self.named(*name, value, *key_span);
                    }
                }
                Property::Entry { .. } => {}
                Property::Spread(operand) => self.star(*operand),
            }
        }
    }

    /// Every export of a module that an expression loads, or that a name is bound to.
    fn star(&mut self, operand: ExprId) {
        let source = match self.module.expr(operand) {
            Expr::Identifier { binding: Some(binding), .. } => {
                let import = self.module.binding(*binding).import.and_then(|id| self.module.import(id));
                import.filter(|import| import.imported == Imported::Namespace).map(|import| import.source)
            }
            _ => loaded(self.module, operand)
                .filter(|loaded| loaded.imported == Imported::Namespace)
                .map(|loaded| loaded.source),
        };
        if let Some(source) = source {
            let exported = Exported::From { source, imported: Imported::Namespace };
            self.push(ExportName::Star, exported, self.module.span(operand));
        }
    }

    /// What a getter returns.
    fn got(&self, getter: ExprId) -> Option<ExprId> {
        self.module.returns(self.module.as_function(getter)?).next()
    }

    /// `Object.defineProperty(exports, …)`, `Object.assign(exports, …)`, `__exportStar(…, exports)`.
    fn called(&mut self, callee: ExprId, arguments: &[ExprId]) {
        let name = match self.module.expr(callee) {
            Expr::Identifier { name, .. } => *name,
            Expr::Member { property, .. } => *property,
            _ => return,
        };
        match (self.module.name(name), arguments) {
            ("defineProperty", [object, key, descriptor]) if self.is_exports(*object) => {
                let Expr::String(key) = self.module.expr(*key) else { return };
                let value = match self.module.property(*descriptor, "get") {
                    Some(getter) => self.got(getter),
                    None => self.module.property(*descriptor, "value"),
                };
                if let Some(value) = value {
                    self.named(*key, value, self.module.span(self.by));
                }
            }
            ("assign", [object, sources @ ..]) if self.is_exports(*object) => {
                for source in sources {
                    self.properties(*source);
                    self.star(*source);
                }
            }
            ("__exportStar" | "__export", [source, ..]) => self.star(*source),
            _ => {}
        }
    }
}
