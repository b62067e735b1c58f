//! Goes through a shell's lists, branches and loops, and keeps what stays running.

use super::Walk;
use super::condition::Holds;
use super::expand::Sure;
use super::flow::Flow;
use super::state::{Function, State};
use crate::{Obstacle, ObstacleKind, StepKind};
use prodcheck_facts::command::Word;
use prodcheck_formats::shell::{AndOr, Case, Compound, CompoundKind, Connector, If, List, Pipeline, Step};
use prodcheck_source::{Place, RepoPath};
use std::rc::Rc;

/// How a branch comes to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    /// Unless the environment says otherwise.
    Main,
    /// It or another; nobody can tell.
    Possible,
    /// Where the environment says so.
    Alternative,
}

impl Walk<'_> {
    /// Commands one after another. `tail` are words that are put after the last one.
    pub(super) fn list(&mut self, list: &[AndOr], state: &mut State, file: &RepoPath, tail: &[Word]) -> Flow {
        let mut flow = Flow::default();
        for (at, and_or) in list.iter().enumerate() {
            if !self.spend() {
                break;
            }
            let tail = if at + 1 == list.len() { tail } else { &[] };
            let next = if and_or.background {
                self.in_background(and_or, state, file, tail)
            } else {
                self.and_or(and_or, state, file, tail)
            };
            self.sequence(&mut flow, next);
            if flow.ends {
                break;
            }
        }
        flow
    }

    /// Keeps what ended before the next command as a step on the way.
    pub(super) fn sequence(&mut self, flow: &mut Flow, next: Flow) {
        for ended in flow.then(next) {
            self.step_done(ended.invoked, StepKind::Runs);
        }
    }

    fn in_background(&mut self, and_or: &AndOr, state: &State, file: &RepoPath, tail: &[Word]) -> Flow {
        let place = Place::new(file.clone(), and_or.span);
        let mut inner = state.clone();
        inner.own_obstacle = Some(Obstacle { kind: ObstacleKind::Background, place: place.clone() });
        inner.detached = Some(place);
        self.and_or(and_or, &mut inner, file, tail).background()
    }

    fn and_or(&mut self, and_or: &AndOr, state: &mut State, file: &RepoPath, tail: &[Word]) -> Flow {
        let last = and_or.rest.len();
        let tail_of = |at: usize| if at == last { tail } else { &[] };
        let mut before = self.result(&and_or.first, state, file);
        let mut flow = self.pipeline(&and_or.first, state, file, tail_of(0));
        for (at, (connector, pipeline)) in and_or.rest.iter().enumerate() {
            if flow.ends {
                break;
            }
            match how(*connector, before, flow.is_strong()) {
                How::Skipped => {}
                How::Runs(sure) => {
                    let result = self.result(pipeline, state, file);
                    let mut inner = state.clone();
                    let next = self.pipeline(pipeline, &mut inner, file, tail_of(at + 1));
                    // What only ends the script is what happens when something is wrong.
                    if next.fails() && !sure {
                        continue;
                    }
                    *state = inner;
                    before = result;
                    self.sequence(&mut flow, next);
                }
                How::Perhaps(conditional) => {
                    let mut inner = state.clone();
                    inner.conditional |= conditional;
                    let mut next = self.pipeline(pipeline, &mut inner, file, tail_of(at + 1));
                    if !next.ends && !conditional {
                        *state = State { arguments: state.arguments.clone(), ..inner };
                    }
                    next.ends = false;
                    self.sequence(&mut flow, next);
                }
                How::Fallback => {
                    let mut next = self.pipeline(pipeline, &mut state.clone(), file, tail_of(at + 1));
                    next.ends = false;
                    self.sequence(&mut flow, next);
                }
            }
        }
        flow
    }

    /// The result of a pipeline that is a test; `None` where it is a command, which is taken to succeed.
    fn result(&mut self, pipeline: &Pipeline, state: &State, file: &RepoPath) -> Option<Holds> {
        let holds = self.pipeline_holds(pipeline, state, file);
        (holds != Holds::UNKNOWN || tests(pipeline)).then_some(holds)
    }

    fn pipeline(&mut self, pipeline: &Pipeline, state: &mut State, file: &RepoPath, tail: &[Word]) -> Flow {
        let [only] = pipeline.steps.as_slice() else { return self.piped(&pipeline.steps, state, file) };
        self.step(only, state, file, tail)
    }

    /// Several commands joined by `|`: the first that stays is the process, and those after it read what it prints.
    fn piped(&mut self, steps: &[Step], state: &State, file: &RepoPath) -> Flow {
        let mut all = Flow::default();
        for (at, step) in steps.iter().enumerate() {
            let mut inner = state.clone();
            let readers = steps.iter().skip(at + 1).filter_map(|reader| match reader {
                Step::Simple(command) => {
                    let words: Vec<Word> = command
                        .words
                        .iter()
                        .flat_map(|word| self.expand(word, state, file))
                        .take(super::MOST_WORDS)
                        .collect();
                    let shown = words.iter().map(Word::shown).collect::<Vec<_>>().join(" ");
                    Some((shown, Place::new(file.clone(), command.span)))
                }
                Step::Compound(_) => None,
            });
            let readers: Vec<(String, Place)> = readers.collect();
            Rc::make_mut(&mut inner.pipes).extend(readers);
            let flow = self.step(step, &mut inner, file, &[]).of_child();
            if flow.is_strong() {
                return flow;
            }
            if all.weak.is_empty() {
                all = flow;
            }
        }
        all
    }

    fn step(&mut self, step: &Step, state: &mut State, file: &RepoPath, tail: &[Word]) -> Flow {
        if !self.spend() {
            return Flow::default();
        }
        match step {
            Step::Simple(command) => self.simple(command, state, file, tail),
            Step::Compound(compound) => self.compound(compound, state, file),
        }
    }

    fn compound(&mut self, compound: &Compound, state: &mut State, file: &RepoPath) -> Flow {
        if state.depth >= super::DEPTH {
            return Flow::default();
        }
        let place = Place::new(file.clone(), compound.span);
        match &compound.kind {
            CompoundKind::Group(list) => self.list(list, state, file, &[]),
            CompoundKind::Subshell(list) => self.list(list, &mut state.clone(), file, &[]).of_child(),
            CompoundKind::If(of) => self.if_command(of, state, file),
            CompoundKind::Case(of) => self.case(of, state, file),
            CompoundKind::While { condition, body, until } => self.looped(condition, body, *until, &place, state, file),
            CompoundKind::For { body, .. } | CompoundKind::ForArithmetic { body, .. } => {
                self.list(body, state, file, &[])
            }
            CompoundKind::Function { name, body } => {
                let function = Function { file: file.clone(), body: Rc::new(body.clone()) };
                if state.functions.len() < super::MOST_FUNCTIONS {
                    Rc::make_mut(&mut state.functions).insert(name.value.clone(), function);
                }
                Flow::default()
            }
            CompoundKind::Test(_) | CompoundKind::Arithmetic(_) => Flow::default(),
        }
    }

    /// A loop that starts again what ends is a supervisor; one that waits for something is a step on the way.
    fn looped(
        &mut self,
        condition: &List,
        body: &List,
        until: bool,
        place: &Place,
        state: &mut State,
        file: &RepoPath,
    ) -> Flow {
        let holds = self.holds(condition, state, file);
        let mut inner = state.clone();
        inner.restarts.get_or_insert_with(|| place.clone());
        if holds.sure == Sure::Known && holds.yes != until {
            return self.list(body, &mut inner, file, &[]).of_child();
        }
        // `until node server.js; do …; done` starts it again until it ends well.
        let mut asked = self.list(condition, &mut inner, file, &[]).of_child();
        let mut done = self.list(body, &mut state.clone(), file, &[]);
        for ended in std::mem::take(&mut done.front).into_iter().chain(std::mem::take(&mut done.ended)) {
            self.step_done(ended.invoked, StepKind::Runs);
        }
        for waited in std::mem::take(&mut asked.weak) {
            self.step_done(waited.invoked, StepKind::Loops);
        }
        asked
    }

    fn if_command(&mut self, of: &If, state: &mut State, file: &RepoPath) -> Flow {
        const NOTHING: &List = &Vec::new();
        let mut branches: Vec<(&List, Branch)> = Vec::new();
        let mut decided = false;
        let mut open = true;
        for (condition, body) in &of.branches {
            let holds = self.holds(condition, state, file);
            let branch = match (decided, holds.yes, holds.sure) {
                (_, false, Sure::Known) => continue,
                (false, true, Sure::Known) => {
                    branches.push((body, Branch::Main));
                    open = false;
                    break;
                }
                (false, true, Sure::Default) => {
                    decided = true;
                    Branch::Main
                }
                (false, _, Sure::Unknown) => Branch::Possible,
                (true, ..) | (_, false, Sure::Default) => Branch::Alternative,
            };
            branches.push((body, branch));
        }
        if open {
            let possible = branches.iter().any(|(_, branch)| *branch == Branch::Possible);
            let branch = match (decided, possible) {
                (true, _) => Branch::Alternative,
                (false, true) => Branch::Possible,
                (false, false) => Branch::Main,
            };
            branches.push((of.otherwise.as_ref().unwrap_or(NOTHING), branch));
        }
        self.branches(&branches, state, file)
    }

    fn case(&mut self, of: &Case, state: &mut State, file: &RepoPath) -> Flow {
        const NOTHING: &List = &Vec::new();
        let (subject, sure) = self.asked(&of.subject, state, file);
        let mut branches: Vec<(&List, Branch)> = Vec::new();
        let mut taken = false;
        for arm in &of.arms {
            if !self.spend() {
                break;
            }
            let fits = arm
                .patterns
                .iter()
                .any(|pattern| pattern.pattern().is_some_and(|pattern| super::condition::matches(&pattern, &subject)));
            match sure {
                Sure::Unknown => branches.push((&arm.body, Branch::Possible)),
                _ if fits && !taken => {
                    taken = true;
                    branches.push((&arm.body, Branch::Main));
                }
                Sure::Default => branches.push((&arm.body, Branch::Alternative)),
                Sure::Known => {}
            }
        }
        if !taken && sure != Sure::Unknown {
            branches.push((NOTHING, Branch::Main));
        }
        self.branches(&branches, state, file)
    }

    /// Runs branches side by side. One that only ends the script is what happens when something is wrong: then the others
    /// are the way.
    fn branches(&mut self, branches: &[(&List, Branch)], state: &mut State, file: &RepoPath) -> Flow {
        let fails = Flow::fails;
        let mut main_fails = false;
        let mut runs: Vec<(Flow, State, Branch)> = Vec::new();
        for (list, branch) in branches.iter().filter(|(_, branch)| *branch != Branch::Alternative) {
            let mut inner = state.clone();
            inner.depth += 1;
            let flow = self.list(list, &mut inner, file, &[]);
            main_fails |= *branch == Branch::Main && fails(&flow);
            runs.push((flow, inner, *branch));
        }
        let alone = branches.len() == 1;
        for (list, _) in branches.iter().filter(|(_, branch)| *branch == Branch::Alternative) {
            let mut inner = state.clone();
            inner.depth += 1;
            inner.conditional |= !main_fails;
            let flow = self.list(list, &mut inner, file, &[]);
            let branch = if main_fails { Branch::Possible } else { Branch::Alternative };
            runs.push((flow, inner, branch));
        }
        if !alone && runs.iter().any(|(flow, ..)| !fails(flow)) {
            runs.retain(|(flow, ..)| !fails(flow));
        }
        let main = runs.iter().position(|(_, _, branch)| *branch == Branch::Main);
        // The shell goes on as the first branch leaves it that does not end.
        let goes_on = main
            .or_else(|| runs.iter().position(|(flow, _, branch)| !flow.ends && *branch == Branch::Possible))
            .or_else(|| runs.iter().position(|(flow, ..)| !flow.ends));
        if let Some((_, after, branch)) = goes_on.and_then(|at| runs.get(at)) {
            let depth = state.depth;
            let arguments = if *branch == Branch::Main { after.arguments.clone() } else { state.arguments.clone() };
            *state = State { arguments, depth, conditional: state.conditional, ..after.clone() };
        }
        let mut all: Option<Flow> = None;
        for (flow, _, branch) in runs {
            match &mut all {
                None => all = Some(flow),
                Some(all) => {
                    let ends = if branch == Branch::Alternative { all.ends } else { all.ends && flow.ends };
                    all.or(flow);
                    all.ends = ends;
                }
            }
        }
        all.unwrap_or_default()
    }
}

/// How a pipeline behind `&&` or `||` comes to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It does; whether that is sure.
    Runs(bool),
    Skipped,
    /// Nobody can tell; or only where the environment says so.
    Perhaps(bool),
    /// Where the command before it fails.
    Fallback,
}

fn how(connector: Connector, before: Option<Holds>, strong: bool) -> How {
    let Some(holds) = before else {
        return match connector {
            Connector::And => How::Runs(false),
            // A server that fails is no way to start another.
            Connector::Or if strong => How::Skipped,
            Connector::Or => How::Fallback,
        };
    };
    match (holds.yes == (connector == Connector::And), holds.sure) {
        (_, Sure::Unknown) => How::Perhaps(false),
        (true, sure) => How::Runs(sure == Sure::Known),
        (false, Sure::Known) => How::Skipped,
        (false, Sure::Default) => How::Perhaps(true),
    }
}

/// Whether a pipeline only asks something.
fn tests(pipeline: &Pipeline) -> bool {
    match pipeline.steps.as_slice() {
        [Step::Simple(command)] => {
            matches!(command.name().as_deref(), Some("[" | "test" | "command" | "which" | "type" | "grep" | "false"))
        }
        [Step::Compound(compound)] => matches!(compound.kind, CompoundKind::Test(_) | CompoundKind::Arithmetic(_)),
        _ => true,
    }
}
