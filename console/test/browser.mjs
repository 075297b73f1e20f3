// Chromium, a page that counts every complaint, and what stories have in common.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const URL_ = required("REIN_URL");
export const TOKEN = required("REIN_TOKEN");
const SCREENS = process.env.REIN_SCREENS ?? "target/screens";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };

/** What a page did that it must not: policy reports, errors, requests to anywhere else. */
export const complaints = [];

function required(name) {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set; ConsoleTest starts this`);
  return value;
}

export async function browser() {
  await mkdir(SCREENS, { recursive: true });
  return chromium.launch({
    executablePath: required("REIN_CHROMIUM"),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export async function open(running, { viewport = WIDE, colorScheme = "light", storage } = {}) {
  const context = await running.newContext({
    viewport,
    colorScheme,
    reducedMotion: "reduce",
    ...(storage === undefined ? {} : { storageState: storage }),
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.policyReports = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      globalThis.policyReports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const refused = message.text().includes("status of 401"); // the story of the wrong token
    if ((message.type() === "error" || message.type() === "warning") && !refused) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(URL_)) complaints.push(`request: ${request.url()}`);
  });
  return { context, page };
}

/** The policy's reports of this page join the complaints. */
export async function collect(page) {
  for (const report of await page.evaluate(() => globalThis.policyReports ?? [])) complaints.push(`policy: ${report}`);
}

export async function signIn(page, token = TOKEN) {
  await page.goto(URL_);
  await page.getByLabel("Token", { exact: true }).fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function axe(page, what) {
  // Evaluated by the test, outside the page's policy, in a world of its own; the page's own policy stays as it is.
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }),
    AXE_TAGS,
  );
  const told = violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target.join(" ")} ${node.failureSummary}`));
  assert.deepEqual(told, [], `accessibility of ${what}`);
  assert.ok(passes.length > 15, `axe examined ${what}`);
}

export async function shoot(page, name) {
  await page.screenshot({ path: `${SCREENS}/${name}.png` });
}

let failed = 0;
export async function story(name, tell) {
  const began = performance.now();
  try {
    await tell();
    console.log(`ok   ${name} (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}

export function end() {
  process.exit(failed === 0 ? 0 : 1);
}

/** Asks the API as a script would, with the token. */
export async function api(path, options = {}) {
  const response = await fetch(URL_ + path, {
    ...options,
    headers: { Authorization: `Bearer ${TOKEN}`, ...(options.headers ?? {}) },
  });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.json();
}

export async function until(what, condition, millis = 30_000) {
  const end = performance.now() + millis;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not within ${millis} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
