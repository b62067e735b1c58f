//! Units that a shell script writes: `cat > /etc/systemd/system/api.service <<EOF`.

use super::{UnitFile, read_file};
use prodcheck_source::RepoPath;

/// How many units of one script are read.
const MOST: usize = 20;

/// Whether a file is a shell script by its name.
pub fn may_write_units(path: &RepoPath) -> bool {
    matches!(path.extension(), Some("sh" | "bash"))
}

/// The service units in a script's here-documents, with places in the script. Variables of the script stay as they are.
pub fn read_written(path: &RepoPath, text: &str) -> Vec<UnitFile> {
    let mut found = Vec::new();
    let mut lines = lines(text).peekable();
    while let Some((_, line)) = lines.next() {
        let Some((name, delimiter, indented)) = opening(line) else { continue };
        let Some((start, _)) = lines.peek().copied() else { break };
        let ends = |line: &str| if indented { line.trim_start_matches('\t') == delimiter } else { line == delimiter };
        let end = lines.find(|(_, line)| ends(line)).map_or(text.len(), |(at, _)| at);
        // All else is blanked, so that places in the unit are places in the script.
        let blank = |part: &str| part.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect::<String>();
        let (before, rest) = text.split_at_checked(start).unwrap_or((text, ""));
        let unit = rest.get(..end.saturating_sub(start)).unwrap_or("");
        let (file, _) = read_file(&path.parent().join(&name).unwrap_or_else(|| path.clone()), &(blank(before) + unit));
        found.extend(file.filter(|file| !file.is_drop_in));
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// The lines of a text, and where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// The unit that a command writes from a here-document, the word that ends it, and whether tabs may stand before that.
fn opening(line: &str) -> Option<(String, &str, bool)> {
    let (before, after) = line.split_once("<<")?;
    let indented = after.starts_with('-');
    let word = after.trim_start_matches('-').trim_start();
    let delimiter = word.trim_start_matches(['\'', '"', '\\']);
    let delimiter = delimiter.split(|char: char| !char.is_alphanumeric() && char != '_').next()?;
    let written = before.split_whitespace().chain(after.split_whitespace());
    let unit = written.map(|word| word.trim_matches(['"', '\'', '>'])).find(|word| word.ends_with(".service"))?;
    let name = unit.rsplit('/').next()?;
    (!delimiter.is_empty() && !line.trim_start().starts_with('#')).then(|| (name.to_owned(), delimiter, indented))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_scripts() {
        let text = "#!/bin/bash\n# größe\nsudo tee /etc/systemd/system/api.service > /dev/null <<'EOF'\n[Service]\nExecStart=/usr/bin/node server.js\nRestart=always\nEOF\ncat > other.conf <<EOF\n[Service]\nEOF\ncat >\"/etc/systemd/system/$APP.service\" <<-END\n\t[Service]\n\tUser=api\n\tEND\necho\n";
        let units = read_written(&"setup.sh".into(), text);
        assert_eq!(units.iter().map(|unit| unit.unit.as_str()).collect::<Vec<_>>(), ["api.service", "$APP.service"]);
        let restart = units[0].ini.value("Service", "Restart").expect("a setting");
        assert_eq!(text.get(restart.span().range()), Some("Restart=always"));
        assert!(read_written(&"setup.sh".into(), "cat > a.service <<EOF\n[Service]\n").len() <= 1);
        assert!(read_written(&"setup.sh".into(), "cat > a.service <<").is_empty());
    }
}
