//! Justfiles: recipes as shell, and variables.
//!
//! Follows the [manual of just](https://just.systems/man/en/). Only strings are values; an expression that is more than
//! the name of such a variable is unknown. A recipe that begins with `#!` is one script, whatever it is written in.

use crate::Parsed;
use crate::excerpt::Excerpt;
use crate::recipes::{RawLine, Recipes, Rule, Values, Variable, shell_line, words};
use prodcheck_source::{Note, Span, Spanned};
use std::collections::BTreeMap;

/// How many remarks one file gets.
const MOST_NOTES: usize = 100;

/// Reads a justfile. What cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Recipes> {
    let mut reader = Reader { file: Recipes::default(), raw: Vec::new(), open: None, notes: Vec::new() };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        reader.line(line.trim_end_matches(['\n', '\r']), start);
        start += line.len();
    }
    reader.end_recipe();
    let Reader { mut file, raw, mut notes, .. } = reader;
    let strings = file.variables.iter().filter_map(|variable| {
        let value = string(&variable.value.value)?;
        Some((variable.name.value.clone(), value.to_owned()))
    });
    let mut values = Values::new(strings.collect::<BTreeMap<_, _>>());
    for (rule, raw) in raw {
        let Some(rule) = file.rules.get_mut(rule) else { continue };
        let text = put_in(&raw.text, &mut values);
        rule.recipe.push(shell_line(&raw, &text, &mut notes));
        rule.span = rule.span.to(raw.span);
    }
    notes.sort_by_key(|note| note.span);
    notes.truncate(MOST_NOTES);
    Parsed::with_notes(file, notes)
}

struct Reader {
    file: Recipes,
    raw: Vec<(usize, RawLine)>,
    open: Option<Open>,
    notes: Vec<Note>,
}

/// The recipe that is being read.
struct Open {
    rule: usize,
    /// The blanks before its first line.
    indent: usize,
    /// Whether it is one script.
    is_script: bool,
    /// The line that is continued, or the script.
    text: Option<RawLine>,
}

impl Reader {
    fn line(&mut self, line: &str, start: usize) {
        let body = line.trim_start();
        let at = start + line.len() - body.len();
        let indented = at > start;
        if indented && self.open.is_some() {
            self.recipe_line(line, start);
            return;
        }
        if body.is_empty() {
            return;
        }
        self.end_recipe();
        if body.starts_with('#') {
            self.file.comments.push(Span::new(at, at + body.trim_end().len()));
        } else if !body.starts_with('[') {
            self.statement(body, at);
        }
    }

    fn statement(&mut self, line: &str, at: usize) {
        let mut found = words(line, at).into_iter();
        let Some(first) = found.next() else { return };
        let rest = |word: &str| line.strip_prefix(word).unwrap_or("").trim_start();
        match first.value.as_str() {
            "set" | "alias" | "mod" | "mod?" | "unexport" if !rest(&first.value).starts_with([':', '=']) => {}
            "import" | "import?" => {
                let path = rest(&first.value).trim_end();
                let from = at + line.trim_end().len() - path.len();
                let value = string(path).unwrap_or(path).to_owned();
                self.file.includes.push(Spanned::new(value, Span::new(from, from + path.len())));
            }
            _ => match separator(line) {
                Some((colon, true)) => self.variable(line, at, colon),
                Some((colon, false)) => self.rule(line, at, colon),
                None => {
                    let span = Span::new(at, at + line.trim_end().len());
                    self.notes.push(Note::at(span, "this is no recipe and no assignment"));
                }
            },
        }
    }

    fn variable(&mut self, line: &str, at: usize, colon: usize) {
        let Some(name) = words(line.get(..colon).unwrap_or(""), at).pop() else { return };
        let value = line.get(colon + 2..).unwrap_or("").trim();
        let from = at + line.trim_end().len() - value.len();
        let value = Spanned::new(value.to_owned(), Span::new(from, from + value.len()));
        let span = Span::new(at, at + line.trim_end().len());
        self.file.variables.push(Variable { span, name, operator: ":=".to_owned(), value });
    }

    fn rule(&mut self, line: &str, at: usize, colon: usize) {
        let head = line.get(..colon).unwrap_or("");
        let quiet = head.len() - head.trim_start_matches('@').len();
        let targets: Vec<_> = words(head.get(quiet..).unwrap_or(""), at + quiet).into_iter().take(1).collect();
        let needs = line.get(colon + 1..).unwrap_or("");
        let needs = needs.split('#').next().unwrap_or("");
        let mut prerequisites = Vec::new();
        let mut depth = 0_usize;
        for word in words(needs, at + colon + 1) {
            let name = word.value.trim_start_matches('(').trim_end_matches(')');
            let opens = word.value.len() - word.value.trim_start_matches('(').len();
            if (depth == 0 || opens > 0) && name != "&&" && !name.is_empty() {
                let from = word.span.start as usize + opens;
                prerequisites.push(Spanned::new(name.to_owned(), Span::new(from, from + name.len())));
            }
            depth += opens;
            depth = depth.saturating_sub(word.value.matches(')').count());
        }
        let span = Span::new(at, at + line.trim_end().len());
        self.file.rules.push(Rule { span, targets, prerequisites, recipe: Vec::new() });
        self.open = Some(Open { rule: self.file.rules.len() - 1, indent: 0, is_script: false, text: None });
    }

    fn recipe_line(&mut self, line: &str, start: usize) {
        let Some(open) = &mut self.open else { return };
        let body = line.trim_start();
        let at = start + line.len() - body.len();
        let is_first = open.indent == 0;
        if is_first && !body.is_empty() {
            open.indent = line.len() - body.len();
            open.is_script = body.starts_with("#!");
        }
        let span = Span::new(at, at + body.trim_end().len());
        if open.is_script {
            let cut = (line.len() - body.len()).min(open.indent);
            let text =
                open.text.get_or_insert_with(|| RawLine { span, ignores_failure: false, text: Excerpt::default() });
            if !is_first {
                text.text.push_opaque("\n", Span::at(start));
            }
            text.text.push_verbatim(line.get(cut..).unwrap_or(""), start + cut);
            text.span = text.span.to(span);
            return;
        }
        let continues = open.text.is_some();
        let kept = if continues { body } else { body.trim_start_matches(['@', '-', '?']) };
        let prefix = body.get(..body.len() - kept.len()).unwrap_or("");
        let span = Span::new(at + prefix.len(), (at + body.trim_end().len()).max(at + prefix.len()));
        let ignores_failure = prefix.contains('-');
        let text = open.text.get_or_insert_with(|| RawLine { span, ignores_failure, text: Excerpt::default() });
        let joined = kept.strip_suffix('\\');
        text.text.push_verbatim(joined.unwrap_or(kept), at + prefix.len());
        text.span = text.span.to(span);
        if joined.is_none() {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        let Some(open) = &mut self.open else { return };
        if let Some(text) = open.text.take().filter(|text| !text.text.text().trim().is_empty()) {
            self.raw.push((open.rule, text));
        }
    }

    fn end_recipe(&mut self) {
        self.end_line();
        self.open = None;
    }
}

/// The first colon outside of strings and parentheses, and whether it begins `:=`.
fn separator(line: &str) -> Option<(usize, bool)> {
    let mut quote = None;
    for (at, byte) in line.bytes().enumerate() {
        match (byte, quote) {
            (byte, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (b'"' | b'\'' | b'`', None) => quote = Some(byte),
            (b'#', None) => return None,
            (b':', None) => return Some((at, line.as_bytes().get(at + 1) == Some(&b'='))),
            _ => {}
        }
    }
    None
}

/// The text of a string without escapes; `None` for any other expression.
fn string(value: &str) -> Option<&str> {
    let raw = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).filter(|text| !text.contains('\''));
    let cooked = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    raw.or(cooked.filter(|text| !text.contains(['"', '\\'])))
}

/// The line with the values of `{{ name }}`.
fn put_in(raw: &Excerpt<'_>, values: &mut Values) -> Excerpt<'static> {
    let text = raw.text();
    let mut all = Excerpt::default();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let start = at + found;
        all.push_from(raw, at, start);
        at = start;
        let inside = text.get(start + 2..).unwrap_or("");
        if inside.starts_with("{{") {
            all.push_opaque("{{", raw.span(start, start + 4));
            at = start + 4;
            continue;
        }
        let Some(length) = inside.find("}}") else { break };
        let end = start + 2 + length + 2;
        let name = inside.get(..length).unwrap_or("").trim();
        let value = string(name).map(str::to_owned).or_else(|| values.take(name));
        all.push_opaque(value.as_deref().unwrap_or("${_}"), raw.span(start, end));
        at = end;
    }
    all.push_from(raw, at, text.len());
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::Word;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn under(text: &str, span: Span) -> &str {
        text.get(span.range()).unwrap()
    }

    fn spelled(file: &Recipes) -> Vec<String> {
        let word = |word: &Word| word.pattern().unwrap_or_else(|| "?".to_owned());
        let mut all = Vec::new();
        for rule in &file.rules {
            for line in &rule.recipe {
                for visit in line.script.commands() {
                    let words: Vec<_> = visit.command.words.iter().map(word).collect();
                    all.push(format!("{}: {}", rule.targets[0].value, words.join("|")));
                }
            }
        }
        all
    }

    #[test]
    fn recipes_and_variables() {
        let text = "# é\nset shell := [\"bash\", \"-c\"]\nalias d := deploy\nimport 'é.just'\nimage := \"app\" \nexport TAG := `git rev-parse HEAD`\n\n\
                    [private]\n@deploy host='a:b' *args: build (test \"x y\") && clean # why\n    @echo {{{{x}} {{host}}\n    -docker push {{image}}:{{ TAG }} \\\n      --quiet\n\n\
                    \x20   ssh é 'pm2 reload {{image}}'\n\nscript:\n\t#!/usr/bin/env bash\n\tset -e\n\tif a; then\n\t  b é\n\tfi\nbuild:\n";
        let parsed = parse(text);
        assert_eq!(parsed.notes, []);
        let file = parsed.tree;
        assert_eq!(
            spelled(&file),
            [
                "deploy: echo|{{x}}|?",
                "deploy: docker|push|?|--quiet",
                "deploy: ssh|é|pm2 reload app",
                "script: set|-e",
                "script: a",
                "script: b|é"
            ]
        );
        let deploy = &file.rules[0];
        assert_eq!(
            deploy.prerequisites.iter().map(|word| under(text, word.span)).collect::<Vec<_>>(),
            ["build", "test", "clean"]
        );
        assert!(deploy.recipe[1].ignores_failure && !deploy.recipe[0].ignores_failure);
        assert_eq!(under(text, deploy.recipe[2].script.commands()[0].command.words[2].span), "'pm2 reload {{image}}'");
        let script = &file.rules[1].recipe[0].script;
        assert_eq!(script.shebang.as_ref().map(|shebang| shebang.value.as_str()), Some("/usr/bin/env bash"));
        assert_eq!(under(text, script.commands()[2].command.span), "b é");
        assert_eq!(file.variables.iter().map(|v| v.name.value.as_str()).collect::<Vec<_>>(), ["image", "TAG"]);
        assert_eq!(file.includes[0].value, "é.just");
        assert_eq!(
            file.rules.iter().map(|rule| rule.targets[0].value.as_str()).collect::<Vec<_>>(),
            ["deploy", "script", "build"]
        );
    }

    #[test]
    fn broken_files_are_read_on() {
        let parsed = parse("é what\na:\n  echo 'x\nb:\n  c {{d\n");
        assert_eq!(parsed.notes.len(), 2);
        assert_eq!(parsed.notes[0].span, Some(Span::new(0, 7)));
        assert_eq!(spelled(&parsed.tree), ["a: echo|x", "b: c|{{d"]);
    }

    #[test]
    fn hostile_files_take_linear_time() {
        for piece in ["a:\n", "a:\n ", "{{", "{{{{", " {{x}}", "\\\n ", "#!\n ", "(", "a(", "é", "'"] {
            for start in ["", "a:\n ", "a:\n #!\n ", "a: "] {
                let text = format!("{start}{}", piece.repeat(200_000 / piece.len()));
                let begun = Instant::now();
                parse(&text);
                assert!(begun.elapsed() < Duration::from_secs(5), "{start:?} {piece:?} took {:?}", begun.elapsed());
            }
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_spans_lie_on_characters(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "é", "😀", " ", "\n", "\n  ", "\n\t", "\r\n", ":", ":=", "{{", "}}", "a:\n", "#", "#!", "\\", "'", "\"", "(", ")", "&&", "@", "-", "[x]",
                "set ", "import ", "alias ",
            ]), 0..40)
        ) {
            let text = pieces.concat();
            let parsed = parse(&text);
            for note in &parsed.notes {
                prop_assert!(text.get(note.span.unwrap().range()).is_some());
            }
            for rule in &parsed.tree.rules {
                for word in rule.targets.iter().chain(&rule.prerequisites) {
                    prop_assert_eq!(text.get(word.span.range()), Some(word.value.as_str()));
                }
                for line in &rule.recipe {
                    prop_assert!(rule.span.contains(line.span));
                    for visit in line.script.commands() {
                        prop_assert!(text.get(visit.command.span.range()).is_some());
                    }
                }
            }
            for variable in &parsed.tree.variables {
                prop_assert_eq!(text.get(variable.value.span.range()), Some(variable.value.value.as_str()));
            }
        }
    }
}
