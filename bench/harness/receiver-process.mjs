// The server that webhooks are sent to, in a process of its own: answers 200 at once, and counts the ids
// that came to each path. Run by `receiver.mjs`.

import { createServer } from 'node:http'

/** Times each id came, by path. */
let paths = new Map()
let arrived
let requests
let lastAt

function reset() {
  paths = new Map()
  arrived = 0
  requests = 0
  lastAt = undefined
}

function count(path, id) {
  const ids = paths.get(path) ?? new Set()
  paths.set(path, ids)
  requests += 1
  if (ids.has(id)) return
  ids.add(id)
  arrived += 1
  lastAt = Date.now()
}

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    count(request.url, request.headers['webhook-id'])
    response.end()
  })
})
// A connection that is closed while the next webhook is on its way would fail that one.
server.keepAliveTimeout = 600_000

reset()
process.on('message', (message) => {
  if (message === 'reset') reset()
  const perPath = Object.fromEntries([...paths].map(([path, ids]) => [path, ids.size]))
  process.send({ arrived, repeats: requests - arrived, lastAt, perPath })
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
