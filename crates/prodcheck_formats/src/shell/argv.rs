//! Commands that no shell has split: argument arrays, and what a shell is given to run.

use super::parse_excerpt;
use super::tree::{Command, Part, PartKind, Quote, Script, Word};
use crate::Parsed;
use crate::excerpt::Excerpt;
use prodcheck_source::Span;

/// The programs that take a script.
pub(super) const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"];

/// Their options that take the next word.
const WITH_VALUE: [&str; 6] = ["-o", "+o", "-O", "+O", "--rcfile", "--init-file"];

/// What a shell is told to run.
#[derive(Debug, Clone, PartialEq)]
pub enum ShellRun<'a> {
    /// `sh -c 'text'`: the word that holds the script.
    Text(&'a Word),
    /// `sh file`: the word that names it. Its arguments follow in the command.
    File(&'a Word),
}

/// A command from an argument array, as in a Dockerfile's exec form: no argument is split or expanded.
pub fn command_of<'a>(arguments: impl IntoIterator<Item = Excerpt<'a>>) -> Command {
    let words: Vec<Word> = arguments.into_iter().map(|argument| word_of(&argument)).collect();
    let span = words.iter().map(|word| word.span).reduce(Span::to).unwrap_or_default();
    Command { span, words, ..Command::default() }
}

fn word_of(argument: &Excerpt<'_>) -> Word {
    let text = argument.text();
    let part = |run: crate::excerpt::Run| {
        let text = text.get(run.start..run.end).unwrap_or("").to_owned();
        Part { span: run.span, quote: Quote::Single, kind: PartKind::Text { text, verbatim: run.verbatim } }
    };
    let parts = argument.runs(0, text.len()).map(part).collect();
    Word { span: argument.span(0, text.len()), parts, expands: false }
}

/// What the words of a command give a shell to run; `None` where the first is no shell, or it reads its input.
pub fn shell_run(words: &[Word]) -> Option<ShellRun<'_>> {
    let mut rest = words.iter();
    let program = rest.next()?.literal()?;
    let program = program.rsplit('/').next().unwrap_or(&program);
    if !SHELLS.contains(&program) {
        return None;
    }
    if program == "busybox" && !rest.next()?.literal().is_some_and(|applet| SHELLS.contains(&applet.as_str())) {
        return None;
    }
    let mut takes_text = false;
    while let Some(word) = rest.next() {
        let text = word.default_text().unwrap_or_default();
        if text == "--" || text == "-" {
            return rest.next().map(|word| run(word, takes_text));
        }
        if WITH_VALUE.contains(&text.as_str()) {
            rest.next();
        } else if text.starts_with("--") || text.starts_with('+') {
        } else if let Some(letters) = text.strip_prefix('-') {
            takes_text |= letters.contains('c');
            if letters.contains('s') {
                return None;
            }
            if letters.ends_with('o') {
                rest.next();
            }
        } else {
            return Some(run(word, takes_text));
        }
    }
    None
}

fn run(word: &Word, takes_text: bool) -> ShellRun<'_> {
    if takes_text { ShellRun::Text(word) } else { ShellRun::File(word) }
}

impl Command {
    /// The script in `sh -c '…'` or `eval …`, its places those of the file where the text stands there as it is.
    pub fn inner(&self) -> Option<Parsed<Script>> {
        inner(&self.words)
    }
}

/// The script that the words of a command hold; see [`Command::inner`].
pub fn inner(words: &[Word]) -> Option<Parsed<Script>> {
    if let Some(ShellRun::Text(word)) = shell_run(words) {
        return Some(word.script());
    }
    let (first, arguments) = words.split_first()?;
    if first.literal()? != "eval" || arguments.is_empty() {
        return None;
    }
    let mut all = Excerpt::default();
    for word in arguments {
        if !all.text().is_empty() {
            all.push_opaque(" ", Span::at(word.span.start as usize));
        }
        let text = word.excerpt();
        all.push_from(&text, 0, text.text().len());
    }
    Some(parse_excerpt(&all))
}
