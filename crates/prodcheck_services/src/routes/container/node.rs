//! Which Node.js an image holds: its base image's, one that is copied in, or one that a command installs.

use super::base_image::{self, Node};
use super::distribution;
use crate::routes::node_version::asked;
use crate::{NodeVersion, Setting};
use prodcheck_facts::dockerfile::{CopyFrom, Dockerfile};
use prodcheck_formats::dockerfile::{Environment, Form, Instruction, Kind};
use prodcheck_formats::shell::Parameter;
use prodcheck_source::{Place, Span};

/// How many stages are followed in a row for a copied program.
const DEPTH: usize = 8;

/// How many words of the commands of one stage are looked at.
const WORDS: usize = 20_000;

/// Looks for the Node.js in the stages of one Dockerfile.
pub(super) struct Finder<'a> {
    pub file: &'a Dockerfile,
    /// The values of build arguments.
    pub given: &'a dyn Fn(&str) -> Option<String>,
    /// What is known of an image that the repository builds itself, by its name.
    pub own: &'a dyn Fn(&str) -> Option<Setting<NodeVersion>>,
}

/// The Node.js of one stage of a Dockerfile by itself: with the defaults of its arguments.
pub fn node_of_stage(file: &Dockerfile, stage: usize) -> Setting<NodeVersion> {
    Finder { file, given: &|_| None, own: &|_| None }.stage(stage)
}

impl Finder<'_> {
    /// The Node.js of a stage; silent where nothing tells.
    pub fn stage(&self, stage: usize) -> Setting<NodeVersion> {
        self.at_depth(stage, DEPTH)
    }

    fn at_depth(&self, stage: usize, depth: usize) -> Setting<NodeVersion> {
        let image = self.file.image(stage, self.given, None);
        let Some(base) = &image.base else { return Setting::Silent };
        let mut shown = format!("FROM {}", base.image.as_ref().unwrap_or(&base.shown));
        let mut place = base.place.clone();
        if let Some((name, span)) = self.argument(stage) {
            // Where the version is written is where it is changed.
            place = Place::new(self.file.path.clone(), span);
            if (self.given)(&name).is_some() {
                shown = format!("{shown}, by the build argument {name}");
            }
        }
        let mut found = match base.image.as_deref() {
            Some(name) => self.of_image(name, &place, &shown),
            None => Setting::unknown(base.place.clone(), shown),
        };
        if !matches!(found, Setting::Silent) {
            return found;
        }
        let copied = image.copies.iter().rev().filter(|copied| copied.sources.iter().any(|source| holds_node(source)));
        for copied in copied {
            let other = match &copied.from {
                CopyFrom::Stage(from) if depth > 0 => self.at_depth(*from, depth - 1),
                CopyFrom::Other(Some(name)) => self.of_image(name, &copied.place, &format!("COPY --from={name}")),
                _ => Setting::Silent,
            };
            if !matches!(other, Setting::Silent) {
                return other;
            }
        }
        let mut left = WORDS;
        self.file.tree.replay(stage, self.given, |instruction, environment| {
            if matches!(found, Setting::Silent | Setting::Unknown { .. })
                && let Some(installed) = self.installed(instruction, environment, base.image.as_deref(), &mut left)
            {
                found = installed;
            }
        });
        found
    }

    /// The last argument in the name of a stage's image, and where its default stands.
    fn argument(&self, stage: usize) -> Option<(String, Span)> {
        let tree = &self.file.tree;
        let lineage = tree.lineage(stage, &tree.global(self.given));
        let root = tree.stages.get(*lineage.first()?)?;
        let names = root.image.parameters();
        let first = tree.stages.first()?.instructions.start;
        let before = tree.instructions.iter().take(first);
        let pairs = before.flat_map(|instruction| match &instruction.kind {
            Kind::Arg(pairs) => pairs.as_slice(),
            _ => &[],
        });
        let pairs: Vec<_> = pairs.collect();
        // The tag stands at the end, behind what may be the registry's argument.
        let of = |(parameter, _): &(&Parameter, Span)| pairs.iter().find(|pair| pair.name.value == parameter.name);
        let pair = names.iter().rev().find_map(of)?;
        Some((pair.name.value.clone(), pair.span))
    }

    fn of_image(&self, name: &str, place: &Place, shown: &str) -> Setting<NodeVersion> {
        match base_image::node(name) {
            Some(Node::Version(version)) => Setting::set(version, place.clone(), shown),
            Some(Node::Untold) => Setting::unknown(place.clone(), shown),
            None => (self.own)(name).unwrap_or_default(),
        }
    }

    /// What a `RUN` installs.
    fn installed(
        &self,
        instruction: &Instruction,
        environment: &Environment,
        base: Option<&str>,
        left: &mut usize,
    ) -> Option<Setting<NodeVersion>> {
        let Kind::Run(run) = &instruction.kind else { return None };
        let place = |span: Span| Place::new(self.file.path.clone(), span);
        let mut found = None;
        let mut read = |words: Vec<(Option<String>, Span)>| {
            let texts: Vec<&str> = words.iter().map(|(text, _)| text.as_deref().unwrap_or("")).collect();
            let at = words.first().map_or(instruction.span, |(_, span)| *span);
            let said = install(&texts);
            // What names the version counts more than a package whose version something else decides.
            if found.is_none() || !matches!(said, None | Some(Installed::Package)) {
                found = said.map(|said| (said, texts.join(" "), at)).or(found.take());
            }
        };
        match &run.form {
            Form::Exec(command) => {
                read(command.words.iter().map(|word| (environment.resolve(word), word.span)).collect());
            }
            Form::Shell(script) => {
                for visit in script.commands() {
                    let words = &visit.command.words;
                    let Some(rest) = left.checked_sub(words.len()) else { break };
                    *left = rest;
                    read(words.iter().map(|word| (environment.resolve(word), word.span)).collect());
                }
            }
        }
        let (said, shown, span) = found?;
        let shown = shortened(&shown);
        Some(match said {
            Installed::Version(version) => Setting::set(version, place(span), shown),
            Installed::Package => match base.and_then(|base| distribution::node_line(&base_image::name(base))) {
                Some(major) => Setting::set(NodeVersion::Named { major, rest: Vec::new() }, place(span), shown),
                None => Setting::set(NodeVersion::Unlisted, place(span), shown),
            },
        })
    }
}

/// Whether a path of an image is Node.js, or a folder that holds it in the official image.
fn holds_node(source: &str) -> bool {
    let source = source.trim_end_matches('/');
    source.ends_with("/bin/node")
        || source.ends_with("/bin/nodejs")
        || matches!(source, "/usr/local" | "/usr/local/bin" | "/usr/local/bin/*" | "/nodejs" | "/opt/nodejs")
}

#[derive(Debug, PartialEq)]
enum Installed {
    Version(NodeVersion),
    /// The distribution's own package.
    Package,
}

/// The Node.js that one command installs.
///
/// NodeSource: <https://github.com/nodesource/distributions>; nvm: <https://github.com/nvm-sh/nvm#usage>; n:
/// <https://github.com/tj/n>; fnm: <https://github.com/Schniz/fnm>; Volta: <https://docs.volta.sh/reference/install>;
/// module streams: <https://docs.redhat.com/documentation/en-us/red_hat_enterprise_linux/9>.
fn install(words: &[&str]) -> Option<Installed> {
    if let Some(version) = words.iter().find_map(|word| of_address(word)) {
        return Some(Installed::Version(version));
    }
    let (program, arguments) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or(program);
    if matches!(program, "sudo" | "env" | "npx" | "exec" | "time") {
        return install(arguments);
    }
    let plain = || arguments.iter().copied().filter(|word| !word.starts_with('-'));
    let after = |names: &[&str]| {
        let mut rest = plain().skip_while(|word| !names.contains(word)).peekable();
        rest.next_if(|word| names.contains(word))?;
        rest.next()
    };
    let version = |text: &str| (!text.is_empty() && !text.contains('$')).then(|| Installed::Version(asked(text)));
    let pinned = |tools: &[&str]| {
        plain()
            .find_map(|word| word.split_once('@').filter(|(tool, _)| tools.contains(tool)))
            .map(|(_, version)| version)
    };
    match program {
        "apk" | "apt" | "apt-get" | "aptitude" | "dnf" | "yum" | "microdnf" | "zypper" | "tdnf" => packages(plain()),
        "nvm" | "fnm" => version(after(&["install", "use", "default"])?),
        "n" => version(plain().find(|word| *word != "install")?),
        "volta" => version(pinned(&["node"])?),
        "asdf" => version(plain().skip_while(|word| !matches!(*word, "nodejs" | "node")).nth(1)?),
        "mise" | "rtx" => version(pinned(&["node", "nodejs"])?),
        "pnpm" => version(after(&["use"])?),
        "bash" | "sh" | "." | "source" => {
            let joined = arguments.join(" ");
            let inner: Vec<&str> =
                joined.split(['&', ';', '|']).find(|part| part.contains("nvm install"))?.split_whitespace().collect();
            install(&inner)
        }
        _ => None,
    }
}

/// The package `nodejs` among packages: `nodejs`, `nodejs=20.11.1-r0`, `nodejs20`, `nodejs:20` of a module.
fn packages<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Installed> {
    words.find_map(|word| {
        let rest = word.trim_start_matches('@').strip_prefix("nodejs")?;
        let digits: String = rest
            .trim_start_matches(['-', '=', ':', '~', '<', '>'])
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        match digits.trim_end_matches('.') {
            "" if rest.is_empty() || rest.starts_with('@') || rest == "-lts" => Some(Installed::Package),
            "" if rest == "-current" => Some(Installed::Package),
            "" => None,
            digits => Some(Installed::Version(asked(digits))),
        }
    })
}

/// The version in an address that Node.js is fetched from: NodeSource's set-up scripts and packages, the project's own
/// archives.
fn of_address(word: &str) -> Option<NodeVersion> {
    let after = |mark: &str| word.split_once(mark).map(|(_, rest)| rest);
    if word.contains("nodesource.com") {
        let stream = after("/setup_").or_else(|| after("/node_"))?;
        let stream = stream.split(['/', ' ', '"', '\'']).next().unwrap_or("");
        let stream = stream.strip_suffix(".sh").unwrap_or(stream);
        return (!stream.is_empty()).then(|| asked(stream.strip_suffix(".x").unwrap_or(stream)));
    }
    let rest = after("nodejs.org/dist/")
        .or_else(|| after("nodejs.org/download/release/"))
        .or_else(|| after("npmmirror.com/mirrors/node/"))?;
    let folder = rest.split('/').next().unwrap_or("");
    let version = folder.strip_prefix("latest-").unwrap_or(folder);
    let version = version.strip_suffix(".x").unwrap_or(version);
    (!version.is_empty()).then(|| asked(version))
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installs(line: &str) -> Option<Installed> {
        install(&line.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn commands_that_install_a_version() {
        let named = |major, rest: &[u32]| Some(Installed::Version(NodeVersion::Named { major, rest: rest.to_vec() }));
        for (line, expected) in [
            ("curl -fsSL https://deb.nodesource.com/setup_20.x", named(20, &[])),
            ("curl -sL https://deb.nodesource.com/setup_lts.x", Some(Installed::Version(NodeVersion::FloatingLts))),
            ("curl -sL https://deb.nodesource.com/setup_current.x", Some(Installed::Version(NodeVersion::Floating))),
            ("echo deb https://deb.nodesource.com/node_18.x nodistro main", named(18, &[])),
            ("wget https://nodejs.org/dist/v22.1.0/node-v22.1.0-linux-x64.tar.xz", named(22, &[1, 0])),
            ("curl https://nodejs.org/dist/latest-v20.x/node.tar.gz", named(20, &[])),
            ("nvm install 18.17.1", named(18, &[17, 1])),
            ("sudo n 20", named(20, &[])),
            ("npx n lts", Some(Installed::Version(NodeVersion::FloatingLts))),
            ("volta install node@22.3", named(22, &[3])),
            ("asdf install nodejs 20.1.0", named(20, &[1, 0])),
            ("dnf module enable -y nodejs:20", named(20, &[])),
            ("dnf install -y nodejs22", named(22, &[])),
            ("apk add --no-cache nodejs=20.11.1-r0 npm", named(20, &[11, 1])),
            ("apk add --no-cache nodejs npm", Some(Installed::Package)),
            ("apt-get install -y --no-install-recommends curl nodejs", Some(Installed::Package)),
            ("apt-get install -y nodejs-doc", None),
            ("apk add npm", None),
            ("echo é nodejs", None),
            ("n", None),
            ("", None),
        ] {
            assert_eq!(installs(line), expected, "{line}");
        }
    }
}
