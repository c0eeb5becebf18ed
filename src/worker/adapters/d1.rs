//! D1 as the `Db` port.
//!
//! Values cross between JavaScript and wasm one by one, and that is what costs: statements and answers
//! cross as one text each (`glue.js`).

use async_trait::async_trait;
use js_sys::{Array, Uint8Array};
use serde::Deserialize;
use serde_json::value::RawValue;
use wasm_bindgen::prelude::*;
use worker::send::{SendFuture, SendWrapper};

use crate::ports::db::from_hex;
use crate::ports::{Batch, Db, DbError, Rows, Stmt, Usage};

#[wasm_bindgen(module = "/src/worker/glue.js")]
extern "C" {
    /// Takes a statement and gives an `Answer`.
    #[wasm_bindgen(catch)]
    async fn read(db: &JsValue, stmt: &str) -> Result<JsValue, JsValue>;

    /// Takes a statement with a column `hex`, and gives the digits of all rows with those of a comma
    /// between, and the rows read.
    #[wasm_bindgen(catch, js_name = readHex)]
    async fn read_hex(db: &JsValue, stmt: &str) -> Result<JsValue, JsValue>;

    /// Takes statements, and gives an `Answer` to each.
    #[wasm_bindgen(catch)]
    async fn batch(db: &JsValue, stmts: &str) -> Result<JsValue, JsValue>;
}

/// What D1 answers to a statement.
#[derive(Deserialize)]
struct Answer {
    rows: Box<RawValue>,
    rows_read: u64,
    rows_written: u64,
}

impl From<Answer> for Rows {
    fn from(answer: Answer) -> Self {
        let usage =
            Usage { rows_read: answer.rows_read, rows_written: answer.rows_written, ..Usage::default() };
        Self { json: answer.rows, usage }
    }
}

/// The database behind a D1 binding.
pub struct D1(SendWrapper<JsValue>);

impl D1 {
    /// Takes the binding.
    pub fn new(binding: worker::D1Database) -> Self {
        Self(SendWrapper::new(binding.into()))
    }
}

#[async_trait]
impl Db for D1 {
    async fn read(&self, stmt: &Stmt) -> Result<Rows, DbError> {
        stmt.check()?;
        SendFuture::new(async move {
            let answer = read(&self.0, &to_json(stmt)?).await.map_err(|error| to_error(&error))?;
            from_json::<Answer>(&answer).map(Rows::from)
        })
        .await
    }

    async fn read_hex(&self, stmt: &Stmt) -> Result<(Vec<u8>, Usage), DbError> {
        stmt.check()?;
        SendFuture::new(async move {
            let answer = read_hex(&self.0, &to_json(stmt)?).await.map_err(|error| to_error(&error))?;
            let answer = Array::from(&answer);
            let digits = Uint8Array::new(&answer.get(0)).to_vec();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
            let rows_read = answer.get(1).as_f64().unwrap_or_default() as u64;
            Ok((from_hex(&digits), Usage { rows_read, ..Usage::default() }))
        })
        .await
    }

    async fn batch(&self, stmts: &Batch) -> Result<Vec<Rows>, DbError> {
        stmts.stmts.iter().try_for_each(Stmt::check)?;
        SendFuture::new(async move {
            let stmts = to_json(&stmts.stmts)?;
            let answers = batch(&self.0, &stmts).await.map_err(|error| to_error(&error))?;
            Ok(from_json::<Vec<Answer>>(&answers)?.into_iter().map(Rows::from).collect())
        })
        .await
    }
}

fn to_json(stmts: &(impl serde::Serialize + ?Sized)) -> Result<String, DbError> {
    serde_json::to_string(stmts).map_err(|error| DbError::Other(error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(answer: &JsValue) -> Result<T, DbError> {
    let text = answer.as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| DbError::Row(error.to_string()))
}

fn to_error(error: &JsValue) -> DbError {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    DbError::from_message(&message.unwrap_or_else(|| format!("{error:?}")))
}
