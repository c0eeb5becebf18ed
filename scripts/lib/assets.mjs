// Gathers the static files of /docs: our page, and the viewer from node_modules.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fingerprint, unlessUnchanged } from "./fingerprint.mjs";
import { assets, build, inRoot, nodeModules } from "./paths.mjs";

const PAGE = inRoot("web", "docs");
const VIEWER = ["swagger-ui-bundle.js", "swagger-ui.css"].map((file) => path.join(nodeModules, "swagger-ui-dist", file));

export function gatherAssets() {
  return unlessUnchanged(path.join(build, ".assets-from"), fingerprint([PAGE, ...VIEWER]), () => {
    rmSync(assets, { recursive: true, force: true });
    mkdirSync(path.join(assets, "docs"), { recursive: true });
    cpSync(PAGE, assets, { recursive: true });
    for (const file of VIEWER) cpSync(file, path.join(assets, "docs", path.basename(file)));
  });
}
