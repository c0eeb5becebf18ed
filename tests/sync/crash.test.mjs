// The Worker is killed in the middle of a sweep: the next ones complete it, and nothing is lost or doubled.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { until } from "../webhooks/edgehire.mjs";
import { letTimePass } from "../webhooks/lost-time.mjs";
import { startAgency } from "./agency.mjs";

const [JOBS, OPEN] = [1_000, 60];
// A slow vendor, so that a kill finds calls under way: a page takes this long, and a pipeline.
const SLOW_MS = 150;

describe("a Worker that is killed in the middle of a sweep", () => {
  let agency;
  before(async () => {
    agency = await startAgency("crash", [JOBS, OPEN, 5]);
    await agency.control("POST", "/faults", { path: "*", fault: { kind: "slow", ms: SLOW_MS } });
  });
  after(() => agency?.stop());

  // Kills the Worker once the vendor has been asked so often for this, and starts it again.
  const killAfter = async (path, calls) => {
    const asked = async () => ((await agency.control("GET", "/calls")).counts[path] ?? 0) >= calls;
    await until(`${path} has been asked for ${calls} times`, asked, { everyMs: 5 });
    await agency.server.kill();
    assert.equal(letTimePass(agency.server.state), 1, "the kill has cut a run");
    await agency.server.start();
    await agency.tick();
  };

  it("completes it, and tells of every job once", async (test) => {
    await agency.fireSync();
    await killAfter("job/list", 4);
    await killAfter("job/pipeline", 8);
    const sync = await agency.synced();
    assert.equal(sync.status, "succeeded", JSON.stringify(sync));
    assert.equal((await agency.get("/api/sync/log")).syncs.length, 1, "it is the same sweep");
    assert.deepEqual([sync.created, sync.pipelines_changed], [JOBS, OPEN]);
    assert.equal((await agency.jobs()).length, JOBS);
    const { ids } = await agency.control("GET", "/jobs");
    const here = new Set((await agency.jobs()).map(({ recruiterflow_job_id }) => recruiterflow_job_id));
    assert.ok(ids.every((id) => here.has(String(id))));
    const told = await agency.told();
    assert.deepEqual(
      [told["job.created"], told["job.needs_scoring"], told["job.pipeline_changed"], told["sync.completed"]],
      [JOBS, OPEN, OPEN, 1],
    );
    const { counts } = await agency.control("GET", "/calls");
    test.diagnostic(`${counts["job/list"]} pages of ${JOBS / 100}, ${counts["job/pipeline"]} pipelines of ${OPEN} read over 2 kills`);
  });
});
