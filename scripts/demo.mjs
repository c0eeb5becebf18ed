// `npm run demo`: `npm start`, with a fake Recruiterflow beside it and a filled database, to look around in.
// It has a state and secrets of its own, made anew each time: nothing of `npm start` is touched.
import { rmSync, mkdirSync } from "node:fs";
import path from "node:path";
import { gatherAssets } from "./lib/assets.mjs";
import { chosenPort } from "./lib/port.mjs";
import { fillDemo } from "./lib/demo-data.mjs";
import { buildFakes, settingsFor, startFakes } from "./lib/fakes.mjs";
import { main } from "./lib/main.mjs";
import { build } from "./lib/paths.mjs";
import { isStopping } from "./lib/process.mjs";
import { firstKey, throwawaySecrets } from "./lib/secrets.mjs";
import { setUp } from "./lib/setup.mjs";
import { Failure, step } from "./lib/step.mjs";
import { tickCrons } from "./lib/cron.mjs";
import { claimPort, migrate, serve } from "./lib/wrangler.mjs";
import { buildWorker, RELEASE } from "./lib/worker-build.mjs";

// Jobs, open ones, and the number that makes it always the same agency.
const AGENCY = [120, 24, 7];

main(async () => {
  const port = chosenPort();
  await step(`Check that port ${port} is free`, () => claimPort(port).then(() => {}));
  await setUp();
  await step("Compile the Worker to wasm", () => buildWorker(RELEASE));
  await step("Gather the static files of /docs", gatherAssets);
  await step("Compile the fakes", buildFakes);

  const home = path.join(build, "demo");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const state = path.join(home, "state");
  await step("Make an empty database", () => migrate(state));

  let fakes, server, secrets, job;
  let isReady = false;
  await step("Start the fakes and the Worker", async () => {
    fakes = await startFakes(AGENCY);
    const envFile = path.join(home, "secrets");
    secrets = throwawaySecrets(envFile, settingsFor(fakes));
    server = await serve({ variant: RELEASE, port, state, envFile, onOutput: (text) => isReady && process.stdout.write(text) });
  });
  [job] = (await fakes.control("GET", "/jobs?only_open=1")).ids;
  await step("Sync, and fill in people and scores", () => fillDemo(server.url, secrets));
  isReady = true;
  await tickCrons(server.url);
  console.log(banner(server.url, secrets, fakes, job));

  const { code, signal } = await server.ended;
  if (!isStopping()) throw new Failure(`\`wrangler dev\` ended by itself (${signal ?? code})`, { remedy: "npm run demo" });
});

const banner = (url, secrets, fakes, job) => `
Edgehire is ready, with an agency's data. Ctrl-C stops it; the next demo begins anew.

  API            ${url}
  Docs           ${url}/docs
  API key        ${firstKey(secrets)}
  Administrator  ${secrets.ADMIN_EMAIL}   ${secrets.ADMIN_PASSWORD}
  Recruiterflow  ${fakes.recruiterflow}   (a fake; it is changed under /__control)

Try it, in another terminal: the jobs, the best first, then one job's pipeline.

  KEY='${firstKey(secrets)}'
  curl -s ${url}/api/jobs -H "Authorization: Bearer $KEY"
  curl -s ${url}/api/sync/status -H "Authorization: Bearer $KEY"

Close a job there, and tell the Worker by a webhook, as Recruiterflow would:

  curl -s -X POST ${fakes.recruiterflow}/__control/jobs/${job}/close
  curl -s -X POST ${url}/api/webhooks/recruiterflow -H 'X-RF-Webhook-Token: ${secrets.RECRUITERFLOW_WEBHOOK_SECRET}' \\
    -d '{"event": "job.updated", "job": {"id": ${job}}}'
`;
