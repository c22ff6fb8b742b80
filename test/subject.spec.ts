// What the specs test is what the runner was asked for.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as tested from "./aiodag.ts";
import { fileThatThrows } from "./support/origin.ts";
import { subject, type Subject } from "./support/runtime.ts";
import * as second from "./support/second.ts";
import * as traced from "./trace.ts";

const test = suite("subject");

/** Where the code of an entry is. */
const place = (entry: string, of: Subject): RegExp =>
  ({
    source: entry === "mod" ? /\/src\/\w+\.ts\b/ : new RegExp(`/src/${entry}/\\w+\\.ts\\b`),
    dist: new RegExp(`/dist/${entry}\\.js$`),
    min: new RegExp(`/dist/${entry}\\.min\\.js$`),
  })[of];

const wrong = 5 as never;

/** How many of the calls of a core's task the trace under test records. */
async function recorded(task: typeof tested.task): Promise<number> {
  const run = traced.trace();
  await task(() => 1)();
  run.stop();
  return run.tasks.length;
}

test("the core under test is the one that was asked for", () => {
  assert.match(fileThatThrows(() => tested.task(wrong)), place("mod", subject()));
});

test("the trace under test is the one that was asked for, and records the core under test", async () => {
  assert.match(fileThatThrows(() => traced.trace(wrong)), place("trace", subject()));
  assert.is(await recorded(tested.task), 1);
});

test("a second copy is another file with an engine of its own", async () => {
  const other = second.secondSubject;
  assert.is.not(other, subject());
  assert.match(fileThatThrows(() => second.task(wrong)), place("mod", other));
  assert.is.not(second.Task, tested.Task);
  assert.is(await recorded(second.task), 0);
});

test.run();
