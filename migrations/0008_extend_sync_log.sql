-- How far a sync has come, and what it came to.
ALTER TABLE sync_log ADD COLUMN phase TEXT;
ALTER TABLE sync_log ADD COLUMN is_forced INTEGER NOT NULL DEFAULT 0;
-- Jobs the system says it has, and those read so far.
ALTER TABLE sync_log ADD COLUMN total INTEGER;
ALTER TABLE sync_log ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN deactivated INTEGER NOT NULL DEFAULT 0;
-- Pipelines read, those that had changed, and those there are to read.
ALTER TABLE sync_log ADD COLUMN pipelines INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN pipelines_changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN pipelines_total INTEGER;
-- What could not be read and was left as it was.
ALTER TABLE sync_log ADD COLUMN unreadable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN retries INTEGER NOT NULL DEFAULT 0;
-- Milliseconds: in steps, and of those waiting for the system.
ALTER TABLE sync_log ADD COLUMN ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_log ADD COLUMN vendor_ms INTEGER NOT NULL DEFAULT 0;

-- What there are few of among all syncs, in their order: sweeps, and what failed. A sweep that finds nothing
-- new writes next to nothing else, so no more than it takes. And one sweep at a time.
DROP INDEX sync_log_by_status;
CREATE INDEX sync_log_sweeps ON sync_log (id) WHERE kind <> 'webhook';
CREATE INDEX sync_log_failed ON sync_log (id) WHERE status = 'failed';
CREATE UNIQUE INDEX sync_log_running ON sync_log (system) WHERE status = 'running' AND kind <> 'webhook';

-- What a sweep has read and not yet applied: only what differs from what is known. Nothing is applied before
-- all has been read.
CREATE TABLE staged_jobs (
    external_id TEXT PRIMARY KEY,
    -- JSON: the job as the system has it, and when it was read.
    job TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The activity feed shows a sync only when it brought something.
DROP INDEX events_in_feed;
CREATE INDEX events_in_feed ON events (seq) WHERE type IN (
    'candidate.created', 'candidate.status_changed', 'interview.scheduled',
    'interview.status_changed', 'sync.completed') AND coalesce(data ->> '$.count', 1) > 0;
