//! What a container runs: the command that compose and the image make together, its folder, environment and files.

use super::base_image::{self, Front};
use super::{Built, Mounts};
use crate::env_example::file_or_example;
use crate::routes::compose::Project;
use crate::start_path::{Disk, Scene, StartCommand};
use crate::{EnvSetting, EnvSource, EnvValue, Repository};
use prodcheck_facts::command::Word;
use prodcheck_facts::compose::{self, MountKind, Said, Service, Text, Variables};
use prodcheck_facts::dockerfile::{Image, ImageCommand};
use prodcheck_formats::dockerfile::Form;
use prodcheck_formats::dotenv;
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_program::workspaces::Workspaces;
use prodcheck_source::{Place, RepoPath};

/// What a container runs and what it sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The command; `None` where only an image knows it that the repository does not build.
    pub command: Option<StartCommand>,
    /// The folder that it runs in, absolute; `None` where it is unknown.
    pub directory: Option<String>,
    /// Its environment, in the order in which it is set: the image's, then of env files, then of the file that runs it.
    pub environment: Vec<EnvSetting>,
    /// The env files that it is given.
    pub env_files: Vec<EnvSource>,
    /// Which files of the repository stand where.
    pub mounts: Mounts,
    /// Where an init is asked for that stands in front of the command.
    pub init: Option<Place>,
}

impl Start {
    /// What an image runs by itself.
    pub fn of_image(repository: &Repository, built: &Built) -> Self {
        let mut start = Self::of(Some(built));
        start.command = Commands::of_image(Some(&built.image)).joined(repository, base_name(&built.image));
        start
    }

    /// What a service of a compose project runs, in an image that the repository builds or in another.
    pub fn of_service(repository: &Repository, project: &Project, service: &Service, built: Option<&Built>) -> Self {
        let mut start = Self::of(built);
        let asked = Asked { repository, project, variables: &project.variables };
        let image = built.map(|built| &built.image);
        let mut commands = Commands::of_image(image);
        if let Some(entrypoint) = &service.entrypoint {
            commands = Commands { entrypoint: Some(asked.command(entrypoint)), command: None };
        }
        if let Some(command) = &service.command {
            commands.command = Some(asked.command(command));
        }
        let external = project.image(service);
        let base = match built {
            Some(built) => base_name(&built.image).map(str::to_owned),
            None => external,
        };
        start.command = commands.joined(repository, base.as_deref());
        if let Some(folder) = &service.working_dir {
            let folder = folder.value.resolve(&project.variables);
            start.directory = folder.and_then(|folder| super::build::in_folder(start.directory.as_deref(), &folder));
        }
        asked.environment(service, &mut start);
        asked.volumes(service, &mut start.mounts);
        start.init = service.init.as_ref().filter(|init| init.value.raw() == "true").map(|init| init.place.clone());
        start
    }

    /// What a container of a pod runs. `command` replaces the image's entry point and command, `arguments` its command
    /// alone: <https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/>.
    pub fn of_pod(repository: &Repository, built: Option<&Built>, pod: PodCommand) -> Self {
        let mut start = Self::of(built);
        let image = built.map(|built| &built.image);
        let mut commands = Commands::of_image(image);
        let replaced = pod.command.is_some();
        if let Some(words) = pod.command {
            commands = Commands { entrypoint: Some(Piece::Words(words)), command: None };
        }
        if let Some(words) = pod.arguments {
            commands.command = Some(Piece::Words(words));
        }
        let base = image.and_then(base_name).filter(|_| !replaced);
        start.command = commands.joined(repository, base);
        if let Some(folder) = &pod.working_dir {
            start.directory = super::build::in_folder(start.directory.as_deref(), folder);
        }
        start.environment.extend(pod.environment);
        start
    }

    fn of(built: Option<&Built>) -> Self {
        let Some(built) = built else {
            return Self {
                command: None,
                directory: None,
                environment: Vec::new(),
                env_files: Vec::new(),
                mounts: Mounts::default(),
                init: None,
            };
        };
        let setting = |setting: &prodcheck_facts::dockerfile::Setting| EnvSetting {
            name: setting.name.clone(),
            value: setting.value.clone().map_or(EnvValue::Unknown, EnvValue::Text),
            place: setting.place.clone(),
        };
        Self {
            command: None,
            directory: built.image.working_dir.clone(),
            environment: built.image.environment.iter().map(setting).collect(),
            env_files: Vec::new(),
            mounts: built.mounts.clone(),
            init: None,
        }
    }

    /// The scene in which the command is followed.
    pub fn scene<'a>(&self, repository: &'a Repository, workspaces: &'a Workspaces) -> Scene<'a> {
        let mut disk = Disk::empty();
        for (at, from) in self.mounts.bases() {
            disk.imply(&at, from);
        }
        for mount in self.mounts.iter() {
            match &mount.from {
                Some(from) => disk.mount(&mount.at, from.clone()),
                None => disk.cover(&mount.at),
            }
        }
        Scene {
            repository,
            workspaces,
            disk,
            directory: self.directory.clone(),
            environment: self.environment.clone(),
            env_files: self.env_files.clone(),
            init: self.init.clone(),
        }
    }
}

/// What a pod says of the command of one of its containers.
#[derive(Debug, Clone, Default)]
pub struct PodCommand {
    /// `command`.
    pub command: Option<Vec<Word>>,
    /// `args`.
    pub arguments: Option<Vec<Word>>,
    /// `workingDir`.
    pub working_dir: Option<String>,
    /// `env` and `envFrom`.
    pub environment: Vec<EnvSetting>,
}

/// The image that all of it is made from, where its name is known.
fn base_name(image: &Image) -> Option<&str> {
    image.base.as_ref()?.image.as_deref()
}

/// `ENTRYPOINT` and `CMD`, or what a file puts in their place.
struct Commands {
    entrypoint: Option<Piece>,
    command: Option<Piece>,
}

enum Piece {
    Words(Vec<Word>),
    /// A shell form, where it stands.
    Line(Place),
}

impl Commands {
    fn of_image(image: Option<&Image>) -> Self {
        let piece = |command: &ImageCommand| match &command.form {
            Form::Exec(words) => Piece::Words(
                words
                    .words
                    .iter()
                    .map(|word| {
                        let place = Place::new(command.place.path.clone(), word.span);
                        Word::new(word.pattern().unwrap_or_default(), place)
                    })
                    .collect(),
            ),
            Form::Shell(script) => Piece::Line(Place::new(command.place.path.clone(), script.span)),
        };
        Self {
            entrypoint: image.and_then(|image| image.entrypoint.as_ref()).map(piece),
            command: image.and_then(|image| image.command.as_ref()).map(piece),
        }
    }

    /// Both as one command: <https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact>.
    fn joined(self, repository: &Repository, base: Option<&str>) -> Option<StartCommand> {
        let own_entrypoint = self.entrypoint.is_some();
        let mut words = match self.entrypoint {
            Some(Piece::Line(place)) => return line(repository, &place),
            Some(Piece::Words(words)) => words,
            None => Vec::new(),
        };
        match self.command {
            Some(Piece::Line(place)) if words.is_empty() => return line(repository, &place),
            Some(Piece::Line(place)) => {
                let text = repository.files.text(&place.path).map_or("", |text| text.slice(place.span));
                words.push(Word::new("/bin/sh", place.clone()));
                words.push(Word::new("-c", place.clone()));
                words.push(Word::new(text, place));
            }
            Some(Piece::Words(more)) => words.extend(more),
            None => {}
        }
        let first = words.first()?;
        let front = base.filter(|_| !own_entrypoint).and_then(base_image::front);
        let needs_node = match front {
            Some(Front::Node) => true,
            Some(Front::NodeUnlessProgram) => {
                first.is_option() || [".js", ".mjs", ".cjs"].iter().any(|ending| first.shown().ends_with(ending))
            }
            None => false,
        };
        if needs_node {
            words.insert(0, Word::new("node", first.place.clone()));
        }
        Some(StartCommand::Words(words))
    }
}

fn line(repository: &Repository, place: &Place) -> Option<StartCommand> {
    let text = repository.files.text(&place.path)?.slice(place.span).to_owned();
    let text = Excerpt::verbatim(text, place.span.start as usize);
    Some(StartCommand::Line { path: place.path.clone(), text })
}

/// The file that runs the container.
struct Asked<'a> {
    repository: &'a Repository,
    project: &'a Project,
    variables: &'a Variables,
}

impl Asked<'_> {
    fn command(&self, said: &Said<compose::Command>) -> Piece {
        Piece::Words(match &said.value {
            compose::Command::Words(words) => words.iter().map(|word| self.word(word)).collect(),
            compose::Command::Line(line) => self.split(line),
        })
    }

    fn word(&self, said: &Said<Text>) -> Word {
        let text = said.value.partly(self.variables);
        match self.unknown_at(&said.value, &text) {
            None => Word::new(text, said.place.clone()),
            Some(known) => Word::partly(text, known, said.place.clone()),
        }
    }

    /// Where the first unknown variable stands in a text in which the known ones are put in.
    fn unknown_at(&self, text: &Text, partly: &str) -> Option<usize> {
        let names = text.unknown_variables(self.variables);
        names.iter().filter_map(|name| partly.find(&format!("${{{name}}}"))).min().or((!names.is_empty()).then_some(0))
    }

    /// The words of a line: quotes and backslashes as a shell has them, and nothing else.
    fn split(&self, said: &Said<Text>) -> Vec<Word> {
        let text = said.value.partly(self.variables);
        let unknown = said.value.unknown_variables(self.variables);
        let source = self.repository.files.text(&said.place.path).map_or("", |text| text.text());
        let excerpt = Excerpt::aligned(source, said.place.span, &text);
        words_of(&text)
            .into_iter()
            .map(|(word, start, end)| {
                let place = Place::new(said.place.path.clone(), excerpt.span(start, end));
                match unknown.iter().filter_map(|name| word.find(&format!("${{{name}}}"))).min() {
                    None => Word::new(word, place),
                    Some(known) => Word::partly(word, known, place),
                }
            })
            .collect()
    }

    fn environment(&self, service: &Service, start: &mut Start) {
        for file in &service.env_files {
            let path = self.project.resolve(&file.path);
            if let Some(path) = &path {
                start.environment.extend(variables_shown(self.repository, path));
            }
            start.env_files.push(EnvSource {
                file: path.filter(|path| self.repository.files.contains(path)),
                shown: file.path.text.raw().to_owned(),
                reader: "compose".to_owned(),
                overrides: true,
                place: file.place.clone(),
            });
        }
        start.environment.extend(service.environment.iter().map(|variable| {
            let value = variable.value.as_ref().and_then(|value| value.resolve(self.variables));
            let handed = || self.variables.get(&variable.name).filter(|_| variable.value.is_none()).cloned();
            match value.or_else(handed) {
                Some(value) => EnvSetting {
                    name: variable.name.clone(),
                    value: EnvValue::Text(value),
                    place: variable.place.clone(),
                },
                None => self.by_example(variable),
            }
        }));
    }

    /// A variable that only takes on one of the project's own `.env`, which is not in the repository: what the example of
    /// that file says.
    fn by_example(&self, variable: &compose::Variable) -> EnvSetting {
        let unknown =
            EnvSetting { name: variable.name.clone(), value: EnvValue::Unknown, place: variable.place.clone() };
        let raw = variable.value.as_ref().map_or("", |value| value.raw());
        let name = raw.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| raw.strip_prefix('$'));
        let name = name.map_or(variable.name.as_str(), |name| name.split(':').next().unwrap_or(name));
        let Some(file) = self.project.folder.join(".env") else { return unknown };
        let shown = variables_shown(self.repository, &file).into_iter().rev().find(|shown| shown.name == name);
        shown.map_or(unknown, |shown| EnvSetting { name: variable.name.clone(), ..shown })
    }

    fn volumes(&self, service: &Service, mounts: &mut Mounts) {
        for mount in &service.volumes {
            let Some(target) = mount.target.resolve(self.variables) else { continue };
            let from = match mount.kind {
                MountKind::Bind => mount.source.as_ref().and_then(|source| self.project.resolve(source)),
                MountKind::Volume | MountKind::Other => None,
            };
            mounts.put(&target, from);
        }
    }
}

/// The variables of an env file, or of its example where only that is in the repository.
fn variables_shown(repository: &Repository, path: &RepoPath) -> Vec<EnvSetting> {
    file_or_example(repository, path).map(|path| variables_of(repository, &path)).unwrap_or_default()
}

/// The variables of an env file as compose reads it; none where it was not read.
pub(in crate::routes) fn variables_of(repository: &Repository, path: &RepoPath) -> Vec<EnvSetting> {
    let Some(text) = repository.files.text(path) else { return Vec::new() };
    let variables = dotenv::parse(text.text(), dotenv::Dialect::Compose).tree;
    let known = |variable: &dotenv::Variable| {
        let value = variable.value.as_ref()?;
        let literal = variable.quote == Some('\'') || !value.value.contains('$');
        literal.then(|| value.value.clone())
    };
    variables
        .iter()
        .map(|variable| EnvSetting {
            name: variable.key.value.clone(),
            value: known(variable).map_or(EnvValue::Unknown, EnvValue::Text),
            place: Place::new(path.clone(), variable.span()),
        })
        .collect()
}

/// Words and where they stand in the line.
fn words_of(line: &str) -> Vec<(String, usize, usize)> {
    let mut words = Vec::new();
    let mut open: Option<(String, usize)> = None;
    let mut quote = None;
    let mut characters = line.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                open.get_or_insert((String::new(), at));
            }
            (None | Some('"'), '\\') => {
                let (word, _) = open.get_or_insert((String::new(), at));
                word.extend(characters.next().map(|(_, escaped)| escaped));
            }
            (None, c) if c.is_whitespace() => words.extend(open.take().map(|(word, start)| (word, start, at))),
            (_, c) => open.get_or_insert((String::new(), at)).0.push(c),
        }
    }
    words.extend(open.map(|(word, start)| (word, start, line.len())));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_into_words_without_a_shell() {
        let words = |line: &str| words_of(line).into_iter().map(|(word, ..)| word).collect::<Vec<_>>();
        assert_eq!(words("node  --title='é x' \"a b\"\\ c\n"), ["node", "--title=é x", "a b c"]);
        assert_eq!(words("npm run a && npm start"), ["npm", "run", "a", "&&", "npm", "start"]);
        assert_eq!(words("sh -c ''"), ["sh", "-c", ""]);
        assert_eq!(words_of("é ab")[1], ("ab".to_owned(), 3, 5));
    }
}
