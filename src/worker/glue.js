// What is done in JavaScript because every crossing between JavaScript and wasm costs: a request's
// head, a response, statements and their answers, requests to the outside cross as one value each. For
// `fetch.rs`, `d1.rs` and `http.rs`.

const CALLER = ["authorization", "x-api-key", "x-request-id", "origin"];
const PREFLIGHT = ["access-control-request-method", "access-control-request-headers"];
const READ = ["if-none-match", "cache-control"];
const WRITE = ["content-length", "idempotency-key", "if-match"];
const HOOK = ["x-recruiterflow-signature", "x-rf-webhook-token", "rf-event-type"];

/** Method, URL and the headers that Edgehire looks at, a line each; headers as `name:value`. */
export const head = (request) => {
  const { method, url, headers } = request;
  let lines = `${method}\n${url}`;
  const take = (name) => {
    const value = headers.get(name);
    if (value !== null) lines += `\n${name}:${value}`;
  };
  CALLER.forEach(take);
  if (method === "OPTIONS") PREFLIGHT.forEach(take);
  else if (method === "GET" || method === "HEAD") READ.forEach(take);
  else WRITE.forEach(take);
  if (url.includes("/api/webhooks/")) HOOK.forEach(take);
  return lines;
};

/** `headers` are lines of names and values in turn. */
export const respond = (status, headers, body) => {
  const lines = headers.split("\n");
  const record = {};
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const name = lines[at];
    record[name] = name in record ? `${record[name]}, ${lines[at + 1]}` : lines[at + 1];
  }
  return new Response(body, { status, headers: record });
};

const prepare = (db, { sql, params }) => {
  const statement = db.prepare(sql);
  return params.length === 0 ? statement : statement.bind(...params);
};

const answer = ({ results, meta }) => ({
  rows: results,
  rows_read: meta.rows_read,
  rows_written: meta.rows_written,
});

/** Runs a statement, which is JSON as what it gives is. */
export const read = async (db, statement) =>
  JSON.stringify(answer(await prepare(db, JSON.parse(statement)).all()));

/** Runs statements in one transaction. */
export const batch = async (db, statements) => {
  const prepared = JSON.parse(statements).map((statement) => prepare(db, statement));
  return JSON.stringify((await db.batch(prepared)).map(answer));
};

const encoder = new TextEncoder();

/** Runs a statement: the digits in the column `hex` of all rows, those of a comma between; rows read. */
export const readHex = async (db, statement) => {
  const { results, meta } = await prepare(db, JSON.parse(statement)).all();
  return [encoder.encode(results.map((row) => row.hex).join("2C")), meta.rows_read];
};

const TOO_LATE = "no end of the answer in time";

/** Reads up to `most` bytes of an answer; says in `brokeOff` why it is not all, unless it is too long. */
const readUpTo = async (response, most, signal) => {
  const pieces = [];
  let length = 0;
  let brokeOff;
  const reader = response.body?.getReader();
  try {
    while (reader && length < most) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value.subarray(0, most - length));
      length += pieces.at(-1).length;
    }
  } catch (error) {
    brokeOff = signal.aborted ? TOO_LATE : String(error.message ?? error);
  }
  reader?.cancel().catch(() => {});
  const body = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return { body, brokeOff };
};

/** Sends one request to the outside. `headers` are lines of names and values in turn. */
export const send = async (method, url, headers, body, timeoutMs, most) => {
  const lines = headers.split("\n");
  const record = {};
  for (let at = 0; at + 1 < lines.length; at += 2) record[lines[at]] = lines[at + 1];
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    // A GET with a body, even an empty one, is refused by the platform.
    const sent = body.length ? body : undefined;
    const response = await fetch(url, { method, headers: record, body: sent, redirect: "manual", signal: abort.signal });
    const read = await readUpTo(response, most, abort.signal);
    return { status: response.status, retryAfter: response.headers.get("retry-after") ?? undefined, ...read };
  } catch (error) {
    // Nothing stands for a timeout.
    throw abort.signal.aborted ? undefined : String(error.message ?? error);
  } finally {
    clearTimeout(timer);
  }
};
