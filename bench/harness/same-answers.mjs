// Before anything is measured: do all servers give the same answers to a scenario's first requests?

import { isDeepStrictEqual } from 'node:util'
import { send } from './requests.mjs'

const COMPARED_REQUESTS = 3

// The time a row was written, and the number it got, are each server's own.
const OWN_WHEN_WRITTEN = ['id', 'appliedDate', 'lastUpdated']

export async function compareAnswers(servers, scenario, size) {
  const next = scenario.requests(size)
  for (let i = 0; i < COMPARED_REQUESTS; i++) {
    const request = next()
    const answers = []
    for (const { name, origin } of servers) {
      const { json } = await send(origin, request, scenario.status)
      answers.push({ name, comparable: comparable(json, scenario) })
    }
    const [first, ...others] = answers
    for (const other of others) {
      if (isDeepStrictEqual(first.comparable, other.comparable)) continue
      throw new Error(
        `${scenario.name}: ${first.name} and ${other.name} differ on ${request.method} ${request.path}\n` +
          `${shown(first)}\n${shown(other)}`,
      )
    }
  }
}

function comparable(json, scenario) {
  if (Array.isArray(json)) return json.map((row) => comparable(row, scenario))
  const fields = Object.entries(json).map(([field, value]) => {
    if (scenario.writes && OWN_WHEN_WRITTEN.includes(field)) return [field, typeof value]
    return [field, /Date$|^lastUpdated$/.test(field) ? instant(value) : value]
  })
  return Object.fromEntries(fields.sort())
}

// FastAPI shows a naive time as the contract's example keeps it: without the Z.
const instant = (text) => Date.parse(text.endsWith('Z') ? text : `${text}Z`)

const shown = ({ name, comparable: answer }) => `${name}: ${JSON.stringify(answer).slice(0, 1500)}`
