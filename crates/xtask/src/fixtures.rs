//! The projects of all tests with the native engine's reports, for the comparison with the engine in WebAssembly.

#[path = "../../../tests/hostile/corpus.rs"]
mod corpus;
#[path = "../../../tests/support/mod.rs"]
mod support;

use prodcheck::{Engine, Format, Options, Style};
use std::collections::BTreeMap;
use std::fs::{File, read_dir, read_to_string};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(serde::Serialize)]
struct Fixture {
    name: String,
    date: &'static str,
    files: BTreeMap<String, String>,
    json: String,
    pretty: String,
}

/// Writes the projects of all items' documentation and of `tests/checks`, and the hostile ones, with their reports to a
/// file: one a line, as JSON.
pub fn write(to: &Path) -> Result<(), String> {
    let written = sources()?.into_iter().flat_map(|(name, markdown)| {
        let projects = support::projects(&markdown);
        projects.into_iter().map(move |project| (format!("{name}: {}", project.title), project.files))
    });
    let hostile = corpus::all().into_iter().map(|hostile| (hostile.title, hostile.files));
    let mut out = BufWriter::new(File::create(to).map_err(|error| error.to_string())?);
    for (name, files) in written.chain(hostile) {
        serde_json::to_writer(&mut out, &fixture(name, &files)).map_err(|error| error.to_string())?;
        out.write_all(b"\n").map_err(|error| error.to_string())?;
    }
    out.flush().map_err(|error| error.to_string())
}

fn sources() -> Result<Vec<(String, String)>, String> {
    let mut sources: Vec<_> = prodcheck::items().into_iter().map(|item| (item.id.into(), item.docs.into())).collect();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/checks");
    for folder in children(&cases)? {
        for file in children(&folder)?.into_iter().filter(|file| file.extension().is_some_and(|it| it == "md")) {
            let name = file.strip_prefix(&cases).unwrap_or(&file).to_string_lossy().into_owned();
            sources.push((name, read_to_string(&file).map_err(|error| error.to_string())?));
        }
    }
    Ok(sources)
}

fn children(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut children: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    children.sort();
    Ok(children)
}

fn fixture(name: String, files: &BTreeMap<String, Vec<u8>>) -> Fixture {
    let paths: Vec<String> = files.keys().cloned().collect();
    let options = Options { date: support::TODAY.into(), tracked: Some(paths.clone()), ..Options::default() };
    let mut engine = Engine::open(paths, options);
    loop {
        let wanted = engine.wanted();
        if wanted.is_empty() {
            break;
        }
        for path in wanted {
            match files.get(&path) {
                Some(bytes) => engine.provide(&path, bytes),
                None => engine.unreadable(&path, "there is no such file"),
            }
        }
    }
    let report = engine.check();
    let render = |format| engine.render(&report, format, Style::default());
    let (json, pretty) = (render(Format::Json), render(Format::Pretty));
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    let files = files.iter().map(|(path, bytes)| (path.clone(), text(bytes))).collect();
    Fixture { name, date: support::TODAY, files, json, pretty }
}
