//! Which Node.js line the packages of a Linux distribution's release are of.
//!
//! Alpine: <https://pkgs.alpinelinux.org/packages?name=nodejs>, and the release notes at <https://alpinelinux.org/posts/>;
//! Debian: <https://packages.debian.org/search?keywords=nodejs>; Ubuntu:
//! <https://packages.ubuntu.com/search?keywords=nodejs&searchon=names>. A release keeps its line.

use super::base_image::{Name, is_official};

/// The package `nodejs` of Alpine's releases.
const ALPINE: &[(&str, u32)] = &[
    ("3.8", 8),
    ("3.9", 10),
    ("3.10", 10),
    ("3.11", 12),
    ("3.12", 12),
    ("3.13", 14),
    ("3.14", 14),
    ("3.15", 16),
    ("3.16", 16),
    ("3.17", 18),
    ("3.18", 18),
    ("3.19", 20),
    ("3.20", 20),
    ("3.21", 22),
    ("3.22", 22),
    ("3.23", 24),
    ("3.24", 24),
];

/// The package `nodejs` of Debian's and Ubuntu's releases, by name.
const BY_NAME: &[(&str, u32)] = &[
    ("buster", 10),
    ("bullseye", 12),
    ("bookworm", 18),
    ("trixie", 20),
    ("bionic", 8),
    ("focal", 10),
    ("jammy", 12),
    ("noble", 18),
];

/// The numbers of releases that have names.
const NUMBERS: &[(&str, &str, &str)] = &[
    ("debian", "10", "buster"),
    ("debian", "11", "bullseye"),
    ("debian", "12", "bookworm"),
    ("debian", "13", "trixie"),
    ("ubuntu", "18.04", "bionic"),
    ("ubuntu", "20.04", "focal"),
    ("ubuntu", "22.04", "jammy"),
    ("ubuntu", "24.04", "noble"),
];

/// The line of the package `nodejs` in the release that an image is made of, as far as its name tells the release.
pub(super) fn node_line(image: &Name<'_>) -> Option<u32> {
    let tag = image.tag?;
    let words = || tag.split(['-', '_']);
    // `3.20.3`, and `20-alpine3.20`.
    let alpine = if is_official(image, "alpine") {
        words().next()
    } else {
        words().find_map(|word| word.strip_prefix("alpine"))
    };
    if let Some(release) = alpine {
        let release: Vec<&str> = release.split('.').take(2).collect();
        let release = release.join(".");
        return ALPINE.iter().find(|(known, _)| *known == release).map(|(_, line)| *line);
    }
    let first = words().next()?;
    let first = first.split('.').take(if image.last == "ubuntu" { 2 } else { 1 }).collect::<Vec<_>>().join(".");
    let named = NUMBERS.iter().find(|(distribution, number, _)| is_official(image, distribution) && *number == first);
    let by_name = |name: &str| BY_NAME.iter().find(|(known, _)| *known == name).map(|(_, line)| *line);
    named.and_then(|(_, _, name)| by_name(name)).or_else(|| words().find_map(by_name))
}

#[cfg(test)]
mod tests {
    use super::super::base_image::name;
    use super::node_line;

    #[test]
    fn releases_in_names_of_images() {
        for (image, line) in [
            ("alpine:3.20", Some(20)),
            ("docker.io/library/alpine:3.22.1", Some(22)),
            ("python:3.12-alpine3.19", Some(20)),
            ("debian:bookworm-slim", Some(18)),
            ("debian:12.5-slim", Some(18)),
            ("ubuntu:22.04", Some(12)),
            ("ubuntu:noble-20240605", Some(18)),
            ("php:8.3-fpm-bullseye", Some(12)),
            ("alpine", None),
            ("alpine:latest", None),
            ("alpine:3.99", None),
            ("alpine:edge", None),
            ("acme/alpine:3.20", None),
            ("debian:sid", None),
            ("é/ubuntu:22.04", None),
        ] {
            assert_eq!(node_line(&name(image)), line, "{image}");
        }
    }
}
