//! The recruiters' diary: `interviews`.

use crate::domain::candidate::CandidateId;
use crate::domain::event::NewEvent;
use crate::domain::interview::{InterviewId, InterviewPatch, InterviewStatus, NewInterview};
use crate::domain::text::fold;
use crate::domain::time::Day;
use crate::ports::{Db, DbError};

use super::aggregate::{Aggregate, Update, UpdateEvents};
use super::sql::{Changes, Conditions, Params};
use super::{OnlyIf, Outcome, Page, Shown, View};

/// An interview as events tell of it, beside the name of the candidate.
pub(super) const INTERVIEWS: Aggregate = Aggregate {
    table: "interviews",
    letter: 'i',
    columns: &[
        "id",
        "uuid",
        "candidate_id",
        "type",
        "scheduled_at",
        "duration",
        "interviewer",
        "status",
        "rating",
        "created_at",
        "updated_at",
        "notes",
    ],
    beside: |after| {
        let id = after("candidate_id");
        let name = format!(
            "(SELECT trim(first_name || ' ' || last_name) FROM candidates WHERE candidates.id = {id})"
        );
        vec![("candidate_name", name)]
    },
};

/// Which interviews to list; all conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct InterviewFilter {
    pub candidate_id: Option<CandidateId>,
    pub day: Option<Day>,
    pub status: Option<InterviewStatus>,
    /// The interviewer's whole name, in any case; blank means any.
    pub interviewer: Option<String>,
}

/// Lists interviews by id: a JSON array of the view. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &dyn Db, filter: &InterviewFilter, page: Page, view: View) -> Result<Vec<u8>, DbError> {
    let mut params = Params::default();
    let mut conditions = Conditions::default();
    let interviewer = filter.interviewer.as_deref().map(fold).filter(|name| !name.is_empty());
    conditions.equal(&mut params, "candidate_id", filter.candidate_id);
    conditions.equal(&mut params, "scheduled_day", filter.day);
    conditions.equal(&mut params, "interviewer_key", interviewer);
    conditions.equal(&mut params, "status", filter.status);
    let sql = format!(
        "SELECT {} FROM interviews {} {} ORDER BY id {}",
        super::hex_values(view),
        index(filter),
        conditions.to_sql(),
        page.to_sql(&mut params),
    );
    super::json_array(db, &params.into_stmt(sql), view).await
}

/// The index that reads fewest rows. Without statistics, which D1 does not keep for us, SQLite takes
/// any that fits: an interviewer's every interview instead of those of one day.
const fn index(filter: &InterviewFilter) -> &'static str {
    match (&filter.candidate_id, &filter.day, &filter.interviewer) {
        (Some(_), ..) => "INDEXED BY interviews_by_candidate",
        (None, Some(_), Some(_)) => "INDEXED BY interviews_by_day_interviewer",
        _ => "",
    }
}

/// One interview, as the view shows it. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &dyn Db, id: InterviewId, view: View) -> Result<Option<Shown>, DbError> {
    INTERVIEWS.find(db, id.0, view).await
}

/// Why an interview could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// There is no such candidate.
    UnknownCandidate,
    /// The database failed.
    Db(DbError),
}

impl From<DbError> for WriteError {
    fn from(error: DbError) -> Self {
        match error {
            // The candidate is all that an interview refers to.
            DbError::ForeignKey => Self::UnknownCandidate,
            other => Self::Db(other),
        }
    }
}

/// Enters an interview and `interview.scheduled`; gives it as the view shows it. One round trip.
///
/// # Errors
/// When there is no such candidate or the database fails.
pub async fn insert(
    db: &dyn Db,
    new: &NewInterview,
    event: NewEvent,
    view: View,
) -> Result<Shown, WriteError> {
    let row = Changes::from_pairs(vec![
        ("uuid", new.uuid.to_string().into()),
        ("candidate_id", new.candidate_id.into()),
        ("type", new.kind.into()),
        ("scheduled_at", new.scheduled_at.into()),
        ("duration", new.duration.into()),
        ("interviewer", (&new.interviewer).into()),
        ("interviewer_key", fold(new.interviewer.as_str()).into()),
        ("status", new.status.into()),
        ("rating", new.rating.into()),
        ("notes", new.notes.as_ref().into()),
        ("created_at", event.at.into()),
        ("updated_at", event.at.into()),
    ]);
    Ok(INTERVIEWS.enter(db, new.uuid, row, event, view).await?)
}

/// Changes an interview, and tells of it if anything differs; gives it as the view shows it. One round
/// trip.
///
/// # Errors
/// When there is no such candidate or the database fails.
pub async fn update(
    db: &dyn Db,
    id: InterviewId,
    only_if: &OnlyIf,
    patch: &InterviewPatch,
    events: UpdateEvents,
    view: View,
) -> Result<Outcome<Shown>, WriteError> {
    let update = Update { id: id.0, only_if, changes: changes(patch), computed: Vec::new(), events };
    Ok(INTERVIEWS.change(db, &update, view).await?)
}

fn changes(patch: &InterviewPatch) -> Changes {
    let mut changes = Changes::default();
    changes.set("candidate_id", patch.candidate_id);
    changes.set("type", patch.kind);
    changes.set("scheduled_at", patch.scheduled_at);
    changes.set("duration", patch.duration);
    changes.set("interviewer", patch.interviewer.as_ref());
    changes.set("interviewer_key", patch.interviewer.as_ref().map(|t| fold(t.as_str())));
    changes.set("status", patch.status);
    changes.set("rating", patch.rating);
    changes.set("notes", patch.notes.as_ref().map(Option::as_ref));
    changes
}

/// Removes an interview and tells of it. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn delete(
    db: &dyn Db,
    id: InterviewId,
    only_if: &OnlyIf,
    deleted: NewEvent,
) -> Result<Outcome<()>, DbError> {
    INTERVIEWS.remove(db, id.0, only_if, deleted, Vec::new()).await
}
