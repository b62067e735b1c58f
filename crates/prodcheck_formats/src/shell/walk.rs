//! Every simple command of a script, with what decides whether and how it runs.

use super::tree::{
    AndOr, Case, Change, Command, Compound, CompoundKind, Connector, If, List, PartKind, Pipeline, Redirection, Script,
    Step, Word,
};
use std::rc::Rc;

/// A simple command and where it stands in its script.
#[derive(Debug, Clone)]
pub struct Visit<'a> {
    /// The command.
    pub command: &'a Command,
    /// What is around it.
    pub context: Context<'a>,
}

/// What is around a simple command.
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    /// The function whose body holds it.
    pub function: Option<&'a str>,
    /// Whether it stands in the body or the condition of a loop.
    pub in_loop: bool,
    /// Whether its result is asked by `if`, `while` or `until`.
    pub in_condition: bool,
    /// Whether `&` sends it, or what holds it, to the background.
    pub background: bool,
    /// Whether it runs in `( … )`, in a substitution, in a pipeline of several, or in the background.
    pub subshell: bool,
    /// Whether its output is put into a word.
    pub substitution: bool,
    /// Whether it reads what the command before it in the pipeline writes.
    pub reads_pipe: bool,
    /// Whether the next command in the pipeline reads what it writes.
    pub writes_pipe: bool,
    /// What joins it, or what holds it, to the pipeline before it.
    pub connector: Option<Connector>,
    /// Whether a command before it ends the script: `exec` with a command, `exit`, or an `if` all of whose branches do.
    pub after_end: bool,
    /// The innermost branch of an `if` or `case` that holds it.
    pub branch: Option<Rc<Branch<'a>>>,
}

/// A branch that runs only where something holds.
#[derive(Debug, Clone)]
pub struct Branch<'a> {
    /// The construct and which of its branches it is.
    pub of: BranchOf<'a>,
    /// The branch around it.
    pub outer: Option<Rc<Branch<'a>>>,
}

/// Which branch of which construct.
#[derive(Debug, Clone, Copy)]
pub enum BranchOf<'a> {
    /// The body of the condition with this index; the index past the last one is `else`.
    If(&'a If, usize),
    /// The arm with this index.
    Case(&'a Case, usize),
}

impl Script {
    /// All simple commands in the order in which they begin to run, those in substitutions before the command that uses
    /// them.
    pub fn commands(&self) -> Vec<Visit<'_>> {
        let mut walk = Walk { found: Vec::new() };
        walk.list(&self.list, &Context::default());
        walk.found
    }
}

struct Walk<'a> {
    found: Vec<Visit<'a>>,
}

impl<'a> Walk<'a> {
    /// Whether the list surely ends the script.
    fn list(&mut self, list: &'a List, context: &Context<'a>) -> bool {
        let mut context = context.clone();
        let mut ended = false;
        for and_or in list {
            let ends = self.and_or(and_or, &context);
            ended |= ends;
            context.after_end |= ends;
        }
        ended
    }

    fn and_or(&mut self, and_or: &'a AndOr, outer: &Context<'a>) -> bool {
        let mut context = outer.clone();
        context.background |= and_or.background;
        context.subshell |= and_or.background;
        let ends = self.pipeline(&and_or.first, &context);
        context.after_end |= ends;
        for (connector, pipeline) in &and_or.rest {
            let context = Context { connector: Some(*connector), ..context.clone() };
            self.pipeline(pipeline, &context);
        }
        ends && !and_or.background
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline, outer: &Context<'a>) -> bool {
        let last = pipeline.steps.len().saturating_sub(1);
        let mut ends = false;
        for (index, step) in pipeline.steps.iter().enumerate() {
            let mut context = outer.clone();
            context.subshell |= last > 0;
            context.reads_pipe |= index > 0;
            context.writes_pipe |= index < last;
            ends = self.step(step, &context) && last == 0;
        }
        ends
    }

    fn step(&mut self, step: &'a Step, context: &Context<'a>) -> bool {
        match step {
            Step::Compound(compound) => self.compound(compound, context),
            Step::Simple(command) => {
                for assignment in &command.assignments {
                    self.word(&assignment.value, context);
                }
                self.words(&command.words, context);
                self.redirections(&command.redirections, context);
                if !command.words.is_empty() || !command.assignments.is_empty() {
                    self.found.push(Visit { command, context: context.clone() });
                }
                match command.name().as_deref() {
                    Some("exec") => command.words.len() > 1,
                    Some("exit") => true,
                    _ => false,
                }
            }
        }
    }

    fn compound(&mut self, compound: &'a Compound, outer: &Context<'a>) -> bool {
        let ends = self.kind(&compound.kind, outer);
        self.redirections(&compound.redirections, outer);
        ends
    }

    fn kind(&mut self, kind: &'a CompoundKind, outer: &Context<'a>) -> bool {
        let in_loop = || Context { in_loop: true, ..outer.clone() };
        match kind {
            CompoundKind::Group(list) => return self.list(list, outer),
            CompoundKind::Subshell(list) => {
                self.list(list, &Context { subshell: true, ..outer.clone() });
            }
            CompoundKind::If(of) => return self.if_command(of, outer),
            CompoundKind::While { condition, body, .. } => {
                let context = in_loop();
                self.list(condition, &Context { in_condition: true, ..context.clone() });
                self.list(body, &context);
            }
            CompoundKind::For { words, body, .. } => {
                self.words(words.as_deref().unwrap_or(&[]), outer);
                self.list(body, &in_loop());
            }
            CompoundKind::ForArithmetic { header, body } => {
                self.word(header, outer);
                self.list(body, &in_loop());
            }
            CompoundKind::Case(of) => return self.case_command(of, outer),
            CompoundKind::Function { name, body } => {
                self.step(body, &Context { function: Some(&name.value), ..Context::default() });
            }
            CompoundKind::Test(words) => self.words(words, outer),
            CompoundKind::Arithmetic(word) => self.word(word, outer),
        }
        false
    }

    fn if_command(&mut self, of: &'a If, outer: &Context<'a>) -> bool {
        let branch = |index: usize| {
            let branch = Branch { of: BranchOf::If(of, index), outer: outer.branch.clone() };
            Context { branch: Some(Rc::new(branch)), ..outer.clone() }
        };
        let mut all = true;
        for (index, (condition, body)) in of.branches.iter().enumerate() {
            self.list(condition, &Context { in_condition: true, ..outer.clone() });
            all &= self.list(body, &branch(index));
        }
        let otherwise = of.otherwise.as_ref().is_some_and(|body| self.list(body, &branch(of.branches.len())));
        all && otherwise
    }

    fn case_command(&mut self, of: &'a Case, outer: &Context<'a>) -> bool {
        self.word(&of.subject, outer);
        let mut all = true;
        let mut any = false;
        for (index, arm) in of.arms.iter().enumerate() {
            self.words(&arm.patterns, outer);
            any |= arm.patterns.iter().any(|pattern| pattern.pattern().as_deref() == Some("*"));
            let branch = Branch { of: BranchOf::Case(of, index), outer: outer.branch.clone() };
            all &= self.list(&arm.body, &Context { branch: Some(Rc::new(branch)), ..outer.clone() });
        }
        all && any
    }

    fn redirections(&mut self, redirections: &'a [Redirection], context: &Context<'a>) {
        for redirection in redirections {
            self.word(&redirection.target, context);
            if let Some(body) = &redirection.body {
                self.word(body, context);
            }
        }
    }

    fn words(&mut self, words: &'a [Word], context: &Context<'a>) {
        for word in words {
            self.word(word, context);
        }
    }

    fn word(&mut self, word: &'a Word, context: &Context<'a>) {
        for part in &word.parts {
            match &part.kind {
                PartKind::Substitution(list) => {
                    self.list(list, &Context { substitution: true, subshell: true, ..context.clone() });
                }
                PartKind::Parameter(parameter) => {
                    if let Some(word) = Change::operand(&parameter.change) {
                        self.word(word, context);
                    }
                }
                PartKind::Arithmetic(word) => self.word(word, context),
                PartKind::Array(words) => self.words(words, context),
                PartKind::Text { .. } | PartKind::Template(_) => {}
            }
        }
    }
}
