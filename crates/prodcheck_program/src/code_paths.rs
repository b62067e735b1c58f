//! Paths that code puts together, as far as they can be told without running it: `path.join(__dirname, 'routes', name)`.

use crate::workspaces::Workspaces;
use prodcheck_formats::javascript::{BinaryOperator, Call, Expr, ExprId, Imported, Module, Origin};
use prodcheck_source::RepoPath;

/// How deep expressions are followed.
const DEPTH: u32 = 32;

/// How long a path may get, in bytes.
const LONGEST: usize = 1024;

/// A path of which parts may be unknown: `*` stands for those, and for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePath {
    /// What it starts from.
    pub base: Base,
    /// The path from there, `/` between its parts.
    pub text: String,
}

/// What a path starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// The folder of the module.
    Here,
    /// The module's own file.
    This,
    /// The folder that the process was started in.
    Cwd,
    /// Nothing that is said: a relative path as it is written.
    Unsaid,
}

impl CodePath {
    /// Whether no part of it is unknown.
    pub fn is_known(&self) -> bool {
        !self.text.contains('*')
    }

    /// The folder of the repository that it starts from. The process is taken to be started in the folder of the module's
    /// package; `unsaid` is what relative paths start from.
    pub fn folder(&self, module: &RepoPath, workspaces: &Workspaces, unsaid: Base) -> Option<RepoPath> {
        match if self.base == Base::Unsaid { unsaid } else { self.base } {
            Base::Here => Some(module.parent()),
            Base::Cwd => workspaces.holder(module).cloned(),
            Base::This | Base::Unsaid => None,
        }
    }
}

/// The path that an expression is; `None` where it is none, or nothing of it is known.
pub fn read(module: &Module, expr: ExprId) -> Option<CodePath> {
    Reader { module }.path(expr, DEPTH).filter(|path| path.base != Base::Unsaid || !path.text.starts_with('*'))
}

/// What follows the unknown start of a path, where the rest is known: `routes/api` of `path.join(config.root, 'routes',
/// 'api')`; `None` where the start is known, or the rest is not.
pub fn read_tail(module: &Module, expr: ExprId) -> Option<String> {
    let path = Reader { module }.path(expr, DEPTH).filter(|path| path.base == Base::Unsaid)?;
    let tail = path.text.strip_prefix('*')?.trim_start_matches(['/', '.']);
    (!tail.is_empty() && !tail.contains('*') && !tail.contains("..") && path.text.starts_with("*/"))
        .then(|| tail.to_owned())
}

/// What a name or a member of a name is imported as: the other module as written, and the name there, `None` for the
/// module itself or its default.
pub fn imported(module: &Module, expr: ExprId) -> Option<(&str, Option<&str>)> {
    match module.expr(expr) {
        Expr::Identifier { binding: Some(binding), .. } => {
            let import = module.import(module.binding(*binding).import?)?;
            let name = match import.imported {
                Imported::Name(name) => Some(module.name(name)),
                Imported::Default | Imported::Namespace | Imported::Nothing => None,
            };
            Some((module.name(import.source.value), name))
        }
        Expr::Member { object, property, .. } => {
            let (source, name) = imported(module, *object)?;
            name.is_none().then(|| (source, Some(module.name(*property))))
        }
        Expr::Call { .. } => {
            let request = module.request(expr)?;
            Some((module.name(request.specifier?.value), None))
        }
        _ => None,
    }
}

struct Reader<'m> {
    module: &'m Module,
}

impl Reader<'_> {
    fn path(&self, expr: ExprId, depth: u32) -> Option<CodePath> {
        let module = self.module;
        let depth = depth.checked_sub(1)?;
        match module.expr(expr) {
            Expr::String(text) => unsaid(module.name(*text)),
            Expr::Template(template) => {
                let mut whole = unsaid("")?;
                for (at, text) in template.texts.iter().enumerate() {
                    whole = put_after(whole, unsaid(module.name(text.text)))?;
                    if let Some(part) = template.exprs.get(at) {
                        whole = put_after(whole, self.path(*part, depth))?;
                    }
                }
                Some(whole)
            }
            Expr::Binary { operator: BinaryOperator::Add, left, right } => {
                let left = self.path(*left, depth).or_else(unknown)?;
                put_after(left, self.path(*right, depth))
            }
            Expr::Identifier { name, binding: None } => match module.name(*name) {
                "__dirname" => at(Base::Here),
                "__filename" => at(Base::This),
                _ => None,
            },
            Expr::Identifier { binding: Some(binding), .. } => {
                let bound = module.binding(*binding);
                match &bound.origin {
                    Origin::Value { expr, path } if path.is_empty() && module.assignments(*binding).is_empty() => {
                        self.path(*expr, depth)
                    }
                    _ => None,
                }
            }
            Expr::Member { object, property, .. } => match (module.expr(*object), module.name(*property)) {
                (Expr::ImportMeta, "dirname" | "dir") => at(Base::Here),
                (Expr::ImportMeta, "filename" | "url" | "path") => at(Base::This),
                (_, "href" | "pathname") => self.path(*object, depth),
                _ => None,
            },
            Expr::Await(value) => self.path(*value, depth),
            Expr::Call { .. } | Expr::New { .. } => self.call(&module.call(expr)?, depth),
            _ => None,
        }
    }

    fn call(&self, call: &Call<'_>, depth: u32) -> Option<CodePath> {
        let module = self.module;
        let argument = |index| call.argument(module, index);
        if call.is_new {
            // `new URL('./worker.js', import.meta.url)`.
            let url = matches!(module.expr(call.callee), Expr::Identifier { name, .. } if module.name(*name) == "URL");
            let from = argument(1).and_then(|from| self.path(from, depth)).filter(|from| from.base == Base::This);
            let text = argument(0).and_then(|text| self.path(text, depth))?;
            return (url && from.is_some()).then_some(CodePath { base: Base::Here, text: text.text });
        }
        if module.is_global(call.callee, &["process", "cwd"]) {
            return at(Base::Cwd);
        }
        let name = match imported(module, call.callee) {
            Some(("path" | "node:path", Some(name))) => name,
            Some(("url" | "node:url", Some("fileURLToPath" | "pathToFileURL"))) => {
                return self.path(argument(0)?, depth);
            }
            _ => match module.expr(call.callee) {
                // `path.posix.join`, and what a URL or path is turned to text with.
                Expr::Member { object, property, .. } => match module.name(*property) {
                    "toString" => return self.path(*object, depth),
                    name @ ("join" | "resolve") if self.is_path_module(*object) => name,
                    _ => return None,
                },
                _ => return None,
            },
        };
        match name {
            "join" | "resolve" => self.joined(call, depth),
            "normalize" => self.path(argument(0)?, depth),
            "dirname" => {
                let path = self.path(argument(0)?, depth)?;
                match (path.base, path.text.is_empty()) {
                    (Base::This, true) => at(Base::Here),
                    (base, false) => Some(CodePath { base, text: format!("{}/..", path.text) }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_path_module(&self, expr: ExprId) -> bool {
        matches!(imported(self.module, expr), Some(("path" | "node:path", None | Some("posix" | "win32"))))
    }

    fn joined(&self, call: &Call<'_>, depth: u32) -> Option<CodePath> {
        let mut whole: Option<CodePath> = None;
        for argument in call.arguments {
            if matches!(self.module.expr(*argument), Expr::Spread(_)) {
                return None;
            }
            let part = self.path(*argument, depth).or_else(unknown)?;
            whole = Some(match (whole, part.base) {
                (Some(whole), Base::Unsaid) => CodePath { text: format!("{}/{}", whole.text, part.text), ..whole },
                // Where a later part is absolute to `resolve`, it stands alone.
                (_, _) => part,
            });
            if whole.as_ref().is_some_and(|whole| whole.text.len() > LONGEST) {
                return None;
            }
        }
        whole
    }
}

fn at(base: Base) -> Option<CodePath> {
    Some(CodePath { base, text: String::new() })
}

fn unsaid(text: &str) -> Option<CodePath> {
    (text.len() <= LONGEST).then(|| CodePath { base: Base::Unsaid, text: text.to_owned() })
}

fn unknown() -> Option<CodePath> {
    unsaid("*")
}

/// Text right after text; what is not known becomes `*`.
fn put_after(before: CodePath, after: Option<CodePath>) -> Option<CodePath> {
    match after {
        Some(after) if after.base != Base::Unsaid => before.text.is_empty().then_some(after),
        after => {
            let text = format!("{}{}", before.text, after.as_ref().map_or("*", |after| &after.text));
            (text.len() <= LONGEST).then_some(CodePath { text, ..before })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prodcheck_formats::javascript::{Dialect, parse};

    fn shown(code: &str) -> String {
        let text = format!(
            "import path, {{ join }} from 'node:path'; import url from 'url'; import {{ fileURLToPath }} from 'url'; const größe = join(__dirname, 'x'); f({code})"
        );
        let module = parse(&text, Dialect::TypeScript).tree;
        let call = module.calls().find(
            |call| matches!(module.expr(call.callee), Expr::Identifier { name, .. } if module.name(*name) == "f"),
        );
        let argument = call.and_then(|call| call.argument(&module, 0)).expect("an argument");
        read(&module, argument).map_or("none".to_owned(), |path| format!("{:?} {}", path.base, path.text))
    }

    #[test]
    fn puts_paths_together() {
        let table = [
            ("'./a.js'", "Unsaid ./a.js"),
            ("`./routes/${name}.js`", "Unsaid ./routes/*.js"),
            ("'./routes/' + name", "Unsaid ./routes/*"),
            ("__dirname + '/entities/**/*.ts'", "Here /entities/**/*.ts"),
            ("`${__dirname}/a`", "Here /a"),
            ("path.join(__dirname, '..', 'b', name)", "Here /../b/*"),
            ("path.resolve(process.cwd(), 'jobs')", "Cwd /jobs"),
            ("join(größe, 'y')", "Here /x/y"),
            ("path.posix.join(import.meta.dirname, 'a')", "Here /a"),
            ("new URL('./worker.js', import.meta.url)", "Here ./worker.js"),
            ("fileURLToPath(new URL('w.js', import.meta.url))", "Here w.js"),
            ("new URL('./w.js', import.meta.url).pathname", "Here ./w.js"),
            ("join(path.dirname(fileURLToPath(import.meta.url)), 'plugins')", "Here /plugins"),
            ("path.join(folder, 'a')", "none"),
            ("name", "none"),
            ("path.join(...parts)", "none"),
            ("other.join(__dirname, 'a')", "none"),
        ];
        for (code, expected) in table {
            assert_eq!(shown(code), expected, "{code}");
        }
    }
}
