//! Words of a shell to words of a command: quotes taken off, variables put in where they are known.

use super::Walk;
use super::disk::normalised;
use super::state::{State, Value};
use prodcheck_facts::command::Word;
use prodcheck_formats::shell::{self, Change, Parameter, Part, PartKind, Quote, Step};
use prodcheck_source::{Place, RepoPath};
use std::rc::Rc;

/// How deep words may nest (`${A:-${B:-…}}`).
const DEPTH: usize = 32;

/// How long a word may grow by what is put into it.
const LENGTH: usize = 64 * 1024;

/// Text, and where it stops being known.
#[derive(Debug, Clone, Default)]
struct Piece {
    text: String,
    /// Bytes that are known; `None` while all are.
    known: Option<usize>,
    /// Whether it consists of an unquoted unknown alone, and so could be no word or several.
    bare: bool,
}

impl Piece {
    fn push(&mut self, text: &str) {
        if self.text.len() < LENGTH {
            self.text.push_str(text);
        }
        self.bare = false;
    }

    fn hole(&mut self, spelling: &str, bare: bool) {
        self.bare = bare && self.text.is_empty();
        self.known.get_or_insert(self.text.len());
        if self.text.len() < LENGTH {
            self.text.push_str(spelling);
        }
    }

    fn word(self, place: &Place) -> Word {
        match self.known {
            None => Word::new(self.text, place.clone()),
            Some(known) if self.bare => Word::partly(self.text, known, place.clone()).or_many(),
            Some(known) => Word::partly(self.text, known, place.clone()),
        }
    }
}

/// How sure a value is that a test asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// It can be anything.
    Unknown,
    /// It is this unless the environment, which the repository does not show, says otherwise.
    Default,
    /// It is this.
    Known,
}

/// What one parameter stands for.
enum Given {
    Text(String),
    Words(Rc<Vec<Word>>),
    /// Nothing sets it.
    Unset,
    Unknown,
}

impl Walk<'_> {
    /// The words that one word of a shell becomes.
    pub(super) fn expand(&mut self, word: &shell::Word, state: &State, file: &RepoPath) -> Vec<Word> {
        let place = Place::new(file.clone(), word.span);
        let mut fields: Vec<Word> = Vec::new();
        let mut open: Option<Piece> = word.parts.is_empty().then(Piece::default);
        for part in &word.parts {
            let quoted = part.quote != Quote::None;
            match &part.kind {
                PartKind::Text { text, .. } => open.get_or_insert_default().push(text),
                PartKind::Parameter(parameter) if is_list(parameter) => {
                    match self.list_given(parameter, part, state, file) {
                        Given::Words(words) if word.parts.len() == 1 && (parameter.name != "*" || !quoted) => {
                            fields.extend(words.iter().take(LENGTH).cloned());
                        }
                        Given::Words(words) => {
                            let text = words.iter().map(Word::shown).collect::<Vec<_>>().join(" ");
                            let piece = open.get_or_insert_default();
                            match words.iter().all(|word| word.text().is_some()) {
                                true => piece.push(&text),
                                false => piece.hole(&text, false),
                            }
                        }
                        Given::Text(text) => open.get_or_insert_default().push(&text),
                        Given::Unset | Given::Unknown => {
                            let spelling = self.spelled(part, file);
                            open.get_or_insert_default().hole(&spelling, true);
                        }
                    }
                }
                PartKind::Parameter(parameter) => match self.parameter(parameter, state, file, 0) {
                    Some(text) if quoted => open.get_or_insert_default().push(&text),
                    Some(text) => split(&text, &mut open, &mut fields, &place),
                    None => {
                        let spelling = self.spelled(part, file);
                        open.get_or_insert_default().hole(&spelling, !quoted && word.parts.len() == 1);
                    }
                },
                PartKind::Array(words) => {
                    for word in words.iter().take(LENGTH) {
                        fields.extend(self.expand(word, state, file));
                    }
                }
                _ => match self.part_text(part, state, file, 0) {
                    Some(text) if quoted => open.get_or_insert_default().push(&text),
                    Some(text) => split(&text, &mut open, &mut fields, &place),
                    None => {
                        let spelling = self.spelled(part, file);
                        open.get_or_insert_default().hole(&spelling, !quoted && word.parts.len() == 1);
                    }
                },
            }
        }
        if let Some(mut piece) = open {
            // Where no file has such a name, a shell leaves the pattern as it is; none has a colon (`start:*`).
            if word.expands && piece.known.is_none() && !piece.text.contains(':') {
                // A pattern of file names: what it matches is not known, and the spelling stays.
                let known = piece.text.find(['*', '?', '[', '{', '(']).unwrap_or(0);
                piece.known = Some(known);
            }
            fields.push(piece.word(&place));
        }
        fields
    }

    /// The one word that a word of a shell becomes where it is not split: in an assignment, after `case`.
    pub(super) fn expand_whole(&mut self, word: &shell::Word, state: &State, file: &RepoPath) -> Word {
        let place = Place::new(file.clone(), word.span);
        let mut piece = Piece::default();
        for part in &word.parts {
            match self.part_text(part, state, file, 0) {
                Some(text) => piece.push(&text),
                None => {
                    let spelling = self.spelled(part, file);
                    piece.hole(&spelling, false);
                }
            }
        }
        piece.word(&place)
    }

    /// The same for a variable that is set from itself (`X="$X more"`): where nothing set it before, it was empty.
    pub(super) fn expand_value(&mut self, name: &str, word: &shell::Word, state: &State, file: &RepoPath) -> Word {
        if state.variable(name).is_some() || !word.parameters().iter().any(|(parameter, _)| parameter.name == name) {
            return self.expand_whole(word, state, file);
        }
        let mut before = state.clone();
        let place = Place::new(file.clone(), word.span);
        before.set(name, &Word::new("", place.clone()), &place);
        let whole = self.expand_whole(word, &before, file);
        match whole.text() {
            Some(text) => Word::new(text.trim().to_owned(), whole.place),
            None => whole,
        }
    }

    /// What a word says to a test: variables that nothing sets are empty, as they are by default.
    pub(super) fn asked(&mut self, word: &shell::Word, state: &State, file: &RepoPath) -> (String, Sure) {
        let mut text = String::new();
        let mut sure = Sure::Known;
        for part in &word.parts {
            match self.part_text(part, state, file, 0) {
                Some(known) => text.push_str(&known),
                None => match &part.kind {
                    PartKind::Parameter(parameter) => {
                        let unset = matches!(self.given(parameter, state, file), Given::Unset);
                        let plain = matches!(parameter.change, Change::None | Change::Required { .. });
                        // By the rulebook a value chosen by NODE_ENV is judged by its production branch.
                        if parameter.name == "NODE_ENV" && unset {
                            text.push_str("production");
                        }
                        sure = sure.min(if unset && plain { Sure::Default } else { Sure::Unknown });
                    }
                    _ => sure = Sure::Unknown,
                },
            }
            sure = sure.min(self.certainty(part, state, file));
        }
        (text, sure)
    }

    /// A parameter whose default was put in is what it is by default only.
    fn certainty(&mut self, part: &Part, state: &State, file: &RepoPath) -> Sure {
        let PartKind::Parameter(parameter) = &part.kind else { return Sure::Known };
        match parameter.change {
            Change::Default { .. } | Change::Alternative { .. } => match self.given(parameter, state, file) {
                Given::Unset if !is_positional(&parameter.name) => Sure::Default,
                Given::Unknown => Sure::Default,
                _ => Sure::Known,
            },
            _ => Sure::Known,
        }
    }

    /// `"$@"`, `"${@:2}"`, `"${ARGS[@]}"`.
    fn list_given(&self, parameter: &Parameter, part: &Part, state: &State, file: &RepoPath) -> Given {
        let Change::Other(operand) = &parameter.change else { return self.given(parameter, state, file) };
        let operand = operand.pattern().unwrap_or_default();
        if self.spelled(part, file).starts_with("${#") {
            return Given::Unknown;
        }
        if operand == "[@]" || operand == "[*]" {
            return state.arrays.get(&parameter.name).map_or(Given::Unknown, |words| Given::Words(Rc::clone(words)));
        }
        // `${@:2}` leaves out what comes before the second argument.
        let from = operand.strip_prefix(':').and_then(|from| from.trim().parse::<usize>().ok());
        match (from, state.arguments.as_ref()) {
            (Some(from), Some(words)) => {
                Given::Words(Rc::new(words.get(from.saturating_sub(1)..).unwrap_or(&[]).to_vec()))
            }
            _ => Given::Unknown,
        }
    }

    /// What a parameter stands for before anything is done to it.
    fn given(&self, parameter: &Parameter, state: &State, file: &RepoPath) -> Given {
        let arguments = state.arguments.as_ref();
        match parameter.name.as_str() {
            "@" | "*" => arguments.map_or(Given::Unknown, |words| Given::Words(Rc::clone(words))),
            "#" => arguments.map_or(Given::Unknown, |words| Given::Text(words.len().to_string())),
            "0" | "BASH_SOURCE" => state.script.clone().map_or(Given::Unknown, Given::Text),
            "PWD" => state.directory.clone().map_or(Given::Unknown, Given::Text),
            "?" | "$" | "!" | "-" | "RANDOM" | "HOSTNAME" | "UID" | "" => Given::Unknown,
            name if is_positional(name) => {
                let Some(arguments) = arguments else { return Given::Unknown };
                let at = name.parse::<usize>().unwrap_or(usize::MAX);
                match arguments.get(at.wrapping_sub(1)) {
                    None => Given::Unset,
                    Some(word) => word.text().map_or(Given::Unknown, |text| Given::Text(text.to_owned())),
                }
            }
            name => match state.variable(name) {
                Some(Value::Text(text)) => Given::Text(text.clone()),
                Some(Value::Unknown) => Given::Unknown,
                None => self.by_npm(name, state, file).map_or(Given::Unset, Given::Text),
            },
        }
    }

    /// The variables that package managers set for scripts.
    fn by_npm(&self, name: &str, state: &State, file: &RepoPath) -> Option<String> {
        let package = self.scene.repository.facts.package(file)?;
        match name {
            "npm_package_main" => package.main.as_ref().map(|main| main.value.clone()),
            "npm_package_name" => package.name.as_ref().map(|name| name.value.clone()),
            "npm_package_version" => package.version.as_ref().map(|version| version.value.clone()),
            "INIT_CWD" => state.directory.clone(),
            _ => None,
        }
    }

    /// The text that a parameter becomes; `None` where it is not known.
    fn parameter(&mut self, parameter: &Parameter, state: &State, file: &RepoPath, depth: usize) -> Option<String> {
        if depth > DEPTH {
            return None;
        }
        let given = self.given(parameter, state, file);
        let text = match &given {
            Given::Text(text) => Some(text.clone()),
            Given::Words(words) => {
                let known: Option<Vec<&str>> = words.iter().map(Word::text).collect();
                known.map(|words| words.join(" "))
            }
            // An argument that is not given is empty for sure.
            Given::Unset if is_positional(&parameter.name) => Some(String::new()),
            Given::Unset | Given::Unknown => None,
        };
        let missing = |or_empty: bool| match &given {
            Given::Text(text) => or_empty && text.is_empty(),
            Given::Words(words) => or_empty && words.is_empty(),
            // What is set in a place that nobody sees counts as its default.
            Given::Unset | Given::Unknown => true,
        };
        match &parameter.change {
            Change::None | Change::Required { .. } => text,
            Change::Default { word, or_empty, .. } => match missing(*or_empty) {
                true => self.text_of(&word.parts, state, file, depth + 1),
                false => text,
            },
            Change::Alternative { word, or_empty } => match missing(*or_empty) {
                true => Some(String::new()),
                false => self.text_of(&word.parts, state, file, depth + 1),
            },
            Change::Other(_) if parameter.name == "BASH_SOURCE" => text,
            Change::Other(operand) => cut(&text?, &operand.pattern()?),
        }
    }

    fn text_of(&mut self, parts: &[Part], state: &State, file: &RepoPath, depth: usize) -> Option<String> {
        let mut all = String::new();
        for part in parts {
            all.push_str(&self.part_text(part, state, file, depth)?);
        }
        (all.len() < LENGTH).then_some(all)
    }

    fn part_text(&mut self, part: &Part, state: &State, file: &RepoPath, depth: usize) -> Option<String> {
        match &part.kind {
            PartKind::Text { text, .. } => Some(text.clone()),
            PartKind::Parameter(parameter) => self.parameter(parameter, state, file, depth),
            PartKind::Substitution(list) => self.substitution(list, state, file, depth),
            PartKind::Arithmetic(_) | PartKind::Template(_) | PartKind::Array(_) => None,
        }
    }

    /// What a command prints, for the few that start scripts use to find themselves.
    fn substitution(&mut self, list: &shell::List, state: &State, file: &RepoPath, depth: usize) -> Option<String> {
        if depth > DEPTH || !self.spend() {
            return None;
        }
        let mut state = state.clone();
        let mut printed = None;
        for and_or in list {
            for pipeline in std::iter::once(&and_or.first).chain(and_or.rest.iter().map(|(_, pipeline)| pipeline)) {
                let [Step::Simple(command)] = pipeline.steps.as_slice() else { return None };
                let mut words = Vec::new();
                for word in &command.words {
                    words.push(self.text_of(&word.parts, &state, file, depth + 1)?);
                }
                let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "--").collect();
                let folder = state.directory.clone();
                printed = match words.as_slice() {
                    ["cd", to] => {
                        state.directory = Some(normalised(&folder?, to));
                        printed
                    }
                    ["pwd", ..] => folder,
                    ["dirname", path] => Some(parent(path)),
                    ["basename", path] => path.trim_end_matches('/').rsplit('/').next().map(str::to_owned),
                    ["readlink", .., path] | ["realpath", .., path] => Some(normalised(&folder?, path)),
                    ["echo", text @ ..] if !text.iter().any(|word| word.starts_with('-')) => Some(text.join(" ")),
                    ["printf", "%s", text] => Some((*text).to_owned()),
                    ["which", program] | ["command", "-v", program] | ["type", "-p", program] => {
                        Some((*program).to_owned())
                    }
                    ["npm", "bin"] | ["yarn", "bin"] | ["pnpm", "bin"] => Some("node_modules/.bin".to_owned()),
                    ["git", "rev-parse", "--show-toplevel"] => Some(super::disk::CHECKOUT.to_owned()),
                    _ => return None,
                };
            }
        }
        printed
    }

    /// The spelling of a part in its file.
    fn spelled(&self, part: &Part, file: &RepoPath) -> String {
        let text = self.scene.repository.files.text(file).map_or("", |text| text.slice(part.span));
        let short: String = text.chars().take(80).collect();
        match (&part.kind, short.is_empty()) {
            (_, false) if short.contains('$') || short.contains('`') => short,
            (PartKind::Parameter(parameter), _) => format!("${{{}}}", parameter.name),
            _ => "$(…)".to_owned(),
        }
    }
}

/// Whether a parameter is one of the arguments.
fn is_positional(name: &str) -> bool {
    !name.is_empty() && name != "0" && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a parameter stands for a list of words.
fn is_list(parameter: &Parameter) -> bool {
    match &parameter.change {
        Change::None => parameter.name == "@" || parameter.name == "*",
        Change::Other(operand) => {
            let operand = operand.pattern().unwrap_or_default();
            parameter.name == "@" || operand == "[@]" || operand == "[*]"
        }
        _ => false,
    }
}

/// `${1#-}`, `${FOLDER%/}`, `${MODE,,}`: what is done to a value, patterns left aside.
fn cut(text: &str, operand: &str) -> Option<String> {
    let rest = |signs: &str| operand.strip_prefix(signs).filter(|rest| !rest.contains(['*', '?', '[', '\\']));
    if operand == ",," {
        return Some(text.to_lowercase());
    }
    if operand == "^^" {
        return Some(text.to_uppercase());
    }
    if let Some(start) = rest("##").or_else(|| rest("#")) {
        return Some(text.strip_prefix(start).unwrap_or(text).to_owned());
    }
    let end = rest("%%").or_else(|| rest("%"))?;
    Some(text.strip_suffix(end).unwrap_or(text).to_owned())
}

/// `dirname`.
fn parent(path: &str) -> String {
    match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => ".".to_owned(),
    }
}

/// An unquoted text is cut at its blanks.
fn split(text: &str, open: &mut Option<Piece>, fields: &mut Vec<Word>, place: &Place) {
    for (index, piece) in text.split([' ', '\t', '\n']).enumerate() {
        if index > 0
            && let Some(done) = open.take()
        {
            fields.push(done.word(place));
        }
        if !piece.is_empty() {
            open.get_or_insert_default().push(piece);
        }
    }
}
