//! Item 12: what differs between environments, and every secret, stays out of server code.

use crate::{Category, Check, Verdict};
use prodcheck_code::literals::{Literal, LiteralKind};
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "no-hardcoded-config",
    number: 12,
    category: Category::Environment,
    pass_title: "Credentials and addresses come from the configuration",
    fail_title: "Credentials or addresses of an environment stand in the code",
    docs: include_str!("no_hardcoded_config.md"),
    run,
};

/// How many files a pass points at.
const SHOWN: usize = 5;

fn run(service: &Service) -> Verdict {
    let (behind, plain): (Vec<&Literal>, Vec<&Literal>) =
        service.source.literals.found.iter().partition(|literal| literal.behind.is_some());
    if service.source.modules == 0 {
        return Verdict::unverified("no file shows the code that runs, and what is written into it");
    }
    let mut ordered = plain;
    ordered.sort_by_key(|literal| (literal.kind >= LiteralKind::Service, literal.place.clone()));
    let mut verdict = match ordered.first() {
        None => of_environment(
            Verdict::pass("no credential and no address of an environment stands in the server code"),
            service,
        ),
        Some(first) => {
            let more = match ordered.len() {
                1 => String::new(),
                2 => ", and one more such literal".to_owned(),
                count => format!(", and {} more such literals", count - 1),
            };
            let mut verdict = Verdict::fail(format!("{}{more}", said(first)));
            for literal in &ordered {
                verdict = verdict.at(literal.place.clone(), said(literal));
            }
            verdict.fix(remedy(first))
        }
    };
    for literal in behind {
        let switch = literal.behind.as_deref().unwrap_or_default();
        verdict = verdict.warn(
            format!("{}, read only where `{switch}`, which is off by default, is turned on", said(literal)),
            Some(literal.place.clone()),
        );
    }
    verdict
}

/// Points at where the configuration is read instead, one place a file.
fn of_environment(mut verdict: Verdict, service: &Service) -> Verdict {
    let mut files: Vec<&prodcheck_source::RepoPath> = Vec::new();
    for read in service.source.environment.reads.iter().filter(|read| read.name != "NODE_ENV") {
        if !files.contains(&&read.place.path) && files.len() < SHOWN {
            files.push(&read.place.path);
            verdict = verdict.at(read.place.clone(), format!("`{}` comes from the environment", read.name));
        }
    }
    verdict
}

/// What a literal is; never its value where it is a credential.
fn said(literal: &Literal) -> String {
    let shown = &literal.shown;
    match literal.kind {
        LiteralKind::Key("private key") => "a private key stands in the code".to_owned(),
        LiteralKind::Key(issuer) => format!("`{shown}` is a literal in the format of a {issuer} key"),
        LiteralKind::Credential => format!("`{shown}` is a literal"),
        LiteralKind::Fallback => format!("a literal counts as the secret where `{shown}` is not set"),
        LiteralKind::Signing => "what signs cookies, sessions or tokens is a literal".to_owned(),
        LiteralKind::Connection => format!("a connection string to `{shown}` holds its password"),
        LiteralKind::Service => format!("the address `{shown}` of a service is a literal"),
        LiteralKind::Internal => format!("the internal address `{shown}` is called literally"),
        LiteralKind::NamedEnvironment => format!("`{shown}` is the host of one environment of an API"),
        LiteralKind::Own => format!("the product's own address `{shown}` is a literal"),
        LiteralKind::Port => format!("the port {shown} is a literal"),
    }
}

fn remedy(literal: &Literal) -> &'static str {
    match literal.kind {
        LiteralKind::Fallback => {
            "drop the fallback, and stop at the start where the variable is missing; a secret that anyone can read is none"
        }
        LiteralKind::Key(_) | LiteralKind::Credential | LiteralKind::Signing | LiteralKind::Connection => {
            "read it from the environment (`process.env.NAME`), and replace the secret: what was committed once stays readable"
        }
        LiteralKind::Port => "read the port from the environment: `app.listen(process.env.PORT ?? 3000)`",
        _ => "read the address from the environment, with the literal as the default at most",
    }
}
