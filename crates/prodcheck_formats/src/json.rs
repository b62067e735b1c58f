//! JSON and its looser dialects: JSON with comments, and JSON5.
//!
//! Plain JSON is [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), JSON5 is <https://spec.json5.org>.

use crate::value::{Entry, Node, Object, Unknown, Value};
use crate::{DEPTH_LIMIT, Parsed};
use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use prodcheck_source::{Note, Span};

/// Reads JSON, JSON with comments and trailing commas, or JSON5.
///
/// Where the text breaks off or cannot be understood, what stands before is kept: an object that was not closed is
/// [`open`](Object::open), an array that was not closed ends in an unknown element. Spans of strings and keys hold
/// their quotes. A text without a value is `null`, with a note.
pub fn parse(text: &str) -> Parsed<Node> {
    Reader::new(text, false).document()
}

/// Reads the same, for files whose reader takes plain JSON only (`package.json`): the first thing that plain JSON does
/// not have is a note.
pub fn parse_plain(text: &str) -> Parsed<Node> {
    Reader::new(text, true).document()
}

struct Reader<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    notes: Vec<Note>,
    /// Deviations from plain JSON are still to be noted.
    plain: bool,
    /// Nothing after this can be understood.
    stopped: bool,
    /// End of the last token that is no comment, in bytes.
    end: usize,
    /// End of the last token or comment, in bytes.
    scanned: usize,
    peeked: Option<(Token<'a>, Span)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, plain: bool) -> Self {
        let scanner = Scanner::new(text, &ScannerOptions::default());
        Self { text, scanner, notes: Vec::new(), plain, stopped: false, end: 0, scanned: 0, peeked: None }
    }

    fn document(mut self) -> Parsed<Node> {
        let tree = match self.next() {
            Some((token, span)) => self.value(token, span, 0),
            None if self.stopped => Node::unknown(Span::at(self.end)),
            None => {
                self.notes.push(Note::whole("holds no value"));
                Node::new(Span::at(0), Value::Null)
            }
        };
        if let Some((_, span)) = self.next() {
            self.stop(span, "the value has ended before this");
        }
        Parsed::with_notes(tree, self.notes)
    }

    /// The next token that is no comment; `None` at the end and where nothing can be understood any more.
    fn next(&mut self) -> Option<(Token<'a>, Span)> {
        if let Some(peeked) = self.peeked.take() {
            return Some(peeked);
        }
        if self.stopped {
            return None;
        }
        loop {
            let scanned = self.scanner.scan();
            let span = Span::new(self.scanner.token_start(), self.scanner.token_end());
            let token = match scanned {
                Ok(token) => token?,
                Err(error) => {
                    let span = Span::new(error.range().start, error.range().end);
                    self.stop(span, unreadable(&error));
                    return None;
                }
            };
            self.blank_between(span);
            self.scanned = self.scanner.token_end();
            if matches!(token, Token::CommentLine(_) | Token::CommentBlock(_)) {
                self.deviates(span, "plain JSON has no comments");
                continue;
            }
            self.end = self.scanned;
            return Some((token, span));
        }
    }

    fn put_back(&mut self, token: Token<'a>, span: Span) {
        self.peeked = Some((token, span));
    }

    fn stop(&mut self, span: Span, message: impl Into<String>) {
        self.stopped = true;
        self.peeked = None;
        self.notes.push(Note::at(span, message));
    }

    fn deviates(&mut self, span: Span, message: &str) {
        if self.plain {
            self.plain = false;
            self.notes.push(Note::at(span, message));
        }
    }

    fn blank_between(&mut self, span: Span) {
        if !self.plain {
            return;
        }
        let gap = self.text.get(self.scanned..span.start as usize).unwrap_or("");
        let is_blank = |char: char| matches!(char, ' ' | '\t' | '\n' | '\r');
        if let Some((offset, char)) = gap.char_indices().find(|(_, char)| !is_blank(*char)) {
            let start = self.scanned + offset;
            self.deviates(Span::new(start, start + char.len_utf8()), "plain JSON takes no such space");
        }
    }

    /// The value that begins with a token, at a depth of `depth` containers.
    fn value(&mut self, token: Token<'a>, span: Span, depth: usize) -> Node {
        match token {
            Token::OpenBrace | Token::OpenBracket if depth == DEPTH_LIMIT => self.skip(span),
            Token::OpenBrace => self.object(span, depth + 1),
            Token::OpenBracket => self.array(span, depth + 1),
            Token::String(value) => {
                self.check_plain_string(span);
                Node::new(span, Value::String(value.into_owned()))
            }
            Token::Boolean(value) => Node::new(span, Value::Bool(value)),
            Token::Null => Node::new(span, Value::Null),
            Token::Number(raw) => {
                if !is_plain_number(raw) {
                    self.deviates(span, "plain JSON has no such number");
                }
                Node::new(span, number(raw))
            }
            Token::Word(word) => {
                self.stop(span, format!("`{word}` is no value"));
                Node::unknown(span)
            }
            _ => {
                self.stop(span, "a value is missing before this");
                Node::unknown(Span::at(span.start as usize))
            }
        }
    }

    /// Reads past a container that is nested too deep.
    fn skip(&mut self, open: Span) -> Node {
        self.notes.push(Note::at(open, format!("nested deeper than {DEPTH_LIMIT} levels: not read")));
        let mut depth = 1usize;
        while depth > 0 {
            match self.next() {
                Some((Token::OpenBrace | Token::OpenBracket, _)) => depth += 1,
                Some((Token::CloseBrace | Token::CloseBracket, _)) => depth -= 1,
                Some(_) => {}
                None => {
                    self.stopped = true;
                    break;
                }
            }
        }
        Node::unknown(Span::new(open.start as usize, self.end))
    }

    fn array(&mut self, open: Span, depth: usize) -> Node {
        let mut items = Vec::new();
        loop {
            match self.next() {
                Some((Token::CloseBracket, _)) => break,
                Some((Token::Comma, span)) => {
                    self.stop(span, "a value is missing before this");
                }
                Some((token, span)) => {
                    items.push(self.value(token, span, depth));
                    self.separator(&Token::CloseBracket, "an array");
                }
                None => self.unclosed(open, "`[` is never closed"),
            }
            if self.stopped {
                items.push(Node::unknown(Span::at(self.end)));
                break;
            }
        }
        Node::new(Span::new(open.start as usize, self.end), Value::Array(items))
    }

    fn object(&mut self, open: Span, depth: usize) -> Node {
        let mut object = Object::default();
        loop {
            match self.next() {
                Some((Token::CloseBrace, _)) => break,
                Some((token, span)) => match self.key(token, span) {
                    Some(key) => {
                        let value = self.value_of(&key, span, depth);
                        object.entries.push(Entry { key, key_span: span, value });
                        self.separator(&Token::CloseBrace, "an object");
                    }
                    None => self.stop(span, "a key is missing before this"),
                },
                None => self.unclosed(open, "`{` is never closed"),
            }
            if self.stopped {
                object.open = true;
                break;
            }
        }
        Node::new(Span::new(open.start as usize, self.end), Value::Object(object))
    }

    fn unclosed(&mut self, open: Span, message: &str) {
        if !self.stopped {
            self.stop(open, message);
        }
    }

    fn key(&mut self, token: Token<'a>, span: Span) -> Option<String> {
        let key = match token {
            Token::String(key) => {
                self.check_plain_string(span);
                return Some(key.into_owned());
            }
            Token::Word(word) | Token::Number(word) => word,
            Token::Boolean(true) => "true",
            Token::Boolean(false) => "false",
            Token::Null => "null",
            _ => return None,
        };
        self.deviates(span, "plain JSON wants the key in double quotes");
        Some(key.to_owned())
    }

    fn value_of(&mut self, key: &str, key_span: Span, depth: usize) -> Node {
        match self.next() {
            Some((Token::Colon, _)) => {}
            Some((_, span)) => {
                self.stop(span, format!("`:` is missing after the key `{key}`"));
                return Node::unknown(Span::at(key_span.end as usize));
            }
            None => return self.missing_value(key, key_span),
        }
        match self.next() {
            Some((token @ (Token::Comma | Token::CloseBrace), span)) => {
                self.notes.push(Note::at(key_span, format!("the key `{key}` has no value")));
                self.put_back(token, span);
                Node::unknown(Span::at(span.start as usize))
            }
            Some((token, span)) => self.value(token, span, depth),
            None => self.missing_value(key, key_span),
        }
    }

    fn missing_value(&mut self, key: &str, key_span: Span) -> Node {
        if !self.stopped {
            self.stop(key_span, format!("the key `{key}` has no value"));
        }
        Node::unknown(Span::at(self.end))
    }

    /// Reads the comma between two elements; leaves the end of the container to be read.
    fn separator(&mut self, close: &Token<'a>, what: &str) {
        if self.stopped {
            return;
        }
        let end = self.end;
        match self.next() {
            Some((Token::Comma, comma)) => {
                let Some((token, span)) = self.next() else { return };
                if token == *close {
                    self.deviates(comma, "plain JSON has no trailing commas");
                }
                self.put_back(token, span);
            }
            Some((token, span)) if token == *close => self.put_back(token, span),
            Some((token @ (Token::CloseBrace | Token::CloseBracket | Token::Colon), span)) => {
                self.stop(span, format!("`{}` does not belong in {what}", token.as_str()));
            }
            Some((token, span)) => {
                self.notes.push(Note::at(Span::at(end), "a comma is missing here"));
                self.put_back(token, span);
            }
            None => {}
        }
    }

    fn check_plain_string(&mut self, span: Span) {
        if !self.plain {
            return;
        }
        let raw = self.text.get(span.range()).unwrap_or("");
        if raw.starts_with('\'') {
            return self.deviates(span, "plain JSON wants double quotes");
        }
        let mut escaped = false;
        for char in raw.chars() {
            if char < ' ' || escaped && !matches!(char, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                return self
                    .deviates(span, "plain JSON wants line breaks, tabs and the like escaped, as `\\n` or `\\t`");
            }
            escaped = !escaped && char == '\\';
        }
    }
}

fn unreadable(error: &ParseError) -> &'static str {
    match error.kind() {
        ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral) => "the string is never closed",
        ParseErrorKind::String(_) => "the string holds an escape that JSON does not have",
        ParseErrorKind::UnterminatedCommentBlock => "the comment is never closed",
        ParseErrorKind::ExpectedDigit
        | ParseErrorKind::ExpectedDigitFollowingNegativeSign
        | ParseErrorKind::ExpectedPlusMinusOrDigitInNumberLiteral => "a digit is missing here",
        _ => "this is not JSON",
    }
}

/// A number in any spelling that JSON5 has, and whatever `f64` makes of it.
fn number(raw: &str) -> Value {
    let (sign, digits) = match raw.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, raw.strip_prefix('+').unwrap_or(raw)),
    };
    let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => Some(
            hex.chars()
                .filter_map(|digit| digit.to_digit(16))
                .fold(0.0, |value, digit| value * 16.0 + f64::from(digit)),
        ),
        None => digits.parse::<f64>().ok(),
    };
    match value {
        Some(value) => Value::Number { value: sign * value, raw: raw.into() },
        None => Value::Unknown(Unknown::Computed),
    }
}

/// Whether RFC 8259 has this number, of those that the scanner lets pass.
fn is_plain_number(raw: &str) -> bool {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let fraction_is_bare = digits
        .find('.')
        .is_some_and(|dot| !digits.get(dot + 1..).unwrap_or("").starts_with(|char: char| char.is_ascii_digit()));
    digits.starts_with(|char: char| char.is_ascii_digit()) && !digits.contains(['x', 'X']) && !fraction_is_bare
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn messages(parsed: &Parsed<Node>) -> Vec<&str> {
        parsed.notes.iter().map(|note| note.message.as_str()).collect()
    }

    fn spelling(text: &str, span: Span) -> &str {
        text.get(span.range()).expect("a span on character boundaries")
    }

    /// The tree as serde_json has it: unknowns have no counterpart.
    fn as_serde(node: &Node) -> serde_json::Value {
        match &node.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number { value, .. } => (*value).into(),
            Value::String(value) => value.clone().into(),
            Value::Array(items) => items.iter().map(as_serde).collect::<Vec<_>>().into(),
            Value::Object(object) => object
                .entries
                .iter()
                .map(|entry| (entry.key.clone(), as_serde(&entry.value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Value::Unknown(_) => "unknown".into(),
        }
    }

    fn check_spans(text: &str, node: &Node) {
        let raw = spelling(text, node.span);
        match &node.value {
            Value::Number { raw: written, .. } => assert_eq!(raw, &**written),
            Value::Bool(value) => assert_eq!(raw, value.to_string()),
            Value::String(_) => assert!(raw.starts_with(['"', '\'']) && raw.len() > 1),
            Value::Array(items) => items.iter().for_each(|item| {
                assert!(node.span.contains(item.span));
                check_spans(text, item);
            }),
            Value::Object(object) => object.entries.iter().for_each(|entry| {
                assert!(node.span.contains(entry.span()));
                let key = spelling(text, entry.key_span);
                assert!(key.contains(&entry.key) || key.contains('\\'), "{key} {}", entry.key);
                check_spans(text, &entry.value);
            }),
            Value::Null | Value::Unknown(_) => {}
        }
    }

    #[test]
    fn reads_a_manifest_and_says_where_things_stand() {
        let text =
            r#"{ "name": "zażółć", "scripts": { "start": "node \u0061.js" }, "files": ["dist"], "private": true }"#;
        let parsed = parse_plain(text);
        assert_eq!(parsed.notes, []);
        let start = parsed.tree.at(&["scripts"]).and_then(|scripts| scripts.entry("start")).expect("there");
        assert_eq!(spelling(text, start.key_span), "\"start\"");
        assert_eq!(spelling(text, start.value.span), r#""node \u0061.js""#);
        assert_eq!(start.value.as_str(), Some("node a.js"));
        assert_eq!(spelling(text, parsed.tree.get("files").expect("there").span), "[\"dist\"]");
        assert_eq!(parsed.tree.get("private").and_then(Node::as_bool), Some(true));
    }

    #[test]
    fn keeps_repeated_keys_and_the_spelling_of_numbers() {
        let parsed = parse_plain(r#"{"version": 3.10, "version": 1e3}"#);
        let object = parsed.tree.as_object().expect("an object");
        assert_eq!(object.entries.len(), 2);
        assert_eq!(object.entries[0].value.to_text().as_deref(), Some("3.10"));
        assert_eq!(parsed.tree.get("version").and_then(Node::as_number), Some(1000.0));
    }

    #[test]
    fn reads_comments_and_trailing_commas_and_notes_them_where_json_is_wanted() {
        let text = "{ // é\n  \"a\": [1, 2,], /* b */\n}";
        assert_eq!(parse(text).notes, []);
        assert_eq!(parse(text).tree.get("a").map(|a| a.items().len()), Some(2));
        let plain = parse_plain(text);
        assert_eq!(messages(&plain), ["plain JSON has no comments"]);
        assert_eq!(plain.notes[0].span.map(|span| spelling(text, span)), Some("// é"));
        assert_eq!(messages(&parse_plain("[1,]")), ["plain JSON has no trailing commas"]);
        assert_eq!(parse_plain("[1,]").tree.items().len(), 1);
    }

    #[test]
    fn reads_json5() {
        let text = "{ unquoted: 'it\\'s', hex: -0xFf, half: .5, all: Infinity, true: +1, 'k-1': 'a\\\nb' }";
        let parsed = parse(text);
        assert_eq!(parsed.notes, []);
        assert_eq!(parsed.tree.get("unquoted").and_then(Node::as_str), Some("it's"));
        assert_eq!(parsed.tree.get("hex").and_then(Node::as_number), Some(-255.0));
        assert_eq!(parsed.tree.get("half").and_then(Node::as_number), Some(0.5));
        assert_eq!(parsed.tree.get("all").and_then(Node::as_number), Some(f64::INFINITY));
        assert_eq!(parsed.tree.get("true").and_then(Node::as_number), Some(1.0));
        assert_eq!(parsed.tree.get("k-1").and_then(Node::as_str), Some("ab"));
        assert_eq!(messages(&parse_plain(text)), ["plain JSON wants the key in double quotes"]);
    }

    #[test]
    fn names_what_plain_json_does_not_have() {
        for text in ["'a'", "\"a\tb\"", "\"\\x41\"", "+1", ".5", "5.", "5.e1", "0x1", "NaN", "-Infinity", "\u{a0}1"] {
            assert_eq!(parse_plain(text).notes.len(), 1, "{text}");
            assert_eq!(parse(text).notes, [], "{text}");
        }
    }

    #[test]
    fn keeps_what_stands_before_the_break() {
        let text = "{ \"é\": 1, \"scripts\": { \"start\": \"node .\", \"build\": } , \"list\": [1, 2";
        let parsed = parse_plain(text);
        assert_eq!(messages(&parsed), ["the key `build` has no value", "`[` is never closed"]);
        assert_eq!(parsed.tree.at(&["scripts", "start"]).and_then(Node::as_str), Some("node ."));
        assert!(parsed.tree.at(&["scripts", "build"]).is_some_and(Node::is_unknown));
        assert!(!parsed.tree.at(&["scripts"]).and_then(Node::as_object).expect("there").open);
        let list = parsed.tree.get("list").expect("there").items();
        assert_eq!(list.len(), 3);
        assert!(list[2].is_unknown());
        assert!(parsed.tree.as_object().expect("an object").open);
    }

    #[test]
    fn goes_on_over_a_missing_comma() {
        let text = "{ \"a\": \"é\"\n  \"b\": [1 2] }";
        let parsed = parse_plain(text);
        assert_eq!(messages(&parsed), ["a comma is missing here"; 2]);
        assert_eq!(parsed.notes[0].span, Some(Span::at(text.find('\n').expect("there"))));
        assert_eq!(parsed.tree.get("b").map(|b| b.items().len()), Some(2));
    }

    #[test]
    fn says_what_is_the_matter() {
        for (text, message) in [
            ("", "holds no value"),
            ("// only this", "holds no value"),
            ("{} {}", "the value has ended before this"),
            ("[,]", "a value is missing before this"),
            ("{\"a\" 1}", "`:` is missing after the key `a`"),
            ("{\"a\": 1]", "`]` does not belong in an object"),
            ("[1}", "`}` does not belong in an array"),
            ("{\"a", "the string is never closed"),
            ("/* é", "the comment is never closed"),
            ("[-]", "a digit is missing here"),
            ("\"\\u12\"", "the string holds an escape that JSON does not have"),
            ("yes", "`yes` is no value"),
            ("<<<<<<< HEAD", "this is not JSON"),
            ("{,}", "a key is missing before this"),
        ] {
            assert_eq!(messages(&parse(text)), [message], "{text}");
        }
    }

    #[test]
    fn a_break_deep_inside_opens_all_that_holds_it() {
        let parsed = parse("{ a: { b: { c: @ } } }");
        for keys in [&[][..], &["a"], &["a", "b"]] {
            assert!(parsed.tree.at(keys).and_then(Node::as_object).expect("there").open);
        }
        assert!(parsed.tree.at(&["a", "b", "c"]).is_some_and(Node::is_unknown));
    }

    #[test]
    fn hostile_depth_is_a_note() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("[{}1{}, 2]", open.repeat(5_000), close.repeat(5_000));
            let parsed = parse(&text);
            assert_eq!(messages(&parsed), ["nested deeper than 128 levels: not read"]);
            assert_eq!(parsed.tree.items().get(1).and_then(Node::as_number), Some(2.0));
            assert!(parse(&open.repeat(200_000)).notes.len() == 1);
        }
        let deepest = format!("{}1{}", "[".repeat(DEPTH_LIMIT), "]".repeat(DEPTH_LIMIT));
        assert_eq!(parse(&deepest).notes, []);
    }

    proptest! {
        #[test]
        fn reads_anything(text in r#"([{}\[\]:,"'\\ /*\n0-9a-zé–.+\-x]|null|true|//|\\u00e9){0,60}|\PC{0,40}"#) {
            let parsed = parse(&text);
            check_spans(&text, &parsed.tree);
            for note in &parsed.notes {
                spelling(&text, note.span.unwrap_or_default());
            }
            prop_assert_eq!(&parse_plain(&text).tree, &parsed.tree);
        }

        #[test]
        fn agrees_with_serde_json_on_what_json_is(text in r#"[ \n]{0,2}[\[{]("a\\n"|"é"|[\[\]{}:,]| |-?[0-9]{1,3}|1\.5e-2|true|null|\n){0,12}[\]}]"#) {
            let ours = parse_plain(&text);
            match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(_) => prop_assert_eq!(&ours.notes, &[]),
                Err(_) => prop_assert!(!ours.notes.is_empty()),
            }
        }

        #[test]
        fn reads_what_serde_json_writes(names in prop::collection::vec("\\PC{0,8}", 0..6), numbers in prop::collection::vec(-1e9f64..1e9, 0..4)) {
            let value = serde_json::json!({ "names": names, "numbers": numbers, "inner": { "é": null, "b": [true, {}] } });
            let text = serde_json::to_string_pretty(&value).expect("JSON");
            let ours = parse_plain(&text);
            prop_assert_eq!(&ours.notes, &[]);
            check_spans(&text, &ours.tree);
            prop_assert_eq!(as_serde(&ours.tree), value);
        }
    }
}
