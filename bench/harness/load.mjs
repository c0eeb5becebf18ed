// One stretch of load on one server, of so many seconds or so many requests: sixteen connections, every
// status checked.

import autocannon from 'autocannon'
import { headersOf } from './requests.mjs'

export const CONNECTIONS = 16

/** Requests a second, latency in ms, and the share of one core that the client itself took. */
export async function load(server, scenario, size, seconds) {
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  const result = await run(server, scenario, size, { duration: seconds })
  const elapsedMs = performance.now() - began
  const cpu = process.cpuUsage(cpuBefore)
  return {
    perSecond: (result.requests.total / elapsedMs) * 1000,
    p50: result.latency.p50,
    p99: result.latency.p99,
    clientCore: (cpu.user + cpu.system) / 1000 / elapsedMs,
  }
}

/** So many requests: how many a second, and when the first was sent, in milliseconds since 1970. */
export async function loadCount(server, scenario, size, amount) {
  let lastAnswer
  const onAnswer = () => (lastAnswer = performance.now())
  const beganAt = Date.now()
  const began = performance.now()
  const result = await run(server, scenario, size, { amount }, onAnswer)
  if (result.requests.total !== amount) throw new Error(`${result.requests.total} answers to ${amount} requests`)
  return { beganAt, perSecond: (amount / (lastAnswer - began)) * 1000, p50: result.latency.p50, p99: result.latency.p99 }
}

async function run({ name, origin }, scenario, size, extent, onAnswer = () => {}) {
  const next = scenario.requests(size)
  const running = autocannon({
    url: origin,
    connections: CONNECTIONS,
    ...extent,
    sampleInt: 100,
    requests: [{ setupRequest: (defaults) => ({ ...defaults, ...prepared(next()) }) }],
  })
  running.on('response', onAnswer)
  const result = await running
  const wrong = Object.keys(result.statusCodeStats).filter((code) => Number(code) !== scenario.status)
  if (wrong.length > 0 || result.errors > 0 || result.requests.total === 0) {
    throw new Error(
      `${scenario.name} on ${name}: ${result.requests.total} answers, ${result.errors} errors, ` +
        `statuses ${JSON.stringify(result.statusCodeStats)}`,
    )
  }
  return result
}

const prepared = (request) => ({
  method: request.method,
  path: request.path,
  headers: headersOf(request),
  body: request.body && JSON.stringify(request.body),
})
