// One JSON line for each request, as the Worker beside it writes.

import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './env'

export const accessLog = createMiddleware<AppEnv>(async (c, next) => {
  const started = Date.now()
  await next()
  console.log(
    JSON.stringify({
      requestId: c.get('requestId'),
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Date.now() - started,
    }),
  )
})
