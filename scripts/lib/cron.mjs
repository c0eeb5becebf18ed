// Local cron: `wrangler dev` never fires crons by itself, so this does, as wrangler.toml says, in UTC.
import { fireCron, settings } from "./wrangler.mjs";

export async function tickCrons(url) {
  const { Cron } = await import("croner");
  const crons = (await settings()).triggers?.crons ?? [];
  for (const cron of crons) {
    // Cloudflare counts weekdays from Sunday = 1.
    new Cron(cron, { timezone: "UTC", alternativeWeekdays: true, unref: true }, async () => {
      const outcome = await fireCron(url, cron).catch((error) => error.message);
      console.log(`cron "${cron}": ${outcome}`);
    });
  }
  return crons;
}
