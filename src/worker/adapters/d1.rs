//! D1 as the `Db` port.
//!
//! Values cross between JavaScript and wasm one by one, which is what costs: lists come as one text.

use async_trait::async_trait;
use data_encoding::HEXUPPER;
use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use worker::send::{SendFuture, SendWrapper};
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::types::{D1Database, D1PreparedStatement, D1Result};

use crate::ports::db::MAX_INTEGER;
use crate::ports::{Batch, Db, DbError, Rows, Stmt, Usage, Value};

#[wasm_bindgen(module = "/src/worker/glue.js")]
extern "C" {
    /// The digits in the column `hex` of each row, with those of a comma between.
    fn joined(rows: &Array) -> Uint8Array;
}

#[wasm_bindgen]
extern "C" {
    /// What D1 says of a statement it ran.
    type Meta;

    #[wasm_bindgen(method, getter)]
    fn rows_read(this: &Meta) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    fn rows_written(this: &Meta) -> Option<f64>;
}

/// The database behind a D1 binding.
pub struct D1(SendWrapper<D1Database>);

impl D1 {
    /// Takes the binding.
    pub fn new(binding: &worker::D1Database) -> Self {
        let binding: &JsValue = binding.as_ref();
        Self(SendWrapper::new(binding.clone().unchecked_into()))
    }

    fn prepare(&self, stmt: &Stmt) -> Result<D1PreparedStatement, JsValue> {
        let prepared = self.0.prepare(&stmt.sql)?;
        if stmt.params.is_empty() {
            return Ok(prepared);
        }
        prepared.bind(stmt.params.iter().map(to_js).collect::<Result<Array, JsValue>>()?)
    }

    async fn all(&self, stmt: &Stmt) -> Result<D1Result, JsValue> {
        let result = JsFuture::from(self.prepare(stmt)?.all()?).await?;
        Ok(result.unchecked_into())
    }
}

#[async_trait]
impl Db for D1 {
    async fn read(&self, stmt: &Stmt) -> Result<Rows, DbError> {
        SendFuture::new(async move {
            let result = self.all(stmt).await.map_err(|error| to_error(&error))?;
            rows(&result).map_err(|error| to_error(&error))
        })
        .await
    }

    async fn read_hex(&self, stmt: &Stmt) -> Result<(Vec<u8>, Usage), DbError> {
        SendFuture::new(async move {
            let read = async {
                let result = self.all(stmt).await?;
                let digits = result.results()?.map(|rows| joined(&rows).to_vec()).unwrap_or_default();
                Ok((digits, usage(&result)?))
            };
            let (digits, usage) = read.await.map_err(|error: JsValue| to_error(&error))?;
            let bytes = HEXUPPER.decode(&digits).map_err(|error| DbError::Row(error.to_string()))?;
            Ok((bytes, usage))
        })
        .await
    }

    async fn batch(&self, batch: &Batch) -> Result<Vec<Rows>, DbError> {
        SendFuture::new(async move {
            let run = async {
                let stmts = batch.stmts.iter().map(|stmt| self.prepare(stmt).map(JsValue::from));
                let stmts = stmts.collect::<Result<Array, JsValue>>()?;
                let results: Array = JsFuture::from(self.0.batch(stmts)?).await?.unchecked_into();
                results.iter().map(|result| rows(result.unchecked_ref())).collect::<Result<_, _>>()
            };
            run.await.map_err(|error: JsValue| to_error(&error))
        })
        .await
    }
}

/// D1 takes every number as floating point.
fn to_js(value: &Value) -> Result<JsValue, JsValue> {
    match value {
        Value::Null => Ok(JsValue::NULL),
        #[expect(clippy::cast_precision_loss, reason = "at most 53 bits, as checked")]
        Value::Integer(number) if number.unsigned_abs() <= MAX_INTEGER.unsigned_abs() => {
            Ok(JsValue::from_f64(*number as f64))
        }
        Value::Integer(number) => Err(JsError::new(&format!("{number} has more than 53 bits")).into()),
        Value::Real(number) => Ok(JsValue::from_f64(*number)),
        Value::Text(text) => Ok(JsValue::from_str(text)),
    }
}

fn from_js(value: &JsValue) -> Value {
    if let Some(number) = value.as_f64() {
        return Value::from_js_number(number);
    }
    value.as_string().map_or(Value::Null, Value::Text)
}

fn rows(result: &D1Result) -> Result<Rows, JsValue> {
    let usage = usage(result)?;
    let rows = result.results()?.unwrap_or_default();
    let columns = match rows.get(0).dyn_into::<Object>() {
        Ok(first) => Object::keys(&first).iter().filter_map(|name| name.as_string()).collect(),
        Err(_) => return Ok(Rows { usage, ..Rows::default() }),
    };
    let values =
        |row: JsValue| Object::values(row.unchecked_ref()).iter().map(|value| from_js(&value)).collect();
    Ok(Rows { columns, rows: rows.iter().map(values).collect(), usage })
}

fn usage(result: &D1Result) -> Result<Usage, JsValue> {
    let meta: Meta = result.meta()?.unchecked_into();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of rows")]
    let count = |number: Option<f64>| number.unwrap_or_default() as u64;
    Ok(Usage { trips: 0, rows_read: count(meta.rows_read()), rows_written: count(meta.rows_written()) })
}

fn to_error(error: &JsValue) -> DbError {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    DbError::from_message(&message.unwrap_or_else(|| format!("{error:?}")))
}
