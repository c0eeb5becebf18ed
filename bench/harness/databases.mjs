// Databases filled once per data set and kept in the cache; every server gets its own copy.

import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { loadD1 } from '../data/d1.mjs'
import { JOBS } from '../data/jobs.mjs'
import { loadSqlite } from '../data/sqlite.mjs'
import { insertFinishedTasks } from '../data/tasks.mjs'
import { runCommand } from './commands.mjs'
import { BENCH, CACHE, PROJECT, scratchFolder } from './folders.mjs'
import { PYTHON } from './install.mjs'
import { IDLE_MODULES, startWorker } from './miniflare.mjs'

const FASTAPI = join(BENCH, 'peers', 'fastapi')

export const SIZES = {
  0: { candidates: 0, interviews: 0, jobs: 0 },
  10_000: { candidates: 10_000, interviews: 3_000, jobs: JOBS },
  100_000: { candidates: 100_000, interviews: 30_000, jobs: JOBS },
}

/** A fresh copy of the D1 storage folder with this many candidates. */
export async function d1Copy(size, name) {
  const sources = [join(PROJECT, 'migrations'), join(BENCH, 'data')]
  const filled = await cached(`d1-${size}`, sources, async (folder) => {
    console.log(`- filling D1 with ${size} candidates`)
    const worker = await startWorker({ modules: IDLE_MODULES, storage: folder })
    await loadD1(await worker.database(), join(PROJECT, 'migrations'), SIZES[size])
    await worker.stop()
  })
  return copy(filled, `${name}-${size}`)
}

/** The same with so many finished tasks beside the candidates. */
export async function d1CopyWithTasks(size, tasks, name) {
  const sources = [join(PROJECT, 'migrations'), join(BENCH, 'data')]
  const filled = await cached(`d1-${size}-tasks-${tasks}`, sources, async (folder) => {
    const storage = await d1Copy(size, 'to-fill')
    console.log(`- filling D1 with ${tasks} finished tasks`)
    const worker = await startWorker({ modules: IDLE_MODULES, storage })
    await insertFinishedTasks(await worker.database(), tasks)
    await worker.stop()
    cpSync(storage, folder, { recursive: true })
    rmSync(storage, { recursive: true })
  })
  return copy(filled, `${name}-${size}`)
}

/** A fresh copy of the FastAPI peer's SQLite file with this many candidates. */
export async function sqliteCopy(size) {
  const filled = await cached(`fastapi-${size}`, [FASTAPI, join(BENCH, 'data')], async (folder) => {
    console.log(`- filling SQLite with ${size} candidates`)
    const path = join(folder, 'bench.db')
    const env = { ...process.env, DATABASE_PATH: path, API_KEY: 'unused', PYTHONDONTWRITEBYTECODE: '1' }
    runCommand('creating the FastAPI schema', PYTHON, ['-m', 'create_schema'], { cwd: FASTAPI, env })
    loadSqlite(path, SIZES[size])
  })
  return join(copy(filled, `fastapi-${size}`), 'bench.db')
}

/** A folder made by `fill`, kept until one of the `sources` changes. */
async function cached(name, sources, fill) {
  const hash = createHash('sha256')
  for (const file of sources.flatMap(filesUnder)) hash.update(relative(PROJECT, file)).update(readFileSync(file))
  const home = join(CACHE, 'bench-data', name)
  const folder = join(home, hash.digest('hex').slice(0, 16))
  if (!existsSync(folder)) {
    rmSync(home, { recursive: true, force: true })
    const unfinished = `${folder}.unfinished`
    mkdirSync(unfinished, { recursive: true })
    await fill(unfinished)
    renameSync(unfinished, folder)
  }
  return folder
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function copy(filled, name) {
  const target = join(scratchFolder(), name)
  rmSync(target, { recursive: true, force: true })
  cpSync(filled, target, { recursive: true })
  return target
}
