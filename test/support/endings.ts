/** How a process ends that left failures to the platform: the same in Node, Deno and Bun. */
import type { Test } from "uvu";
import * as assert from "uvu/assert";
import { runProgram } from "./program.ts";

// Each costs a process: which failures are reported, and which are not, is for failure.spec.ts to show in full.
const failing: Record<string, string> = {
  "a sync body that throws": `task(() => { throw new Error("nobody cares"); })();`,
  "an async body that fails later": `
    task(async () => { await new Promise((r) => setTimeout(r, 5)); throw new Error("nobody cares"); })();`,
  "one unobserved leaf of two": `
    const root = task(() => { throw new Error("nobody cares"); })();
    const leaf = task((a) => a);
    leaf(root).catch(() => {});
    leaf(leaf(root));`,
  "an order-only dependency that fails": `task(() => {}, task(() => { throw new Error("nobody cares"); })())();`,
  "a failure whose reason is only read": `
    const handle = task(() => { throw new Error("nobody cares"); })();
    queueMicrotask(() => void [handle.status, handle.reason]);`,
};

/** What must leave no trace, all in one process. */
const harmless = `
  const leaf = task((a) => a);
  const fail = task((message) => { throw new Error(message); });
  fail("caught").catch(() => {});
  try { await fail("awaited"); } catch {}
  const root = fail("leaves caught");
  leaf(root).catch(() => {});
  leaf(leaf(root)).catch(() => {});
  task({ settled: true })(() => {})(fail("taken over"));
  task(() => {}, Promise.reject(new Error("waited for in order")))();

  let failLate;
  const late = task(() => new Promise((_, reject) => (failLate = reject)))();
  task(() => {})(late, fail("first")).catch(() => {});
  setTimeout(() => failLate(new Error("after its dependent has settled")), 5);

  let failDropped;
  const aborted = task(() => new Promise((_, reject) => (failDropped = reject)))();
  leaf(leaf(aborted));
  all([aborted]);
  task(() => aborted)();
  setTimeout(() => {
    aborted.abort(new Error("aborted"));
    failDropped(new Error("of an aborted body"));
    leaf(aborted);
    setTimeout(() => console.log("done"), 20);
  }, 5);
`;

export function addEndings(test: Test): void {
  for (const [kind, source] of Object.entries(failing)) {
    test(`the process fails and says why: ${kind}`, async () => {
      const { code, complaint } = await runProgram(source);
      assert.is(code, 1);
      assert.is(complaint.match(/error: nobody cares/gi)?.length ?? 0, 1, complaint);
    });
  }

  test("the process ends well and in silence when all failures were handled, taken over or aborted", async () => {
    const { code, lines, complaint } = await runProgram(harmless);
    assert.equal({ code, lines, complaint }, { code: 0, lines: ["done"], complaint: "" });
  });

  test("a process does not end before tasks that nobody awaits", async () => {
    const { code, lines } = await runProgram(`
      const step = task(async (name, input) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        console.log(name);
      });
      step("second", step("first"));
      console.log("caller");`);
    assert.equal({ code, lines }, { code: 0, lines: ["caller", "first", "second"] });
  });

  test("bodies whose order-only dependency failed run before the process ends for it", async () => {
    const { code, lines } = await runProgram(`
      task(() => console.log("ran"), task(() => { throw new Error("nobody cares"); })())();`);
    assert.equal({ code, lines }, { code: 1, lines: ["ran"] });
  });

  test("a handle returned into a circle of handles never settles, and does not hang the process", async () => {
    const { code, lines } = await runProgram(`
      const handles = [0, 1].map((i) => task(() => handles[1 - i])());
      setTimeout(() => {
        task({ concurrency: 1 })(() => handles[0])();
        setTimeout(() => { console.log("others run"); process.exit(0); }, 5);
      }, 5);`);
    assert.equal({ code, lines }, { code: 0, lines: ["others run"] });
  });
}
