import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addEndings } from "../support/endings.ts";
import { runProgram } from "../support/program.ts";

const test = suite("unhandled in Bun");

addEndings(test);

test("unhandledRejection is emitted once a leaf, and rejectionHandled when one is handled later", async () => {
  const { code, lines } = await runProgram(`
    const promises = [];
    process.on("unhandledRejection", (reason, promise) => {
      promises.push(promise);
      console.log("unhandled", reason.message, promise instanceof Promise, promises.length - 1);
    });
    process.on("rejectionHandled", (promise) => console.log("handled", promises.indexOf(promise)));
    const root = task(() => { throw new Error("root"); })();
    const leaf = task((a) => a);
    const leaves = [leaf(root), leaf(root), leaf(root)];
    setTimeout(() => {
      console.log("later");
      leaves[1].catch(() => {});
    }, 5);
    setTimeout(() => {}, 10);`);
  assert.equal(
    { code, lines },
    { code: 0, lines: ["unhandled root true 0", "unhandled root true 1", "unhandled root true 2", "later", "handled 1"] },
  );
});

test.run();
