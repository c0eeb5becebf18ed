-- Answers to POSTs that carry an Idempotency-Key, so that a repeat is answered and not done again.
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

-- Counts the changes of a row: what an ETag is made of.
ALTER TABLE candidates ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE interviews ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
