// `npm run generate`: writes schema/ anew from the code and the migrations.
import { generate } from "./lib/cargo.mjs";
import { main } from "./lib/main.mjs";
import { setUp } from "./lib/setup.mjs";
import { step } from "./lib/step.mjs";

main(async () => {
  await setUp();
  await step("Write schema/openapi.json and schema/schema.sql", () => generate().then(() => {}));
});
