// What it costs to tell others: webhooks under load, a task in D1, and a sweep that finds nothing.

import { measureIdleSweeps } from './idle-sweep.mjs'
import { startReceiver } from './receiver.mjs'
import { measureTasks } from './task-costs.mjs'
import { measureWebhookLoad } from './webhook-load.mjs'

export async function measureWebhooks(options) {
  const receiver = await startReceiver()
  try {
    return {
      load: await measureWebhookLoad(receiver, options),
      tasks: await measureTasks(receiver, options),
      sweeps: await measureIdleSweeps(receiver, options),
    }
  } finally {
    await receiver.stop()
  }
}
