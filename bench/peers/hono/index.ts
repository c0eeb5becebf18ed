// The Hono peer: the four candidate operations of RecruitOS and the list of jobs, on the same D1 schema as ours.

import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import { accessLog } from './access-log'
import { requireApiKey } from './api-key'
import { toCandidate } from './candidate'
import type { AppEnv } from './env'
import { toJob } from './job'
import * as reads from './reads'
import { CandidatePatch, IdParam, JobQuery, ListQuery, NewCandidate, validated } from './schema'
import * as writes from './writes'

const app = new Hono<AppEnv>()

app.use(requestId(), accessLog, secureHeaders())
app.use(cors({ origin: [] }))
app.use('/api/*', requireApiKey)

app.get('/', (c) => c.json({ message: 'Hono peer' }))

app.get('/api/candidates', validated('query', ListQuery), async (c) => {
  const rows = await reads.list(c.env.DB, c.req.valid('query'))
  return c.json(rows.map(toCandidate))
})

app.get('/api/candidates/:id', validated('param', IdParam), async (c) => {
  const row = await reads.find(c.env.DB, c.req.valid('param').id)
  return row ? c.json(toCandidate(row)) : c.json(NOT_FOUND, 404)
})

app.post('/api/candidates', validated('json', NewCandidate), async (c) => {
  const row = await writes.create(c.env.DB, c.req.valid('json'))
  return c.json(toCandidate(row), 201)
})

app.put(
  '/api/candidates/:id',
  validated('param', IdParam),
  validated('json', CandidatePatch),
  async (c) => {
    const row = await writes.update(c.env.DB, c.req.valid('param').id, c.req.valid('json'))
    return row ? c.json(toCandidate(row)) : c.json(NOT_FOUND, 404)
  },
)

app.get('/api/jobs', validated('query', JobQuery), async (c) => {
  const query = c.req.valid('query')
  // One more than asked for tells whether there is another page.
  const rows = await reads.listJobs(c.env.DB, query)
  if (rows.length > query.limit) {
    rows.length = query.limit
    const next = new URL(c.req.url)
    next.searchParams.set('offset', String(query.offset + query.limit))
    c.header('Link', `<${next.pathname}${next.search}>; rel="next"`)
  }
  const now = Date.now()
  return c.json(rows.map((row) => toJob(row, now)))
})

const NOT_FOUND = { detail: 'Candidate not found' }

app.notFound((c) => c.json({ detail: 'Not found' }, 404))

app.onError((error, c) => {
  if (error instanceof HTTPException) return c.json({ detail: error.message }, error.status)
  if (error.message.includes('UNIQUE constraint failed: candidates.email_key')) {
    const errors = [{ field: 'email', message: 'Email already exists' }]
    return c.json({ detail: 'Validation error', errors }, 400)
  }
  console.error(error)
  return c.json({ detail: 'Internal server error' }, 500)
})

export default app
