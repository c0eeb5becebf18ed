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
  const home = mkdtempSync(path.join(tmpdir(), "edgehire-"));
  mkdirSync(logs, { recursive: true });
  const logFile = path.join(logs, `${name}.log`);
  const log = createWriteStream(logFile);
  let server;
  try {
    const envFile = path.join(home, "secrets");
    const secrets = throwawaySecrets(envFile);
    const state = path.join(home, "state");
    cpSync(await emptyState(), state, { recursive: true });
    const onOutput = (text) => log.write(text);
    server = await serve({ variant, port: await claimPort(0), state, envFile, onOutput });
    return await work({ url: server.url, secrets, logFile });
  } finally {
    await server?.stop();
    log.end();
    rmSync(home, { recursive: true, force: true });
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
