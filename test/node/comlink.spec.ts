// The real Comlink, over a MessageChannel: functions that live elsewhere, as tasks.
import { expose, type Remote, wrap } from "comlink";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Task, task } from "../aiodag.ts";

const test = suite("Comlink");

const api = {
  async load(id: number): Promise<string> {
    return `user ${id}`;
  },
  join(...parts: string[]): string {
    return parts.join(" and ");
  },
  async fail(): Promise<never> {
    throw new RangeError("no such user");
  },
};

/** Runs `body` with the functions at the far end of a channel. */
async function across(body: (remote: Remote<typeof api>) => Promise<void>): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  expose(api, port1);
  try {
    await body(wrap<typeof api>(port2));
  } finally {
    port1.close();
    port2.close();
  }
}

test("remote functions are tasks that wait for each other's results", () =>
  across(async (remote) => {
    const load = task(remote.load);
    const join = task({ concurrency: 1, name: "join" })(remote.join);
    const ada = load(task(() => 1)());
    assert.instance(ada, Task);
    assert.is(await join(ada, load(2), "nobody"), "user 1 and user 2 and nobody");
  }));

test("a remote function's failure arrives through the handle", () =>
  across(async (remote) => {
    const error = await task(remote.join)(task(remote.fail)()).catch((reason: unknown) => reason);
    assert.instance(error, Error);
    assert.is((error as Error).message, "no such user");
  }));

test("a remote function that is itself exposed is a task", async () => {
  const { port1, port2 } = new MessageChannel();
  expose((n: number) => n * 2, port1);
  try {
    const double = task(wrap<(n: number) => number>(port2));
    assert.is(await double(double(2)), 8);
  } finally {
    port1.close();
    port2.close();
  }
});

test.run();
