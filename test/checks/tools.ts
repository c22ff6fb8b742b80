// What the trace writes, read by the programs that it is written for.
import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import type * as core from "../../mod.ts";
import type * as entry from "../../trace.ts";
import { recordHostile } from "../fixtures/hostile.ts";
import { launch } from "../runner/chromium.ts";
import { root } from "../runner/runtimes.ts";
import type { Outcome } from "../runner/results.ts";
import { command, test, type Check } from "./check.ts";

const load = async (): Promise<[typeof core, typeof entry]> => [
  (await import(`${root}dist/mod.js`)) as typeof core,
  (await import(`${root}dist/trace.js`)) as typeof entry,
];

/** Text that any tool should show as it is. */
const isHarmless = (text: string): boolean => /^[\x21-\x7e][\x20-\x7e]{1,77}[\x21-\x7e]$/.test(text) && !/ {2}/.test(text);

/** What boxes have to show: the names that need no replacement, with the id that tells them apart. */
const expectedLabels = (run: entry.Recording): string[] =>
  run.tasks
    .filter(({ name, status }) => isHarmless(name) && name.length < 70 && status === "fulfilled")
    .map(({ id, name }) => `${name} #${id}`);

/** A recording that has dropped two of its four tasks. */
async function recordLimited({ task }: typeof core, { trace }: typeof entry): Promise<entry.Recording> {
  const run = trace({ limit: 2 });
  const next = task((n: number) => n + 1);
  await next(next(next(next(0))));
  run.stop();
  return run;
}

function findDot(): string {
  const isThere = (): boolean => spawnSync("dot", ["-V"]).status === 0;
  if (!isThere() && process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    console.log("Installing Debian's package graphviz, since dot was not found…");
    const aptGet = (...args: string[]): Buffer =>
      execFileSync("apt-get", args, {
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        stdio: ["ignore", "ignore", "inherit"],
      });
    aptGet("update");
    aptGet("install", "-y", "--no-install-recommends", "graphviz");
  }
  if (!isThere()) throw new Error("Cannot read DOT: dot was not found; install Graphviz by your system's packages");
  return "dot";
}

const drawByDot = (text: string): string =>
  execFileSync(findDot(), ["-Tsvg"], { input: text, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });

async function readByDot(page: Page): Promise<void> {
  const [library, trace] = await load();
  assert.match(drawByDot(trace.toDOT(await recordLimited(library, trace))), />2 older tasks were dropped</);
  const run = await recordHostile(library, trace);
  const svg = drawByDot(trace.toDOT(run));
  const { errors, labels, arrows } = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    return {
      errors: parsed.querySelectorAll("parsererror, script, foreignObject").length,
      labels: Array.from(parsed.querySelectorAll("g.node"), (node) => node.querySelector("text")?.textContent.replaceAll("\u00a0", " ")),
      arrows: parsed.querySelectorAll("g.edge").length,
    };
  }, svg);
  assert.equal(errors, 0);
  assert.equal(labels.length, run.tasks.length);
  assert.ok(arrows > run.tasks.length / 2);
  for (const label of expectedLabels(run)) assert.ok(labels.includes(label), `No box is labelled ${label}`);
}

async function readByMermaid(page: Page): Promise<void> {
  const [library, trace] = await load();
  const run = await recordHostile(library, trace);
  const { outputFiles } = await build({
    stdin: { contents: `import mermaid from "mermaid"; globalThis.mermaid = mermaid;`, resolveDir: root },
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "silent",
  });
  await page.addScriptTag({ content: outputFiles[0]!.text });
  const limited = trace.toMermaid(await recordLimited(library, trace));
  const [title, labels] = await page.evaluate(async ([text, limited]) => {
    const { mermaid } = globalThis as unknown as {
      mermaid: { initialize(o: object): void; parse(t: string): Promise<unknown>; render(id: string, t: string): Promise<{ svg: string }> };
    };
    mermaid.initialize({ startOnLoad: false });
    await mermaid.parse(text);
    document.body.innerHTML = (await mermaid.render("titled", limited)).svg;
    const title = document.querySelector(".flowchartTitleText")?.textContent;
    document.body.innerHTML = (await mermaid.render("drawn", text)).svg;
    const nodes = document.querySelectorAll<HTMLElement>(".node .nodeLabel");
    return [title, Array.from(nodes, (node) => node.innerText.replaceAll("\u2060", ""))] as const;
  }, [trace.toMermaid(run), limited] as const);
  assert.equal(title, "2 older tasks were dropped");
  assert.equal(labels.length, run.tasks.length);
  const names = labels.map((label) => label.split("\n")[0]);
  for (const label of expectedLabels(run)) {
    // Long labels are broken where the box ends.
    const shown = labels.some((text) => text.replaceAll(/\s+/g, " ").startsWith(label));
    assert.ok(names.includes(label) || shown, `No box is labelled ${label}: ${names.join(" | ")}`);
  }
  assert.equal(await page.evaluate(() => (globalThis as { attacked?: number }).attacked), undefined);
}

async function readBySchema(): Promise<void> {
  const [library, trace] = await load();
  const schema = JSON.parse(readFileSync(`${root}test/fixtures/trace_events.schema.json`, "utf8")) as object;
  const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(schema);
  for (const run of [await recordHostile(library, trace), await recordLimited(library, trace), trace.trace()]) {
    run.stop();
    validate(JSON.parse(trace.toTraceEvents(run)));
    assert.deepEqual(validate.errors, null);
  }
  assert.equal(validate({ traceEvents: [{ name: "x", cat: "task", ph: "X", ts: 1, pid: 1, tid: 1 }] }), false);
}

async function standInScript(page: Page): Promise<void> {
  const [library, trace] = await load();
  const run = await recordHostile(library, trace);
  for (const json of [trace.toJSON(run), trace.toTraceEvents(run)]) {
    await page.setContent(`<!doctype html><body><script id="run" type="application/json">${json}</script><p>after</p>`);
    const { text, elements } = await page.evaluate(() => ({
      text: document.getElementById("run")!.textContent,
      elements: document.body.querySelectorAll("*").length,
    }));
    assert.equal(elements, 2);
    assert.deepEqual(JSON.parse(text), JSON.parse(json));
  }
  assert.equal(await page.evaluate(() => (globalThis as { attacked?: number }).attacked), undefined);
}

interface TimingEvent {
  cat: string;
  name: string;
  ph: string;
  args: { data?: { detail?: string }; detail?: string };
}

/** Serves dist to a page of its own origin. */
async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  // What compiles this file marks the names of functions by a helper, which the page has not.
  await page.addInitScript("globalThis.__name = (fn, value) => Object.defineProperty(fn, 'name', { value })");
  await page.route("**/*", (route) => {
    const { pathname } = new URL(route.request().url());
    if (!pathname.startsWith("/dist/")) return route.fulfill({ body: "<!doctype html>", contentType: "text/html" });
    return route.fulfill({ body: readFileSync(root + pathname.slice(1)), contentType: "text/javascript" });
  });
  await page.goto("http://page.test/");
  return page;
}

async function showInPanel(browser: Browser): Promise<void> {
  const page = await openPage(browser);
  await browser.startTracing(page, { categories: ["blink.user_timing", "devtools.timeline"] });
  const entries = await page.evaluate(async () => {
    const folder = "/dist/";
    const { task } = (await import(`${folder}mod.js`)) as typeof core;
    const { trace } = (await import(`${folder}trace.js`)) as typeof entry;
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    performance.measure("the page's own");
    const run = trace({ devtools: true });
    const ends: (() => void)[] = [];
    const wait = task(function wait(_: string) {
      return new Promise<void>((resolve) => ends.push(resolve));
    });
    const join = task(function join(..._: unknown[]) {
      return sleep(5);
    });
    const fail = task(async function fail(_: unknown) {
      await sleep(5);
      throw new Error("no such thing");
    });
    const handles = [join(wait("second"), wait("third")), fail(wait("first"))];
    for (const at of [2, 0, 1]) {
      await sleep(5);
      ends[at]!();
    }
    await Promise.allSettled(handles);
    await run.idle();
    run.stop();
    return performance.getEntriesByType("measure").map(({ name }) => name);
  });
  assert.deepEqual(entries, ["the page's own"]);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TimingEvent[] };
  await page.close();
  const found = traceEvents
    .filter(({ cat, name, ph }) => cat === "blink.user_timing" && name.startsWith("aiodag: ") && ph !== "e")
    .map(({ name, args }) => {
      const detail = args.detail ?? args.data?.detail;
      assert.ok(detail, `${name} has no detail`);
      const { devtools } = JSON.parse(detail) as { devtools: Record<string, unknown> };
      return { name, ...devtools, properties: new Map(devtools["properties"] as [string, string][]) };
    }) as { name: string; dataType: string; trackGroup: string; track: string; color: string; properties: Map<string, string> }[];
  assert.deepEqual(found.map(({ name }) => name).sort(), ["aiodag: fail", "aiodag: join", "aiodag: wait", "aiodag: wait", "aiodag: wait"]);
  for (const { dataType, trackGroup, color, name } of found) {
    assert.equal(dataType, "track-entry");
    assert.equal(trackGroup, "aiodag");
    assert.equal(color, name === "aiodag: fail" ? "error" : "primary");
  }
  const waits = found.filter(({ name }) => name === "aiodag: wait").map(({ track }) => track);
  assert.deepEqual(waits.sort(), ["Lane 1", "Lane 2", "Lane 3"]);
  const failed = found.find(({ name }) => name === "aiodag: fail")!;
  assert.equal(failed.track, waits.at(-1));
  assert.equal(failed.properties.get("Reason"), "Error: no such thing");
  assert.equal(failed.properties.get("Depends on"), "wait #4");
}

interface Stack {
  description?: string;
  callFrames: { functionName: string }[];
  parent?: Stack;
  parentId?: { id: string };
}

async function leadToCall(browser: Browser): Promise<void> {
  const page = await openPage(browser);
  const session = await page.context().newCDPSession(page);
  const stack = new Promise<Stack>((resolve) => {
    session.on("Runtime.consoleAPICalled", ({ args, stackTrace }) => {
      if (args[0]?.value === "in the body") resolve(stackTrace as Stack);
    });
  });
  await session.send("Runtime.enable");
  await session.send("Debugger.enable");
  await session.send("Debugger.setAsyncCallStackDepth", { maxDepth: 16 });
  await page.evaluate(async () => {
    const folder = "/dist/";
    const { task } = (await import(`${folder}mod.js`)) as typeof core;
    const { trace } = (await import(`${folder}trace.js`)) as typeof entry;
    const run = trace({ devtools: true });
    const load = task(async function load() {
      console.log("in the body");
    });
    function invokeHere(): Promise<void> {
      return load();
    }
    await invokeHere();
    run.stop();
  });
  let at: Stack | undefined = await stack;
  while (at && at.description !== "aiodag: load") {
    at = at.parentId
      ? ((await session.send("Debugger.getStackTrace", { stackTraceId: at.parentId })).stackTrace as Stack)
      : at.parent;
  }
  await page.close();
  assert.ok(at, "No async parent of the body's stack carries the task's name");
  assert.ok(at.callFrames.some(({ functionName }) => functionName === "invokeHere"));
}

async function shakeOff(): Promise<void> {
  const bundle = async (names: string): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents: `import { ${names} } from "./dist/trace.js"; globalThis.used = [${names}];`, resolveDir: root },
      bundle: true,
      minify: true,
      format: "esm",
      legalComments: "none",
      write: false,
    });
    return outputFiles[0]!.text;
  };
  const alone = await bundle("trace");
  for (const mark of ["flowchart", "digraph", "traceEvents", "Critical path", "RGI_Emoji", "displayTimeUnit"]) {
    assert.ok(!alone.includes(mark), `trace alone brings ${mark} along`);
  }
  assert.match(await bundle("toDOT"), /digraph/);
  assert.doesNotMatch(await bundle("trace, toDOT"), /flowchart|RGI_Emoji/);
}

function carryLicences(): void {
  for (const file of ["trace.js", "trace.min.js"]) {
    const text = readFileSync(`${root}dist/${file}`, "utf8");
    for (const name of ["string-width", "get-east-asian-width"]) {
      assert.match(text, new RegExp(`^${name} [\\d.]+ \\(MIT\\)\\n\\nMIT License`, "m"), file);
    }
  }
}

/** Exports through the tools that read them, and what only a browser's own tools can show. */
export const tools: Check = {
  id: "tools",
  async run() {
    const browser = await launch();
    const onPage = async (body: (page: Page) => Promise<void>): Promise<void> => {
      const page = await browser.newPage();
      await body(page).finally(() => page.close());
    };
    const outcomes: Outcome[] = [];
    try {
      outcomes.push(
        await test("toDOT(): Graphviz draws hostile names as they are", () => onPage(readByDot)),
        await test("toMermaid(): Mermaid draws hostile names as they are", () => onPage(readByMermaid)),
        await test("toTraceEvents(): fits the schema of the format", readBySchema),
        await test("toJSON() and toTraceEvents(): stand in a script element", () => onPage(standInScript)),
        await test("devtools: tasks are in the tracks of a trace from Chromium", () => showInPanel(browser)),
        await test("devtools: the stack of a body leads to the line that invoked the task", () => leadToCall(browser)),
        await test("what is not used is shaken off", shakeOff),
        await test("the pictures in the documents are current", () =>
          command(process.execPath, ["--import", "tsx", "scripts/pictures.ts", "--check"])),
        await test("dist/trace.js carries the licences of what it contains", carryLicences),
      );
    } finally {
      await browser.close();
    }
    return { outcomes };
  },
};
