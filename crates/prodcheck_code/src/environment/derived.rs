//! What of the environment an expression's value comes from.

use super::CheckKind;
use super::library::of_schemas;
use crate::Reading;
use crate::reading::{of_package, way};
use crate::settle::table::Gives;
use crate::settle::{is_environment, variable_of};
use prodcheck_formats::javascript::{Expr, ExprId, Module, Origin, PathRoot};
use prodcheck_program::program::{At, ModuleId, Origin as ProgramOrigin, Outside, Value};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// How far one question leads.
const DEEPEST: u32 = 24;

/// How near data of another kind has to be to count.
const NEAR: u32 = 3;

/// How many expressions are looked at for all questions of a program.
const STEPS: u32 = 400_000;

/// How many expressions inside of one are looked at.
const MOST_INSIDE: usize = 200;

/// What of the environment a value comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FromEnv {
    /// Variables by their names.
    pub names: BTreeSet<String>,
    /// The whole environment, or variables whose names are computed.
    pub whole: bool,
    /// Whether an environment file could be read.
    pub file: bool,
    /// Whether it comes from something else as well that is no part of the configuration: a request, a database.
    pub mixed: bool,
    /// What a library's check refuses whose errors it tells, and the variables of its schema.
    pub checked: Option<(CheckKind, BTreeSet<String>)>,
}

impl FromEnv {
    /// Whether it comes from the environment at all.
    pub fn is_any(&self) -> bool {
        self.whole || !self.names.is_empty()
    }

    /// Adds what another value comes from.
    pub fn add(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.whole |= other.whole;
        self.file |= other.file;
        self.mixed |= other.mixed;
        if self.checked.is_none() {
            self.checked.clone_from(&other.checked);
        }
    }
}

/// Answers, kept.
pub struct Derived<'r, 'p> {
    reading: &'r Reading<'p>,
    known: RefCell<HashMap<At, Rc<FromEnv>>>,
    steps: Cell<u32>,
}

impl<'r, 'p> Derived<'r, 'p> {
    /// Answers about a program.
    pub fn new(reading: &'r Reading<'p>) -> Self {
        Self { reading, known: RefCell::default(), steps: Cell::new(STEPS) }
    }

    /// What an expression's value, with all expressions inside of it, comes from.
    pub fn of(&self, at: ModuleId, expr: ExprId) -> Rc<FromEnv> {
        self.within(at, expr, DEEPEST)
    }

    fn within(&self, at: ModuleId, expr: ExprId, depth: u32) -> Rc<FromEnv> {
        if let Some(known) = self.known.borrow().get(&(at, expr)) {
            return known.clone();
        }
        let (Some(module), Some(depth), Some(steps)) =
            (self.reading.program.module(at), depth.checked_sub(1), self.steps.get().checked_sub(1))
        else {
            return Rc::default();
        };
        self.steps.set(steps);
        self.known.borrow_mut().insert((at, expr), Rc::default());
        let mut found = FromEnv::default();
        for (inner, _) in module.exprs_in(expr).take(MOST_INSIDE) {
            self.look(at, module, inner, &mut found, depth);
        }
        // Far back, everything comes from everything.
        if depth + NEAR < DEEPEST {
            found.mixed = false;
        }
        let found = Rc::new(found);
        self.known.borrow_mut().insert((at, expr), found.clone());
        found
    }

    fn look(&self, at: ModuleId, module: &Module, expr: ExprId, found: &mut FromEnv, depth: u32) {
        let program = self.reading.program;
        match module.expr(expr) {
            Expr::Identifier { .. } | Expr::Member { .. } => {
                let values = program.values(at, expr);
                if let Some(name) = values.iter().find_map(variable_of) {
                    found.names.insert(name.to_owned());
                    return;
                }
                if values.iter().any(is_environment) {
                    // As the object of a member it is one variable; by itself it is all of them.
                    let is_object = matches!(module.parent(expr), Some(prodcheck_formats::javascript::Node::Expr(outer))
                        if matches!(module.expr(outer), Expr::Member { object, .. } if *object == expr));
                    found.whole |= !is_object;
                    return;
                }
                if values.iter().any(loads_file) {
                    found.file = true;
                    return;
                }
                for (of, written) in program.written(at, expr) {
                    if (of, written) != (at, expr) {
                        found.add(&self.within(of, written, depth));
                    }
                }
                if let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) {
                    self.look_binding(at, module, *binding, found, depth);
                } else {
                    self.look_global(module, expr, found, depth);
                }
            }
            Expr::Call { callee, .. } => {
                for (of, function) in self.reading.functions(at, *callee) {
                    let Some(code) = program.module(of) else { continue };
                    for returned in code.returns(function) {
                        found.add(&self.within(of, returned, depth));
                    }
                }
                if let Some(call) = module.call(expr)
                    && let Some(checked) = self.reading.checked(at, &call)
                    && checked.row.gives != Gives::Class
                {
                    found.checked = Some(of_schemas(self.reading, &checked.schemas, checked.row.package));
                }
                let values = program.values(at, *callee);
                found.mixed |= values.iter().any(|value| matches!(value, Value::Outside(outside) if is_data(outside)));
                let validates = values.iter().any(|value| {
                    of_package(value, "class-validator").is_some_and(|outside| way(outside).starts_with("validate"))
                });
                if validates {
                    found.checked = Some((CheckKind::Missing, BTreeSet::new()));
                }
                found.file |= values.iter().any(loads_file);
            }
            Expr::String(name) => {
                let text = module.name(*name);
                found.file |= text == ".env" || text.ends_with("/.env");
            }
            _ => {}
        }
    }

    /// What a name is taken from along a pattern, where no expression of its own gives it: an element that is gone
    /// through, a member of what a call gives; and what is added to a list.
    fn look_binding(
        &self,
        at: ModuleId,
        module: &Module,
        binding: prodcheck_formats::javascript::BindingId,
        found: &mut FromEnv,
        depth: u32,
    ) {
        match &module.binding(binding).origin {
            Origin::Value { expr, .. } | Origin::Element { of: expr, .. } | Origin::KeyOf { of: expr } => {
                found.add(&self.within(at, *expr, depth));
            }
            // A function that nobody is seen to call is called with what comes in, unless it goes through a list.
            Origin::Parameter { function, index, .. } => {
                let listed = super::stops::callback_of(module, *function);
                if let Some(list) = listed {
                    found.add(&self.within(at, list, depth));
                }
                let type_named =
                    module.function(*function).params.get(*index as usize).and_then(|param| param.type_name);
                let is_request = type_named.is_some_and(|id| {
                    let root = module.name(module.type_name(id).root);
                    root.ends_with("Request") || root.ends_with("Context") || root.ends_with("Dto")
                });
                let name = module.name(module.binding(binding).name);
                found.mixed |= is_request
                    || matches!(name, "req" | "request" | "ctx" | "res" | "job" | "event" | "message" | "socket");
            }
            _ => {}
        }
        for assignment in module.assignments(binding) {
            if let Origin::Value { expr, .. } = &assignment.origin {
                found.add(&self.within(at, *expr, depth));
            }
        }
        // `missing.push(name)` under a condition.
        for reference in module.references(binding).iter().take(20) {
            let Some(prodcheck_formats::javascript::Node::Expr(member)) = module.parent(reference.expr) else {
                continue;
            };
            let Expr::Member { object, property, .. } = module.expr(member) else { continue };
            if *object != reference.expr || !matches!(module.name(*property), "push" | "add" | "set" | "unshift") {
                continue;
            }
            for guard in super::stops::guards(module, member.into()) {
                found.add(&self.within(at, guard, depth));
            }
        }
    }

    /// What is assigned to a global or a member of one that this lies in: `WIKI.config.db` lies in `WIKI.config`.
    fn look_global(&self, module: &Module, expr: ExprId, found: &mut FromEnv, depth: u32) {
        let path = module.member_path(expr);
        let PathRoot::Global(root) = path.root else { return };
        let mut names: Vec<&str> = vec![module.name(root)];
        names.extend(path.members.iter().map(|member| module.name(*member)));
        while names.len() > 1 {
            let assigned = self.reading.program.assigned_to_global(&names.join("."));
            for (of, written) in &assigned {
                found.add(&self.within(*of, *written, depth));
            }
            if !assigned.is_empty() {
                break;
            }
            names.pop();
        }
    }
}

/// Whether something outside gives data that is no part of the configuration: answers of other services, tokens, rows.
fn is_data(outside: &Outside) -> bool {
    const PACKAGES: &[&str] = &[
        "axios",
        "got",
        "ky",
        "node-fetch",
        "undici",
        "superagent",
        "request",
        "pg",
        "mysql",
        "mysql2",
        "mongoose",
        "mongodb",
        "@prisma/client",
        "redis",
        "ioredis",
        "typeorm",
        "sequelize",
        "knex",
        "jsonwebtoken",
        "jose",
        "openid-client",
        "drizzle-orm",
        "kysely",
        "@mikro-orm/core",
        "amqplib",
        "kafkajs",
        "bullmq",
        "passport",
        "ws",
        "socket.io",
        "express",
        "koa",
        "hono",
        "nodemailer",
        "better-sqlite3",
        "objection",
        "@octokit/rest",
        "stripe",
    ];
    match &outside.origin {
        ProgramOrigin::Package(name, _) => PACKAGES.contains(&name.as_str()) || name.starts_with("@aws-sdk/"),
        ProgramOrigin::Global(name) => name == "fetch",
        ProgramOrigin::Builtin(name) => {
            matches!(name.as_str(), "http" | "https" | "net" | "dns" | "dns/promises" | "child_process")
        }
    }
}

/// Whether a value is what loading an environment file gives.
fn loads_file(value: &Value) -> bool {
    ["dotenv", "dotenv-expand", "dotenv-flow", "custom-env"].iter().any(|package| of_package(value, package).is_some())
}
