// Baseline: a browser launched for every page with Playwright, as a script of one's own would do.
// Reads a job from stdin (workers, pages: requests of the harness) and writes wall_s and passed.
const fs = require("fs");
const { chromium } = require("/playwright/package");

const ORIGIN = "https://page.test/";
const LIBRARIES = ["/opt/harness/html_lib/jquery.min.js", "/opt/harness/html_lib/chai.js",
  "/opt/harness/html/helpers.js"];

async function passes(request) {
  const browser = await chromium.launch({
    executablePath: "/usr/lib/chromium/chromium-headless-shell", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.route("**/*", (route) => {
      const name = route.request().url().slice(ORIGIN.length) || "index.html";
      const body = request.files[name];
      return body === undefined ? route.abort() : route.fulfill({ body, contentType: "text/html" });
    });
    await page.goto(ORIGIN);
    for (const path of LIBRARIES) await page.addScriptTag({ path });
    for (const test of request.in_page) {
      const code = request.files["index.html"];
      const wrong = await page.evaluate(([js, text]) => window.__harnessTest(js, text), [test.js, code]);
      if (wrong) return false;
    }
    return true;
  } catch (error) {
    return false;
  } finally {
    await browser.close();
  }
}

async function main() {
  const job = JSON.parse(fs.readFileSync(0, "utf8"));
  const passed = new Array(job.pages.length).fill(false);
  const start = process.hrtime.bigint();
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < job.pages.length; n = next++) passed[n] = await passes(job.pages[n]);
  };
  await Promise.all(Array.from({ length: job.workers }, worker));
  const wall_s = Number(process.hrtime.bigint() - start) / 1e9;
  process.stdout.write(JSON.stringify({ wall_s, passed }));
}

main();
