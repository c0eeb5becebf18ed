// Interleaved rounds of every scenario on every server, and their medians.

import { measureCeiling } from './ceiling.mjs'
import { load } from './load.mjs'
import { compareAnswers } from './same-answers.mjs'
import { SCENARIOS, scenarioNamed } from './scenarios.mjs'
import { medianOf } from './statistics.mjs'
import { TARGETS } from './targets.mjs'

export async function measureThroughput(options) {
  const wanted = options.scenarios.length === 0 ? SCENARIOS : options.scenarios.map(scenarioNamed)
  const tables = []
  for (const size of options.sizes) {
    const rows = await measureSize(size, wanted, options)
    tables.push({ size, rows, ceiling: await measureCeiling(size, options) })
  }
  return tables
}

async function measureSize(size, scenarios, options) {
  const servers = []
  for (const target of TARGETS) {
    console.log(`- starting ${target.label} with ${size} candidates`)
    servers.push({ name: target.name, ...(await target.start(size)) })
  }
  try {
    // Writes last: what they change is what the reads are compared by.
    for (const scenario of scenarios) await compareAnswers(servers, scenario, size)
    const rows = []
    for (const scenario of scenarios) rows.push(await measureScenario(servers, scenario, size, options))
    return rows
  } finally {
    for (const server of servers) await server.stop()
  }
}

async function measureScenario(servers, scenario, size, { rounds, seconds, warmUpSeconds }) {
  for (const server of servers) await load(server, scenario, size, warmUpSeconds)
  const taken = Object.fromEntries(servers.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) taken[server.name].push(await load(server, scenario, size, seconds))
  }
  const medians = Object.fromEntries(Object.entries(taken).map(([name, results]) => [name, medianOf(results)]))
  const speeds = Object.entries(medians).map(([name, { perSecond }]) => `${name} ${Math.round(perSecond)}/s`)
  console.log(`- ${size} candidates, ${scenario.label}: ${speeds.join(', ')}`)
  return { label: scenario.label, medians }
}
