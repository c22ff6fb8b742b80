// The element in a real page.
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type * as core from "../../mod.ts";
import type * as entry from "../../trace.ts";
import type * as viewEntry from "../../view.ts";
import { launch } from "../runner/chromium.ts";
import { serve } from "../runner/server.ts";
import { checkAccessibility } from "../support/axe.ts";
import { hostileNames } from "../support/hostile.ts";
import { entryUrl, subject } from "../support/runtime.ts";
import { parse } from "../support/xml.ts";

/** What a page of these tests has in its global scope. */
interface Scope {
  aiodag: typeof core;
  traced: typeof entry;
  view: viewEntry.AiodagView;
  handles: core.Task<unknown>[];
  open: (() => void)[];
  gate: () => Promise<void>;
  attacked?: unknown;
  violations: string[];
}

declare const scope: Scope;

const test = suite<{ server: Awaited<ReturnType<typeof serve>>; browser: Browser; page: Page; errors: string[] }>("<aiodag-view>");

const path = (name: string): string => new URL(entryUrl(name)).pathname.replace(new URL("../../", import.meta.url).pathname, "/");

/** A page with the element in it, and tools to run tasks that end when they are told to. */
async function open(page: Page, origin: string): Promise<void> {
  // What compiles this file marks the names of functions by a helper, which the page has not.
  await page.addInitScript("globalThis.__name = (fn, value) => Object.defineProperty(fn, 'name', { value });");
  await page.addInitScript(() => {
    Object.assign(globalThis, { scope: { violations: [] } });
    addEventListener("securitypolicyviolation", (event) => scope.violations.push(event.violatedDirective));
  });
  if (subject() === "source") await page.goto(`${origin}/#${encodeURIComponent('{"files":[]}')}`);
  else {
    // The built files need no more than to be loaded.
    await page.route("**/page", (route) =>
      route.fulfill({
        contentType: "text/html",
        headers: {
          "content-security-policy":
            "default-src 'none'; script-src 'self'; style-src 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        },
        body: "<!doctype html><meta charset=utf-8>",
      }));
    await page.goto(`${origin}/page`);
  }
  await page.evaluate(async ([mod, trace, view]) => {
    document.documentElement.lang = "en";
    document.title = "A view";
    const main = document.createElement("main");
    const heading = document.createElement("h1");
    heading.textContent = "A view";
    main.append(heading);
    document.body.replaceChildren(main);
    scope.aiodag = (await import(mod)) as typeof core;
    scope.traced = (await import(trace)) as typeof entry;
    const { AiodagView } = (await import(view)) as typeof viewEntry;
    scope.open = [];
    scope.gate = () => new Promise((resolve) => scope.open.push(resolve));
    scope.handles = [];
    scope.view = new AiodagView();
    main.append(scope.view);
  }, [path("mod"), path("trace"), path("view")] as const);
}

/** Four tasks: `load`, which is done, `parse`, which failed, `show`, which failed for that, and `wait`, which runs. */
async function runFew(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { task } = scope.aiodag;
    const load = task(function load() {
      return 1;
    })();
    const parsed = task(async function parse(_: number) {
      throw new SyntaxError("Nothing to read");
    })(load);
    const shown = task(function show(_: unknown) {})(parsed);
    shown.catch(() => {});
    const wait = task(function wait(_: number) {
      return scope.gate();
    })(load);
    scope.handles = [load, parsed, shown, wait];
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
  await page.getByText("4 tasks (1 running, 1 fulfilled and 2 failed)").waitFor();
}

/** Clicks a task in the graph. */
async function click(page: Page, id: number): Promise<void> {
  const frame = (await page.getByRole("application").boundingBox())!;
  const place = (await page.evaluate((id) => scope.view.placeOf(id), id))!;
  await page.mouse.click(frame.x + 1 + place.x + place.width / 2, frame.y + 1 + place.y + place.height / 2);
}

const heading = (page: Page): Promise<string | null> => page.getByRole("region", { name: "Selected task" }).getByRole("heading").textContent();

test.before(async (context) => {
  context.server = await serve();
  context.browser = await launch();
});

test.before.each(async (context) => {
  context.errors = [];
  context.page = await context.browser.newPage({ viewport: { width: 1280, height: 900 } });
  context.page.setDefaultTimeout(120_000);
  context.page.on("pageerror", ({ message }) => context.errors.push(message));
  await open(context.page, context.server.origin);
});

test.after.each(async ({ page, errors }) => {
  const violations = await page.evaluate(() => scope.violations);
  await page.close();
  assert.equal(violations, []);
  assert.equal(errors, []);
});

test.after(async ({ browser, server }) => {
  await browser.close();
  server.close();
});

test("shows the run as it goes, and its summary", async ({ page }) => {
  await page.getByText("No task has been invoked yet").first().waitFor();
  await runFew(page);
  const rows = await page.getByRole("option").evaluateAll((elements) => elements.map((element) => [element.querySelector(".name")!.textContent, element.querySelector(".hidden")!.textContent]));
  assert.equal(rows, [["load", "fulfilled"], ["parse", "failed"], ["show", "failed"], ["wait", "running"]]);
  await page.evaluate(() => scope.open.forEach((resolve) => resolve()));
  await page.getByText(/^4 tasks \(2 fulfilled and 2 failed\) in .* above the critical path of .* at most\.$/).waitFor();
});

test("a task keeps its place as the graph grows", async ({ page }) => {
  await page.evaluate(() => {
    const { task } = scope.aiodag;
    const step = task(function step(..._: unknown[]) {
      return scope.gate();
    });
    const [a, b] = [step(), step()];
    const c = step(a, b);
    scope.handles = [a, b, c, step(c, a)];
  });
  await page.getByText("4 tasks").first().waitFor();
  const places = (): Promise<unknown[]> => page.evaluate(() => [1, 2, 3, 4].map((id) => scope.view.placeOf(id)));
  const before = await places();
  assert.is(new Set(before.map((place) => JSON.stringify(place))).size, 4);
  await page.evaluate(() => {
    const step = scope.aiodag.task(function step(..._: unknown[]) {});
    for (const handle of scope.handles) step(handle);
    step(...scope.handles);
    step();
  });
  await page.getByText("10 tasks").first().waitFor();
  assert.equal(await places(), before);
});

test("a task that is clicked in the graph tells its times, dependencies, outcome, error and stack", async ({ page }) => {
  await runFew(page);
  await click(page, 2);
  assert.is(await heading(page), "parse");
  const details = page.getByRole("region", { name: "Selected task" });
  const said = await details.evaluate((element) =>
    Array.from(element.querySelectorAll("dt"), (term) => [term.textContent, term.nextElementSibling!.textContent] as const));
  assert.equal(said.map(([term]) => term), ["Reason", "Invoked", "Waited for dependencies", "Ran", "Settled", "Stack of the error", "Depends on", "Dependents"]);
  const values = new Map(said);
  assert.is(values.get("Reason"), "SyntaxError: Nothing to read");
  assert.match(values.get("Stack of the error")!, "SyntaxError: Nothing to read\n    at ");
  assert.equal([values.get("Depends on"), values.get("Dependents")], ["load", "show"]);
  await details.getByRole("button", { name: "show" }).click();
  assert.is(await heading(page), "show");
  assert.match((await details.textContent())!, "Began inparse");
  assert.is(await page.getByRole("status").textContent(), "show, failed");
  assert.is(await page.getByRole("option", { selected: true }).locator(".name").textContent(), "show");
});

test("a click in the waterfall selects what it is on, and nothing before that", async ({ page }) => {
  await runFew(page);
  await page.evaluate(() => {
    const said = scope.view.shadowRoot!.querySelector("[role=status]")!;
    Object.assign(globalThis, { said: [] });
    new MutationObserver(() => (globalThis as unknown as { said: string[] }).said.push(said.textContent)).observe(said, { childList: true });
  });
  await page.getByRole("option", { name: "parse" }).click();
  assert.is(await heading(page), "parse");
  assert.equal(await page.evaluate("said"), ["parse, failed"]);
});

test("tasks are selected by the keyboard, in the graph and in the waterfall", async ({ page }) => {
  await runFew(page);
  await page.getByRole("application").focus();
  const walk = async (keys: string[]): Promise<(string | null)[]> => {
    const seen: (string | null)[] = [];
    for (const key of keys) {
      await page.keyboard.press(key);
      seen.push(await heading(page));
    }
    return seen;
  };
  assert.equal(await walk(["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"]), ["load", "parse", "show", "parse", "wait", "parse"]);
  await page.getByRole("listbox").focus();
  assert.equal(await walk(["Home", "ArrowDown", "ArrowRight", "ArrowLeft", "End"]), ["load", "parse", "show", "parse", "wait"]);
  const active = await page.getByRole("listbox").getAttribute("aria-activedescendant");
  assert.is(await page.locator(`#${active!} .name`).textContent(), "wait");
});

test("on a narrow screen the waterfall cuts off names, but not the numbers that tell them apart, and times stand apart", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await page.evaluate(() => {
    const step = scope.aiodag.task(function stepWithAName(_?: unknown) {});
    step(step());
  });
  await page.getByRole("option").nth(1).waitFor();
  const seen = await page.getByRole("option").locator(".name").evaluateAll((elements) => elements.map((element) => {
    const name = element.firstElementChild!;
    return [element.textContent, name.scrollWidth > name.clientWidth, element.scrollWidth > element.clientWidth];
  }));
  assert.equal(seen, [["stepWithAName #1", true, false], ["stepWithAName #2", true, false]]);
  const ticks = await page.locator(".ticks span").evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect()));
  assert.ok(ticks.at(-1)!.left - ticks[0]!.right > 4);
});

test("paused, the picture stands still while the recording goes on", async ({ page }) => {
  await runFew(page);
  const pause = page.getByRole("button", { name: "Pause" });
  await pause.click();
  assert.is(await pause.getAttribute("aria-pressed"), "true");
  await page.clock.install();
  await page.evaluate(async () => {
    await scope.aiodag.task(function later() {})();
  });
  // All that the page does by timers and in frames.
  await page.clock.runFor(5000);
  assert.is(await page.getByRole("option").count(), 4);
  assert.is(await page.evaluate(() => scope.view.recording!.tasks.length), 5);
  await pause.click();
  await page.getByRole("option").nth(4).waitFor();
});

test("the graph is zoomed, fitted and dragged", async ({ page }) => {
  await runFew(page);
  const place = async (): Promise<{ x: number; y: number; width: number }> => (await page.evaluate(() => scope.view.placeOf(1)))!;
  const first = await place();
  await page.getByRole("button", { name: "Zoom in" }).click();
  const near = await place();
  assert.ok(near.width > first.width * 1.2);
  await page.getByRole("application").focus();
  await page.keyboard.press("-");
  assert.ok(Math.abs((await place()).width - first.width) < 0.01);
  const frame = (await page.getByRole("application").boundingBox())!;
  await page.mouse.move(frame.x + 300, frame.y + 250);
  await page.mouse.down();
  await page.mouse.move(frame.x + 340, frame.y + 230, { steps: 3 });
  await page.mouse.up();
  const moved = await place();
  assert.ok(Math.abs(moved.x - first.x - 40) < 1 && Math.abs(moved.y - first.y + 20) < 1, JSON.stringify([first, moved]));
  await page.getByRole("button", { name: "Fit" }).click();
  for (const id of [1, 2, 3, 4]) {
    const { x, y, width, height } = (await page.evaluate((id) => scope.view.placeOf(id), id))!;
    assert.ok(x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height);
  }
});

/** Runs `waits`, whose body goes on when it is aborted, and aborts it. */
async function abortOne(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const waits = scope.aiodag.task(function waits() {
      return scope.gate();
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    waits.abort(new Error("enough"));
  });
  await page.getByText("1 task (1 aborted)").waitFor();
}

test("tells that a body runs on after its task was aborted, until it ends", async ({ page }) => {
  await abortOne(page);
  await page.getByRole("option", { name: "waits" }).click();
  const details = page.getByRole("region", { name: "Selected task" });
  await details.getByText(/^[\d.]+ m?s, and still does$/).waitFor();
  assert.equal(await page.locator(".bars i").evaluateAll((bars) => bars.map((bar) => bar.getAttribute("class")).slice(-2)), ["body", "late"]);
  await page.evaluate(() => scope.open.forEach((resolve) => resolve()));
  await details.getByText("and still does").waitFor({ state: "detached" });
  assert.match((await details.textContent())!, /Ran on after the abort[\d.]+ m?s/);
});

test("the whole graph is seen as it grows, on a narrow screen too; where that is too small, edges tell that it goes on", async ({ page }) => {
  await page.setViewportSize({ width: 380, height: 800 });
  const run = (first: number, last: number): Promise<void> =>
    page.evaluate(([first, last]) => {
      const step = scope.aiodag.task(function step(..._: unknown[]) {});
      for (let i = first; i <= last; i++) scope.handles.push(step(...(i === 1 ? [] : [scope.handles.at(-1)])));
    }, [first, last] as const);
  const graph = page.getByRole("application");
  const hidden = (): Promise<string[]> => graph.evaluate(({ classList }) => ["left", "right", "top", "bottom"].filter((name) => classList.contains(name)));
  const end = async (id: number): Promise<number> => {
    const { x, width } = (await page.evaluate((id) => scope.view.placeOf(id), id))!;
    return x + width;
  };
  const { width } = (await graph.boundingBox())!;
  await run(1, 6);
  await page.getByText(/^6 tasks \(6 fulfilled\) in /).waitFor();
  assert.ok((await end(6)) <= width);
  assert.equal(await hidden(), []);
  await run(7, 40);
  await page.getByText(/^40 tasks \(40 fulfilled\) in /).waitFor();
  await page.waitForFunction(() => scope.view.shadowRoot!.querySelector(".graph.right") !== null);
  assert.ok((await end(40)) > width);
  assert.equal(await hidden(), ["right"]);
  await page.getByRole("button", { name: "Fit" }).click();
  await page.waitForFunction(() => scope.view.shadowRoot!.querySelector(".graph.right") === null);
  const small = (await page.evaluate(() => scope.view.placeOf(1)))!;
  assert.ok((await end(40)) <= width);
  // Where there is more room, it is larger.
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.waitForFunction((before) => scope.view.placeOf(1)!.width > before * 2, small.width);
});

test("a task that is selected where names cannot be read is brought near", async ({ page }) => {
  await page.evaluate(() => {
    const step = scope.aiodag.task(function step(..._: unknown[]) {});
    for (let i = 1; i <= 60; i++) scope.handles.push(step(...(i === 1 ? [] : [scope.handles.at(-1)])));
  });
  await page.getByText(/^60 tasks \(60 fulfilled\) in /).waitFor();
  const place = (id: number): Promise<{ x: number; y: number; width: number }> =>
    page.evaluate((id) => scope.view.placeOf(id)!, id);
  const far = await place(30);
  // What is clicked on in the graph is where it can be seen.
  await click(page, 30);
  assert.is(await heading(page), "step #30");
  assert.equal(await place(30), far);
  await page.getByRole("listbox").focus();
  await page.keyboard.press("End");
  const near = await place(60);
  assert.ok(near.width > far.width * 4);
  const frame = (await page.getByRole("application").boundingBox())!;
  assert.ok(near.x > 0 && near.y > 0 && near.x + near.width < frame.width);
});

test("all of it can be used without a mouse", async ({ page }) => {
  await runFew(page);
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const element = scope.view.shadowRoot!.activeElement!;
      return element.getAttribute("aria-label")?.replace(/ of .*/, "") ?? element.textContent;
    });
  const seen: string[] = [];
  for (let i = 0; i < 9; i++) {
    await page.keyboard.press("Tab");
    seen.push(await focused());
  }
  assert.equal(seen, ["Pause", "Clear", "Zoom out", "Zoom in", "Fit", "Download SVG", "Download HTML", "Graph", "Waterfall"]);
  assert.is(await heading(page), "load");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  assert.is(await focused(), "Selected task");
  await page.keyboard.press("Tab");
  assert.is(await focused(), "load");
  await page.keyboard.press("Enter");
  assert.is(await heading(page), "load");
  await page.getByRole("button", { name: "Pause" }).focus();
  await page.keyboard.press("Space");
  assert.ok(await page.evaluate(() => scope.view.paused));
});

test("refuses what is no recording, and goes on with the one it has", async ({ page }) => {
  const seen = await page.evaluate(() => {
    const { view } = scope;
    const before = view.recording;
    const messages = [5, null, {}].map((value) => {
      try {
        view.recording = value as never;
      } catch (error) {
        return String(error);
      }
      return undefined;
    });
    return { messages, isSame: view.recording === before };
  });
  assert.equal(seen, {
    messages: ["5", "null", "an object"].map((value) => `TypeError: Cannot show ${value}: expected a recording`),
    isSame: true,
  });
});

test("the run can be downloaded as SVG and as HTML", async ({ page }) => {
  await runFew(page);
  const texts: string[] = [];
  for (const kind of ["SVG", "HTML"]) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: `Download ${kind}` }).click();
    const file = await download;
    assert.is(file.suggestedFilename(), `run.${kind.toLowerCase()}`);
    texts.push(readFileSync(await file.path(), "utf8"));
  }
  assert.is(parse(texts[0]!).find("g", "t").length, 4);
  assert.match(texts[1]!, /^<!doctype html>/);
});

test("an element that is taken out ends its recording, and begins another when it is put back; moved, it goes on", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const { task } = scope.aiodag;
    const { view } = scope;
    const [run, parent] = [view.recording!, view.parentElement!];
    await task(function one() {})();
    const other = document.createElement("div");
    parent.append(other);
    other.append(view);
    await task(function two() {})();
    const moved = run.tasks.length;
    view.remove();
    await Promise.resolve();
    await task(function three() {})();
    parent.append(view);
    await task(function four() {})();
    return { moved, removed: run.tasks.length, isAnother: view.recording !== run, again: view.recording!.tasks.map(({ name }) => name) };
  });
  assert.equal(seen, { moved: 2, removed: 2, isAnother: true, again: ["four"] });
});

test("a recording that it is given is shown, and not stopped", async ({ page }) => {
  const count = await page.evaluate(async () => {
    const { task } = scope.aiodag;
    const run = scope.traced.trace();
    await task(function before() {})();
    scope.view.recording = run;
    scope.view.remove();
    await Promise.resolve();
    await task(function between() {})();
    document.querySelector("main")!.append(scope.view);
    await task(function after() {})();
    return run.tasks.length;
  });
  assert.is(count, 3);
  await page.getByRole("option").nth(2).waitFor();
  assert.equal(await page.getByRole("option").locator(".name").allTextContents(), ["before", "between", "after"]);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("No task has been invoked yet").first().waitFor();
  assert.is(await page.getByRole("option").count(), 0);
});

test("hostile names and reasons are shown as they are, and do nothing", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 2000 });
  await page.evaluate((names) => {
    scope.view.style.setProperty("--aiodag-list-height", "60rem");
    for (const name of names) {
      const failed = scope.aiodag.task({ name })(() => {
        throw new Error(name);
      })();
      failed.catch(() => {});
    }
  }, hostileNames as string[]);
  await page.getByRole("option").nth(hostileNames.length - 1).waitFor();
  const names = await page.getByRole("option").locator(".name").allTextContents();
  for (const name of hostileNames.filter((name) => /^[\x20-\x7e]{2,60}$/.test(name))) assert.ok(names.includes(name), name);
  await page.getByRole("listbox").focus();
  for (let i = 1; i < hostileNames.length; i++) await page.keyboard.press("ArrowDown");
  assert.is(await page.evaluate("scope.attacked ?? globalThis.attacked"), undefined);
});

test("2,000 tasks are shown one by one; above 5,000 there are only numbers", async ({ page }) => {
  await page.evaluate(() => {
    const step = scope.aiodag.task(function step(..._: unknown[]) {});
    for (let i = 0; i < 2000; i++) scope.handles.push(step(...(i < 50 ? [] : [scope.handles[i - 50]])));
  });
  await page.getByText(/^2,000 tasks \(2,000 fulfilled\) in /).waitFor();
  await page.getByRole("listbox").focus();
  await page.keyboard.press("End");
  assert.is(await heading(page), "step #2000");
  assert.ok((await page.getByRole("option").count()) < 40);
  await page.evaluate(() => {
    const step = scope.aiodag.task(function step() {});
    for (let i = 0; i < 18_000; i++) step();
  });
  await page.getByText("20,000 tasks (20,000 fulfilled) in ").waitFor();
  await page.getByText("20,000 tasks are too many to show one by one").waitFor();
  assert.is(await page.getByRole("option").count(), 0);
  assert.equal(await page.getByRole("button").allTextContents(), ["Pause", "Clear", "HTML"]);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("button", { name: "Fit" }).waitFor();
});

test("tasks that are pending when the recording drops them are counted to their end", async ({ page }) => {
  await page.evaluate(async () => {
    let open = (_: unknown): void => {};
    const gate = new Promise((resolve) => (open = resolve));
    const step = scope.aiodag.task(function step(_: unknown) {});
    const waiting = scope.aiodag.task(function source() {
      return gate;
    })();
    const steps = Array.from({ length: 22_000 }, () => step(waiting));
    open(undefined);
    await Promise.all(steps);
  });
  await page.getByText("22,001 tasks (22,001 fulfilled) in ").waitFor();
});

test("axe-core finds nothing, empty, with tasks and with a selected one, light or dark, and it fits a narrow screen", async ({ page }) => {
  await checkAccessibility(page);
  await runFew(page);
  await click(page, 2);
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [320, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      assert.is(await page.evaluate("document.documentElement.scrollWidth"), width);
      await checkAccessibility(page);
    }
  }
});

test("it is light or dark as the reader prefers, unless the attribute says which", async ({ page }) => {
  await runFew(page);
  /** The colour of the graph's corner, once it is that. */
  const becomes = (color: string): Promise<unknown> =>
    page.waitForFunction((wanted) => {
      const canvas = Array.from(scope.view.shadowRoot!.querySelectorAll("canvas")).find(({ style }) => style.visibility !== "hidden")!;
      const found = Array.from(canvas.getContext("2d")!.getImageData(canvas.width - 2, 2, 1, 1).data).slice(0, 3).join();
      return found === wanted && getComputedStyle(scope.view).backgroundColor === `rgb(${wanted.replaceAll(",", ", ")})`;
    }, color);
  await page.emulateMedia({ colorScheme: "dark" });
  await becomes("20,23,27");
  await page.evaluate(() => scope.view.setAttribute("theme", "light"));
  await becomes("255,255,255");
  await page.emulateMedia({ colorScheme: "light" });
  await page.evaluate(() => scope.view.setAttribute("theme", "dark"));
  await becomes("20,23,27");
});

test("a second copy of the library defines nothing again", async ({ page }) => {
  const isSame = await page.evaluate(async (path) => {
    const before = customElements.get("aiodag-view");
    await import(path);
    return customElements.get("aiodag-view") === before;
  }, subject() === "dist" ? "/dist/view.min.js" : "/dist/view.js");
  assert.ok(isSame);
});

test("where there is no DOM it is imported, and nothing is defined", async () => {
  const { AiodagView } = (await import(entryUrl("view"))) as typeof viewEntry;
  assert.type(AiodagView, "function");
  assert.is((globalThis as { customElements?: unknown }).customElements, undefined);
});

test.run();
