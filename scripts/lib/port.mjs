// The port that is served on.
import { Failure } from "./step.mjs";

// PORT, or 8787.
export function chosenPort() {
  const given = process.env.PORT || "8787";
  const port = Number(given);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Failure(`PORT is not a port: "${given}"`, { remedy: "a number from 1 to 65535, for example: PORT=8788 npm start" });
}
