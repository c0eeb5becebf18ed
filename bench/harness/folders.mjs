// Where things are: the project, this folder, the cache that outlives a run, the run's own scratch.

import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const BENCH = resolve(import.meta.dirname, '..')
export const PROJECT = resolve(BENCH, '..')
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'edgehire')

let scratch

/** Removed when the process ends. */
export function scratchFolder() {
  if (scratch === undefined) {
    scratch = mkdtempSync(join(tmpdir(), 'edgehire-bench-'))
    process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  }
  return scratch
}
