// The specs that all runtimes share, on what was published, in the engines that `npm test` leaves out.
import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { firefox, type Browser } from "playwright-core";
import { limits } from "../runner/child.ts";
import { launch } from "../runner/chromium.ts";
import { decode, type Plan } from "../runner/protocol.ts";
import { failure, judge, type Outcome, type Progress } from "../runner/results.ts";
import { root } from "../runner/runtimes.ts";
import { serve } from "../runner/server.ts";
import type { Subject } from "../support/runtime.ts";
import type { Job, Stage } from "./stage.ts";
import { bundleSpec, libraryFiles } from "./support/bundle.ts";
import { entries, fileName, type Registry } from "./support/registry.ts";
import { locateSystem } from "./support/system.ts";
import { openWebKit, type WebKit } from "./support/webkit.ts";
import { openWorkerd, workerdVersion } from "./support/workerd.ts";

const subjects = ["dist", "min"] satisfies Subject[];

/** Specs that a place cannot run, and why. */
export interface Exception {
  file: string;
  why: string;
}

const specs = (folder: string): string[] =>
  readdirSync(root + folder).filter((name) => name.endsWith(".spec.ts")).map((name) => `${folder}/${name}`);

/** The library under test, as it was published. */
const library = (registry: Registry): string[] => libraryFiles(entries.map((entry) => fileName(entry.default))).filter((name) => registry.files.includes(`dist/${name}`));

/** Follows what a run of one file says, until it says that it has ended. */
export class Follower {
  readonly #progress: Progress;
  readonly #timer: NodeJS.Timeout;
  #noted: string | undefined;
  #end!: (interruption?: string) => void;
  readonly outcome: Promise<Outcome>;

  constructor(file: string, limit = limits.file) {
    this.#progress = { file };
    this.#timer = setTimeout(() => this.interrupt(`no end after ${limit} seconds`), limit * 1000);
    const ended = new Promise<string | undefined>((resolve) => {
      this.#end = resolve;
    });
    this.outcome = ended.then((interruption) => {
      clearTimeout(this.#timer);
      return judge(this.#progress, readFileSync(root + file, "utf8"), interruption);
    });
  }

  hear(line: string): void {
    const event = decode(line);
    if (event?.event === "test") this.#progress.test = event.test;
    else if (event?.event === "done") this.#progress.done = event;
    else if (event?.event === "end") this.#end();
    else if (line.startsWith("uncaught: ")) {
      if (this.#progress.test) this.note(line);
      else this.interrupt(line);
    }
  }

  /** What may be why nothing more comes. */
  note(problem: string): void {
    this.#noted = problem;
  }

  interrupt(why: string): void {
    this.#end(this.#noted ? `${why}; the last that went wrong was: ${this.#noted}` : why);
  }
}

/** Firefox, as it is installed on the system; TestUtils collects garbage. */
function launchFirefox(): Promise<Browser> {
  return firefox.launch({
    channel: "moz-firefox",
    executablePath: locateSystem("firefox"),
    firefoxUserPrefs: { "dom.testing.testutils.enabled": true },
  });
}

/**
 * Playwright tells of rejections and errors in Firefox that the page has handled itself; the harness tells of the
 * others. What goes wrong before that is told when nothing comes.
 */
async function runInFirefox(plan: Plan): Promise<Outcome[]> {
  const server = await serve();
  const browser = await launchFirefox();
  try {
    const outcomes: Outcome[] = [];
    for (const file of plan.files) {
      const page = await browser.newPage();
      const follower = new Follower(file);
      page.on("console", (message) => follower.hear(message.text()));
      page.on("pageerror", (error) => follower.note(String(error)));
      page.on("crash", () => follower.interrupt("the page crashed"));
      await page.goto(`${server.origin}/#${encodeURIComponent(JSON.stringify({ ...plan, files: [file] }))}`);
      outcomes.push(await follower.outcome);
      await page.close();
    }
    return outcomes;
  } finally {
    await browser.close();
    server.close();
  }
}

/** One file in a page of WebKit, which can only be asked what it has said. */
async function runInWebKitPage(webkit: WebKit, origin: string, plan: Plan): Promise<Outcome> {
  const [file] = plan.files as [string];
  const follower = new Follower(file);
  let settled = false;
  const outcome = follower.outcome.finally(() => (settled = true));
  // Without a plan the page does nothing: it has no way to tell of what happens before it is asked.
  await webkit.open(`${origin}/?${encodeURIComponent(file)}`);
  await webkit.evaluate(`
    globalThis.said = [];
    console.log = (...texts) => said.push(texts.join(" "));
    addEventListener("error", (event) => said.push("uncaught: " + event.message));
    import("/test/runner/harness.ts").then(({ run }) => run(${JSON.stringify(plan)})).catch((error) => said.push(String(error)));`);
  while (!settled) {
    try {
      const lines = (await webkit.evaluate("return said.splice(0)", limits.file)) as string[];
      for (const line of lines) follower.hear(line);
    } catch (error) {
      follower.interrupt(String(error));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return outcome;
}

async function runInWebKit(plan: Plan): Promise<Outcome[]> {
  const server = await serve();
  let webkit = await openWebKit();
  try {
    const outcomes: Outcome[] = [];
    for (const file of plan.files) {
      const outcome = await runInWebKitPage(webkit, server.origin, { ...plan, files: [file] });
      outcomes.push(outcome);
      if (outcome.problems.some((problem) => problem.includes("no end after"))) {
        await webkit.close();
        webkit = await openWebKit();
      }
    }
    return outcomes;
  } finally {
    await webkit.close();
    server.close();
  }
}

/** A page that starts a worker of a kind for one file, and says what the worker says. */
const pages = {
  worker: `
    const worker = new Worker("/worker.js?" + plan.files[0], { type: "module" });
    worker.onmessage = ({ data }) => console.log(data);
    worker.onerror = (event) => console.log("uncaught: " + (event.message ?? "the worker could not be loaded"));
    worker.postMessage(plan);`,
  service: `
    navigator.serviceWorker.onmessage = ({ data }) => console.log(data);
    navigator.serviceWorker.startMessages();
    const registration = await navigator.serviceWorker.register("/worker.js?" + plan.files[0], { type: "module" });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    worker.postMessage(plan);`,
};

/** What both kinds of worker run: without imports by address, and without a document. */
const workerSource = (file: string): string => `
  import { start } from "/${file}";
  addEventListener("message", (event) => {
    const to = event.source ?? globalThis;
    console.log = (...texts) => to.postMessage(texts.join(" "));
    const done = start(event.data).catch((error) => console.log("uncaught: " + error));
    event.waitUntil?.(done);
  });`;

async function serveWorkers(registry: Registry, plan: Plan, page: string): Promise<{ origin: string; close(): void }> {
  const script = `const plan = JSON.parse(decodeURIComponent(location.hash.slice(1)));${page}`;
  const html = `<!doctype html><link rel="icon" href="data:,"><script type="module">${script}</script>`;
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url!, "http://localhost");
    const path = pathname.slice(1);
    const answer = async (): Promise<string> => {
      if (path === "") return html;
      if (path === "worker.js") return workerSource(search.slice(1));
      if (plan.files.includes(path)) return bundleSpec(path, plan.subject, "/dist/");
      return readFile(join(registry.unpacked, path), "utf8");
    };
    const type = path === "" ? "text/html" : "text/javascript";
    answer().then(
      (body) => response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body),
      (error: unknown) => response.writeHead(404).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function runInWorkers(registry: Registry, kind: keyof typeof pages, plan: Plan): Promise<Outcome[]> {
  const server = await serveWorkers(registry, plan, pages[kind]);
  const browser = await launch();
  try {
    const outcomes: Outcome[] = [];
    for (const file of plan.files) {
      // A context of its own has service workers of its own.
      const context = await browser.newContext();
      const page = await context.newPage();
      const follower = new Follower(file);
      page.on("console", (message) => follower.hear(message.text()));
      page.on("pageerror", (error) => follower.interrupt(error.stack ?? String(error)));
      page.on("crash", () => follower.interrupt("the page crashed"));
      const hash = encodeURIComponent(JSON.stringify({ ...plan, files: [file] }));
      await page.goto(`${server.origin}/#${hash}`);
      outcomes.push(await follower.outcome);
      await context.close();
    }
    return outcomes;
  } finally {
    await browser.close();
    server.close();
  }
}

const workerdMain = (name: string): string => `
  import { start } from "./test/${name}";
  export default {
    async fetch(request) {
      const { readable, writable } = new TransformStream();
      const writer = writable.getWriter();
      const encoder = new TextEncoder();
      console.log = (...texts) => void writer.write(encoder.encode(texts.join(" ") + "\\n"));
      const plan = await request.json();
      start(plan).catch((error) => console.log(String(error))).then(() => writer.close());
      return new Response(readable);
    },
  };`;

/** Each file in a process of its own. */
async function runInWorkerd(registry: Registry, plan: Plan): Promise<Outcome[]> {
  const built: Record<string, string> = {};
  for (const name of library(registry)) built[`app/dist/${name}`] = await readFile(join(registry.unpacked, "dist", name), "utf8");
  const outcomes: Outcome[] = [];
  for (const file of plan.files) {
    const name = basename(file);
    const spec = await bundleSpec(file, plan.subject, "../dist/");
    const workerd = await openWorkerd({ "app/main.js": workerdMain(name), [`app/test/${name}`]: spec, ...built }, { flags: ["--expose-gc"] });
    const follower = new Follower(file);
    try {
      const response = await fetch(workerd.origin, { method: "POST", body: JSON.stringify({ ...plan, files: [file] }) });
      let rest = "";
      const read = (async () => {
        for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
          const lines = (rest + chunk).split("\n");
          rest = lines.pop()!;
          for (const line of lines) follower.hear(line);
        }
        follower.interrupt(`the worker ended${rest && `, having said:\n${rest}`}${workerd.said()}`);
      })();
      read.catch((error: unknown) => follower.interrupt(`${String(error)}${workerd.said()}`));
      outcomes.push(await follower.outcome);
    } catch (error) {
      follower.interrupt(String(error));
      outcomes.push(failure(file, String(error)));
    } finally {
      await workerd.close();
    }
  }
  return outcomes;
}

interface Engine {
  id: string;
  name: string;
  version(): Promise<string>;
  /** Beside the specs that all share. */
  own?: string;
  leavesOut?: Exception[];
  run(registry: Registry, plan: Plan): Promise<Outcome[]>;
}

async function browserVersion(open: () => Promise<Browser>): Promise<string> {
  const browser = await open();
  const version = browser.version();
  await browser.close();
  return version;
}

async function webkitVersion(): Promise<string> {
  const webkit = await openWebKit();
  await webkit.close();
  return webkit.version;
}

export const engines: Engine[] = [
  { id: "firefox", name: "Firefox", own: "test/browser", version: () => browserVersion(launchFirefox), run: (_, plan) => runInFirefox(plan) },
  { id: "webkit", name: "WebKitGTK", own: "test/browser", version: webkitVersion, run: (_, plan) => runInWebKit(plan) },
  { id: "worker", name: "Web Worker in Chromium", version: () => browserVersion(launch), run: (registry, plan) => runInWorkers(registry, "worker", plan) },
  { id: "service", name: "Service Worker in Chromium", version: () => browserVersion(launch), run: (registry, plan) => runInWorkers(registry, "service", plan) },
  { id: "workerd", name: "workerd", version: workerdVersion, run: runInWorkerd },
];

async function engineJobs(registry: Registry, engine: Engine): Promise<Job[]> {
  const left = engine.leavesOut?.map(({ file }) => file) ?? [];
  // As in `npm test`, one subject is enough for what is long.
  const files = (subject: Subject): string[] =>
    [...specs("test"), ...(subject === "dist" ? specs("test/once") : []), ...(engine.own ? specs(engine.own) : [])].filter((file) => !left.includes(file));
  const version = await engine.version().catch(() => "");
  return subjects.map((subject) => ({
    group: `${engine.name} ${version}`.trim(),
    part: subject,
    id: engine.id,
    async run() {
      const outcomes = await engine.run(registry, { subject, files: files(subject) });
      return { outcomes, ...(left.length > 0 && { note: `not here: ${engine.leavesOut!.map(({ file, why }) => `${file} (${why})`).join(", ")}` }) };
    },
  }));
}

export const enginesStage: Stage = {
  id: "engines",
  async jobs(registry, wanted) {
    const jobs = [];
    for (const engine of engines.filter(({ id }) => wanted(id))) jobs.push(...(await engineJobs(registry, engine)));
    return jobs;
  },
};
