// Installs what a fresh clone lacks. Every part looks first, so a second run takes moments.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fingerprint, unlessUnchanged } from "./fingerprint.mjs";
import { inRoot, nodeModules, packageFile, packageLock } from "./paths.mjs";
import { run } from "./process.mjs";
import { ensureDevVars } from "./secrets.mjs";
import { step } from "./step.mjs";
import { cargoTools, node, toolEnv } from "./tools.mjs";

const INSTALL_RUST = "install Rust from https://rustup.rs, open a new terminal and run again";

export async function setUp() {
  await step("Check git, a C compiler and Rust", checkRust);
  await step("Install npm packages", installPackages);
  for (const tool of cargoTools()) {
    await step(`Install ${tool.name} ${tool.version} (minutes, once)`, () => installCargoTool(tool));
  }
  await step("Make .dev.vars, the local secrets", ensureDevVars);
}

async function checkRust() {
  await run("git", ["--version"], { remedy: "install git" });
  await run("cc", ["--version"], {
    remedy: "install a C compiler: `apt install build-essential`, or `xcode-select --install` on macOS",
  });
  await run("rustup", ["--version"], { remedy: INSTALL_RUST });

  const pinned = readFileSync(inRoot("rust-toolchain.toml"), "utf8");
  const channel = pinned.match(/channel = "(.+?)"/)[1];
  const online = { remedy: `check the network, then: rustup toolchain install ${channel}` };
  const toolchains = await run("rustup", ["toolchain", "list"], online);
  const added = [];
  if (!toolchains.split("\n").some((line) => line.startsWith(`${channel}-`))) {
    await run("rustup", ["toolchain", "install", channel, "--profile", "minimal", "--no-self-update"], online);
    added.push(`Rust ${channel}`);
  }
  for (const [kind, wanted] of [["component", listIn(pinned, "components")], ["target", listIn(pinned, "targets")]]) {
    const installed = await run("rustup", [kind, "list", "--installed", "--toolchain", channel], online);
    const missing = wanted.filter((name) => !installed.split("\n").some((line) => line.startsWith(name)));
    if (missing.length) await run("rustup", [kind, "add", "--toolchain", channel, ...missing], online);
    added.push(...missing);
  }
  return added.length ? `added ${added.join(", ")}` : `Rust ${channel}`;
}

// A list of words in rust-toolchain.toml, read before any TOML parser is installed.
function listIn(toml, name) {
  const list = toml.match(new RegExp(`${name} = \\[(.*?)\\]`, "s"))?.[1] ?? "";
  return [...list.matchAll(/"(.+?)"/g)].map(([, word]) => word);
}

async function installPackages() {
  const stamp = path.join(nodeModules, ".installed-for");
  const note = await unlessUnchanged(stamp, fingerprint([packageFile, packageLock]), async () => {
    await run("npm", ["ci", "--no-audit", "--no-fund"], {
      env: toolEnv(),
      remedy: "check the network and `npm config get registry`, then run again",
    });
    return "from package-lock.json";
  });
  node(); // Fails now, with its remedy, rather than at the first use.
  return note;
}

async function installCargoTool({ crate, version, flags, home, path: installed }) {
  if (existsSync(installed)) return "present";
  await run("cargo", ["install", crate, "--version", version, ...flags, "--root", home], {
    env: toolEnv(),
    remedy: "check that cargo reaches crates.io, then run again",
  });
  return "compiled";
}
