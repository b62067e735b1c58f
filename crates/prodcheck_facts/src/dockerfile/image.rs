//! What the instructions of a stage, and of the stages that it is made from, make of an image.

use super::Dockerfile;
use prodcheck_formats::dockerfile::{Environment, Form, Instruction, Kind, Run, Transfer};
use prodcheck_formats::shell::{Command, Script, Word};
use prodcheck_source::Place;

/// How many copies and runs of one image are kept. Real files have a few dozen.
const MOST: usize = 2_000;

/// An image's configuration, and how its files came into it. Of a base image whose build the repository holds too, the
/// configuration is taken over, and copies and runs are not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Image {
    /// The `FROM` of its stage; of an image that no file of the repository builds, nothing.
    pub place: Option<Place>,
    /// The image of another build that all of it is made from.
    pub base: Option<Base>,
    /// The folder that commands run in, absolute; `None` where it is unknown. Without a `WORKDIR` it is `/`, or what the
    /// base image says.
    pub working_dir: Option<String>,
    /// Whether a `WORKDIR` was there.
    pub has_working_dir: bool,
    /// What `ENV` sets, by name.
    pub environment: Vec<Setting>,
    /// `USER`.
    pub user: Option<Setting>,
    /// `ENTRYPOINT`.
    pub entrypoint: Option<ImageCommand>,
    /// `CMD`.
    pub command: Option<ImageCommand>,
    /// Whether an `ENTRYPOINT` makes the base image's command void.
    pub drops_base_command: bool,
    /// `HEALTHCHECK`.
    pub health: Option<ImageHealth>,
    /// `STOPSIGNAL`.
    pub stop_signal: Option<Setting>,
    /// `EXPOSE`, one port each.
    pub exposed: Vec<Setting>,
    /// What `COPY` and `ADD` bring in, in order.
    pub copies: Vec<Copied>,
    /// What `RUN` runs, in order.
    pub runs: Vec<Ran>,
    /// The shell that runs shell forms, where `SHELL` names one.
    pub shell: Option<Place>,
    command_of_stage: bool,
}

/// The image at the root of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Its name, tag and all; `None` where it is unknown.
    pub image: Option<String>,
    /// Its name as written.
    pub shown: String,
    /// Where `FROM` names it.
    pub place: Place,
}

/// A value that an instruction sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// A variable's name, or the instruction's.
    pub name: String,
    /// The value; `None` where it is unknown.
    pub value: Option<String>,
    /// The instruction, or the pair in it.
    pub place: Place,
}

/// What a container runs.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageCommand {
    /// Exec or shell form.
    pub form: Form,
    /// The instruction.
    pub place: Place,
}

impl ImageCommand {
    /// The words of an exec form.
    pub fn exec(&self) -> Option<&Command> {
        match &self.form {
            Form::Exec(command) => Some(command),
            Form::Shell(_) => None,
        }
    }

    /// The script of a shell form.
    pub fn script(&self) -> Option<&Script> {
        match &self.form {
            Form::Exec(_) => None,
            Form::Shell(script) => Some(script),
        }
    }
}

/// `HEALTHCHECK`.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageHealth {
    /// What is run; `None` for `HEALTHCHECK NONE`.
    pub test: Option<Form>,
    /// The instruction.
    pub place: Place,
}

/// What one `COPY` or `ADD` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Where from.
    pub from: CopyFrom,
    /// What, relative to the context or the root of the other image; unknown ones are left out.
    pub sources: Vec<String>,
    /// Where to, absolute; a trailing `/` is kept. `None` where it is unknown.
    pub destination: Option<String>,
    /// The instruction.
    pub place: Place,
}

/// Where a copy comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyFrom {
    /// The build's context.
    Context,
    /// Another stage of the file.
    Stage(usize),
    /// A named context or another image, by name; `None` where the name is unknown.
    Other(Option<String>),
    /// The network, an archive, or a here-document.
    Elsewhere,
}

/// What one `RUN` runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// Exec or shell form.
    pub form: Form,
    /// The folder that it runs in, where it is known.
    pub working_dir: Option<String>,
    /// How many copies were made before it.
    pub copies_before: usize,
    /// The stage that it belongs to.
    pub stage: usize,
    /// The instruction.
    pub place: Place,
}

impl Dockerfile {
    /// The image that a stage makes, on a base image of which the repository holds the build too (`on`). `given` are the
    /// values of build arguments.
    pub fn image(&self, stage: usize, given: &dyn Fn(&str) -> Option<String>, on: Option<Image>) -> Image {
        let tree = &self.tree;
        let global = tree.global(given);
        let lineage = tree.lineage(stage, &global);
        let mut image = match on {
            Some(base) => Image { copies: Vec::new(), runs: Vec::new(), ..base },
            None => Image { working_dir: Some("/".to_owned()), ..Image::default() },
        };
        if let Some(root) = lineage.first().and_then(|root| tree.stages.get(*root)) {
            let shown = root.image.excerpt().text().to_owned();
            let base = Base { image: global.resolve(&root.image), shown, place: self.place_of(&root.image) };
            image.base = Some(image.base.unwrap_or(base));
        }
        let mut stages = lineage.iter().copied();
        let mut current = stage;
        let environment = tree.replay(stage, given, |instruction, environment| {
            if matches!(instruction.kind, Kind::From) {
                current = stages.next().unwrap_or(stage);
                image.command_of_stage = false;
                image.place = Some(Place::new(self.path.clone(), instruction.span));
            } else {
                self.apply(&mut image, instruction, environment, current);
            }
        });
        let inherited = std::mem::take(&mut image.environment);
        image.environment.extend(inherited.into_iter().filter(|known| environment.variable(&known.name).is_none()));
        let mut own: Vec<Setting> = environment
            .variables()
            .map(|(name, variable)| Setting {
                name: name.to_owned(),
                value: variable.value.clone(),
                place: Place::new(self.path.clone(), variable.span),
            })
            .collect();
        own.sort_by(|a, b| a.place.cmp(&b.place));
        image.environment.extend(own);
        image
    }

    fn place_of(&self, word: &Word) -> Place {
        Place::new(self.path.clone(), word.span)
    }

    fn apply(&self, image: &mut Image, instruction: &Instruction, environment: &Environment, stage: usize) {
        let place = Place::new(self.path.clone(), instruction.span);
        let setting = |word: &Word| Setting {
            name: instruction.keyword.value.clone(),
            value: environment.resolve(word),
            place: place.clone(),
        };
        let command = |run: &Run| ImageCommand { form: run.form.clone(), place: place.clone() };
        match &instruction.kind {
            Kind::Cmd(run) => {
                image.command = Some(command(run));
                image.command_of_stage = true;
            }
            Kind::Entrypoint(run) => {
                image.entrypoint = Some(command(run));
                if !image.command_of_stage {
                    image.command = None;
                    image.drops_base_command = true;
                }
            }
            Kind::Healthcheck(run) => {
                image.health = Some(ImageHealth { test: run.as_ref().map(|run| run.form.clone()), place });
            }
            Kind::User(word) => image.user = Some(setting(word)),
            Kind::StopSignal(word) => image.stop_signal = Some(setting(word)),
            Kind::Expose(words) => image.exposed.extend(words.iter().take(MOST).map(setting)),
            Kind::Workdir(word) => {
                let here = image.working_dir.take();
                image.working_dir = environment.resolve(word).and_then(|to| absolute(here.as_deref(), &to));
                image.has_working_dir = true;
            }
            Kind::Copy(transfer) | Kind::Add(transfer) if image.copies.len() < MOST => {
                let copied = self.copied(image, instruction, transfer, environment, stage);
                image.copies.push(copied);
            }
            Kind::Run(run) if image.runs.len() < MOST => image.runs.push(Ran {
                form: run.form.clone(),
                working_dir: image.working_dir.clone(),
                copies_before: image.copies.len(),
                stage,
                place,
            }),
            Kind::Shell(_) => image.shell = Some(place),
            _ => {}
        }
    }

    fn copied(
        &self,
        image: &Image,
        instruction: &Instruction,
        transfer: &Transfer,
        environment: &Environment,
        stage: usize,
    ) -> Copied {
        let sources: Vec<String> = transfer.sources.iter().filter_map(|word| source(word, environment)).collect();
        let from = match instruction.flag("from") {
            None if sources.iter().all(|source| is_elsewhere(source)) => CopyFrom::Elsewhere,
            None => CopyFrom::Context,
            Some(flag) => match flag.value.as_ref().and_then(|word| environment.resolve(word)) {
                Some(name) => match self.tree.stage(&name).filter(|from| *from < stage) {
                    Some(stage) => CopyFrom::Stage(stage),
                    None => CopyFrom::Other(Some(name)),
                },
                None => CopyFrom::Other(None),
            },
        };
        let destination = environment.resolve(&transfer.destination);
        Copied {
            from,
            sources: sources.into_iter().filter(|source| !is_elsewhere(source)).collect(),
            destination: destination.and_then(|to| {
                let folder = to.ends_with('/') || matches!(to.as_str(), "." | ".." | "./" | "../");
                let path = absolute(image.working_dir.as_deref(), &to)?;
                Some(if folder && path != "/" { format!("{path}/") } else { path })
            }),
            place: Place::new(self.path.clone(), instruction.span),
        }
    }
}

/// A source, patterns of file names included.
fn source(word: &Word, environment: &Environment) -> Option<String> {
    if word.expands { word.pattern() } else { environment.resolve(word) }
}

fn is_elsewhere(source: &str) -> bool {
    source.starts_with("<<") || source.contains("://") || source.starts_with("git@")
}

/// A path taken from a folder, without `.`, `..` and a trailing `/`; `None` where it is relative to an unknown folder.
fn absolute(folder: Option<&str>, path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let start = if path.starts_with('/') { "" } else { folder? };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}
