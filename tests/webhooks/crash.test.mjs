// The Worker is killed again and again while it sends: nothing is lost, and what is repeated is the same.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEdgehire, until } from "./edgehire.mjs";
import { letTimePass } from "./lost-time.mjs";
import { ok, startReceiver, verify } from "./receiver.mjs";

// As many tries as there can be: that they are used up is not what this is about.
const SETTINGS = { WEBHOOK_SCHEDULE: `0${",0.2".repeat(19)}`, WEBHOOK_TIMEOUT_SECONDS: "1" };
const CANDIDATES = 200;
const ANSWER_MS = 30;
// Killed when so many events have arrived.
const KILLED_AT = [40, 90, 140];
const CALLERS = 4;
const WITHIN_MS = 120_000;

describe("a Worker that is killed while it sends", () => {
  let receiver, edgehire;
  before(async () => {
    receiver = await startReceiver();
    edgehire = await startEdgehire("crash", SETTINGS);
  });
  after(async () => {
    await edgehire?.stop();
    await receiver?.stop();
  });

  it("loses no event, and repeats only under the same id with the same bytes", async (test) => {
    // When it is time for a kill nothing more is answered, so that the kill finds requests under way.
    const kills = [...KILLED_AT];
    const slowly = (...exchange) => !isTime() && setTimeout(ok, ANSWER_MS, ...exchange);
    const isTime = () => inbox.ids().size >= (kills[0] ?? Infinity);
    const inbox = receiver.open(slowly);
    const endpoint = await edgehire.createEndpoint(inbox);
    const creating = createAll(edgehire);
    while (kills.length) {
      await arrive(inbox, kills[0]);
      await edgehire.server.kill();
      kills.shift();
      assert.equal(letTimePass(edgehire.server.state), 1, "the kill has cut a run");
      await edgehire.server.start();
      await edgehire.tick();
    }
    await creating;
    await arrive(inbox, CANDIDATES);
    const deliveries = await edgehire.allDelivered(endpoint, CANDIDATES);

    const ids = (await edgehire.feed("candidate.created")).map(({ id }) => id).sort();
    assert.equal(ids.length, CANDIDATES);
    assert.deepEqual([...inbox.ids()].sort(), ids);
    assert.deepEqual(deliveries.map(({ event_id }) => event_id).sort(), ids);
    for (const [id, requests] of Map.groupBy(inbox.requests, (webhook) => webhook.id)) {
      for (const webhook of requests) {
        assert.deepEqual(webhook.body, requests[0].body);
        assert.equal(verify(webhook, endpoint.secret).id, id);
      }
    }
    test.diagnostic(`${inbox.requests.length - CANDIDATES} repeats after ${KILLED_AT.length} kills`);
  });
});

const arrive = (inbox, count) => {
  const tell = () => `There are ${inbox.ids().size}`;
  return until(`${count} events have arrived`, () => inbox.ids().size >= count, { withinMs: WITHIN_MS, tell });
};

// Like callers that do not give up.
async function createAll(edgehire) {
  const people = Array.from({ length: CANDIDATES }, () => edgehire.someone());
  const caller = async () => {
    for (let person = people.pop(); person; person = people.pop()) await createSurely(edgehire, person);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

// What is refused as a duplicate was written before its answer was lost.
const createSurely = (edgehire, person) => {
  let last;
  const isCreated = async () => {
    last = await edgehire.call("POST", "/api/candidates", person).catch(({ message }) => ({ text: message }));
    return last.status === 201 || (last.status === 400 && last.json().errors[0].field === "email");
  };
  return until("a candidate is created", isCreated, { withinMs: WITHIN_MS, everyMs: 100, tell: () => last.text });
};
