// Receivers that fail in every way there is: what they see, what is kept of it, what comes after it.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { claimPort } from "../../scripts/lib/wrangler.mjs";
import { NO_EVENTS, startEdgehire, until } from "./edgehire.mjs";
import { answer, babble, begin, cutOff, cutOffInTheBody, drip, dripHeaders, flood, hang, ok, startReceiver, verify } from "./receiver.mjs";

const TRIES = 4;
const FIRST_WAIT_MS = 1500;
const TIMEOUT_MS = 2000;
const SETTINGS = { WEBHOOK_SCHEDULE: `0,${FIRST_WAIT_MS / 1000},0.2,0.2`, WEBHOOK_TIMEOUT_SECONDS: TIMEOUT_MS / 1000 };
// Characters of an answer.
const MOST_KEPT = 500;

describe("a receiver that", { concurrency: true }, () => {
  let receiver, edgehire;
  before(async () => {
    receiver = await startReceiver();
    edgehire = await startEdgehire("faults", SETTINGS);
  });
  after(async () => {
    await edgehire?.stop();
    await receiver?.stop();
  });

  // Sends a test to an inbox of these behaviours, the last of which takes it. Gives the inbox, the delivery
  // after its first try and at its end, and that first try.
  async function sent(...behaviours) {
    const inbox = receiver.open(...behaviours);
    const endpoint = await edgehire.createEndpoint(inbox, NO_EVENTS);
    const delivery = await edgehire.sendTest(endpoint);
    const tried = await edgehire.tried(delivery, 1);
    const delivered = await edgehire.delivered(delivery);
    const first = delivered.attempts[0];
    assert.ok(Date.now() - Date.parse(first.at) >= first.ms && first.ms >= 0);
    return { inbox, endpoint, tried, delivered, first };
  }

  // That the first try failed, was told of so, and that the second one took it.
  function failedOnce({ inbox, tried, delivered, first }, { status, answer, error }) {
    // On a slow machine the second try may have been made before we looked.
    if (tried.attempts.length === 1) {
      assert.deepEqual([tried.status, tried.reason], ["pending", null]);
      assert.ok(Date.parse(tried.next_attempt_at) >= Date.parse(first.at));
    }
    assert.deepEqual([first.status, first.answer], [status, answer]);
    if (error === null) assert.equal(first.error, null);
    else assert.match(first.error, error);
    assert.deepEqual(delivered.attempts.map(({ status }) => status), [status, 200]);
    assert.deepEqual([delivered.status, delivered.next_attempt_at], ["delivered", null]);
    assert.equal(inbox.requests.length, 2);
    assert.deepEqual(inbox.requests[0].body, inbox.requests[1].body);
  }

  it("answers 500 is tried again on the schedule until it takes the webhook", async () => {
    const failure = answer(500, { body: "out of order" });
    const { inbox, endpoint, delivered } = await sent(failure, failure, ok);

    const kept = delivered.attempts.map(({ status, answer, error }) => [status, answer, error]);
    assert.deepEqual(kept, [[500, "out of order", null], [500, "out of order", null], [200, "taken", null]]);
    const [first, second] = inbox.requests;
    // Four fifths of the wait, when the jitter is all for haste.
    assert.ok(second.at - first.endedAt >= 0.8 * FIRST_WAIT_MS - 1, `${second.at - first.endedAt} ms`);
    const { enabled, failing_since } = await edgehire.endpoint(endpoint);
    assert.deepEqual([enabled, failing_since], [true, null]);
  });

  it("hangs is given its time and no more", async () => {
    const made = await sent(hang, ok);
    failedOnce(made, { status: null, answer: null, error: /^no answer in time$/ });
    assert.ok(made.first.ms >= TIMEOUT_MS);
    const [hung] = made.inbox.requests;
    await until("the connection is dropped", () => hung.isDropped);
  });

  it("is down is tried again", async () => {
    const url = `http://127.0.0.1:${await claimPort(0)}/`;
    const delivery = await edgehire.sendTest(await edgehire.createEndpoint({ url }, NO_EVENTS));
    const { attempts } = await edgehire.tried(delivery, 2);
    assert.deepEqual([attempts[0].status, attempts[0].answer], [null, null]);
    assert.match(attempts[0].error, /connection/i);
  });

  it("cuts the connection before it answers is tried again", async () => {
    failedOnce(await sent(cutOff, ok), { status: null, answer: null, error: /connection lost/i });
  });

  it("does not speak HTTP is tried again", async () => {
    failedOnce(await sent(babble, ok), { status: null, answer: null, error: /connection lost/i });
  });

  it("cuts the connection after a status that refuses is tried again", async () => {
    failedOnce(await sent(cutOffInTheBody(500), ok), { status: 500, answer: "it begins", error: /connection lost/i });
  });

  it("cuts the connection after a status that takes has taken it", async () => {
    const { inbox, first, delivered } = await sent(cutOffInTheBody(200));
    assert.deepEqual([first.status, first.answer], [200, "it begins"]);
    assert.match(first.error, /connection lost/i);
    assert.deepEqual([delivered.attempts.length, inbox.requests.length], [1, 1]);
  });

  it("redirects is not followed, and tried again", async () => {
    const elsewhere = receiver.open(ok);
    const redirect = (status) => answer(status, { headers: { location: elsewhere.url } });
    const { delivered } = await sent(redirect(302), redirect(307), redirect(308), ok);
    assert.deepEqual(delivered.attempts.map(({ status }) => status), [302, 307, 308, 200]);
    assert.equal(elsewhere.requests.length, 0);
  });

  it("answers 410 is disabled, and the log tells of it", async () => {
    const inbox = receiver.open(answer(410, { body: "no longer here" }));
    const endpoint = await edgehire.createEndpoint(inbox, NO_EVENTS);
    const delivery = await edgehire.sendTest(endpoint);
    const failed = await edgehire.failed(delivery);

    assert.deepEqual([failed.reason, failed.next_attempt_at], ["gone", null]);
    assert.deepEqual(failed.attempts.map(({ status, answer }) => [status, answer]), [[410, "no longer here"]]);
    const { enabled, disabled_reason } = await edgehire.endpoint(endpoint);
    assert.deepEqual([enabled, disabled_reason], [false, "gone"]);
    const told = (await edgehire.feed("endpoint.disabled")).filter(({ data }) => data.id === endpoint.id);
    assert.equal(told.length, 1);
    assert.equal(told[0].data.reason, "gone");
    assert.ok(!JSON.stringify(told[0]).includes(inbox.url), "others are not told the URL");
    // It is told nothing more.
    assert.equal((await edgehire.call("POST", `/api/events/endpoints/${endpoint.id}/test`)).status, 409);
    assert.equal(inbox.requests.length, 1);
  });

  for (const [asks, seconds, waitMs] of [
    ["asks for a longer wait gets it", 3, 3000],
    ["asks for a very long wait gets twice the schedule's", 3600, 2 * FIRST_WAIT_MS],
    ["asks for a shorter wait gets the schedule's, without jitter", 0, FIRST_WAIT_MS],
  ]) {
    it(asks, async () => {
      const busy = answer(429, { headers: { "retry-after": String(seconds) } });
      const made = await sent(busy, ok);
      failedOnce(made, { status: 429, answer: "", error: null });
      const [first, second] = made.inbox.requests;
      assert.ok(second.at - first.endedAt >= waitMs - 1, `${second.at - first.endedAt} ms`);
    });
  }

  for (const [answers, behaviour] of [
    ["answers more than is read, and then nothing, is not waited for", begin],
    ["answers fifty megabytes is read a little", flood],
  ]) {
    it(answers, async () => {
      const { inbox, first, delivered } = await sent(behaviour);
      assert.deepEqual([first.status, first.error, first.answer], [200, null, "x".repeat(MOST_KEPT)]);
      assert.equal(delivered.attempts.length, 1);
      await until("the connection is dropped", () => inbox.requests[0].isDropped);
    });
  }

  it("drips an answer that takes has taken it", async () => {
    const { inbox, first, delivered } = await sent(drip(200));
    assert.equal(first.status, 200);
    assert.match(first.answer, /^\.+$/);
    assert.equal(first.error, "no end of the answer in time");
    assert.ok(first.ms >= TIMEOUT_MS);
    assert.equal(delivered.attempts.length, 1);
    await until("the connection is dropped", () => inbox.requests[0].isDropped);
  });

  it("drips headers is given its time and no more", async () => {
    const made = await sent(dripHeaders, ok);
    failedOnce(made, { status: null, answer: null, error: /^no answer in time$/ });
    assert.ok(made.first.ms >= TIMEOUT_MS);
    await until("the connection is dropped", () => made.inbox.requests[0].isDropped);
  });

  it("fails every time is given up, and sent it again when somebody asks", async () => {
    const failure = answer(500);
    const inbox = receiver.open(...Array(TRIES).fill(failure), failure, ok);
    const endpoint = await edgehire.createEndpoint(inbox, NO_EVENTS);
    const delivery = await edgehire.sendTest(endpoint);
    const given = await edgehire.failed(delivery);

    assert.deepEqual([given.reason, given.next_attempt_at], ["exhausted", null]);
    assert.deepEqual(given.attempts.map(({ status }) => status), Array(TRIES).fill(500));
    const failing = await edgehire.endpoint(endpoint);
    assert.ok(failing.enabled && failing.failing_since !== null);

    // A whole new round: the first of it fails too.
    await edgehire.redeliver(delivery);
    const delivered = await edgehire.delivered(delivery);
    assert.equal(delivered.attempts.length, TRIES + 2);
    assert.equal(new Set(inbox.requests.map(({ id, body }) => `${id} ${body}`)).size, 1);
    assert.equal((await edgehire.endpoint(endpoint)).failing_since, null);
  });

  it("failed every time gets all that it missed by a recovery, and nothing twice", async () => {
    const since = new Date(Date.now() - 1000).toISOString();
    const failure = answer(503);
    // The first event arrives; the next two fail; the last ones happen while the endpoint is disabled.
    const inbox = receiver.open(ok, ...Array(2 * TRIES).fill(failure), ok);
    const endpoint = await edgehire.createEndpoint(inbox, { types: ["interview.scheduled"] });
    const candidate = await edgehire.createCandidate();
    const schedule = (day) => edgehire.scheduleInterview(candidate, `2027-01-${day}T10:00:00Z`);

    await schedule("10");
    await edgehire.standing(endpoint, "delivered", 1);
    await schedule("11");
    await schedule("12");
    for (const { reason } of await edgehire.standing(endpoint, "failed", 2)) assert.equal(reason, "exhausted");
    await edgehire.updateEndpoint(endpoint, { enabled: false });
    await schedule("13");
    await schedule("14");
    await edgehire.updateEndpoint(endpoint, { enabled: true });
    await edgehire.recover(endpoint, since);
    await edgehire.standing(endpoint, "delivered", 5);

    const events = await edgehire.feed("interview.scheduled");
    assert.deepEqual([...inbox.ids()].sort(), events.map(({ id }) => id).sort());
    assert.equal(inbox.requests.length, 1 + 2 * TRIES + 4);
    for (const webhook of inbox.requests) verify(webhook, endpoint.secret);
  });
});
