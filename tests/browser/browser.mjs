// The browser that the tests drive, and what they ask of each page in it.
//
// Chromium is taken from ROLLCALL_CHROMIUM; pictures go to ROLLCALL_SCREENSHOTS when it is set.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const THEMES = ["light", "dark"];
export const WIDTHS = { wide: { width: 1440, height: 900 }, tablet: { width: 768, height: 1024 }, phone: { width: 390, height: 844 } };

export async function launch() {
  const executablePath = process.env.ROLLCALL_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A window of its own, with no cookies. Collects what the page complains about. */
export async function open(browser, base, { theme = "light", width = "wide", script = true, motion = "reduce" } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: WIDTHS[width],
    colorScheme: theme,
    reducedMotion: motion,
    javaScriptEnabled: script,
    // Lets the accessibility checker in; the policy itself is checked by a test of its own.
    bypassCSP: false,
    timezoneId: "Europe/Oslo",
    locale: "en-GB",
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  return page;
}

/** Goes to the first page of a group of the navigation. */
export async function rail(page, group) {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: group }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Goes to a page of a group: the rail leads to the group, its tabs to the page. */
export async function place(page, group, name) {
  await rail(page, group);
  await page.getByRole("navigation", { name: group, exact: true }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Fails with the rule and the place for whatever axe finds on the page. */
export async function checkAccessible(page, name) {
  // The page's own policy forbids injected script elements; an evaluated one runs beside it.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  const told = found.violations.map((rule) =>
    `${rule.id}: ${rule.help}\n  ${rule.nodes.slice(0, 4).map((node) => `${node.target.join(" ")} — ${node.failureSummary?.replace(/\s+/g, " ")}`).join("\n  ")}`);
  assert.deepEqual(told, [], `${name} is not accessible`);
}

/** Nothing may reach beyond the page's width. */
export async function checkFits(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${name} is ${over} px too wide`);
}

export async function picture(page, name) {
  const folder = process.env.ROLLCALL_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
