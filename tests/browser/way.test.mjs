// The ways in besides tokens made by hand: set up in the console, then used as an identity provider does.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { checkAccessible, checkFits, launch, open, picture } from "./browser.mjs";
import { person, replace, scim, signIn, startHub, until } from "./hub.mjs";

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

/** The page of the demo's connection. */
async function connection() {
  await page.goto("/connections");
  await page.locator("table.list th a").first().click();
  await page.getByRole("heading", { name: "Access keys" }).waitFor();
}

/** What a page lets one copy that begins so. */
const shown = (prefix) => page.locator(`[data-copy^="${prefix}"]`).getAttribute("data-copy");

/** What a bearer token is answered. */
async function status(token) {
  const answer = await fetch(`${hub.scim.base_url}/Users?count=1`, { headers: { authorization: `Bearer ${token}` } });
  return answer.status;
}

/** Where an identity provider waits for the browser to come back. */
async function waitForBrowser() {
  let arrived;
  const query = new Promise((resolve) => { arrived = resolve; });
  const server = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    answer.end("You may close this window.");
    if (pathname === "/callback") arrived(searchParams);
  });
  await new Promise((resolve) => { server.listen(0, "localhost", resolve); });
  return { redirect: `http://localhost:${server.address().port}/callback`, query, close: () => server.close() };
}

test("an access key is exchanged for a token, which stops with its employee", async () => {
  const owner = await scim(hub.scim, "POST", "/Users", person("Scim", "Access"));
  await connection();
  await page.getByLabel("New access key for the employee").fill(owner.userName);
  await page.getByRole("button", { name: "Make access key" }).click();
  await page.getByRole("heading", { name: "New access key" }).waitFor();
  await checkAccessible(page, "key made");
  const body = JSON.stringify({ accessKeyId: await shown("rck_"), accessKeySecret: await shown("rcs_") });
  const url = await shown("http");
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { access_token: token } = await answer.json();
  assert.equal(await status(token), 200);
  await scim(hub.scim, "PATCH", `/Users/${owner.id}`, replace("active", false));
  assert.equal(await status(token), 401);
  await connection();
  await page.getByText("Scim Access was deactivated.").waitFor();
  await page.getByText("Employee inactive").waitFor();
  await checkFits(page, "connection with a stopped key");
  await picture(page, "way-key-stopped");
});

test("an application that an administrator allows gets in, and the browser is let go", async () => {
  const provider = await waitForBrowser();
  await connection();
  await page.getByLabel("New application").fill("Okta integration");
  await page.getByLabel("Redirect addresses").fill(provider.redirect);
  await page.getByRole("button", { name: "Register application" }).click();
  await page.getByRole("heading", { name: "Okta integration is registered" }).waitFor();
  const [id, secret] = [await shown("rca_"), await shown("rcs_")];
  const verifier = randomBytes(32).toString("base64url");
  const asked = new URLSearchParams({
    response_type: "code", client_id: id, redirect_uri: provider.redirect, scope: "scim", state: "a b&c",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  await page.goto(`/oauth/authorize?${asked}`);
  await checkAccessible(page, "consent");
  await picture(page, "way-consent");
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await page.waitForURL(`${provider.redirect}?**`);
  const query = await until("the browser comes back", 5_000, () => provider.query);
  assert.deepEqual([query.get("state"), query.get("iss")], ["a b&c", hub.base]);
  const form = new URLSearchParams({
    grant_type: "authorization_code", code: query.get("code"), redirect_uri: provider.redirect, code_verifier: verifier,
  });
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const answer = await fetch(`${hub.base}/oauth/token`, { method: "POST", headers: { authorization }, body: form });
  const tokens = await answer.json();
  assert.equal(await status(tokens.access_token), 200, JSON.stringify(tokens));
  await connection();
  await page.getByRole("row", { name: /Okta integration/ }).getByRole("link", { name: /Revoke/ }).click();
  await page.getByRole("button", { name: "Revoke application" }).click();
  await page.getByText("The application is revoked.").waitFor();
  assert.equal(await status(tokens.access_token), 401);
  // Chromium asks it for an icon, too, whenever it likes.
  provider.close();
  assert.deepEqual(page.complaints, []);
});

test("a receiver of events gets a token, asks with it, and is removed after a look at what is lost", async () => {
  await page.goto("/receivers");
  await page.getByRole("link", { name: "New receiver" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Audit vault");
  await page.getByLabel("Audience", { exact: true }).fill("https://vault.example.com");
  await page.getByRole("button", { name: "Make receiver" }).click();
  await page.getByRole("heading", { name: "Audit vault hears of events now" }).waitFor();
  await checkAccessible(page, "receiver made");
  const url = await page.getByRole("button", { name: "Copy the address", exact: true }).getAttribute("data-copy");
  const token = await shown("rce_");
  await page.getByRole("link", { name: "Go to Audit vault" }).click();
  await page.getByText("Never asked").waitFor();
  await scim(hub.scim, "POST", "/Users", person("Told", "Once"));
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ returnImmediately: true }),
  });
  const { sets } = await answer.json();
  assert.equal(Object.keys(sets).length, 1);
  await page.getByText("It asks for its events.").waitFor({ timeout: 10_000 });
  await checkFits(page, "receiver");
  await picture(page, "way-receiver");
  await page.getByRole("link", { name: "Remove…" }).click();
  await page.getByText("What waits for it is dropped: 1.").waitFor();
  await page.getByRole("button", { name: "Remove the receiver" }).click();
  await page.getByText("The receiver is removed.").waitFor();
  assert.deepEqual(page.complaints, []);
});
