// Teams and roles are kept in the console, and what an identity provider keeps is locked.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkAccessible, checkFits, launch, open, picture, place } from "./browser.mjs";
import { scim, signIn, startHub } from "./hub.mjs";

let hub;
let browser;
let page;

before(async () => {
  hub = await startHub({ people: 10 });
  browser = await launch();
  page = await open(browser, hub.base);
  await signIn(page, hub);
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

test("a team is made, renamed, handed to the WFM, and removed", async () => {
  await place(page, "People", "Teams");
  const known = await page.getByRole("rowheader").getByRole("link").first().innerText();
  await page.getByRole("link", { name: "New team" }).click();
  await page.getByLabel("Name").fill("Nights");
  await checkAccessible(page, "new team");
  await picture(page, "team-new");
  await page.getByRole("button", { name: "Make team" }).click();
  await page.getByText("The team Nights is made.").waitFor();
  await checkAccessible(page, "team");
  await checkFits(page, "team");
  await picture(page, "team");

  await page.getByLabel("Name of the team").fill(known);
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("alert").getByText(`There is a team named ${known} in`).waitFor();
  await page.getByLabel("Name of the team").fill("Late shift");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByText("The team is named Late shift now.").waitFor();

  await page.getByRole("link", { name: "Hand to the WFM…" }).click();
  await page.getByRole("button", { name: "Hand to the WFM" }).click();
  const row = page.getByRole("row", { name: /Late shift/ });
  await row.getByText("Sent", { exact: true }).waitFor();

  await row.getByRole("rowheader").getByRole("link").click();
  await page.getByRole("link", { name: "Remove…" }).click();
  await page.getByText("Nobody changes.").waitFor();
  await checkAccessible(page, "removal of a team");
  await page.getByRole("button", { name: "Remove the team" }).click();
  await page.getByText("The team is removed.").waitFor();
  assert.equal(await page.getByRole("row", { name: /Late shift/ }).count(), 0);
});

test("a team that an identity provider keeps says so, and says what is in the way of its removal", async () => {
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
  await scim(hub.scim, "POST", "/Groups", { schemas, displayName: "Sales Oslo" });
  await place(page, "People", "Teams");
  await page.getByRole("rowheader").getByRole("link", { name: "Sales Oslo" }).click();
  await page.getByText(/^Locked by /).waitFor();
  assert.equal(await page.getByLabel("Name of the team").count(), 0);
  await checkAccessible(page, "locked team");
  await picture(page, "team-locked");
  await page.getByRole("link", { name: "Remove…" }).click();
  await page.getByRole("heading", { name: "Sales Oslo stays for now" }).waitFor();
  await page.getByText(/It is a group of /).waitFor();
  assert.equal(await page.getByRole("button", { name: "Remove the team" }).count(), 0);
  await checkFits(page, "removal that something hinders");
});

test("a role is made, renamed, and permits what is switched on", async () => {
  await place(page, "People", "Roles");
  await page.getByRole("link", { name: "New role" }).click();
  await page.getByLabel("Name").fill("Coach");
  await checkAccessible(page, "new role");
  await page.getByRole("button", { name: "Make role" }).click();
  await page.getByText("The role Coach is made. It permits nothing yet.").waitFor();
  await page.getByRole("rowheader").getByRole("link", { name: "Coach" }).click();
  await page.getByLabel("Name of the role").fill("Mentor");
  await checkAccessible(page, "role");
  await picture(page, "role");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByText("The role is named Mentor now.").waitFor();
  await place(page, "People", "Roles");
  const form = page.getByRole("form", { name: "What Mentor permits" });
  await form.getByRole("checkbox").first().check();
  await form.getByRole("button", { name: "Save Mentor" }).click();
  await page.getByText("What Mentor permits is saved.").waitFor();
  // A refused form is meant to answer 422, which Chromium reports.
  assert.deepEqual(page.complaints.filter((told) => !told.includes("422")), []);
});
