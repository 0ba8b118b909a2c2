// Lets axe-core judge pages in a browser, light, dark and as printed, and notes each connection:
// page.mjs [--pictures FOLDER] FILE... Prints what is wrong as a JSON list.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { chromium } from "playwright-core";
import { AxeBuilder } from "@axe-core/playwright";

const named = process.argv.slice(2);
const at = named.indexOf("--pictures");
const pictures = at < 0 ? null : named.splice(at, 2)[1];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-sync", "--disable-background-networking"],
});
const found = [];
for (const file of named) {
  for (const look of ["light", "dark", "print"]) {
    const context = await browser.newContext({
      colorScheme: look === "dark" ? "dark" : "light",
      viewport: { width: 1200, height: 900 },
      // Axe is a script, which the page's own policy refuses.
      bypassCSP: true,
    });
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    if (look === "print") await page.emulateMedia({ media: "print" });
    await page.goto(`file://${resolve(file)}`);
    const requests = asked.filter((url) => !url.startsWith("file://"));
    if (pictures) {
      const name = basename(file).replace(/\.html$/, "");
      await page.screenshot({ path: `${pictures}/${name}-${look}.png` });
    }
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
    for (const it of violations) {
      found.push({ file, look, rule: it.id, at: it.nodes[0].target.join(" "), count: it.nodes.length });
    }
    for (const url of requests) found.push({ file, look, rule: "request", at: url, count: 1 });
    await context.close();
  }
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
