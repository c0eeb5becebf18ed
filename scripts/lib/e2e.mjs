// Runs tests/e2e against two local Workers: the release, and the variant with the database suite.
import { testEndToEnd } from "./cargo.mjs";
import { withTemporaryServer } from "./temporary-server.mjs";
import { DB_SUITE, RELEASE } from "./worker-build.mjs";

export const runEndToEnd = () =>
  withTemporaryServer(RELEASE, "e2e", (release) =>
    withTemporaryServer(DB_SUITE, "e2e-db-suite", (suite) =>
      testEndToEnd({
        EDGEHIRE_URL: release.url,
        EDGEHIRE_API_KEY: release.secrets.API_KEY,
        EDGEHIRE_HOOK_SECRET: release.secrets.RECRUITERFLOW_WEBHOOK_SECRET,
        EDGEHIRE_LOG: release.logFile,
        EDGEHIRE_SUITE_URL: suite.url,
      }),
    ),
  );
