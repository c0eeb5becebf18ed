// `npm run setup`: installs what the project needs, and nothing more.
import { main } from "./lib/main.mjs";
import { setUp } from "./lib/setup.mjs";

main(setUp);
