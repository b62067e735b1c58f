//! Functions on text: <https://masterminds.github.io/sprig/strings.html>.

use super::super::data::{Data, Heap, Val};
use super::super::emit::quoted;
use super::super::text::Text;

/// The widest indentation, and the largest text that repeating makes, in bytes.
const WIDEST: usize = 256;
const LARGEST: usize = 1 << 16;

pub(super) fn call(heap: &mut Heap, name: &str, args: &[Val]) -> Option<Val> {
    let last = args.last().map(|value| heap.print(value, 0)).unwrap_or_default();
    let plain = |index: usize| args.get(index).and_then(Val::as_str);
    let changed = |change: &dyn Fn(&str) -> String| Some(Val::rich(last.replaced(change(last.as_str()))));
    let whole = |index: usize| args.get(index).filter(|arg| arg.is_known()).and_then(Val::as_number);
    let size = |index: usize| whole(index).map(|value| value as usize);
    match name {
        "quote" | "squote" => Some(Val::rich(quote(heap, name == "quote", args))),
        "toString" | "trim" | "trimAll" | "trimSuffix" | "trimPrefix" | "trunc" | "nospace" | "substr" => {
            Some(Val::rich(match name {
                "toString" => last,
                "trim" => last.trimmed(str::trim),
                "trimAll" => {
                    let set = plain(0)?;
                    last.trimmed(|text| text.trim_matches(|c| set.contains(c)))
                }
                "trimSuffix" => {
                    let suffix = plain(0)?;
                    last.trimmed(|text| text.strip_suffix(suffix).unwrap_or(text))
                }
                "trimPrefix" => {
                    let prefix = plain(0)?;
                    last.trimmed(|text| text.strip_prefix(prefix).unwrap_or(text))
                }
                "trunc" => truncated(&last, whole(0)? as i64),
                "substr" => {
                    let (start, end) = (size(0)?, whole(1)? as i64);
                    let end = usize::try_from(end).unwrap_or(last.len()).min(last.len());
                    last.slice(start.min(end)..end)
                }
                _ => last.replaced(last.as_str().split_whitespace().collect()),
            }))
        }
        "indent" | "nindent" => {
            let width = size(0).filter(|width| *width <= WIDEST)?;
            let mut out = Text::new(if name == "nindent" { "\n" } else { "" }, None);
            out.push(&last.indented(width));
            Some(Val::rich(out))
        }
        "upper" => changed(&str::to_uppercase),
        "lower" => changed(&str::to_lowercase),
        "title" => changed(&|text| {
            let mut start = true;
            let letter = |c: char| {
                let c = if start { c.to_uppercase().next().unwrap_or(c) } else { c };
                start = c.is_whitespace() || c == '-';
                c
            };
            text.chars().map(letter).collect()
        }),
        "replace" => {
            let (from, to) = (plain(0)?, plain(1)?);
            let growth = (to.len() + 1).saturating_mul(last.len() + 1);
            if growth > LARGEST && !from.is_empty() && last.as_str().matches(from).count() * to.len() > LARGEST {
                return None;
            }
            if from.is_empty() { None } else { changed(&|text| text.replace(from, to)) }
        }
        "kebabcase" | "snakecase" => changed(&|text| {
            let separator = if name == "kebabcase" { '-' } else { '_' };
            let mut out = String::new();
            for c in text.chars() {
                if c.is_uppercase() && !out.is_empty() && !out.ends_with(separator) {
                    out.push(separator);
                }
                out.extend(if c.is_alphanumeric() { c.to_lowercase().next() } else { Some(separator) });
            }
            out
        }),
        "repeat" => {
            let count = size(0).filter(|count| count.saturating_mul(last.len()) <= LARGEST)?;
            changed(&|text| text.repeat(count))
        }
        "contains" | "hasPrefix" | "hasSuffix" => {
            let found = plain(0).zip(plain(1)).map(|(part, text)| match name {
                "contains" => text.contains(part),
                "hasPrefix" => text.starts_with(part),
                _ => text.ends_with(part),
            });
            Some(Val::bool(found))
        }
        // What these give is opaque to every reader: only that it is there matters.
        "sha256sum" | "sha1sum" | "adler32sum" | "md5sum" | "b64enc" => {
            let any_known = last.is_known();
            Some(if any_known { changed(&|text| opaque(text))? } else { Val::unknown() })
        }
        "print" | "println" => Some(Val::rich(print(heap, args))),
        "printf" => Some(format(heap, plain(0)?, args.get(1..)?)),
        "cat" => {
            let words: Vec<Text> = args.iter().map(|arg| heap.print(arg, 0)).collect();
            Some(Val::rich(joined(&words, " ")))
        }
        "join" => {
            let separator = plain(0)?;
            let items: Vec<Text> = match args.get(1)?.items() {
                Some(items) => items.iter().map(|item| heap.print(item, 0)).collect(),
                None => vec![last],
            };
            Some(Val::rich(joined(&items, separator)))
        }
        "splitList" => {
            let separator = plain(0)?;
            plain(1)?;
            if separator.is_empty() {
                return None;
            }
            Some(Val::list(last.split(separator).into_iter().take(LARGEST / 64).map(Val::rich).collect()))
        }
        "toStrings" => {
            let items = args.first()?.items()?;
            Some(Val::list(items.iter().map(|item| Val::rich(heap.print(item, 0))).collect()))
        }
        "len" if args.first()?.as_text().is_some() => {
            Some(Val::int(i64::try_from(plain(0)?.len()).unwrap_or(i64::MAX)))
        }
        "atoi" => Some(Val::int(plain(0)?.parse().unwrap_or(0))),
        _ => None,
    }
}

fn quote(heap: &Heap, double: bool, args: &[Val]) -> Text {
    let mark = if double { "\"" } else { "'" };
    let mut out = Text::default();
    for (index, arg) in args.iter().filter(|arg| !matches!(arg.data, Data::Nil)).enumerate() {
        let text = heap.print(arg, 0);
        let origin = text.origin().map(|origin| super::super::text::Origin { verbatim: false, ..origin });
        out.push_str(if index > 0 { " " } else { "" }, None);
        let spelled = if double { quoted(text.as_str()) } else { format!("'{}'", text.as_str()) };
        if spelled.len() == text.len() + 2 {
            out.push_str(mark, origin);
            out.push(&text);
            out.push_str(mark, origin);
        } else {
            out.push(&text.replaced(spelled));
        }
    }
    out
}

/// The first bytes, of a negative number the last; a character that would be cut in two is left out.
fn truncated(text: &Text, count: i64) -> Text {
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX).min(text.len());
    let is_boundary = |at: &usize| text.as_str().is_char_boundary(*at);
    match count >= 0 {
        true => text.slice(0..(0..=size).rev().find(is_boundary).unwrap_or(0)),
        false => text.slice((text.len() - size..=text.len()).find(is_boundary).unwrap_or(0)..text.len()),
    }
}

/// A number of the text in hexadecimal digits (FNV-1a), in place of what a real digest or encoding would spell.
fn opaque(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("h{hash:016x}")
}

fn joined(words: &[Text], separator: &str) -> Text {
    let mut out = Text::default();
    for (index, word) in words.iter().enumerate() {
        out.push_str(if index > 0 { separator } else { "" }, None);
        out.push(word);
    }
    out
}

/// Spaces stand only between two operands of which neither is text.
fn print(heap: &Heap, args: &[Val]) -> Text {
    let mut out = Text::default();
    let mut after_text = true;
    for arg in args {
        let is_text = arg.as_text().is_some();
        out.push_str(if after_text || is_text { "" } else { " " }, None);
        out.push(&heap.print(arg, 0));
        after_text = is_text;
    }
    out
}

/// <https://pkg.go.dev/fmt#hdr-Printing>, without widths other than zero-padded ones of whole numbers.
fn format(heap: &Heap, pattern: &str, args: &[Val]) -> Val {
    let mut out = Text::default();
    let mut args = args.iter();
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or(""), None);
        let after = rest.get(at + 1..).unwrap_or("");
        let flags = after.find(|c: char| !(c.is_ascii_digit() || "+-#. ".contains(c))).unwrap_or(after.len());
        let verb = after.get(flags..).and_then(|rest| rest.chars().next());
        let flag = after.get(..flags).unwrap_or("");
        rest = after.get(flags + verb.map_or(0, char::len_utf8)..).unwrap_or("");
        if verb == Some('%') {
            out.push_str("%", None);
            continue;
        }
        let Some(arg) = args.next() else { return Val::unknown() };
        let text = heap.print(arg, 0);
        let text = match verb {
            Some('q') => text.replaced(quoted(text.as_str())),
            Some('f') => {
                let digits =
                    flag.split_once('.').and_then(|(_, digits)| digits.parse().ok()).unwrap_or(6_usize).min(32);
                let Some(number) = arg.as_number().filter(|_| arg.is_known()) else { return Val::unknown() };
                text.replaced(format!("{number:.digits$}"))
            }
            Some('d') if flag.starts_with('0') => {
                let width = flag.parse::<usize>().unwrap_or(0).min(32);
                text.replaced(format!("{:0>width$}", text.as_str()))
            }
            Some('s' | 'v' | 'd' | 't') => text,
            _ => Text::unknown(text.origin()),
        };
        out.push(&text);
    }
    out.push_str(rest, None);
    Val::rich(out)
}
