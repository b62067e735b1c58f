//! What `ARG` and `ENV` set at each place of a build, by Docker's rules for their scopes.

use super::tree::{Dockerfile, Instruction, Kind, Pair, Stage};
use crate::shell::Word;
use prodcheck_source::Span;
use std::collections::BTreeMap;

/// The variables at one place of a build.
///
/// An `ENV` wins over an `ARG` of the same name; both are inherited by a stage that is made from this one. See
/// <https://docs.docker.com/build/building/variables/>.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Environment {
    arguments: BTreeMap<String, Variable>,
    variables: BTreeMap<String, Variable>,
    bytes: usize,
}

/// How many bytes all values together can have; what is set after that is unknown.
const MOST_BYTES: usize = 1 << 22;

/// A variable's value and where it is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// The value; `None` where it is not known: an argument that the build is not given, or what is made of one.
    pub value: Option<String>,
    /// The pair that sets it.
    pub span: Span,
}

/// The value that the build is given for an argument.
pub type BuildArguments<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Environment {
    /// The value that stands for `$name` in an instruction.
    pub fn value(&self, name: &str) -> Option<String> {
        self.variables.get(name).or_else(|| self.arguments.get(name))?.value.clone()
    }

    /// What `ENV` sets, which is there when the container runs.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// All that `ENV` sets, by name.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.variables.iter().map(|(name, variable)| (name.as_str(), variable))
    }

    /// The text of a word here.
    pub fn resolve(&self, word: &Word) -> Option<String> {
        word.resolve(&|name| self.value(name))
    }

    fn set(&mut self, pair: &Pair) -> Option<Variable> {
        let value = self.resolve(pair.value.as_ref()?).filter(|value| self.bytes + value.len() <= MOST_BYTES);
        self.bytes += value.as_ref().map_or(0, String::len);
        Some(Variable { value, span: pair.span })
    }

    /// Takes in an instruction of a stage; `global` is what stands before the first `FROM`.
    fn apply(&mut self, instruction: &Instruction, global: &Environment, given: BuildArguments<'_>) {
        match &instruction.kind {
            Kind::Env(pairs) => {
                let set: Vec<_> = pairs.iter().map(|pair| (pair, self.set(pair))).collect();
                for (pair, variable) in set {
                    self.variables.extend(variable.map(|variable| (pair.name.value.clone(), variable)));
                }
            }
            Kind::Arg(pairs) => {
                for pair in pairs {
                    let name = &pair.name.value;
                    let inherited = || global.arguments.get(name).and_then(|outer| outer.value.clone());
                    let value = given(name).or_else(|| match self.set(pair) {
                        Some(default) => default.value,
                        None => inherited(),
                    });
                    self.arguments.insert(name.clone(), Variable { value, span: pair.span });
                }
            }
            _ => {}
        }
    }
}

impl Dockerfile {
    /// The stage of that name, or with that number from 0.
    pub fn stage(&self, name: &str) -> Option<usize> {
        let name = name.to_ascii_lowercase();
        let named = self.stages.iter().rposition(|stage| stage.name.as_ref().is_some_and(|own| own.value == name));
        named.or_else(|| name.parse().ok().filter(|index| *index < self.stages.len()))
    }

    /// The instructions of a stage, `FROM` first.
    pub fn instructions_of(&self, stage: &Stage) -> &[Instruction] {
        self.instructions.get(stage.instructions.clone()).unwrap_or(&[])
    }

    /// The arguments before the first `FROM`, which `FROM` can use.
    pub fn global(&self, given: BuildArguments<'_>) -> Environment {
        let first = self.stages.first().map_or(self.instructions.len(), |stage| stage.instructions.start);
        let mut global = Environment::default();
        for instruction in self.instructions.iter().take(first) {
            global.apply(instruction, &Environment::default(), given);
        }
        global
    }

    /// The earlier stage that a stage is made from; `None` where that is an image of its own.
    pub fn base(&self, stage: usize, global: &Environment) -> Option<usize> {
        let image = global.resolve(&self.stages.get(stage)?.image)?.to_ascii_lowercase();
        let earlier = self.stages.get(..stage)?;
        earlier.iter().rposition(|other| other.name.as_ref().is_some_and(|name| name.value == image))
    }

    /// A stage and those that it is made from, the outermost first and the stage itself last.
    pub fn lineage(&self, stage: usize, global: &Environment) -> Vec<usize> {
        let mut lineage: Vec<usize> = std::iter::successors(Some(stage), |at| self.base(*at, global)).collect();
        lineage.reverse();
        lineage
    }

    /// Goes through all instructions that make a stage, those of the stages that it is made from first, each with the
    /// environment before it; gives the environment at the end.
    pub fn replay<'a>(
        &'a self,
        stage: usize,
        given: BuildArguments<'_>,
        mut each: impl FnMut(&'a Instruction, &Environment),
    ) -> Environment {
        let global = self.global(given);
        let mut environment = Environment::default();
        for stage in self.lineage(stage, &global) {
            for instruction in self.stages.get(stage).map_or(&[][..], |stage| self.instructions_of(stage)) {
                each(instruction, &environment);
                environment.apply(instruction, &global, given);
            }
        }
        environment
    }
}
