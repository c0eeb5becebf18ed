// The API key check: Bearer, one or more keys separated by commas, hashes compared in constant time.

import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './env'

type WorkersSubtle = SubtleCrypto & { timingSafeEqual(a: ArrayBuffer, b: ArrayBuffer): boolean }

const subtle = crypto.subtle as WorkersSubtle
const sha256 = (text: string) => subtle.digest('SHA-256', new TextEncoder().encode(text))

// The keys do not change while an isolate lives: hashed once.
let keyHashes: Promise<ArrayBuffer[]> | undefined

export const requireApiKey = createMiddleware<AppEnv>(async (c, next) => {
  keyHashes ??= Promise.all(c.env.API_KEY.split(',').map((key) => sha256(key.trim())))
  const [, token] = /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
  const given = token === undefined ? undefined : await sha256(token)
  const known = given && (await keyHashes).some((hash) => subtle.timingSafeEqual(hash, given))
  if (!known) return c.json({ detail: 'Invalid or missing authentication token' }, 401)
  await next()
})
