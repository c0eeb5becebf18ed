// Facts of the machine and the versions that were measured; nothing that names the machine.

import { readFileSync, statfsSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './commands.mjs'
import { BENCH, PROJECT } from './folders.mjs'
import { PYTHON } from './install.mjs'

const PYTHON_VERSIONS = `
import sys, sqlite3, fastapi, sqlalchemy, uvicorn
print(sys.version.split()[0], fastapi.__version__, sqlalchemy.__version__, uvicorn.__version__, sqlite3.sqlite_version)`

const TMPFS = 0x01021994

export function machineFacts() {
  const [python, fastapi, sqlalchemy, uvicorn, sqlite] = runCommand('reading versions', PYTHON, ['-c', PYTHON_VERSIONS])
    .trim()
    .split(' ')
  return [
    ['Date', new Date().toISOString().slice(0, 10)],
    ['Cores', `${cpus().length} (${cpus()[0].model.trim()})`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['Databases on', statfsSync(tmpdir()).type === TMPFS ? 'memory (tmpfs)' : 'disk'],
    ['Load before the run', `${loadavg()[0].toFixed(2)} (mean of the last minute; others' work if not near 0)`],
    ['System', `${type()} ${release().split('-')[0]}, ${process.arch}`],
    ['Node', process.versions.node],
    ['workerd', version(PROJECT, 'workerd')],
    ['Miniflare', version(PROJECT, 'miniflare')],
    ['Hono, zod', `${version(BENCH, 'hono')}, ${version(BENCH, 'zod')}`],
    ['Python', python],
    ['FastAPI, SQLAlchemy, uvicorn', `${fastapi}, ${sqlalchemy}, ${uvicorn}`],
    ['SQLite of Python', sqlite],
    ['autocannon', version(BENCH, 'autocannon')],
  ]
}

const version = (folder, name) =>
  JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
