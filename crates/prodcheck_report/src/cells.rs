//! How wide text is on a terminal, and how text of unknown origin is shown there.

use unicode_width::UnicodeWidthChar;

/// The cells that a character takes, once it is [`safe`].
pub fn of(c: char) -> usize {
    safe(c).width().unwrap_or(0)
}

/// The cells that a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// What is shown for a character: a space for controls, which could write to the terminal, and a replacement for those
/// that turn the direction of text around, which could make code look like other code
/// (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>).
pub fn safe(c: char) -> char {
    match c {
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => ' ',
        c => c,
    }
}

/// A text with every character [`safe`].
pub fn cleaned(text: &str) -> String {
    text.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_combining_and_control_characters() {
        assert_eq!(width("aä"), 2);
        assert_eq!(width("a\u{308}"), 1);
        assert_eq!(width("日😀"), 4);
        assert_eq!(cleaned("a\u{1b}[2J\u{202e}b\n"), "a [2J\u{fffd}b ");
    }
}
