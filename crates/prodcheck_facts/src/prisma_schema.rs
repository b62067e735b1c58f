//! Prisma's schemas: which kind of database the generated client speaks to.
//!
//! Source: <https://www.prisma.io/docs/orm/reference/prisma-schema-reference#datasource>.

use prodcheck_source::RepoPath;

/// What a schema says of its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrismaSchema {
    /// The data source's `provider`: `postgresql`, `mysql`, `sqlite`, `sqlserver`, `mongodb`, `cockroachdb`.
    pub provider: String,
}

/// Whether a file is a schema by its name.
pub fn is_schema(path: &RepoPath) -> bool {
    path.name().ends_with(".prisma")
}

/// Reads a schema; `None` where it names no provider: one part of a schema of several files, or one that is put in from
/// the environment.
pub fn read(text: &str) -> Option<PrismaSchema> {
    let mut in_source = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("datasource ") {
            in_source = true;
        } else if line.starts_with('}') {
            in_source = false;
        } else if in_source && let Some(value) = line.strip_prefix("provider") {
            let value = value.trim_start().strip_prefix('=')?.trim_start();
            let quoted = value.strip_prefix('"')?;
            let (provider, _) = quoted.split_once('"')?;
            return Some(PrismaSchema { provider: provider.to_owned() });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_source_names_it() {
        let of = |text: &str| read(text).map(|schema| schema.provider);
        let schema = "// größe\ngenerator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource db {\n  provider = \"sqlite\" // local\n  url      = env(\"DATABASE_URL\")\n}\n";
        assert_eq!(of(schema).as_deref(), Some("sqlite"));
        assert_eq!(of("datasource db {\n  provider=\"postgresql\"\n}").as_deref(), Some("postgresql"));
        for text in [
            "",
            "model User { id Int }",
            "datasource db {\n  provider = env(\"KIND\")\n}",
            "datasource db {\n  provider = \"sq",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        assert!(is_schema(&"prisma/schema.prisma".into()) && !is_schema(&"prisma/seed.ts".into()));
    }
}
