// Each page in both themes and at both widths: nobody is shut out, nothing is cut off, nothing complains.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { THEMES, WIDTHS, checkAccessible, checkFits, launch, open, picture, place, rail } from "./browser.mjs";
import { person, scim, signIn, startHub } from "./hub.mjs";

let hub;
let browser;

before(async () => {
  hub = await startHub({ people: 40 });
  browser = await launch();
  await scim(hub.scim, "POST", "/Users", person("Ingrid", "Berg"));
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** Every page that can be reached, by how a person reaches it. */
const WAYS = {
  overview: async () => {},
  employees: async (page) => place(page, "People", "Employees"),
  "employees-nobody": async (page) => page.goto("/employees?search=nobody+has+this+name"),
  employee: async (page) => {
    await place(page, "People", "Employees");
    await page.getByRole("link", { name: "Ingrid Berg" }).click();
    await page.getByRole("heading", { name: "Ingrid Berg", exact: true }).waitFor();
  },
  teams: async (page) => place(page, "People", "Teams"),
  team: async (page) => {
    await place(page, "People", "Teams");
    await page.getByRole("rowheader").getByRole("link").first().click();
    await page.getByRole("button", { name: "Rename" }).waitFor();
  },
  "team-new": async (page) => page.goto("/teams/new"),
  roles: async (page) => place(page, "People", "Roles"),
  "role-new": async (page) => page.goto("/roles/new"),
  templates: async (page) => place(page, "People", "Templates"),
  codes: async (page) => place(page, "Agents", "Unavailable codes"),
  "take-overs": async (page) => place(page, "Connections", "Take-over queue"),
  receivers: async (page) => place(page, "Connections", "Event receivers"),
  "receiver-new": async (page) => {
    await place(page, "Connections", "Event receivers");
    await page.getByRole("link", { name: "New receiver" }).click();
    await page.getByRole("button", { name: "Make receiver" }).waitFor();
  },
  account: async (page) => place(page, "Settings", "Account settings"),
  "team-switch": async (page) => {
    await place(page, "People", "Teams");
    await page.getByRole("link", { name: /Take out…/ }).first().click();
    await page.getByRole("button", { name: "Take out of the WFM" }).waitFor();
  },
  connections: async (page) => place(page, "Connections", "SCIM connections"),
  "connection-new": async (page) => {
    await place(page, "Connections", "SCIM connections");
    await page.getByRole("link", { name: "New connection" }).click();
    await page.getByLabel("Name").waitFor();
  },
  connection: async (page) => {
    await place(page, "Connections", "SCIM connections");
    await page.getByRole("rowheader").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Tokens" }).waitFor();
  },
  "token-revoke": async (page) => {
    await WAYS.connection(page);
    await page.getByRole("link", { name: /Revoke…/ }).first().click();
    await page.getByRole("button", { name: "Revoke token" }).waitFor();
  },
  removal: async (page) => {
    await WAYS.connection(page);
    await page.getByRole("link", { name: "Remove this connection…" }).click();
    await page.getByRole("button", { name: "Remove the connection" }).waitFor();
  },
  journal: async (page) => {
    await WAYS.connection(page);
    await page.getByRole("link", { name: "all requests" }).click();
    await page.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
  },
  guide: async (page) => {
    await WAYS.connection(page);
    await page.getByRole("link", { name: /Step by step/ }).click();
    await page.getByRole("heading", { name: "What becomes of each attribute" }).waitFor();
  },
  wfm: async (page) => rail(page, "WFM"),
  run: async (page) => {
    await rail(page, "WFM");
    await page.getByRole("table").getByRole("rowheader").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Outcome for each person" }).waitFor();
  },
  audit: async (page) => place(page, "Settings", "Audit"),
  missing: async (page) => page.goto("/employees/nobody"),
};

for (const theme of THEMES) {
  for (const width of Object.keys(WIDTHS)) {
    test(`every page is good to look at and to listen to: ${theme}, ${width}`, async () => {
      const page = await open(browser, hub.base, { theme, width });
      await page.goto("/");
      await checkAccessible(page, "sign-in");
      await picture(page, `sign-in-${theme}-${width}`);
      await signIn(page, hub);
      for (const [name, way] of Object.entries(WAYS)) {
        await page.goto("/");
        await way(page);
        const at = `${name}-${theme}-${width}`;
        await checkFits(page, at);
        await checkAccessible(page, at);
        await picture(page, at);
        // The missing page is meant to answer 404, which Chromium reports.
        const complaints = page.complaints.splice(0).filter((told) => name !== "missing" || !told.includes("404"));
        assert.deepEqual(complaints, [], at);
      }
      await page.context().close();
    });
  }
}

test("the first load is small", async () => {
  const page = await open(browser, hub.base);
  await signIn(page, hub);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  await page.goto("/");
  await page.locator(".chart canvas, .empty").first().waitFor();
  assert.ok(bytes > 10_000 && bytes <= 150_000, `${bytes} bytes`);
  await page.context().close();
});
