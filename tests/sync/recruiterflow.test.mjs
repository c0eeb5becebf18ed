// On workerd: the clock fires a sync, a webhook brings a change, and what goes wrong with the vendor passes.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { until } from "../webhooks/edgehire.mjs";
import { startAgency } from "./agency.mjs";

const [JOBS, OPEN] = [130, 12];

describe("a Worker beside a Recruiterflow", () => {
  let agency, open;
  before(async () => {
    agency = await startAgency("recruiterflow", [JOBS, OPEN, 3], { RECRUITERFLOW_TIMEOUT_SECONDS: "1" });
    ({ ids: open } = await agency.control("GET", "/jobs?only_open=1"));
  });
  after(() => agency?.stop());

  const job = async (id) => (await agency.jobs()).find((one) => one.recruiterflow_job_id === String(id));

  it("syncs when the clock fires", async () => {
    assert.equal(await agency.fireSync(), "ok");
    const sync = await agency.synced();
    assert.equal(sync.status, "succeeded", JSON.stringify(sync));
    const { seen, created, pipelines, calls } = sync;
    assert.deepEqual({ seen, created, pipelines, calls }, { seen: JOBS, created: JOBS, pipelines: OPEN, calls: 2 + OPEN });
    assert.equal((await agency.get("/api/jobs")).length, OPEN);
    const { most_at_once } = await agency.control("GET", "/calls");
    assert.ok(most_at_once <= 6, `${most_at_once} at once`);
    const [line] = await agency.get("/api/activity");
    assert.deepEqual([line.type, line.count], ["sync", JOBS]);
  });

  it("keeps the list until something changes", async () => {
    const ask = async () => {
      const response = await fetch(`${agency.server.url}/api/jobs`, {
        headers: { authorization: `Bearer ${agency.server.secrets.API_KEY}` },
      });
      return { cache: response.headers.get("x-cache"), jobs: await response.json() };
    };
    await ask();
    const isKept = async () => (await ask()).cache === "hit";
    await until("the list is kept", isKept);
    const [{ jobs }, title] = [await ask(), "Renamed"];
    await agency.control("PATCH", `/jobs/${jobs[0].recruiterflow_job_id}`, { name: title });
    await agency.call.expect(200, "POST", `/api/jobs/${jobs[0].id}/refresh`);
    const now = await ask();
    assert.equal(now.cache, "miss");
    assert.equal(now.jobs.find(({ id }) => id === jobs[0].id).job_title, title);
  });

  it("takes in a change that a webhook tells of, however often it comes", async () => {
    await agency.control("DELETE", "/calls");
    await agency.control("PATCH", `/jobs/${open[1]}`, { name: "Told by a webhook" });
    const statuses = await agency.sendHook({ job_id: open[1], event: "job.updated", times: 5 });
    assert.deepEqual(statuses, [200, 200, 200, 200, 200]);
    await until("the title is here", async () => (await job(open[1])).job_title === "Told by a webhook");
    const { counts } = await agency.control("GET", "/calls");
    assert.ok(counts.job <= 2, `${counts.job} reads for five webhooks`);
  });

  it("moves a candidate that the vendor's own webhook tells of", async () => {
    const { id: candidate } = await agency.control("POST", `/jobs/${open[2]}/candidates`, {});
    const { id } = await job(open[2]);
    const total = async () => (await agency.get(`/api/jobs/${id}/pipeline`)).total_candidates;
    const before = await total();
    assert.deepEqual(await agency.sendHook({ job_id: open[2], candidate_id: candidate }), [200]);
    await until("one candidate more", async () => (await total()) === before + 1);
  });

  it("closes a job that the vendor has closed", async () => {
    await agency.control("POST", `/jobs/${open[3]}/close`);
    await agency.sendHook({ job_id: open[3], event: "job.archived" });
    await until("it is closed", async () => (await job(open[3])).is_active === false);
  });

  for (const fault of [
    { kind: "retry_after", status: 429, after: "1" },
    { kind: "status", status: 429 },
    { kind: "status", status: 502 },
    { kind: "truncated" },
    { kind: "cut" },
    { kind: "slow", ms: 1500 },
  ]) {
    it(`gets over ${JSON.stringify(fault)}`, async () => {
      await agency.control("POST", "/faults", { path: "job/list", fault, times: 1 });
      await agency.fireSync();
      const sync = await agency.synced();
      assert.deepEqual([sync.status, sync.seen, sync.retries], ["succeeded", JOBS, 1], JSON.stringify(sync));
    });
  }

  // workerd sends such a request again by itself, where it can: how often we did is not known.
  it("gets over a connection that is closed without an answer", async () => {
    await agency.control("POST", "/faults", { path: "job/list", fault: { kind: "refused" }, times: 3 });
    await agency.fireSync();
    const sync = await agency.synced();
    assert.deepEqual([sync.status, sync.seen], ["succeeded", JOBS], JSON.stringify(sync));
  });

  it("says so when the vendor refuses, and changes nothing", async () => {
    const before = await agency.jobs();
    await agency.control("POST", "/faults", { path: "job/list", fault: { kind: "status", status: 403 } });
    await agency.fireSync();
    const sync = await agency.synced();
    await agency.control("DELETE", "/faults");
    assert.equal(sync.status, "failed");
    assert.match(sync.error, /403/);
    const { status, last_error } = await agency.status();
    assert.deepEqual([status, last_error], ["error", sync.error]);
    assert.deepEqual(await agency.jobs(), before);
  });
});
