//! What a shell knows while it runs: folder, variables, arguments, functions, and what stands between it and process 1.

use crate::{EnvSetting, EnvSource, EnvValue, Obstacle};
use prodcheck_facts::command::{Flag, Word, node_options};
use prodcheck_formats::shell::Step;
use prodcheck_source::{Place, RepoPath};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many variables one environment may hold; more is no configuration.
const MOST_VARIABLES: usize = 2_000;

/// A variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    /// Set to something that is not known.
    Unknown,
}

impl Value {
    fn of(word: &Word) -> Self {
        word.text().map_or(Self::Unknown, |text| Self::Text(text.to_owned()))
    }
}

/// A function of a shell script, and the file that holds it.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub file: RepoPath,
    pub body: Rc<Step>,
}

/// What a running shell knows. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// The folder, as an absolute path of the disk; `None` where it is unknown.
    pub directory: Option<String>,
    /// Shell variables, those of the environment included.
    pub variables: Rc<BTreeMap<String, Value>>,
    /// Arrays of bash, by name.
    pub arrays: Rc<BTreeMap<String, Rc<Vec<Word>>>>,
    /// The environment, in the order in which it is set.
    pub environment: Rc<Vec<EnvSetting>>,
    /// The options in `NODE_OPTIONS`; those that are known where not all of it is.
    pub node_flags: Rc<Vec<Flag>>,
    /// Files and vaults of variables that are read.
    pub sources: Rc<Vec<EnvSource>>,
    /// The positional arguments; `None` where they are unknown.
    pub arguments: Option<Rc<Vec<Word>>>,
    /// The script that runs, as an absolute path: `$0`.
    pub script: Option<String>,
    pub functions: Rc<BTreeMap<String, Function>>,
    /// The places of the commands on the way.
    pub trail: Rc<Vec<Place>>,
    /// What keeps signals so far.
    pub obstacles: Rc<Vec<Obstacle>>,
    /// What this shell itself adds to them for a process that does not replace it.
    pub own_obstacle: Option<Obstacle>,
    /// Whether what stands in front sends signals to the whole group, so that nothing keeps them any more.
    pub whole_group: bool,
    /// The init in front.
    pub init: Option<Place>,
    /// Whether all that is started now runs only where something differs from its default.
    pub conditional: bool,
    /// The loop or tool that starts again what ends.
    pub restarts: Option<Place>,
    /// What sends to the background.
    pub detached: Option<Place>,
    /// The watcher around.
    pub watcher: bool,
    /// The programs that read the output.
    pub pipes: Rc<Vec<(String, Place)>>,
    /// The user that was changed to.
    pub user: Option<(String, Place)>,
    /// `ulimit -n`.
    pub open_files: Option<(Option<u64>, Place)>,
    /// Whether variables are exported as they are set (`set -a`).
    pub exports_all: bool,
    /// Whether a `trap` passes SIGTERM on to children.
    pub passes_signals: bool,
    /// How many scripts and shells are nested.
    pub depth: usize,
}

impl State {
    pub fn new(directory: Option<String>, environment: &[EnvSetting]) -> Self {
        let mut state = Self {
            directory,
            variables: Rc::default(),
            arrays: Rc::default(),
            environment: Rc::default(),
            node_flags: Rc::default(),
            sources: Rc::default(),
            arguments: Some(Rc::default()),
            script: None,
            functions: Rc::default(),
            trail: Rc::default(),
            obstacles: Rc::default(),
            own_obstacle: None,
            whole_group: false,
            init: None,
            conditional: false,
            restarts: None,
            detached: None,
            watcher: false,
            pipes: Rc::default(),
            user: None,
            open_files: None,
            exports_all: false,
            passes_signals: false,
            depth: 0,
        };
        for setting in environment {
            let value = match &setting.value {
                EnvValue::Text(text) => Word::new(text, setting.place.clone()),
                EnvValue::Unknown => Word::partly("", 0, setting.place.clone()),
            };
            state.export(&setting.name, &value, &setting.place);
        }
        state
    }

    /// The value of a variable; `None` where nothing on the way sets it.
    pub fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    /// Sets a variable of the shell, and of the environment where it is exported.
    pub fn set(&mut self, name: &str, value: &Word, place: &Place) {
        if self.exports_all || self.environment.iter().any(|setting| setting.name == name) {
            self.export(name, value, place);
        } else if self.variables.len() < MOST_VARIABLES {
            Rc::make_mut(&mut self.variables).insert(name.to_owned(), Value::of(value));
        }
    }

    /// Sets a variable of the environment.
    pub fn export(&mut self, name: &str, value: &Word, place: &Place) {
        if self.environment.len() >= MOST_VARIABLES {
            return;
        }
        if name == "NODE_OPTIONS" {
            self.node_flags = Rc::new(node_options(value));
        }
        Rc::make_mut(&mut self.variables).insert(name.to_owned(), Value::of(value));
        let value = value.text().map_or(EnvValue::Unknown, |text| EnvValue::Text(text.to_owned()));
        Rc::make_mut(&mut self.environment).push(EnvSetting { name: name.to_owned(), value, place: place.clone() });
    }

    /// Puts a variable of the shell into the environment.
    pub fn export_name(&mut self, name: &str, place: &Place) {
        let value = match self.variables.get(name) {
            Some(Value::Text(text)) => Word::new(text, place.clone()),
            Some(Value::Unknown) => Word::partly("", 0, place.clone()),
            None => return,
        };
        self.export(name, &value, place);
    }

    /// Sets an array of bash, or adds to it.
    pub fn set_array(&mut self, name: &str, words: Vec<Word>, appends: bool) {
        if self.arrays.len() >= MOST_VARIABLES {
            return;
        }
        let slot = Rc::make_mut(&mut self.arrays).entry(name.to_owned()).or_default();
        let array = Rc::make_mut(slot);
        if !appends {
            array.clear();
        }
        let room = MOST_VARIABLES.saturating_sub(array.len());
        array.extend(words.into_iter().take(room));
    }

    pub fn unset(&mut self, name: &str) {
        Rc::make_mut(&mut self.variables).remove(name);
        if name == "NODE_OPTIONS" {
            self.node_flags = Rc::default();
        }
        if self.environment.iter().any(|setting| setting.name == name) {
            Rc::make_mut(&mut self.environment).retain(|setting| setting.name != name);
        }
    }

    pub fn clear_environment(&mut self) {
        self.environment = Rc::default();
        self.variables = Rc::default();
        self.node_flags = Rc::default();
    }

    pub fn add_source(&mut self, source: EnvSource) {
        if self.sources.len() < MOST_VARIABLES && !self.sources.contains(&source) {
            Rc::make_mut(&mut self.sources).push(source);
        }
    }

    pub fn add_obstacle(&mut self, obstacle: Obstacle) {
        if !self.whole_group && !self.obstacles.contains(&obstacle) {
            Rc::make_mut(&mut self.obstacles).push(obstacle);
        }
    }

    /// Notes a command on the way; one that only repeats the last place is passed over.
    pub fn pass(&mut self, place: &Place) {
        if self.trail.last() != Some(place) {
            Rc::make_mut(&mut self.trail).push(place.clone());
        }
    }
}
