// The fakes of the outside services (tests/fakes), as a process on a port of this machine.
import { buildFakes, fakesBinary } from "./cargo.mjs";
import { start, stop } from "./process.mjs";
import { Failure } from "./step.mjs";

const READY_WITHIN_MS = 20_000;

export { buildFakes };

// `account` is what the account of Recruiterflow has: "small", or [jobs, open, seed]. Gives { recruiterflow: url,
// control(method, path, body), stop }.
export async function startFakes(account = "small", port = 0) {
  const running = start(await fakesBinary(), [String(port), ...[account].flat().map(String)]);
  const url = await ready(running);
  const control = async (method, path, body) => {
    const response = await fetch(`${url}/__control${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Failure(`the fake answered ${response.status} to ${method} ${path}`);
    const text = await response.text();
    return text ? JSON.parse(text) : null;
  };
  const { key } = await control("GET", "/state");
  return { recruiterflow: url, key, control, stop: () => stop(running) };
}

// Settings of a Worker that has the fakes outside.
export const settingsFor = ({ recruiterflow, key }) => ({
  RECRUITERFLOW_BASE_URL: recruiterflow,
  RECRUITERFLOW_API_KEY: key,
});

async function ready(running) {
  const deadline = Date.now() + READY_WITHIN_MS;
  let ended = false;
  running.ended.then(() => (ended = true));
  while (!running.output.includes("\n")) {
    if (ended || Date.now() > deadline) {
      throw new Failure("the fakes did not start", { output: running.output, remedy: "read their output above" });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return JSON.parse(running.output.split("\n")[0]).recruiterflow;
}
