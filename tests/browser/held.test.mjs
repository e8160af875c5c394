// A mass departure is stopped, shown with names, and let go by somebody who looked at it.

import { after, before, test } from "node:test";
import { checkAccessible, launch, open, picture } from "./browser.mjs";
import { replace, scim, signIn, startHub } from "./hub.mjs";

const LEAVERS = 15;
let hub;
let browser;

before(async () => {
  hub = await startHub({ people: 60 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

test("a run that would move many people out asks first", async () => {
  const page = await open(browser, hub.base);
  await signIn(page, hub);
  await page.getByRole("heading", { name: "Everyone is in step with the WFM" }).waitFor({ timeout: 10_000 });
  const { Resources: people } = await scim(hub.scim, "GET", `/Users?count=${LEAVERS}`);
  await Promise.all(people.map((one) => scim(hub.scim, "PATCH", `/Users/${one.id}`, replace("active", false))));

  await page.getByRole("heading", { name: /out of step with the WFM/ }).waitFor({ timeout: 10_000 });
  const rail = page.getByRole("navigation", { name: "Main" });
  // The first few may go before the rest is held; the decision is about all that wait, once all are counted.
  await page.getByText(/^\d+ held until somebody decides\./).waitFor({ timeout: 20_000 });
  await page.getByRole("link", { name: "Look at the held run" }).waitFor();
  await picture(page, "task-held-overview");
  await checkAccessible(page, "overview with a held run");
  await rail.getByRole("link", { name: /WFM/ }).click();
  await page.getByRole("heading", { name: /A run is held/ }).waitFor();
  await checkAccessible(page, "WFM with a held run");
  await page.getByRole("link", { name: "See who, and decide" }).click();
  await page.getByRole("heading", { name: /Nothing was applied/ }).waitFor();
  await page.getByText("Who would be moved").waitFor();
  await picture(page, "task-held-run");
  await checkAccessible(page, "held run");
  await approve(page);
  await rail.getByRole("link", { name: "Overview" }).click();
  // An approval lets go as many as it named. Whoever left after the run was held is asked about again.
  const inStep = page.getByRole("heading", { name: "Everyone is in step with the WFM" });
  const heldAgain = page.getByRole("link", { name: "Look at the held run" });
  for (let again = 0; again < 3; again += 1) {
    await inStep.or(heldAgain).first().waitFor({ timeout: 20_000 });
    if (await inStep.isVisible()) break;
    await heldAgain.click();
    await page.getByRole("link", { name: "See who, and decide" }).click();
    await approve(page);
    await rail.getByRole("link", { name: "Overview" }).click();
  }
  await inStep.waitFor({ timeout: 20_000 });
  await page.context().close();
});

test("a run that is rejected leaves people where they are, until they are let go", async () => {
  const page = await open(browser, hub.base);
  await signIn(page, hub);
  const { Resources: people } = await scim(hub.scim, "GET", `/Users?filter=${encodeURIComponent("active eq true")}&count=${LEAVERS}`);
  await Promise.all(people.map((one) => scim(hub.scim, "PATCH", `/Users/${one.id}`, replace("active", false))));
  await page.getByRole("link", { name: "Look at the held run" }).waitFor({ timeout: 20_000 });
  // All that wait are counted by the next look; before that the decision is about fewer, and the rest is weighed anew.
  const rail = page.getByRole("navigation", { name: "Main" });
  await rail.getByRole("link", { name: /WFM/ }).click();
  const rejected = page.getByText(/stay in the WFM as they are since a rejection/);
  for (let again = 0; again < 3 && !(await rejected.isVisible()); again += 1) {
    await page.getByRole("link", { name: "See who, and decide" }).click();
    await page.getByRole("button", { name: "Reject: keep them as they are" }).click();
    await page.getByText("Rejected.").waitFor();
    await rejected.waitFor({ timeout: 5_000 }).catch(() => {});
  }
  await picture(page, "task-rejected");
  await page.getByRole("link", { name: "See who, and how it is lifted" }).click();
  await page.getByRole("heading", { name: "Who stays" }).waitFor();
  await checkAccessible(page, "kept in the WFM");
  await page.getByRole("button", { name: "Let them all go" }).click();
  await page.getByText("Nobody is kept any longer.").waitFor();
  await page.getByRole("heading", { name: /A run is held/ }).waitFor({ timeout: 20_000 });
  await page.context().close();
});

async function approve(page) {
  await page.getByRole("checkbox", { name: /Move .* to mu 2/ }).check();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("Approved.").waitFor();
}
