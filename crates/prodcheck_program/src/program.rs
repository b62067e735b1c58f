//! The modules of a service linked into one program: what a name or an expression stands for, across files.

mod assigned;
mod classes;
mod exports;
mod load;
mod passed_through;
mod value;
mod values;
mod written;

pub use load::Started;
pub use passed_through::{PassedThrough, passed_through};
pub use value::{ModuleId, Origin, Outside, Part, Value};
pub use written::At;

use crate::Sources;
use crate::layout::Resolution;
use crate::module_graph::{Link, ModuleGraph};
use assigned::Assigned;
use prodcheck_formats::javascript::{BindingId, ExprId, FunctionId, Module};
use prodcheck_source::RepoPath;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

/// How many steps may be taken over all questions; real services need a small part of it.
const STEPS: u32 = 20_000_000;

/// How many steps may be taken for one question that lies within no other.
const STEPS_OF_ONE: u32 = 10_000;

/// How deep one question may lead.
const DEPTH: u32 = 48;

/// How many values one expression may stand for.
const MOST_VALUES: usize = 12;

/// Modules that are linked, and what was found out about them so far.
#[derive(Debug)]
pub struct Program<'a> {
    modules: Vec<Linked<'a>>,
    ids: BTreeMap<&'a RepoPath, ModuleId>,
    exprs: Answers<ExprId>,
    bindings: Answers<BindingId>,
    callers: RefCell<Option<Rc<Callers>>>,
    assigned: RefCell<Assigned>,
    depth: Cell<u32>,
    steps: Cell<u32>,
    /// How many are left for the question that lies within no other.
    steps_of_one: Cell<u32>,
    /// Whether something was too deep to be answered since this was last set.
    cut: Cell<bool>,
}

/// What was answered so far.
type Answers<Id> = RefCell<HashMap<(ModuleId, Id), Answer>>;

/// The answer to one question.
#[derive(Debug, Clone, Default)]
struct Answer {
    values: Rc<[Value]>,
    /// How deep the question was asked, where the answer lacks what was too deep from there.
    cut_at: Option<u32>,
}

/// The calls of each function of the program, where it is known what they call.
#[derive(Debug, Default)]
struct Callers {
    /// Calls of the function itself.
    calls: CallsOf,
    /// Calls that are given the function by its name.
    handed: CallsOf,
}

/// Calls by the function that they are about.
type CallsOf = HashMap<(ModuleId, FunctionId), Vec<(ModuleId, ExprId)>>;

/// One module and what it loads.
#[derive(Debug)]
struct Linked<'a> {
    path: &'a RepoPath,
    module: &'a Arc<Module>,
    links: &'a [Link],
}

impl<'a> Program<'a> {
    /// Links modules of a graph; those that could not be read are left out.
    pub fn link(graph: &'a ModuleGraph, paths: &'a [RepoPath], sources: Sources<'a>) -> Self {
        let mut program = Self {
            modules: Vec::new(),
            ids: BTreeMap::new(),
            exprs: RefCell::default(),
            bindings: RefCell::default(),
            callers: RefCell::default(),
            assigned: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(STEPS),
            steps_of_one: Cell::default(),
            cut: Cell::new(false),
        };
        for path in paths {
            if let Some(module) = sources.facts.script(path) {
                program.ids.insert(path, ModuleId::from_index(program.modules.len()));
                program.modules.push(Linked { path, module, links: graph.links(path) });
            }
        }
        program
    }

    /// The modules, in the order of their paths.
    pub fn modules(&self) -> impl Iterator<Item = (ModuleId, &'a RepoPath, &'a Module)> {
        self.modules.iter().enumerate().map(|(at, linked)| (ModuleId::from_index(at), linked.path, &**linked.module))
    }

    /// A module's file.
    pub fn path(&self, id: ModuleId) -> Option<&'a RepoPath> {
        self.modules.get(id.index()).map(|linked| linked.path)
    }

    /// A module.
    pub fn module(&self, id: ModuleId) -> Option<&'a Module> {
        self.modules.get(id.index()).map(|linked| &**linked.module)
    }

    /// What a module loads.
    pub fn links(&self, id: ModuleId) -> &'a [Link] {
        self.modules.get(id.index()).map_or(&[], |linked| linked.links)
    }

    /// The module of a file.
    pub fn id(&self, path: &RepoPath) -> Option<ModuleId> {
        self.ids.get(path).copied()
    }

    /// What a module's name for another one means.
    fn resolution(&self, id: ModuleId, name: &str) -> Option<&'a Resolution> {
        let links = self.modules.get(id.index())?.links;
        links.iter().find(|link| link.name == name).map(|link| &link.to)
    }

    /// Takes a step, and goes one question deeper for as long as it is answered; `None` where there is no more room.
    fn enter<T>(&self, answer: impl FnOnce() -> T) -> Option<T> {
        if self.depth.get() == 0 {
            self.steps_of_one.set(STEPS_OF_ONE);
        }
        let left = |steps: &Cell<u32>| steps.get().checked_sub(1);
        let (Some(steps), Some(of_one), true) = (left(&self.steps), left(&self.steps_of_one), self.depth.get() < DEPTH)
        else {
            self.cut.set(true);
            return None;
        };
        self.steps_of_one.set(of_one);
        self.steps.set(steps);
        self.depth.set(self.depth.get() + 1);
        let answered = answer();
        self.depth.set(self.depth.get() - 1);
        Some(answered)
    }

    /// Answers a question once. An answer that lacks what was too deep is given again only from as deep or deeper.
    fn once<Id: Copy + Eq + std::hash::Hash>(
        &self,
        answers: &Answers<Id>,
        question: (ModuleId, Id),
        answer: impl FnOnce() -> Vec<Value>,
    ) -> Rc<[Value]> {
        let depth = self.depth.get();
        if depth == 0 && self.callers.borrow().is_none() {
            // Made in the middle of a question, the table would lack the calls that the question is about.
            self.callers();
        }
        if let Some(known) = answers.borrow().get(&question)
            && known.cut_at.is_none_or(|cut_at| cut_at <= depth)
        {
            self.cut.set(self.cut.get() || known.cut_at.is_some());
            return known.values.clone();
        }
        // A question that leads back to itself adds nothing to its own answer.
        answers.borrow_mut().insert(question, Answer::default());
        let before = self.cut.replace(false);
        let values: Rc<[Value]> = self.enter(answer).unwrap_or_default().into();
        let cut_at = self.cut.get().then_some(depth);
        self.cut.set(before || cut_at.is_some());
        answers.borrow_mut().insert(question, Answer { values: values.clone(), cut_at });
        values
    }
}

/// Adds values that are not there already, as far as there is room.
fn extend(found: &mut Vec<Value>, more: impl IntoIterator<Item = Value>) {
    for value in more {
        if found.len() < MOST_VALUES && !found.contains(&value) {
            found.push(value);
        }
    }
}

#[cfg(test)]
mod tests;
