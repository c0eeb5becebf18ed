// How every script runs: signals stop its children, a failure is explained and gives exit code 1.
import { isStopping, stopEverythingOnSignals } from "./process.mjs";
import { explain } from "./step.mjs";

export async function main(work) {
  stopEverythingOnSignals();
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    // A child that was stopped by Ctrl-C did not fail.
    if (isStopping()) return;
    console.error(explain(error));
    process.exitCode = 1;
  }
}
