//! Pieces of SQL with their parameters: conditions of a list, a row to insert, a partial update.

use crate::ports::{Stmt, Value};

/// Numbers parameters as they are bound, so that text and values never drift apart.
#[derive(Default)]
pub struct Params(Vec<Value>);

impl Params {
    /// Binds a value and gives its name in SQL.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("?{}", self.0.len())
    }

    /// The statement with what was bound.
    pub fn into_stmt(self, sql: String) -> Stmt {
        Stmt { sql: sql.into(), params: self.0 }
    }
}

/// Conditions that must all hold.
#[derive(Default)]
pub struct Conditions(Vec<String>);

impl Conditions {
    /// Adds `column = value`, if there is a value.
    pub fn equal<T: Into<Value>>(&mut self, params: &mut Params, column: &str, value: Option<T>) {
        if let Some(value) = value {
            self.0.push(format!("{column} = {}", params.bind(value)));
        }
    }

    /// Adds a condition as it is.
    pub fn holds(&mut self, condition: String) {
        self.0.push(condition);
    }

    /// Adds `column < value`, if there is a value.
    pub fn below<T: Into<Value>>(&mut self, params: &mut Params, column: &str, value: Option<T>) {
        if let Some(value) = value {
            self.0.push(format!("{column} < {}", params.bind(value)));
        }
    }

    /// `WHERE ...`, or nothing.
    pub fn to_sql(&self) -> String {
        if self.0.is_empty() { String::new() } else { format!("WHERE {}", self.0.join(" AND ")) }
    }
}

/// Columns that get values, by name.
#[derive(Default)]
pub struct Changes(Vec<(&'static str, Value)>);

impl Changes {
    /// A whole row.
    pub fn from_pairs(pairs: Vec<(&'static str, Value)>) -> Self {
        Self(pairs)
    }

    /// Gives a column a new value, if there is one.
    pub fn set<T: Into<Value>>(&mut self, column: &'static str, value: Option<T>) {
        if let Some(value) = value {
            self.0.push((column, value.into()));
        }
    }

    /// Whether a column gets a new value.
    pub fn has(&self, column: &str) -> bool {
        self.0.iter().any(|(name, _)| *name == column)
    }

    /// Whether nothing gets a new value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The statement that inserts these as a row; `tail` follows the values.
    pub fn insert_into(self, table: &str, tail: &str) -> Stmt {
        let columns: Vec<_> = self.0.iter().map(|(column, _)| *column).collect();
        let mut params = Params::default();
        let values: Vec<_> = self.0.into_iter().map(|(_, value)| params.bind(value)).collect();
        let sql =
            format!("INSERT INTO {table} ({}) VALUES ({}) {tail}", columns.join(", "), values.join(", "));
        params.into_stmt(sql)
    }

    /// Binds the new values: from here on they have names in one statement.
    pub fn bind<'a>(&'a self, params: &mut Params) -> BoundChanges<'a> {
        let bind = |(column, value): &'a (&'static str, Value)| (*column, value, params.bind(value.clone()));
        BoundChanges(self.0.iter().map(bind).collect())
    }
}

/// Changes with their parameters in one statement.
pub struct BoundChanges<'a>(Vec<(&'static str, &'a Value, String)>);

impl BoundChanges<'_> {
    /// What a column will hold: its parameter, else what it holds. A number comes as an integer,
    /// which a bare parameter on D1 is not.
    pub fn after(&self, column: &str) -> String {
        match self.0.iter().find(|(name, ..)| *name == column) {
            Some((_, Value::Integer(_), param)) => format!("CAST({param} AS INTEGER)"),
            Some((.., param)) => param.clone(),
            None => column.to_owned(),
        }
    }

    /// True where the row differs from what it will be.
    pub fn differ(&self) -> String {
        let each = self.0.iter().map(|(column, _, param)| format!("{column} IS NOT {param}"));
        format!("({})", each.collect::<Vec<_>>().join(" OR "))
    }

    /// True where the row differs from what it will be in one of these columns.
    pub fn differ_in(&self, columns: &[&str]) -> String {
        let those = self.0.iter().filter(|(column, ..)| columns.contains(column));
        let each: Vec<_> = those.map(|(column, _, param)| format!("{column} IS NOT {param}")).collect();
        if each.is_empty() { "false".to_owned() } else { format!("({})", each.join(" OR ")) }
    }

    /// `a = ?1` of each.
    pub fn assignments(&self) -> Vec<String> {
        self.0.iter().map(|(column, _, param)| format!("{column} = {param}")).collect()
    }
}
