//! What a secret looks like: formats of keys that their issuers document, and texts too random to be made up by a person.
//!
//! Formats: <https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns> and
//! the issuers' own documentation.

mod words;

/// A format of keys.
struct Format {
    /// Whose keys they are.
    issuer: &'static str,
    /// What they begin with.
    prefix: &'static str,
    /// How many characters follow at least.
    least: usize,
    /// Which characters may follow.
    of: Alphabet,
}

#[derive(Clone, Copy)]
enum Alphabet {
    /// Upper-case letters and digits.
    Upper,
    /// Letters and digits.
    Alphanumeric,
    /// Letters, digits, `_`, `-` and `.`.
    Url,
    /// Hexadecimal digits.
    Hex,
}

const fn format(issuer: &'static str, prefix: &'static str, least: usize, of: Alphabet) -> Format {
    Format { issuer, prefix, least, of }
}

const FORMATS: &[Format] = &[
    format("AWS", "AKIA", 16, Alphabet::Upper),
    format("AWS", "ASIA", 16, Alphabet::Upper),
    format("GitHub", "ghp_", 36, Alphabet::Alphanumeric),
    format("GitHub", "gho_", 36, Alphabet::Alphanumeric),
    format("GitHub", "ghu_", 36, Alphabet::Alphanumeric),
    format("GitHub", "ghs_", 36, Alphabet::Alphanumeric),
    format("GitHub", "ghr_", 36, Alphabet::Alphanumeric),
    format("GitHub", "github_pat_", 50, Alphabet::Url),
    format("GitLab", "glpat-", 20, Alphabet::Url),
    format("Slack", "xoxb-", 20, Alphabet::Url),
    format("Slack", "xoxp-", 20, Alphabet::Url),
    format("Slack", "xapp-", 20, Alphabet::Url),
    format("Stripe", "sk_live_", 16, Alphabet::Alphanumeric),
    format("Stripe", "rk_live_", 16, Alphabet::Alphanumeric),
    format("Stripe", "sk_test_", 16, Alphabet::Alphanumeric),
    format("Stripe", "whsec_", 24, Alphabet::Alphanumeric),
    format("Google", "AIza", 35, Alphabet::Url),
    format("Google", "GOCSPX-", 24, Alphabet::Url),
    format("SendGrid", "SG.", 40, Alphabet::Url),
    format("npm", "npm_", 36, Alphabet::Alphanumeric),
    format("Mailgun", "key-", 32, Alphabet::Hex),
    format("OpenAI", "sk-proj-", 32, Alphabet::Url),
    format("Anthropic", "sk-ant-", 32, Alphabet::Url),
    format("OpenAI", "sk-", 40, Alphabet::Alphanumeric),
    format("DigitalOcean", "dop_v1_", 60, Alphabet::Hex),
    format("Shopify", "shpat_", 32, Alphabet::Hex),
    format("Hugging Face", "hf_", 30, Alphabet::Alphanumeric),
    format("Linear", "lin_api_", 30, Alphabet::Alphanumeric),
    format("Resend", "re_", 30, Alphabet::Url),
    format("Twilio", "SK", 32, Alphabet::Hex),
];

/// Texts longer than this, in bytes, are looked at up to here.
const LONGEST: usize = 4_096;

/// Whose key a value is by its format; `None` where it has none, or stands for a key (`ghp_xxxx…`).
pub fn known_format(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN") && value.contains("PRIVATE KEY") {
        // A placeholder between the lines is shorter than any key.
        let letters = value.bytes().filter(u8::is_ascii_alphanumeric).count();
        return (letters > 200).then_some("private key");
    }
    let fits = |format: &&Format| {
        let Some(rest) = value.strip_prefix(format.prefix) else { return false };
        let allowed = |byte: u8| match format.of {
            Alphabet::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Alphabet::Alphanumeric => byte.is_ascii_alphanumeric(),
            Alphabet::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
            Alphabet::Hex => byte.is_ascii_hexdigit(),
        };
        rest.len() >= format.least && rest.len() <= LONGEST && rest.bytes().all(allowed) && !stands_for_another(rest)
    };
    FORMATS.iter().find(fits).map(|format| format.issuer)
}

/// Whether a value looks like a secret that somebody uses: 32 and more hexadecimal digits, or 20 and more characters of at
/// least 3.5 bits each with no word of four letters or more. Addresses, paths, numbers and names of machines are none.
pub fn looks_random(value: &str) -> bool {
    let value = value.trim();
    if value.len() > LONGEST || value.contains(char::is_whitespace) || is_plain(value) {
        return false;
    }
    let is_hex = value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex {
        return !stands_for_another(value);
    }
    let lower = value.to_ascii_lowercase();
    let in_order = ["abcdef", "bcdfgh", "qwerty", "012345", "123456"].iter().any(|run| lower.contains(run));
    !in_order && value.chars().count() >= 20 && entropy(value) >= 3.5 && !words::holds_word(value)
}

/// Whether it is of a kind that is long and no secret: an address, a path, a number, a version, a placeholder.
fn is_plain(value: &str) -> bool {
    let placeholder = value.starts_with(['<', '$', '{', '[']) || value.starts_with("sha256:");
    let path = value.starts_with(['/', '.', '~']) || value.contains("://");
    let number = value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b':' | b'-' | b'_'));
    let host = value.rsplit('@').next().unwrap_or(value);
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let top = labels
        .last()
        .is_some_and(|top| (2..=6).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_lowercase()));
    let is_host = labels.len() > 1 && top && labels.iter().all(is_label);
    placeholder || path || number || is_host
}

/// Whether a text only stands for a key: one character again and again, the digits in order, or a word that says so.
fn stands_for_another(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    entropy(text) < 2.5
        || ["example", "xxxx", "1234567890", "your", "placeholder", "changeme", "dummy", "abcdef", "0123456789"]
            .iter()
            .any(|mark| lower.contains(mark))
}

/// Bits of each character, by how often the characters of the text come up.
fn entropy(text: &str) -> f64 {
    let mut counts = std::collections::HashMap::new();
    let mut total = 0.0;
    for character in text.chars() {
        *counts.entry(character).or_insert(0.0) += 1.0;
        total += 1.0;
    }
    counts.values().map(|count: &f64| count / total).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys are put together here, so that no scanner takes this file for a leak.
    fn key(prefix: &str, rest: &str) -> String {
        format!("{prefix}{rest}")
    }

    #[test]
    fn keys_by_their_format() {
        let random = "q7Zk2LpX9vRt4Wc8Nd1Bs6Hf3Jg5Ym0Ta9Eu";
        assert_eq!(known_format(&key("ghp_", random)), Some("GitHub"));
        assert_eq!(known_format(&key("AKIA", "Q7ZK2LPX9VRT4WC8")), Some("AWS"));
        assert_eq!(known_format(&key("sk_live_", &random[..24])), Some("Stripe"));
        for none in [
            key("ghp_", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            key("AKIA", "IOSFODNN7EXAMPLE"),
            key("sk_live_", "your_key_here"),
            key("ghp_", "é"),
            "sk-".to_owned(),
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----".to_owned(),
        ] {
            assert_eq!(known_format(&none), None, "{none}");
        }
    }

    #[test]
    fn random_texts() {
        for secret in [
            "p4sta.w1th-b0logn3s3-s@uce",
            "kX8vQ2mZp0RtYw7LbNc4",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "Zm9vYmFyYmF6cXV4MTIz+/==",
        ] {
            assert!(looks_random(secret), "{secret}");
        }
        for other in [
            "thisisasamplesecret",
            "your-256-bit-secret-goes-right-here",
            "super-secret-jwt-token-with-at-least-32-characters-long",
            "http://localhost:9091/verification",
            "postgres://user:pass@db:5432/app",
            "db.cluster-x1y2z3.eu-west-1.rds.amazonaws.com",
            "noreply@mail.some-company-x9.io",
            "/var/lib/x1y2z3/k8s/q7w8e9",
            "127.0.0.1:5432,127.0.0.1:5433",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghkmnpqrstuvwxyzABCDEFGHKLMNPQRSTUVWXYZ23456789",
            "0123456789abcdef0123456789abcdef",
            "größe und mehr und noch mehr",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "<kX8vQ2mZp0RtYw7LbNc4>",
            "",
        ] {
            assert!(!looks_random(other), "{other}");
        }
    }
}
