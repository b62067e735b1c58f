//! supervisord's own command lines, split as Python's [shlex](https://docs.python.org/3/library/shlex.html#shlex.split)
//! splits them once `%(…)s` is put in.

use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::shell::{Change, Command, Parameter, Part, PartKind, Quote, Word};
use prodcheck_source::Span;

/// The words of a `command` of a program.
pub(super) fn command(value: &Excerpt<'_>, program: &str) -> Command {
    let splitter = Splitter { value, all: value.text(), program, at: 0, text: Excerpt::default(), parts: Vec::new() };
    let words = splitter.words();
    let span = words.iter().map(|word| word.span).reduce(Span::to).unwrap_or_default();
    Command { span, words, ..Command::default() }
}

struct Splitter<'a> {
    value: &'a Excerpt<'a>,
    all: &'a str,
    program: &'a str,
    /// How far it was read, in bytes.
    at: usize,
    /// The text of the word so far, behind its last expansion.
    text: Excerpt<'static>,
    parts: Vec<Part>,
}

/// The longest name of an expansion that is looked for, in bytes.
const NAME_LIMIT: usize = 256;

impl Splitter<'_> {
    fn words(mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.at >= self.all.len() {
                return words;
            }
            words.push(self.word());
        }
    }

    fn rest(&self) -> &str {
        self.all.get(self.at..).unwrap_or("")
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let mut quote = None;
        while let Some(char) = self.rest().chars().next() {
            match char {
                _ if quote.is_none() && char.is_whitespace() => break,
                '%' => self.expansion(quote.is_some()),
                '"' | '\'' if quote.is_none() => {
                    quote = Some(char);
                    self.at += 1;
                }
                _ if quote == Some(char) => {
                    quote = None;
                    self.at += 1;
                }
                '\\' if quote != Some('\'') => self.escape(quote),
                _ => self.take(char.len_utf8()),
            }
        }
        self.end_text();
        Word { span: self.value.span(start, self.at), parts: std::mem::take(&mut self.parts), expands: false }
    }

    /// Takes so many bytes as they are.
    fn take(&mut self, length: usize) {
        self.text.push_from(self.value, self.at, self.at + length);
        self.at += length;
    }

    /// Takes the character behind a backslash; in double quotes only those that it escapes there.
    fn escape(&mut self, quote: Option<char>) {
        let Some(next) = self.rest().chars().nth(1) else { return self.take(1) };
        if quote.is_none() || next == '"' || next == '\\' {
            self.at += 1;
        } else {
            self.take(1);
        }
        self.take(next.len_utf8());
    }

    /// Takes `%%`, or `%(name)s` with any of Python's formats.
    fn expansion(&mut self, is_quoted: bool) {
        let rest = self.rest();
        if rest.starts_with("%%") {
            self.take(1);
            self.at += 1;
            return;
        }
        let Some((name, length)) = expansion(rest) else { return self.take(1) };
        let name = name.to_owned();
        let span = self.value.span(self.at, self.at + length);
        if name == "program_name" {
            let program = self.program.to_owned();
            self.text.push_opaque(&program, span);
        } else {
            let quote = if is_quoted { Quote::Double } else { Quote::None };
            let kind = match name.strip_prefix("ENV_") {
                Some(name) => PartKind::Parameter(Parameter { name: name.to_owned(), change: Change::None }),
                None => PartKind::Template(rest.get(..length).unwrap_or("").to_owned()),
            };
            self.end_text();
            self.parts.push(Part { span, quote, kind });
        }
        self.at += length;
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        for run in text.runs(0, text.text().len()) {
            let piece = text.text().get(run.start..run.end).unwrap_or("").to_owned();
            let kind = PartKind::Text { text: piece, verbatim: run.verbatim };
            self.parts.push(Part { span: run.span, quote: Quote::Single, kind });
        }
    }
}

/// The name in `%(name)02d`, and the length of all of it.
fn expansion(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix("%(")?;
    let end = inner.bytes().take(NAME_LIMIT).position(|byte| byte == b')')?;
    let (name, after) = inner.split_at_checked(end)?;
    let flags = after.bytes().skip(1).take_while(|byte| byte.is_ascii_digit() || b"#-+ .".contains(byte)).count();
    let conversion = after.chars().nth(1 + flags).filter(char::is_ascii_alphabetic)?;
    Some((name, 2 + name.len() + 1 + flags + conversion.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let words = command(&Excerpt::plain(text), "äpi").words;
        let show = |word: &Word| word.literal().unwrap_or_else(|| format!("?{}", text.get(word.span.range()).unwrap()));
        words.iter().map(show).collect()
    }

    #[test]
    fn splits_as_shlex_does() {
        assert_eq!(
            shown(r#"node  "a \" \x b"'c d'\ e é.js $HOME ; | "" '\' %% a\\b"#),
            ["node", "a \" \\x bc d e", "é.js", "$HOME", ";", "|", "", "\\", "%", "a\\b"]
        );
        assert_eq!(shown("bash -c 'exec node \"x y\"'"), ["bash", "-c", "exec node \"x y\""]);
        assert_eq!(shown("node 'open"), ["node", "open"]);
    }

    #[test]
    fn puts_expansions_in() {
        assert_eq!(
            shown("node --title=%(program_name)s_%(process_num)02d %(ENV_ARGS)s \"%(here)s/é.js\" 100% %(x"),
            [
                "node",
                "?--title=%(program_name)s_%(process_num)02d",
                "?%(ENV_ARGS)s",
                "?\"%(here)s/é.js\"",
                "100%",
                "%(x"
            ]
        );
        assert_eq!(shown("%(program_name)s"), ["äpi"]);
        let words = command(&Excerpt::plain("%(ENV_ARGS)s"), "").words;
        let lookup = |name: &str| (name == "ARGS").then(|| "--a --b".to_owned());
        assert_eq!(words[0].fields(&lookup), Some(vec!["--a".to_owned(), "--b".to_owned()]));
    }

    #[test]
    fn many_open_brackets_cost_little() {
        for piece in ["%(", "'", "\\", "%(a)", "\""] {
            command(&Excerpt::plain(&piece.repeat(100_000)), "x");
        }
    }
}
