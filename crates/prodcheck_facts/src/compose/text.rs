//! Text of a compose file before interpolation, and what becomes of it.
//!
//! Grammar: <https://docs.docker.com/reference/compose-file/interpolation/>.

use std::collections::{BTreeMap, HashMap};

/// What is known of the variables that a compose file interpolates: the entries of a `.env` file beside it.
pub type Variables = BTreeMap<String, String>;

/// How deep defaults may stand in one another (`${A:-${B:-c}}`).
const DEPTH: usize = 16;

/// A scalar as it stands in the file, `${VARIABLE}` and all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text {
    raw: Box<str>,
}

impl Text {
    /// Text as it stands in the file.
    pub fn new(raw: impl Into<Box<str>>) -> Self {
        Self { raw: raw.into() }
    }

    /// The text as written.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The text after interpolation: a variable is what `variables` says, else its default; `None` where one has
    /// neither. `${X:+y}` counts as empty where `X` is not known, for that is its default.
    pub fn resolve(&self, variables: &Variables) -> Option<String> {
        let mut unknown = false;
        let text = expand(&self.raw, variables, &mut |_| unknown = true, DEPTH);
        (!unknown).then_some(text)
    }

    /// The text after interpolation with defaults alone.
    pub fn known(&self) -> Option<String> {
        self.resolve(&Variables::new())
    }

    /// The text after interpolation, with variables that nobody knows left as `${NAME}`, which a shell reader takes for
    /// an unknown value too.
    pub fn partly(&self, variables: &Variables) -> String {
        expand(&self.raw, variables, &mut |_| {}, DEPTH)
    }

    /// The variables that it needs and of which nothing is known, in order.
    pub fn unknown_variables(&self, variables: &Variables) -> Vec<String> {
        let mut names = Vec::new();
        expand(&self.raw, variables, &mut |name| names.push(name.to_owned()), DEPTH);
        names
    }

    /// Splits at a character outside of `${…}`, at most into `limit` parts.
    pub(super) fn split(&self, at: char, limit: usize) -> Vec<Text> {
        let mut parts = Vec::new();
        let mut depth = 0_usize;
        let mut start = 0;
        let mut before = '\0';
        for (index, character) in self.raw.char_indices() {
            if character == '{' && before == '$' {
                depth += 1;
            } else if character == '}' {
                depth = depth.saturating_sub(1);
            } else if character == at && depth == 0 && parts.len() + 1 < limit {
                parts.push(Text::new(self.raw.get(start..index).unwrap_or("")));
                start = index + character.len_utf8();
            }
            before = character;
        }
        parts.push(Text::new(self.raw.get(start..).unwrap_or("")));
        parts
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

fn expand(raw: &str, variables: &Variables, unknown: &mut dyn FnMut(&str), depth: usize) -> String {
    let closers = closing_braces(raw);
    let mut out = String::new();
    let mut at = 0;
    while let Some(offset) = raw.get(at..).and_then(|rest| rest.find('$')) {
        out.push_str(raw.get(at..at + offset).unwrap_or(""));
        at += offset + 1;
        let rest = raw.get(at..).unwrap_or("");
        if rest.starts_with('$') {
            out.push('$');
            at += 1;
        } else if rest.starts_with('{') {
            at += 1;
            if let Some(end) = closers.get(&at) {
                braced(raw.get(at..*end).unwrap_or(""), variables, unknown, depth, &mut out);
                at = end + 1;
            } else {
                out.push_str("${");
            }
        } else {
            let name = rest.get(..name_length(rest)).unwrap_or("");
            at += name.len();
            if name.is_empty() {
                out.push('$');
            } else {
                plain(name, variables, unknown, &mut out);
            }
        }
    }
    out.push_str(raw.get(at..).unwrap_or(""));
    out
}

fn plain(name: &str, variables: &Variables, unknown: &mut dyn FnMut(&str), out: &mut String) {
    if let Some(value) = variables.get(name) {
        out.push_str(value);
    } else {
        unknown(name);
        out.push_str("${");
        out.push_str(name);
        out.push('}');
    }
}

fn braced(expression: &str, variables: &Variables, unknown: &mut dyn FnMut(&str), depth: usize, out: &mut String) {
    let length = name_length(expression);
    let name = expression.get(..length).unwrap_or("");
    let operation = expression.get(length..).unwrap_or("");
    let (empty_is_unset, operation) = match operation.strip_prefix(':') {
        Some(operation) => (true, operation),
        None => (false, operation),
    };
    let value = variables.get(name).filter(|value| !(empty_is_unset && value.is_empty()));
    let mut operator = operation.chars();
    match operator.next() {
        _ if name.is_empty() || depth == 0 => {
            unknown(name);
            out.push_str("${");
            out.push_str(expression);
            out.push('}');
        }
        Some('-') => match value {
            Some(value) => out.push_str(value),
            None => out.push_str(&expand(operator.as_str(), variables, unknown, depth - 1)),
        },
        Some('+') => {
            if value.is_some() {
                out.push_str(&expand(operator.as_str(), variables, unknown, depth - 1));
            }
        }
        _ => match value {
            Some(value) => out.push_str(value),
            None => plain(name, &Variables::new(), unknown, out),
        },
    }
}

fn name_length(text: &str) -> usize {
    let mut bytes = text.bytes();
    match bytes.next() {
        Some(first) if first.is_ascii_alphabetic() || first == b'_' => {
            1 + bytes.take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
        }
        _ => 0,
    }
}

/// Where each `${` ends: the offset just past it, and that of its `}`.
fn closing_braces(text: &str) -> HashMap<usize, usize> {
    let mut open = Vec::new();
    let mut closers = HashMap::new();
    let mut before = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if before == b'$' => open.push(at + 1),
            b'}' => closers.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
        before = byte;
    }
    closers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(raw: &str) -> Option<String> {
        Text::new(raw).known()
    }

    #[test]
    fn a_variable_is_its_default_and_unknown_without_one() {
        assert_eq!(known("a-${TAG:-1.2}-b").as_deref(), Some("a-1.2-b"));
        assert_eq!(known("${TAG-}").as_deref(), Some(""));
        assert_eq!(known("${A:-${B:-deep}}!").as_deref(), Some("deep!"));
        assert_eq!(known("${A:-${B}}"), None);
        assert_eq!(known("$TAG"), None);
        assert_eq!(known("${TAG}"), None);
        assert_eq!(known("${TAG:?say which}"), None);
        assert_eq!(known("${TAG?}"), None);
    }

    #[test]
    fn what_replaces_a_set_variable_counts_only_where_it_is_set() {
        assert_eq!(known("${DEBUG:+--inspect}").as_deref(), Some(""));
        let set = Variables::from([("DEBUG".to_owned(), "1".to_owned())]);
        assert_eq!(Text::new("${DEBUG:+--inspect}").resolve(&set).as_deref(), Some("--inspect"));
    }

    #[test]
    fn dollars_that_are_no_variables_stay() {
        assert_eq!(known("$$HOME $1 5$ ç$").as_deref(), Some("$HOME $1 5$ ç$"));
        assert_eq!(known("${open").as_deref(), Some("${open"));
    }

    #[test]
    fn an_empty_variable_is_unset_only_with_a_colon() {
        let set = Variables::from([("A".to_owned(), String::new())]);
        assert_eq!(Text::new("${A:-x}").resolve(&set).as_deref(), Some("x"));
        assert_eq!(Text::new("${A-x}").resolve(&set).as_deref(), Some(""));
        assert_eq!(Text::new("${A:?}").resolve(&set), None);
        assert_eq!(Text::new("${A?}").resolve(&set).as_deref(), Some(""));
    }

    #[test]
    fn unknown_parts_can_be_left_in_place() {
        let text = Text::new("node $$X ${FLAGS} ${PORT:-80} $MAIN");
        assert_eq!(text.partly(&Variables::new()), "node $X ${FLAGS} 80 ${MAIN}");
        assert_eq!(text.unknown_variables(&Variables::new()), ["FLAGS", "MAIN"]);
    }

    #[test]
    fn hostile_nesting_ends() {
        let deep = format!("{}x{}", "${A:-".repeat(5000), "}".repeat(5000));
        assert_eq!(known(&deep), None);
        assert_eq!(known(&"${".repeat(5000)), Some("${".repeat(5000)));
    }

    #[test]
    fn splits_outside_of_variables() {
        let parts = Text::new("${HOST:-0.0.0.0}:${A:-80}:3000").split(':', 9);
        assert_eq!(parts, ["${HOST:-0.0.0.0}", "${A:-80}", "3000"].map(Text::from));
        assert_eq!(Text::new("a:b:c").split(':', 2), ["a", "b:c"].map(Text::from));
    }
}
