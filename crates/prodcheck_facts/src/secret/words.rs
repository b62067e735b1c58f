//! Common words of English and of configuration, by which texts that people made up are told from random ones.

use std::sync::LazyLock;

/// Whether a text holds a word of four letters or more, whatever its case.
pub(super) fn holds_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let lower = lower.as_str();
    lower.char_indices().any(|(at, _)| {
        let rest = lower.get(at..).unwrap_or("");
        // The words are sorted, so those that begin like the rest stand together.
        let from = WORDS.partition_point(|word| *word < rest.get(..4).unwrap_or(rest));
        WORDS.iter().skip(from).take_while(|word| word.get(..4) == rest.get(..4)).any(|word| rest.starts_with(word))
    })
}

/// Sorted.
static WORDS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../data/common_words.txt").split_ascii_whitespace().collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_found_anywhere() {
        assert!(WORDS.is_sorted() && WORDS.iter().all(|word| word.len() >= 4));
        assert!(holds_word("xxSeCreTxx") && holds_word("é-token") && holds_word("zone"));
        assert!(!holds_word("kX8vQ2mZp0Rt") && !holds_word("é") && !holds_word(""));
    }
}
