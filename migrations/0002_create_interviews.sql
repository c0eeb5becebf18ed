-- The recruiters' diary of interviews between people.
CREATE TABLE interviews (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    candidate_id INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    scheduled_at TEXT NOT NULL,
    scheduled_day TEXT GENERATED ALWAYS AS (substr(scheduled_at, 1, 10)) VIRTUAL,
    -- Minutes.
    duration INTEGER NOT NULL,
    -- As written; interviewer_key is the same case-folded.
    interviewer TEXT NOT NULL,
    interviewer_key TEXT NOT NULL,
    status TEXT NOT NULL,
    rating INTEGER,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    notes TEXT
) STRICT;

-- Each filter and pair of filters in id order. The triple is served by the last, whose rows
-- (one interviewer's day) are few enough to sort.
CREATE INDEX interviews_by_candidate ON interviews (candidate_id);
CREATE INDEX interviews_by_day ON interviews (scheduled_day);
CREATE INDEX interviews_by_status ON interviews (status);
CREATE INDEX interviews_by_interviewer ON interviews (interviewer_key);
CREATE INDEX interviews_by_status_interviewer ON interviews (status, interviewer_key);
CREATE INDEX interviews_by_day_status ON interviews (scheduled_day, status);
CREATE INDEX interviews_by_day_interviewer ON interviews (scheduled_day, interviewer_key, status);
