// Compiles the Worker to wasm with worker-build, in the variants that exist, and weighs it.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { fingerprint, unlessUnchanged } from "./fingerprint.mjs";
import { inRoot, migrations, nodeBins, relative } from "./paths.mjs";
import { run } from "./process.mjs";
import { Failure } from "./step.mjs";
import { cargoTool, cargoTools, node, toolEnv } from "./tools.mjs";

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
export const RELEASE = { ...variant("worker", "--release"), symbols: inRoot("build", "symbols") };
export const DB_SUITE = variant("db-suite", "--dev", "--no-opt", "--features", "db-suite");

// What worker-build lets its own wasm-opt use.
const FEATURES = [
  "mutable-globals", "sign-ext", "nontrapping-float-to-int", "bulk-memory", "multivalue", "reference-types", "exception-handling",
];

export async function buildWorker({ out, flags, symbols }) {
  const print = fingerprint(INPUTS, [...flags, symbols ? "names taken out" : ""], cargoTools().map((tool) => tool.version));
  return unlessUnchanged(path.join(out, ".built-from"), print, async () => {
    await run(cargoTool("worker-build"), ["--out-dir", relative(out), ...flags], {
      env: toolEnv({
        WASM_BINDGEN_BIN: cargoTool("wasm-bindgen"),
        ESBUILD_BIN: path.join(nodeBins, "esbuild"),
        WASM_OPT_BIN: path.join(nodeBins, "wasm-opt"),
      }),
      remedy: "if the code does not compile, `npm run check` says more; if a tool is at fault, `cargo clean` and delete build/",
    });
    if (symbols) await takeOutNames(out, symbols);
    if (existsSync(ENTRY)) copyFileSync(ENTRY, path.join(out, path.basename(ENTRY)));
  });
}

// The names of functions are a tenth of what is deployed. They stay in `symbols`, for reading a trace: a
// function has the same number in both files. A panic tells its own place in the source in any case.
async function takeOutNames(out, symbols) {
  const wasm = path.join(out, "index_bg.wasm");
  const named = path.join(symbols, "index_bg.wasm");
  mkdirSync(symbols, { recursive: true });
  copyFileSync(wasm, named);
  const features = FEATURES.map((feature) => `--enable-${feature}`);
  await run(node(), [path.join(nodeBins, "wasm-opt"), named, "-o", wasm, ...features, "--strip-debug", "--strip-producers"], {
    env: toolEnv(),
    remedy: "delete build/ and try again",
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
