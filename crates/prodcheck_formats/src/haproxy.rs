//! HAProxy configurations: sections of lines.
//!
//! Follows the [configuration manual](https://docs.haproxy.org/dev/configuration.html#2). A section is a directive whose
//! block holds its lines; `http-request deny` is the directive `http-request` with the argument `deny`.

use crate::Parsed;
use crate::directives::{Argument, Builder, Config};
use prodcheck_source::Span;

/// The words that begin a section.
const SECTIONS: [&str; 19] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "peers",
    "resolvers",
    "userlist",
    "mailers",
    "program",
    "http-errors",
    "ring",
    "cache",
    "fcgi-app",
    "log-forward",
    "log-profile",
    "crt-store",
    "traces",
    "acme",
];

/// Reads a configuration. What cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Config> {
    let mut builder = Builder::default();
    let mut at = 0;
    let mut end = 0;
    while at < text.len() {
        at = line(text, at, &mut builder);
        if let Some(last) = builder.words().last() {
            let after = last.span.end as usize;
            let begins = builder.words().first().is_some_and(|first| SECTIONS.contains(&first.text.as_str()));
            if begins {
                let span = last.span;
                builder.close(end);
                builder.open(span);
            } else {
                if builder.depth() == 0 && builder.words().first().is_some_and(|first| !first.text.starts_with('.')) {
                    let span = builder.words().first().map_or(Span::at(at), |first| first.span);
                    builder.note(span, "this line stands in no section");
                }
                builder.end();
            }
            end = after;
        }
    }
    builder.finish(end)
}

/// Reads the words of a line; tells where the next one starts.
fn line(text: &str, start: usize, builder: &mut Builder) -> usize {
    let mut at = start;
    let byte = |at: usize| text.as_bytes().get(at).copied();
    loop {
        match byte(at) {
            None => return at,
            Some(b'\n') => return at + 1,
            Some(b' ' | b'\t' | b'\r') => at += 1,
            Some(b'#') => {
                let rest = text.get(at..).and_then(|rest| rest.split('\n').next()).unwrap_or("");
                builder.comment(Span::new(at, at + rest.trim_end().len()));
                at += rest.len();
            }
            Some(_) => at = word(text, at, builder),
        }
    }
}

fn word(text: &str, start: usize, builder: &mut Builder) -> usize {
    let mut at = start;
    let mut value = String::new();
    let mut run = at;
    let mut quote = None;
    let mut quoted = false;
    let slice = |from: usize, to: usize| text.get(from..to).unwrap_or("");
    while let Some(byte) = text.as_bytes().get(at).copied() {
        match (byte, quote) {
            (b'\n', _) => break,
            (b' ' | b'\t' | b'\r' | b'#', None) => break,
            (b'"' | b'\'', None) => {
                value.push_str(slice(run, at));
                (quote, quoted) = (Some((byte, at)), true);
                at += 1;
                run = at;
            }
            (byte, Some((open, _))) if byte == open => {
                value.push_str(slice(run, at));
                quote = None;
                at += 1;
                run = at;
            }
            (b'\\', None | Some((b'"', _))) => {
                let Some(next) = text.get(at + 1..).and_then(|rest| rest.chars().next()).filter(|next| *next != '\n')
                else {
                    at += 1;
                    continue;
                };
                value.push_str(slice(run, at));
                match next {
                    'n' => value.push('\n'),
                    'r' => value.push('\r'),
                    't' => value.push('\t'),
                    ' ' | '#' | '\\' | '"' | '\'' | '$' => value.push(next),
                    _ => value.push_str(slice(at, at + 1 + next.len_utf8())),
                }
                at += 1 + next.len_utf8();
                run = at;
            }
            _ => at += 1,
        }
    }
    value.push_str(slice(run, at));
    if let Some((_, open)) = quote {
        builder.note(Span::new(open, open + 1), "this quote is not closed");
    }
    builder.word(Argument { text: value, span: Span::new(start, at), quoted });
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(config: &Config) -> String {
        let mut names = Vec::new();
        config.walk(|directive, outer| {
            let words: Vec<_> = directive.arguments.iter().map(|word| word.text.as_str()).collect();
            names.push(format!("{}{}({})", outer.len(), directive.name.value, words.join("|")));
        });
        names.join(" ")
    }

    #[test]
    fn sections_and_their_lines() {
        let text = "# é\nglobal\n    log stdout format raw local0 # why\n\ndefaults\r\n  mode http\r\n\
                    frontend web\n  bind *:80\n  stick-table type ip size 100k expire 30s store http_req_rate(10s)\n  \
                    http-request deny if { sc_http_req_rate(0) gt 10 }\n  http-response set-header X \"a \\\"é\\\" b\"\n\
                    backend app\n  option httpchk GET /health\n  server a 'app one':3000 check\\ x\n";
        let parsed = parse(text);
        assert_eq!(parsed.notes, []);
        assert_eq!(
            names(&parsed.tree),
            "0global() 1log(stdout|format|raw|local0) 0defaults() 1mode(http) 0frontend(web) 1bind(*:80) \
             1stick-table(type|ip|size|100k|expire|30s|store|http_req_rate(10s)) \
             1http-request(deny|if|{|sc_http_req_rate(0)|gt|10|}) 1http-response(set-header|X|a \"é\" b) \
             0backend(app) 1option(httpchk|GET|/health) 1server(a|app one:3000|check x)"
        );
        let under = |span: Span| text.get(span.range()).unwrap();
        assert_eq!(parsed.tree.comments.iter().map(|span| under(*span)).collect::<Vec<_>>(), ["# é", "# why"]);
        assert_eq!(under(parsed.tree.directives[1].span), "defaults\r\n  mode http");
    }

    #[test]
    fn broken_files_are_read_on() {
        let parsed = parse("é x\nlisten \"a\n  b\n");
        assert_eq!(names(&parsed.tree), "0é(x) 0listen(a) 1b()");
        assert_eq!(
            parsed.notes.iter().map(|note| note.span.unwrap()).collect::<Vec<_>>(),
            [Span::new(0, 2), Span::new(12, 13)]
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_spans_lie_on_characters(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "é", "😀", " ", "\n", "\r\n", "global\n", "\nbackend x\n", "\"", "'", "\\", "#", ".if",
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
            });
        }
    }
}
