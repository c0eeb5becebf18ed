// Opens /docs in a real browser as a reader would, on a desktop and on a phone. Ends with code 1 on any failure.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const { CHROMIUM_BIN, EDGEHIRE_URL, EDGEHIRE_API_KEY, SCREENSHOTS } = process.env;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

mkdirSync(SCREENSHOTS, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM_BIN, headless: true, args: FLAGS });
try {
  await check("desktop", DESKTOP, readsAndCalls);
  await check("phone", PHONE, readsAndCalls);
} finally {
  await browser.close();
}

// Runs the scenario at a size, and sees to it that the page made no error and asked no one else.
async function check(name, viewport, scenario) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== EDGEHIRE_URL) complaints.push(`asked ${request.url()}`);
  });
  page.on("requestfailed", (request) => complaints.push(`failed ${request.url()}: ${request.failure().errorText}`));
  page.setDefaultTimeout(15_000);
  try {
    await scenario(page, (part) => page.screenshot({ path: path.join(SCREENSHOTS, `docs-${name}-${part}.png`) }));
  } catch (error) {
    await page.screenshot({ path: path.join(SCREENSHOTS, `docs-${name}-failure.png`), fullPage: true });
    throw new Error(`${name}: ${error.message}\ncomplaints of the page: ${JSON.stringify(complaints, null, 2)}`);
  }
  assert.deepEqual(complaints, [], `${name}: complaints of the page`);
  await context.close();
  console.log(`${name}: ok`);
}

async function readsAndCalls(page, screenshot) {
  await page.goto(`${EDGEHIRE_URL}/docs`);
  assert.equal(await page.title(), "Edgehire API");
  const operation = page.locator(".opblock-get", { has: page.locator('[data-path="/api/candidates"]') });
  await operation.waitFor();
  // The viewer tells here what it cannot read in the description.
    assert.deepEqual(await page.locator(".errors-wrapper").allInnerTexts(), []);
  await fitsTheWidth(page, "list");
  await screenshot("list");

  await page.locator(".auth-wrapper .authorize").first().click();
  await page.locator(".modal-ux input").first().fill(EDGEHIRE_API_KEY);
  await fitsTheWidth(page, "authorize");
  await screenshot("authorize");
  await page.locator(".modal-ux .auth-btn-wrapper .authorize").first().click();
  await page.locator(".modal-ux .btn-done").first().click();

  await operation.locator(".opblock-summary-control").click();
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/candidates");
  await operation.locator(".btn.execute").click();
  assert.equal((await answered).status(), 200);
  await operation.locator(".live-responses-table .response-col_status").filter({ hasText: "200" }).waitFor();
    assert.deepEqual(await page.locator(".errors-wrapper").allInnerTexts(), []);
  await fitsTheWidth(page, "operation");
  await operation.scrollIntoViewIfNeeded();
  await screenshot("operation");
  await operation.locator(".live-responses-table").scrollIntoViewIfNeeded();
  await screenshot("answer");

  await page.reload();
  await page.locator(".auth-wrapper .authorize.locked").waitFor();
}

async function fitsTheWidth(page, part) {
  const { width, tooWide } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const all = document.documentElement.scrollWidth > width ? [...document.querySelectorAll("body *")] : [];
    const tooWide = all.filter((element) => element.getBoundingClientRect().right > width);
    return { width, tooWide: tooWide.map(({ tagName, className }) => `${tagName}.${className}`) };
  });
  assert.deepEqual(tooWide, [], `${part}: wider than the screen of ${width} px`);
}
