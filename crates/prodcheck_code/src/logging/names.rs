//! What a name says about the value that it stands for, by its words: the last one says what it is, those before it which.

use super::call::words;

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Meaning {
    /// A password, a token, a key, a card's number, or another value that lets its holder in.
    Secret,
    /// An address or a link that is likely to hold a one-time token.
    Link,
    /// An e-mail address, a phone number, a postal address, a date of birth.
    Personal,
}

/// Words that are secrets wherever they stand last.
const SECRETS: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "secrets",
    "token",
    "jwt",
    "apikey",
    "authorization",
    "cookie",
    "cookies",
    "otp",
    "totp",
    "cvv",
    "cvc",
    "cvv2",
    "ssn",
    "privatekey",
    "secretkey",
    "accesskey",
    "credential",
    "credentials",
    "bearer",
    "mnemonic",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "idtoken",
    "clientsecret",
    "creditcard",
    "cardnumber",
];

/// Pairs of words that are secrets where they stand last: any of the first with any of the second.
const PAIRS: &[(&[&str], &[&str])] = &[
    (&["api", "private", "secret", "access", "encryption", "signing", "auth", "master", "apikey"], &["key", "keys"]),
    (&["credit", "debit"], &["card"]),
    (&["card"], &["number"]),
    (&["security"], &["number"]),
    (
        &[
            "verification",
            "verify",
            "otp",
            "auth",
            "login",
            "reset",
            "2fa",
            "mfa",
            "confirmation",
            "recovery",
            "backup",
            "activation",
            "sms",
            "authorization",
            "totp",
            "pairing",
            "onetime",
        ],
        &["code", "codes", "pin"],
    ),
    (&["connection", "conn"], &["string", "uri"]),
    (
        &[
            "database",
            "db",
            "mongo",
            "mongodb",
            "mongoose",
            "redis",
            "postgres",
            "postgresql",
            "pg",
            "mysql",
            "amqp",
            "rabbitmq",
            "sql",
        ],
        &["url", "uri", "dsn"],
    ),
    (&["proxy"], &["url", "uri"]),
    (&["http", "https", "all"], &["proxy"]),
    (&["auth", "authorization"], &["header", "headers"]),
    (&["seed", "recovery", "mnemonic"], &["phrase"]),
    (&["auth", "access", "refresh", "bearer", "api", "jwt", "session"], &["tokens"]),
    (
        &[
            "db", "database", "smtp", "mail", "user", "redis", "mongo", "admin", "pg", "mysql", "ftp", "imap",
            "rabbitmq", "ldap",
        ],
        &["pass"],
    ),
];

/// Words before a secret that make something else of it: a question, a count, a masked or a public one, or a token that
/// is no credential (of a parser, of a page, of a chain).
const OTHERWISE: &[&str] = &[
    "has",
    "is",
    "no",
    "not",
    "should",
    "need",
    "needs",
    "require",
    "requires",
    "required",
    "missing",
    "invalid",
    "valid",
    "validate",
    "use",
    "uses",
    "using",
    "with",
    "without",
    "allow",
    "allows",
    "enable",
    "disable",
    "show",
    "hide",
    "skip",
    "can",
    "want",
    "wants",
    "public",
    "mask",
    "masked",
    "redacted",
    "encrypted",
    "crypted",
    "encoded",
    "hashed",
    "hidden",
    "obfuscated",
    "truncated",
    "sanitized",
    "short",
    "partial",
    "num",
    "max",
    "min",
    "total",
    "input",
    "output",
    "prompt",
    "completion",
    "cached",
    "dummy",
    "fake",
    "mock",
    "next",
    "page",
    "continuation",
    "sync",
    "cancel",
    "cancellation",
    "abort",
    "design",
    "lexer",
    "parser",
    "syntax",
    "erc20",
    "nft",
    "base",
    "quote",
    "native",
    "reward",
    "inject",
    "injection",
    "provider",
    "set",
    "clear",
    "remove",
    "delete",
    "revoke",
    "expired",
    "expire",
    "existing",
    "forgot",
    "change",
    "changed",
    "updated",
    "rotate",
    "check",
    "verify",
    "test",
    "empty",
    "unknown",
    "duplicate",
    "unused",
    "word",
    "noun",
    "stop",
    "special",
    "current",
    "previous",
    "first",
    "last",
    "peek",
    "eof",
];

/// What a name says of its value; `None` where it says nothing that matters in a log.
pub fn meaning(name: &str) -> Option<Meaning> {
    let words: Vec<String> = words(name).collect();
    let last = words.last()?.as_str();
    let before = words.len().checked_sub(2).and_then(|index| words.get(index)).map_or("", String::as_str);
    let rest = words.get(..words.len() - 1).unwrap_or_default();
    // A secret that is hashed, masked or asked for is none; the current password is one.
    let otherwise = rest.iter().any(|word| {
        OTHERWISE.contains(&word.as_str())
            && !(word == "set" && last == "cookie")
            && !(last == "password" && matches!(word.as_str(), "current" | "previous" | "last"))
    });
    if otherwise {
        return None;
    }
    let pair = |pairs: &[(&[&str], &[&str])]| {
        pairs.iter().any(|(first, second)| first.contains(&before) && second.contains(&last))
    };
    if SECRETS.contains(&last) || pair(PAIRS) {
        return Some(Meaning::Secret);
    }
    if pair(&[(
        &[
            "magic",
            "reset",
            "verification",
            "activation",
            "invite",
            "invitation",
            "confirmation",
            "signin",
            "login",
            "password",
        ],
        &["link", "url"],
    )]) && before != "password"
    {
        return Some(Meaning::Link);
    }
    let personal = matches!(
        last,
        "email" | "emails" | "phone" | "mobile" | "msisdn" | "birthdate" | "birthday" | "dob" | "telephone"
    ) || pair(&[
        (&["phone", "mobile", "telephone"], &["number", "numbers"]),
        (
            &["email", "mail", "postal", "street", "home", "shipping", "billing", "mailing", "residential"],
            &["address", "addresses"],
        ),
        (&["birth"], &["date"]),
        (&["of"], &["birth"]),
    ]);
    personal.then_some(Meaning::Personal)
}

/// Whether a name is that of one user as a whole.
pub(super) fn is_user(name: &str) -> bool {
    let words: Vec<String> = words(name).collect();
    words.last().is_some_and(|last| last == "user")
        && !words.iter().any(|word| {
            matches!(
                word.as_str(),
                "is" | "has" | "no" | "by" | "for" | "per" | "get" | "create" | "find" | "delete" | "update"
            )
        })
}

/// Whether a function's name says that it hides what it is given.
pub(super) fn hides(name: &str) -> bool {
    words(name).any(|word| {
        matches!(
            word.as_str(),
            "mask"
                | "masked"
                | "redact"
                | "redacted"
                | "redactor"
                | "sanitize"
                | "sanitise"
                | "sanitized"
                | "sanitizer"
                | "scrub"
                | "censor"
                | "obfuscate"
                | "hide"
                | "omit"
                | "anonymize"
                | "hash"
                | "encrypt"
                | "crypt"
                | "bcrypt"
                | "md5"
                | "sha256"
                | "digest"
                | "truncate"
                | "filter"
                | "strip"
                | "cleanse"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Meaning, is_user, meaning};

    #[test]
    fn by_the_last_word() {
        for name in [
            "password",
            "userPassword",
            "DB_PASSWORD",
            "accessToken",
            "access_token",
            "token",
            "jwt",
            "x-api-key",
            "apiKey",
            "STRIPE_SECRET_KEY",
            "clientSecret",
            "Authorization",
            "set-cookie",
            "otp",
            "verificationCode",
            "cvv",
            "creditCard",
            "cardNumber",
            "privateKey",
            "connectionString",
            "DATABASE_URL",
            "mongoUri",
            "HTTPS_PROXY",
            "proxyUrl",
            "currentPassword",
            "refreshTokens",
            "smtpPass",
            "größenToken",
        ] {
            assert_eq!(meaning(name), Some(Meaning::Secret), "{name}");
        }
        for name in [
            "tokenCount",
            "passwordHash",
            "hashedPassword",
            "encodedPassword",
            "hasPassword",
            "isToken",
            "tokenType",
            "secretName",
            "keyboard",
            "key",
            "publicKey",
            "maxTokens",
            "tokens",
            "promptTokens",
            "nextPageToken",
            "passwordPolicy",
            "tokenExpiry",
            "cookieName",
            "tokenId",
            "maskedToken",
            "secretary",
            "authorName",
            "cancelToken",
            "monkey",
            "compass",
            "pass",
            "passed",
            "url",
            "invalidToken",
            "session",
            "sessionId",
            "code",
            "statusCode",
            "errorCode",
            "secretsCount",
        ] {
            assert_eq!(meaning(name), None, "{name}");
        }
        assert_eq!(meaning("resetLink"), Some(Meaning::Link));
        assert_eq!(meaning("passwordResetUrl"), Some(Meaning::Link));
        for name in ["email", "userEmail", "phoneNumber", "dateOfBirth", "shippingAddress", "EMAIL"] {
            assert_eq!(meaning(name), Some(Meaning::Personal), "{name}");
        }
        for name in ["emailSent", "address", "ipAddress", "hasEmail", "phoneModel"] {
            assert_eq!(meaning(name), None, "{name}");
        }
        assert!(is_user("currentUser") && is_user("user") && !is_user("userId") && !is_user("createdByUser"));
    }
}
