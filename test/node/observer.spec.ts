import { suite } from "uvu";
import * as assert from "uvu/assert";
import { observeTasks } from "../../src/observer.ts";
import { Task, task } from "../aiodag.ts";

const test = suite("observer");

test("observers by two copies of the observing module are both told, and each can leave", async () => {
  const copy = `${import.meta.resolve("../../src/observer.ts")}?copy`;
  const { observeTasks: observeByCopy } = (await import(copy)) as typeof import("../../src/observer.ts");
  assert.is.not(observeByCopy, observeTasks);
  const log: string[] = [];
  const stops = [
    observeTasks(Task, { invoked: () => void log.push("first") }),
    observeByCopy(Task, { invoked: () => void log.push("second") }),
  ];
  const step = task(function step() {});
  await step();
  stops[0]!();
  await step();
  stops[1]!();
  await step();
  assert.equal(log, ["first", "second", "second"]);
});

test.run();
