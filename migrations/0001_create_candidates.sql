-- A person who applied or was sourced: one row, whichever contract brought them.
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
) STRICT;

-- Substring search in any script, and every combination of filters in id order, from one index.
-- facets holds three three-letter codes, '[1]' + 'New' + 'Lin': each is one trigram.
-- The text is case-folded before it comes here, so the tokenizer compares exactly.
CREATE VIRTUAL TABLE candidate_index USING fts5(
    search_text, facets,
    content='', contentless_delete=1, tokenize='trigram case_sensitive 1');

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

CREATE TRIGGER candidates_index_delete AFTER DELETE ON candidates BEGIN
    DELETE FROM candidate_index WHERE rowid = old.id;
END;

-- How many people stand where, kept by triggers: the dashboard reads these few rows, never the people.
CREATE TABLE candidate_counts (
    phase INTEGER NOT NULL,
    status TEXT NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (phase, status)
) STRICT, WITHOUT ROWID;

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

CREATE TRIGGER candidates_count_delete AFTER DELETE ON candidates BEGIN
    UPDATE candidate_counts SET people = people - 1
    WHERE phase = old.phase AND status = old.status;
END;
