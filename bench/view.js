// How long <aiodag-view> holds up a page: the longest task of the main thread while tasks run, with the element in the
// page and without it. Writes nothing but what it prints: `npm run bench:view`, or with numbers of tasks after `--`.
//
// The time of a task is that on the wall, and how much of it the thread ran: the rest it waited for the compositor or
// for a processor, which on a machine that does something else is not the page's own doing.
import { readFileSync } from "node:fs";
import { launch } from "../test/runner/chromium.ts";

const root = new URL("../", import.meta.url);
const counts = process.argv.slice(2).map(Number);
/** Runs of each case, of which the median is told. */
const rounds = 5;

/** Runs in the page: tasks that take 5 to 205 ms, each after one to four of those before. */
const run = `async (count, isBurst) => {
  const { task } = await import("/dist/mod.js");
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await pause(300);
  let seed = 7;
  const random = () => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
  const step = task(async function step() { await pause(5 + random() * 200); });
  const handles = [];
  for (let i = 0; i < count; i++) {
    const inputs = new Set();
    for (let j = 0; i > 40 && j <= random() * random() * 4; j++) inputs.add(handles[Math.floor(random() * i)]);
    handles.push(step(...inputs));
    if (!isBurst && i % 20 === 19) await pause(0);
  }
  await Promise.all(handles);
  await pause(1500);
}`;

/** The longest task of the main thread, and how much of that the thread ran, in milliseconds. */
async function longest(browser, count, isBurst, hasView) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.route("**/*", (route) => {
    const { pathname } = new URL(route.request().url());
    if (!/^\/dist\/[\w.]+$/.test(pathname)) return route.fulfill({ body: "<!doctype html><body>", contentType: "text/html" });
    return route.fulfill({ body: readFileSync(new URL(`.${pathname}`, root)), contentType: "text/javascript" });
  });
  await page.goto("http://page.test/");
  await page.evaluate(`import("/dist/view.js")`);
  if (hasView) await page.evaluate(`document.body.append(document.createElement("aiodag-view"))`);
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await page.evaluate(`(${run})(${count}, ${isBurst})`);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  await page.close();
  const own = traceEvents.find(({ name, args }) => name === "FunctionCall" && args.data?.url?.includes("/dist/"));
  const events = traceEvents.filter(({ ph, pid, tid }) => ph === "X" && pid === own.pid && tid === own.tid);
  const most = events.filter(({ name }) => name === "RunTask").reduce((a, b) => (b.dur > a.dur ? b : a));
  return { wall: most.dur / 1000, ran: most.tdur / 1000 };
}

const browser = await launch();
try {
  for (const count of counts.length > 0 ? counts : [2000, 20_000]) {
    for (const isBurst of [false, true]) {
      const said = [];
      for (const hasView of [false, true]) {
        const found = [];
        for (let i = 0; i < rounds; i++) found.push(await longest(browser, count, isBurst, hasView));
        found.sort((a, b) => a.wall - b.wall);
        const { wall, ran } = found[Math.floor(rounds / 2)];
        said.push(`${hasView ? "with" : "without"} the view ${wall.toFixed(1)} ms (ran ${ran.toFixed(1)}; worst of ${rounds}: ${found.at(-1).wall.toFixed(1)})`);
      }
      console.log(`${count.toLocaleString("en")} tasks, invoked ${isBurst ? "at once" : "20 at a time"}: ${said.join(", ")}`);
    }
  }
} finally {
  await browser.close();
}
