//! What words and commands say: their text, with parameters put in where they are known.

use super::parser::DECLARING;
use super::tree::{Assignment, Change, Command, Parameter, Part, PartKind, Quote, Word};
use super::{Script, parse_excerpt};
use crate::Parsed;
use crate::excerpt::Excerpt;
use prodcheck_source::{Span, Spanned};

/// How long a text can get by what is put in; a longer one is unknown, for a few variables can double without end.
const LONGEST: usize = 1 << 16;

/// The value of a variable; `None` where it is not known.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Word {
    /// Its text, where nothing is put in and no file names are made of it.
    pub fn literal(&self) -> Option<String> {
        if self.expands { None } else { self.pattern() }
    }

    /// Its text where nothing is put in; `*`, `?` and the like stay as they are spelled.
    pub fn pattern(&self) -> Option<String> {
        let mut all = String::new();
        for part in &self.parts {
            match &part.kind {
                PartKind::Text { text, .. } => all.push_str(text),
                _ => return None,
            }
        }
        Some(all)
    }

    /// Its text with parameters that are not set: `${X:-default}` gives its default, `$X` makes it unknown.
    pub fn default_text(&self) -> Option<String> {
        self.resolve(&|_| None)
    }

    /// Its text with the values of parameters that `lookup` knows, and the defaults of the others.
    pub fn resolve(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        if self.expands { None } else { text_of(&self.parts, lookup) }
    }

    /// The arguments that it becomes once parameters are put in: unquoted values are split at blanks, and an unquoted
    /// empty value gives none.
    pub fn fields(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Option<Vec<String>> {
        if self.expands {
            return None;
        }
        let mut fields = Vec::new();
        let mut open = self.parts.is_empty().then(String::new);
        let mut length = 0;
        for part in &self.parts {
            let text = part.text(lookup)?;
            length += text.len();
            if length > LONGEST {
                return None;
            }
            if part.quote != Quote::None || matches!(part.kind, PartKind::Text { .. }) {
                open.get_or_insert_default().push_str(&text);
                continue;
            }
            for (index, piece) in text.split([' ', '\t', '\n']).enumerate() {
                if index > 0 {
                    fields.extend(open.take());
                }
                if !piece.is_empty() {
                    open.get_or_insert_default().push_str(piece);
                }
            }
        }
        fields.extend(open);
        Some(fields)
    }

    /// The parameters put in directly or within defaults, in the order of the text.
    pub fn parameters(&self) -> Vec<(&Parameter, Span)> {
        let mut found = Vec::new();
        collect(&self.parts, &mut found);
        found
    }

    /// The word read as `NAME=value`, as an argument of `export` or `env` is.
    pub fn assignment(&self) -> Option<Assignment> {
        let (first, rest) = self.parts.split_first()?;
        let PartKind::Text { text, verbatim } = &first.kind else { return None };
        let (left, right) = text.split_once('=')?;
        let name = left.strip_suffix('+').unwrap_or(left);
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !starts || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return None;
        }
        let cut = |from: usize, to: usize| {
            if *verbatim { Span::new(from, to.max(from)) } else { first.span }
        };
        let (start, end) = (first.span.start as usize, first.span.end as usize);
        let mut parts = Vec::with_capacity(self.parts.len());
        if !right.is_empty() {
            let kind = PartKind::Text { text: right.to_owned(), verbatim: *verbatim };
            parts.push(Part { span: cut(end - right.len().min(end), end), quote: first.quote, kind });
        }
        parts.extend(rest.iter().cloned());
        let value_span = if *verbatim { Span::new(start + left.len() + 1, self.span.end as usize) } else { self.span };
        Some(Assignment {
            span: self.span,
            name: Spanned::new(name.to_owned(), cut(start, start + name.len())),
            partial: left.len() > name.len(),
            value: Word { span: value_span, parts, expands: false },
        })
    }

    /// The word read as a script of its own, as `sh -c`, `eval`, `trap` and a here-document fed to a shell do. Parameters
    /// that the outer shell puts in stay parameters; everything else that it puts in is unknown in the inner script.
    pub fn script(&self) -> Parsed<Script> {
        parse_excerpt(&self.excerpt())
    }

    /// Its text with the places of its parts. Parameters are spelled out again.
    pub fn excerpt(&self) -> Excerpt<'static> {
        let mut excerpt = Excerpt::default();
        for part in &self.parts {
            match &part.kind {
                PartKind::Text { text, verbatim: true } => excerpt.push_verbatim(text, part.span.start as usize),
                PartKind::Text { text, .. } | PartKind::Template(text) => excerpt.push_opaque(text, part.span),
                PartKind::Parameter(parameter) => excerpt.push_opaque(&spelling(parameter), part.span),
                _ => excerpt.push_opaque("${_}", part.span),
            }
        }
        excerpt
    }
}

impl Part {
    fn text(&self, lookup: Lookup<'_>) -> Option<String> {
        match &self.kind {
            PartKind::Text { text, .. } => Some(text.clone()),
            PartKind::Parameter(parameter) => parameter.value(lookup),
            _ => None,
        }
    }
}

impl Parameter {
    /// What it gives with the values that `lookup` knows; one that it does not know counts as not set where there is a
    /// default.
    pub fn value(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let set = lookup(&self.name);
        let kept = |or_empty: bool| set.clone().filter(|value| !(or_empty && value.is_empty()));
        match &self.change {
            Change::None => set,
            Change::Required { or_empty, .. } => kept(*or_empty),
            Change::Default { word, or_empty, .. } => kept(*or_empty).or_else(|| text_of(&word.parts, lookup)),
            Change::Alternative { word, or_empty } => match kept(*or_empty) {
                Some(_) => text_of(&word.parts, lookup),
                None => Some(String::new()),
            },
            Change::Other(_) => None,
        }
    }
}

impl Command {
    /// The name of what it runs, where it is known: the first word's text, a path included.
    pub fn name(&self) -> Option<String> {
        self.words.first()?.literal()
    }

    /// The words after the first.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or(&[])
    }

    /// The variables that it sets for what follows: plain assignments without a command, and the arguments of `export`
    /// and its like. What stands before a command holds only for that command, and is not among them.
    pub fn variables(&self) -> Vec<Assignment> {
        match self.name() {
            None if self.words.is_empty() => self.assignments.clone(),
            Some(name) if DECLARING.contains(&name.as_str()) => {
                self.arguments().iter().filter_map(Word::assignment).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn text_of(parts: &[Part], lookup: Lookup<'_>) -> Option<String> {
    let mut all = String::new();
    for part in parts {
        all.push_str(&part.text(lookup)?);
        if all.len() > LONGEST {
            return None;
        }
    }
    Some(all)
}

fn collect<'t>(parts: &'t [Part], found: &mut Vec<(&'t Parameter, Span)>) {
    for part in parts {
        match &part.kind {
            PartKind::Parameter(parameter) => {
                found.push((parameter, part.span));
                if let Some(word) = parameter.change.operand() {
                    collect(&word.parts, found);
                }
            }
            PartKind::Arithmetic(word) => collect(&word.parts, found),
            PartKind::Array(words) => words.iter().for_each(|word| collect(&word.parts, found)),
            PartKind::Text { .. } | PartKind::Substitution(_) | PartKind::Template(_) => {}
        }
    }
}

impl Change {
    /// The word after the operator.
    pub fn operand(&self) -> Option<&Word> {
        match self {
            Change::None => None,
            Change::Default { word, .. }
            | Change::Alternative { word, .. }
            | Change::Required { word, .. }
            | Change::Other(word) => Some(word),
        }
    }
}

/// A parameter spelled for the inner script; with a default only where that is plain text.
fn spelling(parameter: &Parameter) -> String {
    let name = &parameter.name;
    let plain = |word: &Word| word.pattern().filter(|text| !text.contains(['\\', '\'', '"', '`', '$', '{', '}', '\n']));
    let operator = |sign: char, or_empty: bool, word: &Word| {
        let colon = if or_empty { ":" } else { "" };
        plain(word).map(|text| format!("${{{name}{colon}{sign}{text}}}"))
    };
    let spelled = match &parameter.change {
        Change::None => Some(format!("${{{name}}}")),
        Change::Default { word, or_empty, .. } => operator('-', *or_empty, word),
        Change::Alternative { word, or_empty } => operator('+', *or_empty, word),
        Change::Required { word, or_empty } => operator('?', *or_empty, word),
        Change::Other(_) => None,
    };
    spelled.filter(|_| !name.is_empty()).unwrap_or_else(|| "${_}".to_owned())
}
