// A Worker for tests: a free port, an empty database of its own, keys of its own, its output in build/logs.
import { cpSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fingerprint } from "./fingerprint.mjs";
import { build, logs, migrations } from "./paths.mjs";
import { throwawaySecrets } from "./secrets.mjs";
import { claimPort, migrate, serve } from "./wrangler.mjs";

// Calls `work` with { url, secrets, logFile } while the server runs.
export async function withTemporaryServer(variant, name, work) {
  const server = await startTemporaryServer(variant, name);
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

// For tests that stop and start it themselves: after `kill`, `start` starts it again on the same port and
// the same `state`. `settings` win over wrangler.toml. `end` leaves nothing but the log.
export async function startTemporaryServer(variant, name, settings = {}) {
  const home = mkdtempSync(path.join(tmpdir(), "edgehire-"));
  mkdirSync(logs, { recursive: true });
  const logFile = path.join(logs, `${name}.log`);
  const log = createWriteStream(logFile);
  const envFile = path.join(home, "secrets");
  const state = path.join(home, "state");
  let running;
  const server = {
    state,
    logFile,
    secrets: throwawaySecrets(envFile, settings),
    async start() {
      const onOutput = (text) => log.write(text);
      running = await serve({ variant, port: server.port, state, envFile, onOutput });
    },
    kill: () => running.kill(),
    async end() {
      await running?.stop();
      log.end();
      rmSync(home, { recursive: true, force: true });
    },
  };
  try {
    cpSync(await emptyState(), state, { recursive: true });
    server.port = await claimPort(0);
    await server.start();
    return Object.assign(server, { url: running.url });
  } catch (error) {
    await server.end();
    throw error;
  }
}

// Migrating takes seconds and copying none, so the migrated state is kept until a migration changes.
async function emptyState() {
  const states = path.join(build, "empty-state");
  const state = path.join(states, fingerprint([migrations]).slice(0, 12));
  if (!existsSync(state)) rmSync(states, { recursive: true, force: true });
  await migrate(state);
  return state;
}
