//! Dockerfiles: the stages of a build, and what each of them makes of the image.
//!
//! Reference: <https://docs.docker.com/reference/dockerfile/>.

mod image;
#[cfg(test)]
mod tests;

pub use image::{Base, Copied, CopyFrom, Image, ImageCommand, ImageHealth, Ran, Setting};

use prodcheck_formats::dockerfile as format;
use prodcheck_formats::dockerfile::Kind;
use prodcheck_source::{Note, RepoPath, Span, Spanned};
use std::collections::HashMap;

/// What one Dockerfile says.
#[derive(Debug, Clone, PartialEq)]
pub struct Dockerfile {
    /// The file.
    pub path: RepoPath,
    /// The comment at its head, without the `#`s, as one text with its lines.
    pub header: Option<Spanned<String>>,
    /// Its instructions and stages.
    pub tree: format::Dockerfile,
}

/// Whether a file is a Dockerfile by its name: `Dockerfile`, `Dockerfile.prod`, `api.Dockerfile`, `Containerfile`.
pub fn is_named(path: &RepoPath) -> bool {
    let name = path.name().to_ascii_lowercase();
    let words = || name.split(['.', '-', '_']);
    let is_other = matches!(
        path.extension().map(str::to_ascii_lowercase).as_deref(),
        Some(
            "dockerignore"
                | "md"
                | "js"
                | "ts"
                | "mjs"
                | "sh"
                | "json"
                | "yml"
                | "yaml"
                | "j2"
                | "template"
                | "erb"
                | "txt"
                | "bak"
                | "py"
                | "go"
                | "rs"
                | "snap"
        )
    );
    !is_other && words().any(|word| matches!(word, "dockerfile" | "containerfile"))
}

/// Whether a text is a Dockerfile by its content: its first instruction is `FROM`, or `ARG`s and then `FROM`.
pub fn is_shaped(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.find(|line| !line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("arg ")));
    first.is_some_and(|line| {
        let mut words = line.split_whitespace();
        let from = words.next().is_some_and(|word| word.eq_ignore_ascii_case("from"));
        let rest: Vec<&str> = words.filter(|word| !word.starts_with("--")).take(4).collect();
        from && match rest.as_slice() {
            [_] => true,
            [_, keyword, _] => keyword.eq_ignore_ascii_case("as"),
            _ => false,
        }
    })
}

/// Reads a Dockerfile.
pub fn read(path: &RepoPath, text: &str) -> (Dockerfile, Vec<Note>) {
    let parsed = format::parse(text);
    let header = header(text, &parsed.tree);
    (Dockerfile { path: path.clone(), header, tree: parsed.tree }, parsed.notes)
}

/// The comments before the first instruction, directives left out.
fn header(text: &str, tree: &format::Dockerfile) -> Option<Spanned<String>> {
    let first = tree.instructions.first().map_or(u32::MAX, |instruction| instruction.span.start);
    let directives = [&tree.directives.syntax, &tree.directives.check];
    let is_directive = |span: Span| {
        let spelled = text.get(span.range()).unwrap_or("");
        directives.iter().any(|one| one.as_ref().is_some_and(|one| span.contains(one.span)))
            || spelled.trim_start_matches('#').trim_start().starts_with("escape=")
    };
    let comments: Vec<Span> =
        tree.comments.iter().copied().filter(|span| span.start < first && !is_directive(*span)).collect();
    let lines = comments.iter().filter_map(|span| text.get(span.range()));
    let joined = lines.map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join("\n");
    Some(Spanned::new(joined, comments.iter().copied().reduce(Span::to)?))
}

impl Dockerfile {
    /// The stage that a build makes: the one of that name or number; without one the last that has a command, its own or
    /// by the stages that it is made from; else the last. `None` where there is no such stage, or none at all.
    pub fn production_stage(&self, target: Option<&str>) -> Option<usize> {
        match target {
            Some(target) => self.tree.stage(target),
            None => {
                let last = self.tree.stages.len().checked_sub(1)?;
                Some(self.stages_with_command().iter().rposition(|runs| *runs).unwrap_or(last))
            }
        }
    }

    /// Of each stage, whether it has a command, its own or by the stages that it is made from.
    pub fn stages_with_command(&self) -> Vec<bool> {
        let global = self.tree.global(&|_| None);
        let mut named: HashMap<&str, bool> = HashMap::new();
        let mut all = Vec::with_capacity(self.tree.stages.len());
        for stage in &self.tree.stages {
            let base = global.resolve(&stage.image).map(|image| image.to_ascii_lowercase());
            let inherits = base.is_some_and(|base| named.get(base.as_str()).copied().unwrap_or(false));
            let own = self.tree.instructions_of(stage);
            let runs = inherits || own.iter().any(|one| matches!(one.kind, Kind::Cmd(_) | Kind::Entrypoint(_)));
            named.extend(stage.name.as_ref().map(|name| (name.value.as_str(), runs)));
            all.push(runs);
        }
        all
    }
}
