//! Clients of databases, caches, brokers and search engines: what makes one, whether it pools, when it connects, and
//! whether it tries the first connection again by itself.
//!
//! Sources: the documentation of each package, named at its rows.

/// What a client speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A database that speaks SQL.
    Sql,
    /// A document, wide-column or graph database.
    Database,
    /// A key-value store.
    Cache,
    /// A message broker or a queue.
    Broker,
    /// A search engine.
    Search,
    /// A file of this machine, or memory: nothing external.
    Embedded,
}

/// How a client uses connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pooling {
    /// It keeps several.
    Pool,
    /// It sends many requests over one at a time.
    Multiplexed,
    /// One connection, one request at a time.
    Single,
}

/// What a call of a client's package does to its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It makes a client, which connects when it is first used or told to.
    Makes,
    /// It makes a client that connects at once, or connects one: where it fails, it fails.
    Connects,
    /// It makes or connects one that tries again by itself.
    Retries,
    /// It uses a client that connects when it is first used.
    Uses,
}

/// One call of a client's package.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The package.
    pub source: &'static str,
    /// From this major version on.
    pub since: u32,
    /// Before this major version.
    pub before: u32,
    /// The way to what is called, as [`crate::reading::way`] spells it. One that ends in `*` is the beginning of a way.
    pub way: &'static str,
    /// Whether it is constructed.
    pub is_new: bool,
    /// What it speaks to.
    pub kind: Kind,
    /// How it uses connections.
    pub pooling: Pooling,
    /// What the call does.
    pub effect: Effect,
}

const fn row(source: &'static str, way: &'static str, kind: Kind, pooling: Pooling, effect: Effect) -> Row {
    Row { source, since: 0, before: u32::MAX, way, is_new: false, kind, pooling, effect }
}

const fn new(source: &'static str, way: &'static str, kind: Kind, pooling: Pooling, effect: Effect) -> Row {
    Row { is_new: true, ..row(source, way, kind, pooling, effect) }
}

use Effect::{Connects, Makes, Retries, Uses};
use Kind::{Broker, Cache, Database, Embedded, Search, Sql};
use Pooling::{Multiplexed, Pool, Single};

/// The row for a call of a package by this way.
pub fn find(source: &str, way: &str, is_new: bool, major: Option<u32>) -> Option<&'static Row> {
    ROWS.iter().find(|row| {
        row.source == source
            && row.is_new == is_new
            && major.is_none_or(|major| row.since <= major && major < row.before)
            && match row.way.strip_suffix('*') {
                Some(begin) => way.strip_prefix(begin).is_some_and(|rest| !rest.is_empty() && !is_aside(rest)),
                None => row.way == way,
            }
    })
}

/// Methods of a client that ask nothing of its server.
fn is_aside(rest: &str) -> bool {
    let last = rest.rsplit('.').next().unwrap_or(rest);
    matches!(
        last,
        "on" | "once"
            | "then"
            | "catch"
            | "finally"
            | "off"
            | "destroy"
            | "close"
            | "end"
            | "quit"
            | "disconnect"
            | "$disconnect"
            | "$on"
            | "$use"
            | "$extends"
            | "define"
            | "model"
            | "addHook"
            | "emit"
            | "removeListener"
            | "setMaxListeners"
            | "ref"
            | "fn"
            | "raw()"
            | "withSchema"
            | "getRepository"
            | "plugin"
            | "db"
            | "collection"
    )
}

/// The packages that have a row.
pub fn sources() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    ROWS.iter().map(|row| row.source).filter(move |source| {
        let is_next = *source != last;
        last = source;
        is_next
    })
}

const ROWS: &[Row] = &[
    // <https://node-postgres.com/apis/pool>, <https://node-postgres.com/apis/client>
    new("pg", "Pool", Sql, Pool, Makes),
    new("pg", "native.Pool", Sql, Pool, Makes),
    new("pg", "Client", Sql, Single, Makes),
    new("pg", "native.Client", Sql, Single, Makes),
    row("pg", "Clientnew.connect", Sql, Single, Connects),
    row("pg", "native.Clientnew.connect", Sql, Single, Connects),
    row("pg", "Poolnew.connect", Sql, Pool, Uses),
    row("pg", "Poolnew.query", Sql, Pool, Uses),
    new("pg-pool", "", Sql, Pool, Makes),
    row("pg-pool", "new.query", Sql, Pool, Uses),
    row("pg-pool", "new.connect", Sql, Pool, Uses),
    // <https://vitaly-t.github.io/pg-promise/>
    row("pg-promise", "()", Sql, Pool, Makes),
    row("pg-promise", "()()*", Sql, Pool, Uses),
    // <https://github.com/porsager/postgres#connection-details>
    row("postgres", "", Sql, Pool, Makes),
    row("postgres", "()", Sql, Pool, Uses),
    row("postgres", "()*", Sql, Pool, Uses),
    // <https://github.com/mysqljs/mysql#establishing-connections>
    row("mysql", "createPool", Sql, Pool, Makes),
    row("mysql", "createPoolCluster", Sql, Pool, Makes),
    row("mysql", "createConnection", Sql, Single, Makes),
    row("mysql", "createConnection().connect", Sql, Single, Connects),
    row("mysql", "createPool().query", Sql, Pool, Uses),
    row("mysql", "createPool().getConnection", Sql, Pool, Uses),
    // <https://sidorares.github.io/node-mysql2/docs>: `createConnection` connects at once.
    row("mysql2", "createPool", Sql, Pool, Makes),
    row("mysql2", "createPoolCluster", Sql, Pool, Makes),
    row("mysql2", "createConnection", Sql, Single, Connects),
    row("mysql2", "createPool().query", Sql, Pool, Uses),
    row("mysql2", "createPool().execute", Sql, Pool, Uses),
    row("mysql2", "createPool().getConnection", Sql, Pool, Uses),
    // <https://mariadb.com/docs/connectors/mariadb-connector-nodejs>
    row("mariadb", "createPool", Sql, Pool, Makes),
    row("mariadb", "createConnection", Sql, Single, Connects),
    row("mariadb", "createPool().query", Sql, Pool, Uses),
    row("mariadb", "createPool().getConnection", Sql, Pool, Uses),
    // <https://github.com/tediousjs/node-mssql#connections-1>
    row("mssql", "connect", Sql, Pool, Connects),
    new("mssql", "ConnectionPool", Sql, Pool, Makes),
    row("mssql", "ConnectionPoolnew.connect", Sql, Pool, Connects),
    // <https://node-oracledb.readthedocs.io>
    row("oracledb", "createPool", Sql, Pool, Makes),
    row("oracledb", "getConnection", Sql, Single, Connects),
    // <https://www.mongodb.com/docs/drivers/node/current/connect/>
    row("mongodb", "MongoClient.connect", Database, Pool, Connects),
    row("mongodb", "connect", Database, Pool, Connects),
    new("mongodb", "MongoClient", Database, Pool, Makes),
    row("mongodb", "MongoClientnew.connect", Database, Pool, Connects),
    // <https://mongoosejs.com/docs/connections.html>
    row("mongoose", "connect", Database, Pool, Connects),
    row("mongoose", "createConnection", Database, Pool, Connects),
    new("mongoose", "Mongoose", Database, Pool, Makes),
    row("mongoose", "Mongoosenew.connect", Database, Pool, Connects),
    // <https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/databases-connections>
    new("@prisma/client", "PrismaClient", Sql, Pool, Makes),
    row("@prisma/client", "PrismaClientnew.$connect", Sql, Pool, Connects),
    row("@prisma/client", "PrismaClientnew.*", Sql, Pool, Uses),
    row("@prisma/client", "PrismaClient:type.$connect", Sql, Pool, Connects),
    // <https://nestjs-prisma.dev/docs/prisma-service-options/>
    row("nestjs-prisma", "PrismaModule.forRoot", Sql, Pool, Makes),
    row("nestjs-prisma", "PrismaModule.forRootAsync", Sql, Pool, Makes),
    // <https://typeorm.io/docs/data-source/data-source>
    new("typeorm", "DataSource", Sql, Pool, Makes),
    row("typeorm", "DataSourcenew.initialize", Sql, Pool, Connects),
    row("typeorm", "DataSource:type.initialize", Sql, Pool, Connects),
    row("typeorm", "createConnection", Sql, Pool, Connects),
    row("typeorm", "createConnections", Sql, Pool, Connects),
    // <https://docs.nestjs.com/techniques/database>: `retryAttempts` is 10.
    row("@nestjs/typeorm", "TypeOrmModule.forRoot", Sql, Pool, Retries),
    row("@nestjs/typeorm", "TypeOrmModule.forRootAsync", Sql, Pool, Retries),
    row("@nestjs/mongoose", "MongooseModule.forRoot", Database, Pool, Retries),
    row("@nestjs/mongoose", "MongooseModule.forRootAsync", Database, Pool, Retries),
    row("@nestjs/sequelize", "SequelizeModule.forRoot", Sql, Pool, Retries),
    row("@nestjs/sequelize", "SequelizeModule.forRootAsync", Sql, Pool, Retries),
    // <https://mikro-orm.io/docs/usage-with-nestjs>: it tries once.
    row("@mikro-orm/nestjs", "MikroOrmModule.forRoot", Sql, Pool, Connects),
    row("@mikro-orm/nestjs", "MikroOrmModule.forRootAsync", Sql, Pool, Connects),
    row("@mikro-orm/core", "MikroORM.init", Sql, Pool, Connects),
    row("@mikro-orm/postgresql", "MikroORM.init", Sql, Pool, Connects),
    row("@mikro-orm/mysql", "MikroORM.init", Sql, Pool, Connects),
    row("@mikro-orm/mariadb", "MikroORM.init", Sql, Pool, Connects),
    row("@mikro-orm/mongodb", "MikroORM.init", Database, Pool, Connects),
    // <https://sequelize.org/docs/v6/getting-started/>
    new("sequelize", "Sequelize", Sql, Pool, Makes),
    new("sequelize", "", Sql, Pool, Makes),
    row("sequelize", "Sequelizenew.authenticate", Sql, Pool, Connects),
    row("sequelize", "new.authenticate", Sql, Pool, Connects),
    row("sequelize", "Sequelizenew.sync", Sql, Pool, Uses),
    row("sequelize", "new.sync", Sql, Pool, Uses),
    row("sequelize", "Sequelizenew.query", Sql, Pool, Uses),
    new("sequelize-typescript", "Sequelize", Sql, Pool, Makes),
    row("sequelize-typescript", "Sequelizenew.authenticate", Sql, Pool, Connects),
    row("sequelize-typescript", "Sequelizenew.sync", Sql, Pool, Uses),
    // <https://knexjs.org/guide/#configuration-options>
    row("knex", "", Sql, Pool, Makes),
    row("knex", "knex", Sql, Pool, Makes),
    row("knex", "default", Sql, Pool, Makes),
    row("knex", "()*", Sql, Pool, Uses),
    row("knex", "knex()*", Sql, Pool, Uses),
    row("knex", "default()*", Sql, Pool, Uses),
    // <https://github.com/luin/ioredis#auto-reconnect>
    new("ioredis", "", Cache, Multiplexed, Retries),
    new("ioredis", "Redis", Cache, Multiplexed, Retries),
    new("ioredis", "Cluster", Cache, Multiplexed, Retries),
    new("ioredis", "Redis.Cluster", Cache, Multiplexed, Retries),
    // <https://github.com/redis/node-redis/blob/master/docs/client-configuration.md#reconnect-strategy>; before version 4
    // the client connects when it is made: <https://github.com/redis/node-redis/tree/v3.1.2#rediscreateclient>.
    Row { before: 4, ..row("redis", "createClient", Cache, Multiplexed, Retries) },
    Row { since: 4, ..row("redis", "createClient", Cache, Multiplexed, Makes) },
    Row { since: 4, ..row("redis", "createCluster", Cache, Multiplexed, Makes) },
    Row { since: 4, ..row("redis", "createClientPool", Cache, Pool, Makes) },
    row("redis", "createClient().connect", Cache, Multiplexed, Retries),
    row("redis", "createCluster().connect", Cache, Multiplexed, Retries),
    row("redis", "createClientPool().connect", Cache, Pool, Retries),
    Row { since: 4, ..row("@redis/client", "createClient", Cache, Multiplexed, Makes) },
    row("@redis/client", "createClient().connect", Cache, Multiplexed, Retries),
    new("memcached", "", Cache, Pool, Makes),
    row("memjs", "Client.create", Cache, Multiplexed, Makes),
    // <https://kafka.js.org/docs/configuration#default-retry>
    new("kafkajs", "Kafka", Broker, Multiplexed, Makes),
    row("kafkajs", "Kafkanew.producer().connect", Broker, Multiplexed, Retries),
    row("kafkajs", "Kafkanew.consumer().connect", Broker, Multiplexed, Retries),
    row("kafkajs", "Kafkanew.admin().connect", Broker, Multiplexed, Retries),
    // <https://amqp-node.github.io/amqplib/channel_api.html#connect>
    row("amqplib", "connect", Broker, Multiplexed, Connects),
    // <https://github.com/jwalton/node-amqp-connection-manager>
    row("amqp-connection-manager", "connect", Broker, Multiplexed, Retries),
    // <https://docs.bullmq.io/guide/connections>
    new("bullmq", "Queue", Broker, Multiplexed, Retries),
    new("bullmq", "Worker", Broker, Multiplexed, Retries),
    new("bull", "", Broker, Multiplexed, Retries),
    row("@nestjs/bullmq", "BullModule.forRoot", Broker, Multiplexed, Retries),
    row("@nestjs/bullmq", "BullModule.forRootAsync", Broker, Multiplexed, Retries),
    row("@nestjs/bull", "BullModule.forRoot", Broker, Multiplexed, Retries),
    row("@nestjs/bull", "BullModule.forRootAsync", Broker, Multiplexed, Retries),
    // <https://github.com/mqttjs/MQTT.js#reconnecting>
    row("mqtt", "connect", Broker, Multiplexed, Retries),
    // <https://github.com/nats-io/nats.node>: the first connection is tried once unless `waitOnFirstConnect` is set.
    row("nats", "connect", Broker, Multiplexed, Connects),
    // <https://www.elastic.co/docs/reference/elasticsearch/clients/javascript>
    new("@elastic/elasticsearch", "Client", Search, Pool, Makes),
    row("@elastic/elasticsearch", "Clientnew.*", Search, Pool, Uses),
    new("@opensearch-project/opensearch", "Client", Search, Pool, Makes),
    row("@opensearch-project/opensearch", "Clientnew.*", Search, Pool, Uses),
    // <https://docs.datastax.com/en/developer/nodejs-driver/latest/>
    new("cassandra-driver", "Client", Database, Pool, Makes),
    row("cassandra-driver", "Clientnew.connect", Database, Pool, Connects),
    // <https://neo4j.com/docs/javascript-manual/current/connect/>
    row("neo4j-driver", "driver", Database, Pool, Makes),
    row("neo4j-driver", "driver().verifyConnectivity", Database, Pool, Uses),
    row("neo4j-driver", "driver().getServerInfo", Database, Pool, Uses),
    // <https://docs.couchbase.com/nodejs-sdk/current/howtos/managing-connections.html>
    row("couchbase", "connect", Database, Pool, Connects),
    // <https://db-migrate.readthedocs.io/en/latest/API/programable/>
    row("db-migrate", "getInstance().up", Sql, Pool, Uses),
    row("db-migrate", "getInstance().check", Sql, Pool, Uses),
    row("db-migrate", "getInstance().sync", Sql, Pool, Uses),
    // Files and memory.
    new("sqlite3", "Database", Embedded, Single, Makes),
    new("better-sqlite3", "", Embedded, Single, Makes),
    row("better-sqlite3", "", Embedded, Single, Makes),
    row("sqlite", "open", Embedded, Single, Makes),
    new("sqlite", "DatabaseSync", Embedded, Single, Makes),
];

/// Values of `type`, `dialect` or `client` that mean a file or memory.
pub fn is_embedded(name: &str) -> bool {
    matches!(name, "sqlite" | "sqlite3" | "better-sqlite3" | "sqljs" | "expo" | "libsql" | "memory" | ":memory:")
}

/// Packages that try again what they are given: any function of theirs.
pub const RETRIES: &[&str] = &[
    "p-retry",
    "async-retry",
    "promise-retry",
    "retry",
    "exponential-backoff",
    "cockatiel",
    "retry-as-promised",
    "ts-retry",
    "ts-retry-promise",
    "@lifeomic/attempt",
    "promise-poller",
    "p-wait-for",
    "polly-js",
    "node-retry",
    "@backstage/backend-plugin-api",
    "wait-on",
    "wait-port",
    "tcp-port-used",
];
