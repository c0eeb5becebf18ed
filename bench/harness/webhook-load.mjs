// Creates under load, without and with endpoints that listen, on fresh databases in turn.

import { setTimeout as sleep } from 'node:timers/promises'
import { d1Copy } from './databases.mjs'
import { enterEndpoints } from './endpoints.mjs'
import { measureFetchCeiling } from './fetch-ceiling.mjs'
import { load, loadCount } from './load.mjs'
import { scenarioNamed } from './scenarios.mjs'
import { median } from './statistics.mjs'
import { startOursOn } from './targets.mjs'
import { WorkerLog } from './worker-log.mjs'

/** Endpoints that listen to everything. */
export const LISTENERS = 5

/** Requests to one endpoint at a time, as in `src/tasks/deliver.rs`. */
export const AT_ONCE = 4

export const MOST_AT_ONCE = LISTENERS * AT_ONCE

// For what comes twice, and for what the warm-up left to do.
const QUIET_MS = 1_000

export async function measureWebhookLoad(receiver, options) {
  console.log(`- measuring ${options.creates} creates, without endpoints and with ${LISTENERS}`)
  const without = []
  const listening = []
  for (let round = 0; round < options.rounds; round++) {
    without.push(await measureRound(receiver, 0, options))
    listening.push(await measureRound(receiver, LISTENERS, options))
    const { creates, deliveries } = listening.at(-1)
    console.log(
      `- ${Math.round(without.at(-1).creates)} creates a second without, ${Math.round(creates)} with endpoints, ` +
        `${Math.round(deliveries)} deliveries a second`,
    )
  }
  const ceiling = await measureFetchCeiling(receiver, options.creates * LISTENERS, MOST_AT_ONCE)
  return { ceiling, without: spread(without, 'creates'), listening: spread(listening, 'creates'), ...delivered(listening) }
}

async function measureRound(receiver, endpoints, { creates, warmUpSeconds }) {
  const scenario = scenarioNamed('create')
  const server = await startOursOn(await d1Copy(0, 'webhooks'), new WorkerLog())
  try {
    await load(server, scenario, 0, warmUpSeconds)
    await enterEndpoints(server, receiver, 0, endpoints)
    await sleep(QUIET_MS)
    await receiver.reset()
    server.log.clear()
    const { perSecond, beganAt } = await loadCount(server, scenario, 0, creates)
    if (endpoints === 0) return { creates: perSecond }
    const { arrived, lastAt } = await receiver.until(creates * endpoints, server)
    await sleep(QUIET_MS)
    const { repeats } = await receiver.report()
    if (arrived === 0) throw new Error('no webhook arrived')
    const seconds = (lastAt - beganAt) / 1000
    const runs = server.log.all((line) => line.kind === 'deliver').length
    const failures = server.log.all((line) => line.task !== undefined && line.error).length
    return {
      creates: perSecond,
      deliveries: arrived / seconds,
      seconds,
      expected: creates * endpoints,
      arrived,
      repeats,
      runs,
      failures,
    }
  } finally {
    await server.stop()
  }
}

function delivered(rounds) {
  const sum = (field) => rounds.reduce((total, round) => total + round[field], 0)
  return {
    deliveries: spread(rounds, 'deliveries'),
    seconds: spread(rounds, 'seconds'),
    runs: spread(rounds, 'runs'),
    expected: sum('expected'),
    arrived: sum('arrived'),
    repeats: sum('repeats'),
    failures: sum('failures'),
  }
}

function spread(rounds, field) {
  const values = rounds.map((round) => round[field])
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) }
}
