// Webhook endpoints of our Worker: entering them, and switching them off and on.

import { send } from './requests.mjs'

const PATH = '/api/events/endpoints'

/** Enters endpoints `from` up to but not including `to`, each at a path of its own; gives their ids. */
export async function enterEndpoints({ origin }, receiver, from, to) {
  const ids = []
  for (let i = from; i < to; i++) {
    const body = { url: `${receiver.origin}/${i}` }
    ids.push((await send(origin, { method: 'POST', path: PATH, body }, 201)).json.id)
  }
  return ids
}

export const enable = ({ origin }, id, enabled) =>
  send(origin, { method: 'PATCH', path: `${PATH}/${id}`, body: { enabled } }, 200)

/** Asks for all that the endpoint missed since this time. */
export const recover = ({ origin }, id, since) =>
  send(origin, { method: 'POST', path: `${PATH}/${id}/recover`, body: { since } }, 202)
