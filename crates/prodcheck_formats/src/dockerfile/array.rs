//! The JSON array of strings in which Docker takes a command without a shell.

use crate::excerpt::Excerpt;

/// The strings of the array that is all of the range; `None` where it is no JSON array of strings.
pub(super) fn array(source: &Excerpt<'_>, start: usize, end: usize) -> Option<Vec<Excerpt<'static>>> {
    let mut reader = Reader { source, text: source.text().get(..end)?, at: start };
    let mut items = Vec::new();
    reader.take('[')?;
    if reader.take(']').is_none() {
        loop {
            items.push(reader.string()?);
            if reader.take(',').is_none() {
                reader.take(']')?;
                break;
            }
        }
    }
    reader.rest().trim().is_empty().then_some(items)
}

struct Reader<'a> {
    source: &'a Excerpt<'a>,
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn take(&mut self, sign: char) -> Option<()> {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        trimmed.starts_with(sign).then(|| self.at += rest.len() - trimmed.len() + sign.len_utf8())
    }

    fn string(&mut self) -> Option<Excerpt<'static>> {
        self.take('"')?;
        let mut item = Excerpt::opaque("", self.source.span(self.at, self.at)).into_owned();
        let mut run = self.at;
        loop {
            match self.text.as_bytes().get(self.at)? {
                b'"' => {
                    item.push_from(self.source, run, self.at);
                    self.at += 1;
                    return Some(item);
                }
                b'\\' => {
                    item.push_from(self.source, run, self.at);
                    let (length, character) = escape(self.rest())?;
                    item.push_opaque(character.encode_utf8(&mut [0; 4]), self.source.span(self.at, self.at + length));
                    self.at += length;
                    run = self.at;
                }
                byte if *byte < b' ' => return None,
                _ => self.at += 1,
            }
        }
    }
}

/// One escape of JSON: its length and the character.
fn escape(text: &str) -> Option<(usize, char)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let simple = |character: char| Some((2, character));
    match text.chars().nth(1)? {
        'u' => {
            let first = unit(0)?;
            if (0xd800..0xdc00).contains(&first)
                && let Some(second) = unit(6)
                && let Some(Ok(character)) = char::decode_utf16([first, second]).next()
            {
                return Some((12, character));
            }
            Some((6, char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER)))
        }
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        other @ ('"' | '\\' | '/') => simple(other),
        _ => None,
    }
}
