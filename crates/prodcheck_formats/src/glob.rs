//! File name patterns as git and Docker understand them, matched in time that only the lengths multiply.

/// One element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// This byte.
    Byte(u8),
    /// One byte other than `/` (git's `?`).
    AnyByte,
    /// One character other than `/` (Docker's `?`).
    AnyCharacter,
    /// One character of a set.
    Set(Set),
    /// `*`: anything without `/`.
    Star,
    /// Anything at all.
    All,
    /// `**/`: nothing, or anything that ends in `/`.
    Folders,
}

/// `[…]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Set {
    negated: bool,
    /// Whether it can stand for `/`.
    slash: bool,
    ranges: Vec<(u32, u32)>,
    /// Whether it stands for bytes, not for characters.
    bytes: bool,
}

impl Set {
    fn holds(&self, value: u32) -> bool {
        let within = self.ranges.iter().any(|(low, high)| *low <= value && value <= *high);
        within != self.negated && (self.slash || value != u32::from(b'/'))
    }
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    /// `None` for a pattern that matches nothing, such as one with an open bracket.
    tokens: Option<Vec<Token>>,
}

impl Glob {
    /// A pattern of git's, held against a path relative to the folder of its file; see `wildmatch` in git.
    pub fn of_git(pattern: &str) -> Self {
        Self { tokens: git_tokens(pattern.as_bytes()) }
    }

    /// A pattern of a `.dockerignore`, cleaned; see <https://github.com/moby/patternmatcher>.
    pub fn of_docker(pattern: &str) -> Self {
        Self { tokens: docker_tokens(pattern) }
    }

    /// Whether it stands for all of the text. Takes what it costs from the budget, and says no where that is used up.
    pub fn matches(&self, text: &str, budget: &mut Budget) -> bool {
        let Some(tokens) = &self.tokens else { return false };
        let mut here = vec![false; text.len() + 1];
        let mut next = here.clone();
        set(&mut here, 0, true);
        let mut first = Some(0);
        for token in tokens {
            let Some(from) = first else { return false };
            let cost = here.len() - from;
            let Some(left) = budget.0.checked_sub(cost) else { return false };
            budget.0 = left;
            next.iter_mut().for_each(|place| *place = false);
            advance(token, &here, &mut next, from, text);
            std::mem::swap(&mut here, &mut next);
            first = here.iter().skip(from).position(|place| *place).map(|ahead| from + ahead);
        }
        here.last().copied().unwrap_or(false)
    }
}

/// How much may still be spent on matching. A few patterns cost some thousands; hostile ones would cost without end.
#[derive(Debug)]
pub(crate) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(10_000_000)
    }
}

/// Sets the places that a token can reach from those that are set, of which the first is given.
fn advance(token: &Token, here: &[bool], next: &mut [bool], first: usize, text: &str) {
    let bytes = text.as_bytes();
    let mut open = false;
    for (at, reached) in here.iter().enumerate().skip(first) {
        let byte = bytes.get(at).copied();
        let character = || text.get(at..).and_then(|rest| rest.chars().next());
        open |= *reached;
        let step = match token {
            Token::Star | Token::All => {
                set(next, at, open);
                open &= *token == Token::All || byte != Some(b'/');
                continue;
            }
            Token::Folders => {
                set(next, at, *reached);
                set(next, at + 1, open && byte == Some(b'/'));
                continue;
            }
            _ if !reached => continue,
            Token::Byte(wanted) => usize::from(byte == Some(*wanted)),
            Token::AnyByte => usize::from(byte.is_some_and(|byte| byte != b'/')),
            Token::AnyCharacter => character().filter(|character| *character != '/').map_or(0, char::len_utf8),
            Token::Set(of) if of.bytes => usize::from(byte.is_some_and(|byte| of.holds(u32::from(byte)))),
            Token::Set(of) => character().filter(|character| of.holds(u32::from(*character))).map_or(0, char::len_utf8),
        };
        set(next, at + step, step > 0);
    }
}

fn set(places: &mut [bool], at: usize, value: bool) {
    if let Some(place) = places.get_mut(at) {
        *place |= value;
    }
}

fn git_tokens(pattern: &[u8]) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                tokens.push(Token::Byte(*pattern.get(at)?));
                at += 1;
            }
            b'?' => tokens.push(Token::AnyByte),
            b'[' => {
                let (set, end) = git_set(pattern, at)?;
                tokens.push(Token::Set(set));
                at = end;
            }
            b'*' => {
                let start = at - 1;
                while pattern.get(at) == Some(&b'*') {
                    at += 1;
                }
                let begins = start == 0 || pattern.get(start - 1) == Some(&b'/');
                let slash = match (pattern.get(at), pattern.get(at + 1)) {
                    (None, _) => Some(0),
                    (Some(b'/'), _) => Some(1),
                    (Some(b'\\'), Some(b'/')) => Some(0),
                    _ => None,
                };
                match slash {
                    Some(length) if at - start > 1 && begins => {
                        tokens.push(if length == 1 { Token::Folders } else { Token::All });
                        at += length;
                    }
                    _ => tokens.push(Token::Star),
                }
            }
            byte => tokens.push(Token::Byte(*byte)),
        }
    }
    Some(tokens)
}

/// The set after `[`, and where the pattern goes on after `]`.
fn git_set(pattern: &[u8], start: usize) -> Option<(Set, usize)> {
    let negated = matches!(pattern.get(start), Some(b'!' | b'^'));
    let first = start + usize::from(negated);
    let mut ranges = Vec::new();
    let mut previous = None;
    let mut at = first;
    loop {
        let byte = *pattern.get(at)?;
        at += 1;
        match byte {
            b']' if at > first + 1 => {
                let set = Set { negated, slash: false, ranges, bytes: true };
                return Some((set, at));
            }
            b'-' if previous.is_some() && pattern.get(at).is_some_and(|next| *next != b']') => {
                let mut high = *pattern.get(at)?;
                at += 1;
                if high == b'\\' {
                    high = *pattern.get(at)?;
                    at += 1;
                }
                ranges.push((u32::from(previous?), u32::from(high)));
                previous = None;
                continue;
            }
            b'[' if pattern.get(at) == Some(&b':') => {
                let rest = pattern.get(at + 1..)?;
                let length = rest.iter().position(|byte| *byte == b']')?;
                let name = rest.get(..length)?.strip_suffix(b":");
                match name {
                    Some(name) => {
                        ranges.extend(class(name)?.iter().map(|(low, high)| (u32::from(*low), u32::from(*high))));
                        at += length + 2;
                        previous = None;
                        continue;
                    }
                    None => ranges.push((u32::from(b'['), u32::from(b'['))),
                }
                previous = Some(b'[');
                continue;
            }
            b'\\' => {
                let escaped = *pattern.get(at)?;
                at += 1;
                ranges.push((u32::from(escaped), u32::from(escaped)));
                previous = Some(escaped);
                continue;
            }
            byte => ranges.push((u32::from(byte), u32::from(byte))),
        }
        previous = Some(byte);
    }
}

/// The bytes of a class such as `[:alpha:]`; `None` for an unknown one.
fn class(name: &[u8]) -> Option<&'static [(u8, u8)]> {
    Some(match name {
        b"alnum" => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        b"alpha" => &[(b'A', b'Z'), (b'a', b'z')],
        b"blank" => &[(b' ', b' '), (b'\t', b'\t')],
        b"cntrl" => &[(0, 31), (127, 127)],
        b"digit" => &[(b'0', b'9')],
        b"graph" => &[(33, 126)],
        b"lower" => &[(b'a', b'z')],
        b"print" => &[(32, 126)],
        b"punct" => &[(33, 47), (58, 64), (91, 96), (123, 126)],
        b"space" => &[(9, 13), (b' ', b' ')],
        b"upper" => &[(b'A', b'Z')],
        b"xdigit" => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => return None,
    })
}

fn docker_tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars().peekable();
    let literal = |tokens: &mut Vec<Token>, character: char| {
        tokens.extend(character.encode_utf8(&mut [0; 4]).bytes().map(Token::Byte));
    };
    while let Some(character) = rest.next() {
        match character {
            '*' if rest.next_if_eq(&'*').is_some() => {
                rest.next_if_eq(&'/');
                tokens.push(if rest.peek().is_none() { Token::All } else { Token::Folders });
            }
            '*' => tokens.push(Token::Star),
            '?' => tokens.push(Token::AnyCharacter),
            '[' => {
                let negated = rest.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let low = match rest.next()? {
                        ']' if !ranges.is_empty() => break,
                        '\\' => rest.next()?,
                        low => low,
                    };
                    let mut high = low;
                    if rest.next_if_eq(&'-').is_some() {
                        match rest.peek()? {
                            ']' => ranges.push((u32::from('-'), u32::from('-'))),
                            _ => high = rest.next()?,
                        }
                    }
                    ranges.push((u32::from(low), u32::from(high)));
                }
                tokens.push(Token::Set(Set { negated, slash: true, ranges, bytes: false }));
            }
            '\\' => literal(&mut tokens, rest.next()?),
            character => literal(&mut tokens, character),
        }
    }
    Some(tokens)
}
