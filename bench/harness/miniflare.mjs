// Starts a Worker on Miniflare itself, without the proxy of `wrangler dev`, on a loopback port.

import { Miniflare, NoOpLog, convertV4MiniflareOptions } from 'miniflare'
import { unstable_readConfig } from 'wrangler'
import { join } from 'node:path'
import { PROJECT } from './folders.mjs'

export const API_KEY = 'bench-key'

const config = unstable_readConfig({ config: join(PROJECT, 'wrangler.toml') })

export const ENTRY = config.main

const [{ binding: TASKS, queue: QUEUE }] = config.queues.producers
const [{ max_batch_size: maxBatchSize, max_batch_timeout: maxBatchTimeout }] = config.queues.consumers
const [{ binding: FILES }] = config.r2_buckets
const [{ binding: CACHE }] = config.kv_namespaces

// What secrets in the database are encrypted with: 32 bytes.
const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4)

/** A Worker that does nothing. */
export const IDLE_MODULES = [
  { type: 'ESModule', path: 'idle.mjs', contents: "export default { fetch: () => new Response('idle') }" },
]

/**
 * `modules`, the entry first, are `{ type, path, contents? }`. `storage` is the folder of the D1
 * database, the cache and the files; `onLog` gets what the Worker prints, a text a line. The queue has the
 * settings of `wrangler.toml` and is in memory. Crons fire only when they are fired. With `inspected` the
 * inspector of the runtime listens, on a port of its own.
 */
export async function startWorker({ modules, modulesRoot, storage, vars = {}, onLog = () => {}, inspected = false }) {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      log: new NoOpLog(),
      logRequests: false,
      handleStructuredLogs: ({ message }) => onLog(message),
      resourcePersistencePath: storage,
      modules,
      modulesRoot,
      compatibilityDate: config.compatibility_date,
      compatibilityFlags: config.compatibility_flags,
      d1Databases: { DB: 'bench' },
      queueProducers: { [TASKS]: { queueName: QUEUE } },
      queueConsumers: { [QUEUE]: { maxBatchSize, maxBatchTimeout } },
      r2Buckets: { [FILES]: 'bench' },
      kvNamespaces: { [CACHE]: 'bench' },
      ...(inspected && { inspectorPort: 0 }),
      bindings: { API_KEY, ENCRYPTION_KEY, ALLOW_LOOPBACK: 'true', ENVIRONMENT: 'bench', DEBUG_TIMING: 'false', ...vars },
    }),
  )
  const url = await miniflare.ready
  return {
    origin: url.origin,
    database: () => miniflare.getD1Database('DB'),
    fireCron: async (cron) => (await miniflare.getWorker()).scheduled({ cron }),
    inspectorUrl: () => miniflare.getInspectorURL(),
    stop: () => miniflare.dispose(),
  }
}
