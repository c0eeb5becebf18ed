-- Work that must not be lost: a row here is written in the batch of what asks for it. A Queue message
-- only says that there is one.
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

-- Small whatever the number of finished tasks.
CREATE INDEX tasks_due ON tasks (priority, due_ms) WHERE status = 'pending';
CREATE INDEX tasks_to_signal ON tasks (signal_ms) WHERE status = 'pending';
CREATE INDEX tasks_leased ON tasks (leased_until_ms) WHERE status = 'running';
CREATE UNIQUE INDEX tasks_dedupe ON tasks (dedupe_key) WHERE status IN ('pending', 'running');

-- Who is told of events, by webhooks.
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

-- When all have been relayed, nothing of it is read.
CREATE INDEX endpoints_behind ON endpoints (relayed_seq) WHERE enabled = 1;

-- What an endpoint is told: an event, once, however many tries it takes.
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

-- Event ids are in the order of time, so this is also an endpoint's list.
CREATE UNIQUE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, event_id);
CREATE INDEX deliveries_pending ON deliveries (endpoint_id, due_ms) WHERE status = 'pending';

-- One row: events up to here have been removed from the log.
CREATE TABLE event_log (pruned_seq INTEGER NOT NULL) STRICT;
INSERT INTO event_log (pruned_seq) SELECT coalesce(min(seq) - 1, 0) FROM events;
