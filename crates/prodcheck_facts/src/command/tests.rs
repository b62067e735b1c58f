//! Command lines as people write them, and what each is told apart as.

use super::*;
use prodcheck_source::{Place, RepoPath, Span};

/// Cuts a line at blanks; `'…'` is one word, and a word with `$` is unknown from there on.
fn argv(line: &str) -> Argv {
    let path = RepoPath::new("package.json");
    let mut words = Vec::new();
    let mut assignments = Vec::new();
    let mut start = None;
    let mut quoted = false;
    let ends = line.char_indices().chain([(line.len(), ' ')]);
    for (at, letter) in ends {
        match letter {
            '\'' => {
                quoted = !quoted;
                start.get_or_insert(at);
            }
            ' ' if !quoted => {
                if let Some(from) = start.take() {
                    let place = Place::new(path.clone(), Span::new(from, at));
                    let text = line.get(from..at).unwrap().replace('\'', "");
                    let word = match text.find('$') {
                        Some(known) => Word::partly(&text, known, place).or_many(),
                        None => Word::new(&text, place),
                    };
                    match peel::assignment(&word).filter(|_| words.is_empty()) {
                        Some(assignment) => assignments.push(assignment),
                        None => words.push(word),
                    }
                }
            }
            _ => {
                start.get_or_insert(at);
            }
        }
    }
    Argv { assignments, words, place: Place::new(path, Span::new(0, line.len())) }
}

fn shown_words(words: &[Word]) -> String {
    words.iter().map(Word::shown).collect::<Vec<_>>().join(" ")
}

fn shown_flags(flags: &[Flag]) -> String {
    flags.iter().map(Flag::shown).collect::<Vec<_>>().join(" ")
}

fn shown_target(target: &Target) -> String {
    match target {
        Target::Script(script) => script.shown().to_owned(),
        Target::Code(code) => format!("code {}", code.shown()),
        Target::Other => "nothing".to_owned(),
    }
}

fn shown_run(run: &RuntimeRun) -> String {
    let name = match run.runtime {
        RuntimeKind::Node => "node",
        RuntimeKind::Bun => "bun",
        RuntimeKind::Deno => "deno",
        RuntimeKind::Loader(name) => name,
    };
    let mut shown = format!("{name}[{}] {}", shown_flags(&run.flags), shown_target(&run.target));
    if !run.arguments.is_empty() {
        shown += &format!(" ({})", shown_words(&run.arguments));
    }
    if run.watches.is_some() {
        shown += " watching";
    }
    if run.uncertain {
        shown += " uncertain";
    }
    shown
}

fn shown_packages(packages: &Packages) -> String {
    match packages {
        Packages::Here => String::new(),
        Packages::Root => "@root".to_owned(),
        Packages::All => "@all".to_owned(),
        Packages::Named(names) => format!("@{}", shown_words(names)),
    }
}

fn shown_script(run: &ScriptRun) -> String {
    let folder = run.directory.as_ref().map_or(String::new(), |folder| format!(" in {}", folder.shown()));
    let arguments =
        if run.arguments.is_empty() { String::new() } else { format!(" ({})", shown_words(&run.arguments)) };
    format!("{} script {}{}{folder}{arguments}", run.manager.name(), run.script.shown(), shown_packages(&run.packages))
}

fn shown(line: &str) -> String {
    let invoked = read(&argv(line));
    let what = match &invoked.invocation {
        Invocation::Nothing => "nothing".to_owned(),
        Invocation::Unknown => "unknown".to_owned(),
        Invocation::Runtime(run) => shown_run(run),
        Invocation::Framework(run) => {
            let script = run.script.as_ref().map_or(String::new(), |script| format!(" {}", script.shown()));
            let watching = if run.watches.is_some() { " watching" } else { "" };
            format!("{} {} {:?}{script}{watching}", run.name, run.command.as_deref().unwrap_or("-"), run.mode)
        }
        Invocation::Watcher(run) => match &run.target {
            Watched::Runtime(inner) => format!("{}: {}", run.name, shown_run(inner)),
            Watched::Command(code, more) => format!("{}: command {} {}", run.name, code.shown(), shown_words(more)),
            Watched::Configured => format!("{}: configured", run.name),
        },
        Invocation::ShellCode { code, arguments, shell } => {
            format!("{shell} code {} ({})", code.shown(), shown_words(arguments))
        }
        Invocation::ShellScript { path, arguments, sourced } => {
            format!("{} {} ({})", if *sourced { "source" } else { "shell" }, path.shown(), shown_words(arguments))
        }
        Invocation::File { path, arguments } => format!("file {} ({})", path.shown(), shown_words(arguments)),
        Invocation::Script(run) => shown_script(run),
        Invocation::Several(run) => {
            let members: Vec<String> = run
                .members
                .iter()
                .map(|member| match member {
                    Member::Script(run) => shown_script(run),
                    Member::Command(code) => format!("`{}`", code.shown()),
                })
                .collect();
            format!("{} {}: {}", run.name, if run.parallel { "parallel" } else { "serial" }, members.join("; "))
        }
        Invocation::Install(run) => format!(
            "{} installs: {}{}{} [{}] ({})",
            run.manager.name(),
            run.command,
            shown_packages(&run.packages),
            if run.global { " globally" } else { "" },
            shown_flags(&run.options.flags),
            shown_words(&run.options.operands)
        ),
        Invocation::PackageManager(call) => {
            format!("{} {} ({})", call.manager.name(), call.command, shown_words(&call.options.operands))
        }
        Invocation::Manager(call) => {
            format!("{:?} {} ({})", call.kind, call.command.as_deref().unwrap_or("-"), shown_words(&call.words))
        }
        Invocation::Tool(call) => format!(
            "{:?} {:?} [{}] [{}] ({})",
            call.tool,
            call.command,
            shown_flags(&call.global),
            shown_flags(&call.options.flags),
            shown_words(&call.options.operands)
        ),
        Invocation::Program { name, arguments } => format!("program {name} ({})", shown_words(arguments)),
    };
    let wrappers: Vec<String> = invoked
        .wrappers
        .iter()
        .map(|wrap| {
            let user = wrap.user.as_ref().map_or(String::new(), |user| format!("({})", user.shown()));
            format!("{}{user} ", wrap.name)
        })
        .collect();
    let environment: Vec<String> = invoked
        .environment
        .iter()
        .map(|change| match change {
            EnvChange::Set(one) => format!("{}={} ", one.name, one.value.shown()),
            EnvChange::Unset(name) => format!("-{name} "),
            EnvChange::Clear => "- ".to_owned(),
            EnvChange::File(file) => format!("<{} ", file.path.shown()),
            EnvChange::Vault { name, .. } => format!("<{name}> "),
        })
        .collect();
    format!("{}{}| {what}", wrappers.concat(), environment.concat())
}

fn check(cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(&shown(line), expected, "{line}");
    }
}

#[test]
fn node_and_its_options() {
    check(&[
        ("node server.js", "| node[] server.js"),
        ("node", "| node[] nothing"),
        ("node .", "| node[] ."),
        ("/usr/local/bin/node --enable-source-maps dist/main -v", "| node[--enable-source-maps] dist/main (-v)"),
        (
            "node --max-old-space-size=1536 dist/server.js --port 1",
            "| node[--max-old-space-size=1536] dist/server.js (--port 1)",
        ),
        ("node --max_old_space_size=512 a.js", "| node[--max-old-space-size=512] a.js"),
        // V8's options take no next word: the number is the script that Node.js looks for.
        ("node --max-old-space-size 512 a.js", "| node[--max-old-space-size] 512 (a.js)"),
        ("node -r dotenv/config -r ./tracing.js a.js", "| node[-r=dotenv/config -r=./tracing.js] a.js"),
        ("node --import=./a.mjs --import tsx src/a.ts", "| node[--import=./a.mjs --import=tsx] src/a.ts"),
        ("node --env-file=.env --env-file .env.prod a.js", "| node[--env-file=.env --env-file=.env.prod] a.js"),
        ("node --watch-path=src a.js", "| node[--watch-path=src] a.js watching"),
        ("node --inspect=0.0.0.0:9229 a.js", "| node[--inspect=0.0.0.0:9229] a.js"),
        ("node --inspect a.js", "| node[--inspect] a.js"),
        ("node -e 'require(1)' x", "| node[-e=require(1)] code require(1) (x)"),
        ("node -p 1+1", "| node[-p] code 1+1"),
        ("node -- a.js -b", "| node[] a.js (-b)"),
        ("node --test tests", "| node[--test] nothing (tests)"),
        ("node $APP", "| node[] $APP"),
        ("node $NODE_OPTIONS dist/server.js", "| node[] dist/server.js uncertain"),
        ("node --max-old-space-size=$MEM a.js", "| node[--max-old-space-size=$MEM] a.js"),
        ("node --run start -- --x", "| node --run script start (--x)"),
        ("nodejs é/server.js", "| node[] é/server.js"),
        ("node ace serve --watch", "| node[] ace (serve --watch)"),
        ("node node_modules/.bin/next start -p 3000", "node | next start Serves"),
        ("node --inspect node_modules/@nestjs/cli/bin/nest.js start", "node | nest start Serves"),
        ("node ./node_modules/pm2/bin/pm2-runtime app.js", "node | Pm2Runtime - (pm2-runtime app.js)"),
    ]);
}

#[test]
fn other_runtimes_loaders_and_watchers() {
    check(&[
        ("bun run src/index.ts", "| bun[] src/index.ts"),
        ("bun --watch index.ts", "| bun[--watch] index.ts watching"),
        ("bun run start --port 1", "| bun script start (--port 1)"),
        ("bun start", "| bun script start"),
        ("bun install --frozen-lockfile", "| bun installs: install [--frozen-lockfile] ()"),
        ("deno run -A --env-file=.env main.ts", "| deno[-A --env-file=.env] main.ts"),
        ("deno task start", "| deno task script start"),
        ("tsx src/server.ts", "| tsx[] src/server.ts"),
        ("tsx watch --env-file=.env src/server.ts", "| tsx[--env-file=.env] src/server.ts watching"),
        ("tsx --tsconfig tsconfig.prod.json -r ./x src/a.ts", "| tsx[--tsconfig=tsconfig.prod.json -r=./x] src/a.ts"),
        (
            "ts-node -P tsconfig.json --transpile-only -r tsconfig-paths/register src/main.ts",
            "| ts-node[-P=tsconfig.json --transpile-only -r=tsconfig-paths/register] src/main.ts",
        ),
        (
            "ts-node-dev --respawn -r dotenv/config src/main.ts",
            "| ts-node-dev: ts-node[--respawn -r=dotenv/config] src/main.ts",
        ),
        ("babel-node --presets env server.js", "| babel-node[--presets=env] server.js"),
        ("nodemon", "| nodemon: configured"),
        ("nodemon --inspect src/app.js --port 1", "| nodemon: node[--inspect] src/app.js (--port 1)"),
        ("nodemon -w src -e ts --exec 'ts-node -T' src/a.ts", "| nodemon: command ts-node -T src/a.ts"),
        (
            "nodemon -e ts --watch server -x ts-node -r tsconfig-paths/register --files -P a.json server/a.ts",
            "| nodemon: command ts-node -r tsconfig-paths/register --files -P a.json server/a.ts",
        ),
        ("tsc-watch --onSuccess 'node dist/a.js'", "| tsc-watch: command node dist/a.js "),
        ("onchange 'src/**' -- node x.js", "| onchange: command node x.js"),
        ("supervisor app.js", "| supervisor: node[] app.js"),
    ]);
}

#[test]
fn wrappers_come_off_and_keep_their_effect() {
    check(&[
        ("exec node a.js", "exec | node[] a.js"),
        ("NODE_ENV=production PORT=80 node a.js", "NODE_ENV=production PORT=80 | node[] a.js"),
        ("NODE_ENV=production", "NODE_ENV=production | nothing"),
        ("env -i -u X A=1 node a.js", "env - -X A=1 | node[] a.js"),
        ("/usr/bin/env node a.js", "env | node[] a.js"),
        ("env -S 'node --enable-source-maps' a.js", "env | node[--enable-source-maps] a.js"),
        (
            "cross-env NODE_ENV=production NODE_OPTIONS='--a --b' node a.js",
            "cross-env NODE_ENV=production NODE_OPTIONS=--a --b | node[] a.js",
        ),
        ("cross-env-shell NODE_ENV=x 'node $A && b'", "cross-env-shell NODE_ENV=x | sh code node $A && b ()"),
        ("sudo -E -u node NODE_ENV=x node a.js", "sudo(node) NODE_ENV=x | node[] a.js"),
        ("sudo node a.js", "sudo(root) | node[] a.js"),
        ("su - app -c 'node a.js'", "su(app) | sh code node a.js ()"),
        ("su -c 'node a.js' app", "su(app) | sh code node a.js ()"),
        ("gosu app:app node a.js", "gosu(app:app) | node[] a.js"),
        ("su-exec node dumb-init node a.js", "su-exec(node) dumb-init | node[] a.js"),
        ("setpriv --reuid=node --clear-groups -- node a.js", "setpriv(node) | node[] a.js"),
        ("chpst -u app node a.js", "chpst(app) | node[] a.js"),
        ("runuser -u app -- node a.js", "runuser(app) | node[] a.js"),
        ("s6-setuidgid app node a.js", "s6-setuidgid(app) | node[] a.js"),
        ("/sbin/tini -g -- node a.js", "tini | node[] a.js"),
        ("/usr/bin/dumb-init -- npm start", "dumb-init | npm script start"),
        ("nohup node a.js", "nohup | node[] a.js"),
        ("time -p node a.js", "time | node[] a.js"),
        ("nice -n 10 ionice -c2 -n7 node a.js", "nice ionice | node[] a.js"),
        ("timeout -k 5 -s TERM 1h node a.js", "timeout | node[] a.js"),
        ("stdbuf -oL node a.js", "stdbuf | node[] a.js"),
        ("doppler run -p api -- npm start", "doppler <doppler> | npm script start"),
        ("doppler run --command='npm start'", "doppler <doppler> | sh code npm start ()"),
        ("op run --env-file=.env -- node a.js", "op <.env <op> | node[] a.js"),
        ("dotenv -- node a.js", "dotenv <.env | node[] a.js"),
        ("dotenv -e .env.prod -v A=1 node a.js", "dotenv <.env.prod A=1 | node[] a.js"),
        ("dotenvx run -f .env.production -- node a.js", "dotenvx <.env.production | node[] a.js"),
        ("env-cmd -f ./p.env node a.js", "env-cmd <./p.env | node[] a.js"),
        ("env-cmd .env.prod node a.js", "env-cmd <.env.prod | node[] a.js"),
        ("env-cmd node a.js", "env-cmd <.env | node[] a.js"),
        ("infisical run --env=prod -- node a.js", "infisical <infisical> | node[] a.js"),
        ("./wait-for-it.sh db:5432 -t 30 -- node a.js", "wait-for-it.sh | node[] a.js"),
        ("dockerize -wait tcp://db:5432 -timeout 60s node a.js", "dockerize | node[] a.js"),
        ("screen -dmS app node a.js", "screen | node[] a.js"),
        ("corepack yarn start", "corepack | yarn script start"),
        ("npx pm2@5 start a.js", "npx | Pm2 start (pm2 start a.js)"),
        ("npx -y -p typescript tsc", "npx | tsc - Ends"),
        ("npx --no-install cross-env A=1 node a.js", "npx cross-env A=1 | node[] a.js"),
        ("npx @nestjs/cli@10 start", "npx | nest start Serves"),
        ("npm exec -- next start", "npm exec | next start Serves"),
        ("pnpm exec next start", "pnpm exec | next start Serves"),
        ("pnpm --filter web exec next start", "pnpm exec | next start Serves"),
        ("yarn exec next start", "yarn exec | next start Serves"),
        ("yarn node --inspect a.js", "yarn node | node[--inspect] a.js"),
        ("bunx next start", "bunx | next start Serves"),
        ("sh -c 'node a.js'", "| sh code node a.js ()"),
        ("bash -lc 'exec node a.js' x y", "| bash code exec node a.js (x y)"),
        ("sh -e scripts/start.sh a", "| shell scripts/start.sh (a)"),
        (". ./env.sh", "| source ./env.sh ()"),
        ("command -v node", "| program command (-v node)"),
        ("exec", "| program exec ()"),
    ]);
}

#[test]
fn scripts_of_packages() {
    check(&[
        ("npm start", "| npm script start"),
        ("npm run start:prod -- --port 1", "| npm script start:prod (--port 1)"),
        ("npm run-script build", "| npm script build"),
        ("npm --prefix server run start", "| npm script start in server"),
        ("npm start --prefix=server", "| npm script start in server"),
        ("npm -w apps/api run start", "| npm script start@apps/api"),
        ("npm run start -w api --if-present", "| npm script start@api"),
        ("npm t", "| npm script test"),
        ("npm ci --omit=dev", "| npm installs: ci [--omit=dev] ()"),
        ("npm i -g pm2", "| npm installs: install globally [-g] (pm2)"),
        ("npm prune --production", "| npm prune ()"),
        ("yarn", "| yarn installs: install [] ()"),
        ("yarn --frozen-lockfile", "| yarn installs: install [--frozen-lockfile] ()"),
        ("yarn install --immutable", "| yarn installs: install [--immutable] ()"),
        ("yarn global add pm2", "| yarn installs: add globally [] (pm2)"),
        ("yarn start --port 1", "| yarn script start (--port 1)"),
        ("yarn run start", "| yarn script start"),
        ("yarn --cwd server start", "| yarn script start in server"),
        ("yarn workspace api start", "| yarn script start@api"),
        ("yarn workspaces foreach -A --include api run start", "| yarn script start@all"),
        ("yarn build", "| yarn script build"),
        ("pnpm start", "| pnpm script start"),
        ("pnpm run --if-present build", "| pnpm script build"),
        ("pnpm -C apps/api start", "| pnpm script start in apps/api"),
        ("pnpm --filter @x/api start", "| pnpm script start@@x/api"),
        ("pnpm --filter=api... run start", "| pnpm script start@api..."),
        ("pnpm -r build", "| pnpm script build@all"),
        ("pnpm i --frozen-lockfile", "| pnpm installs: install [--frozen-lockfile] ()"),
        ("pnpm deploy --filter=api --prod /out", "| pnpm deploy (/out)"),
        ("lerna run start --scope api", "| lerna script start@api"),
        ("turbo run start --filter=api", "| turbo script start@api"),
        ("turbo start", "| turbo script start@all"),
        ("nx serve api --prod", "| nx script serve@api"),
        ("nx run api:serve:production", "| nx script serve@api"),
        ("run-p start:*", "| run-p parallel: npm script start:*"),
        (
            "npm-run-all build -p start:api 'start:web -- --port 1'",
            "| npm-run-all parallel: npm script start:api; npm script start:web (--port 1)",
        ),
        ("run-s build start", "| run-s serial: npm script build; npm script start"),
        ("concurrently -k -n a,b 'node a.js' npm:b", "| concurrently parallel: `node a.js`; npm script b"),
    ]);
}

#[test]
fn managers_frameworks_and_tools() {
    check(&[
        (
            "pm2 start ecosystem.config.js --env production",
            "| Pm2 start (pm2 start ecosystem.config.js --env production)",
        ),
        ("pm2-runtime -i max dist/server.js", "| Pm2Runtime - (pm2-runtime -i max dist/server.js)"),
        ("pm2-runtime --json start process.json", "| Pm2Runtime start (pm2-runtime --json start process.json)"),
        ("oxmgr apply oxfile.toml", "| Oxmgr apply (oxmgr apply oxfile.toml)"),
        ("forever start -l a.log app.js", "| Forever start (forever start -l a.log app.js)"),
        (
            "/usr/bin/supervisord -n -c /etc/supervisord.conf",
            "| Supervisord - (/usr/bin/supervisord -n -c /etc/supervisord.conf)",
        ),
        ("next start -p $PORT", "| next start Serves"),
        ("next", "| next - Development"),
        ("next build", "| next build Ends"),
        ("nest start --watch", "| nest start Serves watching"),
        ("remix-serve ./build/index.js", "| remix-serve - Serves ./build/index.js"),
        ("fastify start -l info -w app.js", "| fastify start Serves app.js watching"),
        ("probot run ./app.js", "| probot run Serves ./app.js"),
        ("vite preview", "| vite preview Static"),
        ("vite --host --config a.js", "| vite - Development"),
        ("wait-for-it.sh db:5432 -t 30", "| program wait-for-it.sh (db:5432 -t 30)"),
        ("/opt/wait-for-it.sh db:5432", "| program wait-for-it.sh (db:5432)"),
        ("serve -s build", "| serve - Static"),
        ("react-scripts start", "| react-scripts start Development"),
        ("tsc -p .", "| tsc - Ends"),
        ("./start.sh a b", "| file ./start.sh (a b)"),
        ("bin/www", "| file bin/www ()"),
        ("/usr/local/bin/docker-entrypoint.sh node a.js", "| file /usr/local/bin/docker-entrypoint.sh (node a.js)"),
        ("./node_modules/.bin/tsx a.ts", "| tsx[] a.ts"),
        ("$CMD", "| unknown"),
        ("$DIR/start.sh", "| unknown"),
        (
            "docker compose -f a.yml --profile x up -d --build --wait api",
            "| Docker [\"compose\", \"up\"] [-f=a.yml --profile=x] [-d --build --wait] (api)",
        ),
        ("docker-compose up -d", "| Docker [\"compose\", \"up\"] [] [-d] ()"),
        (
            "docker run -dit --restart unless-stopped -p80:3000 app:1 node a.js -x",
            "| Docker [\"run\"] [] [-d -i -t --restart=unless-stopped -p=80:3000] (app:1 node a.js -x)",
        ),
        ("docker stack deploy -c stack.yml app", "| Docker [\"stack\", \"deploy\"] [] [-c=stack.yml] (app)"),
        ("sudo systemctl restart api.service", "sudo(root) | Systemctl [\"restart\"] [] [] (api.service)"),
        (
            "kubectl -n prod rollout status deploy/api --timeout=60s",
            "| Kubectl [\"rollout\", \"status\"] [] [-n=prod --timeout=60s] (deploy/api)",
        ),
        (
            "helm upgrade --install api ./chart -f prod.yaml --wait",
            "| Helm [\"upgrade\"] [] [--install -f=prod.yaml --wait] (api ./chart)",
        ),
        ("make start", "| program make (start)"),
    ]);
}

#[test]
fn signals_follow_the_options() {
    let signals = |line: &str| read(&argv(line)).wrappers.first().map(|wrap| wrap.signals);
    assert_eq!(signals("tini -- node a.js"), Some(Signals::Forwarded));
    assert_eq!(signals("tini -g -- node a.js"), Some(Signals::Group));
    assert_eq!(signals("dumb-init node a.js"), Some(Signals::Group));
    assert_eq!(signals("dumb-init --single-child node a.js"), Some(Signals::Forwarded));
    assert_eq!(signals("npx node-app"), Some(Signals::Held));
}

#[test]
fn node_options_are_cut_as_node_cuts_them() {
    let place = Place::file(RepoPath::root());
    let options = |text: &str| shown_flags(&node_options(&Word::new(text, place.clone())));
    assert_eq!(
        options("--max-old-space-size=512  --enable-source-maps"),
        "--max-old-space-size=512 --enable-source-maps"
    );
    assert_eq!(options(r#"--require "./my path.js" --title "a \"b\"""#), r#"--require=./my path.js --title=a "b""#);
    assert_eq!(options("--max_old_space_size=$MEM"), "--max-old-space-size=$MEM");
    let partly = Word::partly("--enable-source-maps --max-old-space-size=$MEM", 42, place.clone());
    assert_eq!(shown_flags(&node_options(&partly)), "--enable-source-maps --max-old-space-size=$MEM");
    assert_eq!(options(""), "");
}

#[test]
fn places_are_those_of_the_words() {
    let line = "E=é1 cross-env A=ü node --enable-source-maps dist/server.js";
    let invoked = read(&argv(line));
    let Invocation::Runtime(run) = &invoked.invocation else { panic!("no runtime") };
    let at = |place: &Place| line.get(place.span.range()).unwrap().to_owned();
    assert_eq!(at(&run.flags[0].place), "--enable-source-maps");
    let Target::Script(script) = &run.target else { panic!("no script") };
    assert_eq!(at(&script.place), "dist/server.js");
    let EnvChange::Set(set) = &invoked.environment[1] else { panic!("no assignment") };
    assert_eq!((at(&set.place).as_str(), set.value.shown()), ("A=ü", "ü"));
}

#[test]
fn cut_off_commands_do_no_harm() {
    let lines = [
        "sudo -u é env -i A=1 cross-env B=ü dumb-init -- npx -y -p x node --import=./é.mjs -r y dist/a.js --port $P",
        "docker compose -f é.yml --profile x run -dit --rm -e A=$B api npm -w é run start -- --x",
        "nodemon -x 'ts-node é' -w src --delay 1 a.ts; yarn workspaces foreach -A --include é run start",
        "pm2-runtime start é.config.js --env production -i max; nx run é:serve:production; su - é -c 'x' y",
    ];
    for line in lines {
        for (at, _) in line.char_indices() {
            shown(line.get(..at).unwrap());
            shown(line.get(at..).unwrap());
        }
        let words: Vec<&str> = line.split(' ').collect();
        for at in 0..words.len() {
            shown(&words.get(at..).unwrap().join(" "));
        }
    }
}

#[test]
fn hostile_lengths_end() {
    let wrapped = format!("{}node a.js", "env ".repeat(10_000));
    assert!(matches!(read(&argv(&wrapped)).invocation, Invocation::Program { .. }));
    let flags = format!("node {}a.js", "--x ".repeat(10_000));
    assert!(matches!(read(&argv(&flags)).invocation, Invocation::Runtime(_)));
    let unknown = format!("node {}a.js", "$X ".repeat(5_000));
    assert!(matches!(read(&argv(&unknown)).invocation, Invocation::Runtime(_)));
}
