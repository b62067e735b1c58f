//! Tests of the Dockerfile reader on real spellings, broken files and hostile ones.

use super::*;
use crate::shell::{Command, Word};
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn whole(text: &str) -> Dockerfile {
    let parsed = parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.tree
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap()
}

fn text_of(word: &Word) -> String {
    word.pattern().unwrap_or_else(|| "?".to_owned())
}

fn spelled(command: &Command) -> String {
    command.words.iter().map(text_of).collect::<Vec<_>>().join("|")
}

fn run_of(instruction: &Instruction) -> &Run {
    match &instruction.kind {
        Kind::Run(run) | Kind::Cmd(run) | Kind::Entrypoint(run) | Kind::Healthcheck(Some(run)) => run,
        other => panic!("{other:?}"),
    }
}

fn shell_commands(instruction: &Instruction) -> Vec<String> {
    match &run_of(instruction).form {
        Form::Shell(script) => script.commands().iter().map(|visit| spelled(visit.command)).collect(),
        Form::Exec(command) => vec![format!("exec {}", spelled(command))],
    }
}

const NONE: BuildArguments<'_> = &|_| None;

#[test]
fn a_file_with_two_stages() {
    let text = r#"# syntax=docker/dockerfile:1
# escape=\
# é a comment
ARG NODE=24.11.1
FROM --platform=$BUILDPLATFORM node:${NODE}-alpine AS Build
WORKDIR /app
COPY --link --chown=node:node package*.json "./"
RUN --mount=type=cache,target=/root/.npm npm ci \
    # é why

    && npm run build
from node:${NODE}-alpine
ENV NODE_ENV=production PORT="80 80" \
    NODE_OPTIONS='--max-old-space-size=4096'
COPY --from=build ["/app/dist", "/é app/"]
EXPOSE 80 443/udp
USER node:node
HEALTHCHECK --interval=30s --start-period=5s CMD curl -f http://localhost:$PORT/health || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--"]
CMD ["node", "--title=\u00e9 \"x\"", "dist/server.js"]
"#;
    let file = whole(text);
    assert_eq!(file.directives.syntax.as_ref().map(|s| under(text, s.span)), Some("docker/dockerfile:1"));
    assert_eq!(file.comments.len(), 4);
    assert_eq!(under(text, file.comments[3]), "# é why");
    assert_eq!(file.stages.len(), 2);
    let (build, last) = (&file.stages[0], &file.stages[1]);
    assert_eq!(build.name.as_ref().map(|n| (n.value.as_str(), under(text, n.span))), Some(("build", "Build")));
    assert_eq!(under(text, build.platform.as_ref().unwrap().span), "$BUILDPLATFORM");
    let names: Vec<_> = file.instructions_of(last).iter().map(|i| i.keyword.value.as_str()).collect();
    let expected = ["FROM", "ENV", "COPY", "EXPOSE", "USER", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD"];
    assert_eq!(names, expected);

    let run = &file.instructions_of(build)[3];
    assert_eq!(shell_commands(run), ["npm|ci", "npm|run|build"]);
    assert!(under(text, run.span).starts_with("RUN --mount") && under(text, run.span).ends_with("npm run build"));
    assert_eq!(
        run.flag("mount").map(|f| text_of(f.value.as_ref().unwrap())).as_deref(),
        Some("type=cache,target=/root/.npm")
    );
    let Form::Shell(script) = &run_of(run).form else { panic!() };
    assert_eq!(under(text, script.commands()[1].command.span), "npm run build");

    let all = file.instructions_of(last);
    let Kind::Env(pairs) = &all[1].kind else { panic!() };
    let values: Vec<_> = pairs.iter().map(|p| (p.name.value.as_str(), text_of(p.value.as_ref().unwrap()))).collect();
    let options = "--max-old-space-size=4096".to_owned();
    assert_eq!(
        values,
        [("NODE_ENV", "production".to_owned()), ("PORT", "80 80".to_owned()), ("NODE_OPTIONS", options)]
    );
    assert_eq!(under(text, pairs[2].value.as_ref().unwrap().span), "'--max-old-space-size=4096'");
    let Kind::Copy(copy) = &all[2].kind else { panic!() };
    assert_eq!((text_of(&copy.sources[0]), text_of(&copy.destination)), ("/app/dist".to_owned(), "/é app/".to_owned()));
    assert_eq!(under(text, copy.destination.span), "/é app/");
    assert_eq!(shell_commands(&all[5]), ["curl|-f|?", "exit|1"]);
    assert_eq!(shell_commands(&all[8]), ["exec node|--title=é \"x\"|dist/server.js"]);
    let Form::Exec(command) = &run_of(&all[8]).form else { panic!() };
    assert_eq!(under(text, command.words[2].span), "dist/server.js");
    assert_eq!(under(text, command.words[1].span), r#"--title=\u00e9 \"x\""#);
}

#[test]
fn arguments_and_variables_by_their_scopes() {
    let text = "ARG V=1\nARG W=$V.2\nARG U\nFROM base:$W-${U:-d} AS one\nARG V\nARG W=w\nARG U\nARG N=n\nENV E=$V E2=$E X=${U:-u} Y=$U Z=$NOWHERE\nENV E=2 F=$E\nENV V=env\nARG V=arg\nENV G=$V H='$V' I=\\$V J=\"${N:+set}${NO:+set}\"\nENV legacy a b $N\nFROM one AS two\nENV K=$E$N\n";
    let file = whole(text);
    let global = file.global(NONE);
    assert_eq!(global.resolve(&file.stages[0].image).as_deref(), Some("base:1.2-d"));
    let given = |name: &str| (name == "V").then(|| "9".to_owned());
    assert_eq!(file.global(&given).resolve(&file.stages[0].image).as_deref(), Some("base:9.2-d"));
    assert_eq!(file.lineage(1, &global), [0, 1]);
    let end = file.replay(1, NONE, |_, _| {});
    let of = |name: &str| end.variable(name).unwrap().value.clone();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!((of("E2"), of("F")), (None, some("1")), "an instruction sees what was before it");
    assert_eq!((of("E"), of("X"), of("Y"), of("Z")), (some("2"), some("u"), None, None));
    assert_eq!((of("G"), of("H"), of("I"), of("J")), (some("env"), some("$V"), some("$V"), some("set")));
    assert_eq!((of("legacy"), of("K")), (some("a b n"), some("2n")));
    assert_eq!(end.variable("N"), None, "an argument is not there at run time");
    assert_eq!(under(text, end.variable("F").unwrap().span), "F=$E");
    let mut seen = Vec::new();
    file.replay(1, NONE, |instruction, before| seen.push((instruction.keyword.value.clone(), before.value("E"))));
    assert_eq!(seen.first(), Some(&("FROM".to_owned(), None)));
    assert_eq!(seen.last(), Some(&("ENV".to_owned(), some("2"))));
    let end = file.replay(1, &given, |_, _| {});
    assert_eq!(end.variable("F").unwrap().value, some("9"));
}

#[test]
fn stages_by_name_and_number() {
    let file = whole(
        "ARG KIND=Dev\nFROM a AS base\nFROM base AS dev\nFROM base AS prod\nFROM ${KIND}\nFROM scratch\nFROM dev AS dev\n",
    );
    assert_eq!(
        (file.stage("PROD"), file.stage("0"), file.stage("9"), file.stage("none")),
        (Some(2), Some(0), None, None)
    );
    assert_eq!(file.stage("dev"), Some(5), "the last one of that name");
    let global = file.global(NONE);
    assert_eq!(file.lineage(3, &global), [0, 1, 3]);
    assert_eq!((file.base(4, &global), file.base(5, &global), file.base(99, &global)), (None, Some(1), None));
}

#[test]
fn here_documents_of_run_and_copy() {
    let text = "FROM a\nRUN <<EOF\nset -e\né && npm ci $X\nEOF\nRUN --mount=type=bind cat <<-'END' > f && b\n\t$x\n\tEND\nCOPY <<\"start.sh\" <<b /usr/\n#!/bin/sh\nexec node \"$@\"\nstart.sh\nb é\nb\nONBUILD RUN <<E\nnode x\nE\nUSER x\n";
    let file = whole(text);
    let all = &file.instructions;
    assert_eq!(shell_commands(&all[1]), ["set|-e", "é", "npm|ci|?"]);
    let Form::Shell(script) = &run_of(&all[1]).form else { panic!() };
    assert_eq!(under(text, script.commands()[2].command.span), "npm ci $X");
    assert!(under(text, all[1].span).ends_with("$X\nEOF"));
    assert_eq!(shell_commands(&all[2]), ["cat", "b"]);
    assert!(!all[2].here_documents[0].expands && all[2].here_documents[0].strips_tabs);
    let documents = &all[3].here_documents;
    assert_eq!(documents[0].text.value, "#!/bin/sh\nexec node \"$@\"\n");
    assert_eq!(under(text, documents[1].text.span), "b é\n");
    let Kind::Copy(copy) = &all[3].kind else { panic!() };
    assert_eq!(copy.sources.iter().map(text_of).collect::<Vec<_>>(), ["<<start.sh", "<<b"]);
    let Kind::OnBuild(inner) = &all[4].kind else { panic!() };
    assert_eq!(shell_commands(inner), ["node|x"]);
    assert_eq!(all[5].keyword.value, "USER");
    assert_eq!(whole("FROM a\nRUN echo $((1<<2)) \"<<E\" '<<F'\nUSER b\n").instructions.len(), 3);
}

#[test]
fn what_only_looks_like_an_array() {
    let parsed = parse("FROM a\nCMD ['node', 'é.js']\n");
    assert_eq!(parsed.notes.len(), 1);
    assert_eq!(shell_commands(&parsed.tree.instructions[1]), ["[node,|é.js]"]);
    let file = whole(
        "FROM a\nRUN [ -f x ] && [[ -n $y ]]\nENTRYPOINT []\nCMD [ \"a\" , \"b\" ] \nCMD a ]\nSHELL [\"bash\",\"-c\"]",
    );
    assert_eq!(shell_commands(&file.instructions[1]), ["[|-f|x|]"]);
    assert_eq!(shell_commands(&file.instructions[2]), ["exec "]);
    assert_eq!(shell_commands(&file.instructions[3]), ["exec a|b"]);
    assert!(matches!(&file.instructions[5].kind, Kind::Shell(command) if spelled(command) == "bash|-c"));
}

#[test]
fn a_backtick_as_escape() {
    let text = "# escape=`\r\nFROM windows\r\nRUN dir c:\\ && `\r\n  type é\r\nENV P=C:\\x Q=`$P\r\n";
    let file = whole(text);
    assert_eq!(file.directives.escape, '`');
    assert_eq!(file.instructions.len(), 3);
    let end = file.replay(0, NONE, |_, _| {});
    assert_eq!(end.variable("P").unwrap().value.as_deref(), Some("C:\\x"));
    assert_eq!(end.variable("Q").unwrap().value.as_deref(), Some("$P"));
    let late = whole("# a comment\n# escape=`\nFROM a\\\n:1\n");
    assert_eq!(late.directives.escape, '\\', "directives end at the first comment");
    assert_eq!(late.stages[0].image.literal().as_deref(), Some("a:1"));
}

#[test]
fn other_instructions() {
    let text = "FROM a\nHEALTHCHECK NONE\nLABEL \"a b\"=\"c d\" e.f=g\nVOLUME [\"/a b\"]\nVOLUME /c /d\nWORKDIR /x y\nADD --checksum=sha256:1 http://x/é.tgz /\nMAINTAINER someone\nSTOPSIGNAL SIGQUIT\nHEALTHCHECK CMD [\"node\", \"x\"]\n";
    let file = whole(text);
    let all = &file.instructions;
    assert_eq!(all[1].kind, Kind::Healthcheck(None));
    let Kind::Label(pairs) = &all[2].kind else { panic!() };
    assert_eq!(pairs.iter().map(|p| p.name.value.as_str()).collect::<Vec<_>>(), ["a b", "e.f"]);
    assert!(matches!(&all[3].kind, Kind::Volume(words) if text_of(&words[0]) == "/a b"));
    assert!(matches!(&all[5].kind, Kind::Workdir(word) if text_of(word) == "/x y"));
    assert!(matches!(&all[6].kind, Kind::Add(add) if text_of(&add.sources[0]) == "http://x/é.tgz"));
    assert_eq!(all[6].flag("checksum").map(|f| under(text, f.span)), Some("--checksum=sha256:1"));
    assert_eq!(shell_commands(&all[9]), ["exec node|x"]);
}

#[test]
fn broken_files_are_read_on() {
    let read = |text: &str| {
        let parsed = parse(text);
        assert!(!parsed.notes.is_empty(), "{text}");
        parsed.tree.instructions.iter().map(|i| i.keyword.value.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(read(""), "");
    assert_eq!(read("RUN é"), "RUN");
    assert_eq!(read("FROM a\nINCLUDE x\nUSER b"), "FROM INCLUDE USER");
    assert_eq!(read("FROM a\nENV\nUSER b"), "FROM ENV USER");
    assert_eq!(read("FROM a\nENV A\nCOPY x\nUSER b"), "FROM ENV COPY USER");
    assert_eq!(read("FROM a\nRUN <<EOF\nx\n"), "FROM RUN");
    assert_eq!(read("FROM a b\nUSER \"x"), "FROM USER");
    assert_eq!(read("FROM a\nRUN 'x\nUSER b"), "FROM RUN USER");
    assert_eq!(read("FROM\nFROM a\nSHELL bash"), "FROM FROM SHELL");
    assert_eq!(read("# escape=x\nFROM a\nUSER b \\"), "FROM USER");
    let parsed = parse("FROM é\nENV A=1 B C=2\n");
    assert_eq!(parsed.notes[0].span, Some(Span::new(16, 17)));
    assert!(matches!(&parsed.tree.instructions[1].kind, Kind::Env(pairs) if pairs.len() == 2));
}

#[test]
fn doubling_variables_stay_small() {
    let text = format!("FROM a\nENV A=xxxxxxxx\n{}", "ENV A=$A$A$A$A\n".repeat(100));
    assert_eq!(whole(&text).replay(0, NONE, |_, _| {}).variable("A").unwrap().value, None);
}

#[test]
fn hostile_files_take_linear_time() {
    let pieces = [
        "RUN <<E\n",
        "RUN a \\\n",
        "\\\n",
        "ENV a=b ",
        "ENV a ",
        "#\n",
        "FROM a AS a\n",
        "ONBUILD ",
        "RUN ",
        "--x ",
        "RUN --x ",
        "CMD [",
        "[\"a\",",
        "CMD [\"",
        "${a:-",
        "\"",
        "COPY <<a ",
        "<<a ",
        "ARG A=$A$A\n",
        "é",
        "RUN (",
        "FROM ${A}\n",
        "HEALTHCHECK ",
    ];
    for piece in pieces {
        for start in ["", "FROM a\n", "FROM a\nRUN ", "FROM a\nENV "] {
            let text = format!("{start}{}", piece.repeat(100_000 / piece.len()));
            let begun = Instant::now();
            let file = parse(&text).tree;
            for stage in [file.stages.len().wrapping_sub(1), 0] {
                file.replay(stage, NONE, |_, _| {});
            }

            assert!(begun.elapsed() < Duration::from_secs(5), "{start:?} {piece:?} took {:?}", begun.elapsed());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn never_panics_and_spans_lie_on_characters(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "FROM a", "FROM a AS b", "RUN", "CMD", "ENV", "ARG", "COPY", "USER", "HEALTHCHECK", "ONBUILD", "LABEL", "\n", "\n", "\n", "\r\n",
            " ", " ", "\t", "\\\n", "\\", "`", "#", "# escape=`\n", "--from=b", "--x", "a", "é", "😀", "=", "a=b", "\"", "'", "[", "]", "[\"", "\",\"",
            "\"]", "\\u00e9", "$a", "${a:-b}", "${", "<<E", "<<-\"E\"", "\nE\n", "&&", "|", "(", "NONE", "CMD",
        ]), 0..40)
    ) {
        let text = pieces.concat();
        let parsed = parse(&text);
        for note in &parsed.notes {
            prop_assert!(text.get(note.span.unwrap().range()).is_some());
        }
        for span in &parsed.tree.comments {
            prop_assert!(text.get(span.range()).unwrap().starts_with('#'));
        }
        for instruction in &parsed.tree.instructions {
            prop_assert!(text.get(instruction.span.range()).is_some());
            prop_assert!(instruction.span.contains(instruction.keyword.span));
            for document in &instruction.here_documents {
                prop_assert_eq!(text.get(document.text.span.range()), Some(document.text.value.as_str()));
            }
            if let Kind::Run(run) | Kind::Cmd(run) = &instruction.kind {
                prop_assert!(text.get(run.span.range()).is_some());
                let commands: Vec<Command> = match &run.form {
                    Form::Exec(command) => vec![command.clone()],
                    Form::Shell(script) => script.commands().iter().map(|visit| visit.command.clone()).collect(),
                };
                for command in commands {
                    for word in &command.words {
                        prop_assert!(text.get(word.span.range()).is_some());
                        prop_assert!(instruction.span.contains(word.span));
                    }
                }
            }
        }
        let last = parsed.tree.stages.len().saturating_sub(1);
        parsed.tree.replay(last, NONE, |_, _| {});
    }
}
