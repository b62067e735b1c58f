//! Procfiles: process types and their commands, one a line.
//!
//! Follows [Heroku's documentation](https://devcenter.heroku.com/articles/procfile).

use crate::Parsed;
use crate::excerpt::Excerpt;
use crate::shell::{self, Script};
use prodcheck_source::{Note, Span, Spanned};

/// A Procfile.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Procfile {
    /// The process types in the order of the text.
    pub processes: Vec<Process>,
    /// The lines that are comments, from `#` on without the line end.
    pub comments: Vec<Span>,
}

/// One process type.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// The whole line, blanks around it left out.
    pub span: Span,
    /// Its name; `web` is the one that gets requests, `release` runs before a release.
    pub name: Spanned<String>,
    /// Its command as text.
    pub command: Spanned<String>,
    /// Its command as the shell reads it.
    pub script: Script,
}

/// Reads a Procfile. A line that is no process type is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Procfile> {
    let mut file = Procfile::default();
    let mut notes = Vec::new();
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim();
        let at = start + whole.len() - whole.trim_start().len();
        let span = Span::new(at, at + line.len());
        start += whole.len();
        if line.starts_with('#') {
            file.comments.push(span);
        } else if let Some((name, command)) = line.split_once(':').filter(|(name, command)| {
            let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            !name.is_empty() && name.bytes().all(letters) && !command.trim().is_empty()
        }) {
            let command = command.trim_start();
            let from = at + line.len() - command.len();
            let parsed = shell::parse_excerpt(&Excerpt::verbatim(command, from));
            notes.extend(parsed.notes);
            file.processes.push(Process {
                span,
                name: Spanned::new(name.to_owned(), Span::new(at, at + name.len())),
                command: Spanned::new(command.to_owned(), Span::new(from, from + command.len())),
                script: parsed.tree,
            });
        } else if !line.is_empty() {
            notes.push(Note::at(span, "expected `name: command`"));
        }
    }
    notes.truncate(100);
    Parsed::with_notes(file, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn processes_and_their_commands() {
        let text = "# é\r\nweb: NODE_ENV=production node -r é dist/server.js --port $PORT\r\n\nrelease:npx prisma migrate deploy\nweb-2 : x\nnothing\n";
        let parsed = parse(text);
        let under = |span: Span| text.get(span.range()).unwrap();
        let names: Vec<_> = parsed.tree.processes.iter().map(|process| process.name.value.as_str()).collect();
        assert_eq!(names, ["web", "release"]);
        let web = &parsed.tree.processes[0];
        let commands = web.script.commands();
        assert_eq!(under(commands[0].command.words[3].span), "dist/server.js");
        assert_eq!((under(web.command.span), under(web.name.span)), (web.command.value.as_str(), "web"));
        assert_eq!(parsed.tree.comments.len(), 1);
        assert_eq!(
            parsed.notes.iter().map(|note| under(note.span.unwrap())).collect::<Vec<_>>(),
            ["web-2 : x", "nothing"]
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a:é# \n\\\\'\"$(]{0,40}") {
            for process in parse(&text).tree.processes {
                prop_assert_eq!(text.get(process.command.span.range()), Some(process.command.value.as_str()));
            }
        }
    }
}
