//! Which Node.js a program's name or path says: `node@22.1.0`, `/root/.nvm/versions/node/v22.1.0/bin/node`.

use crate::NodeVersion;
use prodcheck_facts::node_release;

/// The version that a program's name or path says, where it says one.
pub(super) fn of_program(program: &str) -> Option<NodeVersion> {
    let parts = || program.split('/');
    let named = parts().next_back()?.strip_prefix("node@");
    let after_node = parts().zip(parts().skip(1)).find_map(|(folder, version)| {
        let versions = matches!(folder, "node" | "nodejs" | "node-versions" | "versions" | "n");
        versions.then(|| version.strip_prefix('v').unwrap_or(version)).filter(|text| text.contains('.'))
    });
    version(named.map(|text| text.strip_prefix('v').unwrap_or(text)).or(after_node)?)
}

/// The version that a platform is asked for: `24`, `v22.1.0`, `20.x`, `>=18 <21`, `lts`, `latest`.
pub(crate) fn asked(text: &str) -> NodeVersion {
    let text = text.trim();
    let plain = text.strip_prefix(['v', '=']).unwrap_or(text);
    let plain = plain.strip_suffix(".x").unwrap_or(plain);
    let is_version = !plain.is_empty() && plain.split('.').all(|part| part.parse::<u32>().is_ok());
    let lower = text.to_ascii_lowercase();
    if let Some(line) = lower.strip_prefix("lts/").or_else(|| lower.strip_prefix("lts-")).and_then(node_release::named)
    {
        return NodeVersion::Named { major: line.major, rest: Vec::new() };
    }
    match lower.as_str() {
        "latest" | "node" | "current" | "stable" => NodeVersion::Floating,
        "lts" | "lts/*" | "--lts" | "lts_*" | "lts/latest" | "lts-latest" => NodeVersion::FloatingLts,
        _ => version(plain).filter(|_| is_version).unwrap_or_else(|| NodeVersion::Range(text.to_owned())),
    }
}

fn version(text: &str) -> Option<NodeVersion> {
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    let major = numbers.next()??;
    Some(NodeVersion::Named { major, rest: numbers.map_while(|part| part).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_a_platform_is_asked_for() {
        let named = |major, rest: &[u32]| NodeVersion::Named { major, rest: rest.to_vec() };
        assert_eq!(
            (asked("24"), asked("v22.1.0"), asked("20.x")),
            (named(24, &[]), named(22, &[1, 0]), named(20, &[]))
        );
        assert_eq!(asked(">=18 <21"), NodeVersion::Range(">=18 <21".into()));
        assert_eq!((asked("lts/*"), asked("latest")), (NodeVersion::FloatingLts, NodeVersion::Floating));
        assert_eq!((asked("lts/Iron"), asked("lts-krypton")), (named(20, &[]), named(24, &[])));
        assert_eq!(asked("lts/é"), NodeVersion::Range("lts/é".into()));
        assert_eq!((asked(""), asked("ü")), (NodeVersion::Range(String::new()), NodeVersion::Range("ü".into())));
    }

    #[test]
    fn reads_versions_from_names_and_paths() {
        let named = |major, rest: &[u32]| Some(NodeVersion::Named { major, rest: rest.to_vec() });
        assert_eq!(of_program("node@22"), named(22, &[]));
        assert_eq!(of_program("node@v20.1.0"), named(20, &[1, 0]));
        assert_eq!(of_program("/root/.nvm/versions/node/v18.17.1/bin/node"), named(18, &[17, 1]));
        assert_eq!(of_program("/usr/local/n/versions/node/16.2.0/bin/node"), named(16, &[2, 0]));
        for other in ["node", "/usr/bin/node", "node@lts", "/opt/node/bin/node", "/usr/bin/python3.11", ""] {
            assert_eq!(of_program(other), None, "{other}");
        }
    }
}
