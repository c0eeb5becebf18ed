// What a task costs in D1, from claim to done, from the line that the Worker logs of each run; and how
// long after a create its webhook arrives when nothing else is done.

import { setTimeout as sleep } from 'node:timers/promises'
import { d1Copy } from './databases.mjs'
import { enable, enterEndpoints, recover } from './endpoints.mjs'
import { loadCount } from './load.mjs'
import { send } from './requests.mjs'
import { scenarioNamed } from './scenarios.mjs'
import { median } from './statistics.mjs'
import { startOursOn } from './targets.mjs'
import { WorkerLog, taskLine } from './worker-log.mjs'

const SINGLES = 15

// A page of the delivering task, and more than the events of one step of a recovery.
const FEW = 40
const STEP = 500
const MANY = STEP + 100

// Of the missed events alone: ids begin with their time, and `since` is in whole seconds.
const APART_MS = 2_000
const PAUSE_MS = 300

export async function measureTasks(receiver, { sizes }) {
  const size = Math.max(...sizes)
  console.log(`- measuring what tasks cost in D1, with ${size} candidates`)
  const server = await startOursOn(await d1Copy(size, 'tasks'), new WorkerLog())
  try {
    const [id] = await enterEndpoints(server, receiver, 0, 1)
    const { latencies, lines } = await singles(server, receiver)
    const few = await missed(server, receiver, id, FEW)
    const many = await missed(server, receiver, id, MANY)
    return {
      size,
      latency: { median: median(latencies), least: Math.min(...latencies), most: Math.max(...latencies), of: SINGLES },
      rows: [
        { label: 'deliver, one delivery', of: 1, ...dearest(lines) },
        { label: `deliver, ${FEW} deliveries`, of: FEW, ...dearest(few.delivering) },
        { label: `recover_endpoint, a step of ${FEW} events`, of: FEW, ...dearest(few.recovering) },
        { label: `recover_endpoint, a full step of ${STEP} events`, of: STEP, ...dearest(many.recovering.slice(0, 1)) },
      ],
    }
  } finally {
    await server.stop()
  }
}

/** Creates one by one, with pauses between. */
async function singles(server, receiver) {
  const next = scenarioNamed('create').requests()
  const latencies = []
  const lines = []
  // One more than counted: the first is not what an isolate that has been running takes.
  for (let i = 0; i <= SINGLES; i++) {
    await receiver.reset()
    server.log.clear()
    const sentAt = Date.now()
    await send(server.origin, next(), 201)
    const { lastAt, arrived } = await receiver.until(1, server)
    if (arrived !== 1) throw new Error('a webhook of a single create did not arrive')
    const [line] = await server.log.wait('a delivering task', taskLine('deliver'))
    await sleep(PAUSE_MS)
    if (i === 0) continue
    latencies.push(lastAt - sentAt)
    lines.push(line)
  }
  return { latencies, lines }
}

/** Creates while the endpoint is disabled, then recovers it: the lines of both kinds of task. */
async function missed(server, receiver, id, count) {
  await enable(server, id, false)
  await sleep(APART_MS)
  const since = new Date().toISOString().replace(/\.\d+/, '')
  await loadCount(server, scenarioNamed('create'), 0, count)
  await enable(server, id, true)
  await sleep(PAUSE_MS)
  await receiver.reset()
  server.log.clear()
  await recover(server, id, since)
  const { arrived } = await receiver.until(count, server)
  if (arrived !== count) throw new Error(`${arrived} of ${count} missed events were delivered`)
  await server.log.wait('a recovery', taskLine('recover_endpoint'))
  await sleep(PAUSE_MS)
  return {
    recovering: server.log.all((line) => line.kind === 'recover_endpoint'),
    delivering: server.log.all((line) => line.kind === 'deliver'),
  }
}

/** The most trips and rows of some runs, the median of their times. */
function dearest(lines) {
  const most = (field) => Math.max(...lines.map((line) => line[field]))
  return {
    runs: lines.length,
    trips: most('d1_trips'),
    rowsRead: most('d1_rows_read'),
    rowsWritten: most('d1_rows_written'),
    ms: median(lines.map((line) => line.ms)),
  }
}
