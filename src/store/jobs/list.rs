//! Lists of jobs: all that are worked on, or those that wait for somebody's score.

use serde::{Deserialize, Serialize};

use super::order::{CLIENT_KEY, JobOrder};
use super::suggested;
use crate::domain::job::JobSource;
use crate::domain::pipeline::{Pipeline, Stage, Standing};
use crate::domain::scoring::{Rank, SCORED_FOR_DAYS};
use crate::domain::text::fold;
use crate::domain::time::Timestamp;
use crate::ports::{Db, DbError};
use crate::store::caching::{self, Fresh};
use crate::store::row_json::{self, Keys};
use crate::store::sql::Params;
use crate::store::{Page, View};

/// Fewest characters the trigram index finds. Shorter needles are looked for row by row.
const INDEXED_NEEDLE: usize = 3;

/// Jobs of a rank, or those without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankFilter {
    Is(Rank),
    Unscored,
}

/// Which jobs to list; all conditions must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobFilter {
    /// Nothing lists both.
    pub is_active: Option<bool>,
    /// The system's label, in any case.
    pub status: Option<String>,
    pub rank: Option<RankFilter>,
    /// Part of the title or the client's name, in any case; blank finds all.
    pub search: Option<String>,
    /// The client's whole name, in any case.
    pub client: Option<String>,
    pub source: Option<JobSource>,
    pub min_fee: Option<f64>,
}

impl JobFilter {
    /// SQL of the tables and of the conditions.
    fn to_sql(&self, params: &mut Params) -> (&'static str, Vec<String>) {
        let mut conditions = Vec::new();
        let texts = [&self.search, &self.client].map(|text| fold(text.as_deref().unwrap_or_default()));
        let indexed = texts.iter().filter(|needle| needle.chars().count() >= INDEXED_NEEDLE);
        let terms: Vec<_> =
            indexed.map(|needle| format!("search_text : \"{}\"", needle.replace('"', "\"\""))).collect();
        let from = if terms.is_empty() {
            "jobs"
        } else {
            conditions.push(format!("job_index MATCH {}", params.bind(terms.join(" AND "))));
            "job_index AS found CROSS JOIN jobs ON jobs.id = found.rowid"
        };
        let [search, client] = texts;
        if !search.is_empty() && search.chars().count() < INDEXED_NEEDLE {
            conditions.push(format!("instr(jobs.search_text, {}) > 0", params.bind(search)));
        }
        if !client.is_empty() {
            conditions.push(format!("{CLIENT_KEY} = {}", params.bind(client)));
        }
        // Written out, and not bound: so that the index of the usual order is used.
        conditions.extend(self.is_active.map(|is| format!("jobs.is_active = {}", i64::from(is))));
        if let Some(status) = &self.status {
            let spellings = serde_json::Value::from(spellings(status)).to_string();
            let spellings = params.bind(spellings);
            conditions
                .push(format!("jobs.status COLLATE NOCASE IN (SELECT value FROM json_each({spellings}))"));
        }
        match self.rank {
            None => {}
            Some(RankFilter::Unscored) => conditions.push("jobs.rank IS NULL".to_owned()),
            Some(RankFilter::Is(rank)) => {
                conditions.push(format!("jobs.rank = {}", params.bind(rank.as_str())));
            }
        }
        if let Some(source) = self.source {
            conditions.push(format!("jobs.source = {}", params.bind(source.as_str())));
        }
        if let Some(least) = self.min_fee {
            conditions.push(format!("jobs.fee >= {}", params.bind(least)));
        }
        (from, conditions)
    }
}

/// How people write a label. The database compares without case in Latin letters only; of other scripts
/// these are the usual ways.
fn spellings(label: &str) -> Vec<String> {
    let label = label.trim();
    let lower = label.to_lowercase();
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
    };
    let each = lower.split(' ').map(|word| capital(word).unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let all = [label.to_owned(), label.to_uppercase(), capital(&lower).unwrap_or_default(), each, lower];
    all.into()
}

/// Lists jobs: a JSON array of the view and `pipeline_snapshot`, unless what is known is the same. Where a
/// page comes after this one, it says so. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &dyn Db,
    filter: &JobFilter,
    order: JobOrder,
    page: Page,
    known: Option<&str>,
    at: Timestamp,
    view: View,
) -> Result<Fresh, DbError> {
    let mut params = Params::default();
    let known = params.bind(known);
    let (from, mut conditions) = filter.to_sql(&mut params);
    conditions.insert(0, caching::jobs_differ(&known));
    let state = caching::JOBS_STATE;
    let order = order.to_sql();
    let sql = format!(
        "SELECT hex(json_array(state.epoch || '-' || state.jobs)) AS hex FROM {state} WHERE {} \
         UNION ALL SELECT * FROM (SELECT {} FROM {state} CROSS JOIN {from} WHERE {} ORDER BY {order} {})",
        conditions[0],
        columns(view),
        conditions.join(" AND "),
        one_more(page).to_sql(&mut params),
    );
    let (rows, _) = db.read_hex(&params.into_stmt(sql)).await?;
    if rows.is_empty() {
        return Ok(Fresh::Same);
    }
    let (stamp, rows) = head(&rows).ok_or_else(no_list)?;
    let (json, has_more) = objects(rows, view, page, at.unix_ms()).ok_or_else(no_list)?;
    Ok(Fresh::New { stamp: stamp.to_owned(), json, has_more })
}

/// Lists the active jobs that somebody never scored, or not lately, the oldest first: a JSON array of the
/// view, `pipeline_snapshot`, and what was scored before; and whether there are more. `None` when there is no such
/// active user. The view may name `last_scored`. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn pending(
    db: &dyn Db,
    scorer: &str,
    page: Page,
    at: Timestamp,
    view: View,
) -> Result<Option<(Vec<u8>, bool)>, DbError> {
    let mut params = Params::default();
    let scorer = params.bind(scorer);
    let today = params.bind(at.day());
    let is_theirs = format!("users.uuid = {scorer} AND users.is_active = 1");
    let sql = format!(
        "SELECT hex(json_array(uuid)) AS hex FROM users WHERE {is_theirs} \
         UNION ALL SELECT * FROM (SELECT hex(json_array({}, \
                CAST(julianday({today}) - julianday(last_scored) AS INTEGER), {}) || {TAIL}) AS hex \
            FROM (SELECT jobs.*, (SELECT max(scoring_date) FROM job_scores \
                    WHERE job_scores.user_id = users.id AND job_scores.job_id = jobs.id) AS last_scored \
                FROM users CROSS JOIN jobs WHERE {is_theirs} AND jobs.is_active = 1) AS jobs \
            WHERE last_scored IS NULL OR last_scored < {} \
            ORDER BY coalesce(jobs.opened_at, '9999'), jobs.id {})",
        expressions(view),
        suggested::scores(&today),
        params.bind(at.day().days_before(SCORED_FOR_DAYS)),
        one_more(page).to_sql(&mut params),
    );
    let (rows, _) = db.read_hex(&params.into_stmt(sql)).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let (_, rows) = head(&rows).ok_or_else(no_list)?;
    let beside = [("days_since_scored", ""), ("suggested_scores", "")];
    let view = [view, &beside].concat();
    objects(rows, &view, page, at.unix_ms()).map(Some).ok_or_else(no_list)
}

/// The page and the first row of the next, by which it is told whether there is one.
fn one_more(page: Page) -> Page {
    Page { limit: page.limit + 1, ..page }
}

fn no_list() -> DbError {
    DbError::Row("not the values of a list of jobs".to_owned())
}

/// SQL of the stages of a job's pipeline in short, and when they were so: JSON.
const TAIL: &str = "iif(jobs.pipeline_figures IS NULL, 'null', \
     '{\"at\":' || json_quote(jobs.pipeline_at) || ',\"stages\":' || jobs.pipeline_figures || '}')";

fn expressions(view: View) -> String {
    view.iter().map(|(_, column)| *column).collect::<Vec<_>>().join(", ")
}

/// SQL of a row: the values of the view, and after them the pipeline.
fn columns(view: View) -> String {
    let columns: Vec<_> = view.iter().map(|(_, column)| *column).collect();
    format!("hex({} || {TAIL}) AS hex", row_json::array(&columns))
}

/// A pipeline as a row has it.
#[derive(Deserialize)]
struct Kept {
    at: Option<String>,
    stages: Vec<StageRow>,
}

/// A stage in short: as the triggers of `jobs` write it.
#[derive(Deserialize)]
struct StageRow(String, u32, u8, i64, i64, i64, i64);

impl From<StageRow> for Stage {
    fn from(row: StageRow) -> Self {
        let StageRow(name, count, is_out, closed, closed_ms, open, open_ms) = row;
        Self { name, count, is_out: is_out != 0, closed, closed_ms, open, open_ms }
    }
}

/// The figures of a pipeline, for a list.
#[derive(Serialize)]
struct Snapshot {
    total_candidates: u32,
    active_candidates: u32,
    staleness_days: Option<f64>,
    bottleneck: Option<String>,
    updated_at: Option<String>,
}

impl Snapshot {
    fn of(kept: Kept, now_ms: i64) -> Self {
        let stages = kept.stages.into_iter().map(Stage::from).collect();
        let pipeline = Pipeline { stages, ..Pipeline::default() };
        let Standing { total, active, staleness_days, bottleneck } = pipeline.at(now_ms);
        Self {
            total_candidates: total,
            active_candidates: active,
            staleness_days,
            bottleneck,
            updated_at: kept.at,
        }
    }
}

/// The text of the first row, and the rows after it.
fn head(rows: &[u8]) -> Option<(&str, &[u8])> {
    let rest = rows.strip_prefix(b"[\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    let after = rest[end..].strip_prefix(b"\"]")?;
    Some((std::str::from_utf8(&rest[..end]).ok()?, after.strip_prefix(b",").unwrap_or(after)))
}

/// The JSON array of the rows of a page, and whether there are more.
fn objects(
    rows: &[u8],
    view: &[(&'static str, &'static str)],
    page: Page,
    now_ms: i64,
) -> Option<(Vec<u8>, bool)> {
    let keys = Keys::new(view.iter().map(|(key, _)| *key));
    keys.page(rows, page.limit, |rest, object| {
        let mut tail = serde_json::Deserializer::from_slice(rest).into_iter::<Option<Kept>>();
        let snapshot = tail.next()?.ok()?.map(|kept| Snapshot::of(kept, now_ms));
        object.extend_from_slice(b",\"pipeline_snapshot\":");
        serde_json::to_writer(object, &snapshot).ok()?;
        rest.get(tail.byte_offset()..)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_objects_with_the_figures_of_their_pipelines() {
        let day = crate::domain::job::DAY_MS;
        let stage = r#"["Interview, \"2\"",2,0,0,0,2,0]"#;
        let rows = format!(r#"["1-7"],["a",1]{{"at":"t","stages":[{stage}]}},["b",null]null,["c",3]null"#);
        let (stamp, rest) = head(rows.as_bytes()).unwrap();
        assert_eq!(stamp, "1-7");
        let view = [("id", ""), ("n", "")];
        let page = |limit| objects(rest, &view, Page { limit, offset: 0 }, day);
        let text = |(json, has_more)| (String::from_utf8(json).unwrap(), has_more);
        let snapshot = r#"{"total_candidates":2,"active_candidates":2,"staleness_days":1.0,"bottleneck":"Interview, \"2\"","updated_at":"t"}"#;
        let two = format!(
            r#"[{{"id":"a","n":1,"pipeline_snapshot":{snapshot}}},{{"id":"b","n":null,"pipeline_snapshot":null}}]"#
        );
        assert_eq!(page(2).map(text), Some((two, true)));
        assert!(page(3).is_some_and(|(_, has_more)| !has_more));
        assert_eq!(objects(b"", &view, Page { limit: 1, offset: 0 }, 0), Some((b"[]".to_vec(), false)));
        assert_eq!(objects(br#"["a",1]nul"#, &view, Page { limit: 1, offset: 0 }, 0), None);
        assert_eq!(head(b"[1]"), None);
    }

    #[test]
    fn labels_are_spelt_as_people_do() {
        assert_eq!(spellings(" в РАБОТЕ "), ["в РАБОТЕ", "В РАБОТЕ", "В работе", "В Работе", "в работе"]);
    }
}
