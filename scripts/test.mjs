// `npm test`: every check there is, with a summary. Arguments choose groups: `npm run check`, `npm run e2e`.
import { gatherAssets } from "./lib/assets.mjs";
import * as cargo from "./lib/cargo.mjs";
import { runBrowser } from "./lib/browser.mjs";
import { runEndToEnd } from "./lib/e2e.mjs";
import { main } from "./lib/main.mjs";
import { isStopping } from "./lib/process.mjs";
import { runNodeTests } from "./lib/node-tests.mjs";
import { setUp } from "./lib/setup.mjs";
import { explain, Failure, seconds, step } from "./lib/step.mjs";
import { buildWorker, DB_SUITE, RELEASE, weigh } from "./lib/worker-build.mjs";
import { checkDeploy } from "./lib/wrangler.mjs";

// `groups`: when it runs if groups are chosen. `needs`: steps that must have passed before.
const BUILT = ["Release build", "Static files"];
const STEPS = [
  { name: "Format", groups: ["format"], work: cargo.checkFormat },
  { name: "Clippy, native", groups: ["clippy"], work: cargo.clippyNative },
  { name: "Clippy, wasm", groups: ["clippy"], work: cargo.clippyWasm },
  { name: "Native tests", groups: ["native"], work: cargo.testNative },
  { name: "Generated files are current", groups: ["native"], work: cargo.checkGenerated },
  { name: "Release build", groups: ["e2e", "browser", "webhooks", "sync"], work: () => buildWorker(RELEASE) },
  { name: "Size of the wasm", groups: [], needs: ["Release build"], work: () => weigh(RELEASE) },
  { name: "Static files", groups: ["e2e", "browser", "webhooks", "sync"], work: gatherAssets },
  { name: "Deployment, dry run", groups: [], needs: BUILT, work: checkDeploy },
  { name: "Build with the database suite", groups: ["e2e"], work: () => buildWorker(DB_SUITE) },
  { name: "End-to-end tests", groups: ["e2e"], needs: [...BUILT, "Build with the database suite"], work: runEndToEnd },
  { name: "Browser test of /docs", groups: ["browser"], needs: BUILT, work: runBrowser },
  { name: "Webhooks", groups: ["webhooks"], needs: BUILT, work: () => runNodeTests("webhooks") },
  { name: "Compile the fakes", groups: ["sync"], work: cargo.buildFakes },
  { name: "Sync with a fake Recruiterflow", groups: ["sync"], needs: [...BUILT, "Compile the fakes"], work: () => runNodeTests("sync") },
];

main(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter((group) => !STEPS.some(({ groups }) => groups.includes(group)));
  if (unknown.length) {
    const groups = new Set(STEPS.flatMap((one) => one.groups));
    throw new Failure(`no such group of checks: ${unknown.join(" ")}`, { remedy: `choose of ${[...groups].join(", ")}` });
  }
  const steps = STEPS.filter(({ groups }) => !chosen.length || groups.some((group) => chosen.includes(group)));
  await setUp();
  for (const one of steps) await attempt(one, steps);
  if (isStopping()) return;
  summarise(steps);
  return steps.every(({ result }) => result === "passed") ? 0 : 1;
});

async function attempt(one, steps) {
  const missing = (one.needs ?? []).filter((name) => steps.find((other) => other.name === name).result !== "passed");
  if (missing.length || isStopping()) {
    Object.assign(one, { result: "not run", time: "" });
    return;
  }
  const startedAt = performance.now();
  const work = async () => {
    const note = await one.work();
    // Commands return their output; only a short word is a note.
    one.note = note?.includes("\n") ? "" : note;
    return one.note;
  };
  await step(one.name, work).then(
    () => (one.result = "passed"),
    (error) => {
      one.result = "FAILED";
      if (!isStopping()) console.error(`${explain(error)}\n`);
    },
  );
  one.time = seconds(startedAt);
}

function summarise(steps) {
  console.log();
  for (const { name, result, time, note } of steps) {
    console.log(`${name.padEnd(32)}${result.padEnd(9)}${time.padStart(8)}  ${note ?? ""}`.trimEnd());
  }
  const passed = steps.filter(({ result }) => result === "passed").length;
  console.log(`\n${passed} passed, ${steps.length - passed} failed`);
}
