//! What keeps a value from production's logs: the logger's level, and the paths that it leaves out.

use super::disclosure::{Disclosure, KeptBack, What};
use super::logger::Logger;
use super::names::{self, Meaning};

/// The path that stands for a redaction of all that is logged, by the format or the wrapper itself.
pub(super) const EVERYTHING: &str = "**";

/// Notes what keeps a value back, by the loggers that it may go to.
pub(super) fn keep_back<'l>(one: &mut Disclosure, loggers: impl Iterator<Item = &'l Logger>) {
    if one.kept_back.is_some() {
        return;
    }
    let loggers: Vec<&Logger> = loggers.collect();
    let loudest = loggers.iter().map(|logger| logger.threshold.level()).min();
    if let (Some(Some(threshold)), Some(level)) = (loudest, one.level)
        && level < threshold
    {
        one.kept_back = Some(KeptBack::BelowLevel);
    } else if loggers.iter().flat_map(|logger| &logger.redacts).any(|path| covers(path, one)) {
        one.kept_back = Some(KeptBack::Redacted);
    }
}

/// Whether a path as pino writes it (`req.headers.authorization`, `*.password`, `a["b-c"]`, `a[*].b`) covers a value.
///
/// Syntax: <https://github.com/pinojs/pino/blob/main/docs/redaction.md#path-syntax>.
fn covers(path: &str, one: &Disclosure) -> bool {
    if path == EVERYTHING {
        return true;
    }
    let path = parts(path);
    let matches = |(part, key): (&String, &String)| part == "*" || part.eq_ignore_ascii_case(key);
    let same = path.iter().zip(&one.keys).all(matches);
    match one.what {
        What::Secret | What::Personal | What::Link => !one.keys.is_empty() && same && path.len() <= one.keys.len(),
        // Of a whole it is enough that its secrets are left out.
        _ => {
            let inner = path.last().is_some_and(|last| last == "*" || names::meaning(last) == Some(Meaning::Secret));
            same && (path.len() <= one.keys.len() && !one.keys.is_empty() || path.len() > one.keys.len() && inner)
        }
    }
}

fn parts(path: &str) -> Vec<String> {
    path.split(['.', '[', ']'])
        .map(|part| part.trim_matches(['"', '\'', '`']).to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}
