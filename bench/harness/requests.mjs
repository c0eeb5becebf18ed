// Sends single requests, outside of the load.

import { API_KEY } from './miniflare.mjs'

export const HEADERS = { authorization: `Bearer ${API_KEY}` }

/** A request may have headers of its own. */
export const headersOf = ({ body, headers }) => ({
  ...HEADERS,
  ...(body && { 'content-type': 'application/json' }),
  ...headers,
})

/** The answer with its JSON read; any status but the expected ends the benchmark. */
export async function send(origin, request, status) {
  const answer = await fetch(origin + request.path, {
    method: request.method,
    headers: headersOf(request),
    body: request.body && JSON.stringify(request.body),
  })
  const text = await answer.text()
  if (answer.status !== status) {
    throw new Error(`${request.method} ${request.path}: ${answer.status}, not ${status}: ${text.slice(0, 300)}`)
  }
  return { headers: answer.headers, json: JSON.parse(text) }
}
