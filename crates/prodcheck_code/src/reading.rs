//! The program under production's conditions, with its calls at hand.

use crate::settle::Progress;
use crate::{Conditions, Reach};
use prodcheck_formats::javascript::{Call, ExprId, FunctionId, Module, Node};
use prodcheck_program::Program;
use prodcheck_program::program::{ModuleId, Origin, Outside, Part, Value};
use prodcheck_source::{Place, Span};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// A call of the program, and what it can call.
#[derive(Debug, Clone)]
pub struct Site {
    /// The module.
    pub at: ModuleId,
    /// The call.
    pub id: ExprId,
    /// What is called, as far as it is known.
    pub callee: Rc<[Value]>,
}

/// What all topics read.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The modules of the service, linked.
    pub program: &'a Program<'a>,
    /// How production runs them.
    pub conditions: &'a Conditions,
    sites: Vec<Site>,
    /// The sites by the package, built-in module or global that is called.
    by_source: BTreeMap<String, Vec<usize>>,
    pub(crate) reached: RefCell<HashMap<(ModuleId, Option<FunctionId>), Reach>>,
    pub(crate) reached_nodes: RefCell<HashMap<(ModuleId, Node), Reach>>,
    pub(crate) progress: Progress,
    pub(crate) moments: crate::moment::Known,
    /// Whether functions pass what they are given to a log, as far as that was asked.
    pub(crate) logging_functions: RefCell<HashMap<(ModuleId, FunctionId), bool>>,
}

impl<'a> Reading<'a> {
    /// Looks at all calls.
    pub fn new(program: &'a Program<'a>, conditions: &'a Conditions) -> Self {
        let mut sites = Vec::new();
        let mut by_source: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, _, module) in program.modules() {
            for call in module.calls() {
                let callee = program.values(at, call.callee);
                for value in callee.iter() {
                    if let Value::Outside(outside) = value {
                        let known = by_source.entry(outside.source().to_owned()).or_default();
                        if known.last() != Some(&sites.len()) {
                            known.push(sites.len());
                        }
                    }
                }
                sites.push(Site { at, id: call.id, callee });
            }
        }
        Self {
            program,
            conditions,
            sites,
            by_source,
            reached: RefCell::default(),
            reached_nodes: RefCell::default(),
            progress: Progress::default(),
            moments: crate::moment::Known::default(),
            logging_functions: RefCell::default(),
        }
    }

    /// All calls, by module and place.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The calls of something that comes from a package, a built-in module or a global of this name.
    pub fn calls_of<'s>(&'s self, source: &str) -> impl Iterator<Item = &'s Site> + use<'s, 'a> {
        let indices = self.by_source.get(source).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|index| self.sites.get(*index))
    }

    /// The packages, built-in modules and globals that are called anywhere, sorted.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.by_source.keys().map(String::as_str)
    }

    /// The module and the call of a site; `None` never happens for a site of this reading.
    pub fn call(&self, site: &Site) -> Option<(&'a Module, Call<'a>)> {
        let module = self.program.module(site.at)?;
        Some((module, module.call(site.id)?))
    }

    /// Where a part of a module stands.
    pub fn place(&self, at: ModuleId, span: Span) -> Place {
        let path = self.program.path(at).cloned().unwrap_or_default();
        Place::new(path, span)
    }

    /// Where a call stands.
    pub fn place_of(&self, site: &Site) -> Place {
        let span = self.program.module(site.at).map(|module| module.span(site.id)).unwrap_or_default();
        self.place(site.at, span)
    }

    /// The functions of the program that an expression can be: named, inline, methods, bound ones.
    pub fn functions(&self, at: ModuleId, expr: ExprId) -> Vec<(ModuleId, FunctionId)> {
        let values = self.program.values(at, expr);
        values
            .iter()
            .filter_map(|value| match value {
                Value::Function(at, function) => Some((*at, *function)),
                _ => None,
            })
            .collect()
    }

    /// The expressions of an object literal's entry, or of the same entry of a literal that an expression stands for.
    pub fn option(&self, at: ModuleId, object: ExprId, name: &str) -> Option<(ModuleId, ExprId)> {
        let values = self.program.values(at, object);
        self.program.written_members(&values, name).into_iter().next()
    }
}

/// The way from something outside as text, for tables: `()` for a call, `new` for a construction, `.name` for a member.
/// `express()` then `.use` is `().use`; `new Redis().on` is `new.on`.
pub fn way(outside: &Outside) -> String {
    let mut text = String::new();
    for part in &outside.way {
        match part {
            Part::Called => text.push_str("()"),
            Part::Constructed => text.push_str("new"),
            Part::Typed => text.push_str(":type"),
            Part::Member(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
        }
    }
    text
}

/// Whether a module is a test, a migration, a seed or a script, which are no server code even where it loads them; an
/// entry point is none of these, wherever it lies.
pub fn is_tooling(reading: &Reading<'_>, at: ModuleId) -> bool {
    let Some(path) = reading.program.path(at) else { return false };
    let is_folder =
        |part: &str| matches!(part, "migrations" | "migration" | "seeds" | "seeders" | "seed" | "scripts" | "fixtures");
    !reading.conditions.entries.contains(path)
        && (path.parent().parts().any(is_folder) || prodcheck_facts::folders::is_test(path))
}

/// Whether a value comes from this package (of any of its subpaths), and by which way.
pub fn of_package<'v>(value: &'v Value, package: &str) -> Option<&'v Outside> {
    match value {
        Value::Outside(outside) if matches!(&outside.origin, Origin::Package(name, _) if name == package) => {
            Some(outside)
        }
        _ => None,
    }
}

/// Whether a value is this global or built-in module, and by which way. `process` is both.
pub fn of_runtime<'v>(value: &'v Value, name: &str) -> Option<&'v Outside> {
    match value {
        Value::Outside(outside) => match &outside.origin {
            Origin::Builtin(of) | Origin::Global(of) if of == name => Some(outside),
            _ => None,
        },
        _ => None,
    }
}
