// What hosts do with a handle where they expect a promise. Each is given a native promise, a handle and the two
// remedies; what it makes of them is compared. docs/hosts.md is the same table in words.
import * as assert from "node:assert/strict";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "../checks/check.ts";
import { launch } from "../runner/chromium.ts";
import type { Outcome } from "../runner/results.ts";
import { programs, root, title } from "../runner/runtimes.ts";
import { refusals } from "./hosts/refusals.ts";
import type { Stage } from "./stage.ts";
import { eventually, folder, run, tools, write } from "./support/ground.ts";
import { listen } from "./support/pages.ts";
import { metadata, program, type Registry } from "./support/registry.ts";
import { latestDate, openWorkerd, workerdVersion } from "./support/workerd.ts";

const ways = ["native", "handle", "async", "then"] as const;

type Way = (typeof ways)[number];

/** What came of each way, by host. */
type Outcomes = Record<string, Record<Way, unknown>>;

const here = fileURLToPath(new URL("hosts/", import.meta.url));

const source = (name: string): string => readFileSync(here + name, "utf8");

const library = (registry: Registry): string => join(registry.unpacked, "dist/mod.js");

const lastLine = (printed: string): Outcomes => JSON.parse(printed.trim().split("\n").at(-1)!) as Outcomes;

/** Programs of a runtime's that run the hosts of a module. */
const inProcess = (id: string, module: string, args: string[] = []) => async (registry: Registry): Promise<Outcomes> =>
  lastLine(await run(program(id), [...args, "run.mjs", new URL(`file://${library(registry)}`).href, `./${module}`], { cwd: here }));

// ------------------------------------------------------------------------------------------------------ browsers

async function inPage(registry: Registry): Promise<Outcomes> {
  const files: Record<string, string> = {
    "/aiodag.js": readFileSync(library(registry), "utf8"),
    "/main.mjs": source("main.mjs"),
    "/ways.mjs": source("ways.mjs"),
    "/browser.mjs": source("browser.mjs"),
    "/service.js": source("service.js").replace("aiodag", "aiodag"),
  };
  const server = await listen((path) => {
    if (path === "/") return { body: '<!doctype html><link rel="icon" href="data:,"><title>hosts</title>', headers: { "content-type": "text/html" } };
    const body = files[path === "/aiodag.js" ? path : path.replace(/\?.*/, "")];
    return body === undefined ? undefined : { body, headers: { "content-type": "text/javascript" } };
  });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const outcomes = await page.evaluate<Outcomes>(`(async () => {
      const [{ task }, { hosts }, { runHosts }] = await Promise.all(["/aiodag.js", "/browser.mjs", "/main.mjs"].map((path) => import(path)));
      return runHosts(task, hosts);
    })()`);
    const evaluated = {} as Record<Way, unknown>;
    const exposed = {} as Record<Way, unknown>;
    const worker = {} as Record<Way, unknown>;
    const { task } = (await import(library(registry))) as typeof import("../../mod.ts");
    const { makeWays } = (await import(`${here}ways.mjs`)) as { makeWays(given: typeof task): Record<Way, (value: unknown) => Promise<unknown>> };
    const given = makeWays(task);
    for (const way of ways) {
      evaluated[way] = await page.evaluate(`(async () => { globalThis.ways = (await import("/ways.mjs")).makeWays((await import("/aiodag.js")).task); })()`)
        .then(() => page.evaluate(`ways.${way}(1)`));
      await page.exposeFunction(`given_${way}`, () => given[way](1));
      exposed[way] = await page.evaluate(`given_${way}()`);
      const context = await browser.newContext();
      const tab = await context.newPage();
      await tab.goto(server.origin);
      worker[way] = await tab.evaluate<unknown>(`(async () => {
        await navigator.serviceWorker.register("/service.js?way=${way}", { type: "module" });
        await navigator.serviceWorker.ready;
        if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
        return (await fetch("/from-worker")).text();
      })()`);
      await context.close();
    }
    outcomes["a Service Worker's waitUntil and respondWith"] = worker;
    outcomes["Playwright: page.evaluate"] = evaluated;
    outcomes["Playwright: page.exposeFunction"] = exposed;
    return outcomes;
  } finally {
    await browser.close();
    await server.close();
  }
}

// ------------------------------------------------------------------------------------------------------ workerd

const inWorkerd = (date: string, compatibility: string[] = []) => async (registry: Registry): Promise<Outcomes> => {
  const modules = { "worker.mjs": source("worker.mjs"), "aiodag": readFileSync(library(registry), "utf8"), "ways": source("ways.mjs") };
  const worker = await openWorkerd(modules, { date, compatibility });
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${worker.origin}${path}`);
    return response.status === 200 ? response.text() : response.status;
  };
  const fetched = {} as Record<Way, unknown>;
  const waited = {} as Record<Way, unknown>;
  const shared = {} as Record<Way, unknown>;
  try {
    for (const way of ways) {
      fetched[way] = await get(`fetch?way=${way}`);
      const first = get(`shared?way=${way}`);
      await eventually(async () => (await get(`begun?way=${way}`)) === "true" || undefined, "The first request did not begin");
      shared[way] = `${String(await get(`shared?way=${way}`))}, to the one that began it ${String(await first)}`;
      const answer = await get(`wait?way=${way}`);
      const isDone = async (): Promise<boolean> => (await get(`done?way=${way}`)) === "true";
      for (let round = 0; round < 20 && !(await isDone()); round++) await new Promise((resolve) => setTimeout(resolve, 100));
      waited[way] = `${String(answer)}, then ${(await isDone()) ? "done" : "dropped"}`;
    }
  } finally {
    await worker.close();
  }
  const of = date === latestDate ? "" : [`, compatibility date ${date}`, ...compatibility].join(" and ");
  return {
    [`workerd: fetch${of}`]: fetched,
    [`workerd: ctx.waitUntil${of}`]: waited,
    // Before, no promise of any kind was for two requests to wait for.
    ...(date === latestDate && { "workerd: a task's argument that is pending in another request": shared }),
  };
};

// ------------------------------------------------------------------------------------------------------ test runners

type Verdicts = Record<string, "passes" | "fails">;

interface Runner {
  /** The test file, after the imports of `define` and `task`. */
  file: string;
  name?: string;
  command: [program: string, args: string[]];
  env?: Record<string, string>;
  parse: (printed: string) => Verdicts;
}

const js = (path: string): string => join(tools, path);

const ofJest = (printed: string): Verdicts => {
  const { testResults } = JSON.parse(printed.slice(printed.indexOf('{"'), printed.lastIndexOf("}") + 1)) as {
    testResults: { assertionResults: { title: string; status: string }[] }[];
  };
  return Object.fromEntries(
    testResults.flatMap(({ assertionResults }) => assertionResults.map(({ title, status }) => [title, status === "passed" ? "passes" : "fails"] as const)),
  );
};

const byLines = (pattern: RegExp, passed: string) => (printed: string): Verdicts =>
  Object.fromEntries([...printed.matchAll(pattern)].map(([, verdict, title]) => [title!.trim(), verdict === passed ? "passes" : "fails"] as const));

const expects = `const expected = { resolves: (given) => expect(given).resolves.toBe(1), rejects: (given) => expect(given).rejects.toThrow("no") };\n`;

const runners: Record<string, Runner> = {
  "Vitest": {
    file: `import { expect, test } from "vitest";\n${expects}define(task, test, expected);`,
    command: [program("node24"), [js("vitest/vitest.mjs"), "run", "--reporter=tap-flat"]],
    parse: byLines(/^(ok|not ok) \d+ - hosts\.test\.mjs > (.*?) # time.*$/gm, "ok"),
  },
  "Jest": {
    file: `${expects}define(task, test, expected);`,
    command: [program("node24"), [js("jest/bin/jest.js"), "--json", "--watchman=false"]],
    env: { NODE_OPTIONS: "--experimental-vm-modules --no-warnings" },
    parse: ofJest,
  },
  "Mocha": {
    file: "define(task, it);",
    command: [program("node24"), [js("mocha/bin/mocha.js"), "--reporter", "json", "hosts.test.mjs"]],
    parse(printed) {
      const { passes, failures } = JSON.parse(printed.slice(printed.indexOf("{"), printed.lastIndexOf("}") + 1)) as Record<string, { title: string }[]>;
      return Object.fromEntries([...passes!.map(({ title }) => [title, "passes"] as const), ...failures!.map(({ title }) => [title, "fails"] as const)]);
    },
  },
  "Jasmine": {
    file: `const expected = { resolves: (given) => expectAsync(given).toBeResolvedTo(1), rejects: (given) => expectAsync(given).toBeRejectedWithError("no") };
jasmine.getEnv().addReporter({ specDone: ({ description, status }) => console.log(\`\\n@ \${status} @ \${description}\`) });
define(task, it, expected);`,
    command: [program("node24"), [js("jasmine/bin/jasmine.js"), "hosts.test.mjs"]],
    parse: byLines(/^@ (\w+) @ (.*)$/gm, "passed"),
  },
  "node:test": {
    file: `import { test } from "node:test";\nimport assert from "node:assert";
const expected = { resolves: (given) => assert.doesNotReject(given), rejects: (given) => assert.rejects(given, /no/) };\ndefine(task, test, expected);`,
    command: [program("node24"), ["--test", "--test-reporter=tap", "hosts.test.mjs"]],
    parse: byLines(/^ *(ok|not ok) \d+ - ((?:native|handle|async|then) .*)$/gm, "ok"),
  },
  "uvu": {
    file: `import { test } from ${JSON.stringify(`${root}node_modules/uvu/dist/index.mjs`)};\ntest("a title", () => {});\ndefine(task, test);\ntest.run();`,
    command: [program("node24"), ["hosts.test.mjs"]],
    parse(printed) {
      assert.match(printed, /Total: {5}9/);
      const failed = [...printed.matchAll(/FAIL {2}"([^"]+)"/g)].map(([, name]) => name!);
      const all = ways.flatMap((way) => [`${way} returned`, `${way} returned, failing`]);
      return Object.fromEntries(all.map((name) => [name, failed.includes(name) ? "fails" : "passes"] as const));
    },
  },
  "bun:test": {
    file: `import { expect, test } from "bun:test";\n${expects}define(task, test, expected);`,
    command: [program("bun"), ["test"]],
    parse: byLines(/^\((pass|fail)\) (.*?)(?: \[[\d.]+ *m?s\])?$/gm, "pass"),
  },
  "Deno.test": {
    file: `define(task, Deno.test);`,
    command: [program("deno"), ["test", "-A", "--no-check", "--reporter=tap", "hosts.test.mjs"]],
    parse: byLines(/^ *(ok|not ok) \d+ - (.*?)(?: #.*)?$/gm, "ok"),
  },
};

async function runRunner(registry: Registry, { file, command: [binary, args], env, parse }: Runner): Promise<Record<Way, unknown>> {
  const place = folder();
  symlinkSync(existsSync(tools) ? tools.replace(/\/$/, "") : tools, join(place, "node_modules"));
  write(place, {
    "package.json": JSON.stringify({ type: "module", jest: { testMatch: ["**/*.test.mjs"], transform: {} } }),
    "ways.mjs": source("ways.mjs"),
    "runner.mjs": source("runner.mjs"),
    "aiodag.mjs": readFileSync(library(registry), "utf8"),
    "hosts.test.mjs": `import { define } from "./runner.mjs";\nimport { task } from "./aiodag.mjs";\n${file}\n`,
  });
  // It fails, since some of the tests have to.
  const printed = await run(binary, args, { cwd: place, env: { ...env }, fails: true });
  let verdicts: Verdicts;
  try {
    verdicts = parse(printed);
  } catch (error) {
    throw new Error(`${String(error)}: ${printed.slice(0, 2000)}`);
  }
  return Object.fromEntries(
    ways.map((way) => {
      const own = Object.entries(verdicts).filter(([name]) => name.startsWith(`${way} `));
      return [way, own.map(([name, verdict]) => `${name.slice(way.length + 1)}: ${verdict}`).sort().join("; ")];
    }),
  ) as Record<Way, unknown>;
}

async function inRunners(registry: Registry): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  for (const [name, runner] of Object.entries(runners)) {
    outcomes[name] = await runRunner(registry, runner).catch((error: unknown) => {
      throw new Error(`${name}: ${String(error)}`);
    });
  }
  return outcomes;
}

// ------------------------------------------------------------------------------------------------------ the table

interface Place {
  name: string;
  version: () => Promise<string> | string;
  run: (registry: Registry) => Promise<Outcomes>;
}

const versionOf = (id: string): string => title(programs.find((one) => one.id === id)!);

const places: Place[] = [
  { name: "Node", version: () => versionOf("node24"), run: inProcess("node24", "node.mjs") },
  { name: "Bun", version: () => versionOf("bun"), run: inProcess("bun", "bun.mjs") },
  { name: "Deno", version: () => versionOf("deno"), run: inProcess("deno", "deno.mjs", ["run", "-A"]) },
  { name: "Browsers", version: () => "Chromium", run: inPage },
  {
    name: "Cloudflare Workers",
    version: async () => `workerd ${await workerdVersion()}`,
    run: async (registry) => ({
      ...(await inWorkerd(latestDate)(registry)),
      ...(await inWorkerd("2024-04-01")(registry)),
      ...(await inWorkerd("2024-03-31")(registry)),
      ...(await inWorkerd("2022-01-01", ["unwrap_custom_thenables"])(registry)),
    }),
  },
  { name: "Test runners", version: () => "", run: inRunners },
];

/** The package that a host comes in, where its name tells. */
function hostVersion(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { devDependencies: Record<string, string> };
  const all = { ...metadata.devDependencies, ...devDependencies };
  const first = name.toLowerCase().split(/[: ,]/)[0]!;
  const found = { "chai": "chai-as-promised", "hono's": "@hono/node-server", "workerd": "", "hapi": "@hapi/hapi", "playwright": "playwright-core", "solid": "solid-js", "tanstack": "@tanstack/query-core" }[first] ?? first;
  return all[found] ? ` ${all[found]}` : "";
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Verdicts of the ones that passed: a control that the host works at all. */
const isGood = (outcome: unknown): boolean => !/^(throws|never|undefined$)|: undefined/.test(String(outcome)) && outcome !== null && outcome !== "";

function judgeHost(name: string, outcome: Record<Way, unknown>): Promise<Outcome>[] {
  const refused = refusals[name];
  return [
    test(`${name}: a promise is taken`, () => assert.ok(isGood(outcome.native), String(outcome.native))),
    refused
      ? test(`${name}: a handle is refused as documented`, () => {
          assert.notDeepEqual(outcome.handle, outcome.native, "The host takes handles now: take it out of refusals.ts");
          assert.match(String(outcome.handle), refused.seen);
        })
      : test(`${name}: a handle is taken like a promise`, () => assert.deepEqual(outcome.handle, outcome.native)),
    test(`${name}: an async function that returns it is taken`, () => assert.deepEqual(outcome.async, outcome.native)),
    test(`${name}: handle.then() is taken`, () => assert.deepEqual(outcome.then, outcome.native)),
  ];
}

/** What was seen, for docs/hosts.md. */
const seen: { place: string; version: string; hosts: { name: string; refused: boolean }[] }[] = [];

const documentPath = `${root}docs/hosts.md`;

function describe(): string {
  const sorted = places.flatMap(({ name }) => seen.filter(({ place }) => place === name));
  const refusing = sorted.flatMap(({ hosts }) => hosts.filter(({ refused }) => refused).map(({ name }) => name));
  const rows = refusing.map((name) => `| ${name}${hostVersion(name)} | ${refusals[name]!.says} | ${refusals[name]!.remedy} |`);
  const accepting = sorted.map(({ place, version, hosts }) => {
    const names = hosts.filter(({ refused }) => !refused).map(({ name }) => name + hostVersion(name));
    return `- **${place}**${version && ` (${version})`}: ${names.join(" · ")}`;
  });
  return `# Hosts and handles

A handle implements \`Promise\`, and is no native promise inside. Whatever calls \`then\`, or awaits, takes it. A few hosts
look for a native promise and refuse everything else. Give those a native promise of the same outcome:

\`\`\`ts
import { task } from "aiodag";

const load = task(async (id: number) => id);

const serve = async (id: number) => load(id); // an async function that returns the handle
const native = load(1).then(); // or its then(), without arguments

console.log(await serve(1), await native);
\`\`\`

Either is a native promise from then on: it has no \`abort\`, \`status\` or \`value\`, and aborting does not travel through it.

## Hosts that refuse a handle

| host | what it does with a handle | remedy |
|---|---|---|
${rows.join("\n")}

## Hosts that take one

${accepting.join("\n")}

This page is written by \`npm run test:reach -- --only hosts --write\`, and compared with what is seen by
\`npm run test:reach\`: each host is given a promise, a handle and both remedies.
`;
}

export const hosts: Stage = {
  id: "hosts",
  jobs: (registry) => {
    let left = places.length;
    return places.map((place) => ({
      group: "Hosts",
      part: place.name,
      async run() {
        try {
          const outcomes = await place.run(registry);
          const hosts = Object.entries(outcomes).map(([name, outcome]) => ({ name, refused: !same(outcome.handle, outcome.native) }));
          const version = (await place.version()).replace(/^(\D+ \d+)\.\d+\.\d+$/, "$1");
          seen.push({ place: place.name, version, hosts });
          const judged = await Promise.all(Object.entries(outcomes).flatMap(([name, outcome]) => judgeHost(name, outcome)));
          if (left === 1 && seen.length === places.length) judged.push(await comparePage());
          return { outcomes: judged };
        } finally {
          left--;
        }
      },
    }));
  },
};

function comparePage(): Promise<Outcome> {
  return test("docs/hosts.md says what was seen", () => {
    if (process.argv.includes("--write")) writeFileSync(documentPath, describe());
    assert.equal(existsSync(documentPath) ? readFileSync(documentPath, "utf8") : "", describe());
  });
}
