//! systemd's own command lines and lists of assignments, which no shell reads.
//!
//! Quoting: [systemd.syntax(7)](https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html#Quoting); the
//! rest: [systemd.service(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines).

use super::UnitCommand;
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::shell::{Change, Command, Parameter, Part, PartKind, Quote, Word};
use prodcheck_source::Span;

/// The commands of an `ExecStart=` and its like; `;` as a word of its own stands between two.
pub(super) fn commands(value: &Excerpt<'_>) -> Vec<UnitCommand> {
    let mut commands = Vec::new();
    let mut words = Vec::new();
    for item in items(value) {
        if item.is_lone(";") {
            commands.extend(command(std::mem::take(&mut words)));
        } else {
            words.push(item);
        }
    }
    commands.extend(command(words));
    commands
}

fn command(items: Vec<Item>) -> Option<UnitCommand> {
    let (first, arguments) = items.split_first()?;
    let text = first.pieces.first().map_or("", Piece::text);
    let prefix: String = text.chars().take_while(|char| "@-:+!|".contains(*char)).collect();
    let expands = !prefix.contains(':');
    let mut words = vec![first.word(prefix.len(), Variables::None)];
    let mut arguments = arguments.iter();
    if prefix.contains('@') {
        // The next word is only the name under which it shows.
        arguments.next();
    }
    words.extend(arguments.map(|item| item.word(0, if expands { Variables::All } else { Variables::None })));
    let span = words.iter().map(|word| word.span).reduce(Span::to).unwrap_or_default();
    let command = Command { span, words, ..Command::default() };
    Some(UnitCommand { command, ignores_failure: prefix.contains('-') })
}

/// The words of a list of assignments or names: what each says, `None` where only the machine would tell, and its place.
pub(super) fn list(value: &Excerpt<'_>) -> Vec<(Option<String>, String, Span)> {
    let listed = |item: Item| {
        let word = item.word(0, Variables::None);
        let written = item.pieces.iter().map(Piece::text).collect();
        (word.literal(), written, item.span)
    };
    items(value).into_iter().map(listed).collect()
}

/// Which variables a word may hold.
#[derive(Clone, Copy, PartialEq)]
enum Variables {
    None,
    All,
}

/// A word, its quotes and escapes resolved.
struct Item {
    pieces: Vec<Piece>,
    /// With the quotes.
    span: Span,
    /// As it was written.
    raw: String,
}

enum Piece {
    Text(Excerpt<'static>),
    /// What a template language puts in before systemd reads the file, as written.
    Template(String, Span),
}

impl Piece {
    fn text(&self) -> &str {
        match self {
            Piece::Text(text) => text.text(),
            Piece::Template(written, _) => written,
        }
    }
}

impl Item {
    fn is_lone(&self, text: &str) -> bool {
        self.raw == text
    }

    /// The word without its first `skipped` bytes.
    fn word(&self, skipped: usize, variables: Variables) -> Word {
        let mut parts = Vec::new();
        let mut skipped = skipped;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => expand(text, skipped, variables, self.pieces.len() == 1, &mut parts),
                Piece::Template(written, span) => {
                    parts.push(Part { span: *span, quote: Quote::Double, kind: PartKind::Template(written.clone()) });
                }
            }
            skipped = 0;
        }
        Word { span: self.span, parts, expands: false }
    }
}

/// Cuts a text at specifiers (`%i`) and variables (`${A}` anywhere, `$A` alone).
fn expand(text: &Excerpt<'_>, from: usize, variables: Variables, is_whole: bool, parts: &mut Vec<Part>) {
    let all = text.text();
    let mut plain = from;
    let mut at = from;
    while let Some(found) = all.get(at..).and_then(|rest| rest.find(['%', '$'])) {
        let start = at + found;
        let rest = all.get(start..).unwrap_or("");
        let Some((end, kind, quote)) = special(rest, variables, is_whole && start == from) else {
            at = start + 1;
            continue;
        };
        push_text(text, plain, start, parts);
        let span = text.span(start, start + end);
        match kind {
            // `%%` and `$$`: one of the two stays.
            None => push_text(text, start, start + 1, parts),
            Some(kind) => parts.push(Part { span, quote, kind }),
        }
        at = start + end;
        plain = at;
    }
    push_text(text, plain, all.len(), parts);
}

fn push_text(text: &Excerpt<'_>, from: usize, to: usize, parts: &mut Vec<Part>) {
    for run in text.runs(from, to) {
        let piece = text.text().get(run.start..run.end).unwrap_or("").to_owned();
        let kind = PartKind::Text { text: piece, verbatim: run.verbatim };
        parts.push(Part { span: run.span, quote: Quote::Single, kind });
    }
}

/// What stands at the beginning of a text, and how many bytes it takes; no kind where it is one character, doubled.
fn special(text: &str, variables: Variables, is_alone: bool) -> Option<(usize, Option<PartKind>, Quote)> {
    if let Some(rest) = text.strip_prefix('%') {
        let letter = rest.chars().next()?;
        return match letter {
            '%' => Some((2, None, Quote::Single)),
            _ if letter.is_ascii_alphabetic() => {
                Some((2, Some(PartKind::Template(format!("%{letter}"))), Quote::Double))
            }
            _ => None,
        };
    }
    let rest = text.strip_prefix('$').filter(|_| variables == Variables::All)?;
    if rest.starts_with('$') {
        return Some((2, None, Quote::Single));
    }
    let parameter = |name: &str| {
        let is_name = !name.is_empty() && !name.starts_with(|char: char| char.is_ascii_digit());
        let is_name = is_name && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
        is_name.then(|| PartKind::Parameter(Parameter { name: name.to_owned(), change: Change::None }))
    };
    match rest.strip_prefix('{') {
        Some(braced) => {
            let length = braced.bytes().take(NAME_LIMIT).position(|byte| byte == b'}')?;
            let name = braced.get(..length)?;
            Some((name.len() + 3, Some(parameter(name)?), Quote::Double))
        }
        None => Some((text.len(), Some(parameter(rest)?), Quote::None)).filter(|_| is_alone),
    }
}

/// The longest name of a variable that is looked for, in bytes.
const NAME_LIMIT: usize = 256;

/// Brackets of template languages that units are rendered with: Jinja, Go, Mustache; ERB, EJS.
const TEMPLATES: [(&str, &str); 2] = [("{{", "}}"), ("<%", "%>")];

/// The words of a value, split at blanks outside of quotes.
fn items(value: &Excerpt<'_>) -> Vec<Item> {
    Splitter { value, all: value.text(), at: 0, text: Excerpt::default(), pieces: Vec::new() }.items()
}

struct Splitter<'a> {
    value: &'a Excerpt<'a>,
    all: &'a str,
    /// How far it was read, in bytes.
    at: usize,
    /// The text of the word so far, behind its last template.
    text: Excerpt<'static>,
    pieces: Vec<Piece>,
}

impl Splitter<'_> {
    fn items(mut self) -> Vec<Item> {
        let mut items = Vec::new();
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.at >= self.all.len() {
                return items;
            }
            items.push(self.item());
        }
    }

    fn rest(&self) -> &str {
        self.all.get(self.at..).unwrap_or("")
    }

    fn item(&mut self) -> Item {
        let start = self.at;
        let mut quote = None;
        while let Some(char) = self.rest().chars().next() {
            if quote.is_none() && char.is_whitespace() {
                break;
            }
            if self.template() {
                continue;
            }
            match char {
                '\\' => self.escape(),
                '"' | '\'' if quote.is_none() => {
                    quote = Some(char);
                    self.at += 1;
                }
                _ if quote == Some(char) => {
                    quote = None;
                    self.at += 1;
                }
                _ => self.take(char.len_utf8()),
            }
        }
        self.end_text();
        let raw = self.all.get(start..self.at).unwrap_or("").to_owned();
        Item { pieces: std::mem::take(&mut self.pieces), span: self.value.span(start, self.at), raw }
    }

    fn end_text(&mut self) {
        if !self.text.text().is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    /// Takes so many bytes as they are.
    fn take(&mut self, length: usize) {
        self.text.push_from(self.value, self.at, self.at + length);
        self.at += length;
    }

    /// Takes what a template language puts in, where it stands here.
    fn template(&mut self) -> bool {
        let found = TEMPLATES.iter().find_map(|(open, close)| {
            let inner = self.rest().strip_prefix(open)?;
            // Expressions are short; an open bracket without its like does not make the rest of the file one.
            let near = inner.char_indices().nth(200).map_or(inner, |(at, _)| inner.get(..at).unwrap_or(inner));
            Some(open.len() + near.find(close)? + close.len())
        });
        let Some(length) = found else { return false };
        self.end_text();
        let written = self.rest().get(..length).unwrap_or("").to_owned();
        self.pieces.push(Piece::Template(written, self.value.span(self.at, self.at + length)));
        self.at += length;
        true
    }

    /// Takes a C-style escape; one that systemd does not know stays as it is.
    fn escape(&mut self) {
        let rest = self.rest();
        let Some(kind) = rest.chars().nth(1) else { return self.take(1) };
        let number = |from: usize, digits: usize, radix: u32| {
            let code = u32::from_str_radix(rest.get(from..from + digits)?, radix).ok()?;
            Some((from + digits, char::from_u32(code)?))
        };
        let simple = |char| Some((2, char));
        let known = match kind {
            'a' => simple('\u{7}'),
            'b' => simple('\u{8}'),
            'f' => simple('\u{c}'),
            'n' => simple('\n'),
            'r' => simple('\r'),
            't' => simple('\t'),
            'v' => simple('\u{b}'),
            's' => simple(' '),
            '\\' | '"' | '\'' => simple(kind),
            ';' if rest.len() == 2 || rest.get(2..).is_some_and(|after| after.starts_with(char::is_whitespace)) => {
                simple(';')
            }
            'x' => number(2, 2, 16),
            'u' => number(2, 4, 16),
            'U' => number(2, 8, 16),
            '0'..='7' => number(1, 3, 8),
            _ => None,
        };
        match known {
            Some((length, char)) => {
                let span = self.value.span(self.at, self.at + length);
                self.text.push_opaque(char.encode_utf8(&mut [0; 4]), span);
                self.at += length;
            }
            None => self.take(1 + kind.len_utf8()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<UnitCommand> {
        commands(&Excerpt::plain(text))
    }

    fn shown(text: &str) -> Vec<Vec<String>> {
        let show = |word: &Word| word.literal().unwrap_or_else(|| format!("?{}", text.get(word.span.range()).unwrap()));
        read(text).iter().map(|command| command.command.words.iter().map(show).collect()).collect()
    }

    #[test]
    fn splits_as_systemd_does() {
        assert_eq!(
            shown(r#"/bin/true --a ; /bin/false "x y"'z' \; \x41\u00e9 \q %% $$ a=$FOO "a ; b" >/dev/null"#),
            [
                vec!["/bin/true", "--a"],
                vec!["/bin/false", "x yz", ";", "Aé", "\\q", "%", "$", "a=$FOO", "a ; b", ">/dev/null"]
            ]
        );
        assert_eq!(shown("-@/usr/bin/node näme é.js"), [["/usr/bin/node", "é.js"]]);
        assert!(read("-/usr/bin/node").iter().all(|command| command.ignores_failure));
        assert_eq!(shown(":/bin/echo ${A} $B"), [["/bin/echo", "${A}", "$B"]]);
        assert_eq!(shown("sh -c 'dmesg | tac'"), [["sh", "-c", "dmesg | tac"]]);
        assert_eq!(shown(" ; ; "), Vec::<Vec<String>>::new());
        assert_eq!(shown("a 'open é"), [["a", "open é"]]);
    }

    #[test]
    fn variables_and_specifiers_are_put_in() {
        let text = "/usr/bin/node $OPTIONS ${DIR}/é/%i.js {{ port }} \"--x={{ a b }}\" <%= @p %>";
        assert_eq!(
            shown(text),
            [["/usr/bin/node", "?$OPTIONS", "?${DIR}/é/%i.js", "?{{ port }}", "?\"--x={{ a b }}\"", "?<%= @p %>"]]
        );
        let words = &read(text)[0].command.words;
        let lookup = |name: &str| (name == "OPTIONS").then(|| "--a --b".to_owned());
        assert_eq!(words[1].fields(&lookup), Some(vec!["--a".to_owned(), "--b".to_owned()]));
        assert_eq!(words[2].parameters().len(), 1);
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "[S]\nExecStart=/bin/é \\\n  \"--x y\" z\n";
        let ini = prodcheck_formats::ini::parse(text, prodcheck_formats::ini::Dialect::Systemd).tree;
        let commands = commands(&ini.value("S", "ExecStart").unwrap().value);
        let words: Vec<&str> =
            commands[0].command.words.iter().map(|word| text.get(word.span.range()).unwrap()).collect();
        assert_eq!(words, ["/bin/é", "\"--x y\"", "z"]);
    }

    #[test]
    fn many_open_brackets_cost_little() {
        for piece in ["{{ ", "<% ", "${", "\\x", "'", "$A ", "%"] {
            read(&piece.repeat(100_000));
        }
    }
}
