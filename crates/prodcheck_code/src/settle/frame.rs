//! The call that a function is followed from: what its parameters are given there, and nowhere else.

use super::Settled;
use crate::Reading;
use prodcheck_formats::javascript::{BindingId, Call, Expr, ExprId, FunctionId, Origin, Step};
use prodcheck_program::program::ModuleId;

/// How many calls lie within each other at most.
const MOST: usize = 6;

/// A call that is followed.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Tells it from other calls of the same function.
    id: u32,
    function: (ModuleId, FunctionId),
    arguments: Vec<Given>,
}

/// An argument of a call that is followed.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    /// An expression, outside of the call.
    Expr(ModuleId, ExprId),
    /// A value.
    Value(Settled),
}

impl Reading<'_> {
    /// Which call is followed now; 0 where none is.
    pub(super) fn frame(&self) -> u32 {
        self.progress.frames.borrow().last().map_or(0, |frame| frame.id)
    }

    /// Answers a question about the code of a function as a call with these arguments runs it; `None` where too many
    /// calls lie around.
    pub(crate) fn within_call<T>(
        &self,
        function: (ModuleId, FunctionId),
        arguments: Vec<Given>,
        answer: impl FnOnce() -> T,
    ) -> Option<T> {
        if self.progress.frames.borrow().len() >= MOST {
            return None;
        }
        let id = self.progress.next_frame.get().wrapping_add(1);
        self.progress.next_frame.set(id);
        self.progress.frames.borrow_mut().push(Frame { id, function, arguments });
        let answered = answer();
        self.progress.frames.borrow_mut().pop();
        Some(answered)
    }

    /// The arguments of a call, up to the first that is spread.
    pub(crate) fn arguments_given(&self, at: ModuleId, call: &Call<'_>) -> Vec<Given> {
        let Some(module) = self.program.module(at) else { return Vec::new() };
        let plain = call.arguments.iter().take_while(|argument| !matches!(module.expr(**argument), Expr::Spread(_)));
        plain.map(|argument| Given::Expr(at, *argument)).collect()
    }

    /// What a function of the program makes of a value.
    pub(super) fn applied(&self, function: (ModuleId, FunctionId), value: Settled) -> Settled {
        let made = self.within_call(function, vec![Given::Value(value)], || self.returned(function.0, function.1));
        made.unwrap_or(Settled::Unknown)
    }

    /// Answers a question that no call lies around.
    pub(crate) fn outside_calls<T>(&self, answer: impl FnOnce() -> T) -> T {
        let frames = self.progress.frames.take();
        let answered = answer();
        self.progress.frames.replace(frames);
        answered
    }

    /// The value of a parameter in the call that is followed; `None` where it is no parameter of that function.
    pub(super) fn parameter(&self, at: ModuleId, binding: BindingId) -> Option<Settled> {
        let module = self.program.module(at)?;
        let Origin::Parameter { function, index, path } = &module.binding(binding).origin else { return None };
        let level = self.progress.frames.borrow().iter().rposition(|frame| frame.function == (at, *function))?;
        let frame = self.progress.frames.borrow().get(level)?.clone();
        let default = module.binding(binding).default;
        let own = module.function(*function).params.get(*index as usize).and_then(|param| param.default);
        let Some(names) = path.iter().map(|step| step.property().map(|name| module.name(name).to_owned())).collect()
        else {
            return Some(Settled::Unknown);
        };
        let names: Vec<String> = names;
        if path.iter().any(|step| !matches!(step, Step::Property(_))) {
            return Some(Settled::Unknown);
        }
        let given = frame.arguments.get(*index as usize);
        let inner = self.progress.frames.borrow_mut().split_off(level);
        let mut value = match given {
            Some(Given::Expr(at, given)) => self.settle_path(*at, *given, &names),
            Some(Given::Value(value)) if names.is_empty() => value.clone(),
            Some(Given::Value(_)) => Settled::Unknown,
            None => Settled::Undefined,
        };
        self.progress.frames.borrow_mut().extend(inner);
        if value.is_absent() == Some(true) && given.is_none() {
            if let Some(own) = own.filter(|_| !names.is_empty()) {
                value = self.settle_path(at, own, &names);
            } else if let Some(default) = default.or(own) {
                value = self.settle(at, default);
            }
        } else if value == Settled::Undefined
            && let Some(default) = default
        {
            value = self.settle(at, default);
        }
        Some(value)
    }
}

impl Settled {
    /// What a name says of a variable that is passed along: helpers read `process.env[name]`.
    pub(super) fn as_key(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}
