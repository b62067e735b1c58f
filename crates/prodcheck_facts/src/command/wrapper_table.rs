//! The programs that run another command: how their own arguments end, and what they do to signals, users and
//! variables.
//!
//! Sources: the manuals of GNU coreutils, util-linux, sudo, s6 and runit; the documentation of
//! [tini](https://github.com/krallin/tini), [dumb-init](https://github.com/Yelp/dumb-init),
//! [catatonit](https://github.com/openSUSE/catatonit), [gosu](https://github.com/tianon/gosu),
//! [su-exec](https://github.com/ncopa/su-exec), [cross-env](https://github.com/kentcdodds/cross-env),
//! [dotenv-cli](https://github.com/entropitor/dotenv-cli), [dotenvx](https://dotenvx.com/docs/advanced/run),
//! [env-cmd](https://github.com/toddbluhm/env-cmd), [Doppler](https://docs.doppler.com/docs/cli),
//! [Infisical](https://infisical.com/docs/cli/commands/run),
//! [wait-for-it](https://github.com/vishnubob/wait-for-it), [dockerize](https://github.com/jwilder/dockerize).

use super::{Purpose, Signals};

/// How a wrapper names the command that it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// It follows the options and the operands; a `--` before it is passed over.
    Follows,
    /// It follows `--` alone.
    AfterDashes,
    /// `NAME=value` words come before it.
    AfterAssignments,
    /// The same, and it is handed to a shell.
    ShellAfterAssignments,
    /// One operand holds it as shell code.
    Shell,
}

/// Where a wrapper names the user that it changes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UserFrom {
    /// It changes none.
    Nowhere,
    /// The first operand.
    Operand,
    /// The value of one of these options, else root.
    FlagOrRoot(&'static [&'static str]),
    /// The value of one of these options.
    Flag(&'static [&'static str]),
}

/// One program that runs another command.
#[derive(Debug)]
pub(super) struct Wrapper {
    /// Its names; the first is the one that is shown.
    pub names: &'static [&'static str],
    /// The subcommands with which it runs a command; none where it needs none.
    pub subcommands: &'static [&'static str],
    /// Its options that take the next word.
    pub valued: &'static [&'static str],
    /// Whether its options can be written together (`-nq`).
    pub clusters: bool,
    /// How many operands come before the command.
    pub operands: usize,
    /// How the command is named.
    pub form: Form,
    /// What becomes of signals.
    pub signals: Signals,
    /// Options with which signals reach the whole group (tini) or the child alone (dumb-init).
    pub signal_flags: (&'static [&'static str], Signals),
    /// What it is good for.
    pub purpose: Purpose,
    /// Where the user stands.
    pub user: UserFrom,
    /// The option that holds the command as shell code.
    pub code: &'static [&'static str],
    /// The options that name files of variables, and the file that is read where none is named.
    pub env_files: (&'static [&'static str], Option<&'static str>),
    /// The option that names the folder to run in.
    pub directory: &'static [&'static str],
}

const PLAIN: Wrapper = Wrapper {
    names: &[],
    subcommands: &[],
    valued: &[],
    clusters: true,
    operands: 0,
    form: Form::Follows,
    signals: Signals::Replaced,
    signal_flags: (&[], Signals::Unknown),
    purpose: Purpose::Limits,
    user: UserFrom::Nowhere,
    code: &[],
    env_files: (&[], None),
    directory: &[],
};

const VAULT: Wrapper = Wrapper {
    clusters: false,
    signals: Signals::Forwarded,
    purpose: Purpose::Environment,
    code: &["--command"],
    form: Form::AfterDashes,
    ..PLAIN
};

const FINDER: Wrapper = Wrapper { clusters: false, purpose: Purpose::Find, ..PLAIN };

/// The vaults and services that put secrets into the environment of the command they run.
pub(super) const VAULTS: &[&str] = &[
    "doppler",
    "infisical",
    "op",
    "chamber",
    "aws-vault",
    "vault-env",
    "teller",
    "berglas",
    "sops",
    "envconsul",
    "envkey",
    "summon",
    "ssm-env",
];

/// All of them.
pub(super) const WRAPPERS: &[Wrapper] = &[
    Wrapper { names: &["exec"], valued: &["-a"], ..PLAIN },
    Wrapper { names: &["command", "builtin"], purpose: Purpose::Find, ..PLAIN },
    Wrapper {
        names: &["env"],
        valued: &["-u", "--unset", "-C", "--chdir", "-S", "--split-string", "-a", "--argv0"],
        form: Form::AfterAssignments,
        purpose: Purpose::Environment,
        directory: &["-C", "--chdir"],
        ..PLAIN
    },
    Wrapper {
        names: &["cross-env"],
        form: Form::AfterAssignments,
        signals: Signals::Forwarded,
        purpose: Purpose::Environment,
        ..PLAIN
    },
    Wrapper {
        names: &["cross-env-shell"],
        form: Form::ShellAfterAssignments,
        signals: Signals::Held,
        purpose: Purpose::Environment,
        ..PLAIN
    },
    Wrapper {
        names: &["dotenv"],
        valued: &["-e", "-v", "-p"],
        clusters: false,
        signals: Signals::Forwarded,
        purpose: Purpose::Environment,
        env_files: (&["-e"], Some(".env")),
        ..PLAIN
    },
    Wrapper {
        names: &["dotenvx"],
        subcommands: &["run"],
        valued: &[
            "-f",
            "--env-file",
            "-e",
            "--env",
            "-fv",
            "--env-vault-file",
            "-fk",
            "--env-keys-file",
            "--convention",
        ],
        clusters: false,
        signals: Signals::Forwarded,
        purpose: Purpose::Environment,
        env_files: (&["-f", "--env-file"], Some(".env")),
        ..PLAIN
    },
    Wrapper {
        names: &["env-cmd"],
        valued: &["-f", "--file", "-r", "--rc-file", "-e", "--environments"],
        clusters: false,
        signals: Signals::Forwarded,
        purpose: Purpose::Environment,
        env_files: (&["-f", "--file"], Some(".env")),
        ..PLAIN
    },
    Wrapper {
        names: &["doppler"],
        subcommands: &["run"],
        valued: &["-p", "--project", "-c", "--config", "-t", "--token", "--mount", "--fallback", "--name-transformer"],
        ..VAULT
    },
    Wrapper {
        names: &["infisical"],
        subcommands: &["run"],
        valued: &["--env", "--path", "--projectId", "--token", "--tags", "--domain", "--project-config-dir"],
        ..VAULT
    },
    Wrapper {
        names: &["op"],
        subcommands: &["run"],
        valued: &["--env-file", "--account"],
        env_files: (&["--env-file"], None),
        ..VAULT
    },
    Wrapper { names: &["chamber"], subcommands: &["exec"], valued: &["-b", "--backend"], ..VAULT },
    Wrapper { names: &["aws-vault"], subcommands: &["exec"], valued: &["--duration", "--region"], ..VAULT },
    Wrapper { names: &["teller"], subcommands: &["run"], valued: &["-c", "--config"], ..VAULT },
    Wrapper { names: &["berglas"], subcommands: &["exec"], ..VAULT },
    Wrapper { names: &["envkey"], ..VAULT },
    Wrapper { names: &["vault-env", "ssm-env", "summon"], valued: &["-f", "-p", "-D"], form: Form::Follows, ..VAULT },
    Wrapper {
        names: &["envconsul"],
        valued: &["-config", "-consul-addr", "-prefix", "-secret", "-vault-addr", "-vault-token"],
        form: Form::Follows,
        ..VAULT
    },
    Wrapper { names: &["sops"], subcommands: &["exec-env"], operands: 1, form: Form::Shell, ..VAULT },
    Wrapper { names: &["with-contenv"], valued: &[], purpose: Purpose::Environment, ..PLAIN },
    Wrapper { names: &["s6-envdir"], operands: 1, purpose: Purpose::Environment, ..PLAIN },
    Wrapper {
        names: &["sudo", "doas"],
        valued: &[
            "-u",
            "--user",
            "-g",
            "--group",
            "-h",
            "--host",
            "-p",
            "--prompt",
            "-C",
            "--close-from",
            "-D",
            "--chdir",
            "-r",
            "--role",
            "-t",
            "--type",
            "-T",
            "--command-timeout",
            "-U",
            "-R",
            "--chroot",
        ],
        form: Form::AfterAssignments,
        signals: Signals::Forwarded,
        purpose: Purpose::User,
        user: UserFrom::FlagOrRoot(&["-u", "--user"]),
        directory: &["-D", "--chdir"],
        ..PLAIN
    },
    Wrapper {
        names: &["gosu", "su-exec", "s6-setuidgid"],
        operands: 1,
        purpose: Purpose::User,
        user: UserFrom::Operand,
        ..PLAIN
    },
    Wrapper {
        names: &["setpriv"],
        valued: &[
            "--reuid",
            "--regid",
            "--ruid",
            "--euid",
            "--rgid",
            "--egid",
            "--groups",
            "--inh-caps",
            "--ambient-caps",
            "--bounding-set",
            "--securebits",
            "--pdeathsig",
            "--selinux-label",
            "--apparmor-profile",
        ],
        purpose: Purpose::User,
        user: UserFrom::Flag(&["--reuid", "--euid"]),
        ..PLAIN
    },
    Wrapper {
        names: &["chpst", "setuidgid"],
        valued: &["-u", "-U", "-b", "-e", "-/", "-n", "-l", "-L", "-m", "-d", "-o", "-p", "-f", "-c", "-t"],
        purpose: Purpose::User,
        user: UserFrom::Flag(&["-u"]),
        ..PLAIN
    },
    Wrapper {
        names: &["runuser"],
        valued: &["-u", "--user", "-g", "--group", "-G", "--supp-group", "-s", "--shell", "-c", "--command"],
        signals: Signals::Forwarded,
        purpose: Purpose::User,
        user: UserFrom::Flag(&["-u", "--user"]),
        code: &["-c", "--command"],
        ..PLAIN
    },
    Wrapper {
        names: &["su"],
        valued: &["-c", "--command", "-s", "--shell", "-g", "--group", "-G", "--supp-group", "-w"],
        signals: Signals::Forwarded,
        purpose: Purpose::User,
        user: UserFrom::Operand,
        code: &["-c", "--command"],
        ..PLAIN
    },
    Wrapper {
        names: &["chroot"],
        valued: &["--userspec", "--groups"],
        operands: 1,
        purpose: Purpose::User,
        user: UserFrom::Flag(&["--userspec"]),
        ..PLAIN
    },
    Wrapper {
        names: &["tini", "tini-static", "docker-init"],
        valued: &["-p", "-e"],
        signals: Signals::Forwarded,
        signal_flags: (&["-g"], Signals::Group),
        purpose: Purpose::Init,
        ..PLAIN
    },
    Wrapper {
        names: &["dumb-init"],
        valued: &["-r", "--rewrite"],
        signals: Signals::Group,
        signal_flags: (&["-c", "--single-child"], Signals::Forwarded),
        purpose: Purpose::Init,
        ..PLAIN
    },
    Wrapper { names: &["catatonit"], signals: Signals::Forwarded, purpose: Purpose::Init, ..PLAIN },
    Wrapper { names: &["my_init"], signals: Signals::Forwarded, purpose: Purpose::Init, ..PLAIN },
    Wrapper {
        names: &["wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh"],
        valued: &["-h", "--host", "-p", "--port", "-t", "--timeout"],
        clusters: false,
        form: Form::AfterDashes,
        purpose: Purpose::Wait,
        ..PLAIN
    },
    Wrapper {
        names: &["dockerize"],
        valued: &[
            "-wait",
            "-timeout",
            "-wait-retry-interval",
            "-wait-http-header",
            "-template",
            "-stdout",
            "-stderr",
            "-env",
            "-env-section",
            "-delims",
        ],
        clusters: false,
        signals: Signals::Forwarded,
        purpose: Purpose::Wait,
        ..PLAIN
    },
    Wrapper { names: &["nohup"], purpose: Purpose::Detach, ..PLAIN },
    Wrapper { names: &["setsid"], purpose: Purpose::Detach, ..PLAIN },
    Wrapper {
        names: &["screen"],
        valued: &["-S", "-c", "-e", "-h", "-p", "-s", "-t", "-T"],
        signals: Signals::Held,
        purpose: Purpose::Detach,
        ..PLAIN
    },
    Wrapper {
        names: &["tmux"],
        subcommands: &["new-session", "new"],
        valued: &["-s", "-n", "-c", "-t", "-x", "-y", "-e", "-F"],
        form: Form::Shell,
        signals: Signals::Held,
        purpose: Purpose::Detach,
        ..PLAIN
    },
    Wrapper { names: &["time", "gtime"], valued: &["-f", "-o"], signals: Signals::Held, ..PLAIN },
    Wrapper { names: &["nice"], valued: &["-n", "--adjustment"], ..PLAIN },
    Wrapper { names: &["ionice"], valued: &["-c", "--class", "-n", "--classdata"], ..PLAIN },
    Wrapper { names: &["chrt"], operands: 1, ..PLAIN },
    Wrapper { names: &["taskset"], operands: 1, ..PLAIN },
    Wrapper { names: &["numactl"], valued: &["-m", "-N", "-C", "-i", "-p"], ..PLAIN },
    Wrapper { names: &["prlimit"], ..PLAIN },
    Wrapper {
        names: &["s6-softlimit", "softlimit"],
        valued: &["-a", "-c", "-d", "-f", "-l", "-m", "-o", "-p", "-r"],
        ..PLAIN
    },
    Wrapper { names: &["stdbuf"], valued: &["-i", "-o", "-e", "--input", "--output", "--error"], ..PLAIN },
    Wrapper { names: &["unbuffer"], signals: Signals::Unknown, ..PLAIN },
    Wrapper {
        names: &["timeout"],
        valued: &["-k", "--kill-after", "-s", "--signal"],
        operands: 1,
        signals: Signals::Forwarded,
        ..PLAIN
    },
    Wrapper { names: &["flock"], valued: &["-w", "--timeout", "-E"], operands: 1, signals: Signals::Held, ..PLAIN },
    Wrapper {
        names: &["xvfb-run"],
        valued: &["-n", "--server-num", "-s", "--server-args", "-e", "--error-file", "-f", "--auth-file", "-p", "-w"],
        signals: Signals::Held,
        ..PLAIN
    },
    Wrapper { names: &["dbus-run-session"], signals: Signals::Held, ..PLAIN },
    Wrapper {
        names: &["opentelemetry-instrument", "datadog-init", "ddtrace-run"],
        clusters: false,
        purpose: Purpose::Observe,
        ..PLAIN
    },
    Wrapper { names: &["c8", "nyc"], clusters: false, signals: Signals::Forwarded, purpose: Purpose::Observe, ..PLAIN },
    Wrapper {
        names: &["clinic"],
        subcommands: &["doctor", "flame", "bubbleprof", "heapprofiler"],
        form: Form::AfterDashes,
        purpose: Purpose::Observe,
        ..PLAIN
    },
    Wrapper { names: &["corepack"], ..FINDER },
    Wrapper { names: &["volta"], subcommands: &["run"], valued: &["--node", "--npm", "--yarn", "--pnpm"], ..FINDER },
    Wrapper { names: &["fnm"], subcommands: &["exec"], valued: &["--using"], ..FINDER },
    Wrapper { names: &["asdf", "nodenv"], subcommands: &["exec"], ..FINDER },
    Wrapper { names: &["mise", "rtx"], subcommands: &["exec", "x"], form: Form::AfterDashes, ..FINDER },
    Wrapper { names: &["nvm"], subcommands: &["exec"], operands: 1, signals: Signals::Held, ..FINDER },
];

/// The entry of a program.
pub(super) fn wrapper(name: &str) -> Option<&'static Wrapper> {
    WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&name))
}
