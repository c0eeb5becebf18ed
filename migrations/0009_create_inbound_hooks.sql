-- Webhooks that others sent, as they came: stored before anything is done about them.
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
CREATE INDEX inbound_hooks_open ON inbound_hooks (system, job_ref, candidate_ref) WHERE processed_at IS NULL;
CREATE INDEX inbound_hooks_failed ON inbound_hooks (system, failed_ms) WHERE status = 'failed';

-- When an alert of each name was last sent, so that one is sent once a window.
CREATE TABLE alerts (
    name TEXT PRIMARY KEY,
    sent_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
