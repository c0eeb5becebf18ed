// Reads of candidates and jobs: one D1 round trip each.

import { COLUMNS, type CandidateRow } from './candidate'
import type { Database, Statement } from './env'
import { JOB_COLUMNS, type JobRow } from './job'
import type { JobQuery, ListQuery } from './schema'

export const find = (db: Database, id: number) =>
  db.prepare(`SELECT ${COLUMNS} FROM candidates WHERE id = ?1`).bind(id).first<CandidateRow>()

export const list = async (db: Database, query: ListQuery) =>
  (await listStatement(db, query).all<CandidateRow>()).results

/** Active jobs, the best first, unscored ones last, then the longest open; one more than the limit. */
export const listJobs = async (db: Database, { limit, offset }: JobQuery) =>
  (await db.prepare(LIST_JOBS).bind(limit + 1, offset).all<JobRow>()).results

const LIST_JOBS =
  `SELECT ${JOB_COLUMNS} FROM jobs WHERE is_active = 1 ` +
  `ORDER BY composite DESC, coalesce(opened_at, '9999'), id LIMIT ?1 OFFSET ?2`

function listStatement(db: Database, query: ListQuery): Statement {
  const { search, limit, offset } = query
  // A trigram index knows nothing of needles under three characters: those are looked for row by row.
  const short = search !== undefined && [...search].length < 3
  const terms = indexTerms(query, short)
  const values: unknown[] = [limit, offset]
  const bound = (value: unknown) => `?${values.push(value)}`
  const conditions: string[] = []
  if (terms.length > 0) conditions.push(`candidate_index MATCH ${bound(terms.join(' AND '))}`)
  if (short) conditions.push(`instr(candidates.search_text, ${bound(search)}) > 0`)
  const [from, order] =
    terms.length > 0
      ? ['candidate_index CROSS JOIN candidates ON id = candidate_index.rowid', 'candidate_index.rowid']
      : ['candidates', 'id']
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  const sql = `SELECT ${COLUMNS} FROM ${from} ${where} ORDER BY ${order} LIMIT ?1 OFFSET ?2`
  return db.prepare(sql).bind(...values)
}

function indexTerms({ phase, status, source, search }: ListQuery, short: boolean): string[] {
  const terms: string[] = []
  if (search !== undefined && !short) terms.push(`search_text : ${quoted(search)}`)
  if (phase !== undefined) terms.push(`facets : "[${phase}]"`)
  if (status !== undefined) terms.push(`facets : ${quoted(status.slice(0, 3))}`)
  if (source !== undefined) terms.push(`facets : ${quoted(source.slice(0, 3))}`)
  return terms
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
