// What is done in JavaScript because every crossing between JavaScript and wasm costs: a request's
// head, a response, and a list's rows cross as one value each. Imported by `fetch.rs` and `d1.rs`.

// The headers that Edgehire looks at.
const HEADERS = [
  "authorization",
  "x-api-key",
  "content-length",
  "x-request-id",
  "origin",
  "access-control-request-method",
  "access-control-request-headers",
];

/** Method, URL and headers, a line each; headers as `name:value`. */
export const head = (request) => {
  let lines = `${request.method}\n${request.url}`;
  for (const name of HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) lines += `\n${name}:${value}`;
  }
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

const encoder = new TextEncoder();

/** The digits in the column `hex` of each row, with those of a comma between. */
export const joined = (rows) => encoder.encode(rows.map((row) => row.hex).join("2C"));
