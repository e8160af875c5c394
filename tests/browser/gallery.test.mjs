// Every page in each of its states on a phone, with somebody on it whose name is eighty letters long: no page may be
// pushed sideways by what people are called. The gallery's program is taken from ROLLCALL_GALLERY.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { PAGES } from "./gallery-page.mjs";
import { until } from "./hub.mjs";

const START_LIMIT_MS = 20_000;

let gallery;
let base;
let browser;

before(async () => {
  const program = process.env.ROLLCALL_GALLERY;
  if (!program) throw new Error("ROLLCALL_GALLERY must name the gallery (cargo build -p rollcall-console --example gallery)");
  gallery = spawn(program, [], { stdio: ["ignore", "ignore", "pipe"], env: { GALLERY_LISTEN: "127.0.0.1:0" } });
  let said = "";
  gallery.stderr.on("data", (bytes) => { said += bytes; });
  base = await until("the gallery is open", START_LIMIT_MS, () => said.match(/http:\/\/\S+(?=\/)/)?.[0]);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  gallery?.kill();
});

for (const width of ["phone", "tablet"]) {
  test(`a long name pushes no page sideways: ${width}`, async () => {
    const page = await open(browser, base, { width });
    const wide = [];
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(`${path}${path.includes("?") ? "&" : "?"}name=long`, { waitUntil: "domcontentloaded" });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wide.push(`${name}: ${over} px`);
    }
    assert.deepEqual(wide, []);
    await page.context().close();
  });
}
