//! What the aggregates share: telling of a change to a row in the event log, in the batch that makes
//! the change.
//!
//! Invariant: an update writes nothing, and tells nothing, when the row already is what it asks for.

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

/// SQL of the condition under which an update is worth telling.
type When = fn(&Update, &BoundChanges<'_>) -> String;

impl Aggregate {
    /// The statement that tells of the one row where the condition holds, as it stands.
    pub fn tell(&self, event: NewEvent, params: Params, condition: &str) -> Stmt {
        let data = self.data(&str::to_owned);
        events::insert(event, params, &format!("{} WHERE {condition}", self.table), &data)
    }

    /// The statement that tells of every row where the condition holds, as it stands.
    pub fn tell_each(&self, event: NewEvent, params: Params, condition: &str) -> Stmt {
        let data = self.data(&str::to_owned);
        events::insert_each(event, params, &format!("{} WHERE {condition}", self.table), &data)
    }

    /// The statements that tell of an update and make it, if anything differs. They may run twice.
    pub fn update(&self, update: &Update) -> Vec<Stmt> {
        if update.changes.is_empty() {
            return Vec::new();
        }
        let mut stmts = vec![self.tell_update(update, update.events.updated, &[], Update::differs)];
        if update.changes.has("status") {
            let before = [("previous_status", "status".to_owned())];
            let moved: When = |_, bound| format!("status IS NOT {}", bound.after("status"));
            stmts.push(self.tell_update(update, update.events.status_changed, &before, moved));
        }
        stmts.push(self.write(update));
        stmts
    }

    /// Tells of an update before it is made, when the row still shows whether it makes a difference.
    fn tell_update(&self, update: &Update, event: NewEvent, also: &[Member], when: When) -> Stmt {
        let mut params = Params::default();
        let bound = update.changes.bind(&mut params);
        let updated_at = params.bind(event.at);
        let after = |column: &str| match update.computed.iter().find(|(name, _)| *name == column) {
            Some((_, expression)) => expression.clone(),
            None if column == "updated_at" => updated_at.clone(),
            None => bound.after(column),
        };
        let mut data = self.data(&after);
        data.extend_from_slice(also);
        let from =
            format!("{} WHERE id = {} AND {}", self.table, params.bind(update.id), when(update, &bound));
        events::insert(event, params, &from, &data)
    }

    fn write(&self, update: &Update) -> Stmt {
        let mut params = Params::default();
        let bound = update.changes.bind(&mut params);
        let mut assignments = bound.assignments();
        assignments.push(format!("updated_at = {}", params.bind(update.events.updated.at)));
        assignments
            .extend(update.computed.iter().map(|(column, expression)| format!("{column} = {expression}")));
        let sql = format!(
            "UPDATE {} SET {} WHERE id = {} AND {}",
            self.table,
            assignments.join(", "),
            params.bind(update.id),
            update.differs(&bound),
        );
        params.into_stmt(sql)
    }

    fn data(&self, after: Holds<'_>) -> Vec<Member> {
        let columns = self.columns.iter().map(|column| (*column, after(column)));
        columns.chain((self.beside)(after)).collect()
    }
}
