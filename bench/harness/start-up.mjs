// How long a Worker takes from nothing to its first answer, beside one that does nothing.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { scratchFolder } from './folders.mjs'
import { IDLE_MODULES, startWorker } from './miniflare.mjs'
import { honoModules, oursModules } from './targets.mjs'
import { median } from './statistics.mjs'

export async function measureStartUp({ starts }) {
  console.log(`- starting every Worker ${starts} times`)
  const workers = [
    { label: 'A Worker that does nothing', modules: IDLE_MODULES },
    { label: 'Edgehire', modules: await oursModules() },
    { label: 'Hono', modules: await honoModules() },
  ]
  const times = workers.map(() => [])
  // One more than counted: the first round finds cold files.
  for (let round = 0; round <= starts; round++) {
    for (const [i, { modules }] of workers.entries()) {
      const ms = await timeToFirstAnswer(modules)
      if (round > 0) times[i].push(ms)
    }
  }
  const [idle, ...others] = workers.map(({ label }, i) => ({ label, ms: median(times[i]) }))
  return { idle, others: others.map(({ label, ms }) => ({ label, ms, above: ms - idle.ms })) }
}

async function timeToFirstAnswer(modules) {
  const storage = mkdtempSync(join(scratchFolder(), 'start-'))
  const began = performance.now()
  const worker = await startWorker({ modules, storage })
  const answer = await fetch(worker.origin)
  await answer.text()
  const ms = performance.now() - began
  await worker.stop()
  if (!answer.ok) throw new Error(`GET / answered ${answer.status}`)
  return ms
}
