//! The values that PM2 takes from its files and from its command line alike.

use super::{ExecMode, Pm2Instances};
use prodcheck_formats::value::{Node, Value};
use prodcheck_source::{Span, Spanned};

/// `instances`: a number, or text that JavaScript's `parseInt` reads; text that it does not read means 0 to PM2.
pub(super) fn instances_text(text: &str) -> Pm2Instances {
    let text = text.trim();
    let end = text.char_indices().find(|(at, c)| !(c.is_ascii_digit() || (*at == 0 && *c == '-')));
    let digits = text.get(..end.map_or(text.len(), |(at, _)| at)).unwrap_or("");
    instances_number(digits.parse().unwrap_or(0.0))
}

pub(super) fn instances_number(number: f64) -> Pm2Instances {
    if number >= 1.0 { Pm2Instances::Count(number as u32) } else { Pm2Instances::PerProcessor }
}

/// A size: a number of bytes, or digits with `K`, `M` or `G` behind them. PM2 refuses every other spelling.
pub(super) fn size(text: &str) -> Option<u64> {
    let (digits, factor) = match text.char_indices().next_back()? {
        (at, 'K') => (text.get(..at)?, 1 << 10),
        (at, 'M') => (text.get(..at)?, 1 << 20),
        (at, 'G') => (text.get(..at)?, 1 << 30),
        _ => (text, 1),
    };
    unsigned(digits)?.checked_mul(factor)
}

/// A time in milliseconds: a number, or digits with `s`, `m` or `h` behind them. PM2 refuses numbers below 100.
pub(super) fn uptime(text: &str) -> Option<u64> {
    let (digits, factor) = match text.char_indices().next_back()? {
        (at, 's') => (text.get(..at)?, 1_000),
        (at, 'm') => (text.get(..at)?, 60_000),
        (at, 'h') => (text.get(..at)?, 3_600_000),
        _ => return unsigned(text).filter(|number| *number >= 100),
    };
    unsigned(digits)?.checked_mul(factor)
}

pub(super) fn exec_mode(text: &str) -> Option<ExecMode> {
    match text {
        "cluster" | "cluster_mode" => Some(ExecMode::Cluster),
        "fork" | "fork_mode" => Some(ExecMode::Fork),
        _ => None,
    }
}

/// Digits only.
pub(super) fn unsigned(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Arguments in one text, cut at blanks outside of quotes as PM2 cuts them; all have the text's own place.
pub(super) fn words(text: &str, span: Span) -> Vec<Spanned<Option<String>>> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for character in text.chars() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => word.push(character),
            None if character.is_whitespace() => words.push(std::mem::take(&mut word)),
            None if (character == '"' || character == '\'') && (word.is_empty() || word.ends_with('=')) => {
                quote = Some(character);
            }
            None => word.push(character),
        }
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty()).map(|word| Spanned::new(Some(word), span)).collect()
}

/// Arguments as text or as a list; what cannot be known is one unknown word.
pub(super) fn arguments(node: &Node) -> Vec<Spanned<Option<String>>> {
    match &node.value {
        Value::String(text) => words(text, node.span),
        Value::Array(items) => items.iter().map(|item| Spanned::new(item.to_text(), item.span)).collect(),
        Value::Unknown(_) => vec![Spanned::new(None, node.span)],
        _ => node.to_text().map(|text| Spanned::new(Some(text), node.span)).into_iter().collect(),
    }
}

/// `watch`: `true`, a path, or several.
pub(super) fn watch(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => Some(!text.is_empty()),
        Value::Array(items) => Some(!items.is_empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_read_as_javascript_does() {
        for (text, instances) in [
            ("max", Pm2Instances::PerProcessor),
            ("0", Pm2Instances::PerProcessor),
            ("-1", Pm2Instances::PerProcessor),
            ("1", Pm2Instances::Count(1)),
            (" 4 ", Pm2Instances::Count(4)),
            ("2x", Pm2Instances::Count(2)),
            ("", Pm2Instances::PerProcessor),
        ] {
            assert_eq!(instances_text(text), instances, "{text}");
        }
    }

    #[test]
    fn sizes_have_one_capital_letter_at_most() {
        assert_eq!(size("300M"), Some(300 << 20));
        assert_eq!(size("1G"), Some(1 << 30));
        assert_eq!(size("1048576"), Some(1_048_576));
        for refused in ["300MB", "1.5G", "512m", "M", "", "-1", "é", "99999999999999999999G"] {
            assert_eq!(size(refused), None, "{refused}");
        }
    }

    #[test]
    fn uptimes_have_a_unit_or_are_milliseconds() {
        assert_eq!(uptime("60s"), Some(60_000));
        assert_eq!(uptime("2m"), Some(120_000));
        assert_eq!(uptime("1h"), Some(3_600_000));
        assert_eq!(uptime("5000"), Some(5_000));
        for refused in ["60", "1min", "s", "", "10 s"] {
            assert_eq!(uptime(refused), None, "{refused}");
        }
    }

    #[test]
    fn arguments_are_cut_outside_of_quotes() {
        let cut = |text| words(text, Span::at(3)).into_iter().filter_map(|word| word.value).collect::<Vec<_>>();
        assert_eq!(cut("--max-old-space-size=4096  --inspect"), ["--max-old-space-size=4096", "--inspect"]);
        assert_eq!(cut("run 'a b' --x=\"c d\" it's"), ["run", "a b", "--x=c d", "it's"]);
    }
}
