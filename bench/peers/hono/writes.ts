// Writes of candidates: one batch each, the row and the event that tells of it.

import { COLUMNS, type CandidateRow } from './candidate'
import type { Database, Statement } from './env'
import type { CandidatePatch, NewCandidate } from './schema'
import { STAGES } from './stage'

const now = () => `${new Date().toISOString().slice(0, 19)}Z`

/** Each searched field, and the column that holds it case-folded. */
const FOLDED = {
  firstName: 'first_name_key',
  lastName: 'last_name_key',
  email: 'email_key',
  position: 'position_key',
} as const

/** The columns an event tells of; two calls, for D1 takes 32 arguments in one. */
const SUBJECT = `json_insert(
  json_object('id', id, 'uuid', uuid, 'first_name', first_name, 'last_name', last_name,
    'email', email, 'phone', phone, 'position', position, 'stage', stage, 'phase', phase,
    'status', status, 'source', source, 'skills', skills, 'experience', experience,
    'resume_url', resume_url, 'linkedin_url', linkedin_url, 'notes', notes),
  '$.applied_at', applied_at, '$.created_at', created_at, '$.updated_at', updated_at)`

export async function create(db: Database, candidate: NewCandidate): Promise<CandidateRow> {
  const uuid = crypto.randomUUID()
  const at = now()
  const { firstName, lastName, email, position } = candidate
  const insert = db
    .prepare(
      `INSERT INTO candidates (uuid, first_name, first_name_key, last_name, last_name_key, email,
         email_key, phone, position, position_key, stage, phase, status, source, skills, experience,
         resume_url, linkedin_url, applied_at, created_at, updated_at, notes)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
         ?19, ?19, ?19, ?20)
       RETURNING ${COLUMNS}`,
    )
    .bind(
      uuid, firstName, firstName.toLowerCase(), lastName, lastName.toLowerCase(),
      email, email.toLowerCase(), candidate.phone, position, position.toLowerCase(),
      STAGES[candidate.status][0], candidate.phase, candidate.status, candidate.source,
      candidate.skills, candidate.experience, candidate.resumeUrl, candidate.linkedinUrl,
      at, candidate.notes,
    )
  const event = db
    .prepare(
      `INSERT INTO events (id, type, at, subject_type, subject_id, data)
       SELECT ?1, 'candidate.created', ?2, 'candidate', id, ${SUBJECT}
       FROM candidates WHERE uuid = ?3`,
    )
    .bind(crypto.randomUUID(), at, uuid)
  const [inserted] = await db.batch<CandidateRow>([insert, event])
  return inserted.results[0]
}

/** The column of each field. */
const COLUMN_OF: Record<keyof CandidatePatch, string> = {
  firstName: 'first_name', lastName: 'last_name', email: 'email', phone: 'phone',
  position: 'position', phase: 'phase', status: 'status', source: 'source', skills: 'skills',
  experience: 'experience', notes: 'notes', resumeUrl: 'resume_url', linkedinUrl: 'linkedin_url',
}

export async function update(
  db: Database,
  id: number,
  patch: CandidatePatch,
): Promise<CandidateRow | null> {
  const at = now()
  const statements = [tellStatement(db, id, at, patch, 'candidate.updated')]
  if (patch.status !== undefined) {
    statements.push(tellStatement(db, id, at, patch, 'candidate.status_changed'))
  }
  statements.push(updateStatement(db, id, at, patch))
  statements.push(db.prepare(`SELECT ${COLUMNS} FROM candidates WHERE id = ?1`).bind(id))
  const results = await db.batch<CandidateRow>(statements)
  return results[results.length - 1].results[0] ?? null
}

/** Tells of the row as it will stand; a change of status only when the status differs. */
function tellStatement(
  db: Database,
  id: number,
  at: string,
  patch: CandidatePatch,
  type: 'candidate.updated' | 'candidate.status_changed',
): Statement {
  const after: Record<string, unknown> = { updated_at: at }
  for (const [field, column] of Object.entries(COLUMN_OF)) {
    const value = patch[field as keyof CandidatePatch]
    if (value !== undefined) after[column] = value
  }
  const moved = type === 'candidate.status_changed'
  return db
    .prepare(
      `INSERT INTO events (id, type, at, subject_type, subject_id, data)
       SELECT ?1, ?2, ?3, 'candidate', id, json_patch(${SUBJECT}, ?4)
       FROM candidates WHERE id = ?5 ${moved ? 'AND status IS NOT ?6' : ''}`,
    )
    .bind(crypto.randomUUID(), type, at, JSON.stringify(after), id, ...(moved ? [patch.status] : []))
}

function updateStatement(db: Database, id: number, at: string, patch: CandidatePatch): Statement {
  const sets = ['updated_at = ?2']
  const values: unknown[] = [id, at]
  const bound = (value: unknown) => `?${values.push(value)}`
  for (const [field, column] of Object.entries(COLUMN_OF)) {
    const value = patch[field as keyof CandidatePatch]
    if (value !== undefined) sets.push(`${column} = ${bound(value)}`)
  }
  for (const [field, column] of Object.entries(FOLDED)) {
    const value = patch[field as keyof typeof FOLDED]
    if (value !== undefined) sets.push(`${column} = ${bound(value.toLowerCase())}`)
  }
  if (patch.status !== undefined) {
    const readings = STAGES[patch.status].map(bound)
    sets.push(`stage = iif(stage IN (${readings.join(', ')}), stage, ${readings[0]})`)
  }
  return db.prepare(`UPDATE candidates SET ${sets.join(', ')} WHERE id = ?1`).bind(...values)
}
