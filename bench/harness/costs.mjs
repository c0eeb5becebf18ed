// What each kind of request costs our Worker in D1, from its own Server-Timing header.

import { costGroups } from './cost-requests.mjs'
import { ADMIN, HOOK_SECRET } from './job-cost-requests.mjs'
import { send } from './requests.mjs'
import { startOursWithTiming } from './targets.mjs'

const REPEATS = 3

export async function measureCosts({ sizes }) {
  const size = Math.max(...sizes)
  console.log(`- measuring what requests cost in D1, with ${size} candidates`)
  const server = await startOursWithTiming(size, { admin: ADMIN, hookSecret: HOOK_SECRET })
  try {
    const groups = []
    for (const { title, requests } of costGroups(size)) {
      const rows = []
      for (const request of requests) rows.push(await measure(server.origin, request))
      groups.push({ title, rows })
    }
    return { size, groups }
  } finally {
    await server.stop()
  }
}

/** The dearest of a few requests in trips and rows, the fastest in time. */
async function measure(origin, { label, note, make, status, page, budget, repeats = REPEATS }) {
  const cost = { label, note, page, trips: 0, rowsRead: 0, ms: Infinity }
  for (let i = 0; i < repeats; i++) {
    const began = performance.now()
    const { headers, json } = await send(origin, make(), status)
    cost.ms = Math.min(cost.ms, performance.now() - began)
    cost.trips = Math.max(cost.trips, timing(headers, 'd1_trips'))
    cost.rowsRead = Math.max(cost.rowsRead, timing(headers, 'd1_rows_read'))
    cost.returned = Array.isArray(json) ? json.length : 1
  }
  return { ...cost, verdict: verdict(cost, budget) }
}

function verdict({ trips, rowsRead }, budget) {
  if (budget === undefined) return 'not budgeted'
  if (trips > budget.trips) return `NO, over ${budget.trips} trips`
  if (rowsRead > (budget.rows ?? Infinity)) return `NO, over ${budget.rows} rows`
  return 'yes'
}

function timing(headers, name) {
  const header = headers.get('server-timing') ?? ''
  const [, value] = new RegExp(`(?:^|[ ,])${name};desc="(\\d+)"`).exec(header) ?? []
  if (value === undefined) throw new Error(`no ${name} in the Server-Timing header "${header}"`)
  return Number(value)
}
