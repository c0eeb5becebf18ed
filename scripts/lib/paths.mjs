// Where things are: every path that more than one script needs, and nothing else.
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const inRoot = (...parts) => path.join(root, ...parts);
export const relative = (file) => path.relative(root, file);

export const nodeModules = inRoot("node_modules");
export const nodeBins = inRoot("node_modules", ".bin");
export const packageFile = inRoot("package.json");
export const packageLock = inRoot("package-lock.json");
export const cargoLock = inRoot("Cargo.lock");
export const wranglerFile = inRoot("wrangler.toml");
export const migrations = inRoot("migrations");

// What `npm start` keeps between runs.
export const devVars = inRoot(".dev.vars");
export const localState = inRoot(".wrangler", "state");

// What the scripts make. All of it may be deleted at any time.
export const build = inRoot("build");
export const assets = inRoot("build", "assets");
export const screenshots = inRoot("build", "screenshots");
export const logs = inRoot("build", "logs");

// Tools installed with cargo live outside the clone, so that the next clone finds them.
const userCache = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
export const toolCache = path.join(userCache, "edgehire", "tools");
