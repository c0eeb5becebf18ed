// One stretch of load on one server: sixteen connections, every status checked.

import autocannon from 'autocannon'
import { headersOf } from './requests.mjs'

export const CONNECTIONS = 16

/** Requests a second, latency in ms, and the share of one core that the client itself took. */
export async function load({ name, origin }, scenario, size, seconds) {
  const next = scenario.requests(size)
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  const result = await autocannon({
    url: origin,
    connections: CONNECTIONS,
    duration: seconds,
    sampleInt: 100,
    requests: [{ setupRequest: (defaults) => ({ ...defaults, ...prepared(next()) }) }],
  })
  const elapsedMs = performance.now() - began
  const cpu = process.cpuUsage(cpuBefore)
  const wrong = Object.keys(result.statusCodeStats).filter((code) => Number(code) !== scenario.status)
  if (wrong.length > 0 || result.errors > 0 || result.requests.total === 0) {
    throw new Error(
      `${scenario.name} on ${name}: ${result.requests.total} answers, ${result.errors} errors, ` +
        `statuses ${JSON.stringify(result.statusCodeStats)}`,
    )
  }
  return {
    perSecond: (result.requests.total / elapsedMs) * 1000,
    p50: result.latency.p50,
    p99: result.latency.p99,
    clientCore: (cpu.user + cpu.system) / 1000 / elapsedMs,
  }
}

const prepared = (request) => ({
  method: request.method,
  path: request.path,
  headers: headersOf(request),
  body: request.body && JSON.stringify(request.body),
})
