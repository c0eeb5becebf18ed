// `npm run build`: the Worker and the static files, as they are deployed, in build/.
import { gatherAssets } from "./lib/assets.mjs";
import { main } from "./lib/main.mjs";
import { setUp } from "./lib/setup.mjs";
import { step } from "./lib/step.mjs";
import { buildWorker, RELEASE, weigh } from "./lib/worker-build.mjs";

main(async () => {
  await setUp();
  await step("Compile the Worker to wasm", () => buildWorker(RELEASE));
  await step("Weigh it", () => weigh(RELEASE));
  await step("Gather the static files", gatherAssets);
});
