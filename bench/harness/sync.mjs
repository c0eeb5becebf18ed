// A sweep of Recruiterflow from the cron on, against the fake on loopback: into an empty database, twice with
// nothing changed, and after some hundred changes.

import { d1Copy } from './databases.mjs'
import { HeapWatch } from './heap.mjs'
import { median } from './statistics.mjs'
import { Sweeps } from './sync-sweep.mjs'
import { startOursCounted } from './targets.mjs'
import { WorkerLog } from './worker-log.mjs'

/** Jobs the vendor gives in a page of the list. */
const PAGE = 100

/** Most rows a sweep may write that finds nothing changed, all that belongs to it included. */
export const IDLE_ROWS = 20

/** Most bytes of memory while a step runs. */
export const MEMORY = 64 * 1024 * 1024

const SEED = 7

// Of the open jobs, in a hundred.
const RENAMED = 20
const JOINED = 10

export async function measureSync({ rounds, syncJobs: [jobs, open] }) {
  // The project's own; it needs Cargo, as the build of the Worker does.
  const { buildFakes, startFakes, settingsFor } = await import('../../scripts/lib/fakes.mjs')
  await buildFakes()
  const taken = []
  for (let round = 0; round < rounds; round++) {
    const fakes = await startFakes([jobs, open, SEED])
    try {
      taken.push(await measureRound(fakes, settingsFor(fakes), open))
      console.log(`- a round of sweeps of ${jobs} jobs: ${taken.at(-1).map(({ wallMs }) => `${Math.round(wallMs)} ms`).join(', ')}`)
    } finally {
      await fakes.stop()
    }
  }
  const sweeps = taken[0].map((_, i) => ofRounds(taken.map((round) => round[i])))
  return { jobs, open, sweeps, checks: checks(sweeps, taken.flat(), jobs) }
}

async function measureRound(fakes, vars, open) {
  const server = await startOursCounted(await d1Copy(0, 'sync'), new WorkerLog(), vars)
  const heap = await HeapWatch.of(server)
  const sweeps = new Sweeps(server, fakes, heap)
  try {
    return [
      { label: 'into an empty database', ...(await sweeps.run()) },
      { label: 'nothing changed', isIdle: true, ...(await sweeps.run()) },
      { label: 'nothing changed, again', isIdle: true, ...(await sweeps.run()) },
      { label: await change(fakes, open), ...(await sweeps.run()) },
    ]
  } finally {
    heap.close()
    await server.stop()
  }
}

/** Renames some open jobs, and puts a candidate into some others; says so. */
async function change({ control }, open) {
  const { ids } = await control('GET', '/jobs?only_open=1')
  const renamed = Math.ceil((open * RENAMED) / 100)
  const joined = Math.ceil((open * JOINED) / 100)
  for (const id of ids.slice(0, renamed)) await control('PATCH', `/jobs/${id}`, { name: `Renamed Engineer ${id}` })
  for (const id of ids.slice(-joined)) await control('POST', `/jobs/${id}/candidates`, {})
  return `${renamed} jobs and ${joined} pipelines changed`
}

/** The medians of times, the most of what is counted. */
function ofRounds(sweeps) {
  const most = (field) => Math.max(...sweeps.map((sweep) => sweep[field]))
  const middle = (field) => median(sweeps.map((sweep) => sweep[field]))
  const times = ['wallMs', 'stepsMs', 'vendorMs', 'd1Ms', 'cpuMs']
  const counts = ['steps', 'listCalls', 'calls', 'changed', 'pipelinesChanged', 'trips', 'rowsRead', 'rowsWritten', 'heap', 'wasm']
  return {
    label: sweeps[0].label,
    isIdle: sweeps[0].isIdle,
    ...Object.fromEntries(times.map((field) => [field, middle(field)])),
    ...Object.fromEntries(counts.map((field) => [field, most(field)])),
  }
}

/** What is asked of every sweep of every round, and whether it is so. */
function checks(sweeps, all, jobs) {
  const pages = Math.ceil(jobs / PAGE)
  const idle = all.filter(({ isIdle }) => isIdle)
  const most = (list, field) => Math.max(...list.map((sweep) => sweep[field]))
  const memory = Math.max(...all.map(({ heap, wasm }) => heap + wasm))
  return [
    {
      what: 'calls for the list in a sweep',
      target: `${pages}, a page each`,
      value: [...new Set(all.map(({ listCalls }) => listCalls))].join(', '),
      isMet: all.every(({ listCalls }) => listCalls === pages),
    },
    {
      what: 'jobs after the first sweep',
      target: String(jobs),
      value: [...new Set(all.map(({ rows }) => rows))].join(', '),
      isMet: all.every(({ rows }) => rows === jobs),
    },
    {
      what: 'rows of jobs that a sweep without changes writes',
      target: 'none',
      value: idle.every(({ areJobsAsBefore }) => areJobsAsBefore) ? 'none' : 'some',
      isMet: idle.every(({ areJobsAsBefore }) => areJobsAsBefore),
    },
    {
      what: 'rows that a sweep without changes writes in all',
      target: `at most ${IDLE_ROWS}`,
      value: String(most(idle, 'rowsWritten')),
      isMet: most(idle, 'rowsWritten') <= IDLE_ROWS,
    },
    {
      what: 'peak memory while steps run, MiB',
      target: `under ${MEMORY / 2 ** 20}`,
      value: (memory / 2 ** 20).toFixed(1),
      isMet: memory < MEMORY,
    },
  ]
}
