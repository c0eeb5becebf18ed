// `.dev.vars`: the secrets of the local Worker. Made once with random values; values are never overwritten.
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { devVars } from "./paths.mjs";

const random = () => randomBytes(24).toString("base64url");

// Every secret the Worker requires. A new one is a line here.
const SECRETS = [
  { name: "API_KEY", about: "who may call the API: one key, or several separated by commas", make: () => `local-${random()}` },
  {
    name: "ENCRYPTION_KEY",
    about: "what secrets in the database are encrypted with: 32 bytes; another key can't read what this one wrote",
    make: () => randomBytes(32).toString("base64url"),
  },
  { name: "RECRUITERFLOW_WEBHOOK_SECRET", about: "what webhooks of Recruiterflow prove that they know: one secret, or several separated by commas", make: random },
  { name: "JWT_SECRET", about: "what the tokens of users are signed with: at least 32 characters", make: () => random() + random() },
  { name: "ADMIN_EMAIL", about: "who signs in first, and is made administrator", make: () => "admin@example.com" },
  { name: "ADMIN_PASSWORD", about: "with which password, the first time: 12 to 128 characters", make: random },
];

const HEADER = "# Secrets of the local Worker, read by `wrangler dev`. Change them as you like; never commit this file.\n";

// Adds what is missing. Returns the step's note.
export function ensureDevVars() {
  const isNew = !existsSync(devVars);
  if (isNew) writeFileSync(devVars, HEADER, { mode: 0o600 });
  const present = readDevVars();
  const missing = SECRETS.filter(({ name }) => !(name in present));
  const text = readFileSync(devVars, "utf8");
  const lines = missing.map(({ name, about, make }) => `# ${about}\n${name}=${make()}\n`);
  if (lines.length) appendFileSync(devVars, (text.endsWith("\n") ? "" : "\n") + lines.join(""));
  if (isNew) return "made with random values";
  return missing.length ? `added ${missing.map(({ name }) => name).join(", ")}` : "kept";
}

export function readDevVars(file = devVars) {
  const values = {};
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const found = line.match(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/);
    if (found) values[found[1]] = found[2].replace(/^(["'`])(.*)\1$/, "$2");
  }
  return values;
}

// Writes a file of fresh random secrets for one run, and returns them. `settings` go into it too: there
// they win over those of wrangler.toml.
export function throwawaySecrets(file, settings = {}) {
  const values = Object.fromEntries(SECRETS.map(({ name, make }) => [name, make()]));
  const lines = Object.entries({ ...values, ...settings }).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  return values;
}

// The first of the keys that API_KEY holds.
export const firstKey = ({ API_KEY = "" }) => API_KEY.split(",")[0].trim();
