// What the sweep of every minute costs: when it finds nothing, among many finished tasks, and when it
// relays one event.

import { setTimeout as sleep } from 'node:timers/promises'
import { d1CopyWithTasks } from './databases.mjs'
import { enterEndpoints } from './endpoints.mjs'
import { send } from './requests.mjs'
import { scenarioNamed } from './scenarios.mjs'
import { median } from './statistics.mjs'
import { startOursOn } from './targets.mjs'
import { WorkerLog } from './worker-log.mjs'

/** Most round trips, and most rows read, of a sweep that finds nothing. */
export const SWEEP_BUDGET = { trips: 1, rows: 10 }

const ENDPOINTS = [0, 5, 50]
const REPEATS = 7
const ATTEMPTS = 10
const PAUSE_MS = 1_000

export async function measureIdleSweeps(receiver, { finishedTasks }) {
  const size = 10_000
  const storage = await d1CopyWithTasks(size, finishedTasks, 'sweep')
  console.log(`- measuring sweeps with ${finishedTasks} finished tasks`)
  const server = await startOursOn(storage, new WorkerLog())
  const next = scenarioNamed('create').requests()
  try {
    const rows = []
    let entered = 0
    for (const endpoints of ENDPOINTS) {
      await enterEndpoints(server, receiver, entered, endpoints)
      entered = endpoints
      const relaying = await relayOne(server, receiver, next, endpoints)
      const idle = []
      for (let i = 0; i < REPEATS; i++) idle.push(await sweep(server))
      rows.push({ endpoints, idle: dearest(idle), relaying })
    }
    return { finishedTasks, size, rows }
  } finally {
    await server.stop()
  }
}

/** A sweep of the cron that finds an event to relay; nothing when it never came first. */
async function relayOne(server, receiver, next, endpoints) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await receiver.reset()
    await send(server.origin, next(), 201)
    // Mostly before the sweep that the create brings about: that one waits a moment for others.
    const swept = await sweep(server)
    await receiver.until(endpoints, server)
    await sleep(PAUSE_MS)
    if (swept.done > 0) return swept
    if (endpoints === 0) return undefined
  }
  return undefined
}

async function sweep(server) {
  server.log.clear()
  const began = performance.now()
  await server.fireCron('* * * * *')
  const ms = performance.now() - began
  const [line] = await server.log.wait('a sweep', ({ cron }) => cron === 'sweep')
  if (line.error) throw new Error(`a sweep failed: ${line.error}`)
  return { done: line.done, trips: line.d1_trips, rowsRead: line.d1_rows_read, ms }
}

/** The most trips and rows of some sweeps, the median of their times. */
function dearest(sweeps) {
  const busy = sweeps.filter(({ done }) => done !== 0)
  if (busy.length > 0) throw new Error(`${busy.length} sweeps found something to do`)
  const most = (field) => Math.max(...sweeps.map((one) => one[field]))
  const cost = { trips: most('trips'), rowsRead: most('rowsRead'), ms: median(sweeps.map(({ ms }) => ms)) }
  return { ...cost, withinBudget: cost.trips <= SWEEP_BUDGET.trips && cost.rowsRead <= SWEEP_BUDGET.rows }
}
