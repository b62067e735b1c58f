//! What expressions and bindings stand for.

use super::{MOST_VALUES, ModuleId, Origin, Outside, Part, PassedThrough, Program, Value, extend};
use prodcheck_formats::javascript::{
    self as js, BindingId, Expr, ExprId, FunctionId, FunctionKind, Module, Node, PathRoot, Step,
};
use std::rc::Rc;

impl Program<'_> {
    /// All that an expression of a module can stand for, as far as the code shows it; nothing where it shows nothing.
    pub fn values(&self, at: ModuleId, expr: ExprId) -> Rc<[Value]> {
        let Some(module) = self.module(at) else { return Rc::default() };
        self.once(&self.exprs, (at, expr), || self.expression(at, module, expr))
    }

    fn expression(&self, at: ModuleId, module: &Module, expr: ExprId) -> Vec<Value> {
        let mut found = Vec::new();
        match module.expr(expr) {
            Expr::Identifier { name, binding: None } => match module.name(*name) {
                "undefined" => {}
                "exports" => found.push(Value::Namespace(at)),
                name => extend(&mut found, self.global(Outside::new(Origin::Global(name.to_owned())))),
            },
            Expr::Identifier { binding: Some(binding), .. } => return self.binding(at, *binding).to_vec(),
            Expr::Member { .. } if module.is_global(expr, &["module", "exports"]) => {
                extend(&mut found, self.whole(at));
            }
            Expr::Member { object, property, .. } => {
                for value in self.values(at, *object).iter() {
                    extend(&mut found, self.member(value, module.name(*property)));
                }
                if found.is_empty() {
                    extend(&mut found, self.assigned_elsewhere(at, module, expr));
                }
            }
            Expr::Index { object, index, .. } => {
                if let Expr::Number(number) = module.expr(*index) {
                    for value in self.values(at, *object).iter() {
                        extend(&mut found, self.element(value, *number as usize));
                    }
                }
            }
            Expr::Call { callee, arguments, .. } => {
                if let Some(request) = module.request(expr) {
                    if let (Some(name), true) = (request.specifier, request.kind == js::RequestKind::Require) {
                        extend(&mut found, self.loaded(at, module.name(name.value)));
                    }
                    return found;
                }
                if matches!(module.expr(*callee), Expr::Super) {
                    return found;
                }
                for value in self.values(at, *callee).iter() {
                    match super::passed_through(value) {
                        Some(gives) => extend(&mut found, self.passed_on(at, module, arguments, gives)),
                        None => extend(&mut found, self.called(value)),
                    }
                }
                // What `bind`, and a promise's methods, give is what they are called on.
                if let Expr::Member { object, property, .. } = module.expr(*callee)
                    && matches!(module.name(*property), "bind" | "catch" | "finally")
                {
                    extend(&mut found, self.values(at, *object).iter().cloned());
                }
            }
            Expr::New { callee, arguments } => {
                if let Some(executor) = arguments.first().filter(|_| module.is_global(*callee, &["Promise"])) {
                    extend(&mut found, self.resolved(at, module, *executor));
                }
                if !found.is_empty() {
                    return found;
                }
                for value in self.values(at, *callee).iter() {
                    match value {
                        Value::Class(module, class) => extend(&mut found, [Value::Instance(*module, *class)]),
                        Value::Outside(outside) => {
                            extend(&mut found, outside.clone().then(Part::Constructed).map(Value::Outside));
                        }
                        _ => {}
                    }
                }
            }
            Expr::DynamicImport { .. } => {
                if let Some(name) = module.request(expr).and_then(|request| request.specifier) {
                    extend(&mut found, self.loaded(at, module.name(name.value)));
                }
            }
            Expr::Await(value) | Expr::Assign { value, .. } => return self.values(at, *value).to_vec(),
            Expr::Logical { left: first, right: second, .. }
            | Expr::Conditional { then: first, otherwise: second, .. } => {
                for side in [first, second] {
                    extend(&mut found, self.values(at, *side).iter().cloned());
                }
            }
            Expr::Sequence(items) => {
                if let Some(last) = items.last() {
                    return self.values(at, *last).to_vec();
                }
            }
            Expr::Function(id) => found.push(Value::Function(at, *id)),
            Expr::Class(id) => found.push(Value::Class(at, *id)),
            Expr::This => {
                if let Some(class) = module.class_of_this(expr) {
                    let is_static = module.is_this_static(expr);
                    found.push(if is_static { Value::Class(at, class) } else { Value::Instance(at, class) });
                } else if let Some(object) = object_of_this(module, expr) {
                    found.push(Value::Literal(at, object));
                }
            }
            Expr::Super => {
                if let Some(class) = module.class_of_this(expr) {
                    extend(&mut found, self.parents(at, class));
                }
            }
            Expr::Object(_)
            | Expr::Array(_)
            | Expr::String(_)
            | Expr::Number(_)
            | Expr::Bool(_)
            | Expr::Template(_) => {
                found.push(Value::Literal(at, expr));
            }
            _ => {}
        }
        found
    }

    /// What a name of a module stands for.
    pub fn binding(&self, at: ModuleId, binding: BindingId) -> Rc<[Value]> {
        let Some(module) = self.module(at) else { return Rc::default() };
        self.once(&self.bindings, (at, binding), || self.bound(at, module, binding))
    }

    fn bound(&self, at: ModuleId, module: &Module, id: BindingId) -> Vec<Value> {
        let binding = module.binding(id);
        let mut found = Vec::new();
        if let Some(import) = binding.import.and_then(|import| module.import(import)) {
            let source = module.name(import.source.value);
            let imported = self.imported(at, source, import.imported, module);
            if !imported.is_empty() || matches!(binding.origin, js::Origin::Import(_)) {
                return imported;
            }
        }
        extend(&mut found, self.origin(at, module, &binding.origin));
        for assignment in module.assignments(id) {
            extend(&mut found, self.origin(at, module, &assignment.origin));
        }
        if let Some(default) = binding.default {
            extend(&mut found, self.values(at, default).iter().cloned());
        }
        if let Some(type_name) = binding.type_name {
            extend(&mut found, self.of_type(at, module, type_name));
        }
        found
    }

    fn origin(&self, at: ModuleId, module: &Module, origin: &js::Origin) -> Vec<Value> {
        match origin {
            js::Origin::Value { expr, path } => self.along(module, self.values(at, *expr).to_vec(), path),
            js::Origin::Function(id) => vec![Value::Function(at, *id)],
            js::Origin::Class(id) => vec![Value::Class(at, *id)],
            js::Origin::Import(import) => match module.import(*import) {
                Some(import) => self.imported(at, module.name(import.source.value), import.imported, module),
                None => Vec::new(),
            },
            js::Origin::Parameter { function, index, path } => {
                self.along(module, self.arguments(at, module, *function, *index), path)
            }
            js::Origin::Element { of, path } => self.along(module, self.values_of_elements(at, *of), path),
            js::Origin::None | js::Origin::KeyOf { .. } | js::Origin::Caught { .. } | js::Origin::Namespace(_) => {
                Vec::new()
            }
        }
    }

    /// The parts of values that a pattern takes.
    fn along(&self, module: &Module, values: Vec<Value>, path: &[Step]) -> Vec<Value> {
        path.iter().fold(values, |values, step| {
            let mut found = Vec::new();
            for value in &values {
                match step {
                    Step::Property(name) => extend(&mut found, self.member(value, module.name(*name))),
                    Step::Index(index) => extend(&mut found, self.element(value, *index as usize)),
                    Step::RestProperties => extend(&mut found, [value.clone()]),
                    Step::Computed(_) | Step::RestElements(_) => {}
                }
            }
            found
        })
    }

    /// A member of a value.
    pub fn member(&self, value: &Value, name: &str) -> Vec<Value> {
        self.enter(|| match value {
            Value::Outside(outside) => outside.clone().member(name).map(|of| self.global(of)).unwrap_or_default(),
            Value::Namespace(module) => self.export(*module, name),
            Value::Instance(module, class) => self.instance_member(*module, *class, name),
            Value::Class(module, class) => self.static_member(*module, *class, name),
            Value::Literal(at, expr) => self.object_member(*at, *expr, name),
            Value::Function(..) => Vec::new(),
        })
        .unwrap_or_default()
    }

    fn object_member(&self, at: ModuleId, object: ExprId, name: &str) -> Vec<Value> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let assigned = self.assigned_to_object(at, module, object, name);
        if let Some(value) = module.property(object, name) {
            let mut found = self.values(at, value).to_vec();
            for value in assigned {
                extend(&mut found, self.values(at, value).iter().cloned());
            }
            return found;
        }
        if !assigned.is_empty() {
            let mut found = Vec::new();
            for value in assigned {
                extend(&mut found, self.values(at, value).iter().cloned());
            }
            return found;
        }
        let Expr::Object(properties) = module.expr(object) else { return Vec::new() };
        let mut found = Vec::new();
        for property in properties {
            if let js::Property::Spread(operand) = property {
                for value in self.values(at, *operand).iter() {
                    extend(&mut found, self.member(value, name));
                }
            }
        }
        found
    }

    fn elements(&self, at: ModuleId, array: ExprId) -> Vec<ExprId> {
        match self.module(at).map(|module| module.expr(array)) {
            Some(Expr::Array(items)) => items.iter().copied().take(MOST_VALUES).collect(),
            _ => Vec::new(),
        }
    }

    /// What the elements of an array can be.
    fn values_of_elements(&self, at: ModuleId, array: ExprId) -> Vec<Value> {
        let mut found = Vec::new();
        for value in self.values(at, array).iter() {
            if let Value::Literal(module, expr) = value {
                for element in self.elements(*module, *expr) {
                    extend(&mut found, self.values(*module, element).iter().cloned());
                }
            }
        }
        found
    }

    fn element(&self, value: &Value, index: usize) -> Vec<Value> {
        let Value::Literal(at, array) = value else { return Vec::new() };
        match self.elements(*at, *array).get(index) {
            Some(element) => self.values(*at, *element).to_vec(),
            None => Vec::new(),
        }
    }

    /// What a call that gives back what it is given gives; of a merge the values of the argument that wins come first.
    fn passed_on(&self, at: ModuleId, module: &Module, arguments: &[ExprId], gives: PassedThrough) -> Vec<Value> {
        let mut of: Vec<ExprId> = arguments.to_vec();
        match gives {
            PassedThrough::First => of.truncate(1),
            PassedThrough::LastWins => of.reverse(),
            PassedThrough::FirstWins => {}
        }
        let mut found = Vec::new();
        for argument in of {
            if !matches!(module.expr(argument), Expr::Spread(_)) {
                extend(&mut found, self.values(at, argument).iter().cloned());
            }
        }
        found
    }

    /// What calling a value gives.
    fn called(&self, value: &Value) -> Vec<Value> {
        self.enter(|| match value {
            Value::Outside(outside) => outside.clone().then(Part::Called).map(Value::Outside).into_iter().collect(),
            Value::Function(at, function) => self.returned(*at, *function),
            _ => Vec::new(),
        })
        .unwrap_or_default()
    }

    /// What a promise's executor gives to `resolve`.
    fn resolved(&self, at: ModuleId, module: &Module, executor: ExprId) -> Vec<Value> {
        let mut found = Vec::new();
        let Some(function) = module.as_function(executor) else { return found };
        let Some(resolve) = module.function(function).params.first().and_then(js::Param::binding) else { return found };
        for reference in module.references(resolve) {
            if let Some(Node::Expr(outer)) = module.parent(reference.expr)
                && let Some(call) = module.call(outer)
                && call.callee == reference.expr
                && let Some(value) = call.argument(module, 0)
            {
                extend(&mut found, self.values(at, value).iter().cloned());
            }
        }
        found
    }

    fn returned(&self, at: ModuleId, function: FunctionId) -> Vec<Value> {
        let Some(module) = self.module(at) else { return Vec::new() };
        let mut found = Vec::new();
        for value in module.returns(function) {
            extend(&mut found, self.values(at, value).iter().cloned());
        }
        if found.is_empty()
            && let Some(type_name) = module.function(function).return_type
        {
            extend(&mut found, self.of_type(at, module, type_name));
        }
        found
    }

    /// What calls of a function give for a parameter; for the function that a promise's `then` is given, what the
    /// promise is of.
    fn arguments(&self, at: ModuleId, module: &Module, function: FunctionId, index: u32) -> Vec<Value> {
        let mut found = Vec::new();
        if index == 0
            && let Some(promise) = promised(module, function)
        {
            extend(&mut found, self.values(at, promise).iter().cloned());
        }
        if index == 0
            && let Some(list) = each_of(module, function)
        {
            extend(&mut found, self.values_of_elements(at, list));
        }
        let callers = self.callers();
        for (caller, call) in callers.calls.get(&(at, function)).into_iter().flatten() {
            let Some(code) = self.module(*caller) else { continue };
            let argument = code.call(*call).and_then(|call| call.argument(code, index as usize));
            if let Some(argument) = argument {
                extend(&mut found, self.values(*caller, argument).iter().cloned());
            }
        }
        let param = module.function(function).params.get(index as usize);
        if let Some(type_name) = param.and_then(|param| param.type_name) {
            extend(&mut found, self.of_type(at, module, type_name));
        }
        found
    }

    /// The calls of a function, and those that are given it by its name to call it.
    pub fn uses_of(&self, at: ModuleId, function: FunctionId) -> Vec<(ModuleId, ExprId)> {
        let callers = self.callers();
        let of = |calls: &super::CallsOf| calls.get(&(at, function)).cloned().unwrap_or_default();
        [of(&callers.calls), of(&callers.handed)].concat()
    }

    /// The calls of all functions, as far as it is known what they call.
    pub(super) fn callers(&self) -> Rc<super::Callers> {
        if let Some(callers) = &*self.callers.borrow() {
            return callers.clone();
        }
        // What is asked while the table is made finds it empty, and has room of its own: it is made within a question.
        *self.callers.borrow_mut() = Some(Rc::default());
        let around = (self.depth.replace(0), self.steps_of_one.get(), self.cut.get());
        let mut callers = super::Callers::default();
        for (at, _, module) in self.modules() {
            for call in module.calls() {
                for argument in call.arguments {
                    let named = matches!(module.expr(*argument), Expr::Identifier { binding: Some(_), .. });
                    for value in self.values(at, *argument).iter().filter(|_| named) {
                        if let Value::Function(of, function) = value {
                            callers.handed.entry((*of, *function)).or_default().push((at, call.id));
                        }
                    }
                }
                if matches!(module.member_path(call.callee).root, PathRoot::Global(_)) {
                    continue;
                }
                for value in self.values(at, call.callee).iter() {
                    if let Value::Function(of, function) = value {
                        callers.calls.entry((*of, *function)).or_default().push((at, call.id));
                    }
                    if let (Value::Class(of, class), true) = (value, call.is_new)
                        && let Some(constructor) =
                            self.module(*of).and_then(|module| module.method(*class, "constructor"))
                    {
                        callers.calls.entry((*of, constructor)).or_default().push((at, call.id));
                    }
                }
            }
        }
        self.depth.set(around.0);
        self.steps_of_one.set(around.1);
        self.cut.set(around.2);
        // Answers that were given without the table can be poorer than they should be.
        self.exprs.borrow_mut().clear();
        self.bindings.borrow_mut().clear();
        let callers = Rc::new(callers);
        *self.callers.borrow_mut() = Some(callers.clone());
        callers
    }

    /// A value of a type that is annotated: an instance of a class of the program, or something of a package's type.
    pub(super) fn of_type(&self, at: ModuleId, module: &Module, id: js::TypeId) -> Vec<Value> {
        let name = module.type_name(id);
        let Some(binding) = name.binding else { return Vec::new() };
        // `Promise<T>` is global and bound to nothing; what is bound is a class or an imported type.
        let mut values = self.binding(at, binding).to_vec();
        if values.is_empty()
            && let Some(import) = module.binding(binding).import.and_then(|import| module.import(import))
        {
            values = self.imported(at, module.name(import.source.value), import.imported, module);
        }
        for member in &name.members {
            let mut found = Vec::new();
            for value in &values {
                extend(&mut found, self.member(value, module.name(*member)));
            }
            values = found;
        }
        let mut found = Vec::new();
        for value in values {
            match value {
                Value::Class(module, class) => extend(&mut found, [Value::Instance(module, class)]),
                Value::Outside(outside) => extend(&mut found, outside.then(Part::Typed).map(Value::Outside)),
                _ => {}
            }
        }
        found
    }
}

/// The list whose elements a function is called with: `['SIGINT', 'SIGTERM'].forEach(signal => …)`.
pub(super) fn each_of(module: &Module, function: FunctionId) -> Option<ExprId> {
    let Node::Expr(own) = module.function(function).parent else { return None };
    let Some(Node::Expr(outer)) = module.parent(own) else { return None };
    let call = module.call(outer)?;
    let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
    let iterates =
        matches!(module.name(*property), "forEach" | "map" | "flatMap" | "filter" | "some" | "every" | "find" | "each");
    (iterates && call.arguments.first() == Some(&own)).then_some(*object)
}

/// The object literal whose method the code at an expression belongs to: what `this` is there.
pub(super) fn object_of_this(module: &Module, expr: ExprId) -> Option<ExprId> {
    let mut functions = module.enclosing_functions(expr);
    let method = functions.find(|function| module.function(*function).kind != FunctionKind::Arrow)?;
    let Node::Expr(own) = module.function(method).parent else { return None };
    let Some(Node::Expr(object)) = module.parent(own) else { return None };
    let Expr::Object(properties) = module.expr(object) else { return None };
    let is_entry = |property: &js::Property| matches!(property, js::Property::Entry { value, .. } if *value == own);
    properties.iter().any(is_entry).then_some(object)
}

/// The promise whose `then` a function is given to first.
fn promised(module: &Module, function: FunctionId) -> Option<ExprId> {
    let Node::Expr(own) = module.function(function).parent else { return None };
    let Some(Node::Expr(outer)) = module.parent(own) else { return None };
    let call = module.call(outer)?;
    let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
    (module.name(*property) == "then" && call.arguments.first() == Some(&own)).then_some(*object)
}
