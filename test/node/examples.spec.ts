import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { launch } from "../runner/chromium.ts";
import { checkAccessibility } from "../support/axe.ts";
import { checkOrder, criticalPath, start, testExamples, uploaded, type Example } from "../support/examples.ts";

const args = ["--import", "tsx"];
const subject = globalThis.aiodagSubject ?? "source";

// As a user's import, "aiodag" is what was built; these are the paths by which it is the source.
testExamples(args, subject === "source" ? { TSX_TSCONFIG_PATH: "examples/tsconfig.json" } : {});

interface Context {
  server: Example;
  browser: Browser;
  page: Page;
  errors: string[];
}

/** Gives a suite a server of the examples, and each of its tests a page. */
function useServer(test: ReturnType<typeof suite<Context>>): void {
  test.before(async (context) => {
    context.server = start("serve.ts", args, {});
    await context.server.printed("Ctrl-C");
    context.browser = await launch();
  });

  test.before.each(async (context) => {
    context.errors = [];
    context.page = await context.browser.newPage();
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

// The page loads dist/mod.js, whatever is under test.
if (subject === "dist") {
  const test = suite<Context>("the pipeline in a page");
  const dashboard = suite<Context>("the dashboard in a page");
  for (const each of [test, dashboard]) useServer(each);

  const address = ({ output }: Example): string => /http:\S+/.exec(output)![0];

  const texts = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents();

  const done = (page: Page): Promise<void> => page.getByRole("status").getByText("Done.").waitFor();

  test("results appear as they arrive, and all that a terminal shows", async ({ server, page, errors }) => {
    // What the page shows at the moment when the first step is there: read at once, since the run goes on.
    await page.addInitScript(`
      const observer = new MutationObserver(() => {
        if (!document.querySelector("#steps li")) return;
        observer.disconnect();
        const names = [...document.querySelectorAll("#steps .name")].map(({ textContent }) => textContent);
        const results = document.querySelectorAll("#results dt").length;
        globalThis.early = [names.includes("upload"), results, document.querySelector("#status").textContent];
      });
      observer.observe(document, { childList: true, subtree: true });
    `);
    await page.goto(`${address(server)}?unit=100`);
    await done(page);
    assert.equal(await page.evaluate("globalThis.early"), [false, 0, "Running…"]);

    const ended = await texts(page, "#steps .name");
    checkOrder(ended);
    assert.equal(
      [...new Set(await texts(page, "#steps .task"))].sort(),
      ["concatenate", "fetchPart", "stripNumbers", "upload"],
    );
    assert.equal(await texts(page, "#results dt"), ["Uploaded", "Critical path", "Took", "In stages", "One by one"]);
    assert.equal(await texts(page, "#results .text dd"), uploaded);
    assert.is((await texts(page, "#results .how"))[0], criticalPath(ended));
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

  const seconds = async (page: Page, id: string): Promise<number> => Number(/^([\d.]+) s$/.exec((await page.locator(id).textContent())!)![1]);

  dashboard("the dashboard is loaded by hand and by tasks, and tells both times and the critical path", async ({ server, page, errors }) => {
    await page.goto(`${address(server)}examples/dashboard.html?scale=0.5`);
    await page.getByText("The server has answered 20 requests.").waitFor();
    assert.equal(await texts(page, "#hand dd"), await texts(page, "#tasks dd"));
    assert.is((await texts(page, "#tasks dd.there")).length, 10);
    assert.match((await page.locator("#path").textContent())!, /^Critical path: session → user → \w+( → \w+)*, [\d.]+ s$/);
    // A sum of ten latencies against one of five: no machine is so slow that these change places.
    assert.ok((await seconds(page, "#tasks-time")) < (await seconds(page, "#hand-time")));
    await page.getByText(/^21 tasks \(21 fulfilled\) in /).waitFor();
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByText("Loading…").waitFor();
    await page.getByText("The server has answered 20 requests.").waitFor();
    assert.equal(errors, []);
  });

  dashboard("the dashboard's button aborts both, and the server sees the requests end", async ({ server, page }) => {
    const loads = new Set<string | null>();
    page.on("request", (request) => {
      if (request.url().includes("/api/")) loads.add(new URL(request.url()).searchParams.get("load"));
    });
    await page.goto(`${address(server)}examples/dashboard.html?scale=5`);
    await page.waitForFunction("document.querySelector('#tasks [data-name=user] dd').className === 'there'");
    await page.getByRole("button", { name: "Abort" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("You have aborted it. The server has answered").waitFor();
    for (const id of ["#hand-time", "#tasks-time"]) assert.match((await page.locator(id).textContent())!, /^aborted after /);
    // The button is of no more use, and leaves the focus to the other one.
    assert.is(await page.evaluate("document.activeElement.id"), "again");
    assert.is(loads.size, 1);
    const response = await fetch(`${address(server)}requests?load=${[...loads].join()}`);
    const { open, answered, abandoned } = (await response.json()) as { open: number; answered: number; abandoned: number };
    assert.is(open, 0);
    await page.getByText(`The server has answered ${answered} requests, and has seen ${abandoned} end that nobody waits for any more.`).waitFor();
    // By hand one request was on its way, by tasks several.
    assert.ok(abandoned > 1 && answered < 20, `${answered} ${abandoned}`);
    for (const side of ["#hand", "#tasks"]) {
      assert.is(await page.locator(`${side} dd`).getByText("not loaded").count(), 10 - (await page.locator(`${side} dd.there`).count()));
    }
    await page.getByText(/^21 tasks \(\d+ fulfilled and \d+ aborted\) in /).waitFor();
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
}
