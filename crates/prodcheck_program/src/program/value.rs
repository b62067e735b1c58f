//! What an expression can stand for.

use prodcheck_formats::javascript::{ClassId, ExprId, FunctionId};

/// A module of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(u32);

impl ModuleId {
    pub(super) fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One thing that an expression can stand for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Something that the program does not make itself.
    Outside(Outside),
    /// A function of the program.
    Function(ModuleId, FunctionId),
    /// A class of the program.
    Class(ModuleId, ClassId),
    /// An object that a class of the program makes.
    Instance(ModuleId, ClassId),
    /// The exports of a module.
    Namespace(ModuleId),
    /// An object literal, an array, a string, a number: the expression says what it is.
    Literal(ModuleId, ExprId),
}

/// Something of a package, of the runtime or of the global scope, and the way to it: `express()` is the package
/// `express`, called; `http.createServer(app)` is the built-in module `http`, its member `createServer`, called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outside {
    /// Where the way begins.
    pub origin: Origin,
    /// The way. A module's default export is the module itself: packages that offer both mean the same.
    pub way: Vec<Part>,
}

/// Where something from outside the program comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A package, and what of it: `@apollo/server` and `/standalone`.
    Package(String, String),
    /// A built-in module, without `node:`.
    Builtin(String),
    /// A global.
    Global(String),
}

/// One step on the way to something from outside.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// A member of it.
    Member(String),
    /// What calling it gives; what a promise of it gives is the same.
    Called,
    /// What `new` makes of it.
    Constructed,
    /// What has it as its type.
    Typed,
}

/// The longest way that is followed: chains of calls that each return the receiver can be long.
const LONGEST_WAY: usize = 48;

impl Outside {
    /// The beginning of a way.
    pub fn new(origin: Origin) -> Self {
        Self { origin, way: Vec::new() }
    }

    /// One step on; `None` where the way is too long.
    pub fn then(mut self, part: Part) -> Option<Self> {
        if self.way.is_empty() && part == Part::Member("default".to_owned()) {
            return Some(self);
        }
        self.way.push(part);
        (self.way.len() <= LONGEST_WAY).then_some(self)
    }

    /// A member of it; members of `globalThis` are globals.
    pub fn member(self, name: &str) -> Option<Self> {
        match &self.origin {
            Origin::Global(global) if self.way.is_empty() && matches!(global.as_str(), "globalThis" | "global") => {
                Some(Self::new(Origin::Global(name.to_owned())))
            }
            _ => self.then(Part::Member(name.to_owned())),
        }
    }

    /// The package, built-in module or global by its name.
    pub fn source(&self) -> &str {
        match &self.origin {
            Origin::Package(name, _) | Origin::Builtin(name) | Origin::Global(name) => name,
        }
    }
}
