//! What is known of images that others publish: their Node.js, their user, their entrypoint.

use crate::NodeVersion;
use prodcheck_facts::node_release;

/// An image's name taken apart.
pub(super) struct Name<'a> {
    /// The repository with its registry: `ghcr.io/acme/api`.
    repository: &'a str,
    /// The last part of the repository.
    pub last: &'a str,
    pub tag: Option<&'a str>,
    has_digest: bool,
}

pub(super) fn name(image: &str) -> Name<'_> {
    let (image, has_digest) = image.split_once('@').map_or((image, false), |(image, _)| (image, true));
    let slash = image.rfind('/').map_or(0, |at| at + 1);
    let (last, tag) = match image.get(slash..).unwrap_or("").split_once(':') {
        Some((last, tag)) => (last, Some(tag)),
        None => (image.get(slash..).unwrap_or(""), None),
    };
    let repository = image.get(..slash + last.len()).unwrap_or(image);
    Name { repository, last, tag, has_digest }
}

/// Whether an image is the official one of a name, on Docker Hub or a mirror of its library.
pub(super) fn is_official(name: &Name<'_>, of: &str) -> bool {
    name.last == of
        && (name.repository == of
            || [
                "library/",
                "docker.io/library/",
                "docker.io/",
                "index.docker.io/library/",
                "public.ecr.aws/docker/library/",
                "mirror.gcr.io/library/",
            ]
            .iter()
            .any(|prefix| name.repository.strip_prefix(prefix) == Some(of)))
}

/// Words of tags that name the distribution or a flavour and no version of Node.
const FLAVOURS: &[&str] = &[
    "alpine", "slim", "bookworm", "bullseye", "buster", "stretch", "jessie", "trixie", "wheezy", "onbuild", "browsers",
    "nonroot", "debug", "dev",
];

/// What an image's name says of the Node.js in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// The version.
    Version(NodeVersion),
    /// It is an image of Node.js, and its name does not tell the version.
    Untold,
}

/// The Node.js that an image's name says; `None` where it is no image of Node.js by its name.
///
/// The official image's tags: <https://github.com/docker-library/docs/blob/master/node/README.md>.
pub fn node(image: &str) -> Option<Node> {
    let name = name(image);
    // `nodejs22-debian12`, `nodejs-22`, `ubi9/nodejs-22`: the version stands in the name.
    if let Some(rest) = name.last.strip_prefix("nodejs") {
        let digits: String = rest.trim_start_matches('-').chars().take_while(char::is_ascii_digit).collect();
        if let Ok(major) = digits.parse() {
            return Some(Node::Version(NodeVersion::Named { major, rest: Vec::new() }));
        }
    }
    let is_node = name.last.split(['-', '_']).any(|word| word == "node" || word == "nodejs");
    let is_lambda = name.repository == "public.ecr.aws/lambda/nodejs";
    // `node-exporter` and `api-node-worker` are programs; only the official image may stand without a version.
    let ends_in_node = matches!(name.last.rsplit(['-', '_']).next(), Some("node" | "nodejs"));
    if !(is_lambda || (is_node && ends_in_node)) {
        return None;
    }
    // Images to develop in have a version of their own before that of Node.js: `1-22-bookworm`.
    // <https://github.com/devcontainers/images/tree/main/src/javascript-node>
    if name.repository.contains("devcontainers/") && name.last.ends_with("-node") {
        let words = name.tag.unwrap_or("").split('-').filter(|word| *word != "dev");
        let versions: Vec<&str> = words.take_while(|word| word.starts_with(|c: char| c.is_ascii_digit())).collect();
        return Some(versions.last().and_then(|version| version_of_tag(version)).map_or(Node::Untold, Node::Version));
    }
    let by_tag = match name.tag {
        None if name.has_digest => return Some(Node::Untold),
        None => Some(NodeVersion::Floating),
        Some(tag) => version_of_tag(tag),
    };
    let publishes_node = is_official(&name, "node") || is_lambda || OTHERS.contains(&name.repository);
    match by_tag {
        Some(version @ NodeVersion::Named { .. }) => Some(Node::Version(version)),
        Some(version) if publishes_node => Some(Node::Version(version)),
        _ if publishes_node => Some(Node::Untold),
        _ => None,
    }
}

/// Other publishers whose tags are those of Node.js.
const OTHERS: &[&str] = &[
    "cimg/node",
    "circleci/node",
    "bitnami/node",
    "docker.io/bitnami/node",
    "bitnamilegacy/node",
    "mhart/alpine-node",
    "cgr.dev/chainguard/node",
    "chainguard/node",
    "arm32v7/node",
    "arm64v8/node",
    "amd64/node",
    "dhi.io/node",
];

fn version_of_tag(tag: &str) -> Option<NodeVersion> {
    let first = tag.split(['-', '_']).next().unwrap_or(tag);
    let first = first.strip_prefix('v').unwrap_or(first);
    // The names of LTS lines are tags too.
    if let Some(line) = node_release::named(first) {
        return Some(NodeVersion::Named { major: line.major, rest: Vec::new() });
    }
    if first == "lts" {
        return Some(NodeVersion::FloatingLts);
    }
    let flavour = first.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if matches!(first, "latest" | "current" | "node") || FLAVOURS.contains(&flavour) {
        return Some(NodeVersion::Floating);
    }
    let mut numbers = first.split('.').map(str::parse::<u32>);
    let major = numbers.next()?.ok()?;
    // A year or a build number is no line of Node.
    (major < 100).then(|| NodeVersion::Named { major, rest: numbers.map_while(Result::ok).collect() })
}

/// The user that an image starts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultUser {
    /// root.
    Root,
    /// Somebody else.
    Other,
    /// Not known.
    Unknown,
}

/// Official images whose user is root: nothing in their Dockerfiles sets another.
const ROOTS: &[&str] = &[
    "node",
    "debian",
    "ubuntu",
    "alpine",
    "busybox",
    "fedora",
    "amazonlinux",
    "rockylinux",
    "almalinux",
    "buildpack-deps",
];

/// The user that an image starts as, by its name.
pub fn default_user(image: &str) -> DefaultUser {
    let name = name(image);
    let tag = name.tag.unwrap_or("");
    // Distroless: <https://github.com/GoogleContainerTools/distroless#why-should-i-use-distroless-images>.
    let distroless = name.repository.starts_with("gcr.io/distroless/");
    let says_so = tag.split('-').any(|word| word == "nonroot") || name.last.ends_with("-nonroot");
    // Chainguard: <https://edu.chainguard.dev/chainguard/chainguard-images/overview/>; `latest-dev` and its like are not
    // root either.
    let chainguard = name.repository.starts_with("cgr.dev/");
    if says_so || chainguard || name.repository.starts_with("cimg/") {
        DefaultUser::Other
    } else if image == "scratch"
        || distroless
        || ROOTS.iter().any(|root| is_official(&name, root))
        || matches!(name.repository, "oven/bun" | "mhart/alpine-node" | "keymetrics/pm2")
    {
        DefaultUser::Root
    } else {
        DefaultUser::Unknown
    }
}

/// What an image puts in front of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// `node` always.
    Node,
    /// `node` where the command is an option or no program: the official image's `docker-entrypoint.sh`.
    NodeUnlessProgram,
}

/// What an image's own entrypoint puts in front of the command, where it is known.
///
/// Official: <https://github.com/nodejs/docker-node/blob/main/docker-entrypoint.sh>; distroless:
/// <https://github.com/GoogleContainerTools/distroless/blob/main/nodejs/README.md>.
pub fn front(image: &str) -> Option<Front> {
    let name = name(image);
    if name.repository.starts_with("gcr.io/distroless/nodejs") || name.repository == "cgr.dev/chainguard/node" {
        Some(Front::Node)
    } else if is_official(&name, "node") {
        Some(Front::NodeUnlessProgram)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(major: u32, rest: &[u32]) -> Option<Node> {
        Some(Node::Version(NodeVersion::Named { major, rest: rest.to_vec() }))
    }

    #[test]
    fn tags_of_node_images() {
        assert_eq!(node("node:24"), named(24, &[]));
        assert_eq!(node("node:22.23-alpine3.23"), named(22, &[23]));
        assert_eq!(node("docker.io/library/node:20.11.1-bookworm-slim@sha256:00"), named(20, &[11, 1]));
        assert_eq!(node("public.ecr.aws/docker/library/node:18-slim"), named(18, &[]));
        assert_eq!(node("node:krypton-alpine"), named(24, &[]));
        assert_eq!(node("gcr.io/distroless/nodejs22-debian12:nonroot"), named(22, &[]));
        assert_eq!(node("registry.access.redhat.com/ubi9/nodejs-20:1-59"), named(20, &[]));
        assert_eq!(node("ghcr.io/acme/hmpps-node:24-alpine"), named(24, &[]));
        assert_eq!(node("host:5000/node:16"), named(16, &[]));
        assert_eq!(node("node:lts-alpine"), Some(Node::Version(NodeVersion::FloatingLts)));
        for floating in ["node", "node:latest", "node:alpine", "node:current-slim", "node:alpine3.20", "node:bookworm"]
        {
            assert_eq!(node(floating), Some(Node::Version(NodeVersion::Floating)), "{floating}");
        }
        assert_eq!(node("node@sha256:00"), Some(Node::Untold));
        assert_eq!(node("mcr.microsoft.com/devcontainers/javascript-node:1-22-bookworm"), named(22, &[]));
        assert_eq!(node("mcr.microsoft.com/vscode/devcontainers/typescript-node:0-16"), named(16, &[]));
        assert_eq!(node("mcr.microsoft.com/devcontainers/typescript-node:20"), named(20, &[]));
        assert_eq!(node("mcr.microsoft.com/devcontainers/typescript-node"), Some(Node::Untold));
    }

    #[test]
    fn other_images_say_nothing_of_node() {
        for other in [
            "alpine:3.20",
            "prom/node-exporter:1.8",
            "acme/api:22",
            "acme/my-node",
            "nodered/node-red:3",
            "postgres:16",
        ] {
            assert_eq!(node(other), None, "{other}");
        }
    }

    #[test]
    fn users_of_images() {
        assert_eq!(default_user("node:24-alpine"), DefaultUser::Root);
        assert_eq!(default_user("scratch"), DefaultUser::Root);
        assert_eq!(default_user("gcr.io/distroless/nodejs22-debian12"), DefaultUser::Root);
        assert_eq!(default_user("gcr.io/distroless/nodejs22-debian12:nonroot"), DefaultUser::Other);
        assert_eq!(default_user("cgr.dev/chainguard/node:latest"), DefaultUser::Other);
        assert_eq!(default_user("ghcr.io/acme/base:1"), DefaultUser::Unknown);
    }
}
