// Runs tests/webhooks with Node's own test runner. Each file starts a local Worker of its own, for they
// differ in their settings, and one kills it again and again.
import { readdirSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";
import { run } from "./process.mjs";
import { node, toolEnv } from "./tools.mjs";

const FOLDER = inRoot("tests", "webhooks");

export async function runWebhooks() {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".test.mjs"));
  // One file at a time: each has a server, which is enough for two cores.
  const flags = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--disable-warning=ExperimentalWarning"];
  const output = await run(node(), [...flags, ...files.map((name) => path.join(FOLDER, name))], {
    env: toolEnv(),
    remedy: "the servers' output is in build/logs, in webhooks-*.log",
  });
  const [tests, repeats] = ["pass (\\d+)", "(\\d+) repeats"].map((words) => output.match(words)?.[1]);
  return `${tests} tests, ${repeats} repeats after crashes`;
}
