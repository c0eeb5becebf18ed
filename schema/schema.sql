-- All migrations applied. Generated: change it by a migration, then `npm run generate`.

CREATE TABLE alerts (
    name TEXT PRIMARY KEY,
    sent_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cache_state (
    -- Counted up to clear all caches.
    epoch INTEGER NOT NULL,
    -- Counted up when anything in a list of jobs changes.
    jobs INTEGER NOT NULL
) STRICT;

CREATE TABLE candidate_counts (
    phase INTEGER NOT NULL,
    status TEXT NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (phase, status)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE candidate_index USING fts5(
    search_text, facets,
    content='', contentless_delete=1, tokenize='trigram case_sensitive 1');

CREATE TABLE candidates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    -- As written. The _key columns hold the same case-folded by the application (SQLite folds
    -- ASCII only): they are what search and uniqueness look at.
    first_name TEXT NOT NULL,
    first_name_key TEXT NOT NULL,
    last_name TEXT NOT NULL,
    last_name_key TEXT NOT NULL,
    email TEXT,
    email_key TEXT UNIQUE,
    phone TEXT,
    position TEXT NOT NULL,
    position_key TEXT NOT NULL,
    -- 'first last first', so that a full name is found in either order.
    search_text TEXT NOT NULL GENERATED ALWAYS AS (
        first_name_key || ' ' || last_name_key || ' ' || first_name_key || char(10)
        || coalesce(email_key, '') || char(10) || position_key) VIRTUAL,
    -- Where the person stands, in our words, and the last word RecruitOS used for it.
    stage TEXT NOT NULL CHECK (stage IN (
        'applied', 'screened', 'test_sent', 'test_done', 'interview_pending', 'interview_done',
        'technical_interview', 'final_interview', 'offer', 'hired', 'rejected')),
    phase INTEGER NOT NULL CHECK (phase IN (1, 2)),
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    skills TEXT,
    experience INTEGER,
    resume_url TEXT,
    linkedin_url TEXT,
    applied_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- Last, for it may be long: columns before it are read without its overflow pages.
    notes TEXT
, version INTEGER NOT NULL DEFAULT 1) STRICT;

CREATE TRIGGER candidates_count_delete AFTER DELETE ON candidates BEGIN
    UPDATE candidate_counts SET people = people - 1
    WHERE phase = old.phase AND status = old.status;
END;

CREATE TRIGGER candidates_count_insert AFTER INSERT ON candidates BEGIN
    INSERT INTO candidate_counts (phase, status, people) VALUES (new.phase, new.status, 1)
    ON CONFLICT (phase, status) DO UPDATE SET people = people + 1;
END;

CREATE TRIGGER candidates_count_update AFTER UPDATE OF phase, status ON candidates
WHEN old.phase IS NOT new.phase OR old.status IS NOT new.status
BEGIN
    UPDATE candidate_counts SET people = people - 1
    WHERE phase = old.phase AND status = old.status;
    INSERT INTO candidate_counts (phase, status, people) VALUES (new.phase, new.status, 1)
    ON CONFLICT (phase, status) DO UPDATE SET people = people + 1;
END;

CREATE TRIGGER candidates_index_delete AFTER DELETE ON candidates BEGIN
    DELETE FROM candidate_index WHERE rowid = old.id;
END;

CREATE TRIGGER candidates_index_insert AFTER INSERT ON candidates BEGIN
    INSERT INTO candidate_index (rowid, search_text, facets)
    VALUES (new.id, new.search_text,
            '[' || new.phase || ']' || substr(new.status, 1, 3) || substr(new.source, 1, 3));
END;

CREATE TRIGGER candidates_index_update
AFTER UPDATE OF first_name_key, last_name_key, email_key, position_key, phase, status, source
ON candidates
WHEN old.search_text IS NOT new.search_text OR old.phase IS NOT new.phase
    OR old.status IS NOT new.status OR old.source IS NOT new.source
BEGIN
    UPDATE candidate_index
    SET search_text = new.search_text,
        facets = '[' || new.phase || ']' || substr(new.status, 1, 3) || substr(new.source, 1, 3)
    WHERE rowid = new.id;
END;

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id INTEGER NOT NULL REFERENCES endpoints (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL,
    -- In the log; NULL for what is not there, whose body stands here.
    event_seq INTEGER,
    event_type TEXT NOT NULL,
    body TEXT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
    -- Why it failed: its tries are used up, or the endpoint was disabled, ...
    reason TEXT CHECK (reason IN ('exhausted', 'disabled', 'gone', 'expired')),
    -- Tries of the present round; asked to be sent again, a delivery begins a new one.
    tries INTEGER NOT NULL DEFAULT 0,
    due_ms INTEGER NOT NULL,
    -- JSON array of the last tries of all rounds.
    attempts TEXT NOT NULL DEFAULT '[]',
    created_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, event_id);

CREATE INDEX deliveries_pending ON deliveries (endpoint_id, due_ms) WHERE status = 'pending';

CREATE TABLE endpoints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    description TEXT,
    -- JSON array of event types; NULL means all.
    types TEXT,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    disabled_reason TEXT CHECK (disabled_reason IN ('manual', 'gone', 'failing')),
    -- Encrypted. The previous secret signs beside it until its time.
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_secret_until_ms INTEGER,
    -- Events up to here have been looked at for it.
    relayed_seq INTEGER NOT NULL,
    -- The first failed try since one went well, or since none failed for a day; and the last.
    failing_since_ms INTEGER,
    last_failed_ms INTEGER,
    -- It asked to be sent nothing before this time.
    wait_until_ms INTEGER,
    -- Counted up when it is enabled, disabled or has another URL: what a run finds out about the one it
    -- read says nothing of the next.
    generation INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE INDEX endpoints_behind ON endpoints (relayed_seq) WHERE enabled = 1;

CREATE TABLE event_log (pruned_seq INTEGER NOT NULL) STRICT;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    -- UUIDv7: the event's name for life, to the outside.
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    at TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id INTEGER NOT NULL,
    -- The subject as it stood after the change, in no contract's words.
    data TEXT NOT NULL
) STRICT;

CREATE INDEX events_in_feed ON events (seq) WHERE type IN (
    'candidate.created', 'candidate.status_changed', 'interview.scheduled',
    'interview.status_changed', 'sync.completed') AND coalesce(data ->> '$.count', 1) > 0;

CREATE TABLE idempotency_keys (
    -- In the order of entry, which is nearly that of age. No AUTOINCREMENT: nobody refers to a row,
    -- and the count of ids would be one more row to write.
    seq INTEGER PRIMARY KEY,
    -- Hash of the caller's credential: two callers may use the same key.
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    -- Hash of the request: method, path, query and body.
    fingerprint TEXT NOT NULL,
    -- A request that no longer holds its reservation writes another word here, and so nothing at all.
    status TEXT NOT NULL CONSTRAINT reservation_is_held CHECK (status IN ('running', 'done')),
    -- Of the request that holds the reservation.
    token TEXT NOT NULL,
    -- When it counts as crashed.
    lease_until_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    http_status INTEGER,
    etag TEXT,
    body TEXT,
    UNIQUE (caller, key),
    CHECK (status = 'running' OR (http_status IS NOT NULL AND body IS NOT NULL))
) STRICT;

CREATE TABLE inbound_hooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    system TEXT NOT NULL,
    -- What happened, in the sender's words; NULL when it does not say.
    kind TEXT,
    -- The sender's ids of what it is about.
    job_ref TEXT,
    candidate_ref TEXT,
    -- The same for repeats.
    dedupe_key TEXT NOT NULL,
    -- 'received' waits to be processed; 'ignored' is about nothing we keep; 'duplicate' repeats another.
    status TEXT NOT NULL CHECK (status IN ('received', 'processed', 'ignored', 'duplicate', 'failed')),
    error TEXT,
    replays INTEGER NOT NULL DEFAULT 0,
    received_at TEXT NOT NULL,
    received_ms INTEGER NOT NULL,
    -- When all was done about it; NULL while it waits or has failed.
    processed_at TEXT,
    failed_ms INTEGER,
    -- Last, for it may be long.
    body TEXT NOT NULL
) STRICT;

CREATE INDEX inbound_hooks_by_key ON inbound_hooks (system, dedupe_key);

CREATE INDEX inbound_hooks_failed ON inbound_hooks (system, failed_ms) WHERE status = 'failed';

CREATE INDEX inbound_hooks_open ON inbound_hooks (system, job_ref, candidate_ref) WHERE processed_at IS NULL;

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
, version INTEGER NOT NULL DEFAULT 1) STRICT;

CREATE INDEX interviews_by_candidate ON interviews (candidate_id);

CREATE INDEX interviews_by_day ON interviews (scheduled_day);

CREATE INDEX interviews_by_day_interviewer ON interviews (scheduled_day, interviewer_key, status);

CREATE INDEX interviews_by_day_status ON interviews (scheduled_day, status);

CREATE INDEX interviews_by_interviewer ON interviews (interviewer_key);

CREATE INDEX interviews_by_status ON interviews (status);

CREATE INDEX interviews_by_status_interviewer ON interviews (status, interviewer_key);

CREATE VIRTUAL TABLE job_index USING fts5(
    search_text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1');

CREATE TABLE 'job_index_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'job_index_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'job_index_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'job_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

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

CREATE INDEX job_scores_by_user ON job_scores (user_id, job_id, scoring_date);

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

CREATE INDEX jobs_by_status ON jobs (is_active, status, rank);

CREATE INDEX jobs_open ON jobs (source, external_id) WHERE is_active = 1;

CREATE INDEX jobs_ranked ON jobs (is_active, composite DESC, coalesce(opened_at, '9999'), id);

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

CREATE TRIGGER jobs_index_delete AFTER DELETE ON jobs BEGIN
    DELETE FROM job_index WHERE rowid = old.id;
END;

CREATE TRIGGER jobs_index_insert AFTER INSERT ON jobs BEGIN
    INSERT INTO job_index (rowid, search_text) VALUES (new.id, new.search_text);
END;

CREATE TRIGGER jobs_index_update AFTER UPDATE OF search_text ON jobs
WHEN old.search_text IS NOT new.search_text
BEGIN
    UPDATE job_index SET search_text = new.search_text WHERE rowid = new.id;
END;

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

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_ins (
    email_key TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    first_failed_ms INTEGER NOT NULL,
    locked_until_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_ins_by_age ON sign_ins (first_failed_ms);

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

CREATE TABLE staged_jobs (
    external_id TEXT PRIMARY KEY,
    -- JSON: the job as the system has it, and when it was read.
    job TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    system TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('full', 'webhook', 'manual')),
    status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed')),
    started_at TEXT NOT NULL,
    finished_at TEXT,
    error TEXT
, phase TEXT, is_forced INTEGER NOT NULL DEFAULT 0, total INTEGER, seen INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0, deactivated INTEGER NOT NULL DEFAULT 0, pipelines INTEGER NOT NULL DEFAULT 0, pipelines_changed INTEGER NOT NULL DEFAULT 0, pipelines_total INTEGER, unreadable INTEGER NOT NULL DEFAULT 0, calls INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0, ms INTEGER NOT NULL DEFAULT 0, vendor_ms INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX sync_log_failed ON sync_log (id) WHERE status = 'failed';

CREATE UNIQUE INDEX sync_log_running ON sync_log (system) WHERE status = 'running' AND kind <> 'webhook';

CREATE INDEX sync_log_sweeps ON sync_log (id) WHERE kind <> 'webhook';

CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    -- JSON. What is too long for a row is a file, and payload_key names it.
    payload TEXT,
    payload_key TEXT,
    -- A run that is no longer the task's writes another word here, and so nothing at all.
    status TEXT NOT NULL CONSTRAINT run_is_held
        CHECK (status IN ('pending', 'running', 'completed', 'failed', 'dead')),
    priority INTEGER NOT NULL,
    -- Tries of the present step: counted up by the claim, back to 0 after a step that went well.
    attempts INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    -- Counted up by the claim, never back: each run has a number of its own.
    run INTEGER NOT NULL DEFAULT 0,
    -- How long a run may take before the task is given to another.
    lease_ms INTEGER NOT NULL,
    leased_until_ms INTEGER,
    due_ms INTEGER NOT NULL,
    -- When a message should next be sent for it.
    signal_ms INTEGER NOT NULL,
    -- Set when the task was asked for while it ran: it runs once more.
    rerun_ms INTEGER,
    -- At most one pending or running task has this.
    dedupe_key TEXT,
    -- How far the steps have come, in the kind's own words.
    cursor TEXT,
    last_error TEXT,
    -- JSON, or the name of its file.
    result TEXT,
    result_key TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT
) STRICT;

CREATE UNIQUE INDEX tasks_dedupe ON tasks (dedupe_key) WHERE status IN ('pending', 'running');

CREATE INDEX tasks_due ON tasks (priority, due_ms) WHERE status = 'pending';

CREATE INDEX tasks_leased ON tasks (leased_until_ms) WHERE status = 'running';

CREATE INDEX tasks_to_signal ON tasks (signal_ms) WHERE status = 'pending';

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    -- Without case: what it is unique by.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- What they may do.
    role TEXT NOT NULL CHECK (role IN ('admin', 'recruiter', 'readonly')),
    -- As whom they score jobs.
    scoring_role TEXT NOT NULL CHECK (scoring_role IN ('account_manager', 'sales_person', 'ceo', 'other')),
    -- Argon2id, with its salt and its cost, as a PHC string.
    password_hash TEXT NOT NULL,
    -- Users are never deleted, for what they did refers to them.
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    -- Tokens name it: counted up, all that were given before end.
    token_generation INTEGER NOT NULL DEFAULT 1,
    version INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    last_login_at TEXT
) STRICT;
