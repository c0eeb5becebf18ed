// Gathers the static files: our page of /docs, the viewer from node_modules, and the description of the API.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fingerprint, unlessUnchanged } from "./fingerprint.mjs";
import { assets, build, inRoot, nodeModules } from "./paths.mjs";

const PAGE = inRoot("web", "docs");
const DESCRIPTION = inRoot("schema", "openapi.json");
const VIEWER = ["swagger-ui-bundle.js", "swagger-ui.css"].map((file) => path.join(nodeModules, "swagger-ui-dist", file));

export function gatherAssets() {
  return unlessUnchanged(path.join(build, ".assets-from"), fingerprint([PAGE, DESCRIPTION, ...VIEWER]), () => {
    rmSync(assets, { recursive: true, force: true });
    mkdirSync(path.join(assets, "docs"), { recursive: true });
    cpSync(PAGE, assets, { recursive: true });
    for (const file of VIEWER) cpSync(file, path.join(assets, "docs", path.basename(file)));
    const description = JSON.parse(readFileSync(DESCRIPTION, "utf8"));
    writeFileSync(path.join(assets, "openapi.json"), JSON.stringify(description));
  });
}
