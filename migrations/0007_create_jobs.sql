-- A job: a requisition, a vacancy, a position. One row, whichever contract or system brought it.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL CHECK (source IN ('native', 'recruiterflow', 'workday', 'interviewer')),
    -- The system's own id of it.
    external_id TEXT,
    title TEXT NOT NULL,
    client_name TEXT,
    -- Title and client, case-folded by the application: what search looks at.
    search_text TEXT NOT NULL,
    location TEXT,
    -- The label the system gives it; NULL is usual.
    status TEXT,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    opened_at TEXT,
    fee REAL,
    fee_currency TEXT,
    -- JSON: what else the system says of it and people want to see.
    details TEXT NOT NULL DEFAULT '{}',
    -- The present ranking, so that a list reads no other table.
    rank TEXT CHECK (rank IN ('A', 'B', 'C')),
    composite REAL,
    scoring_date TEXT,
    -- The present pipeline: JSON figures of each stage, from which staleness is worked out for any moment.
    pipeline TEXT,
    pipeline_hash TEXT,
    pipeline_at TEXT,
    -- Its stages in short, for lists: they are half of what a list would read else. Kept by triggers.
    pipeline_figures TEXT,
    -- When the system was asked for it, in milliseconds since 1970: nothing older overwrites it.
    pipeline_ms INTEGER NOT NULL DEFAULT 0,
    -- What the system's list last said of it, as a hash; NULL when it was learnt another way.
    list_hash TEXT,
    -- When the system was asked for what stands here, in milliseconds since 1970: nothing older overwrites it.
    read_ms INTEGER NOT NULL DEFAULT 0,
    synced_at TEXT,
    -- Those who score have been told of it.
    is_announced INTEGER NOT NULL DEFAULT 0 CHECK (is_announced IN (0, 1)),
    -- Counts the changes. A write that means another version than there is gives it a negative one, and so
    -- writes nothing.
    version INTEGER NOT NULL DEFAULT 1 CONSTRAINT job_is_as_read CHECK (version > 0),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- Last, for it may be long.
    description TEXT,
    UNIQUE (source, external_id)
) STRICT;

-- The list in its usual order: the best first, unscored ones last, then the longest open.
CREATE INDEX jobs_ranked ON jobs (is_active, composite DESC, coalesce(opened_at, '9999'), id);
-- Figures of the dashboard, from this index alone.
CREATE INDEX jobs_by_status ON jobs (is_active, status, rank);
-- What a sync goes through.
CREATE INDEX jobs_open ON jobs (source, external_id) WHERE is_active = 1;

-- Substring search in any script.
CREATE VIRTUAL TABLE job_index USING fts5(
    search_text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1');

CREATE TRIGGER jobs_index_insert AFTER INSERT ON jobs BEGIN
    INSERT INTO job_index (rowid, search_text) VALUES (new.id, new.search_text);
END;

CREATE TRIGGER jobs_index_update AFTER UPDATE OF search_text ON jobs
WHEN old.search_text IS NOT new.search_text
BEGIN
    UPDATE job_index SET search_text = new.search_text WHERE rowid = new.id;
END;

CREATE TRIGGER jobs_index_delete AFTER DELETE ON jobs BEGIN
    DELETE FROM job_index WHERE rowid = old.id;
END;

CREATE TRIGGER jobs_figures_insert AFTER INSERT ON jobs WHEN new.pipeline IS NOT NULL BEGIN
    UPDATE jobs SET pipeline_figures = (
        SELECT json_group_array(json_array(value ->> 'name', value ->> 'count', value ->> 'is_out',
            value ->> 'closed', value ->> 'closed_ms', value ->> 'open', value ->> 'open_ms'))
        FROM json_each(new.pipeline, '$.stages'))
    WHERE id = new.id;
END;

CREATE TRIGGER jobs_figures_update AFTER UPDATE OF pipeline ON jobs
WHEN old.pipeline IS NOT new.pipeline
BEGIN
    UPDATE jobs SET pipeline_figures = iif(new.pipeline IS NULL, NULL, (
        SELECT json_group_array(json_array(value ->> 'name', value ->> 'count', value ->> 'is_out',
            value ->> 'closed', value ->> 'closed_ms', value ->> 'open', value ->> 'open_ms'))
        FROM json_each(new.pipeline, '$.stages')))
    WHERE id = new.id;
END;

-- What people think of a job: one score a scorer and day.
CREATE TABLE job_scores (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    -- Of the scorer, when it was given.
    scoring_role TEXT NOT NULL,
    scoring_date TEXT NOT NULL,
    client_engagement INTEGER NOT NULL CHECK (client_engagement BETWEEN 1 AND 5),
    search_difficulty INTEGER NOT NULL CHECK (search_difficulty BETWEEN 1 AND 5),
    time_open INTEGER NOT NULL CHECK (time_open BETWEEN 1 AND 5),
    fee_size INTEGER NOT NULL CHECK (fee_size BETWEEN 1 AND 5),
    -- By the weights of that day.
    composite REAL NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (job_id, user_id, scoring_date)
) STRICT;

-- A scorer's own scores, and what they have not scored lately.
CREATE INDEX job_scores_by_user ON job_scores (user_id, job_id, scoring_date);

-- Every ranking a job has had; the newest is also in the job's row.
CREATE TABLE job_rankings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    scoring_date TEXT NOT NULL,
    composite REAL NOT NULL,
    rank TEXT NOT NULL CHECK (rank IN ('A', 'B', 'C')),
    -- JSON: the mean of the scorers of each role.
    by_role TEXT NOT NULL,
    scorers INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('score', 'weights')),
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX job_rankings_by_job ON job_rankings (job_id, id);

-- Moves of candidates through the stages of a job, as the system tells them. Of a candidate only the
-- system's id is kept.
CREATE TABLE stage_moves (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    candidate_ref TEXT NOT NULL,
    moved_at TEXT NOT NULL,
    from_stage TEXT,
    to_stage TEXT NOT NULL,
    reason TEXT,
    -- Known where it was asked for.
    moved_by TEXT,
    PRIMARY KEY (job_id, candidate_ref, moved_at, to_stage)
) STRICT, WITHOUT ROWID;

-- A job's pipeline as it stood at the end of each day on which it changed.
CREATE TABLE pipeline_snapshots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    total_candidates INTEGER NOT NULL,
    -- JSON: the stages of the pipeline, as in the job's row.
    stages TEXT NOT NULL,
    UNIQUE (job_id, day)
) STRICT;

-- Values that people set at run time, as JSON.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row. What is cached holds these numbers as they were, and counts only while they are the same.
CREATE TABLE cache_state (
    -- Counted up to clear all caches.
    epoch INTEGER NOT NULL,
    -- Counted up when anything in a list of jobs changes.
    jobs INTEGER NOT NULL
) STRICT;
INSERT INTO cache_state (epoch, jobs) VALUES (1, 1);
