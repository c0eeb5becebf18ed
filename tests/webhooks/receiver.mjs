// A receiver of webhooks on this machine. Each address (an inbox) keeps every request it gets, and answers
// each as it was told to.
import { once } from "node:events";
import { createServer } from "node:http";
import { pipeline, Readable } from "node:stream";
import { Webhook } from "standardwebhooks";

// What is read of an answer (`src/clients/webhook.rs`).
const READ_BYTES = 64 * 1024;
const HUGE_BYTES = 800 * READ_BYTES;
const DRIP_MS = 100;

export async function startReceiver() {
  const inboxes = new Map();
  // A connection that this side closed while a request was on its way would be a fault nobody asked for.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    const inbox = inboxes.get(request.url);
    if (inbox) inbox.take(request, response);
    else request.socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    // The first request gets the first behaviour, and so on; every later one the last.
    open(...behaviours) {
      const path = `/inbox/${inboxes.size + 1}`;
      const inbox = newInbox(`${origin}${path}`, behaviours);
      inboxes.set(path, inbox);
      return inbox;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function newInbox(url, behaviours) {
  const underWay = new Set();
  const inbox = {
    url,
    // As they came, whole.
    requests: [],
    // The most there were at a time.
    mostAtOnce: 0,
    ids: () => new Set(inbox.requests.map(({ id }) => id)),
    async take(request, response) {
      const received = watched(request, response, underWay);
      inbox.mostAtOnce = Math.max(inbox.mostAtOnce, underWay.size);
      // What broke off before its end was not received.
      if (!(await readInto(received, request))) return;
      const behaviour = behaviours[Math.min(inbox.requests.length, behaviours.length - 1)];
      inbox.requests.push(received);
      behaviour(response, received);
    },
  };
  return inbox;
}

// A request, with what becomes of it: when it was answered, or that it was dropped before.
function watched({ method, headers }, response, underWay) {
  const id = headers["webhook-id"];
  const received = { method, headers, id, timestamp: Number(headers["webhook-timestamp"]), at: Date.now() };
  underWay.add(received);
  // Called before the answer leaves: with it in hand, the sender may begin another request at once.
  received.ends = () => {
    received.endedAt ??= Date.now();
    underWay.delete(received);
  };
  response.once("close", () => {
    received.isDropped = !response.writableFinished;
    received.ends();
  });
  return received;
}

async function readInto(received, request) {
  const pieces = [];
  try {
    for await (const piece of request) pieces.push(piece);
  } catch {
    return false;
  }
  received.body = Buffer.concat(pieces);
  return true;
}

// What an inbox may do with a request.

export const answer = (status, { headers = {}, body = "" } = {}) => (response, received) => {
  response.writeHead(status, headers);
  received.ends();
  response.end(body);
};

export const ok = answer(200, { body: "taken" });

// Answers after a moment, as servers do.
export const later = (ms, behaviour) => (...exchange) => void setTimeout(behaviour, ms, ...exchange);

// Answers when the gate is opened.
export const behind = (gate, behaviour) => async (...exchange) => {
  await gate.promise;
  behaviour(...exchange);
};
export const newGate = () => {
  const { promise, resolve } = Promise.withResolvers();
  return { promise, open: resolve };
};

export const hang = () => {};

export const cutOff = (response) => response.destroy();

export const cutOffInTheBody = (status) => (response) => {
  response.writeHead(status, { "content-length": 1000 });
  response.write("it begins", () => response.destroy());
};

// Of fifty megabytes only twice what is read, and then nothing: whoever wants more waits in vain.
export const begin = (response) => {
  response.writeHead(200, { "content-length": HUGE_BYTES });
  response.write(Buffer.alloc(2 * READ_BYTES, "x"));
};

// All of them, as fast as they are taken.
export const flood = (response) => {
  response.writeHead(200, { "content-length": HUGE_BYTES });
  // An error is no matter: the connection ought to be dropped.
  pipeline(Readable.from(pieces()), response, () => {});
};
function* pieces() {
  const piece = Buffer.alloc(READ_BYTES, "x");
  for (let sent = 0; sent < HUGE_BYTES; sent += piece.length) yield piece;
}

// A byte at a time, without end.
export const drip = (status) => (response) => {
  response.writeHead(status, { "content-type": "text/plain" });
  dripInto(response, response);
};

// The same before the headers have ended.
export const dripHeaders = (response) => {
  response.socket?.write("HTTP/1.1 200 OK\r\nx-drip: ");
  dripInto(response.socket, response);
};

// Bytes that are not HTTP.
export const babble = (response) => response.socket.end("What is it you want?\r\n\r\n");

function dripInto(stream, response) {
  const timer = setInterval(() => stream?.write("."), DRIP_MS);
  response.once("close", () => clearInterval(timer));
}

// Verifies with the library of the standard; gives the event, or throws.
export const verify = ({ body, headers }, secret) => new Webhook(secret).verify(body, headers);
