// Skips work whose inputs did not change: a hash of the inputs is kept beside the output.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { relative } from "./paths.mjs";

// Contents and names of files, folders (recursively), and any further words that matter.
export function fingerprint(files, ...words) {
  const hash = createHash("sha256");
  for (const file of files.flatMap(filesIn)) {
    hash.update(`${relative(file)}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.update(JSON.stringify(words)).digest("hex");
}

// Does the work unless the stamp already holds this fingerprint. Returns the step's note.
export async function unlessUnchanged(stamp, print, work) {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === print) return "unchanged";
  rmSync(stamp, { force: true });
  const note = await work();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
  return note;
}

function filesIn(file) {
  if (!existsSync(file)) return [];
  if (!statSync(file).isDirectory()) return [file];
  return readdirSync(file)
    .sort()
    .flatMap((name) => filesIn(path.join(file, name)));
}
