-- The one log of what happened, in order, written in the batch of the change it tells of.
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

-- The activity feed shows these; its query repeats the list word for word, else the index is not used.
CREATE INDEX events_in_feed ON events (seq) WHERE type IN (
    'candidate.created', 'candidate.status_changed', 'interview.scheduled',
    'interview.status_changed', 'sync.completed');

-- Runs of the syncs with outside systems.
CREATE TABLE sync_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    system TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('full', 'webhook', 'manual')),
    status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed')),
    started_at TEXT NOT NULL,
    finished_at TEXT,
    error TEXT
) STRICT;

CREATE INDEX sync_log_by_status ON sync_log (status);
