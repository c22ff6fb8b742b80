// What a Cloudflare Worker does with handles: in workerd, as it runs on Cloudflare's machines.
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "../checks/check.ts";
import type { Outcome } from "../runner/results.ts";
import type { Stage } from "./stage.ts";
import { eventually } from "./support/ground.ts";
import type { Registry } from "./support/registry.ts";
import { openWorkerd, workerdVersion, type WorkerdOptions } from "./support/workerd.ts";

const program = readFileSync(new URL("programs/worker.mjs", import.meta.url), "utf8");

interface Answer {
  status: number;
  body: unknown;
}

/** Runs `body` beside a worker that has just started. */
async function withWorker(
  registry: Registry,
  options: WorkerdOptions,
  body: (get: (path: string) => Promise<Answer>, said: () => string) => Promise<void>,
): Promise<void> {
  const library = readFileSync(join(registry.unpacked, "dist/mod.js"), "utf8");
  const worker = await openWorkerd({ "main.js": program, aiodag: library }, options);
  const get = async (path: string): Promise<Answer> => {
    const response = await fetch(new URL(path, worker.origin), { signal: AbortSignal.timeout(20_000) });
    const text = await response.text();
    return { status: response.status, body: response.headers.get("content-type")?.includes("json") ? JSON.parse(text) as unknown : text };
  };
  try {
    await body(get, worker.said);
  } finally {
    await worker.close();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function eventuallyEqual(look: () => Promise<unknown>, expected: unknown): Promise<void> {
  for (let round = 0; round < 400; round++) {
    if (JSON.stringify(await look()) === JSON.stringify(expected)) break;
    await pause(50);
  }
  assert.deepEqual(await look(), expected);
}

/** Requests a path when what another request waits for has begun. */
async function getNext(get: (path: string) => Promise<Answer>, path: string): Promise<Answer> {
  await eventually(async () => (await get("begun")).body === true || undefined, "The other request did not begin");
  return get(path);
}

function testsOf(registry: Registry, options: WorkerdOptions): Promise<Outcome>[] {
  const worker = (body: Parameters<typeof withWorker>[2]) => (): Promise<void> => withWorker(registry, options, body);
  return [
    test("waitUntil(handle) keeps the worker at work after the response", worker(async (get) => {
      assert.deepEqual(await get("wait-until?id=a"), { status: 200, body: "sent" });
      await eventuallyEqual(async () => (await get("log")).body, ["a: response", "a: done"]);
    })),
    test("a handle is a response", worker(async (get) => {
      assert.deepEqual(await get("respond"), { status: 200, body: [1, 2, 3] });
    })),
    test("requests at once each have tasks of their own, with their own I/O", worker(async (get, said) => {
      const ids = Array.from({ length: 20 }, (_, i) => `r${i}`);
      const answers = await Promise.all(ids.map((id) => get(`own?id=${id}`)));
      assert.deepEqual(answers, ids.map((id) => ({ status: 200, body: { id, values: [`${id} 1`, `${id} 2`], joined: `${id} 1 + ${id} 2` } })));
      assert.doesNotMatch(said(), /different request|hung/);
    })),
    test("two requests wait for the promise of one task: each runs its own body, in its own request", worker(async (get, said) => {
      const [first, second] = await Promise.all([get("shared?id=1"), getNext(get, "shared?id=2")]);
      assert.deepEqual(first, { status: 200, body: { id: "1", value: "shared", io: "own I/O of 1" } });
      assert.deepEqual(second, { status: 200, body: { id: "2", value: "shared", io: "own I/O of 2" } });
      assert.doesNotMatch(said(), /different request|hung/);
    })),
    test("two requests join the promise of one task with values of their own", worker(async (get, said) => {
      const answers = await Promise.all([get("joined?id=1"), getNext(get, "joined?id=2")]);
      assert.deepEqual(answers.map(({ body }) => body), ["1", "2"].map((id) => ({ shared: "shared", id })));
      assert.doesNotMatch(said(), /different request|hung/);
    })),
    test("a handle is shared by requests that have I/O of their own pending: each runs its own body", worker(async (get, said) => {
      const answers = await Promise.all([get("shared-handle-at-work?id=1"), getNext(get, "shared-handle-at-work?id=2")]);
      assert.deepEqual(answers.map(({ body }) => body), ["1", "2"].map((id) => ({ id, value: "shared", io: `own I/O of ${id}` })));
      assert.doesNotMatch(said(), /different request|hung/);
    })),
    test("a request that has none is ended by workerd: `handle.then()` is what to share", worker(async (get, said) => {
      const [first, second] = await Promise.all([get("shared-handle?id=1"), getNext(get, "shared-handle?id=2")]);
      assert.deepEqual(first.body, { id: "1", value: "shared", io: "own I/O of 1" });
      assert.equal(second.status, 500);
      assert.match(said(), /hung/);
    })),
    test("a task that has settled in one request serves any later one", worker(async (get) => {
      await get("shared?id=1");
      assert.deepEqual((await get("shared?id=2")).body, { id: "2", value: "shared", io: "own I/O of 2" });
    })),
    test("requests that have I/O pending queue for one group with a limit: each body runs in its own request", worker(async (get, said) => {
      const ids = ["1", "2", "3", "4"];
      const answers = await Promise.all(ids.map((id) => get(`limited?id=${id}`)));
      assert.deepEqual(answers.map(({ body }) => body), ids.map((id) => ({ id, io: `own I/O of ${id}` })));
      assert.doesNotMatch(said(), /different request|hung/);
    })),
    test("a request aborts what another waits for: the other learns of it in its own request", worker(async (get, said) => {
      const [waiting] = await Promise.all([get("abortable?id=1"), getNext(get, "abort?id=2")]);
      assert.deepEqual(waiting, { status: 200, body: { id: "1", reason: "stopped by 2", io: "own I/O of 1" } });
      assert.doesNotMatch(said(), /different request|hung/);
    })),
    test("a body sees the store of its own request", worker(async (get) => {
      const ids = Array.from({ length: 10 }, (_, i) => `s${i}`);
      const answers = await Promise.all(ids.map((id) => get(`store?id=${id}`)));
      assert.deepEqual(answers.map(({ body }) => body), ids.map((id) => [id, id, id]));
    })),
    test("tasks may be called when the worker starts, and be used in requests", worker(async (get) => {
      assert.deepEqual(await get("global"), { status: 200, body: { early: 3, status: "fulfilled" } });
    })),
  ];
}

const settings: Record<string, WorkerdOptions> = {
  "its latest date": {},
  "a date of 2024": { date: "2024-11-01", compatibility: ["nodejs_compat"] },
};

export const workers: Stage = {
  id: "workers",
  jobs: async (registry) => {
    const version = await workerdVersion();
    return Object.entries(settings).map(([name, options]) => ({
      group: `A Cloudflare Worker in workerd ${version}`,
      part: name,
      async run() {
        const outcomes = [];
        for (const outcome of testsOf(registry, options)) outcomes.push(await outcome);
        return { outcomes };
      },
    }));
  },
};
