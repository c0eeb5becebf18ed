// Every cargo command of the checks, in one place.
import { run } from "./process.mjs";
import { toolEnv } from "./tools.mjs";

const WASM = ["--target", "wasm32-unknown-unknown", "--lib"];
const STRICT = ["--", "-D", "warnings"];
const NATIVE = ["test", "--features", "db-suite"];
const GENERATED = [...NATIVE, "--test", "native", "generated"];
const END_TO_END = ["test", "--features", "e2e", "--test", "e2e"];

const cargo = (args, remedy, env) => run("cargo", args, { env: toolEnv(env), remedy });

export const checkFormat = () => cargo(["fmt", "--check"], "cargo fmt");
export const clippyNative = () => cargo(["clippy", "--all-targets", "--all-features", ...STRICT]);
export async function clippyWasm() {
  await cargo(["clippy", ...WASM, ...STRICT]);
  await cargo(["clippy", ...WASM, "--all-features", ...STRICT]);
}

export const testNative = async () => testCount(await cargo(NATIVE));
export const checkGenerated = async () => testCount(await cargo(GENERATED, "npm run generate, then look at the diff of schema/"));
export const generate = () => cargo(GENERATED, "the tests print what went wrong", { UPDATE_SCHEMA: "1" });
export const testEndToEnd = async (env) =>
  testCount(await cargo(END_TO_END, "the server's output is in build/logs", env));

const FAKES = ["build", "--example", "fakes"];
export const buildFakes = () => cargo(FAKES, "cargo build --example fakes says more").then(() => {});

// Where cargo has put it: the target folder may be anywhere.
export async function fakesBinary() {
  const messages = await cargo([...FAKES, "--message-format", "json"], "cargo build --example fakes says more");
  const artifacts = messages.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return artifacts.find(({ target, executable }) => executable && target?.name === "fakes").executable;
}

// "12 tests", summed over what cargo printed.
function testCount(output) {
  const passed = [...output.matchAll(/^test result: ok\. (\d+) passed/gm)].map(([, count]) => Number(count));
  return `${passed.reduce((sum, count) => sum + count, 0)} tests`;
}
