import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addEndings } from "../support/endings.ts";
import { runProgram } from "../support/program.ts";

const test = suite("unhandled in Node");

addEndings(test);

/** Prints each event of the process, with the number of the promise that it tells of. */
const listen = `
  const promises = [];
  process.on("unhandledRejection", (reason, promise) => {
    promises.push(promise);
    console.log("unhandled", reason.message, promise instanceof Promise, promises.length - 1);
  });
  process.on("rejectionHandled", (promise) => console.log("handled", promises.indexOf(promise)));
`;

test("unhandledRejection is emitted once a leaf, with the reason and a promise of its own", async () => {
  const { code, lines } = await runProgram(`${listen}
    const root = task(() => { throw new Error("root"); })();
    const leaf = task((a) => a);
    for (let i = 0; i < 3; i++) leaf(root);
    root.catch(() => {});`);
  assert.equal({ code, lines }, { code: 0, lines: ["unhandled root true 0", "unhandled root true 1", "unhandled root true 2"] });
});

test("rejectionHandled is emitted for the same promise when the failure is handled later", async () => {
  const { code, lines } = await runProgram(`${listen}
    const failed = ["a", "b", "c"].map((name) => task(() => { throw new Error(name); })());
    setTimeout(() => {
      console.log("later");
      for (let i = 0; i < 2; i++) {
        failed[2].catch(() => {});
        task((a) => a)(failed[0]).catch(() => {});
      }
    }, 5);
    setTimeout(() => {}, 10);`);
  assert.equal(
    { code, lines },
    { code: 0, lines: ["unhandled a true 0", "unhandled b true 1", "unhandled c true 2", "later", "handled 2", "handled 0"] },
  );
});

test("--unhandled-rejections=warn warns of a failure, and of handling it later", async () => {
  const { code, complaint } = await runProgram(
    `
    const failed = task(() => { throw new Error("first"); })();
    setTimeout(() => failed.catch(() => {}), 5);`,
    "--unhandled-rejections=warn",
  );
  assert.is(code, 0);
  assert.is(complaint.match(/UnhandledPromiseRejectionWarning: Error: first/g)?.length, 1);
  assert.is(complaint.match(/PromiseRejectionHandledWarning/g)?.length, 1);
});

test("uncaughtException is told of a failure that nobody handles", async () => {
  const { code, lines } = await runProgram(`
    process.on("uncaughtException", (error, origin) => console.log(error.message, origin));
    task(() => { throw new Error("first"); })();`);
  assert.equal({ code, lines }, { code: 0, lines: ["first unhandledRejection"] });
});

test.run();
