//! Values that have no business in a log, where log calls are given them.

use super::call::Taker;
use super::names::{self, Meaning};
use super::winston::is_stringify;
use super::{Level, Logged};
use crate::reading::{of_runtime, way};
use crate::{Reach, Reading, Settled, Truth};
use prodcheck_formats::javascript::{
    BinaryOperator, BindingId, Call, ClassId, Expr, ExprId, FunctionId, Key, LogicalOperator, Module, Node, Origin,
    Property, Step, Stmt, UnaryOperator,
};
use prodcheck_program::program::{At, ModuleId, Part, Value};
use prodcheck_source::Place;

/// A value that a log call is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The value, in the call.
    pub place: Place,
    /// What it is.
    pub what: What,
    /// How the code spells it: `req.body`, `user.password`.
    pub shown: String,
    /// At which level it is written; `None` where only running it would tell.
    pub level: Option<Level>,
    /// What keeps it from production's logs.
    pub kept_back: Option<KeptBack>,
    /// The names of the properties that lead to it in what is logged, the outermost first.
    pub(super) keys: Vec<String>,
    /// What takes the call.
    pub(super) taker: Taker,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A secret, by its name.
    Secret,
    /// A link that is likely to hold a one-time token.
    Link,
    /// An e-mail address, a phone number, a postal address, a date of birth.
    Personal,
    /// A request's body as a whole.
    Body,
    /// A request's headers as a whole: cookies and authorization among them.
    Headers,
    /// A session as a whole, or the id of a login session.
    Session,
    /// A user as a whole.
    User,
    /// All environment variables.
    Environment,
    /// A job's or message's payload as a whole, into which the program puts this secret.
    Payload(String),
    /// A token of morgan's that prints this.
    MorganToken,
}

impl What {
    /// Whether a reviewer would send it back, or only remark on it.
    pub fn is_grave(&self) -> bool {
        !matches!(self, Self::Personal | Self::Link)
    }
}

/// What keeps a value from production's logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptBack {
    /// Production does not come to the call.
    Unreached,
    /// Production's level is above the call's.
    BelowLevel,
    /// The logger leaves it out.
    Redacted,
}

/// How a value is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Printed {
    /// As an object: with all that is in it.
    Whole,
    /// As a text: an object shows nothing of itself.
    AsText,
}

/// How many steps are followed from a call's argument.
const DEPTH: u32 = 10;

/// How many names are followed to where they are written, on the way.
const HOPS: u32 = 3;

/// How many expressions one call's arguments may lead to.
const LOOKS: u32 = 600;

/// Packages whose callbacks are commands of a command line: what these print is no log.
const COMMAND_LINES: &[&str] = &[
    "commander",
    "yargs",
    "cac",
    "@oclif/core",
    "sade",
    "@caporal/core",
    "vorpal",
    "clipanion",
    "citty",
    "nest-commander",
];

/// All values that log calls are given and should not be, one a call, the gravest.
pub(super) fn read(reading: &Reading<'_>, logged: &[Logged]) -> Vec<Disclosure> {
    let payloads = payload_secrets(reading);
    let mut found = Vec::new();
    for one in logged {
        if in_test_folder(reading, one.at)
            || of_command_line(reading, one.at, one.id, 4)
            || (prints(&one.log.taker) && in_cli_folder(reading, one.at))
        {
            continue;
        }
        let mut walk = Walk { reading, payloads: &payloads, found: Vec::new(), looks: LOOKS };
        for argument in given_to_log(reading, one) {
            let place = (one.at, argument);
            walk.examine(place, place, Printed::Whole, &[], DEPTH, HOPS);
        }
        let gravest = walk.found.into_iter().max_by_key(|(what, ..)| (what.is_grave(), *what == What::Secret));
        let Some((what, shown, at, keys)) = gravest else { continue };
        found.push(Disclosure {
            place: reading.place_at(at),
            what,
            shown,
            level: one.log.level,
            kept_back: match &one.log.taker {
                _ if one.reach == Reach::Never => Some(KeptBack::Unreached),
                // It writes what the variable `DEBUG` names, and nothing where that is not set.
                Taker::Package(package) if package == "debug" => {
                    matches!(reading.variable("DEBUG"), Settled::Unset(_)).then_some(KeptBack::BelowLevel)
                }
                Taker::Wrapper(at, function) if !keys.is_empty() && hides_inside(reading, *at, *function) => {
                    Some(KeptBack::Redacted)
                }
                _ => named_branch(reading, one.at, one.id),
            },
            keys,
            taker: one.log.taker.clone(),
        });
    }
    found.sort_by(|one, other| one.place.cmp(&other.place));
    found
}

/// The gravest of what an expression gives, its parts counted, and where that stands.
pub(super) fn gravest_of(reading: &Reading<'_>, expr: At) -> Option<(What, String, At)> {
    let mut walk = Walk { reading, payloads: &[], found: Vec::new(), looks: LOOKS };
    walk.examine(expr, expr, Printed::Whole, &[], DEPTH, HOPS);
    let gravest = walk.found.into_iter().max_by_key(|(what, ..)| (what.is_grave(), *what == What::Secret));
    gravest.map(|(what, shown, at, _)| (what, shown, at))
}

/// The arguments that reach a log: of a wrapper those that it passes on.
fn given_to_log(reading: &Reading<'_>, one: &Logged) -> Vec<ExprId> {
    let Taker::Wrapper(at, function) = one.log.taker else { return one.log.arguments.clone() };
    let Some(passed) = reading.passed_on(at, function) else { return one.log.arguments.clone() };
    let call = reading.program.module(one.at).and_then(|module| module.call(one.id));
    let position = |argument: &ExprId| call.and_then(|call| call.arguments.iter().position(|given| given == argument));
    let is_passed = |argument: &ExprId| position(argument).is_none_or(|index| passed >> index.min(63) & 1 == 1);
    one.log.arguments.iter().copied().filter(is_passed).collect()
}

/// Whether what takes a call is the output that a command of a command line prints to.
fn prints(taker: &Taker) -> bool {
    matches!(taker, Taker::Console | Taker::Output)
}

/// Whether a module stands in a folder `cli`: the commands of a product that a person runs.
fn in_cli_folder(reading: &Reading<'_>, at: ModuleId) -> bool {
    let path = reading.program.path(at).map(|path| path.as_str().to_owned()).unwrap_or_default();
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| matches!(folder, "cli" | "command-line"))
}

/// Whether a module stands in a folder of tests or of what stands in for others there.
fn in_test_folder(reading: &Reading<'_>, at: ModuleId) -> bool {
    let path = reading.program.path(at).map(|path| path.as_str().to_owned()).unwrap_or_default();
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders
        .split('/')
        .any(|folder| matches!(folder, "test" | "tests" | "__tests__" | "mocks" | "__mocks__" | "fixtures"))
}

/// Whether a call stands in what only a command of a command line runs.
fn of_command_line(reading: &Reading<'_>, at: ModuleId, node: impl Into<Node>, depth: u32) -> bool {
    let (Some(module), Some(depth)) = (reading.program.module(at), depth.checked_sub(1)) else { return false };
    let mut functions = module.enclosing_functions(node).peekable();
    functions.any(|function| {
        let uses = reading.program.uses_of(at, function);
        let command =
            |(at, call): &At| {
                reading.program.module(*at).and_then(|module| module.call(*call)).is_some_and(|call| {
                    reading.program.values(*at, call.callee).iter().any(
                        |value| matches!(value, Value::Outside(outside) if COMMAND_LINES.contains(&outside.source())),
                    )
                })
            };
        let inline = match module.function(function).parent {
            Node::Expr(own) => match module.parent(own) {
                Some(Node::Expr(outer)) => module.call(outer).is_some() && command(&(at, outer)),
                _ => false,
            },
            _ => false,
        };
        inline
            || (!uses.is_empty()
                && uses.iter().all(|one| command(one) || of_command_line(reading, one.0, one.1, depth)))
    })
}

/// The secrets that the program puts into messages of queues: `queue.add('mail', { email, code })`.
fn payload_secrets(reading: &Reading<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let Expr::Member { object, property, .. } = module.expr(call.callee) else { continue };
        let named = last_name(module, *object).is_some_and(|name| {
            super::call::words(name)
                .any(|word| matches!(word.as_str(), "queue" | "queues" | "jobs" | "agenda" | "boss" | "channel"))
        });
        let of_queue = named
            || site.callee.iter().any(|value| {
                matches!(value, Value::Outside(outside) if matches!(outside.source(), "bull" | "bullmq" | "bee-queue" | "agenda" | "pg-boss" | "amqplib" | "@nestjs/bull" | "@nestjs/bullmq" | "graphile-worker"))
            });
        let queues = of_queue
            && matches!(
                module.name(*property),
                "add"
                    | "addJob"
                    | "addBulk"
                    | "enqueue"
                    | "publish"
                    | "sendToQueue"
                    | "createJob"
                    | "schedule"
                    | "dispatch"
            );
        if !queues {
            continue;
        }
        for argument in call.arguments.iter().take(3) {
            let Some(object) = reading.literal(site.at, *argument) else { continue };
            for (key, _) in reading.entries(object) {
                if names::meaning(&key) == Some(Meaning::Secret) && !found.contains(&key) {
                    found.push(key);
                }
            }
        }
    }
    found
}

type Found = (What, String, At, Vec<String>);

struct Walk<'r, 'a> {
    reading: &'r Reading<'a>,
    payloads: &'r [String],
    found: Vec<Found>,
    looks: u32,
}

impl Walk<'_, '_> {
    /// Looks at what an expression gives to a log. `shown` is the part of the call that leads here.
    fn examine(&mut self, (at, expr): At, shown: At, printed: Printed, keys: &[String], depth: u32, hops: u32) {
        let (Some(module), Some(depth)) = (self.reading.program.module(at), depth.checked_sub(1)) else { return };
        self.looks = self.looks.saturating_sub(1);
        if self.looks == 0 {
            return;
        }
        // The call's own parts are shown; what stands elsewhere is shown by the name that leads to it.
        let here = |part: ExprId| if shown == (at, expr) { (at, part) } else { shown };
        match module.expr(expr) {
            Expr::Template(template) => {
                for part in &template.exprs {
                    self.examine((at, *part), here(*part), Printed::AsText, keys, depth, hops);
                }
            }
            Expr::Binary { operator: BinaryOperator::Add, left, right } => {
                for part in [left, right] {
                    self.examine((at, *part), here(*part), Printed::AsText, keys, depth, hops);
                }
            }
            Expr::Conditional { then, otherwise, .. } => {
                for part in [then, otherwise] {
                    self.examine((at, *part), here(*part), printed, keys, depth, hops);
                }
            }
            Expr::Logical { operator, left, right } => {
                if *operator != LogicalOperator::And {
                    self.examine((at, *left), here(*left), printed, keys, depth, hops);
                }
                self.examine((at, *right), here(*right), printed, keys, depth, hops);
            }
            Expr::Await(inner) | Expr::Spread(inner) => {
                self.examine((at, *inner), here(*inner), printed, keys, depth, hops);
            }
            Expr::Sequence(items) => {
                if let Some(last) = items.last() {
                    self.examine((at, *last), here(*last), printed, keys, depth, hops);
                }
            }
            Expr::Array(items) => {
                for item in items {
                    self.examine((at, *item), here(*item), printed, keys, depth, hops);
                }
            }
            Expr::Object(_) if printed == Printed::Whole => {
                self.object(at, (expr, shown), keys, depth, hops);
            }
            Expr::New { .. } | Expr::Call { .. } => self.call(at, (expr, shown), printed, keys, depth, hops),
            Expr::Identifier { .. } | Expr::Member { .. } | Expr::Index { .. } => {
                self.named(at, (expr, shown), printed, keys, depth, hops);
            }
            _ => {}
        }
    }

    fn object(&mut self, at: ModuleId, (object, shown): (ExprId, At), keys: &[String], depth: u32, hops: u32) {
        let Some(module) = self.reading.program.module(at) else { return };
        let Expr::Object(properties) = module.expr(object) else { return };
        for property in properties {
            match property {
                Property::Spread(operand) => {
                    let place = if shown == (at, object) { (at, *operand) } else { shown };
                    self.examine((at, *operand), place, Printed::Whole, keys, depth, hops);
                }
                Property::Entry { key: Key::Name(key), value, .. } => {
                    let place = if shown == (at, object) { (at, *value) } else { shown };
                    let name = module.name(*key).to_owned();
                    let mut inner = keys.to_vec();
                    inner.push(name.clone());
                    let before = self.found.len();
                    self.examine((at, *value), place, Printed::Whole, &inner, depth, hops);
                    if self.found.len() > before {
                        continue;
                    }
                    if let Some(meaning) = names::meaning(&name)
                        && self.may_be(at, *value, 6)
                    {
                        self.add(of_meaning(meaning), name, place, inner);
                    }
                }
                Property::Entry { .. } => {}
            }
        }
    }

    /// Whether a value that is logged under a telling name can be what the name says.
    fn may_be(&self, at: ModuleId, value: ExprId, depth: u32) -> bool {
        let (Some(module), Some(depth)) = (self.reading.program.module(at), depth.checked_sub(1)) else { return false };
        match module.expr(value) {
            Expr::Member { property, .. } => {
                // The property of something says better what it is: `token: token.id`.
                let name = module.name(*property);
                !describes(name) && !self.is_constant(at, value)
            }
            Expr::Identifier { name, binding } => {
                let name = module.name(*name);
                if (name == "undefined" && binding.is_none())
                    || describes(name)
                    || (names::meaning(name).is_none() && says_other(name))
                    || self.is_constant(at, value)
                {
                    return false;
                }
                let written = self.reading.program.written(at, value);
                written.is_empty()
                    || written.iter().any(|(of, expr)| (*of, *expr) == (at, value) || self.may_be(*of, *expr, depth))
            }
            Expr::Conditional { then, otherwise, .. } => {
                self.may_be(at, *then, depth) || self.may_be(at, *otherwise, depth)
            }
            Expr::Logical { operator, left, right } => {
                (*operator != LogicalOperator::And && self.may_be(at, *left, depth)) || self.may_be(at, *right, depth)
            }
            Expr::Await(inner) => self.may_be(at, *inner, depth),
            Expr::Template(template) => template.exprs.iter().any(|part| self.may_be(at, *part, depth)),
            Expr::Call { callee, .. } => callee_name(module, *callee).is_some_and(gives_secret),
            Expr::Index { .. } => true,
            _ => false,
        }
    }

    /// Whether a name stands for a text that the program spells out: the name of a field, of a header.
    fn is_constant(&self, at: ModuleId, expr: ExprId) -> bool {
        let ends = self.reading.ends(at, expr);
        !ends.is_empty()
            && ends.iter().all(|(of, end)| {
                self.reading.program.module(*of).is_some_and(|module| {
                    matches!(
                        module.expr(*end),
                        Expr::String(_)
                            | Expr::Number(_)
                            | Expr::Bool(_)
                            | Expr::Null
                            | Expr::Regex { .. }
                            | Expr::Function(_)
                            | Expr::Class(_)
                            | Expr::Object(_)
                            | Expr::Unary {
                                operator: UnaryOperator::Not | UnaryOperator::TypeOf | UnaryOperator::Void,
                                ..
                            }
                    ) || matches!(module.expr(*end), Expr::Binary { operator, .. } if *operator != BinaryOperator::Add)
                        || matches!(module.expr(*end), Expr::Template(template) if template.exprs.is_empty())
                        || module.call(*end).is_some_and(|call| callee_name(module, call.callee).is_some_and(shortens))
                })
            })
    }

    fn call(
        &mut self,
        at: ModuleId,
        (expr, shown): (ExprId, At),
        printed: Printed,
        keys: &[String],
        depth: u32,
        hops: u32,
    ) {
        let Some(module) = self.reading.program.module(at) else { return };
        let Some(call) = module.call(expr) else { return };
        let here = |part: ExprId| if shown == (at, expr) { (at, part) } else { shown };
        let name = callee_name(module, call.callee).unwrap_or_default();
        if call.is_new {
            // What an error is made of stands in its message and its fields.
            if name.ends_with("Error") || name.ends_with("Exception") {
                for argument in call.arguments {
                    self.examine((at, *argument), here(*argument), Printed::Whole, keys, depth, hops);
                }
            }
            return;
        }
        if is_stringify(self.reading, at, call.callee) {
            // A replacer chooses what is written.
            let replaced = call.arguments.get(1).is_some_and(|second| !matches!(module.expr(*second), Expr::Null)
                && !matches!(module.expr(*second), Expr::Identifier { name, .. } if module.name(*name) == "undefined")
                && name == "stringify" && !matches!(module.expr(*second), Expr::Number(_)));
            if let (false, Some(first)) = (replaced, call.arguments.first()) {
                self.examine((at, *first), here(*first), Printed::Whole, keys, depth, hops);
            }
            return;
        }
        if self.request_call(at, module, &call, shown, printed, keys) {
            return;
        }
        match name {
            "inspect" | "format" | "cloneDeep" | "structuredClone" | "fromEntries" | "entries" | "assign" | "merge"
            | "values" => {
                for argument in call.arguments {
                    self.examine((at, *argument), here(*argument), Printed::Whole, keys, depth, hops);
                }
            }
            "String" | "decodeURIComponent" | "encodeURIComponent" | "valueOf" | "trim" | "toLowerCase"
            | "toUpperCase" | "toString" => {
                let of = match module.expr(call.callee) {
                    Expr::Member { object, .. } => Some(*object),
                    _ => call.arguments.first().copied(),
                };
                if let Some(of) = of {
                    self.examine((at, of), here(of), Printed::AsText, keys, depth, hops);
                }
            }
            // What an ORM's document is as an object.
            "toObject" | "toJSON" => {
                if let Expr::Member { object, .. } = module.expr(call.callee) {
                    self.examine((at, *object), here(*object), printed, keys, depth, hops);
                }
            }
            name if gives_secret(name) && !self.is_shadowed(at, call.callee) => {
                self.add(What::Secret, format!("{name}()"), here(expr), keys.to_vec());
            }
            "sign" if from_package(self.reading, at, call.callee, "jsonwebtoken") => {
                self.add(What::Secret, "jwt.sign()".to_owned(), here(expr), keys.to_vec());
            }
            _ => {}
        }
    }

    /// Whether a function that by its name gives a secret is one of the program's that returns something else.
    fn is_shadowed(&self, at: ModuleId, callee: ExprId) -> bool {
        self.reading.functions(at, callee).into_iter().any(|(of, function)| {
            let Some(module) = self.reading.program.module(of) else { return false };
            let mut returns = module.returns(function).peekable();
            returns.peek().is_some()
                && returns.all(|value| !self.may_be(of, value, 4) && !matches!(module.expr(value), Expr::Call { .. }))
        })
    }

    /// `req.get('authorization')`, `headers.get('cookie')`, `c.req.json()`, `c.req.header()`.
    fn request_call(
        &mut self,
        at: ModuleId,
        module: &Module,
        call: &Call<'_>,
        shown: At,
        printed: Printed,
        keys: &[String],
    ) -> bool {
        let Expr::Member { object, property, .. } = module.expr(call.callee) else { return false };
        let method = module.name(*property);
        let chain = self.chain(at, *object, 6);
        let last = chain.last().map(String::as_str).unwrap_or_default();
        let of_request = is_request(&chain);
        let argument = call.arguments.first();
        let text = argument.and_then(|argument| module.string(*argument));
        match method {
            "get" | "header" | "cookie" if of_request || last == "headers" || last == "cookies" => {
                if let Some(text) = text {
                    if names::meaning(text) == Some(Meaning::Secret) || method == "cookie" || last == "cookies" {
                        self.add(What::Secret, format!("{}.{method}('{text}')", chain.join(".")), shown, keys.to_vec());
                    }
                } else if argument.is_none() && method == "header" && printed == Printed::Whole {
                    self.add(What::Headers, format!("{}.header()", chain.join(".")), shown, keys.to_vec());
                }
                true
            }
            "json" | "formData" | "parseBody" if of_request && printed == Printed::Whole => {
                self.add(What::Body, format!("{}.{method}()", chain.join(".")), shown, keys.to_vec());
                true
            }
            _ => false,
        }
    }

    fn named(
        &mut self,
        at: ModuleId,
        (expr, shown): (ExprId, At),
        printed: Printed,
        keys: &[String],
        depth: u32,
        hops: u32,
    ) {
        let Some(module) = self.reading.program.module(at) else { return };
        let chain = self.chain(at, expr, 6);
        if let Some(what) = self.part_of_request(at, module, expr, &chain, printed) {
            self.add(what, chain.join("."), shown, keys.to_vec());
            return;
        }
        let values = self.reading.program.values(at, expr);
        if printed == Printed::Whole
            && values.iter().any(|value| {
                of_runtime(value, "process").is_some_and(|outside| outside.way == [Part::Member("env".to_owned())])
            })
        {
            self.add(What::Environment, "process.env".to_owned(), shown, keys.to_vec());
            return;
        }
        let Some(name) = chain.last().cloned() else { return };
        let own_name = last_name(module, expr).unwrap_or_default().to_owned();
        for name in [&own_name, &name] {
            if let Some(meaning) = names::meaning(name)
                && self.is_value(at, module, expr, name, printed)
            {
                let shown_as = if chain.len() > 1 { chain.join(".") } else { own_name.clone() };
                self.add(of_meaning(meaning), shown_as, shown, keys.to_vec());
                return;
            }
        }
        if printed == Printed::Whole
            && (names::is_user(&own_name) || names::is_user(&name))
            && self.is_object(at, module, expr, &chain)
        {
            self.add(What::User, chain.join("."), shown, keys.to_vec());
            return;
        }
        // A name that says nothing: what it is given one step before counts.
        let Some(hops) = hops.checked_sub(1) else { return };
        if names::meaning(&own_name).is_some() || describes(&own_name) {
            return;
        }
        // What a pattern leaves over is without what it takes.
        let rest = matches!(module.expr(expr), Expr::Identifier { binding: Some(binding), .. }
            if takes_rest(&module.binding(*binding).origin));
        for (of, written) in self.reading.program.written(at, expr) {
            if (of, written) != (at, expr) && !rest {
                self.examine((of, written), shown, printed, keys, depth, hops);
            }
        }
        if printed == Printed::Whole {
            self.assigned(at, module, (expr, shown), keys, depth, hops);
        }
    }

    /// What is put into an object after it was made: `error.headers = req.headers`.
    fn assigned(
        &mut self,
        at: ModuleId,
        module: &Module,
        (expr, shown): (ExprId, At),
        keys: &[String],
        depth: u32,
        hops: u32,
    ) {
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) else { return };
        let origin = &module.binding(*binding).origin;
        if matches!(origin, Origin::Parameter { .. } | Origin::Import(_) | Origin::Function(_) | Origin::Class(_)) {
            return;
        }
        for reference in module.references(*binding) {
            let Some(Node::Expr(target)) = module.parent(reference.expr) else { continue };
            let Expr::Member { object, property, .. } = module.expr(target) else { continue };
            let Some(Node::Expr(outer)) = module.parent(target) else { continue };
            if let Expr::Assign { target: assigned, value, .. } = module.expr(outer)
                && *assigned == target
                && *object == reference.expr
                && (shown.0 != at || module.span(outer).start < module.span(shown.1).start)
            {
                let mut inner = keys.to_vec();
                inner.push(module.name(*property).to_owned());
                self.examine((at, *value), shown, Printed::Whole, &inner, depth, hops);
            }
        }
    }

    /// What part of a request an expression is, where it is one that is not logged as a whole.
    fn part_of_request(
        &self,
        at: ModuleId,
        module: &Module,
        expr: ExprId,
        chain: &[String],
        printed: Printed,
    ) -> Option<What> {
        if printed == Printed::AsText && chain.last().is_none_or(|last| !matches!(last.as_str(), "sessionID" | "id")) {
            return None;
        }
        if let Some(what) = self.decorated(at, module, expr) {
            return Some(what);
        }
        let (last, before) = chain.split_last()?;
        let of_request = is_request(before);
        match last.as_str() {
            "body" | "rawBody" if of_request => Some(What::Body),
            "headers" | "rawHeaders"
                if of_request || before.last().is_some_and(|name| matches!(name.as_str(), "ctx" | "handshake")) =>
            {
                Some(What::Headers)
            }
            "auth" if before.last().is_some_and(|name| name == "handshake") => Some(What::Secret),
            "session" if of_request || (before.len() == 1 && before.first().is_some_and(|name| name == "ctx")) => {
                Some(What::Session)
            }
            "sessionID" if of_request => Some(What::Session),
            "id" if before.split_last().is_some_and(|(last, rest)| last == "session" && is_request(rest)) => {
                Some(What::Session)
            }
            // gRPC: the first parameter of a handler, whose second is the callback.
            "request" if before.len() == 1 && before.first().is_some_and(|name| name == "call") => Some(What::Body),
            "data" | "content"
                if before.last().is_some_and(|name| matches!(name.as_str(), "job" | "msg" | "message")) =>
            {
                let word = if last == "data" { "job" } else { "" };
                (before.last().is_some_and(|name| name == word) && !self.payloads.is_empty())
                    .then(|| What::Payload(self.payloads.first().cloned().unwrap_or_default()))
            }
            "job" if before.is_empty() && !self.payloads.is_empty() && self.has_member(module, expr, "data") => {
                Some(What::Payload(self.payloads.first().cloned().unwrap_or_default()))
            }
            _ => None,
        }
    }

    /// A parameter that NestJS fills from the request: `@Body() dto`, `@Headers() headers`.
    fn decorated(&self, at: ModuleId, module: &Module, expr: ExprId) -> Option<What> {
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) else { return None };
        let Origin::Parameter { function, index, path } = &module.binding(*binding).origin else { return None };
        if !path.is_empty() {
            return None;
        }
        let param = module.function(*function).params.get(*index as usize)?;
        param.decorators.iter().find_map(|decorator| {
            let call = module.call(*decorator)?;
            // `@Body('field')` takes one field.
            if call.arguments.first().is_some_and(|first| module.string(*first).is_some()) {
                return None;
            }
            let values = self.reading.program.values(at, call.callee);
            let outside = values.iter().find_map(|value| match value {
                Value::Outside(outside) if outside.source() == "@nestjs/common" => Some(way(outside)),
                _ => None,
            })?;
            match outside.as_str() {
                "Body" if !self.is_harmless_type(at, module, *binding) => Some(What::Body),
                "Headers" => Some(What::Headers),
                "Session" => Some(What::Session),
                _ => None,
            }
        })
    }

    /// Whether a body is of a class of the program none of whose fields is a secret.
    fn is_harmless_type(&self, at: ModuleId, module: &Module, binding: BindingId) -> bool {
        let Origin::Parameter { function, index, .. } = &module.binding(binding).origin else { return false };
        let param = module.function(*function).params.get(*index as usize);
        let type_name = module.binding(binding).type_name.or(param.and_then(|param| param.type_name));
        if type_name.is_none() {
            return false;
        }
        let values = self.reading.program.binding(at, binding);
        let classes: Vec<_> = values
            .iter()
            .filter_map(|value| match value {
                Value::Instance(at, class) => Some((*at, *class)),
                _ => None,
            })
            .collect();
        !classes.is_empty() && classes.iter().all(|(at, class)| self.holds_no_secret(*at, *class, 4))
    }

    fn holds_no_secret(&self, at: ModuleId, class: ClassId, depth: u32) -> bool {
        let (Some(module), Some(depth)) = (self.reading.program.module(at), depth.checked_sub(1)) else { return false };
        let class = module.class(class);
        let own = class.members.iter().all(|member| match member.key {
            Key::Name(key) => names::meaning(module.name(key)) != Some(Meaning::Secret),
            Key::Computed(_) => true,
        });
        // `extends PartialType(CreateDto)`: the classes that are named there.
        own && class.extends.is_none_or(|extends| {
            let named: Vec<_> = module
                .exprs_in(extends)
                .filter(|(_, expr)| matches!(expr, Expr::Identifier { .. }))
                .flat_map(|(id, _)| self.reading.program.values(at, id).to_vec())
                .collect();
            named.iter().all(|value| match value {
                Value::Class(at, class) => self.holds_no_secret(*at, *class, depth),
                _ => true,
            })
        })
    }

    /// Whether an expression with a telling name stands for a value of that kind, and not for a word, a class, a flag.
    fn is_value(&self, at: ModuleId, module: &Module, expr: ExprId, name: &str, printed: Printed) -> bool {
        if self.is_constant(at, expr) {
            // A text that is spelled out is a field's name, unless it is a default secret.
            return false;
        }
        let path = module.member_path(expr);
        if let Expr::Member { object, .. } = module.expr(expr) {
            let of = last_name(module, *object).unwrap_or_default();
            // `errors.password` is a message, `TokenType.Secret` a constant, `schema.password` a rule.
            let about = matches!(
                of.to_ascii_lowercase().as_str(),
                "errors"
                    | "error"
                    | "err"
                    | "fielderrors"
                    | "messages"
                    | "labels"
                    | "schema"
                    | "fields"
                    | "columns"
                    | "types"
                    | "constants"
                    | "strings"
                    | "rules"
                    | "keys"
                    | "names"
                    | "codes"
                    | "events"
                    | "routes"
                    | "paths"
                    | "permissions"
                    | "scopes"
                    | "t"
            );
            let constant =
                of.chars().next().is_some_and(char::is_uppercase) && !path.members.is_empty() && of != "WIKI";
            if about || (constant && name.chars().next().is_some_and(char::is_uppercase)) {
                return false;
            }
        }
        // The functions, classes and modules of the program that a name can be are no texts.
        let values = self.reading.program.values(at, expr);
        if values.iter().any(|value| matches!(value, Value::Function(..) | Value::Class(..) | Value::Namespace(_))) {
            return false;
        }
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) else { return true };
        let bound = module.binding(*binding);
        // An element of a list that is gone through is a word of a text more often than a credential.
        if matches!(bound.origin, Origin::Element { .. } | Origin::KeyOf { .. })
            && super::call::words(name).count() == 1
        {
            return false;
        }
        // So is what a callback that goes through a text or a list is given.
        if let Origin::Parameter { function, .. } = &bound.origin
            && super::call::words(name).count() == 1
            && goes_through(module, *function)
        {
            return false;
        }
        let object = self.used_as_object(module, expr);
        !(object && (printed == Printed::AsText || super::call::words(name).count() == 1))
    }

    /// Whether code reads members of a name that no text has.
    fn used_as_object(&self, module: &Module, expr: ExprId) -> bool {
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) else { return false };
        module.references(*binding).iter().any(|reference| match module.parent(reference.expr) {
            Some(Node::Expr(outer)) => match module.expr(outer) {
                Expr::Member { object, property, .. } => *object == reference.expr && !of_text(module.name(*property)),
                _ => false,
            },
            _ => false,
        })
    }

    fn has_member(&self, module: &Module, expr: ExprId, name: &str) -> bool {
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) else { return false };
        module.references(*binding).iter().any(|reference| match module.parent(reference.expr) {
            Some(Node::Expr(outer)) => matches!(module.expr(outer), Expr::Member { object, property, .. }
                if *object == reference.expr && module.name(*property) == name),
            _ => false,
        })
    }

    /// Whether a user is an object and no name or number.
    fn is_object(&self, at: ModuleId, module: &Module, expr: ExprId, chain: &[String]) -> bool {
        let before = chain.len().checked_sub(2).and_then(|index| chain.get(index)).map(String::as_str);
        if before.is_some_and(|before| matches!(before, "req" | "request" | "state" | "session" | "socket" | "locals"))
        {
            return true;
        }
        if before.is_some() && !matches!(module.expr(expr), Expr::Identifier { .. }) {
            return false;
        }
        if self.used_as_object(module, expr) {
            return true;
        }
        // What is awaited from a store is a row.
        self.reading.program.written(at, expr).iter().any(|(of, written)| {
            self.reading.program.module(*of).is_some_and(|code| {
                let inner = match code.expr(*written) {
                    Expr::Await(inner) => *inner,
                    _ => *written,
                };
                matches!(code.expr(*written), Expr::Await(_))
                    && code.call(inner).and_then(|call| callee_name(code, call.callee)).is_some_and(|name| {
                        ["find", "get", "create", "save", "update", "insert", "upsert", "fetch", "load"]
                            .iter()
                            .any(|verb| name.starts_with(verb))
                    })
            })
        })
    }

    /// The names that lead to an expression, names that are taken apart or only stand for another followed:
    /// `const { authorization } = req.headers` gives `req`, `headers`, `authorization`.
    fn chain(&self, at: ModuleId, expr: ExprId, depth: u32) -> Vec<String> {
        let (Some(module), Some(depth)) = (self.reading.program.module(at), depth.checked_sub(1)) else {
            return Vec::new();
        };
        match module.expr(expr) {
            Expr::Member { object, property, .. } => {
                let mut chain = self.chain(at, *object, depth);
                chain.push(module.name(*property).to_owned());
                chain
            }
            Expr::Index { object, .. } => {
                let mut chain = self.chain(at, *object, depth);
                chain.push("[]".to_owned());
                chain
            }
            Expr::This => vec!["this".to_owned()],
            Expr::Await(inner) => self.chain(at, *inner, depth),
            Expr::Identifier { name, binding } => {
                let name = module.name(*name).to_owned();
                let Some(binding) = binding else { return vec![name] };
                let taken = |path: &[Step]| -> Option<Vec<String>> {
                    path.iter()
                        .map(|step| match step {
                            Step::Property(name) => Some(module.name(*name).to_owned()),
                            _ => None,
                        })
                        .collect()
                };
                match &module.binding(*binding).origin {
                    Origin::Value { expr: from, path } if module.assignments(*binding).is_empty() => {
                        let alias = matches!(
                            module.expr(*from),
                            Expr::Member { .. } | Expr::Identifier { .. } | Expr::Await(_) | Expr::This
                        );
                        let Some(taken) = taken(path) else { return vec![name] };
                        if !alias || (path.is_empty() && matches!(module.expr(*from), Expr::Await(_))) {
                            return if taken.is_empty() { vec![name] } else { taken };
                        }
                        let mut chain = self.chain(at, *from, depth);
                        chain.extend(taken);
                        if chain.is_empty() { vec![name] } else { chain }
                    }
                    Origin::Parameter { function, index, path } if !path.is_empty() => {
                        let Some(taken) = taken(path) else { return vec![name] };
                        let mut chain = self.parameter(module, *function, *index);
                        chain.extend(taken);
                        chain
                    }
                    _ => vec![name],
                }
            }
            _ => Vec::new(),
        }
    }

    /// What a parameter that is taken apart at once is called elsewhere: the first one of a handler is the request.
    fn parameter(&self, module: &Module, function: FunctionId, index: u32) -> Vec<String> {
        let second = module.function(function).params.get(1).and_then(|param| param.binding());
        let answers = second.is_some_and(|second| {
            matches!(module.name(module.binding(second).name), "res" | "response" | "reply" | "_res")
        });
        if index == 0 && answers { vec!["req".to_owned()] } else { Vec::new() }
    }

    fn add(&mut self, what: What, shown: String, at: At, keys: Vec<String>) {
        self.found.push((what, shown, at, keys));
    }
}

fn of_meaning(meaning: Meaning) -> What {
    match meaning {
        Meaning::Secret => What::Secret,
        Meaning::Link => What::Link,
        Meaning::Personal => What::Personal,
    }
}

/// Whether a name takes what a pattern leaves over.
fn takes_rest(origin: &Origin) -> bool {
    let path = match origin {
        Origin::Value { path, .. } | Origin::Parameter { path, .. } => path,
        _ => return false,
    };
    path.iter().any(|step| matches!(step, Step::RestProperties))
}

/// Whether a call stands in a branch that by its condition's name is for development (`env.isDevelopment`), or for
/// debugging (`config.debug`), where the value of that cannot be read.
fn named_branch(reading: &Reading<'_>, at: ModuleId, id: ExprId) -> Option<KeptBack> {
    let module = reading.program.module(at)?;
    let mut inner = Node::Expr(id);
    for outer in module.ancestors(id) {
        let branch = match outer {
            Node::Stmt(stmt) => match module.stmt(stmt) {
                Stmt::If { test, then, .. } => Some((*test, inner == Node::Stmt(*then))),
                _ => None,
            },
            Node::Expr(expr) => match module.expr(expr) {
                Expr::Logical { operator: LogicalOperator::And, left, right } if inner == Node::Expr(*right) => {
                    Some((*left, true))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some((test, holds)) = branch
            && (holds || matches!(module.expr(test), Expr::Unary { operator: UnaryOperator::Not, .. }))
            && reading.truth(at, test) == Truth::Unknown
        {
            let negated = matches!(module.expr(test), Expr::Unary { operator: UnaryOperator::Not, .. });
            let named = match module.expr(test) {
                Expr::Unary { operator: UnaryOperator::Not, operand } => *operand,
                Expr::Logical { operator: LogicalOperator::And, left, .. } => *left,
                _ => test,
            };
            // `environment.isTest()`.
            let named = module.call(named).map_or(named, |call| call.callee);
            let words: Vec<String> =
                callee_name(module, named).map(|name| super::call::words(name).collect()).unwrap_or_default();
            // `/x/.test(y)` asks a pattern, `environment.isTest()` the environment.
            let asks = module.call(test).is_none() || words.len() > 1;
            let has = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
            if asks && !negated && holds && has(&["development", "dev", "test", "testing", "local"]) {
                return Some(KeptBack::Unreached);
            }
            if negated && holds && has(&["production", "prod"]) {
                return Some(KeptBack::Unreached);
            }
            if !negated && holds && has(&["debug", "verbose", "trace", "debugging"]) {
                return Some(KeptBack::BelowLevel);
            }
        }
        inner = outer;
    }
    None
}

/// Whether a wrapper hides parts of what it passes on: it calls something that says so by its name.
fn hides_inside(reading: &Reading<'_>, at: ModuleId, function: FunctionId) -> bool {
    super::own::inside(reading, at, function).functions.iter().any(|(at, function)| {
        reading.program.module(*at).is_some_and(|module| {
            module.calls_in(*function).any(|call| last_name(module, call.callee).is_some_and(names::hides))
        })
    })
}

/// Whether a chain of names ends in a request: `req`, `ctx.request`, `this.req`, `c.req.raw`.
fn is_request(chain: &[String]) -> bool {
    // The request that an error or an answer belongs to is one that the service sent.
    let sent = chain.len().checked_sub(2).and_then(|index| chain.get(index)).is_some_and(|before| {
        let before = before.to_ascii_lowercase();
        matches!(before.as_str(), "e" | "err" | "res" | "response" | "config") || before.ends_with("error")
    });
    if sent {
        return false;
    }
    chain.last().is_some_and(|last| {
        matches!(last.as_str(), "req" | "request" | "_req" | "rawRequest" | "upgradeReq")
            || (last == "raw" && chain.len() > 1)
    })
}

/// Whether a member's name says that it only describes what it is a member of.
fn describes(name: &str) -> bool {
    super::call::words(name).last().is_some_and(|last| {
        matches!(
            last.as_str(),
            "id" | "ids"
                | "name"
                | "names"
                | "type"
                | "count"
                | "length"
                | "size"
                | "status"
                | "message"
                | "kind"
                | "expiry"
                | "expires"
                | "at"
                | "prefix"
                | "hint"
                | "description"
                | "version"
                | "label"
        )
    })
}

/// Whether a name that says nothing of secrets says clearly that it is something else: a flag or a masked value.
fn says_other(name: &str) -> bool {
    super::call::words(name).any(|word| {
        matches!(
            word.as_str(),
            "masked" | "redacted" | "sanitized" | "safe" | "hidden" | "has" | "is" | "valid" | "present" | "exists"
        )
    })
}

/// Whether a function's name says that it gives a secret: `generateOtp`, `getAccessToken`.
fn gives_secret(name: &str) -> bool {
    let mut words = super::call::words(name);
    let verb = words.next().unwrap_or_default();
    let gives = matches!(
        verb.as_str(),
        "get" | "create" | "generate" | "make" | "issue" | "fetch" | "build" | "retrieve" | "decrypt" | "gen"
    );
    let rest: Vec<String> = words.collect();
    gives && !rest.is_empty() && names::meaning(&rest.join("_")) == Some(Meaning::Secret)
}

/// Whether a method gives a part of a text, or a text that stands for it.
fn shortens(name: &str) -> bool {
    matches!(
        name,
        "slice"
            | "substring"
            | "substr"
            | "replace"
            | "replaceAll"
            | "padEnd"
            | "padStart"
            | "repeat"
            | "test"
            | "includes"
            | "startsWith"
            | "Boolean"
            | "indexOf"
    ) || names::hides(name)
}

/// Whether a function is the callback of `replace`, `map` and their like.
fn goes_through(module: &Module, function: FunctionId) -> bool {
    let Node::Expr(own) = module.function(function).parent else { return false };
    let Some(Node::Expr(outer)) = module.parent(own) else { return false };
    module.call(outer).and_then(|call| last_name(module, call.callee)).is_some_and(|name| {
        matches!(
            name,
            "replace" | "replaceAll" | "map" | "forEach" | "filter" | "reduce" | "some" | "every" | "find" | "flatMap"
        )
    })
}

/// Members that a text has.
fn of_text(name: &str) -> bool {
    matches!(
        name,
        "length"
            | "slice"
            | "substring"
            | "substr"
            | "replace"
            | "replaceAll"
            | "split"
            | "trim"
            | "toString"
            | "toLowerCase"
            | "toUpperCase"
            | "startsWith"
            | "endsWith"
            | "includes"
            | "indexOf"
            | "match"
            | "padEnd"
            | "padStart"
            | "charAt"
            | "at"
            | "concat"
            | "localeCompare"
            | "normalize"
            | "repeat"
            | "search"
            | "charCodeAt"
            | "codePointAt"
            | "lastIndexOf"
            | "matchAll"
            | "trimStart"
            | "trimEnd"
    )
}

fn from_package(reading: &Reading<'_>, at: ModuleId, callee: ExprId, package: &str) -> bool {
    reading
        .program
        .values(at, callee)
        .iter()
        .any(|value| matches!(value, Value::Outside(outside) if outside.source() == package))
}

fn callee_name(module: &Module, callee: ExprId) -> Option<&str> {
    last_name(module, callee)
}

fn last_name(module: &Module, expr: ExprId) -> Option<&str> {
    match module.expr(expr) {
        Expr::Identifier { name, .. } => Some(module.name(*name)),
        Expr::Member { property, .. } => Some(module.name(*property)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
