// Invented interviews over half a year; the diary of sixty interviewers.

import { utc } from './candidates.mjs'
import { chance, integer, pick, seeded, uuid } from './random.mjs'
import { INTERVIEW_STATUSES, INTERVIEW_TYPES, LATIN } from './words.mjs'

const FIRST_DAY_MS = Date.UTC(2026, 6, 1)
const DAYS = 180
const DAY_MS = 86_400_000

/** Sixty different names. */
export const INTERVIEWERS = Array.from(
  { length: 60 },
  (_, i) => `${LATIN.first[i % 30]} ${LATIN.last[(i * 7 + Math.floor(i / 30)) % 34]}`,
)

/** One in three hundred interviews is with this person. */
export const BUSY_CANDIDATE = 42

export function* interviews(count, candidateCount) {
  const random = seeded(20260701)
  for (let id = 1; id <= count; id++) yield interview(random, id, candidateCount)
}

/** Keyed by the columns of the D1 table. */
function interview(random, id, candidateCount) {
  const day = FIRST_DAY_MS + integer(random, 0, DAYS - 1) * DAY_MS
  const scheduled = day + integer(random, 16, 36) * 30 * 60_000
  const status = pick(random, INTERVIEW_STATUSES)
  const interviewer = pick(random, INTERVIEWERS)
  return {
    id,
    uuid: uuid(random),
    candidate_id: chance(random, 1 / 300) ? BUSY_CANDIDATE : integer(random, 1, candidateCount),
    type: pick(random, INTERVIEW_TYPES),
    scheduled_at: utc(scheduled),
    duration: pick(random, [30, 45, 60, 90]),
    interviewer,
    interviewer_key: interviewer.toLowerCase(),
    status,
    rating: status === 'Completed' && chance(random, 0.8) ? integer(random, 1, 5) : null,
    created_at: utc(day - 7 * DAY_MS),
    updated_at: utc(day - 5 * DAY_MS),
    notes: chance(random, 0.3) ? 'Agenda sent to both sides.' : null,
  }
}
