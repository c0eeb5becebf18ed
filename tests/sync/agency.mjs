// A running Worker beside a fake Recruiterflow, and what tests ask of both.
import { fireCron } from "../../scripts/lib/wrangler.mjs";
import { settingsFor, startFakes } from "../../scripts/lib/fakes.mjs";
import { startEdgehire, until } from "../webhooks/edgehire.mjs";

export const HALF_HOURLY = "*/30 * * * *";
const WITHIN_MS = 120_000;

// `account` as for startFakes; `settings` beside those that the fakes need.
export async function startAgency(name, account, settings = {}) {
  const fakes = await startFakes(account);
  try {
    const edgehire = await startEdgehire(`sync-${name}`, { ...settingsFor(fakes), ...settings });
    return agency(edgehire, fakes);
  } catch (error) {
    await fakes.stop();
    throw error;
  }
}

function agency(edgehire, fakes) {
  const { call, server } = edgehire;
  const get = (path) => call.expect(200, "GET", path);
  const status = () => get("/api/sync/status");
  return {
    ...edgehire,
    fakes,
    get,
    status,
    control: fakes.control,
    fireSync: () => fireCron(server.url, HALF_HOURLY),
    // The newest sweep, once none runs.
    synced: async () => {
      let last;
      const ended = async () => (last = await status()).status !== "syncing";
      await until("the sync ends", ended, { withinMs: WITHIN_MS, everyMs: 100, tell: () => JSON.stringify(last) });
      return (await get("/api/sync/log?limit=100")).syncs.find(({ kind }) => kind !== "webhook");
    },
    jobs: () => get("/api/jobs?active=all"),
    // How many events of each type there have been.
    told: async () => {
      const counts = {};
      for (let after = ""; after !== null; ) {
        const page = await get(`/api/events?limit=500${after}`);
        for (const { type } of page.events) counts[type] = (counts[type] ?? 0) + 1;
        after = page.has_more ? `&after=${page.next}` : null;
      }
      return counts;
    },
    // The fake sends a webhook here, so many times; gives the statuses of the answers.
    sendHook: async (hook) => {
      const headers = { "X-RF-Webhook-Token": server.secrets.RECRUITERFLOW_WEBHOOK_SECRET };
      const sendTo = `${server.url}/api/webhooks/recruiterflow`;
      return (await fakes.control("POST", "/hooks", { ...hook, headers, send_to: sendTo })).statuses.map(Number);
    },
    stop: async () => {
      await edgehire.stop();
      await fakes.stop();
    },
  };
}
