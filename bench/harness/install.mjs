// Installs what the peers and the load client need: npm packages here, a Python venv in the cache.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './commands.mjs'
import { BENCH, CACHE } from './folders.mjs'

const VENV = join(CACHE, 'bench-venv')
const REQUIREMENTS = join(BENCH, 'peers', 'fastapi', 'requirements.txt')

export const PYTHON = join(VENV, 'bin', 'python')

export function installPackages() {
  onceFor(join(BENCH, 'package-lock.json'), join(BENCH, 'node_modules', '.installed-for'), () =>
    runCommand('installing npm packages', 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: BENCH }),
  )
}

export function installPython() {
  onceFor(REQUIREMENTS, join(VENV, 'installed-for'), () => {
    mkdirSync(VENV, { recursive: true })
    runCommand('making the Python environment', 'python3', ['-m', 'venv', '--clear', VENV])
    runCommand('installing Python packages', PYTHON, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS])
  })
}

/** Runs `install` unless it already ran for the same `list`. */
function onceFor(list, marker, install) {
  const wanted = createHash('sha256').update(readFileSync(list)).digest('hex')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return
  install()
  writeFileSync(marker, wanted)
}
