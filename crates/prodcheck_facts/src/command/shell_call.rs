//! Calls of a shell: code in a word, a script file, or a file that the calling shell reads itself.

use super::options::{Grammar, leading};
use super::{Invocation, Word};

const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"];

/// Options of shells that take the next word.
const OPTIONS: Grammar = Grammar {
    valued: &["-o", "+o", "-O", "+O", "--rcfile", "--init-file"],
    also: &[],
    clusters: true,
    underscores: false,
};

/// What a call of a shell runs; `None` where the program is no shell.
pub(super) fn read(name: &str, first: &Word, arguments: &[Word]) -> Option<Invocation> {
    match name {
        "." | "source" => {
            let (path, arguments) = arguments.split_first()?;
            Some(Invocation::ShellScript { path: path.clone(), arguments: arguments.to_vec(), sourced: true })
        }
        "eval" => eval(first, arguments),
        _ => shell(name, arguments),
    }
}

fn shell(name: &str, arguments: &[Word]) -> Option<Invocation> {
    let shell = SHELLS.iter().copied().find(|shell| *shell == name)?;
    let arguments = match shell {
        "busybox" => {
            let (applet, arguments) = arguments.split_first()?;
            applet.text().filter(|applet| SHELLS.contains(applet))?;
            arguments
        }
        _ => arguments,
    };
    let (options, left) = leading(arguments, &OPTIONS);
    let (operand, rest) = left.split_first()?;
    Some(match options.has(&["-c"]) {
        true => Invocation::ShellCode { code: operand.clone(), arguments: rest.to_vec(), shell },
        false => Invocation::ShellScript { path: operand.clone(), arguments: rest.to_vec(), sourced: false },
    })
}

/// `eval` runs its words, joined by blanks.
fn eval(first: &Word, words: &[Word]) -> Option<Invocation> {
    let (only, more) = words.split_first()?;
    if more.is_empty() {
        return Some(Invocation::ShellCode { code: only.clone(), arguments: Vec::new(), shell: "eval" });
    }
    let shown = words.iter().map(Word::shown).collect::<Vec<_>>().join(" ");
    let code = match words.iter().all(|word| word.text().is_some()) {
        true => Word::new(shown, first.place.clone()),
        false => {
            let known = only.prefix().len();
            Word::partly(shown, known, first.place.clone())
        }
    };
    Some(Invocation::ShellCode { code, arguments: Vec::new(), shell: "eval" })
}

/// Whether a program's name is a loader's that packages install.
pub(super) fn is_loader(name: &str) -> bool {
    ["tsx", "ts-node", "ts-node-dev", "babel-node", "vite-node", "nodemon"].contains(&name)
}
