//! What the aggregates share: telling of a change to a row in the event log, in the batch that makes
//! the change.
//!
//! Invariant: an update tells nothing, and leaves `updated_at`, when the row already is what it asks for.

use crate::domain::event::NewEvent;
use crate::ports::Stmt;

use super::events;
use super::row_json::Member;
use super::sql::{BoundChanges, Changes, Params};

/// SQL of what a column holds, by its name.
type Holds<'a> = &'a dyn Fn(&str) -> String;

/// A table whose rows events tell of.
pub struct Aggregate {
    pub table: &'static str,
    /// The columns that events show, under their own names.
    pub columns: &'static [&'static str],
    /// What events show beside them, given SQL for what each column holds.
    pub beside: fn(Holds<'_>) -> Vec<Member>,
}

/// The events an update may write.
#[derive(Debug, Clone, Copy)]
pub struct UpdateEvents {
    /// Anything differs.
    pub updated: NewEvent,
    /// The status differs.
    pub status_changed: NewEvent,
}

/// A partial update of one row.
pub struct Update {
    pub id: i64,
    pub changes: Changes,
    /// Columns that SQL works out from the row itself.
    pub computed: Vec<Member>,
    pub events: UpdateEvents,
}

impl Update {
    /// SQL that is true where the row differs from what it will be.
    fn differs(&self, bound: &BoundChanges<'_>) -> String {
        let computed = self.computed.iter().map(|(column, value)| format!(" OR {column} IS NOT {value}"));
        format!("({}{})", bound.differ(), computed.collect::<String>())
    }
}

impl Aggregate {
    /// The statement that tells of the one row where the condition holds, as it stands.
    pub fn tell(&self, event: NewEvent, mut params: Params, condition: &str) -> Stmt {
        let from = format!("{} WHERE {condition}", self.table);
        let selection = events::select(event, &mut params, &from, &self.data(&str::to_owned));
        events::insert(params, &[selection])
    }

    /// The statement that tells of every row where the condition holds, as it stands.
    pub fn tell_each(&self, event: NewEvent, mut params: Params, condition: &str) -> Stmt {
        let from = format!("{} WHERE {condition}", self.table);
        let selection = events::select_each(event, &mut params, &from, &self.data(&str::to_owned));
        events::insert(params, &[selection])
    }

    /// The statements that tell of an update and make it; the last one returns the columns. They may
    /// run twice.
    pub fn update(&self, update: &Update, returning: &str) -> Vec<Stmt> {
        if update.changes.is_empty() {
            let sql = format!("SELECT {returning} FROM {} WHERE id = ?1", self.table);
            return vec![Stmt::new(sql).bind(update.id)];
        }
        vec![self.tell_update(update), self.write(update, returning)]
    }

    /// Tells of an update before it is made, when the row still shows whether it makes a difference.
    fn tell_update(&self, update: &Update) -> Stmt {
        let mut params = Params::default();
        let bound = update.changes.bind(&mut params);
        let updated_at = params.bind(update.events.updated.at);
        let after = |column: &str| match update.computed.iter().find(|(name, _)| *name == column) {
            Some((_, expression)) => expression.clone(),
            None if column == "updated_at" => updated_at.clone(),
            None => bound.after(column),
        };
        let mut data = self.data(&after);
        let row = format!("{} WHERE id = {}", self.table, params.bind(update.id));
        let differs = format!("{row} AND {}", update.differs(&bound));
        let mut selections = vec![events::select(update.events.updated, &mut params, &differs, &data)];
        if update.changes.has("status") {
            data.push(("previous_status", "status".to_owned()));
            let moves = format!("{row} AND status IS NOT {}", bound.after("status"));
            selections.push(events::select(update.events.status_changed, &mut params, &moves, &data));
        }
        events::insert(params, &selections)
    }

    fn write(&self, update: &Update, returning: &str) -> Stmt {
        let mut params = Params::default();
        let bound = update.changes.bind(&mut params);
        let mut assignments = bound.assignments();
        let computed = update.computed.iter().map(|(column, expression)| format!("{column} = {expression}"));
        assignments.extend(computed);
        let sql = format!(
            "UPDATE {} SET {}, updated_at = iif({}, {}, updated_at) WHERE id = {} RETURNING {returning}",
            self.table,
            assignments.join(", "),
            update.differs(&bound),
            params.bind(update.events.updated.at),
            params.bind(update.id),
        );
        params.into_stmt(sql)
    }

    fn data(&self, after: Holds<'_>) -> Vec<Member> {
        let columns = self.columns.iter().map(|column| (*column, after(column)));
        columns.chain((self.beside)(after)).collect()
    }
}
