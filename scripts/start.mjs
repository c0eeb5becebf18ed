// `npm start`: from a fresh clone to a running Worker on http://127.0.0.1:8787 (PORT changes it).
import { gatherAssets } from "./lib/assets.mjs";
import { tickCrons } from "./lib/cron.mjs";
import { main } from "./lib/main.mjs";
import { chosenPort } from "./lib/port.mjs";
import { isStopping } from "./lib/process.mjs";
import { firstKey, readDevVars } from "./lib/secrets.mjs";
import { setUp } from "./lib/setup.mjs";
import { Failure, step } from "./lib/step.mjs";
import { claimPort, migrate, serve } from "./lib/wrangler.mjs";
import { buildWorker, RELEASE } from "./lib/worker-build.mjs";

main(async () => {
  const port = chosenPort();
  await step(`Check that port ${port} is free`, () => claimPort(port).then(() => {}));
  await setUp();
  await step("Compile the Worker to wasm", () => buildWorker(RELEASE));
  await step("Gather the static files of /docs", gatherAssets);
  await step("Apply migrations to the local database", () => migrate());

  let server;
  let isReady = false;
  await step("Start the Worker", async () => {
    server = await serve({
      variant: RELEASE,
      port,
      onOutput: (text) => isReady && process.stdout.write(text),
    });
  });
  isReady = true;
  const crons = await tickCrons(server.url);
  console.log(banner(server.url, readDevVars(), crons));

  const { code, signal } = await server.ended;
  if (!isStopping()) throw new Failure(`\`wrangler dev\` ended by itself (${signal ?? code})`, { remedy: "npm start" });
});

const banner = (url, secrets, crons) => `
Edgehire is ready. Ctrl-C stops it.

  API      ${url}
  Docs     ${url}/docs
  API key  ${firstKey(secrets)}   (from .dev.vars)
  Sign in  ${secrets.ADMIN_EMAIL}   ${secrets.ADMIN_PASSWORD}   (from .dev.vars, until it is changed)
  Cron     ${crons.length ? `${crons.join(" | ")} (UTC)` : "none"}

Try it, in another terminal:

  curl -s ${url}/api/candidates -H 'Authorization: Bearer ${firstKey(secrets)}'
`;
