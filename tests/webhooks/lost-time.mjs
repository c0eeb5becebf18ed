// What a Worker that was killed waits for, made to have passed: waiting for it would take minutes.
import { globSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

// More than a run's lease (`src/domain/task.rs`) and than a message is waited for (`src/store/tasks/sweep.rs`).
const LEASE_MS = 60_000;

// Moves what the tasks wait for, as if the Worker had been down for longer than a lease. Gives how many runs
// had been cut. Nobody has the database open now.
export function letTimePass(state) {
  const files = globSync(path.join(state, "v3", "d1", "*", "*.sqlite"));
  const database = new DatabaseSync(files.find((file) => path.basename(file) !== "metadata.sqlite"));
  try {
    database.exec(`UPDATE tasks SET signal_ms = signal_ms - ${LEASE_MS}, due_ms = due_ms - ${LEASE_MS} WHERE status = 'pending'`);
    const leases = database.prepare("UPDATE tasks SET leased_until_ms = leased_until_ms - ? WHERE status = 'running'");
    return leases.run(LEASE_MS).changes;
  } finally {
    database.close();
  }
}
