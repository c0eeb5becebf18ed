// Runs tests/browser in a real Chromium, which it finds, or on Debian installs.
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { inRoot, screenshots } from "./paths.mjs";
import { run } from "./process.mjs";
import { Failure } from "./step.mjs";
import { withTemporaryServer } from "./temporary-server.mjs";
import { node, toolEnv } from "./tools.mjs";
import { RELEASE } from "./worker-build.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PATHS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const REMEDY = "install Chromium or Chrome, or set CHROMIUM_BIN to its path";

export async function runBrowser() {
  const chromium = findChromium() ?? (await installChromium());
  await withTemporaryServer(RELEASE, "browser", ({ url, secrets }) =>
    run(node(), [inRoot("tests", "browser", "docs.mjs")], {
      env: toolEnv({
        CHROMIUM_BIN: chromium,
        EDGEHIRE_URL: url,
        EDGEHIRE_API_KEY: secrets.API_KEY,
        SCREENSHOTS: screenshots,
      }),
      remedy: "look at build/screenshots and build/logs/browser.log",
    }),
  );
}

function findChromium() {
  const { CHROMIUM_BIN, PATH = "" } = process.env;
  if (CHROMIUM_BIN) {
    if (isExecutable(CHROMIUM_BIN)) return CHROMIUM_BIN;
    throw new Failure(`CHROMIUM_BIN is not a program: ${CHROMIUM_BIN}`, { remedy: REMEDY });
  }
  const onPath = PATH.split(path.delimiter).flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return [...onPath, ...PATHS].find(isExecutable);
}

async function installChromium() {
  const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (!isRootOnDebian) throw new Failure("no Chromium was found", { remedy: REMEDY });
  const env = toolEnv({ DEBIAN_FRONTEND: "noninteractive" });
  await run("apt-get", ["update"], { env, remedy: REMEDY });
  await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env, remedy: REMEDY });
  return findChromium() ?? "/usr/bin/chromium";
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
