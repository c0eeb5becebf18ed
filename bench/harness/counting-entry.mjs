// Our Worker with a log line for every trip to D1, whoever makes it: requests, crons, sweeps, claims, steps.
// Bundled with `ours` standing for the Worker's entry.

import ours from 'ours'

export * from 'ours'

let isCounting = false

/** Done to the binding's own classes, for the Worker asks for a binding of their names. */
function count(db) {
  if (isCounting) return
  isCounting = true
  watch(Object.getPrototypeOf(db), 'batch')
  watch(Object.getPrototypeOf(db.prepare('SELECT 1')), 'all')
}

function watch(prototype, name) {
  const real = prototype[name]
  prototype[name] = async function (...given) {
    const began = Date.now()
    let results = []
    try {
      const answer = await real.apply(this, given)
      results = [answer].flat()
      return answer
    } finally {
      const sum = (field) => results.reduce((total, { meta }) => total + meta[field], 0)
      const line = { d1: name, ms: Date.now() - began, rows_read: sum('rows_read'), rows_written: sum('rows_written') }
      console.log(JSON.stringify(line))
    }
  }
}

const counted = (handler) => (event, env, ctx) => {
  count(env.DB)
  return handler(event, env, ctx)
}

export default { fetch: counted(ours.fetch), scheduled: counted(ours.scheduled), queue: counted(ours.queue) }
