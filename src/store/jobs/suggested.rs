//! SQL of what a job itself suggests, made of the tables of `domain::scoring`.

use crate::domain::scoring::{FEE_SIZE, LEAST_SUGGESTED, TIME_OPEN};

/// SQL of a JSON object of what a row of `jobs` suggests, given SQL of the present day.
pub(super) fn scores(today: &str) -> String {
    let days = format!("(julianday({today}) - julianday(substr(jobs.opened_at, 1, 10)))");
    let time_open = TIME_OPEN.map(|(most, score)| format!("WHEN {days} <= {most} THEN {score}"));
    let fee_size = FEE_SIZE.map(|(from, score)| format!("WHEN jobs.fee >= {from} THEN {score}"));
    let table = |column: &str, lines: [String; 4]| {
        format!("CASE WHEN {column} IS NULL THEN NULL {} ELSE {LEAST_SUGGESTED} END", lines.join(" "))
    };
    format!(
        "json_object('time_open_score', {}, 'fee_size_score', {})",
        table("jobs.opened_at", time_open),
        table("jobs.fee", fee_size),
    )
}
