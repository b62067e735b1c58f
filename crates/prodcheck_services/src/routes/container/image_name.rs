//! Names of images, of which parts can be unknown, and which of them can be the same image.

/// The name of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName {
    /// What stands between the unknown parts of its repository.
    pieces: Vec<String>,
    /// Its tag.
    tag: Tag,
}

/// What the tag of an image says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tag {
    /// A version, a branch, `latest`, none, or something unknown: any build of the image.
    Any,
    /// A name of its own, such as `worker`: another image under the same name.
    Named(String),
}

impl ImageName {
    /// `None` where nothing of the name is known. `${…}`, `${{ … }}`, `$NAME` and `{{ … }}` are unknown parts.
    pub fn of(image: &str) -> Option<Self> {
        let mut pieces = vec![String::new()];
        let mut rest = image.trim();
        let mut tag = "";
        while let Some(next) = rest.chars().next() {
            let length = unknown_length(rest);
            if length > 0 {
                pieces.push(String::new());
                rest = rest.get(length..)?;
                continue;
            }
            if next == '@' || (next == ':' && !rest.contains('/')) {
                tag = rest.strip_prefix(':').unwrap_or("");
                break;
            }
            pieces.last_mut()?.push(next.to_ascii_lowercase());
            rest = rest.get(next.len_utf8()..)?;
        }
        let known = pieces.iter().any(|piece| piece.chars().any(char::is_alphanumeric));
        let last = pieces.last().is_some_and(|piece| !piece.is_empty());
        (known && last).then(|| Self { pieces, tag: Tag::of(tag) })
    }

    /// The last part of the repository: `api` of `ghcr.io/acme/api:1`.
    pub fn last(&self) -> &str {
        self.pieces.last().map_or("", |piece| piece.rsplit('/').next().unwrap_or(piece))
    }

    /// Whether the tag is a name of its own, and which.
    pub fn named_tag(&self) -> Option<&str> {
        match &self.tag {
            Tag::Named(tag) => Some(tag),
            Tag::Any => None,
        }
    }

    /// Whether both can be the same image; unknown parts stand for anything.
    pub fn matches(&self, other: &Self) -> bool {
        self.tag == other.tag
            && match (self.pieces.as_slice(), other.pieces.as_slice()) {
                ([one], [other]) => {
                    one.strip_prefix("docker.io/").unwrap_or(one) == other.strip_prefix("docker.io/").unwrap_or(other)
                }
                (pattern, [text]) | ([text], pattern) => fits(pattern, text),
                _ => self.pieces == other.pieces,
            }
    }

    /// Whether the repository of the other begins with this one's: `acme/api` and `acme/api-amd64`.
    pub fn begins(&self, other: &Self) -> bool {
        match (self.pieces.as_slice(), other.pieces.as_slice()) {
            ([one], [first, ..]) => first.starts_with(one.as_str()),
            _ => false,
        }
    }
}

impl Tag {
    fn of(tag: &str) -> Self {
        let tag = tag.split('@').next().unwrap_or("").to_ascii_lowercase();
        let first = tag.split(['-', '_', '.']).next().unwrap_or("");
        let digits = first.trim_start_matches('v');
        let version = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let moving = matches!(
            tag.as_str(),
            "" | "latest"
                | "stable"
                | "release"
                | "main"
                | "master"
                | "edge"
                | "next"
                | "local"
                | "prod"
                | "production"
                | "sha"
        );
        let unknown = (0..tag.len()).any(|at| tag.get(at..).is_some_and(|rest| unknown_length(rest) > 0));
        if version || moving || unknown { Self::Any } else { Self::Named(tag) }
    }
}

fn fits(pattern: &[String], text: &str) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return false };
    let Some((last, middle)) = rest.split_last() else { return first == text };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        match rest.find(piece.as_str()) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.len() > last.len() && rest.ends_with(last.as_str())
}

/// The length of the unknown part at the start of a text; 0 where there is none.
fn unknown_length(text: &str) -> usize {
    let until = |end: &str| text.find(end).map_or(text.len(), |at| at + end.len());
    if text.starts_with("${{") || text.starts_with("{{") {
        until("}}")
    } else if text.starts_with("${") {
        until("}")
    } else if let Some(name) = text.strip_prefix('$') {
        1 + name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(a: &str, b: &str) -> bool {
        ImageName::of(a).unwrap().matches(&ImageName::of(b).unwrap())
    }

    #[test]
    fn names_match_whatever_their_version() {
        assert!(matches("acme/api:1.2", "acme/api") && matches("host:5000/api:v1", "host:5000/api@sha256:00"));
        assert!(matches("ghcr.io/${{ github.repository_owner }}/api:latest", "ghcr.io/acme/api:${TAG:-1}"));
        assert!(matches("$REGISTRY/api", "ghcr.io/acme/api") && matches("docker.io/acme/api", "acme/api"));
        assert!(!matches("acme/api", "acme/api-docs") && !matches("ghcr.io/${X}/api", "ghcr.io/acme/web"));
    }

    #[test]
    fn a_tag_that_is_a_name_is_another_image() {
        assert!(matches("acme/app:worker", "acme/app:worker"));
        assert!(!matches("acme/app:worker", "acme/app:2") && !matches("acme/app:base2", "acme/app:latest"));
        assert_eq!(ImageName::of("acme/app:base2-slim").unwrap().named_tag(), Some("base2-slim"));
        assert_eq!(ImageName::of("é/ghcr/app:2").unwrap().last(), "app");
    }

    #[test]
    fn unknown_names_are_none() {
        assert!(
            ImageName::of("${{ env.IMAGE }}").is_none() && ImageName::of("ghcr.io/${{ github.repository }}").is_none()
        );
        assert!(ImageName::of("").is_none() && ImageName::of(":1").is_none());
    }
}
