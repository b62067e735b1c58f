//! Caddyfiles: sites, snippets and options as blocks of directives.
//!
//! Follows the [Caddyfile concepts](https://caddyserver.com/docs/caddyfile/concepts). A site is a directive whose name
//! is its first address and whose arguments are the others; a site without braces holds the rest of the file. A block of
//! options has no name, a snippet is called `(name)`. Placeholders (`{host}`, `{$PORT:3000}`) stay as they are spelled.

use crate::directives::{Argument, Builder, Config};
use crate::{DEPTH_LIMIT, Parsed};
use prodcheck_source::Span;

/// Reads a Caddyfile. What cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Config> {
    let mut reader = Reader { text, at: 0, builder: Builder::default(), bare_site: false, more_addresses: false };
    reader.read();
    reader.builder.finish(text.len())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    builder: Builder,
    /// Whether the only site has no braces.
    bare_site: bool,
    /// Whether a comma says that further addresses follow.
    more_addresses: bool,
}

impl<'a> Reader<'a> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn here(&self, length: usize) -> Span {
        Span::new(self.at, self.at + length)
    }

    fn read(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\n' => self.line_end(),
                byte if byte.is_ascii_whitespace() => self.at += 1,
                b'#' => {
                    let line = self.rest().split('\n').next().unwrap_or("");
                    self.builder.comment(self.here(line.trim_end().len()));
                    self.at += line.len();
                }
                b'\\' if matches!((self.byte(1), self.byte(2)), (Some(b'\n'), _) | (Some(b'\r'), Some(b'\n'))) => {
                    self.at += if self.byte(1) == Some(b'\n') { 2 } else { 3 };
                }
                b'{' if self.ends_after(1) => {
                    if !self.open() {
                        return;
                    }
                }
                b'}' if self.ends_after(1) => self.close(),
                b'"' | b'`' => self.quoted(byte),
                b'<' if self.here_document() => {}
                _ => self.word(),
            }
        }
        self.line_end();
        let open = if self.bare_site { None } else { self.builder.innermost() };
        if let Some(open) = open {
            let span = open.name.span;
            self.builder.note(span, "this block is not closed by `}`");
        }
    }

    fn ends_after(&self, length: usize) -> bool {
        self.byte(length).is_none_or(|byte| byte.is_ascii_whitespace())
    }

    fn line_end(&mut self) {
        self.at = (self.at + 1).min(self.text.len());
        if self.builder.depth() > 0 {
            self.builder.end();
            return;
        }
        let Some(first) = self.builder.words().first().filter(|_| !self.more_addresses) else { return };
        let next = self.rest().trim_start();
        if next.strip_prefix('{').is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            self.at = self.text.len() - next.len();
            return;
        }
        if first.text == "import" || next.is_empty() {
            self.builder.end();
        } else {
            self.bare_site = true;
            let span = first.span;
            self.builder.open(span);
        }
    }

    /// A block; `false` where it is nested too deeply to go on.
    fn open(&mut self) -> bool {
        let brace = self.here(1);
        if self.builder.depth() >= DEPTH_LIMIT {
            self.builder.note(brace, "nested too deeply, the rest is not read");
            return false;
        }
        if self.builder.depth() > 0 && self.builder.words().is_empty() {
            self.builder.note(brace, "unexpected `{`");
        }
        self.more_addresses = false;
        self.builder.open(brace);
        self.at += 1;
        true
    }

    fn close(&mut self) {
        self.builder.end();
        let closes = self.builder.depth() > usize::from(self.bare_site);
        if !closes || !self.builder.close(self.at + 1) {
            self.builder.note(self.here(1), "unexpected `}`");
        }
        self.at += 1;
    }

    fn push(&mut self, mut argument: Argument) {
        if self.builder.depth() == 0 && !argument.quoted {
            self.more_addresses = argument.text.ends_with(',');
            let kept = argument.text.trim_end_matches(',').len();
            let cut = argument.text.len() - kept;
            argument.text.truncate(kept);
            argument.span = Span::new(argument.span.start as usize, argument.span.end as usize - cut);
            if kept == 0 {
                return;
            }
        }
        self.builder.word(argument);
    }

    fn word(&mut self) {
        let start = self.at;
        while let Some(byte) = self.byte(0).filter(|byte| !byte.is_ascii_whitespace()) {
            self.at += match byte {
                b'{' if self.byte(1) == Some(b'$') => {
                    let inside = self.rest().bytes().take_while(|byte| !matches!(byte, b'}' | b'\n'));
                    inside.count()
                }
                b'\\' if matches!(self.byte(1), Some(b'\n' | b'\r')) => break,
                _ => 1,
            };
        }
        if self.at == start {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        let text = text.strip_prefix("\\<").map_or_else(|| text.to_owned(), |rest| format!("<{rest}"));
        self.push(Argument { text, span: Span::new(start, self.at), quoted: false });
    }

    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        let mut text = String::new();
        self.at += 1;
        let mut run = self.at;
        loop {
            match self.byte(0) {
                Some(byte) if byte == quote => break,
                Some(b'\\') if quote == b'"' && self.byte(1) == Some(b'"') => {
                    text.push_str(self.text.get(run..self.at).unwrap_or(""));
                    run = self.at + 1;
                    self.at += 2;
                }
                Some(_) => self.at += 1,
                None => {
                    self.builder.note(Span::new(start, start + 1), "this quote is not closed");
                    break;
                }
            }
        }
        text.push_str(self.text.get(run..self.at).unwrap_or(""));
        self.at += usize::from(self.byte(0).is_some());
        self.push(Argument { text, span: Span::new(start, self.at), quoted: true });
    }

    /// `<<NAME`, the lines after it, and `NAME`; whether it was there. Its text keeps the blanks before its lines.
    fn here_document(&mut self) -> bool {
        let start = self.at;
        let Some(line) = self.rest().strip_prefix("<<").and_then(|rest| rest.split('\n').next()) else { return false };
        let name = line.trim_end_matches('\r');
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return false;
        }
        let body = start + 2 + line.len() + 1;
        let Some(length) = self.text.get(body..).and_then(|rest| rest.find(name)) else {
            self.builder.note(self.here(2 + name.len()), format!("this text is not ended by `{name}`"));
            self.at = self.text.len();
            return true;
        };
        let text = self.text.get(body..body + length).unwrap_or("");
        let text = text.rfind('\n').and_then(|end| text.get(..end)).unwrap_or("").to_owned();
        self.at = body + length + name.len();
        self.push(Argument { text, span: Span::new(start, self.at), quoted: true });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn under(text: &str, span: Span) -> &str {
        text.get(span.range()).unwrap()
    }

    fn names(config: &Config) -> String {
        let mut names = Vec::new();
        config.walk(|directive, outer| {
            let words: Vec<_> = directive.arguments.iter().map(|word| word.text.as_str()).collect();
            names.push(format!("{}{}({})", outer.len(), directive.name.value, words.join("|")));
        });
        names.join(" ")
    }

    fn whole(text: &str) -> Config {
        let parsed = parse(text);
        assert_eq!(parsed.notes, [], "{text}");
        parsed.tree
    }

    #[test]
    fn sites_snippets_and_options() {
        let text = r#"# é
{
	email a@b.c
}
(common) {
	encode zstd gzip
	header X-Frame-Options "DE\"NY é" # why
}
import sites/*
example.com, www.example.com:{$PORT:443},
	other.com {
	import common
	reverse_proxy /api/* app:3000 {
		health_uri /health
	}
	respond `raw "x"` 200 \
		close
	@post method POST
}
"#;
        let config = whole(text);
        assert_eq!(
            names(&config),
            "0() 1email(a@b.c) 0(common)() 1encode(zstd|gzip) 1header(X-Frame-Options|DE\"NY é) 0import(sites/*) \
             0example.com(www.example.com:{$PORT:443}|other.com) 1import(common) 1reverse_proxy(/api/*|app:3000) \
             2health_uri(/health) 1respond(raw \"x\"|200|close) 1@post(method|POST)"
        );
        assert_eq!(config.comments.iter().map(|span| under(text, *span)).collect::<Vec<_>>(), ["# é", "# why"]);
        let proxy = config.all("reverse_proxy")[0];
        assert!(
            under(text, proxy.span).starts_with("reverse_proxy") && under(text, proxy.span).ends_with("health\n\t}")
        );
        assert_eq!(under(text, config.directives[3].name.span), "example.com");
    }

    #[test]
    fn a_site_without_braces() {
        let config = whole("localhost:80\r\n\r\nreverse_proxy app:3000\r\nencode {\r\n gzip\r\n}\r\n");
        assert_eq!(names(&config), "0localhost:80() 1reverse_proxy(app:3000) 1encode() 2gzip()");
        assert_eq!(names(&whole(":80")), "0:80()");
        assert_eq!(names(&whole("a\n{\n b\n}\nc {\n}\n")), "0a() 1b() 0c()");
    }

    #[test]
    fn long_texts() {
        let text = "a {\n respond <<HTML\n  <p>é</p> {\n  HTML 200\n b \\<<X\n}\n";
        let config = whole(text);
        assert_eq!(names(&config), "0a() 1respond(  <p>é</p> {|200) 1b(<<X)");
    }

    #[test]
    fn broken_files_are_read_on() {
        let read = |text: &str| {
            let parsed = parse(text);
            assert!(!parsed.notes.is_empty(), "{text}");
            names(&parsed.tree)
        };
        assert_eq!(read("é {\n b\n"), "0é() 1b()");
        assert_eq!(read("a {\n}\n}\nb {\n}"), "0a() 0b()");
        assert_eq!(read("a\nb\n}\nc"), "0a() 1b() 1c()");
        assert_eq!(read("a {\n {\n x\n }\n}"), "0a() 1() 2x()");
        assert_eq!(read("a {\n b \"c\n}"), "0a() 1b(c\n})");
        assert_eq!(read("a {\n b <<X\n}"), "0a() 1b()");
    }

    #[test]
    fn hostile_files_take_linear_time() {
        for piece in
            ["a {\n", "{\n", "}\n", "\"", "`", "{$", "<<A\n", "<<A ", "a,\n", "\\\n", "#", "a\n", "é ", "\n", " \n"]
        {
            for start in ["", "a {\n", "a "] {
                let text = format!("{start}{}", piece.repeat(300_000 / piece.len()));
                let begun = Instant::now();
                parse(&text).tree.walk(|_, _| {});
                assert!(begun.elapsed() < Duration::from_secs(5), "{piece:?} took {:?}", begun.elapsed());
            }
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_spans_lie_on_characters(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "é", "😀", " ", "\n", "\n", "\r\n", "{", "}", " {\n", "\n}\n", "\"", "`", "\\", "#", "{$x}", "{$", "<<A\n", "A", ",", "import",
            ]), 0..40)
        ) {
            let text = pieces.concat();
            let parsed = parse(&text);
            for note in &parsed.notes {
                prop_assert!(text.get(note.span.unwrap().range()).is_some());
            }
            parsed.tree.walk(|directive, outer| {
                assert!(text.get(directive.span.range()).is_some());
                assert!(outer.last().is_none_or(|outer| outer.span.contains(directive.span)), "{text:?}");
                assert!(directive.arguments.iter().all(|word| directive.span.contains(word.span)));
            });
        }
    }
}
