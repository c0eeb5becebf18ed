// Runs a folder of tests with Node's own test runner. Each file starts a local Worker of its own, for they
// differ in their settings, and some kill it again and again.
import { readdirSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";
import { run } from "./process.mjs";
import { node, toolEnv } from "./tools.mjs";

export async function runNodeTests(folder) {
  const place = inRoot("tests", folder);
  const files = readdirSync(place).filter((name) => name.endsWith(".test.mjs"));
  // One file at a time: each has a server, which is enough for two cores.
  const flags = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--disable-warning=ExperimentalWarning"];
  const output = await run(node(), [...flags, ...files.map((name) => path.join(place, name))], {
    env: toolEnv(),
    remedy: "the servers' output is in build/logs",
  });
  const [tests, repeats] = ["pass (\\d+)", "(\\d+) repeats"].map((words) => output.match(words)?.[1]);
  return `${tests} tests${repeats ? `, ${repeats} repeats after crashes` : ""}`;
}
