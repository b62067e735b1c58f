//! Libraries that check or read configuration, and where their calls take the schema and the input.

/// How a call of a library gives a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// What it is called on is the schema, the first argument the input; the values lie under these members.
    OfReceiver(&'static [&'static str]),
    /// The schema and the input are arguments.
    OfArguments {
        /// Which one is the schema.
        schema: usize,
        /// Which one is the input.
        input: usize,
        /// The values lie under these members.
        under: &'static [&'static str],
    },
    /// The argument holds the schemas under several keys (`server`, `client`, `shared`).
    Sections,
    /// The argument holds `schema` and `data`.
    Options,
    /// The first argument is a class whose fields are the schema, the second the input.
    Class,
}

/// A call of a library.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The package.
    pub package: &'static str,
    /// The last member on the way to the function that is called; empty for the package itself.
    pub call: &'static str,
    /// What it gives.
    pub gives: Gives,
    /// Whether it throws where the input does not fit; else it returns the error.
    pub throws: bool,
}

const fn row(package: &'static str, call: &'static str, gives: Gives, throws: bool) -> Row {
    Row { package, call, gives, throws }
}

const RECEIVER: Gives = Gives::OfReceiver(&[]);
const SECOND: Gives = Gives::OfArguments { schema: 1, input: 0, under: &[] };
const FIRST: Gives = Gives::OfArguments { schema: 0, input: 1, under: &[] };

/// Sources: <https://zod.dev/basics>, <https://joi.dev/api/>, <https://github.com/jquense/yup#api>,
/// <https://valibot.dev/guides/parse-data/>, <https://docs.superstructjs.org/api-reference/core>,
/// <https://github.com/sinclairzx81/typebox#values>, <https://github.com/af/envalid#readme>,
/// <https://env.t3.gg/docs/core>, <https://github.com/lostfictions/znv#readme>,
/// <https://github.com/fastify/env-schema#readme>, <https://github.com/typestack/class-transformer#readme>,
/// <https://arktype.io/docs/intro/your-first-type>, <https://runtypes.dev/runtypes>.
const TABLE: &[Row] = &[
    row("zod", "parse", RECEIVER, true),
    row("zod", "parseAsync", RECEIVER, true),
    row("zod", "safeParse", Gives::OfReceiver(&["data"]), false),
    row("zod", "safeParseAsync", Gives::OfReceiver(&["data"]), false),
    row("joi", "validate", Gives::OfReceiver(&["value"]), false),
    row("joi", "validateAsync", RECEIVER, true),
    row("joi", "attempt", SECOND, true),
    row("joi", "assert", SECOND, true),
    row("@hapi/joi", "validate", Gives::OfReceiver(&["value"]), false),
    row("@hapi/joi", "validateAsync", RECEIVER, true),
    row("@hapi/joi", "attempt", SECOND, true),
    row("@hapi/joi", "assert", SECOND, true),
    row("yup", "validateSync", RECEIVER, true),
    row("yup", "validate", RECEIVER, true),
    row("yup", "cast", RECEIVER, false),
    row("yup", "isValidSync", RECEIVER, false),
    row("valibot", "parse", FIRST, true),
    row("valibot", "assert", FIRST, true),
    row("valibot", "safeParse", Gives::OfArguments { schema: 0, input: 1, under: &["output"] }, false),
    row("superstruct", "create", SECOND, true),
    row("superstruct", "mask", SECOND, true),
    row("superstruct", "assert", SECOND, true),
    row("superstruct", "validate", SECOND, false),
    row("@sinclair/typebox", "Parse", FIRST, true),
    row("@sinclair/typebox", "Decode", FIRST, true),
    row("@sinclair/typebox", "Assert", FIRST, true),
    row("@sinclair/typebox", "Check", FIRST, false),
    row("@sinclair/typebox", "Default", FIRST, false),
    row("@sinclair/typebox", "Convert", FIRST, false),
    row("typebox", "Parse", FIRST, true),
    row("typebox", "Decode", FIRST, true),
    row("typebox", "Check", FIRST, false),
    row("envalid", "cleanEnv", SECOND, true),
    row("envalid", "customCleanEnv", SECOND, true),
    row("envsafe", "envsafe", Gives::OfArguments { schema: 0, input: 1, under: &[] }, true),
    row("@t3-oss/env-core", "createEnv", Gives::Sections, true),
    row("@t3-oss/env-nextjs", "createEnv", Gives::Sections, true),
    row("@t3-oss/env-nuxt", "createEnv", Gives::Sections, true),
    row("znv", "parseEnv", SECOND, true),
    row("env-schema", "", Gives::Options, true),
    row("env-schema", "envSchema", Gives::Options, true),
    row("class-transformer", "plainToClass", Gives::Class, false),
    row("class-transformer", "plainToInstance", Gives::Class, false),
    row("class-transformer", "plainToClassFromExist", Gives::Class, false),
    row("arktype", "assert", RECEIVER, true),
    row("runtypes", "check", RECEIVER, true),
    row("io-ts", "decode", RECEIVER, false),
    row("myzod", "parse", RECEIVER, true),
];

/// The row of a call.
pub fn of(package: &str, call: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.package == package && row.call == call)
}

/// The members of the options of a call that holds its schemas in sections.
pub const SECTIONS: &[&str] = &["server", "shared", "client", "extends"];
