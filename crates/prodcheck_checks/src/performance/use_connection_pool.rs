//! Item 31: never a new connection per request.

use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::clients::table::{Kind, Pooling};
use prodcheck_code::clients::{Client, Made};
use prodcheck_services::Service;

/// The check.
pub const CHECK: Check = Check {
    id: "use-connection-pool",
    number: 31,
    category: Category::Performance,
    pass_title: "Database connections are pooled and made once",
    fail_title: "Requests make or share single database connections",
    docs: include_str!("use_connection_pool.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let clients = &service.source.clients.made;
    // What users name and what one task opens and closes are no databases of the service's own.
    let is_own = |client: &&Client| {
        matches!(client.kind, Kind::Sql | Kind::Database | Kind::Cache) && client.made != Made::ForTask
    };
    let databases: Vec<&Client> = clients.iter().filter(is_own).collect();
    let offences: Vec<&Client> = databases
        .iter()
        .copied()
        .filter(|client| matches!(client.made, Made::PerHandler(_)) || client.serves.is_some())
        .collect();
    if let Some(first) = offences.first() {
        let mut verdict = Verdict::fail(message(first, offences.len())).fix(remedy(first));
        for client in &offences {
            verdict = verdict.at(client.place.clone(), shown(client));
        }
        for client in &offences {
            if let Made::PerHandler(handler) = &client.made {
                verdict = verdict.at(handler.clone(), "for each of these");
            }
            if let Some(user) = &client.serves {
                verdict = verdict.at(user.clone(), "used for each of these");
            }
        }
        return verdict;
    }
    if databases.is_empty() {
        if let Some((place, package)) = elsewhere::launched(service) {
            return Verdict::firmly_unverified(format!(
                "the server lives inside the package `{package}`, and this repository does not show how it connects"
            ))
            .at(place, "starts it");
        }
        let embedded = clients.iter().find(|client| client.kind == Kind::Embedded);
        return match embedded {
            Some(client) => Verdict::not_applicable("the only database is a file of this machine")
                .at(client.place.clone(), format!("`{}`", client.package)),
            None => Verdict::not_applicable("no database client in the server code"),
        };
    }
    let mut verdict = Verdict::pass(match databases.as_slice() {
        [one] => format!("`{}` {}, and is made once", one.package, pools(one)),
        all => format!(
            "all {} database clients are pooled or share one connection, and none is made per request",
            all.len()
        ),
    });
    for client in databases {
        verdict = verdict.at(client.place.clone(), format!("`{}` {}", client.package, pools(client)));
    }
    verdict
}

fn pools(client: &Client) -> &'static str {
    match client.pooling {
        Pooling::Pool => "keeps a pool",
        Pooling::Multiplexed => "sends all requests over its connection",
        Pooling::Single => "has one connection for one task",
    }
}

fn message(first: &Client, count: usize) -> String {
    let package = first.package;
    let what = match first.made {
        Made::PerHandler(_) => format!("a `{package}` client is made for each request, message or job"),
        _ => format!("one single `{package}` connection serves all requests"),
    };
    if count > 1 { format!("{what}, and {} more like it", count - 1) } else { what }
}

fn shown(client: &Client) -> String {
    match client.made {
        Made::PerHandler(_) => format!("a new `{}` client each time", client.package),
        _ => format!("a single `{}` connection", client.package),
    }
}

fn remedy(client: &Client) -> &'static str {
    match client.package {
        "pg" => "make one `new Pool()` in a module of its own, and query that",
        "mysql" | "mysql2" | "mariadb" => "make one `createPool(…)` in a module of its own, and query that",
        "@prisma/client" => "make one `PrismaClient` in a module of its own, and import it",
        "mongodb" => "connect one `MongoClient` at start-up and share it: it pools by itself",
        "ioredis" | "redis" => "make one client at start-up and share it: it takes many requests at a time",
        _ => "make one client or pool at start-up, in a module of its own, and share it",
    }
}
