// `npm run migration NAME`: an empty migration with the next number.
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { main } from "./lib/main.mjs";
import { migrations, relative } from "./lib/paths.mjs";
import { Failure } from "./lib/step.mjs";

main(() => {
  const name = process.argv[2] ?? "";
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name)) {
    throw new Failure(`not a migration name: "${name}"`, {
      remedy: "verb_object in snake_case, for example: npm run migration create_jobs",
    });
  }
  const last = Math.max(0, ...readdirSync(migrations).map((file) => Number.parseInt(file, 10) || 0));
  const file = path.join(migrations, `${String(last + 1).padStart(4, "0")}_${name}.sql`);
  writeFileSync(file, "-- What this changes, and why. Forward only: once released, a migration is never edited.\n", { flag: "wx" });
  console.log(`made ${relative(file)}; then: npm run generate`);
});
