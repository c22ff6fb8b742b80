import type { Browser, Page, Route } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { launch } from "../../runner/chromium.ts";
import { checkAccessibility } from "../../support/axe.ts";
import { start, uploaded, type Example } from "../../support/examples.ts";

interface Context {
  server: Example;
  browser: Browser;
  page: Page;
  errors: string[];
}

/** Gives a suite a server of the examples, and each of its tests a page. */
function useServer(test: ReturnType<typeof suite<Context>>): void {
  test.before(async (context) => {
    context.server = start("serve.ts", ["--import", "tsx"], {});
    await context.server.printed("Ctrl-C");
    context.browser = await launch();
  });

  test.before.each(async (context) => {
    context.errors = [];
    context.page = await context.browser.newPage();
    context.page.setDefaultTimeout(120_000);
    context.page.on("pageerror", ({ message }) => context.errors.push(message));
    context.page.on("requestfailed", (request) => context.errors.push(request.url()));
  });

  test.after.each(async ({ page }) => page.close());

  test.after(async ({ server, browser }) => {
    await browser.close();
    server.interrupt();
    await server.ended;
  });
}

const test = suite<Context>("the pipeline in a page");
const dashboard = suite<Context>("the dashboard in a page");
for (const each of [test, dashboard]) useServer(each);

const address = ({ output }: Example): string => /http:\S+/.exec(output)![0];

const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();

const done = (page: Page): Promise<void> => page.getByRole("status").getByText("Done.").waitFor();

/** Holds what a page requests, until it is let through by the last part of its path. */
async function hold(page: Page, paths: string): Promise<(...names: string[]) => Promise<void>> {
  const held: { name: string; route: Route }[] = [];
  let wake = (): void => {};
  await page.route(paths, (route) => {
    held.push({ name: new URL(route.request().url()).pathname.split("/").at(-1)!, route });
    wake();
  });
  return async (...names) => {
    for (const wanted of names) {
      let at: number;
      while ((at = held.findIndex(({ name }) => name === wanted)) < 0) await new Promise<void>((resolve) => (wake = resolve));
      await held.splice(at, 1)[0]!.route.continue();
    }
  };
}

test("a step ends as soon as its own inputs are there, and results appear as they arrive", async ({ server, page, errors }) => {
  const release = await hold(page, "**/parts/*");
  await page.goto(`${address(server)}?unit=1`);
  const expected: string[] = [];
  for (const [part, ...steps] of [
    ["b2"],
    ["a1"],
    ["a2", "ca", "strip(ca)"],
    ["c2"],
    ["b1", "cb", "cab", "strip(cab)"],
    ["c1", "cc", "strip(cc)", "upload"],
  ] as [string, ...string[]][]) {
    assert.equal(await texts(page, "#results dt"), []);
    assert.equal(await texts(page, "#status"), ["Running…"]);
    await release(part);
    expected.push(part, ...steps);
    await page.locator(`#steps li:nth-child(${expected.length})`).waitFor();
    assert.equal(await texts(page, "#steps .name"), expected);
  }
  // The same in stages asks for the parts again.
  await release("a1", "a2", "b1", "b2", "c1", "c2");
  await done(page);
  assert.equal(
    [...new Set(await texts(page, "#steps .task"))].sort(),
    ["concatenate", "fetchPart", "stripNumbers", "upload"],
  );
  assert.equal(await texts(page, "#results dt"), ["Uploaded", "Critical path", "Took", "In stages", "One by one"]);
  assert.equal(await texts(page, "#results .text dd"), uploaded);
  assert.is((await texts(page, "#results .how"))[0], "c1 → cc → strip(cc) → upload");
  assert.equal(errors, []);
});

test("steps and the state are told to screen readers, and the unit can be set", async ({ server, page, errors }) => {
  await page.goto(`${address(server)}?unit=5`);
  await done(page);
  assert.is(await page.getByRole("log", { name: "Steps that have ended" }).getByRole("listitem").count(), 14);
  await page.getByLabel("Unit of time").fill("6");
  await page.getByRole("button", { name: "Run again" }).click();
  await page.waitForURL("**/pipeline.html?unit=6");
  await done(page);
  assert.is(await page.getByLabel("Unit of time").inputValue(), "6");
  assert.equal(errors, []);
});

test("a step that fails is shown, with what failed for it, and the rest runs on", async ({ server, page, errors }) => {
  await page.route("**/parts/b1?*", (route) => route.fulfill({ status: 500, body: "Nothing there" }));
  await page.goto(`${address(server)}?unit=20`);
  await page.getByText("Failed: Error: Nothing there").waitFor();
  await page.locator("#steps li:nth-child(14)").waitFor();
  assert.equal(await texts(page, "#steps .failed .name"), ["b1", "cb", "cab", "strip(cab)", "upload"]);
  assert.equal(errors, ["Nothing there"]);
});

test("the view shows the run of the pipeline, and none of what comes after it", async ({ server, page, errors }) => {
  await page.goto(`${address(server)}?unit=20`);
  await done(page);
  await page.getByText(/^14 tasks \(14 fulfilled\) in /).waitFor();
  await page.getByRole("listbox").focus();
  await page.keyboard.press("End");
  assert.is(await page.getByRole("region", { name: "Selected task" }).getByRole("heading").textContent(), "upload");
  assert.equal(errors, []);
});

test("axe-core finds nothing in it", async ({ server, page }) => {
  await page.goto(`${address(server)}?unit=5`);
  await done(page);
  await checkAccessibility(page);
});

test("nothing is wider than a narrow screen", async ({ server, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${address(server)}?unit=5`);
  await done(page);
  assert.is(await page.evaluate("document.documentElement.scrollWidth"), 320);
});

test("the server gives out nothing but the examples and the library", async ({ server }) => {
  for (const path of ["package.json", "scripts/ready.mjs", "examples/../package.json", "examples/%2e%2e/package.json"]) {
    assert.is((await fetch(address(server) + path)).status, 404, path);
  }
  assert.is((await fetch(`${address(server)}dist/mod.js`)).status, 200);
});

dashboard("the dashboard is loaded by hand and by tasks, and tells both times and the critical path", async ({ server, page, errors }) => {
  const release = await hold(page, "**/api/*");
  await page.goto(`${address(server)}examples/dashboard.html?scale=0`);
  await release("session", "session", "user", "user");
  // By hand nothing else is asked for before the settings are there, by tasks all that need not take them.
  await release("messages", "permissions", "team", "projects", "invoices", "statistics");
  await release("settings", "settings", "activity");
  await page.locator("#tasks-time").getByText(/^[\d.]+ s$/).waitFor();
  await page.locator("#hand dd.there").nth(2).waitFor();
  assert.is((await texts(page, "#tasks dd.there")).length, 10);
  assert.is((await texts(page, "#hand dd.there")).length, 3);
  assert.match((await page.locator("#hand-time").textContent())!, /^[\d.]+ s…$/);
  assert.match((await page.locator("#path").textContent())!, /^Critical path: session → user → \w+( → \w+)*, [\d.]+ s$/);
  await release("messages", "permissions", "team", "projects", "activity", "invoices", "statistics");
  await page.getByText("The server has answered 20 requests.").waitFor();
  assert.match((await page.locator("#hand-time").textContent())!, /^[\d.]+ s$/);
  assert.equal(await texts(page, "#hand dd"), await texts(page, "#tasks dd"));
  await page.getByText(/^21 tasks \(21 fulfilled\) in /).waitFor();
  await page.getByRole("button", { name: "Load again" }).click();
  await page.getByText("Loading…").waitFor();
  // What is held goes on.
  await page.unroute("**/api/*");
  await page.getByText("The server has answered 20 requests.").waitFor();
  assert.equal(errors, []);
});

dashboard("the dashboard's button aborts both, and the server sees the requests end", async ({ server, page }) => {
  const loads = new Set<string | null>();
  // Session and user are answered at once, and nothing else before it is aborted.
  await page.route("**/api/*", (route) => {
    const url = route.request().url();
    loads.add(new URL(url).searchParams.get("load"));
    return route.continue({ url: /\/(session|user)\?/.test(url) ? url : url.replace("scale=0", "scale=10000") });
  });
  const open = async (): Promise<number> => ((await (await fetch(`${address(server)}requests?load=${[...loads].join()}`)).json()) as { open: number }).open;
  await page.goto(`${address(server)}examples/dashboard.html?scale=0`);
  // By hand one request is on its way, by tasks there are four.
  while ((await open()) < 5);
  await page.getByRole("button", { name: "Abort" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("You have aborted it. The server has answered 4 requests, and has seen 5 end that nobody waits for any more.").waitFor();
  for (const id of ["#hand-time", "#tasks-time"]) assert.match((await page.locator(id).textContent())!, /^aborted after /);
  // The button is of no more use, and leaves the focus to the other one.
  assert.is(await page.evaluate("document.activeElement.id"), "again");
  assert.is(loads.size, 1);
  assert.is(await open(), 0);
  for (const side of ["#hand", "#tasks"]) {
    assert.is(await page.locator(`${side} dd.there`).count(), 2);
    assert.is(await page.locator(`${side} dd`).getByText("not loaded").count(), 8);
  }
  await page.getByText("21 tasks (4 fulfilled and 17 aborted) in ").waitFor();
});

dashboard("axe-core finds nothing in it, and it fits a narrow screen", async ({ server, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${address(server)}examples/dashboard.html?scale=0.1`);
  await page.getByText("The server has answered").waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await checkAccessibility(page);
  }
  assert.is(await page.evaluate("document.documentElement.scrollWidth"), 320);
});

test.run();
dashboard.run();
