// Compiles the Worker to wasm with worker-build, in the variants that exist, and weighs it.
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { fingerprint, unlessUnchanged } from "./fingerprint.mjs";
import { inRoot, migrations, nodeBins, relative } from "./paths.mjs";
import { run } from "./process.mjs";
import { Failure } from "./step.mjs";
import { cargoTool, cargoTools, toolEnv } from "./tools.mjs";

const BUDGET_KIB = 1024;
// Stands in front of worker-build's index.js; wrangler.toml names it as `main`.
const ENTRY = inRoot("src", "worker", "entry.mjs");
const INPUTS = [
  inRoot("src"), migrations, inRoot(".cargo"),
  inRoot("Cargo.toml"), inRoot("Cargo.lock"), inRoot("rust-toolchain.toml"), inRoot("build.rs"),
];

// `flags` are worker-build's own, and after them cargo's. Each variant has a cargo profile to itself:
// wasm files have no features in their names, so variants of one profile would take each other's.
const variant = (folder, ...flags) => ({ out: inRoot("build", folder), flags });
export const RELEASE = variant("worker", "--release");
export const DB_SUITE = variant("db-suite", "--dev", "--no-opt", "--features", "db-suite");

export async function buildWorker({ out, flags }) {
  const print = fingerprint(INPUTS, flags, cargoTools().map((tool) => tool.version));
  return unlessUnchanged(path.join(out, ".built-from"), print, async () => {
    await run(cargoTool("worker-build"), ["--out-dir", relative(out), ...flags], {
      env: toolEnv({
        WASM_BINDGEN_BIN: cargoTool("wasm-bindgen"),
        ESBUILD_BIN: path.join(nodeBins, "esbuild"),
        WASM_OPT_BIN: path.join(nodeBins, "wasm-opt"),
      }),
      remedy: "if the code does not compile, `npm run check` says more; if a tool is at fault, `cargo clean` and delete build/",
    });
    if (existsSync(ENTRY)) copyFileSync(ENTRY, path.join(out, path.basename(ENTRY)));
  });
}

// Fails above the budget. Returns the sizes as the step's note.
export function weigh({ out }) {
  const wasm = readFileSync(path.join(out, "index_bg.wasm"));
  const kib = (bytes) => Math.ceil(bytes / 1024);
  const gzipped = kib(gzipSync(wasm).length);
  const note = `wasm ${kib(wasm.length)} KiB, gzipped ${gzipped} of ${BUDGET_KIB} KiB`;
  if (gzipped > BUDGET_KIB) {
    throw new Failure(`over budget: ${note}`, { remedy: "find the new weight with `twiggy top` and drop it" });
  }
  return note;
}
