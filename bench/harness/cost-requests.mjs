// Every kind of request whose cost in D1 is measured, in groups; each group is a table of the report.

import { BUSY_CANDIDATE, INTERVIEWERS } from '../data/interviews.mjs'
import { RARE } from '../data/words.mjs'
import { jobCostGroups } from './job-cost-requests.mjs'
import { get, scenarioNamed } from './scenarios.mjs'

/** Two of these narrow each other to some rows, the last to none. */
const FACETS = combinations({ phase: '1', status: 'Phone Interview', source: 'Referral' })
const IMPOSSIBLE = { phase: '1', status: 'Hired' }

const NEEDLES = {
  'in every row': 'example',
  'in one row in three': 'engineer',
  'in one row in 5,000': RARE.latin.toLowerCase(),
  'in one row': '.777@',
  'in no row': 'zzyzx',
  'Cyrillic, in many rows': 'инженер',
  'Cyrillic, in one row in 5,000': RARE.cyrillic.toLowerCase(),
}

/** `budget` is the most trips, and the most rows read, that a request may cost; none: only reported. */
export const listBudget = (page) => ({ trips: 1, rows: 3 * page })

export function costGroups(size) {
  return [
    {
      title: 'Candidates: every combination of filters',
      requests: [...FACETS, IMPOSSIBLE].map((query) => list('candidates', query)),
    },
    {
      title: 'Candidates: search, alone and with every combination of filters',
      requests: Object.entries(NEEDLES).flatMap(([note, search]) =>
        [...FACETS, IMPOSSIBLE].map((query) => ({ ...list('candidates', { search, ...query }), note })),
      ),
    },
    {
      title: 'Candidates: other pages',
      requests: [list('candidates', { limit: '1' }), list('candidates', { limit: '100' }), list('candidates', { limit: '100', search: 'engineer' })],
    },
    {
      title: 'Interviews: every combination of filters',
      requests: combinations({
        candidateId: String(BUSY_CANDIDATE),
        date: '2026-09-15',
        status: 'Scheduled',
        interviewer: INTERVIEWERS[7],
      }).map((query) => list('interviews', query)),
    },
    { title: 'Single requests', requests: singleRequests(size) },
    ...jobCostGroups(listBudget),
    {
      title: 'Apart: needles under three characters, which the index cannot find',
      requests: ['en', 'я', 'qz'].flatMap((search) =>
        FACETS.map((query) => ({ ...list('candidates', { search, ...query }), budget: undefined })),
      ),
    },
    {
      title: 'Apart: deep offsets',
      requests: [1_000, size / 2, size - 100].flatMap((offset) =>
        [{}, { phase: '1' }, { search: 'engineer' }].map((query) => ({
          ...list('candidates', { ...query, offset: String(offset) }),
          budget: undefined,
        })),
      ),
    },
  ]
}

function singleRequests(size) {
  const next = (name) => scenarioNamed(name).requests(size)
  const read = { trips: 1, rows: 3 }
  return [
    { label: 'Create a candidate', make: next('create'), status: 201, budget: { trips: 1 } },
    { label: 'Update a candidate', make: next('update'), status: 200, budget: { trips: 2 } },
    { label: 'Get a candidate', make: next('get'), status: 200, page: 1, budget: read },
    { label: 'Get an interview', make: () => get('/api/interviews/77'), status: 200, page: 1, budget: read },
    { label: 'Dashboard figures', make: () => get('/api/dashboard/stats'), status: 200, budget: { trips: 1 } },
    { label: 'Activity', make: () => get('/api/activity'), status: 200, page: 10, budget: listBudget(10) },
  ]
}

function list(resource, query) {
  const page = Number(query.limit ?? 50)
  const parameters = new URLSearchParams(query)
  const label = Object.entries(query).map(([name, value]) => `${name}=${value}`).join(' ')
  const path = `/api/${resource}?${parameters}`
  return { label: label || 'no filter', make: () => get(path), status: 200, page, budget: listBudget(page) }
}

/** All subsets of the parameters, the empty one first. */
function combinations(parameters) {
  return Object.entries(parameters)
    .reduce((subsets, [name, value]) => [...subsets, ...subsets.map((subset) => [...subset, [name, value]])], [[]])
    .sort((a, b) => a.length - b.length)
    .map((subset) => Object.fromEntries(subset))
}
