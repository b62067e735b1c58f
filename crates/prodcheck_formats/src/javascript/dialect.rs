//! Which syntax a file is written in.

/// A syntax, as the file's extension tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// JavaScript, module or script as its text shows, JSX allowed: `.js`, `.jsx`.
    JavaScript,
    /// A JavaScript module: `.mjs`.
    JavaScriptModule,
    /// A JavaScript script in CommonJS: `.cjs`.
    JavaScriptScript,
    /// TypeScript without JSX: `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// TypeScript with JSX: `.tsx`.
    TypeScriptJsx,
}

impl Dialect {
    /// The syntax of a path, a file name or a bare extension. `None` for other files, and for declaration files
    /// (`.d.ts`), which hold no code.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (stem, extension) = name.rsplit_once('.').unwrap_or(("", name));
        let dialect = match extension {
            "js" | "jsx" => Self::JavaScript,
            "mjs" => Self::JavaScriptModule,
            "cjs" => Self::JavaScriptScript,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::TypeScriptJsx,
            _ => return None,
        };
        let declares = dialect == Self::TypeScript && (stem == "d" || stem.ends_with(".d"));
        (!declares).then_some(dialect)
    }

    /// Whether `<div>` may begin an element.
    pub(super) fn has_jsx(self) -> bool {
        self != Self::TypeScript
    }

    /// Whether it is TypeScript.
    pub(super) fn is_typescript(self) -> bool {
        matches!(self, Self::TypeScript | Self::TypeScriptJsx)
    }
}
