// What the runtime allows: a Worker without any logic sends so many requests to the server that listens.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { scratchFolder } from './folders.mjs'
import { startWorker } from './miniflare.mjs'

const script = `export default {
  async fetch(request) {
    const { url, count, atOnce } = await request.json()
    const body = 'x'.repeat(1000)
    let sent = 0
    const lane = async () => {
      while (sent < count) {
        const headers = { 'content-type': 'application/json', 'webhook-id': String(++sent) }
        await (await fetch(url, { method: 'POST', headers, body })).arrayBuffer()
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    return new Response()
  },
}`

/** Requests a second, the second time: no database, no queue, nothing signed, nothing else under way. */
export async function measureFetchCeiling(receiver, count, atOnce) {
  const modules = [{ type: 'ESModule', path: 'fetch-ceiling.mjs', contents: script }]
  const server = await startWorker({ modules, storage: mkdtempSync(join(scratchFolder(), 'fetch-')) })
  try {
    let perSecond
    for (let time = 0; time < 2; time++) {
      const began = performance.now()
      const body = JSON.stringify({ url: receiver.origin, count, atOnce })
      const answer = await fetch(server.origin, { method: 'POST', body })
      if (!answer.ok) throw new Error(`the Worker that only sends answered ${answer.status}`)
      perSecond = (count / (performance.now() - began)) * 1000
    }
    return perSecond
  } finally {
    await server.stop()
  }
}
