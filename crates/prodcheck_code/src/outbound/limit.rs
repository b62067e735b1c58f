//! Whether options set a time limit: here, where they are put together, or by whoever calls the function that only
//! passes them on.

use super::around;
use crate::Reading;
use crate::settle::Settled;
use prodcheck_formats::javascript::{
    BindingId, Expr, ExprId, FunctionId, Key, LogicalOperator, Module, Name, Node, Origin, PathRoot, Property, Step,
};
use prodcheck_program::program::{At, ModuleId, Part, Value};

/// How deep options are followed.
const DEPTH: u32 = 16;

/// How many calls of wrappers, and of wrappers around these, are looked at for one call.
const MOST_CALLERS: usize = 1000;

/// What options say of a time limit.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// They set one: the option, and where it is written.
    Set(String, At),
    /// They switch it off.
    Off(String, At),
    /// They say nothing.
    Absent,
    /// The callers of a function say it.
    Forwarded(Vec<Forward>),
    /// Only running it would tell.
    Unknown,
}

/// A parameter by which callers give options, or the value of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Forward {
    at: ModuleId,
    function: FunctionId,
    index: u32,
    /// The way from the argument to the options.
    steps: Vec<String>,
    /// The option whose value it is; `None` for options as a whole.
    option: Option<String>,
    /// What holds where the argument is left out.
    default: Option<ExprId>,
}

impl Limit {
    /// What holds where either may.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (set @ Self::Set(..), _) | (_, set @ Self::Set(..)) => set,
            (Self::Forwarded(mut one), Self::Forwarded(more)) => {
                one.extend(more);
                Self::Forwarded(one)
            }
            (forwarded @ Self::Forwarded(_), _) | (_, forwarded @ Self::Forwarded(_)) => forwarded,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (off @ Self::Off(..), _) | (_, off @ Self::Off(..)) => off,
            (Self::Absent, Self::Absent) => Self::Absent,
        }
    }
}

/// A reader of options by the names of those that limit the time.
#[derive(Debug, Clone, Copy)]
pub struct Options<'r, 'a> {
    /// The program.
    pub reading: &'r Reading<'a>,
    /// The options that are a limit.
    pub names: &'static [&'static str],
}

impl Options<'_, '_> {
    /// What the argument of a call at one of these places says.
    pub fn of_arguments(&self, at: ModuleId, arguments: &[ExprId], places: &[usize]) -> Limit {
        let Some(module) = self.reading.program.module(at) else { return Limit::Unknown };
        let mut limit = Limit::Absent;
        if self.names.is_empty() {
            return limit;
        }
        for (index, argument) in arguments.iter().enumerate() {
            if let Expr::Spread(operand) = module.expr(*argument) {
                let spread = places.iter().filter(|place| **place >= index);
                let forwards = spread.map(|place| self.of_spread(at, module, *operand, place - index));
                return forwards.fold(limit, Limit::or);
            }
            if places.contains(&index) {
                let said = self.of(at, *argument, DEPTH);
                let open = matches!(said, Limit::Unknown | Limit::Forwarded(_));
                // Where an address or options may stand first, what cannot be followed is one of them by its name.
                let address = open && index == 0 && places.len() > 1 && !is_named_options(module, *argument);
                if !address {
                    limit = limit.or(said);
                }
            }
        }
        limit
    }

    /// What one expression says that is given as options.
    pub fn of_options(&self, at: ModuleId, expr: ExprId) -> Limit {
        self.of(at, expr, DEPTH)
    }

    /// What the elements of something that is spread into arguments say, for the one at this place in it.
    fn of_spread(&self, at: ModuleId, module: &Module, operand: ExprId, place: usize) -> Limit {
        if let Expr::Array(items) = module.expr(operand) {
            return items.get(place).map_or(Limit::Absent, |item| self.of(at, *item, DEPTH));
        }
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(operand) else { return Limit::Unknown };
        match &module.binding(*binding).origin {
            Origin::Parameter { function, path, .. } => match path.as_ref() {
                [Step::RestElements(from)] => Limit::Forwarded(vec![Forward {
                    at,
                    function: *function,
                    index: from.saturating_add(u32::try_from(place).unwrap_or(u32::MAX)),
                    steps: Vec::new(),
                    option: None,
                    default: None,
                }]),
                _ => Limit::Unknown,
            },
            _ => Limit::Unknown,
        }
    }

    fn of(&self, at: ModuleId, expr: ExprId, depth: u32) -> Limit {
        let (Some(module), Some(depth)) = (self.reading.program.module(at), depth.checked_sub(1)) else {
            return Limit::Unknown;
        };
        self.reading.deeper(|| self.of_expression(at, module, expr, depth)).unwrap_or(Limit::Unknown)
    }

    fn of_expression(&self, at: ModuleId, module: &Module, expr: ExprId, depth: u32) -> Limit {
        match module.expr(expr) {
            Expr::Object(properties) => self.of_object(at, module, properties, depth),
            Expr::Identifier { binding: Some(binding), .. } => {
                let later = self.assigned(at, module, *binding, depth);
                if matches!(later, Limit::Set(..)) {
                    return later;
                }
                if let Some(forward) = forward(at, module, expr) {
                    let default = forward.default.map(|default| self.of(at, default, depth));
                    return match default {
                        Some(set @ Limit::Set(..)) => set,
                        _ => Limit::Forwarded(vec![forward]),
                    };
                }
                self.of_written(at, expr, depth)
            }
            Expr::Member { .. } => match forward(at, module, expr) {
                Some(forward) if self.reading.program.written(at, expr).is_empty() => Limit::Forwarded(vec![forward]),
                _ => self.of_written(at, expr, depth),
            },
            Expr::Index { .. } => self.of_written(at, expr, depth),
            Expr::Call { callee, arguments, .. } => self.of_call(at, module, expr, *callee, arguments, depth),
            Expr::New { callee, arguments } => {
                if module.is_global(*callee, &["Request"]) {
                    self.of_arguments(at, arguments, &[0, 1])
                } else if module.is_global(*callee, &["URL"]) {
                    Limit::Absent
                } else {
                    Limit::Unknown
                }
            }
            Expr::Await(value) | Expr::Assign { value, .. } => self.of(at, *value, depth),
            Expr::Logical { operator: LogicalOperator::And, right, .. } => self.of(at, *right, depth),
            Expr::Logical { left: first, right: second, .. }
            | Expr::Conditional { then: first, otherwise: second, .. } => {
                self.of(at, *first, depth).or(self.of(at, *second, depth))
            }
            Expr::Sequence(items) => items.last().map_or(Limit::Unknown, |last| self.of(at, *last, depth)),
            Expr::Identifier { name, binding: None } if module.name(*name) != "undefined" => Limit::Unknown,
            _ => Limit::Absent,
        }
    }

    /// What the expressions say by which a name or a member is given its value.
    fn of_written(&self, at: ModuleId, expr: ExprId, depth: u32) -> Limit {
        let written = self.reading.program.written(at, expr);
        let said = written.iter().map(|(at, expr)| self.of(*at, *expr, depth));
        said.reduce(Limit::or).unwrap_or(Limit::Unknown)
    }

    fn of_object(&self, at: ModuleId, module: &Module, properties: &[Property], depth: u32) -> Limit {
        let mut open = Limit::Absent;
        for property in properties.iter().rev() {
            let said = match property {
                Property::Entry { key: Key::Name(key), value, .. } => {
                    let key = module.name(*key);
                    if self.names.contains(&key) {
                        self.of_value(at, *value, key, depth)
                    } else if key == "dispatcher" && self.names.contains(&"signal") {
                        self.of_dispatcher(at, *value)
                    } else {
                        continue;
                    }
                }
                Property::Entry { .. } => continue,
                Property::Spread(operand) => self.of(at, *operand, depth),
            };
            match said {
                Limit::Set(..) | Limit::Off(..) => {
                    return if matches!(open, Limit::Absent) { said } else { open.or(said) };
                }
                Limit::Absent => {}
                other => open = open.or(other),
            }
        }
        open
    }

    /// undici's agent, given to a single call: <https://undici.nodejs.org/#/docs/api/Client?id=parameter-clientoptions>.
    fn of_dispatcher(&self, at: ModuleId, expr: ExprId) -> Limit {
        let timed = Options { names: &["headersTimeout", "bodyTimeout"], ..*self };
        let made = self.reading.made_by_calls(at, expr);
        let said = made.iter().filter_map(|(at, id)| {
            let call = self.reading.program.module(*at)?.call(*id)?;
            Some(timed.of_arguments(*at, call.arguments, &[0, 1]))
        });
        match said.reduce(Limit::or) {
            Some(set @ Limit::Set(..)) => set,
            _ => Limit::Absent,
        }
    }

    /// What is assigned later: `options.signal = …`.
    fn assigned(&self, at: ModuleId, module: &Module, binding: BindingId, depth: u32) -> Limit {
        let mut limit = Limit::Absent;
        for reference in module.references(binding) {
            let Some(Node::Expr(member)) = module.parent(reference.expr) else { continue };
            let Expr::Member { object, property, .. } = module.expr(member) else { continue };
            let name = module.name(*property);
            if *object == reference.expr
                && self.names.contains(&name)
                && let Some(Node::Expr(outer)) = module.parent(member)
                && let Expr::Assign { target, value, .. } = module.expr(outer)
                && *target == member
            {
                limit = limit.or(self.of_value(at, *value, name, depth));
            }
        }
        limit
    }

    fn of_call(
        &self,
        at: ModuleId,
        module: &Module,
        expr: ExprId,
        callee: ExprId,
        arguments: &[ExprId],
        depth: u32,
    ) -> Limit {
        if module.is_global(callee, &["Object", "assign"]) {
            return arguments.iter().map(|argument| self.of(at, *argument, depth)).fold(Limit::Absent, Limit::or);
        }
        let mut said: Option<Limit> = None;
        for value in self.reading.program.values(at, callee).iter() {
            let Value::Function(of, function) = value else { continue };
            let Some(code) = self.reading.program.module(*of) else { continue };
            for returned in code.returns(*function) {
                let limit = match self.of(*of, returned, depth) {
                    Limit::Forwarded(forwards) => self.forwarded_to(at, expr, forwards, (*of, *function), depth),
                    other => other,
                };
                said = Some(said.map_or_else(|| limit.clone(), |said| said.or(limit.clone())));
            }
        }
        if let Some(said) = said {
            return said;
        }
        // `merge(defaults, options)` of a package.
        let given = arguments.iter().map(|argument| match module.expr(*argument) {
            Expr::Object(_) | Expr::Identifier { .. } => self.of(at, *argument, depth),
            _ => Limit::Unknown,
        });
        match given.fold(Limit::Unknown, Limit::or) {
            Limit::Set(option, place) => Limit::Set(option, place),
            _ => Limit::Unknown,
        }
    }

    /// What a call of a function gives for the parameters that the function passes on; parameters of functions around
    /// it stay open.
    fn forwarded_to(
        &self,
        at: ModuleId,
        call: ExprId,
        forwards: Vec<Forward>,
        function: (ModuleId, FunctionId),
        depth: u32,
    ) -> Limit {
        let mut limit = Limit::Absent;
        for forward in forwards {
            let said = if (forward.at, forward.function) == function {
                self.given(&forward, at, call, depth)
            } else {
                Limit::Forwarded(vec![forward])
            };
            limit = limit.or(said);
        }
        limit
    }

    /// What one caller gives.
    pub fn given(&self, forward: &Forward, caller: ModuleId, call: ExprId, depth: u32) -> Limit {
        let Some(module) = self.reading.program.module(caller) else { return Limit::Unknown };
        let Some(call) = module.call(call) else { return Limit::Unknown };
        let index = forward.index as usize;
        let spread = call
            .arguments
            .iter()
            .take(index + 1)
            .position(|argument| matches!(module.expr(*argument), Expr::Spread(_)));
        if let Some(at) = spread {
            let operand = call.arguments.get(at).map(|spread| module.expr(*spread));
            return match operand {
                Some(Expr::Spread(operand)) if forward.steps.is_empty() && forward.option.is_none() => {
                    self.of_spread(caller, module, *operand, index - at)
                }
                _ => Limit::Unknown,
            };
        }
        let left_out = || match (forward.default, &forward.option) {
            (Some(default), Some(option)) => self.of_value(forward.at, default, option, depth),
            (Some(default), None) => self.of(forward.at, default, depth),
            (None, _) => Limit::Absent,
        };
        let Some(argument) = call.arguments.get(index) else { return left_out() };
        self.stepped(forward, caller, *argument, &forward.steps, depth)
    }

    fn stepped(&self, forward: &Forward, at: ModuleId, expr: ExprId, steps: &[String], depth: u32) -> Limit {
        let Some((step, rest)) = steps.split_first() else {
            return match &forward.option {
                Some(option) => self.of_value(at, expr, option, depth),
                None => self.of(at, expr, depth),
            };
        };
        let Some(module) = self.reading.program.module(at) else { return Limit::Unknown };
        // A caller that passes its own parameter on.
        if let Some(mut outer) = self::forward(at, module, expr) {
            outer.steps.extend(steps.iter().cloned());
            outer.option.clone_from(&forward.option);
            outer.default = None;
            return Limit::Forwarded(vec![outer]);
        }
        let values = self.reading.program.values(at, expr);
        let written = self.reading.program.written_members(&values, step);
        if written.is_empty() {
            // What a literal does not write is not there, where nothing is spread into it.
            let known = self.reading.settle_member(at, expr, step) == Settled::Undefined;
            return if known { Limit::Absent } else { Limit::Unknown };
        }
        let said = written.iter().map(|(at, expr)| self.stepped(forward, *at, *expr, rest, depth));
        said.reduce(Limit::or).unwrap_or(Limit::Unknown)
    }

    /// What the value of an option says.
    fn of_value(&self, at: ModuleId, expr: ExprId, option: &str, depth: u32) -> Limit {
        let (Some(module), Some(depth)) = (self.reading.program.module(at), depth.checked_sub(1)) else {
            return Limit::Unknown;
        };
        let set = || Limit::Set(option.to_owned(), (at, expr));
        match module.expr(expr) {
            Expr::Identifier { binding: Some(_), .. } | Expr::Member { .. } => {
                if let Some(mut forward) = forward(at, module, expr) {
                    if let Some(default) = forward.default
                        && let said @ Limit::Set(..) = self.of_value(at, default, option, depth)
                    {
                        return said;
                    }
                    forward.option = Some(option.to_owned());
                    return Limit::Forwarded(vec![forward]);
                }
            }
            Expr::Logical { operator: LogicalOperator::And, right, .. } => {
                return self.of_value(at, *right, option, depth);
            }
            Expr::Logical { left: first, right: second, .. }
            | Expr::Conditional { then: first, otherwise: second, .. } => {
                let both = self.of_value(at, *first, option, depth).or(self.of_value(at, *second, option, depth));
                return match both {
                    // `options.timeout || 0` where nobody gives one.
                    Limit::Set(..) | Limit::Forwarded(_) | Limit::Off(..) | Limit::Absent => both,
                    Limit::Unknown => set(),
                };
            }
            Expr::Await(value) => return self.of_value(at, *value, option, depth),
            Expr::Object(properties) if properties.is_empty() => return Limit::Absent,
            _ => {}
        }
        match self.reading.settle(at, expr) {
            Settled::Number(value) if value > 0.0 && value.is_finite() => set(),
            Settled::Number(_) | Settled::Bool(false) => Limit::Off(option.to_owned(), (at, expr)),
            Settled::Undefined | Settled::Null => Limit::Absent,
            Settled::Unset(_) => Limit::Unknown,
            _ => set(),
        }
    }
}

/// Whether the last name of an expression says that it holds options.
fn is_named_options(module: &Module, expr: ExprId) -> bool {
    let named = module.call(expr).map_or(expr, |call| call.callee);
    let path = module.member_path(named);
    let last = match (path.members.last(), module.expr(named)) {
        (Some(name), _) | (None, Expr::Identifier { name, .. }) => module.name(*name).to_ascii_lowercase(),
        _ => return true,
    };
    last.len() == 1 || ["opt", "conf", "param", "init", "setting", "req", "arg"].iter().any(|word| last.contains(word))
}

/// The parameter that an expression is, or is a member of.
fn forward(at: ModuleId, module: &Module, expr: ExprId) -> Option<Forward> {
    let path = module.member_path(expr);
    let PathRoot::Binding(binding) = path.root else { return None };
    let bound = module.binding(binding);
    let Origin::Parameter { function, index, path: into } = &bound.origin else { return None };
    // What a promise's callback or a loop's callback is given is no caller's.
    let names = into.iter().filter(|step| !matches!(step, Step::RestProperties)).map(|step| step.property());
    let names: Option<Vec<Name>> = names.collect();
    let steps: Vec<String> = names?.into_iter().chain(path.members).map(|name| module.name(name).to_owned()).collect();
    let default = bound.default.filter(|_| expr_is_binding(module, expr));
    Some(Forward { at, function: *function, index: *index, steps, option: None, default })
}

fn expr_is_binding(module: &Module, expr: ExprId) -> bool {
    matches!(module.expr(expr), Expr::Identifier { .. })
}

/// What the callers of a function say, each with the place of its call.
#[derive(Debug, Default)]
pub struct Callers {
    /// Calls that give no limit.
    pub without: Vec<(At, Limit)>,
    /// Calls that give one, be it by one parameter of several.
    giving: Vec<At>,
    /// How many calls were looked at.
    asked: usize,
    /// Whether some call gives one.
    pub some_give: bool,
    /// Whether somebody calls the function in a way that cannot be followed, or nobody is seen to call it.
    pub unknown: bool,
}

impl Options<'_, '_> {
    /// Asks the callers of the functions whose parameters are passed on.
    pub fn callers(&self, forwards: &[Forward]) -> Callers {
        let mut callers = Callers::default();
        self.ask(forwards, 4, &mut callers);
        callers.some_give = !callers.giving.is_empty();
        let giving = std::mem::take(&mut callers.giving);
        callers.without.retain(|(at, _)| !giving.contains(at));
        callers
    }

    fn ask(&self, forwards: &[Forward], depth: u32, callers: &mut Callers) {
        let mut functions: Vec<(ModuleId, FunctionId)> =
            forwards.iter().map(|forward| (forward.at, forward.function)).collect();
        functions.dedup();
        for (at, function) in functions {
            let uses = self.reading.program.uses_of(at, function);
            callers.unknown |= uses.is_empty();
            for (caller, call) in uses {
                if !self.reading.reach(caller, call).is_reached() {
                    continue;
                }
                callers.asked += 1;
                if callers.asked > MOST_CALLERS {
                    callers.unknown = true;
                    return;
                }
                let Some(code) = self.reading.program.module(caller) else { continue };
                if around::limited(self.reading, caller, code, call, &[]).is_some() {
                    callers.giving.push((caller, call));
                    continue;
                }
                if !self.calls(caller, call, at, function) {
                    callers.unknown = true;
                    continue;
                }
                let of_function = forwards.iter().filter(|one| (one.at, one.function) == (at, function));
                let given = of_function.map(|forward| self.given(forward, caller, call, DEPTH));
                match given.reduce(Limit::or).unwrap_or(Limit::Unknown) {
                    Limit::Set(..) => callers.giving.push((caller, call)),
                    Limit::Unknown => callers.unknown = true,
                    Limit::Forwarded(outer) => match depth.checked_sub(1) {
                        Some(depth) => self.ask(&outer, depth, callers),
                        None => callers.unknown = true,
                    },
                    without => callers.without.push(((caller, call), without)),
                }
            }
        }
    }

    /// Whether a call calls the function itself, and does not only hand it on.
    fn calls(&self, caller: ModuleId, call: ExprId, at: ModuleId, function: FunctionId) -> bool {
        let Some(call) = self.reading.program.module(caller).and_then(|module| module.call(call)) else {
            return false;
        };
        self.reading.program.values(caller, call.callee).iter().any(|value| match value {
            Value::Function(of, id) => (*of, *id) == (at, function),
            Value::Class(of, class) => {
                *of == at
                    && self.reading.program.module(*of).and_then(|module| module.method(*class, "constructor"))
                        == Some(function)
            }
            _ => false,
        })
    }
}

/// Whether a value is one of a package's types, as an annotation says.
pub fn is_typed(value: &Value) -> bool {
    matches!(value, Value::Outside(outside) if outside.way.last() == Some(&Part::Typed))
}
