//! Generated files are committed, and current. `npm run generate` writes them.

use std::{env, fs};

use crate::support::Sqlite;

/// Compares a committed file with what it should hold; writes it when asked to.
fn check(path: &str, current: &str) {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == current, "{path} is not current: run `npm run generate` and commit it");
}

#[test]
fn openapi_is_current() {
    let document = edgehire::api::openapi::document().to_pretty_json().unwrap();
    check("schema/openapi.json", &format!("{document}\n"));
}

#[test]
fn sql_schema_is_current() {
    let database = Sqlite::migrated();
    let objects = database.texts(
        "SELECT sql FROM sqlite_schema \
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT GLOB 'candidate_index_*' \
         ORDER BY tbl_name, type <> 'table', type, name",
    );
    let header =
        "-- All migrations applied. Generated: change it by a migration, then `npm run generate`.\n\n";
    check("schema/schema.sql", &format!("{header}{};\n", objects.join(";\n\n")));
}
