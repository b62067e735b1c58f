//! Scripts of shells, whole and broken, and what becomes of signals on their way through them.

use super::*;

const ENTRY: &str = "#!/bin/sh
# é
set -e
if [ -z \"$DATABASE_URL\" ]; then
  echo \"DATABASE_URL is missing\"; exit 1
fi
export NODE_OPTIONS=\"$NODE_OPTIONS --max-old-space-size=512\"
ulimit -n 65536
if [ \"$1\" = \"worker\" ]; then
  shift
  exec node worker.js \"$@\"
fi
npx knex migrate:latest
exec \"$@\"
";

#[test]
fn entry_scripts_run_their_arguments() {
    let files: &[(&str, &str)] = &[("docker/entry.sh", ENTRY)];
    let (path, _) = follow(files, "exec ./docker/entry.sh node dist/server.js --x");
    let found: Vec<String> = path.processes.iter().map(shown).collect();
    assert_eq!(found, ["node[--max-old-space-size=512] dist/server.js (--x)"]);
    assert_eq!(environment(&path), "NODE_OPTIONS=--max-old-space-size=512");
    assert_eq!(obstacles(&path), Vec::<String>::new());
    assert_eq!(path.processes[0].open_files.as_ref().map(|(limit, _)| *limit), Some(Some(65536)));
    assert!(path.processes[0].signals.reaches());
    assert_eq!(
        processes(files, "docker/entry.sh worker --queue a"),
        ["node[--max-old-space-size=512] worker.js (--queue a)"]
    );
}

#[test]
fn branches_are_decided_where_they_can_be() {
    let run = |script: &str, line: &str| processes(&[("run.sh", script), ("dist/server.js", "")], line);
    let script = "case \"$1\" in\n  api) exec node api.js ;;\n  worker) exec node worker.js ;;\n  *) echo usage; exit 1 ;;\nesac\n";
    assert_eq!(run(script, "sh run.sh worker"), ["node[] worker.js"]);
    assert_eq!(run(script, "MODE=x sh run.sh"), Vec::<String>::new());

    let script = "if [ \"$NODE_ENV\" = production ]; then\n node server.js\nelse\n nodemon server.js\nfi\n";
    assert_eq!(run(script, "sh run.sh"), ["node[] server.js", "node[] server.js watches conditional"]);
    assert_eq!(run(script, "NODE_ENV=development sh run.sh"), ["node[] server.js watches"]);

    let script = "MODE=${MODE:-api}\ncase $MODE in api) node api.js;; worker) node worker.js;; esac\n";
    assert_eq!(run(script, "MODE=worker sh run.sh"), ["node[] worker.js"]);

    let script = "[ -f dist/server.js ] && exec node dist/server.js\nexec node src/server.js\n";
    assert_eq!(run(script, "sh run.sh"), ["node[] dist/server.js"]);
    let script = "if [ -f /run/flag ]; then exec node a.js; fi\nexec node b.js\n";
    assert_eq!(run(script, "sh run.sh"), ["node[] a.js", "node[] b.js"]);

    let script = "start() {\n node \"$1\" &\n}\nstart a.js\nstart b.js\nwait\n";
    assert_eq!(run(script, "sh run.sh"), ["node[] a.js detached", "node[] b.js detached"]);

    let script = "cd \"$(dirname \"$0\")/dist\" || exit 1\nnode server.js\n";
    assert_eq!(run(script, "./run.sh"), ["node[] dist/server.js"]);
    let script = "#!/usr/bin/env bash\nHERE=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\"\n. \"$HERE/env.sh\"\nexec node \"$HERE/dist/server.js\"\n";
    assert_eq!(run(script, "./run.sh"), ["node[] dist/server.js"]);
}

#[test]
fn lists_and_cuts_of_a_shell() {
    let run = |script: &str, line: &str| processes(&[("run.sh", script)], line);
    let script = "ARGS=(--enable-source-maps)\nARGS+=(\"dist/é.js\" --port 1)\nexec node \"${ARGS[@]}\"\n";
    assert_eq!(run(script, "bash run.sh"), ["node[--enable-source-maps] dist/é.js (--port 1)"]);
    let script = "local -a X=(a.js)\nnode ${X[@]} \"${@:2}\"\n";
    assert_eq!(run(script, "bash run.sh x y z"), ["node[] a.js (y z)"]);
    // As in the entry script of the official image.
    let script = "if [ \"${1#-}\" != \"${1}\" ] || [ -z \"$1\" ]; then\n  set -- node \"$@\"\nfi\nexec \"$@\"\n";
    assert_eq!(run(script, "./run.sh --x a.js"), ["node[--x] a.js"]);
    assert_eq!(run(script, "./run.sh npx next start"), ["next/start[] -"]);
    let script = "APP=${HOME_DIR:-/srv/app/}\ncd \"${APP%/}\" && node \"$APP/a.js\"\n";
    assert_eq!(run(script, "./run.sh"), ["node[] ?/srv/app//a.js"]);
    let script = "case \"${MODE,,}\" in api) node api.js;; *) node other.js;; esac\n";
    assert_eq!(run(script, "MODE=API ./run.sh"), ["node[] api.js"]);
}

#[test]
fn cut_off_scripts_do_no_harm() {
    let scripts = [
        ENTRY,
        "A=(x \"${B[@]}\")\ncase ${1#-} in a|b) exec node ü.js;; esac; until x; do :; done; f() { node é.js & }; f | g",
        "[[ -f x && \"$A\" == b* ]] && . ./c.sh || { trap 'kill 1' TERM; ulimit -n 5; set -- a \"$@\"; }",
    ];
    for script in scripts {
        for (at, _) in script.char_indices() {
            let start = script.get(..at).unwrap();
            processes(&[("run.sh", start), ("c.sh", start)], "sh run.sh a b");
            let end = script.get(at..).unwrap();
            processes(&[("run.sh", end)], end);
        }
    }
}

#[test]
fn signals_reach_or_do_not() {
    let files: &[(&str, &str)] = &[
        ("bare.sh", "#!/bin/sh\nnode a.js\n"),
        ("exec.sh", "#!/bin/sh\nexec node a.js\n"),
        ("trap.sh", "#!/bin/bash\nstop() { kill -TERM \"$PID\"; }\ntrap stop TERM\nnode a.js &\nPID=$!\nwait $PID\n"),
        ("package.json", r#"{"scripts": {"start": "node a.js"}}"#),
    ];
    let cases: &[(&str, &[&str])] = &[
        ("exec node a.js", &[]),
        ("node a.js", &["shell form"]),
        ("exec ./bare.sh", &["script"]),
        ("exec ./exec.sh", &[]),
        ("exec ./trap.sh", &[]),
        ("exec npm start", &["npm"]),
        ("exec dumb-init npm start", &[]),
        ("exec tini -- npm start", &["npm"]),
        ("exec tini -g -- npm start", &[]),
        ("exec sh -c 'node a.js'", &["shell form"]),
        ("exec bash -c 'node a.js'", &[]),
        ("exec npx tsx a.ts", &["npx"]),
        ("exec sh -c 'node a.js & wait'", &["background"]),
    ];
    for (line, expected) in cases {
        assert_eq!(&obstacles(&follow(files, line).0), expected, "{line}");
    }
    let path = follow(files, "exec tini -- node a.js").0;
    assert!(path.processes[0].signals.init.is_some());
}

#[test]
fn hostile_scripts_end() {
    let fork = "#!/bin/sh\n./a.sh & ./a.sh\n";
    assert_eq!(processes(&[("a.sh", fork)], "./a.sh"), Vec::<String>::new());
    let scripts: Vec<String> =
        (0..40).map(|n| format!("\"s{n}\": \"npm run s{} && npm run s{}\"", n + 1, n + 1)).collect();
    let manifest = package(&scripts.join(", "));
    assert_eq!(processes(&[("package.json", &manifest)], "npm run s0"), Vec::<String>::new());
    let branches = "if [ -f /x ]; then A=1; else A=2; fi\n".repeat(3_000);
    assert_eq!(processes(&[("b.sh", &branches)], "sh b.sh"), Vec::<String>::new());
    let nested = format!("{}node a.js{}", "(".repeat(3_000), ")".repeat(3_000));
    processes(&[("c.sh", &nested)], "sh c.sh");
    let doubling = format!("A=x\n{}node $A", "A=$A$A\n".repeat(60));
    processes(&[("d.sh", &doubling)], "sh d.sh");
    let many = "export A=1\n".repeat(20_000);
    processes(&[("e.sh", &many)], "sh e.sh");
    let long = "# é\n".repeat(100_000);
    processes(&[("long.sh", &long), ("g.sh", &"./long.sh\n".repeat(3_000))], "sh g.sh");
    let functions = format!("f() {{ f; f; }}\n{}", "f\n".repeat(100));
    processes(&[("f.sh", &functions)], "sh f.sh");
}
