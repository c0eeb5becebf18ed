// One step of a script: says what it does, how long it took, and how it failed.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { logs, relative } from "./paths.mjs";

const COLUMN = 58;
const HEAD_LINES = 12;
const TAIL_LINES = 30;

export class Failure extends Error {
  constructor(message, { output = "", remedy = "" } = {}) {
    super(message);
    this.output = output;
    this.remedy = remedy;
  }
}

// What cargo prints of its progress says nothing about a failure.
const PROGRESS = /^\s+(Compiling|Checking|Downloading|Downloaded|Updating|Locking|Blocking) /;

// Prints `title ... 1.2 s, note`. The work returns the note, or nothing.
export async function step(title, work) {
  process.stdout.write(`${title} `.padEnd(COLUMN, "."));
  const startedAt = performance.now();
  try {
    const note = await work();
    console.log(` ${seconds(startedAt)}${note ? `, ${note}` : ""}`);
  } catch (error) {
    console.log(` FAILED after ${seconds(startedAt)}`);
    error.step = title;
    throw error;
  }
}

export function explain(error) {
  const lines = ["", ...(error.step ? [`Failed: ${error.step}`] : [])];
  lines.push(error instanceof Failure ? error.message : error.stack);
  if (error.output?.trim()) {
    const told = error.output.trimEnd().split("\n").filter((line) => !PROGRESS.test(line));
    lines.push(...excerpt(told).map((line) => `  | ${line}`), `All of it: ${relative(keep(error))}`);
  }
  if (error.remedy) lines.push(`What to do: ${error.remedy}`);
  return lines.join("\n");
}

function keep({ step: title, output }) {
  mkdirSync(logs, { recursive: true });
  const file = path.join(logs, `failed-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.log`);
  writeFileSync(file, output);
  return file;
}

// Some tools tell the cause first and their usage after it, most tell the cause last.
function excerpt(lines) {
  const left = lines.length - HEAD_LINES - TAIL_LINES;
  if (left <= 0) return lines;
  return [...lines.slice(0, HEAD_LINES), `(${left} lines left out)`, ...lines.slice(-TAIL_LINES)];
}

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
