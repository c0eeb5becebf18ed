// Requests for jobs, scores, syncs and people whose cost in D1 is measured.

import { ACTIVE_JOBS, SCORED_JOBS, activeJob, jobUuid, scorerUuid } from '../data/jobs.mjs'
import { get } from './scenarios.mjs'

/** Signs in while costs are measured. */
export const ADMIN = { email: 'admin@agency.example.com', password: 'a long one for the benchmark' }

/** What webhooks of Recruiterflow prove themselves by. */
export const HOOK_SECRET = 'hook-secret-of-the-benchmark'

const TODAY = new Date().toISOString().slice(0, 10)

// What is kept would cost next to nothing: here it is worked out each time.
const fresh = (path) => ({ ...get(path), headers: { 'cache-control': 'no-cache' } })

const READ = { trips: 1 }
const WRITE = { trips: 2 }

const A_JOB = jobUuid(activeJob(1))
const A_SCORER = scorerUuid(1)

/** `listBudget` gives the budget of a list of so many rows. */
export function jobCostGroups(listBudget) {
  const list = (label, path, page, make = fresh) => ({ label, make: () => make(path), status: 200, page, budget: listBudget(page) })
  const read = (label, path, make = get) => ({ label, make: () => make(path), status: 200, budget: READ })
  return [
    {
      title: 'Jobs: lists',
      requests: [
        list('all active jobs', '/api/jobs', ACTIVE_JOBS),
        list('all active jobs, then kept', '/api/jobs', ACTIVE_JOBS, get),
        { ...list('all active jobs, kept', '/api/jobs', ACTIVE_JOBS, get), budget: { trips: 1, rows: 3 } },
        list('limit=50', '/api/jobs?limit=50', 50),
        list('limit=50 rank=A', '/api/jobs?limit=50&rank=A', 50),
        list("a job's scores", `/api/jobs/${A_JOB}/scores`, 100, get),
        list('users', '/api/users', 100, get),
        list('log of syncs', '/api/sync/log', 50, get),
      ],
    },
    {
      title: 'Jobs: lists that look at every job there is, or every active one; of rows there is no budget',
      requests: [
        list('limit=50 search=engineer', '/api/jobs?limit=50&search=engineer', 50),
        list('sort=date_opened', '/api/jobs?sort=date_opened', ACTIVE_JOBS),
        list('active=all', '/api/jobs?active=all', ACTIVE_JOBS),
        list('that wait for a score', `/api/scoring/pending?scorer_id=${A_SCORER}`, ACTIVE_JOBS, get),
      ].map((request) => ({ ...request, budget: READ })),
    },
    {
      title: 'Jobs: single requests',
      requests: [
        read('A job', `/api/jobs/${A_JOB}`, fresh),
        read('A job, kept', `/api/jobs/${A_JOB}`),
        read("A job's pipeline", `/api/jobs/${A_JOB}/pipeline`),
        read("A job's moves", `/api/jobs/${A_JOB}/moves`),
        read('Dashboard of jobs', '/api/dashboard', fresh),
        read('Dashboard of jobs, kept', '/api/dashboard'),
        read('Weights', '/api/scoring/weights'),
        read('Standing of the sync', '/api/sync/status'),
        { label: 'Score a job', make: nextScore(), status: 200, budget: WRITE },
        { label: 'Set the weights', make: nextWeights(), status: 200, budget: WRITE },
        { label: 'Webhook in', make: nextHook(), status: 200, budget: WRITE },
        // It makes the administrator, and so takes four trips.
        { label: 'Sign in for the first time', make: () => signIn, status: 200, repeats: 1, budget: { trips: 4 } },
        { label: 'Sign in', make: () => signIn, status: 200, budget: WRITE },
      ],
    },
  ]
}

const signIn = { method: 'POST', path: '/api/auth/login', body: ADMIN }

/** Each of another job, of those that had scores already. */
function nextScore() {
  let place = 0
  return () => ({
    method: 'POST',
    path: `/api/jobs/${jobUuid(activeJob((place++ % SCORED_JOBS) + 1))}/score`,
    body: {
      scorer_id: A_SCORER, scoring_date: TODAY, client_engagement_score: 4, search_difficulty_score: 3,
      time_open_score: 2, fee_size_score: 5,
    },
  })
}

/** Each is a change. */
function nextWeights() {
  let percent = 25
  return () => {
    percent++
    const client_engagement = percent / 100
    return {
      method: 'PUT',
      path: '/api/scoring/weights',
      body: { client_engagement, search_difficulty: 0.25, time_open: 0.25, fee_size: Number((0.5 - client_engagement).toFixed(2)) },
    }
  }
}

/** Each of another job. */
function nextHook() {
  let place = 0
  return () => ({
    method: 'POST',
    path: '/api/webhooks/recruiterflow',
    headers: { 'x-rf-webhook-token': HOOK_SECRET },
    body: { event: 'job.updated', data: { job: { id: 100_000 + activeJob(++place) } } },
  })
}
