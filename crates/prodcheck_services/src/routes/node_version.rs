//! Which Node.js a program's name or path says: `node@22.1.0`, `/root/.nvm/versions/node/v22.1.0/bin/node`.

use crate::NodeVersion;

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

fn version(text: &str) -> Option<NodeVersion> {
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    let major = numbers.next()??;
    Some(NodeVersion::Named { major, rest: numbers.map_while(|part| part).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

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
