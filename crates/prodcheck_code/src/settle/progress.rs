//! What was settled so far, and the calls that are followed now.

use super::frame::Frame;
use super::{Nest, Settled};
use crate::Reading;
use prodcheck_formats::javascript::ExprId;
use prodcheck_program::program::{At, ModuleId};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

/// How many questions about values may be asked of one program; real services need a small part of it.
const STEPS: u32 = 4_000_000;

/// How many questions may be asked to answer one that lies within no other.
const STEPS_OF_ONE: u32 = 3_000;

/// How many questions lie within each other: a condition on the way to a value is a question of its own.
const LEVELS: u32 = 96;

/// What is kept between questions about values.
#[derive(Debug)]
pub(crate) struct Progress {
    answers: RefCell<HashMap<Question, Answer>>,
    /// The calls that are followed now, the outermost first.
    pub(super) frames: RefCell<Vec<Frame>>,
    pub(super) next_frame: Cell<u32>,
    /// How many questions lie within each other now.
    level: Cell<u32>,
    /// How many questions may still be asked.
    steps: Cell<u32>,
    /// How many may still be asked to answer the one that lies within no other.
    steps_of_one: Cell<u32>,
    /// Whether a question was left open since this was last set, because it led too far.
    cut: Cell<bool>,
    pub(super) nest: OnceCell<Nest>,
    pub(super) fastify_envs: OnceCell<Vec<At>>,
}

/// An expression, in the call that is followed to it.
type Question = (ModuleId, ExprId, u32);

#[derive(Debug, Clone)]
struct Answer {
    value: Settled,
    /// At which level the question was asked, where the answer lacks what led too far from there.
    cut_at: Option<u32>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            answers: RefCell::default(),
            frames: RefCell::default(),
            next_frame: Cell::default(),
            level: Cell::default(),
            steps: Cell::new(STEPS),
            steps_of_one: Cell::default(),
            cut: Cell::default(),
            nest: OnceCell::new(),
            fastify_envs: OnceCell::new(),
        }
    }
}

impl Reading<'_> {
    /// Answers a question that lies within another one; `None` where there is no more room.
    pub(crate) fn deeper<T>(&self, answer: impl FnOnce() -> T) -> Option<T> {
        let progress = &self.progress;
        if progress.level.get() == 0 {
            progress.steps_of_one.set(STEPS_OF_ONE);
        }
        let left = |steps: &Cell<u32>| steps.get().checked_sub(1);
        let (Some(steps), Some(of_one), true) =
            (left(&progress.steps), left(&progress.steps_of_one), progress.level.get() < LEVELS)
        else {
            progress.cut.set(true);
            return None;
        };
        progress.steps.set(steps);
        progress.steps_of_one.set(of_one);
        progress.level.set(progress.level.get() + 1);
        let answered = answer();
        progress.level.set(progress.level.get() - 1);
        Some(answered)
    }

    /// Whether no call is followed now, so that an answer holds whoever calls.
    pub(crate) fn follows_no_call(&self) -> bool {
        self.progress.frames.borrow().is_empty()
    }

    /// Whether a question that is asked now lies within no other.
    pub(crate) fn is_first_question(&self) -> bool {
        self.progress.level.get() == 0
    }

    /// Answers a question, and says whether nothing was left out because it led too far.
    pub(crate) fn seeing_cuts<T>(&self, answer: impl FnOnce() -> T) -> (T, bool) {
        let before = self.progress.cut.replace(false);
        let answered = answer();
        let cut = self.progress.cut.get();
        self.progress.cut.set(before || cut);
        (answered, !cut)
    }

    /// Answers a question once. An answer that lacks what led too far is given again only from as deep or deeper.
    pub(super) fn once(&self, at: ModuleId, expr: ExprId, answer: impl FnOnce() -> Settled) -> Settled {
        let progress = &self.progress;
        let question = (at, expr, self.frame());
        let level = progress.level.get();
        if let Some(known) = progress.answers.borrow().get(&question)
            && known.cut_at.is_none_or(|cut_at| cut_at <= level)
        {
            progress.cut.set(progress.cut.get() || known.cut_at.is_some());
            return known.value.clone();
        }
        // A value that leads back to itself is unknown there.
        progress.answers.borrow_mut().insert(question, Answer { value: Settled::Unknown, cut_at: None });
        let (value, whole) = self.seeing_cuts(|| self.deeper(answer).unwrap_or(Settled::Unknown));
        let cut_at = (!whole).then_some(level);
        progress.answers.borrow_mut().insert(question, Answer { value: value.clone(), cut_at });
        value
    }
}
