//! The contract suite of the `Db` port: what every adapter must do alike. Tests run it natively on
//! SQLite, and in a Worker of its own on D1.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::db::MAX_PARAMS;
use super::{Batch, Db, DbError, Rows, Stmt, Value};
use crate::domain::number::MAX_INTEGER;

/// How the suite went.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Names of the checks that hold.
    pub passed: Vec<&'static str>,
    /// Names of those that do not, and why.
    pub failed: Vec<(&'static str, String)>,
}

type Check = Result<(), String>;

/// Runs every check, in tables of its own that it makes anew.
pub async fn run(db: &dyn Db) -> Report {
    let mut report = Report { passed: Vec::new(), failed: Vec::new() };
    macro_rules! checks {
        ($($check:ident),+ $(,)?) => {$(
            let outcome = match set_up(db).await {
                Ok(()) => $check(db).await,
                Err(error) => Err(format!("set-up: {error}")),
            };
            match outcome {
                Ok(()) => report.passed.push(stringify!($check)),
                Err(reason) => report.failed.push((stringify!($check), reason)),
            }
        )+};
    }
    checks!(
        values_come_back_as_they_went_in,
        integers_of_53_bits_are_exact_and_larger_ones_refused,
        bound_numbers_are_floating_point_until_cast,
        texts_with_nul_and_emoji_survive,
        no_rows_is_no_error,
        a_column_of_another_type_is_an_error,
        unique_violations_name_their_columns,
        foreign_key_violations_are_told_apart,
        a_lost_reservation_is_told_apart,
        a_failed_batch_leaves_nothing,
        a_batch_sees_its_own_writes_in_order,
        returning_rows_come_back,
        hexadecimal_rows_come_in_order,
        a_hundred_parameters_are_taken,
        more_parameters_are_chunked_into_one_batch,
        rows_read_are_counted,
        triggers_and_full_text_work,
    );
    report
}

async fn set_up(db: &dyn Db) -> Result<(), DbError> {
    let stmts = [
        "DROP TABLE IF EXISTS suite_child",
        "DROP TABLE IF EXISTS suite_parent",
        "DROP TABLE IF EXISTS suite_text",
        "DROP TABLE IF EXISTS suite_reservation",
        "CREATE TABLE suite_reservation (key TEXT UNIQUE, status TEXT NOT NULL \
            CONSTRAINT reservation_is_held CHECK (status <> 'lost')) STRICT",
        "CREATE TABLE suite_parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, code INTEGER, \
            half REAL, UNIQUE (code, half)) STRICT",
        "CREATE TABLE suite_child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES suite_parent (id)) \
            STRICT",
        "CREATE VIRTUAL TABLE suite_text USING fts5(body, content='', contentless_delete=1, \
            tokenize='trigram case_sensitive 1')",
        "CREATE TRIGGER suite_index AFTER INSERT ON suite_parent BEGIN \
            INSERT INTO suite_text (rowid, body) VALUES (new.id, coalesce(new.name, '')); END",
    ];
    db.batch(&Batch::idempotent(stmts.map(Stmt::new).into())).await.map(|_| ())
}

/// Fails with the text unless the condition holds.
fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(otherwise()) }
}

async fn read(db: &dyn Db, stmt: Stmt) -> Result<Rows, String> {
    db.read(&stmt).await.map_err(|error| error.to_string())
}

async fn write(db: &dyn Db, stmts: Vec<Stmt>) -> Result<Vec<Rows>, DbError> {
    db.batch(&Batch::once(stmts)).await
}

fn insert(name: impl Into<Value>, code: impl Into<Value>) -> Stmt {
    Stmt::new("INSERT INTO suite_parent (name, code) VALUES (?1, ?2) RETURNING id").bind(name).bind(code)
}

/// The only row, as this type.
fn only<T: DeserializeOwned>(rows: &Rows) -> Result<T, String> {
    let mut rows = rows.parse::<T>().map_err(|error| error.to_string())?;
    rows.pop().filter(|_| rows.is_empty()).ok_or_else(|| "not one row".to_owned())
}

async fn names(db: &dyn Db) -> Result<Vec<String>, String> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let rows = read(db, Stmt::new("SELECT name FROM suite_parent ORDER BY id")).await?;
    let rows = rows.parse::<Named>().map_err(|error| error.to_string())?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

async fn values_come_back_as_they_went_in(db: &dyn Db) -> Check {
    let row = Stmt::new("INSERT INTO suite_parent (name, code, half) VALUES (?1, ?2, ?3)");
    write(db, vec![row.bind(Value::Null).bind(7).bind(0.5)]).await.map_err(|error| error.to_string())?;
    let rows =
        read(db, Stmt::new("SELECT name, code, half, 1 = 1 AS yes, 2.0 AS two FROM suite_parent")).await?;
    let expected = r#"{"name":null,"code":7,"half":0.5,"yes":1,"two":2}"#;
    ensure(rows.object() == Some(expected), || format!("{rows:?}"))
}

async fn integers_of_53_bits_are_exact_and_larger_ones_refused(db: &dyn Db) -> Check {
    for number in [MAX_INTEGER, -MAX_INTEGER, 0] {
        write(db, vec![insert(Value::Null, number)]).await.map_err(|error| error.to_string())?;
        let stmt =
            Stmt::new("SELECT code, typeof(code) AS type FROM suite_parent WHERE code = ?1").bind(number);
        let row: Json = only(&read(db, stmt).await?)?;
        ensure(row == json!({ "code": number, "type": "integer" }), || row.to_string())?;
    }
    let refused = write(db, vec![insert(Value::Null, MAX_INTEGER + 1)]).await;
    ensure(refused.is_err_and(|error| error == DbError::Unbindable(MAX_INTEGER + 1)), || "54 bits".into())
}

async fn bound_numbers_are_floating_point_until_cast(db: &dyn Db) -> Check {
    let sql = "SELECT json_array(?1, CAST(?1 AS INTEGER)) AS json LIMIT ?2";
    let row: Json = only(&read(db, Stmt::new(sql).bind(5).bind(1)).await?)?;
    ensure(row == json!({ "json": "[5.0,5]" }), || row.to_string())
}

async fn texts_with_nul_and_emoji_survive(db: &dyn Db) -> Check {
    let text = "Ёж\u{0}\u{1f469}\u{200d}\u{1f680} \"quoted\" \\ \n";
    write(db, vec![insert(text, 1)]).await.map_err(|error| error.to_string())?;
    ensure(names(db).await? == [text], || "changed".into())
}

async fn no_rows_is_no_error(db: &dyn Db) -> Check {
    let rows = read(db, Stmt::new("SELECT id FROM suite_parent")).await?;
    ensure(rows.is_empty() && rows.object().is_none(), || format!("{rows:?}"))
}

async fn a_column_of_another_type_is_an_error(db: &dyn Db) -> Check {
    #[derive(Debug, Deserialize)]
    struct Row {
        #[expect(dead_code, reason = "reading it is the question")]
        text: i64,
    }
    let rows = read(db, Stmt::new("SELECT 'x' AS text")).await?;
    ensure(matches!(rows.parse::<Row>(), Err(DbError::Row(_))), || "text read as a number".into())?;
    let rows = read(db, Stmt::new("SELECT 1 AS other")).await?;
    ensure(matches!(rows.parse::<Row>(), Err(DbError::Row(_))), || "no such column".into())
}

async fn unique_violations_name_their_columns(db: &dyn Db) -> Check {
    let full =
        |name: &str| Stmt::new("INSERT INTO suite_parent (name, code, half) VALUES (?1, 1, 0.5)").bind(name);
    write(db, vec![full("a")]).await.map_err(|error| error.to_string())?;
    let by_name = write(db, vec![insert("a", 2)]).await;
    ensure(by_name.as_ref().is_err_and(|e| *e == DbError::Unique(vec!["suite_parent.name".into()])), || {
        format!("{by_name:?}")
    })?;
    let by_pair = write(db, vec![full("b")]).await;
    let pair = DbError::Unique(vec!["suite_parent.code".into(), "suite_parent.half".into()]);
    ensure(by_pair.as_ref().is_err_and(|e| *e == pair), || format!("{by_pair:?}"))
}

async fn foreign_key_violations_are_told_apart(db: &dyn Db) -> Check {
    let outcome = write(db, vec![Stmt::new("INSERT INTO suite_child (id, parent_id) VALUES (1, 99)")]).await;
    ensure(outcome.as_ref().is_err_and(|e| *e == DbError::ForeignKey), || format!("{outcome:?}"))
}

async fn a_lost_reservation_is_told_apart(db: &dyn Db) -> Check {
    let lose = "INSERT INTO suite_reservation (key, status) SELECT 'k', iif(0, 'done', 'lost') WHERE true \
        ON CONFLICT (key) DO UPDATE SET status = excluded.status RETURNING key";
    let outcome = write(db, vec![insert("a", 1), Stmt::new(lose)]).await;
    ensure(outcome.as_ref().is_err_and(|e| *e == DbError::Overtaken), || format!("{outcome:?}"))?;
    ensure(names(db).await?.is_empty(), || "half a batch was kept".into())
}

async fn a_failed_batch_leaves_nothing(db: &dyn Db) -> Check {
    let outcome = write(db, vec![insert("a", 1), insert("b", 2), insert("a", 3)]).await;
    ensure(outcome.is_err(), || "not refused".into())?;
    ensure(names(db).await?.is_empty(), || "half a batch was kept".into())
}

async fn a_batch_sees_its_own_writes_in_order(db: &dyn Db) -> Check {
    let copy = Stmt::new("INSERT INTO suite_parent (name) SELECT name || '2' FROM suite_parent");
    let count = Stmt::new("SELECT count(*) AS count FROM suite_parent");
    let results = write(db, vec![insert("a", 1), copy, count]).await.map_err(|error| error.to_string())?;
    ensure(results.last().and_then(Rows::object) == Some(r#"{"count":2}"#), || format!("{results:?}"))
}

async fn returning_rows_come_back(db: &dyn Db) -> Check {
    let results = write(db, vec![insert("a", 1), insert("b", 2)]).await.map_err(|error| error.to_string())?;
    let ids: Vec<_> = results.iter().filter_map(Rows::object).collect();
    ensure(ids == [r#"{"id":1}"#, r#"{"id":2}"#], || format!("{results:?}"))
}

async fn hexadecimal_rows_come_in_order(db: &dyn Db) -> Check {
    write(db, vec![insert("Я\u{0}\u{1f600}", 1), insert("b", 2)]).await.map_err(|error| error.to_string())?;
    let sql =
        "SELECT hex(json_object('name', name)) AS hex FROM suite_parent WHERE code < ?1 ORDER BY id DESC";
    let read =
        async |code: i64| db.read_hex(&Stmt::new(sql).bind(code)).await.map_err(|error| error.to_string());
    let (bytes, _) = read(9).await?;
    let expected = "{\"name\":\"b\"},{\"name\":\"Я\\u0000\u{1f600}\"}";
    ensure(bytes == expected.as_bytes(), || String::from_utf8_lossy(&bytes).into_owned())?;
    let (nothing, _) = read(0).await?;
    ensure(nothing.is_empty(), || format!("{nothing:?}"))
}

async fn a_hundred_parameters_are_taken(db: &dyn Db) -> Check {
    let sum = |count: usize| {
        let names: Vec<_> = (1..=count).map(|n| format!("(?{n})")).collect();
        let stmt = Stmt::new(format!("SELECT sum(column1) AS sum FROM (VALUES {})", names.join(", ")));
        (0..count).fold(stmt, |stmt, _| stmt.bind(1))
    };
    let row: Json = only(&read(db, sum(MAX_PARAMS)).await?)?;
    ensure(row == json!({ "sum": 100 }), || row.to_string())?;
    ensure(db.read(&sum(MAX_PARAMS + 1)).await.is_err(), || "101 were taken".into())
}

async fn more_parameters_are_chunked_into_one_batch(db: &dyn Db) -> Check {
    let rows = (0..130).map(|n| vec![Value::from(format!("n{n}")), Value::from(n)]);
    let stmts = Stmt::insert_rows("suite_parent", &["name", "code"], rows.collect());
    ensure(stmts.len() == 3, || format!("{} statements", stmts.len()))?;
    write(db, stmts).await.map_err(|error| error.to_string())?;
    ensure(names(db).await?.len() == 130, || "not all came in".into())
}

async fn rows_read_are_counted(db: &dyn Db) -> Check {
    write(db, vec![insert("a", 1), insert("b", 2), insert("c", 3)])
        .await
        .map_err(|error| error.to_string())?;
    let rows = read(db, Stmt::new("SELECT id FROM suite_parent ORDER BY id LIMIT 2")).await?;
    ensure(rows.usage.rows_read == 2, || format!("{:?}", rows.usage))?;
    let sql = "SELECT hex(name) AS hex FROM suite_parent ORDER BY id";
    let (_, usage) = db.read_hex(&Stmt::new(sql)).await.map_err(|error| error.to_string())?;
    ensure(usage.rows_read == 3, || format!("{usage:?}"))
}

async fn triggers_and_full_text_work(db: &dyn Db) -> Check {
    write(db, vec![insert("иван петров", 1), insert("anna", 2)]).await.map_err(|error| error.to_string())?;
    let sql = "SELECT rowid AS id FROM suite_text WHERE suite_text MATCH ?1";
    let rows = read(db, Stmt::new(sql).bind("\"н пет\"")).await?;
    ensure(rows.object() == Some(r#"{"id":1}"#), || format!("{rows:?}"))
}
