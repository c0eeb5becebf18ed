// What the runtime allows: Workers without any logic, asked for the list and for the least D1 can be asked.

import { d1Copy } from './databases.mjs'
import { load } from './load.mjs'
import { startWorker } from './miniflare.mjs'
import { medianOf } from './statistics.mjs'

const COLUMNS =
  'id, first_name, last_name, email, phone, position, phase, status, source, applied_at, updated_at, ' +
  'skills, experience, notes, resume_url, linkedin_url'

const PROBES = [
  { path: '/list', label: 'the query of the list, its rows returned as they come', sql: `SELECT ${COLUMNS} FROM candidates ORDER BY id LIMIT 50` },
  { path: '/one', label: '`SELECT 1`', sql: 'SELECT 1' },
]

const script = `const SQL = ${JSON.stringify(Object.fromEntries(PROBES.map(({ path, sql }) => [path, sql])))}
export default {
  async fetch(request, env) {
    const { results } = await env.DB.prepare(SQL[new URL(request.url).pathname]).all()
    return Response.json(results)
  },
}`

/** No key, no checks, no names of a contract, no log: only D1. */
export async function measureCeiling(size, { rounds, seconds, warmUpSeconds }) {
  const modules = [{ type: 'ESModule', path: 'ceiling.mjs', contents: script }]
  const server = { name: 'ceiling', ...(await startWorker({ modules, storage: await d1Copy(size, 'ceiling') })) }
  try {
    const measured = []
    for (const { path, label } of PROBES) {
      const scenario = { name: label, status: 200, requests: () => () => ({ method: 'GET', path }) }
      await load(server, scenario, size, warmUpSeconds)
      const results = []
      for (let round = 0; round < rounds; round++) results.push(await load(server, scenario, size, seconds))
      measured.push({ label, ...medianOf(results) })
    }
    return measured
  } finally {
    await server.stop()
  }
}
