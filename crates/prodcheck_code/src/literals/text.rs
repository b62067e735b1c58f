//! What the text of a literal says by itself: whether it stands for a value, and the parts of an address.

/// Whether a text only stands for a value that somebody has to fill in.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty()
        || text.starts_with(['<', '[', '{', '$', '%', '*', '#'])
        || text.contains("${")
        || text.contains("{{")
    {
        return true;
    }
    const MARKS: &[&str] = &[
        "changeme",
        "change_me",
        "change-me",
        "change me",
        "example",
        "dummy",
        "your_",
        "your-",
        "your ",
        "yourkey",
        "yoursecret",
        "placeholder",
        "xxx",
        "todo",
        "replace",
        "redacted",
        "sample",
        "fake",
        "insert",
        "n/a",
        "undefined",
        "null",
        "unknown",
        "not-set",
        "notset",
        "not_set",
        "none",
        "lorem",
        "<your",
        "fixme",
        "****",
        "....",
    ];
    let same = lower.chars().all(|one| lower.starts_with(one));
    same || MARKS.iter().any(|mark| lower.contains(mark))
}

/// Whether a text is one word, or words joined as names are: `accessToken`, `reset-password`, `X-Api-Key`, `user.password`.
/// A digit in the middle or a sign that names do not have makes it a value.
pub fn is_like_a_name(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|one| one.is_alphabetic());
    text.split(['-', '_', '.', ':', '/', ' ']).all(|part| word(part) || part.is_empty())
}

/// An address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'t> {
    /// Before `://`.
    pub scheme: &'t str,
    /// Of what stands before `@`, the part after the colon.
    pub password: Option<&'t str>,
    /// The host, without its port.
    pub host: &'t str,
    /// What follows the host and the port.
    pub rest: &'t str,
}

impl<'t> Address<'t> {
    /// The parts of a text that is an address from its beginning.
    pub fn of(text: &'t str) -> Option<Self> {
        let (scheme, after) = text.split_once("://")?;
        let is_scheme = !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme || after.is_empty() || text.contains(char::is_whitespace) {
            return None;
        }
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, rest) = after.split_at_checked(end)?;
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
        let host = host.split_once(':').map_or(host, |(host, _)| host);
        (!host.is_empty()).then_some(Self { scheme, password, host, rest })
    }

    /// Whether it is one of a database, a cache, a broker or a directory.
    pub fn is_of_service(&self) -> bool {
        matches!(
            self.scheme,
            "mongodb"
                | "mongodb+srv"
                | "postgres"
                | "postgresql"
                | "mysql"
                | "mariadb"
                | "mssql"
                | "sqlserver"
                | "redis"
                | "rediss"
                | "amqp"
                | "amqps"
                | "nats"
                | "kafka"
                | "ldap"
                | "ldaps"
                | "smtp"
                | "smtps"
                | "cockroachdb"
                | "clickhouse"
                | "bolt"
                | "neo4j"
        )
    }

    /// Whether it is one of the web.
    pub fn is_of_web(&self) -> bool {
        matches!(self.scheme, "http" | "https" | "ws" | "wss")
    }

    /// Whether the host is this machine, one of a private range, or a name of an internal network.
    pub fn is_internal(&self) -> bool {
        let host = self.host.to_ascii_lowercase();
        let octets: Vec<u8> = host.split('.').map_while(|part| part.parse().ok()).collect();
        let private = match octets.as_slice() {
            [10, _, _, _] | [127, _, _, _] | [192, 168, _, _] => true,
            [172, second, _, _] => (16..32).contains(second),
            _ => false,
        };
        let by_name = host == "localhost"
            || host == "host.docker.internal"
            || [".internal", ".local", ".svc", ".cluster.local", ".lan", ".corp", ".intra"]
                .iter()
                .any(|end| host.ends_with(end));
        private || by_name
    }

    /// Whether the host is a single name, which only an internal network knows.
    pub fn is_single_label(&self) -> bool {
        !self.host.contains('.')
            && self.host != "localhost"
            && self.host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    }

    /// The name of an environment in the host.
    pub fn named_environment(&self) -> Option<&'t str> {
        const NAMES: &[&str] = &["sandbox", "staging", "stage", "stg", "uat", "preprod", "preproduction", "qa"];
        self.host.split(['.', '-']).find(|label| NAMES.contains(label))
    }

    /// Whether the host is one of those that documents use.
    pub fn is_example(&self) -> bool {
        let host = self.host;
        host.contains("example")
            || host.ends_with(".test")
            || host.ends_with(".invalid")
            || host.contains("your")
            || host.contains('<')
            || host.contains('$')
            || host.contains('{')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_addresses() {
        let of = |text| Address::of(text).map(|address| (address.host, address.password, address.is_internal()));
        assert_eq!(of("postgres://größe:geheim@db:5432/x"), Some(("db", Some("geheim"), false)));
        assert_eq!(of("http://127.0.0.1:80"), Some(("127.0.0.1", None, true)));
        assert_eq!(of("https://10.0.0.7/x"), Some(("10.0.0.7", None, true)));
        assert_eq!(of("https://10.example.com"), Some(("10.example.com", None, false)));
        assert_eq!(of("http://172.32.0.1"), Some(("172.32.0.1", None, false)));
        assert_eq!(of("redis://"), None);
        assert_eq!(of("see http://localhost"), None);
        assert_eq!(
            Address::of("https://api-m.sandbox.paypal.com/v1").and_then(|a| a.named_environment()),
            Some("sandbox")
        );
        assert_eq!(Address::of("https://stagecoach.com").and_then(|a| a.named_environment()), None);
    }

    #[test]
    fn placeholders_and_names() {
        for text in ["", "<secret>", "changeme", "your_api_key", "xxxxxxxx", "aaaa", "dummy-key", "${SECRET}"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["hunter2", "123456", "S3cr3t!pass"] {
            assert!(!is_placeholder(text) && !is_like_a_name(text), "{text}");
        }
        for text in ["accessToken", "reset-password", "user.password", "X-Api-Key", "Größe"] {
            assert!(is_like_a_name(text), "{text}");
        }
    }
}
