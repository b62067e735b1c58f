//! One word of a command line, as far as it can be told without running anything.

use prodcheck_source::Place;

/// A word whose variables and quotes are resolved; what stays unknown keeps its spelling (`$APP/server.js`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    text: String,
    known: usize,
    whole: bool,
    many: bool,
    /// Where it is written. An argument that a script hands on stands where the script is called.
    pub place: Place,
}

impl Word {
    /// A word that is known.
    pub fn new(text: impl Into<String>, place: Place) -> Self {
        let text = text.into();
        Self { known: text.len(), text, whole: true, many: false, place }
    }

    /// A word of which only the first `known` bytes are known; the rest of `shown` is its spelling.
    pub fn partly(shown: impl Into<String>, known: usize, place: Place) -> Self {
        let text = shown.into();
        let known = (0..=known.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        Self { text, known, whole: false, many: false, place }
    }

    /// The same, of which it is not known whether it is one word: an unquoted variable can be none or several.
    #[must_use]
    pub fn or_many(mut self) -> Self {
        self.many = !self.whole;
        self
    }

    /// Its text, where all of it is known.
    pub fn text(&self) -> Option<&str> {
        self.whole.then_some(self.text.as_str())
    }

    /// Its text for people; unknown parts as they are spelled.
    pub fn shown(&self) -> &str {
        &self.text
    }

    /// What is known of its beginning.
    pub fn prefix(&self) -> &str {
        self.text.get(..self.known).unwrap_or("")
    }

    /// Whether it could be no word or several.
    pub fn is_many(&self) -> bool {
        self.many
    }

    /// Whether it is known, and is this.
    pub fn is(&self, text: &str) -> bool {
        self.text() == Some(text)
    }

    /// Whether it begins as options do.
    pub fn is_option(&self) -> bool {
        self.prefix().starts_with('-')
    }

    /// What follows a known beginning.
    pub fn strip_prefix(&self, prefix: &str) -> Option<Word> {
        self.prefix().starts_with(prefix).then(|| self.after(prefix.len()))
    }

    /// The known text before the first `separator`, and the word after it.
    pub fn split_once(&self, separator: char) -> Option<(&str, Word)> {
        let at = self.prefix().find(separator)?;
        Some((self.text.get(..at)?, self.after(at + separator.len_utf8())))
    }

    fn after(&self, at: usize) -> Word {
        let text = self.text.get(at..).unwrap_or("").to_owned();
        Word {
            known: self.known.saturating_sub(at).min(text.len()),
            text,
            whole: self.whole,
            many: false,
            place: self.place.clone(),
        }
    }

    /// The last part of a path, without `.exe` and the like: `/usr/bin/node` is `node`.
    pub fn program(&self) -> Option<&str> {
        let name = self.text()?.rsplit(['/', '\\']).next()?;
        let stem = [".exe", ".cmd", ".bat"].iter().find_map(|suffix| name.strip_suffix(suffix));
        Some(stem.unwrap_or(name))
    }

    /// Whether it names a file by a path rather than a program on the `PATH`.
    pub fn is_path(&self) -> bool {
        self.text.contains('/')
    }
}

/// `NAME=value` before a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// Its value.
    pub value: Word,
    /// All of it.
    pub place: Place,
}

/// A command with its words resolved: what a shell would pass to `execve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argv {
    /// Assignments before it.
    pub assignments: Vec<Assignment>,
    /// Program and arguments; none where it only assigns.
    pub words: Vec<Word>,
    /// All of it.
    pub place: Place,
}

impl Argv {
    /// A command without assignments.
    pub fn new(words: Vec<Word>, place: Place) -> Self {
        Self { assignments: Vec::new(), words, place }
    }

    /// The command as one line, for people.
    pub fn shown(&self) -> String {
        let assigned = self.assignments.iter().map(|one| format!("{}={}", one.name, one.value.shown()));
        let words = self.words.iter().map(|word| word.shown().to_owned());
        assigned.chain(words).collect::<Vec<_>>().join(" ")
    }
}
