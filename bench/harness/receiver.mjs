// Starts the server that webhooks are sent to, and asks it what came.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const ASK_EVERY_MS = 20

// When nothing arrives for so long, what is missing is lost. The sweep of the cron finds what a signal
// that got lost left behind, and the second try of a webhook comes after seconds.
const PATIENCE_MS = 150_000

const CRON = '* * * * *'
const CRON_EVERY_MS = 60_000

export async function startReceiver() {
  const child = fork(join(import.meta.dirname, 'receiver-process.mjs'))
  const [{ port }] = await once(child, 'message')
  const ask = async (question) => {
    const answer = once(child, 'message')
    child.send(question)
    return (await answer)[0]
  }
  const report = () => ask('report')
  return {
    origin: `http://127.0.0.1:${port}`,
    reset: () => ask('reset'),
    report,
    /**
     * Waits until so many different webhooks came from a Worker, whose cron fires every minute as it
     * does when deployed, or until no more come; gives the report.
     */
    async until(count, worker) {
      const cron = setInterval(() => worker.fireCron(CRON), CRON_EVERY_MS)
      try {
        let seen = -1
        let changedAt = Date.now()
        for (;;) {
          const now = await report()
          if (now.arrived >= count || Date.now() - changedAt >= PATIENCE_MS) return now
          if (now.arrived !== seen) changedAt = Date.now()
          seen = now.arrived
          await sleep(ASK_EVERY_MS)
        }
      } finally {
        clearInterval(cron)
      }
    },
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
