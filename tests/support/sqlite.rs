//! SQLite in memory as the `Db` port, with D1's limits and its way of binding numbers.

use std::collections::VecDeque;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use edgehire::ports::db::{MAX_PARAMS, from_hex};
use edgehire::ports::{Batch, Db, DbError, Rows, Stmt, Usage, Value};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ToSql};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A database of its own.
pub struct Sqlite {
    connection: Mutex<Connection>,
    /// How each of the next calls fails, if it does.
    faults: Mutex<VecDeque<Option<DbError>>>,
    /// How many batches come before the one whose answer is lost.
    loses_answer: Mutex<Option<usize>>,
    death: Mutex<Option<Death>>,
    /// What SQLite means to do for each statement, once somebody watches.
    plans: Mutex<Option<Vec<String>>>,
    /// Statements run so far.
    statements: AtomicUsize,
}

/// When the database dies.
struct Death {
    trips_left: usize,
    /// The batch that dies is committed, and only its answer is lost.
    commits: bool,
    has_come: bool,
}

/// The migrations: name and SQL, in order.
pub fn migrations() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut migrations: Vec<_> = files
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    migrations.sort();
    migrations
}

impl Sqlite {
    /// An empty database.
    pub fn empty() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
            (Limit::SQLITE_LIMIT_COLUMN, 100),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, i32::try_from(MAX_PARAMS).unwrap()),
        ] {
            connection.set_limit(limit, value).unwrap();
        }
        Self {
            connection: Mutex::new(connection),
            faults: Mutex::default(),
            loses_answer: Mutex::default(),
            death: Mutex::default(),
            plans: Mutex::default(),
            statements: AtomicUsize::default(),
        }
    }

    /// A database with all migrations applied.
    pub fn migrated() -> Self {
        let database = Self::empty();
        for (name, sql) in migrations() {
            database.connection.lock().unwrap().execute_batch(&sql).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        database
    }

    /// The next calls fail so, one each.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = DbError>) {
        self.faults.lock().unwrap().extend(faults.into_iter().map(Some));
    }

    /// The next call does not fail; of a fault told after this, the one after it is meant.
    pub fn pass_next(&self) {
        self.faults.lock().unwrap().push_back(None);
    }

    /// The next batch is committed, but its answer is lost on the way.
    pub fn lose_next_answer(&self) {
        self.lose_answer_after(0);
    }

    /// So many batches go well, then one is committed, but its answer is lost on the way.
    pub fn lose_answer_after(&self, batches: usize) {
        *self.loses_answer.lock().unwrap() = Some(batches);
    }

    /// After so many round trips the database dies: the next call and all that follow fail. Where it
    /// `commits`, the first of them is committed if it is a batch, and only its answer is lost.
    pub fn die_after(&self, trips: usize, commits: bool) {
        *self.death.lock().unwrap() = Some(Death { trips_left: trips, commits, has_come: false });
    }

    /// The database lives again, or on; whether it had died.
    pub fn revive(&self) -> bool {
        self.death.lock().unwrap().take().is_some_and(|death| death.has_come)
    }

    /// Statements run so far; D1 counts each of a batch.
    pub fn statements(&self) -> usize {
        self.statements.load(Ordering::SeqCst)
    }

    /// From now on the plans of all statements are kept, a line a step.
    pub fn watch_plans(&self) {
        *self.plans.lock().unwrap() = Some(Vec::new());
    }

    /// The plans kept so far.
    pub fn plans(&self) -> Vec<String> {
        self.plans.lock().unwrap().clone().unwrap_or_default()
    }

    fn keep_plan(&self, connection: &Connection, stmt: &Stmt) {
        if let Some(plans) = self.plans.lock().unwrap().as_mut() {
            let params: Vec<_> = stmt.params.iter().map(bound).collect();
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", stmt.sql)).unwrap();
            let params = rusqlite::params_from_iter(params.iter().map(AsRef::as_ref));
            let steps = plan.query_map(params, |row| row.get::<_, String>("detail")).unwrap();
            plans.extend(steps.map(|step| format!("{}: {}", step.unwrap(), stmt.sql)));
        }
    }

    /// Runs SQL outside the port, for setting a scene.
    pub fn execute(&self, sql: &str) {
        self.connection.lock().unwrap().execute_batch(sql).unwrap();
    }

    /// One column of a query outside the port, as text, for looking at what happened.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        let connection = self.connection.lock().unwrap();
        let mut prepared = connection.prepare(sql).unwrap();
        let rows = prepared.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        rows.map(|text| text.unwrap().unwrap_or_else(|| "NULL".to_owned())).collect()
    }

    /// Where a round trip begins: others may come first, and it may end here. Whether only its answer
    /// will be lost.
    async fn trip(&self, is_batch: bool) -> Result<bool, DbError> {
        tokio::task::yield_now().await;
        if let Some(fault) = self.faults.lock().unwrap().pop_front().flatten() {
            return Err(fault);
        }
        match self.death.lock().unwrap().as_mut() {
            None => Ok(false),
            Some(death) if death.trips_left > 0 => {
                death.trips_left -= 1;
                Ok(false)
            }
            Some(death) => {
                let is_first = !std::mem::replace(&mut death.has_come, true);
                if is_first && death.commits && is_batch { Ok(true) } else { Err(died()) }
            }
        }
    }
}

fn died() -> DbError {
    DbError::Other("the database died".to_owned())
}

fn bound(value: &Value) -> Box<dyn ToSql> {
    match value {
        Value::Null => Box::new(rusqlite::types::Null),
        #[expect(clippy::cast_precision_loss, reason = "at most 53 bits, as checked")]
        Value::Integer(number) => Box::new(*number as f64),
        Value::Real(number) => Box::new(*number),
        Value::Text(text) => Box::new(text.clone()),
    }
}

/// A value as JavaScript would write it: 2.0 is 2.
fn to_json(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => serde_json::to_string(&String::from_utf8_lossy(text)).unwrap(),
        ValueRef::Blob(_) => panic!("blobs are not used"),
    }
}

fn run(connection: &Connection, stmt: &Stmt) -> Result<Rows, DbError> {
    stmt.check()?;
    let error = |error: rusqlite::Error| DbError::from_message(&error.to_string());
    let params: Vec<_> = stmt.params.iter().map(bound).collect();
    let mut prepared = connection.prepare(&stmt.sql).map_err(error)?;
    let columns: Vec<_> = prepared.column_names().map(|name| serde_json::to_string(name).unwrap()).collect();
    let mut found =
        prepared.query(rusqlite::params_from_iter(params.iter().map(AsRef::as_ref))).map_err(error)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(error)? {
        let member = |(at, name)| format!("{name}:{}", to_json(row.get_ref_unwrap(at)));
        let members: Vec<_> = columns.iter().enumerate().map(member).collect();
        rows.push(format!("{{{}}}", members.join(",")));
    }
    // SQLite does not tell what D1 bills; what came out is the least that was read.
    let usage = Usage { rows_read: rows.len() as u64, ..Usage::default() };
    Ok(Rows { json: RawValue::from_string(format!("[{}]", rows.join(","))).unwrap(), usage })
}

#[derive(Deserialize)]
struct HexRow {
    hex: String,
}

#[async_trait]
impl Db for Sqlite {
    async fn read(&self, stmt: &Stmt) -> Result<Rows, DbError> {
        self.trip(false).await?;
        self.statements.fetch_add(1, Ordering::SeqCst);
        let connection = self.connection.lock().unwrap();
        self.keep_plan(&connection, stmt);
        run(&connection, stmt)
    }

    async fn read_hex(&self, stmt: &Stmt) -> Result<(Vec<u8>, Usage), DbError> {
        let rows = self.read(stmt).await?;
        let digits: Vec<_> = rows.parse::<HexRow>()?.into_iter().map(|row| row.hex).collect();
        Ok((from_hex(digits.join("2C").as_bytes()), rows.usage))
    }

    async fn batch(&self, batch: &Batch) -> Result<Vec<Rows>, DbError> {
        let dies = self.trip(true).await?;
        self.statements.fetch_add(batch.stmts.len(), Ordering::SeqCst);
        let mut connection = self.connection.lock().unwrap();
        let transaction = connection.transaction().unwrap();
        batch.stmts.iter().for_each(|stmt| self.keep_plan(&transaction, stmt));
        let results = batch.stmts.iter().map(|stmt| run(&transaction, stmt)).collect::<Result<_, _>>()?;
        transaction.commit().map_err(|error| DbError::from_message(&error.to_string()))?;
        if dies {
            return Err(died());
        }
        let mut loses_answer = self.loses_answer.lock().unwrap();
        let before = loses_answer.take();
        *loses_answer = before.and_then(|before| before.checked_sub(1));
        match before {
            Some(0) => Err(DbError::Transient("the answer was lost".to_owned())),
            _ => Ok(results),
        }
    }
}
