// A running Worker for a file of tests, and what they ask of it.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { stopEverythingOnSignals } from "../../scripts/lib/process.mjs";
import { startTemporaryServer } from "../../scripts/lib/temporary-server.mjs";
import { RELEASE } from "../../scripts/lib/worker-build.mjs";
import { fireCron } from "../../scripts/lib/wrangler.mjs";

const DEADLINE_MS = 45_000;
const POLL_MS = 20;
// Asking the Worker takes it from its work.
const ASK_MS = 100;
const CALL_MS = 30_000;
const EVERY_MINUTE = "* * * * *";

// What an endpoint asks for that is to be told of tests only: nothing here makes such events.
export const NO_EVENTS = { types: ["sync.completed"] };

// Resolves to what the condition gives, once it gives something; fails after a deadline. `tell` says how
// things stand then.
export async function until(what, condition, { withinMs = DEADLINE_MS, everyMs = POLL_MS, tell = () => "" } = {}) {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}. ${tell()}`);
    await pause(everyMs);
  }
}

// Starts a Worker with these settings. Its output goes to build/logs/NAME.log.
export async function startEdgehire(name, settings) {
  // The runner's end, and Ctrl-C, end the server too.
  stopEverythingOnSignals();
  const server = await startTemporaryServer(RELEASE, name, settings);
  const call = caller(server.url, server.secrets.API_KEY);
  return {
    server,
    call,
    ...people(call),
    ...endpoints(call),
    ...deliveries(call),
    // All events of these types, or of all.
    feed: async (types = "") => (await call.expect(200, "GET", `/api/events?limit=500&types=${types}`)).events,
    // What the clock does every minute.
    tick: () => fireCron(server.url, EVERY_MINUTE),
    stop: () => server.end(),
  };
}

// Calls the API: any status is an answer, unless one is expected.
function caller(url, key) {
  const call = async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const request = { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(CALL_MS) };
    const response = await fetch(`${url}${path}`, request);
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  };
  call.expect = async (status, ...request) => {
    const answer = await call(...request);
    assert.equal(answer.status, status, `${request[0]} ${request[1]}: ${answer.text}`);
    return answer.text && answer.json();
  };
  return call;
}

function people({ expect }) {
  let count = 0;
  // The body of a request for a candidate whose address nobody else has.
  const someone = (fields = {}) => {
    count += 1;
    const email = `anna.${count}@example.com`;
    return { firstName: "Anna", lastName: "Petrova", email, position: "Developer", ...fields };
  };
  const interview = { type: "Technical", duration: 60, interviewer: "Ivan Orlov" };
  return {
    someone,
    createCandidate: (fields) => expect(201, "POST", "/api/candidates", someone(fields)),
    updateCandidate: ({ id }, fields) => expect(200, "PUT", `/api/candidates/${id}`, fields),
    scheduleInterview: ({ id }, scheduledDate) =>
      expect(201, "POST", "/api/interviews", { ...interview, candidateId: id, scheduledDate }),
  };
}

function endpoints({ expect }) {
  const path = (id, action = "") => `/api/events/endpoints/${id}${action}`;
  return {
    createEndpoint: ({ url }, { types } = { types: ["candidate.created"] }) =>
      expect(201, "POST", "/api/events/endpoints", { url, types }),
    endpoint: ({ id }) => expect(200, "GET", path(id)),
    updateEndpoint: ({ id }, fields) => expect(200, "PATCH", path(id), fields),
    deleteEndpoint: ({ id }) => expect(204, "DELETE", path(id)),
    rotateSecret: ({ id }) => expect(200, "POST", path(id, "/rotate-secret")),
    // Gives the delivery.
    sendTest: ({ id }) => expect(202, "POST", path(id, "/test")),
    recover: ({ id }, since) => expect(202, "POST", path(id, "/recover"), { since }),
  };
}

function deliveries({ expect }) {
  const page = (query) => expect(200, "GET", `/api/events/deliveries?${new URLSearchParams(query)}`);
  // Those of an endpoint, the newest first.
  const all = async ({ id: endpoint }) => {
    const found = [];
    for (let after = {}; after; ) {
      const { deliveries, next } = await page({ endpoint, limit: 100, ...after });
      found.push(...deliveries);
      after = next && { after: next };
    }
    return found;
  };
  // What is asked for, once the condition holds.
  const when = (ask, condition) => {
    let last;
    const asked = async () => {
      last = await ask();
      return condition(last) && last;
    };
    const tell = () => `It stands so: ${JSON.stringify(last)}`;
    return until("deliveries stand as expected", asked, { everyMs: ASK_MS, tell });
  };
  const one = async ({ endpoint_id, event_id }) =>
    (await page({ endpoint: endpoint_id, event: event_id })).deliveries[0];
  const oneWhen = (delivery, condition) => when(() => one(delivery), condition);
  return {
    deliveries: all,
    delivered: (delivery) => oneWhen(delivery, ({ status }) => status === "delivered"),
    failed: (delivery) => oneWhen(delivery, ({ status }) => status === "failed"),
    tried: (delivery, times) => oneWhen(delivery, ({ attempts }) => attempts.length >= times),
    // All of an endpoint's, once there are so many and all have arrived.
    allDelivered: (endpoint, count) =>
      when(() => all(endpoint), (them) => them.length === count && them.every(({ status }) => status === "delivered")),
    // Those that stand so, once there are so many.
    standing: async (endpoint, status, count) => {
      const those = (them) => them.filter((delivery) => delivery.status === status);
      return those(await when(() => all(endpoint), (them) => those(them).length === count));
    },
    redeliver: ({ id }) => expect(202, "POST", `/api/events/deliveries/${id}/redeliver`),
  };
}
