// What a webhook is: verified with the published library of Standard Webhooks, as a receiver would.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { NO_EVENTS, startEdgehire, until } from "./edgehire.mjs";
import { answer, ok, startReceiver, verify } from "./receiver.mjs";

// A wait in which the second of the timestamp moves on, whatever the jitter.
const SETTINGS = { WEBHOOK_SCHEDULE: "0,1.5,1.5,1.5", WEBHOOK_TIMEOUT_SECONDS: "15" };
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

describe("a webhook", { concurrency: true }, () => {
  let receiver, edgehire;
  before(async () => {
    receiver = await startReceiver();
    edgehire = await startEdgehire("signatures", SETTINGS);
  });
  after(async () => {
    await edgehire?.stop();
    await receiver?.stop();
  });

  // The requests that told an inbox of a candidate; others create candidates too.
  const tellingOf = (inbox, { email }) => inbox.requests.filter(({ body }) => JSON.parse(body).data.email === email);
  const told = (inbox, candidate, times = 1) =>
    until(`${times} webhooks of ${candidate.email}`, () => {
      const requests = tellingOf(inbox, candidate);
      return requests.length >= times && requests;
    });

  it("of a new candidate verifies with its secret, and with no other", async () => {
    const inbox = receiver.open(ok);
    const { secret } = await edgehire.createEndpoint(inbox);
    const candidate = await edgehire.createCandidate();
    const [webhook] = await told(inbox, candidate);

    const event = verify(webhook, secret);
    assert.equal(event.type, "candidate.created");
    assert.equal(event.id, webhook.id);
    assert.deepEqual(event.subject, { type: "candidate", id: candidate.id });
    assert.equal(webhook.method, "POST");
    assert.equal(webhook.headers["content-type"], "application/json");
    assert.match(webhook.headers["user-agent"], /^Edgehire-Webhooks\/\d/);
    assert.throws(() => verify(webhook, OTHER_SECRET), /No matching signature/);
  });

  it("that was changed on its way does not verify", async () => {
    const inbox = receiver.open(ok);
    const { secret } = await edgehire.createEndpoint(inbox);
    const [webhook] = await told(inbox, await edgehire.createCandidate());

    const { headers, timestamp } = webhook;
    const body = Buffer.from(webhook.body.toString().replace("Anna", "Inna"));
    const later = { ...headers, "webhook-timestamp": String(timestamp + 1) };
    const another = { ...headers, "webhook-id": "018d2680-1b40-7000-8000-000000000000" };
    for (const changed of [{ headers, body }, { headers: later, body: webhook.body }, { headers: another, body: webhook.body }]) {
      assert.throws(() => verify(changed, secret), /No matching signature/);
    }
  });

  it("has the same id and bytes on every try, and the time and signature of the try", async () => {
    const inbox = receiver.open(answer(500), answer(503), ok);
    const { id, secret } = await edgehire.createEndpoint(inbox, NO_EVENTS);
    const delivery = await edgehire.sendTest({ id });
    await edgehire.delivered(delivery);

    const tries = inbox.requests;
    assert.equal(tries.length, 3);
    for (const one of tries) {
      assert.equal(one.id, delivery.event_id);
      assert.deepEqual(one.body, tries[0].body);
      assert.equal(verify(one, secret).id, delivery.event_id);
    }
    assert.ok(tries[0].timestamp < tries[1].timestamp && tries[1].timestamp < tries[2].timestamp);
    assert.equal(new Set(tries.map(({ headers }) => headers["webhook-signature"])).size, 3);
  });

  it("verifies with the old secret and the new one during a rotation", async () => {
    const inbox = receiver.open(ok);
    const made = await edgehire.createEndpoint(inbox);
    const rotated = await edgehire.rotateSecret(made);
    assert.notEqual(rotated.secret, made.secret);
    const [webhook] = await told(inbox, await edgehire.createCandidate());

    assert.equal(webhook.headers["webhook-signature"].split(" ").length, 2);
    assert.equal(verify(webhook, rotated.secret).id, webhook.id);
    assert.equal(verify(webhook, made.secret).id, webhook.id);
    assert.throws(() => verify(webhook, OTHER_SECRET), /No matching signature/);
  });

  it("tells of the types that the endpoint asked for, and of no others", async () => {
    const inbox = receiver.open(ok);
    const endpoint = await edgehire.createEndpoint(inbox, { types: ["candidate.updated", "candidate.deleted"] });
    const candidate = await edgehire.createCandidate();
    await edgehire.updateCandidate(candidate, { phone: "+7 900 000-00-00" });
    const [webhook] = await told(inbox, candidate);

    // Events are relayed in order, so the one of the creation has been passed over.
    assert.equal(verify(webhook, endpoint.secret).type, "candidate.updated");
    const types = (await edgehire.deliveries(endpoint)).map(({ event_type }) => event_type);
    assert.ok(types.length > 0 && types.every((type) => type === "candidate.updated"), types.join());
  });

  it("of a test verifies, goes to the endpoint only, and is not in the log", async () => {
    const [inbox, other] = [receiver.open(ok), receiver.open(ok)];
    const endpoint = await edgehire.createEndpoint(inbox, {});
    await edgehire.createEndpoint(other, {});
    const { event_id, event_type } = await edgehire.delivered(await edgehire.sendTest(endpoint));

    const webhook = inbox.requests.find(({ id }) => id === event_id);
    const event = verify(webhook, endpoint.secret);
    assert.deepEqual([event.type, event.data], ["endpoint.test", { endpoint_id: endpoint.id }]);
    assert.equal(event_type, "endpoint.test");
    const candidate = await edgehire.createCandidate();
    await told(other, candidate);
    assert.ok(!other.ids().has(event_id));
    assert.ok(!(await edgehire.feed()).some(({ id }) => id === event_id));
  });

  it("is signed for each endpoint with the secret of its own", async () => {
    const inboxes = [receiver.open(ok), receiver.open(ok)];
    const [one, two] = await Promise.all(inboxes.map((inbox) => edgehire.createEndpoint(inbox)));
    assert.notEqual(one.secret, two.secret);
    const candidate = await edgehire.createCandidate();
    const [[toOne], [toTwo]] = await Promise.all(inboxes.map((inbox) => told(inbox, candidate)));

    assert.equal(toOne.id, toTwo.id);
    assert.deepEqual(toOne.body, toTwo.body);
    assert.equal(verify(toOne, one.secret).id, verify(toTwo, two.secret).id);
    assert.throws(() => verify(toOne, two.secret), /No matching signature/);
    assert.throws(() => verify(toTwo, one.secret), /No matching signature/);
  });

  it("has the id and the bytes of its event in the feed", async () => {
    const inbox = receiver.open(ok);
    await edgehire.createEndpoint(inbox);
    const candidate = await edgehire.createCandidate();
    const [webhook] = await told(inbox, candidate);

    const feed = await edgehire.call("GET", "/api/events?limit=500");
    assert.ok(feed.text.includes(webhook.body.toString()), feed.text);
    const event = feed.json().events.find(({ id }) => id === webhook.id);
    assert.deepEqual(event, JSON.parse(webhook.body));
  });

  it("carries Cyrillic and emoji byte for byte", async () => {
    const inbox = receiver.open(ok);
    const { secret } = await edgehire.createEndpoint(inbox);
    const family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}";
    const start = `Анастасия-Ёлка "Й" \\ ${family} 🚀 é e\u0301 `;
    const firstName = start + "ж🦄".repeat(30).slice(0, 3 * 30).match(/./gu).slice(0, 60 - [...start].length).join("");
    assert.equal([...firstName].length, 60);
    const candidate = await edgehire.createCandidate({ firstName });
    const [webhook] = await told(inbox, candidate);

    assert.equal(verify(webhook, secret).data.first_name, firstName);
    assert.ok(webhook.body.includes(Buffer.from(JSON.stringify(firstName))), webhook.body.toString());
    assert.equal(Number(webhook.headers["content-length"]), webhook.body.length);
  });
});
