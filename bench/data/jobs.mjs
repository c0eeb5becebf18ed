// Invented jobs as a sync leaves them: some that are worked on, with pipelines, the first of those scored,
// and many that are not any more.

import { utc } from './candidates.mjs'
import { chance, integer, pick, seeded } from './random.mjs'
import { POSITIONS } from './words.mjs'

/** Of 10,000 jobs 1,000 are worked on, and of those 300 have been scored. */
export const JOBS = 10_000
export const ACTIVE_JOBS = 1_000
export const SCORED_JOBS = 300

/** Who scores; the scored jobs have a score of each. */
export const SCORERS = ['account_manager', 'sales_person', 'ceo']

/** The ids that the API shows of the jobs and scorers of these numbers, from 1. */
export const jobUuid = (number) => invented(0x10, number)
export const scorerUuid = (number) => invented(0x20, number)

const invented = (kind, number) =>
  `018d26${kind.toString(16)}-1b40-7000-8000-${number.toString(16).padStart(12, '0')}`

// Nothing depends on it but how old all looks.
const NOW_MS = Date.UTC(2026, 9, 31, 9)
const DAY_MS = 86_400_000

const CLIENTS = ['Acme GmbH', 'Globex', 'Initech', 'Umbra AG', 'Northwind', 'ООО Ромашка', 'Contoso', 'Fabrikam']
const LABELS = ['Sourcing', 'Submitted', 'Interviewing', 'Awaiting Feedback', 'Offer']
const CITIES = ['Berlin, Germany', 'London, United Kingdom', 'Almaty, Kazakhstan', 'Remote']
const STAGES = [
  'Sourced', 'Applied', 'Recruiter Screen', 'Submitted to Client', 'Client Interview', 'Offer', 'Hired', 'Disqualified',
]
const IS_OUT = new Set(['Hired', 'Disqualified'])

/** Each table's rows, keyed by column, in an order that the references between them allow. */
export const jobTables = (count) =>
  count === 0
    ? []
    : [
        ['users', scorers()],
        ['jobs', jobs(count)],
        ['job_scores', scores()],
        ['job_rankings', rankings()],
        ['stage_moves', moves()],
        ['pipeline_snapshots', snapshots()],
        ['sync_log', syncs()],
      ]

function* scorers() {
  for (const [i, role] of SCORERS.entries()) {
    const id = i + 1
    const email = `scorer${id}@agency.example.com`
    yield {
      id, uuid: scorerUuid(id), email, email_key: email, name: `Scorer ${id}`, role: 'recruiter',
      scoring_role: role, password_hash: 'nobody signs in by this', is_active: 1,
      created_at: utc(NOW_MS - 400 * DAY_MS), updated_at: utc(NOW_MS - 400 * DAY_MS),
    }
  }
}

/** The active ones are spread over the table as over a vendor's list. */
function* jobs(count) {
  const random = seeded(20260901)
  let active = 0
  for (let id = 1; id <= count; id++) {
    const isActive = isActiveJob(id)
    yield job(random, id, isActive, isActive && active++ < SCORED_JOBS)
  }
}

/** The numbers of the active jobs: every tenth. */
export const activeJob = (place) => place * (JOBS / ACTIVE_JOBS)
const isActiveJob = (id) => id % (JOBS / ACTIVE_JOBS) === 0

function job(random, id, isActive, isScored) {
  const title = `${pick(random, ['', 'Senior ', 'Lead '])}${pick(random, POSITIONS)}`
  const client = chance(random, 0.8) ? pick(random, CLIENTS) : null
  const opened = NOW_MS - integer(random, 1, isActive ? 120 : 1_500) * DAY_MS - integer(random, 0, 86_399) * 1_000
  const composite = isScored ? compositeOf(id) : null
  const hasPipeline = isActive || chance(random, 0.1)
  const read = NOW_MS - integer(random, 0, 1_800) * 1_000
  const details = {
    department: pick(random, ['Engineering', 'Data', 'Sales']),
    salary_range_start: 80_000, salary_range_end: 110_000, openings: integer(random, 1, 3),
    skills: ['Rust', 'SQL', 'Communication'], hiring_team: ['Scorer 1', 'Scorer 3'],
  }
  return {
    id,
    uuid: jobUuid(id),
    source: 'recruiterflow',
    external_id: String(100_000 + id),
    title,
    client_name: client,
    search_text: `${title}\n${client ?? ''}`.toLowerCase(),
    location: pick(random, CITIES),
    status: chance(random, 0.7) ? pick(random, LABELS) : null,
    is_active: Number(isActive),
    opened_at: chance(random, 0.95) ? utc(opened) : null,
    fee: chance(random, 0.8) ? integer(random, 8, 60) * 1_000 : null,
    fee_currency: 'EUR',
    details: JSON.stringify(details),
    rank: composite === null ? null : rankOf(composite),
    composite,
    scoring_date: isScored ? utc(NOW_MS - 3 * DAY_MS).slice(0, 10) : null,
    pipeline: hasPipeline ? JSON.stringify(pipeline(random, opened)) : null,
    pipeline_hash: hasPipeline ? id.toString(16).padStart(32, '0') : null,
    pipeline_at: hasPipeline ? utc(read) : null,
    pipeline_ms: hasPipeline ? read : 0,
    list_hash: id.toString(16).padStart(32, 'f'),
    read_ms: read,
    synced_at: utc(read),
    is_announced: 1,
    created_at: utc(opened),
    updated_at: utc(read),
    description: `<p>We look for a ${title}.</p> `.repeat(20),
  }
}

/** From 1 to 5, two decimals. */
const compositeOf = (id) => 1 + (id % 401) / 100

const rankOf = (composite) => (composite >= 4 ? 'A' : composite >= 2.5 ? 'B' : 'C')

/** 5 to 40 candidates, some at each stage, as figures. */
function pipeline(random, openedMs) {
  let left = integer(random, 5, 40)
  const stages = STAGES.map((name, place) => {
    const count = place === STAGES.length - 1 ? left : integer(random, 0, Math.ceil(left / 3))
    left -= count
    const closed = IS_OUT.has(name) ? 0 : integer(random, 0, 30)
    const since = Math.max(openedMs, NOW_MS - integer(random, 1, 40) * DAY_MS)
    return {
      name, count, is_out: IS_OUT.has(name), closed, closed_ms: closed * integer(random, 1, 9) * DAY_MS,
      open: count, open_ms: count * since,
    }
  })
  return { stages, reasons: { 'Salary expectations': integer(random, 0, 5), 'Client declined': integer(random, 0, 5) } }
}

function* scores() {
  const random = seeded(20260902)
  for (let place = 1; place <= SCORED_JOBS; place++) {
    for (const [who, role] of SCORERS.entries()) {
      const id = (place - 1) * SCORERS.length + who + 1
      const at = NOW_MS - 3 * DAY_MS
      yield {
        id, uuid: invented(0x30, id), job_id: activeJob(place), user_id: who + 1, scoring_role: role,
        scoring_date: utc(at).slice(0, 10), client_engagement: integer(random, 1, 5),
        search_difficulty: integer(random, 1, 5), time_open: integer(random, 1, 5), fee_size: integer(random, 1, 5),
        composite: compositeOf(activeJob(place)), created_at: utc(at),
      }
    }
  }
}

function* rankings() {
  for (let place = 1; place <= SCORED_JOBS; place++) {
    const composite = compositeOf(activeJob(place))
    for (const daysAgo of [30, 3]) {
      const at = utc(NOW_MS - daysAgo * DAY_MS)
      yield {
        job_id: activeJob(place), scoring_date: at.slice(0, 10), composite, rank: rankOf(composite),
        by_role: JSON.stringify(Object.fromEntries(SCORERS.map((role) => [role, composite]))),
        scorers: SCORERS.length, reason: 'score', created_at: at,
      }
    }
  }
}

/** Twenty candidates a job, at two stages each. */
function* moves() {
  for (let place = 1; place <= ACTIVE_JOBS; place++) {
    for (let candidate = 1; candidate <= 20; candidate++) {
      for (const [step, to] of ['Sourced', 'Recruiter Screen'].entries()) {
        yield {
          job_id: activeJob(place), candidate_ref: String(place * 100 + candidate),
          moved_at: utc(NOW_MS - (40 - candidate - step) * DAY_MS), from_stage: step ? 'Sourced' : null, to_stage: to,
        }
      }
    }
  }
}

/** Of three days each. */
function* snapshots() {
  const random = seeded(20260903)
  for (let place = 1; place <= ACTIVE_JOBS; place++) {
    for (const daysAgo of [20, 10, 0]) {
      const at = utc(NOW_MS - daysAgo * DAY_MS)
      const { stages } = pipeline(random, NOW_MS - 60 * DAY_MS)
      yield {
        job_id: activeJob(place), day: at.slice(0, 10), taken_at: at,
        total_candidates: stages.reduce((sum, { count }) => sum + count, 0), stages: JSON.stringify(stages),
      }
    }
  }
}

/** Sweeps of two days, every half an hour. */
function* syncs() {
  for (let ago = 96; ago > 0; ago--) {
    const at = utc(NOW_MS - ago * 1_800_000)
    yield {
      system: 'recruiterflow', kind: 'full', status: 'succeeded', started_at: at, finished_at: at,
      total: JOBS, seen: JOBS, calls: 1_100, ms: 30_000, vendor_ms: 20_000,
    }
  }
}
