//! Apache's httpd configurations: directives, one a line, and sections in angle brackets.
//!
//! Follows <https://httpd.apache.org/docs/2.4/configuring.html#syntax> and <https://httpd.apache.org/docs/2.4/sections.html>.
//! A section is a directive of its name whose block holds what stands in it: `VirtualHost` with the argument `*:443`.

use crate::directives::{Argument, Builder, Config};
use crate::{DEPTH_LIMIT, Parsed};
use prodcheck_source::Span;

/// Reads a configuration. What cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Config> {
    let mut builder = Builder::default();
    let mut at = 0;
    while at < text.len() {
        let (words, end) = line(text, at);
        let first = words.first().map_or("", |word| word.text.as_str());
        let span = words.iter().map(|word| word.span).reduce(Span::to).unwrap_or(Span::at(at));
        if first.starts_with('#') {
            builder.comment(Span::new(span.start as usize, span.end as usize));
        } else if let Some(name) = first.strip_prefix("</") {
            let name = name.trim_end_matches('>');
            let open = builder.innermost().is_some_and(|open| open.name.value.eq_ignore_ascii_case(name));
            if !(open && builder.close(span.end as usize)) {
                builder.note(span, format!("`</{name}>` closes nothing that is open"));
            }
        } else if first.starts_with('<') {
            if builder.depth() >= DEPTH_LIMIT {
                builder.note(span, format!("nested deeper than {DEPTH_LIMIT} levels: not read"));
                break;
            }
            section(words).into_iter().for_each(|word| builder.word(word));
            builder.open(span);
        } else {
            words.into_iter().for_each(|word| builder.word(word));
            builder.end();
        }
        at = end;
    }
    if let Some(open) = builder.innermost() {
        let (span, name) = (open.name.span, open.name.value.clone());
        builder.note(span, format!("`<{name}>` is not closed"));
    }
    builder.finish(text.len())
}

/// The words of a line, those of the next one too where a backslash ends it, and where the line after begins.
fn line(text: &str, from: usize) -> (Vec<Argument>, usize) {
    let mut words = Vec::new();
    let mut at = from;
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' => return (words, at + 1),
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'\\' if bytes.get(at + 1) == Some(&b'\r') && bytes.get(at + 2) == Some(&b'\n') => at += 3,
            b' ' | b'\t' | b'\r' => at += 1,
            b'#' if words.is_empty() => {
                let length = text.get(at..).and_then(|rest| rest.find('\n')).unwrap_or(text.len() - at);
                let body = text.get(at..at + length).unwrap_or("").trim_end();
                words.push(Argument { text: body.to_owned(), span: Span::new(at, at + body.len()), quoted: false });
                at += length;
            }
            b'"' | b'\'' => {
                let (word, end) = quoted(text, at, *byte);
                words.push(word);
                at = end;
            }
            _ => {
                let length =
                    text.get(at..).and_then(|rest| rest.find([' ', '\t', '\r', '\n'])).unwrap_or(text.len() - at);
                let word = text.get(at..at + length).unwrap_or("");
                words.push(Argument { text: word.to_owned(), span: Span::new(at, at + length), quoted: false });
                at += length.max(1);
            }
        }
    }
    (words, at)
}

/// A word in quotes, which ends with the line at the latest.
fn quoted(text: &str, from: usize, quote: u8) -> (Argument, usize) {
    let mut value = String::new();
    let mut escaped = false;
    let body = text.get(from + 1..).unwrap_or("");
    for (index, character) in body.char_indices() {
        let at = from + 1 + index;
        if character == '\n' {
            return (Argument { text: value, span: Span::new(from, at), quoted: true }, at);
        }
        if !escaped && character == char::from(quote) {
            return (Argument { text: value, span: Span::new(from, at + 1), quoted: true }, at + 1);
        }
        if !escaped && character == '\\' {
            escaped = true;
            continue;
        }
        escaped = false;
        value.push(character);
    }
    (Argument { text: value, span: Span::new(from, text.len()), quoted: true }, text.len())
}

/// The words of a section's first line without its brackets.
fn section(words: Vec<Argument>) -> Vec<Argument> {
    let last = words.len().saturating_sub(1);
    let stripped = words.into_iter().enumerate().map(|(index, mut word)| {
        if index == 0
            && let Some(name) = word.text.strip_prefix('<')
        {
            word.text = name.to_owned();
            word.span = Span::new(word.span.start as usize + 1, word.span.end as usize);
        }
        if index == last
            && !word.quoted
            && let Some(body) = word.text.strip_suffix('>')
        {
            word.text = body.to_owned();
            word.span = Span::new(word.span.start as usize, (word.span.end as usize).saturating_sub(1));
        }
        word
    });
    stripped.filter(|word| word.quoted || !word.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sections_and_directives() {
        let text = "# größe\nListen 80\n<VirtualHost *:443>\n  ServerName \"äpi.example\"\n  <Location \"/api\" >\n    ProxyPass http://localhost:3000/ \\\n      retry=0\n  </Location>\n</virtualhost>\n";
        let parsed = parse(text);
        assert_eq!(parsed.notes, []);
        let pass = parsed.tree.all("ProxyPass")[0];
        assert_eq!(text.get(pass.name.span.range()), Some("ProxyPass"));
        assert_eq!((pass.argument(0), pass.argument(1)), (Some("http://localhost:3000/"), Some("retry=0")));
        let host = &parsed.tree.directives[1];
        assert_eq!(
            (host.name.value.as_str(), host.argument(0), host.children().len()),
            ("VirtualHost", Some("*:443"), 2)
        );
        assert_eq!(parsed.tree.all("Location")[0].argument(0), Some("/api"));
        assert_eq!(parsed.tree.all("ServerName")[0].argument(0), Some("äpi.example"));
        assert_eq!(parsed.tree.comments.len(), 1);
    }

    #[test]
    fn broken_files_are_read_on() {
        let parsed = parse("</If>\n<VirtualHost *:80>\nProxyPass / \"http://a\nProxyPass /b http://b\n");
        assert_eq!(parsed.notes.len(), 2);
        assert_eq!(parsed.tree.all("ProxyPass").len(), 2);
        let deep = "<If x>\n".repeat(1_000);
        assert!(parse(&deep).notes.iter().any(|note| note.message.contains("nested deeper")));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[<>/\"'\\\\#é \n\raIf]{0,60}") {
            let parsed = parse(&text);
            parsed.tree.walk(|directive, _| assert!(text.get(directive.name.span.range()).is_some()));
        }
    }
}
