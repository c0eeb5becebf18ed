// Bundles a Worker as a deployment does: one script, and the wasm it imports as modules beside it.

import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { build } from 'esbuild'

/** The modules of the Worker whose entry is this file, the script first. `alias` gives modules another name. */
export async function bundle(entry, alias = {}) {
  const wasm = new Map()
  const collectWasm = {
    name: 'collect-wasm',
    setup: ({ onResolve }) =>
      onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        wasm.set(basename(path), resolve(resolveDir, path))
        return { path: `./${basename(path)}`, external: true }
      }),
  }
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'esnext',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    alias,
    plugins: [collectWasm],
  })
  return [
    { type: 'ESModule', path: 'index.mjs', contents: outputFiles[0].text },
    ...[...wasm].map(([name, path]) => ({ type: 'CompiledWasm', path: name, contents: readFileSync(path) })),
  ]
}
