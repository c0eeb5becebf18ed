// The Worker's entry module, copied beside what the build makes of the Rust code.
//
// A panic ends the whole wasm instance, and with it every request inside: their promises never
// settle. The panic hook calls `edgehireBrokeDown`, and each of them is answered from a new instance,
// in the style of its contract.
import Worker from "./index.js";

export * from "./index.js";

// The handlers themselves, without the proxies that worker-build puts around every call. What those
// are for, a new instance after a panic, is done below.
const handlers = Worker.prototype;

const waiting = new Set();

globalThis.edgehireBrokeDown = () => {
  for (const giveUp of waiting) giveUp(new Error("the Worker broke down"));
};

/** Makes a new instance when the last one broke down: constructing worker-build's class does. */
const renew = (env, ctx) => {
  if (globalThis.__worker_init_state.criticalError) new Worker(ctx, env);
};

const brokenDown = (request, error, env, ctx) => {
  renew(env, ctx);
  const response = handlers.broken_down(request);
  const requestId = response.headers.get("x-request-id");
  console.error(JSON.stringify({ request_id: requestId, status: 500, error: String(error) }));
  return response;
};

// wasm-bindgen takes every step of a future by this; the platform's own is a slow way to the same.
const resolved = Promise.resolve();
globalThis.queueMicrotask = (task) => void resolved.then(task);

export default {
  fetch(request, env, ctx) {
    renew(env, ctx);
    return new Promise((resolve, reject) => {
      const done = (settle) => (outcome) => {
        waiting.delete(giveUp);
        settle(outcome);
      };
      const giveUp = done((error) => {
        try {
          resolve(brokenDown(request, error, env, ctx));
        } catch (again) {
          reject(again);
        }
      });
      waiting.add(giveUp);
      handlers.fetch.call({ env, ctx }, request).then(done(resolve), giveUp);
    });
  },

  async scheduled(event, env, ctx) {
    renew(env, ctx);
    await handlers.scheduled.call({ env, ctx }, event);
  },

  async queue(batch, env, ctx) {
    renew(env, ctx);
    await handlers.queue.call({ env, ctx }, batch);
  },
};
