// What people come to the console for, done with nothing but what a person sees.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkAccessible, launch, open, picture, place } from "./browser.mjs";
import { person, replace, scim, signIn, startHub, until } from "./hub.mjs";

let hub;
let browser;
let cookies;

before(async () => {
  hub = await startHub({ people: 60 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** A window of somebody who signed in once, as people do, and not before each thing they do. */
async function signedIn(options) {
  const page = await open(browser, hub.base, options);
  if (cookies) {
    await page.context().addCookies(cookies);
    await page.goto("/");
  } else {
    await signIn(page, hub);
    cookies = await page.context().cookies();
  }
  return page;
}

test("a wrong password is refused in words, and the right one leads on", async () => {
  const page = await open(browser, hub.base);
  await page.goto("/employees?status=active");
  await page.getByLabel("Username").fill(hub.admin.username);
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("do not fit together").waitFor();
  await checkAccessible(page, "sign-in refused");
  await page.getByLabel("Password").fill(hub.admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Employees" }).waitFor();
  assert.match(page.url(), /status=active/);
  await page.context().close();
});

test("somebody who joins is seen within a second, here and in the WFM", async () => {
  const page = await signedIn();
  await page.getByRole("heading", { name: "Everyone is in step with the WFM" }).waitFor();
  await page.waitForLoadState("networkidle").catch(() => {});
  const begun = Date.now();
  await scim(hub.scim, "POST", "/Users", person("Siv", "Nyberg"));
  const feed = page.getByRole("region", { name: "Recent changes" });
  await feed.getByText("Siv Nyberg joined").waitFor({ timeout: 5_000 });
  const seen = Date.now() - begun;
  await feed.getByRole("link", { name: "Siv Nyberg" }).click();
  const standing = page.getByRole("region", { name: "Where Siv Nyberg stands" });
  await standing.getByText(/In the WFM since .*, .* after/).waitFor({ timeout: 5_000 });
  const arrived = Date.now() - begun;
  await picture(page, "task-joined");
  assert.ok(seen < 1_500 && arrived < 5_000, `seen after ${seen} ms, in the WFM after ${arrived} ms`);
  await page.context().close();
});

test("a rename is told with before and after, and the open page follows", async () => {
  const made = await scim(hub.scim, "POST", "/Users", person("Jon", "Lund"));
  const page = await signedIn({ motion: "no-preference" });
  await page.getByRole("searchbox", { name: "Search employees" }).fill("Jon Lund");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Jon Lund" }).click();
  await page.getByRole("cell", { name: /^Lund/ }).waitFor();
  await scim(hub.scim, "PATCH", `/Users/${made.id}`, replace("name.familyName", "Lund-Moe"));
  await page.getByRole("cell", { name: /^Lund-Moe/ }).waitFor({ timeout: 5_000 });
  const history = page.getByRole("region", { name: "History" });
  await history.locator("ins", { hasText: "Lund-Moe" }).waitFor();
  await history.locator("del", { hasText: "Lund" }).first().waitFor();
  await page.context().close();
});

test("a value of the identity provider shows a lock with its owner and why", async () => {
  await scim(hub.scim, "POST", "/Users", person("Liv", "Dahl"));
  const page = await signedIn();
  await page.goto("/employees?search=Liv+Dahl");
  await page.getByRole("link", { name: "Liv Dahl" }).click();
  const lock = page.getByRole("button", { name: /First name is locked by/ });
  await lock.focus();
  const why = page.getByRole("tooltip").filter({ hasText: "manages this person" }).locator("visible=true");
  await why.waitFor();
  await checkAccessible(page, "employee with an open lock");
  await page.keyboard.press("Escape");
  await why.waitFor({ state: "hidden" });
  await page.context().close();
});

test("somebody who leaves gets a receipt from the WFM", async () => {
  const made = await scim(hub.scim, "POST", "/Users", person("Per", "Strand"));
  const page = await signedIn();
  await page.goto("/employees?search=Per+Strand");
  await page.getByRole("link", { name: "Per Strand" }).click();
  const standing = page.getByRole("region", { name: "Where Per Strand stands" });
  await standing.getByText(/In the WFM since/).waitFor({ timeout: 5_000 });
  await scim(hub.scim, "PATCH", `/Users/${made.id}`, replace("active", false));
  await standing.getByText(/Out of the WFM since .* confirmed it/).waitFor({ timeout: 5_000 });
  await page.getByText("Deactivated", { exact: true }).first().waitFor();
  await picture(page, "task-left");
  await page.context().close();
});

test("people are searched, filtered and paged, and the address keeps it", async () => {
  const page = await signedIn();
  await place(page, "People", "Employees");
  const rows = page.getByRole("table", { name: "Employees" }).locator("tbody tr");
  await until("a full page", 5_000, async () => (await rows.count()) === 50);
  const first = await rows.first().getByRole("rowheader").innerText();
  await page.getByRole("link", { name: "Next" }).click();
  await until("the next page", 5_000, async () => (await rows.count()) > 0 && (await rows.first().getByRole("rowheader").innerText()) !== first);
  await page.getByRole("link", { name: "Previous" }).click();
  await until("the first page again", 5_000, async () => (await rows.first().getByRole("rowheader").innerText()) === first);
  await page.getByLabel("Status").selectOption("Deactivated");
  await page.getByText(/match\./).waitFor();
  assert.match(page.url(), /status=inactive/);
  await page.goBack();
  await until("the list before the filter", 5_000, async () => (await rows.count()) === 50);
  await page.context().close();
});

test("a token is made, copied, used, and revoked after a look at what that does", async () => {
  const page = await signedIn();
  await place(page, "Connections", "SCIM connections");
  await page.getByRole("rowheader").getByRole("link").first().click();
  const base = await page.locator("code", { hasText: "/scim/v2" }).innerText();
  await page.getByRole("button", { name: "Make token" }).click();
  const fresh = page.getByRole("status", { name: "Your new token" });
  await fresh.waitFor();
  await picture(page, "task-token");
  await checkAccessible(page, "connection with a fresh token");
  const token = await fresh.locator("code").innerText();
  await scim({ base_url: base, token }, "GET", "/Users?count=1");
  await page.getByText("Two tokens may live at a time").waitFor();
  const row = page.getByRole("row").filter({ hasText: token.slice(0, 10) });
  await row.getByRole("link", { name: /Revoke/ }).click();
  await page.getByText("goes on with its other token").waitFor();
  await page.getByRole("button", { name: "Revoke token" }).click();
  await page.getByText("The token is revoked.").waitFor();
  await assert.rejects(scim({ base_url: base, token }, "GET", "/Users?count=1"), /401/);
  await page.context().close();
});

test("settings of the WFM link are saved, and the interval says whose it is", async () => {
  const page = await signedIn();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "WFM" }).click();
  await page.getByText("Only the operator of this installation sets it.").waitFor();
  await page.getByLabel("Stop above").fill("25");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The settings are saved.").waitFor();
  assert.equal(await page.getByLabel("Stop above").inputValue(), "25");
  await page.context().close();
});

test("a run tells what it did to whom", async () => {
  const page = await signedIn();
  await scim(hub.scim, "POST", "/Users", person("Tuva", "Eide"));
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "WFM" }).click();
  const runs = page.getByRole("region", { name: "Runs" });
  await runs.getByText("Finished").first().waitFor({ timeout: 5_000 });
  await runs.getByRole("rowheader").getByRole("link").first().click();
  await page.getByRole("region", { name: "Outcome for each person" }).getByRole("rowheader").first().waitFor();
  await page.getByRole("link", { name: "Refused" }).click();
  await page.getByText("Nobody with this outcome.").waitFor();
  await page.context().close();
});

test("the audit is narrowed by who and what", async () => {
  const page = await signedIn();
  await place(page, "Settings", "Audit");
  await page.getByLabel("What", { exact: true }).selectOption("Administrators");
  await until("only administrators' entries", 5_000, async () =>
    (await page.getByRole("cell", { name: "Signed in" }).count()) > 0 && (await page.getByRole("cell", { name: "Joined" }).count()) === 0);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await page.getByRole("cell", { name: "Joined" }).first().waitFor();
  await page.context().close();
});

test("the keyboard is enough", async () => {
  const page = await signedIn();
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.getByRole("heading", { name: "Employees" }).waitFor();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement.closest("tr")?.rowIndex), 1);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await checkAccessible(page, "keyboard shortcuts");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("d");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.density), "compact");
  await page.reload();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.density), "compact");
  await page.context().close();
});

test("colours are chosen and kept", async () => {
  const page = await signedIn();
  await page.getByRole("button", { name: "Dark colours" }).click();
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).colorScheme), "dark");
  await until("the choice is kept", 5_000, async () => (await page.context().cookies()).some((cookie) => cookie.value === "dark"));
  await page.reload();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await page.context().close();
});

test("rows do not move under the pointer; the news is offered", async () => {
  const page = await signedIn();
  await page.goto("/employees?search=Aasen");
  await scim(hub.scim, "POST", "/Users", person("Bo", "Aasen"));
  await page.getByRole("link", { name: "Bo Aasen" }).waitFor({ timeout: 5_000 });
  await page.getByRole("link", { name: "Bo Aasen" }).hover();
  await scim(hub.scim, "POST", "/Users", person("Al", "Aasen"));
  await page.getByRole("button", { name: "The list has changed. Show" }).waitFor({ timeout: 5_000 });
  assert.equal(await page.getByRole("link", { name: "Al Aasen" }).count(), 0);
  await page.mouse.move(4, 4);
  await page.getByRole("link", { name: "Al Aasen" }).waitFor();
  await page.getByRole("link", { name: "Al Aasen" }).focus();
  await scim(hub.scim, "POST", "/Users", person("Eli", "Aasen"));
  await page.getByRole("button", { name: "The list has changed. Show" }).click();
  await page.getByRole("link", { name: "Eli Aasen" }).waitFor();
  await page.context().close();
});

test("without JavaScript people still sign in, search, page, make tokens and sign out", async () => {
  const page = await open(browser, hub.base, { script: false });
  await signIn(page, hub);
  await page.getByRole("searchbox", { name: "Search employees" }).fill("a");
  await page.keyboard.press("Enter");
  await page.getByText(/match\./).waitFor();
  await page.getByLabel("Status").selectOption("active");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("table", { name: "Employees" }).waitFor();
  await page.getByRole("button", { name: "Dark colours" }).click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.locator("summary[aria-label='Your menu']").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.context().close();
});
