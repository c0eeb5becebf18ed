// Who waits for whom: endpoints never for each other, and one endpoint gets few requests at a time.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEdgehire, until } from "./edgehire.mjs";
import { behind, later, newGate, ok, startReceiver } from "./receiver.mjs";

// The longest there is: receivers hold their answers back until a test has seen what it wants to see.
const SETTINGS = { WEBHOOK_TIMEOUT_SECONDS: "15" };
const AT_ONCE = 4;
const BUSY = 20;
const EVENTS = 25;

describe("an endpoint", () => {
  let receiver, edgehire;
  before(async () => {
    receiver = await startReceiver();
    edgehire = await startEdgehire("lanes", SETTINGS);
  });
  after(async () => {
    await edgehire?.stop();
    await receiver?.stop();
  });

  const createCandidates = (count) => Promise.all(Array.from({ length: count }, () => edgehire.createCandidate()));

  it("that hangs does not keep another one waiting", async () => {
    const gate = newGate();
    const [hanging, brisk] = [receiver.open(behind(gate, ok)), receiver.open(ok)];
    const slow = await edgehire.createEndpoint(hanging);
    const fast = await edgehire.createEndpoint(brisk);
    await createCandidates(1);
    await until("the first request hangs", () => hanging.requests.length > 0);
    await createCandidates(9);
    const deliveries = await edgehire.allDelivered(fast, 10);

    // All of that, while the very first request of the other was waiting for its answer.
    assert.equal(hanging.requests[0].endedAt, undefined);
    assert.ok(deliveries.every(({ attempts }) => attempts.length === 1));
    assert.equal(brisk.ids().size, 10);
    gate.open();
    await edgehire.allDelivered(slow, 10);
    assert.deepEqual(hanging.ids(), brisk.ids());
    await Promise.all([slow, fast].map(edgehire.deleteEndpoint));
  });

  it("gets at most four requests at a time, however many webhooks wait", async () => {
    const [first, four] = [newGate(), newGate()];
    const inbox = receiver.open(behind(first, ok), behind(four, ok));
    const endpoint = await edgehire.createEndpoint(inbox);
    await createCandidates(1);
    await until("the first request is held", () => inbox.requests.length === 1);
    await createCandidates(20);
    first.open();
    await until("four more are held", () => inbox.requests.length === 1 + AT_ONCE);
    // What would send more, if anything did.
    await createCandidates(1);
    assert.equal(await edgehire.tick(), "ok");
    assert.equal(inbox.requests.length, 1 + AT_ONCE);
    four.open();
    await edgehire.allDelivered(endpoint, 22);

    assert.equal(inbox.mostAtOnce, AT_ONCE);
    assert.equal(inbox.requests.length, 22);
    assert.equal(inbox.ids().size, 22);
  });

  it("is not forgotten among many that are busy", async () => {
    // Runs of every length, so that some end, with more to do, while messages for others are on their way.
    const each = Array.from({ length: BUSY }, (_, number) => receiver.open(later(10 * number, ok)));
    const many = await Promise.all(each.map((inbox) => edgehire.createEndpoint(inbox)));
    for (let count = 1; count <= EVENTS; count += 1) {
      await edgehire.createCandidate();
      await until("half have been told", () => each.filter(({ requests }) => requests.length >= count).length >= BUSY / 2);
    }
    // A message that is missing is sent again after half a minute: by then this has failed.
    const counts = () => each.map((inbox) => inbox.ids().size);
    const all = () => counts().every((count) => count === EVENTS);
    await until("all have been told of all", all, { withinMs: 20_000, tell: () => counts().join() });
    await Promise.all(many.map(edgehire.deleteEndpoint));
  });
});
