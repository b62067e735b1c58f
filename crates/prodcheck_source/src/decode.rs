//! Bytes to text: UTF-8 with or without a byte order mark, UTF-16 with one.

/// How a file's bytes were encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8Bom,
    /// UTF-16, little endian, after a byte order mark.
    Utf16Le,
    /// UTF-16, big endian, after a byte order mark.
    Utf16Be,
}

/// Why bytes are not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// Not UTF-8, from this byte offset on, and no byte order mark names another encoding.
    NotUtf8 {
        /// Offset of the first offending byte, 0-based.
        offset: usize,
    },
    /// A UTF-16 byte order mark, and then something that is not UTF-16.
    NotUtf16,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotUtf8 { offset } => write!(f, "not text: byte {offset} is not valid UTF-8"),
            Self::NotUtf16 => write!(f, "not text: it begins like UTF-16 and goes on otherwise"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Decodes a file. The byte order mark is not part of the text.
///
/// # Errors
/// Where the bytes are neither UTF-8 nor UTF-16 after a byte order mark.
pub fn decode(bytes: &[u8]) -> Result<(String, Encoding), DecodeError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3).map(|text| (text, Encoding::Utf8Bom)),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes).map(|text| (text, Encoding::Utf16Le)),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes).map(|text| (text, Encoding::Utf16Be)),
        _ => utf8(bytes, 0).map(|text| (text, Encoding::Utf8)),
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> Result<String, DecodeError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(DecodeError::NotUtf8 { offset: skipped + error.valid_up_to() }),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, DecodeError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(DecodeError::NotUtf16);
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map_err(|_| DecodeError::NotUtf16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_encoding_it_names() {
        assert_eq!(decode("é".as_bytes()), Ok(("é".into(), Encoding::Utf8)));
        assert_eq!(decode(b"\xEF\xBB\xBF\xC3\xA9"), Ok(("é".into(), Encoding::Utf8Bom)));
        assert_eq!(decode(b"\xFF\xFE\xE9\x00"), Ok(("é".into(), Encoding::Utf16Le)));
        assert_eq!(decode(b"\xFE\xFF\x00\xE9"), Ok(("é".into(), Encoding::Utf16Be)));
    }

    #[test]
    fn refuses_what_is_no_text_and_says_where() {
        assert_eq!(decode(b"ab\xFF"), Err(DecodeError::NotUtf8 { offset: 2 }));
        assert_eq!(decode(b"\xEF\xBB\xBFa\xFF"), Err(DecodeError::NotUtf8 { offset: 4 }));
        assert_eq!(decode(b"\xFF\xFE\xE9"), Err(DecodeError::NotUtf16));
        assert_eq!(decode(b"\xFF\xFE\x00\xD8"), Err(DecodeError::NotUtf16));
    }
}
