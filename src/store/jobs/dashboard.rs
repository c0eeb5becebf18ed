//! Figures of the active jobs, from an index alone, and the newest scores.

use serde::Deserialize;

use crate::ports::{Db, DbError, Stmt};
use crate::store::caching::{self, Fresh};

/// Lines of what happened last.
const RECENT: i64 = 10;

/// Scores that are looked at for them: those of jobs that were closed since are left out.
const RECENT_LOOKED_AT: i64 = 100;

#[derive(Deserialize)]
struct Row {
    stamp: String,
    json: Option<String>,
}

/// The figures as a JSON object, unless what is known is the same: `total_active_jobs`, `jobs_by_rank`,
/// `unscored`, `jobs_by_status` and `recent_activity`. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn dashboard(db: &dyn Db, known: Option<&str>) -> Result<Fresh, DbError> {
    let sql = format!(
        "WITH counts AS MATERIALIZED ( \
            SELECT status, rank, count(*) AS jobs FROM jobs WHERE is_active = 1 GROUP BY status, rank) \
         SELECT known.stamp, iif(known.stamp IS ?1, NULL, (SELECT json_object( \
            'total_active_jobs', coalesce(sum(jobs), 0), \
            'jobs_by_rank', json_object('A', coalesce(sum(jobs) FILTER (WHERE rank = 'A'), 0), \
                'B', coalesce(sum(jobs) FILTER (WHERE rank = 'B'), 0), \
                'C', coalesce(sum(jobs) FILTER (WHERE rank = 'C'), 0)), \
            'unscored', coalesce(sum(jobs) FILTER (WHERE rank IS NULL), 0), \
            'jobs_by_status', json((SELECT json_group_object(label, jobs) FROM ( \
                SELECT coalesce(status, 'Unknown') AS label, sum(jobs) AS jobs FROM counts \
                GROUP BY label ORDER BY label))), \
            'recent_activity', json((SELECT json_group_array(json_object('job_id', uuid, 'job_title', title, \
                    'client_name', client_name, 'scorer_name', name, 'action', 'scored', \
                    'timestamp', created_at)) FROM ( \
                SELECT jobs.uuid, jobs.title, jobs.client_name, users.name, recent.created_at \
                FROM (SELECT id, job_id, user_id, created_at FROM job_scores ORDER BY id DESC \
                    LIMIT {RECENT_LOOKED_AT}) AS recent \
                CROSS JOIN jobs ON jobs.id = recent.job_id CROSS JOIN users ON users.id = recent.user_id \
                WHERE jobs.is_active = 1 ORDER BY recent.id DESC LIMIT {RECENT})))) FROM counts)) AS json \
         FROM (SELECT {} AS stamp) AS known",
        caching::JOBS_STAMP,
    );
    let row = db.read(&Stmt::new(sql).bind(known)).await?.first::<Row>()?;
    let row = row.ok_or_else(|| DbError::Row("no figures of jobs".to_owned()))?;
    Ok(match row.json {
        None => Fresh::Same,
        Some(json) => Fresh::New { stamp: row.stamp, json: json.into_bytes(), has_more: false },
    })
}
