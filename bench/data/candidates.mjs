// Invented candidates, one after another, always the same for the same seed.

import { chance, integer, pick, sample, seeded, uuid } from './random.mjs'
import {
  CYRILLIC, LATIN, NOTES, POSITIONS, RARE, SKILLS, SOURCES, STAGE_OF_STATUS, STATUSES, inLatin,
} from './words.mjs'

const FIRST_APPLIED_MS = Date.UTC(2026, 0, 5, 8)
const YEAR_MINUTES = 365 * 24 * 60

export const utc = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`

export function* candidates(count) {
  const random = seeded(20260105)
  for (let id = 1; id <= count; id++) yield candidate(random, id)
}

/** Keyed by the columns of the D1 table. */
function candidate(random, id) {
  const script = chance(random, 0.4) ? 'cyrillic' : 'latin'
  const names = script === 'latin' ? LATIN : CYRILLIC
  const first = pick(random, names.first)
  const last = chance(random, 1 / 5000) ? RARE[script] : pick(random, names.last)
  const email = `${inLatin(first)}.${inLatin(last)}.${id}@${pick(random, ['example.com', 'example.org'])}`
  const position = pick(random, POSITIONS)
  const phase = chance(random, 0.6) ? 1 : 2
  const status = pick(random, STATUSES[phase])
  const applied = FIRST_APPLIED_MS + integer(random, 0, YEAR_MINUTES) * 60_000
  const updated = applied + integer(random, 0, 30 * 24 * 60) * 60_000
  return {
    id,
    uuid: uuid(random),
    first_name: first,
    first_name_key: first.toLowerCase(),
    last_name: last,
    last_name_key: last.toLowerCase(),
    email,
    email_key: email.toLowerCase(),
    phone: chance(random, 0.8) ? phone(random) : null,
    position,
    position_key: position.toLowerCase(),
    stage: STAGE_OF_STATUS[status],
    phase,
    status,
    source: pick(random, SOURCES),
    skills: chance(random, 0.9) ? sample(random, SKILLS, integer(random, 2, 6)).join(', ') : null,
    experience: chance(random, 0.9) ? integer(random, 0, 30) : null,
    resume_url: chance(random, 0.5) ? `https://files.example.com/resumes/${id}.pdf` : null,
    linkedin_url: chance(random, 0.5) ? `https://profiles.example.com/${inLatin(first)}-${id}` : null,
    applied_at: utc(applied),
    created_at: utc(applied),
    updated_at: utc(updated),
    notes: chance(random, 0.7) ? notes(random, script) : null,
  }
}

const phone = (random) => `+1 555 ${integer(random, 100, 999)} ${integer(random, 1000, 9999)}`

/** 100 to 600 characters of whole sentences. */
function notes(random, script) {
  const wanted = integer(random, 100, 540)
  let text = pick(random, NOTES[script])
  while (text.length < wanted) text += ` ${pick(random, NOTES[script])}`
  return text
}
