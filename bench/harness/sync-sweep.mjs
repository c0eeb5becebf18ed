// One sweep from its cron until nothing is left to do, and what it took.

import { setTimeout as sleep } from 'node:timers/promises'
import { send } from './requests.mjs'
import { get } from './scenarios.mjs'

const CRON = '*/30 * * * *'
const KIND = 'sweep_recruiterflow'
const WITHIN_MS = 600_000

// What comes after the last step: the sweep that looks whether there is more.
const QUIET_MS = 500

/** The vendor's list, as the fake names it. */
const LIST = 'job/list'

// All that a write of a job changes.
const JOBS = `
  SELECT count(*) AS rows, sum(version) AS versions, max(updated_at) AS updated, max(synced_at) AS synced,
    sum(read_ms) AS read, sum(pipeline_ms) AS piped, max(pipeline_at) AS piped_at, group_concat(list_hash) AS hashes
  FROM jobs`

export class Sweeps {
  constructor(server, fakes, heap) {
    this.server = server
    this.fakes = fakes
    this.heap = heap
  }

  async run() {
    const { server, fakes, heap } = this
    const before = await this.#jobs()
    await fakes.control('DELETE', '/calls')
    server.log.clear()
    heap.start()
    const began = performance.now()
    await server.fireCron(CRON)
    await server.log.wait('a sweep of Recruiterflow', (line) => line.kind === KIND && isOver(line), { timeoutMs: WITHIN_MS })
    const wallMs = performance.now() - began
    const memory = await heap.stop()
    await this.#quiet()
    const steps = server.log.all(({ kind, run }) => kind === KIND && run !== undefined)
    const failed = server.log.all(({ error }) => error)
    if (failed.length > 0) throw new Error(`a sweep went wrong: ${JSON.stringify(failed.slice(0, 3))}`)
    const d1 = server.log.all((line) => line.d1 !== undefined)
    const { counts } = await fakes.control('GET', '/calls')
    const after = await this.#jobs()
    const { json } = await send(server.origin, get('/api/sync/log?limit=1'), 200)
    const [sync] = json.syncs
    const stepsMs = sum(steps, 'ms')
    const d1Ms = sum(steps, 'd1_ms')
    return {
      wallMs,
      steps: steps.length,
      stepsMs,
      vendorMs: sync.vendor_ms,
      d1Ms,
      cpuMs: stepsMs - sync.vendor_ms - d1Ms,
      listCalls: counts[LIST] ?? 0,
      calls: sum(Object.entries(counts), 1),
      changed: sync.changed,
      pipelinesChanged: sync.pipelines_changed,
      trips: d1.length,
      rowsRead: sum(d1, 'rows_read'),
      rowsWritten: sum(d1, 'rows_written'),
      rows: after.rows,
      areJobsAsBefore: JSON.stringify(before) === JSON.stringify(after),
      ...memory,
    }
  }

  async #jobs() {
    const { results } = await (await this.server.database()).prepare(JOBS).all()
    return results[0]
  }

  /** Waits until nothing has been asked of D1 for a while. */
  async #quiet() {
    for (let lines = -1; lines !== this.server.log.lines.length; ) {
      lines = this.server.log.lines.length
      await sleep(QUIET_MS)
    }
  }
}

const isOver = ({ status }) => ['completed', 'failed', 'dead'].includes(status)

const sum = (list, field) => list.reduce((total, one) => total + one[field], 0)
