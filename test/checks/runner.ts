import * as assert from "node:assert/strict";
import { runInBrowser } from "../runner/browser.ts";
import { limits, runInProcess } from "../runner/child.ts";
import type { Plan } from "../runner/protocol.ts";
import type { Outcome } from "../runner/results.ts";
import { programs } from "../runner/runtimes.ts";
import type { Subject } from "../support/runtime.ts";
import { test, type Check } from "./check.ts";

interface Expectation {
  passed: number;
  failed: number;
  says?: RegExp;
  /** What never ends is given a few seconds, and others all that they take on a busy machine. */
  isEndless?: true;
  subject?: Subject;
}

/** What the runner has to say of each file in test/fixtures. */
const expected: Record<string, Expectation> = {
  "fails": { passed: 1, failed: 1, says: /^fails {2}"adds up"\n.*Expected values to be strictly equal/ },
  "throws-no-error": { passed: 0, failed: 1, says: /startsWith|without a report/ },
  "before-throws": { passed: 0, failed: 1, says: /a hook threw/ },
  "after-each-throws": { passed: 0, failed: 1, says: /a hook threw/ },
  "after-throws": { passed: 0, failed: 1, says: /Error: after/ },
  "not-run": { passed: 1, failed: 1, says: /1 suites were never run/ },
  "no-test": { passed: 0, failed: 1, says: /The file ran no test/ },
  "only": { passed: 1, failed: 1, says: /\.only or \.skip was left in/ },
  "skip": { passed: 1, failed: 1, says: /\.only or \.skip was left in/ },
  "rejects": { passed: 1, failed: 1, says: /Nobody handled a rejection: Error: nobody's/ },
  "throws-later": { passed: 1, failed: 1, says: /Nobody caught an error: Error: later/ },
  "no-module": { passed: 0, failed: 1, says: /./ },
  "hangs": { passed: 0, failed: 1, says: /In the test "hangs › waits for ever": no end after \d+ seconds/, isEndless: true },
  "loops": { passed: 0, failed: 1, says: /In the test "loops › for ever": no end after \d+ seconds/, isEndless: true },
  "passes": { passed: 3, failed: 0 },
  "subject": { passed: 1, failed: 0, subject: "min" },
};

/** What comes of all fixtures in one kind of runtime. */
async function judged(run: (plan: Plan, seconds: number) => Promise<Outcome[]>): Promise<Map<string, Outcome>> {
  const found = new Map<string, Outcome>();
  const names = Object.keys(expected);
  const ordinary = names.filter((name) => !expected[name]!.isEndless && !expected[name]!.subject);
  for (const batch of [ordinary, ...names.filter((name) => !ordinary.includes(name)).map((name) => [name])]) {
    const { isEndless = false, subject = "source" } = batch === ordinary ? {} : expected[batch[0]!]!;
    const files = batch.map((name) => `test/fixtures/${name}.ts`);
    let seconds = isEndless ? 3 : limits.file;
    let outcomes = await run({ subject, files }, seconds);
    // On a busy machine it takes longer than that to come to the test which does not end.
    while (isEndless && seconds < limits.file && outcomes[0]!.problems[0]?.startsWith("Before any test")) {
      seconds *= 2;
      outcomes = await run({ subject, files }, seconds);
    }
    batch.forEach((name, at) => found.set(name, outcomes[at]!));
  }
  return found;
}

const inProcess = (id: string): Promise<Map<string, Outcome>> =>
  judged((plan, seconds) => runInProcess(programs.find((one) => one.id === id)!, plan, { ...limits, file: seconds }));

/** The runner's own test: each way in which a run can go wrong unnoticed is noticed, in every kind of runtime. */
export const runner: Check = {
  id: "runner",
  async run() {
    const [node, deno, bun, browser] = await Promise.all([
      inProcess("node20"),
      inProcess("deno"),
      inProcess("bun"),
      judged(runInBrowser),
    ]);
    const outcomes = [];
    for (const [kind, found] of Object.entries({ node, deno, bun, browser })) {
      for (const [name, { says, ...counts }] of Object.entries(expected)) {
        outcomes.push(
          await test(`${kind}: ${name}`, () => {
            const { passed, failed, problems } = found.get(name)!;
            assert.deepEqual([passed, failed], [counts.passed, counts.failed], problems.join("\n"));
            assert.match(problems.join("\n"), says ?? /^$/);
          }),
        );
      }
    }
    return { outcomes };
  },
};
