// Child processes: starting them, reading their output, and leaving none behind.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./paths.mjs";
import { Failure } from "./step.mjs";

// The system needs a moment to take down a killed process and free its port.
const KILLED_WITHIN_MS = 2000;

const live = new Set();

// Every child leads a process group, so that its own children (workerd, rustc) end with it.
export function start(command, args, { env = process.env, cwd = root, onOutput = () => {} } = {}) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const running = { child, output: "", ended: null };
  running.ended = new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      running.output += text;
      onOutput(text);
    });
  }
  live.add(running);
  running.ended.then(() => groupIsAlive(running) || live.delete(running));
  return running;
}

// Runs a command to its end and returns what it printed; a failure carries that output and the remedy.
export async function run(command, args, { remedy, ...options } = {}) {
  const running = start(command, args, options);
  const { error, code, signal } = await running.ended;
  live.delete(running);
  const shown = [command, ...args].join(" ");
  if (error?.code === "ENOENT") throw new Failure(`${command} was not found`, { remedy });
  if (error) throw new Failure(`${shown}: ${error.message}`, { remedy });
  if (code !== 0) {
    throw new Failure(`\`${shown}\` ended with ${signal ?? `exit code ${code}`}`, { output: running.output, remedy });
  }
  return running.output;
}

export async function stop(running, graceMs = 5000) {
  signalGroup(running, "SIGTERM");
  await groupEnds(running, graceMs);
  await kill(running);
}

// As a power cut would: nothing in the group gets to tidy up after itself.
export async function kill(running) {
  signalGroup(running, "SIGKILL");
  live.delete(running);
  await groupEnds(running, KILLED_WITHIN_MS);
}

async function groupEnds(running, withinMs) {
  const deadline = Date.now() + withinMs;
  while (groupIsAlive(running) && Date.now() < deadline) await new Promise((r) => setTimeout(r, 50));
}

function signalGroup({ child }, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH" && error.code !== "EPERM") throw error;
  }
}

function groupIsAlive({ child }) {
  try {
    return Boolean(child.pid) && process.kill(-child.pid, 0);
  } catch {
    return false;
  }
}

// Ctrl-C, a closed terminal and a plain kill all stop what was started, then end this process.
let stopping = false;
export function stopEverythingOnSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      await Promise.all([...live].map((running) => stop(running)));
      process.exit(signal === "SIGINT" ? 0 : 128 + constants.signals[signal]);
    });
  }
  process.on("exit", () => [...live].forEach((running) => signalGroup(running, "SIGKILL")));
}
export const isStopping = () => stopping;
