//! Tests of the shell reader on spellings that scripts really use, and on hostile ones.

use super::*;
use prodcheck_source::Span;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn whole(text: &str) -> Script {
    let parsed = parse(text);
    assert_eq!(parsed.notes, [], "{text}");
    parsed.tree
}

/// The commands as texts: words joined by `|`, unknown ones as `?`.
fn spelled(script: &Script) -> Vec<String> {
    let word = |word: &Word| word.pattern().unwrap_or_else(|| "?".to_owned());
    let command = |visit: &Visit<'_>| visit.command.words.iter().map(word).collect::<Vec<_>>().join("|");
    script.commands().iter().map(command).collect()
}

fn commands(text: &str) -> Vec<String> {
    spelled(&whole(text))
}

fn under(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap()
}

fn first(text: &str) -> Command {
    whole(text).commands().first().unwrap().command.clone()
}

#[test]
fn one_liners_of_package_scripts() {
    let text =
        "NODE_ENV=production node --max-old-space-size=4096 dist/server.js && echo \"é done\" || exit 1; tsc -w & wait";
    let script = whole(text);
    assert_eq!(
        spelled(&script),
        ["node|--max-old-space-size=4096|dist/server.js", "echo|é done", "exit|1", "tsc|-w", "wait"]
    );
    let all = script.commands();
    assert_eq!(all[0].command.assignments[0].name.value, "NODE_ENV");
    assert_eq!(all[0].command.assignments[0].value.literal().as_deref(), Some("production"));
    let joined: Vec<_> = all.iter().map(|visit| visit.context.connector).collect();
    assert_eq!(joined, [None, Some(Connector::And), Some(Connector::Or), None, None]);
    assert!(all[3].context.background && !all[4].context.background);
    assert_eq!(under(text, all[1].command.words[1].span), "\"é done\"");
    assert_eq!(under(text, all[0].command.span), text.split(" &&").next().unwrap());
}

#[test]
fn words_and_their_quotes() {
    assert_eq!(commands(r#"a 'b c' "d e"f \g\ h '' "i\"j\k" $'l\n\x41\u00e9'"#), ["a|b c|d ef|g h||i\"j\\k|l\nAé"]);
    assert_eq!(commands("a \\\n  b\\\nc \\\r\n d\r\n"), ["a|bc|d"]);
    assert_eq!(commands("find . -name '*.js' -exec rm {} \\;"), ["find|.|-name|*.js|-exec|rm|{}|;"]);
    let globs = first("cp dist/*.js {a,b} [x]y a\\*b 'c*' {} a[ ~/x");
    let literals: Vec<_> = globs.words.iter().map(Word::literal).collect();
    assert_eq!(literals[1..4], [None, None, None]);
    assert_eq!(literals[4..].iter().flatten().collect::<Vec<_>>(), ["a*b", "c*", "{}", "a[", "~/x"]);
}

#[test]
fn parameters_and_their_defaults() {
    let command =
        first(r#"node $A "${B}" ${C:-c} "${D-d e}" ${E:=e} ${F:?why} ${G:+g} ${#H} ${I%%.*} $1 $@ ${J:-${K:-k}}"#);
    let defaults: Vec<_> = command.arguments().iter().map(Word::default_text).collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(defaults[..4], [None, None, some("c"), some("d e")]);
    assert_eq!(defaults[4..7], [some("e"), None, some("")]);
    assert_eq!(defaults[7..], [None, None, None, None, some("k")]);
    assert!(command.arguments().iter().all(|word| word.literal().is_none()));
    let lookup = |name: &str| match name {
        "A" => Some("--x  --y".to_owned()),
        "B" => Some("p q".to_owned()),
        "C" => Some(String::new()),
        "G" => Some("set".to_owned()),
        _ => None,
    };
    let fields: Vec<_> = command.arguments().iter().take(3).map(|word| word.fields(&lookup).unwrap()).collect();
    assert_eq!(fields, [vec!["--x", "--y"], vec!["p q"], vec!["c"]]);
    assert_eq!(command.arguments()[6].resolve(&lookup).as_deref(), Some("g"));
    let names: Vec<_> = command.arguments()[11].parameters().iter().map(|(p, _)| p.name.clone()).collect();
    assert_eq!(names, ["J", "K"]);
}

#[test]
fn fields_join_and_vanish() {
    let command = first(r#"x a$A"b" $A $B '' "$B" --p=$A"#);
    let lookup = |name: &str| Some(if name == "A" { " 1 2".to_owned() } else { String::new() });
    let fields: Vec<_> = command.arguments().iter().map(|word| word.fields(&lookup).unwrap()).collect();
    assert_eq!(fields[..3], [vec!["a", "1", "2b"], vec!["1", "2"], vec![]]);
    assert_eq!(fields[3..], [vec![""], vec![""], vec!["--p=", "1", "2"]]);
}

#[test]
fn assignments_of_all_kinds() {
    let text = "A=1 B= C='é x' D+=y E[0]=z F=(a \"b c\" $(d)) export G=$H I=\"j k\"";
    let script = whole(text);
    let all = script.commands();
    assert_eq!(spelled(&script)[0], "d", "a command inside an array");
    let command = all[1].command;
    let names: Vec<_> = command.assignments.iter().map(|a| (a.name.value.as_str(), a.partial)).collect();
    assert_eq!(names, [("A", false), ("B", false), ("C", false), ("D", true), ("E", true), ("F", false)]);
    assert_eq!(under(text, command.assignments[2].span), "C='é x'");
    let exported = command.variables();
    assert_eq!((exported[0].name.value.as_str(), under(text, exported[0].value.span)), ("G", "$H"));
    assert_eq!((exported[1].value.literal().as_deref(), under(text, exported[1].name.span)), (Some("j k"), "I"));
    assert_eq!(first("declare -a list=(x y)").words.len(), 3);
    assert_eq!(first("FOO=bar").variables()[0].value.literal().as_deref(), Some("bar"));
    assert_eq!(first("FOO=bar cmd").variables(), []);
    assert_eq!(first("2x=1 y").words.len(), 2);
}

#[test]
fn redirections_and_descriptors() {
    let command = first("node x.js >>/var/log/é.log 2>&1 </dev/null &>all {fd}>f 3<>g 12 >|h <<<\"$X\"");
    let kinds: Vec<_> = command.redirections.iter().map(|r| (r.descriptor.as_deref(), r.operator)).collect();
    assert_eq!(
        kinds,
        [
            (None, Redirect::Append),
            (Some("2"), Redirect::DuplicateOutput),
            (None, Redirect::Input),
            (None, Redirect::OutputAndErrors),
            (Some("{fd}"), Redirect::Output),
            (Some("3"), Redirect::ReadWrite),
            (None, Redirect::Output),
            (None, Redirect::HereString),
        ]
    );
    assert_eq!(command.words.len(), 3, "`12 >` is an argument and a redirection");
    assert_eq!(commands("diff <(sort a) >(cat) ; (x) >out 2>&1"), ["sort|a", "cat", "diff|?|?", "x"]);
}

#[test]
fn here_documents() {
    let text =
        "cat <<EOF | grep 'x' > out\nhé $NAME $(inner)\nEOF\nnext <<-'END' <<B && last\n\t$not\n\tEND\nb\nB\nafter\n";
    let script = whole(text);
    assert_eq!(spelled(&script), ["inner", "cat", "grep|x", "next", "last", "after"]);
    let all = script.commands();
    let body = all[1].command.redirections[0].body.as_ref().unwrap();
    assert_eq!(under(text, body.span), "hé $NAME $(inner)\n");
    let quoted = all[3].command.redirections[0].body.as_ref().unwrap();
    assert_eq!(quoted.literal().as_deref(), Some("\t$not\n"));
    assert_eq!(all[3].command.redirections[1].body.as_ref().unwrap().literal().as_deref(), Some("b\n"));

    let remote = "ssh host 'bash -s' <<'EOF'\n  cd /srv && pm2 reload app\nEOF\n";
    let script = whole(remote);
    let fed = script.commands()[0].command.redirections[0].body.clone().unwrap().script();
    assert_eq!(spelled(&fed.tree), ["cd|/srv", "pm2|reload|app"]);
    assert_eq!(under(remote, fed.tree.commands()[1].command.span), "pm2 reload app");
    assert_eq!(commands("x=$(cat <<E\nbody (\nE\n)\ny"), ["cat", "", "y"]);
    assert_eq!(commands("a <<E \\\n  && b\ntext\nE\nc"), ["a", "b", "c"]);
    assert_eq!(parse("a <<E\ntext").notes.len(), 1);
    assert_eq!(parse("a <<E").notes.len(), 1);
}

#[test]
fn constructs_and_their_contexts() {
    let text = r#"#!/bin/sh -e
# comment é
deploy() {
  docker pull "$1"
}
function other { inner_call; }
if [ "$NODE_ENV" = production ] && ready; then
  exec node server.js
elif test -f x; then y; else
  until curl -f localhost; do sleep 1; done
fi
for f in a $(ls) b; do build "$f"; done
for ((i = 0; i < $(nproc); i++)); do turn; done
while read -r line; do echo "$line"; done < <(list)
case "$1" in
  start|run) start;;
  (stop) stop ;;
  *) usage; exit 1
esac
[[ -n $X && ( $Y == a* || $Z =~ ^(b|c)$ ) ]] && matched
((count++)) || zero
( cd sub && in_sub ) &
{ grouped; } 2>/dev/null
! negated | piped
"#;
    let script = whole(text);
    let all = script.commands();
    let find = |name: &str| &all.iter().find(|visit| visit.command.name().as_deref() == Some(name)).unwrap().context;
    assert_eq!(script.shebang.as_ref().map(|s| s.value.as_str()), Some("/bin/sh -e"));
    assert_eq!(script.comments.iter().map(|s| under(text, *s)).collect::<Vec<_>>(), ["#!/bin/sh -e", "# comment é"]);
    assert_eq!((find("docker").function, find("inner_call").function), (Some("deploy"), Some("other")));
    assert!(find("[").in_condition && find("ready").in_condition && find("test").in_condition);
    assert!(!find("exec").in_condition && find("exec").branch.is_some());
    assert!(find("curl").in_loop && find("curl").in_condition && find("sleep").in_loop);
    assert!(!find("sleep").after_end, "only one branch ends the script");
    assert!(find("ls").substitution && !find("ls").in_loop && find("build").in_loop);
    assert!(find("nproc").substitution && find("turn").in_loop);
    assert!(find("list").substitution && find("read").in_condition);
    assert!(matches!(find("usage").branch.as_deref(), Some(Branch { of: BranchOf::Case(_, 2), .. })));
    assert_eq!(find("matched").connector, Some(Connector::And));
    assert_eq!(find("zero").connector, Some(Connector::Or));
    assert!(find("in_sub").background && find("in_sub").subshell && !find("grouped").subshell);
    assert!(find("negated").writes_pipe && find("piped").reads_pipe);
    assert!(all.iter().all(|visit| !visit.context.after_end));
}

#[test]
fn what_stands_after_the_end() {
    let after = |text: &str| {
        let script = whole(text);
        script.commands().last().unwrap().context.after_end
    };
    assert!(after("exec node a.js\nnode b.js"));
    assert!(after("if a; then exec b; else exit 1; fi; last"));
    assert!(after("case $x in a) exec b;; *) exec c;; esac; last"));
    assert!(after("{ exec a; }; last"));
    assert!(!after("a && exec b; last"));
    assert!(!after("exec 2>&1; last"), "only redirections");
    assert!(!after("(exit 1); last") && !after("exec a & last") && !after("exec a | b; last"));
    assert!(!after("if a; then exec b; fi; last"));
    assert!(!after("f() { exit 1; }; last"));
}

#[test]
fn substitutions_everywhere() {
    assert_eq!(
        commands("node \"$(which `x -p \\`y\\``)/${A:-$(def)}\" $((1 + $(two))) <<E\n`three`\nE\n"),
        ["y", "x|-p|?", "which|?", "def", "two", "three", "node|?|?"]
    );
    assert_eq!(commands("a=`b c`; d \"$(e \"f g\" | h)\""), ["b|c", "", "e|f g", "h", "d|?"]);
    assert_eq!(commands("x=$( (a); (b) ); y=$((c) | d)"), ["a", "b", "", "c", "d", ""]);
    assert_eq!(commands("echo $(case x in a) b;; esac)"), ["b", "echo|?"]);
    let text = "é `a \\\"b\\\" c`";
    let script = whole(text);
    assert_eq!(under(text, script.commands()[0].command.words[2].span), "c");
}

#[test]
fn scripts_inside_of_arguments() {
    let text = "exec sh -c 'é; node a.js && node \"b.js\"'";
    let outer = whole(text);
    let inside = inner(&outer.commands()[0].command.words[1..]).unwrap();
    let all = inside.tree.commands();
    assert_eq!(under(text, all[2].command.span), "node \"b.js\"");

    let text = "bash -lc \"node \\\"a b.js\\\" ${FLAGS:-x} $(cmd)\"";
    let outer = first(text);
    assert!(outer.inner().is_none(), "the substitution comes first");
    let script = whole(text);
    let all = script.commands();
    let inside = all[1].command.inner().unwrap();
    let inside = inside.tree.commands();
    assert_eq!(inside[0].command.words[1].literal().as_deref(), Some("a b.js"));
    assert_eq!(under(text, inside[0].command.words[1].span), "\\\"a b.js\\\"");
    assert_eq!(inside[0].command.words[2].default_text().as_deref(), Some("x"));
    assert_eq!(under(text, inside[0].command.words[2].span), "${FLAGS:-x}");

    let of = |text: &str| first(text).inner().map(|parsed| spelled(&parsed.tree).join(";"));
    assert_eq!(of("/bin/bash -o pipefail -euc 'a b'").as_deref(), Some("a|b"));
    assert_eq!(of("sh -eo pipefail -c 'a'").as_deref(), Some("a"));
    assert_eq!(of("busybox sh -c a").as_deref(), Some("a"));
    assert_eq!(of("eval \"a b\" 'c'").as_deref(), Some("a|b|c"));
    assert_eq!((of("sh -c"), of("sh script.sh"), of("node -c x"), of("bash -s")), (None, None, None, None));
    let command = first("sh -e ./start.sh -c");
    assert!(matches!(shell_run(&command.words), Some(ShellRun::File(word)) if word.literal().unwrap() == "./start.sh"));
}

#[test]
fn argument_arrays() {
    let source = r#"CMD ["sh", "-c", "node é.js && echo \"$X\" *"]"#;
    let argument = |value: &'static str, from: &str, length: usize| {
        let start = source.find(from).unwrap();
        Excerpt::aligned(source, Span::new(start, start + length), value)
    };
    let script = r#"node é.js && echo "$X" *"#;
    let command = command_of([
        argument("sh", "\"sh", 4),
        argument("-c", "\"-c", 4),
        argument(script, "\"node", source.len() - 1 - source.find("\"node").unwrap()),
    ]);
    assert_eq!(command.words[2].literal().as_deref(), Some(script), "nothing is expanded in an array");
    let inside = command.inner().unwrap();
    let all = inside.tree.commands();
    assert_eq!(under(source, all[0].command.span), "node é.js");
    assert_eq!(under(source, all[1].command.words[0].span), "echo");
    assert_eq!(under(source, all[1].command.words[1].span), r#"\"$X\""#);
}

#[test]
fn templates_of_workflows() {
    let command = first("docker push ghcr.io/${{ github.repository }}:latest --x=\"${{ a }}\"");
    assert_eq!(command.words.len(), 4);
    assert_eq!(command.words[2].literal(), None);
    let template = |word: &Word| word.parts.iter().any(|part| matches!(part.kind, PartKind::Template(_)));
    assert!(template(&command.words[2]) && template(&command.words[3]));
}

#[test]
fn time_and_reserved_words_as_arguments() {
    assert_eq!(
        commands("time node x; time -p y; echo if then done; /usr/bin/time -v z"),
        ["node|x", "time|-p|y", "echo|if|then|done", "/usr/bin/time|-v|z"]
    );
    assert_eq!(commands("echo a#b # c"), ["echo|a#b"]);
    assert_eq!(commands("for i in a; do\\\n\tb; done"), ["b"]);
}

#[test]
fn scripts_of_other_languages_are_left_alone() {
    assert_eq!(commands("#!/usr/bin/env -S node --x\nif (a) { b(); }\n"), Vec::<String>::new());
    assert_eq!(commands("#!/usr/bin/with-contenv bash\na é\n"), ["a|é"]);
    assert_eq!(commands("#!/bin/sh\na"), ["a"]);
}

#[test]
fn broken_texts_are_read_on() {
    let read = |text: &str| {
        let parsed = parse(text);
        assert!(!parsed.notes.is_empty(), "{text}");
        spelled(&parsed.tree)
    };
    assert_eq!(read("a é ) b"), ["a|é", "b"]);
    assert_eq!(read("if a; then b"), ["a", "b"]);
    assert_eq!(read("while a; b; done; c"), ["a", "b", "c"]);
    assert_eq!(read("a && ; b"), ["a", "b"]);
    assert_eq!(read("| a"), ["a"]);
    assert_eq!(read("fi; a"), ["a"]);
    assert_eq!(read("echo 'a b"), ["echo|a b"]);
    assert_eq!(read("echo \"a $(b c"), ["b|c", "echo|?"]);
    assert_eq!(read("case x in a) b"), ["b"]);
    assert_eq!(read("for; do a; done; b"), ["a", "b"]);
    assert_eq!(read("f() ; a"), ["a"]);
    assert_eq!(read("a >; b"), ["a", "b"]);
    assert_eq!(read("x ${ y"), ["x|?"]);
    assert_eq!(read("(a; b"), ["a", "b"]);
    assert_eq!(read("[[ a == b"), Vec::<String>::new());
    let parsed = parse("é && 'x");
    assert_eq!(parsed.notes[0].span, Some(Span::new(6, 7)), "the place of the quote");
}

#[test]
fn hostile_texts_take_linear_time() {
    let pieces = [
        "(",
        ")",
        "((",
        "$((",
        "$(",
        "`",
        "\"",
        "'",
        "\"$(",
        "${a:-",
        "{ ",
        "if ",
        "while ",
        "case ",
        "case a in a) ",
        "a() ",
        "a <<E ",
        "a <<E\n",
        "a[",
        "a[&",
        "{a",
        "[[ ",
        "! ",
        "a&&",
        "a|",
        "$'",
        "${{ ",
        "\\\n",
        "# ((\n",
        "(( # ((((\n",
        "a=(",
        "for ((",
        "$(cat <<E\n",
        "é",
        "<",
        "2>",
        "@(",
        "x@(",
        "time ",
        "&>",
        "<(",
        "\\",
        "\\`",
        "\"`\\`",
        "é'é'",
    ];
    for piece in pieces {
        let text = piece.repeat(200_000 / piece.len());
        let start = Instant::now();
        let parsed = parse(&text);
        let _ = parsed.tree.commands();
        drop(parsed);
        assert!(start.elapsed() < Duration::from_secs(5), "{piece:?} took {:?}", start.elapsed());
    }
}

fn check_spans(text: &str, script: &Script) {
    fn word(text: &str, outer: Span, word: &Word) {
        assert!(outer.contains(word.span), "{text:?}");
        for part in &word.parts {
            let slice = text.get(part.span.range()).unwrap();
            if let PartKind::Text { text: value, verbatim: true } = &part.kind {
                assert_eq!(slice, value);
            }
        }
    }
    let all = Span::new(0, text.len());
    for visit in script.commands() {
        let command = visit.command;
        assert!(text.get(command.span.range()).is_some() && all.contains(command.span));
        command.words.iter().for_each(|w| word(text, command.span, w));
        command.assignments.iter().for_each(|a| word(text, a.span, &a.value));
        if let Some(inside) = command.inner() {
            for visit in inside.tree.commands() {
                assert!(text.get(visit.command.span.range()).is_some());
            }
        }
    }
    for span in &script.comments {
        assert!(text.get(span.range()).unwrap().starts_with('#'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn never_panics_and_spans_lie_on_characters(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "a", "é", " ", "\n", ";", "&", "&&", "|", "||", "(", ")", "((", "))", "{", "}", "if", "then", "fi", "case", "in", "esac",
            ";;", "for", "do", "done", "while", "$", "${", "${x:-", "$(", "`", "'", "\"", "\\", "<<E", "<<-'E'", "E", "\nE\n", "<", ">",
            "2>&1", "=", "x=", "x=(", "[[", "]]", "#", "!", "function ", "f()", "*", "$'", "${{", "}}", "sh -c ", "😀", "\r\n", "\t", "[",
        ]), 0..40)
    ) {
        let text = pieces.concat();
        let parsed = parse(&text);
        check_spans(&text, &parsed.tree);
        for note in &parsed.notes {
            prop_assert!(text.get(note.span.unwrap().range()).is_some());
        }
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,60}") {
        let parsed = parse(&text);
        check_spans(&text, &parsed.tree);
    }
}
