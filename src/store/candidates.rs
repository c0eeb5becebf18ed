//! People: `candidates` and its search index.

use crate::domain::candidate::{CandidateId, CandidatePatch, NewCandidate, Phase, Source};
use crate::domain::event::NewEvent;
use crate::domain::stage::RecruitosStatus;
use crate::domain::text::{Email, fold};
use crate::ports::{Db, DbError};

use super::aggregate::{Aggregate, Update, UpdateEvents};
use super::interviews::INTERVIEWS;
use super::sql::{Changes, Params};
use super::{OnlyIf, Outcome, Page, Shown, View};

/// Fewest characters the trigram index finds. Shorter needles are looked for row by row.
const INDEXED_NEEDLE: usize = 3;

/// A person as events tell of them.
const CANDIDATES: Aggregate = Aggregate {
    table: "candidates",
    letter: 'c',
    columns: &[
        "id",
        "uuid",
        "first_name",
        "last_name",
        "email",
        "phone",
        "position",
        "stage",
        "phase",
        "status",
        "source",
        "skills",
        "experience",
        "resume_url",
        "linkedin_url",
        "applied_at",
        "created_at",
        "updated_at",
        "notes",
    ],
    beside: |_| Vec::new(),
};

/// Which people to list; all conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct CandidateFilter {
    pub phase: Option<Phase>,
    pub status: Option<RecruitosStatus>,
    pub source: Option<Source>,
    /// Part of a name, the e-mail or the position, in any case; blank finds everybody.
    pub search: Option<String>,
}

impl CandidateFilter {
    /// SQL of the ids of those it lets through, in order; `None` when it lets everybody through.
    fn ids(&self, params: &mut Params) -> Option<String> {
        let needle = fold(self.search.as_deref().unwrap_or_default());
        let query = self.index_query(&needle);
        let is_short = !needle.is_empty() && needle.chars().count() < INDEXED_NEEDLE;
        Some(match (query, is_short) {
            (None, false) => return None,
            (None, true) => {
                let needle = params.bind(needle);
                format!("SELECT id FROM candidates WHERE instr(search_text, {needle}) > 0 ORDER BY id")
            }
            (Some(query), false) => {
                let query = params.bind(query);
                format!(
                    "SELECT rowid AS id FROM candidate_index WHERE candidate_index MATCH {query} ORDER BY rowid"
                )
            }
            (Some(query), true) => {
                let (query, needle) = (params.bind(query), params.bind(needle));
                format!(
                    "SELECT found.rowid AS id FROM candidate_index AS found \
                     CROSS JOIN candidates ON candidates.id = found.rowid \
                     WHERE candidate_index MATCH {query} AND instr(candidates.search_text, {needle}) > 0 \
                     ORDER BY found.rowid"
                )
            }
        })
    }

    /// The query for the index: everything of the filter that it can answer.
    fn index_query(&self, needle: &str) -> Option<String> {
        let mut terms = Vec::new();
        if needle.chars().count() >= INDEXED_NEEDLE {
            terms.push(format!("search_text : \"{}\"", needle.replace('"', "\"\"")));
        }
        let facets = [
            self.phase.map(|phase| format!("[{}]", phase.number())),
            self.status.map(|status| facet(status.as_str())),
            self.source.map(|source| facet(source.as_str())),
        ];
        terms.extend(facets.iter().flatten().map(|code| format!("facets : \"{code}\"")));
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }
}

/// The code of a word in the index: its first three letters (see the migration).
fn facet(word: &str) -> String {
    word.chars().take(3).collect()
}

/// Lists people by id: a JSON array of the view. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &dyn Db, filter: &CandidateFilter, page: Page, view: View) -> Result<Vec<u8>, DbError> {
    let mut params = Params::default();
    let ids = filter.ids(&mut params);
    let page = page.to_sql(&mut params);
    // Pages are cut from ids, so that what an offset skips is not read but in the index.
    let from = match ids {
        Some(ids) => format!("({ids} {page}) AS page CROSS JOIN candidates USING (id) ORDER BY page.id"),
        None => format!("candidates ORDER BY id {page}"),
    };
    let sql = format!("SELECT {} FROM {from}", super::hex_values(view));
    super::json_array(db, &params.into_stmt(sql), view).await
}

/// One person, as the view shows them. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &dyn Db, id: CandidateId, view: View) -> Result<Option<Shown>, DbError> {
    CANDIDATES.find(db, id.0, view).await
}

/// Why a person could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// Another person has this e-mail.
    EmailTaken,
    /// The database failed.
    Db(DbError),
}

impl From<DbError> for WriteError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unique(columns) if columns.iter().any(|c| c == "candidates.email_key") => {
                Self::EmailTaken
            }
            other => Self::Db(other),
        }
    }
}

/// Enters a person and `candidate.created`; gives them as the view shows them. One round trip.
///
/// # Errors
/// When the e-mail is taken or the database fails.
pub async fn insert(
    db: &dyn Db,
    new: &NewCandidate,
    event: NewEvent,
    view: View,
) -> Result<Shown, WriteError> {
    let row = Changes::from_pairs(vec![
        ("uuid", new.uuid.to_string().into()),
        ("first_name", (&new.first_name).into()),
        ("first_name_key", fold(new.first_name.as_str()).into()),
        ("last_name", (&new.last_name).into()),
        ("last_name_key", fold(new.last_name.as_str()).into()),
        ("email", (&new.email).into()),
        ("email_key", email_key(&new.email).into()),
        ("phone", new.phone.as_ref().into()),
        ("position", (&new.position).into()),
        ("position_key", fold(new.position.as_str()).into()),
        ("stage", new.status.enters().into()),
        ("phase", new.phase.into()),
        ("status", new.status.into()),
        ("source", new.source.into()),
        ("skills", new.skills.as_ref().into()),
        ("experience", new.experience.into()),
        ("resume_url", new.resume_url.as_ref().into()),
        ("linkedin_url", new.linkedin_url.as_ref().into()),
        ("notes", new.notes.as_ref().into()),
        ("applied_at", event.at.into()),
        ("created_at", event.at.into()),
        ("updated_at", event.at.into()),
    ]);
    Ok(CANDIDATES.enter(db, new.uuid, row, event, view).await?)
}

/// What an e-mail is unique by.
fn email_key(email: &Email) -> String {
    fold(email.as_str())
}

/// Changes a person, and tells of it if anything differs; gives them as the view shows them. One round
/// trip.
///
/// # Errors
/// When the e-mail is taken or the database fails.
pub async fn update(
    db: &dyn Db,
    id: CandidateId,
    only_if: &OnlyIf,
    patch: &CandidatePatch,
    events: UpdateEvents,
    view: View,
) -> Result<Outcome<Shown>, WriteError> {
    let computed = patch.status.map(|status| ("stage", stage_after(status)));
    let computed = computed.into_iter().collect();
    let update = Update { id: id.0, only_if, changes: changes(patch), computed, events };
    Ok(CANDIDATES.change(db, &update, view).await?)
}

/// The columns a patch gives new values; the stage comes apart, for it depends on the present one.
fn changes(patch: &CandidatePatch) -> Changes {
    let mut changes = Changes::default();
    changes.set("first_name", patch.first_name.as_ref());
    changes.set("first_name_key", patch.first_name.as_ref().map(|t| fold(t.as_str())));
    changes.set("last_name", patch.last_name.as_ref());
    changes.set("last_name_key", patch.last_name.as_ref().map(|t| fold(t.as_str())));
    changes.set("email", patch.email.as_ref());
    changes.set("email_key", patch.email.as_ref().map(email_key));
    changes.set("phone", patch.phone.as_ref().map(Option::as_ref));
    changes.set("position", patch.position.as_ref());
    changes.set("position_key", patch.position.as_ref().map(|t| fold(t.as_str())));
    changes.set("phase", patch.phase);
    changes.set("status", patch.status);
    changes.set("source", patch.source);
    changes.set("skills", patch.skills.as_ref().map(Option::as_ref));
    changes.set("experience", patch.experience);
    changes.set("resume_url", patch.resume_url.as_ref().map(Option::as_ref));
    changes.set("linkedin_url", patch.linkedin_url.as_ref().map(Option::as_ref));
    changes.set("notes", patch.notes.as_ref().map(Option::as_ref));
    changes
}

/// SQL of the stage after a status is written: it moves only when the present one does not read so.
fn stage_after(status: RecruitosStatus) -> String {
    let readings: Vec<_> = status.readings().iter().map(|stage| format!("'{}'", stage.as_str())).collect();
    let enters = status.enters().as_str();
    format!("CASE WHEN stage IN ({}) THEN stage ELSE '{enters}' END", readings.join(", "))
}

/// Removes a person and their interviews, and tells of each. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn delete(
    db: &dyn Db,
    id: CandidateId,
    only_if: &OnlyIf,
    deleted: NewEvent,
    interview_deleted: NewEvent,
) -> Result<Outcome<()>, DbError> {
    let mut params = Params::default();
    let person = CANDIDATES.is(&mut params, id.0, only_if);
    let condition = format!("candidate_id IN (SELECT id FROM candidates WHERE {person})");
    let diary = INTERVIEWS.tell_each(interview_deleted, params, &condition);
    CANDIDATES.remove(db, id.0, only_if, deleted, vec![diary]).await
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn facets_tell_all_words_apart() {
        let words = RecruitosStatus::ALL.iter().map(|w| w.as_str());
        let words: Vec<_> = words.chain(Source::ALL.iter().map(|w| w.as_str())).collect();
        let codes: HashSet<_> = words.iter().map(|word| facet(word)).collect();
        assert_eq!(codes.len(), words.len());
    }

    #[test]
    fn needles_are_quoted_for_the_index() {
        let filter = CandidateFilter { phase: Phase::try_from(2).ok(), ..CandidateFilter::default() };
        assert_eq!(
            filter.index_query("a\"b OR c").as_deref(),
            Some("search_text : \"a\"\"b OR c\" AND facets : \"[2]\"")
        );
        assert_eq!(filter.index_query("ab").as_deref(), Some("facets : \"[2]\""));
        assert_eq!(CandidateFilter::default().index_query("ab"), None);
    }
}
