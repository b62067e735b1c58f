//! nginx configurations: directives and blocks; the Lua of OpenResty is stepped over.
//!
//! Follows the [beginner's guide](https://nginx.org/en/docs/beginners_guide.html#conf_structure) and, for the rules of
//! its words, nginx's own reader (`ngx_conf_read_token`). `include` is a directive like any other.

use crate::directives::{Argument, Builder, Config};
use crate::{DEPTH_LIMIT, Parsed};
use prodcheck_source::Span;

/// Reads a configuration. What cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Config> {
    let mut reader = Reader { text, at: 0, builder: Builder::default(), templates: true };
    reader.read();
    reader.builder.finish(text.len())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    builder: Builder,
    /// Whether `}}` may still be ahead.
    templates: bool,
}

impl<'a> Reader<'a> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn here(&self, length: usize) -> Span {
        Span::new(self.at, (self.at + length).min(self.text.len()))
    }

    fn read(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' => self.comment(),
                b';' => {
                    if !self.builder.end() {
                        self.builder.note(self.here(1), "unexpected `;`");
                    }
                    self.at += 1;
                }
                b'{' if self.byte(1) == Some(b'{') => self.word(),
                b'{' if self.byte(1) == Some(b'%') => {
                    self.at += self.rest().find("%}").map_or(self.rest().len(), |length| length + 2);
                }
                b'{' => {
                    if !self.open() {
                        return;
                    }
                }
                b'}' => self.close(),
                b'"' | b'\'' => self.quoted(byte),
                _ => self.word(),
            }
        }
        self.unfinished();
        if let Some(open) = self.builder.innermost() {
            let span = open.name.span;
            self.builder.note(span, "this block is not closed by `}`");
        }
    }

    fn comment(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or("");
        self.builder.comment(self.here(line.trim_end().len()));
        self.at += line.len();
    }

    fn unfinished(&mut self) {
        if let Some(first) = self.builder.words().first() {
            let (span, name) = (first.span, first.text.clone());
            self.builder.note(span, format!("`{name}` is not ended by `;`"));
        }
    }

    /// A block; `false` where it is nested too deeply to go on.
    fn open(&mut self) -> bool {
        let brace = self.here(1);
        if self.builder.words().is_empty() {
            self.builder.note(brace, "unexpected `{`");
        }
        if self.builder.depth() >= DEPTH_LIMIT {
            self.builder.note(brace, "nested too deeply, the rest is not read");
            return false;
        }
        let is_lua = self.builder.words().first().is_some_and(|first| first.text.ends_with("_by_lua_block"));
        self.builder.open(brace);
        self.at += 1;
        if is_lua {
            self.lua();
        }
        true
    }

    fn close(&mut self) {
        self.unfinished();
        self.builder.end();
        if !self.builder.close(self.at + 1) {
            self.builder.note(self.here(1), "unexpected `}`");
        }
        self.at += 1;
    }

    /// A word without quotes: up to a blank, `;` or `{`, of which a backslash takes the meaning, and `${` that of `{`.
    fn word(&mut self) {
        let start = self.at;
        let mut text = String::new();
        let mut run = self.at;
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' => break,
                b'$' if self.byte(1) == Some(b'{') => self.at += 2,
                b'{' if self.byte(1) == Some(b'{') => {
                    let length = if self.templates { self.rest().find("}}") } else { None };
                    self.templates = length.is_some();
                    self.at += length.map_or(2, |length| length + 2);
                }
                b'{' => break,
                b'\\' => {
                    text.push_str(self.text.get(run..self.at).unwrap_or(""));
                    text.push_str(self.escape());
                    run = self.at;
                }
                _ => self.at += 1,
            }
        }
        text.push_str(self.text.get(run..self.at).unwrap_or(""));
        self.builder.word(Argument { text, span: Span::new(start, self.at), quoted: false });
    }

    /// A backslash and the character after it; tells what they stand for.
    fn escape(&mut self) -> &'a str {
        let spelled = self.rest();
        let length = 1 + spelled.chars().nth(1).map_or(0, char::len_utf8);
        self.at += length;
        match spelled.as_bytes().get(1) {
            Some(b'"' | b'\'' | b'\\') => spelled.get(1..2).unwrap_or(""),
            Some(b't') => "\t",
            Some(b'r') => "\r",
            Some(b'n') => "\n",
            _ => spelled.get(..length).unwrap_or(""),
        }
    }

    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        let mut text = String::new();
        self.at += 1;
        let mut run = self.at;
        loop {
            match self.byte(0) {
                Some(byte) if byte == quote => break,
                Some(b'\\') => {
                    text.push_str(self.text.get(run..self.at).unwrap_or(""));
                    text.push_str(self.escape());
                    run = self.at;
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
        self.builder.word(Argument { text, span: Span::new(start, self.at), quoted: true });
        if !matches!(self.byte(0), None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' | b')')) {
            self.builder.note(self.here(0), "a blank is missing after the quote");
        }
    }

    /// Steps over Lua up to the brace that closes its block.
    fn lua(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'}' if depth == 0 => return,
                b'{' => depth += 1,
                b'}' => depth -= 1,
                b'"' | b'\'' => {
                    self.lua_string(byte);
                    continue;
                }
                b'-' if self.byte(1) == Some(b'-') => {
                    self.at += 2;
                    if !self.lua_brackets() {
                        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                    }
                    continue;
                }
                b'[' if self.lua_brackets() => continue,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn lua_string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote || byte == b'\n' {
                return;
            }
        }
    }

    /// `[[ … ]]`, `[=[ … ]=]`; whether it was there.
    fn lua_brackets(&mut self) -> bool {
        let signs = self.rest().bytes().skip(1).take_while(|byte| *byte == b'=').count();
        if self.byte(0) != Some(b'[') || self.byte(1 + signs) != Some(b'[') {
            return false;
        }
        let close = format!("]{}]", "=".repeat(signs));
        self.at += self.rest().find(&close).map_or(self.rest().len(), |length| length + close.len());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn whole(text: &str) -> Config {
        let parsed = parse(text);
        assert_eq!(parsed.notes, [], "{text}");
        parsed.tree
    }

    fn under(text: &str, span: Span) -> &str {
        text.get(span.range()).unwrap()
    }

    #[test]
    fn a_proxy_in_front_of_a_service() {
        let text = r#"# é
worker_processes auto;
http {
    gzip on; gzip_types application/json text/css;
    limit_req_zone $binary_remote_addr zone=api:10m rate=10r/s;
    add_header Content-Security-Policy "default-src 'self'; frame-ancestors \"none\"" always;
    upstream api { server app:3000; keepalive 32; }
    server {
        listen 443 ssl;
        location ~* \.(js|css)$ { expires 1y; }
        location ~ "^/a{2}/é" { return 204; } # after
        location / {
            proxy_pass http://api${suffix};
            proxy_set_header X-Request-ID $request_id;
        }
        include conf.d/*.conf;
    }
}
"#;
        let config = whole(text);
        assert_eq!(config.comments.iter().map(|span| under(text, *span)).collect::<Vec<_>>(), ["# é", "# after"]);
        let http = &config.directives[1];
        assert!(under(text, http.span).starts_with("http {") && under(text, http.span).ends_with("}\n}"));
        assert_eq!(http.last("gzip").and_then(|gzip| gzip.argument(0)), Some("on"));
        let header = http.all("add_header").next().unwrap();
        assert_eq!(header.argument(1), Some("default-src 'self'; frame-ancestors \"none\""));
        assert!(header.arguments[1].quoted && !header.arguments[2].quoted);
        assert!(under(text, header.arguments[1].span).starts_with("\"default-src"));
        let locations: Vec<_> =
            config.all("location").iter().map(|l| l.argument(l.arguments.len() - 1).unwrap()).collect();
        assert_eq!(locations, ["\\.(js|css)$", "^/a{2}/é", "/"]);
        let mut around = Vec::new();
        config.walk(|directive, outer| {
            if directive.name.value == "proxy_pass" {
                assert_eq!(directive.argument(0), Some("http://api${suffix}"));
                around = outer.iter().map(|outer| outer.name.value.clone()).collect();
            }
        });
        assert_eq!(around, ["http", "server", "location"]);
        assert_eq!(config.all("include")[0].argument(0), Some("conf.d/*.conf"));
    }

    #[test]
    fn words_of_all_spellings() {
        let config = whole("a \"b c\" 'd\\'e' f\\;g h}i \"\" $x \"\\$y\\n\" # c\n k;");
        let words: Vec<_> = config.directives[0].arguments.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(words, ["b c", "d'e", "f\\;g", "h}i", "", "$x", "\\$y\n", "k"]);
    }

    #[test]
    fn lua_is_stepped_over() {
        let text = "location / { content_by_lua_block { if x then y = {1, \"}\", [[}]], '\\'}'} end -- }\n --[==[ } ]] ]==] } } server { a; }";
        let config = whole(text);
        let names: Vec<_> = config.directives.iter().map(|directive| directive.name.value.as_str()).collect();
        assert_eq!(names, ["location", "server"]);
        assert_eq!(config.directives[0].children()[0].children(), []);
    }

    #[test]
    fn templates_of_other_tools() {
        let config =
            whole("server_name {{ host | default('é') }} ${NAME};\n{% if x %}\nlisten {{port}};\n{% endif %}\n");
        assert_eq!(config.directives.len(), 2);
        assert_eq!(config.directives[1].argument(0), Some("{{port}}"));
    }

    #[test]
    fn broken_files_are_read_on() {
        let names = |text: &str| {
            let parsed = parse(text);
            assert!(!parsed.notes.is_empty(), "{text}");
            let mut names = Vec::new();
            parsed.tree.walk(|directive, outer| names.push(format!("{}{}", outer.len(), directive.name.value)));
            names.join(" ")
        };
        assert_eq!(names("a { b c } d;"), "0a 1b 0d");
        assert_eq!(names("a { b;"), "0a 1b");
        assert_eq!(names("é } b; ; c;"), "0é 0b 0c");
        assert_eq!(names("{ a; } b"), "0 1a 0b");
        assert_eq!(names("a \"b; c"), "0a");
        assert_eq!(names("a \"b\"c;"), "0a");
        let parsed = parse("é; listen 80");
        assert_eq!(parsed.notes[0].span, Some(Span::new(4, 10)));
    }

    #[test]
    fn hostile_files_take_linear_time() {
        for piece in [
            "a{",
            "{",
            "}",
            "\"",
            "\\",
            "${",
            "{{",
            "{%",
            "x_by_lua_block{",
            "x_by_lua_block{[=[",
            "[[",
            "--[",
            "#",
            ";",
            "a ",
            "é{",
        ] {
            let text = piece.repeat(300_000 / piece.len());
            let start = Instant::now();
            parse(&text).tree.walk(|_, _| {});
            parse(&format!("x_by_lua_block {{ {text}"));
            assert!(start.elapsed() < Duration::from_secs(5), "{piece:?} took {:?}", start.elapsed());
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_spans_lie_on_characters(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "é", "😀", " ", "\n", "\r\n", ";", "{", "}", "\"", "'", "\\", "#", "$", "${x}", "{{", "}}", "{%", "%}", "_by_lua_block",
                "[[", "]]", "--", "server",
            ]), 0..40)
        ) {
            let text = pieces.concat();
            let parsed = parse(&text);
            for note in &parsed.notes {
                prop_assert!(text.get(note.span.unwrap().range()).is_some());
            }
            parsed.tree.walk(|directive, outer| {
                assert!(text.get(directive.span.range()).is_some());
                assert!(outer.last().is_none_or(|outer| outer.span.contains(directive.span)));
                assert!(directive.arguments.iter().all(|word| directive.span.contains(word.span)));
            });
        }
    }
}
