//! Environment files (`.env`), as Node's tools and as compose read them.

use crate::Parsed;
use prodcheck_source::{Note, Span, Spanned};

/// Whose rules a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// [dotenv](https://github.com/motdotla/dotenv#readme) and, but for corners, Node's own
    /// [`--env-file`](https://nodejs.org/api/environment_variables.html#env-files): `#` begins a comment anywhere outside
    /// of quotes, backticks quote too, `\n` and `\r` in double quotes are line ends, nothing else is an escape.
    Node,
    /// [Compose](https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax): `#`
    /// begins a comment behind a blank, `\` escapes the quote, double quotes know the shell's escapes, a name alone takes
    /// its value from where compose runs.
    Compose,
}

/// One variable of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name and its place.
    pub key: Spanned<String>,
    /// The value without its quotes, variables in it (`$A`, `${A}`) as written, and its place with the quotes; `None` for
    /// a name alone.
    pub value: Option<Spanned<String>>,
    /// The quotes around the value.
    pub quote: Option<char>,
}

impl Variable {
    /// Key and value together.
    pub fn span(&self) -> Span {
        self.value.as_ref().map_or(self.key.span, |value| self.key.span.to(value.span))
    }
}

/// How many notes one file gets: each is a line that could not be read.
const NOTE_LIMIT: usize = 20;

/// Reads the variables of a file in the order of the text; of a repeated one the last counts. A line that is no
/// assignment is left out, with a note.
pub fn parse(text: &str, dialect: Dialect) -> Parsed<Vec<Variable>> {
    let mut reader = Reader { text, dialect, at: 0, variables: Vec::new(), notes: Vec::new() };
    while reader.at < text.len() {
        reader.line();
    }
    reader.notes.truncate(NOTE_LIMIT);
    Parsed::with_notes(reader.variables, reader.notes)
}

struct Reader<'a> {
    text: &'a str,
    dialect: Dialect,
    /// How far the text was read, in bytes.
    at: usize,
    variables: Vec<Variable>,
    notes: Vec<Note>,
}

/// A value and where it ends, in bytes, with the quotes.
struct Found {
    value: String,
    end: usize,
    quote: Option<char>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn line_end(&self, from: usize) -> usize {
        self.text.get(from..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |length| from + length)
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    /// Reads one line, or more where a quoted value has more.
    fn line(&mut self) {
        self.skip_blanks();
        let start = self.at;
        let line_end = self.line_end(start);
        let line = self.text.get(start..line_end).unwrap_or("").trim_end_matches(is_blank);
        if !line.is_empty() && !line.starts_with('#') && self.assignment(line).is_none() {
            self.notes.push(Note::at(Span::new(start, start + line.len()), "this is no `NAME=value`"));
            self.at = start;
        }
        self.at = self.line_end(self.at) + 1;
    }

    fn assignment(&mut self, line: &str) -> Option<()> {
        let unexported = line
            .strip_prefix("export")
            .filter(|rest| rest.starts_with(is_blank))
            .map_or(line, |rest| rest.trim_start_matches(is_blank));
        self.at += line.len() - unexported.len();
        let name_length = unexported.find(|char| !self.is_in_name(char)).unwrap_or(unexported.len());
        let (name, rest) = unexported.split_at_checked(name_length)?;
        if name.is_empty() {
            return None;
        }
        let key = Spanned::new(name.to_owned(), Span::new(self.at, self.at + name.len()));
        self.at += name.len();
        let after_name = rest.trim_start_matches(is_blank);
        if after_name.is_empty() && self.dialect == Dialect::Compose {
            self.variables.push(Variable { key, value: None, quote: None });
            return Some(());
        }
        let is_assigned = match self.dialect {
            Dialect::Node => {
                let yaml = rest.strip_prefix(':');
                after_name.starts_with('=') || yaml.is_some_and(|value| value.is_empty() || value.starts_with(is_blank))
            }
            Dialect::Compose => after_name.starts_with(['=', ':']),
        };
        if !is_assigned {
            return None;
        }
        self.at += rest.len() - after_name.len() + 1;
        self.skip_blanks();
        let start = self.at;
        let found = self.quoted().unwrap_or_else(|| self.unquoted());
        self.at = found.end;
        let value = Spanned::new(found.value, Span::new(start, found.end));
        self.variables.push(Variable { key, value: Some(value), quote: found.quote });
        Some(())
    }

    fn is_in_name(&self, char: char) -> bool {
        match self.dialect {
            Dialect::Node => char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-'),
            Dialect::Compose => char.is_alphanumeric() || matches!(char, '_' | '.' | '-' | '[' | ']'),
        }
    }

    fn unquoted(&mut self) -> Found {
        let line = self.text.get(self.at..self.line_end(self.at)).unwrap_or("");
        let comment = match self.dialect {
            Dialect::Node => line.find('#'),
            Dialect::Compose => line.find(" #"),
        };
        let raw = line.get(..comment.unwrap_or(line.len())).unwrap_or("").trim_end_matches(is_blank);
        let end = self.at + raw.len();
        if self.dialect == Dialect::Node {
            let quote = raw.chars().next().filter(|char| is_quote(*char));
            let inner = quote.and_then(|quote| raw.strip_prefix(quote)?.strip_suffix(quote));
            let value = inner.unwrap_or(raw);
            let value = if quote == Some('"') { with_line_ends(value) } else { value.to_owned() };
            return Found { value, end, quote: quote.filter(|_| inner.is_some()) };
        }
        Found { value: raw.to_owned(), end, quote: None }
    }

    /// Reads a value in quotes; `None` where it has none.
    fn quoted(&mut self) -> Option<Found> {
        let rest = self.rest();
        let quote = rest.chars().next().filter(|char| is_quote(*char))?;
        match self.dialect {
            Dialect::Node => self.quoted_for_node(rest, quote),
            Dialect::Compose => self.quoted_for_compose(rest, quote),
        }
    }

    /// A quote behind a backslash closes nothing, unless none follows that can: one with only a comment behind it.
    fn quoted_for_node(&self, rest: &str, quote: char) -> Option<Found> {
        let inner = rest.get(1..)?;
        let mut escaped = Vec::new();
        let mut closing = None;
        let mut before = None;
        for (at, char) in inner.char_indices() {
            if char == quote {
                if before != Some('\\') {
                    closing = Some(at);
                    break;
                }
                escaped.push(at);
            }
            before = Some(char);
        }
        let closes = |at: &usize| {
            let after = inner.get(at + 1..).unwrap_or("").trim_start_matches(|char| is_blank(char) && char != '\n');
            after.is_empty() || after.starts_with(['\n', '#'])
        };
        let at = closing.into_iter().chain(escaped.into_iter().rev()).find(closes)?;
        let value = inner.get(..at)?.replace("\r\n", "\n");
        let value = if quote == '"' { with_line_ends(&value) } else { value };
        Some(Found { value, end: self.at + 1 + at + 1, quote: Some(quote) })
    }

    fn quoted_for_compose(&mut self, rest: &str, quote: char) -> Option<Found> {
        if quote == '`' {
            return None;
        }
        let inner = rest.get(1..)?;
        let mut value = String::new();
        let mut is_escaped = false;
        for (at, char) in inner.char_indices() {
            if std::mem::take(&mut is_escaped) {
                if char == quote {
                    value.push(char);
                } else if quote == '"' {
                    unescape(char, &mut value);
                } else {
                    value.extend(['\\', char]);
                }
            } else if char == '\\' {
                is_escaped = true;
            } else if char == quote {
                return Some(Found { value, end: self.at + 1 + at + 1, quote: Some(quote) });
            } else {
                value.push(char);
            }
        }
        self.notes.push(Note::at(Span::new(self.at, self.at + 1), "the quote is never closed"));
        self.quoted_to_line_end(quote)
    }

    /// What an open quote most likely was to hold.
    fn quoted_to_line_end(&self, quote: char) -> Option<Found> {
        let line = self.text.get(self.at..self.line_end(self.at))?.trim_end_matches(is_blank);
        Some(Found { value: line.strip_prefix(quote)?.to_owned(), end: self.at + line.len(), quote: Some(quote) })
    }
}

/// What a character behind a backslash means in double quotes; a dollar sign that is none stays as compose spells it.
fn unescape(char: char, value: &mut String) {
    match char {
        'a' => value.push('\u{7}'),
        'b' => value.push('\u{8}'),
        'f' => value.push('\u{c}'),
        'n' => value.push('\n'),
        'r' => value.push('\r'),
        't' => value.push('\t'),
        'v' => value.push('\u{b}'),
        '\\' => value.push('\\'),
        '$' => value.push_str("$$"),
        other => value.extend(['\\', other]),
    }
}

fn with_line_ends(value: &str) -> String {
    value.replace("\\n", "\n").replace("\\r", "\r")
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`')
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() && char != '\n' || char == '\u{feff}'
}

#[cfg(test)]
mod tests;
