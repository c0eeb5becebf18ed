// Finding the tools that the project brings along: a new enough Node, wrangler, and the wasm tools.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { cargoLock, logs, nodeBins, nodeModules, toolCache } from "./paths.mjs";
import { Failure } from "./step.mjs";

const WORKER_BUILD_VERSION = "0.8.7";
const NODE_FOR_WRANGLER = [22, 12];

// The two tools that come from crates.io. wasm-bindgen must match the crate in Cargo.lock exactly;
// its own lock file names a crate version that registries no longer serve, hence not `--locked`.
export function cargoTools() {
  return [
    { name: "worker-build", crate: "worker-build", version: WORKER_BUILD_VERSION, flags: ["--locked"] },
    { name: "wasm-bindgen", crate: "wasm-bindgen-cli", version: lockedVersion("wasm-bindgen"), flags: [] },
  ].map((tool) => {
    const home = path.join(toolCache, `${tool.name}-${tool.version}`);
    return { ...tool, home, path: path.join(home, "bin", tool.name) };
  });
}

export function cargoTool(name) {
  return cargoTools().find((tool) => tool.name === name).path;
}

function lockedVersion(crate) {
  const found = readFileSync(cargoLock, "utf8").match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`));
  if (!found) throw new Failure(`${crate} is not in Cargo.lock`, { remedy: "cargo generate-lockfile" });
  return found[1];
}

// The Node that runs wrangler: ours from node_modules, else the caller's when it is new enough.
let nodePath;
export function node() {
  nodePath ??= [path.join(nodeBins, "node"), process.execPath].find(isNewEnough);
  if (nodePath) return nodePath;
  throw new Failure(`wrangler needs Node ${NODE_FOR_WRANGLER.join(".")} or newer, this is ${process.version}`, {
    remedy: "delete node_modules and run again (npm must be allowed to run the install script of the `node` package), or install a newer Node",
  });
}

function isNewEnough(candidate) {
  if (!existsSync(candidate)) return false;
  try {
    const [major, minor] = execFileSync(candidate, ["--version"], { encoding: "utf8" }).slice(1).split(".").map(Number);
    return major > NODE_FOR_WRANGLER[0] || (major === NODE_FOR_WRANGLER[0] && minor >= NODE_FOR_WRANGLER[1]);
  } catch {
    return false;
  }
}

export const wrangler = path.join(nodeModules, "wrangler", "bin", "wrangler.js");

// The environment of every tool: ours first on PATH, nothing prompts, phones home or colours.
export function toolEnv(extra = {}) {
  return {
    ...process.env,
    PATH: [nodeBins, process.env.PATH].join(path.delimiter),
    CI: "1",
    NO_COLOR: "1",
    CARGO_TERM_COLOR: "never",
    FORCE_COLOR: "0",
    RUST_BACKTRACE: "0",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_LOG_PATH: logs,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    SCARF_ANALYTICS: "false",
    ...extra,
  };
}
