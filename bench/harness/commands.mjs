// Runs a command to its end; its output is shown only when it fails.

import { spawnSync } from 'node:child_process'
import { PROJECT } from './folders.mjs'

export function runCommand(step, command, args, { cwd = PROJECT, env = process.env } = {}) {
  console.log(`- ${step}`)
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1e9 })
  if (status === 0) return stdout
  throw new Error(`${step} failed: ${error?.message ?? `\n${stdout}\n${stderr}`}`)
}
