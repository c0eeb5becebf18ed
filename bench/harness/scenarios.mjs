// What is asked of every server. To add a scenario, add one here: nothing else names them.

import { integer, pick, seeded } from '../data/random.mjs'
import { CYRILLIC, LATIN, SOURCES, STATUSES } from '../data/words.mjs'

/**
 * `requests(size)` gives a function whose every call is the next request; all servers get the
 * same ones. `status` is the only status accepted. Reads come first: their data is untouched.
 */
export const SCENARIOS = [
  {
    name: 'list',
    label: 'List of 50 full rows',
    status: 200,
    requests: () => () => get('/api/candidates'),
  },
  {
    name: 'filter',
    label: 'List by phase and status',
    status: 200,
    requests: () => () => get('/api/candidates?phase=1&status=Phone%20Interview'),
  },
  {
    name: 'search-latin',
    label: 'Search, Latin',
    status: 200,
    requests: () => searches(LATIN.last, 1),
  },
  {
    name: 'search-cyrillic',
    label: 'Search, Cyrillic',
    status: 200,
    requests: () => searches(CYRILLIC.last, 2),
  },
  {
    name: 'get',
    label: 'Get one',
    status: 200,
    requests: (size) => {
      const random = seeded(3)
      return () => get(`/api/candidates/${integer(random, 1, size)}`)
    },
  },
  {
    name: 'create',
    label: 'Create',
    status: 201,
    writes: true,
    requests: () => {
      const random = seeded(4)
      return () => ({ method: 'POST', path: '/api/candidates', body: newCandidate(random) })
    },
  },
  {
    name: 'update',
    label: 'Update status and notes',
    status: 200,
    writes: true,
    requests: (size) => {
      const random = seeded(5)
      return () => ({
        method: 'PUT',
        path: `/api/candidates/${integer(random, 1, size)}`,
        body: { status: pick(random, STATUSES[2]), notes: note(random) },
      })
    },
  },
]

export function scenarioNamed(name) {
  const scenario = SCENARIOS.find((one) => one.name === name)
  if (!scenario) throw new Error(`no scenario "${name}"; there are ${SCENARIOS.map((one) => one.name).join(', ')}`)
  return scenario
}

export const get = (path) => ({ method: 'GET', path })

/** Substrings of surnames, five characters each. */
function searches(surnames, seed) {
  const random = seeded(seed)
  return () => get(`/api/candidates?search=${encodeURIComponent(pick(random, surnames).slice(0, 5))}`)
}

const note = (random) =>
  `Call ${integer(random, 0, 1e9)}: explained the next step, agreed on a time, sent the plan of the day. `.repeat(3)

// Never repeated within a run, whichever server, warm-up or round asks.
let created = 0

function newCandidate(random) {
  const first = pick(random, LATIN.first)
  const last = pick(random, LATIN.last)
  return {
    firstName: first,
    lastName: last,
    email: `${first}.${last}.new${++created}@example.org`,
    phone: '+1 555 100 2000',
    position: 'Backend Engineer',
    phase: 1,
    status: 'New',
    source: pick(random, SOURCES),
    skills: 'Rust, SQL, Kafka',
    experience: integer(random, 0, 30),
    notes: note(random),
    linkedinUrl: `https://profiles.example.com/${created}`,
  }
}
