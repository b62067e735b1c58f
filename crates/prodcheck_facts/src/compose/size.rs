//! Sizes of memory as Docker spells them.

/// The bytes of a size such as `512m`, `1.5gb`, `300MiB` or `1073741824`; units are powers of 1024. `None` where it is
/// no size. Grammar: `RAMInBytes` in <https://github.com/docker/go-units/blob/master/size.go>.
pub fn bytes(size: &str) -> Option<u64> {
    let size = size.trim();
    let digits = size.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(size.len());
    let number: f64 = size.get(..digits)?.parse().ok()?;
    let unit = size.get(digits..)?.trim_start().to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let unit = unit.strip_suffix('i').unwrap_or(unit);
    let power = match unit {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    let bytes = number * 1024_f64.powi(power);
    // A float becomes the nearest integer that fits; sizes beyond 2^53 are no sizes of memory.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounds are checked first")]
    (bytes.is_finite() && (0.0..=9_007_199_254_740_992.0).contains(&bytes)).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_as_docker_does() {
        assert_eq!(bytes("512m"), Some(512 << 20));
        assert_eq!(bytes("512M"), Some(512 << 20));
        assert_eq!(bytes("1.5gb"), Some(3 << 29));
        assert_eq!(bytes("300MiB"), Some(300 << 20));
        assert_eq!(bytes("2 g"), Some(2 << 30));
        assert_eq!(bytes("10b"), Some(10));
        assert_eq!(bytes("1048576"), Some(1 << 20));
        assert_eq!(bytes("0"), Some(0));
    }

    #[test]
    fn what_is_no_size_is_none() {
        for text in ["", "m", "-1", "1x", "50%", "1e3", "1.2.3m", "max", "${M}", "999999999999p"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
