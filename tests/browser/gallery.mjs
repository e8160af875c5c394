// Every page of the console in each state, checked and pictured. For people who design: start the gallery
// (`cargo run -p rollcall-console --example gallery`), then `node gallery.mjs [address]`.

import { THEMES, WIDTHS, checkAccessible, checkFits, launch, open, picture } from "./browser.mjs";
import { PAGES } from "./gallery-page.mjs";

const base = process.argv[2] ?? "http://127.0.0.1:8090";
const browser = await launch();
let findings = 0;
for (const theme of THEMES) {
  for (const width of Object.keys(WIDTHS)) {
    const page = await open(browser, base, { theme, width });
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      const at = `${name}-${theme}-${width}`;
      for (const check of [checkFits, checkAccessible]) {
        await check(page, at).catch((error) => { findings += 1; console.log(error.message); });
      }
      await picture(page, at);
      for (const complaint of page.complaints.splice(0)) { findings += 1; console.log(`${at}: ${complaint}`); }
    }
    await page.context().close();
  }
}
await browser.close();
console.log(`${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
