//! What Makefiles and justfiles have in common: rules whose recipes are lines of shell.

use crate::excerpt::Excerpt;
use crate::shell::{self, Script};
use prodcheck_source::{Note, Span, Spanned};
use std::collections::BTreeMap;

/// A Makefile or a justfile.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recipes {
    /// The rules in the order of the text.
    pub rules: Vec<Rule>,
    /// Assignments outside of rules, in the order of the text.
    pub variables: Vec<Variable>,
    /// Files that are taken in, as spelled.
    pub includes: Vec<Spanned<String>>,
    /// The comments outside of recipes, `#` included and the line end not.
    pub comments: Vec<Span>,
}

/// A rule: how something is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// From its first word to its last line.
    pub span: Span,
    /// What it makes, as spelled; of a justfile's recipe the name.
    pub targets: Vec<Spanned<String>>,
    /// What must be made before, as spelled.
    pub prerequisites: Vec<Spanned<String>>,
    /// What is run.
    pub recipe: Vec<RecipeLine>,
}

/// A piece of shell that one shell runs: a line, or all of a recipe that begins with `#!`.
#[derive(Debug, Clone, PartialEq)]
pub struct RecipeLine {
    /// Where it stands, without its prefixes.
    pub span: Span,
    /// Whether its failure does not matter (`-`).
    pub ignores_failure: bool,
    /// What it runs. Variables of the file are put in; what the file cannot tell is a parameter, `${NAME}` or `${_}`.
    pub script: Script,
}

/// An assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// All of it.
    pub span: Span,
    /// The name.
    pub name: Spanned<String>,
    /// `=`, `:=`, `?=`, `+=`, `!=` and the like.
    pub operator: String,
    /// The value as spelled.
    pub value: Spanned<String>,
}

impl Recipes {
    /// The rules that make a target; a Makefile can have several.
    pub fn rules_of<'a>(&'a self, target: &'a str) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.targets.iter().any(|own| own.value == target))
    }
}

/// A recipe line before its variables are put in.
pub(crate) struct RawLine {
    pub span: Span,
    pub ignores_failure: bool,
    pub text: Excerpt<'static>,
}

/// The values that can be put in, and how much of them still may be.
pub(crate) struct Values {
    pub by_name: BTreeMap<String, String>,
    left: usize,
}

/// How many bytes of values one file's recipes can take in.
const MOST_BYTES: usize = 1 << 20;

impl Values {
    pub fn new(by_name: BTreeMap<String, String>) -> Self {
        Self { by_name, left: MOST_BYTES }
    }

    /// The value of a variable, while there is room for it.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let value = self.by_name.get(name)?;
        self.left = self.left.checked_sub(value.len() + 1)?;
        Some(value.clone())
    }
}

/// Splits words at blanks, in text that stands at an offset; a backslash that only continues a line is no word.
pub(crate) fn words(text: &str, mut at: usize) -> Vec<Spanned<String>> {
    let mut words = Vec::new();
    for piece in text.split_inclusive(|character: char| character.is_ascii_whitespace()) {
        let word = piece.trim_ascii();
        if !word.is_empty() && word != "\\" {
            words.push(Spanned::new(word.to_owned(), Span::new(at, at + word.len())));
        }
        at += piece.len();
    }
    words
}

/// The line as the shell gets it.
pub(crate) fn shell_line(raw: &RawLine, text: &Excerpt<'_>, notes: &mut Vec<Note>) -> RecipeLine {
    let parsed = shell::parse_excerpt(text);
    notes.extend(parsed.notes);
    RecipeLine { span: raw.span, ignores_failure: raw.ignores_failure, script: parsed.tree }
}
