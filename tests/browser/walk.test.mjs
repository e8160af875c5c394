// A contact centre's whole way with its WFM, by what a person sees: linked, cut off, stopped, and seen by an agent.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkAccessible, checkFits, launch, open, picture, place, rail } from "./browser.mjs";
import { person, replace, scim, signIn, startHub, until } from "./hub.mjs";

/** As many people as two batches to the WFM carry, so that there is progress to see. */
const PEOPLE = 600;
const CHANGED = 10;
const SECRET = "demo-secret";
let hub;
let browser;
let page;
/** The SCIM door of the second business unit. */
let bergen;

before(async () => {
  hub = await startHub({ people: 40 });
  browser = await launch();
  page = await open(browser, hub.base);
  page.setDefaultTimeout(15_000);
  await signIn(page, hub);
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** Finds a person as one does. */
async function find(name) {
  await page.getByRole("searchbox", { name: "Search employees" }).fill(name);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Goes to the page of a business unit's link. */
async function link(unit) {
  await rail(page, /WFM/);
  await page.getByRole("navigation", { name: "WFM links" }).getByRole("link", { name: unit }).click();
  await page.getByRole("navigation", { name: "WFM links" }).locator("[aria-current=page]", { hasText: unit }).waitFor();
}

/** Makes a connection whose people begin in the new unit. */
async function populate() {
  await place(page, "Connections", "SCIM connections");
  await page.getByRole("link", { name: "New connection" }).click();
  await page.getByLabel("Name").fill("Bergen's provider");
  const team = page.getByLabel("New people begin in");
  const label = (await team.locator("option").allInnerTexts()).find((text) => text.includes("Bergen"));
  await team.selectOption({ label });
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Make connection" }).click();
  await page.getByRole("button", { name: "Make token" }).click();
  const token = await page.getByRole("status", { name: "Your new token" }).locator("code").innerText();
  bergen = { base_url: hub.scim.base_url, token };
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
  const Operations = Array.from({ length: PEOPLE }, (_, index) => (
    { method: "POST", path: "/Users", bulkId: `b${index}`, data: person("Berit", `Berg${String(index).padStart(3, "0")}`) }
  ));
  const { Operations: made } = await scim(bergen, "POST", "/Bulk", { schemas, Operations });
  assert.ok(made.every((one) => String(one.status) === "201"), JSON.stringify(made[0]));
}

test("a business unit is linked after a try, and its first sync is watched to the end", async () => {
  hub.operator("business-unit", "create", "Bergen");
  await populate();
  await rail(page, "WFM");
  await page.getByRole("link", { name: "Link a business unit" }).click();
  await page.getByLabel("Business unit").selectOption({ label: "Bergen" });
  await page.getByLabel("ACD ID").fill("4472");
  await page.getByLabel("Address of the WFM").fill(hub.simulators.iex.url);
  await page.getByLabel("Client id").fill("demo-client");
  await page.getByLabel("Client secret").fill("not this one");
  await checkAccessible(page, "link a unit");
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByRole("alert").getByText("The WFM refuses the credentials").waitFor();
  assert.equal(await page.getByLabel("ACD ID").inputValue(), "4472");
  assert.equal(await page.getByLabel("Client secret").inputValue(), "");
  await checkAccessible(page, "link refused");
  await picture(page, "walk-link-refused");
  await page.getByLabel("Client secret").fill(SECRET);
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByRole("heading", { name: "Link Bergen to its WFM?" }).waitFor();
  await page.getByText(`${PEOPLE} people will be new there`).waitFor();
  await page.getByText("Nobody is moved out.").waitFor();
  await checkFits(page, "link tried");
  await checkAccessible(page, "link tried");
  await picture(page, "walk-link-tried");

  await hub.fault({ fault: "slow_body", over_ms: 1500, times: 2, route: "batch" });
  await page.getByRole("button", { name: "Link Bergen" }).click();
  const first = page.getByRole("region", { name: "The first sync" });
  await first.waitFor({ timeout: 10_000 });
  await first.getByText(`500 of ${PEOPLE} people settled.`).waitFor({ timeout: 20_000 });
  await checkAccessible(page, "first sync");
  await picture(page, "walk-first-sync");
  await first.waitFor({ state: "hidden", timeout: 20_000 });
  await page.getByRole("listitem").filter({ hasText: "people in the WFM" }).getByText(String(PEOPLE), { exact: true }).waitFor();
  await picture(page, "walk-linked");
});

test("a WFM that is cut off is told of, and ten changes arrive when it is back", async () => {
  const { Resources: people } = await scim(bergen, "GET", `/Users?count=${CHANGED}`);
  await link("Bergen");
  await hub.fault({ fault: "error_500", times: 1_000_000 });
  await Promise.all(people.map((one, index) => scim(bergen, "PATCH", `/Users/${one.id}`, replace("name.givenName", `Changed${index}`))));
  await page.getByText("No answer").waitFor({ timeout: 20_000 });
  await page.getByText(`${CHANGED} people wait; they go out by themselves when it answers.`).waitFor({ timeout: 20_000 });
  await checkAccessible(page, "WFM cut off");
  await picture(page, "walk-cut-off");
  const names = people.map((one, index) => `Changed${index} ${one.name.familyName}`);
  await find(names[0]);
  await page.getByText(/not in the WFM \(acd 4472\) yet|not in the WFM yet/).waitFor();

  await hub.fault();
  const back = Date.now();
  await page.getByText(/In the WFM since .*, .* after it fell due here/).waitFor({ timeout: 60_000 });
  for (const name of names) {
    await find(name);
    const standing = page.getByRole("region", { name: `Where ${name} stands` });
    await standing.getByText(/In the WFM since .*, .* after it fell due here/).waitFor({ timeout: 10_000 });
    const since = await standing.locator("time").first().getAttribute("datetime");
    assert.ok(Date.parse(since) >= back - 1_000, `${name}: the receipt is of ${since}`);
    await standing.getByText("What the WFM holds").click();
    await standing.getByText(name.split(" ")[0], { exact: true }).waitFor();
  }
  await picture(page, "walk-receipt");
});

test("a mass departure is stopped with nothing applied, rejected, and they are kept", async () => {
  const { Resources: people } = await scim(bergen, "GET", "/Users?count=100");
  await link("Bergen");
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
  const Operations = people.map((one) => ({ method: "PATCH", path: `/Users/${one.id}`, data: replace("active", false) }));
  await scim(bergen, "POST", "/Bulk", { schemas, Operations });
  const held = page.getByRole("heading", { name: /A run is held: it would move 100 people to mu 2/ });
  await held.waitFor({ timeout: 20_000 });
  await page.getByText(/Nothing was applied, and everyone else who changed waits/).first().waitFor();
  await page.getByRole("link", { name: "See who, and decide" }).click();
  await page.getByRole("heading", { name: /Nothing was applied/ }).waitFor();
  await picture(page, "walk-held");
  await page.getByRole("button", { name: "Reject: keep them as they are" }).click();
  await page.getByText("Rejected.").waitFor();
  await page.getByText("100 people stay in the WFM as they are since a rejection").waitFor({ timeout: 10_000 });
  await page.getByRole("link", { name: "See who, and how it is lifted" }).click();
  await page.getByRole("heading", { name: "Who stays" }).waitFor();
  assert.equal(await page.getByRole("table").locator("tbody tr").count(), 100);
  await link("Bergen");
  await page.getByRole("listitem").filter({ hasText: "people in the WFM" }).getByText(String(PEOPLE), { exact: true }).waitFor();
});

/** A person's own page at phone width, in a window of theirs. */
async function agentsPage(name) {
  await find(name);
  await page.getByRole("button", { name: "Make a sign-in link" }).click();
  const address = await page.getByRole("button", { name: "Copy the link" }).getAttribute("data-copy");
  const mine = await open(browser, hub.base, { width: "phone" });
  await mine.goto(address);
  await mine.getByLabel("Password", { exact: true }).fill("a few words in a row");
  await mine.getByLabel("Password again").fill("a few words in a row");
  await mine.getByRole("button", { name: "Go to my day" }).click();
  await mine.getByRole("heading", { name: "My schedule" }).waitFor();
  return mine;
}

test("an agent sees the schedule only with the permission and while synchronization is on", async () => {
  // Somebody for whom the WFM planned already.
  const { Resources: [agent] } = await scim(hub.scim, "GET", `/Users?filter=${encodeURIComponent("active eq true")}&count=1`);
  const mine = await agentsPage(`${agent.name.givenName} ${agent.name.familyName}`);
  const asked = async (text) => {
    await mine.reload();
    await mine.getByText(text).first().waitFor({ timeout: 10_000 });
  };
  const units = await unitsOf();
  await link(units.find((unit) => unit !== "Bergen"));
  await page.getByRole("link", { name: "Switch off…" }).click();
  await page.getByLabel("Reason").fill("The WFM moves house until noon.");
  await page.getByRole("button", { name: "Switch off" }).click();
  await page.getByText("Synchronization is off. Agents read your reason.").waitFor();
  await asked("user synchronization with the WFM is off. The reason that was given: The WFM moves house until noon.");
  await picture(mine, "walk-my-day-off");
  await checkAccessible(mine, "my day, synchronization off");
  await page.getByRole("button", { name: "Switch on" }).click();
  // What the WFM planned is read at once when synchronization is switched on.
  await until("the schedule is there", 20_000, async () => {
    await mine.reload();
    return mine.getByRole("heading", { name: "Today" }).isVisible();
  });
  await picture(mine, "walk-my-day");
  await permit(false);
  await asked("because no role of yours has the permission");
  assert.equal(await mine.getByText("This week").count(), 0);
  await picture(mine, "walk-my-day-forbidden");
  await checkAccessible(mine, "my day without the permission");
  await permit(true);
  await asked("This week");
  assert.deepEqual(mine.complaints, []);
  await mine.context().close();
});

/** The business units that are linked. */
async function unitsOf() {
  await rail(page, /WFM/);
  return page.getByRole("navigation", { name: "WFM links" }).getByRole("link").allInnerTexts();
}

/** Lets the role of agents see schedules, or not. */
async function permit(on) {
  await place(page, "People", "Roles");
  const form = page.getByRole("form", { name: "What Agent permits" });
  await form.getByRole("checkbox", { name: /ACD > MAX > Agent Schedule/ }).setChecked(on);
  await form.getByRole("button", { name: /Save/ }).click();
  await page.getByRole("heading", { level: 1, name: "Roles" }).waitFor();
}
