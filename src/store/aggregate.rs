//! What the aggregates share: one row read, entered, changed and removed, and each change told of in the
//! event log, in the batch that makes it.
//!
//! Invariant: an update tells nothing, and leaves `updated_at` and `version`, when the row already is
//! what it asks for. One that is meant for another version writes nothing.

use uuid::Uuid;

use crate::domain::event::NewEvent;
use crate::ports::{Answering, Batch, Db, DbError, Stmt};

use super::row_json::{self, Member};
use super::sql::{BoundChanges, Changes, Params};
use super::versions::{self, OnlyIf, Outcome, Shown};
use super::{View, events};

/// SQL of what a column holds, by its name.
type Holds<'a> = &'a dyn Fn(&str) -> String;

/// A table whose rows events tell of. Beside its own columns it has `id`, `uuid`, `updated_at` and
/// `version`.
pub struct Aggregate {
    pub table: &'static str,
    /// Begins the tags of its rows; no other table has it.
    pub letter: char,
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
pub struct Update<'a> {
    pub id: i64,
    pub only_if: &'a OnlyIf,
    pub changes: Changes,
    /// Columns that SQL works out from the row itself.
    pub computed: Vec<Member>,
    pub events: UpdateEvents,
}

impl Update<'_> {
    /// SQL that is true where the row differs from what it will be.
    fn differs(&self, bound: &BoundChanges<'_>) -> String {
        let computed = self.computed.iter().map(|(column, value)| format!(" OR {column} IS NOT {value}"));
        format!("({}{})", bound.differ(), computed.collect::<String>())
    }
}

impl Aggregate {
    /// One row, as the view shows it. One round trip.
    pub async fn find(&self, db: &dyn Db, id: i64, view: View) -> Result<Option<Shown>, DbError> {
        let sql = format!("SELECT {} FROM {} WHERE id = ?1", self.shows(view), self.table);
        versions::shown(Some(&db.read(&Stmt::new(sql).bind(id)).await?))
    }

    /// Enters a row, which has this UUID, and tells of it; gives it as the view shows it, which is also
    /// what the request will be answered. One round trip.
    pub async fn enter(
        &self,
        db: &dyn Db,
        uuid: Uuid,
        row: Changes,
        event: NewEvent,
        view: View,
    ) -> Result<Shown, DbError> {
        let insert = row.insert_into(self.table, &format!("RETURNING {}", self.shows(view)));
        let mut params = Params::default();
        let condition = format!("uuid = {}", params.bind(uuid.to_string()));
        let tell = self.tell(event, params, &condition);
        let batch = Batch::once(vec![insert, tell]).answering(self.answer(uuid, view));
        let results = db.batch(&batch).await?;
        versions::shown(results.first())?
            .ok_or_else(|| DbError::Row("the new row was not returned".to_owned()))
    }

    /// 201 with the row of this UUID as the view shows it.
    fn answer(&self, uuid: Uuid, view: View) -> Answering {
        let members: Vec<Member> = view.iter().map(|(key, column)| (*key, (*column).to_owned())).collect();
        let sql = format!(
            "SELECT {} AS body, {} AS etag FROM {} WHERE uuid = ?1",
            row_json::object(&members),
            self.tag(),
            self.table,
        );
        Answering { status: 201, answer: Stmt::new(sql).bind(uuid.to_string()) }
    }

    /// Changes a row, and tells of it if anything differs; gives it as the view shows it. One round
    /// trip. With no condition it may run twice; with one, the second time would find the version that
    /// the first one made.
    pub async fn change(
        &self,
        db: &dyn Db,
        update: &Update<'_>,
        view: View,
    ) -> Result<Outcome<Shown>, DbError> {
        let mut stmts = self.update(update, &self.shows(view));
        let written = stmts.len() - 1;
        let batch = match update.only_if {
            OnlyIf::Any => Batch::idempotent(stmts),
            OnlyIf::Tagged(_) => {
                stmts.push(self.look(update.id));
                Batch::once(stmts)
            }
        };
        let results = db.batch(&batch).await?;
        let row = versions::shown(results.get(written))?;
        Ok(Outcome::of(row, results.get(written + 1)))
    }

    /// Removes a row and tells of it; `before` stands before that in the batch. One round trip.
    pub async fn remove(
        &self,
        db: &dyn Db,
        id: i64,
        only_if: &OnlyIf,
        deleted: NewEvent,
        before: Vec<Stmt>,
    ) -> Result<Outcome<()>, DbError> {
        let mut stmts = before;
        let mut params = Params::default();
        let condition = self.is(&mut params, id, only_if);
        stmts.push(self.tell(deleted, params, &condition));
        let mut params = Params::default();
        let condition = self.is(&mut params, id, only_if);
        stmts.push(params.into_stmt(format!("DELETE FROM {} WHERE {condition} RETURNING id", self.table)));
        let removed = stmts.len() - 1;
        if let OnlyIf::Tagged(_) = only_if {
            stmts.push(self.look(id));
        }
        let results = db.batch(&Batch::once(stmts)).await?;
        let row = results.get(removed).filter(|rows| !rows.is_empty()).map(|_| ());
        Ok(Outcome::of(row, results.get(removed + 1)))
    }

    /// SQL that is true for the row with this id, if it is of such a version.
    pub fn is(&self, params: &mut Params, id: i64, only_if: &OnlyIf) -> String {
        only_if.condition(params, id, &self.tag())
    }

    /// SQL of what a statement gives for `versions::shown`.
    fn shows(&self, view: View) -> String {
        versions::columns(view, &self.tag())
    }

    /// SQL of a row's tag.
    fn tag(&self) -> String {
        format!("'{}' || id || '-' || version", self.letter)
    }

    /// The statement that tells whether there is such a row, of whatever version.
    fn look(&self, id: i64) -> Stmt {
        Stmt::new(format!("SELECT id FROM {} WHERE id = ?1", self.table)).bind(id)
    }

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

    /// The statements that tell of an update and make it; the last one returns the columns.
    fn update(&self, update: &Update<'_>, returning: &str) -> Vec<Stmt> {
        if update.changes.is_empty() {
            let mut params = Params::default();
            let condition = self.is(&mut params, update.id, update.only_if);
            let sql = format!("SELECT {returning} FROM {} WHERE {condition}", self.table);
            return vec![params.into_stmt(sql)];
        }
        vec![self.tell_update(update), self.write(update, returning)]
    }

    /// Tells of an update before it is made, when the row still shows whether it makes a difference.
    fn tell_update(&self, update: &Update<'_>) -> Stmt {
        let mut params = Params::default();
        let bound = update.changes.bind(&mut params);
        let updated_at = params.bind(update.events.updated.at);
        let after = |column: &str| match update.computed.iter().find(|(name, _)| *name == column) {
            Some((_, expression)) => expression.clone(),
            None if column == "updated_at" => updated_at.clone(),
            None => bound.after(column),
        };
        let mut data = self.data(&after);
        let row = format!("{} WHERE {}", self.table, self.is(&mut params, update.id, update.only_if));
        let differs = format!("{row} AND {}", update.differs(&bound));
        let mut selections = vec![events::select(update.events.updated, &mut params, &differs, &data)];
        if update.changes.has("status") {
            data.push(("previous_status", "status".to_owned()));
            let moves = format!("{row} AND status IS NOT {}", bound.after("status"));
            selections.push(events::select(update.events.status_changed, &mut params, &moves, &data));
        }
        events::insert(params, &selections)
    }

    fn write(&self, update: &Update<'_>, returning: &str) -> Stmt {
        let mut params = Params::default();
        let bound = update.changes.bind(&mut params);
        let mut assignments = bound.assignments();
        let computed = update.computed.iter().map(|(column, expression)| format!("{column} = {expression}"));
        assignments.extend(computed);
        let differs = update.differs(&bound);
        let sql = format!(
            "UPDATE {} SET {}, updated_at = iif({differs}, {}, updated_at), version = version + {differs} \
             WHERE {} RETURNING {returning}",
            self.table,
            assignments.join(", "),
            params.bind(update.events.updated.at),
            self.is(&mut params, update.id, update.only_if),
        );
        params.into_stmt(sql)
    }

    fn data(&self, after: Holds<'_>) -> Vec<Member> {
        let columns = self.columns.iter().map(|column| (*column, after(column)));
        columns.chain((self.beside)(after)).collect()
    }
}
