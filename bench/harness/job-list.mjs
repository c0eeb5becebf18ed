// The list of all active jobs: ours with its cache and without, and the peer's.

import { JOBS } from '../data/jobs.mjs'
import { load } from './load.mjs'
import { send } from './requests.mjs'
import { compareAnswers } from './same-answers.mjs'
import { get } from './scenarios.mjs'
import { medianOf } from './statistics.mjs'
import { startOursAndHono } from './targets.mjs'

const SIZE = 10_000

// An answer is long: a shorter stretch might see none on a busy machine.
export const LEAST_SECONDS = 2

const PATH = '/api/jobs'
const NO_CACHE = { 'cache-control': 'no-cache' }

const scenario = (label, request) => ({ name: label, label, status: 200, requests: () => () => request })
const PLAIN = scenario('the list of jobs', get(PATH))
const UNCACHED = scenario('the list of jobs, without the cache', { ...get(PATH), headers: NO_CACHE })

export async function measureJobList(options) {
  console.log(`- starting Edgehire and Hono with ${JOBS} jobs`)
  const [ours, hono] = await startOursAndHono(SIZE)
  const runners = [
    { name: 'cached', server: ours, scenario: PLAIN, cache: 'hit' },
    { name: 'uncached', server: ours, scenario: UNCACHED, cache: 'miss' },
    { name: 'hono', server: hono, scenario: PLAIN },
  ]
  try {
    // The second of the compared answers comes from our cache.
    for (const { scenario } of runners.slice(0, 2)) await compareAnswers([ours, hono], scenario, SIZE)
    const { json } = await send(hono.origin, get(PATH), 200)
    const taken = Object.fromEntries(runners.map(({ name }) => [name, []]))
    for (const runner of runners) await measure(runner, options.warmUpSeconds)
    for (let round = 0; round < options.rounds; round++) {
      for (const runner of runners) taken[runner.name].push(await measure(runner, options.seconds))
    }
    const medians = Object.fromEntries(Object.entries(taken).map(([name, results]) => [name, medianOf(results)]))
    const speeds = Object.entries(medians).map(([name, { perSecond }]) => `${name} ${perSecond.toFixed(1)}/s`)
    console.log(`- the list of ${json.length} jobs: ${speeds.join(', ')}`)
    return { medians, returned: json.length, bytes: Buffer.byteLength(JSON.stringify(json)) }
  } finally {
    await ours.stop()
    await hono.stop()
  }
}

/** A stretch of load, before and after which the answers come from where they should. */
async function measure({ server, scenario, cache }, seconds) {
  // What was kept may be too old by now.
  await send(server.origin, scenario.requests()(), scenario.status)
  await checkCache(server, scenario, cache)
  const result = await load(server, scenario, SIZE, Math.max(seconds, LEAST_SECONDS))
  await checkCache(server, scenario, cache)
  return result
}

async function checkCache({ origin }, scenario, cache) {
  const { headers } = await send(origin, scenario.requests()(), scenario.status)
  const was = headers.get('x-cache') ?? undefined
  if (was !== cache) throw new Error(`${scenario.name}: X-Cache is ${was}, not ${cache}`)
}
