// The servers that are compared: how each is built, and started on a database of its own.

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { runCommand } from './commands.mjs'
import { d1Copy, sqliteCopy } from './databases.mjs'
import { BENCH } from './folders.mjs'
import { PYTHON } from './install.mjs'
import { API_KEY, ENTRY, startWorker } from './miniflare.mjs'

export function buildOurs() {
  runCommand('building the release Worker', 'npm', ['run', 'build'])
}

/** The modules of our Worker, as the last build left them. */
export const oursModules = () => bundle(ENTRY)

export const honoModules = () => bundle(join(BENCH, 'peers', 'hono', 'index.ts'))

const startOurs = async (size, vars) =>
  startWorker({ modules: await oursModules(), storage: await d1Copy(size, 'ours'), vars })

const startHono = async (size) =>
  startWorker({ modules: await honoModules(), storage: await d1Copy(size, 'hono') })

/** Our Worker, telling of its D1 trips and rows read; this administrator may sign in, and webhooks of this secret are taken. */
export const startOursWithTiming = (size, { admin, hookSecret }) =>
  startOurs(size, {
    DEBUG_TIMING: 'true',
    JWT_SECRET: 'of no worth outside of the benchmark',
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    RECRUITERFLOW_WEBHOOK_SECRET: hookSecret,
  })

/** Our Worker and the Hono one on databases of this size, for what FastAPI has no answer to. */
export const startOursAndHono = async (size) => [
  { name: 'ours', ...(await startOurs(size)) },
  { name: 'hono', ...(await startHono(size)) },
]

/** Our Worker on this storage folder, its log lines going to `log`. */
export const startOursOn = async (storage, log) => {
  const worker = await startWorker({ modules: await oursModules(), storage, onLog: log.take })
  return { name: 'ours', ...worker, log }
}

/** The same with every trip to D1 in the log, and these settings; the inspector listens. */
export const startOursCounted = async (storage, log, vars) => {
  const modules = await bundle(join(import.meta.dirname, 'counting-entry.mjs'), { ours: ENTRY })
  const worker = await startWorker({ modules, storage, vars, onLog: log.take, inspected: true })
  return { name: 'ours', ...worker, log }
}

/** In the order in which they take turns. */
export const TARGETS = [
  { name: 'ours', label: 'Edgehire', start: (size) => startOurs(size) },
  { name: 'hono', label: 'Hono', start: startHono },
  { name: 'fastapi', label: 'FastAPI', start: startFastApi },
]

async function startFastApi(size) {
  const port = await freePort()
  const databasePath = await sqliteCopy(size)
  const server = spawn(PYTHON, ['-m', 'uvicorn', 'app:app', '--host', '127.0.0.1', '--port', port], {
    cwd: join(BENCH, 'peers', 'fastapi'),
    env: { ...process.env, DATABASE_PATH: databasePath, API_KEY, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-4000)))
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  const origin = `http://127.0.0.1:${port}`
  if (!(await answers(`${origin}/openapi.json`))) throw new Error(`FastAPI does not answer:\n${said}`)
  return {
    origin,
    stop: () =>
      new Promise((stopped) => {
        process.off('exit', kill)
        server.once('exit', stopped)
        server.kill()
      }),
  }
}

/** Waits up to ten seconds. */
async function answers(url) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
