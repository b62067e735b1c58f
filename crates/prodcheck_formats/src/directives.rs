//! The tree of configurations that are made of directives and blocks: nginx, Caddy, HAProxy.

use prodcheck_source::{Note, Span, Spanned};

/// A configuration file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// The outermost directives in the order of the text.
    pub directives: Vec<Directive>,
    /// The comments, `#` included and the line end not.
    pub comments: Vec<Span>,
}

/// A directive, or what opens a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Directive {
    /// All of it, its block included.
    pub span: Span,
    /// Its first word; empty for a block that nothing opens.
    pub name: Spanned<String>,
    /// The other words.
    pub arguments: Vec<Argument>,
    /// What its block holds; `None` where it has none.
    pub block: Option<Vec<Directive>>,
}

/// A word of a directive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Argument {
    /// Its text, unescaped. Variables stay as they are spelled.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Whether it is quoted.
    pub quoted: bool,
}

impl Directive {
    /// The text of an argument, from 0.
    pub fn argument(&self, index: usize) -> Option<&str> {
        self.arguments.get(index).map(|argument| argument.text.as_str())
    }

    /// The directives of its block; none where it has no block.
    pub fn children(&self) -> &[Directive] {
        self.block.as_deref().unwrap_or(&[])
    }

    /// The directives of its block with a name, as the tool spells it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a Directive> {
        self.children().iter().filter(move |child| child.name.value == name)
    }

    /// The last directive of its block with a name.
    pub fn last(&self, name: &str) -> Option<&Directive> {
        self.children().iter().rev().find(|child| child.name.value == name)
    }
}

impl Config {
    /// Goes through all directives in the order of the text, each with those around it, the outermost first.
    pub fn walk<'a>(&'a self, mut each: impl FnMut(&'a Directive, &[&'a Directive])) {
        descend(&self.directives, &mut Vec::new(), &mut each);
    }

    /// All directives with a name, at any depth.
    pub fn all(&self, name: &str) -> Vec<&Directive> {
        let mut found = Vec::new();
        self.walk(|directive, _| {
            if directive.name.value == name {
                found.push(directive);
            }
        });
        found
    }
}

fn descend<'a>(
    directives: &'a [Directive],
    around: &mut Vec<&'a Directive>,
    each: &mut impl FnMut(&'a Directive, &[&'a Directive]),
) {
    for directive in directives {
        each(directive, around);
        around.push(directive);
        descend(directive.children(), around, each);
        around.pop();
    }
}

/// How many remarks one file gets.
const MOST_NOTES: usize = 100;

/// Puts directives together as a reader comes upon their words.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    config: Config,
    /// The open blocks: the directive that each belongs to, and what it holds by now.
    open: Vec<(Directive, Vec<Directive>)>,
    words: Vec<Argument>,
    notes: Vec<Note>,
}

impl Builder {
    pub fn note(&mut self, span: Span, message: impl Into<String>) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(Note::at(span, message));
        }
    }

    pub fn comment(&mut self, span: Span) {
        self.config.comments.push(span);
    }

    pub fn word(&mut self, word: Argument) {
        self.words.push(word);
    }

    /// The words since the last directive.
    pub fn words(&self) -> &[Argument] {
        &self.words
    }

    /// How many blocks are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// What holds directives now: the innermost open block's directive.
    pub fn innermost(&self) -> Option<&Directive> {
        self.open.last().map(|(directive, _)| directive)
    }

    fn take(&mut self) -> Option<Directive> {
        let mut words = std::mem::take(&mut self.words).into_iter();
        let first = words.next()?;
        let arguments: Vec<Argument> = words.collect();
        let span = arguments.last().map_or(first.span, |last| first.span.to(last.span));
        Some(Directive { span, name: Spanned::new(first.text, first.span), arguments, block: None })
    }

    fn add(&mut self, directive: Directive) {
        match self.open.last_mut() {
            Some((_, block)) => block.push(directive),
            None => self.config.directives.push(directive),
        }
    }

    /// Ends a directive without a block; whether there were words for one.
    pub fn end(&mut self) -> bool {
        let directive = self.take();
        let any = directive.is_some();
        if let Some(directive) = directive {
            self.add(directive);
        }
        any
    }

    /// Opens a block for the words; one that no words open has an empty name at the place.
    pub fn open(&mut self, at: Span) {
        let directive = self.take().unwrap_or_else(|| Directive {
            span: at,
            name: Spanned::new(String::new(), Span::at(at.start as usize)),
            arguments: Vec::new(),
            block: None,
        });
        self.open.push((directive, Vec::new()));
    }

    /// Closes the innermost block, which ends at the place; whether one was open.
    pub fn close(&mut self, end: usize) -> bool {
        let Some((mut directive, block)) = self.open.pop() else { return false };
        directive.span = directive.span.to(Span::at(end));
        directive.block = Some(block);
        self.add(directive);
        true
    }

    /// Ends the file there.
    pub fn finish(mut self, end: usize) -> crate::Parsed<Config> {
        self.end();
        while self.close(end) {}
        self.notes.sort_by_key(|note| note.span);
        crate::Parsed::with_notes(self.config, self.notes)
    }
}
