//! The tokens inside of `{{ }}`.

use prodcheck_source::Span;

/// One token of an action.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `.name`; whether white space stands before it decides what it belongs to.
    Field(String),
    /// `.` alone.
    Dot,
    /// `$` or `$name`.
    Variable(String),
    /// A keyword, function, `true`, `false` or `nil`.
    Word(String),
    /// A string, unescaped.
    Text(String),
    Integer(i64),
    Float(f64),
    Pipe,
    Open,
    Close,
    Declare,
    Assign,
    Comma,
    /// What no token starts with.
    Wrong,
}

/// A token, where it stands, and whether it touches the one before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub token: Token,
    pub span: Span,
    pub touches: bool,
}

/// The tokens of the text between `{{` and `}}` that begins at an offset.
pub(super) fn tokens(text: &str, offset: usize) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    let mut rest = text;
    let mut last_end = None;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else { break };
        let start = text.len() - rest.len();
        let (token, length) = token(rest, first);
        let end = start + length;
        let touches = last_end == Some(start);
        found.push(Placed { token, span: Span::new(offset + start, offset + end), touches });
        last_end = Some(end);
        rest = text.get(end..).unwrap_or("");
    }
    found
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

fn token(rest: &str, first: char) -> (Token, usize) {
    let after = rest.get(first.len_utf8()..).unwrap_or("");
    let named = |make: fn(String) -> Token| {
        let length = 1 + name_length(after);
        (make(rest.get(1..length).unwrap_or("").to_owned()), length)
    };
    match first {
        '|' => (Token::Pipe, 1),
        '(' => (Token::Open, 1),
        ')' => (Token::Close, 1),
        ',' => (Token::Comma, 1),
        '=' => (Token::Assign, 1),
        ':' if after.starts_with('=') => (Token::Declare, 2),
        '.' if after.starts_with(|c: char| c.is_ascii_digit()) => number(rest),
        '.' if name_length(after) > 0 => named(Token::Field),
        '.' => (Token::Dot, 1),
        '$' => {
            let length = 1 + name_length(after);
            (Token::Variable(rest.get(..length).unwrap_or("$").to_owned()), length)
        }
        '"' => quoted(rest),
        '`' => match after.find('`') {
            Some(end) => (Token::Text(after.get(..end).unwrap_or("").to_owned()), end + 2),
            None => (Token::Wrong, rest.len()),
        },
        '\'' => match quoted_end(rest, '\'') {
            Some(end) => {
                let inner = unescape(rest.get(1..end).unwrap_or(""));
                (inner.chars().next().map_or(Token::Wrong, |c| Token::Integer(i64::from(u32::from(c)))), end + 1)
            }
            None => (Token::Wrong, rest.len()),
        },
        '+' | '-' | '0'..='9' => number(rest),
        c if c.is_alphabetic() || c == '_' => {
            let length = name_length(rest);
            (Token::Word(rest.get(..length).unwrap_or("").to_owned()), length)
        }
        c => (Token::Wrong, c.len_utf8()),
    }
}

/// The offset of the quote that closes a text beginning with one.
fn quoted_end(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn quoted(rest: &str) -> (Token, usize) {
    match quoted_end(rest, '"') {
        Some(end) => (Token::Text(unescape(rest.get(1..end).unwrap_or(""))), end + 1),
        None => (Token::Wrong, rest.len()),
    }
}

/// Escapes of Go's interpreted strings: <https://go.dev/ref/spec#String_literals>; bytes (`\xff`) as characters.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let escaped = rest.next().unwrap_or('\\');
        let digits = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code: String = rest.by_ref().take(digits).collect();
        out.push(match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            _ if digits == 0 => escaped,
            _ => u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        });
    }
    out
}

/// A number; <https://pkg.go.dev/text/template#hdr-Arguments>.
fn number(rest: &str) -> (Token, usize) {
    let sign = usize::from(rest.starts_with(['+', '-']));
    let digits = rest.get(sign..).unwrap_or("");
    let mut before = ' ';
    let length = digits
        .find(|c: char| {
            let belongs = c.is_ascii_alphanumeric() || c == '.' || c == '_' || "+-".contains(c) && before == 'e';
            before = c.to_ascii_lowercase();
            !belongs
        })
        .unwrap_or(digits.len());
    let spelling: String = digits.get(..length).unwrap_or("").chars().filter(|c| *c != '_').collect();
    let negative = rest.starts_with('-');
    let lower = spelling.to_ascii_lowercase();
    let radix = |prefix: &str, radix: u32| lower.strip_prefix(prefix).map(|digits| i64::from_str_radix(digits, radix));
    let whole = match radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)) {
        Some(parsed) => parsed.ok(),
        None if lower.len() > 1 && lower.starts_with('0') && lower.bytes().all(|b| b.is_ascii_digit()) => {
            i64::from_str_radix(&lower, 8).ok()
        }
        None => lower.parse().ok(),
    };
    let token = match (whole, lower.parse::<f64>()) {
        (Some(value), _) => Token::Integer(if negative { -value } else { value }),
        (None, Ok(value)) if lower.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            Token::Float(if negative { -value } else { value })
        }
        _ => Token::Wrong,
    };
    (token, (sign + length).max(1))
}
