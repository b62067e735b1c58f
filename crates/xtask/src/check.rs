//! The native runner: the engine over `std::fs`.

use crate::{dates, listing};
use prodcheck::{Engine, Format, Options, Style};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The largest file that is read, in bytes; the same as in the npm package.
const LARGEST: u64 = 5 * 1024 * 1024;

struct Arguments {
    paths: Vec<String>,
    format: Format,
    style: Style,
    options: Options,
    out: Option<PathBuf>,
}

/// Runs `cargo xtask check`. The exit code is 1 where something of severity `error` fails, 2 where no service is found.
pub fn run(arguments: impl Iterator<Item = String>) -> Result<ExitCode, String> {
    let arguments = parse(arguments)?;
    let mut code = 0;
    for path in &arguments.paths {
        let mut engine = gather(Path::new(path), &arguments.options)?;
        let report = engine.check();
        if let Some(folder) = &arguments.out {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            let stem = path.trim_end_matches('/').replace(['/', '\\'], "__");
            for (extension, format) in [("json", Format::Json), ("txt", Format::Pretty)] {
                let text = engine.render(&report, format, arguments.style);
                std::fs::write(folder.join(format!("{stem}.{extension}")), text).map_err(|error| error.to_string())?;
            }
        } else {
            let text = engine.render(&report, arguments.format, arguments.style);
            // A reader such as `head` that has seen enough closes the pipe.
            let _ = std::io::stdout().write_all(text.as_bytes());
        }
        code = code.max(exit_code(&report));
    }
    Ok(ExitCode::from(if arguments.out.is_some() { 0 } else { code }))
}

fn exit_code(report: &prodcheck::Report) -> u8 {
    use prodcheck::model::VerdictName;
    let fails = |check: &prodcheck::model::CheckReport| {
        check.verdict == VerdictName::Fail && check.severity == "error" && check.suppressed.is_none()
    };
    if report.services.is_empty() {
        2
    } else {
        u8::from(report.services.iter().flat_map(|service| &service.checks).any(fails))
    }
}

/// Feeds the engine until it wants nothing more.
fn gather(root: &Path, options: &Options) -> Result<Engine, String> {
    let listing = listing::list(root)?;
    let options = Options { tracked: listing.tracked, ..options.clone() };
    let inside = root.canonicalize().map_err(|error| error.to_string())?;
    let mut engine = Engine::open(listing.files, options);
    loop {
        let wanted = engine.wanted();
        if wanted.is_empty() {
            return Ok(engine);
        }
        for path in wanted {
            match read(&inside, &path) {
                Ok(bytes) => engine.provide(&path, &bytes),
                Err(why) => engine.unreadable(&path, &why),
            }
        }
    }
}

/// Reads a file; the reasons are those of the npm package, word for word.
fn read(root: &Path, path: &str) -> Result<Vec<u8>, String> {
    let place = match root.join(path).canonicalize() {
        Ok(place) => place,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err("there is no such file".to_owned()),
        Err(_) => return Err("it cannot be opened".to_owned()),
    };
    if !place.starts_with(root) {
        return Err("it is a link that leads out of the repository".to_owned());
    }
    let about = place.metadata().map_err(|_| "it cannot be opened".to_owned())?;
    if !about.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    if about.len() > LARGEST {
        return Err(format!("it is larger than {} MiB", LARGEST / 1024 / 1024));
    }
    std::fs::read(place).map_err(|_| "it cannot be read".to_owned())
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut parsed = Arguments {
        paths: Vec::new(),
        format: Format::Pretty,
        style: Style::default(),
        options: Options { date: dates::today(), ..Options::default() },
        out: None,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
        match argument.as_str() {
            "--format" => {
                let name = value()?;
                parsed.format = Format::named(&name).ok_or_else(|| format!("no format is called `{name}`"))?;
            }
            "--date" => parsed.options.date = value()?,
            "--service" => parsed.options.service = Some(value()?),
            "--node-version" => parsed.options.node_version = Some(value()?),
            "--out" => parsed.out = Some(PathBuf::from(value()?)),
            "--color" => parsed.style.color = true,
            "--quiet" => parsed.style.quiet = true,
            _ if argument.starts_with('-') => return Err(format!("no option is called `{argument}`")),
            _ => parsed.paths.push(argument),
        }
    }
    if parsed.paths.is_empty() {
        parsed.paths.push(".".to_owned());
    }
    Ok(parsed)
}
