// What is drawn, in a real browser.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "../aiodag.ts";
import { toHTML, toSVG } from "../draw.ts";
import { recordHostile } from "../fixtures/hostile.ts";
import { launch } from "../runner/chromium.ts";
import { checkAccessibility } from "../support/axe.ts";
import { hostileNames } from "../support/hostile.ts";
import { recordRandom, recordVariety } from "../support/runs.ts";
import * as entry from "../trace.ts";

const test = suite<{ browser: Browser; page: Page; folder: string; errors: string[] }>("drawn in a page");

test.before(async (context) => {
  context.browser = await launch();
  context.folder = mkdtempSync(join(tmpdir(), "aiodag-"));
});

test.before.each(async (context) => {
  context.errors = [];
  context.page = await context.browser.newPage();
  context.page.setDefaultTimeout(120_000);
  context.page.on("pageerror", ({ message }) => context.errors.push(message));
  context.page.on("console", (message) => context.errors.push(message.text()));
});

test.after.each(async ({ page }) => page.close());

test.after(async ({ browser, folder }) => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Opens a text as a file from a disk. */
async function open({ page, folder }: { page: Page; folder: string }, text: string, ending = "html"): Promise<void> {
  const file = join(folder, `run.${ending}`);
  writeFileSync(file, text);
  await page.goto(pathToFileURL(file).href);
}

const attacked = (page: Page): Promise<unknown> => page.evaluate("globalThis.attacked");

/** The texts of a picture that reach out of their boxes. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll<SVGGElement>("g.t")).flatMap((group) => {
      const box = group.querySelector<SVGPathElement>(".o")!.getBBox();
      const texts = Array.from(group.querySelectorAll("text"));
      return texts.filter((text) => {
        const { x, y, width, height } = text.getBBox();
        return x < box.x || y < box.y - 1 || x + width > box.x + box.width || y + height > box.y + box.height + 1;
      }).map((text) => text.textContent);
    }),
  );

test("texts stay within their boxes, those of hostile names too", async (context) => {
  for (const run of [await recordVariety(core, entry), await recordRandom(100, core, entry), await recordHostile(core, entry)]) {
    await open(context, toSVG(run), "svg");
    assert.is(await context.page.locator("g.t").count(), run.tasks.length);
    assert.equal(await tooWide(context.page), []);
  }
  assert.is(await attacked(context.page), undefined);
  assert.equal(context.errors, []);
});

test("an SVG follows what the reader prefers", async (context) => {
  await open(context, toSVG(await recordVariety(core, entry)), "svg");
  const fill = (): Promise<string> => context.page.evaluate(() => getComputedStyle(document.querySelector(".p")!).fill);
  await context.page.emulateMedia({ colorScheme: "light" });
  assert.is(await fill(), "rgb(255, 255, 255)");
  await context.page.emulateMedia({ colorScheme: "dark" });
  assert.is(await fill(), "rgb(20, 23, 27)");
});

test("the page shows a task that is clicked in the graph: times, dependencies, outcome, error and stack", async (context) => {
  const { page, errors } = context;
  await open(context, toHTML(await recordVariety(core, entry)));
  await page.locator("#graph .t").filter({ hasText: "fetchUser" }).click();
  const details = page.getByRole("region", { name: "Selected task" });
  assert.is(await details.getByRole("heading").textContent(), "fetchUser");
  const terms = await details.locator("dt").allTextContents();
  const values = await details.locator("dd").allTextContents();
  const said = new Map(terms.map((term, i) => [term, values[i]!]));
  assert.match(said.get("Stack of the error")!, "TypeError: Failed to fetch https://example.com/users/1\n    at ");
  said.delete("Stack of the error");
  assert.equal([...said], [
    ["Reason", "TypeError: Failed to fetch https://example.com/users/1"],
    ["Invoked", "at 0 ms"],
    ["Waited for dependencies", "30 ms"],
    ["Ran", "10 ms, from 30 ms to 40 ms"],
    ["Settled", "at 40 ms"],
    ["Depends on", "load #2"],
    ["Dependents", "renderProfilereport"],
  ]);
  await details.getByRole("button", { name: "renderProfile" }).click();
  assert.is(await details.getByRole("heading").textContent(), "renderProfile");
  assert.is(await page.getByRole("option", { selected: true }).locator(".name").textContent(), "renderProfile");
  assert.is(await page.locator("#graph .selected text").first().textContent(), "renderProfile");
  await details.getByRole("button", { name: "fetchUser" }).first().click();
  assert.is(await details.getByRole("heading").textContent(), "fetchUser");
  assert.equal(errors, []);
});

test("a click in the waterfall selects what it is on, on a narrow screen too", async (context) => {
  const { page } = context;
  await page.setViewportSize({ width: 380, height: 800 });
  await open(context, toHTML(await recordVariety(core, entry)));
  await page.getByRole("option", { name: "fetchUser" }).click();
  assert.is(await page.locator("#details h2").textContent(), "fetchUser");
});

test("on a narrow screen the waterfall cuts off names, but not the numbers that tell them apart, and times stand apart", async (context) => {
  const { page } = context;
  await page.setViewportSize({ width: 320, height: 800 });
  const run = entry.trace();
  const step = core.task(function stepWithAName(_?: unknown) {});
  await step(step());
  run.stop();
  await open(context, toHTML(run));
  const seen = await page.locator(".row .name").evaluateAll((elements) => elements.map((element) => {
    const name = element.firstElementChild!;
    return [element.textContent, name.scrollWidth > name.clientWidth, element.scrollWidth > element.clientWidth];
  }));
  assert.equal(seen, [["stepWithAName #1", true, false], ["stepWithAName #2", true, false]]);
  const ticks = await page.locator(".axis span span").evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect()));
  assert.ok(ticks.at(-1)!.left - ticks[0]!.right > 4);
});

test("the waterfall is chosen from by the keyboard: up, down, to a dependency, to a dependent", async (context) => {
  const { page } = context;
  await open(context, toHTML(await recordVariety(core, entry)));
  const heading = (): Promise<string | null> => page.locator("#details h2").textContent();
  await page.getByRole("listbox").focus();
  assert.is(await heading(), "load #1");
  const seen: (string | null)[] = [];
  for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp", "End", "Home"]) {
    await page.keyboard.press(key);
    seen.push(await heading());
  }
  assert.equal(seen.slice(0, 4), ["load #2", "fetchUser", "renderProfile", "fetchUser"]);
  assert.is(seen.at(-1), "load #1");
  const active = await page.getByRole("listbox").getAttribute("aria-activedescendant");
  assert.is(await page.locator(`#${active!} .name`).textContent(), "load #1");
});

test("the graph is zoomed by buttons and keys, and dragged without selecting", async (context) => {
  const { page } = context;
  await page.setViewportSize({ width: 900, height: 700 });
  await open(context, toHTML(await recordRandom(100, core, entry)));
  const width = async (): Promise<number> => Number(await page.locator("#graph svg").getAttribute("width"));
  const first = await width();
  await page.getByRole("button", { name: "Zoom in" }).click();
  assert.ok((await width()) > first * 1.2);
  await page.getByRole("group", { name: "Graph of the tasks" }).focus();
  await page.keyboard.press("-");
  assert.ok(Math.abs((await width()) - first) < 1);
  await page.getByRole("button", { name: "Fit" }).click();
  const frame = (await page.locator("#graph").boundingBox())!;
  assert.ok((await width()) <= frame.width);
  for (let i = 0; i < 8; i++) await page.getByRole("button", { name: "Zoom in" }).click();
  const scroll = (): Promise<number> => page.evaluate(() => document.getElementById("graph")!.scrollLeft);
  const before = await scroll();
  await page.mouse.move(frame.x + 200, frame.y + 100);
  await page.mouse.down();
  await page.mouse.move(frame.x + 120, frame.y + 100, { steps: 4 });
  await page.mouse.up();
  assert.ok((await scroll()) > before);
  assert.is(await page.locator("#details h2").count(), 0);
});

/** How far the graph reaches out of its frame, to the right and to the bottom, and at which edges the page says so. */
const hidden = (page: Page): Promise<{ across: number; down: number; edges: string }> =>
  page.evaluate(() => {
    const graph = document.getElementById("graph")!;
    const { className } = document.getElementById("frame")!;
    return { across: graph.scrollWidth - graph.clientWidth, down: graph.scrollHeight - graph.clientHeight, edges: className };
  });

test("the graph opens as a whole where its names can be read then, on a narrow screen too", async (context) => {
  const { page } = context;
  // Its width is what limits the one, its height the other.
  for (const [width, run] of [[380, await recordVariety(core, entry)], [1280, await recordRandom(14, core, entry)]] as const) {
    await page.setViewportSize({ width, height: 800 });
    await open(context, toHTML(run));
    assert.equal(await hidden(page), { across: 0, down: 0, edges: "" });
    assert.match((await page.locator("#scale").textContent())!, /^[3-9]\d %$/);
  }
});

test("a graph that is too large for that opens where the critical path begins, and shows at which edges it goes on", async (context) => {
  const { page } = context;
  await page.setViewportSize({ width: 380, height: 800 });
  await open(context, toHTML(await recordRandom(500, core, entry)));
  assert.is(await page.locator("#scale").textContent(), "50 %");
  assert.match((await hidden(page)).edges, "right");
  const isSeen = async (box: Locator): Promise<boolean> => {
    const frame = (await page.locator("#graph").boundingBox())!;
    const { x, y, width, height } = (await box.boundingBox())!;
    return x >= frame.x && y >= frame.y && x + width <= frame.x + frame.width && y + height <= frame.y + frame.height;
  };
  assert.ok(await isSeen(page.locator("#graph .t.critical").first()));
  await page.getByRole("button", { name: "Fit" }).click();
  assert.equal(await hidden(page), { across: 0, down: 0, edges: "" });
  // What is selected elsewhere is brought near, so that its name can be read.
  await page.getByRole("listbox").focus();
  await page.keyboard.press("End");
  assert.is(await page.locator("#scale").textContent(), "80 %");
  assert.ok(await isSeen(page.locator("#graph .selected")));
});

test("all of the page can be used without a mouse", async (context) => {
  const { page } = context;
  await open(context, toHTML(await recordVariety(core, entry)));
  const focused = (): Promise<string> =>
    page.evaluate(() => document.activeElement!.id || document.activeElement!.textContent);
  const seen: string[] = [];
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press("Tab");
    seen.push(await focused());
  }
  assert.equal(seen, ["out", "in", "fit", "graph", "rows", "details"]);
  await page.locator("#in").focus();
  const scale = await page.locator("#scale").textContent();
  await page.keyboard.press("Enter");
  assert.is.not(await page.locator("#scale").textContent(), scale);
  await page.locator("#rows").focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowDown");
  assert.is(await page.locator("#details h2").textContent(), "watch");
  assert.match((await page.locator("#details").textContent())!, "Ran on after the abort5 ms, and still does");
  await page.locator("#details").focus();
  await page.keyboard.press("Tab");
  assert.is(await focused(), "summarize");
  await page.keyboard.press("Enter");
  assert.is(await page.locator("#details h2").textContent(), "summarize");
});

test("the page runs no foreign script, whatever is written into it", async (context) => {
  const { page } = context;
  const run = await recordHostile(core, entry);
  await open(context, toHTML(run));
  assert.equal(context.errors, []);
  assert.is(await page.getByRole("option").count(), run.tasks.length);
  const names = await page.getByRole("option").locator(".name").allTextContents();
  for (const name of hostileNames.filter((name) => /^[\x20-\x7e]{2,60}$/.test(name))) {
    assert.ok(names.some((text) => text.startsWith(`${name} #`)), name);
  }
  assert.is(await attacked(page), undefined);

  const foreign = '<script>globalThis.attacked = 1</script><img src="x" onerror="globalThis.attacked = 2"><svg onload="globalThis.attacked = 3"></svg>';
  await open(context, toHTML(run).replace("<main>", `${foreign}<main>`));
  await page.getByRole("option").first().click();
  assert.is(await page.locator("#details h2").count(), 1);
  assert.is(await attacked(page), undefined);
  assert.ok(context.errors.some((text) => /Content.Security.Policy/i.test(text)), context.errors.join("\n"));
});

test("the page loads nothing, and has no attribute that its policy forbids", async (context) => {
  const requests: string[] = [];
  context.page.on("request", (request) => requests.push(request.url()));
  await open(context, toHTML(await recordVariety(core, entry)));
  assert.is(requests.length, 1);
  const forbidden = await context.page.evaluate(() =>
    Array.from(document.querySelectorAll("*")).flatMap((element) => Array.from(element.attributes, ({ name }) => name)).filter((name) => name === "style" || name.startsWith("on")),
  );
  assert.equal(forbidden, []);
});

test("the page fits a narrow screen, and axe-core finds nothing in it, light or dark", async (context) => {
  const { page } = context;
  await open(context, toHTML(await recordVariety(core, entry)));
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [320, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.getByRole("option").nth(4).click();
      assert.is(await page.evaluate("document.documentElement.scrollWidth"), width);
      await checkAccessibility(page);
    }
  }
});

test("the page of an empty recording says so, and has nothing to select", async (context) => {
  const run = entry.trace();
  run.stop();
  await open(context, toHTML(run));
  assert.is((await context.page.locator("body").innerText()).trim().replaceAll(/\s+/g, " "), "0 tasks in 0 ms No task was recorded.");
  await checkAccessibility(context.page);
  assert.equal(context.errors, []);
});

test("the pictures in the documents are as toSVG() draws them", async ({ page }) => {
  await page.setContent(readFileSync(new URL("../../docs/pipeline.svg", import.meta.url), "utf8"));
  assert.is(await page.locator("svg g.t").count(), 14);
  assert.equal(await tooWide(page), []);
});

test.run();
