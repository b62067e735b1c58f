//! When code runs: once while the service starts, again for each request, message, job or tick, only where a command
//! asks for it, or on an event of something else.

use crate::Reading;
use crate::http::table::is_framework;
use prodcheck_formats::javascript::{
    Body, Call, ClassId, Expr, ExprId, FunctionId, Key, MemberKind, Module, Node, Property, Stmt,
};
use prodcheck_program::program::{ModuleId, Value};
use prodcheck_source::Place;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How deep callers of callers are asked.
const DEPTH: u32 = 24;

/// The moments at which code runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moments {
    /// While the service starts.
    pub start: bool,
    /// For each request, message, job or tick: where its handler is declared or registered.
    pub handler: Option<Place>,
    /// On an event that is neither: an error, a signal, a connection that is lost.
    pub event: bool,
    /// Where a command other than the service's own start asks for it.
    pub command: bool,
    /// Nobody is seen to call it.
    pub unknown: bool,
}

impl Moments {
    fn start() -> Self {
        Self { start: true, ..Self::default() }
    }

    fn handler(place: Place) -> Self {
        Self { handler: Some(place), ..Self::default() }
    }

    fn event() -> Self {
        Self { event: true, ..Self::default() }
    }

    fn command() -> Self {
        Self { command: true, ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing but commands lead there.
    pub fn is_command_only(&self) -> bool {
        self.command && !self.start && self.handler.is_none() && !self.event && !self.unknown
    }

    fn add(&mut self, other: Self) {
        self.start |= other.start;
        self.event |= other.event;
        self.command |= other.command;
        self.unknown |= other.unknown;
        if self.handler.is_none() {
            self.handler = other.handler;
        }
    }
}

/// What was found out so far.
#[derive(Debug, Default)]
pub(crate) struct Known {
    functions: RefCell<HashMap<(ModuleId, FunctionId), Moments>>,
    handed: RefCell<Option<Rc<Handed>>>,
}

/// The calls that are given a function otherwise than by its plain name: as a member, in an array, in an object.
type Handed = HashMap<(ModuleId, FunctionId), Vec<(ModuleId, ExprId)>>;

/// What becomes of a function that a call is given.
enum Given {
    /// It is called for each request, message, job or tick.
    Handler,
    /// It is called on an event.
    Event,
    /// It is called where a command asks for it.
    Command,
    /// It is called when the call is made, or soon after.
    Runs,
}

impl Reading<'_> {
    /// When the code of a node runs.
    pub fn moments(&self, at: ModuleId, node: impl Into<Node>) -> Moments {
        self.moments_within(at, node.into(), DEPTH)
    }

    fn moments_within(&self, at: ModuleId, node: Node, depth: u32) -> Moments {
        let Some(module) = self.program.module(at) else { return Moments::default() };
        for outer in module.ancestors(node) {
            match outer {
                Node::Function(function) => return self.function_moments(at, module, function, depth),
                Node::Class(class) if !in_static_field(module, class, node) => {
                    return self.class_moments(at, module, class, depth);
                }
                Node::Module => return Moments::start(),
                _ => {}
            }
        }
        Moments::start()
    }

    fn function_moments(&self, at: ModuleId, module: &Module, function: FunctionId, depth: u32) -> Moments {
        if let Some(known) = self.moments.functions.borrow().get(&(at, function)) {
            return known.clone();
        }
        let Some(depth) = depth.checked_sub(1) else { return Moments::default() };
        // What only leads back to itself adds nothing.
        self.moments.functions.borrow_mut().insert((at, function), Moments::default());
        let mut found = Moments::default();
        if let Some(declared) = self.declared_moments(at, module, function) {
            found.add(declared);
        } else {
            if let Node::Expr(own) = module.function(function).parent {
                found.add(self.inline_moments(at, module, own, depth));
            }
            for (caller, call) in self.program.uses_of(at, function) {
                found.add(self.use_moments(caller, call, (at, function), depth));
            }
            let handed = self.handed();
            for (caller, call) in handed.get(&(at, function)).into_iter().flatten() {
                found.add(self.given_moments(*caller, *call, depth));
            }
            if module.function(function).parent_class().is_some_and(|class| {
                module.method(class, "constructor") == Some(function) && self.is_injected(at, module, class)
            }) {
                found.add(Moments::start());
            }
            if found.is_empty() {
                found.unknown = true;
            }
        }
        self.moments.functions.borrow_mut().insert((at, function), found.clone());
        found
    }

    /// What a function's own declaration says: a decorated method, a route of a framework, parameters that only request
    /// handlers have.
    fn declared_moments(&self, at: ModuleId, module: &Module, function: FunctionId) -> Option<Moments> {
        let place = || self.place(at, module.span(Node::Function(function)));
        if let Some(class) = module.function(function).parent_class() {
            let member = module.class(class).members.iter().find(|member| member.function == Some(function))?;
            for decorator in &member.decorators {
                let named = module.call(*decorator).map_or(*decorator, |call| call.callee);
                let name = last_name(module, named)?;
                if is_handler_decorator(name) {
                    return Some(Moments::handler(place()));
                }
            }
            if let Key::Name(name) = member.key {
                let name = module.name(name);
                if matches!(name, "onModuleInit" | "onApplicationBootstrap") {
                    return Some(Moments::start());
                }
                if matches!(name, "onModuleDestroy" | "beforeApplicationShutdown" | "onApplicationShutdown") {
                    return Some(Moments::event());
                }
            }
        }
        if takes_request(module, function) || self.is_route(at, module, function) {
            return Some(Moments::handler(place()));
        }
        None
    }

    /// Whether a function is exported as a route of a framework that finds routes by file: `GET` of a route module,
    /// the default export below an `api` folder.
    fn is_route(&self, at: ModuleId, module: &Module, function: FunctionId) -> bool {
        const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
        const LOADERS: &[&str] = &["getServerSideProps", "loader", "action", "load"];
        let Some(path) = self.program.path(at) else { return false };
        let file = path.name();
        let by_file = file.starts_with("route.") || file.starts_with("+server.") || file.starts_with("+page.server.");
        let in_api = path.parent().parts().any(|part| part == "api")
            && path.parent().parts().any(|part| matches!(part, "pages" | "server" | "app"));
        let exports = |name: &str| self.program.export(at, name).contains(&Value::Function(at, function));
        if module.function(function).outer.is_some() {
            return false;
        }
        (by_file && METHODS.iter().chain(LOADERS).any(|name| exports(name))) || (in_api && exports("default"))
    }

    /// When the calls of a class's constructor and of what its fields hold run.
    fn class_moments(&self, at: ModuleId, module: &Module, class: ClassId, depth: u32) -> Moments {
        if self.is_injected(at, module, class) {
            return Moments::start();
        }
        let Some(depth) = depth.checked_sub(1) else { return Moments::default() };
        let mut found = Moments::default();
        for site in self.sites() {
            if site.callee.contains(&Value::Class(at, class)) && self.call(site).is_some_and(|(_, call)| call.is_new) {
                found.add(self.moments_within(site.at, Node::Expr(site.id), depth));
            }
        }
        if found.is_empty() {
            found.unknown = true;
        }
        found
    }

    /// Whether a container makes the one object of a class when the service starts: it is decorated.
    fn is_injected(&self, _at: ModuleId, module: &Module, class: ClassId) -> bool {
        module.class(class).decorators.iter().any(|decorator| {
            let named = module.call(*decorator).map_or(*decorator, |call| call.callee);
            last_name(module, named).is_some_and(|name| {
                matches!(
                    name,
                    "Injectable"
                        | "Controller"
                        | "Resolver"
                        | "Module"
                        | "WebSocketGateway"
                        | "Processor"
                        | "Catch"
                        | "Service"
                        | "Singleton"
                        | "singleton"
                        | "injectable"
                        | "JsonController"
                        | "Global"
                        | "Scheduler"
                )
            })
        })
    }

    /// When a function that stands in an expression runs: by the call that it is given to.
    fn inline_moments(&self, at: ModuleId, module: &Module, own: ExprId, depth: u32) -> Moments {
        let mut inner = own;
        let mut runs: Option<ExprId> = None;
        while let Some(Node::Expr(outer)) = module.parent(inner) {
            if let Some(call) = module.call(outer) {
                if call.callee == inner {
                    // `(() => …)()`, and `f.bind(this)` on the way to a call.
                    if inner == own {
                        return self.moments_within(at, Node::Expr(outer), depth);
                    }
                } else {
                    match self.moment_of_argument(at, module, &call) {
                        Given::Handler => return Moments::handler(self.place(at, module.span(outer))),
                        Given::Event => return Moments::event(),
                        Given::Command => return Moments::command(),
                        Given::Runs => {
                            runs.get_or_insert(outer);
                        }
                    }
                }
            } else if matches!(module.expr(outer), Expr::Assign { .. }) {
                break;
            }
            inner = outer;
        }
        runs.map_or_else(Moments::default, |call| self.moments_within(at, Node::Expr(call), depth))
    }

    /// When a function runs that a call calls or is given by its name.
    fn use_moments(
        &self,
        caller: ModuleId,
        call: ExprId,
        (at, function): (ModuleId, FunctionId),
        depth: u32,
    ) -> Moments {
        let Some(module) = self.program.module(caller) else { return Moments::default() };
        let Some(site) = module.call(call) else { return Moments::default() };
        let is_called = self.program.values(caller, site.callee).iter().any(|value| match value {
            Value::Function(of, id) => (*of, *id) == (at, function),
            Value::Class(of, _) => *of == at,
            _ => false,
        });
        if is_called {
            self.moments_within(caller, Node::Expr(call), depth)
        } else {
            self.given_moments(caller, call, depth)
        }
    }

    /// When a function runs that a call is given.
    fn given_moments(&self, at: ModuleId, call: ExprId, depth: u32) -> Moments {
        let Some(module) = self.program.module(at) else { return Moments::default() };
        let Some(call) = module.call(call) else {
            let outer = self.inline_moments(at, module, call, depth);
            return if outer.is_empty() { self.moments_within(at, Node::Expr(call), depth) } else { outer };
        };
        match self.moment_of_argument(at, module, &call) {
            Given::Handler => Moments::handler(self.place(at, call.span)),
            Given::Event => Moments::event(),
            Given::Command => Moments::command(),
            Given::Runs => {
                // A wrapper around a handler: what the outer call does with it counts.
                let outer = self.inline_moments(at, module, call.id, depth);
                if outer.is_empty() { self.moments_within(at, Node::Expr(call.id), depth) } else { outer }
            }
        }
    }

    /// What a call does with a function that it is given.
    fn moment_of_argument(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Given {
        let Some(name) = last_name(module, call.callee) else { return Given::Runs };
        let first = call.arguments.first().and_then(|first| module.string(*first));
        let values = self.program.values(at, call.callee);
        let from = |sources: &[&str]| {
            values.iter().any(|value| matches!(value, Value::Outside(outside) if sources.contains(&outside.source())))
        };
        if call.is_new {
            let jobs = ["Worker", "CronJob", "Cron", "Consumer", "SimpleIntervalJob", "AsyncTask", "Task"];
            return if jobs.contains(&name) { Given::Handler } else { Given::Runs };
        }
        let is_member = matches!(module.expr(call.callee), Expr::Member { .. });
        match name {
            "setInterval" | "defineEventHandler" | "eventHandler" | "defineCachedEventHandler" if !is_member => {
                Given::Handler
            }
            "createServer" | "createSecureServer" | "serve" => Given::Handler,
            "action" if is_member => self.command(module, call),
            "command" if is_member && from(&["yargs"]) => match first {
                Some(text) if starts_service(text) => Given::Runs,
                _ => Given::Command,
            },
            "on" | "once" | "addListener" | "prependListener" if is_member => {
                if from(&["process", "cluster"]) {
                    return Given::Event;
                }
                match first {
                    Some(
                        "listening" | "ready" | "connect" | "connected" | "open" | "online" | "start" | "started"
                        | "data" | "line" | "row" | "finish",
                    ) => Given::Runs,
                    Some(
                        "error" | "close" | "end" | "disconnect" | "disconnected" | "exit" | "drain" | "timeout"
                        | "reconnecting" | "warning" | "aborted",
                    ) => Given::Event,
                    _ => Given::Handler,
                }
            }
            "addHook" => match first {
                Some("onReady" | "onListen" | "onRegister" | "onRoute") => Given::Runs,
                Some("onClose" | "preClose") => Given::Event,
                _ => Given::Handler,
            },
            "get" | "post" | "put" | "patch" | "delete" | "del" | "all" | "options" | "head" | "route" | "ws"
            | "any"
                if is_member =>
            {
                let framework =
                    values.iter().any(|value| matches!(value, Value::Outside(outside) if is_framework(outside)));
                let path = first.is_some_and(|path| path.starts_with(['/', '*']));
                let template =
                    call.arguments.first().is_some_and(|first| matches!(module.expr(*first), Expr::Template(_)));
                let described = name == "route" && first.is_none();
                if framework || path || described || (template && values.is_empty()) {
                    Given::Handler
                } else {
                    Given::Runs
                }
            }
            "use" if is_member => Given::Handler,
            "process" | "consume" | "subscribe" | "define" | "work" | "schedule" | "scheduleJob" | "eachMessage"
            | "eachBatch" | "hears" | "onMessage" | "run" | "addCronJob"
                if is_member =>
            {
                // `consumer.run({ eachMessage })` is given an object.
                let object = call.arguments.iter().any(|argument| matches!(module.expr(*argument), Expr::Object(_)));
                if name == "run" && !object { Given::Runs } else { Given::Handler }
            }
            _ => Given::Runs,
        }
    }

    /// `program.command('migrate').action(…)`: whether the command is the one that starts the service.
    fn command(&self, module: &Module, call: &Call<'_>) -> Given {
        let mut next = match module.expr(call.callee) {
            Expr::Member { object, .. } => Some(*object),
            _ => None,
        };
        while let Some(expr) = next {
            next = match module.expr(expr) {
                Expr::Call { callee, arguments, .. } => {
                    if last_name(module, *callee) == Some("command")
                        && let Some(name) = arguments.first().and_then(|first| module.string(*first))
                    {
                        return if starts_service(name) { Given::Runs } else { Given::Command };
                    }
                    Some(*callee)
                }
                Expr::Member { object, .. } => Some(*object),
                _ => None,
            };
        }
        // The command without a name is what runs where none is given.
        Given::Runs
    }

    fn handed(&self) -> Rc<Handed> {
        if let Some(known) = &*self.moments.handed.borrow() {
            return known.clone();
        }
        let mut handed = Handed::new();
        for site in self.sites() {
            let Some((module, call)) = self.call(site) else { continue };
            for argument in call.arguments {
                for expr in parts(module, *argument) {
                    if matches!(module.expr(expr), Expr::Member { .. } | Expr::Identifier { .. } | Expr::Call { .. }) {
                        for function in self.functions(site.at, expr) {
                            handed.entry(function).or_default().push((site.at, site.id));
                        }
                    }
                }
            }
        }
        // An array of functions is run through where it stands.
        for (at, _, module) in self.program.modules() {
            for (id, expr) in module.exprs() {
                let Expr::Array(items) = expr else { continue };
                for item in items
                    .iter()
                    .filter(|item| matches!(module.expr(**item), Expr::Member { .. } | Expr::Identifier { .. }))
                {
                    for function in self.functions(at, *item) {
                        handed.entry(function).or_default().push((at, id));
                    }
                }
            }
        }
        let handed = Rc::new(handed);
        *self.moments.handed.borrow_mut() = Some(handed.clone());
        handed
    }
}

/// The expressions of an argument that can be functions; a plain name is known as handed over already.
fn parts(module: &Module, argument: ExprId) -> Vec<ExprId> {
    let of_property = |property: &Property| match property {
        Property::Entry { value, .. } => Some(*value),
        Property::Spread(_) => None,
    };
    match module.expr(argument) {
        Expr::Identifier { .. } => Vec::new(),
        Expr::Array(items) => items.to_vec(),
        Expr::Object(properties) => properties.iter().filter_map(of_property).collect(),
        Expr::Call { callee, .. } if last_name(module, *callee) == Some("bind") => vec![argument],
        Expr::Call { .. } => Vec::new(),
        _ => vec![argument],
    }
}

trait ParentClass {
    fn parent_class(&self) -> Option<ClassId>;
}

impl ParentClass for prodcheck_formats::javascript::Function {
    fn parent_class(&self) -> Option<ClassId> {
        match self.parent {
            Node::Class(class) => Some(class),
            _ => None,
        }
    }
}

/// The last name of what is called: of `a.b.c` `c`.
pub(crate) fn last_name(module: &Module, expr: ExprId) -> Option<&str> {
    match module.expr(expr) {
        Expr::Member { property, .. } => Some(module.name(*property)),
        Expr::Identifier { name, .. } => Some(module.name(*name)),
        _ => None,
    }
}

fn in_static_field(module: &Module, class: ClassId, node: Node) -> bool {
    let span = module.span(node);
    module.class(class).members.iter().any(|member| {
        member.is_static
            && member.kind == MemberKind::Field
            && member.span.start <= span.start
            && span.end <= member.span.end
    })
}

/// Whether a command's name says that it starts the service.
fn starts_service(command: &str) -> bool {
    let word = command.split([' ', ':']).next().unwrap_or_default();
    matches!(word, "start" | "serve" | "server" | "run" | "web" | "api" | "worker" | "listen" | "daemon" | "$0" | "*")
}

/// Decorators of methods that a framework calls for each request, message, job or tick:
/// <https://docs.nestjs.com/controllers>, <https://github.com/typestack/routing-controllers>,
/// <https://typegraphql.com>.
fn is_handler_decorator(name: &str) -> bool {
    matches!(
        name,
        "Get"
            | "Post"
            | "Put"
            | "Patch"
            | "Delete"
            | "Head"
            | "Options"
            | "All"
            | "Sse"
            | "Query"
            | "Mutation"
            | "Subscription"
            | "ResolveField"
            | "FieldResolver"
            | "MessagePattern"
            | "EventPattern"
            | "GrpcMethod"
            | "GrpcStreamMethod"
            | "SubscribeMessage"
            | "Cron"
            | "Interval"
            | "Process"
            | "OnEvent"
            | "OnQueueActive"
            | "RabbitSubscribe"
            | "RabbitRPC"
            | "SqsMessageHandler"
    )
}

/// Whether a function takes a request and a response, or a context and the next handler.
fn takes_request(module: &Module, function: FunctionId) -> bool {
    if matches!(module.function(function).body, Body::Expr(_)) && module.function(function).params.len() < 2 {
        return false;
    }
    let names: Vec<&str> = module
        .function(function)
        .params
        .iter()
        .take(2)
        .filter_map(|param| param.binding().map(|binding| module.name(module.binding(binding).name)))
        .map(|name| name.trim_start_matches('_'))
        .collect();
    match names.as_slice() {
        [first, second] => {
            (matches!(*first, "req" | "request") && matches!(*second, "res" | "response" | "reply" | "rep"))
                || (matches!(*first, "ctx" | "context") && *second == "next")
        }
        _ => false,
    }
}

/// Whether a statement is a loop.
pub(crate) fn is_loop(stmt: &Stmt) -> bool {
    matches!(
        stmt,
        Stmt::For { .. } | Stmt::ForIn { .. } | Stmt::ForOf { .. } | Stmt::While { .. } | Stmt::DoWhile { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::Moments;
    use crate::in_memory::ask;

    fn of(text: &str) -> String {
        let Moments { start, handler, event, command, unknown } = ask(&[("größe.ts", text)], &[], |reading| {
            let (at, _, module) = reading.program.modules().next().expect("a module");
            let probe = module
                .calls()
                .find(|call| text.get(call.span.range()).is_some_and(|text| text.starts_with("probe(")))
                .expect("a probe");
            reading.moments(at, probe.id)
        });
        let named = [
            (start, "start"),
            (handler.is_some(), "handler"),
            (event, "event"),
            (command, "command"),
            (unknown, "unknown"),
        ];
        named.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn when_code_runs() {
        for (code, moments) in [
            ("probe()", "start"),
            ("(async () => { await probe() })()", "start"),
            ("async function main() { await probe() } main().catch(e => process.exit(1))", "start"),
            ("connect().then(() => probe())", "start"),
            ("class A { x = probe() } new A()", "start"),
            ("class A { constructor() { this.go() } go() { probe() } } export const a = new A()", "start"),
            ("import e from 'express'; const app = e(); app.get('/', async (q, s) => { probe() })", "handler"),
            (
                "import e from 'express'; const r = e.Router(); r.post('/', wrap(async (q, s) => { probe() }))",
                "handler",
            ),
            (
                "import e from 'express'; const list = (q, s) => probe(); const r = e.Router(); r.route('/').get(list)",
                "handler",
            ),
            (
                "import e from 'express'; const c = { list: () => probe() }; e.Router().get('/', [auth, c.list])",
                "handler",
            ),
            ("function f() { probe() } import e from 'express'; f(); e().get('/', () => f())", "start handler"),
            ("export default async function plugin(fastify) { fastify.get('/x', async () => probe()) }", "handler"),
            ("fastify.route({ method: 'GET', url: '/', handler: () => probe() })", "handler"),
            (
                "import { Controller, Get } from '@nestjs/common'; @Controller() class C { @Get() list() { return probe() } }",
                "handler",
            ),
            (
                "import { Injectable } from '@nestjs/common'; @Injectable() class S { async onModuleInit() { await probe() } }",
                "start",
            ),
            (
                "import { Injectable } from '@nestjs/common'; @Injectable() class S { constructor() { probe() } }",
                "start",
            ),
            ("import { Worker } from 'bullmq'; new Worker('mail', async job => probe())", "handler"),
            ("consumer.run({ eachMessage: async m => probe() })", "handler"),
            ("cron.schedule('* * * * *', () => probe())", "handler"),
            ("setInterval(() => probe(), 1000)", "handler"),
            ("setTimeout(() => probe(), 1000)", "start"),
            ("http.createServer((q, s) => { probe() }).listen(1)", "handler"),
            ("process.on('SIGTERM', () => probe())", "event"),
            ("server.on('listening', () => probe())", "start"),
            ("io.on('connection', socket => probe())", "handler"),
            ("program.command('migrate').action(() => probe())", "command"),
            ("program.command('start').action(() => probe())", "start"),
            (
                "const tasks = { async one() { probe() } }; const all = [tasks.one]; Promise.each(all, t => t())",
                "start",
            ),
            ("export function later() { probe() }", "unknown"),
        ] {
            assert_eq!(of(code), moments, "{code}");
        }
    }
}
