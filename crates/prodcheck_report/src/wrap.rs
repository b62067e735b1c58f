//! Text broken into lines at spaces.

use crate::cells;

/// Breaks a text into lines of at most `width` cells; a longer word stands on a line of its own. What a hostile file
/// could do to the terminal is left out.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let clean = cells::cleaned(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in clean.split_whitespace() {
        let word_length = cells::width(word);
        if length > 0 && length + 1 + word_length > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn breaks_at_spaces_and_counts_cells() {
        assert_eq!(wrap("ä ö ü ß", 3), ["ä ö", "ü ß"]);
        assert_eq!(wrap("日 本 語", 5), ["日 本", "語"]);
        assert_eq!(wrap("longword b", 4), ["longword", "b"]);
        assert_eq!(wrap("a\u{1b}[2Jb", 80), ["a [2Jb"]);
        assert!(wrap("", 10).is_empty());
    }
}
