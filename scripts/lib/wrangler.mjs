// Wrangler: its settings, its commands, and a local server of the Worker.
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fingerprint, unlessUnchanged } from "./fingerprint.mjs";
import { build, localState, migrations, wranglerFile } from "./paths.mjs";
import { kill, run, start, stop } from "./process.mjs";
import { Failure } from "./step.mjs";
import { node, toolEnv, wrangler } from "./tools.mjs";

const HOST = "127.0.0.1";
const READY_WITHIN_MS = 60_000;

// wrangler.toml as an object. The parser is a package, hence loaded only when used.
export async function settings() {
  const { parse } = await import("smol-toml");
  return parse(readFileSync(wranglerFile, "utf8"));
}

export const runWrangler = (args, options) => run(node(), [wrangler, ...args], { env: toolEnv(), ...options });

// Brings the local database in `state` up to date. The stamp lies in the state, so both vanish together.
export async function migrate(state = localState) {
  const files = readdirSync(migrations).filter((name) => name.endsWith(".sql"));
  const database = (await settings()).d1_databases[0].database_name;
  return unlessUnchanged(path.join(state, ".migrated-to"), fingerprint([migrations]), async () => {
    await runWrangler(["d1", "migrations", "apply", database, "--local", "--persist-to", state], {
      remedy: "read the SQL error above; `rm -r .wrangler/state` starts with an empty local database",
    });
    return `${files.length} migrations`;
  });
}

// Bundles what production would get, and sends nothing.
export async function checkDeploy() {
  await runWrangler(["deploy", "--dry-run", "--env", "production", "--outdir", path.join(build, "deploy")], {
    remedy: "read wrangler's output above; wrangler.toml is at fault, or what it names is missing",
  });
}

// Starts `wrangler dev` on a variant of the build; resolves when it answers. `onOutput` gets all it prints.
export async function serve({ variant, port, state = localState, envFile, onOutput }) {
  const main = path.join(variant.out, path.basename((await settings()).main));
  const args = [wrangler, "dev", main, "--ip", HOST, "--port", String(port), "--persist-to", state];
  if (envFile) args.push("--env-file", envFile);
  const running = start(node(), [...args, "--show-interactive-dev-session=false"], { env: toolEnv(), onOutput });
  const url = `http://${HOST}:${port}`;
  const remedy = "read wrangler's output above";
  let ended;
  running.ended.then((how) => (ended = how));
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!running.output.includes("Ready on") || !(await answers(url))) {
    if (ended) throw new Failure("`wrangler dev` ended before it was ready", { output: running.output, remedy });
    if (Date.now() > deadline) {
      await stop(running);
      throw new Failure(`no answer on ${url} within a minute`, { output: running.output, remedy });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, ended: running.ended, stop: () => stop(running), kill: () => kill(running) };
}

const answers = (url) => fetch(url).then((response) => response.arrayBuffer(), () => null);

// Fires a cron on a local server; resolves to its outcome, "ok" when the Worker succeeded.
export async function fireCron(url, cron) {
  const response = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`);
  return response.text();
}

// 0 asks for any free port. A taken port is told before anything is built.
export function claimPort(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      const remedy = `stop what uses it, or choose another: PORT=${Number(port) + 1} npm start`;
      reject(new Failure(`port ${port} on ${HOST}: ${error.code === "EADDRINUSE" ? "in use" : error.message}`, { remedy }));
    });
    probe.listen(port, HOST, () => {
      const { port: given } = probe.address();
      probe.close(() => resolve(given));
    });
  });
}
