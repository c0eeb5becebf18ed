// How large the deployed modules are, as they are and gzipped.

import { gzipSync } from 'node:zlib'
import { honoModules, oursModules } from './targets.mjs'

/** Most bytes of our wasm, gzipped. */
export const WASM_BUDGET = 1024 * 1024

export async function measureSizes() {
  const ours = await oursModules()
  const wasm = ours.filter(({ type }) => type === 'CompiledWasm')
  const scripts = ours.filter(({ type }) => type === 'ESModule')
  return [
    { label: 'Edgehire, wasm', budget: WASM_BUDGET, ...sizeOf(wasm) },
    { label: 'Edgehire, script', ...sizeOf(scripts) },
    { label: 'Hono, script', ...sizeOf(await honoModules()) },
  ]
}

function sizeOf(modules) {
  const all = modules.map(({ contents }) => Buffer.from(contents))
  return {
    raw: all.reduce((sum, bytes) => sum + bytes.length, 0),
    gzipped: all.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0),
  }
}
