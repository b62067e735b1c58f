//! Makefiles: rules with their recipes as shell, and variables.
//!
//! Follows the [GNU make manual](https://www.gnu.org/software/make/manual/make.html). Both branches of `ifeq` and its
//! like are read. Recipes get the values that the file itself gives its variables; of several the last.

use crate::Parsed;
use crate::excerpt::Excerpt;
use crate::recipes::{RawLine, Recipes, Rule, Values, Variable, shell_line, words};
use prodcheck_source::{Note, Span, Spanned};
use std::collections::BTreeMap;

/// How deep values may be put into values.
const DEEPEST: usize = 8;

/// How many remarks one file gets.
const MOST_NOTES: usize = 100;

const CONDITIONALS: [&str; 6] = ["ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"];

/// Reads a Makefile. What cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Recipes> {
    let mut reader =
        Reader { text, at: 0, file: Recipes::default(), raw: Vec::new(), in_rule: false, notes: Vec::new() };
    reader.read();
    let Reader { mut file, raw, mut notes, .. } = reader;
    let mut values = Values::new(last_values(&file.variables));
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

struct Reader<'a> {
    text: &'a str,
    at: usize,
    file: Recipes,
    /// The recipe lines, each with the number of its rule.
    raw: Vec<(usize, RawLine)>,
    /// Whether a line that begins with a tab belongs to a recipe.
    in_rule: bool,
    notes: Vec<Note>,
}

/// What a line says by its first separator.
enum Separator {
    /// Offsets of the operator's ends.
    Assignment(usize, usize),
    /// Offset just past the colons and of the first.
    Rule(usize, usize),
}

impl<'a> Reader<'a> {
    /// The next line, continued ones included; its offset.
    fn logical(&mut self) -> Option<(usize, &'a str)> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let mut length = 0;
        for line in rest.split_inclusive('\n') {
            length += line.len();
            let body = line.trim_end_matches(['\n', '\r']);
            let backslashes = body.len() - body.trim_end_matches('\\').len();
            if backslashes.is_multiple_of(2) {
                break;
            }
        }
        self.at = start + length;
        Some((start, rest.get(..length)?.trim_end_matches(['\n', '\r'])))
    }

    fn read(&mut self) {
        while let Some((start, line)) = self.logical() {
            if let Some(recipe) = line.strip_prefix('\t').filter(|_| self.in_rule) {
                self.recipe(recipe, start + 1);
                continue;
            }
            let body = self.without_comment(line, start);
            let trimmed = body.trim();
            let at = start + body.len() - body.trim_start().len();
            let first = trimmed.split_ascii_whitespace().next().unwrap_or("");
            match first {
                "" => {}
                word if CONDITIONALS.contains(&word) => {}
                "include" | "-include" | "sinclude" => {
                    self.file.includes.extend(words(trimmed, at).into_iter().skip(1));
                }
                "define" => self.define(trimmed, at),
                "vpath" | "unexport" | "undefine" => {}
                _ => self.statement(trimmed, at),
            }
        }
    }

    /// The line up to an unescaped `#`.
    fn without_comment(&mut self, line: &'a str, start: usize) -> &'a str {
        let escaped = |at: usize| line.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\\');
        let Some((at, _)) = line.match_indices('#').find(|(at, _)| !escaped(*at)) else { return line };
        let end = line.trim_end().len();
        self.file.comments.push(Span::new(start + at, start + end));
        line.get(..at).unwrap_or("")
    }

    fn define(&mut self, line: &str, at: usize) {
        let Some(name) = words(line, at).into_iter().nth(1) else { return };
        let start = self.at;
        let mut end = start;
        while let Some((line_start, line)) = self.logical() {
            if line.trim().starts_with("endef") {
                break;
            }
            end = line_start + line.len();
        }
        let value = Spanned::new(self.text.get(start..end).unwrap_or("").to_owned(), Span::new(start, end));
        let span = Span::new(at, end);
        self.file.variables.push(Variable { span, name, operator: "define".to_owned(), value });
        self.in_rule = false;
    }

    fn statement(&mut self, line: &'a str, at: usize) {
        let mut line = line;
        let mut at = at;
        while let Some(rest) = ["export ", "override ", "private "].iter().find_map(|word| line.strip_prefix(*word)) {
            let rest = rest.trim_start();
            at += line.len() - rest.len();
            line = rest;
            if separator(line).is_none() {
                return;
            }
        }
        match separator(line) {
            Some(Separator::Assignment(start, end)) => {
                self.in_rule = false;
                self.file.variables.extend(variable(line, at, start, end));
            }
            Some(Separator::Rule(first, end)) => self.rule(line, at, first, end),
            None if line.starts_with('$') || line == "export" => {}
            None => self.notes.push(Note::at(Span::new(at, at + line.len()), "this is no rule and no assignment")),
        }
    }

    fn rule(&mut self, line: &'a str, at: usize, first: usize, end: usize) {
        let targets = words(line.get(..first).unwrap_or("").trim_end_matches('&'), at);
        let rest = line.get(end..).unwrap_or("");
        let (needs, recipe) = rest.split_once(';').map_or((rest, None), |(needs, recipe)| (needs, Some(recipe)));
        self.in_rule = true;
        let (needs, from) = match separator(needs) {
            Some(Separator::Assignment(..)) => return,
            Some(Separator::Rule(_, second)) => (needs.get(second..).unwrap_or(""), at + end + second),
            None => (needs, at + end),
        };
        let mut prerequisites = words(needs, from);
        prerequisites.retain(|word| word.value != "|");
        let span = Span::new(at, at + line.len());
        self.file.rules.push(Rule { span, targets, prerequisites, recipe: Vec::new() });
        if let Some(recipe) = recipe {
            self.recipe(recipe, at + line.len() - recipe.len());
        }
    }

    fn recipe(&mut self, line: &str, at: usize) {
        let body = line.trim_start_matches([' ', '\t', '@', '-', '+']);
        let from = line.len() - body.len();
        if body.trim().is_empty() || self.file.rules.is_empty() {
            return;
        }
        let ignores_failure = line.get(..from).is_some_and(|prefix| prefix.contains('-'));
        let mut text = Excerpt::default();
        let mut start = at + from;
        for (index, piece) in body.split_inclusive('\n').enumerate() {
            let kept = if index > 0 { piece.strip_prefix('\t').unwrap_or(piece) } else { piece };
            text.push_verbatim(kept, start + piece.len() - kept.len());
            start += piece.len();
        }
        let span = Span::new(at + from, at + line.trim_end().len());
        self.raw.push((self.file.rules.len() - 1, RawLine { span, ignores_failure, text }));
    }
}

/// The first `=` or `:` outside of references.
fn separator(line: &str) -> Option<Separator> {
    let bytes = line.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'$' if matches!(bytes.get(at + 1), Some(b'(' | b'{')) => {
                depth += 1;
                at += 1;
            }
            b'(' | b'{' if depth > 0 => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            b'=' if depth == 0 => {
                let start = if at > 0 && matches!(bytes.get(at - 1), Some(b'?' | b'+' | b'!')) { at - 1 } else { at };
                return Some(Separator::Assignment(start, at + 1));
            }
            b':' if depth == 0 => {
                let colons = bytes.iter().skip(at).take_while(|byte| **byte == b':').count();
                let end = at + colons;
                let assigns = bytes.get(end) == Some(&b'=');
                return Some(if assigns { Separator::Assignment(at, end + 1) } else { Separator::Rule(at, end) });
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn variable(line: &str, at: usize, start: usize, end: usize) -> Option<Variable> {
    let name = words(line.get(..start)?, at).into_iter().next()?;
    let value = line.get(end..)?.trim();
    let from = at + line.len() - line.get(end..)?.trim_start().len();
    let joined = value.split('\n').map(|piece| piece.trim().trim_end_matches('\\')).collect::<Vec<_>>().join(" ");
    Some(Variable {
        span: Span::new(at, at + line.trim_end().len()),
        name,
        operator: line.get(start..end)?.to_owned(),
        value: Spanned::new(joined, Span::new(from, from + value.len())),
    })
}

/// The values that variables have in the end; one that a command gives is not known.
fn last_values(variables: &[Variable]) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for variable in variables {
        let name = variable.name.value.clone();
        let value = variable.value.value.clone();
        match variable.operator.as_str() {
            "!=" => {
                values.remove(&name);
            }
            "?=" => {
                values.entry(name).or_insert(value);
            }
            "+=" => {
                let all = values.entry(name).or_default();
                all.push(' ');
                all.push_str(&value);
            }
            _ => {
                values.insert(name, value);
            }
        }
    }
    values
}

/// The recipe line as make hands it to the shell.
fn put_in(raw: &Excerpt<'_>, values: &mut Values) -> Excerpt<'static> {
    let mut text = Excerpt::default();
    expand(raw.text(), values, 0, &mut |start, end, value| match value {
        None => text.push_from(raw, start, end),
        Some(value) => text.push_opaque(value, raw.span(start, end)),
    });
    text
}

/// Cuts a text into what stays and what a reference gives.
fn expand(text: &str, values: &mut Values, depth: usize, out: &mut dyn FnMut(usize, usize, Option<&str>)) {
    let bytes = text.as_bytes();
    let mut run = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte != b'$' {
            at += 1;
            continue;
        }
        let (length, value) = match bytes.get(at + 1) {
            Some(b'$') => (2, "$".to_owned()),
            Some(open @ (b'(' | b'{')) => {
                let Some(length) = balanced(bytes.get(at + 1..).unwrap_or(&[]), *open) else { break };
                let inside = text.get(at + 2..at + length).unwrap_or("");
                (length + 1, reference(inside, values, depth))
            }
            Some(byte) if byte.is_ascii() => (2, reference(text.get(at + 1..at + 2).unwrap_or(""), values, depth)),
            _ => break,
        };
        out(run, at, None);
        out(at, at + length, Some(&value));
        at += length;
        run = at;
    }
    out(run, text.len(), None);
}

/// The length up to the parenthesis that closes the first one.
fn balanced(bytes: &[u8], open: u8) -> Option<usize> {
    let close = if open == b'(' { b')' } else { b'}' };
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// What `$(inside)` gives, in the shell's words.
fn reference(inside: &str, values: &mut Values, depth: usize) -> String {
    if depth >= DEEPEST {
        return "${_}".to_owned();
    }
    let mut expanded = |text: &str| {
        let mut all = String::new();
        expand(text, values, depth + 1, &mut |start, end, value| {
            all.push_str(value.unwrap_or_else(|| text.get(start..end).unwrap_or("")));
        });
        all
    };
    if let Some(command) = inside.strip_prefix("shell ") {
        return format!("$({})", expanded(command));
    }
    let is_name = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if let Some(value) = values.take(inside) {
        let mut all = String::new();
        expand(&value, values, depth + 1, &mut |start, end, put| {
            all.push_str(put.unwrap_or_else(|| value.get(start..end).unwrap_or("")));
        });
        return all;
    }
    match inside {
        "MAKE" => "make".to_owned(),
        name if is_name && !name.starts_with(|c: char| c.is_ascii_digit()) => format!("${{{name}}}"),
        _ => "${_}".to_owned(),
    }
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
            let targets: Vec<_> = rule.targets.iter().map(|target| target.value.as_str()).collect();
            for line in &rule.recipe {
                for visit in line.script.commands() {
                    let words: Vec<_> = visit.command.words.iter().map(word).collect();
                    all.push(format!("{}: {}", targets.join(","), words.join("|")));
                }
            }
        }
        all
    }

    #[test]
    fn rules_recipes_and_variables() {
        let text = "# é\nDOCKER ?= docker\nIMAGE := $(REGISTRY)/app:$(TAG)\nTAG = v1 # why\nSHA != git rev-parse HEAD\nexport NODE_ENV=production\n\
                    .PHONY: deploy build\ndeploy: build | dir ; @echo start\n\t@$(DOCKER) push $(IMAGE) && \\\n\t  ssh é 'pm2 reload app'\n\n\
                    # between\n\t-rm -f $@ $$HOME $(wildcard *.x)\nifeq ($(A),b)\n\t$(MAKE) x\nelse\n\techo ${SHA} $(shell date +%s)\nendif\n\
                    a b:: c\n\tnode x.js # in the shell\n%.o: TAG = 2\n$(eval $(call f))\ninclude x.mk y.mk\n";
        let parsed = parse(text);
        assert_eq!(parsed.notes, []);
        let file = parsed.tree;
        assert_eq!(
            spelled(&file),
            [
                "deploy: echo|start",
                "deploy: docker|push|?",
                "deploy: ssh|é|pm2 reload app",
                "deploy: rm|-f|?|?|?",
                "deploy: make|x",
                "deploy: date|+%s",
                "deploy: echo|?|?",
                "a,b: node|x.js",
            ]
        );
        let deploy = file.rules_of("deploy").next().unwrap();
        let needs: Vec<_> = deploy.prerequisites.iter().map(|word| under(text, word.span)).collect();
        assert_eq!(needs, ["build", "dir"]);
        let push = &deploy.recipe[1];
        let commands = push.script.commands();
        assert_eq!(under(text, commands[1].command.span), "ssh é 'pm2 reload app'");
        assert_eq!(under(text, commands[0].command.words[0].span), "$(DOCKER)");
        let image = commands[0].command.words[2].parameters();
        assert_eq!(image[0].0.name, "REGISTRY");
        assert!(deploy.recipe[2].ignores_failure && !push.ignores_failure);
        let names: Vec<_> = file
            .variables
            .iter()
            .map(|v| (v.name.value.as_str(), v.operator.as_str(), v.value.value.as_str()))
            .collect();
        assert_eq!(
            names,
            [
                ("DOCKER", "?=", "docker"),
                ("IMAGE", ":=", "$(REGISTRY)/app:$(TAG)"),
                ("TAG", "=", "v1"),
                ("SHA", "!=", "git rev-parse HEAD"),
                ("NODE_ENV", "=", "production")
            ]
        );
        assert_eq!(file.includes.iter().map(|include| include.value.as_str()).collect::<Vec<_>>(), ["x.mk", "y.mk"]);
        assert_eq!(
            file.comments.iter().map(|span| under(text, *span)).collect::<Vec<_>>(),
            ["# é", "# why", "# between"]
        );
    }

    #[test]
    fn values_of_several_lines() {
        let text = "define CMD\nnode é.js\nendef\nA = x \\\n  y\nA += z\nall:\n\t$(CMD) $(A)\n";
        let file = parse(text).tree;
        assert_eq!(spelled(&file), ["all: node|é.js|x|y|z"]);
    }

    #[test]
    fn values_without_end_stay_small() {
        let text = format!("A = $(A)$(A)\nB = {}\nall:\n{}", "x".repeat(10_000), "\techo $(A) $(B)\n".repeat(2000));
        let start = Instant::now();
        assert_eq!(parse(&text).tree.rules[0].recipe.len(), 2000);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }

    #[test]
    fn broken_files_are_read_on() {
        let parsed = parse("é nonsense\nall\n\tx\nb:\n\techo 'y\nc:\n\tz\n\tlast $(x\n");
        assert_eq!(parsed.notes.len(), 5);
        assert_eq!(parsed.notes[0].span, Some(Span::new(0, 11)));
        assert_eq!(spelled(&parsed.tree)[1..2], ["c: z"]);
    }

    #[test]
    fn hostile_files_take_linear_time() {
        for piece in [
            "a:",
            "a:\n\t",
            "\t$(",
            "$(",
            "$(shell ",
            "\\\n",
            "#",
            "define a\n",
            "a = $(a)\n",
            "é",
            ";",
            "(",
            "a:\n\t$$(\n",
        ] {
            for start in ["", "a:\n\t"] {
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
                "a", "é", "😀", " ", "\n", "\n\t", "\r\n", ":", "=", ":=", "+=", "$", "$(", "$(A)", "${", ")", "}", "$$", "#", "\\", "\\\n", ";", "|",
                "define ", "endef", "include ", "ifeq", "A", "'", "shell ", "@", "-",
            ]), 0..40)
        ) {
            let text = pieces.concat();
            let parsed = parse(&text);
            for note in &parsed.notes {
                prop_assert!(text.get(note.span.unwrap().range()).is_some());
            }
            for rule in &parsed.tree.rules {
                prop_assert!(text.get(rule.span.range()).is_some());
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
                prop_assert!(text.get(variable.value.span.range()).is_some());
            }
        }
    }
}
