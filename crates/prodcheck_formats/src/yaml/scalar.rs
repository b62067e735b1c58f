//! What a YAML scalar means: the core schema of YAML 1.2, as compose, Kubernetes and GitHub read their files.

use crate::value::Value;

/// What a plain scalar without a tag means: the [core schema](https://yaml.org/spec/1.2.2/#103-core-schema) of YAML 1.2.
///
/// So `yes`, `no`, `on`, `off`, `1_000`, `12:30` and dates are text, and `010` is ten: where readers of YAML 1.1 differ,
/// the spelling is still there, in [`Value::String`] or in [`Value::Number`]'s `raw`.
pub(super) fn plain(text: &str) -> Value {
    null(text).or_else(|| bool(text)).or_else(|| number(text)).unwrap_or_else(|| Value::String(text.to_owned()))
}

/// What a scalar with one of the core schema's tags (`!!int`) means, by the tag's name (`int`); text where it does not
/// fit the tag.
pub(super) fn tagged(name: &str, text: &str) -> Value {
    let value = match name {
        "null" => null(text),
        "bool" => bool(text),
        "int" | "float" => number(text),
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn null(text: &str) -> Option<Value> {
    matches!(text, "" | "~" | "null" | "Null" | "NULL").then_some(Value::Null)
}

fn bool(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn number(text: &str) -> Option<Value> {
    let value = if let Some(digits) = text.strip_prefix("0x") {
        radix(digits, 16)
    } else if let Some(digits) = text.strip_prefix("0o") {
        radix(digits, 8)
    } else {
        decimal(text)
    };
    value.map(|value| Value::Number { value, raw: text.into() })
}

fn radix(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    digits
        .chars()
        .try_fold(0.0, |value, digit| digit.to_digit(radix).map(|digit| value * f64::from(radix) + f64::from(digit)))
}

fn decimal(text: &str) -> Option<f64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1.0, unsigned),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if unsigned == text => return Some(f64::NAN),
        _ => {}
    }
    let starts_as_number =
        unsigned.strip_prefix('.').unwrap_or(unsigned).starts_with(|char: char| char.is_ascii_digit());
    let is_number =
        starts_as_number && unsigned.chars().all(|char| matches!(char, '0'..='9' | '.' | 'e' | 'E' | '+' | '-'));
    if is_number { unsigned.parse::<f64>().ok().map(|value| sign * value) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_number(text: &str) -> Option<f64> {
        match plain(text) {
            Value::Number { value, raw } => {
                assert_eq!(&*raw, text);
                Some(value)
            }
            _ => None,
        }
    }

    #[test]
    fn reads_the_core_schema() {
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain(text), Value::Null, "{text}");
        }
        for (text, value) in [("true", true), ("True", true), ("FALSE", false)] {
            assert_eq!(plain(text), Value::Bool(value), "{text}");
        }
        for (text, value) in [
            ("0", 0.0),
            ("-17", -17.0),
            ("+12", 12.0),
            ("010", 10.0),
            ("0o17", 15.0),
            ("0xFf", 255.0),
            ("3.10", 3.1),
            ("5.", 5.0),
            (".5", 0.5),
            ("-.5e-1", -0.05),
            ("12e03", 12_000.0),
            ("+.inf", f64::INFINITY),
            ("-.INF", f64::NEG_INFINITY),
        ] {
            assert_eq!(as_number(text), Some(value), "{text}");
        }
        assert!(as_number(".NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn leaves_text_alone() {
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "y",
            "nULL",
            "tRUE",
            "1_000",
            "12:30",
            "2024-01-02",
            "3.10.1",
            "1.2.3.4",
            "0x",
            "0xg",
            "0o8",
            "0b1",
            "-0x1",
            ".",
            "+",
            "-",
            "e3",
            ".e3",
            "1e",
            "1e+",
            "inf",
            "nan",
            "NaN",
            "-.nan",
            "infinity",
            "１",
            "1 ",
            "--1",
            "+-1",
        ] {
            assert_eq!(plain(text), Value::String(text.into()), "{text}");
        }
    }

    #[test]
    fn a_core_tag_decides() {
        assert_eq!(tagged("str", "1"), Value::String("1".into()));
        assert_eq!(tagged("bool", "true"), Value::Bool(true));
        assert_eq!(tagged("null", ""), Value::Null);
        assert_eq!(tagged("int", "0x10"), Value::Number { value: 16.0, raw: "0x10".into() });
        assert_eq!(tagged("float", "fast"), Value::String("fast".into()));
        assert_eq!(tagged("binary", "aGk="), Value::String("aGk=".into()));
    }
}
