// Fills the FastAPI peer's SQLite file, whose schema its own code has made, with the same rows.

import { DatabaseSync } from 'node:sqlite'
import { candidates } from './candidates.mjs'
import { interviews } from './interviews.mjs'

/** The peer's columns, and where each comes from. */
const CANDIDATE = {
  id: 'id', firstName: 'first_name', lastName: 'last_name', email: 'email', phone: 'phone',
  position: 'position', phase: 'phase', status: 'status', source: 'source',
  appliedDate: 'applied_at', lastUpdated: 'updated_at', skills: 'skills',
  experience: 'experience', notes: 'notes', resumeUrl: 'resume_url', linkedinUrl: 'linkedin_url',
}
const INTERVIEW = {
  id: 'id', candidateId: 'candidate_id', type: 'type', scheduledDate: 'scheduled_at',
  duration: 'duration', interviewer: 'interviewer', status: 'status', notes: 'notes', rating: 'rating',
}
const DATES = new Set(['appliedDate', 'lastUpdated', 'scheduledDate'])

export function loadSqlite(path, sizes) {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; BEGIN')
  insertAll(database, 'candidates', CANDIDATE, candidates(sizes.candidates))
  insertAll(database, 'interviews', INTERVIEW, interviews(sizes.interviews, sizes.candidates))
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

function insertAll(database, table, columns, rows) {
  const names = Object.keys(columns)
  const places = names.map(() => '?').join(', ')
  const insert = database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`)
  for (const row of rows) insert.run(...names.map((name) => cell(name, row[columns[name]])))
}

// SQLAlchemy keeps a naive DateTime in SQLite as `2026-01-05 08:00:00.000000`.
const cell = (name, value) =>
  DATES.has(name) ? `${value.replace('T', ' ').replace('Z', '')}.000000` : value
