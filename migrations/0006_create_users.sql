-- The people who sign in, one table for all contracts.
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

-- Sign-ins that failed since the last good one, by e-mail and not by user: an e-mail that nobody has is
-- locked as any other, and so a lock tells nothing.
CREATE TABLE sign_ins (
    email_key TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    first_failed_ms INTEGER NOT NULL,
    locked_until_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_ins_by_age ON sign_ins (first_failed_ms);
