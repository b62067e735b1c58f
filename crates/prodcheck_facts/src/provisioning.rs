//! What scripts set up on a machine besides the service: modules of PM2, log rotation, watchers of restarts.
//!
//! Shell scripts, playbooks, cloud-init, makefiles, Dockerfiles and package scripts hold shell text in a dozen syntaxes;
//! what is looked for here is told by single lines, so these are read, and lines that only print or comment are left out.

use prodcheck_source::{RepoPath, Span, Spanned};

/// What one file sets up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provisioning {
    /// Modules that `pm2 install` installs, with the span of the whole command.
    pub pm2_modules: Vec<Spanned<String>>,
    /// The line that has Docker bound its logs: `max-size` in a `daemon.json` that the file writes.
    pub docker_rotation: Option<Spanned<String>>,
    /// The line that writes a file of logrotate's, or has PM2 do so.
    pub logrotate: Option<Spanned<String>>,
    /// The line that reads how often processes were restarted.
    pub restarts_read: Option<Spanned<String>>,
}

impl Provisioning {
    /// Whether it sets up none of these.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a file can hold shell text that sets up a machine.
pub fn may_provision(path: &RepoPath) -> bool {
    let name = path.name();
    let lower = name.to_ascii_lowercase();
    match path.extension() {
        Some("sh" | "bash" | "zsh" | "tf" | "tftpl" | "j2" | "ps1" | "yml" | "yaml" | "service") => true,
        Some("config") => path.parent().parts().any(|part| part == ".ebextensions"),
        Some("json") => name == "package.json" || lower.contains("ecosystem") || lower.contains("pm2"),
        Some("js" | "cjs" | "mjs") => lower.contains("ecosystem") || lower.contains("pm2.config"),
        Some("mk") => true,
        _ => {
            let named = ["makefile", "dockerfile", "vagrantfile", "justfile", "procfile", "user-data", "user_data"];
            let in_folder = ["bin", "scripts", "script", "deploy", "provision", "ansible"];
            named.iter().any(|word| lower.contains(word))
                || (path.extension().is_none()
                    && !name.starts_with('.')
                    && path.parent().parts().any(|part| in_folder.contains(&part)))
        }
    }
}

/// Reads a file.
pub fn read(text: &str) -> Provisioning {
    let mut found = Provisioning::default();
    let any = ["pm2", "daemon.json", "logrotate", "oxmgr"].iter().any(|word| text.contains(word));
    if !any {
        return found;
    }
    let writes_daemon = text.contains("daemon.json");
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        if is_comment(content) {
            continue;
        }
        let whole = || {
            let from = start + (line.len() - line.trim_start().len());
            Spanned::new(shortened(content), Span::new(from, from + content.len()))
        };
        if !prints(content) {
            modules(line, start, &mut found.pm2_modules);
        }
        if writes_daemon && content.contains("max-size") && found.docker_rotation.is_none() {
            found.docker_rotation = Some(whole());
        }
        let writes_logrotate = content.contains("logrotate.d/") || content.contains("pm2 logrotate");
        if writes_logrotate && !prints(content.split(['>', '|']).next_back().unwrap_or("")) && found.logrotate.is_none()
        {
            found.logrotate = Some(whole());
        }
        let reads = ["pm2 jlist", "pm2 prettylist", "oxmgr status --json", "oxmgr list --json", "oxmgr events"];
        if reads.iter().any(|command| content.contains(command))
            && found.restarts_read.is_none()
            && text.contains("restart")
        {
            found.restarts_read = Some(whole());
        }
    }
    found
}

fn is_comment(line: &str) -> bool {
    line.is_empty()
        || line.starts_with("//")
        || line.starts_with('#')
        || line.starts_with("* ")
        || line.starts_with("REM ")
}

/// Whether a line only prints what it says.
fn prints(line: &str) -> bool {
    let line = line.trim_start_matches(['-', '@', ' ']);
    ["echo ", "printf ", "log ", "info ", "console.log"].iter().any(|word| line.starts_with(word))
}

/// `pm2 install pm2-logrotate`, `pm2 install @acme/pm2-slack@2`.
fn modules(line: &str, start: usize, found: &mut Vec<Spanned<String>>) {
    let mut from = 0;
    while let Some(offset) = line.get(from..).and_then(|rest| rest.find("pm2 ")) {
        let begin = from + offset;
        from = begin + 4;
        let rest = line.get(from..).unwrap_or("");
        let words: Vec<&str> = rest
            .split([' ', '\t', '\n', '"', '\'', '&', ';', '|', '\\'])
            .filter(|word| !word.is_empty())
            .take(4)
            .collect();
        let name = match words.as_slice() {
            ["install" | "module:install", words @ ..] => words.iter().find(|word| !word.starts_with('-')),
            _ => None,
        };
        let Some(name) = name else { continue };
        let end = rest.find(name).map_or(from, |offset| from + offset + name.len());
        // A scope has an `@` of its own at the start.
        let version =
            name.char_indices().skip(1).find(|(_, character)| *character == '@').map_or(name.len(), |(at, _)| at);
        let plain = name.get(..version).unwrap_or(name);
        found.push(Spanned::new(plain.to_owned(), Span::new(start + begin, start + end)));
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_pm2() {
        let text = "# größe: pm2 install pm2-nothing\necho 'run pm2 install pm2-x'\nsudo -u app pm2 install pm2-logrotate@2.7.0 && pm2 set pm2-logrotate:max_size 10M\nRUN npm i -g pm2 && pm2 install \"@acme/pm2-slack\"\n";
        let found = read(text).pm2_modules;
        let names: Vec<&str> = found.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(names, ["pm2-logrotate", "@acme/pm2-slack"]);
        assert_eq!(text.get(found[0].span.range()), Some("pm2 install pm2-logrotate@2.7.0"));
    }

    #[test]
    fn rotation_of_docker_and_of_logs() {
        let text = "cat > /etc/docker/daemon.json <<EOF\n{ \"log-driver\": \"json-file\",\n  \"log-opts\": { \"max-size\": \"10m\" } }\nEOF\ncp api.logrotate /etc/logrotate.d/äpi\n";
        let found = read(text);
        assert!(found.docker_rotation.is_some_and(|line| line.value.contains("max-size")));
        assert!(found.logrotate.is_some_and(|line| line.value.starts_with("cp ")));
        assert!(read("services:\n  a:\n    logging:\n      options:\n        max-size: 10m\n").is_empty());
    }

    #[test]
    fn restarts_that_are_read() {
        let text = "#!/bin/sh\nn=$(pm2 jlist | jq '.[0].pm2_env.restart_time')\n";
        assert!(read(text).restarts_read.is_some());
        assert!(read("pm2 list\n").is_empty() && read("").is_empty());
    }
}
