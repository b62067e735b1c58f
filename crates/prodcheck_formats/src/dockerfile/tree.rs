//! The tree of a Dockerfile: instructions in the order of the text, and the stages that they make up.

use crate::excerpt::Excerpt;
use crate::shell::{Command, Script, Word};
use prodcheck_source::{Span, Spanned};

/// A Dockerfile.
#[derive(Debug, Clone, PartialEq)]
pub struct Dockerfile {
    /// The directives at its top.
    pub directives: Directives,
    /// All instructions; those before the first `FROM` belong to no stage.
    pub instructions: Vec<Instruction>,
    /// The stages.
    pub stages: Vec<Stage>,
    /// The lines that are comments, from `#` on without the line end; directives are among them.
    pub comments: Vec<Span>,
}

/// What `# name=value` lines at the top say.
#[derive(Debug, Clone, PartialEq)]
pub struct Directives {
    /// `# syntax=`: the image that reads the file.
    pub syntax: Option<Spanned<String>>,
    /// `# check=`.
    pub check: Option<Spanned<String>>,
    /// `# escape=`: a backslash or a backtick.
    pub escape: char,
}

/// A build stage: a `FROM` and what follows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// From its `FROM` to its last instruction.
    pub span: Span,
    /// Its name in lower case, after `AS`.
    pub name: Option<Spanned<String>>,
    /// The image or the earlier stage that it is made from.
    pub image: Word,
    /// `--platform`.
    pub platform: Option<Word>,
    /// Its instructions in [`Dockerfile::instructions`], `FROM` first.
    pub instructions: std::ops::Range<usize>,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq)]
pub struct Instruction {
    /// All of it, continued lines and here-documents included.
    pub span: Span,
    /// Its name in upper case.
    pub keyword: Spanned<String>,
    /// `--name=value` before its arguments.
    pub flags: Vec<Flag>,
    /// What it says.
    pub kind: Kind,
    /// Its here-documents.
    pub here_documents: Vec<HereDocument>,
}

impl Instruction {
    /// The value of a flag, without its dashes; of several the last.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.name.value == name)
    }
}

/// `--name=value` or `--name`.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// All of it.
    pub span: Span,
    /// The name without dashes.
    pub name: Spanned<String>,
    /// The value.
    pub value: Option<Word>,
}

/// The text that follows an instruction up to a line of its own (`<<EOF`).
#[derive(Debug, Clone, PartialEq)]
pub struct HereDocument {
    /// What ends it, and in `COPY` and `ADD` the name of the file that it is.
    pub name: Spanned<String>,
    /// The text, its last line end included.
    pub text: Spanned<String>,
    /// Whether parameters are put into it: its delimiter is not quoted.
    pub expands: bool,
    /// Whether leading tabs are taken off (`<<-`); here they are still there.
    pub strips_tabs: bool,
}

/// What an instruction says.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `FROM`; what it says stands in its stage.
    From,
    /// `ARG name`, `ARG name=default`.
    Arg(Vec<Pair>),
    /// `ENV`.
    Env(Vec<Pair>),
    /// `LABEL`.
    Label(Vec<Pair>),
    /// `RUN`.
    Run(Run),
    /// `CMD`.
    Cmd(Run),
    /// `ENTRYPOINT`.
    Entrypoint(Run),
    /// `HEALTHCHECK CMD …`; `None` for `HEALTHCHECK NONE`.
    Healthcheck(Option<Run>),
    /// `COPY`.
    Copy(Transfer),
    /// `ADD`.
    Add(Transfer),
    /// `USER`.
    User(Word),
    /// `WORKDIR`.
    Workdir(Word),
    /// `EXPOSE`: ports, ranges and protocols as written.
    Expose(Vec<Word>),
    /// `VOLUME`.
    Volume(Vec<Word>),
    /// `STOPSIGNAL`.
    StopSignal(Word),
    /// `SHELL`: what runs the shell forms after it.
    Shell(Command),
    /// `ONBUILD`: an instruction for builds from this image.
    OnBuild(Box<Instruction>),
    /// `MAINTAINER`, an unknown instruction, or one that could not be read.
    Other,
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Both.
    pub span: Span,
    /// The name.
    pub name: Spanned<String>,
    /// The value; only an `ARG` can be without.
    pub value: Option<Word>,
}

/// What `COPY` and `ADD` bring where.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// What is brought; a here-document as `<<NAME`.
    pub sources: Vec<Word>,
    /// Where to.
    pub destination: Word,
}

/// What `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK CMD` runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The arguments, here-documents left out.
    pub span: Span,
    /// Its form.
    pub form: Form,
}

/// The two forms of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A JSON array: no shell is there, so nothing is expanded.
    Exec(Command),
    /// Text for the shell. Where `RUN` has nothing but one here-document it is that text.
    Shell(Script),
}

/// A logical line: continued lines joined, comments and blank lines inside left out.
pub(super) struct Line {
    pub text: Excerpt<'static>,
    pub here_documents: Vec<HereDocument>,
    /// The line followed by its here-documents, as a shell reads them.
    pub script: Option<Excerpt<'static>>,
    pub span: Span,
}
