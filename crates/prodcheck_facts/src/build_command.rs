//! Command lines of compilers and bundlers: which sources they read, and where they write.
//!
//! Sources: <https://www.typescriptlang.org/docs/handbook/compiler-options.html>, <https://swc.rs/docs/usage/cli>,
//! <https://babeljs.io/docs/babel-cli>, <https://esbuild.github.io/api/>, <https://tsup.egoist.dev>,
//! <https://github.com/vercel/ncc>, <https://rollupjs.org/command-line-interface/>,
//! <https://webpack.js.org/api/cli/>, <https://parceljs.org/features/cli/>, <https://bun.com/docs/bundler>,
//! <https://vite.dev/guide/cli.html#vite-build>, <https://github.com/alangpierce/sucrase>.

use prodcheck_formats::shell;
use prodcheck_formats::shell::Command;

/// One build. Paths are as written, relative to the folder that the command runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildCommand {
    /// The compiler or bundler.
    pub tool: &'static str,
    /// What it makes of its sources.
    pub output: Output,
    /// The configuration that it is told to read.
    pub config: Option<String>,
}

/// What a build makes of its sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Each source becomes a file in the same place below another folder.
    Tree {
        /// The folder of the sources; `None` where a configuration says it.
        from: Option<String>,
        /// The folder of the output; `None` where a configuration says it.
        to: Option<String>,
        /// Whether the path of the folder of sources can stand again below the folder of the output.
        keeps_folder: bool,
    },
    /// Each entry becomes a file of its name in a folder.
    Entries {
        /// The entries; patterns may be among them.
        entries: Vec<String>,
        /// The folder of the output.
        to: String,
        /// The folder from which on an entry's path is kept; `None` for what all entries share.
        base: Option<String>,
    },
    /// One entry becomes one file.
    File {
        /// The entry.
        entry: String,
        /// The file, its extension included.
        to: String,
    },
}

/// How a tool names its options.
struct Tool {
    name: &'static str,
    /// What stands before the entries, such as `build`.
    subcommand: Option<&'static str>,
    kind: Kind,
    out_dir: &'static [&'static str],
    out_file: &'static [&'static str],
    /// Options that hold an entry.
    entry: &'static [&'static str],
    base: &'static [&'static str],
    config: &'static [&'static str],
    /// Other options that take the next word.
    valued: &'static [&'static str],
    default_out: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Options alone say what is compiled.
    Configured,
    /// An operand is the folder of the sources.
    Folder { keeps_folder: bool },
    /// Operands are entries.
    Bundler,
}

const PLAIN: Tool = Tool {
    name: "",
    subcommand: None,
    kind: Kind::Bundler,
    out_dir: &[],
    out_file: &[],
    entry: &[],
    base: &[],
    config: &[],
    valued: &[],
    default_out: None,
};

const TOOLS: &[Tool] = &[
    Tool {
        name: "tsc",
        kind: Kind::Configured,
        out_dir: &["--outDir", "--outdir"],
        base: &["--rootDir", "--rootdir"],
        config: &["-p", "--project", "-b", "--build"],
        valued: &["-t", "--target", "-m", "--module", "--moduleResolution", "--lib", "--jsx", "--types"],
        ..PLAIN
    },
    Tool {
        name: "swc",
        // Versions from 0.3 on keep the folder unless they are told to strip it.
        kind: Kind::Folder { keeps_folder: true },
        out_dir: &["-d", "--out-dir"],
        out_file: &["-o", "--out-file"],
        config: &["--config-file"],
        valued: &["-C", "--config", "--extensions", "--ignore", "--only", "--env-name"],
        ..PLAIN
    },
    Tool {
        name: "babel",
        kind: Kind::Folder { keeps_folder: false },
        out_dir: &["-d", "--out-dir"],
        out_file: &["-o", "--out-file"],
        config: &["--config-file"],
        valued: &["-x", "--extensions", "--ignore", "--only", "--presets", "--plugins", "--env-name", "-s"],
        ..PLAIN
    },
    Tool {
        name: "sucrase",
        kind: Kind::Folder { keeps_folder: false },
        out_dir: &["-d", "--out-dir"],
        config: &["-p", "--project"],
        valued: &["-t", "--transforms", "--exclude-dirs", "--out-extension"],
        ..PLAIN
    },
    Tool {
        name: "esbuild",
        out_dir: &["--outdir"],
        out_file: &["--outfile"],
        base: &["--outbase"],
        config: &["--tsconfig"],
        ..PLAIN
    },
    Tool {
        name: "tsup",
        out_dir: &["-d", "--out-dir"],
        entry: &["--entry"],
        config: &["--config"],
        valued: &["--format", "--target", "--tsconfig", "--platform", "--external", "--onSuccess", "--loader"],
        default_out: Some("dist"),
        ..PLAIN
    },
    Tool {
        name: "tsdown",
        out_dir: &["-d", "--out-dir"],
        entry: &["--entry"],
        config: &["-c", "--config"],
        valued: &["-f", "--format", "--target", "--tsconfig", "--platform", "--external", "--on-success"],
        default_out: Some("dist"),
        ..PLAIN
    },
    Tool {
        name: "ncc",
        subcommand: Some("build"),
        out_dir: &["-o", "--out"],
        valued: &["-e", "--external", "--license", "--target", "--asset-builds"],
        default_out: Some("dist"),
        ..PLAIN
    },
    Tool {
        name: "rollup",
        out_dir: &["-d", "--dir"],
        out_file: &["-o", "--file"],
        entry: &["-i", "--input"],
        config: &["-c", "--config"],
        valued: &["-f", "--format", "-p", "--plugin", "-e", "--external", "-n", "--name", "-g", "--globals"],
        ..PLAIN
    },
    Tool {
        name: "webpack",
        out_dir: &["-o", "--output-path"],
        entry: &["--entry"],
        config: &["-c", "--config"],
        valued: &["--mode", "--env", "--name", "-t", "--target", "-d", "--devtool", "--output-filename"],
        ..PLAIN
    },
    Tool {
        name: "rspack",
        out_dir: &["-o", "--output-path"],
        entry: &["--entry"],
        config: &["-c", "--config"],
        valued: &["--mode", "--env", "-m", "-d", "--devtool"],
        ..PLAIN
    },
    Tool {
        name: "parcel",
        subcommand: Some("build"),
        out_dir: &["--dist-dir", "-d", "--out-dir"],
        valued: &["--target", "--public-url", "--cache-dir"],
        default_out: Some("dist"),
        ..PLAIN
    },
    Tool {
        name: "bun",
        subcommand: Some("build"),
        out_dir: &["--outdir"],
        out_file: &["--outfile"],
        base: &["--root"],
        valued: &["--target", "--format", "--external", "-e", "--env", "--define"],
        ..PLAIN
    },
    Tool {
        name: "vite",
        subcommand: Some("build"),
        out_dir: &["--outDir"],
        entry: &["--ssr"],
        config: &["-c", "--config"],
        valued: &["-m", "--mode", "--base", "-l", "--logLevel", "--target"],
        default_out: Some("dist"),
        ..PLAIN
    },
];

/// The builds that a command line or script runs, in order.
pub fn read(script: &str) -> Vec<BuildCommand> {
    let parsed = shell::parse(script);
    parsed.tree.commands().iter().filter_map(|visit| of_command(visit.command)).collect()
}

/// Words that may stand before the tool: what finds it, and what sets its environment.
fn is_wrapper(word: &str) -> bool {
    const WRAPPERS: &[&str] = &[
        "npx",
        "yarn",
        "pnpm",
        "npm",
        "bunx",
        "bun",
        "exec",
        "dlx",
        "x",
        "run",
        "cross-env",
        "env",
        "dotenv",
        "time",
        "node",
        "dotenvx",
        "env-cmd",
    ];
    WRAPPERS.contains(&word) || word.starts_with('-') || word.contains('=')
}

fn of_command(command: &Command) -> Option<BuildCommand> {
    // An unknown word stays, as one that no table has.
    let words: Vec<String> =
        command.words.iter().map(|word| word.pattern().unwrap_or_else(|| "\0".to_owned())).collect();
    let named = |word: &str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        TOOLS.iter().find(|tool| tool.name == name)
    };
    // `bun` finds programs as well; it builds only where its subcommand says so.
    let bun = words.windows(2).position(|pair| pair == ["bun", "build"]);
    let at = bun.or_else(|| words.iter().position(|word| !is_wrapper(word)))?;
    let tool = named(words.get(at)?)?;
    let mut operands = words.get(at + 1..)?;
    if let Some(subcommand) = tool.subcommand {
        let (first, rest) = operands.split_first()?;
        if first != subcommand {
            return None;
        }
        operands = rest;
    }
    tool.read(operands)
}

/// What the options of one call say.
#[derive(Default)]
struct Said {
    out_dir: Option<String>,
    out_file: Option<String>,
    base: Option<String>,
    config: Option<String>,
    entries: Vec<String>,
}

impl Tool {
    fn read(&self, words: &[String]) -> Option<BuildCommand> {
        let said = self.said(words);
        let default_out = self.default_out.map(str::to_owned);
        let output = match self.kind {
            Kind::Configured if said.out_dir.is_none() && said.config.is_none() => return None,
            Kind::Configured => Output::Tree { from: said.base, to: said.out_dir, keeps_folder: false },
            Kind::Folder { keeps_folder } => match (said.entries.into_iter().next()?, said.out_file) {
                (entry, Some(to)) => Output::File { entry, to },
                (from, None) => Output::Tree { from: Some(from), to: Some(said.out_dir?), keeps_folder },
            },
            Kind::Bundler => match (said.entries.as_slice(), said.out_file) {
                ([entry], Some(to)) => Output::File { entry: entry.clone(), to },
                ([], _) => return None,
                _ => Output::Entries { entries: said.entries, to: said.out_dir.or(default_out)?, base: said.base },
            },
        };
        Some(BuildCommand { tool: self.name, output, config: said.config })
    }

    fn said(&self, words: &[String]) -> Said {
        let mut said = Said::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                continue;
            }
            if !word.starts_with('-') {
                // `name=path` names the output of an entry.
                said.entries.push(word.rsplit('=').next().unwrap_or(word).to_owned());
                continue;
            }
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let known = [self.out_dir, self.out_file, self.base, self.config, self.entry, self.valued];
            // `tsup --entry.server src/server.ts`.
            let plain = name.split('.').next().unwrap_or(name);
            let name = if self.entry.contains(&plain) { plain } else { name };
            if !known.iter().any(|options| options.contains(&name)) {
                continue;
            }
            let Some(value) = inline.or_else(|| words.next().cloned()) else { continue };
            if self.out_dir.contains(&name) {
                said.out_dir = Some(value);
            } else if self.out_file.contains(&name) {
                said.out_file = Some(value);
            } else if self.base.contains(&name) {
                said.base = Some(value);
            } else if self.config.contains(&name) {
                said.config = Some(value);
            } else if self.entry.contains(&name) {
                said.entries.push(value);
            }
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(script: &str) -> Vec<Output> {
        read(script).into_iter().map(|build| build.output).collect()
    }

    fn file(entry: &str, to: &str) -> Output {
        Output::File { entry: entry.into(), to: to.into() }
    }

    fn entries(entries: &[&str], to: &str) -> Output {
        Output::Entries { entries: entries.iter().map(|&entry| entry.into()).collect(), to: to.into(), base: None }
    }

    fn tree(from: Option<&str>, to: Option<&str>, keeps_folder: bool) -> Output {
        Output::Tree { from: from.map(Into::into), to: to.map(Into::into), keeps_folder }
    }

    #[test]
    fn compilers_repeat_a_folder() {
        assert_eq!(
            outputs("rimraf dist && npx tsc -p tsconfig.build.json --outDir größe"),
            [tree(None, Some("größe"), false)]
        );
        assert_eq!(outputs("tsc --rootDir source --outDir=out --watch"), [tree(Some("source"), Some("out"), false)]);
        assert_eq!(outputs("swc src -d dist --copy-files"), [tree(Some("src"), Some("dist"), true)]);
        assert_eq!(
            outputs("NODE_ENV=production babel --extensions .ts,.js src --out-dir lib"),
            [tree(Some("src"), Some("lib"), false)]
        );
        assert_eq!(outputs("tsc"), []);
        assert_eq!(outputs("tsc --noEmit"), []);
    }

    #[test]
    fn bundlers_write_entries() {
        assert_eq!(
            outputs("esbuild src/main.ts --bundle --platform=node --outfile=dist/server.js"),
            [file("src/main.ts", "dist/server.js")]
        );
        assert_eq!(outputs("yarn esbuild ./a.ts ./b.ts --outdir=dist"), [entries(&["./a.ts", "./b.ts"], "dist")]);
        assert_eq!(outputs("tsup src/index.ts --format cjs,esm"), [entries(&["src/index.ts"], "dist")]);
        assert_eq!(outputs("tsup --entry.api src/server.ts -d build"), [entries(&["src/server.ts"], "build")]);
        assert_eq!(outputs("ncc build src/index.ts -o lib"), [entries(&["src/index.ts"], "lib")]);
        assert_eq!(outputs("rollup -i src/x.js -o dist/y.cjs -f cjs"), [file("src/x.js", "dist/y.cjs")]);
        assert_eq!(
            outputs("bun build ./src/index.ts --outdir ./dist --target bun"),
            [entries(&["./src/index.ts"], "./dist")]
        );
        assert_eq!(
            outputs("vite build --ssr src/server.ts --outDir dist/server"),
            [entries(&["src/server.ts"], "dist/server")]
        );
        assert_eq!(
            outputs("cross-env A=b webpack --entry ./src/s.js -o ./build"),
            [entries(&["./src/s.js"], "./build")]
        );
    }

    #[test]
    fn other_commands_are_none() {
        for script in [
            "vite build",
            "vite",
            "bun run start",
            "node esbuild.js",
            "echo tsc --outDir x",
            "npm run build",
            "webpack",
            "tsx src/a.ts",
            "\"$TOOL\" a",
            "",
        ] {
            assert_eq!(outputs(script), [], "{script}");
        }
    }
}
