//! The engine behind a WebAssembly boundary: the only crate that names the tools of that boundary.
//!
//! A trap (a panic, a stack overflow, memory that runs out) leaves an instance unusable: the host drops it, makes
//! another from the same module and provides the files again, without the one that was at fault. That file is the one
//! being provided, since a file is read inside [`Engine::provide`]; a trap in [`Engine::wanted`] or [`Engine::check`]
//! names none, and the host finds it by leaving files out.

use prodcheck::{Format, Options, Report, Style};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// Turns a panic into an exception that carries its message and place, since the process that it would abort is the
/// host's.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| wasm_bindgen::throw_str(&panic.to_string())));
}

/// One run over one repository.
#[wasm_bindgen]
pub struct Engine {
    engine: prodcheck::Engine,
    report: Option<Report>,
}

#[wasm_bindgen]
impl Engine {
    /// Takes the repository's paths and the tracked ones among them, each list joined by NUL, which no path holds:
    /// one string crosses the boundary in a fraction of the time of many.
    ///
    /// # Errors
    /// Where the options have an unknown key or a value of the wrong type.
    #[wasm_bindgen(constructor)]
    pub fn open(paths: &str, tracked: Option<String>, options: JsValue) -> Result<Engine, JsError> {
        let mut options: Options = serde_wasm_bindgen::from_value(options)?;
        options.tracked = tracked.as_deref().map(split);
        Ok(Self { engine: prodcheck::Engine::open(split(paths), options), report: None })
    }

    /// The files to read next; empty when the engine has all it needs.
    pub fn wanted(&mut self) -> Vec<String> {
        self.engine.wanted()
    }

    /// Gives a file's bytes.
    pub fn provide(&mut self, path: &str, bytes: &[u8]) {
        self.engine.provide(path, bytes);
    }

    /// Says that a file cannot be had, and why, in words.
    pub fn unreadable(&mut self, path: &str, why: &str) {
        self.engine.unreadable(path, why);
    }

    /// Judges what was provided: the report as an object.
    ///
    /// # Errors
    /// Where the report holds what JavaScript cannot express, which a test rules out.
    pub fn check(&mut self) -> Result<JsValue, JsError> {
        let report = self.engine.check();
        let object = to_object(&report)?;
        self.report = Some(report);
        Ok(object)
    }

    /// Writes the report of [`Engine::check`] in a format: `pretty` or `json`.
    ///
    /// # Errors
    /// Where there is no such format, or no report yet.
    pub fn render(&self, format: &str, color: bool, quiet: bool) -> Result<String, JsError> {
        let format = Format::named(format).ok_or_else(|| JsError::new(&format!("no format is called `{format}`")))?;
        let report = self.report.as_ref().ok_or_else(|| JsError::new("nothing is checked yet"))?;
        Ok(self.engine.render(report, format, Style { color, quiet }))
    }
}

/// The items of the checklist that this version judges.
///
/// # Errors
/// Never: an item is text and numbers.
#[wasm_bindgen]
pub fn items() -> Result<JsValue, JsError> {
    to_object(&prodcheck::items())
}

/// The names of the formats that [`Engine::render`] knows.
#[wasm_bindgen]
pub fn formats() -> Vec<String> {
    Format::ALL.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn split(joined: &str) -> Vec<String> {
    joined.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
}

/// As `JSON.parse` would give it: maps are objects, and what is absent is `null`.
fn to_object(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}
