//! Lists of scores.

use uuid::Uuid;

use crate::domain::user::UserId;
use crate::ports::{Db, DbError};
use crate::store::row_json::{self, Keys};
use crate::store::sql::Params;
use crate::store::{Page, View};

/// The scores of a job, newest first: a JSON array of the view, and whether there are more. `None` when there
/// is no such job. The view may name columns of `job_scores`, `users` and `jobs`. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn of_job(
    db: &dyn Db,
    job: Uuid,
    page: Page,
    view: View,
) -> Result<Option<(Vec<u8>, bool)>, DbError> {
    let mut params = Params::default();
    let job = params.bind(job.to_string());
    let found = format!("SELECT hex('0') AS hex FROM jobs WHERE uuid = {job} UNION ALL ");
    let from = format!(
        "jobs CROSS JOIN job_scores ON job_scores.job_id = jobs.id \
        CROSS JOIN users ON users.id = job_scores.user_id WHERE jobs.uuid = {job}"
    );
    let Some(rows) =
        read(db, params, &found, &from, page, view).await?.strip_prefix(b"0").map(<[u8]>::to_vec)
    else {
        return Ok(None);
    };
    cut(rows.strip_prefix(b",").unwrap_or(&rows), page, view).map(Some)
}

/// The scores that a user gave, newest first: a JSON array of the view, and whether there are more. The view
/// may name columns of `job_scores` and `jobs`. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn of_user(db: &dyn Db, user: UserId, page: Page, view: View) -> Result<(Vec<u8>, bool), DbError> {
    let mut params = Params::default();
    let from = format!(
        "job_scores CROSS JOIN jobs ON jobs.id = job_scores.job_id \
        WHERE job_scores.user_id = {}",
        params.bind(user.0)
    );
    let rows = read(db, params, "", &from, page, view).await?;
    cut(&rows, page, view)
}

/// The rows of a page, and the first of the next.
async fn read(
    db: &dyn Db,
    mut params: Params,
    before: &str,
    from: &str,
    page: Page,
    view: View,
) -> Result<Vec<u8>, DbError> {
    let page = Page { limit: page.limit + 1, ..page }.to_sql(&mut params);
    let columns: Vec<_> = view.iter().map(|(_, column)| *column).collect();
    let sql = format!(
        "{before}SELECT * FROM (SELECT hex({}) AS hex FROM {from} \
         ORDER BY job_scores.scoring_date DESC, job_scores.id DESC {page})",
        row_json::array(&columns)
    );
    db.read_hex(&params.into_stmt(sql)).await.map(|(rows, _)| rows)
}

/// The JSON array of a page, and whether there is another.
fn cut(rows: &[u8], page: Page, view: View) -> Result<(Vec<u8>, bool), DbError> {
    let page = Keys::new(view.iter().map(|(key, _)| *key)).page(rows, page.limit, |rest, _| Some(rest));
    page.ok_or_else(|| DbError::Row("not the values of a list of scores".to_owned()))
}
