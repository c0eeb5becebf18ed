// What a Worker logs: JSON, a line each.

import { setTimeout as sleep } from 'node:timers/promises'

const ASK_EVERY_MS = 5

export class WorkerLog {
  lines = []

  take = (text) => {
    if (!text.startsWith('{')) return
    try {
      this.lines.push(JSON.parse(text))
    } catch {
      // Not a line of ours.
    }
  }

  clear() {
    this.lines = []
  }

  /** The lines that fit. */
  all(fits) {
    return this.lines.filter(fits)
  }

  /** The first so many lines that fit, as soon as they are there. */
  async wait(what, fits, { count = 1, timeoutMs = 60_000 } = {}) {
    const until = Date.now() + timeoutMs
    for (;;) {
      const found = this.all(fits)
      if (found.length >= count) return found.slice(0, count)
      if (Date.now() > until) throw new Error(`${found.length} of ${count} log lines of ${what}`)
      await sleep(ASK_EVERY_MS)
    }
  }
}

/** Fits the lines of runs of tasks of a kind that ended so. */
export const taskLine = (kind, status = 'completed') => (line) => line.kind === kind && line.status === status
